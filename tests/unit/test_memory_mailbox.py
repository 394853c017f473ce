"""The fake behaves as a mail server does."""

from __future__ import annotations

from bot.mailbox.memory import MemoryMailbox
from bot.mailbox.ports import Cursor, Mover, Postman


def read(mailbox: MemoryMailbox, cursors: dict[str, Cursor] | None = None) -> list[tuple[str, bytes]]:
    return [(raw.place.folder, raw.content) for batch in mailbox.new(cursors or {}) for raw, _cursor in batch.messages]


def test_a_moved_message_leaves_its_place_and_is_given_in_the_new_one() -> None:
    mailbox = MemoryMailbox()
    mover: Mover = mailbox
    place = mailbox.arrive(b"letter")
    moved = mover.move(place, "Restricted")
    assert moved is not None
    assert mover.move(place, "Restricted") is None
    assert mover.move(moved, "Restricted") == moved
    assert mailbox.contents("INBOX") == []
    assert mailbox.contents("Nowhere") == []
    assert read(mailbox) == [("Restricted", b"letter")]


def test_a_renumbered_folder_is_read_again_with_a_note() -> None:
    mailbox = MemoryMailbox()
    mailbox.arrive(b"letter")
    [batch] = mailbox.new({})
    cursors = {"INBOX": batch.messages[-1][1]}
    mailbox.renumber("INBOX")
    batches = list(mailbox.new(cursors))
    assert "read again from the start" in batches[0].notes[0]
    assert [raw.content for raw, _cursor in batches[1].messages] == [b"letter"]


def test_it_fits_the_ports() -> None:
    mailbox = MemoryMailbox()
    postman: Postman = mailbox
    assert postman is mailbox
    assert not mailbox.wait(10)
    mailbox.arrive(b"letter")
    assert mailbox.wait(10)
