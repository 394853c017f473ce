"""What is fetched for one message: whom and what it can have to do with, by indexes, however long the log has grown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, text

from bot.bootstrap import App
from bot.mailbox.ports import Place, Raw
from bot.triage import history
from models.case import Stage
from models.customer import Customer
from models.history import History
from models.message import Direction
from tests.builders import NOON, a_customer, a_store, a_warning, merge_of
from tests.steps.test_pipeline import Seen, a_letter, a_line

CARD = (
    "I object to the closing of the ferry steps at Overby. They are the only dry way to the quay for prams and "
    "wheelchairs, and the saving of £4,100 a year is small beside the cost of one accident."
)


@pytest.fixture
def app(tmp_path: Path, database_url: str) -> Iterator[App]:
    with a_store(tmp_path / "home", url=database_url) as made:
        yield made


def comes(app: App, words: str, *, sender: str, at: datetime = NOON, more: tuple[str, ...] = ()) -> History:
    """Take one letter in; what the classifiers were shown beside it."""
    number = next(_numbers)
    seen = Seen()
    letter = a_letter(sender=sender, words=words, more=more, number=number)
    raw = Raw(letter, Place("INBOX", "7", number), Direction.IN, at)
    a_line(app, seen).take(raw, mailbox="main")
    return seen.shown[0][1]


_numbers = (f"n{number}" for number in range(10**6))


def a_person(app: App, name: str, email: str, *, watched: bool = False, **fields: str) -> Customer:
    """On record, found by surname, postcode and place; warned a year ago if watched."""
    customer = a_customer(app, name=name, email=email)
    with app.engine.begin() as connection:
        told = {"surname": name.split()[-1].lower(), **fields}
        columns = ", ".join(f"{column} = :{column}" for column in told)
        connection.execute(text(f"UPDATE customers SET {columns} WHERE id = :id"), {**told, "id": customer.id})
    if watched:
        a_warning(app, customer, stage=Stage.INITIAL, sent_on=(NOON - timedelta(days=300)).date())
    return customer


# --- like letters ----------------------------------------------------------------------------------------------------


def test_a_letter_with_the_same_wording_is_shown_whoever_sent_it(app: App) -> None:
    comes(app, f"{CARD}\nUna Reed", sender="una@reed.example", at=NOON - timedelta(days=5))
    comes(app, "The bins were late again on Tuesday.", sender="pip@reed.example", at=NOON - timedelta(days=4))
    shown = comes(app, f"Dear sir,\nMy lad is in a chair.\n{CARD}\nBo Fenn", sender="bo@fenn.example")
    assert [contact.sender_email for contact in shown.alike] == ["una@reed.example"]


def test_it_is_shown_for_the_recent_weeks_only_unless_its_writer_is_watched(app: App) -> None:
    a_person(app, "Tam Orrey", "tam@orrey.example", watched=True)
    long_ago = NOON - timedelta(days=200)
    comes(app, CARD, sender="Una Reed <una@reed.example>", at=long_ago)
    comes(app, CARD, sender="Tam Orrey <tam@orrey.example>", at=long_ago)
    shown = comes(app, CARD, sender="Bo Fenn <bo@fenn.example>")
    assert [contact.sender_email for contact in shown.alike] == ["tam@orrey.example"]
    assert [contact.sender_email for contact in shown.watched] == ["tam@orrey.example"]
    assert [(person.name, person.watched) for person in shown.people] == [("Tam Orrey", True)]


def test_ones_own_letters_and_those_of_machines_are_not_among_the_like_ones(app: App) -> None:
    comes(app, CARD, sender="bo@fenn.example", at=NOON - timedelta(days=5))
    comes(app, CARD, sender="robot@post.example", at=NOON - timedelta(days=4), more=("Auto-Submitted: auto-replied",))
    shown = comes(app, CARD, sender="bo@fenn.example")
    assert shown.alike == ()
    assert len(shown.own) == 1


def test_of_wording_that_very_many_share_the_first_is_still_shown(app: App) -> None:
    """A campaign goes by the name of its first letter."""
    for number in range(120):
        comes(app, CARD, sender=f"w{number}@reed.example", at=NOON - timedelta(days=10, minutes=-number))
    shown = comes(app, CARD, sender="bo@fenn.example")
    assert shown.alike[0].sender_email == "w0@reed.example"
    assert len(shown.alike) <= history.ALIKE_RECENT


# --- letters that lately name the same thing -------------------------------------------------------------------------

LIDO = ("Please keep our lido open.", "The lido is all I have left, do not shut it.")


def wrote_of_the_lido(app: App, *, days: int = 5) -> None:
    for number, words in enumerate(LIDO):
        comes(app, words, sender=f"w{number}@reed.example", at=NOON - timedelta(days=days - number))


def test_others_letters_that_name_one_thing_are_shown_for_three_weeks(app: App) -> None:
    a_person(app, "Tam Orrey", "tam@orrey.example", watched=True)
    comes(app, "Do not touch the lido.", sender="early@reed.example", at=NOON - timedelta(days=30))
    comes(app, "Save the lido!", sender="Tam Orrey <tam@orrey.example>", at=NOON - timedelta(days=6))
    wrote_of_the_lido(app)
    shown = comes(app, "I swim in the lido.", sender="Bo Fenn <bo@fenn.example>")
    assert [contact.sender_email for contact in shown.lately] == ["w0@reed.example", "w1@reed.example"]


def test_what_is_always_written_about_is_nothing_sudden(app: App) -> None:
    for number in range(6):
        comes(app, f"The lido, {number}.", sender=f"v{number}@reed.example", at=NOON - timedelta(days=60 - number))
    wrote_of_the_lido(app)
    assert comes(app, "I swim in the lido.", sender="Bo Fenn <bo@fenn.example>").lately == ()


def test_an_answer_is_held_beside_no_such_letters(app: App) -> None:
    wrote_of_the_lido(app)
    more = ("In-Reply-To: <out-1@council.example>",)
    assert comes(app, "I swim in the lido.", sender="bo@fenn.example", more=more).lately == ()


# --- people ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        "Mr Orrey has asked me to write.",
        "Tam asked me to write.",
        "Ring him on 01632 960777.",
        "He lives at 3 Weir Lane you know.",
        "His postcode is PM1 2AB as ever.",
        "Answer to tam@orrey.example please.",
    ],
)
def test_whoever_is_watched_and_named_comes_into_question(app: App, words: str) -> None:
    tam = a_person(app, "Tam Orrey", "tam@orrey.example", watched=True, postcode="PM1 2AB", place="3weirlane")
    with app.engine.begin() as connection:
        point = (
            "UPDATE contact_points SET kind = 'telephone', value = '01632960777', domain = '' WHERE customer_id = :id"
        )
        if "01632" in words:
            connection.execute(text(point), {"id": tam.id})
    shown = comes(app, words, sender="Bo Fenn <bo@fenn.example>")
    assert [person.customer for person in shown.people] == [tam.id]


def test_a_colleague_comes_into_question_and_a_provider_s_other_customer_does_not(app: App) -> None:
    tam = a_person(app, "Tam Orrey", "tam@mill.example", watched=True)
    assert [p.customer for p in comes(app, "A lamp.", sender="Bo Fenn <bo@mill.example>").people] == [tam.id]
    for number in range(12):
        a_person(app, "Ruth Elm", f"r{number}@mill.example")
    assert comes(app, "A bin.", sender="Bo Fenn <bo@mill.example>").people == ()


def test_whoever_is_watched_and_not_pointed_to_does_not_come_into_question(app: App) -> None:
    a_person(app, "Tam Orrey", "tam@orrey.example", watched=True)
    comes(app, "The sluice again.", sender="Tam Orrey <tam@orrey.example>", at=NOON - timedelta(days=2))
    shown = comes(app, "Where do I get a second bin?", sender="Bo Fenn <bo@fenn.example>")
    assert (shown.people, shown.watched, shown.recent, shown.alike) == ((), (), (), ())


def test_whoever_writes_for_somebody_unnamed_is_held_against_all_who_are_watched(app: App) -> None:
    tam = a_person(app, "Tam Orrey", "tam@orrey.example", watched=True)
    a_person(app, "Fern Oake", "fern@oake.example")
    comes(app, "The sluice again.", sender="Tam Orrey <tam@orrey.example>", at=NOON - timedelta(days=2))
    shown = comes(app, "A neighbour is only allowed to write to you, so I said I would.", sender="Bo <bo@fenn.example>")
    assert [person.customer for person in shown.people] == [tam.id]
    assert [contact.customer for contact in shown.watched] == [tam.id]


def test_a_person_with_merged_records_is_one_and_has_all_their_letters(app: App) -> None:
    tam = a_person(app, "Tam Orrey", "tam@orrey.example", watched=True)
    other = a_person(app, "Thomas Orrey", "thomas@orrey.example")
    comes(app, "The sluice, says T. Orrey.", sender="Thomas Orrey <thomas@orrey.example>", at=NOON - timedelta(days=2))
    merge_of(app, other, into=tam)
    shown = comes(app, "Mr Orrey has asked me to write.", sender="Bo Fenn <bo@fenn.example>")
    assert [(person.customer, len(person.emails)) for person in shown.people] == [(tam.id, 2)]
    assert [contact.customer for contact in shown.watched] == [tam.id]


# --- a long log ------------------------------------------------------------------------------------------------------


def test_of_a_very_long_log_what_bears_on_the_message_is_shown(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "OWN_IN_FULL", 3)
    bo, start = "Bo Fenn <bo@fenn.example>", NOON - timedelta(days=300)
    comes(app, CARD, sender=bo, at=start)
    comes(app, "It rains into the hall.", sender=bo, at=start + timedelta(days=1))
    for day in range(2, 8):
        comes(app, f"Number {day} has no lid on its bin.", sender=bo, at=start + timedelta(days=day))
    shown = comes(app, f"Once more: {CARD}", sender=bo)
    said = [contact.own.strip() for contact in shown.own]
    assert said[0] == CARD
    assert said[-3:] == [f"Number {day} has no lid on its bin." for day in (5, 6, 7)]
    assert "It rains into the hall." not in said


# --- indexes ---------------------------------------------------------------------------------------------------------

LARGE = ("contacts", "customers", "contact_points", "prints", "raw_mail", "sightings", "recipients", "attachments",
         "findings", "issues", "queue_items", "flags", "audit_entries", "merges", "shunts")  # fmt: skip


def test_no_query_for_one_message_walks_through_a_table_that_grows(tmp_path: Path) -> None:
    """By SQLite's own plan of each: a test of the clock would depend on the machine."""
    with a_store(tmp_path / "home") as app:
        tam = a_person(app, "Tam Orrey", "tam@orrey.example", watched=True, postcode="PM1 2AB", place="3weirlane")
        merge_of(app, a_person(app, "Thomas Orrey", "thomas@orrey.example"), into=tam)
        for day in (3, 2):
            comes(app, CARD, sender="Tam Orrey <tam@orrey.example>", at=NOON - timedelta(days=day))
        asked: list[tuple[str, object]] = []

        def note(connection: Connection, cursor: object, statement: str, parameters: object, *_: object) -> None:
            asked.append((statement, parameters))

        event.listen(app.engine, "before_cursor_execute", note)
        words = f"Tam Orrey of 3 Weir Lane, PM1 2AB, 01632 960777, has asked me to write. {CARD}\nBo Fenn\n1 Quay Row"
        more = ("In-Reply-To: <one@x.example>", "References: <two@x.example>")
        for _ in range(2):
            comes(app, words, sender="Bo Fenn <bo@fenn.example>", more=more)
        event.remove(app.engine, "before_cursor_execute", note)
        reads = [(statement, parameters) for statement, parameters in asked if statement.startswith(("SELECT", "WITH"))]
        assert len(reads) > 20
        walked = {
            f"{step}: {statement}" for statement, parameters in reads for step in _walks(app, statement, parameters)
        }
    assert not walked, "\n".join(sorted(walked))


def _walks(app: App, statement: str, parameters: object) -> list[str]:
    """The steps of a query's plan that read a whole large table; the last entry of a table by its key is no walk."""
    with app.engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)  # type: ignore[call-overload]
        steps = [str(row[3]) for row in plan]
    last_only = "ORDER BY audit_entries.id DESC" in statement and "LIMIT" in statement
    walks = [step for step in steps if re.match(rf"SCAN (?:{'|'.join(LARGE)})\b", step)]
    return [] if last_only else walks
