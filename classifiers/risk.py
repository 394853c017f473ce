"""Signs that somebody may be in danger or needs an adjustment. The line is drawn for recall: a miss may cost a life."""

from __future__ import annotations

from classifiers.labelled import quoted_findings
from classifiers.plain_signs import own_life_in_danger
from classifiers.reading import Lines, Reader
from classifiers.text import words
from models.finding import About, Evidence, Finding, Risk
from models.history import History
from models.message import Message

OUTRIGHT = 0.95  # what is said in so many words; not measured, the corpus hardly ever says it so


class Risks:
    name = "risk"
    version = "2"

    def __init__(self, reader: Reader, lines: Lines) -> None:
        self._read = reader
        self._lines = lines

    def look(self, message: Message, history: History) -> list[Finding]:
        seen_by = f"{self.name} {self.version}"
        found = quoted_findings(message, Risk, About.RISK, seen_by=seen_by, reader=self._read, lines=self._lines)
        outright = self._outright(message)
        if outright is None:
            return found
        plain = Finding(About.RISK, Risk.SELF_HARM.value, OUTRIGHT, seen_by, (outright,))
        return [plain, *(finding for finding in found if finding.label != Risk.SELF_HARM.value)]

    def _outright(self, message: Message) -> Evidence | None:
        if message.automatic is not None:
            return None
        for span in self._read(message).sentences:
            if own_life_in_danger(words(span.text)):
                return Evidence(quote=span.text, start=span.start, reason="plain_words", weight=1.0)
        return None
