"""Who a message says has written it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.intake.claims import Source
from bot.intake.relays import is_relay
from bot.intake.writer import Age, read_writer
from models.message import Address, Message, OwnWords


def a_letter(own: str, *, sender: str = "x@post.example", name: str = "", signature: str = "") -> Message:
    body = f"{own}\n{signature}"
    return Message("0" * 64, 1, "<1@x>", Address(sender, name), datetime(2026, 1, 5, tzinfo=UTC), body=body,
                   words=OwnWords(own, signature=signature))  # fmt: skip


def signed(own: str, name: str = "") -> str:
    claim = read_writer(a_letter(own, name=name)).claim(Source.SIGNED)
    return claim.words if claim else ""


@pytest.mark.parametrize(
    ("foot", "words"),
    [
        ("Yours faithfully,\nMary Dunn", "Mary Dunn"),
        ("Regards\nMary Dunn (Mrs), no. 6", "Mary Dunn"),
        ("M. Dunn, Chair\n12 Mill Street", "M. Dunn"),
        ("Mary Dunn\nArtistic Director, Orton Players", "Mary Dunn"),
        ("Mary Dunn\nThe Old Forge", "Mary Dunn"),
        ("Mary (Dunn)", "Mary Dunn"),
        ("Mary x", "Mary"),
        ("mary dunn (16)", "mary dunn"),
        ("M.D.", "M.D"),
        ("The bin is full. Thanks. Mary", "Mary"),
        ("Cancel it.", ""),
        ("Peter Dunn, left in January.\nM. Dunn", "M. Dunn"),
    ],
)
def test_the_name_at_the_foot_is_found_and_a_role_or_a_house_is_not_taken_for_it(foot: str, words: str) -> None:
    assert signed(f"Dear Clerk,\n\nThe drain is blocked again and the lane is under water.\n\n{foot}") == words


def test_whoever_is_thanked_does_not_sign() -> None:
    assert signed("Dear Ruth,\n\nThat is all settled now and the lamp is mended.\n\nThanks Ruth") == ""


@pytest.mark.parametrize(
    ("own", "words"),
    [
        ("Mary Dunn here, from the bowls club.", "Mary Dunn"),
        ("Hello, my name is Mary Dunn and I rent the hall.", "Mary Dunn"),
        ("yo its mary. the bin is full", "mary"),
        ("Hi, I'm Mary's sister and she is in hospital.", ""),
        ("Fire brigade here till five.", ""),
        ("I'm sick of this.", ""),
    ],
)
def test_people_who_say_who_they_are_are_believed_to_say_so(own: str, words: str) -> None:
    claim = read_writer(a_letter(own)).claim(Source.INTRODUCED)
    assert (claim.words if claim else "") == words


def test_a_sister_says_whose_letter_it_is_not() -> None:
    assert read_writer(a_letter("Hi, I'm Mary's sister, she asked me to write.")).someone_elses == ("mary",)


def test_a_son_and_a_father_speak_of_one_another() -> None:
    assert read_writer(a_letter("Dad asked for a ramp in spring.\nIvor (the son)")).speaks_as is Age.YOUNGER
    assert read_writer(a_letter("My lad is away in the week.\nI. Pask")).speaks_as is Age.ELDER
    assert read_writer(a_letter("My dad and my son both ask.\nI. Pask")).speaks_as is Age.UNSAID


def test_telephone_and_address_are_read_from_the_foot_and_the_signature_only() -> None:
    long = "\n".join(f"The lamp number {n} has gone out again in our street." for n in range(20))
    letter = a_letter(
        f"Ring the owner on 01632 960999 about the wall, he never answers.\n{long}\n{long}\nRegards\nMary Dunn",
        signature="01632 960001\n12 Mill Street, Orton, AB1 2CD",
    )
    writer = read_writer(letter)
    assert "01632960001" in writer.phones
    assert writer.postcodes == ("AB1 2CD",)
    assert "12millstreet" in writer.places
    assert writer.written_address == "12 Mill Street, Orton, AB1 2CD"


@pytest.mark.parametrize(
    ("address", "body", "relay"),
    [
        ("request-81223-0a9be41c@asking.example", "Please send the list.\nMary Dunn", True),
        ("mp-1f00aa92bb@tellthem.example", "Sent through TellThem.", True),
        ("request-81223@asking.example", "Please use this e-mail address for all replies to this request.", True),
        ("noreply@forms.example", "Name: Mary Dunn\nEmail: mary@post.example\nMessage: The bin.", True),
        ("mary.dunn1984@post.example", "The bin is full.", False),
        ("ada.face2000@post.example", "The bin is full.", False),
        ("info@quarryband.example", "Could you reply to this message by Friday?", False),
    ],
)
def test_a_relay_is_known_by_its_shape(address: str, body: str, relay: bool) -> None:
    assert is_relay(a_letter(body, sender=address)) is relay


def test_a_relays_address_is_nobodys_and_the_form_names_the_writer() -> None:
    body = "Name: Mary Dunn\nEmail: mary@post.example\nMessage: The bin is full."
    writer = read_writer(a_letter(body, sender="noreply@forms.example", name="Council forms"))
    assert writer.address == ""
    assert writer.answer_to == ("mary@post.example",)
    assert writer.best_name == "Mary Dunn"


@pytest.mark.parametrize("own", ["", "\n\n\n", "x" * 100_000, "\n".join("A" for _ in range(50_000)), "> " * 9_000])
def test_no_letter_is_too_odd_to_be_read(own: str) -> None:
    assert read_writer(a_letter(own)).address == "x@post.example"
