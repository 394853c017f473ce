"""Whose letters are whose: notices apart from the others, drafts under a legal hold, one pair of hands at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.bootstrap import App
from bot.letters.draft import amend, draft, withdraw
from bot.letters.readers import letter_for, letters_for
from bot.letters.send import EMAIL, POST, Order, queue
from bot.letters.turn import one_pair_of_hands
from bot.posting import retry_letter, send_letter
from bot.work import Actor
from config.settings import SmtpServer
from models.audit import AuditEntry
from models.contact import Contact
from models.customer import Customer
from models.errors import NotAllowed, NotFound, Refused
from models.issue import Issue
from models.letter import Letter, LetterKind, LetterState, find_letter, letter_state, letters_about
from models.message import Channel, Direction
from models.request import Regime
from models.view import Register
from tests.builders import CLERK, NAMED_OFFICER, a_contact, a_customer, a_store
from tests.named import SECOND_CLERK, let_in, name_to
from tests.records import a_request
from tests.servers.smtp import SmtpServer as RealServer

WORDS = {
    "nature": "On 2 March a dog bit the glove of one of our workers.",
    "review_date": "We will look at this again on 2 September 2026.",
}


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    with a_store(tmp_path / "store") as app:
        let_in(app)
        yield app


def a_draft(app: App, ann: Customer, kind: LetterKind, by: Actor = CLERK, **given: Any) -> Letter:
    with app.begin(by) as work:
        return draft(
            work, kind, policy=app.policy, council="Porthmellin", customer=ann, postal_address="1 Quay Row", **given
        )


def a_notice(app: App, ann: Customer) -> Letter:
    name_to(app, Register.CAUTIONARY, CLERK)
    return a_draft(app, ann, LetterKind.CAUTIONARY_NOTICE, passages=WORDS)


# --- notices of cautionary entries ---


def test_a_notice_is_a_letter_that_only_those_named_to_the_register_know_of(app: App, ann: Customer) -> None:
    usual, notice = a_draft(app, ann, LetterKind.MEMBER), a_notice(app, ann)
    with app.look() as session:
        assert [x.id for x in letters_for(session, CLERK, app.seal)] == [usual.id, notice.id]
        for other in (SECOND_CLERK, NAMED_OFFICER):
            assert [x.id for x in letters_for(session, other, app.seal)] == [usual.id]
            with pytest.raises(NotFound) as told:
                letter_for(session, notice.id, other, app.seal)
            with pytest.raises(NotFound) as none:
                letter_for(session, notice.id + 1, other, app.seal)
            assert str(told.value) == str(none.value).replace(str(notice.id + 1), str(notice.id))
        assert letters_about(session, kind=LetterKind.CAUTIONARY_NOTICE) == []


def test_no_verb_touches_a_notice_for_somebody_who_is_not_named(app: App, ann: Customer) -> None:
    notice, order = a_notice(app, ann), Order(POST, "W. Pascoe, Deputy Clerk", app.today)
    for act in (
        lambda work, letter: amend(work, letter, policy=app.policy, subject="Something else"),
        lambda work, letter: withdraw(work, letter),
        lambda work, letter: queue(work, letter, order, policy=app.policy),
    ):
        with pytest.raises(NotFound, match=f"there is no letter {notice.id}"), app.begin(SECOND_CLERK) as work:
            act(work, find_letter(work.session, notice.id))
    with pytest.raises(NotFound, match="there is no letter"):
        send_letter(app, SECOND_CLERK, notice.id, order)
    with pytest.raises(NotFound, match="there is no letter"):
        retry_letter(app, SECOND_CLERK, notice.id)
    with pytest.raises(NotAllowed):
        a_draft(app, ann, LetterKind.CAUTIONARY_NOTICE, SECOND_CLERK, passages=WORDS)


def test_a_notice_belongs_to_no_request_and_the_trail_does_not_say_what_it_is(app: App, ann: Customer) -> None:
    notice = a_notice(app, ann)
    with pytest.raises(Refused, match="belongs to no case"):
        a_draft(app, ann, LetterKind.CAUTIONARY_NOTICE, passages=WORDS, request=a_request(app, Regime.SAR, ann))
    with app.look() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.subject == f"Letter:{notice.id}")).one()
    assert "cautionary" not in str(entry.detail)


# --- in the log ---


@pytest.mark.needs("pdf")
def test_a_letter_on_paper_stands_in_the_log_with_its_matter_and_a_notice_does_not(app: App, ann: Customer) -> None:
    came = a_contact(app, ann, sender="ann@penrose.example")
    with app.begin(CLERK) as work:
        issue = Issue(customer_id=ann.id, title="The lamp", opened_at=work.now)
        work.session.add(issue)
        work.session.flush()
        work.session.get_one(Contact, came.id).issue_id = issue.id
        work.note("contact.file", came)
    letter, notice = a_draft(app, ann, LetterKind.MEMBER, contact=came), a_notice(app, ann)
    for each in (letter, notice):
        send_letter(app, CLERK, each.id, Order(POST, "R. Trelawny, Town Clerk", app.today))
    with app.look() as session:
        (logged,) = session.scalars(select(Contact).where(Contact.direction == Direction.OUT))
        assert (logged.customer_id, logged.channel, logged.nature) == (ann.id, Channel.LETTER, "letter 1: member")
        assert logged.issue_id == issue.id
        assert (logged.body, logged.own) == (letter.body, "")


# --- under a legal hold ---


def changed(app: App, letter: Letter, subject: str) -> Letter:
    with app.begin(CLERK) as work:
        return amend(work, find_letter(work.session, letter.id), policy=app.policy, subject=subject)


def test_a_draft_under_a_legal_hold_is_kept_as_it_was_beside_the_one_in_its_place(app: App, ann: Customer) -> None:
    first = a_draft(app, ann, LetterKind.MEMBER)
    assert changed(app, first, "Before any request").id == first.id
    a_request(app, Regime.SAR, ann)
    second = changed(app, first, "After it")
    assert second.id != first.id
    with app.look() as session:
        kept, now = find_letter(session, first.id), find_letter(session, second.id)
        assert (kept.subject, letter_state(session, kept)) == ("Before any request", LetterState.WITHDRAWN)
        assert (now.subject, now.body, letter_state(session, now)) == ("After it", kept.body, LetterState.DRAFT)
    somebody = a_customer(app, name="Jory Tremayne")
    theirs = a_draft(app, somebody, LetterKind.MEMBER)
    assert changed(app, theirs, "Their own").id == theirs.id


# --- two at once ---


@pytest.mark.needs("pdf")
def test_two_who_take_up_a_letter_at_once_hand_it_over_once(app: App, ann: Customer) -> None:
    letter = a_draft(app, ann, LetterKind.MEMBER)
    answers: list[str] = []

    def take_up() -> None:
        try:
            answers.append(retry_letter(app, CLERK, letter.id).answer)
        except Refused as refused:
            answers.append(str(refused))

    with RealServer("none") as server:
        smtp = SmtpServer(server.host, server.port, "plain", "", None, None, "clerk@porthmellin.gov.example")
        app.settings = replace(app.settings, smtp=smtp)
        with app.begin(CLERK) as work:
            order = Order(EMAIL, "R. Trelawny, Town Clerk", app.today)
            queue(work, find_letter(work.session, letter.id), order, policy=app.policy)
        with one_pair_of_hands(app.engine, letter.id):
            hands = [threading.Thread(target=take_up) for _ in range(2)]
            for each in hands:
                each.start()
            for each in hands:
                each.join(0.3)
            assert server.letters == []
        for each in hands:
            each.join()
        assert len(server.letters) == 1
    assert len(answers) == 2
    assert sum("sent" in answer and "letter show" in answer for answer in answers) == 1


def test_a_letter_that_was_put_in_the_queue_by_hand_does_not_go(app: App, ann: Customer) -> None:
    letter = a_draft(app, ann, LetterKind.MEMBER)
    with app.engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO letter_events (letter_id, kind, on_day, words, recorded_by, recorded_at) VALUES "
            f"({letter.id}, 'queued', '{app.today}', '{Order(POST, 'W. Pascoe', app.today).words()}', 'clerk', "
            f"'{app.today} 12:00:00.000000')"
        )
    with app.look() as session:
        assert letter_state(session, letter) is LetterState.QUEUED
    with pytest.raises(Refused, match="or nobody did"):
        retry_letter(app, CLERK, letter.id)
