"""Every tests/mail/*.eml beside its twin .py, which says what must come out of it."""

from __future__ import annotations

import runpy
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.intake.parse import parse
from models.message import Message

MAIL = Path(__file__).parent.parent / "mail"
RECEIVED = datetime(2026, 11, 2, 9, 5, tzinfo=UTC)
LETTERS = sorted(MAIL.glob("*.eml"))


def told(message: Message) -> dict[str, object]:
    """The parts of a message that a twin may speak of, in simple values."""
    return {
        "sender": (message.sender.email, message.sender.name),
        "reply_to": [address.email for address in message.reply_to],
        "subject": message.subject,
        "body": message.body,
        "own": message.words.own.strip(),
        "automatic": message.automatic.value if message.automatic else None,
        "attachments": [(one.name, one.content_type, one.text) for one in message.attachments],
        "forwarded": [(inner.sender.email, inner.subject, inner.body) for inner in message.forwarded],
        "problems": message.problems,
    }


@pytest.mark.parametrize("letter", LETTERS, ids=lambda letter: letter.stem)
def test_a_letter_comes_out_as_its_twin_says(letter: Path) -> None:
    expected: dict[str, object] = runpy.run_path(str(letter.with_suffix(".py")))["EXPECTED"]
    found = told(parse(letter.read_bytes(), received_at=RECEIVED, trusted_authservs=frozenset({"mx.council.example"})))
    assert {key: found[key] for key in expected} == expected
    assert found["problems"] == expected.get("problems", ())


def test_every_letter_has_its_twin() -> None:
    assert LETTERS
    assert [letter.name for letter in LETTERS if not letter.with_suffix(".py").exists()] == []
