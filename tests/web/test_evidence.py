"""Evidence where it stands: nothing of the text is lost or changed by marking it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.web.evidence import Span, pieces, place, read
from models.contact import ContactFinding
from tests.web.people import quote

TEXTS = st.text(max_size=60)


@given(TEXTS, st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=6))
def test_the_pieces_put_together_are_the_text(text: str, ends: list[tuple[int, int]]) -> None:
    spans = [
        Span(min(a, b), max(a, b), n, "repeat") for n, (a, b) in enumerate(ends) if min(a, b) < max(a, b) <= len(text)
    ]
    cut = pieces(text, spans)
    assert "".join(piece.text for piece in cut) == text
    assert sorted(s.number for piece in cut for s in piece.ends) == sorted(s.number for s in spans)
    marked = {n for s in spans for n in range(s.start, s.end)}
    assert sum(len(piece.text) for piece in cut if piece.marked) == len(marked)


def test_a_quote_is_marked_at_its_offset_even_when_it_stands_there_twice() -> None:
    assert place("dark, dark", "dark", 6) == (6, 10)


def test_a_wrong_offset_is_put_right_and_a_quote_that_is_not_there_is_not_marked() -> None:
    assert place("the lamp", "lamp", 0) == (4, 8)
    assert place("the lamp", "lamp", -1) == (4, 8)
    assert place("the lamp", "bin", 4) is None
    assert place("the lamp", "  ", 0) is None


def test_a_guess_that_the_policy_shows_nobody_is_not_marked() -> None:
    own = "the lamp is dark"
    part = quote(own, "lamp", reason="word")
    raw = [{"quote": part.quote, "start": part.start, "weight": 1.0, "reason": "word"}]
    weak = ContactFinding(about="risk", label="child", score=0.2, seen_by="risk 1", evidence=raw)
    weak.id = 1
    seen, spans = read([weak], own, set())
    assert seen[0].words == "Possible risk: a child at risk"
    assert spans == []
    assert len(read([weak], own, {1})[1]) == 1


def test_evidence_that_is_not_as_expected_is_shown_as_far_as_it_goes() -> None:
    odd = ContactFinding(about="risk", label="meteor", score=0.9, seen_by="later 1", evidence=[{"start": "x"}, {}])
    odd.id = 1
    seen, spans = read([odd], "the lamp", set())
    assert seen[0].words == "Possible risk: meteor"
    assert len(seen[0].parts) == 2
    assert spans == []
