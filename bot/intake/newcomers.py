"""New records for people who write for the first time, and new ways to reach the known, for an officer to confirm."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.intake import points
from bot.intake.person_names import surname_of
from bot.work import Work, verb
from models.contact import Contact
from models.customer import ContactPoint, Customer, PointKind, Standing, kept
from models.message import Address, Direction, Message
from models.officer import Permission


class FoundPoint(Protocol):
    """A way to reach somebody, as `identify.Found` holds it."""

    @property
    def kind(self) -> PointKind: ...
    @property
    def value(self) -> str: ...
    @property
    def source(self) -> str: ...


class Newcomer(Protocol):
    """What a message says of its writer, as `identify.Identity` holds it."""

    @property
    def name(self) -> str: ...
    @property
    def own_address(self) -> str: ...
    @property
    def address_is_shared(self) -> bool: ...
    @property
    def address(self) -> str: ...
    @property
    def postcode(self) -> str: ...
    @property
    def points(self) -> Iterable[FoundPoint]: ...
    @property
    def never_restrict(self) -> str: ...


@verb("customer.new", needs=Permission.RECORD_CONTACT)
def new_customer(work: Work, message: Message, identity: Newcomer) -> Customer:
    """A record for somebody who is on none, with a reference of ours ('E-000123').

    Their own address is confirmed as theirs, unless it is somebody else's already or the server disowns the sender;
    a relay's address is nobody's. Telephone numbers are suggested, until an officer confirms them.
    """
    name = identity.name or message.sender.name or identity.own_address or message.sender.email
    customer = Customer(
        reference=f"new {message.sha256}",
        name=name or "(no name)",
        created_at=work.now,
        never_restrict=identity.never_restrict,
    )
    put_address(customer, identity.address, postcode=identity.postcode)
    customer.surname = surname_of(customer.name)
    own = Standing.SUGGESTED if identity.address_is_shared else Standing.CONFIRMED
    if message.authentication.passed is False:
        own = Standing.SUGGESTED
    for found in identity.points:
        standing = own if found.value == identity.own_address else Standing.SUGGESTED
        ContactPoint(
            customer=customer,
            kind=found.kind,
            value=found.value,
            standing=standing,
            since=work.now,
            source=found.source,
        )
    work.session.add(customer)
    work.session.flush()
    customer.reference = free_reference(work.session, customer.id)
    work.session.flush()
    work.note("customer.new", customer, message=message.sha256, protected=bool(customer.never_restrict))
    return customer


def free_reference(session: Session, number: int) -> str:
    """'E-000123' for record 123, unless the council's own records have taken that."""
    wanted, more = f"E-{number:06d}", 1
    while session.scalar(select(Customer.id).where(Customer.reference == wanted)) is not None:
        more += 1
        wanted = f"E-{number:06d}-{more}"
    return wanted


def put_address(customer: Customer, address: str, *, postcode: str = "") -> None:
    """Write a postal address into a record, with what it is found by."""
    customer.address = " ".join(address.split())
    customer.postcode = points.postcode(address) or postcode
    customer.place = points.place(address)


@verb("customer.suggest_points", needs=Permission.RECORD_CONTACT)
def suggest_points(work: Work, customer: Customer, found: Iterable[FoundPoint]) -> list[ContactPoint]:
    """Note ways to reach a customer that a message gave: suggestions, nothing more, until an officer confirms them."""
    held = {(p.kind, p.value) for p in customer.points}
    added = []
    for point in found:
        if (point.kind, point.value) in held:
            continue
        held.add((point.kind, point.value))
        row = ContactPoint(
            customer=customer,
            kind=point.kind,
            value=point.value,
            standing=Standing.SUGGESTED,
            since=work.now,
            source=point.source,
        )
        added.append(row)
    if added:
        work.session.add_all(added)
        work.session.flush()
        work.note("customer.suggest_points", customer, points=[p.id for p in added])
    return added


def addressee(session: Session, outside: Iterable[Address]) -> Customer | None:
    """The one customer that a letter of the council went to, by address; None if nobody, or not only one, fits."""
    addresses = [points.email(a.email) for a in outside if a.email]
    if not addresses:
        return None
    theirs = select(ContactPoint.customer_id).where(
        ContactPoint.kind == PointKind.EMAIL,
        ContactPoint.value.in_(addresses),
        ContactPoint.standing == Standing.CONFIRMED,
    )
    found = _people(session, session.scalars(theirs.limit(50)))
    if not found:
        wrote = select(Contact.customer_id).where(
            Contact.sender_email.in_(addresses), Contact.direction == Direction.IN, Contact.customer_id.is_not(None)
        )
        found = _people(session, (n for n in session.scalars(wrote.limit(50)) if n is not None))
    return next(iter(found.values())) if len(found) == 1 else None


def _people(session: Session, ids: Iterable[int]) -> dict[int, Customer]:
    people = (kept(session, session.get_one(Customer, number)) for number in set(ids))
    return {person.id: person for person in people}
