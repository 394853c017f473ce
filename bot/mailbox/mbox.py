"""An mbox file as a mail source (RFC 4155, and the dialects that Thunderbird, mutt and Google Takeout write)."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from bot.mailbox.ports import Batch, Cursor, MailboxUnavailable, Place, Raw
from bot.mailbox.stamps import WhichWay, by_folder_or_sender, date_in, header_of, received_at, written_at

# "From ", anything, and a date. Asking for the date keeps a letter's "From the beginning ..." a part of the letter.
_SEPARATOR = re.compile(
    rb"From .*\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? +(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +\d{1,2} +\d"
)
_DATE = re.compile(rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? .*")
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Entry:
    start: int
    end: int
    separator: bytes
    content: bytes


class MboxSource:
    """MailSource for one mbox file, in the order of the file. A message's UID is where it starts in the file.

    A file that was rewritten rather than added to is read again from the start, with a note. Lines quoted as
    ">From " are given back as they were (mboxrd). Raises MailboxUnavailable when the file cannot be opened.
    """

    def __init__(
        self,
        path: Path,
        *,
        which_way: WhichWay | None = None,
        most_messages: int = 50,
        most_bytes: int = 8 * 1024 * 1024,
        poll_every: float = 5.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.path = path.resolve()
        self.name = self.folder = self.path.stem
        self._which_way = which_way or by_folder_or_sender()
        self._most_messages = most_messages
        self._most_bytes = most_bytes
        self._poll_every = poll_every
        self._sleep = sleep
        self._looked = (-1, -1)

    def check(self) -> list[str]:
        try:
            with self._open() as file:
                first = file.readline()
        except MailboxUnavailable as error:
            return [str(error)]
        return [f"{self.path.name} is not an mbox: it does not begin with 'From '"] if first[:5] not in _BEGINS else []

    def count(self) -> int:
        """How many messages the file holds."""
        with self._open() as file:
            return sum(1 for _entry in _entries(file, 0))

    def new(self, cursors: dict[str, Cursor]) -> Iterator[Batch]:
        with self._open() as file:
            figures = self._figures()
            validity = _validity(file)
            start, notes = self._start(file, cursors.get(self.folder), validity)
            if notes:
                yield Batch(notes=notes)
            yield from self._batches(file, start, validity)
        self._looked = figures

    def wait(self, seconds: float) -> bool:
        left = seconds
        while self._figures() == self._looked:
            if left <= 0:
                return False
            rest = min(left, self._poll_every)
            self._sleep(rest)
            left -= rest
        return True

    def close(self) -> None:
        """Nothing is kept open between calls."""

    def _open(self) -> BinaryIO:
        try:
            return self.path.open("rb")
        except OSError as error:
            raise MailboxUnavailable(f"{self.path.name} cannot be opened", server=error.strerror or "") from error

    def _figures(self) -> tuple[int, int]:
        try:
            found = self.path.stat()
        except OSError as error:
            raise MailboxUnavailable(f"{self.path.name} cannot be looked at", server=error.strerror or "") from error
        return found.st_size, found.st_ctime_ns

    def _start(self, file: BinaryIO, cursor: Cursor | None, validity: str) -> tuple[int, tuple[str, ...]]:
        if cursor is None or cursor.uid == 0:
            return 0, ()
        if cursor.validity == validity and _is_boundary(file, cursor.uid):
            return cursor.uid, ()
        return 0, (f"{self.path.name} was rewritten: it is read again from the start",)

    def _batches(self, file: BinaryIO, start: int, validity: str) -> Iterator[Batch]:
        found: list[tuple[Raw, Cursor]] = []
        octets = 0
        for entry in _entries(file, start):
            full = len(found) >= self._most_messages or octets + len(entry.content) > self._most_bytes
            if found and full:
                yield Batch(tuple(found))
                found, octets = [], 0
            found.append((self._raw(entry, validity), Cursor(self.folder, validity, entry.end)))
            octets += len(entry.content)
        if found:
            yield Batch(tuple(found))

    def _raw(self, entry: _Entry, validity: str) -> Raw:
        header = header_of(entry.content)
        when = received_at(header) or _separator_date(entry.separator) or written_at(header) or self._file_time()
        place = Place(self.folder, validity, str(entry.start))
        return Raw(entry.content, place, self._which_way(self.folder, entry.content), when)

    def _file_time(self) -> datetime:
        return datetime.fromtimestamp(self.path.stat().st_mtime, UTC)


_BEGINS = (b"From ", b"")


def _entries(file: BinaryIO, start: int) -> Iterator[_Entry]:
    strict = _is_strict(file)
    file.seek(start)
    begin, separator, lines = start, b"", list[bytes]()
    position, after_blank = start, True
    for line in file:
        if after_blank and _separates(line, strict=strict):
            if separator:
                yield _Entry(begin, position, separator, _content(lines))
            begin, separator, lines = position, line, []
        elif separator:
            lines.append(line)
        position += len(line)
        after_blank = line in (b"\n", b"\r\n")
    if separator:
        yield _Entry(begin, position, separator, _content(lines))


def _is_strict(file: BinaryIO) -> bool:
    """Whether this file's writer puts dates on its separators, as nearly all do."""
    file.seek(0)
    return _SEPARATOR.match(file.readline()) is not None


def _separates(line: bytes, *, strict: bool) -> bool:
    return _SEPARATOR.match(line) is not None if strict else line.startswith(b"From ")


def _content(lines: list[bytes]) -> bytes:
    # The blank line before the next separator belongs to the file, not to the letter.
    if lines and lines[-1] in (b"\n", b"\r\n") and len(lines) > 1:
        lines = lines[:-1]
    return _QUOTED_FROM.sub(rb"\1", b"".join(lines))


def _separator_date(separator: bytes) -> datetime | None:
    found = _DATE.search(separator)
    return date_in(found.group().decode("ascii", "replace")) if found else None


def _validity(file: BinaryIO) -> str:
    """Known by the first message's header: it stands as long as the file is only added to."""
    file.seek(0)
    digest = hashlib.sha256()
    for line in file:
        if line in (b"\n", b"\r\n"):
            break
        digest.update(line)
    return digest.hexdigest()[:16]


def _is_boundary(file: BinaryIO, offset: int) -> bool:
    strict = _is_strict(file)
    file.seek(offset)
    for line in file:
        if line not in (b"\n", b"\r\n"):
            return _separates(line, strict=strict)
    # At the end of the file, and not beyond it.
    return file.seek(0, 2) >= offset
