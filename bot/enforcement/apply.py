"""Carry out what was decided: intent first, then the act, then the answer. Safe to repeat at any moment.

Nothing here can reject, bounce or delete: the ports have no such thing. If anything is in doubt, mail flows.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from datetime import datetime

from sqlalchemy import bindparam, exists, func, select

from bot.enforcement.plan import Plan, plan
from bot.mailbox.ports import MailboxError, MailboxRefused, Mover, Place, Rule, RuleBook, RuleClash
from bot.mailbox.rules.written import unfit
from bot.work import Work, verb
from models.as_recorded import marked_protected, point_stands
from models.audit import CLOCK, IS_RIGHT, moments_known
from models.calendar import council_day
from models.columns import asking
from models.contact import Contact, Match, Sighting, seen_at
from models.customer import ContactPoint, PointKind, Standing
from models.decision import Restriction
from models.enforcement import SWITCH, Divert, EnforcementSwitch, RuleChange, enforcement_is_on
from models.errors import Refused
from models.in_force import everybody_that_is, restrictions_in_force
from models.message import Channel, Direction
from models.officer import Permission
from models.policy import Policy, is_never_restricted

_TRIES = 3

Begin = Callable[[], AbstractContextManager[Work]]


@dataclass(frozen=True, slots=True)
class Done:
    """What one reconcile did, in plain words. `ok` is None where there was nothing to do."""

    book: str
    why: tuple[str, ...]
    ok: bool | None = None
    words: str = ""


@verb("enforcement.switch", needs=Permission.SWITCH_ENFORCEMENT)
def switch(work: Work, *, on: bool) -> EnforcementSwitch:
    """Let the service act on the mailbox, or only observe. A new installation observes."""
    row = EnforcementSwitch(on=on, at=work.now, by=work.actor.name)
    work.session.add(row)
    work.session.flush()
    work.note("enforcement.switch", SWITCH, digest=row.digest(), switch=row.id, on=on)
    return row


@verb("clock.is_right", needs=Permission.SWITCH_ENFORCEMENT)
def clock_is_right(work: Work, *, reason: str) -> None:
    """Say that the clock is right now and stood ahead before: what the record knows of days that have not come was
    written by a wrong clock. What was lifted, or put on record as ended, under that clock stays over (ADR 0013)."""
    latest = max((at for _, at in moments_known(work.session)), default=work.now)
    if council_day(latest) <= work.today:
        raise Refused("nothing on record is of a later day than the clock says; there is nothing to put right")
    if not reason.strip():
        raise Refused("say in a few words how you know that the clock is right now: --reason")
    work.note(IS_RIGHT, CLOCK, latest=latest.isoformat(), reason=reason.strip())


# --- rules on the server ---------------------------------------------------------------------------------------------


def wanted_rules(work: Work, policy: Policy, council: Iterable[str]) -> tuple[Rule, ...]:
    """The rules that the restrictions in force call for today; none while enforcement is switched off."""
    if not enforcement_is_on(work.session, work.seal):
        return ()
    rules = []
    for restriction in _diverting(work, policy):
        addresses = _addresses(work, restriction, policy, tuple(council))
        rule = Rule(restriction.id, addresses, policy.folder, restriction.starts_on, restriction.ends_on)
        # An address that no rule can carry must not keep the other rules, or their removal, from being written.
        rule = replace(rule, addresses=tuple(a for a in addresses if not unfit(replace(rule, addresses=(a,)))))
        if rule.addresses:
            rules.append(rule)
    return tuple(rules)


def _diverting(work: Work, policy: Policy) -> list[Restriction]:
    binding = restrictions_in_force(work.session, work.today, work.seal, policy.reviews_demanded).binding
    # Where terms say how far a measure goes, a rule might go further: then people divert, and the mail flows (INV-07).
    return [r for r in binding if r.measure.value in policy.diverting and not r.terms]


def _addresses(work: Work, restriction: Restriction, policy: Policy, council: tuple[str, ...]) -> tuple[str, ...]:
    """The addresses that are confirmed, under our own seal, to be this person's, and nobody else's (INV-21)."""
    people = everybody_that_is(work.session, restriction.customer_id, work.seal)
    if marked_protected(work.session, people, work.seal):  # after it was decided (INV-11)
        return ()
    confirmed = select(ContactPoint).where(
        ContactPoint.kind == PointKind.EMAIL, ContactPoint.standing == Standing.CONFIRMED
    )
    points = work.session.scalars(confirmed.where(ContactPoint.customer_id.in_(people)))
    theirs = {p.value.lower() for p in points if point_stands(work.session, p, work.seal)}
    others = confirmed.where(ContactPoint.customer_id.not_in(people), func.lower(ContactPoint.value).in_(theirs))
    own = theirs - {p.value.lower() for p in work.session.scalars(others)}
    return tuple(sorted(a for a in own if not _out_of_reach(a, policy, council)))


def _out_of_reach(address: str, policy: Policy, council: tuple[str, ...]) -> bool:
    domain = address.rpartition("@")[2]
    return is_never_restricted(address, policy) or any(domain == d or domain.endswith(f".{d}") for d in council)


@verb("rules.intend", needs=Permission.RECONCILE)
def intend(work: Work, book: str, planned: Plan) -> RuleChange:
    """Put on record what is about to be changed on the server."""
    change = RuleChange(
        rule_book=book,
        intended_at=work.now,
        rules=[
            {**asdict(r), "starts_on": r.starts_on.isoformat(), "ends_on": r.ends_on.isoformat()} for r in planned.rules
        ],
        why=list(planned.why),
    )
    work.session.add(change)
    work.session.flush()
    work.note("rules.intend", change, restrictions=[r.restriction for r in planned.rules])
    return change


@verb("rules.answered", needs=Permission.RECONCILE)
def answered(work: Work, change_id: int, *, ok: bool, words: str) -> None:
    """Record what the mail server said to an intended change, in its own words."""
    change = work.session.get_one(RuleChange, change_id)
    change.answered_at, change.ok, change.answer = work.now, ok, words
    work.note("rules.answered", change, ok=ok)


def plan_for(work: Work, book: RuleBook, policy: Policy, council: Iterable[str]) -> Plan:
    """What a reconcile would do now. Reads the server, changes nothing."""
    return plan(wanted_rules(work, policy, council), book.read())


def reconcile(begin: Begin, book: RuleBook, policy: Policy, council: Iterable[str]) -> Done:
    """Make the server's rules what the decisions say. A server that fails raises nothing: its words are recorded."""
    council = tuple(council)
    for _ in range(_TRIES):
        try:
            return _once(begin, book, policy, council)
        except RuleClash:
            continue  # somebody wrote between our reading and writing: read again
    return Done(book.name, (), ok=False, words="the rules on the server changed each time that we meant to write them")


def _once(begin: Begin, book: RuleBook, policy: Policy, council: tuple[str, ...]) -> Done:
    try:
        with begin() as work:
            planned = plan_for(work, book, policy, council)
            if not planned.changes_something:
                return Done(book.name, ())
            change = intend(work, book.name, planned)
    except MailboxError as error:
        return Done(book.name, (), ok=False, words=str(error))
    failed: MailboxError | None = None
    try:
        words = book.write(planned.rules, stamp=planned.stamp)
    except MailboxError as error:
        failed = error
        words = f"{error}{_only_take_away(book, planned) if isinstance(error, MailboxRefused) else ''}"
    with begin() as work:
        answered(work, change.id, ok=failed is None, words=words)
    if isinstance(failed, RuleClash):
        raise failed
    return Done(book.name, planned.why, failed is None, words)


def _only_take_away(book: RuleBook, planned: Plan) -> str:
    """A server that refuses a new rule must not keep an old one alive: what is over is removed all the same."""
    try:
        found = book.read()
        staying = tuple(rule for rule in found.ours if rule in planned.rules)
        if len(staying) == len(found.ours):
            return ""
        return f"; only what is over was taken away: {book.write(staying, stamp=found.stamp)}"
    except MailboxError as error:
        return f"; nor could what is over be taken away: {error}"


# --- messages that the service moves itself --------------------------------------------------------------------------


_NOT_MOVED = (
    Contact.direction == Direction.IN,
    Contact.channel == Channel.EMAIL,
    Contact.match == Match.CERTAIN,
    Contact.diverted.is_(False),
    ~exists().where(Divert.contact_id == Contact.id, Divert.answered_at.is_not(None)),
)
# By an index of the restricted people's mail alone: where it lies is looked for when there is any.
_PERHAPS_DUE = select(Contact.id, Contact.sha256).where(
    *_NOT_MOVED,
    Contact.restricted_by.is_not(None),
    Contact.restricted_by.in_(
        select(Restriction.id).where(
            Restriction.starts_on <= bindparam("today"), Restriction.ends_on > bindparam("today")
        )
    ),
)


@verb("divert.intend", needs=Permission.RECONCILE)
def intend_diverts(
    work: Work, mailbox: str, inboxes: Iterable[str], policy: Policy, council: Iterable[str]
) -> list[tuple[int, Place]]:
    """Which messages in the inboxes must go to the named officer's folder, put on record before they are moved.

    Only mail of a restricted customer whose identity is certain, that came after enforcement was switched on, under a
    restriction that is in force today; and what an earlier attempt had not finished, if that still holds.
    """
    # After most messages there is nothing to move: then nobody's papers need be looked through.
    places = _places(work, mailbox, frozenset(inboxes))
    if not places or (since := _on_since(work)) is None:
        return []
    council = tuple(council)
    # What a contact says of itself is not taken on trust: the address must be one that a rule would hold.
    binding = {r.id: _addresses(work, r, policy, council) for r in _diverting(work, policy)}
    due = work.session.scalars(
        select(Contact)
        .where(Contact.id.in_(list(places)), Contact.restricted_by.in_(list(binding)), Contact.recorded_at >= since)
        .order_by(Contact.id)
    ).all()
    todo: dict[int, Place] = {}
    for contact in due:
        number = contact.restricted_by
        if number is not None and not _forged(contact) and contact.sender_email.lower() in binding[number]:
            todo[contact.id] = places[contact.id]
            _intend_divert(work, contact, number)
    return list(todo.items())


def _places(work: Work, mailbox: str, inboxes: Collection[str]) -> dict[int, Place]:
    """Where the mail lies that may be due: in these inboxes, where it was seen last.

    It is looked for by its bytes: an inbox may hold years of mail.
    """
    perhaps = asking(work.session).execute(_PERHAPS_DUE, {"today": work.today}).all()
    if not perhaps:
        return {}
    by_bytes = {sha256: number for number, sha256 in perhaps}
    seen = work.session.scalars(select(Sighting).where(Sighting.sha256.in_(list(by_bytes))).order_by(Sighting.id))
    here = (s for s in seen if s.mailbox == mailbox and s.folder in inboxes)
    return {by_bytes[s.sha256]: Place(s.folder, s.validity, s.uid) for s in here}


def _forged(contact: Contact) -> bool:
    return any(f.about == "forged" and f.score >= 0.5 for f in contact.findings)


def _on_since(work: Work) -> datetime | None:
    if not enforcement_is_on(work.session, work.seal):
        return None
    rows = work.session.scalars(select(EnforcementSwitch).order_by(EnforcementSwitch.id.desc()))
    since = None
    for row in rows:
        if not row.on:
            break
        since = row.at
    return since


def _intend_divert(work: Work, contact: Contact, restriction_id: int) -> None:
    if work.session.scalar(select(Divert.id).where(Divert.contact_id == contact.id)):
        return
    divert = Divert(contact_id=contact.id, restriction_id=restriction_id, intended_at=work.now)
    work.session.add(divert)
    work.session.flush()
    work.note("divert.intend", divert, contact=contact.id, restriction=restriction_id)


@verb("divert.answered", needs=Permission.RECONCILE)
def divert_answered(work: Work, contact_id: int, mailbox: str, *, place: Place | None, words: str) -> None:
    """What became of one message: where it lies now, or why it could not be moved."""
    divert = work.session.scalars(select(Divert).where(Divert.contact_id == contact_id)).one()
    contact = work.session.get_one(Contact, contact_id)
    divert.answered_at, divert.moved, divert.answer = work.now, place is not None, words
    contact.diverted = place is not None
    if place is not None and contact.sha256 is not None:
        where = {"folder": place.folder, "validity": place.validity, "uid": place.uid}
        seen_at(work.session, contact.sha256, mailbox=mailbox, at=work.now, **where)
    work.note("divert.answered", divert, moved=place is not None)


def divert(
    begin: Begin, mover: Mover, mailbox: str, inboxes: Iterable[str], policy: Policy, council: Iterable[str] = ()
) -> int:
    """Move what is due. The number moved; a server that fails leaves the rest for the next time."""
    with begin() as work:
        due = intend_diverts(work, mailbox, tuple(inboxes), policy, council)
    moved = 0
    for contact_id, place in due:
        try:
            now_at = mover.move(place, policy.folder)
        except MailboxRefused:
            continue  # this one may not be moved; the others may
        except MailboxError:
            break  # tried again at the next round: the intent stands without an answer
        with begin() as work:
            words = "moved" if now_at else "it was no longer in the inbox: it had been moved before"
            divert_answered(work, contact_id, mailbox, place=now_at, words=words)
        moved += now_at is not None
    return moved
