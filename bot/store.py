"""The database: opening it, making it, and what it is for ever (real, or for rehearsals)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot.work import Clock, SystemClock, watch_writes
from models.audit import AuditEntry, hash_of
from models.errors import EvenhandError, Refused
from models.migrations import upgrade as migrations
from models.store import RehearsalClock, Store, StoreKind

BUSY_MS = 30_000


class StoreError(EvenhandError):
    """The store cannot be used as it is."""


def engine_for(url: str) -> Engine:
    """An engine with what a council's record needs: foreign keys, every commit on disk, one writer at a time.

    Its errors do not tell what was to be written: that is somebody's name or words.
    """
    if make_url(url).get_backend_name() == "sqlite":
        # The statements of one message are some hundred; the driver alone would remember 128 prepared ones.
        remembered = {"timeout": BUSY_MS / 1000, "check_same_thread": False, "cached_statements": 1024}
        engine = create_engine(url, connect_args=remembered, hide_parameters=True)
        event.listen(engine, "connect", _sqlite_connect)
        event.listen(engine, "begin", _sqlite_begin)
    else:
        engine = create_engine(url, pool_pre_ping=True, hide_parameters=True)
    watch_writes(engine)
    return engine


def _sqlite_connect(connection: sqlite3.Connection, _: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, below
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", f"busy_timeout={BUSY_MS}"):
        connection.execute(f"PRAGMA {pragma}")


def _sqlite_begin(connection: Connection) -> None:
    # A work that will write takes the write lock at once: two readers that both want to write would deadlock.
    writes = connection.get_execution_options().get("evenhand_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def migrating(engine: Engine) -> Iterator[Connection]:
    with engine.connect().execution_options(evenhand_writes=True) as connection, connection.begin():
        yield connection


def make_tables(engine: Engine) -> None:
    with migrating(engine) as connection:
        migrations.upgrade(connection)


def open_store(url: str) -> tuple[Engine, Store]:
    """The engine and the store's own row. StoreError if it is not there, of another version, or tampered with."""
    backend = make_url(url)
    if backend.get_backend_name() == "sqlite" and backend.database and not Path(backend.database).exists():
        raise StoreError("there is no store here yet; make one with `evenhand init`")
    engine = engine_for(url)
    try:
        return engine, _found_in(engine)
    except BaseException:
        engine.dispose()
        raise


def _found_in(engine: Engine) -> Store:
    try:
        with engine.connect() as connection:
            found, newest = migrations.version(connection), migrations.newest()
    except OperationalError as error:
        raise StoreError(f"the store cannot be opened: {error.orig}") from error
    if found != newest:
        raise StoreError(_wrong_version(found, newest))
    with Session(engine) as session:
        store = session.get(Store, 1)
        if store is None:
            raise StoreError("this database was never made a store; make one with `evenhand init`")
        session.expunge(store)
        _still_what_it_was(session, store)
    return store


def _wrong_version(found: str | None, newest: str) -> str:
    if found is None:
        return "this database holds no Evenhand store; make one with `evenhand init`"
    return f"the store is at version {found}, this program needs {newest}; back it up, then run `evenhand upgrade`"


def has_its_key(engine: Engine, seal: Callable[[str], str]) -> bool:
    """Whether the key at hand sealed the first entry: with another key nothing that was decided could be believed."""
    with Session(engine) as session:
        first = session.get(AuditEntry, 1)
        return first is not None and first.hash == hash_of(first) and first.seal == seal(first.hash)


def _still_what_it_was(session: Session, store: Store) -> None:
    first = session.scalar(select(AuditEntry).order_by(AuditEntry.id).limit(1))
    if first is None or first.detail.get("kind") != store.kind.value:
        raise StoreError("the store does not say of itself what it said when it was made: somebody changed its kind")


# --- clocks ----------------------------------------------------------------------------------------------------------


class StoodClock:
    """A rehearsal's clock: it stands where the last `--at` put it, and follows when it is put elsewhere."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def now(self) -> datetime:
        with Session(self._engine) as session:
            stood = session.get(RehearsalClock, 1)
        return stood.at if stood else datetime.now(UTC)


class FixedClock:
    """A clock in a caller's hand: replay and tests put it where they need it."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


def clock_of(store: Store, engine: Engine) -> Clock:
    return StoodClock(engine) if store.kind is StoreKind.REHEARSAL else SystemClock()


def put_clock(store: Store, engine: Engine, at: datetime) -> None:
    """Put a rehearsal's clock to a moment. A real store refuses: its log must say when things really happened."""
    if store.kind is not StoreKind.REHEARSAL:
        raise Refused(
            "this is a real store: its record must say when things really happened, so --at is refused. "
            "Practise in a rehearsal store, made with `evenhand init --rehearsal`"
        )
    with Session(engine) as session:
        session.connection(execution_options={"evenhand_writes": True})
        session.merge(RehearsalClock(id=1, at=at))
        session.commit()
