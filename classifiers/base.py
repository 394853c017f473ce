"""The one interface of every classifier: values in, findings out. No database, no mail, no settings, no clock."""

from __future__ import annotations

from typing import Protocol

from models.finding import Finding
from models.history import History
from models.message import Message


class Classifier(Protocol):
    """Looks at one message in the light of what is known and says what it saw, with evidence.

    Never raises for odd text (empty, huge, binary, other languages), never changes anything, and gives the same
    findings for the same input.
    """

    name: str
    version: str

    def look(self, message: Message, history: History) -> list[Finding]: ...
