"""The cautionary store's own steps from one version to the next, and its own guards: nothing in it is ever rewritten.

Forwards only. It is a database apart from the council's record (INV-19), so it has none of Alembic's versions.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Connection, inspect, text

from models.audit import AuditEntry
from models.cautionary import CautionaryBase
from models.migrations.guards import (
    Guard,
    append_only_on_postgres,
    append_only_on_sqlite,
    audit_goes_on,
    create_guards,
    refused_at_insert,
)

# Every unique key of each table, by which an insert could write over a row.
TABLES: dict[str, tuple[tuple[str, ...], ...]] = {
    "incidents": (("id",),),
    "entries": (("id",), ("reference",)),
    "acts": (("id",),),
    "views": (("id",),),
    "releases": (("id",),),
    "cautionary_versions": (("number",),),
    "audit_entries": (("id",), ("previous",), ("hash",)),
}

SECOND = "an entry is approved by another person than the one who proposed it"
APART = "people and premises are kept apart, and each entry says why, who and until when"
DATES = "a date must be written as YYYY-MM-DD, and an entry ends"

_SAME_PERSON = """NEW.kind = 'approved' AND NOT EXISTS (SELECT 1 FROM entries e
 WHERE e.id = NEW.entry_id AND e.proposed_by <> NEW."by")"""
_NOT_APART = """NOT coalesce((NEW.whom = 'premises' AND NEW.name = '' AND length(trim(NEW.address)) > 0)
 OR (NEW.whom = 'person' AND length(trim(NEW.name)) > 0), FALSE)"""
_OPEN_ENDED = """NOT coalesce(NEW.proposed_on < NEW.review_on AND NEW.review_on <= NEW.ends_on, FALSE)"""
_NO_INCIDENT = "NOT EXISTS (SELECT 1 FROM incidents i WHERE i.id = NEW.incident_id)"
_UNREAL_DATES = " OR ".join(f"NEW.{c} IS NOT date(NEW.{c})" for c in ("proposed_on", "review_on", "ends_on"))


def cautionary_guards(dialect: str) -> list[Guard]:
    """What the database itself refuses, whoever asks."""
    append_only = append_only_on_sqlite(TABLES) if dialect == "sqlite" else append_only_on_postgres(TABLES)
    checks = [
        ("guard_acts_second", "acts", _SAME_PERSON, SECOND),
        ("guard_entries_apart", "entries", _NOT_APART, APART),
        ("guard_entries_end", "entries", _OPEN_ENDED, DATES),
        ("guard_entries_incident", "entries", _NO_INCIDENT, APART),
    ]
    if dialect == "sqlite":
        checks.append(("guard_entries_dates", "entries", _UNREAL_DATES, DATES))
    return [*append_only, audit_goes_on(dialect), *(refused_at_insert(dialect, *check) for check in checks)]


def _first(connection: Connection) -> None:
    CautionaryBase.metadata.create_all(connection)
    AuditEntry.metadata.tables["audit_entries"].create(connection)


STEPS: tuple[Callable[[Connection], None], ...] = (_first,)
NEWEST = len(STEPS)


def version(connection: Connection) -> int:
    """The last step this database has had; 0 if it holds nothing of ours."""
    if "cautionary_versions" not in inspect(connection).get_table_names():
        return 0
    return connection.scalar(text("SELECT max(number) FROM cautionary_versions")) or 0


def is_empty(connection: Connection) -> bool:
    """Whether there is no table at all: only then a new store may be made here."""
    return not inspect(connection).get_table_names()


def upgrade(connection: Connection) -> None:
    """Every step it has not had, then its guards. The caller commits."""
    had = version(connection)
    for number, step in enumerate(STEPS[had:], had + 1):
        step(connection)
        connection.execute(text("INSERT INTO cautionary_versions (number) VALUES (:number)"), {"number": number})
    create_guards(connection, cautionary_guards(connection.dialect.name))
