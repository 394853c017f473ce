"""Verify the history: is every entry there, unchanged, in its place, and ours (INV-27)?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Table, func, inspect, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from models import as_recorded, trail
from models.audit import BEGINNING, AuditEntry, Seal, hash_of
from models.base import Base
from models.migrations.guards import APPEND_ONLY, NEVER_DELETED, missing_guards
from models.records import metadata
from models.trail import AT_A_TIME, UNREADABLE, Kind, not_held


@dataclass(frozen=True, slots=True)
class Kept:
    """What a store must hold, and how it says so.

    guards_off  names the guards of the database that are not in place
    kinds       the records that are noted with their digest
    records     every kind of record of which none is ever taken out
    differing   the records beside those that do not stand as the trail, or the hash of their bytes, says
    """

    guards_off: Callable[[Connection], list[str]]
    kinds: tuple[Kind[Any], ...]
    records: Mapping[str, InstrumentedAttribute[Any]]
    differing: Callable[[Session, Seal, Callable[[int], None]], Iterator[str]] = lambda session, seal, told: iter(())


def never_taken_out(tables: Iterable[str]) -> dict[str, InstrumentedAttribute[Any]]:
    """The records of these tables by the name that the trail gives them, each with the column of its key."""
    wanted, found = set(tables), dict[str, InstrumentedAttribute[Any]]()
    for mapper in Base.registry.mappers:
        key, table = mapper.primary_key, mapper.local_table
        if isinstance(table, Table) and table.name in wanted and len(key) == 1:
            found[mapper.class_.__name__] = getattr(mapper.class_, mapper.get_property_by_column(key[0]).key)
    return found


_KEPT = [table for table in metadata.tables if table in APPEND_ONLY or table in NEVER_DELETED]
COUNCIL = Kept(missing_guards, trail.COUNCIL, never_taken_out([*_KEPT, "contact_points"]), as_recorded.differing)


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
    kept: Kept = COUNCIL,
    told: Callable[[int, int], None] = lambda done, of: None,
) -> Verified:
    """Walk the chain from its beginning and name the first broken link; then compare every record and every kept byte.

    `expect` is a hash that somebody noted earlier: a chain whose tail was cut off does not hold it any more.
    `kept`: what must be there, of another store than the council's record. `told(done, all)` is called meanwhile.
    """
    entries = session.scalar(select(func.count(AuditEntry.id))) or 0
    off = tuple(kept.guards_off(session.connection()))
    number, previous, met = 0, BEGINNING, not expect
    for stored, entry in _stored(session):
        number += 1
        why = _broken(stored, entry, number, previous, seal)
        if why or entry is None:
            return Verified(number, previous, broken_at=number, why=why, guards_missing=off)
        previous = entry.hash
        met = met or entry.hash == expect
        if number % AT_A_TIME == 0:
            told(number, entries)
    if number == 0:
        why = "there is no entry at all: even the making of the store is gone"
        return Verified(0, previous, broken_at=1, why=why, guards_missing=off)
    if not met:
        why = "the hash you noted is not there: entries were cut off"
        return Verified(number, previous, broken_at=number + 1, why=why, guards_missing=off)
    unknown = tuple(unknown_records(session, seal, kept, told=lambda done: told(entries + done, entries + done)))
    return Verified(number, previous, guards_missing=off, unknown=unknown)


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


def unknown_records(
    session: Session, seal: Seal, kept: Kept = COUNCIL, *, told: Callable[[int], None] = lambda done: None
) -> Iterator[str]:
    """The records that somebody wrote, rewrote or took out by another way than ours: "CaseStep:12"."""
    named = set[str]()
    not_as_noted = (name for kind in kept.kinds for name in not_held(session, kind, seal))
    for name in chain(not_as_noted, _taken_out(session, kept), kept.differing(session, seal, told)):
        if name not in named:
            named.add(name)
            yield name


def _taken_out(session: Session, kept: Kept) -> Iterator[str]:
    """What the trail says was recorded, with its digest or without, and is not there any more."""
    here = {name: key for name, key in kept.records.items() if _is_there(session, key)}
    last = 0
    while True:
        wanted = select(AuditEntry.id, AuditEntry.subject).where(AuditEntry.id > last).order_by(AuditEntry.id)
        window = session.execute(wanted.limit(AT_A_TIME)).all()
        if not window:
            return
        last = window[-1].id
        named: dict[str, set[str]] = {}
        for entry in window:
            name, _, key = entry.subject.partition(":")
            if name in here and key:
                named.setdefault(name, set()).add(key)
        for name, keys in sorted(named.items()):
            yield from (f"{name}:{key}" for key in sorted(keys - _there(session, here[name], keys)))


def _is_there(session: Session, key: InstrumentedAttribute[Any]) -> bool:
    return key.class_.__tablename__ in inspect(session.connection()).get_table_names()


def _there(session: Session, key: InstrumentedAttribute[Any], keys: set[str]) -> set[str]:
    if key.type.python_type is int:
        numbers = [int(k) for k in keys if k.isdigit()]
        return {k for k in keys if not k.isdigit()} | {
            str(n) for n in session.scalars(select(key).where(key.in_(numbers)))
        }
    return set(session.scalars(select(key).where(key.in_(keys))))


def _stored(session: Session) -> Iterator[tuple[int, AuditEntry | None]]:
    """Every entry's number and the entry, None where it cannot be read; in order, in a small memory."""
    numbers = select(AuditEntry.id).order_by(AuditEntry.id)
    last: int | None = None
    while True:
        window = numbers if last is None else numbers.where(AuditEntry.id > last)
        found = session.scalars(window.limit(AT_A_TIME)).all()
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
    except UNREADABLE:
        if first == last:
            return [(first, None)]
    middle = (first + last) // 2
    return [*_read(session, first, middle), *_read(session, middle + 1, last)]


def entries(session: Session) -> Iterator[AuditEntry]:
    """Every entry in order, a thousand at a time, so that a long history fits into a small memory."""
    yield from session.scalars(select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=AT_A_TIME))
