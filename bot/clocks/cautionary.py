"""The clocks of cautionary entries: of their own store, for those who are named to it (LC-08)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from bot.clocks.not_verified import AT_ONCE, not_verified
from models.cautionary import Whom
from models.cautionary_standing import Standing, State
from models.clock import Clock, ClockState, state_of
from models.policy import Policy

MONTHS = "calendar months"


def cautionary_clocks(entries: Iterable[Standing], policy: Policy, today: date) -> list[Clock]:
    """By reference alone: the next review of each live entry (LC-06; INV-20), whom to tell (G-VM-2), what is to be
    disposed of (G-DP-7), and what does not verify (INV-27)."""
    return [clock for standing in entries for clock in _of(standing, policy, today)]


def _of(standing: Standing, policy: Policy, today: date) -> Iterator[Clock]:
    if standing.state is State.LIVE:
        yield _review(standing, policy, today)
    if standing.state is State.LIVE and standing.entry.whom is Whom.PERSON and not standing.told:
        yield _telling(standing, today)
    until = standing.kept_until(policy.procedure.retention.get("cautionary", 0))
    if until is not None and until <= today:
        yield _disposal(standing, until)
    if standing.state is State.DOUBTFUL:
        yield not_verified(
            standing.entry.reference,
            today,
            source="L (LC-06)",
            do="evenhand cautionary verify",
            note="it is not as the sealed history has it, and warns nobody until the holder of the register has looked",
        )


def _since(standing: Standing) -> date:
    return standing.live_from or standing.entry.proposed_on


def _review(standing: Standing, policy: Policy, today: date) -> Clock:
    return Clock(
        name="Review of a cautionary entry",
        about=standing.entry.reference,
        started=_since(standing),
        due=standing.review_on,
        calendar=MONTHS,
        source=policy.procedure.sources["cautionary_review"],
        state=state_of(standing.review_on, None, today),
        do=f"evenhand cautionary review {standing.entry.reference}",
        note=f"it ends by itself on {standing.entry.ends_on:%-d %B %Y}",
    )


def _telling(standing: Standing, today: date) -> Clock:
    since = _since(standing)
    return Clock(
        name="Telling the person of a cautionary entry",
        about=standing.entry.reference,
        started=since,
        due=since,
        calendar=AT_ONCE,
        source="UK GDPR arts 5(1)(a), 13, 14",
        state=state_of(since, None, today),
        do=f"evenhand cautionary told {standing.entry.reference}",
        note="in writing; or, exceptionally, a senior person records why not (--not)",
    )


def _disposal(standing: Standing, until: date) -> Clock:
    return Clock(
        name="Disposal of a cautionary entry",
        about=standing.entry.reference,
        started=standing.ended_on or standing.entry.proposed_on,
        due=until,
        calendar=MONTHS,
        source="UK GDPR art 5(1)(e)",
        state=ClockState.PASSED,
        do="evenhand cautionary over",
        note="its time to be kept is over; it is shown to nobody any more",
    )
