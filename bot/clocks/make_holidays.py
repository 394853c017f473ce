"""Writes models/holidays.py, the table of bank holidays: `python -m bot.clocks.make_holidays`.

What GOV.UK published (`govuk-bank-holidays`, its own copy, no network) and what the Acts and proclamations give
(`holidays`, any year) are laid together. Weekends are left out: they are no working days anyway. Run it when either
package is renewed; a test compares the table with both.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import holidays
from govuk_bank_holidays.bank_holidays import BankHolidays

import models.holidays

FIRST, LAST = 2010, 2040
PLACE = Path(models.holidays.__file__)
# Our name of the nation, GOV.UK's division, the other package's subdivision. England and Wales keep the same days.
NATIONS = (
    ("england_and_wales", "england-and-wales", "ENG"),
    ("scotland", "scotland", "SCT"),
    ("northern_ireland", "northern-ireland", "NIR"),
)
HEAD = '''"""The bank holidays of the United Kingdom that fall on a weekday, by nation and year, as month and day.

Made by `python -m bot.clocks.make_holidays`; not written by hand. Up to OFFICIAL_UNTIL they are what GOV.UK published,
with days proclaimed since (Banking and Financial Dealings Act 1971, s1(3)); after it they are computed, and days that
may yet be proclaimed are missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
'''


def official() -> dict[str, set[date]]:
    """What GOV.UK published, by our name of the nation."""
    published = BankHolidays(use_cached_holidays=True)
    return {
        nation: {day["date"] for day in published.get_holidays(division=division) if day["date"].weekday() < 5}
        for nation, division, _ in NATIONS
    }


def computed() -> dict[str, set[date]]:
    """What the Acts and proclamations give, by our name of the nation."""
    years = range(FIRST, LAST + 1)
    return {
        nation: {day for day in holidays.country_holidays("GB", subdiv=part, years=years) if day.weekday() < 5}
        for nation, _, part in NATIONS
    }


def source() -> str:
    """The whole of models/holidays.py."""
    published, given = official(), computed()
    last = max(day.year for days in published.values() for day in days)
    lines = [HEAD, f"FIRST, LAST = {FIRST}, {LAST}", f"OFFICIAL_UNTIL = date({last}, 12, 31)"]
    lines += ["", "DAYS: Mapping[str, Mapping[int, str]] = {"]
    for nation, _, _ in NATIONS:
        lines.append(f'    "{nation}": {{')
        days = sorted(day for day in published[nation] | given[nation] if FIRST <= day.year <= LAST)
        for year in range(FIRST, LAST + 1):
            words = " ".join(f"{day:%m%d}" for day in days if day.year == year)
            lines.append(f'        {year}: "{words}",')
        lines.append("    },")
    return "\n".join([*lines, "}", ""])


if __name__ == "__main__":
    PLACE.write_text(source(), encoding="utf-8")
