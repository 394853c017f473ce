"""When a decision must be reviewed, and whether it was (policy section 10; REV-01, REV-02; INV-07).

Reviews belong to the decision: its restrictions are reviewed together. A review that was missed beyond grace ends them,
and no later record brings them back: what counts was held, and put on record, within the grace.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from models.audit import Seal, noted_at
from models.calendar import add_months, council_day
from models.case import CaseStep, StepKind
from models.decision import Decision, DecisionLetter, Restriction
from models.papers import imposed_by
from models.procedure import Reviews

ON_RECORD = "it ended by itself; that is on record"
EARLY_MONTHS = 2  # a review may be held so long before its day: committees do not meet every week


@dataclass(frozen=True, slots=True)
class ReviewDay:
    """
    due_on    the day of the review
    last_day  the last day on which it can still be held and recorded; after it the restrictions are over (INV-07)
    ends_on   the first day without the decision's restrictions in any case
    last      whether it is the review at the end of the term (REV-02)
    held      the review that was held, None if none was
    """

    due_on: date
    last_day: date
    ends_on: date
    last: bool
    held: CaseStep | None

    @property
    def begins_on(self) -> date:
        """The first day on which this review may be held."""
        return add_months(self.due_on, -EARLY_MONTHS)


def review_dates(decision: Decision, reviews: Reviews) -> tuple[date, ...]:
    """The days on which a decision is reviewed: as decided, as the policy says, the last at its end."""
    start, end = _term(decision)
    first = min(m.review_on for m in decision.measures)
    between = (add_months(start, months) for months in reviews.months[1:])
    return tuple(sorted({first, *(day for day in between if first < day < end), end}))


def _term(decision: Decision) -> tuple[date, date]:
    return min(m.starts_on for m in decision.measures), max(m.ends_on for m in decision.measures)


def review_days(session: Session, decision: Decision, reviews: Reviews) -> list[ReviewDay]:
    """Each review of a decision in order, and whether it was held."""
    dates, end = review_dates(decision, reviews), _term(decision)[1]
    held = reviews_held(session, decision.id)
    grace = timedelta(days=reviews.grace_days)
    return [
        ReviewDay(day, day + grace, end, day == dates[-1], next((s for s in held if _is_of(s, day)), None))
        for day in dates
    ]


def reviews_held(session: Session, decision_id: int) -> list[CaseStep]:
    """The reviews of a decision that are on record, in the order in which they were recorded."""
    wanted = select(CaseStep).where(CaseStep.decision_id == decision_id, CaseStep.kind == StepKind.PERIODIC_REVIEW)
    return list(session.scalars(wanted.order_by(CaseStep.id)))


def _is_of(step: CaseStep, day: date) -> bool:
    return step.facts.get("due_on") == day.isoformat()


def over_by_itself(session: Session, decision: Decision, today: date, reviews: Reviews, seal: Seal) -> str:
    """Why the restrictions of a decision are over though their dates run on; empty if they are not.

    A review counts if it was held from two months before its day until the grace ran out, and was recorded by then:
    of a decision that was taken over later from paper, within the grace from that day.
    """
    dates, grace = review_dates(decision, reviews), timedelta(days=reviews.grace_days)
    if today <= dates[0]:
        return ""  # whatever the grace was: nothing was due before
    if ended_by_itself(session, decision, today):
        return ON_RECORD
    missed = [day for day in dates if day + grace < today]
    if not missed:
        return ""
    held, entered = reviews_held(session, decision.id), entered_on(session, decision, seal)
    for day in missed:
        if not any(_counts(session, step, day, entered, reviews, seal) for step in held if _is_of(step, day)):
            return f"the review due on {day:%-d %B %Y} was not held within the {reviews.grace_days} days of grace"
    return ""


def _counts(session: Session, step: CaseStep, day: date, entered: date, reviews: Reviews, seal: Seal) -> bool:
    at = noted_at(session, f"CaseStep:{step.id}", step.digest(), seal)
    if at is None:
        return False
    return in_time(day, held=step.on, recorded=council_day(at), entered=entered, reviews=reviews)


def in_time(day: date, *, held: date, recorded: date, entered: date, reviews: Reviews) -> bool:
    """Whether a review due on `day` was held, and put on record, while it could still keep a restriction alive."""
    grace = timedelta(days=reviews.grace_days)
    return add_months(day, -EARLY_MONTHS) <= held <= day + grace and recorded <= max(day, entered) + grace


def entered_on(session: Session, decision: Decision, seal: Seal) -> date:
    """The day on which the decision's letter was recorded here; without one, on which the decision was.

    As the sealed trail says: by a row's own word the grace could be drawn out.
    """
    wanted = select(DecisionLetter).where(DecisionLetter.decision_id == decision.id).order_by(DecisionLetter.id)
    papers: list[DecisionLetter | Decision] = [*session.scalars(wanted), decision]
    told = (noted_at(session, f"{type(p).__name__}:{p.id}", p.digest(), seal) for p in papers)
    return council_day(next((at for at in told if at is not None), decision.recorded_at))


def lapses_of(session: Session, decision_ids: Iterable[int]) -> list[CaseStep]:
    """Where it is on record that these decisions' restrictions ended by themselves."""
    wanted = select(CaseStep).where(CaseStep.decision_id.in_(list(decision_ids)), CaseStep.kind == StepKind.LAPSED)
    return list(session.scalars(wanted.order_by(CaseStep.id)))


def ended_by_itself(session: Session, decision: Decision, today: date) -> bool:
    """Whether it is on record that a decision's restrictions ended by themselves, up to a day."""
    return any(step.on <= today for step in lapses_of(session, [decision.id]))


@dataclass(frozen=True, slots=True)
class DueReview:
    """A review that comes up, is due, or was missed; with the restrictions that it is about."""

    decision: Decision
    day: ReviewDay
    restrictions: tuple[Restriction, ...]

    def missed(self, today: date) -> bool:
        return self.day.last_day < today


def due_reviews(session: Session, reviews: Reviews, today: date, *, ahead_days: int = 28) -> list[DueReview]:
    """The reviews that were not held of what is not lifted: due, coming up within so many days, or missed while the
    term still ran. The earliest first."""
    found = []
    for decision in _living(session, today - timedelta(days=reviews.grace_days)):
        mine = tuple(r for r in imposed_by(session, decision) if not r.liftings)
        days = [d for d in review_days(session, decision, reviews) if d.held is None] if mine else []
        found += [DueReview(decision, d, mine) for d in days if d.due_on <= today + timedelta(days=ahead_days)]
    return sorted(found, key=lambda due: (due.day.due_on, due.decision.id))


def _living(session: Session, since: date) -> list[Decision]:
    """The decisions of which a restriction runs, or ended no longer ago than this day."""
    theirs = select(Restriction.decision_id).where(Restriction.ends_on >= since)
    wanted = select(Decision).where(Decision.id.in_(theirs)).order_by(Decision.id)
    return list(session.scalars(wanted.options(selectinload(Decision.measures))))
