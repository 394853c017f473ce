"""The reviews of each decision as clocks: six months, the end, further ones (policy section 10; REV-01 to REV-05)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from models.case import Case, CaseStep, StepKind
from models.casework import Casework
from models.clock import Clock, ClockState, state_of
from models.decision import Decision, Restriction
from models.policy import Policy
from models.reviewing import ReviewDay, review_days

CALENDAR = "calendar months"
_NUMBERS = ("", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve")


def review_clocks(
    casework: Casework, policy: Policy, today: date, cases: Mapping[int, Case], steps: Sequence[CaseStep]
) -> Iterator[Clock]:
    """The reviews of every decision of which the customer was told."""
    case_of = {s.decision_id: cases[s.case_id] for s in steps if s.decision_id is not None and s.case_id in cases}
    extending = {s.decision_id for s in steps if s.kind is StepKind.EXTENDED}
    urgent = {s.decision_id for s in steps if s.kind in (StepKind.URGENT, StepKind.URGENT_CONFIRMED)}
    for decision, restrictions in _told_of(casework):
        if decision.id in urgent:
            continue  # it ends within weeks, unless the council confirms it: that has its own clock (INV-02)
        case = case_of.get(decision.id)
        mine = [s for s in steps if s.decision_id == decision.id]
        over_on = _over_on(casework, restrictions, mine)
        taken = {s.id for s in mine}
        for day in review_days(casework.session, decision, policy.procedure.reviews):
            if day.held is not None and day.held.id not in taken:
                day = replace(day, held=None)
            if policy.reviews_demanded is None and day.held is None and day.ends_on <= today:
                continue  # a past decision, entered as it was made
            clock = _clock(day, decision, case, policy, today, further=decision.id in extending, over_on=over_on)
            missed = clock.state is ClockState.OVERDUE and today > day.last_day and day.due_on < day.ends_on
            yield replace(clock, do=_to_end(restrictions)) if missed and policy.reviews_demanded else clock


def _told_of(casework: Casework) -> Iterator[tuple[Decision, list[Restriction]]]:
    found: dict[int, list[Restriction]] = {}
    for restriction in casework.restrictions:
        found.setdefault(restriction.decision_id, []).append(restriction)
    yield from ((casework.decisions[number], found[number]) for number in sorted(found))


def _to_end(restrictions: Sequence[Restriction]) -> str:
    """No review brings back what has ended: that it has is put on record, and the customer told, by lifting it."""
    left = [r.id for r in restrictions if not r.liftings]
    return f"evenhand restriction lift {left[0] if left else restrictions[0].id}"


def _over_on(casework: Casework, restrictions: Sequence[Restriction], steps: Sequence[CaseStep]) -> date | None:
    """The day on which all of a decision's restrictions had been lifted, or ended by themselves."""
    lapsed = next((s.on for s in steps if s.kind is StepKind.LAPSED), None)
    lifted: dict[int, date] = {}
    for lifting in (x for r in restrictions for x in r.liftings if x.id in casework.liftings):
        lifted.setdefault(lifting.restriction_id, lifting.lifted_on)
    return lapsed or (max(lifted.values()) if len(lifted) == len(restrictions) else None)


def _clock(
    day: ReviewDay,
    decision: Decision,
    case: Case | None,
    policy: Policy,
    today: date,
    *,
    further: bool,
    over_on: date | None,
) -> Clock:
    key = "further_review" if further else "end_review" if day.last else "review"
    start = min(m.starts_on for m in decision.measures)
    held_on = day.held.on if day.held is not None else None
    state = state_of(day.due_on, held_on, today)
    if held_on is None and over_on is not None:
        state = ClockState.OVER
    return Clock(
        name=_name(key, start, day.due_on),
        about=case.reference if case is not None else f"decision {decision.id}",
        started=start,
        due=day.due_on,
        calendar=CALENDAR,
        source=policy.procedure.sources[key],
        state=state,
        met_on=held_on,
        do=f"evenhand case periodic-review {case.reference}" if case is not None else "evenhand restriction list",
        note=_note(day, state, policy, today),
    )


def _name(key: str, start: date, due: date) -> str:
    if key != "review":
        return "End review" if key == "end_review" else "Further review"
    months = (due.year - start.year) * 12 + due.month - start.month
    words = _NUMBERS[months] if 0 < months < len(_NUMBERS) else str(months)
    return f"{words}-month review"


def _note(day: ReviewDay, state: ClockState, policy: Policy, today: date) -> str:
    if state not in (ClockState.OVERDUE, ClockState.RUNNING) or policy.reviews_demanded is None:
        return ""
    if day.due_on >= day.ends_on:
        return "the restrictions end on this day by their decision; longer needs a new one"
    if today > day.last_day:
        return "it was missed beyond grace: the restrictions have ended"
    return f"if it is not held by {day.last_day:%-d %B %Y}, the restrictions end by themselves"
