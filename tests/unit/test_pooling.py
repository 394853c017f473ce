"""What a sentence and a letter say, reckoned again slowly, piece by piece."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest

from classifiers.pooling import (
    CARRIES,
    FAMILY_OF,
    LISTENS,
    LOUDEST,
    MOST_LISTENED,
    NO_CARRIERS,
    SAYS,
    SAYS_WHOLE,
    SILENT,
    WIDTH,
    Marks,
    pooled,
)
from classifiers.wordpiece import NO_SENTENCE, Window
from models.finding import Abuse

LABELS = len(FAMILY_OF)


def a_window(sentence: Sequence[int], *, at: int = 0) -> Window:
    """A piece for each entry: which sentence it stands in; each word is four characters long."""
    starts = tuple(0 if place == NO_SENTENCE else at + 5 * number for number, place in enumerate(sentence))
    ends = tuple(start + 4 for start in starts)
    return Window(tuple(range(len(sentence))), (0,) * len(sentence), tuple(sentence), starts, ends)


def some_marks(pieces: int, seed: int, *, scale: float = 3.0) -> Marks:
    marks: Marks = (np.random.default_rng(seed).standard_normal((pieces, WIDTH)) * scale).astype(np.float32)
    return marks


def clipped(value: float, most: float) -> float:
    return max(-most, min(most, value))


def line_of(marks: Sequence[Marks], label: int) -> float:
    """What the pieces of one sentence say of a label, weighed by how much its family listens to each."""
    if not marks:
        return SILENT
    weights = [math.exp(clipped(float(piece[LISTENS][FAMILY_OF[label]]), MOST_LISTENED)) for piece in marks]
    total = sum(weights) + 1e-6
    return sum(weight / total * float(piece[SAYS][label]) for weight, piece in zip(weights, marks, strict=True))


def letter_of(lines: Sequence[float], marks: Sequence[Marks], label: int) -> float:
    loud = sum(math.exp(clipped(line, LOUDEST)) for line in lines)
    return math.log(loud + 1e-6) + sum(float(piece[SAYS_WHOLE][label]) for piece in marks) / len(marks)


def _pairs(window: Window, marks: Marks) -> list[tuple[int, Marks]]:
    return list(zip(window.sentence, marks, strict=True))


LETTERS = {
    "one sentence": [[-1, 0, 0, 0, -1]],
    "two windows": [[-1, 0, 0, 1, -1], [-1, 2, 3, 3, 3, -1]],
    "a sentence that nobody read": [[-1, 0, 2, 2, -1]],
    "an empty letter": [[-1, -1]],
}
SENTENCES = {"one sentence": 1, "two windows": 4, "a sentence that nobody read": 4, "an empty letter": 0}


@pytest.mark.parametrize("name", list(LETTERS))
@pytest.mark.parametrize("scale", [1.0, 20.0])
def test_sentences_and_letter_say_what_their_pieces_say(name: str, scale: float) -> None:
    windows = [a_window(sentence) for sentence in LETTERS[name]]
    marks = [some_marks(len(w.ids), seed, scale=scale) for seed, w in enumerate(windows)]
    found = pooled(windows, marks, SENTENCES[name])
    every = [(place, piece) for w, each in zip(windows, marks, strict=True) for place, piece in _pairs(w, each)]
    for label in range(LABELS):
        lines = [line_of([p for at, p in every if at == place], label) for place in range(SENTENCES[name])]
        assert found.lines[:, label] == pytest.approx(lines, rel=1e-4, abs=1e-4)
        heard = [line for place, line in enumerate(lines) if any(at == place for at, _ in every)]
        assert found.letter[label] == pytest.approx(letter_of(heard, [p for _, p in every], label), rel=1e-4, abs=1e-4)


def test_the_marks_of_a_piece_lie_side_by_side_and_fill_the_width() -> None:
    slices = (SAYS, SAYS_WHOLE, CARRIES, LISTENS)
    assert [n for part in slices for n in range(part.start, part.stop)] == list(range(WIDTH))


def test_a_sentence_tells_which_of_its_words_carry_abuse_and_no_others() -> None:
    windows = [a_window([-1, 0, 1, 1, -1]), a_window([-1, 2, -1], at=50)]
    marks = [some_marks(5, 1), some_marks(3, 2)]
    carriers = pooled(windows, marks, 3).carriers
    for category in range(len(Abuse)):
        column = CARRIES.start + category
        assert list(carriers.of(0, category)) == [(5, float(marks[0][1, column]))]
        assert list(carriers.of(1, category)) == [(10, float(marks[0][2, column])), (15, float(marks[0][3, column]))]
        assert list(carriers.of(2, category)) == [(55, float(marks[1][1, column]))]


def test_where_no_word_was_judged_none_carries() -> None:
    assert list(NO_CARRIERS.of(0, 0)) == []
    assert list(pooled([a_window([-1, -1])], [some_marks(2, 1)], 0).carriers.of(0, 0)) == []


def test_a_reading_that_is_remembered_does_not_hold_the_marks() -> None:
    found = pooled([a_window([-1, 0, 0, -1])], [some_marks(4, 1)], 1)
    assert found.carriers.sums.base is None
