"""The matters that contacts are about."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class Issue(Base):
    """One matter of one customer. Its final answer is the latest outbound contact marked so (LOG-03)."""

    __tablename__ = "issues"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    title: Mapped[str]
    opened_at: Mapped[datetime]
