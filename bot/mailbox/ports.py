"""The outside world behind three small ports. There is no delete, no reject and no bounce in any of them (INV-05).

Adapters translate their protocol's errors into the ones below and keep the server's own words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from models.errors import EvenhandError
from models.message import Direction


class MailboxError(EvenhandError):
    """Something about a mailbox that its keeper must know. `server` holds the server's own words."""

    def __init__(self, message: str, *, server: str = "") -> None:
        super().__init__(f"{message} (the server said: {server})" if server else message)
        self.server = server


class MailboxUnavailable(MailboxError):
    """Could not be reached or answered nonsense: worth trying again."""


class MailboxRefused(MailboxError):
    """Reached, and said no: credentials, permissions, a folder that is not there. Trying again will not help."""


class RuleClash(MailboxError):
    """The rules on the server changed between reading and writing them; plan again."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message lies: stable as long as `validity` is (IMAP: UIDVALIDITY; folders of files: a constant)."""

    folder: str
    validity: str
    uid: str


@dataclass(frozen=True, slots=True)
class Raw:
    """The bytes exactly as the server gave them, and where and when it had them. `server_time` is aware UTC."""

    content: bytes
    place: Place
    direction: Direction
    server_time: datetime


@dataclass(frozen=True, slots=True)
class Cursor:
    """How far one folder has been read. Saved with the contacts it covers in one transaction, so an adapter must
    be able to go on from any cursor it ever gave out, however old."""

    folder: str
    validity: str
    uid: int = 0
    modseq: int = 0


@dataclass(frozen=True, slots=True)
class Batch:
    """Some messages of one folder in order, each with the cursor that holds once it has been saved."""

    messages: tuple[tuple[Raw, Cursor], ...] = ()
    notes: tuple[str, ...] = ()  # e.g. "UIDVALIDITY of INBOX changed: read again from the start"


class MailSource(Protocol):
    """Reads a mailbox. Reading marks nothing as seen and changes nothing on the server."""

    name: str

    def check(self) -> list[str]:
        """What would stop this mailbox from being watched, in plain words; empty when all is well."""
        ...

    def new(self, cursors: dict[str, Cursor]) -> Iterator[Batch]:
        """Everything not covered by the cursors, oldest first within a folder, in bounded batches."""
        ...

    def wait(self, seconds: float) -> bool:
        """Sleep until the server says something changed (True) or the time is up (False)."""
        ...

    def close(self) -> None: ...


class Mover(Protocol):
    """Moves one message between folders of one mailbox and never loses the original."""

    def move(self, place: Place, to_folder: str) -> Place | None:
        """Where it now lies, or None if it was no longer at `place`. Creates the folder when it is not there."""
        ...


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """A letter to be sent: recorded as intent before, its answer after. `message_id` makes sending it twice visible."""

    message_id: str
    sender: str
    to: tuple[str, ...]
    subject: str
    text: str
    html: str = ""
    attachments: tuple[tuple[str, str, bytes], ...] = ()  # name, content type, content
    headers: tuple[tuple[str, str], ...] = ()  # further ones, such as Auto-Submitted (RFC 3834)
    dated: datetime | None = None  # else the moment of handing over; with one, the same letter has the same bytes


class Postman(Protocol):
    def send(self, mail: OutgoingMail) -> str:
        """Hands one mail over and gives the server's own words of acceptance; raises MailboxError otherwise."""
        ...


@dataclass(frozen=True, slots=True)
class Rule:
    """One divert on the mail server: mail from these addresses goes to a folder, between two dates, and is kept.

    restriction  id of the restriction it stands for: a rule without one in force is removed
    addresses    exact sender addresses, lower case, sorted
    starts_on    first day, ends_on: the first day on which it must no longer act
    """

    restriction: int
    addresses: tuple[str, ...]
    folder: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True)
class FoundRules:
    """What stands on the server now. `stamp` must be handed back when writing, so that a change is not overwritten.

    ours      rules of ours that can be read
    tampered  what stands in our place but is not what we would write; it is replaced
    others    how many rules are not ours; they are left alone
    """

    ours: tuple[Rule, ...] = ()
    tampered: tuple[str, ...] = ()
    others: int = 0
    stamp: str = ""
    active: bool = True


class RuleBook(Protocol):
    """The diverts on one mail server. Only `bot.enforcement` and `bot.bootstrap` may import the adapters."""

    name: str

    def check(self) -> list[str]: ...

    def read(self) -> FoundRules: ...

    def write(self, rules: tuple[Rule, ...], *, stamp: str) -> str:
        """Make exactly these the rules of ours, others' untouched. The server's words; RuleClash if it moved on."""
        ...
