"""All of casework that stands in the sealed trail as it is, read at once: what registers and clocks show as true.

What does not is left out of it and named (`doubtful`), so that whoever reads is told, and the clerk looks (INV-27).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy.orm import Session

from models import trail
from models.audit import Seal
from models.breach import Breach, BreachAnswer
from models.case import Case, CaseStep, CaseWarning
from models.decision import Decision, Restriction
from models.letter import LetterSent
from models.meeting import Meeting, that_stand
from models.request import InformationRequest, RequestStep
from models.trail import Held, Kind, held

T = TypeVar("T")
D = TypeVar("D", bound=trail.Digested)

WHO_LOOKS = "the clerk runs `evenhand audit verify` and finds out who wrote in the store by hand"


@dataclass(frozen=True, slots=True, kw_only=True)
class Casework:
    """
    steps      by the number of their case; request_steps: of their request
    liftings   the numbers of the liftings that may be believed; `lifted_in_doubt`: of restrictions with another one
    sent       by the letter's number, how it went
    doubtful   the names of all that is not as the trail has it, or is gone: "CaseStep:12"
    in_cases   how many of those belong to each case, in_requests to each request, where that can be told
    """

    session: Session
    cases: tuple[Case, ...]
    steps: Mapping[int, list[CaseStep]]
    warnings: tuple[CaseWarning, ...]
    requests: tuple[InformationRequest, ...]
    request_steps: Mapping[int, list[RequestStep]]
    decisions: Mapping[int, Decision]
    restrictions: tuple[Restriction, ...]
    liftings: frozenset[int]
    lifted_in_doubt: frozenset[int]
    sent: Mapping[int, LetterSent]
    meetings: tuple[Meeting, ...]
    breaches: tuple[tuple[Breach, tuple[BreachAnswer, ...]], ...]
    doubtful: tuple[str, ...]
    in_cases: Mapping[int, int]
    in_requests: Mapping[int, int]


def left_out(doubtful: Collection[str]) -> str:
    """What whoever reads a register or the clocks is told where records do not verify; empty where all do."""
    if not doubtful:
        return ""
    some = "One record is" if len(doubtful) == 1 else f"{len(doubtful)} records are"
    return (
        f"{some} not as the sealed history has them, and left out here ({', '.join(sorted(doubtful)[:5])}): {WHO_LOOKS}"
    )


def in_doubt(number: int) -> str:
    """What stands beside a case or request of which so many records do not verify; empty for none."""
    if not number:
        return ""
    some = "one of its records is" if number == 1 else f"{number} of its records are"
    return f"{some} not as the sealed history has them, and left out: {WHO_LOOKS}"


@dataclass(slots=True)
class _Reading:
    session: Session
    seal: Seal
    doubtful: list[str] = field(default_factory=list)

    def of(self, kind: Kind[D]) -> Held[D]:
        found = held(self.session, kind, self.seal)
        self.doubtful += found.doubtful
        return found


def read_casework(session: Session, seal: Seal) -> Casework:
    """Everything, once; in the order in which it was recorded."""
    reading = _Reading(session, seal)
    steps, asked = reading.of(trail.CASE_STEP), reading.of(trail.REQUEST_STEP)
    liftings, letters = reading.of(trail.LIFTING), reading.of(trail.DECISION_LETTER)
    restrictions, answers = reading.of(trail.RESTRICTION), reading.of(trail.BREACH_ANSWER)
    decisions = {d.id: d for d in reading.of(trail.DECISION).rows}
    breaches = reading.of(trail.BREACH).rows
    told = {letter.id for letter in letters.rows}
    return Casework(
        session=session,
        cases=reading.of(trail.CASE).rows,
        steps=_by(steps.rows, lambda s: s.case_id),
        warnings=reading.of(trail.CASE_WARNING).rows,
        requests=reading.of(trail.REQUEST).rows,
        request_steps=_by(asked.rows, lambda s: s.request_id),
        decisions=decisions,
        restrictions=tuple(r for r in restrictions.rows if r.decision_id in decisions and r.letter_id in told),
        liftings=frozenset(lifting.id for lifting in liftings.rows),
        lifted_in_doubt=frozenset(lifting.restriction_id for lifting in liftings.strays),
        sent={s.letter_id: s for s in reading.of(trail.LETTER_SENT).rows},
        meetings=tuple(that_stand(reading.of(trail.MEETING).rows)),
        breaches=tuple((b, tuple(a for a in answers.rows if a.breach_id == b.id)) for b in breaches),
        doubtful=tuple(dict.fromkeys(reading.doubtful)),
        in_cases={case: len(strays) for case, strays in _by(steps.strays, lambda s: s.case_id).items()},
        in_requests={one: len(strays) for one, strays in _by(asked.strays, lambda s: s.request_id).items()},
    )


def _by(rows: Iterable[T], whose: Callable[[T], int]) -> dict[int, list[T]]:
    found: dict[int, list[T]] = {}
    for row in rows:
        found.setdefault(whose(row), []).append(row)
    return found
