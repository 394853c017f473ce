"""A few of every kind in tests/mail/hostile.py: nothing raises, nothing is beyond what can be stored and shown."""

from __future__ import annotations

import runpy
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.intake.limits import Limits
from bot.intake.parse import BROKE_THE_READER, parse
from models.message import Message

HOSTILE = runpy.run_path(str(Path(__file__).parent.parent / "mail" / "hostile.py"))
RECEIVED = datetime(2026, 11, 2, 9, 5, tzinfo=UTC)
LETTERS: list[tuple[str, bytes]] = list(HOSTILE["hostile"](135))
KINDS = sorted({name.partition("-")[2] for name, _ in LETTERS})


def read(content: bytes) -> Message:
    return parse(content, received_at=RECEIVED, trusted_authservs=frozenset({"mx.council.example"}))


def texts(message: Message) -> Iterator[str]:
    yield from (message.subject, message.body, message.message_id, message.in_reply_to, message.sender.name)
    yield from (message.words.own, message.words.quoted, message.words.signature, message.words.disclaimer)
    yield from message.references
    for address in (message.sender, *message.recipients, *message.reply_to):
        yield from (address.email, address.name)
    for attachment in message.attachments:
        yield from (attachment.name, attachment.content_type, attachment.text)
    for inner in message.forwarded:
        yield from texts(inner)


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_mail_is_read_and_can_be_stored(kind: str) -> None:
    limits = Limits()
    for _, content in (letter for letter in LETTERS if letter[0].endswith(f"-{kind}")):
        message = read(content)
        assert BROKE_THE_READER not in message.problems
        assert message.size == len(content)
        assert len(message.body) <= limits.body_chars
        assert len(message.attachments) <= limits.parts
        for text in texts(message):
            assert "\x00" not in text
            text.encode("utf-8")


def test_the_same_thousand_letters_are_made_every_time() -> None:
    make = HOSTILE["hostile"]
    assert [name for name, _ in make(50)] == [name for name, _ in make(50)]
    assert list(make(20)) == list(make(20))


def test_a_letter_is_read_even_where_its_head_is_bad() -> None:
    letters = [content for name, content in LETTERS if "brackets_in_from" in name or "several_senders" in name]
    assert all("street" in message.body or message.body for message in map(read, letters))
    assert len(letters) == 6
