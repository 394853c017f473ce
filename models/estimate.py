"""The estimate sheet of an FOI request: what finding the information would take, and the limit (FOIA s12; FE-07)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from models.procedure import Procedure
from models.request import InformationRequest, RequestStep, RequestStepKind, find_request, request_steps

K = RequestStepKind

# Fees Regulations 2004 reg 4(3): these four count and nothing else; not reading, redacting, copying or deciding.
TASKS = {
    "determining": "determining whether the council holds it",
    "locating": "locating it, or a document that may contain it",
    "retrieving": "retrieving it, or a document that may contain it",
    "extracting": "extracting it from a document that contains it",
}


@dataclass(frozen=True, slots=True)
class SheetLine:
    request: str
    task: str
    words: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """`limit_hours` at `rate_pounds` an hour: 18 at 25 is 450 pounds for a council (regs 3 and 4)."""

    lines: tuple[SheetLine, ...]
    limit_hours: int
    rate_pounds: int

    @property
    def minutes(self) -> int:
        return sum(line.minutes for line in self.lines)

    @property
    def over(self) -> bool:
        """Whether the limit is exceeded: more than it, not as much."""
        return self.minutes > self.limit_hours * 60

    def in_words(self) -> str:
        """ "21 hours 30 minutes, £537.50; the limit is 18 hours, £450"."""
        pounds = self.minutes * self.rate_pounds / 60
        return (
            f"{hours(self.minutes)}, £{pounds:.2f}; the limit is {self.limit_hours} hours, "
            f"£{self.limit_hours * self.rate_pounds}"
        )


def hours(minutes: int) -> str:
    """ "1 hour 30 minutes"."""
    whole, rest = divmod(minutes, 60)
    parts = [f"{n} {word}{'' if n == 1 else 's'}" for n, word in ((whole, "hour"), (rest, "minute")) if n]
    return " ".join(parts) or "no time"


def sheet_of(session: Session, request: InformationRequest, procedure: Procedure) -> Sheet:
    """The lines of this request and of those that are added up with it (reg 5), in order. Of several lines about one
    thing the last counts: a wrong line is put right by a later one, 0 minutes strikes it."""
    steps = request_steps(session, request)
    lines = _lines(request.reference, steps)
    for step in steps:
        if step.kind is K.AGGREGATED:
            other = find_request(session, str(step.facts["with"]))
            lines += _lines(other.reference, request_steps(session, other))
    return Sheet(tuple(lines), procedure.clocks.fees_limit_hours, procedure.clocks.fees_rate_pounds)


def _lines(reference: str, steps: Sequence[RequestStep]) -> list[SheetLine]:
    found: dict[tuple[str, str], SheetLine] = {}
    for step in steps:
        if step.kind is K.ESTIMATE:
            task, about = str(step.facts["task"]), " ".join(step.words.split())
            found[task, about.casefold()] = SheetLine(reference, task, about, int(step.facts["minutes"]))
    return [line for line in found.values() if line.minutes]
