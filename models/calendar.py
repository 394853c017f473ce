"""The council's day and month arithmetic. Statutory clocks come with their own issue."""

from __future__ import annotations

import calendar
from datetime import date, datetime
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
