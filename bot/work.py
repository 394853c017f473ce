"""Work: who acts, at what time, on which session; and what is noted of it for the audit trail.

A verb takes a Work, never a web request. The door opens and ends the transaction; verbs and helpers never commit.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Concatenate, ParamSpec, Protocol, TypeGuard, TypeVar, cast

from sqlalchemy import Connection, Engine, Table, event, insert, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, SessionTransaction

from models.audit import BEGINNING, CLOCK, WENT_BACK, AuditEntry, entry_hash
from models.base import Base
from models.calendar import council_day
from models.errors import NotAllowed, NothingNoted, StoreUnavailable
from models.officer import Permission

P = ParamSpec("P")
R = TypeVar("R")


class Clock(Protocol):
    def now(self) -> datetime:
        """The present moment, aware UTC."""
        ...


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: an officer by username, or the service itself, which holds almost no permissions."""

    name: str
    permissions: frozenset[Permission]

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions


SERVICE = Actor("service", frozenset({Permission.RECORD_CONTACT, Permission.RECONCILE}))


@dataclass(slots=True)
class Note:
    verb: str
    subject: Base | str
    digest: str
    detail: dict[str, Any]


class CarriesSeal(Protocol):
    """A record that enforcement acts upon and that may change in life: sealed again each time that it is saved."""

    seal: str

    def sealed_words(self) -> str: ...


@dataclass(slots=True)
class Work:
    session: Session
    actor: Actor
    now: datetime
    seal: Callable[[str], str]
    notes: list[Note] = field(default_factory=list)
    to_seal: list[CarriesSeal] = field(default_factory=list)

    @property
    def today(self) -> date:
        """The council's day."""
        return council_day(self.now)

    def note(self, verb: str, subject: Base | str, *, digest: str = "", **detail: Any) -> None:
        """What was done, for the audit trail. Detail holds ids, dates and reasons: nothing that a log may not hold."""
        self.notes.append(Note(verb, subject, digest, detail))

    def seal_what_was_saved(self) -> None:
        """Put our seal on each record that carries one; before a commit, and before records are let go of."""
        for record in self.to_seal:
            record.seal = self.seal(record.sealed_words())
        self.session.flush()
        self.to_seal.clear()

    def require(self, permission: Permission) -> None:
        if not self.actor.may(permission):
            raise NotAllowed(f"{self.actor.name} may not {permission.value}; ask the clerk")


# --- verbs -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Verb:
    name: str
    needs: Permission
    function: str


VERBS: dict[str, Verb] = {}


def verb(
    name: str, *, needs: Permission
) -> Callable[[Callable[Concatenate[Work, P], R]], Callable[Concatenate[Work, P], R]]:
    """Marks what a person or a timed job can do. Refuses whoever lacks the permission, whatever door they came by."""

    def wrap(function: Callable[Concatenate[Work, P], R]) -> Callable[Concatenate[Work, P], R]:
        VERBS[name] = Verb(name, needs, f"{function.__module__}.{function.__qualname__}")

        @functools.wraps(function)
        def run(work: Work, /, *args: P.args, **kwargs: P.kwargs) -> R:
            work.require(needs)
            return function(work, *args, **kwargs)

        return run

    return wrap


# --- the transaction, and that nothing is saved unnoted --------------------------------------------------------------

_READ = re.compile(
    r"\s*(?:select|values|show|explain(?!\s*\(?\s*analy[sz]e)|pragma\s+\w+\s*(?:;|$)|begin|savepoint|release|rollback)\b",
    re.I,
)
_WITH = re.compile(r"\s*with\b", re.I)
_CHANGES = re.compile(r"\b(?:insert|update|delete|replace|merge)\b", re.I)
_LOCKING = re.compile(r"\bfor\s+(?:no\s+key\s+)?update\b", re.I)
# Any two constants: what is done under them is done by one transaction at a time, in all processes of a store.
_AUDIT = 0x45564E48
INTAKE = 0x45564E49


def _reads_only(statement: str) -> bool:
    if ";" in statement.rstrip(" ;\n"):
        return False  # perhaps a second statement behind the first
    if _WITH.match(statement):
        return not _CHANGES.search(_LOCKING.sub("", statement))
    return bool(_READ.match(statement))


def watch_writes(engine: Engine) -> None:
    """Count every statement of a connection that is not plainly reading, by a record, in bulk or as raw SQL."""

    @event.listens_for(engine, "before_cursor_execute")
    def count(
        connection: Connection, cursor: object, statement: str, parameters: object, context: object, executemany: bool
    ) -> None:
        if not _reads_only(statement):
            connection.info["evenhand_writes"] = connection.info.get("evenhand_writes", 0) + 1


_POSTGRES_ROWS = "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::bigint FROM pg_stat_xact_user_tables"


def _rows_changed(connection: Connection) -> int:
    """What the database itself says: it also knows of what a function wrote, or a cursor of the driver's own.

    Only the difference within one transaction means something: both also count what went before.
    """
    if connection.dialect.name == "postgresql":
        return int(connection.exec_driver_sql(_POSTGRES_ROWS).scalar() or 0)
    return int(getattr(connection.connection.dbapi_connection, "total_changes", 0))


def _begun(connection: Connection) -> None:
    connection.info["evenhand_writes"] = 0
    connection.info["evenhand_rows"] = _rows_changed(connection)


def _wrote(connection: Connection) -> bool:
    info = connection.info
    return bool(info.get("evenhand_writes")) or _rows_changed(connection) != info.get("evenhand_rows", 0)


def _subject(subject: Base | str) -> str:
    if isinstance(subject, str):
        return subject
    key = getattr(subject, "id", None) or getattr(subject, "sha256", "")
    return f"{type(subject).__name__}:{key}"


def one_at_a_time(work: Work, key: int) -> None:
    """Wait until no other transaction holds this key, and hold it until the end of this one.

    On SQLite every work that writes holds the whole database already.
    """
    if work.session.get_bind().dialect.name == "postgresql":
        work.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": key})


_LAST_ENTRY = select(AuditEntry.id, AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1)
_LAST_TIME = select(AuditEntry.at).order_by(AuditEntry.id.desc()).limit(1)
_NEW_ENTRY = insert(cast(Table, AuditEntry.__table__))


def _write_notes(work: Work, connection: Connection) -> None:
    one_at_a_time(work, _AUDIT)
    last = connection.execute(_LAST_ENTRY).first()
    before, previous = (last.id, last.hash) if last else (0, BEGINNING)
    rows: list[dict[str, Any]] = []
    # Nothing has happened yet in a store that was only made: a rehearsal's clock is put after that.
    of_the_clock = _of_the_clock(work, connection) if before > 1 else []
    for number, note in enumerate([*of_the_clock, *work.notes], before + 1):
        said: dict[str, Any] = {
            "at": work.now,
            "actor": work.actor.name,
            "verb": note.verb,
            "subject": _subject(note.subject),
            "detail": note.detail,
            "digest": note.digest,
            "previous": previous,
        }
        previous = entry_hash(number=number, **said)
        rows.append({"id": number, **said, "hash": previous, "seal": work.seal(previous)})
    connection.execute(_NEW_ENTRY, rows)  # no records are made of them: each message has half a dozen
    work.notes.clear()


def _of_the_clock(work: Work, connection: Connection) -> list[Note]:
    """That the clock went back a day or more since the last entry: what was over by then stays over (INV-07)."""
    try:
        last = connection.execute(_LAST_TIME).scalar_one()
    except ValueError:
        return []  # somebody wrote there what is no time: the check of the trail names it, and nothing binds
    return [] if council_day(last) <= work.today else [Note(WENT_BACK, CLOCK, "", {"from": last.isoformat()})]


def _save_with_its_notes(work: Work, session: Session) -> None:
    session.flush()
    work.seal_what_was_saved()
    connection = session.connection()
    if not work.notes and _wrote(connection):
        raise NothingNoted("records were changed and nothing was noted for the audit trail; nothing was saved")
    if work.notes:
        _write_notes(work, connection)
    connection.info["evenhand_writes"] = 0
    connection.info["evenhand_rows"] = _rows_changed(connection)


class _Session(Session):
    """A session with its work (`info["work"]`): it saves nothing unnoted, and nothing unsealed that carries a seal."""


@event.listens_for(_Session, "after_flush")
def _remember_to_seal(session: Session, _: object) -> None:
    work: Work = session.info["work"]
    work.to_seal += [record for record in (*session.new, *session.dirty) if _carries_seal(record)]


def _carries_seal(record: object) -> TypeGuard[CarriesSeal]:
    return hasattr(type(record), "seal") and hasattr(type(record), "sealed_words")


@event.listens_for(_Session, "after_begin")
def _begins(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    if not transaction.nested:  # a savepoint forgets nothing of what was written before it
        _begun(connection)


@event.listens_for(_Session, "before_commit")
def _refuse_unnoted(session: Session) -> None:
    """Runs before every commit, whoever asked for it. Writes the notes in the same transaction as the change."""
    _save_with_its_notes(session.info["work"], session)


@contextmanager
def begin(engine: Engine, actor: Actor, clock: Clock, seal: Callable[[str], str]) -> Iterator[Work]:
    """One piece of work: all of it saved with its notes, or none of it. StoreUnavailable if the database is away."""
    try:
        yield from _whole(engine, actor, clock, seal)
    except OperationalError as error:
        if not _passing(error):
            raise
        words = f"the store cannot be written to now ({error.orig}); is the disk full, or the database down?"
        raise StoreUnavailable(words) from error


def _passing(error: OperationalError) -> bool:
    """Whether the database, and not what we asked of it, is at fault: locked, full, broken off, shut down."""
    name = str(getattr(error.orig, "sqlite_errorname", ""))
    if name:
        return name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_CANTOPEN"))
    # PostgreSQL (appendix A): no state at all is a lost connection; 08 connection, 53 resources, 57 intervention.
    return str(getattr(error.orig, "sqlstate", None) or "08")[:2] in ("08", "53", "57")


def _whole(engine: Engine, actor: Actor, clock: Clock, seal: Callable[[str], str]) -> Iterator[Work]:
    with _Session(engine, expire_on_commit=False) as session:
        session.connection(execution_options={"evenhand_writes": True})
        work = session.info["work"] = Work(session, actor, clock.now(), seal)
        try:
            yield work
            session.commit()
        except BaseException:
            session.rollback()
            raise
