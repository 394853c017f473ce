"""Appeals against a decision, answered by people who took no part in it (policy section 9; CH-04, CH-06; INV-16).

An appeal comes as any contact, also from an address whose mail is diverted; the named officer passes it on.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from sqlalchemy.orm import Session

from bot.casework.people import complained_about, has_name, is_a_body, same_words
from bot.casework.restrictions import lift_all, lift_together, not_lifted
from bot.casework.reviews import decision_of
from bot.casework.steps import Said, take
from bot.officers import name_of
from bot.work import Work, verb
from models.calendar import COUNTRIES, add_working_days, council_day
from models.case import Case, CaseStep, StepKind, steps_of
from models.contact import Contact
from models.councillor import SEVERAL, one_councillor
from models.decision import Decision, Restriction
from models.errors import Refused
from models.letters_owed import letters_owed
from models.message import Direction
from models.named import same_named
from models.officer import Permission
from models.policy import Policy

K = StepKind
# Whoever stands in one of these took part in what is challenged.
_TOOK_PART = frozenset(
    {K.REPORT, K.REVIEW, K.NOT_HEEDED, K.CONFIRMATION, K.RECOMMENDATION, K.CHECKED, K.DECIDED, K.URGENT}
    | {K.URGENT_CONFIRMED, K.EXTENDED, K.PERIODIC_REVIEW, K.TAKEN_OVER}
)


class AppealOutcome(enum.StrEnum):
    UPHELD = "upheld"
    PARTLY_UPHELD = "partly_upheld"
    NOT_UPHELD = "not_upheld"


@verb("appeal.record", needs=Permission.KEEP_CASE)
def record_appeal(
    work: Work,
    case: Case,
    contact: Contact,
    *,
    grounds: str,
    policy: Policy,
    who: str = "the customer",
    words: str = "the customer asks to have the decision looked at again",
    seen: int | None = None,
) -> CaseStep:
    """The customer challenges the decision, in a contact of theirs (CH-04). Its clock runs from the day it came."""
    decision = decision_of(work.session, case)
    if contact.direction is not Direction.IN:
        raise Refused(f"contact {contact.id} went out from the council; name the one in which the customer appeals")
    if any(s.kind is K.APPEAL and s.contact_id == contact.id for s in steps_of(work.session, case)):
        raise Refused(
            f"contact {contact.id} is on record as an appeal already; `evenhand case answer-appeal` answers it"
        )
    said = Said(council_day(contact.at), who, words, seen=seen)
    facts = {"grounds": grounds}
    return take(work, case, K.APPEAL, said, facts, policy, "appeal.record", contact=contact, decision=decision)


def open_appeals(session: Session, case: Case) -> list[CaseStep]:
    """The appeals that nobody has answered, the oldest first."""
    steps = steps_of(session, case)
    answered = {s.contact_id for s in steps if s.kind is K.APPEAL_DECIDED}
    return [s for s in steps if s.kind is K.APPEAL and s.contact_id not in answered]


def answer_by(appeal: CaseStep, policy: Policy) -> date:
    """The last day for the answer, in the council's own working days."""
    own = COUNTRIES[policy.procedure.council.country]
    return add_working_days(appeal.on, policy.procedure.reviews.appeal_days, own)


@verb("appeal.answer", needs=Permission.KEEP_CASE)
def answer_appeal(
    work: Work,
    case: Case,
    appeal: CaseStep,
    *,
    outcome: AppealOutcome,
    deciders: Sequence[str],
    on: date,
    words: str,
    policy: Policy,
    lifts: Sequence[Restriction] = (),
    seen: int | None = None,
) -> CaseStep:
    """The answer of people who took no part in what is challenged; each by name, or a panel with its members (INV-16).

    Upheld, everything that the decision imposed is lifted in the same work; partly upheld, what `lifts` names.
    """
    if appeal.id not in {s.id for s in open_appeals(work.session, case)}:
        raise Refused("this appeal has been answered already")
    _told_of_the_one_before(work.session, case, policy)
    _uninvolved(work.session, case, deciders, policy)
    decision = work.session.get_one(Decision, appeal.decision_id)
    if any(r.decision_id != decision.id for r in lifts):
        raise Refused(f"only what decision {decision.id} imposed is lifted by this answer")
    if outcome is AppealOutcome.NOT_UPHELD and lifts:
        raise Refused("an appeal that is not upheld lifts nothing")
    if outcome is AppealOutcome.PARTLY_UPHELD and not lifts and not_lifted(work, decision):
        raise Refused(
            "an appeal that is upheld in part lifts something: say which restriction (--lift, `evenhand restriction "
            "list`); where nothing is lifted it is not upheld"
        )
    said = Said(on, "; ".join(who.strip() for who in deciders), words, seen=seen)
    facts = {"outcome": outcome.value, "uninvolved": True}
    sent = work.session.get(Contact, appeal.contact_id)
    step = take(work, case, K.APPEAL_DECIDED, said, facts, policy, "appeal.answer", contact=sent, decision=decision)
    _carry_out(work, decision, outcome, lifts, on, policy)
    return step


def _told_of_the_one_before(session: Session, case: Case, policy: Policy) -> None:
    """A letter tells of one answer, the latest: with a second one the first would never be told (INV-26)."""
    for step, _ in letters_owed(session, case, steps_of(session, case), policy):
        if step.kind is K.APPEAL_DECIDED:
            raise Refused(
                f"the answer of step {step.id} to an earlier appeal has not been sent yet; send its letter first "
                "(`evenhand letter draft appeal_outcome`, then `evenhand letter send`)"
            )


def _carry_out(
    work: Work, decision: Decision, outcome: AppealOutcome, lifts: Sequence[Restriction], on: date, policy: Policy
) -> None:
    reason = f"the appeal was {outcome.value.replace('_', ' ')} on {on:%-d %B %Y}"
    if outcome is AppealOutcome.UPHELD and not_lifted(work, decision):
        lift_all(work, decision, reason=reason, policy=policy)
    if outcome is AppealOutcome.PARTLY_UPHELD:
        lift_together(work, lifts, reason=reason, policy=policy)


def _uninvolved(session: Session, case: Case, deciders: Sequence[str], policy: Policy) -> None:
    named = [who for who in deciders if who.strip()]
    if not named:
        raise Refused("say who decided the appeal, each by title and name (--by)")
    if len(named) == 1 and one_councillor(named[0]) and not SEVERAL.search(named[0]):
        raise Refused(
            "one councillor cannot decide for a council (Local Government Act 1972, section 101): name the panel, each "
            "member by title and name (--by, once for each)"
        )
    for who in named:
        if not (is_a_body(who, policy) or all(has_name(who, t) for t in policy.procedure.people.heads)):
            raise Refused(f"'{who}' is a title; say who it was, by title and name")
        took_part = next((x for x in involved(session, case) if _the_same(who, x, policy)), None)
        if took_part is not None:
            raise Refused(
                f"'{who}' took part in what is challenged, or is complained about; an appeal is answered by people "
                "who did neither"
            )


def _the_same(who: str, other: str, policy: Policy) -> bool:
    return same_words(who, other) if is_a_body(other, policy) else same_named(who, other)


def involved(session: Session, case: Case) -> list[str]:
    """Everybody who took part in what may be challenged, as the steps name them, and who is complained about."""
    steps = steps_of(session, case)
    return list(dict.fromkeys([*_took_part(session, steps), *complained_about(steps)]))


def _took_part(session: Session, steps: Iterable[CaseStep]) -> Iterator[str]:
    for step in steps:
        if step.kind in _TOOK_PART:
            yield step.who
            yield step.recorded_by
            yield name_of(session, step.recorded_by)
            yield from (str(name) for name in step.facts.get("participants", ()))
            yield from (str(step.facts[key]) for key in ("adviser",) if step.facts.get(key))
