"""THE GATE: recording what the council decided, and only then the restrictions that follow.

Lock 5 (person): recording needs its own permission, the stages before it or the policy's stated exception with its
reason, everything that INV-01 names, and the decision letter recorded as sent. Nothing here reaches a mail server.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.casework.people import lawful_body, was_held
from bot.casework.ready import deciding_step, may_decide, none_on_its_way, ready_case, rests_on, went_with_its_letter
from bot.casework.representatives import not_on_record_for_others
from bot.casework.steps import of_the_case, take_step
from bot.work import Work, verb
from models.as_recorded import marked_protected
from models.calendar import add_months
from models.case import Case, CaseStep, CaseWarning, Stage, StepKind, warnings_of
from models.channels import closes_only_channel
from models.customer import Customer, kept, same_person
from models.decision import ASKED_OF, NEEDS_TERMS, DecidedMeasure, Decision, DecisionLetter, Measure, Restriction
from models.errors import NotFound, PolicyError, Refused
from models.letter import Letter
from models.officer import Permission
from models.policy import Policy, is_never_restricted
from models.policy_check import wrong


@dataclass(frozen=True, slots=True)
class Term:
    """One measure asked for with its dates. `ends_on` is the first day without it; `terms` say how far it goes."""

    measure: Measure
    starts_on: date
    ends_on: date
    review_on: date | None = None
    terms: str = ""


@dataclass(frozen=True, slots=True)
class Minuted:
    """A decision as it stands in the minutes.

    interests, proportionality, impedes  what a decision in a case must say beside (ST2-05, GEN-07, LV-02)
    delegation  the minute or scheme that gives an officer the power, where an officer decided
    """

    body: str
    minute: str
    decided_on: date
    resolution: str
    subject_matter: str
    named_officer: str
    terms: tuple[Term, ...]
    exception: str = ""
    interests: tuple[str, ...] = ()
    proportionality: str = ""
    impedes: str = ""
    delegation: str = ""


@verb("warning.record", needs=Permission.RECORD_WARNING)
def record_warning(work: Work, customer: Customer, *, stage: Stage, sent_on: date, reason: str) -> CaseWarning:
    """That a warning letter was sent (policy section 7). It restricts nothing."""
    if sent_on > work.today:
        raise Refused(f"a warning dated {sent_on:%-d %B %Y} cannot have been sent yet")
    person = kept(work.session, customer).id
    same = CaseWarning.customer_id == person, CaseWarning.stage == stage, CaseWarning.sent_on == sent_on
    if work.session.scalar(select(CaseWarning.id).where(*same)) is not None:
        name = stage.value.replace("_", " ")
        raise Refused(f"the {name} warning of {sent_on:%-d %B %Y} to this customer is on record already")
    warning = CaseWarning(
        customer_id=person,
        stage=stage,
        sent_on=sent_on,
        reason=reason,
        recorded_by=work.actor.name,
        recorded_at=work.now,
    )
    work.session.add(warning)
    detail = {"customer": warning.customer_id, "stage": stage.value, "sent_on": sent_on.isoformat()}
    work.note("warning.record", warning, digest=warning.digest(), **detail)
    return warning


@verb("decision.record", needs=Permission.RECORD_DECISION)
def record_decision(
    work: Work,
    customer: Customer,
    minuted: Minuted,
    *,
    policy: Policy,
    case: Case | None = None,
    route: StepKind = StepKind.DECIDED,
    seen: int | None = None,
) -> Decision:
    """Put on record what the council decided. Restricts nothing until the letter is recorded as sent.

    Refused, in plain words, where INV-01, INV-08, INV-09, INV-11, INV-15 or INV-20 is not met. Under a policy that
    needs a case, every step before it must stand in `case` (else the customer's that is ready), whose step DECIDED is
    recorded with it; for another `route` (URGENT, URGENT_CONFIRMED, EXTENDED) the caller records that step in the same
    work.
    """
    may_decide(work.session, policy)
    customer = kept(work.session, customer)
    _complete(minuted)
    if route is StepKind.DECIDED:
        lawful_body(minuted.body, policy, delegation=minuted.delegation)
    _not_protected(work, customer, policy)
    _not_yet_to_come(work, minuted)
    was_held(work.session, minuted.body, minuted.decided_on)
    _not_recorded_before(work.session, customer, minuted)
    case = case or ready_case(work.session, customer, minuted.subject_matter, policy)
    if case is not None:
        skip = rests_on(work.session, customer, minuted.subject_matter, case, route, policy)
        none_on_its_way(work.session, case)
        minuted = replace(minuted, exception=minuted.exception.strip() or skip)
    _stages_before(work.session, customer, minuted, policy)
    _terms_in_order(minuted, policy)
    _leaves_a_channel(work, customer, minuted, case)
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
    work.session.add(decision)
    work.session.flush()
    detail = {"customer": customer.id, "minute": decision.minute, "policy": policy.digest}
    work.note("decision.record", decision, digest=decision.digest(), **detail)
    if case is not None and route is StepKind.DECIDED:
        _step_decided(work, case, decision, minuted, policy, seen)
    return decision


@verb("decision.letter_sent", needs=Permission.RECORD_DECISION)
def record_letter(
    work: Work,
    decision: Decision,
    *,
    sent_on: date,
    sent_by: str,
    how: str,
    policy: Policy,
    letter: Letter | None = None,
) -> list[Restriction]:
    """That the decision letter went to the customer. The decision's restrictions begin to exist with it (INV-01).

    Under a policy that needs a case: `letter` is the decision's own, of which it is on record that and how it went;
    only for a case that was taken over from papers is the letter on paper too.
    """
    may_decide(work.session, policy)
    if not sent_by.strip() or not how.strip():
        raise Refused("a letter needs who signed it and how it was sent")
    if sent_on < decision.decided_on:
        raise Refused("a decision letter cannot have been sent before the decision")
    if sent_on > work.today:
        raise Refused(f"a letter dated {sent_on:%-d %B %Y} cannot have been sent yet")
    if work.session.scalar(select(Restriction.id).where(Restriction.decision_id == decision.id).limit(1)):
        raise Refused("the letter of this decision is recorded already")
    step = deciding_step(work.session, decision)
    if policy.procedure.conduct.case_needed:
        went_with_its_letter(work.session, decision, step, letter, policy)
    sent = DecisionLetter(
        decision_id=decision.id,
        sent_on=sent_on,
        sent_by=sent_by.strip(),
        how=how.strip(),
        recorded_by=work.actor.name,
        recorded_at=work.now,
    )
    work.session.add(sent)
    work.session.flush()
    work.note("decision.letter_sent", sent, digest=sent.digest(), decision=decision.id)
    if step is not None:
        _step_told(work, step, decision, sent, letter, policy)
    restrictions = [decision.restriction(m.measure, sent) for m in decision.measures]
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


# --- what it does to its case -----------------------------------------------------------------------------------------


def _step_decided(
    work: Work, case: Case, decision: Decision, minuted: Minuted, policy: Policy, seen: int | None
) -> None:
    facts = {"interests": minuted.interests, "proportionality": minuted.proportionality, "impedes": minuted.impedes}
    take_step(
        work,
        case,
        StepKind.DECIDED,
        on=decision.decided_on,
        who=decision.body,
        words=decision.resolution,
        facts={**facts, "delegation": minuted.delegation},
        policy=policy,
        decision=decision,
        seen=seen,
        noted_as="decision.step",
    )


def _step_told(
    work: Work, step: CaseStep, decision: Decision, sent: DecisionLetter, letter: Letter | None, policy: Policy
) -> None:
    take_step(
        work,
        work.session.get_one(Case, step.case_id),
        StepKind.TOLD,
        on=sent.sent_on,
        who=sent.sent_by,
        words=f"the letter of the decision went: {sent.how}",
        facts={},
        policy=policy,
        decision=decision,
        letter=letter,
        noted_as="decision.told",
    )


def _leaves_a_channel(work: Work, customer: Customer, minuted: Minuted, case: Case | None) -> None:
    closes = closes_only_channel(work.session, customer, [t.measure for t in minuted.terms], today=work.today)
    if closes:
        raise Refused(of_the_case(closes, case.reference) if case is not None else closes)


# --- the decision itself ----------------------------------------------------------------------------------------------


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


def _not_protected(work: Work, customer: Customer, policy: Policy) -> None:
    numbers = sorted(same_person(work.session, [customer.id]))
    people = [work.session.get_one(Customer, number) for number in numbers]
    for person in people:
        if person.never_restrict:
            raise Refused(f"this customer is never restricted: {person.never_restrict}")
        if any(is_never_restricted(address, policy) for address in person.emails()):
            raise Refused("this customer writes from an address that is never restricted (policy: mail.never_restrict)")
    not_on_record_for_others(work, customer)
    if marked_protected(work.session, numbers, work.seal):
        raise Refused(
            "by the sealed history this customer is never restricted, and somebody took that mark off in the store by "
            "hand (`evenhand audit verify`); where it is to go: `evenhand customers never-restrict --clear`"
        )


def _not_yet_to_come(work: Work, minuted: Minuted) -> None:
    if minuted.decided_on > work.today:
        raise Refused(f"a decision of {minuted.decided_on:%-d %B %Y} has not been taken yet")


def _stages_before(session: Session, customer: Customer, minuted: Minuted, policy: Policy) -> None:
    sent = {w.stage.value for w in warnings_of(session, customer.id, minuted.decided_on)}
    missing = [stage for stage in policy.stages if stage not in sent]
    if missing and not minuted.exception.strip():
        words = " and ".join(f"the {stage.replace('_', ' ')} warning" for stage in missing)
        raise Refused(
            f"{words} has not been recorded as sent before this decision; record it (`evenhand warning record`), "
            "or give the exceptional reason for which the council went without it (`evenhand case skip`)"
        )


def _terms_in_order(minuted: Minuted, policy: Policy) -> None:
    measures = [term.measure for term in minuted.terms]
    if len(set(measures)) < len(measures):
        raise Refused("the same measure stands twice in this decision")
    for term in minuted.terms:
        _said_in_words(term)
        if term.starts_on < minuted.decided_on:
            raise Refused("a restriction cannot start before it was decided")
        if term.ends_on <= term.starts_on:
            raise Refused("a restriction must end after it starts; every one has an end date")
        if term.ends_on > add_months(term.starts_on, policy.longest_months):
            raise Refused(f"a restriction lasts at most {policy.longest_months} months; longer needs a new decision")


def _said_in_words(term: Term) -> None:
    """A limit that nobody can read binds nobody (RES-06)."""
    if term.measure in NEEDS_TERMS and not term.terms.strip():
        kind = term.measure.value
        raise Refused(
            f"{kind.replace('_', ' ')} needs its terms in words, as they were resolved: {ASKED_OF[term.measure]}. "
            f'Give them with --terms "{kind}=..."'
        )


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
        terms=" ".join(term.terms.split()),
    )


def _not_recorded_before(session: Session, customer: Customer, minuted: Minuted) -> None:
    same = select(Decision.id).where(
        Decision.body == minuted.body.strip(),
        Decision.minute == minuted.minute.strip(),
        Decision.customer_id == customer.id,
    )
    number = session.scalar(same)
    if number is not None:
        raise Refused(
            f"minute {minuted.minute.strip()} is recorded already, as decision {number}. If that record is wrong and "
            "its letter has not gone, say so in the minute: “88/26, put right”"
        )


def check_policy(policy: Policy) -> None:
    """PolicyError, with everything that is wrong, if a policy cannot be in force."""
    found = wrong(policy)
    if found:
        raise PolicyError(f"the policy {policy.name} cannot be in force: {'; '.join(found)}")
