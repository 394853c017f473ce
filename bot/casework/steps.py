"""The one way in which a step of a case is saved: complete, dated in order, resting on the customer's own log."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from bot.casework.people import decides_alone, is_a_body
from bot.casework.track import DECIDING, Standing
from bot.work import Work, one_at_a_time
from models.as_recorded import contacts_differing
from models.calendar import council_day
from models.case import Case, CaseStep, StepKind, steps_of
from models.contact import Contact, Match
from models.customer import everybody_like, same_person
from models.decision import Decision
from models.errors import Refused
from models.letter import Letter
from models.log import contacts_by_number
from models.policy import Policy
from models.step_facts import CASE_FACTS, wrong_facts
from models.trail import CASE_STEP, not_as_recorded, steps_gone

K = StepKind
LONG_AGO = 2000  # a year before this is a slip of the pen: no council's policy is so old
# Any constant above the others of `bot.work`: with a case's number added, what is done to that case waits its turn.
_CASES = 0x43415345 << 32

# A step is not dated before the last of these in its case.
_RESTS_ON: Mapping[StepKind, tuple[StepKind, ...]] = {
    K.REVIEW: (K.REPORT,),
    K.INITIAL_WARNING: (K.REPORT, K.REVIEW),
    K.ACKNOWLEDGED: (K.INITIAL_WARNING,),
    K.MONITORING: (K.INITIAL_WARNING,),
    K.NOT_HEEDED: (K.INITIAL_WARNING,),
    K.FORMAL_WARNING: (K.REVIEW, K.INITIAL_WARNING, K.NOT_HEEDED),
    K.CONFIRMATION: (K.FORMAL_WARNING,),
    K.RECOMMENDATION: (K.FORMAL_WARNING, K.CONFIRMATION),
    K.CHECKED: (K.RECOMMENDATION,),
    K.DECIDED: (K.FORMAL_WARNING, K.CONFIRMATION, K.RECOMMENDATION, K.CHECKED),
    K.DECIDED_AGAINST: (K.REPORT, K.FORMAL_WARNING, K.RECOMMENDATION),
    K.TOLD: (),  # the decision's own letter: `bot.casework.decisions` compares with the decision
    K.URGENT_CONFIRMED: (K.URGENT,),
    K.URGENT_REFUSED: (K.URGENT,),
    K.EXTENDED: (K.PERIODIC_REVIEW,),
    K.APPEAL_DECIDED: (K.APPEAL,),
    K.CLOSED: (K.DECIDED, K.TOLD, K.LIFTED, K.FORMAL_WARNING, K.INITIAL_WARNING),
}
# What only ends a restriction is never refused for what somebody else wrote in (INV-07, INV-26).
_ENDS = frozenset({K.LIFTED, K.LAPSED})
# Steps about somebody else's letters: their citations and contact need not be the customer's.
_OF_OTHERS = frozenset({K.MEMBER_ENGAGED, K.CIRCUMVENTION})


@dataclass(frozen=True, slots=True)
class Said:
    """What every step says: the day it was done, by whom (title and name), in which words, resting on which contacts.

    seen  the number of the last step of the case that the officer saw; None: not told
    """

    on: date
    who: str
    words: str
    cites: tuple[int, ...] = ()
    seen: int | None = None


def take_step(
    work: Work,
    case: Case,
    kind: StepKind,
    *,
    on: date,
    who: str,
    words: str,
    facts: Mapping[str, object],
    policy: Policy,
    cites: Sequence[int] = (),
    decision: Decision | None = None,
    letter: Letter | None = None,
    contact: Contact | None = None,
    seen: int | None = None,
    noted_as: str = "case.step",
) -> CaseStep:
    """Save one step of a case and note it.

    Refused, with everything that is missing at once: what must be on record before (`Standing.missing_for`), facts that
    this kind of step needs, dates out of order, citations that are not the customer's or not of confirmed identity, the
    same step twice. `seen`: the number of the last step that the officer saw; refused if another was recorded since.
    """
    one_at_a_time(work, _CASES + case.id)
    given = _plain(facts)
    so_far = steps_of(work.session, case)
    if kind not in _ENDS:
        as_recorded(work, case, so_far)
    nothing_since(so_far, seen)
    cited = list(dict.fromkeys(cites))
    wrong = wrong_facts(given, CASE_FACTS[kind])
    wrong += [
        f"{name} is missing" for name, text in (("who did it", who), ("the words of it", words)) if not text.strip()
    ]
    wrong += _days_out_of_order(work, so_far, kind, on)
    wrong += not_theirs(work.session, case, [*cited, *([contact.id] if contact else [])], kind, given, on=on)
    wrong += _by_hand(work, [*cited, *([contact.id] if contact else [])])
    wrong += Standing.of(so_far, policy).missing_for(kind, given)
    if kind in DECIDING | {K.DECIDED_AGAINST, K.URGENT_REFUSED} and not is_a_body(who, policy):
        wrong += decides_alone(so_far, [who])  # an officer with delegated power (X8)
    refuse_if(case, kind, wrong)
    step = CaseStep(
        case_id=case.id,
        kind=kind,
        on=on,
        who=who.strip(),
        words=words.strip(),
        policy_version=policy.version,
        recorded_by=work.actor.name,
        recorded_at=work.now,
        facts=given,
        cites=cited,
        decision_id=decision.id if decision else None,
        letter_id=letter.id if letter else None,
        contact_id=contact.id if contact else None,
    )
    _not_twice(so_far, step)
    work.session.add(step)
    work.session.flush()
    work.note(noted_as, step, digest=step.digest(), case=case.id, kind=kind.value)
    return step


def take(
    work: Work,
    case: Case,
    kind: StepKind,
    said: Said,
    facts: Mapping[str, object],
    policy: Policy,
    noted_as: str,
    *,
    contact: Contact | None = None,
    decision: Decision | None = None,
) -> CaseStep:
    """`take_step` for what somebody said."""
    return take_step(
        work,
        case,
        kind,
        on=said.on,
        who=said.who,
        words=said.words,
        facts=facts,
        cites=said.cites,
        policy=policy,
        contact=contact,
        decision=decision,
        seen=said.seen,
        noted_as=noted_as,
    )


def wrong_beside(work: Work, case: Case, kind: StepKind, wrong: Sequence[str], policy: Policy) -> None:
    """Refused with what is wrong and, so that everything is told at once, with what the case lacks for this step."""
    if wrong:
        refuse_if(case, kind, [*wrong, *Standing.of(steps_of(work.session, case), policy).missing_for(kind)])


def as_recorded(work: Work, case: Case, so_far: Sequence[CaseStep]) -> None:
    """Refused where a step of the case was not recorded here, not so, or is gone: nothing may rest on it (INV-27)."""
    just_now = {id(note.subject) for note in work.notes}
    before = [s for s in so_far if id(s) not in just_now]
    unknown = [s.id for s in not_as_recorded(work.session, CASE_STEP, before, work.seal)]
    unknown += steps_gone(work.session, CASE_STEP, "case", [case.id])
    if unknown:
        named = ", ".join(map(str, unknown))
        raise Refused(
            f"step {named} of {case.reference} is not in the sealed history as it stands now: somebody wrote in the "
            "store by hand. Nothing more is recorded in this case until that is cleared up (`evenhand audit verify`)"
        )


def in_words(kind: StepKind) -> str:
    """A kind of step as people say it: "formal warning"."""
    return kind.value.replace("_", " ")


def of_the_case(words: str, reference: str) -> str:
    """The same words, each command in them with the case that it is about, so that it can be given as it stands."""
    words = re.sub(r"`(evenhand case (?!open|list)[a-z-]++)(?! CASE-)", rf"`\1 {reference}", words)
    return re.sub(r"`(evenhand letter draft [a-z_]++)(?! --case)", rf"`\1 --case {reference}", words)


def refuse_if(case: Case, kind: StepKind, wrong: Sequence[str]) -> None:
    """Refused with everything that is wrong, a line each where there are several."""
    if wrong:
        head = f"the step '{in_words(kind)}' cannot be recorded in {case.reference} yet. Missing or wrong:"
        named = [of_the_case(words, case.reference) for words in wrong]
        raise Refused("\n- ".join([head, *named]) if len(named) > 1 else f"{head} {named[0]}")


def nothing_since(so_far: Sequence[CaseStep], seen: int | None) -> None:
    """Refused if steps were recorded after the one that the officer saw last; says which (two officers at once)."""
    since = [step for step in so_far if seen is not None and step.id > seen]
    if since:
        told = "; ".join(f"{in_words(s.kind)} of {s.on:%-d %B %Y}, recorded by {s.recorded_by}" for s in since)
        raise Refused(f"since you looked this was recorded: {told}. Look again (`evenhand case show`), then decide")


def not_theirs(
    session: Session,
    case: Case,
    numbers: Sequence[int],
    kind: StepKind,
    facts: Mapping[str, object],
    *,
    on: date | None = None,
) -> list[str]:
    """Which of these contacts cannot be cited, and why (INV-21: conduct is held against nobody on a guess)."""
    people = everybody_like(session, case.customer_id)
    other = facts.get("person")
    if kind is K.CIRCUMVENTION and isinstance(other, int):
        people |= same_person(session, [other])
    found = contacts_by_number(session, numbers)
    wrong = []
    for number in dict.fromkeys(numbers):
        contact = found.get(number)
        if contact is None:
            wrong.append(f"there is no contact {number} in the log")
        elif kind in _OF_OTHERS and kind is not K.CIRCUMVENTION:
            continue
        elif contact.customer_id not in people:
            wrong.append(f"contact {number} is not this customer's; cite their own entries of the log alone")
        elif contact.match is not Match.CERTAIN:
            wrong.append(
                f"contact {number} is not confirmed to be this customer's (`evenhand contact confirm {number}`)"
            )
        elif on is not None and council_day(contact.at) > on:
            wrong.append(f"contact {number} came after {on:%-d %B %Y}: the step cannot rest on it")
    return wrong


def _by_hand(work: Work, numbers: Sequence[int]) -> list[str]:
    """Which of these contacts the sealed history does not have as this person's, or not in these words (INV-21)."""
    return [
        f"contact {number} is not in the sealed history as it stands now: somebody wrote in the store by hand "
        "(`evenhand audit verify`)"
        for number in sorted(contacts_differing(work.session, numbers, work.seal))
    ]


def _plain(facts: Mapping[str, object]) -> dict[str, object]:
    """As JSON keeps them: texts trimmed, tuples as lists; what is None or empty is left out."""
    whole = {k: _trimmed(v) for k, v in facts.items()}
    return {k: v for k, v in whole.items() if v is not None and v != "" and v != []}


def _trimmed(value: object) -> object:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_trimmed(item) for item in value]
    return value


def _days_out_of_order(work: Work, so_far: Sequence[CaseStep], kind: StepKind, on: date) -> list[str]:
    if on > work.today:
        return [f"{on:%-d %B %Y} has not come yet"]
    if on.year < LONG_AGO:
        return [f"a day that can be right: nothing of a case was done in the year {on.year} (--on)"]
    return [
        f"{on:%-d %B %Y} is before the {in_words(earlier)} of {last.on:%-d %B %Y}, on which this rests"
        for earlier in _RESTS_ON.get(kind, ())
        if (last := next((s for s in reversed(so_far) if s.kind is earlier), None)) is not None and on < last.on
    ]


def _not_twice(so_far: Sequence[CaseStep], step: CaseStep) -> None:
    def same(s: CaseStep) -> list[object]:
        return [s.kind, s.on, s.who, s.words, s.facts, s.cites, s.decision_id, s.letter_id, s.contact_id]

    if any(same(s) == same(step) for s in so_far):
        raise Refused(f"this {in_words(step.kind)} of {step.on:%-d %B %Y} is recorded already, in the same words")
