"""A matter drawn along time: who wrote when, how long the customer waited, and days that the council let pass. Pure.

Shapes and places say what colours say too, and the words beside it say all of it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.matters.standing import Said, Standing
from bot.web.wording import count, day
from models.calendar import council_day

WIDTH, LEFT, RIGHT = 600, 12, 588
MOST = 80  # the latest so many contacts; more would be a smear


@dataclass(frozen=True, slots=True)
class Mark:
    """A contact: a circle on the customer's line, a square on the council's, a filled one for the final answer."""

    x: float
    customer: bool
    final: bool


@dataclass(frozen=True, slots=True)
class Wait:
    """A stretch in which the customer waited; `open` while nobody has answered."""

    x: float
    width: float
    open: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    marks: tuple[Mark, ...]
    waits: tuple[Wait, ...]
    missed: tuple[float, ...]
    first: date
    last: date
    words: str


def timeline_of(said: Sequence[Said], standing: Standing, today: date) -> Timeline | None:
    """The picture of a matter's latest contacts up to today; None where there is nothing to draw."""
    drawn = [s for s in said if not s.silent][-MOST:]
    if not drawn:
        return None
    first, last = council_day(drawn[0].at), max(today, council_day(drawn[-1].at))
    span = max((last - first).days, 1)

    def x(on: date) -> float:
        return round(LEFT + (RIGHT - LEFT) * min(max((on - first).days, 0), span) / span, 1)

    waits = [
        Wait(x(d.since), max(round(x(d.until) - x(d.since), 1), 1.5), d.answer is None)
        for d in standing.delays
        if d.until >= first
    ]
    return Timeline(
        marks=tuple(Mark(x(council_day(s.at)), s.from_customer, s.final) for s in drawn),
        waits=tuple(sorted(waits, key=lambda w: w.x)),
        missed=tuple(x(p.due) for p in standing.broken if p.due >= first),
        first=first,
        last=last,
        words=_in_words(drawn, standing, first, last),
    )


def _in_words(drawn: Sequence[Said], standing: Standing, first: date, last: date) -> str:
    letters = sum(s.from_customer for s in drawn)
    said = (
        f"{count(letters, 'letter')} from the customer and {len(drawn) - letters} from the council "
        f"between {day(first)} and {day(last)}"
    )
    if standing.delays:
        said += f"; the longest wait for the council was {count(standing.delays[0].days, 'day')}"
    if standing.broken:
        said += f"; {count(len(standing.broken), 'day')} that the council named passed without a word from it"
    return said
