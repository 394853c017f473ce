"""The contact log of one customer as the Stage 2 report needs it: dates, times and nature, counted, cited by number.

Facts only (LOG-07): no score, no adjective. The council's own delays stand beside the counts (INV-23), one letter to
many is one letter, automatic mail is nobody's contact, and a contact that is only suggested as theirs is not theirs
(INV-21): how many of those there are is said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from bot.matters.chronology import Told, matters_of
from models.associate import Copy
from models.calendar import council_day
from models.contact import Contact, Match
from models.customer import Customer, kept, same_person
from models.issue import Issue
from models.message import Direction


@dataclass(frozen=True, slots=True)
class Entry:
    """One contact. `number`: in the log, by which it is cited; `issue`: of its matter; `gap`: days since the customer's
    last one."""

    number: int
    at: datetime
    channel: str
    from_customer: bool
    nature: str
    issue: int | None
    matter: str
    subject: str
    recipients: int
    words: int
    gap: int | None
    final: bool


@dataclass(frozen=True, slots=True)
class Delay:
    """A stretch in which the council owed a word; `until` is the day it came, or of the report where it had not."""

    matter: str
    letter: int
    since: date
    until: date
    working_days: int
    answered: bool


@dataclass(frozen=True, slots=True)
class ContactLog:
    """Entries oldest first; `unsure` contacts are not in it, because it is not confirmed whose they are."""

    entries: tuple[Entry, ...]
    delays: tuple[Delay, ...]
    promises_missed: int
    unsure: int
    until: datetime

    @property
    def inbound(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.from_customer]

    def by_month(self) -> list[tuple[date, int, int]]:
        """For each month from the first contact to the last: its first day, contacts from the customer, and to them."""
        counted = Counter((council_day(e.at).replace(day=1), e.from_customer) for e in self.entries)
        months = sorted({month for month, _ in counted})
        return [(m, counted[m, True], counted[m, False]) for m in _every_month(months)]

    def by_channel(self) -> list[tuple[str, int]]:
        return Counter(entry.channel for entry in self.inbound).most_common()

    def by_matter(self) -> list[tuple[int, str, int]]:
        """Number and title of each matter, and the customer's contacts about it, the most first."""
        counted = Counter((entry.issue, entry.matter) for entry in self.inbound if entry.issue is not None)
        return [(issue, title, count) for (issue, title), count in counted.most_common() if issue is not None]

    def middle_gap(self) -> float | None:
        """The median of the days between the customer's contacts."""
        gaps = sorted(e.gap for e in self.inbound if e.gap is not None)
        if not gaps:
            return None
        half = len(gaps) // 2
        return float(gaps[half]) if len(gaps) % 2 else (gaps[half - 1] + gaps[half]) / 2


def log_for(
    session: Session, customer: Customer, *, until: datetime, since: date | None = None, issue: Issue | None = None
) -> ContactLog:
    """The log of this person, with all their merged records, up to a moment; of one matter where one is named."""
    people = same_person(session, [kept(session, customer).id])
    wanted = select(Contact).where(Contact.customer_id.in_(people), Contact.at <= until)
    wanted = wanted.where(Contact.automatic.is_(None), Contact.match != Match.NOBODY)
    if issue is not None:
        wanted = wanted.where(Contact.issue_id == issue.id)
    copies = _copies(session, people)
    contacts = list(session.scalars(wanted.options(selectinload(Contact.recipients)).order_by(Contact.at, Contact.id)))
    # Nor does a letter that may be somebody else's say how long the council left this person waiting.
    unsure = {c.id for c in contacts if c.match is not Match.CERTAIN and c.direction is Direction.IN}
    contacts = [c for c in contacts if since is None or council_day(c.at) >= since]
    sure = [c for c in contacts if c.match is Match.CERTAIN or c.direction is Direction.OUT]
    told = matters_of(session, people, until, without=unsure)
    matters = [m for m in told if issue is None or m.issue.id == issue.id]
    titles = {i.id: i.title for i in session.scalars(select(Issue).where(Issue.customer_id.in_(people)))}
    return ContactLog(
        tuple(_entries(sure, copies, titles)),
        tuple(_delays(matters)),
        sum(len(m.standing.broken) for m in matters),
        len(contacts) - len(sure),
        until,
    )


def _copies(session: Session, people: set[int]) -> dict[int, int]:
    """Further copies of one letter to many, and the contact that each is a copy of."""
    wanted = select(Copy).join(Contact, Contact.id == Copy.contact_id).where(Contact.customer_id.in_(people))
    return {copy.contact_id: copy.first_id for copy in session.scalars(wanted)}


def _entries(contacts: Sequence[Contact], copies: dict[int, int], titles: dict[int, str]) -> list[Entry]:
    further: Counter[int] = Counter()
    for contact in contacts:
        if contact.id in copies:
            further[copies[contact.id]] += len(contact.recipients)
    found: list[Entry] = []
    last: date | None = None
    for contact in contacts:
        if contact.id in copies:
            continue
        mine = contact.direction is Direction.IN
        on = council_day(contact.at)
        found.append(
            Entry(
                number=contact.id,
                at=contact.at,
                channel=contact.channel.value,
                from_customer=mine,
                nature=contact.nature.replace("_", " "),
                issue=contact.issue_id,
                matter=titles.get(contact.issue_id or 0, ""),
                subject=contact.subject,
                recipients=len(contact.recipients) + further[contact.id],
                words=len(contact.own.split()),
                gap=(on - last).days if mine and last else None,
                final=contact.final_answer,
            )
        )
        last = on if mine else last
    return found


def _delays(matters: Sequence[Told]) -> list[Delay]:
    found = [
        Delay(m.issue.title, d.letter, d.since, d.until, d.working_days, d.answer is not None)
        for m in matters
        for d in m.standing.delays
    ]
    return sorted(found, key=lambda d: (-d.working_days, d.letter))


def _every_month(months: Sequence[date]) -> list[date]:
    found, month = [], months[0] if months else None
    while month is not None and month <= months[-1]:
        found.append(month)
        month = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return found
