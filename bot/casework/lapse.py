"""What ends by itself: a review missed beyond grace, an urgent restriction that nobody confirmed (INV-02, INV-07).

Whether something binds is read from the records whenever it is asked (`models.in_force`); this puts the end on record
once, so that the clerk is told and the customer can be.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.casework.restrictions import case_of, not_lifted
from bot.casework.steps import take_step
from bot.work import Work, verb
from models.case import CaseStep, StepKind
from models.decision import Decision, Restriction
from models.errors import Refused
from models.officer import Permission
from models.policy import Policy
from models.reviewing import lapses_of, over_by_itself

BY_ITSELF = "nobody: it ended by itself"
_OF_THE_COUNCIL = (StepKind.URGENT_CONFIRMED, StepKind.URGENT_REFUSED)


@verb("restriction.lapse", needs=Permission.RECONCILE)
def record_lapses(work: Work, *, policy: Policy) -> list[CaseStep]:
    """Put on record, once each, what has ended by itself since the last time. Safe to repeat; it changes nothing."""
    if policy.reviews_demanded is None:
        return []
    found = []
    for decision in _in_term(work.session, work.today):
        over = over_by_itself(work.session, decision, work.today, policy.reviews_demanded, work.seal)
        if over and not lapses_of(work.session, [decision.id]) and not_lifted(work, decision):
            found.append(_lapsed(work, decision, "review_missed", over, policy))
    for decision in _unconfirmed(work.session, work.today):
        found.append(_lapsed(work, decision, "not_confirmed", "the council did not confirm it in time", policy))
    return [step for step in found if step is not None]


def _in_term(session: Session, today: date) -> list[Decision]:
    theirs = select(Restriction.decision_id).where(Restriction.starts_on <= today, Restriction.ends_on > today)
    return list(session.scalars(select(Decision).where(Decision.id.in_(theirs)).order_by(Decision.id)))


def _unconfirmed(session: Session, today: date) -> list[Decision]:
    """Urgent decisions whose day came without a confirmation, and of whose end nothing is on record."""
    kinds = (StepKind.URGENT, *_OF_THE_COUNCIL, StepKind.LIFTED, StepKind.LAPSED)
    steps = list(session.scalars(select(CaseStep).where(CaseStep.kind.in_(kinds)).order_by(CaseStep.id)))
    found = []
    for urgent in (s for s in steps if s.kind is StepKind.URGENT and s.decision_id is not None):
        ended = date.fromisoformat(str(urgent.facts["until"])) <= today
        if ended and not any(_settles(s, urgent) for s in steps if s.id > urgent.id):
            found.append(session.get_one(Decision, urgent.decision_id))
    return found


def _settles(step: CaseStep, urgent: CaseStep) -> bool:
    if step.kind in _OF_THE_COUNCIL:
        return step.case_id == urgent.case_id
    return step.kind in (StepKind.LIFTED, StepKind.LAPSED) and step.decision_id == urgent.decision_id


def _lapsed(work: Work, decision: Decision, why: str, words: str, policy: Policy) -> CaseStep | None:
    case = case_of(work.session, decision)
    if case is None:
        return None
    try:
        return take_step(
            work,
            case,
            StepKind.LAPSED,
            on=work.today,
            who=BY_ITSELF,
            words=words,
            facts={"why": why},
            policy=policy,
            decision=decision,
            noted_as="restriction.lapse",
        )
    except Refused:
        return None  # the case was closed meanwhile; what is over is over all the same
