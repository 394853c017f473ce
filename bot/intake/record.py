"""The log entry: one contact for one message, and contacts entered by hand (LOG-01 to LOG-03)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, insert, select
from sqlalchemy.orm import Session

from bot.work import Work, verb
from models.acts_recorded import finding_words, findings_digest
from models.columns import asking
from models.contact import Contact, ContactAttachment, ContactFinding, Match, Recipient
from models.customer import Customer, everybody_like
from models.errors import Refused
from models.finding import Evidence, Finding
from models.issue import Issue
from models.message import Channel, Direction, Message
from models.officer import Permission
from models.prints import keep_prints

_PARTS = tuple(part.name for part in fields(Evidence))
_NEW_FINDING = insert(cast(Table, ContactFinding.__table__))
_NUMBER = (
    select(ContactFinding.id)
    .where(
        ContactFinding.contact_id == bindparam("contact"),
        ContactFinding.about == bindparam("about"),
        ContactFinding.label == bindparam("label"),
        ContactFinding.score == bindparam("score"),
    )
    .order_by(ContactFinding.id)
    .limit(1)
)
_MATTER = select(Contact.issue_id).where(Contact.id == bindparam("number"))
_EARLIER = select(Contact.customer_id, Contact.issue_id, Contact.sender_email, Contact.body)
_ANSWERED = _EARLIER.where(Contact.message_id == bindparam("message_id")).order_by(Contact.id).limit(1)
_ANSWERS = re.compile(r"^(?:\s*(?:re|ateb|atb)\s*(?:\[\d+\])?\s*:)+\s*", re.IGNORECASE)


@verb("contact.record", needs=Permission.RECORD_CONTACT)
def record_mail(
    work: Work,
    message: Message,
    *,
    direction: Direction,
    mailbox: str,
    customer: Customer | None,
    match: Match,
    reasons: Iterable[str],
    prints: Iterable[int] = (),
    findings: Iterable[Finding] = (),
    nature: str = "",
    issue: int | None = None,
    final_answer: bool = False,
    restricted_by: int | None = None,
    diverted: bool = False,
) -> Contact:
    """Log one message against its customer. Statutory clocks count from `message.received_at` (INV-06).

    `prints`: by which its wording is found again (`classifiers.prints`); none of what nobody should be compared with.
    `findings`: what was seen in it, kept with the version that saw it. The rest as in `Contact`.
    """
    contact = Contact(
        channel=Channel.EMAIL,
        direction=direction,
        at=message.received_at if direction is Direction.IN else message.sent_at or message.received_at,
        recorded_at=work.now,
        recorded_by=work.actor.name,
        sha256=message.sha256,
        customer=customer,
        match=match,
        match_reasons=list(reasons),
        mailbox=mailbox,
        sender_email=message.sender.email,
        sender_name=message.sender.name,
        sent_at=message.sent_at,
        message_id=message.message_id,
        in_reply_to=message.in_reply_to or next(reversed(message.references), ""),
        subject=message.subject,
        body=message.body,
        own=message.words.own,
        signature=message.words.signature,
        nature=nature,
        automatic=message.automatic,
        authenticated=message.authentication.passed,
        problems=list(message.problems),
        issue_id=issue,
        final_answer=final_answer,
        restricted_by=restricted_by,
        diverted=diverted,
        recipients=[Recipient(email=a.email, name=a.name) for a in message.to]
        + [Recipient(email=a.email, name=a.name, copied=True) for a in message.cc],
        attachments=[
            ContactAttachment(
                name=a.name, content_type=a.content_type, size=a.size, sha256=a.sha256, text=a.text, problem=a.problem
            )
            for a in message.attachments
        ],
    )
    work.session.add(contact)
    work.session.flush()
    keep_prints(work.session, contact.id, contact.at, prints)
    rows = [{**_columns(f), "group_name": f.group} for f in findings]
    if rows:
        work.session.connection().execute(_NEW_FINDING, [{"contact_id": contact.id, **row} for row in rows])
    told = {"customer": contact.customer_id, "match": match.value, "words": contact.words_sha256()}
    seen = [len(rows), findings_digest(list(row.values()) for row in rows)]
    work.note("contact.record", contact, digest=message.sha256, findings=seen, **told)
    return contact


@verb("contact.add", needs=Permission.RECORD_CONTACT)
def add_by_hand(
    work: Work,
    customer: Customer,
    *,
    channel: Channel,
    direction: Direction,
    at: datetime,
    nature: str,
    words: str,
    subject: str = "",
) -> Contact:
    """Log a telephone call, letter, visit, meeting or public question (LOG-02)."""
    if channel is Channel.EMAIL:
        raise Refused("mail is logged from its bytes; import the message instead: `evenhand import FILE.eml`")
    if at > work.now:
        raise Refused("a contact cannot be logged before it happened")
    if not nature.strip():
        raise Refused("say in a few words what the contact was about: its nature goes into the log")
    contact = Contact(
        channel=channel,
        direction=direction,
        at=at,
        recorded_at=work.now,
        recorded_by=work.actor.name,
        customer=customer,
        match=Match.CERTAIN,
        match_reasons=[f"entered by {work.actor.name}"],
        subject=subject,
        body=words,
        own=words,
        nature=nature.strip(),
    )
    work.session.add(contact)
    work.session.flush()
    words = contact.words_sha256()
    work.note("contact.add", contact, customer=customer.id, channel=channel.value, words=words)
    return contact


def add_findings(contact: Contact, findings: Iterable[Finding]) -> list[ContactFinding]:
    """Keep what was seen later in a contact, with the version that saw it."""
    kept = [ContactFinding(group=finding.group, **_columns(finding)) for finding in findings]
    contact.findings.extend(kept)
    return kept


def add_finding(work: Work, contact: Contact, finding: Finding) -> None:
    """The same of one finding, told to the trail."""
    (kept,) = add_findings(contact, [finding])
    work.session.flush()
    work.note("contact.finding", contact, digest=findings_digest([finding_words(kept)]), finding=kept.id)


def _columns(finding: Finding) -> dict[str, Any]:
    return {
        "about": finding.about.value,
        "label": finding.label,
        "score": finding.score,
        "seen_by": finding.seen_by,
        "evidence": [_part(evidence) for evidence in finding.evidence],
        "other_contact_id": finding.contact,
        "other_customer_id": finding.customer,
    }


def number_of(session: Session, contact: Contact, finding: Finding) -> int | None:
    """The number under which this finding is kept with the contact; None if it is not."""
    asked = {"contact": contact.id, "about": finding.about.value, "label": finding.label, "score": finding.score}
    return asking(session).scalar(_NUMBER, asked)


def _part(evidence: Evidence) -> dict[str, Any]:
    return {name: getattr(evidence, name) for name in _PARTS}


def matter_of(
    session: Session, same_as: int | None, *, opened_by: int | None, subject: str, at: datetime
) -> int | None:
    """The number of the matter of an earlier contact; where it has none, of a new one that this customer opens."""
    found = asking(session).scalar(_MATTER, {"number": same_as}) if same_as is not None else None
    if found is not None or opened_by is None:
        return found
    issue = Issue(customer_id=opened_by, title=subject or "(no subject)", opened_at=at)
    session.add(issue)
    session.flush()
    return issue.id


@dataclass(frozen=True, slots=True)
class Answered:
    """The contact that a letter answers, as far as it is looked at."""

    customer_id: int | None
    issue_id: int | None
    sender_email: str
    body: str


def answered_contact(session: Session, message: Message) -> Answered | None:
    """The contact that a reply answers, by the Message-IDs it names, the nearest first."""
    named = [m for m in (message.in_reply_to, *reversed(message.references)) if m]
    for message_id in named:
        found = asking(session).execute(_ANSWERED, {"message_id": message_id}).first()
        if found is not None:
            return Answered(*found)
    return None


def answered_by_subject(session: Session, message: Message, customer: Customer) -> Answered | None:
    """The last letter of this customer under the subject that a reply gives back ("Re: The lamp").

    For a reply that names no Message-ID: unfiled, the council's own answer would be left out of the matter, and its
    delay told longer than it was (LOG-03, INV-23).
    """
    bare = _ANSWERS.sub("", message.subject).strip()
    if not bare or bare == message.subject.strip():
        return None
    wanted = _EARLIER.where(
        Contact.customer_id.in_(everybody_like(session, customer.id)),
        Contact.direction == Direction.IN,
        Contact.subject.in_({bare, message.subject.strip(), f"Re: {bare}", f"RE: {bare}"}),
        Contact.at <= (message.sent_at or message.received_at),
    )
    found = asking(session).execute(wanted.order_by(Contact.at.desc(), Contact.id.desc()).limit(1)).first()
    return Answered(*found) if found is not None else None
