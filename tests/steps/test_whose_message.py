"""Whose message is it, in the ways that residents really write: an invented village, told before anything was mended.

Each case is one message (perhaps after earlier ones) and whose it is: a reference, or '' where no record may be named.
"""

from __future__ import annotations

import hashlib
import itertools
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.bootstrap import App, open_app
from bot.customers import add_customer
from bot.intake import identify
from bot.intake.keep import keep
from bot.intake.quoting import own_words
from bot.intake.record import record_mail
from bot.store import FixedClock
from models.contact import Match
from models.customer import Customer
from models.message import Address, Direction, Message
from tests.builders import CLERK, NOON, a_store

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


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The village's records, made once."""
    home = tmp_path_factory.mktemp("village") / "home"
    with a_store(home, council="Quenby Town Council", domains=(COUNCIL,)) as app, app.begin(CLERK) as work:
        for p in VILLAGE:
            add_customer(
                work,
                name=p.name,
                reference=p.reference,
                emails=p.emails,
                phones=[p.phone],
                address=p.address,
                notes=p.notes,
            )
    return home


@pytest.fixture(scope="module")
def village(settled: Path) -> Iterator[App]:
    """The records for tests that only look at them."""
    yield from opened(settled)


@pytest.fixture
def app(settled: Path, tmp_path: Path) -> Iterator[App]:
    """A copy of the records to write in."""
    shutil.copytree(settled, tmp_path / "home")
    yield from opened(tmp_path / "home")


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

# --- one message by itself: (what it is, sender, display name, body, whose) ------------------------------------------

ALONE: tuple[tuple[str, str, str, str, str], ...] = (
    (
        "a form on the council's own site",
        f"noreply@{COUNCIL}",
        "Quenby Town Council website",
        f"Name: Winifred Lathbury\nEmail: winnie.lathbury@fenmail.example\nTelephone: 01632 961101\nMessage: {GUTTER}",
        "WL",
    ),
    (
        "a form with its labels on their own lines",
        f"webforms@{COUNCIL}",
        "Report it",
        f"Your name\nTerence Mobberley\n\nYour email address\ntmob@fenmail.example\n\nYour message\n{GUTTER}",
        "TM",
    ),
    (
        "a form with first name and surname apart",
        f"noreply@{COUNCIL}",
        "Online forms",
        f"First name: Isolde\nSurname: Nwachukwu\nPostcode: QB4 2BB\nYour message: {GUTTER}",
        "IN",
    ),
    (
        "a form that says who submitted it",
        f"no-reply@{COUNCIL}",
        "Contact form",
        f"Submitted by: Noreen Mobberley\nPhone: 01632 961102\n\n{GUTTER}",
        "NM",
    ),
    (
        "a form that a stranger filled in",
        f"noreply@{COUNCIL}",
        "Online forms",
        f"Name: Ottilie Brask\nEmail: ottilie@brask.example\nMessage: {GUTTER}",
        "",
    ),
    (
        "a form whose bare address is the sender's only name",
        f"noreply@{COUNCIL}",
        f"noreply@{COUNCIL}",
        f"Full name: Barnaby Ockham\nContact number: 01632 961109\nDetails: {GUTTER}",
        "BO",
    ),
    (
        "a relay that names the writer in the display name",
        "noreply+8812@fixthelane.example",
        "Winifred Lathbury via FixTheLane",
        f"{GUTTER}\n\nThis message was sent via FixTheLane. Reply to this email to answer.",
        "WL",
    ),
    (
        "a relay in brackets",
        "do-not-reply@tellyourcouncil.example",
        "Jocasta Pym (via TellYourCouncil)",
        f"{GUTTER}\n\nThis message was sent through TellYourCouncil.",
        "JP",
    ),
    (
        "a relay that says who in its first line",
        "reports-77120-ab12cd34@lanewatch.example",
        "LaneWatch",
        f"Winifred Lathbury has sent you a message through LaneWatch:\n\n{GUTTER}",
        "WL",
    ),
    (
        "a relay that answers to the writer",
        "no-reply@lanewatch.example",
        "LaneWatch reports",
        f"A new report:\n\n{GUTTER}",
        "",
    ),
    (
        "a new address and the telephone only",
        "blueboat22@elsewhere.example",
        "blueboat22",
        f"{GUTTER}\n\nRing me on 01632 961101.",
        "",
    ),
    (
        "a new address, initials and telephone",
        "blueboat22@elsewhere.example",
        "blueboat22",
        f"{GUTTER}\n\nW.L.\n01632 961101",
        "WL",
    ),
    (
        "a new address, given name and telephone",
        "blueboat22@elsewhere.example",
        "blueboat22",
        f"{GUTTER}\n\nWinnie\n01632 961101",
        "WL",
    ),
    (
        "a new address, surname with a title and the house",
        "blueboat22@elsewhere.example",
        "blueboat22",
        f"{GUTTER}\n\nMiss Lathbury, 7 Saltergate\n01632 961101",
        "WL",
    ),
    (
        "the full name, and the street in the text",
        "blueboat22@elsewhere.example",
        "Winnie L",
        f"Winnie Lathbury here from Saltergate. {GUTTER}",
        "WL",
    ),
    (
        "the account at work",
        "w.lathbury@fencollege.example",
        "Lathbury, Winifred (Library)",
        f"{GUTTER}\n\nWinnie",
        "WL",
    ),
    (
        "a married woman still on record by her maiden name",
        "jfairweather@lantern.example",
        "Jocasta Fairweather",
        f"{GUTTER}\n\nJocasta Fairweather (was Pym)\n22 Tanner's Yard",
        "JP",
    ),
    (
        "a married woman who says nee",
        "jfairweather@lantern.example",
        "Jocasta Fairweather",
        f"{GUTTER}\n\nJocasta Fairweather (née Pym)",
        "JP",
    ),
    (
        "a married woman known by telephone and first name",
        "jfairweather@lantern.example",
        "Jocasta Fairweather",
        f"{GUTTER}\n\nJocasta Fairweather\n07700 901108",
        "JP",
    ),
    (
        "a hyphen put on by marriage",
        "jocasta@pymfairweather.example",
        "Jocasta Pym-Fairweather",
        f"{GUTTER}\n\nJocasta",
        "JP",
    ),
    (
        "a slip of the pen in the surname",
        "blueboat22@elsewhere.example",
        "Winifred Lathbuy",
        f"{GUTTER}\n01632 961101",
        "WL",
    ),
    ("a slip in the known address", "winnie.lathbury@fenmial.example", "", f"{GUTTER}\n\nWinnie", "WL"),
    ("a name that only the new address holds", "terence.mobberley@elsewhere.example", "", GUTTER, "TM"),
    (
        "a name of initial and surname in the address, with the house",
        "t.mobberley83@elsewhere.example",
        "",
        f"{GUTTER}\n15 Dragonfly Way",
        "TM",
    ),
    (
        "a pet name on record and the whole name in the letter",
        "mgarside@elsewhere.example",
        "Margaret Garside",
        f"{GUTTER}\n\nMargaret Garside\n11 Mill Row",
        "PG",
    ),
    (
        "the firm in the display name, the person at the foot",
        "hello@ockhamjoinery.example",
        "Ockham Joinery",
        f"Dear all,\n\n{GUTTER}\n\nBarnaby x\nOckham Joinery",
        "BO",
    ),
    (
        "the club in the display name, the secretary at the foot",
        "bowls@quenbybowls.example",
        "Quenby Bowls",
        f"{GUTTER}\n\nRalph\nQuenby Bowls",
        "RW",
    ),
    (
        "the tradesman that an answer names",
        "winnie.lathbury@fenmail.example",
        "Winifred Lathbury",
        "Mr Haycock\n\nIt's Jonas Trubshaw, glazier, Ropewalk. Will you pay him or shall I?\n\nW Lathbury",
        "WL",
    ),
    (
        "a neighbour whose house is named",
        "winnie.lathbury@fenmail.example",
        "Winifred Lathbury",
        "The culprit? This is Dudley Marsh at no. 12. Ask him.\n\nWinifred Lathbury",
        "WL",
    ),
    (
        "a couple: who signs, under both names",
        "thetuplins@lantern.example",
        "Gavin & Philippa Tuplin",
        f"{GUTTER}\n\nPhilippa",
        "PT",
    ),
    (
        "a couple: who signs, though another is in the header",
        "thetuplins@lantern.example",
        "Gavin Tuplin",
        f"{GUTTER}\n\nPippa xx",
        "PT",
    ),
    ("a couple: initials", "thetuplins@lantern.example", "The Tuplins", f"{GUTTER}\n\nG.T.", "GT"),
    (
        "a couple: a name that is no list's",
        "thetuplins@lantern.example",
        "The Tuplins",
        f"{GUTTER}\n\nPhilippa xx",
        "PT",
    ),
    (
        "a couple: who speaks of the other",
        "thetuplins@lantern.example",
        "The Tuplins",
        "My husband Gavin slipped on the steps again this morning. Can somebody grit them?",
        "PT",
    ),
    (
        "a couple: who is spoken of is not who writes",
        "thetuplins@lantern.example",
        "The Tuplins",
        "Philippa is at her mother's this week so I shall bring the keys myself.",
        "GT",
    ),
    ("a couple: by which telephone", "thetuplins@lantern.example", "The Tuplins", f"{GUTTER}\n\n07700 901105", "PT"),
    (
        "the wife at her husband's address",
        "tmob@fenmail.example",
        "Terence Mobberley",
        f"It's Noreen on Terry's computer. {GUTTER}\n\nNoreen Mobberley",
        "NM",
    ),
    (
        "a sister at her sister's computer",
        "maureen.tibbs@fenmail.example",
        "Marian Tibbs",
        f"I'm round at our Maureen's and using hers. It's Marian. {GUTTER}\n\nMarian Tibbs, 18 Chantry Road",
        "RT",
    ),
    (
        "a like name at the other's house",
        "maureen.tibbs@fenmail.example",
        "Maureen Tibbs",
        f"{GUTTER}\n\nMaureen Tibbs, 2 Almshouse Row",
        "MT",
    ),
    (
        "the father at a new address by his house",
        "farmer1940@elsewhere.example",
        "Everard Stanbridge",
        f"{GUTTER}\n\nE. Stanbridge\nHollow Farm",
        "ES",
    ),
    (
        "the son at a new address by his telephone",
        "farmer1940@elsewhere.example",
        "Everard Stanbridge",
        f"{GUTTER}\n\nEverard\n07700 901107",
        "EJ",
    ),
    ("father or son, and nothing tells", "farmer1940@elsewhere.example", "Everard Stanbridge", GUTTER, ""),
    (
        "one of two namesakes by the house",
        "jack@elsewhere.example",
        "John Walker",
        f"{GUTTER}\n\nJohn Walker, 31 Station Parade",
        "W2",
    ),
    (
        "a namesake from elsewhere",
        "jack@elsewhere.example",
        "John Walker",
        f"{GUTTER}\n\nJohn Walker, 77 Orchard Street",
        "",
    ),
    ("a brother with the surname only", "bryn@elsewhere.example", "Bryn Prosser", f"{GUTTER}\n\nBryn Prosser", ""),
    ("a lodger at the same house", "lodger@elsewhere.example", "Kit Oddie", f"{GUTTER}\n\nKit Oddie\n7 Saltergate", ""),
    (
        "a daughter who writes for her mother",
        "sal@elsewhere.example",
        "Sally Kemp",
        "I am writing on behalf of my mother, Winifred Lathbury, 7 Saltergate, telephone 01632 961101.\n\nSally Kemp",
        "",
    ),
    (
        "a stranger who names a resident",
        "kit@elsewhere.example",
        "Kit Oddie",
        "Winifred Lathbury keeps parking across my drive.\n\nKit Oddie",
        "",
    ),
    ("a letter without any sign of who it is", "x9@elsewhere.example", "", GUTTER, ""),
)


@pytest.mark.parametrize(("what", "sender", "name", "body", "expected"), ALONE, ids=[c[0] for c in ALONE])
def test_a_message_by_itself_goes_to_whoever_wrote_it(
    village: App, what: str, sender: str, name: str, body: str, expected: str
) -> None:
    assert whose(village, mail(sender, name, body)) == expected


# --- what was said before ---------------------------------------------------------------------------------------------


def test_a_relay_that_answers_to_a_known_address_is_that_person(app: App) -> None:
    letter = mail("no-reply@lanewatch.example", "LaneWatch", GUTTER, reply_to="winnie.lathbury@fenmail.example")
    assert whose(app, letter) == "WL"


def test_who_answers_the_councils_letter_from_another_address_is_whom_it_went_to(app: App) -> None:
    answered(app, "WL", "reply-1@quenby-tc.example", to="winnie.lathbury@fenmail.example")
    letter = mail("blueboat22@elsewhere.example", "", "Thursday suits me.", answers="reply-1@quenby-tc.example")
    assert told(app, letter).match is Match.SUGGESTED
    assert whose(app, letter) == "WL"


def test_somebody_else_who_answers_the_councils_letter_under_their_own_name_is_not(app: App) -> None:
    answered(app, "WL", "reply-1@quenby-tc.example", to="winnie.lathbury@fenmail.example")
    words = "Mum showed me this.\n\nSally Kemp"
    assert whose(app, mail("sal@else.example", "Sally Kemp", words, answers="reply-1@quenby-tc.example")) == ""


def test_who_was_copied_into_the_councils_letter_is_not_whom_it_was_written_to(app: App) -> None:
    answered(app, "WL", "reply-1@quenby-tc.example", to="winnie.lathbury@fenmail.example", copied="cc@else.example")
    letter = mail("cc@else.example", "", "Noted.", answers="reply-1@quenby-tc.example")
    assert whose(app, letter) == ""


def test_who_takes_up_a_letter_of_their_own_by_quoting_it_is_known_by_that(app: App) -> None:
    body = (
        "As I said from my other account, it drips.\n\nW.\n\n"
        "On 1 Mar 2026 at 10:30, Winifred Lathbury <winnie.lathbury@fenmail.example> wrote:\n> The gutter hangs off.\n"
    )
    assert whose(app, mail("blueboat22@elsewhere.example", "blueboat22", body)) == "WL"


def test_who_answers_a_neighbours_letter_is_not_that_neighbour(app: App) -> None:
    body = (
        "I agree with every word.\n\nKit Oddie\n\n"
        "On 1 Mar 2026 at 10:30, Winifred Lathbury <winnie.lathbury@fenmail.example> wrote:\n> The gutter hangs off.\n"
    )
    assert whose(app, mail("kit@elsewhere.example", "Kit Oddie", body)) == ""


def test_an_unsigned_answer_from_a_shared_mailbox_is_whose_matter_it_is(app: App) -> None:
    answered(app, "PT", "reply-2@quenby-tc.example", to="thetuplins@lantern.example")
    letter = mail("thetuplins@lantern.example", "The Tuplins", "Yes please.", answers="reply-2@quenby-tc.example")
    assert whose(app, letter) == "PT"


def test_an_unsigned_letter_from_a_shared_mailbox_is_whose_subject_it_carries(app: App) -> None:
    address = "thetuplins@lantern.example"
    first = mail(address, "The Tuplins", f"{GUTTER}\n\nPhilippa", subject="Drip at the bus shelter")
    assert taken(app, first) == "PT"
    assert taken(app, mail(address, "The Tuplins", "Grit, please.\n\nGavin", subject="Ice on the steps")) == "GT"
    assert whose(app, mail(address, "The Tuplins", "Any news?", subject="RE: Drip at the bus shelter")) == "PT"
    assert whose(app, mail(address, "The Tuplins", "Any news?", subject="Fwd: ice on the steps")) == "GT"


def test_a_new_address_once_held_hers_is_held_hers_again(app: App) -> None:
    address = "blueboat22@elsewhere.example"
    assert taken(app, mail(address, "blueboat22", f"{GUTTER}\n\nWinnie\n01632 961101")) == "WL"
    assert whose(app, mail(address, "blueboat22", "And again today.")) == "WL"


def test_what_an_officer_forwards_by_mark_and_header_is_the_writers_inside(app: App) -> None:
    body = (
        "For you, I think.\n\nDot\n\n-----Original Message-----\n"
        "From: Winifred Lathbury <winnie.lathbury@fenmail.example>\n"
        f"Sent: 1 March 2026 10:30\nTo: Dot Hale\nSubject: Drip\n\n{GUTTER}\n\nWinnie\n"
    )
    letter = mail(f"dot.hale@{COUNCIL}", "Dot Hale", body, subject="FW: Drip")
    identity = told(app, letter)
    assert (identity.match, whose(app, letter)) == (Match.SUGGESTED, "WL")


def test_what_an_officer_forwards_from_a_stranger_is_nobodys_on_record(app: App) -> None:
    body = (
        "FYI\n\n---------- Forwarded message ---------\nFrom: Ottilie Brask <ottilie@brask.example>\n"
        f"Date: Sun, 1 Mar 2026 at 10:30\nSubject: Drip\nTo: <dot.hale@{COUNCIL}>\n\n{GUTTER}\n\nOttilie\n"
    )
    identity = told(app, mail(f"dot.hale@{COUNCIL}", "Dot Hale", body, subject="Fwd: Drip"))
    assert (identity.match, identity.own_address, identity.name) == (
        Match.UNKNOWN,
        "ottilie@brask.example",
        "Ottilie Brask",
    )
