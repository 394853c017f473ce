"""Which kind of archive a path is, how much lies in it, and which way a stored message went."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.mailbox.folders import EmlSource, MaildirSource, MboxSource, count_under, files_under, open_folder
from bot.mailbox.ports import MailboxUnavailable
from bot.mailbox.stamps import by_folder_or_sender, date_in, header_of, received_at
from models.message import Direction

LETTER = b"From: Ann <ann@elsewhere.example>\nSubject: The gate\n\nIt is off its hinge.\n"


def test_the_kind_of_an_archive_is_found_out(tmp_path: Path) -> None:
    (tmp_path / "old.mbox").write_bytes(b"From - Mon Mar  2 09:00:00 2026\n" + LETTER)
    (tmp_path / "box" / "cur").mkdir(parents=True)
    (tmp_path / "box" / "new").mkdir()
    assert isinstance(open_folder(tmp_path / "old.mbox"), MboxSource)
    assert isinstance(open_folder(tmp_path / "box"), MaildirSource)
    assert isinstance(open_folder(tmp_path), EmlSource)
    with pytest.raises(MailboxUnavailable, match="nothing called gone"):
        open_folder(tmp_path / "gone")


def test_messages_are_counted_before_they_are_read(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    for name in ("a.eml", "deep/b.EML", "deep/notes.txt", ".hidden.eml"):
        (tmp_path / name).write_bytes(LETTER)
    assert count_under(tmp_path) == 2
    assert [path.name for path in files_under(tmp_path)] == ["a.eml", "b.EML"]
    mbox = tmp_path / "old.mbox"
    mbox.write_bytes((b"From - Mon Mar  2 09:00:00 2026\n" + LETTER + b"\n") * 3)
    assert count_under(mbox) == 3
    assert files_under(mbox) == [mbox]


@pytest.mark.parametrize(
    "separator",
    [
        b"From MAILER-DAEMON Fri Jul  8 12:08:34 2022\n",
        b"From - Tue Oct 10 12:00:00 2017\n",
        b"From 1725@xxx Sat Jan 01 00:00:00 +0000 2022\n",
        b"From ann@elsewhere.example\n",
    ],
)
def test_every_dialect_of_mbox_is_split(tmp_path: Path, separator: bytes) -> None:
    body = (
        b"From: Ann <ann@elsewhere.example>\nDate: Mon, 2 Mar 2026 09:00:00 +0100\n\nHello.\n\n>From now on it rains.\n"
    )
    (tmp_path / "mbox").write_bytes((separator + body + b"\n") * 2)
    [batch] = open_folder(tmp_path / "mbox").new({})
    assert [raw.content for raw, _cursor in batch.messages] == [body.replace(b">From", b"From")] * 2


def test_a_line_that_begins_with_from_does_not_split_a_letter(tmp_path: Path) -> None:
    text = b"Subject: Lane\n\nHello.\n\nFrom the 10:30 meeting I walked home in the dark.\n"
    (tmp_path / "mbox").write_bytes(b"From - Tue Oct 10 12:00:00 2017\n" + text)
    assert count_under(tmp_path / "mbox") == 1


def test_the_way_is_told_by_the_folder_or_by_the_councils_own_domains() -> None:
    which_way = by_folder_or_sender(["council.example"])
    assert which_way("INBOX", LETTER) is Direction.IN
    assert which_way("Sent Items", LETTER) is Direction.OUT
    assert which_way("Absent friends", LETTER) is Direction.IN
    assert which_way("INBOX", b"From: Clerk <clerk@Office.Council.example>\n\nHello.\n") is Direction.OUT
    assert which_way("INBOX", b'From: "clerk@council.example" <ann@elsewhere.example>\n\nHello.\n') is Direction.IN
    assert which_way("INBOX", b"From: " + b"(" * 60_000 + b"\n\n") is Direction.IN
    assert which_way("INBOX", b"From: Ann <ann@notcouncil.example>\n\nHello.\n") is Direction.IN


def test_times_come_from_the_topmost_received_line_and_nonsense_is_no_time() -> None:
    header = header_of(
        b"Received: from a by b; Mon, 2 Mar 2026 10:00:00 +0100\r\n"
        b"Received: from c by a; Sun, 1 Mar 2026 10:00:00 +0000\r\n\r\n"
    )
    assert received_at(header) == datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert date_in("32 Smarch 2026 99:99") is None
    assert date_in("") is None
    assert received_at(header_of(b"Received: \xff\xfe; \x00\n\n")) is None
