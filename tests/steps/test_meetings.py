"""The council's meetings: entered, called off, and taken over from a table or a calendar."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.bootstrap import App
from bot.cli import cli
from bot.clocks import meetings
from bot.clocks.ics import from_ics
from bot.clocks.meetings import resting_on
from models.errors import NotAllowed, Refused
from models.meeting import meetings as all_meetings
from models.officer import Permission
from tests.builders import CLERK, an_actor
from tests.clocks import COMMITTEE, meets
from tests.conduct import a_life
from tests.web.people import OFFICERS, let_in

ALL = frozenset(Permission)


def run(app: App, *words: str) -> Result:
    return CliRunner().invoke(cli, ["--home", str(app.settings.home), "--as", CLERK.name, *words])


def test_a_meeting_is_entered_once_and_called_off_once(app: App) -> None:
    day = date(2026, 4, 14)
    with app.begin(CLERK) as work:
        named = meetings.add_meeting(work, body="policy  and finance committee", held_on=day, bodies=(COMMITTEE,))
        assert named.body == COMMITTEE
        with pytest.raises(Refused, match="on record already"):
            meetings.add_meeting(work, body=COMMITTEE, held_on=day)
        meetings.call_off(work, body=COMMITTEE, held_on=day)
        with pytest.raises(Refused, match="already"):
            meetings.call_off(work, body=COMMITTEE, held_on=day)
        with pytest.raises(Refused, match="enter the day"):
            meetings.add_meeting(work, body=COMMITTEE, held_on=day)


def test_a_body_that_the_policy_does_not_name_is_entered_only_when_that_is_said(app: App) -> None:
    day = date(2026, 4, 14)
    let_in(app, OFFICERS)
    done = run(app, "meeting", "add", "Polcy and Finance Committee", str(day))
    assert "names no 'Polcy and Finance Committee'" in str(done.exception)
    assert COMMITTEE in str(done.exception)
    run(app, "meeting", "add", "Harbour Forum", str(day), "--other")
    with app.look() as session:
        assert [m.body for m in all_meetings(session)] == ["Harbour Forum"]


def test_a_list_with_other_bodies_is_taken_over_and_they_are_named(app: App, tmp_path: Path) -> None:
    let_in(app, OFFICERS)
    table = tmp_path / "meetings.csv"
    table.write_text("body,date\nplanning committee,2026-04-14\nfull council,2026-05-07\n")
    assert "names no 'planning committee'; it names" in run(app, "meeting", "import", str(table)).stderr
    with app.look() as session:
        assert [m.body for m in all_meetings(session)] == ["planning committee", "Full Council"]


def test_who_calls_a_meeting_off_is_told_what_rests_on_it(app: App) -> None:
    life = a_life(app).before_the_council()
    day = app.today
    decision = life.decide()
    life.appoint()
    with app.look() as session:
        assert resting_on(session, "full council", day) == [f"decision {decision.id} (minute {decision.minute})"]
        received = [words.partition(" (")[2] for words in resting_on(session, COMMITTEE, day)]
        assert received == ["committee report)", "recommendation)"]
        assert not resting_on(session, COMMITTEE, date(2026, 1, 1))
    meets(app, "Full Council", day)
    let_in(app, OFFICERS)
    told = run(app, "meeting", "call-off", "full council", str(day)).stdout
    assert f"where nothing was done: decision {decision.id} (minute" in told


def test_only_who_may_record_meetings_does(app: App) -> None:
    with app.begin(an_actor(*(ALL - {Permission.RECORD_MEETING}))) as work, pytest.raises(NotAllowed):
        meetings.add_meeting(work, body=COMMITTEE, held_on=date(2026, 4, 14))


def test_meetings_are_taken_over_from_a_table_and_again_without_harm(app: App) -> None:
    text = "\ufeffDate,Body,Room\n2026-04-14,Policy and Finance Committee,Guildhall\n07/05/2026,Full Council,\n,,\n"
    planned = meetings.from_csv(text)
    assert [(p.body, p.held_on) for p in planned] == [
        (COMMITTEE, date(2026, 4, 14)),
        ("Full Council", date(2026, 5, 7)),
    ]
    with app.begin(CLERK) as work:
        assert meetings.take_over(work, planned) == meetings.Taken(2, 0, 0)
        assert meetings.take_over(work, planned) == meetings.Taken(0, 2, 0)


def test_a_table_with_a_line_that_is_no_date_is_refused_whole() -> None:
    with pytest.raises(Refused, match="line 3"):
        meetings.from_csv("body,date\nFull Council,2026-05-07\nFull Council,next Thursday\n")
    with pytest.raises(Refused, match="columns body,date"):
        meetings.from_csv("when,who\n")


CALENDAR = b"""BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//x//y//EN\r
BEGIN:VEVENT\r
UID:1\r
DTSTAMP:20260101T000000Z\r
DTSTART:20260701T230000Z\r
SUMMARY:Meeting of the Full Council\\, Guildhall\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:2\r
DTSTAMP:20260101T000000Z\r
DTSTART;VALUE=DATE:20260414\r
STATUS:CANCELLED\r
SUMMARY:Policy and Finance Committee\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:3\r
DTSTAMP:20260101T000000Z\r
DTSTART;VALUE=DATE:20260414\r
RRULE:FREQ=MONTHLY\r
SUMMARY:Planning Committee\r
END:VEVENT\r
END:VCALENDAR\r
"""


def test_meetings_are_taken_over_from_a_calendar_by_the_names_of_the_policy(app: App) -> None:
    meets(app, COMMITTEE, date(2026, 4, 14))
    planned, left_out = from_ics(CALENDAR, ("Council", "Full Council", COMMITTEE))
    assert planned == [
        meetings.Planned("Full Council", date(2026, 7, 2)),  # midnight in London
        meetings.Planned(COMMITTEE, date(2026, 4, 14), called_off=True),
    ]
    assert left_out == ["'Planning Committee' repeats: enter its days one by one"]
    with app.begin(CLERK) as work:
        assert meetings.take_over(work, planned) == meetings.Taken(1, 0, 1)


def test_a_file_that_is_no_calendar_is_refused() -> None:
    with pytest.raises(Refused, match="cannot be read"):
        from_ics(b"BEGIN:VCALENDAR\r\nnonsense without a colon\r\n", ())
