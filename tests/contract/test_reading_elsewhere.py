"""The process that reads ahead in long work: it finds what we find, and nothing rests on it."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from bot.elsewhere import Elsewhere
from classifiers.reading import Raw, models, read, reading_by
from models.message import Message
from tests.unit.letters import LAMP, REFUSAL, a_message

LETTER = f"You utter clown, Purvis.\n\n{LAMP}\n\n{REFUSAL}"


@pytest.fixture
def child() -> Iterator[Elsewhere]:
    made = Elsewhere()
    yield made
    made.close()


def same(one: Raw, other: Raw) -> bool:
    def arrays(raw: Raw) -> list[NDArray[Any]]:
        read, said = raw.encoded, raw.encoded.carriers
        return [raw.word_lines, raw.word_letter, read.lines, read.letter, said.sentence, said.start, said.sums]

    return (one.sentences, one.recipients) == (other.sentences, other.recipients) and all(
        np.array_equal(*pair) for pair in zip(arrays(one), arrays(other), strict=True)
    )


def test_it_finds_what_is_found_here(child: Elsewhere) -> None:
    assert child.ready(60)
    found = child.read(LETTER, "Lamp", 2)
    assert found is not None
    assert same(found, models().read(LETTER, "Lamp", 2))
    nothing = child.read("", "", 0)
    assert nothing is not None
    assert same(nothing, models().read("", "", 0))


def test_while_it_is_not_ready_and_after_it_was_killed_we_read_ourselves(child: Elsewhere) -> None:
    told: list[Raw | None] = []

    def asked(own: str, subject: str, recipients: int) -> Raw | None:
        told.append(child.read(own, subject, recipients))
        return told[-1]

    def reads(words: str) -> bool:
        message: Message = a_message(words)
        with reading_by(asked):
            return read(message).sentences != ()

    assert reads("It is not ready: the lamp is out on Monday.")
    assert child.ready(60)
    assert reads("It is ready: the lamp is out on Tuesday.")
    os.kill(child.process_id, signal.SIGKILL)
    assert reads("It was killed: the lamp is out on Wednesday.")
    assert reads("It stays dead: the lamp is out on Friday.")
    assert [raw is not None for raw in told[1:]] == [True, False, False]


def test_one_that_stands_still_is_ended_and_waited_for_no_longer() -> None:
    made = Elsewhere(seconds=0.5)
    try:
        assert made.ready(60)
        os.kill(made.process_id, signal.SIGSTOP)
        assert made.read(LETTER, "Lamp", 2) is None
        assert made.read(LETTER, "Lamp", 2) is None
    finally:
        made.close()


def test_what_breaks_it_is_given_back_unread_and_it_is_not_asked_again(child: Elsewhere) -> None:
    assert child.ready(60)
    assert child.read(7, "Lamp", 1) is None  # type: ignore[arg-type]
    assert child.read(LETTER, "Lamp", 1) is None


def test_it_ends_with_us() -> None:
    made = Elsewhere()
    assert made.ready(60)
    made.close()
    with pytest.raises(ProcessLookupError):
        os.kill(made.process_id, 0)
    assert made.read(LETTER, "Lamp", 1) is None
