"""Every clock that runs, and those that ran: read from the records each time, stored nowhere (REQUIREMENTS part 21)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clocks.channels import channel_clocks
from bot.clocks.conduct import Seen, case_clocks
from bot.clocks.information import request_clocks, unopened_clocks
from bot.clocks.reviews import review_clocks
from models.breach import breaches
from models.calendar import COUNCIL_ZONE, council_day, holidays_run_out
from models.case import CaseStep, all_cases
from models.clock import Clock, ClockState, most_pressing_first
from models.policy import Policy
from models.request import RequestStep, all_requests


def clocks(session: Session, policy: Policy, now: datetime, others: Iterable[Clock] = ()) -> list[Clock]:
    """Every clock of every case, decision, request and breach, the most pressing first. `others`: of another store."""
    today = council_day(now)
    found = [*_of_conduct(session, policy, today), *_of_requests(session, policy, today)]
    found += unopened_clocks(session, policy, today)
    found += _of_breaches(session, policy, now)
    return most_pressing_first([*found, *others])


def due(found: Iterable[Clock], today: date, days: int) -> list[Clock]:
    """Those with something to do, up to so many days from today; what is overdue, has run out, or knows no day."""
    until = today + timedelta(days=days)
    return [c for c in found if c.waits and (c.due is None or c.due <= until)]


def warnings(today: date) -> list[str]:
    """What would make these clocks wrong."""
    return [words for words in (holidays_run_out(today),) if words]


def _of_conduct(session: Session, policy: Policy, today: date) -> Iterator[Clock]:
    steps = list(session.scalars(select(CaseStep).order_by(CaseStep.id)))
    by_case: dict[int, list[CaseStep]] = {}
    for step in steps:
        by_case.setdefault(step.case_id, []).append(step)
    cases = {case.id: case for case in all_cases(session)}
    for number, case in cases.items():
        yield from case_clocks(Seen(session, policy, today, case, by_case.get(number, [])))
    yield from review_clocks(session, policy, today, cases, steps)
    yield from channel_clocks(session, today, cases, steps)


def _of_requests(session: Session, policy: Policy, today: date) -> Iterator[Clock]:
    by_request: dict[int, list[RequestStep]] = {}
    for step in session.scalars(select(RequestStep).order_by(RequestStep.id)):
        by_request.setdefault(step.request_id, []).append(step)
    for request in all_requests(session):
        yield from request_clocks(request, by_request.get(request.id, []), policy, today)


def _of_breaches(session: Session, policy: Policy, now: datetime) -> Iterator[Clock]:
    """Seventy-two hours, by the hour: weekends and holidays count (UK GDPR art 33)."""
    hours = policy.procedure.clocks.breach_hours
    for breach, answers in breaches(session):
        until = breach.aware_at + timedelta(hours=hours)
        met_at = answers[0].at if answers else None
        if met_at is None:
            state = ClockState.OVERDUE if now > until else ClockState.RUNNING
        else:
            state = ClockState.MET if met_at <= until else ClockState.LATE
        yield Clock(
            name="Data breach to the Information Commissioner",
            about=f"breach {breach.id}",
            started=council_day(breach.aware_at),
            due=council_day(until),
            calendar="hours",
            source="UK GDPR art 33",
            state=state,
            met_on=council_day(met_at) if met_at else None,
            do=f"evenhand breach answer {breach.id}",
            note=f"by {until.astimezone(COUNCIL_ZONE):%H:%M} on that day",
            due_at=until,
        )
