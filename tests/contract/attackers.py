"""Somebody with a database tool and bad intentions: raw connections that none of the program's own habits bind."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Protocol

import psycopg
from sqlalchemy.engine import make_url

from bot.bootstrap import App
from models.migrations.guards import guards

Row = tuple[object, ...]


class Attacker(Protocol):
    """Runs hand-written SQL, each statement for itself; `refused` says whether the database would not have it."""

    dialect: str

    def refused(self, statement: str, values: Sequence[object] = ()) -> str: ...

    def do(self, statement: str, values: Sequence[object] = ()) -> None: ...

    def rows(self, table: str) -> list[Row]: ...


class OnSqlite:
    dialect = "sqlite"

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def refused(self, statement: str, values: Sequence[object] = ()) -> str:
        try:
            self._connection.execute(statement, values)
        except sqlite3.Error as error:
            return str(error)
        return ""

    def do(self, statement: str, values: Sequence[object] = ()) -> None:
        self._connection.execute(statement, values)

    def rows(self, table: str) -> list[Row]:
        return sorted(self._connection.execute(f"SELECT * FROM {table}"), key=repr)

    def columns(self, table: str) -> list[str]:
        return [row[1] for row in self._connection.execute(f"PRAGMA table_info({table})")]


class OnPostgres:
    dialect = "postgresql"

    def __init__(self, connection: psycopg.Connection[Row]) -> None:
        self._connection = connection

    def refused(self, statement: str, values: Sequence[object] = ()) -> str:
        try:
            self.do(statement, values)
        except psycopg.Error as error:
            return str(error)
        return ""

    def do(self, statement: str, values: Sequence[object] = ()) -> None:
        self._connection.execute(statement.replace("?", "%s").encode(), list(values) or None)

    def rows(self, table: str) -> list[Row]:
        return sorted(self._connection.execute(f"SELECT * FROM {table}".encode()).fetchall(), key=repr)

    def columns(self, table: str) -> list[str]:
        found = self._connection.execute(f"SELECT * FROM {table} LIMIT 0".encode())
        return [column.name for column in found.description or ()]

    def copy_in(self, table: str, line: str) -> str:
        try:
            with self._connection.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN".encode()) as copy:
                copy.write(line)
        except psycopg.Error as error:
            return str(error)
        return ""


@contextmanager
def on_sqlite(app: App) -> Iterator[OnSqlite]:
    """Everything that SQLite lets a connection switch off is off."""
    file = app.engine.url.database
    assert file is not None
    with closing(sqlite3.connect(file, isolation_level=None, timeout=5)) as connection:
        for pragma in ("foreign_keys=OFF", "ignore_check_constraints=ON", "recursive_triggers=OFF"):
            connection.execute(f"PRAGMA {pragma}")
        yield OnSqlite(connection)


@contextmanager
def on_postgres(app: App) -> Iterator[OnPostgres]:
    """The owner of everything, posing as a replica: ordinary triggers and foreign keys do not hold."""
    url = make_url(app.settings.store.url)
    address = f"host={url.host} port={url.port} user={url.username} dbname={url.database}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        yield OnPostgres(connection)


@contextmanager
def an_attacker(app: App) -> Iterator[OnSqlite | OnPostgres]:
    with on_sqlite(app) if app.engine.dialect.name == "sqlite" else on_postgres(app) as attacker:
        yield attacker


def take_the_locks_off(attacker: OnSqlite | OnPostgres) -> None:
    """What only somebody with the owner's rights can do."""
    for guard in guards(attacker.dialect):
        if attacker.dialect == "sqlite":
            attacker.do(f"DROP TRIGGER {guard.name}")
        else:
            attacker.do(f"ALTER TABLE {guard.table} DISABLE TRIGGER ALL")


def put_the_locks_back(attacker: OnSqlite | OnPostgres) -> None:
    """So that nothing is to be seen any more of their having been off."""
    if attacker.dialect == "postgresql":
        for table in sorted({guard.table for guard in guards(attacker.dialect)}):
            attacker.do(f"ALTER TABLE {table} ENABLE TRIGGER ALL")
    for guard in guards(attacker.dialect):
        attacker.do(guard.statements[-1])
