"""Hints at the conduct that policy section 6 gives as examples. A person decides whether they apply (INV-03)."""

from __future__ import annotations

from classifiers.labelled import quoted_findings
from classifiers.reading import Lines, Reader
from models.finding import About, Conduct, Finding
from models.history import History
from models.message import Direction, Message


class Conducts:
    name = "conduct"
    version = "2"

    def __init__(self, reader: Reader, lines: Lines) -> None:
        self._read = reader
        self._lines = lines

    def look(self, message: Message, history: History) -> list[Finding]:
        labels = [
            label for label in Conduct if label is not Conduct.REFUSES_OUTCOME or _an_outcome_is_possible(history)
        ]
        return quoted_findings(
            message,
            labels,
            About.CONDUCT,
            seen_by=f"{self.name} {self.version}",
            reader=self._read,
            lines=self._lines,
        )


def _an_outcome_is_possible(history: History) -> bool:
    """Nobody refuses an outcome whom the council never answered; where nothing is known of the writer, it may have."""
    return history.customer is None or any(past.direction is Direction.OUT for past in history.own)
