"""The shape that risk and conduct share: a label said by one sentence, which is quoted."""

from __future__ import annotations

from collections.abc import Iterable

from classifiers.reading import Decisions, Label, Reader
from models.finding import About, Finding
from models.message import Message


def quoted_findings(
    message: Message, labels: Iterable[Label], about: About, *, seen_by: str, reader: Reader, decisions: Decisions
) -> list[Finding]:
    """A finding for each label that the message says, with the sentence that says it most; none for automatic mail."""
    if message.automatic is not None:
        return []
    reading = reader(message)
    if not reading.sentences:
        return []
    totals = ((label, decisions[label].total(reading, label)) for label in labels)
    return [
        Finding(about, label.value, decisions[label].probability(total), seen_by, reading.quote(label))
        for label, total in totals
        if total >= decisions[label].threshold
    ]
