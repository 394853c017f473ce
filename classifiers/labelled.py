"""The shape that risk and conduct share: a label said by one sentence, which is quoted."""

from __future__ import annotations

from collections.abc import Iterable

from classifiers.reading import Label, Lines, Reader
from models.finding import About, Finding
from models.message import Message


def quoted_findings(
    message: Message, labels: Iterable[Label], about: About, *, seen_by: str, reader: Reader, lines: Lines
) -> list[Finding]:
    """A finding for each label that the message says, with the sentence that says it most; none for automatic mail."""
    if message.automatic is not None:
        return []
    reading = reader(message)
    if not reading.sentences:
        return []
    return [
        Finding(about, label.value, reading.probability(label), seen_by, reading.quote(label))
        for label in labels
        if reading.total(label) >= lines[label]
    ]
