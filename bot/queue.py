"""The named officer's queue: what waits, in which lane and why; taking it up, and ruling on it.

A person rules; the program never closes an item by itself, and an item never expires (INV-03, INV-05).
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, case, func, select
from sqlalchemy.orm import Session, selectinload

from bot.work import Work, verb
from models.acts_recorded import flags_digest
from models.columns import asking
from models.contact import Contact, ContactFinding, Shunt
from models.errors import NotFound, Refused
from models.finding import LABELS
from models.officer import Permission
from models.queue import Flag, FlagKind, Lane, Outcome, QueueItem, Ruling
from models.ruled import NOTHING_OF_THE_KIND, FindingRuling, find_finding

_NEWEST_LOOKED_AT = 200  # letters of one matter
_ANSWERABLE = (FlagKind.APPEAL, FlagKind.STATUTORY)
_NEWEST_OF_MATTER = (
    select(Contact.id)
    .where(Contact.issue_id == bindparam("matter"), Contact.final_answer.is_(False))
    .order_by(Contact.at.desc())
    .limit(_NEWEST_LOOKED_AT)
)
_LAST_RULED = (  # by the queue's item, which has an index
    select(Ruling.outcome)
    .join(QueueItem, QueueItem.id == Ruling.item_id)
    .where(QueueItem.contact_id == Flag.contact_id, Ruling.flag_id == Flag.id)
    .order_by(Ruling.id.desc())
    .limit(1)
    .correlate(Flag)
    .scalar_subquery()
)
_FLAGGED_ANSWERABLE = (
    select(Flag.id)
    .where(
        Flag.contact_id.in_(_NEWEST_OF_MATTER.scalar_subquery()),
        Flag.kind.in_(_ANSWERABLE),
        _LAST_RULED.is_distinct_from(Outcome.OVERRULE),
    )
    .limit(1)
)
_PRESSING = {lane: place for place, lane in enumerate(Lane)}


def is_answerable(session: Session, matter: int | None) -> bool:
    """Whether something lately filed under this matter was flagged as asking for a review, or under the law, and the
    officer has not overruled it."""
    return matter is not None and asking(session).scalar(_FLAGGED_ANSWERABLE, {"matter": matter}) is not None


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
    work.note("queue.put", item, digest=flags_digest(flags), contact=contact.id, lane=lane.value)
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
def rule(
    work: Work,
    item: QueueItem,
    *,
    outcome: Outcome,
    flag: Flag | None = None,
    reason: str = "",
    right_label: str = "",
) -> Ruling:
    """Agree with, or overrule, one flag or the whole item; or attest that it was checked for new information.

    Ruling on the whole item closes it; an item that must be attested stays open until it is (policy section 19). A
    ruling on a flag is kept as a labelled example of the finding behind it; `right_label`: what it should have been.
    """
    # As it stands now, and by nobody else meanwhile: of two officers at once the second is told.
    work.session.refresh(item, ["closed_at", "must_attest"], with_for_update=True)
    _open(item)
    if flag is not None and flag.contact_id != item.contact_id:
        raise Refused("that flag belongs to another contact")
    _reasoned(outcome, reason)
    if outcome is Outcome.ATTEST and flag is not None:
        raise Refused("a check for new information is of the whole contact, not of one flag")
    seen = find_finding(work.session, flag.finding_id) if flag is not None and flag.finding_id is not None else None
    if seen is not None:
        _fits(seen, outcome, right_label)
    elif right_label:
        raise Refused("what it should have been can be said of one finding only: rule on the flag, or on the finding")
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
    if seen is not None:
        _remember(work, seen, outcome=outcome, reason=reason, right_label=right_label, ruling=ruling)
    if flag is None and (outcome is Outcome.ATTEST or not item.must_attest):
        item.closed_at = work.now
    about = {"finding": seen.id, "right_label": right_label} if seen is not None else {}
    told = {"item": item.id, "outcome": outcome.value, "flag": flag.id if flag else None, **about}
    work.note("queue.rule", ruling, digest=ruling.digest(), **told)
    return ruling


@verb("queue.rule_finding", needs=Permission.RULE)
def rule_on_finding(
    work: Work, finding: ContactFinding, *, outcome: Outcome, reason: str = "", right_label: str = ""
) -> FindingRuling:
    """Agree with, or overrule, one finding, whether or not it raised a flag or its contact still waits.

    It is kept as a labelled example, and changes nothing about the contact or anybody.
    """
    if outcome is Outcome.ATTEST:
        raise Refused("a check for new information is of the whole contact, not of one finding")
    _reasoned(outcome, reason)
    _fits(finding, outcome, right_label)
    kept = _remember(work, finding, outcome=outcome, reason=reason, right_label=right_label)
    told = {"finding": finding.id, "outcome": outcome.value, "right_label": right_label}
    work.note("queue.rule_finding", kept, digest=kept.digest(), **told)
    return kept


def _remember(
    work: Work,
    finding: ContactFinding,
    *,
    outcome: Outcome,
    reason: str,
    right_label: str,
    ruling: Ruling | None = None,
) -> FindingRuling:
    """The labelled example: who ruled what about which finding. The finding and its words stay where they are."""
    kept = FindingRuling(
        finding_id=finding.id,
        outcome=outcome,
        by=work.actor.name,
        at=work.now,
        right_label=right_label,
        reason=reason.strip(),
        ruling_id=ruling.id if ruling else None,
    )
    work.session.add(kept)
    work.session.flush()
    return kept


def _reasoned(outcome: Outcome, reason: str) -> None:
    if outcome is Outcome.OVERRULE and not reason.strip():
        raise Refused("overruling needs a reason, in a few words: it teaches the program and answers the auditor")


def _fits(finding: ContactFinding, outcome: Outcome, right_label: str) -> None:
    if not right_label:
        return
    if outcome is not Outcome.OVERRULE:
        raise Refused("what it should have been is said only when a finding is overruled")
    if right_label == finding.label:
        raise Refused(f"that is what the program said: '{finding.label}'; agree with it instead")
    if right_label not in right_labels(finding.about):
        known = ", ".join(right_labels(finding.about))
        raise Refused(f"a finding about {finding.about} cannot be '{right_label}'; it can be {known}")


def right_labels(about: str) -> list[str]:
    """What a finding that was overruled may be said to be instead; "none" is: nothing of the kind."""
    known = [str(member.value) for member in LABELS.get(about, ())]
    return known if NOTHING_OF_THE_KIND in known else [*known, NOTHING_OF_THE_KIND]


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
