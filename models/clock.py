"""A clock: something that must be done by a day, where the length comes from, and how it stands. Values only."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime


class ClockState(enum.StrEnum):
    """
    overdue  the council has not done it, and the day is past
    passed   a time that somebody else had, or a restriction, ran out: a person decides what follows
    running  to be done by its day
    paused   it does not run until somebody answers
    window   nothing is due: until that day something else is so (requests may be added up ...)
    met      done by its day
    late     done after its day
    over     nothing is to be done any more: withdrawn, lifted before, the window closed
    """

    OVERDUE = "overdue"
    PASSED = "passed"
    RUNNING = "running"
    PAUSED = "paused"
    WINDOW = "window"
    MET = "met"
    LATE = "late"
    OVER = "over"


WAITING = (ClockState.OVERDUE, ClockState.PASSED, ClockState.RUNNING, ClockState.PAUSED)
"""The states in which somebody has something to do, or waits for somebody: the most pressing first."""


@dataclass(frozen=True, slots=True)
class Clock:
    """
    name     what runs: "FOI answer or refusal"
    about    whose clock it is, by reference and never by name: "FOI-2026-001", "contact 118"
    started  the day it counts from: of receipt, of the report, of the start of the restriction
    due      the last day; None while it is paused, or where no meeting is known
    calendar how the days are counted, in words
    source   the law or the paragraph of the policy
    met_on   the day it was done
    do       the command that meets it
    note     what else must be known: why it is paused, what happens after the day
    due_at   the moment, for a clock of hours
    """

    name: str
    about: str
    started: date
    due: date | None
    calendar: str
    source: str
    state: ClockState
    met_on: date | None = None
    do: str = ""
    note: str = ""
    due_at: datetime | None = None

    @property
    def waits(self) -> bool:
        return self.state in WAITING


def state_of(due: date | None, met_on: date | None, today: date) -> ClockState:
    """How a clock of the council's stands that is not paused."""
    if met_on is not None:
        return ClockState.MET if due is None or met_on <= due else ClockState.LATE
    return ClockState.OVERDUE if due is not None and due < today else ClockState.RUNNING


def most_pressing_first(clocks: Iterable[Clock]) -> list[Clock]:
    """Overdue, run out, running, paused, the rest; in each the earliest day first, what has no day last."""
    order = [*WAITING, *(state for state in ClockState if state not in WAITING)]
    return sorted(clocks, key=lambda c: (order.index(c.state), c.due or date.max, c.started, c.about, c.name))
