"""The customer records: adding, importing, merging two that are one person, and what an officer confirms of them.

A record is never deleted and a merge never mixes: the merged record keeps its points and contacts and points to the
one that is kept, so that un-merging gives back exactly what was there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.intake import points
from bot.intake.newcomers import free_reference, put_address
from bot.intake.person_names import surname_of
from bot.work import Work, verb
from models.customer import (
    ContactPoint,
    Customer,
    Merge,
    PointKind,
    Standing,
    customers_named,
    every_customer,
    kept,
)
from models.errors import NotFound, Refused
from models.officer import Permission
from models.trail import UNREADABLE

Told = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A record of which, or of whose addresses, something is stored that the program never writes."""

    reference: str
    name: str


def listed(session: Session, limit: int) -> list[Customer | Unreadable]:
    """Customer records in the order of their references. One row of another hand's making hides nobody else."""
    try:
        return list(every_customer(session, limit=limit))
    except UNREADABLE:
        session.expunge_all()
    return [_as_far_as_readable(session, *named) for named in customers_named(session, limit=limit)]


def _as_far_as_readable(session: Session, number: int, reference: str, name: str) -> Customer | Unreadable:
    try:
        found = session.get_one(Customer, number)
        _ = found.emails(), found.phones()
    except UNREADABLE:
        return Unreadable(reference, name)
    return found


def find_customer(session: Session, reference: str) -> Customer:
    """The record with this reference, merged or not; NotFound in plain words."""
    found = session.scalar(select(Customer).where(Customer.reference == reference.strip()))
    if found is None:
        raise NotFound(f"there is no customer '{reference.strip()}'")
    return found


@verb("customer.add", needs=Permission.MANAGE_CUSTOMERS)
def add_customer(
    work: Work,
    *,
    name: str,
    reference: str = "",
    emails: Sequence[str] = (),
    phones: Sequence[str] = (),
    address: str = "",
    notes: str = "",
) -> Customer:
    """A new record. What an officer writes into it is confirmed; an unreadable address or number is refused."""
    if not name.strip():
        raise Refused("a customer needs a name")
    if reference.strip() and _taken(work.session, reference.strip()):
        raise Refused(f"there is a customer '{reference.strip()}' already")
    customer = Customer(
        reference=reference.strip() or f"new {work.now.isoformat()} {name.strip()}",
        name=name.strip(),
        created_at=work.now,
        notes=notes.strip(),
        surname=surname_of(name),
    )
    put_address(customer, address)
    for kind, value in _points(emails, phones):
        _add_point(work, customer, kind, value, source=f"added by {work.actor.name}")
    work.session.add(customer)
    work.session.flush()
    if not reference.strip():
        customer.reference = free_reference(work.session, customer.id)
        work.session.flush()
    work.note("customer.add", customer)
    return customer


def _taken(session: Session, reference: str) -> bool:
    return session.scalar(select(Customer.id).where(Customer.reference == reference)) is not None


def _points(emails: Sequence[str], phones: Sequence[str]) -> list[tuple[PointKind, str]]:
    found = []
    for text in emails:
        found.append((PointKind.EMAIL, points.email(text)))
        if not found[-1][1]:
            raise Refused("that is not an e-mail address: it needs one '@', with something on both sides")
    for text in phones:
        found.append((PointKind.TELEPHONE, points.phone(text)))
        if not found[-1][1]:
            raise Refused("that is not a telephone number: give it with its area code")
    return list(dict.fromkeys(found))


def _add_point(work: Work, customer: Customer, kind: PointKind, value: str, *, source: str) -> ContactPoint:
    return ContactPoint(
        customer=customer, kind=kind, value=value, standing=Standing.CONFIRMED, since=work.now, source=source
    )


# --- contact points --------------------------------------------------------------------------------------------------


@verb("customer.add_point", needs=Permission.MANAGE_CUSTOMERS)
def add_point(work: Work, customer: Customer, kind: PointKind, value: str) -> ContactPoint:
    """Write an address or number into a record, confirmed by the officer who writes it."""
    emails, phones = ([value], []) if kind is PointKind.EMAIL else ([], [value])
    ((_, clean),) = _points(emails, phones)
    held = next((p for p in customer.points if (p.kind, p.value) == (kind, clean)), None)
    if held is not None:
        return confirm_point(work, held, reason=f"entered by {work.actor.name}")
    point = _add_point(work, customer, kind, clean, source=f"added by {work.actor.name}")
    work.session.add(point)
    work.session.flush()
    work.note("customer.add_point", point, customer=customer.id)
    return point


@verb("customer.confirm_point", needs=Permission.MANAGE_CUSTOMERS)
def confirm_point(work: Work, point: ContactPoint, *, reason: str) -> ContactPoint:
    """Say that an address or number is this customer's. Only a confirmed one may be restricted (INV-21)."""
    return _settle(work, point, Standing.CONFIRMED, reason, "customer.confirm_point")


@verb("customer.reject_point", needs=Permission.MANAGE_CUSTOMERS)
def reject_point(work: Work, point: ContactPoint, *, reason: str) -> ContactPoint:
    """Say that it is not theirs. It is kept as rejected, so that it is not suggested again."""
    return _settle(work, point, Standing.REJECTED, reason, "customer.reject_point")


def _settle(work: Work, point: ContactPoint, standing: Standing, reason: str, name: str) -> ContactPoint:
    _need(reason, "say in a few words how you know")
    before, point.standing, point.since = point.standing, standing, work.now
    work.session.flush()
    work.note(name, point, customer=point.customer_id, before=before.value, reason=reason.strip())
    return point


def _need(reason: str, ask: str) -> None:
    if not reason.strip():
        raise Refused(f"a reason is needed: {ask}")


# --- never restricted ------------------------------------------------------------------------------------------------


@verb("customer.never_restrict", needs=Permission.MANAGE_CUSTOMERS)
def mark_never_restrict(work: Work, customer: Customer, *, reason: str) -> Customer:
    """Say why nobody may restrict this customer: MP, councillor, ombudsman, solicitor on record ... (INV-11)."""
    _need(reason, "say what they are")
    customer.never_restrict = reason.strip()
    work.session.flush()
    work.note("customer.never_restrict", customer, reason=reason.strip())
    return customer


@verb("customer.clear_never_restrict", needs=Permission.MANAGE_CUSTOMERS)
def clear_never_restrict(work: Work, customer: Customer, *, reason: str) -> Customer:
    """Take that mark away again, with its reason. Restricting still needs the council's decision."""
    _need(reason, "say why the mark no longer holds")
    before, customer.never_restrict = customer.never_restrict, ""
    work.session.flush()
    work.note("customer.clear_never_restrict", customer, before=before, reason=reason.strip())
    return customer


# --- one person, two records -----------------------------------------------------------------------------------------


@verb("customer.merge", needs=Permission.MANAGE_CUSTOMERS)
def merge(work: Work, *, keep: Customer, merged: Customer, reason: str) -> Merge:
    """Say that two records are one person. `merged` points to `keep` from now on and keeps all it holds."""
    _need(reason, "say how you know that they are one person")
    if merged.merged_into_id is not None:
        into = kept(work.session, merged).reference
        raise Refused(f"{merged.reference} was merged into {into} before; un-merge it first")
    if kept(work.session, keep).id == merged.id:
        raise Refused("a record cannot be merged into itself, nor into one that was merged into it")
    if merged.never_restrict and not kept(work.session, keep).never_restrict:
        raise Refused(
            f"{merged.reference} may never be restricted and {keep.reference} may: settle that first, then merge"
        )
    merged.merged_into_id = keep.id
    return _write_merge(work, merged, keep, undone=False, reason=reason, name="customer.merge")


@verb("customer.unmerge", needs=Permission.MANAGE_CUSTOMERS)
def unmerge(work: Work, merged: Customer, *, reason: str) -> Merge:
    """Take a merge back: the record stands by itself again, with exactly what it held."""
    _need(reason, "say how you know that they are two people")
    if merged.merged_into_id is None:
        raise Refused(f"{merged.reference} is not merged into another record")
    keep = work.session.get_one(Customer, merged.merged_into_id)
    merged.merged_into_id = None
    return _write_merge(work, merged, keep, undone=True, reason=reason, name="customer.unmerge")


def _write_merge(work: Work, merged: Customer, keep: Customer, *, undone: bool, reason: str, name: str) -> Merge:
    row = Merge(
        merged_id=merged.id, kept_id=keep.id, undone=undone, at=work.now, by=work.actor.name, reason=reason.strip()
    )
    work.session.add(row)
    work.session.flush()
    work.note(name, row, digest=row.digest(), merged=merged.id, kept=keep.id, reason=reason.strip())
    return row
