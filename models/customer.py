"""Customers and how they can be reached. One person, many addresses; one address, sometimes several people."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship, selectinload

from models.base import Base
from models.errors import NotFound
from models.places import same_place


class PointKind(enum.StrEnum):
    EMAIL = "email"
    TELEPHONE = "telephone"


class Standing(enum.StrEnum):
    """How sure it is that a contact point is this customer's. Only a confirmed one may be restricted (INV-21)."""

    CONFIRMED = "confirmed"
    SUGGESTED = "suggested"
    REJECTED = "rejected"


class Customer(Base):
    """A person (or a body) that contacts the council. `reference` is the council's own, or ours if it had none.

    `never_restrict` says why nobody may restrict them (MP, councillor, ombudsman ...: INV-11), empty for everyone else.
    A merged customer points to the record that is kept, and keeps its own contacts, so that un-merging loses nothing.
    """

    __tablename__ = "customers"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    reference: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    created_at: Mapped[datetime]
    address: Mapped[str] = mapped_column(default="")
    postcode: Mapped[str] = mapped_column(default="", index=True)
    surname: Mapped[str] = mapped_column(default="")  # folded: lower case, letters only
    place: Mapped[str] = mapped_column(default="", index=True)  # house and street, folded: "12highstreet"
    notes: Mapped[str] = mapped_column(default="")
    never_restrict: Mapped[str] = mapped_column(default="")
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"), default=None, index=True)
    points: Mapped[list[ContactPoint]] = relationship(back_populates="customer", default_factory=list)

    __table_args__ = (
        Index(None, "surname", "name"),
        CheckConstraint("length(trim(reference)) > 0", name="reference"),
        CheckConstraint("merged_into_id IS NULL OR merged_into_id <> id", name="not_into_itself"),
    )

    def emails(self) -> tuple[str, ...]:
        return tuple(p.value for p in self.points if p.kind is PointKind.EMAIL and p.standing is Standing.CONFIRMED)

    def phones(self) -> tuple[str, ...]:
        return tuple(p.value for p in self.points if p.kind is PointKind.TELEPHONE and p.standing is Standing.CONFIRMED)


class ContactPoint(Base):
    """An address or number. `value` is normalised (e-mail lower-cased, telephone digits in national form).

    `domain` is what colleagues' addresses share. `seal` is written by `Work` when it is saved: whose it is, and how
    sure that is, cannot be changed by hand unseen.
    """

    __tablename__ = "contact_points"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True, init=False)
    customer: Mapped[Customer] = relationship(back_populates="points")
    kind: Mapped[PointKind]
    value: Mapped[str]
    standing: Mapped[Standing]
    since: Mapped[datetime]
    source: Mapped[str] = mapped_column(default="")  # "customer record", "signature", "officer" ...
    seal: Mapped[str] = mapped_column(default="", init=False)
    domain: Mapped[str] = mapped_column(default="", server_default="", init=False, index=True)

    __table_args__ = (
        UniqueConstraint("customer_id", "kind", "value"),
        Index(None, "kind", "value"),
    )

    def __post_init__(self) -> None:
        self.domain = self.value.partition("@")[2]

    def sealed_words(self) -> str:
        return f"contact point {self.id} of {self.customer_id}: {self.kind.value} {self.value}, {self.standing.value}"


class Merge(Base):
    """That two records were found to be one person, or that this was undone. Append-only."""

    __tablename__ = "merges"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    merged_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    kept_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    undone: Mapped[bool]
    at: Mapped[datetime]
    by: Mapped[str]
    reason: Mapped[str]

    def digest(self) -> str:
        return f"{self.merged_id} {'apart from' if self.undone else 'into'} {self.kept_id} {self.at.isoformat()}"


def kept(session: Session, customer: Customer) -> Customer:
    """The record that stands for this person today."""
    seen = {customer.id}
    while customer.merged_into_id is not None and customer.merged_into_id not in seen:
        seen.add(customer.merged_into_id)
        customer = session.get_one(Customer, customer.merged_into_id)
    return customer


def stands_for(number: int, merged_into: Mapping[int, int | None]) -> int:
    """The number of the record that stands today for the person of this one, as far as the merges are given."""
    seen = {number}
    while (above := merged_into.get(number)) is not None and above not in seen:
        seen.add(above)
        number = above
    return number


def kept_number(session: Session, number: int) -> int:
    """The number of the record that stands today for the person of this one."""
    return kept(session, session.get_one(Customer, number)).id


_MERGED = select(Customer.id).where(Customer.merged_into_id.in_(bindparam("numbers", expanding=True)))


def same_person(session: Session, customer_ids: Iterable[int]) -> set[int]:
    """These customers and every record merged into them, directly or by way of another."""
    found = set(customer_ids)
    new = found
    while new:
        new = set(session.scalars(_MERGED, {"numbers": list(new)})) - found
        found |= new
    return found


def everybody_like(session: Session, number: int) -> set[int]:
    """Every record of the person of this one: the record that stands for them today, and all merged into it."""
    return same_person(session, [kept_number(session, number)])


def names_at(session: Session, address: str) -> tuple[str, ...]:
    """The names of the people on record whose address may be this place."""
    wanted = select(Customer.name, Customer.address).where(Customer.address != "")
    return tuple(name for name, theirs in session.execute(wanted) if same_place(theirs, address))


def by_reference(session: Session, reference: str) -> Customer:
    """The customer with this reference, as it stands today; NotFound in plain words."""
    found = session.scalar(select(Customer).where(Customer.reference == reference.strip()))
    if found is None:
        raise NotFound(f"there is no customer with the reference '{reference}'; `evenhand customers list` shows them")
    return kept(session, found)


def reference_of(session: Session, customer_id: int) -> str:
    """The reference under which this person stands today."""
    return kept(session, session.get_one(Customer, customer_id)).reference


def every_customer(session: Session, *, limit: int) -> list[Customer]:
    """Customer records in the order of their references."""
    wanted = select(Customer).order_by(Customer.reference).limit(limit).options(selectinload(Customer.points))
    return list(session.scalars(wanted))


def customers_named(session: Session, *, limit: int) -> list[tuple[int, str, str]]:
    """Number, reference and name of the same records, and nothing else of them."""
    wanted = select(Customer.id, Customer.reference, Customer.name).order_by(Customer.reference).limit(limit)
    return [(number, reference, name) for number, reference, name in session.execute(wanted)]


def find_point(session: Session, number: int) -> ContactPoint:
    point = session.get(ContactPoint, number)
    if point is None:
        raise NotFound(f"there is no contact point {number}; `evenhand customers show REFERENCE` numbers them")
    return point
