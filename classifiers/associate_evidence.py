"""What an officer is shown when somebody seems to act for another: each reason once, with how much it speaks for it."""

from __future__ import annotations

from collections.abc import Iterable

from classifiers import associate_phrases as said
from classifiers.associate_names import Signs
from classifiers.similarity import read
from classifiers.text import Span, sentences
from classifiers.vocabulary import ordinary_words
from models.finding import Evidence
from models.history import PastContact

MOST_SENTENCES = 40  # of each letter, for the two that are shown side by side
ENOUGH_SHARED = 1.0  # weight of the words that two sentences share: one that hardly any letter holds, or a few
BEGINNING = 300  # characters


def all_evidence(signs: Signs, weights: dict[str, float]) -> tuple[Evidence, ...]:
    """Each reason once, its parts' weights added up, the weightiest first. Only what speaks for it is shown."""
    found: dict[str, Evidence] = {}
    for name, evidence in signs.shown.items():
        weight = weights.get(name, 0.0)
        old = found.get(evidence.reason)
        keep = evidence if old is None or weight > old.weight else old
        found[evidence.reason] = _weighing(keep, weight + (old.weight if old else 0.0))
    return tuple(sorted(found.values(), key=lambda e: -e.weight))


def with_matter(evidence: tuple[Evidence, ...], own: str, letter: PastContact, weight: float) -> tuple[Evidence, ...]:
    """The same, with the letter that this one is most like, where that speaks for it: what both say side by side."""
    if weight <= 0:
        return evidence
    known = next((e for e in evidence if e.reason == "same_matter"), None)
    if known is not None:
        weight += known.weight
    quote, earlier = _side_by_side(own, letter.own)
    added = Evidence(
        quote=quote,
        start=own.find(quote) if quote else -1,
        contact=letter.id,
        earlier=earlier,
        reason="same_matter",
        weight=round(weight, 3),
    )
    return tuple(sorted([*(e for e in evidence if e is not known), added], key=lambda e: -e.weight))


def _side_by_side(own: str, theirs: str) -> tuple[str, str]:
    """The two sentences that share most, weighed by how rare the words are; of letters that share no sentence's worth
    the beginning of the earlier one."""
    rarity = ordinary_words()
    pairs = (
        (rarity.weigh(read(mine.text).set & read(earlier.text).set), mine.text, earlier.text)
        for mine in _said(own)
        for earlier in _said(theirs)
    )
    shared, quote, earlier = max(pairs, key=lambda pair: pair[0], default=(0.0, "", ""))
    return (quote, earlier) if shared > ENOUGH_SHARED else ("", theirs[:BEGINNING])


def _said(own: str) -> list[Span]:
    """The first sentences of a letter, without the greeting: who is addressed is no matter of anybody's."""
    return [part for part in sentences(own)[:MOST_SENTENCES] if not said.GREETING.match(part.text)]


def _weighing(evidence: Evidence, weight: float) -> Evidence:
    return Evidence(
        evidence.quote, evidence.start, evidence.contact, evidence.earlier, evidence.reason, round(weight, 3)
    )


def reasons(evidence: Iterable[Evidence]) -> frozenset[str]:
    return frozenset(part.reason for part in evidence)
