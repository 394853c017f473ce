"""What the store itself is: a real one, or one for rehearsals, for ever."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class StoreKind(enum.StrEnum):
    REAL = "real"
    REHEARSAL = "rehearsal"


class Store(Base):
    """The one row that says what this store is. Triggers keep it as it was made."""

    __tablename__ = "store"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[StoreKind]
    council: Mapped[str]
    made_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        CheckConstraint("kind IN ('real', 'rehearsal')", name="kind"),
    )


class RehearsalClock(Base):
    """Where a rehearsal's clock was last put (`--at`). It stands still until it is put elsewhere."""

    __tablename__ = "rehearsal_clock"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]

    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)
