"""What is known of who acted for whom, found in earlier letters or said by an officer; and who is persistent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from models.associate import AssociateOutcome, AssociateRuling, Copy, latest_on_each
from models.columns import asking
from models.contact import Contact, ContactFinding
from models.finding import About, Relation
from models.history import PastContact, PersonSketch, Ruled
from models.message import Direction

LIKELY = 0.5
LIKELY_REPEAT = 0.4  # less is shown to an officer and makes nobody persistent
_NEWEST = 300  # contacts of the writer that are looked through
OFTEN = 5  # letters in the recent weeks
REPEATS = 2

_LATEST = (
    select(Contact.id)
    .where(Contact.customer_id.in_(bindparam("records", expanding=True)), Contact.at <= bindparam("at"))
    .order_by(Contact.at.desc(), Contact.id.desc())
    .limit(_NEWEST)
)
_ACTED_FOR = (
    select(ContactFinding.contact_id, ContactFinding.other_customer_id)
    .where(
        ContactFinding.contact_id.in_(_LATEST.scalar_subquery()),
        ContactFinding.about == About.ASSOCIATE.value,
        ContactFinding.score >= LIKELY,
    )
    .order_by(ContactFinding.contact_id, ContactFinding.id)
)
_RULED = select(AssociateRuling).where(AssociateRuling.customer_id.in_(bindparam("records", expanding=True)))
_WHOSE = (
    select(Contact.customer_id)
    .where(Contact.message_id.in_(bindparam("answers", expanding=True)), Contact.at <= bindparam("at"))
    .limit(20)
)
_COPIES = select(Copy.contact_id).where(Copy.contact_id.in_(bindparam("numbers", expanding=True)))
_REPEATS = select(ContactFinding.contact_id).where(
    ContactFinding.contact_id.in_(bindparam("numbers", expanding=True)),
    ContactFinding.about == About.RELATION.value,
    ContactFinding.label == Relation.REPEAT.value,
    ContactFinding.score >= LIKELY_REPEAT,
)


@dataclass(frozen=True, slots=True)
class Together:
    """For whom a writer acted before.

    by_contact  for each of their contacts in which that was found: for whom, as records
    ruled       what officers said of the writer and others, as records
    answered    whose letters, or answers of ours, the message goes on from
    """

    by_contact: Mapping[int, tuple[int, ...]]
    ruled: tuple[Ruled, ...]
    answered: tuple[int, ...]

    @property
    def customers(self) -> set[int]:
        found = {number for numbers in self.by_contact.values() for number in numbers}
        return found | {ruled.customer for ruled in self.ruled} | set(self.answered)


def together_of(session: Session, records: Collection[int], answers: Sequence[str], at: datetime) -> Together:
    """`records`: the writer's; none while the writer is unknown."""
    return Together(_found(session, records, at), _ruled(session, records), _answered(session, answers, at))


def _found(session: Session, records: Collection[int], at: datetime) -> dict[int, tuple[int, ...]]:
    if not records:
        return {}
    found: dict[int, tuple[int, ...]] = {}
    for contact, other in asking(session).execute(_ACTED_FOR, {"records": list(records), "at": at}):
        if other is not None:
            found[contact] = (*found.get(contact, ()), other)
    return found


def _ruled(session: Session, records: Collection[int]) -> tuple[Ruled, ...]:
    if not records:
        return ()
    rulings = session.scalars(_RULED, {"records": list(records)}).all()
    return tuple(
        Ruled(ruling.other_id, ruling.outcome is AssociateOutcome.CONFIRM, frozenset(ruling.kinds))
        for ruling in latest_on_each(rulings).values()
    )


def _answered(session: Session, answers: Sequence[str], at: datetime) -> tuple[int, ...]:
    if not answers:
        return ()
    whose = asking(session).scalars(_WHOSE, {"answers": list(answers), "at": at})
    return tuple(dict.fromkeys(number for number in whose if number is not None))


def noted(
    contacts: Iterable[PastContact], together: Together, stands_for: Mapping[int, int]
) -> tuple[PastContact, ...]:
    """The contacts, each with the people for whom its writer acted in it; not those whom an officer ruled out."""
    out = {ruled.customer for ruled in together.ruled if not ruled.confirmed}

    def people(contact: PastContact) -> tuple[int, ...]:
        others = (o for o in together.by_contact.get(contact.id, ()) if o not in out)
        return tuple(dict.fromkeys(stands_for.get(o, o) for o in others))

    return tuple(
        replace(contact, acts_for=people(contact)) if contact.id in together.by_contact else contact
        for contact in contacts
    )


def with_persistence(
    session: Session, people: Iterable[PersonSketch], recent: Sequence[PastContact]
) -> list[PersonSketch]:
    """The sketches, those marked who wrote often in the recent weeks or repeated themselves in them.

    One letter to many is one letter, however many its copies.
    """
    inbound = {c.id: c.customer for c in recent if c.direction is Direction.IN}
    if inbound:
        copies = set(asking(session).scalars(_COPIES, {"numbers": list(inbound)}))
        inbound = {number: customer for number, customer in inbound.items() if number not in copies}
    repeats = asking(session).scalars(_REPEATS, {"numbers": list(inbound)}).all() if inbound else []
    wrote, repeated = Counter(inbound.values()), Counter(inbound[number] for number in repeats)
    return [replace(p, persistent=wrote[p.customer] >= OFTEN or repeated[p.customer] >= REPEATS) for p in people]
