"""What a sentence and a letter say, reckoned from the marks that the encoder gives each word piece.

The marks of a piece, in this order: how much it says of each label; how much it says of the letter's labels; whether
it carries abuse of each category; and how much each family of labels listens to it within its sentence. A sentence
says what its pieces say, weighed by how much they are listened to; a letter says what its loudest sentences say, and
something as a whole. The same sums in torch, for learning: `classifiers.training.network.read`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifiers.wordpiece import Window
from models.finding import Abuse, Conduct, Kind, Risk

Marks = NDArray[np.float32]
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
class Encoded:
    """Sums before the logistic: `lines` [sentences, labels], `letter` [labels].

    `carriers` tells for each sentence its word pieces as (start, end, sums [abuse categories]), places in the letter.
    """

    lines: Marks
    letter: Marks
    carriers: Sequence[Sequence[tuple[int, int, Marks]]]


def pooled(windows: Sequence[Window], marks: Sequence[Marks], sentences: int) -> Encoded:
    """`marks` are those of each window, [pieces, WIDTH]; `sentences` is how many the letter has."""
    of = np.array([place for window in windows for place in window.sentence])
    every = np.concatenate(list(marks))
    inside = of >= 0
    lines = _lines(every[inside], of[inside], sentences)
    loud = np.exp(np.clip(lines[np.unique(of[inside])], -LOUDEST, LOUDEST)).sum(axis=0)
    letter = np.log(loud + 1e-6) + every[:, SAYS_WHOLE].mean(axis=0)
    return Encoded(lines, letter.astype(np.float32), _carriers(windows, marks, sentences))


def _lines(marks: Marks, of: NDArray[np.int64], sentences: int) -> Marks:
    weight = np.exp(np.clip(marks[:, LISTENS], -MOST_LISTENED, MOST_LISTENED))
    total = np.zeros((sentences, FAMILIES), dtype=np.float32)
    np.add.at(total, of, weight)
    share = (weight / (total[of] + 1e-6))[:, FAMILY_OF]
    lines = np.zeros((sentences, _LABELS), dtype=np.float32)
    np.add.at(lines, of, marks[:, SAYS] * share)
    lines[total[:, 0] == 0] = SILENT
    return lines


def _carriers(
    windows: Sequence[Window], marks: Sequence[Marks], sentences: int
) -> Sequence[Sequence[tuple[int, int, Marks]]]:
    found: list[list[tuple[int, int, Marks]]] = [[] for _ in range(sentences)]
    for window, each in zip(windows, marks, strict=True):
        for piece, place in enumerate(window.sentence):
            if place >= 0:
                found[place].append((window.start[piece], window.end[piece], each[piece, CARRIES]))
    return found
