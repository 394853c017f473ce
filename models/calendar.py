"""The council's day and month arithmetic. Statutory clocks come with their own issue."""

from __future__ import annotations

import calendar
import functools
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

COUNCIL_ZONE = ZoneInfo("Europe/London")


def council_day(at: datetime) -> date:
    """The date on the council's wall at an aware moment."""
    return at.astimezone(COUNCIL_ZONE).date()


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day (31 January + 1 month = 28 or 29 February)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def working_days(after: date, until: date) -> int:
    """How many working days lie after one day, up to and with another; 0 if that is not later.

    Saturdays, Sundays and the bank holidays of England and Wales are none. Holidays proclaimed for one year are counted
    as working days: this tells how long somebody waited, and is no statutory clock.
    """
    return sum(_is_working(after + timedelta(days=n)) for n in range(1, (until - after).days + 1))


def _is_working(day: date) -> bool:
    return day.weekday() < 5 and day not in bank_holidays(day.year)


@functools.cache
def bank_holidays(year: int) -> frozenset[date]:
    """The bank holidays of England and Wales that come every year (Banking and Financial Dealings Act 1971)."""
    easter = _easter(year)
    mondays = (_monday(year, 5, first=True), _monday(year, 5, first=False), _monday(year, 8, first=False))
    fixed = [date(year, 1, 1), date(year, 12, 25), date(year, 12, 26)]
    found = {easter - timedelta(days=2), easter + timedelta(days=1), *mondays}
    for day in fixed:  # one that falls on a weekend, or on one moved before it, is kept on the next working day
        while day.weekday() >= 5 or day in found:
            day += timedelta(days=1)
        found.add(day)
    return frozenset(found)


def _monday(year: int, month: int, *, first: bool) -> date:
    days = 7 if first else calendar.monthrange(year, month)[1]
    day = date(year, month, days)
    return day - timedelta(days=day.weekday())


def _easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the anonymous algorithm of 1876)."""
    golden, (century, in_century) = year % 19, divmod(year, 100)
    leap, rest = divmod(century, 4)
    moon = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap - moon + 15) % 30
    quarter, part = divmod(in_century, 4)
    weekday = (32 + 2 * rest + 2 * quarter - epact - part) % 7
    month, day = divmod(epact + weekday - 7 * ((golden + 11 * epact + 22 * weekday) // 451) + 114, 31)
    return date(year, month, day + 1)
