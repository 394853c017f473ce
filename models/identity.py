"""What officers said about whose contact it is, over what the program suggested (INV-21)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base
from models.contact import Match


class IdentityRuling(Base):
    """That an officer said whose contact it is. Append-only; the latest counts, and what was held before stays told.

    before_id, match_before, reasons_before, issue_before   how the contact stood until then
    """

    __tablename__ = "identity_rulings"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), index=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    by: Mapped[str]
    at: Mapped[datetime]
    reason: Mapped[str]
    before_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"))
    match_before: Mapped[Match]
    reasons_before: Mapped[list[str]]
    issue_before: Mapped[int | None] = mapped_column(ForeignKey("issues.id"))

    __table_args__ = (
        CheckConstraint("length(trim(reason)) > 0", name="has_reason"),
        CheckConstraint('length(trim("by")) > 0', name="by_somebody"),
    )


def identity_rulings(session: Session, contacts: Collection[int]) -> list[IdentityRuling]:
    """What was ruled about whose these contacts are, the latest first."""
    wanted = select(IdentityRuling).where(IdentityRuling.contact_id.in_(contacts))
    return list(session.scalars(wanted.order_by(IdentityRuling.id.desc())))
