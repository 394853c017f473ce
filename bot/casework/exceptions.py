"""What stands beside the ordinary way: another person's own conduct, exceptions, complaints not taken or paused.

None of it changes the complaint itself (GEN-02, INV-25) or anybody's state: each is a record that a person made.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from bot.casework.representatives import authority_in_the_way
from bot.casework.steps import Said, take, wrong_beside
from bot.work import Work, verb
from models.calendar import council_day
from models.case import Case, CaseStep, StepKind, steps_of
from models.customer import Customer, everybody_like, kept, same_person
from models.decision import Decision
from models.errors import Refused
from models.log import contacts_by_number
from models.officer import Permission
from models.papers import imposed_by
from models.policy import Policy, is_never_restricted
from models.reviewing import ended_by_itself

K = StepKind


@verb("case.circumvention", needs=Permission.KEEP_CASE)
def find_circumvention(
    work: Work,
    case: Case,
    person: Customer,
    said: Said,
    *,
    evidence: str,
    policy: Policy,
    basis: str = "",
    good_reason: str = "",
) -> CaseStep:
    """A finding that another person acts in place of the customer or with them (CIR-01), about that person alone.

    It rests on what that person sent while the customer's contact was restricted: before the customer was told of a
    decision, and after it ended, there is nothing to get round. It opens nothing and restricts nobody: that needs the
    other person's own case, their own warnings and their own decision (X7, INV-10). `basis`: of an advocate or
    representative, by whose consent or on what basis they act (CIR-05). Refused for anybody who is never restricted:
    members, MPs, ombudsmen and the like (INV-11); and, without a `good_reason`, for whoever acts in this matter by an
    authority on record (`evenhand authority add`; G-LGO-3).
    """
    person = kept(work.session, person)
    theirs = same_person(work.session, [person.id])
    if theirs & everybody_like(work.session, case.customer_id):
        raise Refused("that is the customer's own record; this is a finding about another person")
    _may_be_found(work.session, theirs, policy)
    _shown_in_their_own(work.session, theirs, said.cites)
    wrong_beside(work, case, K.CIRCUMVENTION, _not_while_it_ran(work.session, case, theirs, said.cites), policy)
    shown = f"{evidence.strip()}; acts as a representative: {basis.strip()}" if basis.strip() else evidence
    authority = authority_in_the_way(work, case, person, said.on, good_reason)
    facts = {"person": person.id, "evidence": shown, "authority": authority}
    facts["good_reason"] = good_reason if authority is not None else None
    return take(work, case, K.CIRCUMVENTION, said, facts, policy, "case.circumvention")


def _may_be_found(session: Session, people: set[int], policy: Policy) -> None:
    for number in sorted(people):
        record = session.get_one(Customer, number)
        if record.never_restrict or any(is_never_restricted(address, policy) for address in record.emails()):
            raise Refused(
                "this person is on the list of those who are never restricted, nor taken for anybody's associate; if "
                "they were approached as a member, record that: `evenhand case member`"
            )


def _shown_in_their_own(session: Session, people: set[int], cites: Sequence[int]) -> None:
    found = contacts_by_number(session, cites)
    if not any(contact.customer_id in people for contact in found.values()):
        raise Refused(
            "a finding about another person rests on what they themselves sent: cite at least one contact of theirs "
            "(--cite)"
        )


def _not_while_it_ran(session: Session, case: Case, people: set[int], cites: Sequence[int]) -> list[str]:
    """What is missing where nothing that is cited of theirs came while a restriction of this case ran. Where none ever
    did, the case itself lacks its decision, and says so."""
    told = {s.decision_id for s in steps_of(session, case) if s.kind is K.TOLD and s.decision_id is not None}
    decisions = [session.get_one(Decision, number) for number in sorted(told)]
    imposed = [(decision, r) for decision in decisions for r in imposed_by(session, decision)]
    found = contacts_by_number(session, cites).values()
    days = [council_day(contact.at) for contact in found if contact.customer_id in people]
    if not imposed or any(r.in_force(day) and not ended_by_itself(session, d, day) for d, r in imposed for day in days):
        return []
    return [
        "a contact of theirs from a day on which a restriction of this case ran (--cite; `evenhand restriction list` "
        "says from when until when): what they sent before or after got round nothing"
    ]


@verb("case.exception", needs=Permission.KEEP_CASE)
def record_exception(
    work: Work,
    case: Case,
    said: Said,
    *,
    what: str,
    policy: Policy,
    until: date | None = None,
    keeps_open: str = "",
    letter_again: bool = False,
) -> CaseStep:
    """An exception made after the policy was applied, with its reason (REC-10, RES-08).

    `keeps_open`: the only channel that the person can use, which this keeps open for them (G-EQ-2). `letter_again`: the
    letter that no correspondence will be entered into may go once more (CC-01).
    """
    if until is not None and until <= said.on:
        raise Refused("an exception that ends must end after it was made")
    facts = {
        "what": what,
        "until": until,
        "keeps_open": keeps_open or None,
        "letter_again": True if letter_again else None,
    }
    return take(work, case, K.EXCEPTION, said, facts, policy, "case.exception")


@verb("case.complaint_not_taken", needs=Permission.KEEP_CASE)
def record_complaint_not_taken(work: Work, case: Case, said: Said, *, complaint: str, policy: Policy) -> CaseStep:
    """A further complaint is not put through the complaints procedure, and why (REC-11)."""
    facts = {"complaint": complaint}
    return take(work, case, K.COMPLAINT_NOT_TAKEN, said, facts, policy, "case.complaint_not_taken")


@verb("case.complaint_paused", needs=Permission.KEEP_CASE)
def record_complaint_paused(
    work: Work, case: Case, said: Said, *, complaint: str, other_route: str, policy: Policy
) -> CaseStep:
    """The complaint itself does not go on for now: why, and which other route is offered (GEN-02).

    Only a record: how the complaint stands is changed by nothing here. The customer is told at the earliest opportunity
    (letter `complaint_paused`).
    """
    facts = {"complaint": complaint, "other_route": other_route}
    return take(work, case, K.COMPLAINT_PAUSED, said, facts, policy, "case.complaint_paused")
