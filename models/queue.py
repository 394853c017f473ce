"""What a person must look at, why, and what they ruled."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base
from models.contact import Contact, Shunt
from models.digests import digest_of


class FlagKind(enum.StrEnum):
    """What the named officer is shown beside a contact."""

    REPEAT = "repeat"
    ABUSE = "abuse"
    ASSOCIATE = "associate"
    RISK = "risk"
    STATUTORY = "statutory"
    APPEAL = "appeal"
    FORGED = "forged"
    NEW_EVIDENCE = "new_evidence"


class Lane(enum.StrEnum):
    """Where a contact waits for a person, the most pressing first."""

    URGENT = "urgent"
    STATUTORY = "statutory"
    NAMED_OFFICER = "named_officer"
    NEW_ISSUE = "new_issue"
    ON_FILE = "on_file"


class Outcome(enum.StrEnum):
    """What an officer can rule. ATTEST: 'checked for new information' (policy section 19, REC-12)."""

    AGREE = "agree"
    OVERRULE = "overrule"
    ATTEST = "attest"


class Flag(Base):
    """A finding that the policy thinks an officer should see."""

    __tablename__ = "flags"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), index=True)
    kind: Mapped[FlagKind]
    score: Mapped[float]
    raised_at: Mapped[datetime]
    finding_id: Mapped[int | None] = mapped_column(ForeignKey("findings.id"), default=None)
    because: Mapped[str] = mapped_column(default="")


class QueueItem(Base):
    """Something that waits for a person: a contact, or a message that could not be read. It never expires."""

    __tablename__ = "queue_items"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    lane: Mapped[Lane]
    reasons: Mapped[list[str]]
    opened_at: Mapped[datetime] = mapped_column(index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"), unique=True, default=None)
    shunt_id: Mapped[int | None] = mapped_column(ForeignKey("shunts.id"), unique=True, default=None)
    must_attest: Mapped[bool] = mapped_column(default=False)
    taken_by: Mapped[str] = mapped_column(default="")
    taken_at: Mapped[datetime | None] = mapped_column(default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None, index=True)
    contact: Mapped[Contact | None] = relationship(init=False, viewonly=True)
    shunt: Mapped[Shunt | None] = relationship(init=False, viewonly=True)
    rulings: Mapped[list[Ruling]] = relationship(init=False, order_by="Ruling.id", viewonly=True)

    __table_args__ = (CheckConstraint("(contact_id IS NULL) <> (shunt_id IS NULL)", name="about_one_thing"),)


class Ruling(Base):
    """What an officer ruled on a queue item, or on one of its flags. Append-only; a later ruling stands beside it."""

    __tablename__ = "rulings"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    item_id: Mapped[int] = mapped_column(ForeignKey("queue_items.id"), index=True)
    outcome: Mapped[Outcome]
    by: Mapped[str]
    at: Mapped[datetime]
    flag_id: Mapped[int | None] = mapped_column(ForeignKey("flags.id"), default=None)
    reason: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        CheckConstraint("outcome <> 'overrule' OR length(trim(reason)) > 0", name="overrule_has_reason"),
        CheckConstraint('length(trim("by")) > 0', name="by_somebody"),
        UniqueConstraint("item_id", "flag_id", "outcome", "at"),
    )

    def digest(self) -> str:
        """SHA-256 of what was ruled, by whom, when and why."""
        return digest_of([self.item_id, self.outcome.value, self.by, self.at.isoformat(), self.flag_id, self.reason])


def flags_of(session: Session, contact_id: int) -> list[Flag]:
    """A contact's flags, in the order they were raised."""
    return list(session.scalars(select(Flag).where(Flag.contact_id == contact_id).order_by(Flag.id)))


def item_of(session: Session, contact_id: int) -> QueueItem | None:
    return session.scalar(select(QueueItem).where(QueueItem.contact_id == contact_id))
