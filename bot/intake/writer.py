"""Who a message says has written it: names, telephone, address, and what it tells of the writer's family.

Everything here is a claim of the message. Only the sender's own words are read, never quoted mail: the telephone of
whoever is quoted is not the sender's.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass

from bot.intake import points, relays
from bot.intake.claims import (
    CLOSING_LINES,
    LONGEST_LINE,
    Claim,
    Source,
    addressed_in,
    claims_of,
    reads_as_prose,
    someone_elses,
    spoken_of,
)
from bot.intake.person_names import fold
from models.message import Message

_OPENING_LINES = 4
_MOST_TEXT = 20_000


class Age(enum.StrEnum):
    """Which of two of one name the writer speaks as: a father of his son, or a son of his father."""

    ELDER = "elder"
    YOUNGER = "younger"
    UNSAID = ""


@dataclass(frozen=True, slots=True)
class Writer:
    """What a message says of its writer. `address` is empty when a web site or form sent it for them."""

    address: str
    relay: bool
    answer_to: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = ()
    phones: tuple[str, ...] = ()
    postcodes: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    unit: str = ""
    written_address: str = ""
    speaks_as: Age = Age.UNSAID
    someone_elses: tuple[str, ...] = ()  # folded given names of people the writer says they are not
    spoken_of: tuple[str, ...] = ()  # folded given names of people of whom the letter says what they do
    quotes: tuple[str, ...] = ()  # addresses that the quoted mail is from
    other_account: bool = False  # says that they write from another address than usual
    many_write_here: bool = False  # the address sends for many people: what came from it before says nothing

    def claim(self, source: Source) -> Claim | None:
        return next((c for c in self.claims if c.source is source), None)

    @property
    def best_name(self) -> str:
        """The fullest name the message gives, as written; empty if it gives none."""
        ranked = sorted(self.claims, key=lambda c: (not c.name.is_full, c.name.several, not c.name.surname))
        return ranked[0].words if ranked else ""


def read_writer(message: Message) -> Writer:
    """Everything the message says of who wrote it. Never raises; reads a bounded part of it."""
    own = message.words.own[:_MOST_TEXT]
    relayed = relays.read(message)
    lines = [line.strip() for line in own.split("\n") if line.strip()]
    if relayed is not None:
        lines = [line for line in lines if not relays.is_notice(line) and not relays.is_field(line)]
    closing = lines[-CLOSING_LINES:]
    block = [line.strip() for line in message.words.signature[:4000].split("\n") if line.strip()]
    around = "\n".join(line for line in [*lines[:_OPENING_LINES], *closing, *block] if len(line) <= LONGEST_LINE * 2)
    address_lines = [line for line in [*lines[:_OPENING_LINES], *closing, *block] if _may_be_address(line)]
    sender = message.sender.name if relayed is None else relayed.name
    elsewhere = _OTHER_ACCOUNT.search(own) is not None
    house = fold(message.sender.domain.rpartition(".")[0]) if relayed is None else ""
    claims = tuple(claims_of(sender, lines, block, addressed_in(lines, message), house=house))
    return Writer(
        address="" if relayed else points.email(message.sender.email),
        relay=relayed is not None,
        answer_to=relayed.answer_to if relayed else _answer_to(message, own if elsewhere else ""),
        claims=claims,
        phones=points.phones_in("\n".join([*closing, *block, *lines[:_OPENING_LINES]])),
        postcodes=points.postcodes_in(around),
        places=tuple(dict.fromkeys(p for line in address_lines for p in points.places_in(_address_part(line)))),
        unit=unit_in(" ".join(address_lines)),
        written_address=_written_address(closing + block),
        speaks_as=_age(own, closing),
        someone_elses=tuple(someone_elses(own)),
        spoken_of=tuple(dict.fromkeys(spoken_of(own))),
        quotes=_quoted_senders(message),
        other_account=elsewhere,
        many_write_here=relayed is not None and not relays.is_machine_made(message.sender.email),
    )


_OTHER_ACCOUNT = re.compile(
    r"\bmy (?:other|usual|normal|old|work|home|main|first|second|new) "
    r"(?:e-?mail|account|address|mailbox|mail|hotmail|gmail)"
    r"|\bfrom (?:a different|another) (?:e-?mail|account|address)|\bmy (?:e-?mail|account) (?:is|was|has been|got) "
    r"(?:hacked|locked|blocked|down|broken|playing up|full)",
    re.IGNORECASE,
)


def _quoted_senders(message: Message) -> tuple[str, ...]:
    """From whom the mail is that this one quotes: the first two addresses that it names."""
    own = points.email(message.sender.email)
    return tuple(a for a in points.emails_in(message.words.quoted[:4000])[:4] if a != own)[:2]


def _answer_to(message: Message, own: str) -> tuple[str, ...]:
    found = (*(points.email(a.email) for a in message.reply_to), *points.emails_in(own)[:3])
    return tuple(dict.fromkeys(a for a in found if a and a != points.email(message.sender.email)))


# --- address, age ----------------------------------------------------------------------------------------------------

_UNIT = re.compile(r"\b(?:flat|apartment|apt|unit|room)\.? ?(\d{1,4}[a-z]?|[a-z])\b", re.IGNORECASE)
_ELDER = re.compile(
    r"\b(?:my|the|our) (?:son|boy|lad|lads|daughter|lass|grandson|granddaughter|grandchildren)\b|\((?:the )?father\)",
    re.IGNORECASE,
)
_YOUNGER = re.compile(
    r"\b(?:my|our) (?:dad|father|mum|mam|mother|parents|old man)\b|(?:^|[.!?,\n] ?)(?:dad|mum|mam)\b|\((?:the )?son\)",
    re.IGNORECASE,
)


def unit_in(text: str) -> str:
    """The flat or room in an address, folded; empty if it names none."""
    match = _UNIT.search(text)
    return match[1].lower() if match else ""


def _may_be_address(line: str) -> bool:
    return len(line) <= LONGEST_LINE and len(line.split()) <= 14 and not reads_as_prose(line)


def _address_part(line: str) -> str:
    """What follows a name and a comma on one line: 'D. Hallam, 21 Beck Walk'."""
    number = re.search(r"(?:^|[\s,|])(?:flat \d+\w?,? .*?)?\d{1,4}[a-z]?,? +[^\W\d_]", line, re.IGNORECASE)
    return line[number.start() :] if number else line


def _written_address(lines: list[str]) -> str:
    """The lines under a letter that read as a postal address, joined."""
    found = [_address_part(line).strip(" ,|") for line in lines if _is_address(line)]
    return ", ".join(dict.fromkeys(found))[:300]


def _is_address(line: str) -> bool:
    if not _may_be_address(line) or points.emails_in(line):
        return False
    if points.postcodes_in(line):
        return True
    part = _address_part(points.without_postcode(line)).strip(" ,|")
    return bool(re.match(r"(?:flat |unit )?\d{1,4}[a-z]?,? [^\W\d_]{3}", part, re.I)) and not points.phones_in(line)


def _age(own: str, closing: list[str]) -> Age:
    foot = " ".join(closing[-3:])
    if re.search(r"\((?:the )?son\)|\b(?:junior|jnr)\b", foot, re.IGNORECASE):
        return Age.YOUNGER
    if re.search(r"\((?:the )?father\)|\b(?:senior|snr)\b", foot, re.IGNORECASE):
        return Age.ELDER
    elder, younger = bool(_ELDER.search(own)), bool(_YOUNGER.search(own))
    if elder == younger:
        return Age.UNSAID
    return Age.ELDER if elder else Age.YOUNGER
