"""Restrictions in life: lifting them. Imposing is hard (see decisions), lifting is easy (INV-26)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.casework.steps import take_step
from bot.officers import name_of
from bot.work import Work, verb
from models.case import Case, CaseStep, StepKind
from models.decision import Decision, Lifting, Restriction
from models.errors import NotFound, Refused
from models.officer import Permission
from models.papers import imposed_by
from models.policy import Policy


@verb("restriction.lift", needs=Permission.LIFT_RESTRICTION)
def lift(work: Work, restriction: Restriction, *, reason: str, policy: Policy) -> Lifting:
    """End a restriction now, in one action. The next reconcile, within seconds where the service runs, removes its
    rule. The case it belongs to has a step of it; the customer is told in writing (letter `lifting`)."""
    (lifting,) = _lift(work, [restriction], reason, policy)
    return lifting


@verb("restriction.lift_together", needs=Permission.LIFT_RESTRICTION)
def lift_together(work: Work, restrictions: Sequence[Restriction], *, reason: str, policy: Policy) -> list[Lifting]:
    """End these now, all or none, as `lift` does: one step of the case, so that one letter names them all."""
    liftings = _lift(work, restrictions, reason, policy)
    for decision in dict.fromkeys(restriction.decision for restriction in restrictions):
        theirs = [r.id for r in restrictions if r.decision is decision]
        work.note("restriction.lift_together", decision, restrictions=theirs)
    return liftings


@verb("decision.lift", needs=Permission.LIFT_RESTRICTION)
def lift_all(work: Work, decision: Decision, *, reason: str, policy: Policy) -> list[Lifting]:
    """End everything that a decision imposed and that was not lifted before, as `lift` does. Refused if nothing is
    left to lift."""
    left = not_lifted(work, decision)
    if not left:
        raise Refused("nothing that this decision imposed is left to lift")
    liftings = _lift(work, left, reason, policy)
    work.note("decision.lift", decision, liftings=[lifting.id for lifting in liftings])
    return liftings


def not_lifted(work: Work, decision: Decision) -> list[Restriction]:
    """What a decision imposed that nobody has lifted and whose end has not come."""
    return [r for r in imposed_by(work.session, decision) if work.today < r.ends_on and not r.liftings]


def _lift(work: Work, restrictions: Sequence[Restriction], reason: str, policy: Policy) -> list[Lifting]:
    by_decision: dict[int, list[Restriction]] = {}
    for restriction in restrictions:
        by_decision.setdefault(restriction.decision_id, []).append(restriction)
    liftings = []
    for together in by_decision.values():
        ended = [_end(work, restriction, reason) for restriction in together]
        _into_the_case(work, together[0].decision, ended, reason, policy)
        liftings += ended
    return liftings


def _end(work: Work, restriction: Restriction, reason: str) -> Lifting:
    if not reason.strip():
        raise Refused("a lifting needs its reason, in a few words")
    # As it stands now, and by nobody else meanwhile: of two officers at once the second is told.
    work.session.refresh(restriction, ["ends_on", "liftings"], with_for_update=True)
    if restriction.liftings:
        raise Refused(f"restriction {restriction.id} has been lifted already")
    lifting = Lifting(
        restriction_id=restriction.id, lifted_on=work.today, reason=reason.strip(), by=work.actor.name, at=work.now
    )
    work.session.add(lifting)
    work.session.flush()
    work.session.expire(restriction, ["liftings"])
    work.note("restriction.lift", restriction, digest=lifting.digest(), lifting=lifting.id)
    return lifting


def _into_the_case(work: Work, decision: Decision, liftings: list[Lifting], reason: str, policy: Policy) -> None:
    case = case_of(work.session, decision)
    if case is None:
        return  # entered as it was made, under a policy that asks for no case
    try:
        take_step(
            work,
            case,
            StepKind.LIFTED,
            on=work.today,
            who=name_of(work.session, work.actor.name),
            words=reason,
            facts={"restrictions": [str(lifting.restriction_id) for lifting in liftings]},
            policy=policy,
            decision=decision,
        )
    except Refused:
        # A closed case takes no step; that must never keep a restriction in force. The lifting itself is the record.
        return


def case_of(session: Session, decision: Decision) -> Case | None:
    """The case in which a decision was taken; None where it was entered without one."""
    steps = select(CaseStep.case_id).where(CaseStep.decision_id == decision.id).order_by(CaseStep.id).limit(1)
    number = session.scalar(steps)
    return session.get_one(Case, number) if number is not None else None


def find_restriction(session: Session, number: int) -> Restriction:
    restriction = session.get(Restriction, number)
    if restriction is None:
        raise NotFound(f"there is no restriction {number}")
    return restriction
