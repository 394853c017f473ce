"""Which records stand in the sealed trail as they are: what is shown as true rests on these alone (INV-27).

A row that somebody wrote, changed or took out by hand is not believed, and not swallowed either: it is named, and
whoever reads tells of it. What raises it up for a look is `evenhand audit verify`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import inspect, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.audit import AuditEntry, Seal, hash_of
from models.authority import Authority, AuthorityWithdrawal
from models.breach import Breach, BreachAnswer
from models.case import Case, CaseStep, CaseWarning
from models.customer import Merge
from models.decision import Decision, DecisionLetter, Lifting, Restriction
from models.letter import LetterSent
from models.meeting import Meeting
from models.request import InformationRequest, RequestStep
from models.view import RegisterGrant, RegisterView

AT_A_TIME = 1000
# What a row raises into which somebody put what the program never wrote there: an unknown kind, a date that is none.
UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, OperationalError)


class Digested(Protocol):
    """A record whose content is noted, as a hash, when it is recorded."""

    def digest(self) -> str: ...


T = TypeVar("T", bound=Digested)


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """
    key      the record's own number
    subject  what the trail calls that which it is noted about: itself, or what it belongs to
    about    the number of that
    verbs    by which it is noted, where other records are noted about the same; empty: all that carry a digest
    bare     an earlier version noted it without a digest: of such a one it can only be told that it was made here
    """

    record: type[T]
    key: InstrumentedAttribute[int]
    subject: str
    about: InstrumentedAttribute[int]
    verbs: frozenset[str] = frozenset()
    bare: bool = False

    def name(self, number: int) -> str:
        return f"{self.record.__name__}:{number}"

    def subject_of(self, row: T) -> str:
        return f"{self.subject}:{getattr(row, self.about.key)}"


def noted_itself(record: type[T], *verbs: str, bare: bool = False) -> Kind[T]:
    """A kind of record that the trail calls by its own name and number."""
    key: InstrumentedAttribute[int] = record.id  # type: ignore[attr-defined]
    return Kind(record, key, record.__name__, key, frozenset(verbs), bare)


@dataclass(frozen=True, slots=True)
class Held(Generic[T]):
    """`rows` stand in the trail as they are, in their order. `doubtful`: the names of those that do not, and of those
    that are gone; `strays`: those of them that can be read."""

    rows: tuple[T, ...]
    doubtful: tuple[str, ...]
    strays: tuple[T, ...] = ()


def held(session: Session, kind: Kind[T], seal: Seal) -> Held[T]:
    """Every record of a kind that may be believed, and the names of those that may not."""
    rows, strays, doubtful = list[T](), list[T](), list[str]()
    for window in _windows(session, kind):
        for number, row, sound in _against_trail(session, kind, window, seal):
            if row is not None and sound:
                rows.append(row)
            else:
                doubtful.append(kind.name(number))
                strays += [] if row is None else [row]
    return Held(tuple(rows), (*doubtful, *gone(session, kind)), tuple(strays))


def not_held(session: Session, kind: Kind[T], seal: Seal) -> Iterator[str]:
    """The names alone, in a small memory: what was read is let go of."""
    for window in _windows(session, kind):
        yield from (kind.name(n) for n, row, sound in _against_trail(session, kind, window, seal) if not sound)
        session.expunge_all()
    yield from gone(session, kind)


def not_as_recorded(session: Session, kind: Kind[T], rows: Iterable[T], seal: Seal) -> list[T]:
    """Those of some records that do not stand in the trail as they are."""
    numbered: list[tuple[int, T | None]] = [(getattr(row, kind.key.key), row) for row in rows]
    found = _against_trail(session, kind, numbered, seal) if numbered else []
    return [row for _, row, sound in found if row is not None and not sound]


def steps_gone(session: Session, kind: Kind[Any], of: str, numbers: Collection[int]) -> list[int]:
    """The numbers of the steps that the trail says were taken in these cases (or requests) and that are not there.

    `of`: what the trail calls that which a step belongs to, "case" or "request".
    """
    if not numbers:
        return []
    told = session.scalars(
        select(AuditEntry.subject).where(
            AuditEntry.subject.startswith(f"{kind.subject}:", autoescape=True),
            AuditEntry.detail[of].as_integer().in_(list(numbers)),
        )
    )
    taken = {int(number) for _, _, number in (subject.rpartition(":") for subject in told)}
    return sorted(taken - set(session.scalars(select(kind.key).where(kind.key.in_(taken)))))


def gone(session: Session, kind: Kind[Any]) -> Iterator[str]:
    """What the trail says was recorded, and is not there any more."""
    if not _is_there(session, kind):
        return
    noted = select(AuditEntry.subject, AuditEntry.digest).where(
        AuditEntry.subject.startswith(f"{kind.subject}:", autoescape=True)
    )
    if not kind.bare:
        noted = noted.where(AuditEntry.digest != "")
    if kind.verbs:
        noted = noted.where(AuditEntry.verb.in_(kind.verbs))
    told = session.execute(noted.order_by(AuditEntry.id))
    said = [(int(n), digest) for n, digest in ((s.rpartition(":")[2], d) for s, d in told) if n.isdigit()]
    if kind.key is kind.about:
        there = set(session.scalars(select(kind.key)))
        yield from dict.fromkeys(kind.name(number) for number, _ in said if number not in there)
        return
    standing = {
        (getattr(row, kind.about.key), _digest(row))
        for window in _windows(session, kind)
        for _, row in window
        if row is not None
    }
    lost = dict.fromkeys(number for number, digest in said if (number, digest) not in standing)
    yield from (f"{kind.record.__name__} of {kind.subject}:{number}" for number in lost)


def _is_there(session: Session, kind: Kind[Any]) -> bool:
    return kind.key.class_.__tablename__ in inspect(session.connection()).get_table_names()


def _windows(session: Session, kind: Kind[T]) -> Iterator[list[tuple[int, T | None]]]:
    numbers = session.scalars(select(kind.key).order_by(kind.key)).all() if _is_there(session, kind) else []
    for start in range(0, len(numbers), AT_A_TIME):
        yield _read(session, kind, numbers[start : start + AT_A_TIME])


def _read(session: Session, kind: Kind[T], numbers: Iterable[int]) -> list[tuple[int, T | None]]:
    """The records of these numbers, None for one that cannot be read."""
    wanted = list(numbers)
    try:
        found = session.scalars(select(kind.record).where(kind.key.in_(wanted)).order_by(kind.key)).all()
        return [(getattr(row, kind.key.key), row) for row in found]
    except UNREADABLE:
        if len(wanted) == 1:
            return [(wanted[0], None)]
    middle = len(wanted) // 2
    return [*_read(session, kind, wanted[:middle]), *_read(session, kind, wanted[middle:])]


def _against_trail(
    session: Session, kind: Kind[T], window: list[tuple[int, T | None]], seal: Seal
) -> list[tuple[int, T | None, bool]]:
    """Each record of a stretch, and whether the trail says, under our own seal, that it was recorded as it is."""
    expected = {number: (kind.subject_of(row), _digest(row)) for number, row in window if row is not None}
    wanted = select(AuditEntry).where(AuditEntry.subject.in_({subject for subject, _ in expected.values()}))
    if kind.verbs:
        wanted = wanted.where(AuditEntry.verb.in_(kind.verbs))
    asked = set(expected.values()) | ({(subject, "") for subject, _ in expected.values()} if kind.bare else set())
    entries = (e for e in session.scalars(wanted) if (e.subject, e.digest) in asked)
    told: dict[tuple[str, str], list[AuditEntry]] = {}
    for entry in entries:
        if entry.hash == hash_of(entry) and entry.seal == seal(entry.hash):
            told.setdefault((entry.subject, entry.digest), []).append(entry)

    def sound(number: int, row: T | None) -> bool:
        subject, digest = expected.get(number, ("", ""))
        said = told.get((subject, digest), []) + (told.get((subject, ""), []) if kind.bare else [])
        return row is not None and any(_then(row, entry) for entry in said)

    return [(number, row, sound(number, row)) for number, row in window]


def _then(row: object, entry: AuditEntry) -> bool:
    """Whether a record says when, and by whom, it was recorded as the trail does: deadlines are counted to that moment,
    who wrote it down answers no appeal of it, and no digest holds either."""
    when, who = getattr(row, "recorded_at", entry.at), getattr(row, "recorded_by", entry.actor)
    return bool(when == entry.at and who == entry.actor)


def _digest(row: Digested) -> str:
    """What the trail should say of it; where it cannot be said, what no trail says."""
    try:
        return row.digest()
    except UNREADABLE:
        return "unreadable"


# --- the kinds of the council's record -------------------------------------------------------------------------------

CASE: Kind[Case] = noted_itself(Case)
CASE_STEP: Kind[CaseStep] = noted_itself(CaseStep)
CASE_WARNING: Kind[CaseWarning] = noted_itself(CaseWarning, bare=True)
REQUEST: Kind[InformationRequest] = noted_itself(InformationRequest, bare=True)
REQUEST_STEP: Kind[RequestStep] = noted_itself(RequestStep)
DECISION: Kind[Decision] = noted_itself(Decision, "decision.record")
DECISION_LETTER: Kind[DecisionLetter] = noted_itself(DecisionLetter)
RESTRICTION: Kind[Restriction] = noted_itself(Restriction, "restriction.impose")
LIFTING: Kind[Lifting] = Kind(
    Lifting, Lifting.id, "Restriction", Lifting.restriction_id, frozenset({"restriction.lift"})
)
LETTER_SENT: Kind[LetterSent] = Kind(
    LetterSent, LetterSent.letter_id, "Letter", LetterSent.letter_id, frozenset({"letter.sent"})
)
MEETING: Kind[Meeting] = noted_itself(Meeting, bare=True)
BREACH: Kind[Breach] = noted_itself(Breach, bare=True)
BREACH_ANSWER: Kind[BreachAnswer] = noted_itself(BreachAnswer, bare=True)
GRANT: Kind[RegisterGrant] = noted_itself(RegisterGrant)
VIEW: Kind[RegisterView] = noted_itself(RegisterView, "register.view", bare=True)
MERGE: Kind[Merge] = noted_itself(Merge)
AUTHORITY: Kind[Authority] = noted_itself(Authority)
AUTHORITY_WITHDRAWAL: Kind[AuthorityWithdrawal] = noted_itself(AuthorityWithdrawal)

COUNCIL: tuple[Kind[Any], ...] = (
    CASE, CASE_STEP, CASE_WARNING, REQUEST, REQUEST_STEP, DECISION, DECISION_LETTER, RESTRICTION, LIFTING, LETTER_SENT,
    MEETING, BREACH, BREACH_ANSWER, GRANT, VIEW, MERGE, AUTHORITY, AUTHORITY_WITHDRAWAL,
)  # fmt: skip
"""Everything that is noted with its digest: decisions, refusals, limits, access and clocks rest on it."""
