"""Requests the law gives a right to an answer to: FOI, EIR, SAR; and appeals and reviews asked for.

In law a request need not name an Act (FOIA s8: in writing, a name and address, describes the information; EIR reg 5;
UK GDPR art 15), so the models learned requests that never do. A missed one costs a clock, a false one a glance: the
line is drawn for recall.
"""

from __future__ import annotations

from classifiers.kinds import RIGHTS
from classifiers.reading import Decisions, Reader
from models.finding import About, Finding, Kind
from models.history import History
from models.message import Message


class Statutory:
    name = "statutory"
    version = "1"

    def __init__(self, reader: Reader, decisions: Decisions) -> None:
        self._read = reader
        self._decisions = decisions

    def look(self, message: Message, history: History) -> list[Finding]:
        if message.automatic is not None:
            return []
        reading = self._read(message)
        if self._decisions[Kind.AUTOMATIC].margin(reading, Kind.AUTOMATIC) > max(
            self._decisions[kind].margin(reading, kind) for kind in RIGHTS
        ):
            return []
        totals = {kind: self._decisions[kind].total(reading, kind) for kind in RIGHTS}
        return [
            Finding(
                About.KIND,
                kind.value,
                self._decisions[kind].probability(total),
                f"{self.name} {self.version}",
                reading.quote(kind),
            )
            for kind, total in totals.items()
            if total >= self._decisions[kind].threshold
        ]
