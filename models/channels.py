"""The only channel that a person can use stays open: reasonable adjustments override a restriction (G-EQ-2; INV-15)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.audit import Seal
from models.case import Case, CaseStep, StepKind
from models.customer import Customer, same_person
from models.decision import Measure, Restriction
from models.trail import CASE_STEP, not_as_recorded, steps_gone

# Diverting rejects nothing; it is taken as the policy's own word for it, a block (policy section 7). What a program
# cannot read in a measure's terms, such as which buildings stay open, is taken as closed: an exception keeps it open.
CLOSES: Mapping[str, frozenset[Measure]] = {
    "email": frozenset({Measure.EMAIL_BLOCK, Measure.EXTERNAL_BODY}),
    "telephone": frozenset(
        {Measure.TELEPHONE_REFUSAL, Measure.WRITTEN_ONLY, Measure.GENERIC_INBOX, Measure.EXTERNAL_BODY}
    ),
    "writing": frozenset({Measure.GENERIC_INBOX, Measure.EXTERNAL_BODY}),
    "visit": frozenset({Measure.WRITTEN_ONLY, Measure.GENERIC_INBOX, Measure.LIMITED_PREMISES, Measure.EXTERNAL_BODY}),
}
_SPOKEN = {"email": "e-mail", "telephone": "the telephone", "writing": "writing", "visit": "a visit"}


def only_channel(session: Session, people: Iterable[int], today: date | None = None) -> str:
    """The one way in which this person can reach the council, and which nothing on record keeps open; else empty.

    The latest answer that names one counts, in whichever of the person's cases it stands. `today`: as recorded for
    that day; without it, as all that is recorded says.
    """
    wanted = select(CaseStep).join(Case, Case.id == CaseStep.case_id).where(Case.customer_id.in_(list(people)))
    wanted = wanted.where(CaseStep.kind.in_([StepKind.ADJUSTMENTS, StepKind.EXCEPTION])).order_by(CaseStep.id)
    steps = [s for s in session.scalars(wanted) if today is None or s.on <= today]
    said = [s.facts["only_channel"] for s in steps if s.kind is StepKind.ADJUSTMENTS and s.facts.get("only_channel")]
    channel = str(said[-1]) if said else "none"
    kept_open = any(_keeps_open(s, channel, today) for s in steps if s.kind is StepKind.EXCEPTION)
    return "" if channel == "none" or kept_open else channel


def channels_not_as_recorded(session: Session, people: Iterable[int], seal: Seal) -> bool:
    """Whether something on record about these people's channels is not in the sealed trail as it stands: nobody can say
    then which channel they have, and none may be closed."""
    wanted = select(CaseStep).join(Case, Case.id == CaseStep.case_id).where(Case.customer_id.in_(list(people)))
    steps = session.scalars(wanted.where(CaseStep.kind.in_([StepKind.ADJUSTMENTS, StepKind.EXCEPTION])))
    cases = session.scalars(select(Case.id).where(Case.customer_id.in_(list(people)))).all()
    strange = not_as_recorded(session, CASE_STEP, steps, seal)
    return bool(strange) or bool(steps_gone(session, CASE_STEP, "case", cases))


def _keeps_open(step: CaseStep, channel: str, today: date | None) -> bool:
    until = step.facts.get("until")
    over = until is not None and today is not None and date.fromisoformat(str(until)) <= today
    return step.facts.get("keeps_open") == channel and not over


def closed_by(channel: str, measures: Iterable[Measure]) -> list[Measure]:
    """Which of these measures close this channel."""
    return [measure for measure in measures if measure in CLOSES.get(channel, frozenset())]


def set_aside_for(session: Session, customer_id: int, today: date) -> list[int]:
    """The numbers of this person's restrictions that run, and bind nobody: they would close the only channel."""
    people = same_person(session, [customer_id])
    channel = only_channel(session, people, today)
    running = select(Restriction).where(
        Restriction.customer_id.in_(people), Restriction.starts_on <= today, Restriction.ends_on > today
    )
    found = [r for r in session.scalars(running.order_by(Restriction.id)) if not r.liftings]
    return [r.id for r in found if closed_by(channel, [r.measure])]


def closes_only_channel(
    session: Session, customer: Customer, measures: Iterable[Measure], *, today: date | None = None
) -> str:
    """Why these measures may not be decided against this person, in plain words with what to do; empty if they may."""
    channel = only_channel(session, same_person(session, [customer.id]), today)
    closing = closed_by(channel, measures)
    if not closing:
        return ""
    named = " and ".join(measure.value.replace("_", " ") for measure in closing)
    return (
        f"{_SPOKEN[channel]} is on record as the only way in which this person can reach the council, and {named} "
        "would close it (Equality Act 2010, sections 20 and 29). Decide without it, or record first how the channel "
        "stays open for them: `evenhand case exception --what ... --words ... --keeps-open " + channel + "`"
    )
