"""A letter read beside a matter: what is fed to the encoder, and what it is known to tell apart."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from classifiers.beside import ANSWERS, BEFORE, LOUDEST, MOST_WINDOWS, NAME, WINDOW, Beside, Seen, beside, windows_of
from classifiers.encoder import session_of
from classifiers.kept import load_bytes
from classifiers.matters import Matter
from classifiers.wordpiece import wordpieces
from models.finding import Relation
from models.history import PastContact
from models.message import Address, Direction, Message, OwnWords

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def wrote(number: int, own: str, days_ago: int, *, council: bool = False, final: bool = False) -> PastContact:
    way = Direction.OUT if council else Direction.IN
    at = NOON - timedelta(days=days_ago)
    return PastContact(number, 1, way, at, f"<{number}@mail.example>", "The lane", own, final_answer=final)


def matter(*contacts: PastContact) -> Matter:
    return Matter(contacts, contacts)


def letter(own: str, subject: str = "The lane") -> Message:
    sender = Address("resident@home.example", "A Resident")
    return Message("", 1, "<new@mail.example>", sender, NOON, subject=subject, body=own, words=OwnWords(own))


REFUSED = matter(
    wrote(1, "The surface of Orchard Lane is breaking up outside number nine. Please have it mended.", 60),
    wrote(2, "We measured the defect on Orchard Lane. It is under 40 mm, so no repair will be made.", 40,
          council=True, final=True),
)  # fmt: skip


def test_the_letter_stands_after_what_was_said_before_and_every_piece_knows_its_word() -> None:
    own = "I measured it again. It is 65 mm deep now."
    (window,) = windows_of(letter(own), REFUSED, wordpieces())
    assert len(window.ids) == len(window.kinds)
    assert set(window.kinds[: window.kinds.index(1)]) == {0}
    assert set(window.kinds[window.kinds.index(1) :]) == {1}
    said = {own[start:end].strip(".") for start, end in window.places}
    assert {"measured", "65", "deep"} <= said


def test_a_letter_without_end_is_read_in_few_windows_and_a_log_without_end_in_part() -> None:
    long_log = matter(*(wrote(n, f"Letter {n} about the lane. " * 50, 400 - n) for n in range(1, 300)))
    windows = windows_of(letter("Nobody has come to look at it. " * 5_000), long_log, wordpieces())
    assert len(windows) == MOST_WINDOWS
    assert all(len(window.ids) <= BEFORE + WINDOW + 80 for window in windows)


@pytest.mark.parametrize("own", ["", "?", "\n\n", "🙂", "<" * 3_000])
def test_odd_letters_are_read_too(own: str) -> None:
    seen = beside()(letter(own), REFUSED)
    assert np.isclose(np.exp(seen.answers).sum(), 1.0, atol=1e-3)
    assert len(seen.places) == len(seen.new)


def test_a_letter_is_read_the_same_alone_and_beside_others() -> None:
    own = "Here is a photograph with a tape measure beside it: 65 mm."
    alone = beside()(letter(own), REFUSED)
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(lambda _: beside()(letter(own), REFUSED), range(8)))
    assert all(np.array_equal(one.answers, alone.answers) for one in together)
    assert all(np.array_equal(one.new, alone.new) for one in together)


def test_a_letter_is_read_the_same_however_many_threads_share_it() -> None:
    own = "Here is a photograph with a tape measure beside it: 65 mm. " * 6
    one, three = (Beside(session_of(load_bytes(NAME), workers=n), wordpieces())(letter(own), REFUSED) for n in (1, 3))
    assert np.array_equal(one.answers, three.answers)
    assert np.array_equal(one.new, three.new)


def test_the_encoder_is_kept_in_the_form_that_is_quick_to_read_with() -> None:
    assert b"MultiHeadAttention" in load_bytes(NAME)


def answer(own: str, matter_: Matter = REFUSED) -> dict[str, float]:
    return dict(zip(ANSWERS, beside()(letter(own), matter_).answers.tolist(), strict=True))


def test_a_measurement_after_the_refusal_is_rather_new_evidence_than_a_rant_is() -> None:
    fact = answer("I put a steel rule in it this morning with the postman watching: 65 mm. Two photographs attached.")
    rant = answer("This is simply not good enough. I do not accept it and I want it mended, as I have said before.")
    assert fact[Relation.NEW_EVIDENCE] > rant[Relation.NEW_EVIDENCE]
    assert rant[Relation.REPEAT] > fact[Relation.REPEAT]


def test_another_matter_is_rather_seen_as_another_one() -> None:
    other = beside()(letter("Could I book the small hall for a christening on 14 May?", "Hall"), REFUSED)
    same = beside()(letter("The hole in the lane is still there and you will not mend it."), REFUSED)
    assert same.same > other.same


def test_words_that_nobody_read_are_as_little_new_as_can_be() -> None:
    seen = Seen(np.log(np.full(len(ANSWERS), 0.2, dtype=np.float32)), ((0, 4),), np.array([2.0], dtype=np.float32))
    assert seen.newness(0, 10) == (2.0, 2.0)
    assert seen.newness(20, 30) == (-LOUDEST, -LOUDEST)
