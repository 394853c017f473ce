"""What a letter says by itself, as signs for how it stands to a matter: a request for records is seldom a repeat."""

from __future__ import annotations

from classifiers.language import tongues
from classifiers.reading import Label, read_at_first
from models.finding import Conduct, Kind
from models.message import Message

LABELS: tuple[Label, ...] = (
    Kind.FOI,
    Kind.EIR,
    Kind.SAR,
    Kind.APPEAL,
    Kind.PUBLIC_QUESTION,
    Kind.THANKS,
    Kind.COMPLAINT,
    Kind.ENQUIRY,
    Kind.SERVICE_REQUEST,
    Kind.COMMENT,
    Conduct.REFUSES_OUTCOME,
)
LOUDEST = 5.0  # log-odds either way; more says no more


def said(message: Message) -> dict[str, float]:
    """Log-odds of each label; nothing for a letter in a language that the readers were not made for."""
    if not tongues(message.words.own).english:
        return {}
    reading = read_at_first(message)
    return {f"says_{label.value}": max(-LOUDEST, min(LOUDEST, reading.total(label))) for label in LABELS}
