"""A relay's address is nobody's: it never gets on a record, so no restriction can ever hang on it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.intake import relays
from bot.intake.quoting import own_words
from bot.intake.writer import read_writer
from models.message import Address, Message

_words = st.text(alphabet="abcdefghijklmnopqrstuvwxyz", min_size=3, max_size=10)
_hex = st.text(alphabet="0123456789abcdef", min_size=6, max_size=20).map(lambda h: f"4{h}a")
_names = st.lists(_words.map(str.capitalize), min_size=2, max_size=3).map(" ".join)
_relays = st.one_of(
    st.tuples(_words, st.integers(1, 99999), _hex).map(lambda t: f"{t[0]}-{t[1]}-{t[2]}"),
    st.sampled_from(["noreply", "no-reply", "donotreply", "do-not-reply", "webforms", "forms", "website", "notify"]),
)
_lines = st.text(alphabet=st.characters(codec="utf-8"), max_size=200)


def a_form(local: str, site: str, body: str, *, name: str = "", reply_to: str = "") -> Message:
    return Message(
        "0" * 64,
        1,
        "<1@x>",
        Address(f"{local}@{site}.example", name),
        datetime(2026, 1, 5, tzinfo=UTC),
        reply_to=(Address(reply_to),) if reply_to else (),
        body=body,
        words=own_words(body),
    )


@given(_relays, _words, _names, _words, _lines)
def test_whatever_a_form_carries_its_own_address_is_never_the_writers(
    local: str, site: str, name: str, person: str, text: str
) -> None:
    body = f"Name: {name}\nEmail: {person}@post.example\nMessage: {text}"
    message = a_form(local, site, body, name="The site")
    writer = read_writer(message)
    assert relays.is_relay(message)
    assert writer.address == ""
    assert message.sender.email not in writer.answer_to


@given(_relays, _words, _names, _words)
def test_a_relay_that_answers_to_the_writer_gives_the_writers_address_and_no_other(
    local: str, site: str, name: str, person: str
) -> None:
    own = f"{person}@post.example"
    message = a_form(local, site, "The drain is blocked.", name=f"{name} via The Site", reply_to=own)
    writer = read_writer(message)
    assert (writer.address, writer.answer_to) == ("", (own,))
    assert relays.carries_a_person(message)


@given(_relays, _words, _lines)
def test_no_form_is_too_odd_to_be_read(local: str, site: str, text: str) -> None:
    assert f"{local}@{site}.example" not in read_writer(a_form(local, site, text)).answer_to


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("Name: Mary Dunn\nMessage: The bin.", "Mary Dunn"),
        ("Your full name\nMary Dunn\n\nYour message\nThe bin.", "Mary Dunn"),
        ("First name: Mary\nLast name: Dunn\nMessage: The bin.", "Mary Dunn"),
        ("Submitted by: Mary Dunn\n\nThe bin.", "Mary Dunn"),
        ("Mary Dunn has sent you a message through TellThem:\n\nThe bin.", "Mary Dunn"),
    ],
)
def test_who_filled_in_a_form_is_read_from_its_fields(body: str, name: str) -> None:
    found = relays.read(a_form("noreply", "tellthem", body, name="TellThem"))
    assert found is not None
    assert found.name == name
