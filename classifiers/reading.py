"""One reading of a message's own words, shared by every classifier of what a message says."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from classifiers.artefact import load_arrays
from classifiers.features import features
from classifiers.kept import load_json
from classifiers.linear import Linear, Logits
from classifiers.text import Span, sentences, words
from models.finding import About, Abuse, Conduct, Evidence, Kind, Risk
from models.message import Message

Label = Abuse | Risk | Conduct | Kind
LABELS: tuple[Label, ...] = (*Abuse, *Risk, *Conduct, *Kind)  # the columns of both models, in this order
COLUMN = {label: column for column, label in enumerate(LABELS)}
MOST_SENTENCES = 4_000  # of one message; the rest is not read
ABOUT: dict[type[Label], About] = {Abuse: About.ABUSE, Risk: About.RISK, Conduct: About.CONDUCT, Kind: About.KIND}


@dataclass(frozen=True, slots=True)
class Reading:
    """What the two models made of a text: `lines` has a row of sums for each sentence, `letter` one for the whole."""

    sentences: tuple[Span, ...]
    lines: Logits
    letter: Logits

    def best(self, label: Label) -> int:
        """The sentence that says it most; only asked when there is one."""
        return int(np.argmax(self.lines[:, COLUMN[label]]))

    def line(self, label: Label, sentence: int) -> float:
        return float(self.lines[sentence, COLUMN[label]])

    def quote(self, label: Label) -> tuple[Evidence, ...]:
        """The sentence that says it most, as evidence."""
        if not self.sentences:
            return ()
        best = self.best(label)
        span = self.sentences[best]
        return (Evidence(quote=span.text, start=span.start, reason="words", weight=round(self.line(label, best), 3)),)


Reader = Callable[[Message], Reading]


@dataclass(frozen=True, slots=True)
class Decision:
    """When a label is said: from which sum on, and how much of it is the whole letter's.

    `slope` and `offset` turn the sum into a probability (Platt), measured on letters the models had not seen.
    """

    letter_share: float
    threshold: float
    slope: float
    offset: float

    def total(self, reading: Reading, label: Label) -> float:
        whole = float(reading.letter[COLUMN[label]])
        if not reading.sentences:
            return whole
        return self.letter_share * whole + (1 - self.letter_share) * reading.line(label, reading.best(label))

    def margin(self, reading: Reading, label: Label) -> float:
        """How far above (or below) the line of saying it."""
        return self.total(reading, label) - self.threshold

    def probability(self, total: float) -> float:
        return round(1 / (1 + math.exp(-max(-30.0, min(30.0, self.slope * total + self.offset)))), 4)


Decisions = Mapping[Label, Decision]


@dataclass(frozen=True, slots=True)
class Models:
    """Lines: reads a sentence. Letters: reads subject and own words together."""

    lines: Linear
    letters: Linear

    def read(self, own: str, subject: str = "", recipients: int = 0) -> Reading:
        found = tuple(sentences(own))[:MOST_SENTENCES]
        rows = self.lines.logits([features(words(span.text)) for span in found])
        whole = features(words(own), subject=words(subject[:2_000]), recipients=recipients)
        return Reading(found, rows, self.letters.logits([whole])[0])


@lru_cache(maxsize=1)
def models() -> Models:
    """The models as installed, loaded once. Raises ArtefactDamaged."""
    return Models(Linear.from_arrays(load_arrays("lines.npz")), Linear.from_arrays(load_arrays("letters.npz")))


@lru_cache(maxsize=8)
def _read(own: str, subject: str, recipients: int) -> Reading:
    return models().read(own, subject, recipients)


def read(message: Message) -> Reading:
    """Read a message's own new words; the classifiers that look at it one after another share one reading."""
    return _read(message.words.own, message.subject, len(message.recipients))


@lru_cache(maxsize=1)
def decisions() -> Decisions:
    kept = load_json("decisions.json")
    return {label: Decision(**kept[key(label)]) for label in LABELS}


def key(label: Label) -> str:
    """`abuse/insult`, `kind/foi`: how a label is written in decisions.json."""
    return f"{ABOUT[type(label)].value}/{label.value}"
