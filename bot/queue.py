"""The named officer's queue: what waits, in which lane and why; taking it up, and ruling on it.

A person rules; the program never closes an item by itself, and an item never expires (INV-03, INV-05).
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session, selectinload

from bot.work import Work, verb
from models.contact import Contact, Shunt
from models.errors import NotFound, Refused
from models.officer import Permission
from models.queue import Flag, Lane, Outcome, QueueItem, Ruling

_PRESSING = {lane: place for place, lane in enumerate(Lane)}


@verb("queue.put", needs=Permission.RECORD_CONTACT)
def put(
    work: Work, contact: Contact, *, lane: Lane, reasons: Sequence[str], must_attest: bool, flags: Sequence[Flag] = ()
) -> QueueItem:
    """Let a contact wait for a person, with its flags and the reasons in plain words."""
    item = QueueItem(
        lane=lane, reasons=list(reasons), opened_at=work.now, contact_id=contact.id, must_attest=must_attest
    )
    work.session.add(item)
    work.session.add_all(flags)
    work.session.flush()
    work.note("queue.put", item, contact=contact.id, lane=lane.value)
    return item


@verb("queue.put_shunt", needs=Permission.RECORD_CONTACT)
def put_shunt(work: Work, shunt: Shunt) -> QueueItem:
    """Let a message that broke the program wait for a person: it was somebody's request."""
    reason = "This message could not be read by the program. It is kept whole: read it yourself."
    item = QueueItem(lane=Lane.URGENT, reasons=[reason], opened_at=work.now, shunt_id=shunt.id, must_attest=True)
    work.session.add(item)
    work.session.flush()
    work.note("queue.put", item, shunt=shunt.id, lane=item.lane.value)
    return item


@verb("queue.take", needs=Permission.RULE)
def take(work: Work, item: QueueItem) -> QueueItem:
    """Say that one is reading it, so that two officers do not answer the same contact."""
    _open(item)
    if item.taken_by and item.taken_by != work.actor.name:
        raise Refused(f"{item.taken_by} has taken this up already; speak to them, or rule on it all the same")
    item.taken_by, item.taken_at = work.actor.name, work.now
    work.note("queue.take", item)
    return item


@verb("queue.rule", needs=Permission.RULE)
def rule(work: Work, item: QueueItem, *, outcome: Outcome, flag: Flag | None = None, reason: str = "") -> Ruling:
    """Agree with, or overrule, one flag or the whole item; or attest that it was checked for new information.

    Ruling on the whole item closes it; an item that must be attested stays open until it is (policy section 19).
    """
    _open(item)
    if flag is not None and flag.contact_id != item.contact_id:
        raise Refused("that flag belongs to another contact")
    if outcome is Outcome.OVERRULE and not reason.strip():
        raise Refused("overruling needs a reason, in a few words: it teaches the program and answers the auditor")
    if outcome is Outcome.ATTEST and flag is not None:
        raise Refused("a check for new information is of the whole contact, not of one flag")
    ruling = Ruling(
        item_id=item.id,
        outcome=outcome,
        by=work.actor.name,
        at=work.now,
        flag_id=flag.id if flag else None,
        reason=reason.strip(),
    )
    work.session.add(ruling)
    work.session.flush()
    work.session.expire(item, ["rulings"])
    if flag is None and (outcome is Outcome.ATTEST or not item.must_attest):
        item.closed_at = work.now
    work.note("queue.rule", ruling, item=item.id, outcome=outcome.value, flag=flag.id if flag else None)
    return ruling


def _open(item: QueueItem) -> None:
    if item.closed_at is not None:
        raise Refused("this has been ruled on and closed already")


def waiting(session: Session, *, lane: Lane | None = None, limit: int = 200, offset: int = 0) -> list[QueueItem]:
    """What waits for a person, the most pressing lane first, the longest waiting first within a lane."""
    wanted = select(QueueItem).where(QueueItem.closed_at.is_(None))
    if lane is not None:
        wanted = wanted.where(QueueItem.lane == lane)
    pressing = case(_PRESSING, value=QueueItem.lane, else_=len(_PRESSING))
    wanted = wanted.order_by(pressing, QueueItem.opened_at, QueueItem.id).limit(limit).offset(offset)
    return list(session.scalars(wanted.options(selectinload(QueueItem.contact).selectinload(Contact.customer))))


def counts(session: Session) -> dict[Lane, int]:
    """How many wait in each lane."""
    rows = session.execute(
        select(QueueItem.lane, func.count()).where(QueueItem.closed_at.is_(None)).group_by(QueueItem.lane)
    )
    found = {row[0]: row[1] for row in rows}
    return {lane: found.get(lane, 0) for lane in Lane}


def find_item(session: Session, number: int) -> QueueItem:
    item = session.get(QueueItem, number)
    if item is None:
        raise NotFound(f"there is no queue item {number}")
    return item
