"""How a matter stands: who owes whom a word, since when, and how long the council itself took. Pure.

Read anew from its contacts each time and never stored: what is logged, moved or ruled counts at once. The council's
own delays and broken promises stand beside whatever is said of the customer (INV-23).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from classifiers.promises import asks_back, promised
from models.calendar import council_day, working_days
from models.message import Direction

_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
# What a letter ends with out of courtesy asks for nothing.
_COURTESY = re.compile(
    r"\b(?:hesitate|any ?thing (?:else|further|more)|(?:any|further|other|more) (?:questions?|queries|help|concerns?)"
    r"|should you (?:have|need|require|wish|want)"
    r"|if you (?:would|need|require|want|wish|have)(?: like| to)? (?:any|further|more|discuss|speak|talk))\b",
    re.IGNORECASE,
)
_LONGEST = 20_000  # characters of one letter that are looked at for promises and questions


class State(StrEnum):
    """Who owes whom a word on a matter."""

    OPEN = "open"
    AWAITING_COUNCIL = "awaiting_council"
    AWAITING_CUSTOMER = "awaiting_customer"
    FINALLY_ANSWERED = "finally_answered"


@dataclass(frozen=True, slots=True)
class Said:
    """One contact of a matter, as far as it says how the matter stands.

    own    what the council wrote; of a customer's letter it is not needed
    final  the council's final answer
    thanks it only says thanks, and asks for no word back
    silent a machine's, or nobody's: it is in the log and is nobody's word
    """

    contact: int
    at: datetime
    direction: Direction
    own: str = ""
    final: bool = False
    thanks: bool = False
    silent: bool = False

    @property
    def from_customer(self) -> bool:
        return self.direction is Direction.IN


@dataclass(frozen=True, slots=True)
class Delay:
    """A stretch between a customer's letter and the council's next word; `answer` is None while there is none yet."""

    letter: int
    since: date
    until: date
    letters: int
    answer: int | None = None

    @property
    def days(self) -> int:
        return (self.until - self.since).days

    @property
    def working_days(self) -> int:
        return working_days(self.since, self.until)


@dataclass(frozen=True, slots=True)
class Promise:
    """A day that the council named for something. `next_word` is when it wrote again, None if it did not."""

    contact: int
    made_on: date
    due: date
    broken: bool
    next_word: date | None = None

    @property
    def late(self) -> int | None:
        """Days from the promised day to the council's next word; None where there was none."""
        return (self.next_word - self.due).days if self.broken and self.next_word else None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a matter stood at a moment. `since` is when that began; days are the council's days up to then.

    last        the last word on it, whoever spoke
    final       the council's final answer, the latest of them
    since_final how often the customer wrote after it
    unanswered  how often the customer wrote since the council's last word
    delays      the longest first; promises in the order they were made
    """

    state: State
    since: date | None
    days: int
    working_days: int
    letters: int
    replies: int
    last: Said | None
    final: Said | None
    since_final: int
    unanswered: int
    delays: tuple[Delay, ...]
    promises: tuple[Promise, ...]

    @property
    def broken(self) -> tuple[Promise, ...]:
        return tuple(promise for promise in self.promises if promise.broken)

    @property
    def pending(self) -> Promise | None:
        """The promise that the council's last word holds, while its day has not passed."""
        last = self.promises[-1] if self.promises else None
        return last if last and not last.broken and last.next_word is None else None


def standing_of(contacts: Iterable[Said], now: datetime) -> Standing:
    """The state of a matter at a moment, from its contacts up to then."""
    spoken = [s for s in sorted(contacts, key=lambda s: (s.at, s.contact)) if not s.silent and s.at <= now]
    today = council_day(now)
    final = next((s for s in reversed(spoken) if s.final), None)
    promises = tuple(_promises(spoken, today))
    state, since = _state([s for s in spoken if not s.thanks], final, promises)
    replies = [i for i, s in enumerate(spoken) if not s.from_customer]
    return Standing(
        state=state,
        since=since,
        days=(today - since).days if since else 0,
        working_days=working_days(since, today) if since else 0,
        letters=len(spoken) - len(replies),
        replies=len(replies),
        last=spoken[-1] if spoken else None,
        final=final,
        since_final=sum(s.from_customer for s in spoken[spoken.index(final) :]) if final else 0,
        unanswered=len(spoken) - 1 - replies[-1] if replies else len(spoken),
        delays=tuple(sorted(_delays(spoken, today), key=lambda d: (-d.days, d.since))),
        promises=promises,
    )


def _state(asked: Sequence[Said], final: Said | None, promises: Sequence[Promise]) -> tuple[State, date | None]:
    if final is not None:
        return State.FINALLY_ANSWERED, council_day(final.at)
    if not asked:
        return State.OPEN, None
    last = asked[-1]
    if last.from_customer:
        return State.AWAITING_COUNCIL, council_day(_first_unanswered(asked).at)
    passed = next((p for p in promises if p.contact == last.contact and p.broken), None)
    if passed is not None:
        return State.AWAITING_COUNCIL, passed.due
    asks = asks_customer(last.own)
    return State.AWAITING_CUSTOMER if asks else State.OPEN, council_day(last.at)


def _first_unanswered(asked: Sequence[Said]) -> Said:
    first = asked[-1]
    for said in reversed(asked):
        if not said.from_customer:
            break
        first = said
    return first


def _delays(spoken: Sequence[Said], today: date) -> Iterable[Delay]:
    """From the first unanswered letter to the council's next word. A repeat after the final answer waits for none."""
    first: Said | None = None
    letters, closed = 0, False
    for said in spoken:
        if not said.from_customer:
            if first is not None:
                yield Delay(first.contact, council_day(first.at), council_day(said.at), letters, said.contact)
            first, letters, closed = None, 0, closed or said.final
        elif not said.thanks and not closed:
            first, letters = first or said, letters + 1
    if first is not None:
        yield Delay(first.contact, council_day(first.at), today, letters)


def _promises(spoken: Sequence[Said], today: date) -> Iterable[Promise]:
    for place, said in enumerate(spoken):
        due = promised_day(said) if not said.from_customer else None
        if due is None:
            continue
        after = spoken[place + 1 :]
        next_word = next((council_day(s.at) for s in after if not s.from_customer), None)
        passed = (next_word or today) > due
        # Where the council asked for something first, and nothing came, the day was not the council's alone to keep.
        waited = asks_customer(said.own) and not any(s.from_customer and council_day(s.at) <= due for s in after)
        yield Promise(said.contact, council_day(said.at), due, passed and not waited, next_word)


def promised_day(said: Said) -> date | None:
    """The latest day that the council named for itself; a day by which the customer is asked for something is none."""
    own = " ".join(part for part in _sentences(said.own) if not asks_back(part))
    found = promised(own, said.at)
    return council_day(found) if found else None


def asks_customer(own: str) -> bool:
    """Whether the council asks the customer for something, beyond the courtesies at the end of a letter."""
    return any(asks_back(part) and not _COURTESY.search(part) for part in _sentences(own))


def _sentences(own: str) -> list[str]:
    return [part for part in _SENTENCE.split(own[:_LONGEST]) if part.strip()]
