"""The clocks of cautionary entries: of their own store, for those who are named to it (LC-08)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from models.cautionary import Standing, State, Whom
from models.clock import Clock, ClockState, state_of
from models.policy import Policy

MONTHS = "calendar months"


def cautionary_clocks(entries: Iterable[Standing], policy: Policy, today: date) -> list[Clock]:
    """By reference alone: the next review of each live entry (LC-06; INV-20), whom to tell (G-VM-2), what is to be
    disposed of (G-DP-7), and what does not verify (INV-27)."""
    return [clock for standing in entries for clock in _of(standing, policy, today)]


def _of(standing: Standing, policy: Policy, today: date) -> Iterator[Clock]:
    entry, since = standing.entry, standing.live_from or standing.entry.proposed_on
    if standing.state is State.LIVE:
        yield Clock(
            name="Review of a cautionary entry",
            about=entry.reference,
            started=since,
            due=standing.review_on,
            calendar=MONTHS,
            source=policy.procedure.sources["cautionary_review"],
            state=state_of(standing.review_on, None, today),
            do=f"evenhand cautionary review {entry.reference}",
            note=f"it ends by itself on {entry.ends_on:%-d %B %Y}",
        )
    if standing.state is State.LIVE and entry.whom is Whom.PERSON and not standing.told:
        yield Clock(
            name="Telling the person of a cautionary entry",
            about=entry.reference,
            started=since,
            due=since,
            calendar="at once",
            source="UK GDPR arts 5(1)(a), 13, 14",
            state=state_of(since, None, today),
            do=f"evenhand cautionary told {entry.reference}",
            note="in writing; or, exceptionally, a senior person records why not (--not)",
        )
    until = standing.kept_until(policy.procedure.retention.get("cautionary", 0))
    if until is not None and until <= today:
        yield Clock(
            name="Disposal of a cautionary entry",
            about=entry.reference,
            started=standing.ended_on or entry.proposed_on,
            due=until,
            calendar=MONTHS,
            source="UK GDPR art 5(1)(e)",
            state=ClockState.PASSED,
            do="evenhand cautionary over",
            note="its time to be kept is over; it is shown to nobody any more",
        )
    if standing.state is State.DOUBTFUL:
        yield Clock(
            name="Records that do not verify",
            about=entry.reference,
            started=today,
            due=None,
            calendar="at once",
            source="L (LC-06)",
            state=ClockState.PASSED,
            do="evenhand cautionary verify",
            note="it is not as the sealed history has it, and warns nobody until the holder of the register has looked",
        )
