"""Letters that a case owes its customer, as something to be done at once (REV-05, INV-26, CH-06, GEN-02)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy.orm import Session

from bot.clocks.not_verified import AT_ONCE
from models.case import Case, CaseStep, StepKind
from models.clock import Clock, state_of
from models.letters_owed import letters_owed
from models.policy import Policy


def letter_clocks(
    session: Session, case: Case, steps: Sequence[CaseStep], policy: Policy, today: date
) -> Iterator[Clock]:
    """One for each letter that has not gone; of what ended by itself a clock stands already."""
    owed = [x for x in letters_owed(session, case, steps, policy) if x[0].kind is not StepKind.LAPSED]
    first = {kind: step for step, kind in reversed(owed)}  # one letter tells of several
    for kind, step in first.items():
        yield Clock(
            name=f"Letter to the customer: {kind.value.replace('_', ' ')}",
            about=case.reference,
            started=step.on,
            due=step.on,
            calendar=AT_ONCE,
            source=policy.procedure.letters[kind.value].source,
            state=state_of(step.on, None, today),
            do=f"evenhand letter draft {kind.value} --case {case.reference}",
        )
