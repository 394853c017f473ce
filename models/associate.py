"""What officers said of two customers: that one acts for, or with, the other, or that they do not (INV-10).

It says nothing of either's standing: no warning, no restriction and no flag of the one is the other's by it.
"""

from __future__ import annotations

import enum
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base
from models.contact import Contact, ContactFinding
from models.customer import kept_number
from models.finding import About


class AssociateOutcome(enum.StrEnum):
    CONFIRM = "confirm"
    REJECT = "reject"


class AssociateRuling(Base):
    """That an officer confirmed or rejected that one acts for the other. Append-only; the latest on a pair counts.

    customer_id  who writes
    other_id     for whom, or with whom
    kinds        the kinds of evidence that the program had shown up to then: a rejected pair is suggested again only
                 for evidence of another kind
    """

    __tablename__ = "associate_rulings"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    other_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    outcome: Mapped[AssociateOutcome]
    by: Mapped[str]
    at: Mapped[datetime]
    reason: Mapped[str]
    kinds: Mapped[list[str]] = mapped_column(JSON(), default_factory=list)

    __table_args__ = (
        CheckConstraint("customer_id <> other_id", name="two_people"),
        CheckConstraint("length(trim(reason)) > 0", name="has_reason"),
        CheckConstraint('length(trim("by")) > 0', name="by_somebody"),
    )


def associate_rulings(session: Session, people: Collection[int]) -> list[AssociateRuling]:
    """What was said of these customer records and others, whichever of the two they are, the latest first."""
    theirs = AssociateRuling.customer_id.in_(people) | AssociateRuling.other_id.in_(people)
    return list(session.scalars(select(AssociateRuling).where(theirs).order_by(AssociateRuling.id.desc())))


def latest_on_each(rulings: Collection[AssociateRuling]) -> dict[tuple[int, int], AssociateRuling]:
    """The ruling that counts for each pair (who writes, for whom)."""
    return {(r.customer_id, r.other_id): r for r in sorted(rulings, key=lambda r: r.id)}


def latest_on_people(session: Session, rulings: Collection[AssociateRuling]) -> dict[tuple[int, int], AssociateRuling]:
    """The same, each of the two by the record that stands for them today."""
    return {
        (kept_number(session, r.customer_id), kept_number(session, r.other_id)): r
        for r in sorted(rulings, key=lambda r: r.id)
    }


def confirmed_pairs(session: Session, people: Collection[int]) -> set[tuple[int, int]]:
    """Who acts for whom as officers confirmed, where either is one of these; by the records that stand for them."""
    said = latest_on_people(session, associate_rulings(session, people))
    return {pair for pair, ruling in said.items() if ruling.outcome is AssociateOutcome.CONFIRM}


def suggested(session: Session, people: Collection[int], *, limit: int = 200) -> list[tuple[Contact, ContactFinding]]:
    """The contacts in which somebody of these, or for these, seemed to act for another, the latest first."""
    wanted = (
        select(Contact, ContactFinding)
        .join(ContactFinding, ContactFinding.contact_id == Contact.id)
        .where(ContactFinding.about == About.ASSOCIATE.value, ContactFinding.other_customer_id.is_not(None))
        .order_by(Contact.at.desc(), Contact.id.desc())
        .limit(limit)
    )
    if people:
        wanted = wanted.where(Contact.customer_id.in_(people) | ContactFinding.other_customer_id.in_(people))
    return [(contact, finding) for contact, finding in session.execute(wanted)]


class Copy(Base):
    """That a mail is a further copy of an earlier one: one letter of one writer to many. Append-only.

    Both stay as they came, bytes and all; the earlier one is shown with the recipients of them all.
    """

    __tablename__ = "copies"

    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), primary_key=True, autoincrement=False)
    first_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), index=True)
    at: Mapped[datetime]

    __table_args__ = (CheckConstraint("contact_id <> first_id", name="of_another"),)


def copy_of(session: Session, contact_id: int) -> int | None:
    """The contact whose copy this one is; None where it is no copy."""
    return session.scalar(select(Copy.first_id).where(Copy.contact_id == contact_id))


def copies_of(session: Session, contact_id: int) -> list[Contact]:
    """The further copies of a contact, as they came."""
    wanted = select(Contact).join(Copy, Copy.contact_id == Contact.id).where(Copy.first_id == contact_id)
    return list(session.scalars(wanted.order_by(Contact.at, Contact.id)))
