"""Requests the law gives a right to an answer to: FOI, EIR, SAR; and appeals and reviews asked for.

In law a request need not name an Act (FOIA s8: in writing, a name and address, describes the information; EIR reg 5;
UK GDPR art 15), so the models learned requests that never do. A missed one costs a clock, a false one a glance: the
line is drawn for recall.
"""

from __future__ import annotations

from classifiers.kinds import RIGHTS
from classifiers.reading import Lines, Reader
from models.finding import About, Finding, Kind
from models.history import History
from models.message import Message


class Statutory:
    name = "statutory"
    version = "2"

    def __init__(self, reader: Reader, lines: Lines) -> None:
        self._read = reader
        self._lines = lines

    def look(self, message: Message, history: History) -> list[Finding]:
        if message.automatic is not None:
            return []
        reading = self._read(message)
        margin = {kind: reading.total(kind) - self._lines[kind] for kind in (*RIGHTS, Kind.AUTOMATIC)}
        if margin[Kind.AUTOMATIC] > max(margin[kind] for kind in RIGHTS):
            return []
        seen_by = f"{self.name} {self.version}"
        return [
            Finding(About.KIND, kind.value, reading.probability(kind), seen_by, reading.quote(kind))
            for kind in RIGHTS
            if margin[kind] >= 0
        ]
