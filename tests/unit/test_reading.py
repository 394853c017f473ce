"""How the readers' sums become one: what the stack weighs, which sentence is quoted, from where on a label is said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from classifiers.labelled import quoted_findings
from classifiers.pooling import NO_CARRIERS, Encoded
from classifiers.reading import COLUMN, LABELS, Raw, Reading, Stack, key, lines, stack
from classifiers.text import Span
from models.finding import About, Conduct, Kind, Risk
from models.message import Message
from tests.unit.test_words import a_letter

TEXT = "The bins are late. My son is left alone all night."
SENTENCES = (Span(0, 18, TEXT[:18]), Span(19, 50, TEXT[19:]))
CHILD = COLUMN[Risk.CHILD]


def raw(*, word_line: float = 0.0, word_letter: float = 0.0, line: float = 0.0, letter: float = 0.0) -> Raw:
    """The second sentence says `child` so much; everything else is silent."""
    words, encoded = np.zeros((2, len(LABELS)), dtype=np.float32), np.zeros((2, len(LABELS)), dtype=np.float32)
    words[1, CHILD], encoded[1, CHILD] = word_line, line
    whole, read = np.zeros(len(LABELS), dtype=np.float32), np.zeros(len(LABELS), dtype=np.float32)
    whole[CHILD], read[CHILD] = word_letter, letter
    return Raw(SENTENCES, words, whole, Encoded(encoded, read, NO_CARRIERS))


def weights(
    word_line: float, word_letter: float, line: float, letter: float, *, crowd: float = 0.0, offset: float = 0.0
) -> Stack:
    """Every label listens to itself alone."""
    every = np.ones(len(LABELS), dtype=np.float32)
    itself = np.eye(len(LABELS), dtype=np.float32)
    lines = np.stack([every * word_line, every * line])
    return Stack(lines, np.vstack([itself * word_letter, itself * letter]), every * crowd, every * offset)


def test_a_total_is_the_weighed_sum_of_the_four_readers() -> None:
    reading = weights(0.1, 0.2, 0.3, 0.4, offset=-1).weighed(raw(word_line=1, word_letter=2, line=3, letter=4))
    assert np.isclose(reading.total(Risk.CHILD), 0.1 + 0.4 + 0.9 + 1.6 - 1)
    assert reading.total(Risk.VIOLENCE) == -1


def test_a_letter_to_many_says_so_and_one_to_two_does_not() -> None:
    def total(recipients: int) -> float:
        return weights(0, 0, 0, 0, crowd=1).weighed(replace(raw(), recipients=recipients)).total(Conduct.SCATTERGUN)

    assert total(0) == total(1) == total(2) == 0
    assert total(12) > total(6) > 1


def test_the_sentence_that_says_it_most_is_quoted_where_it_stands() -> None:
    reading = weights(0, 0, 1, 0).weighed(raw(line=2))
    (evidence,) = reading.quote(Risk.CHILD)
    assert evidence.quote == TEXT[evidence.start :] == "My son is left alone all night."


def test_a_probability_is_that_of_its_log_odds() -> None:
    assert weights(0, 0, 0, 0, offset=0).weighed(raw()).probability(Risk.CHILD) == 0.5
    assert weights(0, 0, 0, 0, offset=-500).weighed(raw()).probability(Risk.CHILD) < 0.001


def test_a_letter_without_words_can_be_weighed_and_quotes_nothing() -> None:
    nothing = np.zeros((0, len(LABELS)), dtype=np.float32)
    empty = Raw((), nothing, nothing.sum(axis=0), Encoded(nothing, nothing.sum(axis=0), NO_CARRIERS))
    reading = weights(1, 1, 1, 1, offset=-2).weighed(empty)
    assert reading.total(Kind.THANKS) == -2
    assert reading.quote(Kind.THANKS) == ()


def test_a_label_is_said_from_its_line_on() -> None:
    def found(at: float) -> list[str]:
        def reader(_: Message) -> Reading:
            return weights(0, 0, 1, 0).weighed(raw(line=2))

        lines = dict.fromkeys(LABELS, at)
        findings = quoted_findings(a_letter(TEXT), Risk, About.RISK, seen_by="risk", reader=reader, lines=lines)
        return [finding.label for finding in findings]

    assert found(2.0) == ["child"]
    assert found(2.1) == []


def test_every_label_has_a_line_and_weights_as_installed() -> None:
    assert set(lines()) == set(LABELS)
    assert stack().lines.shape == (2, len(LABELS))
    assert stack().letters.shape == (2 * len(LABELS), len(LABELS))
    assert len({key(label) for label in LABELS}) == len(LABELS)
