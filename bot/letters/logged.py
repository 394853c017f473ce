"""A letter on paper that went from here stands in the log, with the matter that it is about (LOG-03, INV-23)."""

from __future__ import annotations

from datetime import datetime, time

from sqlalchemy.orm import Session

from bot.letters.send import EMAIL, NOTIFY_EMAIL, order_of
from bot.work import Work, verb
from models.calendar import COUNCIL_ZONE
from models.case import Case, steps_of
from models.contact import Contact, Match
from models.customer import Customer
from models.letter import Letter, is_apart
from models.message import Channel, Direction
from models.officer import Permission
from models.request import InformationRequest


@verb("letter.log", needs=Permission.SEND_LETTER)
def log_letter(work: Work, letter: Letter) -> Contact | None:
    """Log a letter to a customer as the council's word: it ends the council's delay. None where the log is not for it.

    One by e-mail is logged from the council's own sent mail; a cautionary notice stands in no log (INV-19). What is set
    in a letter promises nothing and asks nothing beyond its clocks, so that it is no `own` words to be read for that.
    """
    order = order_of(work.session, letter)
    if letter.customer_id is None or is_apart(letter.kind) or order.how in (EMAIL, NOTIFY_EMAIL):
        return None
    answered = _answered(work.session, letter)
    contact = Contact(
        channel=Channel.LETTER,
        direction=Direction.OUT,
        at=work.now if order.on == work.today else datetime.combine(order.on, time(12), COUNCIL_ZONE),
        recorded_at=work.now,
        recorded_by=work.actor.name,
        customer=work.session.get_one(Customer, letter.customer_id),
        match=Match.CERTAIN,
        match_reasons=["the council's own letter"],
        subject=letter.subject,
        body=letter.body,
        nature=f"letter {letter.id}: {letter.kind.value.replace('_', ' ')}",
        issue_id=answered.issue_id if answered is not None else None,
    )
    work.session.add(contact)
    work.session.flush()
    work.note("letter.log", contact, letter=letter.id, customer=letter.customer_id)
    return contact


def _answered(session: Session, letter: Letter) -> Contact | None:
    """The contact that a letter is about: the one it names, the request's, or the last that its case cites."""
    number = letter.contact_id
    if number is None and letter.request_id is not None:
        number = session.get_one(InformationRequest, letter.request_id).contact_id
    if number is None and letter.case_id is not None:
        steps = steps_of(session, session.get_one(Case, letter.case_id))
        number = next((cited for step in reversed(steps) for cited in reversed(step.cites)), None)
    return session.get(Contact, number) if number is not None else None
