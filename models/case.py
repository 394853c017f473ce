"""The conduct of one customer under the policy: the warnings given so far. (Cases grow in a later issue.)"""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base
from models.customer import same_person


class Stage(enum.StrEnum):
    """The warnings of the policy before any restriction (policy section 7; INV-08)."""

    INITIAL = "initial"
    FORMAL_PRIOR = "formal_prior"


class CaseWarning(Base):
    """A warning letter that was sent. Append-only."""

    __tablename__ = "case_warnings"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    stage: Mapped[Stage]
    sent_on: Mapped[date]
    reason: Mapped[str]
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("customer_id", "stage", "sent_on"),
        CheckConstraint("stage IN ('initial', 'formal_prior')", name="stage"),
    )


def warnings_of(session: Session, customer_id: int, day: date) -> list[CaseWarning]:
    """The warnings sent to this person up to and on a day, oldest first."""
    people = same_person(session, [customer_id])
    wanted = select(CaseWarning).where(CaseWarning.customer_id.in_(people), CaseWarning.sent_on <= day)
    return list(session.scalars(wanted.order_by(CaseWarning.sent_on, CaseWarning.id)))
