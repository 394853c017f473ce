"""Every clock that runs, and those that ran: read from the records each time (obligations.md, part 21)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from bot.clocks.channels import channel_clocks
from bot.clocks.conduct import Seen, case_clocks
from bot.clocks.information import request_clocks, unopened_clocks
from bot.clocks.letters import letter_clocks
from bot.clocks.no_longer import no_longer_clocks
from bot.clocks.not_verified import RECORDS, not_verified
from bot.clocks.reviews import review_clocks
from models.audit import Seal
from models.calendar import COUNCIL_ZONE, council_day, holidays_run_out
from models.casework import Casework, in_doubt, left_out, read_casework
from models.clock import Clock, ClockState, most_pressing_first
from models.policy import Policy


def clocks(session: Session, policy: Policy, now: datetime, seal: Seal, others: Iterable[Clock] = ()) -> list[Clock]:
    """Every clock of every case, decision, request and breach, the most pressing first. `others`: of another store.

    They run on what stands in the sealed history alone. What does not is a line of its own, so that somebody looks.
    """
    today = council_day(now)
    casework = read_casework(session, seal)
    found = [*_of_conduct(casework, policy, today, seal), *_of_requests(casework, policy, today)]
    found += unopened_clocks(session, policy, today)
    found += _of_breaches(casework, policy, now)
    found += _doubts(casework, today)
    return most_pressing_first([*found, *others])


def due(found: Iterable[Clock], today: date, days: int) -> list[Clock]:
    """Those with something to do, up to so many days from today; what is overdue, has run out, or knows no day."""
    until = today + timedelta(days=days)
    return [c for c in found if c.waits and (c.due is None or c.due <= until)]


def warnings(today: date) -> list[str]:
    """What would make these clocks wrong."""
    return [words for words in (holidays_run_out(today),) if words]


def _doubts(casework: Casework, today: date) -> Iterator[Clock]:
    """That something is not as the sealed history has it: of which case or request, and who looks (INV-27)."""
    counts = [(case.reference, casework.in_cases.get(case.id, 0)) for case in casework.cases]
    counts += [(request.reference, casework.in_requests.get(request.id, 0)) for request in casework.requests]
    known = [(reference, in_doubt(count)) for reference, count in counts if count]
    others = left_out(casework.doubtful) if casework.doubtful and not known else ""
    for reference, note in [*known, *([("the store", others)] if others else [])]:
        yield not_verified(reference, today, source=RECORDS, do="evenhand audit verify", note=note)


def _of_conduct(casework: Casework, policy: Policy, today: date, seal: Seal) -> Iterator[Clock]:
    session, steps = casework.session, sorted((s for of in casework.steps.values() for s in of), key=lambda s: s.id)
    cases = {case.id: case for case in casework.cases}
    for number, case in cases.items():
        taken = casework.steps.get(number, [])
        yield from case_clocks(Seen(casework, policy, today, case, taken, seal))
        yield from letter_clocks(session, case, taken, policy, today)
    yield from review_clocks(casework, policy, today, cases, steps)
    yield from channel_clocks(session, today, cases, steps)
    yield from no_longer_clocks(session, today, cases, steps, policy)


def _of_requests(casework: Casework, policy: Policy, today: date) -> Iterator[Clock]:
    for request in casework.requests:
        yield from request_clocks(request, casework.request_steps.get(request.id, []), policy, today)


def _of_breaches(casework: Casework, policy: Policy, now: datetime) -> Iterator[Clock]:
    """Seventy-two hours, by the hour: weekends and holidays count (UK GDPR art 33)."""
    hours = policy.procedure.clocks.breach_hours
    for breach, answers in casework.breaches:
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
