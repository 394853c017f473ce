"""Mail that lies in files: a Maildir, a folder of .eml files, an mbox. For the demonstration, replay and back-fill.

Nothing in them is changed. `open_folder` finds out which kind a path is; `count_under` says how much there is to do.

Where a server has UIDs, a folder of files has the time at which the file system says a file came into the folder or
was last renamed (ctime): unlike the other times it cannot be carried along by copying or unpacking. Messages are
given out in the order of their own dates, so the cursor only moves once a folder has been read to its end; after an
interruption the folder is read again, and what is known already is known by its bytes.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.mailbox.mbox import MboxSource
from bot.mailbox.ports import Batch, Cursor, MailboxUnavailable, Place, Raw
from bot.mailbox.stamps import (
    HEADER_AT_MOST,
    WhichWay,
    by_folder_or_sender,
    header_of,
    received_at,
    written_at,
)

__all__ = [
    "EmlSource",
    "MaildirSource",
    "MboxSource",
    "by_folder_or_sender",
    "count_under",
    "files_under",
    "open_folder",
]

_VALIDITY = "files"
# Kernels stamp files with a clock that ticks every 10 ms at the slowest.
_TICK = 0.02
_DELIVERED_AT = re.compile(r"(\d{9,10})\.")


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    stamp: int
    when: datetime
    octets: int


class _FilesSource:
    """What the two kinds of folders have in common."""

    def __init__(
        self,
        root: Path,
        *,
        which_way: WhichWay | None = None,
        most_messages: int = 50,
        most_bytes: int = 8 * 1024 * 1024,
        poll_every: float = 5.0,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.root = root.resolve()
        self.name = self.root.name
        self._which_way = which_way or by_folder_or_sender()
        self._most_messages = most_messages
        self._most_bytes = most_bytes
        self._poll_every = poll_every
        self._sleep = sleep
        self._stamps: dict[str, int] = {}
        self._looked = -1

    def check(self) -> list[str]:
        try:
            self._folders()
        except MailboxUnavailable as error:
            return [str(error)]
        return []

    def count(self) -> int:
        """How many messages lie in all folders."""
        return len(self.files())

    def files(self) -> list[Path]:
        """Every file that is taken for a message."""
        return [path for paths in self._folders().values() for path in paths]

    def new(self, cursors: dict[str, Cursor]) -> Iterator[Batch]:
        # Two files of one clock tick cannot be told apart in time: let the tick pass before looking.
        until = time.time_ns()
        time.sleep(_TICK)
        newest = -1
        for folder, paths in self._folders().items():
            stamped = [(path, stamp) for path in paths if 0 <= (stamp := self._stamp(path)) <= until]
            newest = max([newest, *(stamp for _path, stamp in stamped)])
            after = cursors[folder].uid if folder in cursors else -1
            found = [self._look(path, stamp) for path, stamp in stamped if stamp > after]
            yield from self._batches(folder, after, [file for file in found if file])
        self._looked = newest

    def wait(self, seconds: float) -> bool:
        left = seconds
        while max((self._stamp(path) for path in self.files()), default=-1) <= self._looked:
            if left <= 0:
                return False
            rest = min(left, self._poll_every)
            self._sleep(rest)
            left -= rest
        return True

    def close(self) -> None:
        """Nothing is kept open between calls."""

    def _folders(self) -> dict[str, list[Path]]:
        raise NotImplementedError

    def _identity(self, path: Path) -> str:
        return str(path)

    def _time_of(self, path: Path) -> datetime | None:
        with path.open("rb") as file:
            header = header_of(file.read(HEADER_AT_MOST))
        return received_at(header) or written_at(header)

    def _stamp(self, path: Path) -> int:
        """When the file came here; -1 when it is gone. A mail program that renames a read letter brings no news."""
        try:
            return self._stamps.setdefault(self._identity(path), path.stat().st_ctime_ns)
        except FileNotFoundError:
            return -1

    def _look(self, path: Path, stamp: int) -> _File | None:
        try:
            found = path.stat()
            when = self._time_of(path) or datetime.fromtimestamp(found.st_mtime, UTC)
        except FileNotFoundError:
            return None
        except OSError:
            # It is opened again when its turn comes, and told about then.
            return _File(path, stamp, datetime.fromtimestamp(0, UTC), 0)
        return _File(path, stamp, when, found.st_size)

    def _batches(self, folder: str, after: int, files: list[_File]) -> Iterator[Batch]:
        files = sorted(files, key=lambda file: (file.when, file.path.name))
        unread: list[int] = []
        messages: list[Raw] = []
        octets = 0
        for file in files:
            if messages and (len(messages) >= self._most_messages or octets + file.octets > self._most_bytes):
                yield self._batch(messages, Cursor(folder, _VALIDITY, max(after, 0)))
                messages, octets = [], 0
            try:
                content = file.path.read_bytes()
            except FileNotFoundError:
                continue
            except OSError as error:
                unread.append(file.stamp)
                yield Batch(notes=(f"{file.path.name} could not be read ({error.strerror}): it is tried again",))
                continue
            place = Place(folder, _VALIDITY, str(file.path.relative_to(self.root)))
            messages.append(Raw(content, place, self._which_way(folder, content), file.when))
            octets += file.octets
        if messages:
            reached = min(unread) - 1 if unread else max(file.stamp for file in files)
            last = Batch(((messages[-1], Cursor(folder, _VALIDITY, reached)),))
            earlier = self._batch(messages[:-1], Cursor(folder, _VALIDITY, max(after, 0)))
            yield Batch(earlier.messages + last.messages)

    @staticmethod
    def _batch(messages: list[Raw], cursor: Cursor) -> Batch:
        return Batch(tuple((raw, cursor) for raw in messages))


class EmlSource(_FilesSource):
    """MailSource for .eml files in a folder and the folders below it; each folder is one of the mailbox.

    When a message came is told by its topmost Received line, else its Date, else the file's time.
    """

    def _folders(self) -> dict[str, list[Path]]:
        if not self.root.is_dir():
            raise MailboxUnavailable(f"There is no folder {self.root.name}")
        folders: dict[str, list[Path]] = {}
        for path in sorted(self.root.rglob("*")):
            if path.suffix.lower() == ".eml" and not path.name.startswith(".") and path.is_file():
                folders.setdefault(self._folder(path.parent), []).append(path)
        return folders

    def _folder(self, parent: Path) -> str:
        return (Path(self.root.name) / parent.relative_to(self.root)).as_posix()


class OneFileSource(EmlSource):
    """MailSource for a single message in a file of its own."""

    def _folders(self) -> dict[str, list[Path]]:
        return {self.root.parent.name: [self.root]}


class MaildirSource(_FilesSource):
    """MailSource for a Maildir and the folders in it (Maildir++, or one Maildir in another).

    When a message came is told by its file's name, else by the file's time. Nothing is moved from new to cur.
    """

    def _folders(self) -> dict[str, list[Path]]:
        if not _is_maildir(self.root):
            raise MailboxUnavailable(f"{self.root.name} is no Maildir: it has no folders cur and new")
        boxes = [self.root, *sorted(path.parent for path in self.root.rglob("cur") if path.parent != self.root)]
        return {self._folder(box): _letters(box) for box in boxes if _is_maildir(box)}

    def _folder(self, box: Path) -> str:
        inner = box.relative_to(self.root).as_posix()
        return "INBOX" if inner == "." else inner.lstrip(".").replace(".", "/")

    def _identity(self, path: Path) -> str:
        # The part before the flags stays when a mail program marks the letter or moves it from new to cur.
        return f"{path.parent.parent}/{path.name.partition(':')[0]}"

    def _time_of(self, path: Path) -> datetime | None:
        found = _DELIVERED_AT.match(path.name)
        return datetime.fromtimestamp(int(found.group(1)), UTC) if found else None


def open_folder(path: Path, *, which_way: WhichWay | None = None) -> EmlSource | MaildirSource | MboxSource:
    """The source that fits what lies at `path`.

    A file that begins with "From " is an mbox, any other file a single message; a folder with cur and new in it is a
    Maildir, any other folder one of .eml files.

    Raises MailboxUnavailable when there is nothing at `path`.
    """
    if not path.exists():
        raise MailboxUnavailable(f"There is nothing called {path.name}")
    if path.is_file():
        kind_of_file = MboxSource if _is_mbox(path) else OneFileSource
        return kind_of_file(path, which_way=which_way)
    kind = MaildirSource if _is_maildir(path) else EmlSource
    return kind(path, which_way=which_way)


def files_under(path: Path) -> list[Path]:
    """The files that `open_folder(path)` would read: for an mbox the one file, however many letters are in it."""
    source = open_folder(path)
    return [source.path] if isinstance(source, MboxSource) else source.files()


def count_under(path: Path) -> int:
    """How many messages `open_folder(path)` would give: for a progress bar, before the reading begins."""
    return open_folder(path).count()


def _is_mbox(path: Path) -> bool:
    with path.open("rb") as handle:
        return handle.read(5) == b"From " or path.suffix.lower() == ".mbox"


def _is_maildir(path: Path) -> bool:
    return (path / "cur").is_dir() and (path / "new").is_dir()


def _letters(box: Path) -> list[Path]:
    return sorted(
        path
        for part in ("cur", "new")
        for path in (box / part).iterdir()
        if not path.name.startswith(".") and path.is_file()
    )
