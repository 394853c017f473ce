"""Bytes into a `Message`: never raises, and in time and memory that grow with the size of the bytes and no faster.

What could not be read is named in the message's `problems`, and the raw bytes are kept elsewhere whatever happens
here. Nothing in a message is believed: see `bot.intake.authenticate` for what may be.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime

from bot.intake.addresses import addresses
from bot.intake.authenticate import authentication
from bot.intake.automatic import automatic
from bot.intake.fields import Fields, split_head
from bot.intake.header_text import field_text, ids, sent_date
from bot.intake.letter import LetterReader
from bot.intake.limits import Limits, Problems
from bot.intake.parts import Part, Splitter
from bot.intake.quoting import own_words
from models.message import Address, Message

BROKE_THE_READER = "the message could not be read: kept whole for an officer"
_ORDINARY = Limits()
_LONGEST_SUBJECT = 2_000


def parse(
    content: bytes,
    *,
    received_at: datetime,
    trusted_authservs: frozenset[str],
    limits: Limits = _ORDINARY,
) -> Message:
    """The message that these bytes are. `received_at` is aware; `trusted_authservs` names our own border servers."""
    try:
        return _Reading(received_at, trusted_authservs, limits, depth=0).message(content)
    except Exception:  # round one message: whatever a sender thought of, his letter still reaches a person
        return unread(content, received_at=received_at, trusted_authservs=trusted_authservs, why=BROKE_THE_READER)


def unread(content: bytes, *, received_at: datetime, trusted_authservs: frozenset[str], why: str) -> Message:
    """A message of which only the head is read: who, when, about what. `why` is said to the officer, in plain words."""
    problems = Problems()
    problems.note(why)
    fields, _ = split_head(content, 0, min(len(content), _ORDINARY.head_bytes), _ORDINARY, problems)
    head = _Head(fields, received_at, _ORDINARY, problems, charset="")
    return replace(
        head.message(content),
        authentication=authentication(fields, trusted_authservs=trusted_authservs, sender_domain=head.sender().domain),
        problems=problems.said(),
    )


class _Reading:
    """One message, or one inside another; `depth` says how far inside."""

    def __init__(self, received_at: datetime, trusted_authservs: frozenset[str], limits: Limits, *, depth: int) -> None:
        self._received_at = received_at
        self._trusted = trusted_authservs
        self._limits = limits
        self._depth = depth
        self._problems = Problems()

    def message(self, content: bytes) -> Message:
        root = Splitter(self._limits, self._problems).message(content)
        head = _Head(root.fields, self._received_at, self._limits, self._problems, charset=_charset(root))
        letter = LetterReader(self._limits, self._problems, self._inner).read(root)
        bare = head.message(content)
        house = _house(root.fields, self._trusted)
        return replace(
            bare,
            body=letter.body,
            words=own_words(letter.body, bare.sender.email),
            attachments=tuple(letter.attachments),
            forwarded=tuple(letter.forwarded),
            automatic=automatic(root, sender=bare.sender, reply_to=bare.reply_to, house=house),
            authentication=authentication(
                root.fields, trusted_authservs=self._trusted, sender_domain=bare.sender.domain
            ),
            problems=self._problems.said(),
        )

    def _inner(self, content: bytes) -> Message | None:
        """A message inside this one. What it says of its own sender's authenticity counts for nothing."""
        if self._depth + 1 > self._limits.forwarded_depth:
            self._problems.note("messages are nested too deeply: the innermost were not opened")
            return None
        fewer = replace(self._limits, parts=max(10, self._limits.parts // 4), depth=max(5, self._limits.depth // 2))
        return _Reading(self._received_at, frozenset(), fewer, depth=self._depth + 1).message(content)


class _Head:
    """The fields that say who writes to whom, when and about what."""

    def __init__(
        self, fields: Fields, received_at: datetime, limits: Limits, problems: Problems, *, charset: str
    ) -> None:
        self._fields = fields
        self._received_at = received_at
        self._limits = limits
        self._problems = problems
        self._charset = charset

    def message(self, content: bytes) -> Message:
        sent_at, odd = sent_date(self._fields.first("date"), self._received_at)
        self._problems.note(odd)
        return Message(
            sha256=hashlib.sha256(content).hexdigest(),
            size=len(content),
            message_id=next(iter(ids(self._fields.first("message-id"), 1)), ""),
            sender=self.sender(),
            received_at=self._received_at,
            sent_at=sent_at,
            reply_to=self._people("reply-to"),
            to=self._people("to"),
            cc=self._people("cc"),
            subject=self._subject(),
            in_reply_to=next(iter(ids(self._fields.first("in-reply-to"), 1)), ""),
            references=ids(self._fields.first("references"), self._limits.references),
        )

    def sender(self) -> Address:
        """The first writer named. Several are a forger's trick as often as an accident, so the officer is told."""
        written = [value for value in self._fields.every("from") if value]
        if len(set(written)) > 1:
            self._problems.note("the message names its sender several times over: the first was taken")
        if not written:
            self._problems.note("the message does not say who sent it")
            written = self._fields.every("sender")
        named = self._addresses(written[0]) if written else ()
        if len(named) > 1:
            self._problems.note("the message names several senders: the first was taken")
        if named and not named[0].email:
            self._problems.note("the sender's address cannot be read")
        return named[0] if named else Address("")

    def _subject(self) -> str:
        return field_text(self._fields.first("subject"), self._charset)[:_LONGEST_SUBJECT]

    def _people(self, name: str) -> tuple[Address, ...]:
        found = (address for value in self._fields.every(name)[:20] for address in self._addresses(value))
        return tuple(address for address in found if address.email)[: self._limits.addresses]

    def _addresses(self, value: bytes) -> tuple[Address, ...]:
        found, more = addresses(value, self._limits.addresses, self._charset)
        if more:
            self._problems.note("the message has far too many addresses: the last of them were left out")
        return found


def _charset(part: Part) -> str:
    """The character set of the letter, for header fields that are written in it without saying so."""
    while part.children and not part.charset:
        part = part.children[0]
    return part.charset


def _house(fields: Fields, trusted_authservs: frozenset[str]) -> frozenset[str]:
    """The domains this was delivered for, as far as the message shows."""
    delivered = [*fields.every("delivered-to")[:1], *fields.every("x-original-to")[:1]]
    domains = [field_text(value[:500]).rpartition("@")[2].strip("<> ").lower() for value in delivered]
    parents = [name.lower().partition(".")[2] for name in trusted_authservs]
    return frozenset(domain for domain in [*domains, *parents] if "." in domain)
