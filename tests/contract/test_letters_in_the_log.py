"""A letter that went by e-mail stands in the log once, whether its copy in the sent folder is seen after or before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.audit import verify
from bot.bootstrap import App
from bot.letters.draft import draft
from bot.letters.send import EMAIL, NOTIFY_EMAIL, Order, queue
from bot.mailbox.imap import ImapSettings, ImapSource
from bot.posting import retry_letter, send_letter
from bot.watching import take_new
from config.settings import NotifySettings, SmtpServer
from models.contact import Contact, contacts_of
from models.customer import Customer
from models.errors import StoreUnavailable
from models.issue import Issue
from models.letter import Letter, LetterKind, LetterState, letter_state
from models.log import find_contact, raw_bytes
from models.message import Channel, Direction
from models.view import Register
from tests.builders import CLERK, a_contact, a_customer
from tests.conftest import Account
from tests.named import let_in, name_to
from tests.servers.notify import KEY, NotifyStub
from tests.servers.smtp import SmtpServer as RealServer
from tests.steps.test_pipeline import Seen, a_line
from tests.steps.test_whose_letters import WORDS

pytestmark = [pytest.mark.needs("pdf"), pytest.mark.needs("dovecot")]


@pytest.fixture
def server(app: App) -> Iterator[RealServer]:
    with RealServer("none") as server:
        smtp = SmtpServer(server.host, server.port, "plain", "", None, None, "clerk@porthmellin.gov.example")
        app.settings = replace(app.settings, smtp=smtp)
        yield server


@pytest.fixture
def ann(app: App) -> Customer:
    return a_customer(app, name="Ann Penrose", email="ann@penrose.example")


@pytest.fixture
def came(app: App, ann: Customer) -> Contact:
    """Her letter, filed with its matter."""
    came = a_contact(app, ann, sender="ann@penrose.example")
    with app.begin(CLERK) as work:
        issue = Issue(customer_id=ann.id, title="The lamp", opened_at=work.now)
        work.session.add(issue)
        work.session.flush()
        work.session.get_one(Contact, came.id).issue_id = issue.id
        work.note("contact.file", came)
    return came


def a_letter(app: App, ann: Customer, came: Contact | None, kind: LetterKind = LetterKind.MEMBER) -> Letter:
    passages = WORDS if kind is LetterKind.CAUTIONARY_NOTICE else None
    with app.begin(CLERK) as work:
        return draft(
            work, kind, policy=app.policy, council="Porthmellin", customer=ann, contact=came, passages=passages
        )


def an_order(app: App, how: str = EMAIL) -> Order:
    return Order(how, "R. Trelawny, Town Clerk", app.today)


def put_into_the_sent_folder(account: Account, content: bytes) -> None:
    """As a mail server keeps what it was handed: with a line of its own at the head."""
    account.append("Sent", b"Received: by mx.porthmellin.gov.example\r\n" + content)


def read_the_sent_folder(app: App, account: Account) -> Counter[str]:
    server = account.server
    settings = ImapSettings(
        host=server.host,
        port=server.imaps_port,
        user=account.name,
        password=account.password,
        ca_file=server.ca_file,
        sent=("Sent",),
    )
    source = ImapSource("main", settings)
    try:
        return take_new(app, a_line(app, Seen()), source, "main")
    finally:
        source.close()


def from_us(app: App) -> list[Contact]:
    with app.look() as session:
        numbers = [c.id for c in contacts_of(session, None) if c.direction is Direction.OUT]
    with app.look() as session:
        return [find_contact(session, number) for number in numbers]


def test_a_letter_by_email_is_logged_when_it_goes_and_not_again_for_its_copy_in_the_sent_folder(
    app: App, server: RealServer, ann: Customer, came: Contact, account: Account
) -> None:
    letter = a_letter(app, ann, came)
    send_letter(app, CLERK, letter.id, an_order(app))
    (logged,) = from_us(app)
    (handed,) = server.letters
    with app.look() as session:
        assert logged.issue_id == session.get_one(Contact, came.id).issue_id is not None
        assert raw_bytes(session, str(logged.sha256)).splitlines() == handed.content.splitlines()
    assert (logged.customer_id, logged.channel, logged.nature) == (ann.id, Channel.EMAIL, "letter 1: member")
    assert logged.message_id == message_from_bytes(handed.content)["Message-ID"].strip("<>")
    assert [r.email for r in logged.recipients] == ["ann@penrose.example"]
    assert [a.name for a in logged.attachments] == ["letter.pdf"]
    put_into_the_sent_folder(account, handed.content)
    assert read_the_sent_folder(app, account) == {"known": 1}
    assert [c.id for c in from_us(app)] == [logged.id]
    with app.look() as session:
        assert verify(session, app.seal).holds


def test_a_copy_that_is_seen_before_the_sending_was_recorded_is_the_letter_in_the_log(
    app: App, server: RealServer, ann: Customer, came: Contact, account: Account
) -> None:
    letter = a_letter(app, ann, came)
    with app.begin(CLERK) as work:
        queue(work, work.session.get_one(Letter, letter.id), an_order(app), policy=app.policy)
    # The machine stops when the mail server has the letter, and before that is on record.
    the_papers_are(app, "papers RENAME TO papers_away")
    with pytest.raises((StoreUnavailable, DBAPIError)):
        retry_letter(app, CLERK, letter.id)
    the_papers_are(app, "papers_away RENAME TO papers")
    assert from_us(app) == []
    put_into_the_sent_folder(account, server.letters[0].content)
    assert read_the_sent_folder(app, account) == {"recorded": 1}
    retry_letter(app, CLERK, letter.id)
    (logged,) = from_us(app)
    with app.look() as session:
        assert logged.issue_id == session.get_one(Contact, came.id).issue_id
        assert letter_state(session, session.get_one(Letter, letter.id)) is LetterState.SENT
    assert (logged.customer_id, logged.nature, logged.own) == (ann.id, "letter 1: member", "")
    assert len(server.letters) == 1


def the_papers_are(app: App, altered: str) -> None:
    with app.engine.begin() as connection:
        connection.execute(text(f"ALTER TABLE {altered}"))


def test_the_notice_of_a_cautionary_entry_stands_in_no_log_by_its_copy_either(
    app: App, server: RealServer, ann: Customer, account: Account
) -> None:
    let_in(app)
    name_to(app, Register.CAUTIONARY, CLERK)
    notice = a_letter(app, ann, None, LetterKind.CAUTIONARY_NOTICE)
    send_letter(app, CLERK, notice.id, an_order(app))
    put_into_the_sent_folder(account, server.letters[0].content)
    assert read_the_sent_folder(app, account) == {"known": 1}
    assert from_us(app) == []


def test_only_the_letters_own_mark_in_the_councils_sent_folder_makes_a_copy_of_it(
    app: App, server: RealServer, ann: Customer, came: Contact, account: Account
) -> None:
    send_letter(app, CLERK, a_letter(app, ann, came).id, an_order(app))
    (handed,) = server.letters
    named = str(message_from_bytes(handed.content)["Message-ID"]).encode()
    other = named[:-40] + b"0000" + named[-36:]
    assert other != named
    put_into_the_sent_folder(account, handed.content.replace(named, other))
    account.deliver(b"From: ann@penrose.example\r\nMessage-ID: " + named + b"\r\nSubject: Mine\r\n\r\nWhy?\r\n")
    assert read_the_sent_folder(app, account) == {"recorded": 2}
    assert len(from_us(app)) == 2


def test_a_letter_by_notify_is_logged_with_the_way_it_went(app: App, ann: Customer, came: Contact) -> None:
    key = app.settings.home / "notify.key"
    key.write_text(f"{KEY}\n")
    with NotifyStub() as stub:
        app.settings = replace(app.settings, notify=NotifySettings(stub.base_url, key, "2d3c-template", "second"))
        send_letter(app, CLERK, a_letter(app, ann, came).id, an_order(app, NOTIFY_EMAIL))
    (logged,) = from_us(app)
    assert logged.nature == "letter 1: member, by GOV.UK Notify e-mail"
    assert logged.issue_id is not None
