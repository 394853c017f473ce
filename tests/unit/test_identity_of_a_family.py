"""One name, one mailbox, several people: the cases in which a restriction would fall on the wrong one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.bootstrap import App
from bot.customers import add_customer
from bot.intake.identify import Identity, identify
from bot.intake.quoting import own_words
from models.contact import Match
from models.message import Address, Message
from tests.builders import CLERK, a_store


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    with a_store(tmp_path / "home") as made:
        with made.begin(CLERK) as work:
            add_customer(
                work,
                name="Hubert Trevose-Lyne",
                reference="C1",
                emails=["htl@millpost.example"],
                phones=["01632 960411"],
                address="The Mill House, 4 Weir Lane, Porthmellin, ZX4 2AB",
            )
        yield made


def told(app: App, name: str, email: str, body: str) -> Identity:
    message = Message(
        sha256="0" * 64,
        size=len(body),
        message_id="one@x.example",
        sender=Address(email, name),
        received_at=datetime(2026, 3, 2, tzinfo=UTC),
        body=body,
        words=own_words(body),
    )
    with app.look() as session:
        return identify(session, message)


def test_a_pet_name_with_the_telephone_on_record_is_suggested(app: App) -> None:
    body = "Six months and counting.\n\nBert Trevose-Lyne\n01632 960411"
    found = told(app, "Bert Trevose-Lyne", "bertie1949@elsewhere.example", body)
    assert (found.match, found.score > 0.5) == (Match.SUGGESTED, True)


def test_a_son_who_says_so_is_not_taken_for_his_father(app: App) -> None:
    body = "My father and I share a name: I live at 40 Station Road.\n\nHubert Trevose-Lyne (junior)"
    assert told(app, "Hubert Trevose-Lyne", "young.htl@elsewhere.example", body).customer_id is None


def test_somebody_elses_name_on_a_persons_own_address_is_not_that_person(app: App) -> None:
    body = "May my reading group have the upper room in May?\n\nDaphne Trevose-Lyne"
    assert told(app, "Daphne Trevose-Lyne", "htl@millpost.example", body).customer_id is None


@pytest.mark.parametrize("words", ["º ª", "ª Penrose", "J ª Penrose", "- -", "\u200b \u200b x"])
def test_a_name_of_signs_that_are_no_letters_is_read_without_harm(app: App, words: str) -> None:
    assert told(app, words, "x@elsewhere.example", f"The lamp is out.\n\n{words}").customer_id is None
