"""What officers ruled about single findings: labelled examples, from which the program can be judged and taught.

The finding itself (label, score, evidence, the version that saw it) stays as it was made, and the words stay in the
contact: nothing of either is copied here.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column, selectinload

from models.base import Base
from models.contact import Contact, ContactFinding
from models.digests import digest_of
from models.errors import NotFound
from models.queue import Outcome

NOTHING_OF_THE_KIND = "none"


class FindingRuling(Base):
    """That an officer upheld or overruled one finding. Append-only; of several, the last one counts.

    right_label the label that would have been right, "none" if none would, empty if the officer did not say
    ruling_id   the ruling on a flag that this came with; None where the finding itself was ruled on
    """

    __tablename__ = "finding_rulings"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    finding_id: Mapped[int] = mapped_column(ForeignKey("findings.id"), index=True)
    outcome: Mapped[Outcome]
    by: Mapped[str]
    at: Mapped[datetime]
    right_label: Mapped[str] = mapped_column(String(40), default="")
    reason: Mapped[str] = mapped_column(default="")
    ruling_id: Mapped[int | None] = mapped_column(ForeignKey("rulings.id"), default=None)

    __table_args__ = (
        CheckConstraint("outcome IN ('agree', 'overrule')", name="outcome"),
        CheckConstraint("outcome <> 'overrule' OR length(trim(reason)) > 0", name="overrule_has_reason"),
        CheckConstraint('length(trim("by")) > 0', name="by_somebody"),
    )

    def digest(self) -> str:
        """SHA-256 of what was ruled, by whom, when and why."""
        said = [self.finding_id, self.outcome.value, self.by, self.at.isoformat(), self.right_label, self.reason]
        return digest_of([*said, self.ruling_id])


@dataclass(frozen=True, slots=True)
class Ruled:
    """One finding and the last ruling on it."""

    finding_id: int
    contact_id: int
    about: str
    label: str
    score: float
    seen_by: str
    upheld: bool
    right_label: str
    at: datetime


def ruled_findings(session: Session, *, about: str = "", label: str = "") -> list[Ruled]:
    """Every finding that somebody ruled on, in the order they were made; or those of one label."""
    last = select(func.max(FindingRuling.id)).group_by(FindingRuling.finding_id)
    wanted = select(ContactFinding, FindingRuling).join(FindingRuling, FindingRuling.finding_id == ContactFinding.id)
    wanted = wanted.where(FindingRuling.id.in_(last)).order_by(ContactFinding.id)
    if about:
        wanted = wanted.where(ContactFinding.about == about, ContactFinding.label == label)
    return [
        Ruled(
            finding_id=finding.id,
            contact_id=finding.contact_id,
            about=finding.about,
            label=finding.label,
            score=finding.score,
            seen_by=finding.seen_by,
            upheld=ruling.outcome is Outcome.AGREE,
            right_label=ruling.right_label,
            at=ruling.at,
        )
        for finding, ruling in session.execute(wanted)
    ]


def last_rulings(session: Session, findings: Collection[int]) -> dict[int, FindingRuling]:
    """The last ruling on each of these findings that has one."""
    wanted = select(FindingRuling).where(FindingRuling.finding_id.in_(findings)).order_by(FindingRuling.id)
    return {ruling.finding_id: ruling for ruling in session.scalars(wanted)}


def found_so_far(session: Session, about: str, label: str, *, from_: float, below: float = 2.0) -> int:
    """How many findings of this label, ruled on or not, were made with a score from one number to another."""
    wanted = select(func.count(ContactFinding.id)).where(
        ContactFinding.about == about,
        ContactFinding.label == label,
        ContactFinding.score >= from_,
        ContactFinding.score < below,
    )
    return session.scalar(wanted) or 0


def find_finding(session: Session, number: int, *, contact: int | None = None) -> ContactFinding:
    """A finding by its number, of this contact where one is told; NotFound in plain words."""
    finding = session.get(ContactFinding, number)
    if finding is None or contact not in (None, finding.contact_id):
        raise NotFound(f"there is no finding {number}" + (f" of contact {contact}" if contact is not None else ""))
    return finding


def contacts_with_words(session: Session, numbers: Collection[int]) -> dict[int, Contact]:
    """These contacts with their recipients and findings, by number."""
    whole = (selectinload(Contact.recipients), selectinload(Contact.findings))
    return {c.id: c for c in session.scalars(select(Contact).where(Contact.id.in_(numbers)).options(*whole))}
