"""The classifiers of what one message says, as installed."""

from __future__ import annotations

from functools import lru_cache

from classifiers.abuse import AbuseWords, carriers
from classifiers.base import Classifier
from classifiers.conduct import Conducts
from classifiers.kinds import Kinds
from classifiers.language import Languages
from classifiers.reading import decisions, models, read
from classifiers.risk import Risks
from classifiers.statutory import Statutory
from models.finding import Finding
from models.history import NOTHING_KNOWN, History
from models.message import Message


@lru_cache(maxsize=1)
def word_classifiers() -> tuple[Classifier, ...]:
    """Loaded once, weights checked against their manifests. Raises ArtefactDamaged."""
    models()
    known = decisions()
    return (
        Kinds(read, known),
        Statutory(read, known),
        AbuseWords(read, known, carriers()),
        Risks(read, known),
        Conducts(read, known),
        Languages(),
    )


def examine(message: Message, history: History = NOTHING_KNOWN) -> list[Finding]:
    """Everything the words of one message say."""
    return [finding for classifier in word_classifiers() for finding in classifier.look(message, history)]
