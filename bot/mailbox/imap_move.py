# mypy: disable-error-code="no-untyped-call"
# imapclient carries no types of its own.
"""Moving one message between folders of an IMAP mailbox so that at every moment it lies in at least one of them."""

from __future__ import annotations

import hashlib
import imaplib
from dataclasses import dataclass
from email import message_from_bytes

from imapclient import IMAPClient
from imapclient.imapclient import DELETED

from bot.mailbox.imap_connection import Connection
from bot.mailbox.ports import MailboxUnavailable, Place

# How many of a folder's newest UIDs are looked through for a message just put there; they must fit one command line.
_LATELY = 500


@dataclass(frozen=True, slots=True)
class _Identity:
    """By what a message is known again in another folder: every delivery writes its own Received lines."""

    octets: int
    header: bytes
    message_id: str


class Move:
    """One move, which may be attempted again after the connection broke in the middle of it."""

    def __init__(self, connection: Connection, place: Place, to_folder: str) -> None:
        self._connection = connection
        self._place = place
        self._to_folder = to_folder
        self._identity: _Identity | None = None
        self._before = 0

    def attempt(self, client: IMAPClient) -> Place | None:
        """Where the message lies now; None when it was not at its place (any more)."""
        if self._place.folder == self._to_folder:
            return self._place
        identity = self._find_original(client)
        if identity is None:
            # Gone although an earlier attempt saw it: that attempt's answer was lost, not its effect.
            return self._arrived(client, self._identity) if self._identity else None
        if self._identity is None:
            self._make_folder(client)
            self._identity, self._before = identity, self._uidnext(client)
        self._connection.select(client, self._place.folder)
        if client.has_capability("MOVE"):
            client.move([self._uid], self._to_folder)
            return self._sure(self._arrived(client, identity))
        return self._copy_and_remove(client, identity)

    @property
    def _uid(self) -> int:
        return int(self._place.uid)

    def _find_original(self, client: IMAPClient) -> _Identity | None:
        try:
            opened = self._connection.select(client, self._place.folder)
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error:
            if client.folder_exists(self._place.folder):
                raise
            return None
        return _identity(client, self._uid) if opened.validity == self._place.validity else None

    def _make_folder(self, client: IMAPClient) -> None:
        if not client.folder_exists(self._to_folder):
            client.create_folder(self._to_folder)
            client.subscribe_folder(self._to_folder)

    def _uidnext(self, client: IMAPClient) -> int:
        return int(client.folder_status(self._to_folder, ["UIDNEXT"]).get(b"UIDNEXT", 1))

    def _copy_and_remove(self, client: IMAPClient, identity: _Identity) -> Place:
        copy = self._arrived(client, identity) or self._earlier_copy(client, identity)
        if copy is None:
            self._connection.select(client, self._place.folder)
            client.copy([self._uid], self._to_folder)
            copy = self._arrived(client, identity)
        copy = self._sure(copy)
        opened = self._connection.select(client, self._place.folder)
        if opened.validity == self._place.validity:
            client.add_flags([self._uid], [DELETED], silent=True)
            # A plain EXPUNGE would remove what other people have marked as well, so without UIDPLUS (RFC 4315) the
            # original stays, marked, until the clerk's own mail program clears up.
            if client.has_capability("UIDPLUS"):
                client.uid_expunge([self._uid])
        return copy

    def _sure(self, place: Place | None) -> Place:
        if place is None:
            raise MailboxUnavailable(f"The message was not found in {self._to_folder} after it was put there")
        return place

    def _arrived(self, client: IMAPClient, identity: _Identity) -> Place | None:
        """The message among what came into the folder since we began."""
        opened = self._connection.examine(client, self._to_folder, afresh=True)
        if not opened.exists:
            return None
        lately = range(max(self._before, opened.uidnext - _LATELY), opened.uidnext)
        rows = client.fetch(lately or client.search(["UID", f"{self._before}:*"]), ["RFC822.SIZE"])
        alike = [uid for uid, row in rows.items() if uid >= self._before and row[b"RFC822.SIZE"] == identity.octets]
        return self._first_match(client, alike, identity, opened.validity)

    def _earlier_copy(self, client: IMAPClient, identity: _Identity) -> Place | None:
        """A copy left by a move that did not come to its end, so that trying again does not heap up copies."""
        if not identity.message_id:
            return None
        opened = self._connection.examine(client, self._to_folder, afresh=True)
        found = client.search(["HEADER", "Message-ID", identity.message_id])
        return self._first_match(client, found, identity, opened.validity)

    def _first_match(self, client: IMAPClient, uids: list[int], identity: _Identity, validity: str) -> Place | None:
        for uid in uids:
            if _identity(client, uid) == identity:
                return Place(self._to_folder, validity, str(uid))
        return None


def _identity(client: IMAPClient, uid: int) -> _Identity | None:
    row = client.fetch([uid], ["RFC822.SIZE", "BODY.PEEK[HEADER]"]).get(uid)
    if row is None or b"BODY[HEADER]" not in row:
        return None
    header: bytes = row[b"BODY[HEADER]"]
    message_id = str(message_from_bytes(header)["Message-ID"] or "").strip()
    usable = message_id if message_id.isascii() and message_id.isprintable() and '"' not in message_id else ""
    return _Identity(row[b"RFC822.SIZE"], hashlib.sha256(header).digest(), usable)
