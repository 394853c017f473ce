"""An invented village for tests of whose a message is: its people, what they write, and whose it is told to be."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from bot.bootstrap import App, open_app
from bot.intake import identify
from bot.intake.keep import keep
from bot.intake.quoting import own_words
from bot.intake.record import record_mail
from bot.store import FixedClock
from models.contact import Match
from models.customer import Customer
from models.message import Address, Direction, Message
from tests.builders import CLERK, NOON

COUNCIL = "quenby-tc.example"
OFFICE = Address(f"office@{COUNCIL}", "Quenby Town Council")
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Person:
    reference: str
    name: str
    emails: tuple[str, ...]
    phone: str
    address: str
    notes: str = ""


VILLAGE = (
    Person(
        "WL", "Winifred Lathbury", ("winnie.lathbury@fenmail.example",), "01632 961101", "7 Saltergate, Quenby, QB4 1AA"
    ),
    Person("TM", "Terence Mobberley", ("tmob@fenmail.example",), "01632 961102", "15 Dragonfly Way, Quenby, QB4 2BB"),
    Person("NM", "Noreen Mobberley", ("noreenm@lantern.example",), "01632 961102", "15 Dragonfly Way, Quenby, QB4 2BB"),
    Person("GT", "Gavin Tuplin", ("thetuplins@lantern.example",), "07700 901104", "3 Ropewalk, Quenby, QB4 3CC"),
    Person("PT", "Philippa Tuplin", ("thetuplins@lantern.example",), "07700 901105", "3 Ropewalk, Quenby, QB4 3CC"),
    Person(
        "ES",
        "Everard Stanbridge",
        ("e.stanbridge@fenmail.example",),
        "01632 961106",
        "Hollow Farm, Quenby, QB4 5DD",
        "Senior",
    ),
    Person(
        "EJ",
        "Everard Stanbridge",
        ("ev@stanbridgehaulage.example",),
        "07700 901107",
        "Hollow Bungalow, Quenby, QB4 5DD",
        "Junior, son of ES",
    ),
    Person("JP", "Jocasta Pym", ("jocasta.pym@lantern.example",), "07700 901108", "22 Tanner's Yard, Quenby, QB4 1EE"),
    Person(
        "BO", "Barnaby Ockham", ("hello@ockhamjoinery.example",), "01632 961109", "4 Maltings Yard, Quenby, QB4 6FF"
    ),
    Person("AP", "Aneurin Prosser", ("a.prosser@fenmail.example",), "01632 961111", "9 Saltergate, Quenby, QB4 1AA"),
    Person("AW", "Anwen Prosser", ("anwen@prosserpots.example",), "07700 901112", "40 Chantry Road, Quenby, QB4 7GG"),
    Person(
        "MT", "Maureen Tibbs", ("maureen.tibbs@fenmail.example",), "01632 961113", "2 Almshouse Row, Quenby, QB4 1AB"
    ),
    Person("RT", "Marian Tibbs", ("marian.tibbs@fenmail.example",), "01632 961114", "18 Chantry Road, Quenby, QB4 7GG"),
    Person(
        "RW",
        "Ralph Whinney",
        ("bowls@quenbybowls.example",),
        "01632 961115",
        "The Pavilion, Green Lane, Quenby, QB4 8HH",
    ),
    Person("W1", "John Walker", ("johnwalker51@fenmail.example",), "01632 961116", "4 Mill Row, Quenby, QB4 1AC"),
    Person("W2", "John Walker", ("jw.walker@lantern.example",), "01632 961117", "31 Station Parade, Quenby, QB4 9JJ"),
    Person(
        "IN", "Dr Isolde Nwachukwu", ("isolde.nw@lantern.example",), "07700 901118", "6 Dragonfly Way, Quenby, QB4 2BB"
    ),
    Person("PG", "Peg Garside", ("peggarside@fenmail.example",), "01632 961119", "11 Mill Row, Quenby, QB4 1AC"),
)


def opened(home: Path) -> Iterator[App]:
    app = open_app(home)
    app.clock = FixedClock(NOON)
    try:
        yield app
    finally:
        app.close()


def mail(
    sender: str,
    name: str,
    body: str,
    *,
    subject: str = "",
    answers: str = "",
    reply_to: str = "",
    key: str = "",
    to: tuple[Address, ...] = (OFFICE,),
) -> Message:
    number = next(_numbers)
    return Message(
        sha256=hashlib.sha256(f"{number}".encode()).hexdigest(),
        size=1,
        message_id=key or f"m{number}@post.example",
        sender=Address(sender, name),
        received_at=NOON + timedelta(minutes=number),
        reply_to=(Address(reply_to),) if reply_to else (),
        to=to,
        subject=subject,
        in_reply_to=answers,
        body=body,
        words=own_words(body, sender),
    )


def told(app: App, message: Message) -> identify.Identity:
    with app.look() as session:
        return identify.identify(session, message, council=(COUNCIL,))


def whose(app: App, message: Message) -> str:
    identity = told(app, message)
    with app.look() as session:
        found = session.get(Customer, identity.customer_id) if identity.customer_id else None
        return found.reference if found else ""


def taken(app: App, message: Message) -> str:
    with app.begin(CLERK) as work:
        identity = identify.identify(work.session, message, council=(COUNCIL,))
        known = work.session.get(Customer, identity.customer_id) if identity.customer_id else None
        customer = known or identify.new_customer(work, message, identity)
        message = replace(message, sha256=keep(work, message.sha256.encode()))
        work.session.flush()
        record_mail(work, message, direction=Direction.IN, mailbox="office", customer=customer, match=identity.match,
                    reasons=identity.reasons)  # fmt: skip
        if known:
            identify.suggest_points(work, customer, identity.points)
        return customer.reference


def answered(app: App, reference: str, key: str, *, to: str, subject: str = "", copied: str = "") -> None:
    """The council writes to a customer."""
    letter = mail(OFFICE.email, OFFICE.name, "Dear resident, we have looked at it.", subject=subject, key=key,
                  to=tuple(Address(a) for a in (to, copied) if a))  # fmt: skip
    with app.begin(CLERK) as work:
        customer = work.session.query(Customer).filter(Customer.reference == reference).one()
        letter = replace(letter, sha256=keep(work, letter.sha256.encode()))
        work.session.flush()
        record_mail(work, letter, direction=Direction.OUT, mailbox="office", customer=customer, match=Match.CERTAIN,
                    reasons=())  # fmt: skip


GUTTER = "The gutter above the bus shelter is still hanging off and it drips on whoever waits."
