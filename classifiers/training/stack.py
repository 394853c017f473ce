"""Teaches the stack: how much each reader weighs for each label, and from where on a label is said.

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

from classifiers.reading import COLUMN, LABELS, Label, Lines, Raw, Reading, Stack, crowd
from classifiers.training.corpus import Example
from classifiers.training.fit import Array, logistic
from classifiers.training.overstated import overstated
from classifiers.training.words import truth_of
from models.finding import STATUTORY, Abuse, Conduct, Kind, Risk

STRENGTH = 0.5
SCALE = 5.0  # the readers' sums are divided by this while learning, so that the penalty is of the right size
OTHERS = 0.5  # how freely a label may listen to what the readers make of the other labels
SILENT = -8.0  # what an empty letter's sentences say
FAMILIES: tuple[tuple[Label, ...], ...] = (
    tuple(Abuse),
    tuple(Risk),
    tuple(Conduct),
    tuple(kind for kind in Kind if kind not in STATUTORY),
    tuple(sorted(STATUTORY)),
)
LEANS_TO_RECALL = (0.6, 1.2, 1.0, 1.0, 1.2)  # how much recall weighs against precision, family by family
# Everybody writes to a council about trees, drains and smells, and few ask for what is on record of it: in whole
# mailboxes a request for environmental information is rarer than in letters that were written to be hard to tell.
TOPICS: tuple[Label, ...] = (Kind.EIR,)


@dataclass(frozen=True)
class Judged:
    """A letter, how the readers read it that had not seen it, and its truth."""

    example: Example
    raw: Raw


def loudest(raw: Raw) -> Array:
    """[2, labels]: what the loudest sentence says, by the word model and by the encoder."""
    if not raw.sentences:
        return np.full((2, len(LABELS)), SILENT)
    return np.stack([raw.word_lines.max(axis=0), raw.encoded.lines.max(axis=0)]).astype(np.float64)


def learn_stack(judged: Sequence[Judged], begun: Stack | None = None, moved: Sequence[Label] = LABELS) -> Stack:
    """One regression a label: its own four sums, what the readers make of the other labels, and how many it went to.

    `begun`: a stack that was learnt before; the penalty then is on every step away from it, and only what it says of
    the labels `moved` is learnt anew.
    """
    lines = np.array([loudest(one.raw) for one in judged]) / SCALE
    letters = np.array([np.concatenate([one.raw.word_letter, one.raw.encoded.letter]) for one in judged]) / SCALE
    many = np.array([[crowd(one.raw.recipients)] for one in judged])
    truth = np.array([truth_of(one.example)[0] for one in judged])
    size = len(LABELS)
    stack = begun or Stack(*(np.zeros(shape, dtype=np.float32) for shape in ((2, size), (2 * size, size), size, size)))
    read = [stack.weighed(one.raw) for one in judged]
    stands = np.array([[reading.total(label) for label in LABELS] for reading in read])
    found = {
        column: _label(
            np.hstack([lines[:, :, column], letters[:, [column, column + size]], letters * OTHERS, many]),
            truth[:, [column]],
            stands[:, [column]],
        )
        for column in (COLUMN[label] for label in moved)
    }
    return _moved(stack, found)


def _moved(stack: Stack, found: Mapping[int, tuple[Array, float]]) -> Stack:
    """The stack with what was found for some columns added to them."""
    lines, letters, many, offsets = (part.copy() for part in (stack.lines, stack.letters, stack.crowd, stack.offsets))
    for column, (flat, bias) in found.items():
        lines[:, column] += flat[:2] / SCALE
        letters[:, column] += flat[4:-1] * OTHERS / SCALE
        letters[[column, column + len(LABELS)], column] += flat[2:4] / SCALE
        many[column] += flat[-1]
        offsets[column] += bias
    return Stack(lines, letters, many, offsets)


def _label(signs: Array, truth: Array, stands: Array) -> tuple[Array, float]:
    rows = scipy.sparse.csr_matrix(signs)  # type: ignore[no-untyped-call]
    found, bias = logistic(rows, truth, np.ones_like(truth), strength=STRENGTH, already=stands, rounds=300)
    return found[:, 0], float(bias[0])


def choose_lines(judged: Sequence[Judged], stack: Stack) -> Lines:
    """The line of each family where its F, leaning as told, is best on these letters.

    That of a topic is raised by as much as the stack overstates it in whole mailboxes.
    """
    readings = [stack.weighed(one.raw) for one in judged]
    truth = np.array([truth_of(one.example)[0] for one in judged])
    found: dict[Label, float] = {}
    for family, lean in zip(FAMILIES, LEANS_TO_RECALL, strict=True):
        totals = np.array([[reading.total(label) for label in family] for reading in readings])
        line = _line(totals, truth[:, [COLUMN[label] for label in family]], lean)
        found |= dict.fromkeys(family, line)
    mailboxes = [place for place, one in enumerate(judged) if one.example.of_mailbox]
    for label in TOPICS:
        totals = np.array([readings[place].total(label) for place in mailboxes])
        found[label] = round(found[label] + overstated(totals, truth[mailboxes, COLUMN[label]]), 2)
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
