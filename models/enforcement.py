"""What was meant to be done on the mail server, and what it answered: intent first, then the act, then the answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.audit import AuditEntry, Seal, sealed
from models.base import Base

SWITCH = "enforcement"  # what the audit trail calls the switch: every turn of it stands under this one subject


class EnforcementSwitch(Base):
    """A new installation observes. The clerk switches enforcement on, or off again; the latest row counts."""

    __tablename__ = "enforcement_switches"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    on: Mapped[bool] = mapped_column("switched_on")
    at: Mapped[datetime]
    by: Mapped[str]

    def digest(self) -> str:
        return f"{self.id} {'on' if self.on else 'off'} {self.at.isoformat()} {self.by}"


class RuleChange(Base):
    """One reconcile of one rule book that found something to change."""

    __tablename__ = "rule_changes"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    rule_book: Mapped[str]
    intended_at: Mapped[datetime]
    rules: Mapped[list[dict[str, Any]]]  # what shall stand afterwards
    why: Mapped[list[str]]
    answered_at: Mapped[datetime | None] = mapped_column(default=None)
    ok: Mapped[bool | None] = mapped_column(default=None)
    answer: Mapped[str] = mapped_column(default="")


class Divert(Base):
    """One message to be moved by the service itself, where no rule on the server does it."""

    __tablename__ = "diverts"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), unique=True)
    restriction_id: Mapped[int] = mapped_column(ForeignKey("restrictions.id"))
    intended_at: Mapped[datetime]
    answered_at: Mapped[datetime | None] = mapped_column(default=None, index=True)
    moved: Mapped[bool | None] = mapped_column(default=None)
    answer: Mapped[str] = mapped_column(default="")


def enforcement_is_on(session: Session, seal: Seal) -> bool:
    """Whether the clerk's last word was 'on', and stands in the sealed audit trail. In doubt the service observes."""
    latest = session.scalar(select(EnforcementSwitch).order_by(EnforcementSwitch.id.desc()).limit(1))
    if latest is None or latest.on is not True:
        return False
    noted = select(AuditEntry.digest).where(AuditEntry.subject == SWITCH).order_by(AuditEntry.id.desc()).limit(1)
    return session.scalar(noted) == latest.digest() and sealed(
        session, SWITCH, "enforcement.switch", latest.digest(), seal
    )
