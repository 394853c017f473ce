"""One message through the first steps: kept, logged once, examined, queued; or put where a person sees it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot import queue
from bot.bootstrap import App, council_of, is_final
from bot.intake.keep import cursors, shunted
from bot.intake.parse import parse
from bot.mailbox.ports import Cursor, Place, Raw
from bot.pipeline import Pipeline, Taken
from bot.work import SERVICE
from classifiers.base import Classifier
from models.contact import Contact, Match, RawMail, Sighting, contacts_of
from models.customer import Customer
from models.finding import About, Finding
from models.history import History
from models.message import Direction, Message
from models.queue import FlagKind, Lane, Outcome, flags_of
from tests.builders import NAMED_OFFICER, a_customer, a_restriction, a_store, warned

WHEN = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def app(tmp_path: Path, database_url: str) -> Iterator[App]:
    with a_store(tmp_path / "home", url=database_url, at=datetime(2026, 3, 2, 12, tzinfo=UTC)) as made:
        yield made


@dataclass
class Seen:
    """A classifier that says what the test tells it, and remembers what it was shown."""

    says: list[Finding] = field(default_factory=list)
    breaks: bool = False
    shown: list[tuple[Message, History]] = field(default_factory=list)
    name: str = "seen"
    version: str = "1"

    def look(self, message: Message, history: History) -> list[Finding]:
        if self.breaks:
            raise RuntimeError("a classifier that breaks")
        self.shown.append((message, history))
        return self.says


class InThisProcess:
    def parse(self, content: bytes, *, received_at: datetime) -> Message:
        return parse(content, received_at=received_at, trusted_authservs=frozenset({"mx.porthmellin.gov.example"}))


def a_line(app: App, *classifiers: Classifier) -> Pipeline:
    return Pipeline(
        begin=lambda: app.begin(SERVICE),
        reader=InThisProcess(),
        classifiers=classifiers,
        final_answer=is_final,
        policy=app.policy,
        council=council_of(app),
    )


def a_letter(
    *, sender: str, words: str = "The lamp by the slipway is out.", more: Sequence[str] = (), number: str = "one"
) -> bytes:
    head = [
        f"From: {sender}",
        "To: clerk@porthmellin.gov.example",
        "Subject: The lamp",
        f"Message-ID: <{number}@x.example>",
    ]
    return "\r\n".join([*head, *more, "", words, ""]).encode()


def as_raw(content: bytes, *, folder: str = "INBOX", uid: int = 1, direction: Direction = Direction.IN) -> Raw:
    return Raw(content, Place(folder, "7", str(uid)), direction, WHEN)


def log(app: App) -> list[Contact]:
    with app.look() as session:
        return contacts_of(session, None)


def number_of(app: App, record: type[RawMail] | type[Sighting]) -> int:
    with app.look() as session:
        return session.scalar(select(func.count()).select_from(record)) or 0


def test_the_same_bytes_are_one_contact_however_often_and_wherever_they_are_met(app: App) -> None:
    line, letter = a_line(app), a_letter(sender="Jenifer Penrose <jenifer@penrose.example>")
    assert line.take(as_raw(letter), mailbox="main") is Taken.RECORDED
    assert line.take(as_raw(letter, folder="Archive", uid=9), mailbox="main") is Taken.KNOWN
    assert line.take(as_raw(letter), mailbox="main") is Taken.KNOWN
    assert len(log(app)) == 1
    assert number_of(app, Sighting) == 2


def test_a_message_id_written_by_the_sender_decides_nothing(app: App) -> None:
    line = a_line(app)
    line.take(as_raw(a_letter(sender="jenifer@penrose.example", words="first")), mailbox="main")
    line.take(as_raw(a_letter(sender="jenifer@penrose.example", words="second"), uid=2), mailbox="main")
    assert [c.own.strip() for c in log(app)] == ["first", "second"]


def test_the_cursor_is_saved_with_the_contact_and_never_moves_back(app: App) -> None:
    line = a_line(app)
    for uid in (5, 3):
        letter = a_letter(sender="jenifer@penrose.example", words=f"number {uid}")
        line.take(as_raw(letter, uid=uid), mailbox="main", cursor=Cursor("INBOX", "7", uid))
    with app.look() as session:
        assert cursors(session, "main") == {"INBOX": Cursor("INBOX", "7", 5)}


def test_a_message_that_breaks_a_classifier_is_kept_whole_and_waits_for_a_person(app: App) -> None:
    letter = a_letter(sender="jenifer@penrose.example")
    line = a_line(app, Seen(breaks=True))
    assert line.take(as_raw(letter), mailbox="main", cursor=Cursor("INBOX", "7", 1)) is Taken.SHUNTED
    assert log(app) == []
    with app.look() as session:
        (item,) = queue.waiting(session)
        assert (item.lane, item.contact_id) == (Lane.URGENT, None)
        assert session.scalars(select(RawMail)).one().content == letter
        assert cursors(session, "main")["INBOX"].uid == 1


def test_the_next_message_goes_on_after_one_that_breaks(app: App) -> None:
    a_line(app, Seen(breaks=True)).take(as_raw(a_letter(sender="a@penrose.example")), mailbox="main")
    line = a_line(app, Seen())
    assert (
        line.take(as_raw(a_letter(sender="b@penrose.example", words="and mine?"), uid=2), mailbox="main")
        is Taken.RECORDED
    )


def test_a_shunted_message_is_not_taken_again_by_itself_but_can_be_taken_up(app: App) -> None:
    letter = a_letter(sender="jenifer@penrose.example")
    a_line(app, Seen(breaks=True)).take(as_raw(letter), mailbox="main")
    mended = a_line(app, Seen())
    assert mended.take(as_raw(letter), mailbox="main") is Taken.KNOWN
    with app.look() as session:
        (shunt,) = shunted(session)
    mended.retry(shunt.id)
    assert len(log(app)) == 1
    with app.look() as session:
        assert shunted(session) == []


def test_an_unknown_sender_becomes_a_customer_and_is_known_the_next_time(app: App) -> None:
    line = a_line(app)
    line.take(as_raw(a_letter(sender="Jenifer Penrose <jenifer@penrose.example>")), mailbox="main")
    again = a_letter(sender="Jenifer Penrose <jenifer@penrose.example>", words="And still.")
    line.take(as_raw(again, uid=2), mailbox="main")
    first, second = log(app)
    assert first.match is Match.UNKNOWN
    assert second.match is Match.CERTAIN
    assert first.customer_id == second.customer_id is not None


def test_the_councils_reply_is_history_of_the_customer_it_answers(app: App) -> None:
    line, seen = a_line(app), Seen()
    line.take(as_raw(a_letter(sender="Jenifer Penrose <jenifer@penrose.example>")), mailbox="main")
    reply = (
        b"From: clerk@porthmellin.gov.example\r\nTo: jenifer@penrose.example\r\nSubject: Re: The lamp\r\n"
        b"In-Reply-To: <one@x.example>\r\n\r\nThe Council considered this on 3 March and resolved not to replace the "
        b"lamp. I am sorry to disappoint you, but this is our final answer.\r\n"
    )
    line.take(as_raw(reply, folder="Sent", direction=Direction.OUT), mailbox="main")
    line = a_line(app, seen)
    line.take(as_raw(a_letter(sender="Jenifer Penrose <jenifer@penrose.example>", words="Why?"), uid=3), mailbox="main")
    _, history = seen.shown[0]
    assert [(p.direction, p.final_answer) for p in history.own] == [(Direction.IN, False), (Direction.OUT, True)]


@pytest.mark.parametrize(
    ("to", "whose"), [("jenifer@penrose.example", "Jenifer Penrose"), ("ivor@pask.example", "Ivor Pask"),
                      ("who@nowhere.example", "Jenifer Penrose")],
)  # fmt: skip
def test_what_the_council_writes_in_somebodys_thread_is_logged_with_whomever_it_went_to(
    app: App, to: str, whose: str
) -> None:
    line = a_line(app)
    for uid, name in enumerate(("Jenifer Penrose <jenifer@penrose.example>", "Ivor Pask <ivor@pask.example>"), 1):
        line.take(as_raw(a_letter(sender=name, number=str(uid)), uid=uid), mailbox="main")
    reply = (
        f"From: clerk@porthmellin.gov.example\r\nTo: {to}\r\nSubject: Re: The lamp\r\n"
        "In-Reply-To: <1@x.example>\r\n\r\nIt is to be mended.\r\n"
    ).encode()
    line.take(as_raw(reply, uid=3, folder="Sent", direction=Direction.OUT), mailbox="main")
    with app.look() as session:
        assert session.get_one(Customer, log(app)[-1].customer_id).name == whose


def test_the_councils_reply_that_names_no_message_is_filed_by_its_subject_and_another_letter_is_not(app: App) -> None:
    line = a_line(app, Seen(says=[Finding(About.RELATION, "new_issue", 0.9, "seen 1")]))
    line.take(as_raw(a_letter(sender="Jenifer Penrose <jenifer@penrose.example>")), mailbox="main")
    head = b"From: clerk@porthmellin.gov.example\r\nTo: jenifer@penrose.example\r\nSubject: "
    for uid, subject in ((2, b"RE: The lamp"), (3, b"Re: Your rates"), (4, b"The lamp")):
        raw = as_raw(
            head + subject + b"\r\n\r\nIt is to be mended.\r\n", uid=uid, folder="Sent", direction=Direction.OUT
        )
        line.take(raw, mailbox="main")
    asked, *answers = log(app)
    assert asked.issue_id is not None
    assert [contact.issue_id for contact in answers] == [asked.issue_id, None, None]


def test_a_finding_raises_a_flag_and_changes_nobodys_state(app: App) -> None:
    insult = Finding(About.ABUSE, "insult", 0.9, "seen 1")
    a_line(app, Seen(says=[insult])).take(as_raw(a_letter(sender="jenifer@penrose.example")), mailbox="main")
    (contact,) = log(app)
    with app.look() as session:
        assert [f.kind for f in flags_of(session, contact.id)] == [FlagKind.ABUSE]
        (item,) = queue.waiting(session)
        assert item.lane is Lane.NAMED_OFFICER
    assert contact.restricted_by is None


def test_a_restricted_senders_mail_always_waits_for_the_named_officer_and_must_be_attested(app: App) -> None:
    customer = warned(app, a_customer(app, email="jenifer@penrose.example"))
    restriction = a_restriction(app, customer, starts_on=date(2026, 3, 2))
    thanks = Finding(About.KIND, "thanks", 0.99, "seen 1")
    a_line(app, Seen(says=[thanks])).take(
        as_raw(a_letter(sender="Jenifer Penrose <jenifer@penrose.example>", words="Thank you.")), mailbox="main"
    )
    (contact,) = log(app)
    assert contact.restricted_by == restriction.id
    with app.look() as session:
        (item,) = queue.waiting(session)
    assert (item.lane, item.must_attest) == (Lane.NAMED_OFFICER, True)


def test_mail_received_before_a_restriction_began_is_not_bound_by_it(app: App) -> None:
    customer = warned(app, a_customer(app, email="jenifer@penrose.example"))
    a_restriction(app, customer, starts_on=date(2026, 3, 3))
    a_line(app).take(as_raw(a_letter(sender="Jenifer Penrose <jenifer@penrose.example>")), mailbox="main")
    (contact,) = log(app)
    assert contact.restricted_by is None


def test_a_forged_sender_is_bound_by_nobodys_restriction(app: App) -> None:
    customer = warned(app, a_customer(app, email="jenifer@penrose.example"))
    a_restriction(app, customer, starts_on=date(2026, 3, 2))
    forged = Finding(About.FORGED, "forged", 0.9, "seen 1")
    a_line(app, Seen(says=[forged])).take(
        as_raw(a_letter(sender="Jenifer Penrose <jenifer@penrose.example>")), mailbox="main"
    )
    (contact,) = log(app)
    assert contact.restricted_by is None
    assert contact.match is not Match.CERTAIN


def test_an_automatic_answer_is_logged_makes_no_customer_and_waits_for_nobody(app: App) -> None:
    away = a_letter(sender="someone@elsewhere.example", words="I am away.", more=["Auto-Submitted: auto-replied"])
    a_line(app).take(as_raw(away), mailbox="main")
    (contact,) = log(app)
    assert (contact.match, contact.customer_id) == (Match.NOBODY, None)
    with app.look() as session:
        assert queue.waiting(session) == []


def test_an_automatic_answer_that_speaks_of_self_harm_still_reaches_a_person(app: App) -> None:
    away = a_letter(sender="someone@elsewhere.example", words="...", more=["Auto-Submitted: auto-replied"])
    risk = Finding(About.RISK, "self_harm", 0.9, "seen 1")
    a_line(app, Seen(says=[risk])).take(as_raw(away), mailbox="main")
    with app.look() as session:
        (item,) = queue.waiting(session)
    assert item.lane is Lane.URGENT


def test_a_shunted_message_that_still_breaks_the_program_stays_on_the_shunt(app: App) -> None:
    broken = a_line(app, Seen(breaks=True))
    broken.take(as_raw(a_letter(sender="jenifer@penrose.example")), mailbox="main")
    with app.look() as session:
        (shunt,) = shunted(session)
    assert broken.retry(shunt.id) is Taken.SHUNTED
    with app.look() as session:
        assert [s.id for s in shunted(session)] == [shunt.id]


def test_mail_between_the_councils_own_people_is_logged_as_nobodys(app: App) -> None:
    note = a_letter(sender="Deputy <deputy@porthmellin.gov.example>", words="Can you look at the lamp?")
    a_line(app).take(as_raw(note), mailbox="main")
    (contact,) = log(app)
    assert (contact.direction, contact.match, contact.customer_id) == (Direction.IN, Match.NOBODY, None)


def test_a_form_on_the_councils_own_site_is_a_resident_who_writes(app: App) -> None:
    words = "Name: Olwen Hask\r\nEmail: olwen@hask.example\r\nMessage: The lamp by the slipway is out."
    a_line(app).take(as_raw(a_letter(sender="noreply@porthmellin.gov.example", words=words)), mailbox="main")
    (contact,) = log(app)
    assert contact.match is not Match.NOBODY
    with app.look() as session:
        customer = session.get_one(Customer, contact.customer_id)
        assert customer.name == "Olwen Hask"
        assert "noreply@porthmellin.gov.example" not in {p.value for p in customer.points}


def test_what_somebody_restricted_may_have_written_waits_for_the_named_officer(app: App) -> None:
    customer = a_customer(app, name="Jenifer Penrose", email="jenifer@penrose.example")
    a_restriction(app, customer, starts_on=date(2026, 3, 2))
    words = "It rained.\r\n\r\nKit Oddie"
    a_line(app).take(as_raw(a_letter(sender="Kit Oddie <jenifer@penrose.example>", words=words)), mailbox="main")
    (contact,) = log(app)
    assert contact.restricted_by is None
    with app.look() as session:
        (item,) = queue.waiting(session)
        assert item.lane is Lane.NAMED_OFFICER
        assert any("under a restriction" in reason for reason in item.reasons)


def test_what_a_wife_writes_from_her_own_address_does_not_wait_for_her_husbands_restriction(app: App) -> None:
    a_restriction(app, a_customer(app, name="Carl Penrose", email="carl@penrose.example"), starts_on=date(2026, 3, 2))
    a_customer(app, name="Jenifer Penrose", email="jenifer@penrose.example")
    letter = a_letter(sender="Jenifer Penrose <jenifer@penrose.example>", words="Thank you.\r\n\r\nJenifer")
    a_line(app).take(as_raw(letter), mailbox="main")
    with app.look() as session:
        assert list(queue.waiting(session)) == []


def test_who_writes_for_somebody_in_question_waits_for_the_named_officer_though_no_flag_is_raised(app: App) -> None:
    acts = Finding(About.ASSOCIATE, "representative", 0.3, "seen 1")
    letter = a_letter(sender="Olwen Hask <o@hasklaw.example>", words="May we have a reply?")
    a_line(app, Seen(says=[acts])).take(as_raw(letter), mailbox="main")
    with app.look() as session:
        (item,) = queue.waiting(session)
        assert item.lane is Lane.NAMED_OFFICER
        assert flags_of(session, item.contact_id or 0) == []


def test_what_goes_on_with_a_request_that_must_be_answered_waits_though_nothing_in_it_is_flagged(app: App) -> None:
    def takes(number: str, *says: Finding) -> None:
        letter = a_letter(sender="Olwen Hask <o@hask.example>", words=f"The map, page {number}.", number=number)
        a_line(app, Seen(says=list(says))).take(as_raw(letter, uid=int(number)), mailbox="main")

    def goes_on(contact: int) -> Finding:
        return Finding(About.RELATION, "follow_up", 0.9, "seen 1", contact=contact)

    known = a_customer(app, email="o@hask.example", name="Olwen Hask")
    takes("1", Finding(About.RELATION, "new_issue", 0.9, "seen 1"), Finding(About.KIND, "foi", 0.9, "seen 1"))
    takes("2", goes_on(1))
    takes("3", goes_on(2))
    takes("4", Finding(About.RELATION, "new_issue", 0.9, "seen 1"))
    takes("5", goes_on(4))
    with app.look() as session:
        reasons = {item.contact_id: item.reasons for item in queue.waiting(session)}
    told = "goes on with a review, or with a request that the law has answered in time"
    assert {number for number, told_ in reasons.items() if told in told_} == {2, 3}
    assert 5 not in reasons
    assert {contact.customer_id for contact in log(app)} == {known.id}
    with app.begin(NAMED_OFFICER) as work:
        item = next(item for item in queue.waiting(work.session) if item.contact_id == 1)
        flag = next(flag for flag in flags_of(work.session, 1) if flag.kind is FlagKind.STATUTORY)
        queue.rule(work, item, outcome=Outcome.OVERRULE, flag=flag, reason="asks for nothing that is recorded")
    takes("6", goes_on(3))
    with app.look() as session:
        assert 6 not in {item.contact_id for item in queue.waiting(session)}
