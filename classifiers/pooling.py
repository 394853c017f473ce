"""What a sentence and a letter say, reckoned from the marks that the encoder gives each word piece.

The marks of a piece, in this order: how much it says of each label; how much it says of the letter's labels; whether
it carries abuse of each category; and how much each family of labels listens to it within its sentence. A sentence
says what its pieces say, weighed by how much they are listened to; a letter says what its loudest sentences say, and
something as a whole. The same sums in torch, for learning: `classifiers.training.network.read`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifiers.wordpiece import Window
from models.finding import Abuse, Conduct, Kind, Risk

Marks = NDArray[np.float32]
Places = NDArray[np.int64]
_FAMILY_SIZES = (len(Abuse), len(Risk), len(Conduct), len(Kind))  # in the order of classifiers.reading.LABELS
FAMILIES = len(_FAMILY_SIZES)
FAMILY_OF = tuple(family for family, size in enumerate(_FAMILY_SIZES) for _ in range(size))
_LABELS = len(FAMILY_OF)
SAYS = slice(0, _LABELS)
SAYS_WHOLE = slice(_LABELS, 2 * _LABELS)
CARRIES = slice(2 * _LABELS, 2 * _LABELS + len(Abuse))
LISTENS = slice(CARRIES.stop, CARRIES.stop + FAMILIES)
WIDTH = LISTENS.stop
MOST_LISTENED = 8.0  # either way, before the exponential
LOUDEST = 15.0
SILENT = -8.0  # what a sentence says that nobody read


@dataclass(frozen=True, slots=True)
class Carriers:
    """How much each word piece carries abuse: the sentence it stands in, where its word starts in the letter, its sums
    [pieces, abuse categories]. Kept as they come: only a sentence that is quoted is ever asked for."""

    sentence: Places
    start: Places
    sums: Marks

    def of(self, sentence: int, category: int) -> Iterator[tuple[int, float]]:
        """Where the words of a sentence start, and the sum of each piece of them, in order."""
        here = np.flatnonzero(self.sentence == sentence)
        return zip(self.start[here].tolist(), self.sums[here, category].tolist(), strict=True)


NO_CARRIERS = Carriers(
    np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros((0, len(Abuse)), dtype=np.float32)
)


@dataclass(frozen=True, slots=True)
class Encoded:
    """Sums before the logistic: `lines` [sentences, labels], `letter` [labels]; and which words carry abuse."""

    lines: Marks
    letter: Marks
    carriers: Carriers


def pooled(windows: Sequence[Window], marks: Sequence[Marks], sentences: int) -> Encoded:
    """`marks` are those of each window, [pieces, WIDTH]; `sentences` is how many the letter has."""
    of = np.array([place for window in windows for place in window.sentence])
    start = np.array([place for window in windows for place in window.start])
    every = np.concatenate(list(marks))
    inside = of >= 0
    said, of, start = every[inside], of[inside], start[inside]
    lines = _lines(said, of, sentences)
    loud = np.exp(np.clip(lines[np.unique(of)], -LOUDEST, LOUDEST)).sum(axis=0)
    letter = np.log(loud + 1e-6) + every[:, SAYS_WHOLE].mean(axis=0)
    # Copied, so that a reading that is remembered does not hold all the marks.
    return Encoded(lines, letter.astype(np.float32), Carriers(of, start, said[:, CARRIES].copy()))


def _lines(marks: Marks, of: Places, sentences: int) -> Marks:
    weight = np.exp(np.clip(marks[:, LISTENS], -MOST_LISTENED, MOST_LISTENED))
    total = np.zeros((sentences, FAMILIES), dtype=np.float32)
    np.add.at(total, of, weight)
    share = (weight / (total[of] + 1e-6))[:, FAMILY_OF]
    lines = np.zeros((sentences, _LABELS), dtype=np.float32)
    np.add.at(lines, of, marks[:, SAYS] * share)
    lines[total[:, 0] == 0] = SILENT
    return lines
