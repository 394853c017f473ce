"""Letters on their way: through a real SMTP conversation, through a stand-in for GOV.UK Notify, by a person's hand."""

from __future__ import annotations

import email
import email.policy
import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pypdf
import pytest

from bot.bootstrap import App, postman
from bot.letters.draft import draft
from bot.letters.look import as_it_went, what_became
from bot.letters.send import EMAIL, NOTIFY, NOTIFY_EMAIL, POST, Order, queue
from bot.mailbox.ports import MailboxRefused, MailboxUnavailable
from bot.posting import papers_of, retry_letter, send_letter
from config.settings import LetterSettings, NotifySettings, SmtpServer
from models.case import StepKind
from models.errors import Refused, SettingsError
from models.letter import Letter, LetterKind, LetterState, letter_state
from models.store import StoreKind
from tests.builders import CLERK, a_customer, a_store
from tests.conduct import CONDITIONS, Life
from tests.servers.notify import KEY, NotifyStub
from tests.servers.smtp import SmtpServer as RealServer

pytestmark = pytest.mark.needs("pdf")
SIGNED = "R. Trelawny, Town Clerk"


@pytest.fixture
def server() -> Iterator[RealServer]:
    with RealServer("none") as server:
        yield server


@pytest.fixture
def app(tmp_path: Path, server: RealServer) -> Iterator[App]:
    with a_store(tmp_path / "store") as app:
        head = LetterSettings(("The Guildhall", "12 Fore Street"), "01632 960123", "", None)
        smtp = SmtpServer(server.host, server.port, "plain", "", None, None, "clerk@porthmellin.gov.example")
        app.settings = replace(app.settings, letters=head, smtp=smtp)
        yield app


@pytest.fixture
def life(app: App) -> Life:
    life = Life(app, a_customer(app, name="Ann Penrose", email="ann@penrose.example"), app.policy)
    life.report()
    life.review()
    life.adjustments("initial_warning")
    return life


def a_draft(life: Life, kind: LetterKind = LetterKind.INITIAL_WARNING, **given: object) -> Letter:
    with life.app.begin(CLERK) as work:
        return draft(
            work,
            kind,
            policy=life.app.policy,
            council=life.app.settings.council.name,
            case=life.case,
            postal_address="1 Quay Street, Porthmellin, PL99 1AA",
            **given,  # type: ignore[arg-type]
        )


def an_order(app: App, how: str = EMAIL) -> Order:
    return Order(how, SIGNED, app.today)


def state(app: App, letter: Letter) -> LetterState:
    with app.look() as session:
        return letter_state(session, session.get_one(Letter, letter.id))


def test_a_letter_by_email_has_its_words_its_pdf_and_the_policy(app: App, life: Life, server: RealServer) -> None:
    letter = a_draft(life)
    went = send_letter(app, CLERK, letter.id, an_order(app))
    assert went.answer == "250 2.0.0 queued as 4XyZ"
    [handed] = server.letters
    assert handed.recipients == ("ann@penrose.example",)
    mail = email.message_from_bytes(handed.content, policy=email.policy.default)
    assert mail["From"] == "Porthmellin Town Council <clerk@porthmellin.gov.example>"
    assert mail["Auto-Submitted"] == "no"
    text = mail.get_body(("plain",)).get_content().replace("\r\n", "\n")  # type: ignore[union-attr]
    assert "Dear Ann Penrose" in text
    assert "R. Trelawny\nTown Clerk\nPorthmellin Town Council" in text
    names = [(part.get_filename(), part.get_content()) for part in mail.iter_attachments()]
    assert names == [("letter.pdf", went.papers.letter), ("policy.pdf", went.papers.policy)]
    assert state(app, letter) is LetterState.SENT
    [step] = life.steps(StepKind.INITIAL_WARNING)
    assert (step.letter_id, step.who) == (letter.id, SIGNED)
    with app.look() as session:
        told = as_it_went(session, session.get_one(Letter, letter.id))
        assert told is not None
        assert told["unchanged"] is True
        assert [e["kind"] for e in what_became(session, letter)] == ["queued", "handed_over"]


def test_a_server_that_refuses_leaves_a_draft_and_a_second_try_is_known_to_be_the_same(
    app: App, life: Life, server: RealServer
) -> None:
    letter = a_draft(life)
    server.answers["END"] = "554 5.7.1 not today"
    with pytest.raises(MailboxRefused, match="not today"):
        send_letter(app, CLERK, letter.id, an_order(app))
    assert state(app, letter) is LetterState.FAILED
    assert life.steps(StepKind.INITIAL_WARNING) == []
    del server.answers["END"]
    retry_letter(app, CLERK, letter.id)
    assert state(app, letter) is LetterState.SENT
    assert len(server.letters) == 1


def test_a_letter_cut_short_on_its_way_goes_on_with_the_same_message_id(
    app: App, life: Life, server: RealServer
) -> None:
    letter = a_draft(life)
    with app.begin(CLERK) as work:  # what a crash after queueing leaves behind
        queue(work, work.session.get_one(Letter, letter.id), an_order(app), policy=app.policy)
    retry_letter(app, CLERK, letter.id)
    assert state(app, letter) is LetterState.SENT
    with pytest.raises(Refused, match="nothing to take up again"):
        retry_letter(app, CLERK, letter.id)
    assert len(server.letters) == 1


def test_nothing_is_handed_over_while_a_step_before_it_is_missing(app: App, life: Life, server: RealServer) -> None:
    letter = a_draft(life, LetterKind.FORMAL_WARNING, passages={"why": "You go on.", "meeting": "Please come."})
    with pytest.raises(Refused) as told:
        send_letter(app, CLERK, letter.id, an_order(app))
    assert "Missing or wrong" in str(told.value)
    assert "named contact is missing" in str(told.value), "all at once: the steps, and the contents of the letter"
    assert server.letters == []
    assert state(app, letter) is LetterState.DRAFT


def test_a_decision_by_letter_begins_its_restrictions_and_the_letter_is_the_one_that_was_shown(
    app: App, life: Life
) -> None:
    decided(life)
    letter = a_draft(life, LetterKind.DECISION)
    with app.look() as session:
        shown = papers_of(app, session, letter, an_order(app, POST)).letter
    went = send_letter(app, CLERK, letter.id, an_order(app, POST))
    assert went.papers.letter == shown
    assert set(went.restrictions) == life.binding()


def decided(life: Life) -> None:
    send_letter(life.app, CLERK, a_draft(life).id, an_order(life.app, POST))
    life.days_go_by(20)
    life.not_heeded()
    life.meeting()
    life.adjustments("formal_warning")
    named = {"named_contact": "M. Hosking"}
    send_letter(life.app, CLERK, a_draft(life, LetterKind.FORMAL_WARNING, passages=named).id, an_order(life.app, POST))
    life.days_go_by(30)
    for what in CONDITIONS:
        life.confirm(what)
    life.committee_report()
    life.recommend()
    life.check()
    life.adjustments("decision")
    life.decide()
    life.appoint()


def test_a_pdf_is_tagged_titled_and_in_its_language(app: App, life: Life) -> None:
    went = send_letter(app, CLERK, a_draft(life).id, an_order(app, POST))
    for content in (went.papers.letter, went.papers.policy):
        assert content is not None
        root: dict[str, object] = dict(pypdf.PdfReader(io.BytesIO(content)).root_object)
        assert str(root["/MarkInfo"]) == "{'/Marked': True}"
        assert str(root["/Lang"]) == "en-GB"
        assert "/StructTreeRoot" in root


def test_notify_prints_one_pdf_with_the_policy_behind_and_is_never_asked_twice(app: App, life: Life) -> None:
    letter = a_draft(life)
    with NotifyStub() as stub:
        notify(app, stub)
        stub.loses_its_answer = True
        with pytest.raises(MailboxUnavailable, match="did not take"):
            send_letter(app, CLERK, letter.id, an_order(app, NOTIFY))
        stub.loses_its_answer = False
        went = retry_letter(app, CLERK, letter.id)
        assert "had taken it already" in went.answer
        [(path, body)] = stub.taken
    assert path == "/v2/notifications/letter"
    assert body["postage"] == "second"
    assert "penrose" not in body["reference"]
    assert state(app, letter) is LetterState.SENT


def notify(app: App, stub: NotifyStub, *, template: str = "") -> None:
    key = app.settings.home / "notify.key"
    key.write_text(f"{KEY}\n")
    app.settings = replace(app.settings, notify=NotifySettings(stub.base_url, key, template, "second"))


def test_notify_emails_by_the_councils_template_with_a_link_to_the_pdf(app: App, life: Life) -> None:
    letter = a_draft(life)
    with NotifyStub() as stub:
        notify(app, stub)
        with pytest.raises(MailboxRefused, match="by a template only"):
            send_letter(app, CLERK, letter.id, an_order(app, NOTIFY_EMAIL))
        notify(app, stub, template="2d3c-template")
        stub.refuses = (400, "ValidationError", "email_address is not a valid email address")
        with pytest.raises(MailboxRefused, match="not a valid email"):
            retry_letter(app, CLERK, letter.id)
        stub.refuses = None
        retry_letter(app, CLERK, letter.id)
        [(_, body)] = stub.taken
    assert body["email_address"] == "ann@penrose.example"
    assert body["template_id"] == "2d3c-template"
    assert "Dear Ann Penrose" in body["personalisation"]["body"]
    assert body["personalisation"]["letter"]["filename"] == "letter.pdf"


def test_a_rehearsal_sends_to_no_other_machine(tmp_path: Path) -> None:
    with a_store(tmp_path / "rehearsal", kind=StoreKind.REHEARSAL) as app:
        with pytest.raises(SettingsError, match="no letter goes by e-mail from here"):
            postman(app)
        smtp = SmtpServer("mail.porthmellin.gov.example", 465, "tls", "", None, None, "clerk@porthmellin.gov.example")
        app.settings = replace(app.settings, smtp=smtp)
        with pytest.raises(Refused, match="a rehearsal never sends"):
            postman(app)
