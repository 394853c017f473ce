"""The log: every contact with a customer, and the bytes that it came as (LOG-01 to LOG-03; INV-05)."""

from __future__ import annotations

import enum
import hashlib
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    bindparam,
    select,
    text,
)
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship, selectinload

from models.base import Base
from models.customer import Customer, same_person
from models.message import Automatic, Channel, Direction

_BOUND = text("restricted_by IS NOT NULL")


class Match(enum.StrEnum):
    """How sure it is whose contact this is. `nobody`: automatic mail, the council's own circulars, spam."""

    CERTAIN = "certain"
    SUGGESTED = "suggested"
    UNKNOWN = "unknown"
    NOBODY = "nobody"


class RawMail(Base):
    """The bytes as the mail server gave them, kept before anything looks at them. Never changed, never deleted."""

    __tablename__ = "raw_mail"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    size: Mapped[int]
    kept_at: Mapped[datetime]


class Sighting(Base):
    """Where a message was seen: the same bytes may lie in several folders and be delivered again."""

    __tablename__ = "sightings"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    sha256: Mapped[str] = mapped_column(ForeignKey("raw_mail.sha256"), index=True)
    mailbox: Mapped[str]
    folder: Mapped[str]
    validity: Mapped[str]
    uid: Mapped[str]
    seen_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("mailbox", "folder", "validity", "uid"),)


class Contact(Base):
    """One logged contact. Mail has the hash of its bytes, which makes it the only contact of that message.

    at           when it reached the council's server (statutory clocks start here: INV-06), or when it was sent or held
    nature       the kinds it was read as, or what the officer wrote for a contact entered by hand
    final_answer outbound: the council's last word on the issue
    restricted_by the restriction that bound the sender when it came, whether or not the mail was diverted
    """

    __tablename__ = "contacts"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    channel: Mapped[Channel]
    direction: Mapped[Direction]
    at: Mapped[datetime] = mapped_column(index=True)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[str]
    sha256: Mapped[str | None] = mapped_column(ForeignKey("raw_mail.sha256"), unique=True, default=None)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"), init=False)
    customer: Mapped[Customer | None] = relationship(default=None)
    match: Mapped[Match] = mapped_column(default=Match.UNKNOWN)
    match_reasons: Mapped[list[str]] = mapped_column(default_factory=list)
    mailbox: Mapped[str] = mapped_column(default="")
    sender_email: Mapped[str] = mapped_column(default="", index=True)
    sender_name: Mapped[str] = mapped_column(default="")
    sent_at: Mapped[datetime | None] = mapped_column(default=None)
    message_id: Mapped[str] = mapped_column(default="", index=True)
    in_reply_to: Mapped[str] = mapped_column(default="", index=True)
    subject: Mapped[str] = mapped_column(default="")
    body: Mapped[str] = mapped_column(default="")
    own: Mapped[str] = mapped_column(default="")
    signature: Mapped[str] = mapped_column(default="")
    nature: Mapped[str] = mapped_column(default="")
    automatic: Mapped[Automatic | None] = mapped_column(default=None)
    authenticated: Mapped[bool | None] = mapped_column(default=None)
    problems: Mapped[list[str]] = mapped_column(default_factory=list)
    issue_id: Mapped[int | None] = mapped_column(ForeignKey("issues.id"), default=None)
    final_answer: Mapped[bool] = mapped_column(default=False)
    restricted_by: Mapped[int | None] = mapped_column(ForeignKey("restrictions.id"), default=None)
    diverted: Mapped[bool] = mapped_column(default=False)
    recipients: Mapped[list[Recipient]] = relationship(default_factory=list, order_by="Recipient.id")
    attachments: Mapped[list[ContactAttachment]] = relationship(default_factory=list, order_by="ContactAttachment.id")
    findings: Mapped[list[ContactFinding]] = relationship(
        default_factory=list, order_by="ContactFinding.id", foreign_keys="ContactFinding.contact_id"
    )

    __table_args__ = (
        Index(None, "customer_id", "at"),
        Index(None, "issue_id", "final_answer", "at"),
        # What may have to be moved is asked after every message, and is hardly ever anything.
        Index(
            "ix_contacts_of_the_restricted", "diverted", "restricted_by", sqlite_where=_BOUND, postgresql_where=_BOUND
        ),
        CheckConstraint("channel <> 'email' OR sha256 IS NOT NULL", name="mail_has_bytes"),
    )

    def words_sha256(self) -> str:
        """SHA-256 of what it says, by whom and when: what is quoted from it can be shown to be what came."""
        parts = [self.channel.value, self.direction.value, self.at.isoformat(), self.sender_email, self.sender_name]
        parts += [self.subject, self.body, self.own, self.nature]
        return hashlib.sha256(json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


class Recipient(Base):
    __tablename__ = "recipients"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), index=True, init=False)
    email: Mapped[str]
    name: Mapped[str] = mapped_column(default="")
    copied: Mapped[bool] = mapped_column(default=False)


class ContactAttachment(Base):
    __tablename__ = "attachments"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), index=True, init=False)
    name: Mapped[str]
    content_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    text: Mapped[str] = mapped_column(default="", deferred=True)
    problem: Mapped[str] = mapped_column(default="")


class ContactFinding(Base):
    """A classifier's finding as it was made, kept with the version that made it. Append-only."""

    __tablename__ = "findings"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), index=True, init=False)
    about: Mapped[str] = mapped_column(String(40))
    label: Mapped[str] = mapped_column(String(40))
    score: Mapped[float]
    seen_by: Mapped[str]
    evidence: Mapped[list[dict[str, Any]]] = mapped_column(default_factory=list)
    other_contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"), default=None)
    other_customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"), default=None)
    group: Mapped[str] = mapped_column("group_name", default="")


class Shunt(Base):
    """A message that broke the program: kept whole, put before a person, taken up again on request."""

    __tablename__ = "shunts"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    sha256: Mapped[str] = mapped_column(ForeignKey("raw_mail.sha256"), unique=True)
    mailbox: Mapped[str]
    direction: Mapped[Direction]
    at: Mapped[datetime]
    reason: Mapped[str]
    resolved_at: Mapped[datetime | None] = mapped_column(default=None)


class WatchedFolder(Base):
    """How far a folder of a mailbox has been read: saved in the transaction of the contacts it covers."""

    __tablename__ = "watched_folders"

    mailbox: Mapped[str] = mapped_column(primary_key=True)
    folder: Mapped[str] = mapped_column(primary_key=True)
    validity: Mapped[str]
    # A file's time in nanoseconds, or an IMAP UID; a mod-sequence has 63 bits (RFC 7162).
    uid: Mapped[int] = mapped_column(BigInteger)
    modseq: Mapped[int] = mapped_column(BigInteger)
    read_at: Mapped[datetime]


def inbound_contacts(session: Session) -> Iterator[Contact]:
    """Every mail that came in, in the order of its arrival."""
    wanted = select(Contact).where(Contact.direction == Direction.IN, Contact.channel == Channel.EMAIL)
    yield from session.scalars(wanted.order_by(Contact.at, Contact.id).execution_options(yield_per=200))


def message_id_of(session: Session, contact_id: int) -> str:
    return session.scalars(select(Contact.message_id).where(Contact.id == contact_id)).one()


def contacts_of(session: Session, customer_id: int | None, *, limit: int | None = None) -> list[Contact]:
    """The log, oldest first: of one person, with all their merged records, or of everybody; the latest `limit`."""
    wanted = select(Contact)
    if customer_id is not None:
        wanted = wanted.where(Contact.customer_id.in_(same_person(session, [customer_id])))
    newest = wanted.order_by(Contact.at.desc(), Contact.id.desc()).limit(limit)
    paper = (selectinload(Contact.recipients), selectinload(Contact.customer))
    return list(reversed(session.scalars(newest.options(*paper)).all()))


_SIGHTED = select(Sighting.id).where(
    Sighting.mailbox == bindparam("mailbox"),
    Sighting.folder == bindparam("folder"),
    Sighting.validity == bindparam("validity"),
    Sighting.uid == bindparam("uid"),
)


def seen_at(
    session: Session, sha256: str, *, mailbox: str, folder: str, validity: str, uid: str, at: datetime
) -> Sighting | None:
    """Note that these bytes lie at this place; None if that was noted before."""
    here = {"mailbox": mailbox, "folder": folder, "validity": validity, "uid": uid}
    if session.scalar(_SIGHTED, here) is not None:
        return None
    sighting = Sighting(sha256=sha256, seen_at=at, **here)
    session.add(sighting)
    return sighting
