"""Who is on a line of the register, by the record that stands for them today, and who aids them (REC-03)."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from models.associate import confirmed_pairs
from models.case import CaseStep, StepKind
from models.customer import Customer, kept, same_person


class People:
    """The customers' records as a register names them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def standing_for(self, number: int) -> Customer:
        """The record that stands for this person today."""
        return kept(self._session, self._session.get_one(Customer, number))

    def address(self, number: int) -> str:
        """Of the record that stands, else the first that any of the person's records holds."""
        records = [self._session.get_one(Customer, n) for n in sorted(same_person(self._session, [number]))]
        standing = self.standing_for(number)
        return next((" ".join(r.address.split()) for r in (standing, *records) if r.address.strip()), "")

    def named(self, number: int) -> str:
        """Reference, name and address of another person on a line."""
        person = self.standing_for(number)
        return ", ".join(part for part in (person.reference, person.name, self.address(number)) if part)

    def aiding(self, number: int, steps: Iterable[CaseStep]) -> tuple[str, ...]:
        """Everybody who aids this person, as officers confirmed or found with evidence; never by what a program saw.

        A member of parliament, a councillor or another who is never restricted is engaged with, and is not taken for
        one who aids (CIR-03). Being named here restricts nobody (INV-10).
        """
        own = {self.standing_for(n).id for n in same_person(self._session, [number])}
        found = {
            self.standing_for(int(step.facts["person"])).id: f"found so on {step.on.isoformat()}"
            for step in steps
            if step.kind is StepKind.CIRCUMVENTION and isinstance(step.facts.get("person"), int)
        }
        for writer, whom in sorted(confirmed_pairs(self._session, same_person(self._session, [number]))):
            if whom in own:
                found.setdefault(writer, "confirmed by an officer")
        return tuple(
            f"{self.named(other)} ({how})"
            for other, how in found.items()
            if other not in own and not self.standing_for(other).never_restrict
        )
