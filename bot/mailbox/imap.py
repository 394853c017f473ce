# mypy: disable-error-code="no-untyped-call"
# imapclient carries no types of its own.
"""A mailbox read and tidied by IMAP (RFC 3501), the one way every mail server has.

Folders are opened with EXAMINE and bodies fetched with BODY.PEEK[], so reading marks nothing as seen. New mail is
told by UIDs; CONDSTORE (RFC 7162) makes the look cheaper and IDLE (RFC 2177) the answer quicker, where offered.
"""

from __future__ import annotations

import imaplib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TypeVar

from imapclient import IMAPClient
from imapclient.imapclient import SENT

from bot.mailbox.imap_connection import Connection, ImapSettings, Opened, Security, in_our_words
from bot.mailbox.imap_move import Move
from bot.mailbox.ports import (
    Batch,
    Cursor,
    MailboxError,
    MailboxRefused,
    MailboxUnavailable,
    Place,
    Raw,
)
from models.message import Direction

__all__ = ["ImapSettings", "ImapSource", "Security"]

Row = dict[bytes, bytes | int | datetime]
Rows = dict[int, Row]
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class _Size:
    uid: int
    octets: int


@dataclass(frozen=True, slots=True)
class _Looked:
    """How a folder stood when it was last read to its end: `uid` is the cursor's then, `at` the server's figures."""

    uid: int
    at: Opened


class _FolderReplaced(Exception):
    """The folder got another UIDVALIDITY while it was being read."""


class ImapSource:
    """MailSource and Mover for one IMAP mailbox. For one thread.

    `sleep` takes seconds; hand in another one in tests. Raises MailboxUnavailable when the server stays away after
    several calls, MailboxRefused when it says no.
    """

    def __init__(self, name: str, settings: ImapSettings, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self.name = name
        self._settings = settings
        self._sleep = sleep
        self._connection = Connection(settings, sleep=sleep)
        self._folders: list[tuple[str, Direction]] = []
        self._looked: dict[str, _Looked] = {}
        self._there: set[str] = set()
        self._told_missing: set[str] = set()
        self._tries: dict[tuple[str, str, int], int] = {}

    def check(self) -> list[str]:
        """Tries the address, the certificate, the password and every folder; says what is wrong with each."""
        # A fresh connection: a password that was right an hour ago proves nothing.
        self._connection.drop()
        try:
            client = self._connection.once()
            with in_our_words("look at the folders"):
                problems = [self._trouble(client, folder) for folder in self._named_folders()]
                if not self._sent(client):
                    problems.append("No folder for sent mail was found, so replies are not logged: name it in `sent`")
        except MailboxError as error:
            self._connection.drop()
            return [str(error)]
        return [problem for problem in problems if problem]

    def new(self, cursors: dict[str, Cursor]) -> Iterator[Batch]:
        """Everything the cursors do not cover. A message the server fails on holds its folder's cursor back, and is
        asked for again each time, until it has been tried often enough to be reported and passed."""
        self._folders = self._watched()
        for folder, direction in self._folders:
            try:
                yield from self._new_in(folder, direction, cursors.get(folder))
            except _FolderReplaced:
                yield Batch(notes=(f"The folder {folder} was replaced while it was read: it is read again next time",))

    def wait(self, seconds: float) -> bool:
        """Sleeps in IDLE on the first folder, and looks at all of them every `poll_every` seconds."""
        left = seconds
        while not self._changed():
            if left <= 0:
                return False
            left -= self._rest(min(left, self._settings.poll_every))
        return True

    def move(self, place: Place, to_folder: str) -> Place | None:
        """By MOVE (RFC 6851), or by COPY with the original removed only once the copy has been seen."""
        moving = Move(self._connection, place, to_folder)
        return self._connection.run(f"move a message to {to_folder}", moving.attempt)

    def close(self) -> None:
        self._connection.close()

    def _named_folders(self) -> tuple[str, ...]:
        return self._settings.folders + (self._settings.sent or ())

    def _watched(self) -> list[tuple[str, Direction]]:
        sent = self._connection.run("find the folder of sent mail", self._sent)
        # Incoming first: that is where somebody may be waiting. A folder named twice is incoming.
        incoming = dict.fromkeys(self._settings.folders + self._settings.also, Direction.IN)
        return list((incoming | {folder: Direction.OUT for folder in sent if folder not in incoming}).items())

    def _sent(self, client: IMAPClient) -> tuple[str, ...]:
        if self._settings.sent is not None:
            return self._settings.sent
        found = client.find_special_folder(SENT)
        return (found,) if found else ()

    def _trouble(self, client: IMAPClient, folder: str) -> str:
        if not client.folder_exists(folder):
            return f"The folder {folder} is not there (or may not be seen by {self._settings.user})"
        try:
            self._connection.examine(client, folder, afresh=True)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            return f"The folder {folder} may not be read by {self._settings.user} (the server said: {error})"
        return ""

    def _new_in(self, folder: str, direction: Direction, cursor: Cursor | None) -> Iterator[Batch]:
        now = self._figures(folder)
        if now is None:
            yield from self._tell_missing(folder)
            return
        yield from self._tell_found(folder)
        if cursor and _is_another_folder(cursor, now):
            yield Batch(notes=(f"UIDVALIDITY of {folder} changed: the folder is read again from the start",))
            cursor = None
        reached = cursor or Cursor(folder, now.validity)
        if self._nothing_new(reached, now):
            self._looked[folder] = _Looked(reached.uid, now)
            return
        for batch in self._read(folder, direction, reached):
            reached = batch.messages[-1][1] if batch.messages else reached
            yield batch
        self._looked[folder] = _Looked(reached.uid, now)

    def _figures(self, folder: str) -> Opened | None:
        """UIDVALIDITY, UIDNEXT and HIGHESTMODSEQ of a folder as it is now; None when it cannot be looked at."""

        def status(client: IMAPClient) -> Opened:
            wanted = ["UIDVALIDITY", "UIDNEXT", "MESSAGES"]
            if client.has_capability("CONDSTORE"):
                wanted.append("HIGHESTMODSEQ")
            if self._connection.selected == folder:
                # RFC 3501, 6.3.10: STATUS is not for the folder that is open; Dovecot then tells old figures.
                return self._connection.examine(client, folder, afresh=True)
            said = client.folder_status(folder, wanted)
            modseq = said.get(b"HIGHESTMODSEQ") or 0
            return Opened(str(said[b"UIDVALIDITY"]), said[b"MESSAGES"], said.get(b"UIDNEXT", 0), modseq)

        try:
            return self._connection.run(f"look at the folder {folder}", status)
        except MailboxRefused:
            return None

    def _nothing_new(self, cursor: Cursor, now: Opened) -> bool:
        if any(key[:2] == (cursor.folder, now.validity) and not self._given_up(*key) for key in self._tries):
            return False
        if (now.uidnext and cursor.uid + 1 >= now.uidnext) or (now.modseq and now.modseq == cursor.modseq):
            return True
        # The newest messages may have been moved away: then no message could carry the cursor up to UIDNEXT.
        last = self._looked.get(cursor.folder)
        return last is not None and last.uid == cursor.uid and _same(last.at, now)

    def _tell_missing(self, folder: str) -> Iterator[Batch]:
        expected = folder not in self._settings.also or folder in self._there
        if expected and folder not in self._told_missing:
            self._told_missing.add(folder)
            yield Batch(notes=(f"The folder {folder} is not there or may not be read; the others are read on",))
        self._looked[folder] = _Looked(0, Opened("", 0))

    def _tell_found(self, folder: str) -> Iterator[Batch]:
        self._there.add(folder)
        if folder in self._told_missing:
            self._told_missing.remove(folder)
            yield Batch(notes=(f"The folder {folder} can be read again",))

    def _changed(self) -> bool:
        return any(self._moved_on(folder) for folder, _direction in self._folders or self._watched())

    def _moved_on(self, folder: str) -> bool:
        last = self._looked.get(folder)
        now = self._figures(folder) or Opened("", 0)
        return last is None or not _same(last.at, now)

    def _rest(self, seconds: float) -> float:
        """Sleep, or be woken by the server; how long it took. A broken connection wakes as well."""
        began = time.monotonic()
        try:
            client = self._connection.open()
            with in_our_words("wait for new mail"):
                if not client.has_capability("IDLE"):
                    self._sleep(seconds)
                    return seconds
                self._idle(client, seconds)
        except MailboxUnavailable:
            self._connection.drop()
        except MailboxRefused:
            # A folder that cannot be opened wakes nobody; the poll still looks at the others.
            self._connection.drop()
            self._sleep(seconds)
            return seconds
        return time.monotonic() - began

    def _idle(self, client: IMAPClient, seconds: float) -> None:
        self._connection.examine(client, self._settings.folders[0])
        client.idle()
        client.idle_check(timeout=seconds)
        client.idle_done()

    def _read(self, folder: str, direction: Direction, reached: Cursor) -> Iterator[Batch]:
        validity, held = reached.validity, None
        opened, sizes = self._sizes_after(folder, validity, reached.uid)
        for group in _bounded(sizes, self._settings.most_messages, self._settings.most_bytes):
            rows, failed = self._fetch(folder, validity, [size.uid for size in group])
            notes = tuple(self._note_failure(folder, validity, uid) for uid in failed)
            waiting = [uid for uid in failed if not self._given_up(folder, validity, uid)]
            if held is None and waiting:
                held = waiting[0] - 1
            messages = tuple(
                (self._raw(folder, validity, direction, uid, row), self._cursor(reached, opened, uid, held))
                for uid, row in rows
            )
            if messages or notes:
                yield Batch(messages, notes)

    def _given_up(self, folder: str, validity: str, uid: int) -> bool:
        return self._tries.get((folder, validity, uid), 0) >= self._settings.message_tries

    def _cursor(self, reached: Cursor, opened: Opened, uid: int, held: int | None) -> Cursor:
        if held is not None and held < uid:
            return replace(reached, uid=held, modseq=0)
        return replace(reached, uid=uid, modseq=opened.modseq if uid + 1 == opened.uidnext else 0)

    def _raw(self, folder: str, validity: str, direction: Direction, uid: int, row: Row) -> Raw:
        content, when = row[b"BODY[]"], row[b"INTERNALDATE"]
        assert isinstance(content, bytes)
        assert isinstance(when, datetime)
        return Raw(content, Place(folder, validity, str(uid)), direction, when.astimezone(UTC))

    def _within(
        self,
        folder: str,
        validity: str,
        action: Callable[[IMAPClient, Opened], Answer],
        *,
        afresh: bool = False,
    ) -> Answer:
        def attempt(client: IMAPClient) -> Answer:
            opened = self._connection.examine(client, folder, afresh=afresh)
            if opened.validity != validity:
                raise _FolderReplaced
            return action(client, opened)

        return self._connection.run(f"read the folder {folder}", attempt)

    def _sizes_after(self, folder: str, validity: str, uid: int) -> tuple[Opened, list[_Size]]:
        """The folder as opened in this look, and the UIDs and sizes of the messages in it beyond `uid`, in order."""
        most = self._settings.listed_at_once
        opened, found = self._within(
            folder, validity, lambda client, opened: (opened, list(_list(client, opened, uid, most)))
        )
        fresh = [size for size in found if size.uid > uid and not self._given_up(folder, validity, size.uid)]
        return opened, sorted(fresh, key=lambda size: size.uid)

    def _fetch(self, folder: str, validity: str, uids: list[int]) -> tuple[list[tuple[int, Row]], list[int]]:
        """The messages that could be had, in order, and the UIDs of those the server failed on."""
        try:
            rows = self._bodies(folder, validity, uids)
        except MailboxError:
            rows = {}
        failed: list[int] = []
        for uid in uids:
            if uid in rows:
                continue
            try:
                rows |= self._bodies(folder, validity, [uid])
                if uid not in rows and self._still_there(folder, validity, uid):
                    failed.append(uid)
            except MailboxError:
                # If it is not this message but the server, this raises and nothing is held against the message.
                self._connection.open()
                failed.append(uid)
        return [(uid, rows[uid]) for uid in uids if uid in rows], failed

    def _bodies(self, folder: str, validity: str, uids: list[int]) -> Rows:
        rows: Rows = self._within(
            folder, validity, lambda client, _opened: client.fetch(uids, ["BODY.PEEK[]", "INTERNALDATE"])
        )
        return {
            uid: row
            for uid, row in rows.items()
            if isinstance(row.get(b"BODY[]"), bytes) and isinstance(row.get(b"INTERNALDATE"), datetime)
        }

    def _still_there(self, folder: str, validity: str, uid: int) -> bool:
        return bool(self._within(folder, validity, lambda client, _opened: client.fetch([uid], ["UID"]), afresh=True))

    def _note_failure(self, folder: str, validity: str, uid: int) -> str:
        tries = self._tries[folder, validity, uid] = self._tries.get((folder, validity, uid), 0) + 1
        message = f"The server fails on message UID {uid} of {folder}"
        if not self._given_up(folder, validity, uid):
            return f"{message} (try {tries} of {self._settings.message_tries}): it is asked for again next time"
        return f"{message} and was asked {tries} times: it is NOT logged, look at it by hand"


def _is_another_folder(cursor: Cursor, now: Opened) -> bool:
    # UIDs never run backwards (RFC 3501, 2.3.1.1); a server restored from a backup may forget to say so.
    return cursor.validity != now.validity or (now.uidnext > 0 and cursor.uid >= now.uidnext)


def _same(before: Opened, now: Opened) -> bool:
    if before.uidnext or now.uidnext:
        return (before.validity, before.uidnext) == (now.validity, now.uidnext)
    return before == now


def _list(client: IMAPClient, opened: Opened, uid: int, most: int) -> Iterator[_Size]:
    if opened.exists == 0 or (opened.uidnext and opened.uidnext <= uid + 1):
        return
    if opened.uidnext and opened.uidnext - uid <= most:
        rows = client.fetch(range(uid + 1, opened.uidnext), ["RFC822.SIZE"])
        yield from (_Size(number, row[b"RFC822.SIZE"]) for number, row in rows.items())
        return
    # UIDs may have gaps of millions, sequence numbers have none; and they hold still while only FETCH is asked
    # (RFC 3501, 7.4.1), which is why all are listed before the first body is fetched by its UID.
    client.use_uid = False
    try:
        first = _first_beyond(client, uid, opened.exists)
        for start in range(first, opened.exists + 1, most):
            rows = client.fetch(range(start, min(start + most, opened.exists + 1)), ["UID", "RFC822.SIZE"])
            yield from (_Size(row[b"UID"], row[b"RFC822.SIZE"]) for row in rows.values() if b"UID" in row)
    finally:
        client.use_uid = True


def _first_beyond(client: IMAPClient, uid: int, exists: int) -> int:
    """The first sequence number whose UID is above `uid`, found by halving; exists + 1 when there is none."""
    low, high = 1, exists + 1
    while uid and low < high:
        middle = (low + high) // 2
        if client.fetch(middle, ["UID"])[middle][b"UID"] <= uid:
            low = middle + 1
        else:
            high = middle
    return low


def _bounded(sizes: list[_Size], most_messages: int, most_bytes: int) -> Iterator[list[_Size]]:
    group: list[_Size] = []
    for size in sizes:
        full = len(group) >= most_messages or sum(each.octets for each in group) + size.octets > most_bytes
        if group and full:
            yield group
            group = []
        group.append(size)
    if group:
        yield group
