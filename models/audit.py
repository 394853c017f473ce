"""The history that nobody can rewrite unseen: append-only, each entry chained to the one before (INV-27)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import String, bindparam, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base

BEGINNING = "0" * 64
CLOCK = "clock"  # what the trail calls the clock of the machine: every word about it stands under this one subject
WENT_BACK, IS_RIGHT = "clock.went_back", "clock.is_right"

Seal = Callable[[str], str]


class AuditEntry(Base):
    """Who did what to which record, when.

    digest  SHA-256 of the content of what was recorded, where that must be provable later (decisions, letters)
    hash    SHA-256 over this entry and the hash before it: anybody can check the chain
    seal    HMAC of the hash with a key kept outside the database: only this installation can have written it
    """

    __tablename__ = "audit_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str]
    verb: Mapped[str]
    subject: Mapped[str] = mapped_column(index=True)
    detail: Mapped[dict[str, Any]]
    digest: Mapped[str]
    previous: Mapped[str] = mapped_column(String(64), unique=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    seal: Mapped[str]


def entry_hash(
    *,
    number: int,
    at: datetime,
    actor: str,
    verb: str,
    subject: str,
    detail: dict[str, Any],
    digest: str,
    previous: str,
) -> str:
    """The hash of an entry, from its content alone: any change to any field, or to the order, changes it."""
    content = [number, at.isoformat(), actor, verb, subject, detail, digest, previous]
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def hash_of(entry: AuditEntry) -> str:
    return entry_hash(
        number=entry.id,
        at=entry.at,
        actor=entry.actor,
        verb=entry.verb,
        subject=entry.subject,
        detail=entry.detail,
        digest=entry.digest,
        previous=entry.previous,
    )


_NOTED = select(AuditEntry).where(
    AuditEntry.subject == bindparam("subject"),
    AuditEntry.verb == bindparam("verb"),
    AuditEntry.digest == bindparam("digest"),
)


def sealed(session: Session, subject: str, verb: str, digest: str, seal: Seal) -> bool:
    """Whether the trail says, under this installation's own seal, that exactly this content was recorded."""
    noted = session.scalars(_NOTED, {"subject": subject, "verb": verb, "digest": digest})
    return any(e.hash == hash_of(e) and e.seal == seal(e.hash) for e in noted)


def noted_at(session: Session, subject: str, digest: str, seal: Seal) -> datetime | None:
    """When exactly this content was recorded, by whatever verb, as the sealed trail says: no row's own word for it
    counts. None where the trail does not know of it."""
    wanted = select(AuditEntry).where(AuditEntry.subject == subject, AuditEntry.digest == digest)
    entries = session.scalars(wanted.order_by(AuditEntry.id))
    return next((e.at for e in entries if e.hash == hash_of(e) and e.seal == seal(e.hash)), None)


def noted_details(session: Session, subject: str, verb: str, seal: Seal) -> list[dict[str, Any]]:
    """What the trail says beside a subject, under our own seal, in order."""
    wanted = select(AuditEntry).where(AuditEntry.subject == subject, AuditEntry.verb == verb).order_by(AuditEntry.id)
    return [e.detail for e in session.scalars(wanted) if e.hash == hash_of(e) and e.seal == seal(e.hash)]


def moments_known(session: Session) -> list[tuple[int, datetime]]:
    """Moments of which the record knows that they have been, each with the number of the entry that tells of it: the
    last one, and from when the clock went back (a day or more) as often as it did.

    A clock that is put back makes nothing undone (INV-07). What an officer called wrong, by saying that the clock is
    right now, is left out.
    """
    last = session.execute(select(AuditEntry.id, AuditEntry.at).order_by(AuditEntry.id.desc()).limit(1)).all()
    known = [(number, at) for number, at in last]
    of_the_clock = select(AuditEntry.id, AuditEntry.verb, AuditEntry.detail).where(AuditEntry.subject == CLOCK)
    for number, verb, detail in session.execute(of_the_clock.order_by(AuditEntry.id.desc())):
        if verb == IS_RIGHT:
            break
        known.append((number, datetime.fromisoformat(detail["from"])))
    return known


def first_noted(session: Session, subject: str, verb: str) -> int:
    """The number of the first entry that tells of something; 0 where none does."""
    wanted = select(func.min(AuditEntry.id)).where(AuditEntry.subject == subject, AuditEntry.verb == verb)
    return session.scalar(wanted) or 0


def has_gaps(session: Session) -> bool:
    """Whether an entry was taken out. (That the last ones were, only a copy kept elsewhere can tell.)"""
    count, last = session.execute(select(func.count(AuditEntry.id), func.max(AuditEntry.id))).one()
    return bool(count != (last or 0))
