"""The matters that contacts are about, and what people ruled on them over the program."""

from __future__ import annotations

import enum
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base
from models.errors import NotFound


class Issue(Base):
    """One matter of one customer. Its final answer is the latest outbound contact marked so (LOG-03).

    How it stands (who owes whom a word) is never stored: it is read from its contacts. A merged matter points to the
    one that is kept; which contacts went over with it stands in the ruling, so that un-merging gives them back.
    """

    __tablename__ = "issues"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    title: Mapped[str]
    opened_at: Mapped[datetime]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("issues.id"), default=None, index=True)


class MatterAct(enum.StrEnum):
    """What a person ruled about a matter, or about one of its contacts."""

    RENAME = "rename"
    MOVE = "move"
    MERGE = "merge"
    UNMERGE = "unmerge"
    FINAL = "final_answer"
    NOT_FINAL = "not_final_answer"


class MatterRuling(Base):
    """That an officer named, joined or parted matters, or said what is a final answer. Append-only; the latest counts.

    issue_id   the matter as it stands afterwards; None for a final answer that is filed under none
    other_id   a move: the matter it left; merged and un-merged: the matter that was
    contact_id a move, or a final answer: the contact
    contacts   a move: it and the council's answers that went with it; a merge: those that went over; un-merged: back
    before     a new name: the one it had
    """

    __tablename__ = "matter_rulings"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    issue_id: Mapped[int | None] = mapped_column(ForeignKey("issues.id"), index=True)
    act: Mapped[MatterAct]
    by: Mapped[str]
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(default="")
    other_id: Mapped[int | None] = mapped_column(ForeignKey("issues.id"), default=None, index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"), default=None, index=True)
    contacts: Mapped[list[int]] = mapped_column(JSON(), default_factory=list)
    before: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        CheckConstraint("act = 'rename' OR length(trim(reason)) > 0", name="has_reason"),
        CheckConstraint('length(trim("by")) > 0', name="by_somebody"),
    )


def find_issue(session: Session, number: int) -> Issue:
    """A matter by its number, merged or not; NotFound in plain words."""
    issue = session.get(Issue, number)
    if issue is None:
        raise NotFound(f"there is no matter {number}; `evenhand matter list` shows them")
    return issue


def issues_of(session: Session, people: Collection[int]) -> list[Issue]:
    """The matters of these customer records that stand by themselves, the latest opened first."""
    wanted = select(Issue).where(Issue.customer_id.in_(people), Issue.merged_into_id.is_(None))
    return list(session.scalars(wanted.order_by(Issue.opened_at.desc(), Issue.id.desc())))


def merged_into(session: Session, issue: Issue) -> list[Issue]:
    """The matters that were merged into this one, and stand in it today."""
    return list(session.scalars(select(Issue).where(Issue.merged_into_id == issue.id).order_by(Issue.id)))


def rulings_on(session: Session, issues: Collection[int]) -> list[MatterRuling]:
    """What people ruled that touches any of these matters, the latest first."""
    touches = or_(MatterRuling.issue_id.in_(issues), MatterRuling.other_id.in_(issues))
    return list(session.scalars(select(MatterRuling).where(touches).order_by(MatterRuling.id.desc())))


def last_ruling(session: Session) -> int:
    """The number of the latest ruling on any matter, 0 if there is none: what a page was made from."""
    return session.scalar(select(func.max(MatterRuling.id))) or 0


def final_by_people(session: Session, contacts: Collection[int]) -> dict[int, MatterRuling]:
    """For each of these contacts that a person ruled on: the last word on whether it is a final answer."""
    wanted = select(MatterRuling).where(
        MatterRuling.contact_id.in_(contacts), MatterRuling.act.in_((MatterAct.FINAL, MatterAct.NOT_FINAL))
    )
    found = session.scalars(wanted.order_by(MatterRuling.id))
    return {ruling.contact_id: ruling for ruling in found if ruling.contact_id is not None}
