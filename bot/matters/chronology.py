"""A matter read from the log: its contacts in order with the intervals between them, and how it stands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select
from sqlalchemy.orm import Session

from bot.matters.standing import Said, Standing, State, asks_customer, standing_of
from classifiers.references import Reference, references
from models.calendar import council_day
from models.contact import Contact, Match
from models.customer import Customer, kept, same_person
from models.finding import Kind
from models.issue import Issue, issues_of
from models.message import Channel, Direction

_PRESSING = {State.AWAITING_COUNCIL: 0, State.AWAITING_CUSTOMER: 1, State.OPEN: 2, State.FINALLY_ANSWERED: 3}
_LETTERS_READ = 100  # of a matter, the latest, to say what it is about
_COLUMNS = (
    *(Contact.id, Contact.issue_id, Contact.at, Contact.direction, Contact.own, Contact.final_answer),
    *(Contact.nature, Contact.automatic, Contact.match),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One contact of a chronology (LOG-01): `gap` is the days since the one before it.

    owed says who owes a word after it: "council", "customer", or nobody ("").
    """

    contact: int
    at: datetime
    direction: Direction
    channel: Channel
    subject: str
    gap: int | None
    owed: str
    final: bool
    confirmed: bool
    silent: bool


@dataclass(frozen=True, slots=True)
class Told:
    """A matter and how it stands."""

    issue: Issue
    standing: Standing


@dataclass(frozen=True, slots=True)
class Topic:
    """What a matter's letters name: its kind (classifiers.references), as it was first written, and in how many."""

    kind: str
    text: str
    letters: int


def matters_of(
    session: Session,
    people: Collection[int],
    now: datetime,
    *,
    state: State | None = None,
    without: Collection[int] = (),
) -> list[Told]:
    """Every matter of these customer records that anything is filed under: what waits longest for the council first.

    `without`: contacts that are left out, as if they had not come.
    """
    issues = issues_of(session, people)
    said: dict[int, list[Said]] = {issue.id: [] for issue in issues}
    theirs = select(Issue.id).where(Issue.customer_id.in_(people), Issue.merged_into_id.is_(None))
    for row in session.execute(_filed(Contact.issue_id.in_(theirs))):
        if row.id in without:
            continue
        said[row.issue_id].append(_said(row))
    told = [Told(issue, standing_of(said[issue.id], now)) for issue in issues if said[issue.id]]
    wanted = [t for t in told if state is None or t.standing.state is state]
    return sorted(wanted, key=lambda t: (_PRESSING[t.standing.state], -t.standing.days, t.issue.id))


def everybodys_matters(session: Session, now: datetime, *, state: State | None, limit: int) -> list[Told]:
    """The matters touched last, whosever they are, in the same order."""
    latest = select(Contact.issue_id).where(Contact.issue_id.is_not(None)).order_by(Contact.at.desc()).limit(limit * 20)
    numbers = list(dict.fromkeys(n for n in session.scalars(latest) if n is not None))
    issues = {i.id: i for i in session.scalars(select(Issue).where(Issue.id.in_(numbers)))}
    said: dict[int, list[Said]] = {number: [] for number in issues}
    for row in session.execute(_filed(Contact.issue_id.in_(numbers))):
        said[row.issue_id].append(_said(row))
    told = [Told(issue, standing_of(said[n], now)) for n, issue in issues.items()]
    wanted = [t for t in told if state is None or t.standing.state is state][:limit]
    return sorted(wanted, key=lambda t: (_PRESSING[t.standing.state], -t.standing.days, t.issue.id))


def said_in(session: Session, issue: Issue, *, before: Contact | None = None) -> list[Said]:
    """What was said on a matter, oldest first; `before` leaves out that contact and what came after it."""
    rows = session.execute(_filed(Contact.issue_id == issue.id))
    said = sorted((_said(row) for row in rows), key=lambda s: (s.at, s.contact))
    return said if before is None else [s for s in said if (s.at, s.contact) < (before.at, before.id)]


def lines_of(session: Session, issue: Issue, said: Sequence[Said]) -> list[Line]:
    """The chronology, oldest first, with what stands in the log of each contact."""
    wanted = select(Contact.id, Contact.channel, Contact.subject, Contact.nature, Contact.match)
    rows = {row.id: row for row in session.execute(wanted.where(Contact.issue_id == issue.id))}
    lines, before, closed = [], None, False
    for one in said:
        row = rows[one.contact]
        closed = closed or one.final
        lines.append(
            Line(
                contact=one.contact,
                at=one.at,
                direction=one.direction,
                channel=row.channel,
                subject=row.subject or row.nature or "(no subject)",
                gap=(council_day(one.at) - council_day(before)).days if before else None,
                owed="" if closed else _owed(one),
                final=one.final,
                confirmed=row.match is Match.CERTAIN,
                silent=one.silent,
            )
        )
        before = one.at
    return lines


def topics_of(session: Session, issue: Issue, *, most: int = 8) -> list[Topic]:
    """What the letters on a matter name, the council's too: what most of them name first.

    Read from the latest hundred; automatic mail is left out. A street is not said again beside a house in it that as
    many letters name.
    """
    wanted = select(Contact.subject, Contact.own).where(Contact.issue_id == issue.id, Contact.automatic.is_(None))
    rows = session.execute(wanted.order_by(Contact.at.desc(), Contact.id.desc()).limit(_LETTERS_READ)).all()
    first: dict[tuple[str, str], Reference] = {}
    letters: Counter[tuple[str, str]] = Counter()
    for row in reversed(rows):
        named = {(one.kind, one.plain): one for one in reversed(references(f"{row.subject}\n\n{row.own}"))}
        letters.update(named.keys())
        first = {**named, **first}
    houses = {(plain, letters[kind, plain]) for kind, plain in letters if kind == "premises"}
    told = [
        (key, count)
        for key, count in letters.items()
        if key[0] != "street" or not any(house.endswith(f" {key[1]}") and count == n for house, n in houses)
    ]
    told.sort(key=lambda pair: (-pair[1], pair[0]))
    return [Topic(kind, first[kind, plain].text, count) for (kind, plain), count in told[:most]]


def _owed(said: Said) -> str:
    if said.silent or said.thanks:
        return ""
    if said.from_customer:
        return "council"
    return "customer" if asks_customer(said.own) else ""


def _filed(which: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return select(*_COLUMNS).where(which)


def _said(row: Row[Any]) -> Said:
    out = row.direction is Direction.OUT
    return Said(
        contact=row.id,
        at=row.at,
        direction=row.direction,
        own=row.own if out else "",
        final=out and row.final_answer,
        thanks=not out and row.nature == Kind.THANKS and "?" not in row.own,
        silent=row.automatic is not None or row.match is Match.NOBODY,
    )


def records_of(session: Session, customer: Customer) -> set[int]:
    """Every record of the person that this one is a record of."""
    return same_person(session, [kept(session, customer).id])
