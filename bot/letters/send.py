"""Sending: a letter is first queued, then handed over, then recorded as sent, each by itself. Nothing goes twice
unseen, and nothing goes unless a person with the power to sends it, over a person's name (INV-28).

    queue -> (the door hands it to the mail server, to Notify or to a person) -> handed_over or failed -> sent
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from bot import paper
from bot.letters.check import missing_contents, wrong_words
from bot.letters.draft import as_seen, still_a_draft
from bot.letters.readers import for_this_reader
from bot.letters.words import in_words
from bot.work import Work, one_at_a_time, verb
from models.calendar import council_day
from models.contact import Contact
from models.customer import everybody_like
from models.decision import Decision
from models.errors import Refused
from models.letter import (
    Letter,
    LetterEvent,
    LetterEventKind,
    LetterSent,
    LetterState,
    letter_events,
    letter_state,
    sent_letter,
)
from models.letters_in_log import message_id
from models.officer import Permission
from models.policy import Policy

POST, EMAIL, HAND = "first class post", "e-mail", "by hand"
NOTIFY, NOTIFY_EMAIL = "GOV.UK Notify", "GOV.UK Notify e-mail"
WAYS = {"post": POST, "email": EMAIL, "hand": HAND, "notify": NOTIFY, "notify-email": NOTIFY_EMAIL}
_BY_MACHINE = {EMAIL, NOTIFY, NOTIFY_EMAIL}
_NOBODY = {"", "service", "evenhand", "system", "automatic", "the council"}
# Any constant: with a letter's number added, two who send one letter take turns, and the second is told.
_LETTERS = 0x4C455454 << 32
_SIGNED = "; signed by "
_AFTERWARDS = (LetterEventKind.DELIVERED, LetterEventKind.RETURNED, LetterEventKind.ACKNOWLEDGED)


@dataclass(frozen=True, slots=True)
class Order:
    """How a letter is to go, under whose name, on what day; kept in the words of its QUEUED event."""

    how: str
    signed_by: str
    on: date

    def words(self) -> str:
        return f"{self.how}{_SIGNED}{self.signed_by}"

    @classmethod
    def of(cls, event: LetterEvent) -> Order:
        how, _, signed_by = event.words.partition(_SIGNED)
        return cls(how, signed_by, event.on)


@dataclass(frozen=True, slots=True)
class Papers:
    """The PDFs that go: the letter, and the policy with it where one is enclosed."""

    letter: bytes
    policy: bytes | None = None


@verb("letter.queue", needs=Permission.SEND_LETTER)
def queue(work: Work, letter: Letter, order: Order, *, policy: Policy, seen: str = "") -> LetterEvent:
    """That this letter is to go. Refused while an obligatory content is missing or a wrong word stands in it (INV-14),
    without a person's name under it (INV-28), or where it is no longer as the officer saw it."""
    for_this_reader(work, letter)
    one_at_a_time(work, _LETTERS + letter.id)
    still_a_draft(work.session, letter)
    as_seen(letter, seen)
    may_go(work, letter, order, policy=policy)
    event = _event(work, letter, LetterEventKind.QUEUED, order.on, order.words())
    work.note("letter.queue", letter, digest=letter.text_sha256(), how=order.how)
    return event


def may_go(work: Work, letter: Letter, order: Order, *, policy: Policy) -> None:
    """Refused, with all that stands against it, unless this letter can go in this way."""
    if letter.policy_version != policy.version:
        raise Refused(
            f"letter {letter.id} was drafted under {letter.policy_version}, and {policy.version} is in force; draft it "
            "again"
        )
    wrong = [*missing_contents(letter, policy), *wrong_words(work.session, letter, policy)]
    if wrong:
        raise Refused(
            f"letter {letter.id} cannot be sent yet: {'; '.join(wrong)}. Give the words with "
            f"`evenhand letter amend {letter.id} --passage CONTENT=WORDS`"
        )
    _signed_by_a_person(order.signed_by)
    _has_where_to_go(letter, order.how)
    _on_a_possible_day(work, letter, order)


@verb("letter.handed_over", needs=Permission.SEND_LETTER)
def handed_over(work: Work, letter: Letter, answer: str) -> LetterEvent:
    """That the mail server, Notify or a person took it, with their own words."""
    for_this_reader(work, letter)
    order = order_of(work.session, letter)
    event = _event(work, letter, LetterEventKind.HANDED_OVER, order.on, answer)
    work.note("letter.handed_over", letter)
    return event


@verb("letter.failed", needs=Permission.SEND_LETTER)
def failed(work: Work, letter: Letter, answer: str) -> LetterEvent:
    """That it was not taken, with the words of whoever refused. It is a draft again."""
    event = _event(work, letter, LetterEventKind.FAILED, work.today, answer)
    work.note("letter.failed", letter)
    return event


@verb("letter.sent", needs=Permission.SEND_LETTER)
def sent(work: Work, letter: Letter, papers: Papers, *, policy: Policy) -> LetterSent:
    """That it went, and exactly what went: from now on it is never changed (INV-14). The door then records what follows
    from it in the case or request, in the same work."""
    for_this_reader(work, letter)
    if letter_state(work.session, letter) is not LetterState.HANDED_OVER:
        raise Refused(
            f"letter {letter.id} has not been handed over; `evenhand letter show {letter.id}` says how it stands"
        )
    order = order_of(work.session, letter)
    kept = paper.kept_paper(work, papers.letter, media_type=paper.PDF, title=f"letter {letter.id}")
    enclosed = ""
    if papers.policy is not None:
        title = f"policy {policy.version}"
        enclosed = paper.kept_paper(work, papers.policy, media_type=paper.PDF, title=title).sha256
    record = LetterSent(
        letter_id=letter.id,
        sent_on=order.on,
        signed_by=order.signed_by,
        how=order.how,
        text_sha256=letter.text_sha256(),
        paper_sha256=kept.sha256,
        policy_sha256=enclosed,
        policy_version=policy.version,
        recorded_by=work.actor.name,
        recorded_at=work.now,
    )
    work.session.add(record)
    work.session.flush()
    detail = {"how": order.how, "sent_on": order.on.isoformat(), "policy": policy.digest}
    work.note("letter.sent", letter, digest=record.digest(), **detail)
    return record


@verb("letter.event", needs=Permission.SEND_LETTER)
def record_event(
    work: Work, letter: Letter, kind: LetterEventKind, *, on: date, words: str, contact: Contact | None = None
) -> LetterEvent:
    """What became of a letter that was sent: delivered, returned, or acknowledged by the customer (IW-04, IW-06)."""
    for_this_reader(work, letter)
    went = sent_letter(work.session, letter.id)
    if kind not in _AFTERWARDS:
        raise Refused(f"{kind.value.replace('_', ' ')} is recorded by sending the letter")
    if went is None:
        raise Refused(f"letter {letter.id} has not been sent")
    if not went.sent_on <= on <= work.today:
        raise Refused(f"the day must lie between {in_words(went.sent_on)}, when it went, and today")
    if any(e.kind is kind for e in letter_events(work.session, letter.id)):
        raise Refused(f"it is on record already that letter {letter.id} was {kind.value}")
    if not words.strip():
        raise Refused("say in a few words how you know")
    _is_theirs(work.session, letter, contact)
    event = _event(work, letter, kind, on, words.strip(), contact)
    work.note("letter.event", letter, kind=kind.value, event=event.id)
    return event


def order_of(session: Session, letter: Letter) -> Order:
    """How a letter on its way was told to go. Refused if it was not."""
    return Order.of(queued(session, letter))


def queued(session: Session, letter: Letter) -> LetterEvent:
    """That a letter was told to go, the last time. Refused if it was not."""
    events = [e for e in letter_events(session, letter.id) if e.kind is LetterEventKind.QUEUED]
    if not events:
        raise Refused(f"letter {letter.id} has not been queued; `evenhand letter send {letter.id}` does")
    return events[-1]


def reference_at_notify(letter: Letter) -> str:
    """The letter's own reference at Notify: by it a letter that was taken already is found, and not sent again."""
    return message_id(letter, "evenhand")


def _event(
    work: Work, letter: Letter, kind: LetterEventKind, on: date, words: str, contact: Contact | None = None
) -> LetterEvent:
    event = LetterEvent(
        letter_id=letter.id,
        kind=kind,
        on=on,
        words=words,
        recorded_by=work.actor.name,
        recorded_at=work.now,
        contact_id=contact.id if contact else None,
    )
    work.session.add(event)
    work.session.flush()
    return event


def _signed_by_a_person(signed_by: str) -> None:
    if signed_by.strip().casefold() in _NOBODY:
        raise Refused("a person signs each letter: say who, with their title, --signed-by 'R. Trelawny, Town Clerk'")
    if _SIGNED in signed_by:
        raise Refused("give the name and title of one person")


def _has_where_to_go(letter: Letter, how: str) -> None:
    if how in (EMAIL, NOTIFY_EMAIL) and "@" not in letter.email:
        raise Refused(
            f"no e-mail address stands on letter {letter.id}: `evenhand letter amend {letter.id} --email ADDRESS`"
        )
    if how in (POST, NOTIFY) and not letter.postal_address.strip():
        raise Refused(
            f"no postal address stands on letter {letter.id}: `evenhand letter amend {letter.id} --address ADDRESS`"
        )


def _on_a_possible_day(work: Work, letter: Letter, order: Order) -> None:
    if order.how in _BY_MACHINE and order.on != work.today:
        raise Refused("what is sent from here goes today; --on is for what a person posted or handed over")
    if order.on > work.today:
        raise Refused(f"a letter dated {in_words(order.on)} cannot have been sent yet")
    if order.on < council_day(letter.drafted_at):
        raise Refused(f"this letter was drafted on {in_words(council_day(letter.drafted_at))}, after that day")
    decision = work.session.get(Decision, letter.decision_id) if letter.decision_id else None
    if decision is not None and order.on < decision.decided_on:
        raise Refused("a letter about a decision cannot have been sent before it")


def _is_theirs(session: Session, letter: Letter, contact: Contact | None) -> None:
    if contact is None or letter.customer_id is None:
        return
    if contact.customer_id not in everybody_like(session, letter.customer_id):
        raise Refused(f"contact {contact.id} is not one of the person to whom letter {letter.id} went")
