"""Of a letter far longer than anybody writes, the encoder reads the beginning and what seems to say most."""

from __future__ import annotations

from classifiers.encoder import FIRST_WINDOWS, MOST_WINDOWS, Encoder, encoder, most_telling
from classifiers.pooling import SILENT
from classifiers.text import Span, sentences

PADDING = "The bin by the church hall was emptied on Tuesday and the lid was put back as it should be. "


def a_long_letter(*, padded: int, hidden: str) -> list[Span]:
    return sentences(PADDING * padded + hidden + " " + PADDING * 20)


def read_places(reader: Encoder, spans: list[Span], telling: list[float]) -> set[int]:
    lines = reader.read(spans, telling=telling).lines
    return {place for place in range(len(spans)) if (lines[place] != SILENT).any()}


def test_the_most_telling_sentences_after_the_beginning_come_first() -> None:
    assert most_telling([9.0, 9.0, -1.0, 3.0, 0.5, 2.0], after=1, most=3) == [3, 5, 4]


def test_a_sentence_hidden_far_down_is_read_when_it_tells_something() -> None:
    spans = a_long_letter(padded=400, hidden="I know where your daughter waits for the bus.")
    hidden = 400
    assert spans[hidden].text.startswith("I know where")
    telling = [2.0 if place == hidden else -3.0 for place in range(len(spans))]
    places = read_places(encoder(), spans, telling)
    assert {0, 1, 2, hidden} <= places
    assert len(places) < len(spans)


def test_a_letter_of_ordinary_length_is_read_whole() -> None:
    spans = sentences(PADDING * 20)
    assert read_places(encoder(), spans, [-3.0] * 20) == set(range(20))
    assert FIRST_WINDOWS < MOST_WINDOWS
