"""Contact after a decision: what each letter is, who reads it, and what else may be recorded beside it (policy 8, 19).

Every contact is read, and the named officer's answer recorded, whether or not a reply goes (CC-05, REC-12). Nothing
here touches the complaint itself (GEN-02, INV-25), and nobody is restricted by what is found about another (INV-10).
"""

from __future__ import annotations

import enum
from dataclasses import replace
from datetime import datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.casework.people import not_the_head
from bot.casework.steps import Said, take
from bot.work import Work, verb
from models.calendar import COUNCIL_ZONE, council_day
from models.case import Case, CaseStep, StepKind, cases_of, steps_of
from models.contact import Contact
from models.customer import everybody_like
from models.decision import Decision
from models.errors import Refused
from models.letter import LetterEvent, LetterEventKind, LetterKind, letters_about, sent_letter
from models.message import Direction
from models.named import same_named
from models.officer import Permission
from models.policy import Policy
from models.queue import Flag, FlagKind, Outcome, Ruling

K = StepKind


class Answer(enum.StrEnum):
    """What a contact after the decision is (NO-02, CC-01 to CC-04)."""

    EXISTING = "existing"  # the matter decided, and nothing new: no further action
    NEW_EVIDENCE = "new_evidence"
    NEW_MATTER = "new_matter"
    ABUSIVE = "abusive"
    STATUTORY = "statutory"  # a request for information, or another with a clock of its own
    APPEAL = "appeal"


_BOTH_ANSWERS = (Answer.NEW_EVIDENCE, Answer.NEW_MATTER)
_CHECKED = "read and checked for significant new information; none was found"
# What the program saw in a letter that must not pass as "nothing new" without a word.
_NOT_NOTHING = (FlagKind.NEW_EVIDENCE, FlagKind.STATUTORY, FlagKind.APPEAL, FlagKind.RISK)


@verb("case.continuing", needs=Permission.KEEP_CASE)
def answer_contact(
    work: Work,
    case: Case,
    contact: Contact,
    said: Said,
    *,
    answer: Answer,
    policy: Policy,
    dealt_with: str = "",
    still_appropriate: str = "",
    decided_by: str = "",
    corrects: str = "",
) -> CaseStep:
    """What the named officer, or their substitute, says that a contact after the decision is (policy 8, NO-02).

    New evidence and a new matter need both answers of the head or nominee: how it is dealt with, and whether the
    restrictions are still appropriate (CC-02). `corrects`: why an earlier answer about the same contact is put right.
    """
    decision = _decision_of(work.session, case)
    _the_named_officer(work.session, case, decision, said.who)
    _came_after(contact, decision)
    _not_answered(work.session, case, contact, corrects)
    dealt_with, words = _in_full(work.session, contact, answer, dealt_with, said.words)
    if answer in _BOTH_ANSWERS:
        _both_answers(still_appropriate, decided_by, policy)
    words = f"{words} (puts right an earlier answer: {corrects.strip()})" if corrects.strip() else words
    facts = {
        "answer": answer.value,
        "dealt_with": dealt_with,
        "still_appropriate": still_appropriate or None,
        "decided_by": decided_by,
    }
    said = replace(said, words=words)
    return take(work, case, K.CONTINUING, said, facts, policy, "case.continuing", contact=contact, decision=decision)


def _decision_of(session: Session, case: Case) -> Decision:
    told = [s for s in steps_of(session, case) if s.kind in (K.TOLD, K.EXTENDED) and s.decision_id is not None]
    if not told:
        raise Refused(
            f"the customer of {case.reference} was not yet told of a decision: until then every contact takes its "
            "ordinary way (`evenhand case show` says what comes next)"
        )
    return session.get_one(Decision, told[-1].decision_id)


def who_answers(session: Session, case: Case, decision: Decision) -> list[str]:
    """The named officer, their substitute, and whoever acts for the council from outside (NO-01, NO-05, RES-03)."""
    names = [decision.named_officer]
    for step in steps_of(session, case):
        if step.kind is K.APPOINTED:
            names = [str(step.facts["named_officer"]), str(step.facts["substitute"])]
        if step.kind is K.EXTERNAL_BODY:
            names.append(str(step.facts["body"]))
    return names


def _the_named_officer(session: Session, case: Case, decision: Decision, who: str) -> None:
    names = who_answers(session, case, decision)
    if not any(same_named(who, name) for name in names):
        raise Refused(
            f"contacts in {case.reference} are answered by {' or '.join(names)}. If somebody else "
            f"is to do it, appoint them first: `evenhand case appoint {case.reference}`"
        )


def _came_after(contact: Contact, decision: Decision) -> None:
    if contact.direction is not Direction.IN:
        raise Refused(f"contact {contact.id} went out from the council; what the customer sent is answered here")
    if council_day(contact.at) < decision.decided_on:
        raise Refused(
            f"contact {contact.id} came before the decision of {decision.decided_on:%-d %B %Y}; it was part of what "
            "was decided upon"
        )


def answers_about(session: Session, contact_id: int) -> list[CaseStep]:
    """What was answered about one contact, the oldest first; the last one counts."""
    wanted = select(CaseStep).where(CaseStep.contact_id == contact_id, CaseStep.kind == K.CONTINUING)
    return list(session.scalars(wanted.order_by(CaseStep.id)))


def _not_answered(session: Session, case: Case, contact: Contact, corrects: str) -> None:
    before = [s for s in answers_about(session, contact.id) if s.case_id == case.id]
    if before and not corrects.strip():
        raise Refused(
            f"contact {contact.id} was answered as '{before[-1].facts['answer']}' on {before[-1].on:%-d %B %Y}; if "
            "that was wrong, say why with --corrects"
        )
    if corrects.strip() and not before:
        raise Refused(f"contact {contact.id} was not answered before: there is nothing to put right")


def _in_full(session: Session, contact: Contact, answer: Answer, dealt_with: str, words: str) -> tuple[str, str]:
    if answer is not Answer.EXISTING:
        if not dealt_with.strip():
            raise Refused("say how it is dealt with: --dealt-with")
        return dealt_with, words.strip() or "read by the named officer"
    flagged = _flagged_as_more(session, contact.id)
    if flagged and not words.strip():
        raise Refused(
            f"the program flagged contact {contact.id} as {' and '.join(flagged)}: read it for that, and say with "
            "--words why it is nothing new (or give the other answer)"
        )
    return dealt_with.strip() or "no further action", words.strip() or _CHECKED


def _flagged_as_more(session: Session, contact_id: int) -> list[str]:
    overruled = select(Ruling.flag_id).where(Ruling.outcome == Outcome.OVERRULE, Ruling.flag_id.is_not(None))
    wanted = select(Flag.kind).where(Flag.contact_id == contact_id, Flag.kind.in_(_NOT_NOTHING))
    kinds = session.scalars(wanted.where(Flag.id.not_in(overruled)).order_by(Flag.id))
    return list(dict.fromkeys(kind.value.replace("_", " ") for kind in kinds))


def _both_answers(still_appropriate: str, decided_by: str, policy: Policy) -> None:
    lacking = []
    if still_appropriate not in ("yes", "no"):
        lacking.append("whether the restrictions are still appropriate (--still-appropriate yes or no)")
    lacking += [f"{words} (--decided-by)" for words in not_the_head(decided_by, policy)]
    if lacking:
        raise Refused("new evidence and new matters need both answers. Missing: " + "; ".join(lacking))


def unanswered(session: Session, case: Case) -> list[Contact]:
    """What came from the customer since they were told of the decision, and nobody has answered in this case. What the
    decision rests on was read for it, though it came on the same day."""
    steps = steps_of(session, case)
    told = next((s for s in steps if s.kind is K.TOLD), None)
    if told is None:
        return []
    decided_upon = {
        number for s in steps if s.id < told.id for number in (*s.cites, s.contact_id) if number is not None
    }
    since = datetime.combine(told.on, time(), COUNCIL_ZONE)
    read = (K.CONTINUING, K.APPEAL)  # who puts an appeal on record has read it
    answered = select(CaseStep.contact_id).where(
        CaseStep.case_id == case.id, CaseStep.kind.in_(read), CaseStep.contact_id.is_not(None)
    )
    theirs = select(Contact).where(
        Contact.customer_id.in_(everybody_like(session, case.customer_id)),
        Contact.direction == Direction.IN,
        Contact.automatic.is_(None),
        Contact.at >= since,
        Contact.id.not_in(answered),
        Contact.id.not_in(decided_upon),
    )
    return list(session.scalars(theirs.order_by(Contact.at, Contact.id)))


# --- the one letter ---------------------------------------------------------------------------------------------------


def may_send_no_further(session: Session, case: Case) -> None:
    """Refused unless the letter that no correspondence will be entered into may go now (CC-01).

    It follows a contact that was read and found to hold nothing new, and it goes once for each subject: again only if a
    person put on record why (`record_exception` with `letter_again`).
    """
    _decision_of(session, case)
    steps = steps_of(session, case)
    if not any(s.kind is K.CONTINUING and s.facts.get("answer") == Answer.EXISTING for s in steps):
        raise Refused(
            "no contact after the decision is on record as the existing matter with nothing new; read what came and "
            "record it first: `evenhand case continuing`"
        )
    alike = _on_the_same_subject(session, case)
    gone = {number for one in alike for number in _gone(session, one)}
    allowed = [s for one in alike for s in steps_of(session, one) if s.facts.get("letter_again") is True]
    if len(gone) > len(allowed):
        raise Refused(
            "the letter that no correspondence will be entered into has gone already about this subject, or is on its "
            "way; it is never sent twice. If it must go again, record why first: "
            f"`evenhand case exception {case.reference} --letter-again`"
        )


def _on_the_same_subject(session: Session, case: Case) -> list[Case]:
    """This case, and others of the same person whose subject matter reads the same."""
    subject = " ".join(case.subject_matter.casefold().split())
    others = [c for c in cases_of(session, case.customer_id) if c.id != case.id]
    return [case, *(c for c in others if " ".join(c.subject_matter.casefold().split()) == subject)]


def _gone(session: Session, case: Case) -> set[str]:
    """Each time that the letter went in a case, or is on its way."""
    steps = [s for s in steps_of(session, case) if s.kind is K.NO_FURTHER]
    gone = {f"letter {s.letter_id}" if s.letter_id else f"step {s.id}" for s in steps}
    for letter in letters_about(session, case_id=case.id, kind=LetterKind.NO_FURTHER_CORRESPONDENCE):
        if sent_letter(session, letter.id) or _under_way(session, letter.id):
            gone.add(f"letter {letter.id}")
    return gone


def _under_way(session: Session, letter_id: int) -> bool:
    events = select(LetterEvent.kind).where(LetterEvent.letter_id == letter_id).order_by(LetterEvent.id.desc())
    return session.scalars(events.limit(1)).first() in (LetterEventKind.QUEUED, LetterEventKind.HANDED_OVER)


# --- beside it --------------------------------------------------------------------------------------------------------


@verb("case.police", needs=Permission.KEEP_CASE)
def record_police(
    work: Work,
    case: Case,
    said: Said,
    *,
    told: bool,
    policy: Policy,
    reference: str = "",
    passed_on: str = "",
    legal_action: str = "",
    contact: Contact | None = None,
) -> CaseStep:
    """Whether the police were told of a threat, under which reference, and what was passed on; and which legal action
    is taken, beside or instead (CC-04, GEN-11).

    Deciding not to tell them is recorded alike (INV-13).
    """
    if told and not passed_on.strip():
        raise Refused("say what was passed on to the police: --passed-on")
    if not told and (reference.strip() or passed_on.strip()):
        raise Refused("if the police were not told there is neither a reference nor anything passed on")
    if not (said.cites or contact):
        raise Refused("say which contact holds the threat or the abuse: --contact, or --cite")
    facts = {"told": told, "reference": reference, "passed_on": passed_on, "legal_action": legal_action}
    return take(work, case, K.POLICE, said, facts, policy, "case.police", contact=contact)


@verb("case.member", needs=Permission.KEEP_CASE)
def engage_member(
    work: Work,
    case: Case,
    said: Said,
    *,
    member: str,
    how: str,
    policy: Policy,
    contact: Contact | None = None,
) -> CaseStep:
    """An MP or councillor was approached, and the council engaged with them (CIR-03).

    They are never restricted and never anybody's associate (INV-11). The letter to them says no more than they need.
    """
    if contact is not None and contact.customer_id in everybody_like(work.session, case.customer_id):
        raise Refused(f"contact {contact.id} is the customer's own; name the member's, or none")
    facts = {"member": member, "how": how}
    return take(work, case, K.MEMBER_ENGAGED, said, facts, policy, "case.member", contact=contact)
