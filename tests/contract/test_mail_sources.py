"""What every mail source promises, tried on each of them: a real IMAP server, files of three kinds, and the fake."""

from __future__ import annotations

import itertools
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from bot.mailbox.folders import EmlSource, MaildirSource, MboxSource
from bot.mailbox.imap import ImapSettings, ImapSource
from bot.mailbox.memory import MemoryMailbox
from bot.mailbox.ports import Cursor, MailSource, Raw
from models.message import Direction
from tests.conftest import Account

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
_numbers = itertools.count(1)


def a_letter(text: str = "The gate is off its hinge.", *, when: datetime = MONDAY) -> bytes:
    """Different each time, with what a mail server writes on top."""
    number = next(_numbers)
    return (
        f"Received: from relay.elsewhere.example by mx.council.example; {format_datetime(when)}\r\n"
        f"From: Ann Other <ann@elsewhere.example>\r\nTo: clerk@council.example\r\nSubject: Letter {number}\r\n"
        f"Message-ID: <{number}@elsewhere.example>\r\n\r\n{text}\r\n"
    ).encode()


class Mailbox(ABC):
    """A place where mail arrives, and the source that reads it."""

    source: MailSource

    @abstractmethod
    def put(self, content: bytes, *, when: datetime = MONDAY) -> None: ...

    @abstractmethod
    def put_sent(self, content: bytes, *, when: datetime = MONDAY) -> None: ...


class OnImap(Mailbox):
    def __init__(self, account: Account) -> None:
        self.account = account
        server = account.server
        self.source = ImapSource(
            "clerk",
            ImapSettings(
                host=server.host,
                port=server.imaps_port,
                user=account.name,
                password=account.password,
                ca_file=server.ca_file,
                most_messages=3,
            ),
            sleep=lambda _seconds: None,
        )

    def put(self, content: bytes, *, when: datetime = MONDAY) -> None:
        self.account.append("INBOX", content, when)

    def put_sent(self, content: bytes, *, when: datetime = MONDAY) -> None:
        self.account.append("Sent", content, when)


class OnMaildir(Mailbox):
    def __init__(self, root: Path) -> None:
        self.root = root / "Maildir"
        for box in (self.root, self.root / ".Sent"):
            for part in ("cur", "new", "tmp"):
                (box / part).mkdir(parents=True)
        self.source = MaildirSource(self.root, most_messages=3, sleep=lambda _seconds: None)

    def put(self, content: bytes, *, when: datetime = MONDAY) -> None:
        self._deliver(self.root, content, when)

    def put_sent(self, content: bytes, *, when: datetime = MONDAY) -> None:
        self._deliver(self.root / ".Sent", content, when)

    def _deliver(self, box: Path, content: bytes, when: datetime) -> None:
        name = f"{int(when.timestamp())}.M{next(_numbers)}P1.host"
        (box / "tmp" / name).write_bytes(content)
        (box / "tmp" / name).rename(box / "new" / name)


class OnEml(Mailbox):
    def __init__(self, root: Path) -> None:
        self.root = root / "letters"
        (self.root / "Sent Items").mkdir(parents=True)
        self.source = EmlSource(self.root, most_messages=3, sleep=lambda _seconds: None)

    def put(self, content: bytes, *, when: datetime = MONDAY) -> None:
        # Names that run backwards: the order must come from the letters.
        (self.root / f"{1_000_000 - next(_numbers)}.eml").write_bytes(content)

    def put_sent(self, content: bytes, *, when: datetime = MONDAY) -> None:
        (self.root / "Sent Items" / f"{next(_numbers)}.eml").write_bytes(content)


class OnMbox(Mailbox):
    def __init__(self, root: Path) -> None:
        self.path = root / "archive"
        self.path.touch()
        self.source = MboxSource(
            self.path,
            which_way=lambda _folder, content: Direction.OUT if b"From: Clerk" in content else Direction.IN,
            most_messages=3,
            sleep=lambda _seconds: None,
        )

    def put(self, content: bytes, *, when: datetime = MONDAY) -> None:
        separator = f"From ann@elsewhere.example {when:%a %b %e %H:%M:%S %Y}\n".encode()
        with self.path.open("ab") as file:
            file.write(separator + content.replace(b"\nFrom ", b"\n>From ") + b"\n")

    def put_sent(self, content: bytes, *, when: datetime = MONDAY) -> None:
        self.put(content.replace(b"From: Ann Other <ann@elsewhere.example>", b"From: Clerk <clerk@council.example>"))


class InMemory(Mailbox):
    def __init__(self) -> None:
        self.source = self.box = MemoryMailbox(most_messages=3)

    def put(self, content: bytes, *, when: datetime = MONDAY) -> None:
        self.box.arrive(content, when=when)

    def put_sent(self, content: bytes, *, when: datetime = MONDAY) -> None:
        self.box.arrive(content, folder="Sent", when=when)


FILES: dict[str, Callable[[Path], Mailbox]] = {"maildir": OnMaildir, "eml": OnEml, "mbox": OnMbox}


@pytest.fixture(params=["imap", "maildir", "eml", "mbox", "memory"])
def mailbox(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Mailbox]:
    kind: str = request.param
    if kind == "imap":
        made: Mailbox = OnImap(request.getfixturevalue("account"))
    else:
        made = InMemory() if kind == "memory" else FILES[kind](tmp_path)
    yield made
    made.source.close()


def read(source: MailSource, cursors: dict[str, Cursor] | None = None) -> list[tuple[Raw, Cursor]]:
    return [pair for batch in source.new(cursors or {}) for pair in batch.messages]


def contents(pairs: list[tuple[Raw, Cursor]]) -> list[bytes]:
    return [raw.content for raw, _cursor in pairs]


def saved(pairs: list[tuple[Raw, Cursor]]) -> dict[str, Cursor]:
    return {cursor.folder: cursor for _raw, cursor in pairs}


def test_an_empty_mailbox_gives_nothing_and_has_nothing_wrong(mailbox: Mailbox) -> None:
    assert read(mailbox.source) == []
    assert mailbox.source.check() == []


def test_a_message_is_given_with_its_very_bytes_its_way_and_its_time(mailbox: Mailbox) -> None:
    letter = a_letter("Caf\u00e9, please.\r\n\r\nFrom here the lane is dark.").replace(b"\xc3\xa9", b"\xe9")
    mailbox.put(letter)
    [(raw, _cursor)] = read(mailbox.source)
    assert raw.content == letter
    assert raw.direction is Direction.IN
    assert raw.server_time == MONDAY
    assert raw.server_time.utcoffset() == timedelta(0)


def test_what_the_council_sent_is_outgoing(mailbox: Mailbox) -> None:
    mailbox.put_sent(a_letter())
    [(raw, _cursor)] = read(mailbox.source)
    assert raw.direction is Direction.OUT


def test_nothing_is_given_again_once_its_cursor_is_saved(mailbox: Mailbox) -> None:
    for _ in range(4):
        mailbox.put(a_letter())
    first = read(mailbox.source)
    assert len(first) == 4
    assert read(mailbox.source, saved(first)) == []


def test_later_mail_is_given_without_the_earlier(mailbox: Mailbox) -> None:
    mailbox.put(a_letter())
    first = read(mailbox.source)
    letter = a_letter()
    mailbox.put(letter)
    assert contents(read(mailbox.source, saved(first))) == [letter]


def test_mail_comes_oldest_first(mailbox: Mailbox) -> None:
    times = [MONDAY + timedelta(days=day) for day in range(5)]
    letters = [a_letter(when=when) for when in times]
    for letter, when in zip(letters, times, strict=True):
        mailbox.put(letter, when=when)
    assert contents(read(mailbox.source)) == letters


def test_going_on_from_any_cursor_misses_nothing(mailbox: Mailbox) -> None:
    for _ in range(5):
        mailbox.put(a_letter())
    pairs = read(mailbox.source)
    for done in range(len(pairs)):
        again = contents(read(mailbox.source, saved(pairs[: done + 1])))
        assert set(contents(pairs[done + 1 :])) <= set(again)


def test_what_was_not_saved_is_given_again(mailbox: Mailbox) -> None:
    mailbox.put(a_letter())
    first = read(mailbox.source)
    assert contents(read(mailbox.source)) == contents(first)


def test_batches_are_bounded(mailbox: Mailbox) -> None:
    for _ in range(7):
        mailbox.put(a_letter())
    assert [len(batch.messages) for batch in mailbox.source.new({})] == [3, 3, 1]


def test_the_same_letter_delivered_twice_is_given_twice(mailbox: Mailbox) -> None:
    letter = a_letter()
    mailbox.put(letter)
    mailbox.put(letter)
    assert contents(read(mailbox.source)) == [letter, letter]


def test_waiting_ends_at_once_when_something_came_and_in_time_when_not(mailbox: Mailbox) -> None:
    read(mailbox.source)
    assert not mailbox.source.wait(0.05)
    mailbox.put(a_letter())
    assert mailbox.source.wait(5)


def test_an_mbox_that_was_rewritten_is_read_again_with_a_note(tmp_path: Path) -> None:
    mailbox = OnMbox(tmp_path)
    mailbox.put(a_letter())
    mailbox.put(a_letter())
    cursors = saved(read(mailbox.source))
    mailbox.path.write_bytes(b"")
    letter = a_letter()
    mailbox.put(letter)
    batches = list(mailbox.source.new(cursors))
    assert "rewritten" in batches[0].notes[0]
    assert [raw.content for batch in batches for raw, _cursor in batch.messages] == [letter]


def test_a_letter_read_by_the_clerk_in_a_maildir_is_not_new(tmp_path: Path) -> None:
    mailbox = OnMaildir(tmp_path)
    mailbox.put(a_letter())
    cursors = saved(read(mailbox.source))
    [unread] = (mailbox.root / "new").iterdir()
    unread.rename(mailbox.root / "cur" / f"{unread.name}:2,S")
    assert read(mailbox.source, cursors) == []


def test_a_file_that_cannot_be_read_is_told_and_holds_the_cursor_back(tmp_path: Path) -> None:
    mailbox = OnEml(tmp_path)
    # Linux opens this file for us and then fails on the first read, whoever we are.
    (mailbox.root / "broken.eml").symlink_to("/proc/self/mem")
    list(mailbox.source.new({}))
    mailbox.put(a_letter())
    batches = list(mailbox.source.new({}))
    assert [note for batch in batches for note in batch.notes] == [
        "broken.eml could not be read (Input/output error): it is tried again"
    ]
    pairs = [pair for batch in batches for pair in batch.messages]
    assert len(pairs) == 1
    again = list(mailbox.source.new(saved(pairs)))
    assert any("broken.eml" in note for batch in again for note in batch.notes)
