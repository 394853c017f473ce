"""Working days by country, the month rule, deemed delivery; and the table of bank holidays against its two sources."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.clocks import make_holidays
from models.calendar import (
    COUNTRIES,
    UK_ANY,
    Calendar,
    add_working_days,
    bank_holidays,
    deemed_delivery,
    holidays_run_out,
    month_rule,
    next_working_day,
    working_days,
    working_days_between,
)
from models.holidays import DAYS, OFFICIAL_UNTIL

ENGLAND, WALES = COUNTRIES["england"], COUNTRIES["wales"]
SCOTLAND, NORTHERN_IRELAND = COUNTRIES["scotland"], COUNTRIES["northern_ireland"]

# Proclaimed after GOV.UK's copy in the package was made: known from the other package alone.
PROCLAIMED_SINCE = {("scotland", date(2026, 6, 15))}


def test_the_table_is_what_its_two_sources_give() -> None:
    assert make_holidays.PLACE.read_text(encoding="utf-8") == make_holidays.source()


def test_what_was_published_and_what_is_computed_agree_but_for_days_proclaimed_since() -> None:
    published, computed = make_holidays.official(), make_holidays.computed()
    for nation, days in published.items():
        years = {day.year for day in days}
        differ = days ^ {day for day in computed[nation] if day.year in years}
        assert {(nation, day) for day in differ} <= PROCLAIMED_SINCE
        assert days <= {date(y, int(d[:2]), int(d[2:])) for y, row in DAYS[nation].items() for d in row.split()}


@pytest.mark.parametrize(
    ("day", "where"),
    [
        (date(2026, 3, 17), (NORTHERN_IRELAND, UK_ANY)),  # St Patrick's Day
        (date(2026, 7, 13), (NORTHERN_IRELAND, UK_ANY)),  # the Boyne, 12 July being a Sunday
        (date(2026, 1, 2), (SCOTLAND, UK_ANY)),
        (date(2026, 8, 3), (SCOTLAND, UK_ANY)),
        (date(2026, 6, 15), (SCOTLAND, UK_ANY)),  # proclaimed for that year
        (date(2026, 11, 30), (SCOTLAND, UK_ANY)),  # St Andrew's Day
        (date(2026, 8, 31), (ENGLAND, WALES, NORTHERN_IRELAND, UK_ANY)),
        (date(2026, 4, 6), (ENGLAND, WALES, NORTHERN_IRELAND, UK_ANY)),  # Easter Monday
        (date(2026, 4, 3), (ENGLAND, WALES, SCOTLAND, NORTHERN_IRELAND, UK_ANY)),  # Good Friday
        (date(2026, 12, 28), (ENGLAND, WALES, SCOTLAND, NORTHERN_IRELAND, UK_ANY)),  # Boxing Day, a Saturday
        (date(2027, 12, 27), (ENGLAND, WALES, SCOTLAND, NORTHERN_IRELAND, UK_ANY)),  # Christmas Day, a Saturday
        (date(2027, 12, 28), (ENGLAND, WALES, SCOTLAND, NORTHERN_IRELAND, UK_ANY)),
        (date(2022, 9, 19), (ENGLAND, WALES, SCOTLAND, NORTHERN_IRELAND, UK_ANY)),  # proclaimed for that year
        (date(2026, 12, 29), ()),
    ],
    ids=str,
)
def test_a_bank_holiday_counts_where_it_is_kept_and_for_information_requests_everywhere(
    day: date, where: tuple[Calendar, ...]
) -> None:
    calendars = (ENGLAND, WALES, SCOTLAND, NORTHERN_IRELAND, UK_ANY)
    assert [c.name for c in calendars if not c.works(day)] == [c.name for c in where]


def test_an_information_request_has_a_day_more_over_st_patrick_s_day_than_the_council_s_own_clocks() -> None:
    received = date(2026, 3, 2)
    assert add_working_days(received, 20, UK_ANY) == date(2026, 3, 31)
    assert add_working_days(received, 20, ENGLAND) == date(2026, 3, 30)


def test_twenty_working_days_over_christmas_2026() -> None:
    # 25 and 28 December and 1 January are kept everywhere, 4 January (for Saturday the 2nd) in Scotland.
    assert add_working_days(date(2026, 12, 14), 20, UK_ANY) == date(2027, 1, 15)
    assert add_working_days(date(2026, 12, 14), 20, ENGLAND) == date(2027, 1, 14)


def test_a_request_received_at_a_weekend_counts_from_the_next_working_day() -> None:
    assert add_working_days(date(2026, 5, 2), 1, UK_ANY) == date(2026, 5, 5)  # Saturday; Monday is a bank holiday


def test_adding_and_counting_working_days_undo_each_other() -> None:
    for after in (date(2026, 3, 14) + timedelta(days=n) for n in range(0, 400, 7)):
        for number in (0, 1, 7, 20, 40, 60):
            for within in (ENGLAND, UK_ANY):
                until = add_working_days(after, number, within)
                assert working_days_between(after, until, within) == number
                assert number == 0 or within.works(until)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (date(2027, 1, 31), date(2027, 3, 1)),  # 28 February is a Sunday
        (date(2028, 1, 31), date(2028, 2, 29)),
        (date(2026, 9, 3), date(2026, 10, 5)),  # the day of receipt counts; 3 October is a Saturday
        (date(2026, 11, 25), date(2026, 12, 29)),  # Christmas Day, a weekend, and Boxing Day moved
        (date(2026, 3, 6), date(2026, 4, 7)),  # Easter Monday
        (date(2026, 2, 17), date(2026, 3, 17)),  # St Patrick's Day is no holiday in England
    ],
)
def test_a_month_ends_on_the_corresponding_day_or_the_next_working_day(received: date, due: date) -> None:
    assert month_rule(received, 1, ENGLAND) == due


def test_two_months_more_are_counted_from_receipt() -> None:
    assert month_rule(date(2026, 11, 30), 3, ENGLAND) == date(2027, 3, 1)  # no 30 February; the 28th is a Sunday


@pytest.mark.parametrize(
    ("how", "arrives"),
    [
        ("first class post", date(2026, 4, 8)),
        ("GOV.UK Notify", date(2026, 4, 8)),
        ("e-mail", date(2026, 4, 2)),
        ("by hand", date(2026, 4, 2)),
    ],
)
def test_a_letter_posted_before_easter_is_taken_to_arrive_after_it(how: str, arrives: date) -> None:
    assert deemed_delivery(date(2026, 4, 2), how, 2, ENGLAND) == arrives


def test_an_e_mail_sent_on_a_holiday_is_taken_to_arrive_on_the_next_working_day() -> None:
    assert deemed_delivery(date(2026, 4, 4), "e-mail", 2, ENGLAND) == date(2026, 4, 7)


def test_beyond_the_table_the_holidays_of_every_year_are_kept() -> None:
    assert not ENGLAND.works(date(2041, 12, 25))
    assert not UK_ANY.works(date(2041, 4, 22))  # Easter Monday
    assert next_working_day(date(2009, 12, 25), ENGLAND) == date(2009, 12, 29)
    assert bank_holidays(2009) >= {date(2009, 12, 28)}


def test_how_long_somebody_waited_counts_days_proclaimed_for_one_year_as_holidays() -> None:
    assert working_days(date(2022, 9, 16), date(2022, 9, 20)) == 1


def test_the_clerk_is_warned_a_year_before_the_published_holidays_end() -> None:
    assert not holidays_run_out(OFFICIAL_UNTIL.replace(year=OFFICIAL_UNTIL.year - 1))
    assert "31 December 2028" in holidays_run_out(date(2028, 1, 1))
