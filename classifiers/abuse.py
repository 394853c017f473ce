"""Abuse in the sender's own new words (INV-22), with the shortest words that carry it. Drawn for precision."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from classifiers.reading import Lines, Reader, Reading
from classifiers.text import Span, words
from models.finding import About, Abuse, Evidence, Finding
from models.history import History
from models.message import Message

MOST_QUOTES = 5  # of one category; more would not tell the officer more
LEAN = 1.0  # added to every word before the best run is taken: higher quotes longer
_PLACE = {category: place for place, category in enumerate(Abuse)}


def carried_by(reading: Reading, sentence: int, category: Abuse) -> Span | None:
    """The words of a sentence that carry the abuse: each word is judged, the best unbroken run is taken.

    A sentence of which no word was judged is its own carrier; None where they were and none of them carries it.
    """
    span = reading.sentences[sentence]
    judged = _judged(reading, sentence, category)
    found = [word for word in words(span.text) if span.start + word.start in judged]
    if not found:
        return span
    values = [judged[span.start + word.start] + LEAN for word in found]
    first, last = best_run(values)
    if sum(values[first : last + 1]) <= 0:
        return None
    start, end = found[first].start, found[last].end
    return Span(span.start + start, span.start + end, span.text[start:end])


def _judged(reading: Reading, sentence: int, category: Abuse) -> dict[int, float]:
    """Where each word starts, and the sum of the piece of it that carries most."""
    judged: dict[int, float] = {}
    for start, total in reading.carriers.of(sentence, _PLACE[category]):
        judged[start] = max(judged.get(start, -np.inf), total)
    return judged


def best_run(values: list[float]) -> tuple[int, int]:
    """First and last place of the run with the highest sum; never empty. Kadane, linear."""
    best, run = -np.inf, -np.inf
    first = last = begun = 0
    for place, value in enumerate(values):
        if run <= 0:
            run, begun = value, place
        else:
            run += value
        if run > best:
            best, first, last = run, begun, place
    return first, last


class AbuseWords:
    name = "abuse"
    version = "2"

    def __init__(self, reader: Reader, lines: Lines) -> None:
        self._read = reader
        self._lines = lines

    def look(self, message: Message, history: History) -> list[Finding]:
        if message.automatic is not None:
            return []
        reading = self._read(message)
        if not reading.sentences:
            return []
        return [finding for category in Abuse for finding in self._said(reading, category)]

    def _said(self, reading: Reading, category: Abuse) -> Iterator[Finding]:
        line = self._lines[category]
        if reading.total(category) < line:
            return
        best, *others = _abusive(reading, category, line)
        yield self._finding(reading, best, category, carried_by(reading, best, category) or reading.sentences[best])
        for place in others:
            if carrier := carried_by(reading, place, category):
                yield self._finding(reading, place, category, carrier)

    def _finding(self, reading: Reading, place: int, category: Abuse, carrier: Span) -> Finding:
        evidence = Evidence(
            quote=carrier.text, start=carrier.start, reason="words", weight=round(reading.line(category, place), 3)
        )
        score = reading.probability(category)
        return Finding(About.ABUSE, category.value, score, f"{self.name} {self.version}", (evidence,))


def _abusive(reading: Reading, category: Abuse, line: float) -> list[int]:
    """The sentence that says it most and every other that would do alone, most first."""
    best = reading.best(category)
    whole = reading.total(category) - reading.line(category, best)
    order = sorted(range(len(reading.sentences)), key=lambda place: -reading.line(category, place))
    return [place for place in order if place == best or whole + reading.line(category, place) >= line][:MOST_QUOTES]
