"""What follows from what on paper: decisions that wait for their letter, what a decision imposed, server answers."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from models.customer import Customer
from models.decision import Decision, Restriction
from models.enforcement import RuleChange


def awaiting_letter(session: Session) -> list[Decision]:
    """Decisions whose letter was not recorded as sent: they restrict nothing yet. The oldest first."""
    imposed = select(Restriction.decision_id)
    wanted = select(Decision).where(Decision.id.not_in(imposed)).order_by(Decision.decided_on, Decision.id)
    return list(session.scalars(wanted.options(selectinload(Decision.measures))))


def imposed_by(session: Session, decision: Decision) -> list[Restriction]:
    """The restrictions that a decision imposed; none before its letter is recorded as sent."""
    wanted = select(Restriction).where(Restriction.decision_id == decision.id).order_by(Restriction.id)
    return list(session.scalars(wanted.options(selectinload(Restriction.letter), selectinload(Restriction.liftings))))


def last_answers(session: Session) -> list[RuleChange]:
    """The latest change of each mailbox's rules, with what its server answered."""
    latest = select(func.max(RuleChange.id)).group_by(RuleChange.rule_book)
    return list(session.scalars(select(RuleChange).where(RuleChange.id.in_(latest)).order_by(RuleChange.rule_book)))


def customers_by_number(session: Session, numbers: set[int]) -> dict[int, Customer]:
    return {c.id: c for c in session.scalars(select(Customer).where(Customer.id.in_(numbers)))}
