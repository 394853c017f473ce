"""The council's days, months and working days, and the rules by which its clocks count. The standard library only."""

from __future__ import annotations

import calendar
import functools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from models.holidays import DAYS, OFFICIAL_UNTIL

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

    Saturdays, Sundays and the bank holidays of England and Wales are none. This tells how long somebody waited, and is
    no statutory clock: those name their calendar (`working_days_between`).
    """
    return working_days_between(after, until, COUNTRIES["england"])


def bank_holidays(year: int) -> frozenset[date]:
    """The bank holidays of England and Wales in a year, those on weekends left out."""
    return COUNTRIES["england"].holidays(year)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Whose bank holidays a clock keeps: the nations whose days are no working days, and its name in words."""

    name: str
    nations: tuple[str, ...]

    def holidays(self, year: int) -> frozenset[date]:
        """The bank holidays on weekdays. For years that the table does not hold: those that come every year in England
        and Wales."""
        return frozenset().union(*(_days_of(nation, year) for nation in self.nations))

    def works(self, day: date) -> bool:
        """Whether this is a working day: no Saturday, no Sunday, no bank holiday."""
        return day.weekday() < 5 and day not in self.holidays(day.year)


# The council's own clocks, by its country.
COUNTRIES: Mapping[str, Calendar] = MappingProxyType(
    {
        "england": Calendar("working days, bank holidays of England and Wales", ("england_and_wales",)),
        "wales": Calendar("working days, bank holidays of England and Wales", ("england_and_wales",)),
        "scotland": Calendar("working days, bank holidays of Scotland", ("scotland",)),
        "northern_ireland": Calendar("working days, bank holidays of Northern Ireland", ("northern_ireland",)),
    }
)
# FOIA s10(6): no Saturday, Sunday, Christmas Day, Good Friday, nor a bank holiday in any part of the United Kingdom.
UK_ANY = Calendar(
    "working days, bank holidays in any part of the UK", ("england_and_wales", "scotland", "northern_ireland")
)


@functools.cache
def _days_of(nation: str, year: int) -> frozenset[date]:
    known = DAYS[nation].get(year)
    if known is None:
        return _every_year(year)
    # Christmas Day and Good Friday are named in the Acts beside the bank holidays; in Scotland too.
    named = {day for day in (date(year, 12, 25), _easter(year) - timedelta(days=2)) if day.weekday() < 5}
    return frozenset({date(year, int(day[:2]), int(day[2:])) for day in known.split()} | named)


def next_working_day(day: date, within: Calendar) -> date:
    """The day itself, or the first working day after it."""
    while not within.works(day):
        day += timedelta(days=1)
    return day


def add_working_days(day: date, number: int, within: Calendar) -> date:
    """The last of so many working days after a day: 20 from 2 March 2026 in England is 30 March. 0: the day itself."""
    for _ in range(number):
        day = next_working_day(day + timedelta(days=1), within)
    return day


def working_days_between(after: date, until: date, within: Calendar) -> int:
    """How many working days lie after one day, up to and with another; 0 if that is not later."""
    return sum(within.works(after + timedelta(days=n)) for n in range(1, (until - after).days + 1))


def last_of_consecutive(first: date, number: int, within: Calendar) -> date:
    """The last of so many consecutive working days, of which this day, or the next working day, is the first.

    Requests received within any sixty of them may be added up (Fees Regulations 2004 reg 5).
    """
    return add_working_days(next_working_day(first, within), number - 1, within)


def month_rule(day: date, months: int, within: Calendar) -> date:
    """The corresponding day of a later month, its last day where there is none, and the next working day where that is
    none (ICO on UK GDPR art 12(3): from 31 January to 28 February; G-DP-1)."""
    return next_working_day(add_months(day, months), within)


_AT_ONCE = ("e-mail", "email", "hand")


def deemed_delivery(sent_on: date, how: str, days: int, within: Calendar) -> date:
    """When a letter is taken to have arrived. By e-mail or by hand: that day, else the next working day. Otherwise so
    many working days after it was sent (Interpretation Act 1978 s7; CPR 6.26 never gives a later day for two)."""
    if any(word in how.casefold() for word in _AT_ONCE):
        return next_working_day(sent_on, within)
    return add_working_days(sent_on, days, within)


def holidays_run_out(today: date) -> str:
    """A warning, in the year before the official bank holidays end; empty before."""
    if add_months(today, 12) <= OFFICIAL_UNTIL:
        return ""
    return (
        f"the bank holidays published by GOV.UK end here on {OFFICIAL_UNTIL:%-d %B %Y}; later ones are computed, and "
        "days proclaimed for one year are missing: install a newer version of Evenhand"
    )


def _every_year(year: int) -> frozenset[date]:
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
