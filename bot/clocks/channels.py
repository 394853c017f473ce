"""Restrictions that bind nobody because they would close the only way in which a person can reach the council."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clocks.not_verified import AT_ONCE
from models.case import Case, CaseStep, StepKind
from models.channels import closed_by, only_channel
from models.clock import Clock, ClockState
from models.customer import same_person
from models.decision import Restriction


def channel_clocks(
    session: Session, today: date, cases: Mapping[int, Case], steps: Sequence[CaseStep]
) -> Iterator[Clock]:
    """One for each restriction that is set aside: somebody says how the channel stays open, or lifts it (G-EQ-2)."""
    case_of = {s.decision_id: cases[s.case_id] for s in steps if s.decision_id is not None and s.case_id in cases}
    running = select(Restriction).where(Restriction.starts_on <= today, Restriction.ends_on > today)
    for restriction in session.scalars(running.order_by(Restriction.id)):
        people = same_person(session, [restriction.customer_id])
        channel = only_channel(session, people, today)
        if restriction.liftings or not closed_by(channel, [restriction.measure]):
            continue
        case = case_of.get(restriction.decision_id)
        reference = case.reference if case is not None else "CASE"
        said_on = _said_on(steps, {number for number, c in cases.items() if c.customer_id in people}, today)
        yield Clock(
            name="Restriction that closes a person's only channel",
            about=reference if case is not None else f"restriction {restriction.id}",
            started=said_on,
            due=said_on,
            calendar=AT_ONCE,
            source="Equality Act 2010, sections 20 and 29",
            state=ClockState.PASSED,
            do=f"evenhand case exception {reference} --keeps-open {channel}",
            note=f"restriction {restriction.id} binds nobody until it is on record how this channel stays open "
            f"({channel}); or lift it: `evenhand restriction lift {restriction.id}`",
        )


def _said_on(steps: Sequence[CaseStep], cases: set[int], today: date) -> date:
    """The day on which the channel was told of last."""
    told = [
        s.on for s in steps if s.case_id in cases and s.kind is StepKind.ADJUSTMENTS and s.facts.get("only_channel")
    ]
    return told[-1] if told else today
