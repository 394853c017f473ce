"""The section 19 register: made from the records each time it is asked for, and stored nowhere (REC-01 to REC-12).

One line for each case, initial warnings included (REC-02); for each decision or warning that no case carries; and for
each request that was refused as vexatious, manifestly unreasonable, unfounded or excessive (X2, FE-09).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from bot.registers.case_line import CaseRecords, line_of_case
from bot.registers.line import Line
from bot.registers.people import People
from bot.registers.refused import refused_requests
from models.audit import Seal
from models.case import CaseStep
from models.casework import Casework, in_doubt, read_casework
from models.customer import everybody_like, same_person
from models.decision import Decision
from models.in_force import InForce, restrictions_in_force
from models.policy import Policy


@dataclass(frozen=True, slots=True)
class Basis:
    """What the register is made from, read once. `seal`: with which paper that holds is told from what does not."""

    session: Session
    policy: Policy
    today: date
    seal: Seal


@dataclass(frozen=True, slots=True)
class Reading:
    """The lines, the oldest reference first; and the names of the records that are not as the sealed history has them:
    no line rests on those, and whoever reads is told (INV-27)."""

    lines: tuple[Line, ...]
    doubtful: tuple[str, ...]


def read_register(basis: Basis) -> Reading:
    """The register, from what stands in the sealed history alone."""
    people = People(basis.session)
    casework = read_casework(basis.session, basis.seal)
    held = restrictions_in_force(basis.session, basis.today, basis.seal, basis.policy.reviews_demanded)
    lines = [line_of_case(records, basis.policy, basis.today, people) for records in _cases(casework, held)]
    lines += refused_requests(casework, basis.policy, basis.today, people)
    kept = (line for line in lines if line.ends_on > basis.today)
    return Reading(tuple(sorted(kept, key=lambda line: (line.entered_on, line.reference))), casework.doubtful)


def _cases(casework: Casework, held: InForce) -> list[CaseRecords]:
    session, decisions = casework.session, casework.decisions
    found, carried, people = [], set[int](), set[int]()
    for case in casework.cases:
        steps = casework.steps.get(case.id, [])
        numbers = _decisions_of(steps) & decisions.keys()
        carried |= numbers
        people |= everybody_like(session, case.customer_id)
        found.append(
            CaseRecords(
                casework=casework,
                reference=case.reference,
                customer_id=case.customer_id,
                subject_matter=case.subject_matter,
                ground=case.ground,
                opened_on=case.opened_on,
                case_id=case.id,
                steps=steps,
                decisions=[decisions[n] for n in sorted(numbers)],
                restrictions=[r for r in casework.restrictions if r.decision_id in numbers],
                held=held,
                not_verified=in_doubt(casework.in_cases.get(case.id, 0)),
            )
        )
    found += [_alone(casework, d, held) for d in decisions.values() if d.id not in carried]
    people |= {n for d in decisions.values() for n in same_person(session, [d.customer_id])}
    return found + _warned_alone(casework, people, held)


def _decisions_of(steps: list[CaseStep]) -> set[int]:
    return {step.decision_id for step in steps if step.decision_id is not None}


def _alone(casework: Casework, decision: Decision, held: InForce) -> CaseRecords:
    """A decision that was entered without a case: under a policy that asks for none."""
    return CaseRecords(
        casework=casework,
        reference=f"DECISION-{decision.id}",
        customer_id=decision.customer_id,
        subject_matter=decision.subject_matter,
        ground=None,
        opened_on=decision.decided_on,
        case_id=None,
        steps=[],
        decisions=[decision],
        restrictions=[r for r in casework.restrictions if r.decision_id == decision.id],
        held=held,
    )


def _warned_alone(casework: Casework, people: set[int], held: InForce) -> list[CaseRecords]:
    """The first warning of each person of whom nothing else is on record."""
    found: dict[int, CaseRecords] = {}
    for warning in sorted(casework.warnings, key=lambda w: (w.sent_on, w.id)):
        if warning.customer_id in people or warning.customer_id in found:
            continue
        found[warning.customer_id] = CaseRecords(
            casework=casework,
            reference=f"WARNING-{warning.id}",
            customer_id=warning.customer_id,
            subject_matter=warning.reason,
            ground=None,
            opened_on=warning.sent_on,
            case_id=None,
            steps=[],
            decisions=[],
            restrictions=[],
            held=held,
        )
    return list(found.values())
