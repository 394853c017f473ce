"""A case: the conduct of one customer in one matter under the policy, as steps that were taken and are never rewritten.

How a case stands is not stored: it is read from its steps (`bot.casework.track`). What a step needs beside its words
is in `facts`, by the step's kind; `bot.casework` checks it before it is saved.
"""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base
from models.customer import everybody_like
from models.digests import digest_of
from models.errors import NotFound


class Stage(enum.StrEnum):
    """The warnings of the policy before any restriction (policy section 7; INV-08)."""

    INITIAL = "initial"
    FORMAL_PRIOR = "formal_prior"


class Ground(enum.StrEnum):
    """Why conduct is considered (policy section 4; GEN-06)."""

    NOT_ACCEPTING = "not_accepting"  # not accepting how a matter was dealt with
    MANNER = "manner"  # a justified matter pursued inappropriately, or one without substance or already determined


class StepKind(enum.StrEnum):
    """What was done in a case. Its source stands beside it."""

    REPORT = "report"  # an officer's report, citing entries of the log (IW-01, LOG-05)
    REVIEW = "review"  # the head's review of it: to act, or not to (IW-02, IW-03, REC-09)
    ADJUSTMENTS = "adjustments"  # were reasonable adjustments asked about, and what was answered (INV-15)
    PLEASE_STOP = "please_stop"  # asked to stop, before anything else (GEN-09)
    INITIAL_WARNING = "initial_warning"  # the initial letter went (IW-04)
    ACKNOWLEDGED = "acknowledged"  # the customer acknowledged it (IW-07)
    MONITORING = "monitoring"  # how it is watched that conduct is moderated, and until when (IW-07)
    NOT_HEEDED = "not_heeded"  # a recorded human finding that the letter was ignored (IW-08, ST1-01, T8)
    MEETING = "meeting"  # a meeting offered, held, declined; or why none is offered (ST1-02)
    FORMAL_WARNING = "formal_warning"  # the formal prior warning went (ST1-02)
    COMMITTEE_REPORT = "committee_report"  # a report went to a meeting (IW-05, ST1-05, ST2-02, REV-01; REC-08)
    CONFIRMATION = "confirmation"  # one of the three conditions, by a named person with evidence (ST2-01)
    RECOMMENDATION = "recommendation"  # what the committee recommended, on conduct alone (ST2-03)
    CHECKED = "checked"  # the head checked the committee's report (ST2-04)
    DECIDED = "decided"  # the council's decision, with the interests declared (ST2-05)
    DECIDED_AGAINST = "decided_against"  # the council decided not to restrict (INV-13)
    TOLD = "told"  # the decision letter went (ST2-06)
    APPOINTED = "appointed"  # the named officer and their substitute (NO-01, NO-05)
    INFORMED = "informed"  # an officer or member was made aware, on a need-to-know list (ST2-07, CON-03)
    URGENT = "urgent"  # an urgent restriction was decided (RES-07, INV-02)
    URGENT_CONFIRMED = "urgent_confirmed"  # the council confirmed it
    URGENT_REFUSED = "urgent_refused"  # the council did not confirm it: it ended at once (INV-02, INV-13)
    CONTINUING = "continuing"  # what the named officer answered about one contact after the decision (CC-01 to CC-05)
    NO_FURTHER = "no_further"  # the one letter that no correspondence will be entered into (CC-01)
    POLICE = "police"  # whether the police were told, what was passed on (CC-04, GEN-11)
    MEMBER_ENGAGED = "member_engaged"  # an MP or councillor was approached, and engaged with (CIR-03)
    CIRCUMVENTION = "circumvention"  # a finding about another person alone (CIR-01, X7)
    EXCEPTION = "exception"  # an exception made after the policy was applied (REC-10)
    COMPLAINT_NOT_TAKEN = "complaint_not_taken"  # a complaint not put through the procedure, and why (REC-11)
    COMPLAINT_PAUSED = "complaint_paused"  # with its reason, and the other route offered (GEN-02)
    EXTERNAL_BODY = "external_body"  # an external body acts for the council (T9)
    PERIODIC_REVIEW = "periodic_review"  # six months, twelve months, further (REV-01 to REV-04)
    OUTCOME_LETTER = "outcome_letter"  # the customer was told the outcome (REV-05)
    EXTENDED = "extended"  # a new decision of the right body continued it (REV-04)
    LIFTED = "lifted"  # ended early (REV-03, INV-26)
    LAPSED = "lapsed"  # a review was missed beyond grace, or an urgent restriction was not confirmed (INV-02, INV-07)
    APPEAL = "appeal"  # the customer challenges the decision (CH-04, CH-06)
    APPEAL_DECIDED = "appeal_decided"  # by somebody uninvolved (INV-16)
    CLOSED = "closed"  # the relationship is back to normal (REV-03)
    TAKEN_OVER = "taken_over"  # steps before this program, on paper; where the papers are


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

    def digest(self) -> str:
        """SHA-256 over the whole warning; noted in the audit chain when it was recorded."""
        parts = [self.customer_id, self.stage.value, self.sent_on.isoformat(), self.reason, self.recorded_by]
        return digest_of(parts)


class Case(Base):
    """The conduct of one customer in one matter (GEN-04: the matter, not the person). Append-only."""

    __tablename__ = "cases"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    reference: Mapped[str] = mapped_column(unique=True)  # "CASE-2026-001"
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    subject_matter: Mapped[str]
    ground: Mapped[Ground]
    opened_on: Mapped[date]
    opened_by: Mapped[str]
    opened_at: Mapped[datetime]
    issue_id: Mapped[int | None] = mapped_column(ForeignKey("issues.id"), default=None)

    __table_args__ = (
        CheckConstraint("length(trim(subject_matter)) > 0", name="subject_matter_given"),
        CheckConstraint("ground IN ('not_accepting', 'manner')", name="ground"),
    )

    def digest(self) -> str:
        """SHA-256 over the case as it was opened; noted in the audit chain."""
        parts = [self.reference, self.customer_id, self.subject_matter, self.ground.value, self.opened_on.isoformat()]
        return digest_of([*parts, self.opened_by, self.issue_id])


class CaseStep(Base):
    """One step of a case. Append-only; what was wrong is put right by a later step, never by rewriting.

    on     the day it was done, which may lie before it was recorded
    who    the person or body who did it, by name and title; `recorded_by` is who wrote it down here
    words  the reason, finding or resolution, in the council's own words
    facts  what else this kind of step needs, by name: texts, whole numbers, lists of texts, dates as 2026-03-01
    cites  the contacts it rests on, by their numbers in the log
    """

    __tablename__ = "case_steps"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    kind: Mapped[StepKind]
    on: Mapped[date] = mapped_column("on_day")
    who: Mapped[str]
    words: Mapped[str]
    policy_version: Mapped[str]
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON(), default_factory=dict)
    cites: Mapped[list[int]] = mapped_column(JSON(), default_factory=list)
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id"), default=None, index=True)
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letters.id"), default=None, index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"), default=None, index=True)

    __table_args__ = (
        CheckConstraint("length(trim(who)) > 0", name="who_given"),
        CheckConstraint("length(trim(recorded_by)) > 0", name="recorded_by_given"),
    )

    def digest(self) -> str:
        """SHA-256 over the whole step; noted in the audit chain when it was recorded."""
        parts: list[Any] = [
            self.case_id,
            self.kind.value,
            self.on.isoformat(),
            self.who,
            self.words,
            self.policy_version,
        ]
        parts += [self.facts, self.cites, self.decision_id, self.letter_id, self.contact_id]
        return digest_of(parts)


def warnings_of(session: Session, customer_id: int, day: date) -> list[CaseWarning]:
    """The warnings sent to this person up to and on a day, oldest first."""
    people = everybody_like(session, customer_id)
    wanted = select(CaseWarning).where(CaseWarning.customer_id.in_(people), CaseWarning.sent_on <= day)
    return list(session.scalars(wanted.order_by(CaseWarning.sent_on, CaseWarning.id)))


def find_case(session: Session, reference: str) -> Case:
    """A case by its reference, whatever its letters' case; NotFound in plain words."""
    case = session.scalar(select(Case).where(func.upper(Case.reference) == reference.strip().upper()))
    if case is None:
        raise NotFound(f"there is no case '{reference}'; `evenhand case list` shows them")
    return case


def cases_of(session: Session, customer_id: int) -> list[Case]:
    """The cases of this person, with all their merged records, the oldest first."""
    people = everybody_like(session, customer_id)
    return list(session.scalars(select(Case).where(Case.customer_id.in_(people)).order_by(Case.id)))


def all_cases(session: Session) -> list[Case]:
    return list(session.scalars(select(Case).order_by(Case.id)))


def steps_of(session: Session, case: Case) -> list[CaseStep]:
    """The steps of a case in the order they were recorded."""
    return list(session.scalars(select(CaseStep).where(CaseStep.case_id == case.id).order_by(CaseStep.id)))
