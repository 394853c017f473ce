"""The council's own letters, met again in its sent mail: each stands in the log once (LOG-03).

A Message-ID that somebody else could have written decides nothing. Only in the council's sent folder, where nobody else
puts mail, is it looked at, and only one that holds the mark of a letter's very words.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from bot.intake.record import record_mail
from bot.work import Work
from models.contact import Contact, Match
from models.customer import Customer
from models.letter import Letter, is_apart
from models.letters_in_log import OUR_OWN, is_logged, letter_with, matter_of_letter, nature_of
from models.message import Direction, Message, OwnWords


def letter_in_sent_mail(session: Session, message: Message, direction: Direction) -> Letter | None:
    """The letter that went from here and whose copy this is; None for other mail, and where no log is known for it."""
    letter = letter_with(session, message.message_id) if direction is Direction.OUT else None
    return letter if letter is not None and (letter.customer_id is not None or is_apart(letter.kind)) else None


def record_letter(work: Work, letter: Letter, message: Message, mailbox: str) -> Contact | None:
    """Log the copy as the letter that it is, where its sending was cut short before that was done.

    None where the log has it, and for the notice of a cautionary entry, which stands in no log (INV-19).
    """
    if letter.customer_id is None or is_apart(letter.kind) or is_logged(work.session, letter, message.message_id):
        return None
    return record_mail(
        work,
        replace(message, words=OwnWords("")),  # as `bot.letters.logged` has it
        direction=Direction.OUT,
        mailbox=mailbox,
        customer=work.session.get_one(Customer, letter.customer_id),
        match=Match.CERTAIN,
        reasons=[OUR_OWN],
        nature=nature_of(letter),
        issue=matter_of_letter(work.session, letter),
    )
