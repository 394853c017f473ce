"""What a message is: complaint, service request, enquiry ... The rights-based kinds are in `statutory`."""

from __future__ import annotations

from classifiers.reading import Lines, Reader, Reading
from models.finding import STATUTORY, About, Evidence, Finding, Kind
from models.history import History
from models.message import Message

RIGHTS = (*sorted(STATUTORY), Kind.APPEAL)
ORDINARY = tuple(kind for kind in Kind if kind not in RIGHTS)


class Kinds:
    """Names the ordinary kinds. A message that is nothing else takes its likeliest kind: every message is something."""

    name = "kinds"
    version = "2"

    def __init__(self, reader: Reader, lines: Lines) -> None:
        self._read = reader
        self._lines = lines

    def look(self, message: Message, history: History) -> list[Finding]:
        if message.automatic is not None:
            return [self._by_header(message)]
        reading = self._read(message)
        return [self._finding(kind, reading) for kind in self._said(reading)]

    def _said(self, reading: Reading) -> list[Kind]:
        margin = {kind: reading.total(kind) - self._lines[kind] for kind in Kind}
        likeliest = max(ORDINARY, key=lambda kind: margin[kind])
        if likeliest is Kind.AUTOMATIC and margin[likeliest] >= 0:
            return [Kind.AUTOMATIC]
        said: list[Kind] = [kind for kind in ORDINARY if margin[kind] >= 0 and kind is not Kind.AUTOMATIC]
        if said or any(margin[kind] >= 0 for kind in RIGHTS):
            return said
        return [likeliest]

    def _finding(self, kind: Kind, reading: Reading) -> Finding:
        score = reading.probability(kind)
        return Finding(About.KIND, kind.value, score, f"{self.name} {self.version}", reading.quote(kind))

    def _by_header(self, message: Message) -> Finding:
        why = Evidence(reason=str(message.automatic), weight=1.0)
        return Finding(About.KIND, Kind.AUTOMATIC.value, 1.0, f"{self.name} {self.version}", (why,))
