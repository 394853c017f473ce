"""Commands for clocks, meetings and breaches."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from bot.bootstrap import App
from bot.clocks import breaches, meetings, table
from bot.clocks.cautionary import cautionary_clocks
from bot.clocks.due import clocks, due, warnings
from bot.commands.door import Day, Door, Moment, group, leaf
from bot.registers import access
from bot.registers.cautionary import log_look
from models.breach import breaches as all_breaches
from models.cautionary_standing import standings
from models.clock import Clock
from models.errors import NotFound, Refused
from models.meeting import meetings as all_meetings
from models.view import Register

FILE = click.Path(dir_okay=False, path_type=Path)
SHOWN = ("clock", "about", "from", "due", "state", "calendar", "source", "note")


_CAUTIONARY = click.option("--cautionary", is_flag=True, help="With the reviews of cautionary entries; logged.")


def _all(app: App, others: list[Clock]) -> list[Clock]:
    with app.look() as session:
        return clocks(session, app.policy, app.clock.now(), app.seal, others)


def _cautionary(app: App, door: Door) -> list[Clock]:
    """The reviews of the other store, for an officer who is named to that register; the look is logged there."""
    actor = app.officer(door.officer)
    with app.look() as session:
        name = access.named(session, actor, Register.CAUTIONARY, app.seal)
    with app.cautionary(actor) as work:
        found = cautionary_clocks(standings(work.session, work.today, work.seal), app.policy, work.today)
        log_look(work, name, how="clocks", entries=len(found), purpose="reviews that are due")
    return found


def _written(path: Path, content: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise Refused(f"{path}: cannot be written: {error.strerror}") from error


# --- clocks ----------------------------------------------------------------------------------------------------------


@leaf(
    "list",
    click.option("--about", default="", help="Of one case, request, contact or breach: its reference."),
    click.option("--csv", "file", type=FILE, help="Write them to this file as a table."),
    _CAUTIONARY,
    help="Every clock with its length's source, those that wait first.",
)
def clock_list(door: Door, *, about: str, file: Path | None, cautionary: bool) -> None:
    with door.app() as app:
        found = _all(app, _cautionary(app, door) if cautionary else [])
    if about:
        found = [c for c in found if c.about.casefold() == about.strip().casefold()]
    if file is not None:
        _written(file, table.as_csv(found).encode())
        door.show({"file": str(file), "clocks": len(found)}, f"{len(found)} clocks are in {file}")
    else:
        door.table([table.row(c) for c in found], SHOWN, "No clock runs.")


@leaf(
    "ics",
    click.option("--out", type=FILE, required=True, help="The calendar file to write."),
    help="Write what is due as a calendar: references and kinds of clock only, nothing personal.",
)
def clock_ics(door: Door, *, out: Path) -> None:
    from bot.clocks.ics import as_ics  # loaded on demand, as below: most commands read and write no calendar

    with door.app() as app:
        found = _all(app, [])
        _written(out, as_ics(found, council=app.settings.council.name, now=app.clock.now()))
    shown = sum(c.waits and c.due is not None for c in found)
    door.show({"file": str(out), "events": shown}, f"{shown} days on which something is due are in {out}")


@leaf(
    "due",
    click.option("--days", default=14, show_default=True, type=click.IntRange(min=0), help="How far to look ahead."),
    _CAUTIONARY,
    help="What is overdue and what is due soon, the most pressing first, with the command that meets it.",
)
def due_soon(door: Door, *, days: int, cautionary: bool) -> None:
    with door.app() as app:
        found = due(_all(app, _cautionary(app, door) if cautionary else []), app.today, days)
        told = warnings(app.today)
    for words in told:
        click.echo(f"evenhand: {words}", err=True)
    columns = ("state", "due", "clock", "about", "note", "do")
    door.table([table.row(c) for c in found], columns, f"Nothing is overdue, and nothing is due within {days} days.")


# --- meetings --------------------------------------------------------------------------------------------------------


def _bodies(app: App) -> tuple[str, ...]:
    """The bodies that the policy names, in its spelling."""
    people, reviews = app.policy.procedure.people, app.policy.procedure.reviews
    named = (people.recommends, *people.reports_to, *people.decides, reviews.reported_to, *reviews.extended_by)
    return tuple(dict.fromkeys(body for body in named if body))


@leaf(
    "list",
    click.option("--past", is_flag=True, help="Those that were held too."),
    help="The council's meetings, those called off left out.",
)
def meeting_list(door: Door, *, past: bool) -> None:
    with door.app() as app, app.look() as session:
        found = [m for m in all_meetings(session) if past or m.held_on >= app.today]
    rows: list[dict[str, object]] = [{"date": m.held_on, "body": m.body} for m in found]
    door.table(rows, ("date", "body"), "No meeting is on record: `evenhand meeting add BODY DATE`")


@leaf(
    "add",
    click.argument("body"),
    click.argument("held_on", type=Day(), metavar="DATE"),
    click.option("--other", is_flag=True, help="A body that the policy does not name."),
    help="A meeting of a body of the council: reports are due at the next one.",
)
def meeting_add(door: Door, *, body: str, held_on: date, other: bool) -> None:
    with door.work() as (app, work):
        bodies = () if other else _bodies(app)
        meeting = meetings.add_meeting(work, body=body, held_on=held_on, bodies=bodies)
        answer = {"meeting": meeting.id, "body": meeting.body, "date": held_on}
    door.show(answer, f"the {answer['body']} meets on {held_on:%-d %B %Y}")


@leaf(
    "call-off",
    click.argument("body"),
    click.argument("held_on", type=Day(), metavar="DATE"),
    help="A meeting will not be held: what was due at it is due at the next.",
)
def meeting_call_off(door: Door, *, body: str, held_on: date) -> None:
    with door.work() as (app, work):
        meeting = meetings.call_off(work, body=body, held_on=held_on, bodies=_bodies(app))
        resting = meetings.resting_on(work.session, meeting.body, held_on)
        answer = {"meeting": meeting.id, "body": meeting.body, "date": held_on, "called_off": True, "resting": resting}
    words = f"the {answer['body']} does not meet on {held_on:%-d %B %Y}"
    if resting:
        words += (
            f".\nOn record as done there, where nothing was done: {', '.join(resting)}. Record each as it really was "
            "(`evenhand case show`); a decision whose letter has gone is lifted (`evenhand restriction lift`)"
        )
    door.show(answer, words)


@leaf(
    "import",
    click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path)),
    help="Take meetings over from a table (CSV with body,date) or a calendar (ICS). Safe to repeat.",
)
def meeting_import(door: Door, *, file: Path) -> None:
    content = file.read_bytes()
    left_out: list[str] = []
    with door.work() as (app, work):
        bodies = _bodies(app)
        if content.lstrip(b"\xef\xbb\xbf \r\n").upper().startswith(b"BEGIN:VCALENDAR"):
            from bot.clocks.ics import from_ics

            planned, left_out = from_ics(content, bodies)
        else:
            planned = meetings.from_csv(_text(file, content))
        taken = meetings.take_over(work, planned, bodies=bodies)
    if not planned and not left_out:
        raise NotFound(f"{file}: no meeting found here; give a table with the columns body,date or a calendar (ICS)")
    for words in left_out:
        click.echo(f"{file.name}: left out: {words}", err=True)
    others = sorted({p.body for p in planned if bodies and meetings.known_body(p.body, bodies) not in bodies})
    if others:
        told = f"the policy names no {', '.join(map(repr, others))}; it names {', '.join(bodies)}"
        click.echo(f"{file.name}: taken as written: {told}", err=True)
    answer = {"added": taken.added, "known": taken.known, "called_off": taken.called_off, "left_out": len(left_out)}
    door.show(answer, f"{taken.added} added, {taken.known} known already, {taken.called_off} called off")


@leaf(
    "minutes",
    click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path)),
    click.option("--body", required=True, help="Whose meeting: Full Council ..."),
    click.option("--minute", "minutes", multiple=True, required=True, help="A minute in it that is named here; each."),
    help="Keep the signed minutes of a meeting (PDF): they go into the bundle of every case that rests on them.",
)
def meeting_minutes(door: Door, *, file: Path, body: str, minutes: tuple[str, ...]) -> None:
    from bot.reports.minutes import keep_minutes  # loaded on demand: it brings what reads PDF

    with door.work() as (_, work):
        sha256 = keep_minutes(work, file.read_bytes(), body=body, minutes=minutes).sha256
    told = f"{file.name} is kept as the minutes {', '.join(minutes)}; SHA-256 {sha256}"
    door.show({"minutes": list(minutes), "body": body, "sha256": sha256}, told)


def _text(file: Path, content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refused(f"{file}: this is neither a calendar (ICS) nor UTF-8 text") from error


# --- breaches --------------------------------------------------------------------------------------------------------


@leaf(
    "list",
    help="Breaches of personal data and what was done about each.",
)
def breach_list(door: Door) -> None:
    with door.app() as app, app.look() as session:
        rows: list[dict[str, object]] = [
            {
                "breach": breach.id,
                "aware": breach.aware_at,
                "what": breach.words,
                "done": [f"{'reported' if a.reported else 'not reported'}: {a.words}" for a in answers],
            }
            for breach, answers in all_breaches(session)
        ]
    door.table(rows, ("breach", "aware", "what", "done"), "No breach is on record.")


@leaf(
    "record",
    click.option("--aware", type=Moment(), required=True, help="When the council became aware: 2026-03-01T14:30."),
    click.option("--words", required=True, help="What happened, in a sentence that names nobody."),
    help="A breach of personal data: 72 hours to the Information Commissioner run from when it was known.",
)
def breach_record(door: Door, *, aware: datetime, words: str) -> None:
    with door.work() as (app, work):
        breach = breaches.record_breach(work, aware_at=aware, words=words)
        hours = app.policy.procedure.clocks.breach_hours
        answer = {"breach": breach.id, "aware": aware}
    door.show(answer, f"breach {answer['breach']} is recorded; {hours} hours run from then: `evenhand due`")


@leaf(
    "answer",
    click.argument("breach", type=int),
    click.option("--reported/--not-reported", required=True, help="Whether the Commissioner was told."),
    click.option("--when", type=Moment(), help="When that was done or decided; else now."),
    click.option("--words", required=True, help="The Commissioner's reference, or why it need not be reported."),
    help="What was done about a breach: reported to the Commissioner, or why not.",
)
def breach_answer(door: Door, *, breach: int, reported: bool, when: datetime | None, words: str) -> None:
    with door.work() as (_, work):
        found = breaches.find_breach(work.session, breach)
        breaches.answer_breach(work, found, reported=reported, at=when or work.now, words=words)
    said = "reported" if reported else "not reported, with the reason"
    door.show({"breach": breach, "reported": reported}, f"breach {breach}: {said}")


COMMANDS: tuple[click.Command, ...] = (
    due_soon,
    group("clock", clock_list, clock_ics, help="Everything that has a day by which it must be done."),
    group(
        "meeting",
        meeting_list,
        meeting_add,
        meeting_call_off,
        meeting_import,
        meeting_minutes,
        help="The council's meetings, to which reports go.",
    ),
    group("breach", breach_list, breach_record, breach_answer, help="Breaches of personal data."),
)
