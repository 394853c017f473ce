"""The classifiers of what one message says, as installed."""

from __future__ import annotations

from functools import lru_cache

from classifiers.abuse import AbuseWords
from classifiers.base import Classifier
from classifiers.conduct import Conducts
from classifiers.kinds import Kinds
from classifiers.language import Languages
from classifiers.reading import Lines, Reader, lines, models, read, stack
from classifiers.risk import Risks
from classifiers.statutory import Statutory
from models.finding import Finding
from models.history import NOTHING_KNOWN, History
from models.message import Message


def readers_of_words(reader: Reader, known: Lines) -> tuple[Classifier, ...]:
    """The classifiers that share one reading."""
    return (
        Kinds(reader, known),
        Statutory(reader, known),
        AbuseWords(reader, known),
        Risks(reader, known),
        Conducts(reader, known),
    )


@lru_cache(maxsize=1)
def word_classifiers() -> tuple[Classifier, ...]:
    """Loaded once, weights checked against their manifests. Raises ArtefactDamaged."""
    models()
    stack()
    return (*readers_of_words(read, lines()), Languages())


def examine(message: Message, history: History = NOTHING_KNOWN) -> list[Finding]:
    """Everything the words of one message say."""
    return [finding for classifier in word_classifiers() for finding in classifier.look(message, history)]
