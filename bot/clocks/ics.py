"""Calendar files (RFC 5545): the clocks as a feed with nothing personal in it, and meetings taken over from one.

Apart from the rest because the package that reads and writes them takes its time to load.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event

from bot.clocks.meetings import Planned
from models.calendar import council_day
from models.clock import Clock
from models.errors import Refused


def as_ics(clocks: Iterable[Clock], *, council: str, now: datetime) -> bytes:
    """A calendar of the days on which something is due: reference and kind of clock only (INV-17).

    Hand it every clock, done or not: an event keeps its UID while its day moves and others are done, so that a program
    that reads the feed again moves it too.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Evenhand//clocks//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"{council}: due")
    seen: Counter[tuple[str, str]] = Counter()
    for clock in sorted(clocks, key=lambda c: (c.started, c.about, c.name)):
        seen[clock.about, clock.name] += 1
        if clock.waits and clock.due is not None:
            calendar.add_component(_event(clock, seen[clock.about, clock.name], now))
    return bytes(calendar.to_ical())


def _event(clock: Clock, number: int, now: datetime) -> Event:
    event = Event()
    event.add("uid", _uid(clock, number))
    event.add("dtstamp", now.astimezone(UTC).replace(microsecond=0))
    event.add("summary", f"{clock.about}: {clock.name}")
    if clock.due_at is not None:
        event.add("dtstart", clock.due_at.astimezone(UTC).replace(microsecond=0))
    elif clock.due is not None:
        event.add("dtstart", clock.due)
        event.add("dtend", clock.due + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    return event


def _uid(clock: Clock, number: int) -> str:
    text = "\n".join((clock.about, clock.name, str(number)))
    return f"{hashlib.sha256(text.encode()).hexdigest()[:32]}@evenhand"


def from_ics(content: bytes, bodies: Sequence[str]) -> tuple[list[Planned], list[str]]:
    """The meetings in a calendar file (RFC 5545), and what was left out of it, in words.

    An event is a meeting of the body of the policy that its title names, or of what its title says. One that repeats is
    left out: its days are not all in the file.
    """
    try:
        calendar = Calendar.from_ical(content)
    except (ValueError, IndexError, KeyError) as error:
        raise Refused("this file cannot be read as a calendar (ICS)") from error
    planned, left_out = [], []
    for event in calendar.walk("VEVENT"):
        title = " ".join(str(event.get("SUMMARY", "")).split())
        start = event.get("DTSTART")
        if not title or start is None:
            left_out.append("an event without a title or a day")
        elif event.get("RRULE") is not None:
            left_out.append(f"'{title}' repeats: enter its days one by one")
        else:
            cancelled = str(event.get("STATUS", "")).upper() == "CANCELLED"
            planned.append(Planned(_body_in(title, bodies), _day_of(start.dt), cancelled))
    return planned, left_out


def _body_in(title: str, bodies: Sequence[str]) -> str:
    named = [body for body in bodies if body.casefold() in title.casefold()]
    return max(named, key=len, default=title)


def _day_of(moment: date | datetime) -> date:
    if isinstance(moment, datetime):
        return council_day(moment) if moment.tzinfo is not None else moment.date()
    return moment
