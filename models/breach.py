"""Personal-data breaches: 72 hours to the Information Commissioner from when the council was aware (UK GDPR art 33)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base
from models.digests import digest_of


class Breach(Base):
    """A breach of personal data, from when the council knew. Append-only; nothing personal stands in `words`."""

    __tablename__ = "breaches"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    aware_at: Mapped[datetime]
    words: Mapped[str]
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("length(trim(words)) > 0", name="words_given"),)

    def digest(self) -> str:
        """SHA-256 over the whole record; noted in the audit chain when it was made."""
        return digest_of([self.aware_at.isoformat(), self.words, self.recorded_by])


class BreachAnswer(Base):
    """What was done about it: reported, with the Commissioner's reference, or why it need not be. Append-only."""

    __tablename__ = "breach_answers"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    breach_id: Mapped[int] = mapped_column(ForeignKey("breaches.id"), index=True)
    reported: Mapped[bool]
    at: Mapped[datetime]
    words: Mapped[str]
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]

    __table_args__ = (CheckConstraint("length(trim(words)) > 0", name="words_given"),)

    def digest(self) -> str:
        return digest_of([self.breach_id, self.reported, self.at.isoformat(), self.words, self.recorded_by])


def breaches(session: Session) -> list[tuple[Breach, list[BreachAnswer]]]:
    """Every breach with what was done about it, the oldest first."""
    answers: dict[int, list[BreachAnswer]] = {}
    for answer in session.scalars(select(BreachAnswer).order_by(BreachAnswer.id)):
        answers.setdefault(answer.breach_id, []).append(answer)
    return [(b, answers.get(b.id, [])) for b in session.scalars(select(Breach).order_by(Breach.id))]
