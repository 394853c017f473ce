"""The council's meetings: to which a report goes next, and when (obligations.md, part 21)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import CheckConstraint, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base
from models.digests import digest_of


class Meeting(Base):
    """One meeting of a body. Append-only: one that was called off is so recorded, and another is added."""

    __tablename__ = "meetings"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    body: Mapped[str]
    held_on: Mapped[date]
    called_off: Mapped[bool]
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("body", "held_on", "called_off"),
        CheckConstraint("length(trim(body)) > 0", name="body_given"),
    )

    def digest(self) -> str:
        """SHA-256 over the whole meeting; noted in the audit chain when it was recorded."""
        parts = [self.body, self.held_on.isoformat(), self.called_off, self.recorded_by]
        return digest_of(parts)


def meetings(session: Session) -> list[Meeting]:
    """Every meeting that still stands, in the order of their days."""
    return that_stand(session.scalars(select(Meeting)))


def that_stand(found: Iterable[Meeting]) -> list[Meeting]:
    """Those of these that were not called off, in the order of their days."""
    found = sorted(found, key=lambda m: (m.held_on, m.body))
    off = {(m.body.casefold(), m.held_on) for m in found if m.called_off}
    return [m for m in found if not m.called_off and (m.body.casefold(), m.held_on) not in off]


def called_off(session: Session, body: str, day: date) -> bool:
    """Whether this body's meeting on a day was called off: nothing was reported to it or decided there."""
    off = session.scalars(select(Meeting.body).where(Meeting.called_off, Meeting.held_on == day))
    return any(name.casefold() == body.casefold() for name in off)


def next_meeting(session: Session, body: str, after: date) -> date | None:
    """The first day after `after` on which this body meets and which was not called off; None if none is known."""
    return next_of(meetings(session), body, after)


def next_of(found: Iterable[Meeting], body: str, after: date) -> date | None:
    """The same among meetings that stand."""
    days = sorted(m.held_on for m in found if m.body.casefold() == body.casefold())
    return next((day for day in days if day > after), None)
