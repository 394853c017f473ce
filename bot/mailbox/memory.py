"""A whole mailbox in memory: MailSource, Mover and Postman. For tests, the demonstration and a first look round.

It behaves as a server does: UIDs only grow, a moved message gets a new one, and `renumber` changes UIDVALIDITY.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from bot.mailbox.ports import Batch, Cursor, MailboxError, OutgoingMail, Place, Raw
from models.message import Direction


@dataclass(slots=True)
class _Folder:
    direction: Direction
    validity: int = 1
    next_uid: int = 1
    messages: dict[int, tuple[bytes, datetime]] = field(default_factory=dict)

    def add(self, content: bytes, when: datetime) -> int:
        uid, self.next_uid = self.next_uid, self.next_uid + 1
        self.messages[uid] = (content, when)
        return uid


class MemoryMailbox:
    """Set `fails` to an error and every call raises it, as when the server is away or says no.

    `outbox` holds what was sent, in order. `clock` gives the time a message arrives when none is told.
    """

    def __init__(
        self,
        name: str = "memory",
        *,
        sent: tuple[str, ...] = ("Sent",),
        most_messages: int = 50,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.name = name
        self.fails: MailboxError | None = None
        self.outbox: list[OutgoingMail] = []
        self._most_messages = most_messages
        self._clock = clock
        self._sent = sent
        self._folders: dict[str, _Folder] = {}
        self._changed = False
        for folder in ("INBOX", *sent):
            self._make(folder)

    def arrive(self, content: bytes, *, folder: str = "INBOX", when: datetime | None = None) -> Place:
        """A message comes in, or the clerk's mail program saves one. `when` must be aware."""
        kept = self._make(folder)
        self._changed = True
        return Place(folder, str(kept.validity), str(kept.add(content, (when or self._clock()).astimezone(UTC))))

    def renumber(self, folder: str) -> None:
        """What a server does when it lost its index: the same messages under a new UIDVALIDITY."""
        kept = self._folders[folder]
        messages = list(kept.messages.values())
        self._folders[folder] = fresh = _Folder(kept.direction, kept.validity + 1)
        for content, when in messages:
            fresh.add(content, when)
        self._changed = True

    def contents(self, folder: str) -> list[bytes]:
        """The messages that lie in a folder, oldest first; none when there is no such folder."""
        kept = self._folders.get(folder)
        return [content for content, _when in kept.messages.values()] if kept else []

    def check(self) -> list[str]:
        return [str(self.fails)] if self.fails else []

    def new(self, cursors: dict[str, Cursor]) -> Iterator[Batch]:
        self._answer()
        self._changed = False
        for name, folder in list(self._folders.items()):
            yield from self._new_in(name, folder, cursors.get(name))

    def wait(self, seconds: float) -> bool:
        """Never sleeps: whether something arrived since the last `new`."""
        self._answer()
        return self._changed

    def move(self, place: Place, to_folder: str) -> Place | None:
        self._answer()
        if place.folder == to_folder:
            return place
        folder = self._folders.get(place.folder)
        if folder is None or str(folder.validity) != place.validity or int(place.uid) not in folder.messages:
            return None
        content, when = folder.messages.pop(int(place.uid))
        return self.arrive(content, folder=to_folder, when=when)

    def send(self, mail: OutgoingMail) -> str:
        self._answer()
        self.outbox.append(mail)
        return f"250 kept in memory as number {len(self.outbox)}"

    def close(self) -> None:
        """Nothing to let go of."""

    def _answer(self) -> None:
        if self.fails:
            raise self.fails

    def _make(self, folder: str) -> _Folder:
        if folder not in self._folders:
            self._folders[folder] = _Folder(Direction.OUT if folder in self._sent else Direction.IN)
        return self._folders[folder]

    def _new_in(self, name: str, folder: _Folder, cursor: Cursor | None) -> Iterator[Batch]:
        validity = str(folder.validity)
        if cursor and cursor.validity != validity:
            yield Batch(notes=(f"UIDVALIDITY of {name} changed: the folder is read again from the start",))
            cursor = None
        after = cursor.uid if cursor else 0
        found = [
            (Raw(content, Place(name, validity, str(uid)), folder.direction, when), Cursor(name, validity, uid))
            for uid, (content, when) in folder.messages.items()
            if uid > after
        ]
        for start in range(0, len(found), self._most_messages):
            yield Batch(tuple(found[start : start + self._most_messages]))
