"""Whoever acts for a customer because the customer wished it is not taken to get round the council's decision."""

from __future__ import annotations

from datetime import date

from bot.work import Work
from models.acting import AS, BY, acting_by, between
from models.case import Case
from models.customer import Customer
from models.errors import Refused


def authority_in_the_way(work: Work, case: Case, person: Customer, on: date, good_reason: str) -> int | None:
    """The number of the authority by which this person acts for the customer in the case's matter; None for none.

    Refused unless there is a good reason for a finding about them all the same (G-LGO-3, CIR-05), and in any case for a
    solicitor on record and for a member (INV-11, CIR-03).
    """
    found = between(work.session, person.id, case.customer_id, work.seal, on)
    acting = next((a for a in found if a.covers_matter(work.session, case.issue_id)), None)
    if acting is None:
        return None
    number = acting.authority.id
    if acting.on_record_by_office:
        raise Refused(
            f"this person acts for the customer as {AS[acting.authority.acts_as]} on record (authority {number}): they "
            "are never restricted, nor taken for anybody's associate (INV-11)"
        )
    if not good_reason.strip():
        raise Refused(
            f"this person acts for the customer by {BY[acting.authority.given_by]} (authority {number}): to act for "
            f"somebody who wished it gets round nothing. If it is over: `evenhand authority withdraw {number}`; if "
            "there is a good reason for a finding all the same, say which: --good-reason"
        )
    return number


def not_on_record_for_others(work: Work, customer: Customer) -> None:
    """Refused for a solicitor on record, or a member, while they act for somebody (INV-11)."""
    for acting in acting_by(work.session, customer.id, work.seal):
        if acting.on_record_by_office and acting.in_force(work.today):
            raise Refused(
                f"this customer is never restricted: on record as {AS[acting.authority.acts_as]} for somebody else "
                f"(authority {acting.authority.id}; INV-11)"
            )
