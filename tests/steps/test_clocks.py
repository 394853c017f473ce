"""What is due, as a list, as a table and as a calendar, read from the records."""

from __future__ import annotations

from datetime import date

from bot.bootstrap import App
from bot.clocks import table
from bot.clocks.due import due, warnings
from bot.clocks.ics import as_ics
from models.case import StepKind
from models.request import Regime, RequestStepKind
from tests.builders import (
    a_customer,
)
from tests.clocks import all_clocks, answered, step
from tests.records import a_case, a_request
from tests.requests import our_letter

K, R = StepKind, RequestStepKind


def test_what_is_due_is_listed_the_most_pressing_first_and_what_is_far_off_is_not(app: App) -> None:
    case = a_case(app, a_customer(app))
    step(app, case, K.REPORT, date(2026, 3, 2), behaviours=["BEH-13"])
    a_request(app, Regime.FOI, received_on=date(2026, 3, 3))
    a_request(app, Regime.SAR, received_on=date(2026, 4, 1))
    found = due(all_clocks(app, date(2026, 3, 31)), date(2026, 3, 31), 14)
    assert [c.about for c in found] == ["CASE-2026-001", "FOI-2026-001"]
    assert all(c.do.startswith("evenhand ") for c in found)


def test_the_table_begins_with_clock_from_due_calendar_and_source(app: App) -> None:
    a_request(app, Regime.FOI, received_on=date(2026, 3, 3))
    lines = table.as_csv(all_clocks(app, date(2026, 3, 4))).splitlines()
    assert lines[0].startswith("clock,from,due,calendar,source")
    wanted = 'FOI answer or refusal,2026-03-03,2026-04-01,"working days, bank holidays in any part of the UK",FOIA s10'
    assert any(line.startswith(wanted) for line in lines[1:])


def test_the_calendar_holds_nothing_personal_and_its_events_keep_their_names(app: App) -> None:
    case = a_case(app, a_customer(app))
    step(app, case, K.REPORT, date(2026, 3, 2), behaviours=["BEH-13"])
    request = a_request(app, Regime.FOI, received_on=date(2026, 3, 3))
    before = as_ics(all_clocks(app, date(2026, 3, 4)), council="Porthmellin", now=app.clock.now()).decode()
    for word in ("Penrose", "lamp", "BEH-13", "Trelawny"):
        assert word not in before
    assert "SUMMARY:FOI-2026-001: FOI answer or refusal" in before
    answered(app, request, R.CLARIFICATION_ASKED, date(2026, 3, 5), our_letter(app, a_customer(app)))
    answered(app, request, R.CLARIFICATION_GIVEN, date(2026, 3, 20))
    after = as_ics(all_clocks(app, date(2026, 3, 23)), council="Porthmellin", now=app.clock.now()).decode()

    def uids(text: str) -> set[str]:
        return {line for line in text.splitlines() if line.startswith("UID")}

    assert uids(before) == uids(after)
    assert "DTSTART;VALUE=DATE:20260401" in before
    assert "DTSTART;VALUE=DATE:20260401" not in after


def test_the_list_warns_when_the_published_bank_holidays_end_soon() -> None:
    assert not warnings(date(2026, 3, 2))
    assert "install a newer version" in warnings(date(2028, 6, 1))[0]
