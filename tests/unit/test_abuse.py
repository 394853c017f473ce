"""Which words of a letter are quoted for abuse, once it is known that it holds some."""

from __future__ import annotations

import numpy as np

from classifiers.abuse import AbuseWords, carried_by
from classifiers.pooling import Carriers
from classifiers.reading import COLUMN, LABELS, Reading
from classifiers.text import sentences, words
from models.finding import Abuse
from models.history import NOTHING_KNOWN
from tests.unit.letters import a_message

LETTER = "You are a rotten liar. The bins came late. You brainless clown."
INSULT = COLUMN[Abuse.INSULT]


def reading(*loud: str, line: float = 4.0) -> Reading:
    """Every sentence says insult as strongly; of the words only these carry it."""
    spans = tuple(sentences(LETTER))
    lines = np.full((len(spans), len(LABELS)), -8.0, dtype=np.float32)
    lines[:, INSULT] = line
    told = [
        (at, span.start + word.start, span.text[word.start : word.end])
        for at, span in enumerate(spans)
        for word in words(span.text)
    ]
    sums = np.full((len(told), len(Abuse)), -6.0, dtype=np.float32)
    for row, (_, _, text) in enumerate(told):
        sums[row, list(Abuse).index(Abuse.INSULT)] = 6.0 if text.casefold() in loud else -6.0
    carriers = Carriers(np.array([at for at, *_ in told]), np.array([start for _, start, _ in told]), sums)
    return Reading(spans, lines, np.zeros(len(LABELS), dtype=np.float32), carriers)


def quotes(read: Reading) -> list[str]:
    looks = AbuseWords(lambda _: read, dict.fromkeys(Abuse, 0.0))
    found = looks.look(a_message(LETTER), NOTHING_KNOWN)
    return [evidence.quote for finding in found for evidence in finding.evidence if finding.label == Abuse.INSULT]


def test_the_words_that_carry_it_are_quoted_and_no_others():
    assert quotes(reading("rotten", "liar", "brainless", "clown")) == ["rotten liar", "brainless clown"]


def test_a_sentence_none_of_whose_words_carries_it_is_not_quoted_beside_one_that_does():
    assert quotes(reading("rotten", "liar")) == ["rotten liar"]


def test_where_no_word_carries_it_the_sentence_that_says_it_most_is_shown_whole():
    assert quotes(reading()) == ["You are a rotten liar."]
    assert carried_by(reading(), 0, Abuse.INSULT) is None
