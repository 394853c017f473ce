"""The case that a decision rests on: is it ready for it, and did the decision's letter go from it (INV-01, INV-08)."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.casework.needs import skipped
from bot.casework.people import same_words
from bot.casework.steps import refuse_if
from bot.casework.track import DECIDING, Standing
from models.case import Case, CaseStep, StepKind, cases_of, steps_of
from models.customer import Customer, same_person
from models.decision import Decision
from models.errors import Refused, SettingsError
from models.letter import Letter, LetterKind, LetterState, letter_state, letters_about, sent_letter
from models.meeting import called_off
from models.policy import Policy
from models.policy_check import takes_no_decisions
from models.store import Store, StoreKind


def is_closed(session: Session, case: Case) -> bool:
    return any(step.kind is StepKind.CLOSED for step in steps_of(session, case))


def may_decide(session: Session, policy: Policy) -> None:
    """Refused in a council's own store under a policy that puts nothing behind a decision (INV-08): only what is
    replayed or practised is entered so. A decision from before this program is taken over, with its papers."""
    words = _against_it(session, policy)
    if words:
        raise Refused(
            f"{words}. Name the council's own policy in evenhand.toml; a decision from before this program is entered "
            "under it with its papers (`evenhand case take-over`)"
        )


def goes_on_under(session: Session, policy: Policy) -> None:
    """SettingsError where a council that has decided would go on under a policy by which nothing stands behind a
    decision, and no missed review ends one (INV-07, INV-08)."""
    words = _against_it(session, policy)
    if words and session.scalar(select(Decision.id).limit(1)) is not None:
        raise SettingsError(
            f"the policy “{policy.name}” cannot be in force here, where the council has decided: {words}. Put the "
            "council's own policy back into evenhand.toml"
        )


def _against_it(session: Session, policy: Policy) -> str:
    real = session.get_one(Store, 1).kind is StoreKind.REAL
    return takes_no_decisions(policy) if real else ""


def ready_case(session: Session, customer: Customer, subject_matter: str, policy: Policy) -> Case | None:
    """The case on which a decision of the council about this matter rests; None under a policy that needs none.

    Refused where the customer has none that is ready, with what the nearest still lacks.
    """
    if not policy.procedure.conduct.case_needed:
        return None
    cases = [case for case in cases_of(session, customer.id) if not is_closed(session, case)]
    about = [case for case in cases if same_words(case.subject_matter, subject_matter)] or cases
    lacking = [(Standing.of(steps_of(session, case), policy).missing_for(StepKind.DECIDED), case) for case in about]
    if not lacking:
        raise Refused(
            "under this policy a decision rests on a case with every step before it on record, and this customer has "
            "none; open one and take its steps (`evenhand case open`)"
        )
    lacks, case = min(lacking, key=lambda one: (len(one[0]), -one[1].id))
    refuse_if(case, StepKind.DECIDED, lacks)
    return case


def rests_on(
    session: Session, customer: Customer, subject_matter: str, case: Case, route: StepKind, policy: Policy
) -> str:
    """Refused where the case does not carry the decision (INV-08, INV-09, INV-15); else the recorded exceptional reason
    for going without the initial letter, empty if it was not gone without."""
    if case.customer_id not in same_person(session, [customer.id]):
        raise Refused(f"{case.reference} is another customer's case")
    if not same_words(case.subject_matter, subject_matter):
        raise Refused(
            f"{case.reference} is about another subject matter; a decision covers the matter of its case and no more. "
            "Give its subject matter word for word (`evenhand case show`), or open a case for the other matter"
        )
    standing = Standing.of(steps_of(session, case), policy)
    refuse_if(case, route, standing.missing_for(route))
    skip = skipped(standing, "initial_warning")
    return skip.words if skip else ""


def none_on_its_way(session: Session, case: Case) -> None:
    """Refused while the letter of a decision of this case is between here and its carrier: what it tells of may have
    reached the customer, and is put right only by lifting it."""
    for letter in letters_about(session, case_id=case.id):
        if letter.kind in (LetterKind.DECISION, LetterKind.EXTENSION) and letter_state(session, letter) in (
            LetterState.QUEUED,
            LetterState.HANDED_OVER,
        ):
            retry = f"`evenhand letter retry {letter.id}`"
            raise Refused(f"letter {letter.id} of this case is on its way: go on with it first ({retry})")


def deciding_step(session: Session, decision: Decision) -> CaseStep | None:
    """The step by which this decision came into a case; None for one that stands in no case."""
    wanted = select(CaseStep).where(CaseStep.decision_id == decision.id, CaseStep.kind.in_(DECIDING))
    return session.scalars(wanted.order_by(CaseStep.id).limit(1)).first()


# Which letter tells of what was decided by which step.
LETTER_OF: Mapping[StepKind, tuple[LetterKind, ...]] = {
    StepKind.DECIDED: (LetterKind.DECISION,),
    StepKind.URGENT: (LetterKind.URGENT_DECISION,),
    StepKind.URGENT_CONFIRMED: (LetterKind.URGENT_DECISION, LetterKind.DECISION),
    StepKind.EXTENDED: (LetterKind.EXTENSION, LetterKind.DECISION),
}


def went_with_its_letter(
    session: Session, decision: Decision, step: CaseStep | None, letter: Letter | None, policy: Policy
) -> None:
    """Refused unless the decision stands in a case and its letter is on record as sent (INV-01, INV-14)."""
    if step is None:
        raise Refused(f"decision {decision.id} stands in no case: nothing can come into force by it under this policy")
    standing = Standing.of(steps_of(session, session.get_one(Case, step.case_id)), policy)
    if letter is None and step.kind is StepKind.DECIDED and standing.now(StepKind.TAKEN_OVER) is not None:
        if overtaken := _overtaken(session, standing, step):
            raise Refused(overtaken)
        return
    kinds = LETTER_OF[step.kind]
    command = f"`evenhand letter draft {kinds[0].value}`, then `evenhand letter send`"
    if letter is None or sent_letter(session, letter.id) is None or letter.case_id != step.case_id:
        raise Refused(f"the decision letter goes out from here, with all that it must contain, and is kept: {command}")
    if letter.kind not in kinds or letter.decision_id != decision.id:
        raise Refused(f"letter {letter.id} is not the letter of decision {decision.id}: {command}")
    missing = stands_against(session, standing, step)
    if missing:
        raise Refused(missing)


def stands_against(session: Session, standing: Standing, step: CaseStep) -> str:
    """Why the letter of what this step decided does not go; empty if it may."""
    return _overtaken(session, standing, step) or _not_appointed(standing, step)


def _overtaken(session: Session, standing: Standing, step: CaseStep) -> str:
    """Why nothing comes into force by what this step decided, on paper or from here; empty if it may."""
    decision = session.get_one(Decision, step.decision_id)
    if called_off(session, decision.body, decision.decided_on):
        return (
            f"the meeting of {decision.decided_on:%-d %B %Y} was called off since and decided nothing: record decision "
            f"{decision.id} as it was really minuted, or that there was none (`evenhand case decide-against`)"
        )
    if standing.refused(step.decision_id):
        return f"the council did not confirm decision {step.decision_id}: nothing comes into force by it any more"
    if standing.replaced(step.decision_id):
        return f"decision {step.decision_id} was put right by a later one, whose letter goes (`evenhand case show`)"
    return ""


def _not_appointed(standing: Standing, step: CaseStep) -> str:
    """That the council will appoint a named officer, and a substitute for their absence, before the letter names them
    (NO-01, NO-05); empty if they are."""
    if step.kind is not StepKind.DECIDED or any(s.kind is StepKind.APPOINTED for s in standing.since(step)):
        return ""
    return (
        "the named officer and their substitute are not on record yet since the decision (`evenhand case appoint`); "
        "the letter goes when they are"
    )
