"""What ought to be, told a second time and without the program: plain lists, and the policy's sentences over them.

It shares no code with `models` and `bot` beyond the names of things. Where the two disagree, one of them is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

NEVER = ("parliament.uk", "gov.uk")  # of the policy's list, what these histories use
COUNCIL = "porthmellin.gov.example"
DIVERTING = {"email_block", "single_point_of_contact"}


@dataclass
class Person:
    points: dict[str, str] = field(default_factory=dict)  # address -> standing
    protected: bool = False
    merged_into: int | None = None
    warnings: list[tuple[str, date]] = field(default_factory=list)


@dataclass
class Decided:
    person: int
    on: date
    terms: dict[str, tuple[date, date]]  # measure -> first day, first day without
    letter: date | None = None
    spoilt: bool = False


@dataclass
class Bound:
    decision: int
    measure: str
    starts: date
    ends: date
    since: int = 0  # the entry of the history by which it was imposed
    known: date = date.min  # the last day on which anything was recorded since; no clock that is put back undoes it
    liftings: list[date] = field(default_factory=list)
    spoilt: bool = False


@dataclass
class Expected:
    people: dict[int, Person] = field(default_factory=dict)
    decisions: dict[int, Decided] = field(default_factory=dict)
    restrictions: dict[int, Bound] = field(default_factory=dict)
    on: bool = False

    def standing_for(self, number: int) -> int:
        while (into := self.people[number].merged_into) is not None:
            number = into
        return number

    def same(self, number: int) -> set[int]:
        kept = self.standing_for(number)
        return {other for other in self.people if self.standing_for(other) == kept}

    def may_be_decided(self, number: int, on: date, *, exception: bool) -> bool:
        people = [self.people[other] for other in self.same(number)]
        if any(p.protected or any(is_never(a) for a in confirmed(p)) for p in people):
            return False
        sent = {stage for p in people for stage, day in p.warnings if day <= on}
        return exception or sent == {"initial", "formal_prior"}

    def in_force(self, number: int, day: date) -> bool:
        bound = self.restrictions[number]
        decision = self.decisions[bound.decision]
        if bound.spoilt or decision.spoilt or decision.letter is None:
            return False
        begun = bound.starts <= day and decision.letter <= day
        return begun and max(day, bound.known) < bound.ends and not bound.liftings

    def addresses(self, number: int) -> tuple[str, ...]:
        """Confirmed to be this person's, under whichever of their records, and nobody else's; nobody's who may not."""
        same = self.same(self.decisions[self.restrictions[number].decision].person)
        if any(self.people[other].protected for other in same):
            return ()
        own = {address for other in same for address in confirmed(self.people[other])}
        others = {a for other, person in self.people.items() if other not in same for a in confirmed(person)}
        return tuple(sorted(a for a in own - others if not is_never(a) and not a.endswith(f"@{COUNCIL}")))

    def rules(self, day: date) -> set[tuple[int, tuple[str, ...], date, date]]:
        """Restriction, addresses, first day, first day without: exactly these must stand on the server."""
        if not self.on:
            return set()
        return {
            (number, self.addresses(number), bound.starts, bound.ends)
            for number, bound in self.restrictions.items()
            if bound.measure in DIVERTING and self.in_force(number, day) and self.addresses(number)
        }


def confirmed(person: Person) -> set[str]:
    return {address for address, standing in person.points.items() if standing == "confirmed"}


def is_never(address: str) -> bool:
    domain = address.rpartition("@")[2]
    return any(domain == never or domain.endswith(f".{never}") for never in NEVER)
