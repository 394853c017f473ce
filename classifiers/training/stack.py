"""Teaches the stack: how much each reader weighs for each label, and where the lines lie.

It learns from readings of letters that the readers had not seen. The sum it gives is a log-odds, so one line for a
whole family of labels serves all of them, rare ones too: what is said from a probability of F/2 on gives the best F
that those probabilities allow (Lipton, Elkan and Naryanaswamy 2014).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

from classifiers.reading import COLUMN, LABELS, Label, Lines, Raw, Reading, Stack
from classifiers.training.corpus import Example
from classifiers.training.fit import Array, logistic
from classifiers.training.words import truth_of
from models.finding import STATUTORY, Abuse, Conduct, Kind, Risk

READERS = 4
OWN_WAY = 0.35  # how freely a label may differ from its family in how it weighs the readers
STRENGTH = 1.0
SCALE = 5.0  # the readers' sums are divided by this while learning, so that the penalty is of the right size
SILENT = -8.0  # what an empty letter's sentences say
FAMILIES: tuple[tuple[Label, ...], ...] = (
    tuple(Abuse),
    tuple(Risk),
    tuple(Conduct),
    tuple(kind for kind in Kind if kind not in STATUTORY),
    tuple(sorted(STATUTORY)),
)
LEANS_TO_RECALL = (0.8, 1.3, 1.0, 1.0, 1.2)  # how much recall weighs against precision, family by family


@dataclass(frozen=True)
class Judged:
    """A letter, how the readers read it that had not seen it, and its truth."""

    example: Example
    raw: Raw


def seen_by_readers(raw: Raw) -> Array:
    """[labels, readers]: the four sums that the stack weighs."""
    silent = np.full(len(LABELS), SILENT)
    word_line = raw.word_lines.max(axis=0) if raw.sentences else silent
    encoder_line = raw.encoded.lines.max(axis=0) if raw.sentences else silent
    columns = (word_line, raw.word_letter, encoder_line, raw.encoded.letter)
    return np.stack([np.asarray(column, dtype=np.float64) for column in columns], axis=1)


def learn_stack(judged: Sequence[Judged]) -> Stack:
    """One regression a family: weights that its labels share, and a little way of its own for each."""
    seen = np.array([seen_by_readers(one.raw) for one in judged]) / SCALE
    truth = np.array([truth_of(one.example)[0] for one in judged])
    weights = np.zeros((len(LABELS), READERS), dtype=np.float32)
    offsets = np.zeros(len(LABELS), dtype=np.float32)
    for family in FAMILIES:
        columns = [COLUMN[label] for label in family]
        shared, own, biases = _family(seen[:, columns], truth[:, columns])
        weights[columns] = (shared + own) / SCALE
        offsets[columns] = biases
    return Stack(weights, offsets)


def _family(seen: Array, truth: Array) -> tuple[Array, Array, Array]:
    letters, labels, readers = seen.shape
    rows = []
    for label in range(labels):
        own = np.zeros((letters, labels * readers))
        own[:, label * readers : (label + 1) * readers] = seen[:, label] * OWN_WAY
        which = np.zeros((letters, labels))
        which[:, label] = 1
        rows.append(np.hstack([seen[:, label], own, which]))
    stacked = scipy.sparse.csr_matrix(np.vstack(rows))  # type: ignore[no-untyped-call]
    wanted = truth.T.reshape(-1, 1)
    found, bias = logistic(stacked, wanted, np.ones_like(wanted), strength=STRENGTH * SCALE, rounds=400)
    flat = found[:, 0]
    own_weights = flat[readers : readers + labels * readers].reshape(labels, readers) * OWN_WAY
    return flat[:readers], own_weights, flat[readers + labels * readers :] + bias[0]


def choose_lines(judged: Sequence[Judged], stack: Stack) -> Lines:
    """The line of each family where its F, leaning as told, is best on these letters."""
    readings = [stack.weighed(one.raw) for one in judged]
    truth = np.array([truth_of(one.example)[0] for one in judged])
    found: dict[Label, float] = {}
    for family, lean in zip(FAMILIES, LEANS_TO_RECALL, strict=True):
        totals = np.array([[reading.total(label) for label in family] for reading in readings])
        line = _line(totals, truth[:, [COLUMN[label] for label in family]], lean)
        found |= dict.fromkeys(family, line)
    return found


def _line(totals: Array, truth: Array, lean: float) -> float:
    def worth(line: float) -> float:
        said = totals >= line
        right = float((said * truth).sum())
        return (1 + lean**2) * right / float(lean**2 * truth.sum() + said.sum()) if right else 0.0

    tried: NDArray[np.float64] = np.arange(-4.0, 3.0, 0.05)
    # The middle of the best stretch: a single lucky line is not what unseen letters will meet.
    smooth = np.convolve([worth(float(line)) for line in tried], np.ones(7) / 7, mode="same")
    return round(float(tried[int(np.argmax(smooth))]), 2)


def readings(judged: Sequence[Judged], stack: Stack) -> Mapping[str, Reading]:
    return {f"{one.example.group}/{one.example.id}": stack.weighed(one.raw) for one in judged}
