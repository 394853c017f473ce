"""The council's meetings: entered one by one, or taken over from a table (CSV) or a calendar (`bot.clocks.ics`)."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.work import Work, verb
from models.case import Case, CaseStep, StepKind
from models.decision import Decision
from models.errors import Refused
from models.meeting import Meeting
from models.officer import Permission

_COLUMNS = ("body", "date")


@dataclass(frozen=True, slots=True)
class Planned:
    """A meeting as it stands in a calendar or a table."""

    body: str
    held_on: date
    called_off: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a list of meetings."""

    added: int
    known: int
    called_off: int


def known_body(body: str, bodies: Sequence[str]) -> str:
    """The policy's spelling of this body; as it was written where the policy does not name it."""
    written = " ".join(body.split())
    return next((known for known in bodies if known.casefold() == written.casefold()), written)


@verb("meeting.add", needs=Permission.RECORD_MEETING)
def add_meeting(work: Work, *, body: str, held_on: date, bodies: Sequence[str] = ()) -> Meeting:
    """A meeting of a body of the council, to which reports go. `bodies`: those of the policy; refused for any other,
    since a misspelt one would never be the next. Without `bodies` any name is taken as it is written."""
    if not body.strip():
        raise Refused("say which body meets: `evenhand meeting add BODY DATE`")
    named = known_body(body, bodies)
    if bodies and named not in bodies:
        raise Refused(
            f"the policy names no '{named}'; it names {', '.join(bodies)}. For one to which nothing of this procedure "
            "goes: --other"
        )
    before = _rows(work, named, held_on)
    if any(meeting.called_off for meeting in before):
        raise Refused(f"the {named} was called off for {held_on:%-d %B %Y}; enter the day on which it meets instead")
    if before:
        raise Refused(f"the meeting of the {named} on {held_on:%-d %B %Y} is on record already")
    return _save(work, named, held_on, called_off=False)


@verb("meeting.call_off", needs=Permission.RECORD_MEETING)
def call_off(work: Work, *, body: str, held_on: date, bodies: Sequence[str] = ()) -> Meeting:
    """That a meeting will not be held: what was due at it is due at the next (ST1-05)."""
    named = known_body(body, bodies)
    before = _rows(work, named, held_on)
    if not before:
        raise Refused(
            f"no meeting of the {named} on {held_on:%-d %B %Y} is on record; `evenhand meeting list` shows them"
        )
    if any(meeting.called_off for meeting in before):
        raise Refused(f"the {named} was called off for {held_on:%-d %B %Y} already")
    return _save(work, before[0].body, held_on, called_off=True)


_AT_A_MEETING = (
    StepKind.COMMITTEE_REPORT,
    StepKind.RECOMMENDATION,
    StepKind.DECIDED_AGAINST,
    StepKind.URGENT_REFUSED,
    StepKind.PERIODIC_REVIEW,
    StepKind.EXCEPTION,
)


def resting_on(session: Session, body: str, held_on: date) -> list[str]:
    """What is on record as received or decided at this meeting: each decision and step, by its number and case."""
    decided = select(Decision).where(func.lower(Decision.body) == body.lower(), Decision.decided_on == held_on)
    found = [f"decision {d.id} (minute {d.minute})" for d in session.scalars(decided.order_by(Decision.id))]
    steps = select(CaseStep, Case.reference).join(Case, Case.id == CaseStep.case_id)
    for step, reference in session.execute(steps.where(CaseStep.kind.in_(_AT_A_MEETING)).order_by(CaseStep.id)):
        where = str(step.facts.get("body") or step.who), str(step.facts.get("meeting_on") or step.on.isoformat())
        if (where[0].casefold(), where[1]) == (body.casefold(), held_on.isoformat()):
            found.append(f"step {step.id} of {reference} ({step.kind.value.replace('_', ' ')})")
    return found


def take_over(work: Work, planned: Sequence[Planned], *, bodies: Sequence[str] = ()) -> Taken:
    """All meetings of a list; those on record already are passed over, so that a list can be taken over again."""
    added = known = off = 0
    for one in planned:
        before = _rows(work, known_body(one.body, bodies), one.held_on)
        if one.called_off:
            if before and not any(meeting.called_off for meeting in before):
                call_off(work, body=one.body, held_on=one.held_on, bodies=bodies)
                off += 1
        elif before:
            known += 1
        else:
            add_meeting(work, body=known_body(one.body, bodies), held_on=one.held_on)
            added += 1
    return Taken(added, known, off)


def _rows(work: Work, body: str, held_on: date) -> list[Meeting]:
    wanted = select(Meeting).where(func.lower(Meeting.body) == body.lower(), Meeting.held_on == held_on)
    return list(work.session.scalars(wanted.order_by(Meeting.id)))


def _save(work: Work, body: str, held_on: date, *, called_off: bool) -> Meeting:
    meeting = Meeting(
        body=body, held_on=held_on, called_off=called_off, recorded_by=work.actor.name, recorded_at=work.now
    )
    work.session.add(meeting)
    work.session.flush()
    name = "meeting.call_off" if called_off else "meeting.add"
    work.note(name, meeting, digest=meeting.digest(), body=body, held_on=held_on.isoformat())
    return meeting


# --- lists from elsewhere --------------------------------------------------------------------------------------------


def from_csv(text: str) -> list[Planned]:
    """Rows with the columns `body` and `date`. Refused, with the line, where one cannot be read."""
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    names = [str(name).strip().lower() for name in rows.fieldnames or ()]
    if not set(_COLUMNS) <= set(names):
        raise Refused("a table of meetings has a first line with the columns body,date")
    rows.fieldnames = names
    planned = []
    for row in rows:
        body, day = (str(row[column] or "").strip() for column in _COLUMNS)
        if not body and not day:
            continue
        if not body:
            raise Refused(f"line {rows.line_num} of the table names no body")
        planned.append(Planned(body, _day(day, rows.line_num)))
    return planned


def _day(text: str, line: int) -> date:
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%d %B %Y"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007  (a day has no zone)
        except ValueError:
            continue
    raise Refused(f"line {line} of the table: '{text}' is not a date; write 2026-03-01")
