"""Abuse in the sender's own new words (INV-22), with the shortest words that carry it. Drawn for precision."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from classifiers.artefact import load_arrays
from classifiers.features import token_features
from classifiers.linear import Linear
from classifiers.reading import Decision, Decisions, Reader, Reading
from classifiers.text import Span, words
from models.finding import About, Abuse, Evidence, Finding
from models.history import History
from models.message import Message

MOST_QUOTES = 5  # of one category; more would not tell the officer more


@dataclass(frozen=True, slots=True)
class Carriers:
    """Finds the words of an abusive sentence that carry the abuse: each word is judged, the best unbroken run is taken.

    `lean` is added to every word: higher quotes longer.
    """

    model: Linear
    lean: float = 0.0

    def carried_by(self, text: str, category: Abuse) -> Span:
        """The best run of words; a sentence without words is its own carrier."""
        found = words(text)
        if not found:
            return Span(0, len(text), text)
        each = self.model.logits(token_features(found, category.value))[:, 0] + self.lean
        first, last = best_run([float(one) for one in each])
        start, end = found[first].start, found[last].end
        return Span(start, end, text[start:end])


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
    version = "1"

    def __init__(self, reader: Reader, decisions: Decisions, carriers: Carriers) -> None:
        self._read = reader
        self._decisions = decisions
        self._carriers = carriers

    def look(self, message: Message, history: History) -> list[Finding]:
        if message.automatic is not None:
            return []
        reading = self._read(message)
        if not reading.sentences:
            return []
        return [finding for category in Abuse for finding in self._said(reading, category)]

    def _said(self, reading: Reading, category: Abuse) -> Iterator[Finding]:
        decision = self._decisions[category]
        total = decision.total(reading, category)
        if total < decision.threshold:
            return
        for place in _abusive(reading, category, decision):
            yield self._finding(reading, place, category, decision.probability(total))

    def _finding(self, reading: Reading, place: int, category: Abuse, score: float) -> Finding:
        sentence = reading.sentences[place]
        carrier = self._carriers.carried_by(sentence.text, category)
        evidence = Evidence(
            quote=carrier.text,
            start=sentence.start + carrier.start,
            reason="words",
            weight=round(reading.line(category, place), 3),
        )
        return Finding(About.ABUSE, category.value, score, f"{self.name} {self.version}", (evidence,))


def _abusive(reading: Reading, category: Abuse, decision: Decision) -> list[int]:
    """The sentence that says it most and every other that would do alone, most first."""
    best = reading.best(category)
    order = sorted(range(len(reading.sentences)), key=lambda place: -reading.line(category, place))
    alone = max(decision.threshold, 0.0)
    return [place for place in order if place == best or reading.line(category, place) >= alone][:MOST_QUOTES]


@lru_cache(maxsize=1)
def carriers() -> Carriers:
    """As installed. Raises ArtefactDamaged."""
    kept = load_arrays("carriers.npz")
    return Carriers(Linear.from_arrays(kept), float(kept["lean"][0]))
