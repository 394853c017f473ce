"""Putting requests and their steps on record: the one way each is saved, whoever asks and by whatever door.

A request is opened from the contact that it came in, on the day that this reached the council, restricted or not
(INV-06); what is done about it stands in steps; a refusal stands under one request and no person (INV-12).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.requests.asked import Asked
from bot.requests.cited import wrong_cites, wrong_contact
from bot.requests.on_behalf import told_to_whom
from bot.requests.recorded import rests_on_the_record, told_by_a_true_authority
from bot.requests.rules import (
    BY_LETTER_ONLY,
    BY_LETTER_OR_CONTACT,
    LETTER_RULES,
    MEANS,
    STEP_RULES,
    law_of_letter,
    not_over,
    of_this_law,
)
from bot.work import Work, one_at_a_time, verb
from models.calendar import council_day
from models.contact import Contact
from models.customer import Customer, kept
from models.errors import NotFound, Refused
from models.letter import Letter, LetterKind, sent_letter
from models.message import Channel, Direction
from models.officer import Permission
from models.policy import Policy
from models.request import InformationRequest, Regime, RequestStep, RequestStepKind, request_steps
from models.request_standing import people_of, request_standing, untold, was_really_asked
from models.step_facts import REQUEST_FACTS, wrong_facts

K = RequestStepKind
PREFIXES = {Regime.FOI: "FOI", Regime.EIR: "EIR", Regime.SAR: "SAR", Regime.DP_COMPLAINT: "DPC"}
WRITTEN = (Channel.EMAIL, Channel.LETTER)
# Only whoever may record the council's decisions writes these down.
DECISIONS = frozenset({K.DECIDED, K.NO_NOTICE})
# What the words of the step's kind say already.
WORDLESS = frozenset({K.ACKNOWLEDGED, K.ANSWERED})
# Enough in a contact of the log; without one, the words say how it came.
GIVEN = frozenset({K.CLARIFICATION_GIVEN, K.IDENTITY_GIVEN, K.FEE_PAID})
_NUMBERS = 0x45564E52  # one request is given its reference at a time


# --- opening ---------------------------------------------------------------------------------------------------------


@verb("request.open", needs=Permission.KEEP_REQUEST)
def open_request(
    work: Work,
    *,
    regime: Regime,
    subject: str,
    asked_for: str,
    contact: Contact | None = None,
    customer: Customer | None = None,
    received_on: date | None = None,
) -> InformationRequest:
    """Put a request on record. Its clock began on the day that it reached the council, diverted or not (INV-06).

    One made by word of mouth (EIR, personal data) has no contact: give the day, and who asked if that is known. An FOI
    request is made in writing (FOIA s8).
    """
    _say_what(subject, asked_for)
    if contact is not None:
        received_on, customer = _from_contact(work, contact, regime, customer, received_on)
    elif regime is Regime.FOI:
        raise Refused(
            "an FOI request is made in writing (FOIA s8): log the letter first with `evenhand contact add`, then give "
            "--contact; a spoken one may be an EIR request, or help the person to write it (s16)"
        )
    if received_on is None:
        raise Refused("give --contact with the number in the log, or --on with the day on which it was said")
    if received_on > work.today:
        raise Refused(f"a request of {received_on:%-d %B %Y} has not been received yet")
    one_at_a_time(work, _NUMBERS)
    person = kept(work.session, customer).id if customer is not None else None
    _not_opened_before(work.session, regime, contact, person, received_on, subject)
    request = InformationRequest(
        reference=_reference(work.session, regime, received_on.year),
        regime=regime,
        customer_id=person,
        contact_id=contact.id if contact is not None else None,
        subject=subject.strip(),
        asked_for=asked_for.strip(),
        received_on=received_on,
        recorded_by=work.actor.name,
        recorded_at=work.now,
    )
    work.session.add(request)
    work.session.flush()
    told = {"regime": regime.value, "contact": request.contact_id, "on": received_on.isoformat()}
    work.note("request.open", request, digest=request.digest(), **told)
    return request


def _say_what(subject: str, asked_for: str) -> None:
    given = {"its subject (--subject)": subject, "what is asked for (--asked-for)": asked_for}
    missing = [what for what, words in given.items() if not words.strip()]
    if missing:
        raise Refused("a request cannot be opened without " + " and ".join(missing))


def _from_contact(
    work: Work, contact: Contact, regime: Regime, customer: Customer | None, received_on: date | None
) -> tuple[date, Customer | None]:
    day = council_day(contact.at)
    if contact.direction is Direction.OUT:
        raise Refused(f"contact {contact.id} is the council's own; give the contact in which the request came")
    if contact.automatic is not None:
        raise Refused(f"contact {contact.id} was sent by a machine; nobody asks for anything in it")
    if received_on is not None and received_on != day:
        raise Refused(f"contact {contact.id} reached the council on {day:%-d %B %Y}, and the clock began then (INV-06)")
    if regime is Regime.FOI and contact.channel not in WRITTEN:
        raise Refused("an FOI request is made in writing (FOIA s8); this may be an EIR request, which may be spoken")
    known = contact.customer
    if customer is not None and known is not None and kept(work.session, customer) != kept(work.session, known):
        raise Refused(f"contact {contact.id} is another customer's; `evenhand contact confirm {contact.id}` says whose")
    return day, customer or known


def _not_opened_before(
    session: Session, regime: Regime, contact: Contact | None, person: int | None, received_on: date, subject: str
) -> None:
    same = select(InformationRequest.reference).where(InformationRequest.regime == regime)
    if contact is not None:
        same = same.where(InformationRequest.contact_id == contact.id, InformationRequest.subject == subject.strip())
    else:
        same = same.where(
            InformationRequest.contact_id.is_(None),
            InformationRequest.customer_id == person
            if person is not None
            else InformationRequest.customer_id.is_(None),
            InformationRequest.received_on == received_on,
            InformationRequest.subject == subject.strip(),
        )
    found = session.scalar(same.limit(1))
    if found is not None:
        raise Refused(f"this request is on record already, as {found}")


def _reference(session: Session, regime: Regime, year: int) -> str:
    """The next of its kind and year: "FOI-2026-001"."""
    head = f"{PREFIXES[regime]}-{year}-"
    known = session.scalars(
        select(InformationRequest.reference).where(InformationRequest.reference.startswith(head, autoescape=True))
    )
    last = max((int(reference.removeprefix(head)) for reference in known), default=0)
    return f"{head}{last + 1:03}"


# --- steps -----------------------------------------------------------------------------------------------------------


@verb("request.step", needs=Permission.KEEP_REQUEST)
def take_step(
    work: Work,
    request: InformationRequest,
    kind: RequestStepKind,
    *,
    on: date,
    who: str,
    words: str,
    policy: Policy,
    facts: Mapping[str, Any] | None = None,
    cites: Collection[int] = (),
    contact: Contact | None = None,
    seen: int | None = None,
) -> RequestStep:
    """Record one step. Refused, with everything that is missing and the command for each, where a rule of the law or
    the policy stands against it; `seen` is the number of the last step that the officer had seen.

    What is said in a letter is recorded by the letter's going (`letter_went`), not here.
    """
    if kind in DECISIONS:
        work.require(Permission.RECORD_DECISION)
    work.session.refresh(request, with_for_update=True)
    steps = request_steps(work.session, request)
    _nothing_new(steps, seen)
    asked = _asked(
        work.session,
        request,
        kind,
        on=on,
        who=who.strip(),
        words=words.strip(),
        facts=dict(facts or {}),
        cites=tuple(dict.fromkeys(cites)),
        contact=contact,
        policy=policy,
        today=work.today,
    )
    _whole(asked)
    _not_twice(steps, asked)
    if kind in DECISIONS:
        rests_on_the_record(work, request)
    if kind is K.ANSWERED:
        told_by_a_true_authority(work, request)
    rule = STEP_RULES.get(kind)
    wrong = [*not_over(asked), *of_this_law(asked), *_only_by_letter(asked)]
    wrong = wrong or [*(rule(asked) if rule else []), *told_to_whom(asked), *wrong_cites(asked), *wrong_contact(asked)]
    if wrong:
        raise Refused(f"{_plain(kind)} cannot be recorded for {request.reference}: " + "; ".join(wrong))
    return _save(work, asked, "request.step")


def _asked(
    session: Session,
    request: InformationRequest,
    kind: RequestStepKind,
    *,
    on: date,
    who: str,
    words: str,
    policy: Policy,
    today: date,
    facts: dict[str, Any] | None = None,
    cites: tuple[int, ...] = (),
    letter: Letter | None = None,
    contact: Contact | None = None,
) -> Asked:
    return Asked(
        session=session,
        request=request,
        standing=request_standing(session, request, policy.procedure),
        steps=[s for s in request_steps(session, request) if s.on <= on],
        people=frozenset(people_of(session, request)),
        kind=kind,
        on=on,
        who=who,
        words=words,
        facts=facts or {},
        cites=cites,
        letter=letter,
        contact=contact,
        policy=policy,
        today=today,
    )


def _nothing_new(steps: Collection[RequestStep], seen: int | None) -> None:
    """Two officers at once: the second is told what the first recorded."""
    since = [s for s in steps if seen is not None and s.id > seen]
    if since:
        told = ", ".join(f"{_plain(s.kind)} (step {s.id}, by {s.recorded_by})" for s in since)
        raise Refused(f"something was recorded since you looked: {told}; look at it as it stands now, then go on")


def _whole(asked: Asked) -> None:
    """Who, what, when: complete, of the right kind, and within the request's life."""
    wrong = wrong_facts(asked.facts, REQUEST_FACTS[asked.kind])
    if not asked.who:
        wrong.append("who did it is missing (--who, name and title)")
    if asked.kind in GIVEN and asked.contact is None and not asked.words:
        wrong.append("how it came is missing: --contact with its number in the log, or --words")
    elif not asked.words and asked.kind not in WORDLESS | GIVEN:
        wrong.append("the words are missing (--words)")
    if asked.on > asked.today:
        wrong.append(f"{asked.on:%-d %B %Y} has not come yet")
    if asked.on < asked.request.received_on:
        wrong.append(f"the request was received on {asked.request.received_on:%-d %B %Y}, after that day")
    if wrong:
        raise Refused(f"{_plain(asked.kind)} cannot be recorded for {asked.request.reference}: " + "; ".join(wrong))


def _not_twice(steps: Collection[RequestStep], asked: Asked) -> None:
    for step in steps:
        same = (step.kind, step.on, step.words, step.facts) == (asked.kind, asked.on, asked.words, asked.facts)
        inside = step.contact_id == (asked.contact.id if asked.contact is not None else None)
        if same and inside and step.letter_id is None:
            raise Refused(f"this is on record already, as step {step.id} of {asked.request.reference}")


def _only_by_letter(asked: Asked) -> list[str]:
    reference = asked.request.reference
    if asked.kind in BY_LETTER_ONLY:
        letter = BY_LETTER_ONLY[asked.kind]
        return [f"it is recorded when its letter goes: `evenhand letter draft --request {reference}` ({letter})"]
    if asked.kind in BY_LETTER_OR_CONTACT and asked.contact is None:
        return [
            f"send the letter (`evenhand letter draft --request {reference}`), or give --contact with the number of "
            "the council's own message in the log"
        ]
    return []


def _save(work: Work, asked: Asked, name: str) -> RequestStep:
    step = RequestStep(
        request_id=asked.request.id,
        kind=asked.kind,
        on=asked.on,
        who=asked.who,
        words=asked.words,
        policy_version=asked.policy.version,
        recorded_by=work.actor.name,
        recorded_at=work.now,
        facts=asked.facts,
        cites=list(asked.cites),
        letter_id=asked.letter.id if asked.letter is not None else None,
        contact_id=asked.contact.id if asked.contact is not None else None,
    )
    work.session.add(step)
    work.session.flush()
    work.note(name, step, digest=step.digest(), request=asked.request.id, kind=asked.kind.value)
    return step


def _plain(kind: RequestStepKind) -> str:
    return f"'{kind.value.replace('_', ' ')}'"


# --- letters ---------------------------------------------------------------------------------------------------------


def may_send(session: Session, letter: Letter, *, policy: Policy, today: date) -> None:
    """Before a letter about a request is queued: Refused where what it says is not on record, or may not be said."""
    kind = MEANS.get(letter.kind)
    if letter.request_id is None or kind is None:
        return
    request = _request(session, letter)
    asked = _asked(session, request, kind, on=today, who="", words="", letter=letter, policy=policy, today=today)
    wrong = [*law_of_letter(asked), *not_over(asked)]
    wrong = wrong or [*LETTER_RULES[kind](asked), *told_to_whom(asked)]
    if wrong:
        raise Refused(f"letter {letter.id} cannot go yet: " + "; ".join(wrong))


@verb("request.letter_went", needs=Permission.SEND_LETTER)
def letter_went(work: Work, letter: Letter, *, policy: Policy) -> list[RequestStep]:
    """What follows from a letter that went: the step of its kind, on the day it went, by who signed it."""
    kind, sent = MEANS.get(letter.kind), sent_letter(work.session, letter.id)
    if letter.request_id is None or kind is None:
        return []
    if sent is None:
        raise Refused(f"letter {letter.id} has not gone; `evenhand letter send {letter.id}` sends it")
    request = _request(work.session, letter)
    steps = request_steps(work.session, request)
    if any(step.letter_id == letter.id for step in steps):
        return []
    saved = []
    for told, step in _told(letter, kind, steps):
        asked = _asked(
            work.session,
            request,
            told,
            on=sent.sent_on,
            who=sent.signed_by,
            words=step.words if step is not None else letter.subject,
            facts=dict(step.facts) if step is not None else {},
            letter=letter,
            policy=policy,
            today=work.today,
        )
        saved.append(_save(work, asked, "request.letter_went"))
    return saved


def _told(
    letter: Letter, kind: RequestStepKind, steps: list[RequestStep]
) -> list[tuple[RequestStepKind, RequestStep | None]]:
    """Which steps the letter tells: what was prepared for it and told by no letter yet, else its own kind."""
    if letter.kind is LetterKind.SAR_CLARIFICATION:
        asks = [s for s in steps if s.kind in (K.CLARIFICATION_ASKED, K.IDENTITY_ASKED, K.FEE_ASKED)]
        asked_by_letter = {s.kind: s.id for s in asks if was_really_asked(s, Regime.SAR)}
        waiting = {s.kind: s for s in asks if s.id > asked_by_letter.get(s.kind, 0)}
        return [(s.kind, s) for s in waiting.values()] or [(kind, None)]
    if kind in (K.CLARIFICATION_ASKED, K.FEE_ASKED):
        return [(kind, step) for step in untold(steps, kind)]
    if kind in (K.EXTENDED, K.REVIEW_DECIDED, K.OUTCOME):
        prepared = [s for s in steps if s.kind is kind and s.letter_id is None]
        return [(kind, prepared[-1])] if prepared else []
    return [(kind, None)]


def _request(session: Session, letter: Letter) -> InformationRequest:
    request = session.get(InformationRequest, letter.request_id)
    if request is None:
        raise NotFound(f"the request of letter {letter.id} is not on record")
    return request
