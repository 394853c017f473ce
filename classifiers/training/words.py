"""Teaches the two linear models over words: one reads a sentence, one a whole letter with its subject."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse
from numpy.typing import NDArray

from classifiers.features import BITS, Features, features
from classifiers.linear import Linear
from classifiers.reading import COLUMN, LABELS
from classifiers.text import Span, sentences, words
from classifiers.training.corpus import Example
from classifiers.training.fit import Array, logistic
from models.finding import Abuse, Kind

STRENGTH = 4.0
KEPT = 40_000  # features of each model, the heaviest


@dataclass(frozen=True)
class Prepared:
    """The corpus as features: sentences below each other (`of` says whose), and letters."""

    examples: Sequence[Example]
    spans: Sequence[Span]
    of: NDArray[np.int64]
    sentence_features: Sequence[Features]
    letter_features: Sequence[Features]

    def letters(self) -> list[str]:
        """The mailboxes and sets that hold whole letters: those that are left out in turn."""
        return sorted({e.group for e in self.examples if not e.line and e.ruled is None})


def prepare(examples: Sequence[Example]) -> Prepared:
    told = [[Span(0, len(e.own), e.own)] if e.line else sentences(e.own) for e in examples]
    spans = [span for some in told for span in some]
    of = np.repeat(np.arange(len(examples)), [len(some) for some in told])
    whole = [features(words(e.own), subject=words(e.subject), recipients=e.recipients) for e in examples]
    return Prepared(examples, spans, of, [features(words(span.text)) for span in spans], whole)


# --- rows and columns ------------------------------------------------------------------------------------------------


def rarity_of(rows: Sequence[Features], groups: Sequence[str]) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Ids worth learning and their idf. What only one hand wrote (its names, its streets) is not worth learning."""
    in_rows = np.zeros(1 << BITS, dtype=np.int64)
    in_groups = np.zeros(1 << BITS, dtype=np.int64)
    for group in sorted(set(groups)):
        ids = np.concatenate([row.ids for row, of in zip(rows, groups, strict=True) if of == group])
        counted = np.bincount(ids, minlength=1 << BITS)
        in_rows += counted
        in_groups += counted > 0
    ids = np.flatnonzero(in_groups >= 2).astype(np.int32)
    return ids, (np.log((1 + len(rows)) / (1 + in_rows[ids])) + 1).astype(np.float32)


def matrix(rows: Sequence[Features], ids: NDArray[np.int32], rarity: NDArray[np.float32]) -> scipy.sparse.csr_matrix:
    """The same numbers that `Linear` reckons one text at a time, for many at once."""
    place = np.full(1 << BITS, -1, dtype=np.int64)
    place[ids] = np.arange(len(ids))
    data, columns, ends = [], [], [0]
    for row in rows:
        at = place[row.ids]
        known = at >= 0
        values = row.counts[known] * rarity[at[known]]
        word = np.arange(len(row.ids))[known] < row.letters_from
        for block in (word, ~word):
            values[block] /= float(np.sqrt((values[block] ** 2).sum())) or 1.0
        data.append(values)
        columns.append(at[known])
        ends.append(ends[-1] + len(values))
    shape = (len(rows), len(ids))
    return scipy.sparse.csr_matrix((np.concatenate(data), np.concatenate(columns), np.array(ends)), shape=shape)  # type: ignore[no-untyped-call]


def kept(ids: NDArray[np.int32], rarity: NDArray[np.float32], weights: Array, biases: Array) -> Linear:
    """The model with its heaviest features only; the rest hardly speak."""
    heaviest = np.sort(np.argsort(-np.abs(weights).max(axis=1), kind="stable")[:KEPT])
    half = weights[heaviest].astype(np.float16).astype(np.float32)
    return Linear(
        ids[heaviest], rarity[heaviest].astype(np.float16).astype(np.float32), half, biases.astype(np.float32)
    )


# --- truth -----------------------------------------------------------------------------------------------------------


def truth_of(example: Example) -> tuple[Array, Array]:
    """0 or 1 for each label, and whether anybody said."""
    said = {*(c for c, _ in example.abuse), *example.risk, *example.conduct, *(example.kinds or ())}
    truth = np.array([float(label.value in said) for label in LABELS])
    known = np.array([float(example.knows(label.value, kind=isinstance(label, Kind))) for label in LABELS])
    return truth, known


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def sentence_truth(prepared: Prepared) -> tuple[Array, Array]:
    """For sentences: abuse where its words stand; other labels of a letter are not yet known of any one sentence."""
    each = [truth_of(example) for example in prepared.examples]
    truth = np.array([each[of][0] for of in prepared.of])
    counted = np.array([each[of][1] for of in prepared.of])
    abuse = [COLUMN[label] for label in Abuse]
    for row, (span, of) in enumerate(zip(prepared.spans, prepared.of, strict=True)):
        example = prepared.examples[of]
        if not example.line:
            counted[row] *= 1 - truth[row]
            for column in abuse:
                words_of = [text for category, text in example.abuse if category == LABELS[column].value]
                truth[row, column] = any(_stands_in(text, span.text) for text in words_of)
                counted[row, column] = 1
    return truth, counted


def _stands_in(words_of: str, sentence: str) -> bool:
    want, there = _folded(words_of), _folded(sentence)
    return want in there or (len(there) > 8 and there.strip(".!?") in want)


# --- learning --------------------------------------------------------------------------------------------------------


def letters_model(prepared: Prepared, without: Collection[str] = ()) -> Linear:
    """Reads a whole letter; saw nothing of the groups `without`."""
    chosen = [i for i, example in enumerate(prepared.examples) if example.group not in without]
    rows = [prepared.letter_features[i] for i in chosen]
    ids, rarity = rarity_of(rows, [prepared.examples[i].group for i in chosen])
    each = [truth_of(prepared.examples[i]) for i in chosen]
    truth, counted = np.array([t for t, _ in each]), np.array([c for _, c in each])
    weights, biases = logistic(matrix(rows, ids, rarity), truth, counted, strength=STRENGTH, rounds=40)
    return kept(ids, rarity, weights, biases)


def lines_model(prepared: Prepared, without: Collection[str] = ()) -> Linear:
    """Reads a sentence; saw nothing of the groups `without`."""
    groups = np.array([prepared.examples[of].group for of in prepared.of])
    chosen = np.flatnonzero(~np.isin(groups, list(without)))
    rows = [prepared.sentence_features[i] for i in chosen.tolist()]
    ids, rarity = rarity_of(rows, list(groups[chosen]))
    all_truth, all_counted = sentence_truth(prepared)
    truth, counted, of = all_truth[chosen], all_counted[chosen], prepared.of[chosen]
    seen = matrix(rows, ids, rarity)
    weights, biases = logistic(seen, truth, counted, strength=STRENGTH, rounds=40)
    # The sentence that the first round thinks says it most is the one that says it: then learn once more.
    _point_out(prepared, of, np.asarray(seen @ weights) + biases, counted)
    weights, biases = logistic(seen, truth, counted, strength=STRENGTH, rounds=25, start=np.vstack([weights, biases]))
    return kept(ids, rarity, weights, biases)


def _point_out(prepared: Prepared, of: NDArray[np.int64], scores: Array, counted: Array) -> None:
    begins = np.flatnonzero(np.r_[True, of[1:] != of[:-1]])
    for first, last in zip(begins, [*begins[1:], len(of)], strict=True):
        example = prepared.examples[of[first]]
        if example.line:
            continue
        truth, known = truth_of(example)
        for column in np.flatnonzero(truth * known):
            if not isinstance(LABELS[column], Abuse):
                counted[first + int(np.argmax(scores[first:last, column])), column] = 1
