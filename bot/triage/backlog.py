"""Prints of contacts that were recorded before there were any: made after an upgrade, a few hundred at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sqlalchemy import select

from bot.work import Work, verb
from models.contact import Contact
from models.message import Direction
from models.officer import Permission
from models.prints import backlog, keep_prints

AT_A_TIME = 500


@verb("prints.fill", needs=Permission.RECORD_CONTACT)
def fill_some(work: Work, sketch: Callable[[str, str], Iterable[int]]) -> int:
    """Keep the prints (`sketch`) of the next few earlier contacts; how many are still to do. Safe to end anywhere."""
    row = backlog(work.session)
    if row is None:
        return 0
    upto = min(row.done_to + AT_A_TIME, row.last_contact)
    theirs = select(Contact.id, Contact.at, Contact.own, Contact.subject).where(
        Contact.id > row.done_to, Contact.id <= upto, Contact.direction == Direction.IN, Contact.automatic.is_(None)
    )
    for contact in work.session.execute(theirs):
        keep_prints(work.session, contact.id, contact.at, sketch(contact.own, contact.subject))
    row.done_to = upto
    work.note("prints.fill", "PrintBacklog:1", to=upto)
    return row.last_contact - upto
