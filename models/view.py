"""That somebody looked: every view of a register, by whom, when; and which officers may look (INV-17)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class RegisterView(Base):
    """One look at a register. Append-only."""

    __tablename__ = "register_views"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    register: Mapped[str]  # "section 19", "section 19, redacted" ...
    by: Mapped[str]
    at: Mapped[datetime]
    how: Mapped[str]  # "shown", "CSV" ...
    entries: Mapped[int]  # how many lines
    purpose: Mapped[str]


class RegisterGrant(Base):
    """That a named officer may read a register, or no longer may (LC-05: identified individuals only). Append-only."""

    __tablename__ = "register_grants"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    register: Mapped[str]
    username: Mapped[str]
    granted: Mapped[bool]
    reason: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]

    __table_args__ = (CheckConstraint("length(trim(reason)) > 0", name="has_reason"),)
