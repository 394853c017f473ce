"""THE GATE: recording what the council decided, and only then the restrictions that follow.

Lock 5 (person): recording needs its own permission, the stages before it or the policy's stated exception with its
reason, everything that INV-01 names, and the decision letter recorded as sent. Nothing here reaches a mail server.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.work import Work, verb
from models.calendar import add_months
from models.case import CaseWarning, Stage, warnings_of
from models.customer import Customer, kept, same_person
from models.decision import DecidedMeasure, Decision, DecisionLetter, Measure, Restriction
from models.errors import NotFound, PolicyError, Refused
from models.finding import About
from models.officer import Permission
from models.policy import Policy, is_never_restricted
from models.queue import FlagKind, Lane

# LGA 1972 s101: a council acts through itself, a committee, or an officer with delegated power; never one member.
_ONE_PERSON = re.compile(
    r"^(?:the\s+)?(?:(?:deputy|vice|acting|lord|council|town|parish|community|city|county|borough|district)[\s-]+)*"
    r"(?:cllr|councillor|chair(?:man|woman|person)?|mayor|leader|alderman|member|president)\b",
    re.I,
)
_SEVERAL = re.compile(r"\b(?:council|committee|panel|board|cabinet|executive|meeting|assembly)\b", re.I)
# "Leader of the Council", "Mayor, for the council": whose leader it is does not make one person several.
_WHOSE = re.compile(r"[\s,]+(?:of|for|to|on|by|from)\b.*", re.I | re.S)


@dataclass(frozen=True, slots=True)
class Term:
    """One measure asked for with its dates. `ends_on` is the first day without it."""

    measure: Measure
    starts_on: date
    ends_on: date
    review_on: date | None = None


@dataclass(frozen=True, slots=True)
class Minuted:
    """A decision as it stands in the minutes."""

    body: str
    minute: str
    decided_on: date
    resolution: str
    subject_matter: str
    named_officer: str
    terms: tuple[Term, ...]
    exception: str = ""


@verb("warning.record", needs=Permission.RECORD_WARNING)
def record_warning(work: Work, customer: Customer, *, stage: Stage, sent_on: date, reason: str) -> CaseWarning:
    """That a warning letter was sent (policy section 7). It restricts nothing."""
    if sent_on > work.today:
        raise Refused(f"a warning dated {sent_on:%-d %B %Y} cannot have been sent yet")
    warning = CaseWarning(
        customer_id=kept(work.session, customer).id,
        stage=stage,
        sent_on=sent_on,
        reason=reason,
        recorded_by=work.actor.name,
        recorded_at=work.now,
    )
    work.session.add(warning)
    work.note("warning.record", warning, customer=warning.customer_id, stage=stage.value, sent_on=sent_on.isoformat())
    return warning


@verb("decision.record", needs=Permission.RECORD_DECISION)
def record_decision(work: Work, customer: Customer, minuted: Minuted, *, policy: Policy) -> Decision:
    """Put on record what the council decided. Restricts nothing until the letter is recorded as sent.

    Refused, in plain words, where INV-01, INV-08, INV-11 or INV-20 is not met.
    """
    customer = kept(work.session, customer)
    _complete(minuted)
    _lawful_body(minuted.body, policy)
    _not_protected(work.session, customer, policy)
    _not_yet_to_come(work, minuted)
    _stages_before(work.session, customer, minuted, policy)
    _terms_in_order(minuted, policy)
    decision = Decision(
        customer_id=customer.id,
        body=minuted.body.strip(),
        minute=minuted.minute.strip(),
        decided_on=minuted.decided_on,
        resolution=minuted.resolution.strip(),
        subject_matter=minuted.subject_matter.strip(),
        named_officer=minuted.named_officer.strip(),
        policy_version=policy.version,
        measure_count=len(minuted.terms),
        recorded_by=work.actor.name,
        recorded_at=work.now,
        exception=minuted.exception.strip(),
        measures=[_decided(customer, term, policy) for term in minuted.terms],
    )
    _not_recorded_before(work.session, decision)
    work.session.add(decision)
    work.session.flush()
    work.note("decision.record", decision, digest=decision.digest(), customer=customer.id, minute=decision.minute)
    return decision


@verb("decision.letter_sent", needs=Permission.RECORD_DECISION)
def record_letter(work: Work, decision: Decision, *, sent_on: date, sent_by: str, how: str) -> list[Restriction]:
    """That the decision letter went to the customer. The decision's restrictions begin to exist with it (INV-01)."""
    if not sent_by.strip() or not how.strip():
        raise Refused("a letter needs who signed it and how it was sent")
    if sent_on < decision.decided_on:
        raise Refused("a decision letter cannot have been sent before the decision")
    if sent_on > work.today:
        raise Refused(f"a letter dated {sent_on:%-d %B %Y} cannot have been sent yet")
    if work.session.scalar(select(Restriction.id).where(Restriction.decision_id == decision.id).limit(1)):
        raise Refused("the letter of this decision is recorded already")
    letter = DecisionLetter(
        decision_id=decision.id,
        sent_on=sent_on,
        sent_by=sent_by.strip(),
        how=how.strip(),
        recorded_by=work.actor.name,
        recorded_at=work.now,
    )
    work.session.add(letter)
    work.session.flush()
    work.note("decision.letter_sent", letter, digest=letter.digest(), decision=decision.id)
    restrictions = [decision.restriction(m.measure, letter) for m in decision.measures]
    work.session.add_all(restrictions)
    work.session.flush()
    for restriction in restrictions:
        detail = {"decision": decision.id, "measure": restriction.measure.value}
        work.note("restriction.impose", restriction, digest=restriction.digest(), **detail)
    return restrictions


def find_decision(session: Session, number: int) -> Decision:
    decision = session.get(Decision, number)
    if decision is None:
        raise NotFound(f"there is no decision {number}")
    return decision


def _complete(minuted: Minuted) -> None:
    given = {
        "the body that decided": minuted.body,
        "the minute number": minuted.minute,
        "the text of the resolution": minuted.resolution,
        "the subject matter": minuted.subject_matter,
        "the named officer": minuted.named_officer,
    }
    missing = [what for what, value in given.items() if not value.strip()]
    if not minuted.terms:
        missing.append("at least one measure with its dates")
    if missing:
        raise Refused("a decision cannot be recorded without " + ", ".join(missing))


def _lawful_body(body: str, policy: Policy) -> None:
    if policy.bodies and body.strip().casefold() not in {b.casefold() for b in policy.bodies}:
        raise Refused(f"under this policy only {' or '.join(policy.bodies)} decides a restriction, not '{body}'")
    one = _ONE_PERSON.match(body.strip())
    if one and not _SEVERAL.search(_WHOSE.sub("", body.strip()[one.end() :])):
        raise Refused("one councillor cannot decide for a council (Local Government Act 1972, section 101)")


def _not_protected(session: Session, customer: Customer, policy: Policy) -> None:
    people = [session.get_one(Customer, number) for number in sorted(same_person(session, [customer.id]))]
    for person in people:
        if person.never_restrict:
            raise Refused(f"this customer is never restricted: {person.never_restrict}")
        if any(is_never_restricted(address, policy) for address in person.emails()):
            raise Refused("this customer writes from an address that is never restricted (policy: mail.never_restrict)")


def _not_yet_to_come(work: Work, minuted: Minuted) -> None:
    if minuted.decided_on > work.today:
        raise Refused(f"a decision of {minuted.decided_on:%-d %B %Y} has not been taken yet")


def _stages_before(session: Session, customer: Customer, minuted: Minuted, policy: Policy) -> None:
    sent = {w.stage.value for w in warnings_of(session, customer.id, minuted.decided_on)}
    missing = [stage for stage in policy.stages if stage not in sent]
    if missing and not minuted.exception.strip():
        words = " and ".join(f"the {stage.replace('_', ' ')} warning" for stage in missing)
        raise Refused(
            f"{words} has not been recorded as sent before this decision; record it, "
            "or give the exceptional reason for which the council went without it"
        )


def _terms_in_order(minuted: Minuted, policy: Policy) -> None:
    measures = [term.measure for term in minuted.terms]
    if len(set(measures)) < len(measures):
        raise Refused("the same measure stands twice in this decision")
    for term in minuted.terms:
        if term.starts_on < minuted.decided_on:
            raise Refused("a restriction cannot start before it was decided")
        if term.ends_on <= term.starts_on:
            raise Refused("a restriction must end after it starts; every one has an end date")
        if term.ends_on > add_months(term.starts_on, policy.longest_months):
            raise Refused(f"a restriction lasts at most {policy.longest_months} months; longer needs a new decision")


def _decided(customer: Customer, term: Term, policy: Policy) -> DecidedMeasure:
    review_on = term.review_on or min(add_months(term.starts_on, policy.review_months), term.ends_on)
    if not term.starts_on < review_on <= term.ends_on:
        raise Refused("the review must fall between the start and the end")
    return DecidedMeasure(
        customer_id=customer.id,
        measure=term.measure,
        starts_on=term.starts_on,
        ends_on=term.ends_on,
        review_on=review_on,
    )


def _not_recorded_before(session: Session, decision: Decision) -> None:
    same = select(Decision.id).where(
        Decision.body == decision.body,
        Decision.minute == decision.minute,
        Decision.customer_id == decision.customer_id,
    )
    with session.no_autoflush:
        number = session.scalar(same)
    if number is not None:
        raise Refused(f"minute {decision.minute} is recorded already, as decision {number}")


def check_policy(policy: Policy) -> None:
    """PolicyError if a policy asks for what cannot be: unknown words in its tables, or no review within the term."""
    named: list[tuple[Iterable[str], type[StrEnum]]] = [
        (policy.stages, Stage),
        (policy.diverting, Measure),
        ((row.flag for row in policy.thresholds), FlagKind),
        ((row.about for row in policy.thresholds), About),
        ((row.lane for row in policy.lanes), Lane),
    ]
    unknown = [word for words, known in named for word in words if word not in set(known)]
    if unknown:
        raise PolicyError(f"the policy names what does not exist: {', '.join(unknown)}")
    if not 0 < policy.review_months <= policy.longest_months:
        raise PolicyError("the policy's review must come within its longest restriction")
