"""Lock 2 of the gate, in the database's own language: what no hand-written SQL may do either (INV-01, INV-27).

SQLite checks foreign keys only where a connection asks for it, and INSERT OR REPLACE removes a row without firing a
delete trigger; so on SQLite the triggers below repeat what the foreign keys say, and refuse to insert over a row.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, text

# Every unique key of a table whose rows are never changed: an insert that meets one is refused before it can replace.
APPEND_ONLY: dict[str, tuple[tuple[str, ...], ...]] = {
    "store": (("id",),),
    "raw_mail": (("sha256",),),
    "findings": (("id",),),
    "case_warnings": (("id",), ("customer_id", "stage", "sent_on")),
    "decisions": (("id",), ("body", "minute", "customer_id")),
    "decided_measures": (("id",), ("decision_id", "measure")),
    "decision_letters": (("id",),),
    "restrictions": (("id",), ("decision_id", "measure")),
    "liftings": (("id",),),
    "rulings": (("id",),),
    "merges": (("id",),),
    "enforcement_switches": (("id",),),
    "audit_entries": (("id",), ("previous",), ("hash",)),
}

# Rows that change in life, but are never deleted: mail, people, the queue.
NEVER_DELETED = ("contacts", "customers", "shunts", "queue_items", "flags", "officers", "diverts", "rule_changes")

# Unique keys of those, by which an INSERT OR REPLACE could remove a row.
KEYS_OF_KEPT: dict[str, tuple[tuple[str, ...], ...]] = {
    "contacts": (("id",), ("sha256",)),
    "customers": (("id",), ("reference",)),
    "shunts": (("id",), ("sha256",)),
    "queue_items": (("id",), ("contact_id",), ("shunt_id",)),
    "flags": (("id",),),
    "officers": (("id",), ("username",)),
    "diverts": (("id",), ("contact_id",)),
    "rule_changes": (("id",),),
}

NO_RESTRICTION = "no restriction without a recorded decision of the council and its letter sent"
SEALED = "measures cannot be added to a decision once it is recorded"
DATES = "a date must be written as YYYY-MM-DD"
CLOCK = "only a rehearsal store has a clock to be put"
NOT_ITS_OWN = "what is recorded of a contact that came in is not rewritten"


@dataclass(frozen=True, slots=True)
class Guard:
    """One trigger: its name, its table, and the statements that make it."""

    name: str
    table: str
    statements: tuple[str, ...]


def _dates_ok(*columns: str) -> str:
    return " OR ".join(f"NEW.{c} IS NOT date(NEW.{c})" for c in columns)


def _sqlite(name: str, table: str, when: str, condition: str, message: str) -> Guard:
    where = f" WHEN {condition}" if condition else ""
    quoted = message.replace("'", "''")
    body = f"BEGIN SELECT RAISE(ABORT, '{quoted}'); END"
    return Guard(name, table, (f"CREATE TRIGGER {name} {when} ON {table}{where} {body}",))


def _sqlite_no_replace(table: str, keys: tuple[tuple[str, ...], ...]) -> Iterator[Guard]:
    for number, key in enumerate(keys):
        same = " AND ".join(f"{column} IS NOT NULL AND {column} = NEW.{column}" for column in key)
        condition = f"EXISTS (SELECT 1 FROM {table} WHERE {same})"
        name = f"guard_{table}_no_replace_{number}"
        yield _sqlite(name, table, "BEFORE INSERT", condition, f"UNIQUE: a row of {table} is never replaced")


_DECIDED = """EXISTS (SELECT 1 FROM decided_measures m
 JOIN decisions d ON d.id = m.decision_id AND d.customer_id = m.customer_id
 JOIN decision_letters l ON l.decision_id = d.id
 WHERE d.id = NEW.decision_id AND d.customer_id = NEW.customer_id AND m.measure = NEW.measure
 AND m.starts_on = NEW.starts_on AND m.ends_on = NEW.ends_on AND l.id = NEW.letter_id)"""

_ROOM = """(SELECT count(*) FROM decided_measures m WHERE m.decision_id = NEW.decision_id)
 < coalesce((SELECT d.measure_count FROM decisions d
 WHERE d.id = NEW.decision_id AND d.customer_id = NEW.customer_id), 0)"""

_IS_REHEARSAL = "EXISTS (SELECT 1 FROM store WHERE kind = 'rehearsal')"


def sqlite_guards() -> Iterator[Guard]:
    for table, keys in APPEND_ONLY.items():
        yield _sqlite(f"guard_{table}_no_update", table, "BEFORE UPDATE", "", f"{table} is append-only")
        yield _sqlite(f"guard_{table}_no_delete", table, "BEFORE DELETE", "", f"{table} is append-only")
        yield from _sqlite_no_replace(table, keys)
    for table in NEVER_DELETED:
        yield _sqlite(f"guard_{table}_no_delete", table, "BEFORE DELETE", "", f"a row of {table} is never deleted")
        yield from _sqlite_no_replace(table, KEYS_OF_KEPT[table])
    checks = [
        ("guard_restrictions_decided", "restrictions", f"NOT {_DECIDED}", NO_RESTRICTION),
        ("guard_decided_measures_sealed", "decided_measures", f"NOT {_ROOM}", SEALED),
        ("guard_decisions_dates", "decisions", _dates_ok("decided_on"), DATES),
        ("guard_decided_measures_dates", "decided_measures", _dates_ok("starts_on", "ends_on", "review_on"), DATES),
        ("guard_decision_letters_dates", "decision_letters", _dates_ok("sent_on"), DATES),
        ("guard_restrictions_dates", "restrictions", _dates_ok("starts_on", "ends_on"), DATES),
        ("guard_liftings_dates", "liftings", _dates_ok("lifted_on"), DATES),
        ("guard_rehearsal_clock_insert", "rehearsal_clock", f"NOT {_IS_REHEARSAL}", CLOCK),
    ]
    for name, table, condition, message in checks:
        yield _sqlite(name, table, "BEFORE INSERT", condition, message)
    rewritten = "OLD.sha256 IS NOT NEW.sha256 OR OLD.at IS NOT NEW.at OR OLD.direction IS NOT NEW.direction"
    yield _sqlite("guard_contacts_bytes", "contacts", "BEFORE UPDATE", rewritten, NOT_ITS_OWN)


def _postgres(name: str, table: str, when: str, condition: str, message: str) -> Guard:
    quoted = message.replace("'", "''")
    check = f"IF {condition} THEN RAISE EXCEPTION '{quoted}'; END IF;" if condition else f"RAISE EXCEPTION '{quoted}';"
    function = (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $guard$ BEGIN {check} RETURN NEW; END $guard$"
    )
    each = "STATEMENT" if when.endswith("TRUNCATE") else "ROW"
    trigger = f"CREATE TRIGGER {name} {when} ON {table} FOR EACH {each} EXECUTE FUNCTION {name}()"
    # ALWAYS: also where a session poses as a replica (session_replication_role), which skips ordinary triggers.
    return Guard(name, table, (function, trigger, f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"))


def postgres_guards() -> Iterator[Guard]:
    for table in APPEND_ONLY:
        message = f"{table} is append-only"
        yield _postgres(f"guard_{table}_append_only", table, "BEFORE UPDATE OR DELETE", "", message)
        yield _postgres(f"guard_{table}_no_truncate", table, "BEFORE TRUNCATE", "", message)
    for table in NEVER_DELETED:
        message = f"a row of {table} is never deleted"
        yield _postgres(f"guard_{table}_no_delete", table, "BEFORE DELETE", "", message)
        yield _postgres(f"guard_{table}_no_truncate", table, "BEFORE TRUNCATE", "", message)
    checks = [
        ("guard_restrictions_decided", "restrictions", f"NOT {_DECIDED}", NO_RESTRICTION),
        ("guard_decided_measures_sealed", "decided_measures", f"NOT {_ROOM}", SEALED),
        ("guard_rehearsal_clock_insert", "rehearsal_clock", f"NOT {_IS_REHEARSAL}", CLOCK),
    ]
    for name, table, condition, message in checks:
        yield _postgres(name, table, "BEFORE INSERT", condition, message)
    rewritten = (
        "OLD.sha256 IS DISTINCT FROM NEW.sha256 OR OLD.at IS DISTINCT FROM NEW.at"
        " OR OLD.direction IS DISTINCT FROM NEW.direction"
    )
    yield _postgres("guard_contacts_bytes", "contacts", "BEFORE UPDATE", rewritten, NOT_ITS_OWN)


def guards(dialect: str) -> list[Guard]:
    return list(sqlite_guards() if dialect == "sqlite" else postgres_guards())


def create_guards(connection: Connection) -> None:
    for guard in guards(connection.dialect.name):
        for statement in guard.statements:
            connection.exec_driver_sql(statement)


def missing_guards(connection: Connection) -> list[str]:
    """Names of the guards that are not in place as they were made: somebody took a lock off."""
    wanted = guards(connection.dialect.name)
    if connection.dialect.name == "sqlite":
        made = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
        found = {row.name: row.sql for row in made}
        return [g.name for g in wanted if found.get(g.name) != g.statements[0]]
    rows = connection.execute(
        text(
            "SELECT t.tgname, c.relname, t.tgenabled, p.prosrc FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " JOIN pg_proc p ON p.oid = t.tgfoid WHERE NOT t.tgisinternal"
        )
    )
    standing = {(name, table): (enabled, body.strip()) for name, table, enabled, body in rows}
    return [g.name for g in wanted if standing.get((g.name, g.table)) != ("A", _body_of(g))]


def _body_of(guard: Guard) -> str:
    return guard.statements[0].split("$guard$")[1].strip()
