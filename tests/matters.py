"""Matters for tests: letters and replies that are filed under them, and how a matter stands."""

from __future__ import annotations

import hashlib
import itertools
from datetime import datetime, timedelta

from bot.bootstrap import App
from bot.intake.record import add_findings
from bot.matters.chronology import said_in
from bot.matters.standing import Standing, standing_of
from bot.work import SERVICE
from models.contact import Contact, Match, RawMail
from models.customer import Customer
from models.finding import Finding
from models.issue import Issue, find_issue
from models.message import Channel, Direction
from models.queue import Flag, FlagKind
from tests.builders import NOON

_numbers = itertools.count(1)


def a_matter(app: App, customer: Customer, *, title: str = "The lamp at the harbour steps") -> int:
    """The number of a matter that nothing is filed under yet."""
    with app.begin(SERVICE) as work:
        issue = Issue(customer_id=customer.id, title=title, opened_at=work.now)
        work.session.add(issue)
        work.session.flush()
        work.note("matter.made", issue)
    return issue.id


def a_filed(
    app: App,
    customer: Customer | None,
    matter: int | None,
    *,
    day: int = 0,
    own: str = "The lamp is dark.",
    subject: str = "The lamp",
    direction: Direction = Direction.IN,
    match: Match = Match.CERTAIN,
    reasons: tuple[str, ...] = (),
    answers: int | None = None,
    final: bool = False,
    sender: str = "writer@penrose.example",
    finding: tuple[Finding, FlagKind] | None = None,
) -> int:
    """A letter, or a reply to the contact `answers`, so many days from noon of 2 March 2026; its number."""
    at: datetime = NOON + timedelta(days=day)
    raw = f"X-Number: {next(_numbers)}\r\nSubject: {subject}\r\n\r\n{own}\r\n".encode()
    sha256 = hashlib.sha256(raw).hexdigest()
    with app.begin(SERVICE) as work:
        work.session.add(RawMail(sha256=sha256, content=raw, size=len(raw), kept_at=work.now))
        work.session.flush()
        contact = Contact(
            channel=Channel.EMAIL,
            direction=direction,
            at=at,
            recorded_at=work.now,
            recorded_by=work.actor.name,
            sha256=sha256,
            customer=work.session.get_one(Customer, customer.id) if customer else None,
            match=match,
            match_reasons=list(reasons),
            sender_email=sender if direction is Direction.IN else "clerk@porthmellin.gov.example",
            sender_name="Jenifer Penrose" if direction is Direction.IN else "The clerk",
            message_id=f"<{sha256[:16]}@post.example>",
            in_reply_to=_message_id(app, answers),
            subject=subject,
            body=own,
            own=own,
            issue_id=matter,
            final_answer=final,
        )
        work.session.add(contact)
        kept = add_findings(contact, [finding[0]] if finding else [])
        work.session.flush()
        if finding:
            score, number = finding[0].score, kept[0].id
            flag = Flag(contact_id=contact.id, kind=finding[1], score=score, raised_at=work.now, finding_id=number)
            work.session.add(flag)
        work.note("contact.record", contact)
    return contact.id


def a_reply(app: App, customer: Customer, matter: int, *, day: int, own: str = "It is in hand.", **more: object) -> int:
    return a_filed(app, customer, matter, day=day, own=own, direction=Direction.OUT, **more)  # type: ignore[arg-type]


def _message_id(app: App, contact: int | None) -> str:
    if contact is None:
        return ""
    with app.look() as session:
        return session.get_one(Contact, contact).message_id


def filed_in(app: App, matter: int) -> list[int]:
    """The numbers of the contacts that are filed under a matter today."""
    with app.look() as session:
        return [said.contact for said in said_in(session, find_issue(session, matter))]


def how_it_stands(app: App, matter: int) -> Standing:
    with app.look() as session:
        return standing_of(said_in(session, find_issue(session, matter)), app.clock.now())
