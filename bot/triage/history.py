"""What is already known, fetched through indexed queries and handed to the classifiers as values."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from models.calendar import council_day
from models.case import CaseWarning
from models.contact import Contact, ContactAttachment, Match
from models.customer import ContactPoint, Customer, PointKind, Standing, kept, same_person
from models.decision import Restriction
from models.finding import About, Evidence, Finding
from models.history import History, PastContact, PersonSketch
from models.message import Direction

_NAME = re.compile(r"\b[A-Z][A-Za-z'’-]{2,}")

OWN_LIMIT = 2_000
WATCHED_LIMIT = 400
RECENT_LIMIT = 300


def history_of(
    session: Session,
    customer: Customer | None,
    at: datetime,
    *,
    words: str,
    recent_days: int,
    council: tuple[str, ...],
) -> History:
    """Everything known before the moment `at` that bears on a contact of this customer, saying these words."""
    own_ids = same_person(session, [customer.id]) if customer else set()
    watched_ids = same_person(session, _watched(session, at)) - own_ids
    own = _contacts(session, select(Contact).where(Contact.customer_id.in_(own_ids), Contact.at <= at), OWN_LIMIT)
    watched = _contacts(
        session,
        select(Contact).where(Contact.customer_id.in_(watched_ids), Contact.at <= at, Contact.match != Match.NOBODY),
        WATCHED_LIMIT,
    )
    since = at - timedelta(days=recent_days)
    recent = _contacts(
        session,
        select(Contact).where(
            Contact.at > since,
            Contact.at <= at,
            Contact.direction == Direction.IN,
            Contact.automatic.is_(None),
            Contact.customer_id.not_in(own_ids | watched_ids),
        ),
        RECENT_LIMIT,
    )
    return History(
        customer=_sketch(customer, watched=False) if customer else None,
        own=own,
        watched=watched,
        recent=recent,
        people=_people(session, customer, words, own_ids, watched_ids),
        council=council,
    )


def _watched(session: Session, at: datetime) -> set[int]:
    """The people who have been warned, or restricted, up to this moment."""
    day = council_day(at)
    warned = session.scalars(select(CaseWarning.customer_id).where(CaseWarning.sent_on <= day))
    restricted = session.scalars(select(Restriction.customer_id).where(Restriction.starts_on <= day))
    return {kept(session, session.get_one(Customer, c)).id for c in {*warned, *restricted}}


def _contacts(session: Session, query: Select[Contact], limit: int) -> tuple[PastContact, ...]:
    newest = query.order_by(Contact.at.desc(), Contact.id.desc()).limit(limit)
    rows = list(session.scalars(newest))
    hashes = _hashes(session, [row.id for row in rows])
    return tuple(_past(row, hashes.get(row.id, ())) for row in reversed(rows))


def _hashes(session: Session, contacts: list[int]) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    for start in range(0, len(contacts), 500):
        some = contacts[start : start + 500]
        rows = session.execute(
            select(ContactAttachment.contact_id, ContactAttachment.sha256).where(ContactAttachment.contact_id.in_(some))
        )
        for contact, sha256 in rows:
            found[contact] = (*found.get(contact, ()), sha256)
    return found


def _past(contact: Contact, hashes: tuple[str, ...]) -> PastContact:
    return PastContact(
        id=contact.id,
        customer=contact.customer_id,
        direction=contact.direction,
        at=contact.at,
        message_id=contact.message_id,
        subject=contact.subject,
        own=contact.own,
        issue=contact.issue_id,
        final_answer=contact.final_answer,
        in_reply_to=contact.in_reply_to,
        sender_email=contact.sender_email,
        sender_name=contact.sender_name,
        signature=contact.signature,
        attachment_hashes=hashes,
    )


def _people(
    session: Session, customer: Customer | None, words: str, own_ids: set[int], watched_ids: set[int]
) -> tuple[PersonSketch, ...]:
    beside = _sharing(session, customer, own_ids) if customer else set()
    wanted = watched_ids | beside | (_mentioned(session, words) - own_ids)
    rows = session.scalars(
        select(Customer).where(Customer.id.in_(wanted)).order_by(Customer.id).options(selectinload(Customer.points))
    )
    return tuple(_sketch(row, watched=row.id in watched_ids) for row in rows)


def _sharing(session: Session, customer: Customer, own_ids: Iterable[int]) -> set[int]:
    """People reached by one of the same addresses or numbers, or living at the same address."""
    theirs = [p.value for p in customer.points if p.standing is not Standing.REJECTED]
    points = session.scalars(
        select(ContactPoint.customer_id).where(
            ContactPoint.kind.in_(list(PointKind)),
            ContactPoint.value.in_(theirs),
            ContactPoint.standing != Standing.REJECTED,
        )
    )
    beside = set(points)
    if customer.postcode:
        beside |= set(session.scalars(select(Customer.id).where(Customer.postcode == customer.postcode).limit(50)))
    return beside - set(own_ids)


def _mentioned(session: Session, words: str) -> set[int]:
    """People whose surname stands in these words, as far as it is not half the parish's."""
    named = {word.casefold() for word in _NAME.findall(words[:20_000])}
    rows = session.execute(
        select(Customer.surname, Customer.id).where(Customer.surname.in_(list(named)[:300])).limit(200)
    )
    by_surname: dict[str, set[int]] = {}
    for surname, number in rows:
        by_surname.setdefault(surname, set()).add(number)
    return {number for people in by_surname.values() if len(people) <= 10 for number in people}


def _sketch(customer: Customer, *, watched: bool) -> PersonSketch:
    points = [p for p in customer.points if p.standing is not Standing.REJECTED]
    return PersonSketch(
        customer=customer.id,
        name=customer.name,
        emails=tuple(p.value for p in points if p.kind is PointKind.EMAIL),
        phones=tuple(p.value for p in points if p.kind is PointKind.TELEPHONE),
        address=customer.address,
        watched=watched,
        never_restrict=bool(customer.never_restrict),
    )


def findings_of(contact: Contact) -> list[Finding]:
    """What was seen in a contact, as the values that the classifiers gave."""
    return [
        Finding(
            about=About(row.about),
            label=row.label,
            score=row.score,
            seen_by=row.seen_by,
            evidence=tuple(Evidence(**part) for part in row.evidence),
            contact=row.other_contact_id,
            customer=row.other_customer_id,
            group=row.group,
        )
        for row in contact.findings
    ]
