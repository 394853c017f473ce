"""Which restrictions bind on a day: the only question that enforcement and triage may ask of the gate.

What was put into the database by another way than the gate does not count: each decision and letter must match, to
the byte, what the sealed audit trail says was recorded. In doubt it is not in force, and mail flows (INV-07).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from models.audit import AuditEntry, hash_of
from models.customer import same_person
from models.decision import Decision, Restriction

Seal = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class InForce:
    """`binding` may be acted upon; `doubtful` would be in force by its dates, but its paper does not hold."""

    binding: tuple[Restriction, ...]
    doubtful: tuple[tuple[Restriction, str], ...]


def restrictions_in_force(session: Session, today: date, seal: Seal) -> InForce:
    """Every restriction in force on a day of the council, whose decision and letter stand in the audit trail."""
    by_date = select(Restriction).where(Restriction.starts_on <= today, Restriction.ends_on > today)
    return _sorted_out(session, session.scalars(_whole(by_date)), today, seal)


def restrictions_of(session: Session, customer_id: int, today: date, seal: Seal) -> tuple[Restriction, ...]:
    """The restrictions that bind one person on a day, whichever of their merged records they were decided against."""
    people = same_person(session, [customer_id])
    theirs = select(Restriction).where(
        Restriction.customer_id.in_(people), Restriction.starts_on <= today, Restriction.ends_on > today
    )
    return _sorted_out(session, session.scalars(_whole(theirs)), today, seal).binding


def _whole(query: Select[Restriction]) -> Select[Restriction]:
    return query.order_by(Restriction.id).options(
        selectinload(Restriction.decision).selectinload(Decision.measures),
        selectinload(Restriction.letter),
        selectinload(Restriction.liftings),
    )


def _sorted_out(session: Session, restrictions: Iterable[Restriction], today: date, seal: Seal) -> InForce:
    binding, doubtful = [], []
    for restriction in restrictions:
        if not _has_paper(restriction):
            doubtful.append((restriction, "it has no decision or no letter"))
        elif restriction.in_force(today):
            doubt = _doubt(session, restriction, seal)
            if doubt:
                doubtful.append((restriction, doubt))
            else:
                binding.append(restriction)
    return InForce(tuple(binding), tuple(doubtful))


def _has_paper(restriction: Restriction) -> bool:
    # The relationships are typed as always there; a hand that took the triggers off may have taken the rows too.
    paper: list[object | None] = [restriction.decision, restriction.letter]
    return all(paper)


def _doubt(session: Session, restriction: Restriction, seal: Seal) -> str:
    """Why this restriction must not be acted upon; empty when everything holds."""
    decision, letter = restriction.decision, restriction.letter
    decided = next((m for m in decision.measures if m.measure is restriction.measure), None)
    if decided is None or letter.decision_id != decision.id:
        return "its decision does not contain it"
    same = (decided.starts_on, decided.ends_on, decision.customer_id) == (
        restriction.starts_on,
        restriction.ends_on,
        restriction.customer_id,
    )
    if not same or len(decision.measures) != decision.measure_count:
        return "it is not as decided"
    if restriction.starts_on < decision.decided_on:
        return "it starts before it was decided"
    if not _sealed(session, f"Decision:{decision.id}", "decision.record", decision.digest(), seal):
        return "its decision is not in the sealed audit trail"
    if not _sealed(session, f"DecisionLetter:{letter.id}", "decision.letter_sent", letter.digest(), seal):
        return "its letter is not in the sealed audit trail"
    return ""


def _sealed(session: Session, subject: str, verb: str, digest: str, seal: Seal) -> bool:
    wanted = select(AuditEntry).where(
        AuditEntry.subject == subject, AuditEntry.verb == verb, AuditEntry.digest == digest
    )
    return any(e.hash == hash_of(e) and e.seal == seal(e.hash) for e in session.scalars(wanted))
