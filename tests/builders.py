"""Builders for tests: invented people, keyword arguments, nothing that a test does not say.

with a_store(tmp_path) as app:
    ann = a_customer(app, email="ann@penrose.example")
    restriction = a_restriction(app, ann)
"""

from __future__ import annotations

import functools
import hashlib
import itertools
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import selectinload

from bot import customers
from bot.bootstrap import App, make_store, open_app
from bot.casework.cases import adjustments, open_case, take_over
from bot.casework.decisions import Minuted, Term, record_decision, record_letter, record_warning
from bot.casework.restrictions import find_restriction, lift
from bot.casework.steps import Said
from bot.store import FixedClock, engine_for, make_tables
from bot.work import SERVICE, Actor
from models.calendar import add_months
from models.case import Case, Ground, Stage, cases_of
from models.contact import Contact, Match, RawMail, Sighting
from models.customer import ContactPoint, Customer, PointKind, Standing, kept
from models.decision import NEEDS_TERMS, Decision, Lifting, Measure, Restriction
from models.message import Channel, Direction
from models.officer import POWERS, Permission, Role
from models.store import StoreKind

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
CLERK = Actor("r.trelawny", POWERS[Role.CLERK])
AUDITOR = Actor("e.nancarrow", POWERS[Role.AUDITOR])
NAMED_OFFICER = Actor("m.hosking", POWERS[Role.NAMED_OFFICER])

_numbers = itertools.count(1)


def an_actor(*permissions: Permission, name: str = "somebody") -> Actor:
    return Actor(name, frozenset(permissions))


@functools.cache
def _tables() -> Path:
    """A SQLite file with all tables and nothing in them, made once a process: copying it is quicker than making it."""
    folder = Path(tempfile.mkdtemp(prefix="evenhand-tables-"))
    engine = engine_for(f"sqlite:///{folder / 'made.db'}")
    try:
        make_tables(engine)
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        engine.dispose()
    return folder / "made.db"


@contextmanager
def a_store(
    home: Path,
    *,
    url: str = "",
    at: datetime = NOON,
    kind: StoreKind = StoreKind.REAL,
    council: str = "Porthmellin Town Council",
    domains: tuple[str, ...] = ("porthmellin.gov.example",),
) -> Iterator[App]:
    """An empty store, opened, its clock in the test's hand (`put_clock`). `url`: elsewhere than in `home`."""
    home.mkdir(parents=True, exist_ok=True)
    if not url:
        shutil.copyfile(_tables(), home / "evenhand.db")
    settings = f'policy = "saltash"\n[council]\nname = "{council}"\ndomains = {list(domains)}\n'
    settings += f'[store]\nurl = "{url}"\n' if url else ""
    make_store(home, kind=kind, settings_text=settings)
    app = open_app(home)
    app.clock = FixedClock(at)
    try:
        yield app
    finally:
        app.close()


def put_clock(app: App, at: datetime | date) -> None:
    """To a moment, or to noon of a day."""
    assert isinstance(app.clock, FixedClock)
    app.clock.at = at if isinstance(at, datetime) else datetime(at.year, at.month, at.day, 12, tzinfo=UTC)


def a_customer(
    app: App,
    *,
    name: str = "Jenifer Penrose",
    email: str | None = None,
    standing: Standing = Standing.CONFIRMED,
    never_restrict: str = "",
) -> Customer:
    """A customer with one e-mail address of their own; `email=""` for none."""
    number = next(_numbers)
    address = f"resident{number}@penrose.example" if email is None else email
    with app.begin(SERVICE) as work:
        customer = Customer(
            reference=f"C-{number}", name=name, created_at=work.now, never_restrict=never_restrict, surname="penrose"
        )
        work.session.add(customer)
        if address:
            work.session.add(_point(customer, address, standing, work.now))
        work.session.flush()
        work.note("customer.made", customer)
    return customer


def a_point(app: App, customer: Customer, email: str, *, standing: Standing = Standing.CONFIRMED) -> None:
    """One more address of a customer."""
    with app.begin(SERVICE) as work:
        work.session.add(_point(work.session.get_one(Customer, customer.id), email, standing, work.now))
        work.note("customer.point", customer)


def _point(customer: Customer, email: str, standing: Standing, at: datetime) -> ContactPoint:
    return ContactPoint(
        customer=customer, kind=PointKind.EMAIL, value=email, standing=standing, since=at, source="test"
    )


def a_warning(app: App, customer: Customer, *, stage: Stage, sent_on: date) -> None:
    with app.begin(CLERK) as work:
        person = work.session.get_one(Customer, customer.id)
        record_warning(work, person, stage=stage, sent_on=sent_on, reason="twelve letters in a week")


def warned(app: App, customer: Customer, *, on: date | None = None) -> Customer:
    """Every warning that the policy asks for was sent."""
    day = on or (app.today - timedelta(days=30))
    for stage in (Stage.INITIAL, Stage.FORMAL_PRIOR):
        a_warning(app, customer, stage=stage, sent_on=day)
    return customer


def a_term(
    starts_on: date,
    *,
    ends_on: date | None = None,
    measure: Measure = Measure.EMAIL_BLOCK,
    review_on: date | None = None,
) -> Term:
    terms = "as the resolution says" if measure in NEEDS_TERMS else ""
    return Term(measure, starts_on, ends_on or add_months(starts_on, 6), review_on, terms)


def as_minuted(
    *,
    on: date,
    terms: tuple[Term, ...] | None = None,
    body: str = "Full Council",
    minute: str | None = None,
    resolution: str = "RESOLVED that letters on this matter go to the named officer",
    subject_matter: str = "the lamp at the harbour steps",
    named_officer: str = "M. Hosking",
    exception: str = "",
    interests: tuple[str, ...] = ("none declared",),
) -> Minuted:
    """A decision as it stands in the minutes, complete and lawful unless the test says otherwise."""
    return Minuted(
        body=body,
        minute=f"2026/{next(_numbers)}" if minute is None else minute,
        decided_on=on,
        resolution=resolution,
        subject_matter=subject_matter,
        named_officer=named_officer,
        terms=(a_term(on),) if terms is None else terms,
        exception=exception,
        interests=interests,
        proportionality="forty letters in a month, each read by the one officer there is",
        impedes="the office answers nobody else on the days they come",
    )


def on_paper(app: App, customer: Customer, subject_matter: str = "the lamp at the harbour steps") -> Case:
    """A case whose steps before the decision were taken on paper, before this program; the decision may be recorded.

    Another matter's name is made where the customer has an open case on this one.
    """
    by = Said(app.today, f"{app.policy.procedure.people.head}, R. Trelawny", "as the papers say")
    confirmed = app.policy.procedure.conduct.confirmations
    with app.begin(CLERK) as work:
        person = work.session.get_one(Customer, customer.id)
        taken = {case.subject_matter for case in cases_of(work.session, kept(work.session, person).id)}
        subject = subject_matter if subject_matter not in taken else f"{subject_matter} {next(_numbers)}"
        case = open_case(work, person, subject_matter=subject, ground=Ground.MANNER, on=app.today)
        adjustments(work, case, by, before="decision", answer="asked, and none needed", policy=app.policy)
        take_over(work, case, by, papers="the clerk's safe, box 4", confirmed=confirmed, policy=app.policy)
    return case


def a_decision(app: App, customer: Customer, minuted: Minuted | None = None) -> Decision:
    """Recorded by the clerk, with an exceptional reason for going without the warnings where the test gives none."""
    minuted = minuted or as_minuted(on=app.today)
    if not minuted.exception:
        minuted = replace(minuted, exception="resolved as urgent after threats")
    case = on_paper(app, customer, minuted.subject_matter)
    minuted = replace(minuted, subject_matter=case.subject_matter)
    with app.begin(CLERK) as work:
        person = work.session.get_one(Customer, customer.id)
        return record_decision(work, person, minuted, policy=app.policy, case=case)


def a_letter(app: App, decision: Decision, *, sent_on: date | None = None) -> list[Restriction]:
    """The decision letter is recorded as sent: the restrictions that begin to exist with it."""
    with app.begin(CLERK) as work:
        found = work.session.get_one(Decision, decision.id, options=[selectinload(Decision.measures)])
        day = sent_on or app.today
        return record_letter(work, found, sent_on=day, sent_by="R. Trelawny", how="first class post", policy=app.policy)


def a_restriction(
    app: App,
    customer: Customer,
    *,
    starts_on: date | None = None,
    ends_on: date | None = None,
    measure: Measure = Measure.EMAIL_BLOCK,
) -> Restriction:
    """Decided, its letter sent, and so in force from `starts_on` (today when none is given)."""
    term = a_term(starts_on or app.today, ends_on=ends_on, measure=measure)
    return a_letter(app, a_decision(app, customer, as_minuted(on=app.today, terms=(term,))))[0]


def lifted(app: App, restriction: Restriction, *, reason: str = "the review found no need of it") -> Lifting:
    with app.begin(CLERK) as work:
        return lift(work, find_restriction(work.session, restriction.id), reason=reason, policy=app.policy)


def a_contact(
    app: App,
    customer: Customer | None,
    *,
    sender: str,
    restriction: Restriction | None = None,
    match: Match = Match.CERTAIN,
    at: datetime | None = None,
    mailbox: str = "",
    uid: str = "",
    folder: str = "INBOX",
    validity: str = "1",
) -> Contact:
    """A letter that came in by mail, logged, and where it lies when a `mailbox` is told."""
    number = next(_numbers)
    content = f"Subject: the lamp {number}\n\n".encode()
    sha256 = hashlib.sha256(content).hexdigest()
    with app.begin(SERVICE) as work:
        when = at or work.now
        work.session.add(RawMail(sha256=sha256, content=content, size=len(content), kept_at=work.now))
        if mailbox:
            place = {"mailbox": mailbox, "folder": folder, "validity": validity, "uid": uid or str(number)}
            work.session.add(Sighting(sha256=sha256, seen_at=work.now, **place))
            work.session.flush()
        contact = Contact(
            channel=Channel.EMAIL,
            direction=Direction.IN,
            at=when,
            recorded_at=work.now,
            recorded_by=work.actor.name,
            sha256=sha256,
            customer=work.session.get_one(Customer, customer.id) if customer else None,
            match=match,
            sender_email=sender,
            restricted_by=restriction.id if restriction else None,
        )
        work.session.add(contact)
        work.session.flush()
        work.note("contact.record", contact)
    return contact


def merge_of(app: App, customer: Customer, *, into: Customer) -> None:
    """That two records were found to be one person, by the verb."""
    with app.begin(CLERK) as work:
        keep, merged = (work.session.get_one(Customer, c.id) for c in (into, customer))
        customers.merge(work, keep=keep, merged=merged, reason="she told us so")
