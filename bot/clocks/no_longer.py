"""Restrictions that run on although whoever decides has found them no longer appropriate (CC-02)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clocks.not_verified import AT_ONCE
from models.case import Case, CaseStep, StepKind
from models.clock import Clock, ClockState
from models.decision import Restriction
from models.letter import LetterKind
from models.policy import Policy


def no_longer_clocks(
    session: Session, today: date, cases: Mapping[int, Case], steps: Sequence[CaseStep], policy: Policy
) -> Iterator[Clock]:
    """One for each restriction of a case whose latest answer was no, until it is lifted or answered otherwise."""
    case_of = {s.decision_id: s.case_id for s in steps if s.decision_id is not None}
    latest = {s.case_id: s for s in steps if s.facts.get("still_appropriate") in ("yes", "no")}
    running = select(Restriction).where(Restriction.starts_on <= today, Restriction.ends_on > today)
    for restriction in session.scalars(running.order_by(Restriction.id)):
        number = case_of.get(restriction.decision_id, 0)
        answer = latest.get(number)
        if restriction.liftings or answer is None or number not in cases or not _no(answer, steps):
            continue
        yield Clock(
            name="Restriction found no longer appropriate",
            about=cases[number].reference,
            started=answer.on,
            due=answer.on,
            calendar=AT_ONCE,
            source=policy.procedure.letters[LetterKind.LIFTING].source,
            state=ClockState.PASSED,
            do=f"evenhand restriction lift {restriction.id}",
            note=f"step {answer.id} says so, and restriction {restriction.id} runs on; "
            "or let it be decided anew, and answer the next contact",
        )


def _no(answer: CaseStep, steps: Sequence[CaseStep]) -> bool:
    """It was no, and the council has not decided since that it goes on."""
    since = (s for s in steps if s.case_id == answer.case_id and s.id > answer.id)
    return answer.facts["still_appropriate"] == "no" and all(s.kind is not StepKind.EXTENDED for s in since)
