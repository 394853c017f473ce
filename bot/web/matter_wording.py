"""A matter in plain words, for the pages and the command line: what was said and counted, and no judgment (LOG-07)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.matters.chronology import Line
from bot.matters.standing import Delay, Promise, Standing, State
from bot.web.wording import count, day
from models.calendar import council_day
from models.issue import MatterAct, MatterRuling

_WEIGHED = re.compile(r"^(?P<words>.+) \((?P<weight>[+-]\d+\.\d)\)$")


def state_line(standing: Standing) -> str:
    """Who owes whom a word, since when, and for how long: one or two sentences."""
    if standing.state is State.FINALLY_ANSWERED:
        return _closed(standing)
    if standing.since is None or standing.last is None:
        return "Nothing was said on it yet."
    if standing.state is State.AWAITING_CUSTOMER:
        return f"The council asked the customer for something on {day(standing.since)}, {_ago(standing)} ago."
    if standing.state is State.OPEN:
        named = f" It named {day(standing.pending.due)} for something." if standing.pending else ""
        return f"The council spoke last, on {day(standing.since)}; nobody owes a word.{named}"
    if not standing.last.from_customer:
        return (
            f"The council named {day(standing.since)} in its last word and has not written since: "
            f"{_ago(standing)} past that day."
        )
    letters = "a letter waits" if standing.unanswered == 1 else f"{standing.unanswered} letters wait, the first"
    return f"The customer spoke last: {letters} since {day(standing.since)}, {_ago(standing)}.{_named(standing)}"


def _closed(standing: Standing) -> str:
    assert standing.final is not None
    on = day(council_day(standing.final.at))
    said = f"The council gave its final answer on {on} (contact {standing.final.contact})."
    since = count(standing.since_final, "time")
    return f"{said} The customer has written {since} since." if standing.since_final else said


def _named(standing: Standing) -> str:
    last = standing.promises[-1] if standing.promises else None
    if last is None or last.next_word is not None:
        return ""
    return f" The council had named {day(last.due)}{', which has passed' if last.broken else ''}."


def _ago(standing: Standing) -> str:
    return f"{count(standing.days, 'day')} ({count(standing.working_days, 'working day')})"


def delay_line(delay: Delay) -> str:
    """12 days (8 working days), from 2 March to 14 March 2026: two letters waited."""
    long = f"{count(delay.days, 'day')} ({count(delay.working_days, 'working day')})"
    letters = f"{delay.letters} letters, the first" if delay.letters > 1 else "a letter"
    until = f"answered on {day(delay.until)}" if delay.answer else "not answered yet"
    return f"{long}: {letters} of {day(delay.since)}, {until}"


def promise_line(promise: Promise) -> str:
    """On which day the council named which day, and what came of it."""
    said = f"On {day(promise.made_on)} the council named {day(promise.due)}"
    if not promise.broken:
        return f"{said}; it has written before that passed" if promise.next_word else f"{said}, which is still to come"
    if promise.late is None:
        return f"{said}; it passed without a word from the council, and none has come since"
    return f"{said}; it passed without a word from the council, which came {count(promise.late, 'day')} later"


def gap_line(line: Line) -> str:
    """How long after the contact before it: "the same day", "4 days later", empty for the first."""
    if line.gap is None:
        return ""
    return "the same day" if line.gap == 0 else f"{count(line.gap, 'day')} later"


def owed_line(line: Line) -> str:
    """Who owes a word after this contact; empty where nobody does."""
    return {"council": "the council owes a word", "customer": "the council asked for something", "": ""}[line.owed]


def ruling_line(ruling: MatterRuling) -> str:
    """What an officer did, in words."""
    contact = f"contact {ruling.contact_id}"
    return {
        MatterAct.RENAME: f"renamed, before “{ruling.before}”",
        MatterAct.MOVE: f"{contact} moved to matter {ruling.issue_id}"
        + (f" from matter {ruling.other_id}" if ruling.other_id else ""),
        MatterAct.MERGE: f"matter {ruling.other_id} merged into matter {ruling.issue_id}",
        MatterAct.UNMERGE: f"matter {ruling.other_id} taken out of matter {ruling.issue_id} again",
        MatterAct.FINAL: f"{contact} marked as the council’s final answer",
        MatterAct.NOT_FINAL: f"{contact} said to be no final answer",
    }[ruling.act]


@dataclass(frozen=True, slots=True)
class Weighed:
    """One sign for or against somebody having written a letter, and what it weighs."""

    words: str
    weight: float


def weighed(reasons: Sequence[str]) -> tuple[list[str], list[Weighed]]:
    """The reasons why it is held to be somebody's: those in words alone, and those with a weight that add up."""
    plain, signs = [], []
    for reason in reasons:
        found = _WEIGHED.match(reason)
        if found:
            signs.append(Weighed(found["words"], float(found["weight"])))
        else:
            plain.append(reason)
    return plain, signs
