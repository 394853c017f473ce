"""A letter of ours in the log: the Message-ID that is its own, its matter, whether it stands there (LOG-03)."""

from __future__ import annotations

import hashlib
import re

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.case import Case, steps_of
from models.contact import Contact
from models.letter import Letter, is_apart
from models.message import Direction
from models.request import InformationRequest

OUR_OWN = "the council's own letter"
_OURS = re.compile(r"letter\.([1-9]\d{0,17})\.[0-9a-f]{24}@([^<>@\s]+)")


def message_id(letter: Letter, domain: str) -> str:
    """The letter's own Message-ID, as the log has it (without brackets): the same each time that these words are handed
    over, so that a second copy is known."""
    mark = hashlib.sha256(f"{letter.id} {letter.drafted_at.isoformat()} {letter.text_sha256()}".encode()).hexdigest()
    return f"letter.{letter.id}.{mark[:24]}@{domain}"


def letter_with(session: Session, named: str) -> Letter | None:
    """The letter whose own Message-ID this is, in the words that it has now; None where it is no letter's."""
    found = _OURS.fullmatch(named)
    letter = session.get(Letter, int(found[1])) if found else None
    return letter if found and letter is not None and message_id(letter, found[2]) == named else None


def has_a_log(letter: Letter) -> bool:
    """Whether it goes into somebody's log: a cautionary notice stands in none (INV-19)."""
    return letter.customer_id is not None and not is_apart(letter.kind)


def nature_of(letter: Letter) -> str:
    """What the log says of it."""
    return f"letter {letter.id}: {letter.kind.value.replace('_', ' ')}"


def is_logged(session: Session, letter: Letter, named: str) -> bool:
    """Whether the log has it already, as the letter that goes by this Message-ID."""
    same = select(Contact.id).where(
        Contact.message_id == named, Contact.direction == Direction.OUT, Contact.nature == nature_of(letter)
    )
    return session.scalar(same.limit(1)) is not None


def matter_of_letter(session: Session, letter: Letter) -> int | None:
    """The matter of the contact that it is about: the one it names, the request's, or the last that its case cites."""
    number = letter.contact_id
    if number is None and letter.request_id is not None:
        number = session.get_one(InformationRequest, letter.request_id).contact_id
    if number is None and letter.case_id is not None:
        steps = steps_of(session, session.get_one(Case, letter.case_id))
        number = next((cited for step in reversed(steps) for cited in reversed(step.cites)), None)
    return session.scalar(select(Contact.issue_id).where(Contact.id == number)) if number is not None else None
