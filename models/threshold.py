"""Thresholds that a person set over the policy's own, on record: who, when, why, and what was there before."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import CheckConstraint, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.audit import AuditEntry, Seal, sealed
from models.base import Base
from models.policy import may_be_raised

SET = "threshold.set"  # the verb, by which the audit trail knows it


class SetThreshold(Base):
    """From when on findings of one label are shown from a higher score. Append-only: the latest row of a label counts.

    before          the score from which they were shown until then
    ruled_hidden    how many findings that somebody had ruled on would not have been shown with it, as told at the time
    upheld_hidden   how many of those a person had upheld
    policy_version  the policy in force when it was set
    """

    __tablename__ = "set_thresholds"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    about: Mapped[str] = mapped_column(String(40))
    label: Mapped[str] = mapped_column(String(40))
    at_least: Mapped[float]
    before: Mapped[float]
    ruled_hidden: Mapped[int]
    upheld_hidden: Mapped[int]
    policy_version: Mapped[str]
    reason: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("at_least >= 0 AND at_least <= 1", name="is_a_score"),
        CheckConstraint("length(trim(reason)) > 0", name="has_reason"),
        CheckConstraint('length(trim("by")) > 0', name="by_somebody"),
    )

    def subject(self) -> str:
        """What the audit trail calls it: everything set for one label stands under one subject."""
        return subject_of(self.about, self.label)

    def digest(self) -> str:
        said = (self.id, self.about, self.label, self.at_least, self.before, self.by, self.at.isoformat(), self.reason)
        return hashlib.sha256(repr(said).encode()).hexdigest()


def subject_of(about: str, label: str) -> str:
    return f"threshold:{about}:{label}"


Lines = dict[tuple[str, str], SetThreshold]


def lines_set(session: Session, seal: Seal, *, until: datetime | None = None) -> Lines:
    """What people set, by (about, label): the last of each label, now or at a past moment.

    Only what the sealed audit trail says too, and only for what may be raised at all: in doubt a finding is shown.
    """
    latest: Lines = {}
    for row in _rows(session, until):
        latest[row.about, row.label] = row
    return {key: row for key, row in latest.items() if may_be_raised(*key) and _on_record(session, row, seal, until)}


_EVERY = select(SetThreshold).order_by(SetThreshold.id)


def _rows(session: Session, until: datetime | None) -> Iterator[SetThreshold]:
    yield from session.scalars(_EVERY.where(SetThreshold.at <= until) if until is not None else _EVERY)


def _on_record(session: Session, row: SetThreshold, seal: Seal, until: datetime | None) -> bool:
    """Whether this row is the last that the trail knows for its label: a later one taken out by hand shows here."""
    noted = select(AuditEntry.digest).where(AuditEntry.subject == row.subject(), AuditEntry.verb == SET)
    if until is not None:
        noted = noted.where(AuditEntry.at <= until)
    last = session.scalar(noted.order_by(AuditEntry.id.desc()).limit(1))
    return last == row.digest() and sealed(session, row.subject(), SET, row.digest(), seal)


def history_of_thresholds(session: Session) -> list[SetThreshold]:
    """Everything that was ever set, the latest first."""
    return list(session.scalars(select(SetThreshold).order_by(SetThreshold.id.desc())))
