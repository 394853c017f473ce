"""The log read back for a person: a contact whole, a customer's contacts in order, the flags beside each."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, selectinload

from models.contact import Contact, RawMail
from models.customer import Customer
from models.errors import NotFound
from models.queue import Flag


def find_contact(session: Session, number: int) -> Contact:
    """A contact with its recipients, attachments and findings; NotFound in plain words."""
    whole = (selectinload(Contact.recipients), selectinload(Contact.attachments), selectinload(Contact.findings))
    contact = session.get(Contact, number, options=whole)
    if contact is None:
        raise NotFound(f"there is no contact {number}")
    return contact


def find_customer(session: Session, number: int) -> Customer:
    customer = session.get(Customer, number)
    if customer is None:
        raise NotFound(f"there is no customer with the number {number}")
    return customer


def log_of(
    session: Session, people: Collection[int], *, before: datetime | None = None, limit: int = 50, offset: int = 0
) -> list[Contact]:
    """The contacts with these customers, both ways, the latest first; `before` leaves out what came then or later."""
    wanted = select(Contact).where(*_of(people, before)).order_by(Contact.at.desc(), Contact.id.desc())
    return list(session.scalars(wanted.limit(limit).offset(offset)))


def log_length(session: Session, people: Collection[int], *, before: datetime | None = None) -> int:
    """How many contacts `log_of` would give without a limit."""
    return session.scalar(select(func.count(Contact.id)).where(*_of(people, before))) or 0


def _of(people: Collection[int], before: datetime | None) -> list[ColumnElement[bool]]:
    theirs: list[ColumnElement[bool]] = [Contact.customer_id.in_(people)]
    return [*theirs, Contact.at < before] if before is not None else theirs


def contacts_with(session: Session, name: str) -> list[int]:
    """The numbers of the contacts with whoever is on record by exactly this name: an external body (REC-07)."""
    theirs = select(Customer.id).where(func.lower(Customer.name) == name.strip().lower())
    return sorted(session.scalars(select(Contact.id).where(Contact.customer_id.in_(theirs))))


def contacts_by_number(session: Session, numbers: Iterable[int]) -> dict[int, Contact]:
    """These contacts by their numbers; a number that nobody has is left out."""
    return {c.id: c for c in session.scalars(select(Contact).where(Contact.id.in_(set(numbers))))}


def flags_by_contact(session: Session, numbers: Iterable[int]) -> dict[int, list[Flag]]:
    """The flags of several contacts at once, each list in the order they were raised."""
    found: dict[int, list[Flag]] = {number: [] for number in numbers}
    for flag in session.scalars(select(Flag).where(Flag.contact_id.in_(found)).order_by(Flag.id)):
        found[flag.contact_id].append(flag)
    return found


def raw_bytes(session: Session, sha256: str) -> bytes:
    """The bytes of a message as the mail server gave them."""
    content = session.scalar(select(RawMail.content).where(RawMail.sha256 == sha256))
    if content is None:
        raise NotFound("the bytes of this message are not in the store")
    return content
