"""The classifiers of what one message says, as installed."""

from __future__ import annotations

from functools import lru_cache

from classifiers.abuse import AbuseWords
from classifiers.base import Classifier
from classifiers.conduct import Conducts
from classifiers.kinds import Kinds
from classifiers.language import Languages, tongues
from classifiers.reading import Lines, Reader, lines, models, read, stack
from classifiers.risk import Risks
from classifiers.statutory import Statutory
from models.finding import Finding
from models.history import NOTHING_KNOWN, History
from models.message import Message


class InEnglish:
    """Lets a classifier look at letters in English. Of another language it could only guess.

    The finding of `Languages` stands in its place then, and a person reads the letter. What a machine sent is told by
    its headers, in any language.
    """

    def __init__(self, classifier: Classifier) -> None:
        self._classifier = classifier
        self.name = classifier.name
        self.version = classifier.version

    def look(self, message: Message, history: History) -> list[Finding]:
        if message.automatic is None and not tongues(message.words.own).english:
            return []
        return self._classifier.look(message, history)


def readers_of_words(reader: Reader, known: Lines) -> tuple[Classifier, ...]:
    """The classifiers that share one reading."""
    reading: tuple[Classifier, ...] = (
        Kinds(reader, known),
        Statutory(reader, known),
        AbuseWords(reader, known),
        Risks(reader, known),
        Conducts(reader, known),
    )
    return tuple(InEnglish(classifier) for classifier in reading)


@lru_cache(maxsize=1)
def word_classifiers() -> tuple[Classifier, ...]:
    """Loaded once, weights checked against their manifests. Raises ArtefactDamaged."""
    models()
    stack()
    return (*readers_of_words(read, lines()), Languages())


def examine(message: Message, history: History = NOTHING_KNOWN) -> list[Finding]:
    """Everything the words of one message say."""
    return [finding for classifier in word_classifiers() for finding in classifier.look(message, history)]
