"""What a letter of a case does to it: may it go now, and the step that it makes once it went.

The warnings, the decision's letter and every other letter of a case are steps only when they are on record as sent
(INV-01, INV-08, INV-14). Nothing goes by itself: a person sends each (INV-28).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.casework.continuing import may_send_no_further
from bot.casework.decisions import find_decision, record_letter
from bot.casework.people import decides_alone, not_the_head
from bot.casework.ready import LETTER_OF, deciding_step, stands_against
from bot.casework.steps import in_words, refuse_if, take_step
from bot.casework.track import Standing
from bot.work import Work, verb
from models.case import Case, CaseStep, CaseWarning, Stage, StepKind, steps_of
from models.customer import everybody_like, kept_number
from models.errors import Refused
from models.letter import Letter, LetterEventKind, LetterKind, LetterSent, letter_events, sent_letter
from models.officer import Permission
from models.policy import Policy

K, L = StepKind, LetterKind

# The step that a letter makes when it went. Decision letters: `bot.casework.decisions`.
_STEP_OF: Mapping[LetterKind, StepKind] = {
    L.PLEASE_STOP: K.PLEASE_STOP,
    L.INITIAL_WARNING: K.INITIAL_WARNING,
    L.FORMAL_WARNING: K.FORMAL_WARNING,
    L.NO_FURTHER_CORRESPONDENCE: K.NO_FURTHER,
    L.REVIEW_OUTCOME: K.OUTCOME_LETTER,
    L.LIFTING: K.OUTCOME_LETTER,
    L.APPEAL_OUTCOME: K.OUTCOME_LETTER,
}
_ISSUED_BY_THE_HEAD = frozenset({L.INITIAL_WARNING, L.FORMAL_WARNING, L.DECISION, L.EXTENSION})
_OF_DECISIONS = frozenset({L.DECISION, L.URGENT_DECISION, L.EXTENSION})
# What must have been recorded before a letter tells of it, and the command.
_TELLS_OF: Mapping[LetterKind, tuple[tuple[StepKind, ...], str]] = {
    L.REVIEW_OUTCOME: ((K.PERIODIC_REVIEW,), "`evenhand case periodic-review`"),
    L.LIFTING: ((K.LIFTED, K.LAPSED, K.PERIODIC_REVIEW), "`evenhand restriction lift`"),
    L.APPEAL_OUTCOME: ((K.APPEAL_DECIDED,), "`evenhand case answer-appeal`"),
    L.COMPLAINT_PAUSED: ((K.COMPLAINT_PAUSED,), "`evenhand case complaint-paused`"),
}
_STAGES = {L.INITIAL_WARNING: Stage.INITIAL, L.FORMAL_WARNING: Stage.FORMAL_PRIOR}
# Letters to somebody else than the customer (CON-04).
_TO_OTHERS = frozenset({L.MEMBER, L.CIRCUMVENTION, L.CAUTIONARY_NOTICE})


def may_send(session: Session, letter: Letter, *, policy: Policy, today: date, signed_by: str = "") -> None:
    """Refused unless this letter of a case may go now: everything that must be on record before it is (INV-08, INV-15).

    A letter that belongs to no case is not judged here. `signed_by`: nobody whom the customer complains about signs a
    warning or a decision's letter (INV-16).
    """
    if letter.case_id is None:
        _none_without_a_case(letter, policy)
        return
    case = session.get_one(Case, letter.case_id)
    standing = Standing.of(steps_of(session, case), policy)
    kind = _STEP_OF.get(letter.kind)
    wrong = _of_somebody_else(session, case, letter)
    if letter.kind in _TELLS_OF:
        before, command = _TELLS_OF[letter.kind]
        wrong += [] if standing.last(*before) else [f"what the letter tells of: {in_words(before[0])} ({command})"]
        wrong += _told_before(session, standing, letter, before)
    wrong += _not_as_they_need(standing, letter)
    if letter.kind in _STAGES or letter.kind in _OF_DECISIONS:
        wrong += [f"{words} (--signed-by)" for words in decides_alone(standing.steps, [signed_by])]
        wrong += _not_for_them_to_sign(letter, signed_by, policy)
    if kind is not None:
        wrong += standing.missing_for(kind)
        refuse_if(case, kind, wrong)
    elif letter.kind in _OF_DECISIONS:
        refuse_if(case, K.TOLD, [*wrong, *_no_decision_to_tell(session, standing, letter)])
    elif wrong:
        raise Refused(f"letter {letter.id} cannot go yet. Missing: " + "; ".join(wrong))
    if letter.kind is L.NO_FURTHER_CORRESPONDENCE:
        may_send_no_further(session, case)


def _none_without_a_case(letter: Letter, policy: Policy) -> None:
    needed = {L.PLEASE_STOP, L.INITIAL_WARNING, L.FORMAL_WARNING, L.NO_FURTHER_CORRESPONDENCE, *_OF_DECISIONS}
    if letter.kind in needed and policy.procedure.conduct.case_needed:
        raise Refused(
            f"the letter '{letter.kind.value.replace('_', ' ')}' belongs to a case; withdraw this one and draft it for "
            "the case (`evenhand letter draft --case`)"
        )


def _of_somebody_else(session: Session, case: Case, letter: Letter) -> list[str]:
    if letter.kind in _TO_OTHERS or letter.customer_id in everybody_like(session, case.customer_id):
        return []
    return ["a letter to the customer of this case: this one is to somebody else"]


def _not_as_they_need(standing: Standing, letter: Letter) -> list[str]:
    """Large print, where the last answer about adjustments says that it is needed (Equality Act 2010 s20)."""
    asked = standing.last(K.ADJUSTMENTS)
    if asked is None or letter.large_print or letter.kind in _TO_OTHERS:
        return []
    needed = "large print" in str(asked.facts.get("adjustment", "")).casefold()
    return [f"large print, which they need (`evenhand letter amend {letter.id} --large-print`)"] if needed else []


def _told_before(session: Session, standing: Standing, letter: Letter, of: Sequence[StepKind]) -> list[str]:
    """One letter tells of one review, lifting or answer. One that came back may be sent again."""
    told = [s.letter_id for s in standing.since(standing.last(*of)) if s.kind is K.OUTCOME_LETTER and s.letter_id]
    gone = [session.get_one(Letter, number) for number in told]
    same = [x for x in gone if (x.kind, x.decision_id) == (letter.kind, letter.decision_id) and not _back(session, x)]
    return [
        f"something new to tell of: letter {x.id} has told of it (a copy: `evenhand letter show {x.id} --pdf`; if it "
        f"came back: `evenhand letter returned {x.id}`)"
        for x in same[:1]
    ]


def _back(session: Session, letter: Letter) -> bool:
    return any(event.kind is LetterEventKind.RETURNED for event in letter_events(session, letter.id))


def _not_for_them_to_sign(letter: Letter, signed_by: str, policy: Policy) -> list[str]:
    """A warning and what the council decided go out from the head of the procedure or a nominee (ST1-01, ST2-06)."""
    if letter.kind not in _ISSUED_BY_THE_HEAD or not policy.procedure.conduct.case_needed or not signed_by.strip():
        return []
    return [f"{words} (--signed-by)" for words in not_the_head(signed_by, policy, asked="who signs it")]


def _no_decision_to_tell(session: Session, standing: Standing, letter: Letter) -> list[str]:
    if letter.decision_id is None:
        return ["the decision that the letter tells of (`evenhand letter draft --decision`)"]
    step = deciding_step(session, find_decision(session, letter.decision_id))
    if step is None or step.id not in {s.id for s in standing.steps}:
        return [f"decision {letter.decision_id} in this case"]
    if standing.told_of(letter.decision_id):
        return [f"another letter: that of decision {letter.decision_id} has gone"]
    kinds = LETTER_OF[step.kind]
    if letter.kind not in kinds:
        return [f"a letter of the kind that tells of it: '{kinds[0].value}'"]
    missing = stands_against(session, standing, step)
    return [missing] if missing else []


@verb("case.letter_went", needs=Permission.SEND_LETTER)
def letter_went(work: Work, letter: Letter, *, policy: Policy) -> CaseStep | None:
    """The step that a letter of a case makes once it is on record as sent; None for a letter that makes none.

    With the decision's letter its restrictions begin to exist (INV-01); with a warning, the warning (INV-08).
    """
    sent = sent_letter(work.session, letter.id)
    if letter.case_id is None or sent is None:
        raise Refused(f"letter {letter.id} is not on record as sent for a case (`evenhand letter send {letter.id}`)")
    case = work.session.get_one(Case, letter.case_id)
    if letter.kind in _OF_DECISIONS:
        return _decision_went(work, letter, sent, case, policy)
    kind = _STEP_OF.get(letter.kind)
    if kind is None:
        return None
    step = take_step(
        work,
        case,
        kind,
        on=sent.sent_on,
        who=sent.signed_by,
        words=f"letter {letter.id} ({_name(letter)}): {sent.how}",
        facts=_facts(work.session, case, letter, sent, policy),
        policy=policy,
        letter=letter,
        noted_as="case.letter_went",
    )
    if letter.kind in _STAGES:
        _warned(work, case, letter, sent)
    return step


def _name(letter: Letter) -> str:
    return letter.kind.value.replace("_", " ")


def _decision_went(work: Work, letter: Letter, sent: LetterSent, case: Case, policy: Policy) -> CaseStep | None:
    if letter.decision_id is None:
        raise Refused(f"letter {letter.id} names no decision")
    decision = find_decision(work.session, letter.decision_id)
    record_letter(
        work, decision, sent_on=sent.sent_on, sent_by=sent.signed_by, how=sent.how, policy=policy, letter=letter
    )
    if letter.kind is L.EXTENSION:
        return take_step(
            work,
            case,
            K.OUTCOME_LETTER,
            on=sent.sent_on,
            who=sent.signed_by,
            words=f"letter {letter.id} ({_name(letter)}): {sent.how}",
            facts={},
            policy=policy,
            decision=decision,
            letter=letter,
        )
    return Standing.of(steps_of(work.session, case), policy).last(K.TOLD)


def _facts(session: Session, case: Case, letter: Letter, sent: LetterSent, policy: Policy) -> Mapping[str, object]:
    """What the step of a warning says beside: with whom it was agreed (IW-05); the contact it names (ST1-02)."""
    standing = Standing.of(steps_of(session, case), policy)
    if letter.kind is L.INITIAL_WARNING:
        reviewed = standing.now(K.REVIEW, outcome="act")
        people = reviewed.facts.get("participants") if reviewed else None
        return {"agreed_with": "; ".join(str(p) for p in people) if isinstance(people, list) else sent.signed_by}
    if letter.kind is L.FORMAL_WARNING:
        appointed = standing.now(K.APPOINTED)
        named = str(appointed.facts["named_officer"]) if appointed else letter.contents.get("named_contact", "")
        return {"named_contact": named}
    return {}


def _warned(work: Work, case: Case, letter: Letter, sent: LetterSent) -> None:
    """The warning itself, once for a day: two cases may warn a person of two matters on the same one."""
    stage, customer = _STAGES[letter.kind], kept_number(work.session, case.customer_id)
    same = select(CaseWarning.id).where(
        CaseWarning.customer_id == customer, CaseWarning.stage == stage, CaseWarning.sent_on == sent.sent_on
    )
    if work.session.scalar(same) is not None:
        return
    warning = CaseWarning(
        customer_id=customer,
        stage=stage,
        sent_on=sent.sent_on,
        reason=f"{case.reference}, letter {letter.id}",
        recorded_by=work.actor.name,
        recorded_at=work.now,
    )
    work.session.add(warning)
    work.session.flush()
    detail = {"customer": customer, "stage": stage.value, "sent_on": sent.sent_on.isoformat()}
    work.note("warning.record", warning, digest=warning.digest(), **detail)
