"""Stage 2: the committee's and the council's part in a case, and who is told (policy 7 and 8; ST2-01 to ST2-07).

The decision itself is recorded by `bot.casework.decisions.record_decision`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy.orm import Session

from bot.casework.cases import came_after
from bot.casework.decisions import Minuted, record_decision
from bot.casework.people import (
    decides_alone,
    has_name,
    has_title,
    is_a_body,
    lawful_body,
    not_the_head,
    same_words,
    was_held,
)
from bot.casework.ready import none_on_its_way
from bot.casework.restrictions import lift_all, not_lifted
from bot.casework.reviews import owed_in_words
from bot.casework.steps import Said, in_words, take, wrong_beside
from bot.casework.track import DECIDING, Standing
from bot.work import Work, verb
from models.case import Case, CaseStep, StepKind, steps_of
from models.customer import Customer
from models.decision import Decision
from models.errors import Refused
from models.meeting import called_off
from models.named import names_somebody, same_named
from models.officer import Permission
from models.policy import Policy
from models.reviewing import over_by_itself

K = StepKind
# Reports that hold what only part two may hear (ST1-05, CON-01).
_PART_TWO = frozenset({"formal_warning", "stage_two", "review", "extension", "urgent"})


def _standing(session: Session, case: Case, policy: Policy) -> Standing:
    return Standing.of(steps_of(session, case), policy)


@verb("case.committee_report", needs=Permission.KEEP_CASE)
def committee_report(
    work: Work,
    case: Case,
    said: Said,
    *,
    purpose: str,
    body: str,
    meeting_on: date,
    part_two: bool,
    policy: Policy,
    urgent: str = "",
    minute: str = "",
    paper: str = "",
) -> CaseStep:
    """That a report on the case went to a meeting (IW-05, ST1-05, ST2-02; REC-08): facts, quotations and counts only.

    To the first of the policy's bodies; to another, such as an earlier Full Council, with the reason that it is urgent.
    In part two, with the press and public excluded, where a person stands in it.
    """
    people = policy.procedure.people
    wrong = []
    hear = list(dict.fromkeys(b for b in (*people.reports_to, people.recommends, *people.decides) if b))
    if not any(same_words(body, known) for known in hear):
        wrong.append(f"a body that hears of cases: {' or '.join(hear)} (--body)")
    elif people.reports_to and _out_of_turn(body, purpose, policy) and not urgent.strip():
        wrong.append(f"why it goes to the {body} and not to the {people.reports_to[0]} (--urgent)")
    wrong += _not_held(work, case, body, meeting_on, purpose)
    if purpose in _PART_TWO and not part_two:
        wrong.append("that it was received in part two, with the press and public excluded (--part-two)")
    wrong_beside(work, case, K.COMMITTEE_REPORT, wrong, policy)
    facts: dict[str, object] = {
        "purpose": purpose,
        "body": body,
        "meeting_on": meeting_on,
        "part_two": part_two,
        "urgent": urgent,
        "minute": minute,
        "paper": paper,
    }
    return take(work, case, K.COMMITTEE_REPORT, said, facts, policy, "case.committee_report")


# What a report for a purpose is about: it goes to a meeting on the same day or later.
_REPORTED: Mapping[str, StepKind] = {
    "initial_warning": K.INITIAL_WARNING,
    "formal_warning": K.FORMAL_WARNING,
    "stage_two": K.FORMAL_WARNING,
    "review": K.PERIODIC_REVIEW,
    "extension": K.PERIODIC_REVIEW,
    "urgent": K.URGENT,
}


def _not_held(work: Work, case: Case, body: str, meeting_on: date, purpose: str = "") -> list[str]:
    """Why nothing went to this meeting: it has not come yet, was called off, or was before what it is to hear of."""
    if meeting_on > work.today:
        return [f"a meeting that was held: that of {meeting_on:%-d %B %Y} has not come yet (--meeting)"]
    if called_off(work.session, body, meeting_on):
        return [f"a meeting that was held: that of {meeting_on:%-d %B %Y} was called off (`evenhand meeting list`)"]
    about = _REPORTED.get(purpose)
    step = next((s for s in reversed(steps_of(work.session, case)) if s.kind is about), None)
    if step is not None and meeting_on < step.on:
        return [f"a meeting after the {in_words(step.kind)} of {step.on:%-d %B %Y}, of which it hears (--meeting)"]
    return []


def _out_of_turn(body: str, purpose: str, policy: Policy) -> bool:
    people = policy.procedure.people
    decides = any(same_words(body, known) for known in people.decides)
    return not same_words(body, people.reports_to[0]) and not (decides and purpose in ("extension", "urgent"))


@verb("case.confirm", needs=Permission.KEEP_CASE)
def confirm(work: Work, case: Case, said: Said, *, what: str, evidence: str, policy: Policy) -> CaseStep:
    """One of the conditions of Stage 2, confirmed by a named person with evidence (ST2-01; INV-09).

    That the formal warning was sent is compared with the record. That the conduct is unreasonable rests on what came
    after it: it said what would follow if the conduct went on.
    """
    standing = _standing(work.session, case, policy)
    formal = standing.now(K.FORMAL_WARNING)
    wrong = []
    if said.who.strip() and (is_a_body(said.who, policy) or not names_somebody(said.who)):
        wrong.append("the name of the person who confirms it: a body or a title alone confirms nothing (--who)")
    wrong += decides_alone(standing.steps, [said.who])
    if what not in policy.procedure.conduct.confirmations:
        wrong.append(f"one of the policy's conditions ({', '.join(policy.procedure.conduct.confirmations)})")
    if what == "conduct" and formal is not None:
        wrong += came_after(work.session, said.cites, formal, "the formal warning")
    wrong_beside(work, case, K.CONFIRMATION, wrong, policy)
    facts: dict[str, object] = {"what": what, "evidence": evidence}
    return take(work, case, K.CONFIRMATION, said, facts, policy, "case.confirm")


@verb("case.recommend", needs=Permission.KEEP_CASE)
def recommend(
    work: Work,
    case: Case,
    said: Said,
    *,
    meeting_on: date,
    minute: str,
    recommends: str,
    conduct_only: bool,
    policy: Policy,
) -> CaseStep:
    """What the committee recommended. It considers the conduct alone and does not examine the complaint (ST2-03)."""
    committee = policy.procedure.people.recommends
    if not committee:
        raise Refused("under this policy no committee recommends; the council decides (`evenhand case decide`)")
    wrong = []
    if not same_words(said.who, committee):
        wrong.append(f"the committee that recommends: {committee} (--who)")
    if not conduct_only:
        wrong.append(
            "a consideration of the conduct alone: a committee that examined the complaint considers it again, without "
            "it (--conduct-only)"
        )
    if meeting_on != said.on:
        wrong.append("the day of its meeting: a recommendation is made on it")
    wrong += _not_held(work, case, committee, meeting_on)
    wrong_beside(work, case, K.RECOMMENDATION, wrong, policy)
    facts: dict[str, object] = {
        "body": said.who,
        "meeting_on": meeting_on,
        "minute": minute,
        "recommends": recommends,
        "conduct_only": conduct_only,
    }
    return take(work, case, K.RECOMMENDATION, said, facts, policy, "case.recommend")


@verb("case.check", needs=Permission.KEEP_CASE)
def check(work: Work, case: Case, said: Said, *, policy: Policy) -> CaseStep:
    """The head's check of the committee's report before it goes to the council (ST2-04)."""
    wrong = not_the_head(said.who, policy) + decides_alone(steps_of(work.session, case), [said.who])
    wrong_beside(work, case, K.CHECKED, wrong, policy)
    return take(work, case, K.CHECKED, said, {}, policy, "case.check")


@verb("case.decide_against", needs=Permission.RECORD_DECISION)
def decide_against(work: Work, case: Case, said: Said, *, minute: str, policy: Policy) -> CaseStep:
    """The council decided not to restrict; recorded like a decision to act (INV-13). `said.who` is the body, `words`
    its resolution. What was confirmed before it carries no later decision."""
    lawful_body(said.who, policy, delegation=minute)
    was_held(work.session, said.who, said.on)
    none_on_its_way(work.session, case)
    facts: dict[str, object] = {"body": said.who, "minute": minute}
    return take(work, case, K.DECIDED_AGAINST, said, facts, policy, "case.decide_against")


@verb("case.appoint", needs=Permission.KEEP_CASE)
def appoint(work: Work, case: Case, said: Said, *, named_officer: str, substitute: str, policy: Policy) -> CaseStep:
    """Who deals with the customer's correspondence, and who stands in when they are away (NO-01, NO-05; NO-03)."""
    wrong = []
    if named_officer.strip() and substitute.strip() and _same_person(named_officer, substitute):
        wrong.append("a substitute who is another person than the named officer (--substitute)")
    decided = _standing(work.session, case, policy).last(K.DECIDED, K.EXTENDED)
    decision = work.session.get(Decision, decided.decision_id) if decided and decided.decision_id else None
    if decision is not None and named_officer.strip() and not _same_person(named_officer, decision.named_officer):
        wrong.append(f"the officer whom the council named in decision {decision.id} (--named-officer)")
    wrong_beside(work, case, K.APPOINTED, wrong, policy)
    facts: dict[str, object] = {"named_officer": named_officer, "substitute": substitute}
    return take(work, case, K.APPOINTED, said, facts, policy, "case.appoint")


def _same_person(one: str, other: str) -> bool:
    return same_words(one, other) or same_named(one, other)


@verb("case.inform", needs=Permission.KEEP_CASE)
def inform(work: Work, case: Case, said: Said, *, role: str, why: str, policy: Policy) -> CaseStep:
    """That an officer or member was made aware, and why they need to know (ST2-07, CON-03)."""
    return take(work, case, K.INFORMED, said, {"role": role, "why": why}, policy, "case.inform")


@verb("case.external_body", needs=Permission.RECORD_DECISION)
def external_body(work: Work, case: Case, said: Said, *, body: str, minute: str, policy: Policy) -> CaseStep:
    """That the council appointed an external body to act for it (T9, RES-03); copies of what it writes are kept
    (REC-07)."""
    return take(work, case, K.EXTERNAL_BODY, said, {"body": body, "minute": minute}, policy, "case.external_body")


# --- the urgent route: off until the council resolves otherwise (S§5, INV-02) -----------------------------------------


@verb("case.urgent", needs=Permission.RECORD_DECISION)
def urgent(
    work: Work,
    case: Case,
    said: Said,
    minuted: Minuted,
    *,
    circumstances: str,
    authority: str,
    until: date,
    report_due: date,
    policy: Policy,
) -> CaseStep:
    """An urgent restriction in exceptional circumstances: a Decision of its own, short, that lapses on `until` by
    itself (RES-07, INV-02). `said.who` decided, by title and name; `authority` gives them the power (LGA 1972 s101)."""
    conduct, standing = policy.procedure.conduct, _standing(work.session, case, policy)
    wrong = _not_a_decider(said.who, policy) + decides_alone(standing.steps, [said.who])
    if until > said.on + timedelta(days=conduct.urgent_days) or until <= said.on:
        wrong.append(f"an end at most {conduct.urgent_days} days after it was decided (--until)")
    if report_due <= said.on:
        wrong.append("the day of the next meeting that hears of it (--report-due)")
    wrong += _urgent_again(work.session, standing, said)
    wrong += [what for what, given in (("the circumstances", circumstances), ("the authority", authority)) if not given]
    wrong_beside(work, case, K.URGENT, wrong, policy)
    decision = record_decision(
        work,
        work.session.get_one(Customer, case.customer_id),
        replace(
            minuted,
            body=said.who,
            minute=f"{authority}, {said.on:%-d %B %Y}",
            decided_on=said.on,
            exception=circumstances,
            terms=tuple(replace(term, starts_on=said.on, ends_on=until, review_on=None) for term in minuted.terms),
        ),
        policy=policy,
        case=case,
        route=K.URGENT,
    )
    facts: dict[str, object] = {
        "circumstances": circumstances,
        "authority": authority,
        "until": until,
        "report_due": report_due,
    }
    return take(work, case, K.URGENT, said, facts, policy, "case.urgent", decision=decision)


def _not_a_decider(who: str, policy: Policy) -> list[str]:
    deciders = policy.procedure.conduct.urgent_deciders
    for title in deciders:
        if same_words(who, title) and is_a_body(title, policy):
            return []
        if has_title(who, title) and has_name(who, title):
            return []
    return [f"a decision by {' or '.join(deciders)}, by title and name (--who)"]


def _urgent_again(session: Session, standing: Standing, said: Said) -> list[str]:
    """A second urgent restriction rests on what came after the first: it is not the same one again (INV-02)."""
    first = standing.last(K.URGENT)
    return came_after(session, said.cites, first, "the urgent decision") if first is not None else []


@verb("case.confirm_urgent", needs=Permission.RECORD_DECISION)
def confirm_urgent(work: Work, case: Case, said: Said, minuted: Minuted, *, policy: Policy) -> CaseStep:
    """The council confirms an urgent restriction: a new Decision, by a body that may decide, as short as the first.

    It does not take the place of Stage 2: to restrict for longer the warnings and the three confirmations are needed
    (INV-08, INV-09). Without it the urgent restriction lapses at its end.
    """
    days = policy.procedure.conduct.urgent_days
    lawful_body(minuted.body, policy, delegation=minuted.delegation)
    wrong = [
        f"an end at most {days} days after the start; longer needs the formal warning and the three confirmations"
        for term in minuted.terms
        if term.ends_on > term.starts_on + timedelta(days=days)
    ]
    wrong += [
        "a start on which the urgent restriction still runs, or the day after"
        for term in minuted.terms
        if (first := _standing(work.session, case, policy).last(K.URGENT)) is not None
        and term.starts_on.isoformat() > str(first.facts.get("until"))
    ]
    wrong_beside(work, case, K.URGENT_CONFIRMED, list(dict.fromkeys(wrong)), policy)
    taken = _standing(work.session, case, policy).last(K.URGENT)
    circumstances = str(taken.facts.get("circumstances")) if taken else minuted.exception
    decision = record_decision(
        work,
        work.session.get_one(Customer, case.customer_id),
        replace(minuted, decided_on=said.on, exception=minuted.exception or circumstances),
        policy=policy,
        case=case,
        route=K.URGENT_CONFIRMED,
    )
    facts: dict[str, object] = {"body": minuted.body, "minute": minuted.minute}
    return take(work, case, K.URGENT_CONFIRMED, said, facts, policy, "case.confirm_urgent", decision=decision)


@verb("case.refuse_urgent", needs=Permission.RECORD_DECISION)
def refuse_urgent(work: Work, case: Case, said: Said, *, minute: str, policy: Policy) -> CaseStep:
    """The council does not confirm an urgent restriction: it ends at once (INV-02), which is recorded like a decision
    to act (INV-13). `said.who` is the body, `words` its resolution. The customer is told (letter `lifting`); where the
    urgent letter had not gone, nothing was in force, and it goes no more."""
    lawful_body(said.who, policy, delegation=minute)
    was_held(work.session, said.who, said.on)
    taken = _standing(work.session, case, policy).last(K.URGENT)
    decision = work.session.get(Decision, taken.decision_id) if taken and taken.decision_id else None
    facts = {"body": said.who, "minute": minute}
    step = take(work, case, K.URGENT_REFUSED, said, facts, policy, "case.refuse_urgent", decision=decision)
    if decision is not None and not_lifted(work, decision):
        lift_all(work, decision, reason=f"not confirmed: {said.who}, minute {minute}", policy=policy)
    return step


# --- the end ----------------------------------------------------------------------------------------------------------


@verb("case.close", needs=Permission.KEEP_CASE)
def close(work: Work, case: Case, said: Said, *, policy: Policy) -> CaseStep:
    """The case is closed and the relationship back to normal (REV-03). Not while a restriction of it is in force, nor
    before the customer was told in writing of what ended or was answered: a closed case sends no letter (INV-26)."""
    running = [words for decision in _imposing(work.session, case) for words in _still_there(work, decision, policy)]
    wrong_beside(work, case, K.CLOSED, [*running, *owed_in_words(work.session, case, policy)], policy)
    return take(work, case, K.CLOSED, said, {}, policy, "case.close")


def _imposing(session: Session, case: Case) -> list[Decision]:
    """The decisions of a case of whose end nothing is on record."""
    steps = steps_of(session, case)
    over = {step.decision_id for step in steps if step.kind is K.LAPSED}
    decided = dict.fromkeys(step.decision_id for step in steps if step.kind in DECIDING)
    return [session.get_one(Decision, number) for number in decided if number is not None and number not in over]


def _still_there(work: Work, decision: Decision, policy: Policy) -> list[str]:
    """What of a decision must end, or be put on record as ended, before its case is closed."""
    left = [str(r.id) for r in not_lifted(work, decision)]
    if not left:
        return []
    demanded = policy.reviews_demanded
    over = over_by_itself(work.session, decision, work.today, demanded, work.seal) if demanded is not None else ""
    how = f" on record, which is over: {over}" if over else ", which still runs"
    return [f"the end of restriction {', '.join(left)}{how} (`evenhand restriction lift {' '.join(left)}`)"]
