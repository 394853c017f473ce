"""What is already known, fetched through indexed queries and handed to the classifiers as values.

What is fetched for one message is bounded by the message and its customer, never by how long the log has grown.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import Integer, bindparam, select
from sqlalchemy.orm import Session

from bot.triage.alike import Alike, find_alike, find_lately
from bot.triage.past import FULL, as_found, few_of_each, in_full, in_order, light
from bot.triage.people import (
    MOST_OTHERS,
    MOST_WATCHED,
    Persons,
    Said,
    persons_of,
    pointed_to,
    sketches,
    watched_among,
)
from bot.triage.together import noted, together_of, with_persistence
from models.columns import asking
from models.contact import Contact
from models.customer import Customer
from models.finding import About, Evidence, Finding
from models.history import History, PastContact
from models.issue import Issue
from models.message import Direction

OWN_IN_FULL = 120  # contacts of one customer: the newest, whatever they are about
OWN_LIGHT = 600  # other contacts of the same matters
OWN_ALIKE = 40
OWN_TITLES = 400
OWN_MATTERS = 12  # older matters whose titles share words with the message
WATCHED = 300
RECENT = 60
ALIKE_RECENT = 80
ALIKE_WATCHED = 40

_NEWEST_OWN = (
    select(*FULL)
    .where(Contact.customer_id.in_(bindparam("records", expanding=True)), Contact.at <= bindparam("at"))
    .order_by(Contact.at.desc(), Contact.id.desc())
    .limit(bindparam("most", type_=Integer))
)
_NEWEST_OF_OTHERS = (
    select(Contact.id)
    .where(
        Contact.customer_id.in_(bindparam("records", expanding=True)),
        Contact.at > bindparam("since"),
        Contact.at <= bindparam("at"),
        Contact.automatic.is_(None),
    )
    .order_by(Contact.at.desc(), Contact.id.desc())
    .limit(RECENT)
)


@dataclass(frozen=True, slots=True)
class Question:
    """What a message asks of the log.

    answers  the Message-IDs that it names
    prints   those of its own words
    topics   those of what it names, where others may have been asked to write of it too
    """

    said: Said
    subject: str = ""
    answers: tuple[str, ...] = ()
    prints: tuple[int, ...] = ()
    topics: tuple[int, ...] = ()


def history_of(
    session: Session,
    customer: Customer | None,
    at: datetime,
    question: Question,
    *,
    recent_days: int,
    council: tuple[str, ...],
) -> History:
    """What is known up to the moment `at` that bears on a contact of this customer, asking this."""
    since = at - timedelta(days=recent_days)
    alike = find_alike(session, question.prints, at, since)
    lately = find_lately(session, question.topics, at)
    pointed = pointed_to(session, question.said, customer, at)
    mine = persons_of(session, [customer.id] if customer else ())
    together = together_of(session, mine.stands_for, question.answers, at)
    mentioned = {
        *pointed.near,
        *pointed.perhaps,
        *together.customers,
        *(a.customer for a in alike if a.customer is not None),
    }
    wrote_lately = {letter.customer for letter in lately if letter.customer is not None}
    others_too = (mentioned | wrote_lately) - set(mine.stands_for)
    persons = persons_of(session, {*mine.stands_for, *others_too}) if others_too else mine
    writer = persons.stands_for[customer.id] if customer else None
    watched = watched_among(session, persons, at)
    ranked = dict.fromkeys(
        persons.stands_for[c]
        for c in (*together.customers, *(a.customer for a in alike), *pointed.near, *pointed.perhaps)
        if c is not None
    )
    near = persons.of((*pointed.near, *together.customers))
    in_question = [p for p in ranked if p in watched and p != writer][:MOST_WATCHED]
    others = [p for p in ranked if p in near and p not in watched and p != writer][:MOST_OTHERS]
    people = sketches(session, persons, {*in_question, *others, *([writer] if writer else [])}, watched)
    own = persons.records[writer] if writer is not None else frozenset[int]()
    beside = [a for a in alike if a.customer is None or a.customer not in own]
    chosen = _chosen(beside, persons, set(in_question), since)
    recent = _recent(session, persons, others, since, at)
    theirs = _own(session, own, at, question, [a.contact for a in alike if a.customer in own], persons)
    return History(
        customer=next((sketch for sketch in people if sketch.customer == writer), None),
        own=noted(theirs, together, persons.stands_for),
        watched=_watched(session, persons, in_question, at, chosen),
        alike=in_order(in_full(session, (a.contact for a in chosen), persons.stands_for)),
        lately=_lately(session, lately, persons, watched, own),
        recent=recent,
        people=tuple(with_persistence(session, (sketch for sketch in people if sketch.customer != writer), recent)),
        council=council,
        at_domain=pointed.at_domain,
        ruled=tuple(replace(r, customer=persons.stands_for.get(r.customer, r.customer)) for r in together.ruled),
    )


def _chosen(alike: Sequence[Alike], persons: Persons, watched: Collection[int], since: datetime) -> list[Alike]:
    """Recent ones of anybody, and the watched people's of any age: of each those that share most."""
    recent = [a for a in alike if a.at > since][:ALIKE_RECENT]
    theirs = [a for a in alike if a.customer is not None and persons.stands_for.get(a.customer) in watched]
    return list(dict.fromkeys([*recent, *theirs[:ALIKE_WATCHED]]))


def _lately(
    session: Session, letters: Sequence[Alike], persons: Persons, watched: Collection[int], own: Collection[int]
) -> tuple[PastContact, ...]:
    """Letters of others of whom nobody was warned or restricted."""
    others = (
        letter.contact
        for letter in letters
        if letter.customer is None
        or (letter.customer not in own and persons.stands_for[letter.customer] not in watched)
    )
    return in_order(in_full(session, others, persons.stands_for))


# --- other people ----------------------------------------------------------------------------------------------------


def _watched(
    session: Session, persons: Persons, people: Sequence[int], at: datetime, alike: Sequence[Alike]
) -> tuple[PastContact, ...]:
    records = [record for person in people for record in sorted(persons.records[person])]
    newest = [row[0] for row in few_of_each(session, _newest_of_a_customer, records, at=at)][:WATCHED]
    theirs = [a.contact for a in alike if a.customer in set(records)]
    return in_order(in_full(session, [*newest, *theirs], persons.stands_for))


def _newest_of_a_customer(one: str) -> str:
    return (
        f"SELECT id FROM contacts WHERE customer_id = {one} AND at <= :at AND match <> 'nobody'"
        " ORDER BY at DESC, id DESC LIMIT 40"
    )


def _recent(
    session: Session, persons: Persons, people: Sequence[int], since: datetime, at: datetime
) -> tuple[PastContact, ...]:
    records = [record for person in people for record in persons.records[person]]
    if not records:
        return ()
    newest = asking(session).scalars(_NEWEST_OF_OTHERS, {"records": records, "since": since, "at": at})
    return in_order(in_full(session, newest, persons.stands_for))


# --- the customer's own ----------------------------------------------------------------------------------------------


def _own(
    session: Session,
    records: Collection[int],
    at: datetime,
    question: Question,
    alike: Sequence[int],
    persons: Persons,
) -> tuple[PastContact, ...]:
    """The whole log of one customer; of a very long one what this message can have to do with."""
    if not records:
        return ()
    asked = {"records": list(records), "at": at, "most": OWN_IN_FULL + 1}
    newest = as_found(session, asking(session).execute(_NEWEST_OWN, asked).all(), persons.stands_for)
    if len(newest) <= OWN_IN_FULL:
        return in_order(newest)
    newest.popitem()
    theirs = (Contact.customer_id.in_(records), Contact.at <= at)
    answered = (
        asking(session).scalars(select(Contact.id).where(Contact.message_id.in_(question.answers), *theirs)).all()
    )
    titled = _of_matters(session, _titled_alike(session, records, question), at)
    more = {*answered, *alike[:OWN_ALIKE], *titled} - set(newest)
    full = newest | in_full(session, more, persons.stands_for)
    issues = {contact.issue for contact in full.values() if contact.issue is not None}
    beside = light(
        session,
        select(Contact.id)
        .where(Contact.issue_id.in_(issues), Contact.at <= at)
        .order_by(Contact.final_answer.desc(), Contact.at.desc())
        .limit(OWN_LIGHT),
        persons.stands_for,
    )
    # A matter may hold contacts of whoever acts for them too: those are not their own.
    writer = persons.of(records)
    beside = {number: contact for number, contact in beside.items() if contact.customer in writer}
    return in_order(full, in_full(session, _last_words(full, beside), persons.stands_for), beside)


def _titled_alike(session: Session, records: Collection[int], question: Question) -> list[int]:
    """The customer's matters whose titles share words with the message, those that share the rarest first."""
    rows = asking(session).execute(
        select(Issue.id, Issue.title).where(Issue.customer_id.in_(records)).order_by(Issue.id.desc()).limit(OWN_TITLES)
    )
    titles = {row.id: _title_words(row.title) for row in rows}
    held_by = Counter(word for words in titles.values() for word in words)
    subject = _title_words(question.subject)
    mine = subject | set(question.said.names)

    def weight(number: int) -> float:
        same = 1.0 if titles[number] == subject else 0.0
        return same + sum(1 / held_by[word] for word in titles[number] & mine)

    ranked = sorted(((weight(number), number) for number in titles), reverse=True)
    return [number for weighs, number in ranked[:OWN_MATTERS] if weighs > 0]


@lru_cache(maxsize=4096)
def _title_words(title: str) -> frozenset[str]:
    return frozenset(word for word in title[:300].lower().replace(":", " ").split() if word not in {"re", "fw", "fwd"})


def _of_matters(session: Session, issues: Sequence[int], at: datetime) -> list[int]:
    return [row[0] for row in few_of_each(session, _newest_of_a_matter, issues, at=at)]


def _newest_of_a_matter(one: str) -> str:
    return f"SELECT id FROM contacts WHERE issue_id = {one} AND at <= :at ORDER BY at DESC LIMIT 8"


def _last_words(full: dict[int, PastContact], beside: dict[int, PastContact]) -> list[int]:
    """The council's last word on each matter, where its words were not fetched yet."""
    last: dict[int | None, PastContact] = {}
    for contact in in_order(full, beside):
        if contact.direction is Direction.OUT and contact.issue is not None:
            last[contact.issue] = contact
    return [contact.id for contact in last.values() if contact.id not in full]


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
