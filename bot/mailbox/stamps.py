"""What the bytes of a stored message say of its time and its way, for mail that no server vouches for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from email.header import Header
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime

from models.message import Direction

# What a message's folder and bytes say about its direction.
WhichWay = Callable[[str, bytes], Direction]

# Nobody's real header is longer; what is, was made to keep a parser busy.
HEADER_AT_MOST = 64 * 1024
_FIELD_AT_MOST = 2000
_SENT = re.compile(r"\b(sent|outbox|anfonwyd)\b", re.IGNORECASE)
_IN_ANGLES = re.compile(r"@([\w.-]+)>")
_DOMAIN = re.compile(r"@([\w.-]+)")


def header_of(content: bytes) -> Message:
    """The header alone. Never raises: what cannot be read is simply not there."""
    head = content[:HEADER_AT_MOST].replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    return BytesHeaderParser().parsebytes(head)


def received_at(header: Message) -> datetime | None:
    """When the server that wrote the topmost Received line (RFC 5322, 3.6.7) had the message; aware UTC."""
    return date_in(_field(header, "Received").rpartition(";")[2])


def written_at(header: Message) -> datetime | None:
    """When the sender says to have written it; aware UTC."""
    return date_in(_field(header, "Date"))


def date_in(text: str) -> datetime | None:
    """A date as mail writes it, in aware UTC; one without a time zone is taken to be UTC. None if it is no date."""
    try:
        found = parsedate_to_datetime(text.strip())
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def by_folder_or_sender(domains: Iterable[str] = ()) -> WhichWay:
    """Outgoing if the folder is called 'sent' or the like, or if From is in one of the council's own domains."""
    ours = tuple(domain.lower().lstrip("@") for domain in domains)

    def which_way(folder: str, content: bytes) -> Direction:
        if _SENT.search(folder.replace("_", " ")) or _sent_by(content, ours):
            return Direction.OUT
        return Direction.IN

    return which_way


def _sent_by(content: bytes, domains: tuple[str, ...]) -> bool:
    if not domains:
        return False
    # Not by email.utils: some tens of brackets in a From line are enough to exhaust it. What stands in angle brackets
    # counts before a display name, in which anybody can write the council's address.
    written = _field(header_of(content), "From").lower()
    found = _IN_ANGLES.findall(written) or _DOMAIN.findall(written)[:1]
    return any(domain == ours or domain.endswith("." + ours) for domain in found[-1:] for ours in domains)


def _field(header: Message, name: str) -> str:
    value: str | Header | None = header.get(name)
    return str(value)[:_FIELD_AT_MOST] if value is not None else ""


def arrived_in_rehearsal(content: bytes, server_time: datetime, now: datetime) -> datetime:
    """When a message reached the council, in a rehearsal whose clock stands at `now`, perhaps a year back.

    The server's own time unless that lies in the rehearsal's future; then the newest Received line that does not, and
    if all of them do, the oldest, which the first server wrote. A real store never asks the message.
    """
    if server_time <= now:
        return server_time
    lines = header_of(content).get_all("Received") or []
    stamps = [date_in(str(line)[:_FIELD_AT_MOST].rpartition(";")[2]) for line in lines[:50]]
    known = [stamp for stamp in stamps if stamp is not None]
    return max((stamp for stamp in known if stamp <= now), default=min(known, default=now))
