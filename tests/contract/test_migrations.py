"""What the migrations make is what the records say, on both databases, with every guard in its place."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import CheckConstraint, Engine, Table, inspect

from bot.store import engine_for, make_tables
from models.migrations import upgrade
from models.migrations.guards import APPEND_ONLY, KEYS_OF_KEPT, NEVER_DELETED, guards, missing_guards
from models.records import metadata
from tests.servers.postgres import Postgres


@pytest.fixture(params=["sqlite", "postgres"])
def made(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """An empty database that the migrations have been run on."""
    server: Postgres | None = None if request.param == "sqlite" else request.getfixturevalue("postgres")
    url = server.empty_database() if server else f"sqlite:///{request.getfixturevalue('tmp_path') / 'made.db'}"
    engine = engine_for(url)
    make_tables(engine)
    yield engine
    engine.dispose()
    if server:
        server.drop(url)


def test_the_migrations_make_what_the_records_say(made: Engine) -> None:
    with made.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_every_check_of_the_records_is_in_the_database(made: Engine) -> None:
    """Alembic does not compare CHECKs."""
    found = inspect(made)
    for table in metadata.sorted_tables:
        there = {check["name"] for check in found.get_check_constraints(table.name)}
        assert _checks(table) <= there, f"run a migration: {table.name} lacks {_checks(table) - there}"


def _checks(table: Table) -> set[str | None]:
    return {str(c.name) for c in table.constraints if isinstance(c, CheckConstraint) and c.name}


def test_every_guard_stands(made: Engine) -> None:
    with made.connect() as connection:
        assert missing_guards(connection) == []
        assert upgrade.version(connection) == upgrade.newest()


def test_migrating_twice_does_no_harm(made: Engine) -> None:
    make_tables(made)
    with made.connect() as connection:
        assert missing_guards(connection) == []


def test_the_guards_know_the_tables() -> None:
    """A table that is named in the guards, and every unique key by which one of its rows could be replaced."""
    for table, keys in {**APPEND_ONLY, **KEYS_OF_KEPT}.items():
        named = metadata.tables[table]
        unique = {tuple(column.name for column in named.primary_key)}
        for constraint in named.constraints:
            if type(constraint).__name__ == "UniqueConstraint":
                unique.add(tuple(sorted(column.name for column in constraint.columns)))
        known = {tuple(sorted(key)) for key in keys}
        # A key that holds the whole of a guarded one can meet no row that the smaller one does not meet.
        unguarded = [key for key in unique if not any(set(k) <= set(key) for k in known)]
        assert not unguarded, f"guard {table} {unguarded} against OR REPLACE"
    assert set(NEVER_DELETED) == set(KEYS_OF_KEPT)


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_no_two_guards_have_one_name(dialect: str) -> None:
    names = [guard.name for guard in guards(dialect)]
    assert len(names) == len(set(names))
    assert all(len(name) < 64 for name in names), "PostgreSQL cuts longer names"
