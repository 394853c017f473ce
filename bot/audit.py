"""Verify the history: is every entry there, unchanged, in its place, and ours (INV-27)?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass

from sqlalchemy import ColumnElement, Connection, inspect, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from models.audit import BEGINNING, AuditEntry, Seal, hash_of, not_noted
from models.case import CaseStep
from models.letter import LetterSent
from models.migrations.guards import missing_guards
from models.request import RequestStep
from models.view import RegisterGrant

_AT_A_TIME = 1000
# What an entry raises into which somebody put what the program never wrote there.
_UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, OperationalError)


@dataclass(frozen=True, slots=True)
class Verified:
    """`broken_at` is the number of the first entry that does not hold, None where all do. `head` is the last hash.
    `unknown` names the records that stand in the store and not, as they are, in the trail."""

    entries: int
    head: str
    broken_at: int | None = None
    why: str = ""
    guards_missing: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        return not self.why and not self.guards_missing and not self.unknown

    def as_dict(self) -> dict[str, object]:
        return {**asdict(self), "holds": self.holds}

    def in_words(self) -> str:
        if self.why:
            where = f"The chain is broken at entry {self.broken_at}: " if self.broken_at is not None else ""
            return f"{where}{self.why}"
        if self.guards_missing:
            names = ", ".join(self.guards_missing[:5])
            return f"{self.entries} entries hold, but {len(self.guards_missing)} guards of the store are off: {names}"
        if self.unknown:
            names = ", ".join(self.unknown[:5])
            return (
                f"{self.entries} entries hold, but {len(self.unknown)} records are not what they say was recorded, so "
                f"somebody wrote in the store by hand: {names}"
            )
        return f"{self.entries} entries, every link holds. Head: {self.head} (note it elsewhere; --expect checks it)"


def verify(
    session: Session,
    seal: Seal,
    *,
    expect: str = "",
    guards_off: Callable[[Connection], list[str]] = missing_guards,
) -> Verified:
    """Walk the chain from its beginning and name the first broken link.

    `expect` is a hash that somebody noted earlier: a chain whose tail was cut off does not hold it any more.
    `guards_off` names the guards that are not in place: of another store than the council's record.
    """
    off = tuple(guards_off(session.connection()))
    number, previous, met = 0, BEGINNING, not expect
    for stored, entry in _stored(session):
        number += 1
        why = _broken(stored, entry, number, previous, seal)
        if why or entry is None:
            return Verified(number, previous, broken_at=number, why=why, guards_missing=off)
        previous = entry.hash
        met = met or entry.hash == expect
    if number == 0:
        why = "there is no entry at all: even the making of the store is gone"
        return Verified(0, previous, broken_at=1, why=why, guards_missing=off)
    if not met:
        why = "the hash you noted is not there: entries were cut off"
        return Verified(number, previous, broken_at=number + 1, why=why, guards_missing=off)
    return Verified(number, previous, guards_missing=off, unknown=tuple(unknown_records(session, seal)))


def _broken(stored: int, entry: AuditEntry | None, number: int, previous: str, seal: Seal) -> str:
    if stored != number:
        return f"entry {number} is missing; entry {stored} comes next" if stored > number else "it has no place here"
    if entry is None:
        return "it cannot be read: something was put there that the program never writes"
    if entry.previous != previous:
        return "it does not follow from the entry before it"
    if entry.hash != hash_of(entry):
        return "its content is not what was written"
    if entry.seal != seal(entry.hash):
        return "its seal is not ours: somebody else wrote it, or the key in audit.key is another one"
    return ""


Recorded = CaseStep | RequestStep | RegisterGrant | LetterSent
# What decisions, refusals, limits and access rest on; each is noted with its digest when it is recorded. By the name
# that the trail calls it by; the letter itself for how it went.
_NOTED: Mapping[str, tuple[type[Recorded], ColumnElement[int]]] = {
    "CaseStep": (CaseStep, CaseStep.__table__.c.id),
    "RequestStep": (RequestStep, RequestStep.__table__.c.id),
    "RegisterGrant": (RegisterGrant, RegisterGrant.__table__.c.id),
    "Letter": (LetterSent, LetterSent.__table__.c.letter_id),
}


def unknown_records(session: Session, seal: Seal) -> Iterator[str]:
    """The records that somebody wrote, or rewrote, by another way than ours: "CaseStep:12"."""
    here = set(inspect(session.connection()).get_table_names())
    for name, (kind, key) in _NOTED.items():
        numbers = session.scalars(select(key).order_by(key)).all() if kind.__tablename__ in here else []
        for start in range(0, len(numbers), _AT_A_TIME):
            expected = {f"{name}:{n}": _digest(session, kind, n) for n in numbers[start : start + _AT_A_TIME]}
            yield from sorted(not_noted(session, expected, seal))
            session.expunge_all()


def _digest(session: Session, kind: type[Recorded], number: int) -> str:
    """What the trail should say of it; where it cannot be read, what no trail says."""
    try:
        row = session.get_one(kind, number)
        return row.digest() if isinstance(row, Recorded) else "unknown"
    except _UNREADABLE:
        return "unreadable"


def _stored(session: Session) -> Iterator[tuple[int, AuditEntry | None]]:
    """Every entry's number and the entry, None where it cannot be read; in order, in a small memory."""
    numbers = select(AuditEntry.id).order_by(AuditEntry.id)
    last: int | None = None
    while True:
        window = numbers if last is None else numbers.where(AuditEntry.id > last)
        found = session.scalars(window.limit(_AT_A_TIME)).all()
        if not found:
            return
        yield from _read(session, found[0], found[-1])
        last = found[-1]
        session.expunge_all()


def _read(session: Session, first: int, last: int) -> list[tuple[int, AuditEntry | None]]:
    """The entries of a stretch; where one cannot be read, each for itself."""
    stretch = select(AuditEntry).where(AuditEntry.id.between(first, last)).order_by(AuditEntry.id)
    try:
        return [(entry.id, entry) for entry in session.scalars(stretch)]
    except _UNREADABLE:
        if first == last:
            return [(first, None)]
    middle = (first + last) // 2
    return [*_read(session, first, middle), *_read(session, middle + 1, last)]


def entries(session: Session) -> Iterator[AuditEntry]:
    """Every entry in order, a thousand at a time, so that a long history fits into a small memory."""
    yield from session.scalars(select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=_AT_A_TIME))
