"""The reviews of cautionary entries as clocks: of their own store, for those who are named to it (LC-08)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from models.cautionary import Standing, State
from models.clock import Clock, state_of
from models.policy import Policy


def cautionary_clocks(entries: Iterable[Standing], policy: Policy, today: date) -> list[Clock]:
    """The next review of each live entry, by its reference alone (LC-06; INV-20)."""
    return [
        Clock(
            name="Review of a cautionary entry",
            about=standing.entry.reference,
            started=standing.live_from or standing.entry.proposed_on,
            due=standing.review_on,
            calendar="calendar months",
            source=policy.procedure.sources["cautionary_review"],
            state=state_of(standing.review_on, None, today),
            do=f"evenhand cautionary review {standing.entry.reference}",
            note=f"it ends by itself on {standing.entry.ends_on:%-d %B %Y}",
        )
        for standing in entries
        if standing.state is State.LIVE
    ]
