"""One reading of a message's own words, shared by every classifier of what a message says.

Three readers look at a text: the encoder, which knows what words mean beside each other, and two linear models over
words, one of sentences and one of whole letters, which know the turns of phrase of council mail. A fourth, small model
(the stack) weighs them label by label; its sum is the log-odds that a careful clerk would give the label.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from classifiers.ahead import Lately
from classifiers.artefact import Arrays, load_arrays
from classifiers.encoder import Encoder, encoder
from classifiers.features import features
from classifiers.language import tongues
from classifiers.linear import Linear, Logits
from classifiers.pooling import NO_CARRIERS, Carriers, Encoded
from classifiers.text import LONGEST, Span, joined, sentences, words
from models.finding import STATUTORY, About, Abuse, Conduct, Evidence, Kind, Risk
from models.message import Message

Label = Abuse | Risk | Conduct | Kind
LABELS: tuple[Label, ...] = (*Abuse, *Risk, *Conduct, *Kind)  # the columns of every model, in this order
COLUMN = {label: column for column, label in enumerate(LABELS)}
STACK = "stack.npz"
FIRST = "first_"  # before the names of the arrays of the first stack
MOST_SENTENCES = 4_000  # of one message; of more, the short ones are read together
LONGEST_SUBJECT = 2_000  # characters; the rest is not read
MOST_REMEMBERED = 16  # readings; more than are ever read ahead (classifiers.ahead), so that none is made twice
_MUST_NOT_BE_LOST = [COLUMN[label] for label in (*Abuse, *Risk, *Conduct, *sorted(STATUTORY), Kind.APPEAL)]
ABOUT: dict[type[Label], About] = {Abuse: About.ABUSE, Risk: About.RISK, Conduct: About.CONDUCT, Kind: About.KIND}


@dataclass(frozen=True, slots=True)
class Raw:
    """What the readers make of a text before they are weighed: a row for each sentence, one row for the letter."""

    sentences: tuple[Span, ...]
    word_lines: Logits
    word_letter: Logits
    encoded: Encoded
    recipients: int = 1


@dataclass(frozen=True, slots=True)
class Reading:
    """Log-odds: `letter` of the whole, `lines` what a sentence adds; a label's sum takes the sentence that adds most.

    `carriers` knows which words of a sentence carry abuse.
    """

    sentences: tuple[Span, ...]
    lines: Logits
    letter: Logits
    carriers: Carriers = NO_CARRIERS

    def best(self, label: Label) -> int:
        """The sentence that says it most; only asked when there is one."""
        return int(np.argmax(self.lines[:, COLUMN[label]]))

    def line(self, label: Label, sentence: int) -> float:
        return float(self.lines[sentence, COLUMN[label]])

    def total(self, label: Label) -> float:
        """Log-odds that the message says it."""
        whole = float(self.letter[COLUMN[label]])
        return whole + self.line(label, self.best(label)) if self.sentences else whole

    def probability(self, label: Label) -> float:
        return round(1 / (1 + math.exp(-max(-30.0, min(30.0, self.total(label))))), 4)

    def quote(self, label: Label) -> tuple[Evidence, ...]:
        """The sentence that says it most, as evidence."""
        if not self.sentences:
            return ()
        best = self.best(label)
        span = self.sentences[best]
        return (Evidence(quote=span.text, start=span.start, reason="words", weight=round(self.line(label, best), 3)),)


Reader = Callable[[Message], Reading]
Lines = Mapping[Label, float]  # the log-odds from which on a label is said


@dataclass(frozen=True, slots=True)
class Stack:
    """How much each reader weighs for each label.

    `lines` [2, labels]: the word model's and the encoder's loudest sentence. `letters` [2 * labels, labels]: what both
    make of the letter, where each label hears what they make of every other (a request is seldom thanks). `crowd`: what
    it says that a letter went to many; `offsets` the rest.
    """

    lines: Logits
    letters: Logits
    crowd: Logits
    offsets: Logits

    def weighed(self, raw: Raw) -> Reading:
        word_line, encoder_line = self.lines
        lines = raw.word_lines * word_line + raw.encoded.lines * encoder_line
        letter = np.concatenate([raw.word_letter, raw.encoded.letter]) @ self.letters
        letter = letter + crowd(raw.recipients) * self.crowd + self.offsets
        return Reading(raw.sentences, lines, letter, raw.encoded.carriers)

    @classmethod
    def from_arrays(cls, kept: Arrays) -> Stack:
        return cls(kept["lines"], kept["letters"], kept["crowd"], kept["offsets"])


def crowd(recipients: int) -> float:
    """How many a letter went to, as the stack counts it: two are nothing unusual."""
    return math.log(max(1, recipients - 1))


@dataclass(frozen=True, slots=True)
class Models:
    """Lines: reads a sentence. Letters: reads subject and own words together. The encoder: both at once."""

    lines: Linear
    letters: Linear
    encoder: Encoder

    def read(self, own: str, subject: str = "", recipients: int = 0) -> Raw:
        found = tuple(joined(own, sentences(own), MOST_SENTENCES))
        rows = self.lines.logits([features(words(span.text)) for span in found])
        whole = features(words(own), subject=words(subject[:LONGEST_SUBJECT]), recipients=recipients)
        telling = rows[:, _MUST_NOT_BE_LOST].max(axis=1).tolist()
        encoded = self.encoder.read(found, subject, telling)
        return Raw(found, rows, self.letters.logits([whole])[0], encoded, recipients)


@lru_cache(maxsize=1)
def models() -> Models:
    """The models as installed, loaded once. Raises ArtefactDamaged."""
    lines, letters = (Linear.from_arrays(load_arrays(name)) for name in ("lines.npz", "letters.npz"))
    return Models(lines, letters, encoder())


@lru_cache(maxsize=1)
def stack() -> Stack:
    """As installed."""
    return Stack.from_arrays(load_arrays(STACK))


@lru_cache(maxsize=1)
def first_stack() -> Stack:
    """What was learnt before the later mailboxes moved it: what else learns from those must not meet it again there."""
    kept = load_arrays(STACK)
    return Stack.from_arrays({name: kept.get(FIRST + name, array) for name, array in kept.items()})


ReadBy = Callable[[str, str, int], Raw | None]
_by: list[ReadBy] = []


@contextmanager
def reading_by(reader: ReadBy) -> Iterator[None]:
    """While it lasts, texts are read by this reader, and by the models here where it gives None."""
    _by.append(reader)
    try:
        yield
    finally:
        _by.remove(reader)


def _raw(own: str, subject: str, recipients: int) -> Raw:
    found = _by[-1](own, subject, recipients) if _by else None
    return models().read(own, subject, recipients) if found is None else found


_lately = Lately[tuple[str, str, int], tuple[Reading, Reading]](
    lambda told: _weighed_twice(_raw(*told)), most=MOST_REMEMBERED
)


def _weighed_twice(raw: Raw) -> tuple[Reading, Reading]:
    return stack().weighed(raw), first_stack().weighed(raw)


def read(message: Message) -> Reading:
    """Read a message's own new words; the classifiers that look at it one after another share one reading.

    Safe to call from several threads: two that ask for the same reading wait for one.
    """
    return _read(message)[0]


def read_at_first(message: Message) -> Reading:
    """The same reading, weighed by the first stack: what relation and the choice of a matter were taught with."""
    return _read(message)[1]


def _read(message: Message) -> tuple[Reading, Reading]:
    # Only what is read is remembered: of a letter of ten million characters, its first part.
    return _lately.of((message.words.own[:LONGEST], message.subject[:LONGEST_SUBJECT], len(message.recipients)))


def read_beforehand(message: Message) -> None:
    """Read what the classifiers will ask for: nothing that a machine wrote or that is in another language."""
    if message.automatic is None and tongues(message.words.own).english:
        read(message)


@lru_cache(maxsize=1)
def lines() -> Lines:
    """Where the line of each label lies, as chosen on letters that the models had not seen."""
    return {label: float(line) for label, line in zip(LABELS, load_arrays(STACK)["said_from"], strict=True)}


def key(label: Label) -> str:
    """`abuse/insult`, `kind/foi`: how a label is written in tables."""
    return f"{ABOUT[type(label)].value}/{label.value}"
