"""Parsed mail as values: what came in, told apart into the sender's own words and everything else.

Standard library only, so that classifiers, training and benchmarks run without a database. Nothing here is
trusted because a sender wrote it: identity is settled by `bot.intake.identify`, authenticity by
`bot.intake.authenticate`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Direction(StrEnum):
    """Which way a contact went, seen from the council."""

    IN = "in"
    OUT = "out"


class Channel(StrEnum):
    """How a contact reached the council (policy section 6; LOG-02)."""

    EMAIL = "email"
    TELEPHONE = "telephone"
    LETTER = "letter"
    VISIT = "visit"
    MEETING = "meeting"
    PUBLIC_QUESTION = "public_question"


class Automatic(StrEnum):
    """Why a message is taken to have been sent by a machine (RFC 3834, RFC 3464, RFC 2369)."""

    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    LIST = "list"
    REPORT = "report"


class Verdict(StrEnum):
    """One authentication method's result, as RFC 8601 names them, folded to what we act on."""

    PASS = "pass"
    FAIL = "fail"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox as written in a header. `email` is lower-cased and may be empty when the header made no sense."""

    email: str
    name: str = ""

    @property
    def domain(self) -> str:
        return self.email.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Authentication:
    """What the council's own mail server said of the sender (RFC 8601), never what the message claims by itself.

    `trusted_by` is the authserv-id the results were taken from, empty when no header of a trusted server was there.
    """

    spf: Verdict = Verdict.NONE
    dkim: Verdict = Verdict.NONE
    dmarc: Verdict = Verdict.NONE
    trusted_by: str = ""

    @property
    def passed(self) -> bool | None:
        """True: the sender's domain vouches for it. False: it disowns it. None: nobody said anything."""
        if self.dmarc is not Verdict.NONE:
            return self.dmarc is Verdict.PASS
        said = {self.spf, self.dkim} - {Verdict.NONE}
        if not said:
            return None
        return Verdict.PASS in said


@dataclass(frozen=True, slots=True)
class Attachment:
    """A part that is not the letter itself. `text` is what could be read out of it (text, PDF, docx), else empty."""

    name: str
    content_type: str
    size: int
    sha256: str
    text: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class OwnWords:
    """A body told apart. `own` is verbatim: every line of it stands in the body, in order.

    `quoted` is earlier mail, `signature` the sender's block (kept: it holds telephone and address),
    `disclaimer` what gateways and employers add.
    """

    own: str
    quoted: str = ""
    signature: str = ""
    disclaimer: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One parsed mail. Times are aware UTC; `sent_at` is what the sender wrote, `received_at` what our server says.

    `body` is the whole readable text (plain part, else HTML turned into text). `problems` names what could not be
    read, in plain words, and is shown to the officer; a message with problems is still a message.
    """

    sha256: str
    size: int
    message_id: str
    sender: Address
    received_at: datetime
    sent_at: datetime | None = None
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    subject: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    body: str = ""
    words: OwnWords = OwnWords("")
    attachments: tuple[Attachment, ...] = ()
    automatic: Automatic | None = None
    authentication: Authentication = Authentication()
    forwarded: tuple[Message, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def recipients(self) -> tuple[Address, ...]:
        return self.to + self.cc
