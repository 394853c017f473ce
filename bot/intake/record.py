"""The log entry: one contact for one message, and contacts entered by hand (LOG-01 to LOG-03)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.work import Work, verb
from models.contact import Contact, ContactAttachment, ContactFinding, Match, Recipient
from models.customer import Customer, everybody_like
from models.errors import Refused
from models.finding import Finding
from models.issue import Issue, filed_by_a_person
from models.message import Channel, Direction, Message
from models.officer import Permission
from models.prints import keep_prints

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
) -> Contact:
    """Log one message against its customer. Statutory clocks count from `message.received_at` (INV-06).

    `prints`: by which its wording is found again (`classifiers.prints`); none of what nobody should be compared with.
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
        automatic=message.automatic,
        authenticated=message.authentication.passed,
        problems=list(message.problems),
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
    work.note("contact.record", contact, digest=message.sha256, customer=contact.customer_id, match=match.value)
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
    work.note("contact.add", contact, customer=customer.id, channel=channel.value)
    return contact


def add_findings(contact: Contact, findings: Iterable[Finding]) -> list[ContactFinding]:
    """Keep what was seen in a contact, with the version that saw it."""
    kept = [
        ContactFinding(
            about=f.about.value,
            label=f.label,
            score=f.score,
            seen_by=f.seen_by,
            evidence=[asdict(e) for e in f.evidence],
            other_contact_id=f.contact,
            other_customer_id=f.customer,
            group=f.group,
        )
        for f in findings
    ]
    contact.findings.extend(kept)
    return kept


def file_under(session: Session, contact: Contact, *, same_as: int | None, opens_new: bool) -> None:
    """Group a contact with the matter of an earlier one, or open a new matter for it; unless a person has filed it."""
    if contact.issue_id is not None and filed_by_a_person(session, contact.id):
        return
    if same_as is not None:
        earlier = session.get(Contact, same_as)
        contact.issue_id = earlier.issue_id if earlier else None
    if contact.issue_id is None and opens_new and contact.customer_id is not None:
        issue = Issue(customer_id=contact.customer_id, title=contact.subject or "(no subject)", opened_at=contact.at)
        session.add(issue)
        session.flush()
        contact.issue_id = issue.id


def answered_contact(session: Session, message: Message) -> Contact | None:
    """The contact that a reply answers, by the Message-IDs it names, the nearest first."""
    named = [m for m in (message.in_reply_to, *reversed(message.references)) if m]
    for message_id in named:
        found = session.scalar(select(Contact).where(Contact.message_id == message_id).order_by(Contact.id).limit(1))
        if found is not None:
            return found
    return None


def answered_by_subject(session: Session, message: Message, customer: Customer) -> Contact | None:
    """The last letter of this customer under the subject that a reply gives back ("Re: The lamp").

    For a reply that names no Message-ID: unfiled, the council's own answer would be left out of the matter, and its
    delay told longer than it was (LOG-03, INV-23).
    """
    bare = _ANSWERS.sub("", message.subject).strip()
    if not bare or bare == message.subject.strip():
        return None
    wanted = select(Contact).where(
        Contact.customer_id.in_(everybody_like(session, customer.id)),
        Contact.direction == Direction.IN,
        Contact.subject.in_({bare, message.subject.strip(), f"Re: {bare}", f"RE: {bare}"}),
        Contact.at <= (message.sent_at or message.received_at),
    )
    return session.scalar(wanted.order_by(Contact.at.desc(), Contact.id.desc()).limit(1))
