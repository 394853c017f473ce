"""Verify and export the history: is every entry there, unchanged, in its place, and ours (INV-27)?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.audit import BEGINNING, AuditEntry, hash_of
from models.migrations.guards import missing_guards

Seal = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Verified:
    """`broken_at` is the number of the first entry that does not hold, None where all do. `head` is the last hash."""

    entries: int
    head: str
    broken_at: int | None = None
    why: str = ""
    guards_missing: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        return not self.why and not self.guards_missing

    def as_dict(self) -> dict[str, object]:
        return {**asdict(self), "holds": self.holds}

    def in_words(self) -> str:
        if self.why:
            where = f"The chain is broken at entry {self.broken_at}: " if self.broken_at is not None else ""
            return f"{where}{self.why}"
        if self.guards_missing:
            names = ", ".join(self.guards_missing[:5])
            return f"{self.entries} entries hold, but {len(self.guards_missing)} guards of the store are off: {names}"
        return f"{self.entries} entries, every link holds. Head: {self.head} (note it elsewhere; --expect checks it)"


def verify(session: Session, seal: Seal, *, expect: str = "") -> Verified:
    """Walk the chain from its beginning and name the first broken link.

    `expect` is a hash that somebody noted earlier: a chain whose tail was cut off does not hold it any more.
    """
    number, previous, met = 0, BEGINNING, not expect
    for entry in entries(session):
        number += 1
        why = _broken(entry, number, previous, seal)
        if why:
            return Verified(number, previous, broken_at=number, why=why)
        previous = entry.hash
        met = met or entry.hash == expect
    if number == 0:
        return Verified(0, previous, broken_at=1, why="there is no entry at all: even the making of the store is gone")
    if not met:
        return Verified(
            number, previous, broken_at=number + 1, why="the hash you noted is not there: entries were cut off"
        )
    return Verified(number, previous, guards_missing=tuple(missing_guards(session.connection())))


def _broken(entry: AuditEntry, number: int, previous: str, seal: Seal) -> str:
    if entry.id != number:
        return f"entry {number} is missing; entry {entry.id} comes next"
    if entry.previous != previous:
        return "it does not follow from the entry before it"
    if entry.hash != hash_of(entry):
        return "its content is not what was written"
    if entry.seal != seal(entry.hash):
        return "its seal is not ours: somebody else wrote it, or the key in audit.key is another one"
    return ""


def entries(session: Session) -> Iterator[AuditEntry]:
    """Every entry in order, a thousand at a time, so that a long history fits into a small memory."""
    yield from session.scalars(select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=1000))
