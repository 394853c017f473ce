"""Whose contact it is, as an officer says: confirmed, somebody else's, or of somebody who is on no record (INV-21).

Only a confirmed contact can be held against anybody (`models.conduct`). What the program had suggested, and why, stays
on record beside what the officer said; taking it back is saying whose it is instead.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select, update

from bot import queue
from bot.customers import add_customer
from bot.intake.newcomers import suggest_points
from bot.intake.relays import is_machine_made
from bot.matters.chronology import records_of
from bot.matters.rulings import answers_to
from bot.work import Work, verb
from models.calendar import COUNCIL_ZONE, council_day
from models.contact import Contact, Match
from models.customer import Customer, PointKind, kept
from models.errors import Refused
from models.identity import IdentityRuling, identity_rulings
from models.in_force import restrictions_that_bound
from models.issue import Issue
from models.message import Direction
from models.officer import Permission
from models.policy import Policy
from models.queue import Lane, item_of

_BOUND = "the sender is under a restriction: every contact is read and checked"


@dataclass(frozen=True, slots=True)
class Address:
    """An address that a letter came from: suggested as the writer's, until an officer confirms it."""

    value: str
    kind: PointKind = PointKind.EMAIL
    source: str = "letter"


@verb("contact.confirm_customer", needs=Permission.MANAGE_CUSTOMERS)
def confirm_customer(
    work: Work, contact: Contact, customer: Customer, *, reason: str, policy: Policy, seen: int | None = None
) -> IdentityRuling:
    """Say whose contact it is. If that is somebody else than was held, the contact leaves the other's matters.

    `seen`: the number of the latest ruling on it when the officer looked, 0 for none. What restriction bound the writer
    when it came is told anew, and a letter that a restriction bound waits to be checked for new information.
    """
    customer = kept(work.session, customer)
    _may_be_said(work, contact, customer, reason, seen)
    ruling = IdentityRuling(
        contact_id=contact.id,
        customer_id=customer.id,
        by=work.actor.name,
        at=work.now,
        reason=reason.strip(),
        before_id=contact.customer_id,
        match_before=contact.match,
        reasons_before=list(contact.match_reasons),
        issue_before=contact.issue_id,
    )
    people = records_of(work.session, customer)
    if contact.customer_id not in people:
        _refile(work, contact, customer, people)
        contact.customer = customer
    contact.match = Match.CERTAIN
    contact.match_reasons = [f"confirmed by {work.actor.name}: {reason.strip()}"]
    work.session.add(ruling)
    work.session.flush()
    _bind(work, contact, customer, policy)
    work.note("contact.confirm_customer", contact, customer=customer.id, before=ruling.before_id, reason=ruling.reason)
    return ruling


@verb("contact.confirm_new", needs=Permission.MANAGE_CUSTOMERS)
def confirm_new(
    work: Work, contact: Contact, *, name: str, reason: str, policy: Policy, seen: int | None = None
) -> IdentityRuling:
    """Say that the writer is on no record: one is made, with the address that it came from as a suggestion."""
    made = add_customer(work, name=name)
    if contact.sender_email and not is_machine_made(contact.sender_email):
        suggest_points(work, made, [Address(contact.sender_email)])
    work.note("contact.confirm_new", contact, customer=made.id)
    return confirm_customer(work, contact, made, reason=reason, policy=policy, seen=seen)


def _may_be_said(work: Work, contact: Contact, customer: Customer, reason: str, seen: int | None) -> None:
    work.session.refresh(contact, with_for_update=True)
    if contact.direction is Direction.OUT:
        raise Refused("the council wrote this itself; say whose the letter is that it answers, and it goes with that")
    if not reason.strip():
        raise Refused("a reason is needed: say in a few words how you know whose it is")
    latest = next(iter(identity_rulings(work.session, [contact.id])), None)
    if seen is not None and latest is not None and latest.id > seen:
        when = latest.at.astimezone(COUNCIL_ZONE)
        raise Refused(
            f"{latest.by} said on {when:%-d %B at %H:%M} whose contact this is ({latest.reason}), after you opened "
            "this page; look at it as it stands now, then say"
        )
    same = contact.customer is not None and kept(work.session, contact.customer).id == customer.id
    if same and latest is not None:
        raise Refused(f"{latest.by} confirmed already that it is {customer.reference}'s")


def _refile(work: Work, contact: Contact, customer: Customer, people: set[int]) -> None:
    """Out of the other's matter, with the council's answers to it; a matter that holds nothing else goes along."""
    answers = answers_to(work, contact)
    issue = work.session.get(Issue, contact.issue_id) if contact.issue_id is not None else None
    if issue is not None and issue.customer_id not in people:
        to = _was_before(work, contact, people)
        if to is None and _nothing_else_in(work, issue, contact):
            answers |= _numbers_in(work, issue) - {contact.id}
            issue.customer_id, to = customer.id, issue
        if to is None:
            to = Issue(customer_id=customer.id, title=contact.subject or "(no subject)", opened_at=contact.at)
            work.session.add(to)
            work.session.flush()
        _put(work, {contact.id, *answers}, issue_id=to.id)
    _put(work, answers, customer_id=customer.id)


def _put(work: Work, contacts: set[int], **values: int) -> None:
    if contacts:
        work.session.execute(update(Contact).where(Contact.id.in_(contacts)).values(**values))


def _numbers_in(work: Work, issue: Issue) -> set[int]:
    return set(work.session.scalars(select(Contact.id).where(Contact.issue_id == issue.id)))


def _was_before(work: Work, contact: Contact, people: set[int]) -> Issue | None:
    """The matter of theirs that it stood in before it was said to be somebody else's."""
    for ruling in identity_rulings(work.session, [contact.id]):
        issue = work.session.get(Issue, ruling.issue_before) if ruling.issue_before is not None else None
        while issue is not None and issue.merged_into_id is not None:
            issue = work.session.get_one(Issue, issue.merged_into_id)
        if issue is not None and issue.customer_id in people:
            return issue
    return None


def _nothing_else_in(work: Work, issue: Issue, contact: Contact) -> bool:
    """Whether no other letter of a customer is filed there."""
    others = select(Contact.id).where(
        Contact.issue_id == issue.id, Contact.id != contact.id, Contact.direction == Direction.IN
    )
    return work.session.scalar(others.limit(1)) is None


def _bind(work: Work, contact: Contact, customer: Customer, policy: Policy) -> None:
    """Which restriction bound whoever wrote it, on the day that it came; then somebody must check it."""
    day, demanded = council_day(contact.at), policy.reviews_demanded
    asked = (work.session, customer.id, day, work.today, work.seal, demanded)
    found = () if contact.automatic else restrictions_that_bound(*asked)
    contact.restricted_by = found[0].id if found else None
    if not found:
        return
    item = item_of(work.session, contact.id)
    if item is None:
        queue.put(work, contact, lane=Lane.NAMED_OFFICER, reasons=[_BOUND], must_attest=True)
    elif item.closed_at is None and not item.must_attest:
        item.must_attest = True
        item.reasons = [*item.reasons, _BOUND]
