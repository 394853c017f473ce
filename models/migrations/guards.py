"""Lock 2 of the gate, in the database's own language: what no hand-written SQL may do either (INV-01, INV-27).

SQLite checks foreign keys and CHECKs only where a connection wishes it, and OR REPLACE removes a row without firing a
delete trigger; so on SQLite the triggers below repeat what keys and CHECKs say, and refuse to write over a row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, inspect, text

# Every unique key of a table whose rows are never changed: an insert that meets one is refused before it can replace.
APPEND_ONLY: dict[str, tuple[tuple[str, ...], ...]] = {
    "store": (("id",),),
    "raw_mail": (("sha256",), ("rowid",)),  # its key is a text: SQLite gives it a number of its own beside it
    "findings": (("id",),),
    "prints": (("print", "day", "contact_id"),),
    "case_warnings": (("id",), ("customer_id", "stage", "sent_on")),
    "decisions": (("id",), ("body", "minute", "customer_id")),
    "decided_measures": (("id",), ("decision_id", "measure")),
    "decision_letters": (("id",),),
    "restrictions": (("id",), ("decision_id", "measure")),
    "liftings": (("id",),),
    "rulings": (("id",), ("item_id", "flag_id", "outcome", "at")),
    "finding_rulings": (("id",),),
    "matter_rulings": (("id",),),
    "identity_rulings": (("id",),),
    "associate_rulings": (("id",),),
    "authorities": (("id",),),
    "authority_withdrawals": (("id",), ("authority_id",)),
    "copies": (("contact_id",),),
    "set_thresholds": (("id",),),
    "merges": (("id",),),
    "enforcement_switches": (("id",),),
    "cases": (("id",), ("reference",)),
    "case_steps": (("id",),),
    "information_requests": (("id",), ("reference",)),
    "request_steps": (("id",),),
    "papers": (("sha256",), ("rowid",)),
    "letters_sent": (("letter_id",),),
    "letter_events": (("id",),),
    "meetings": (("id",), ("body", "held_on", "called_off")),
    "register_views": (("id",),),
    "register_grants": (("id",),),
    "breaches": (("id",),),
    "breach_answers": (("id",),),
    "audit_entries": (("id",), ("previous",), ("hash",)),
}

# Rows that change in life, but are never deleted: mail, people, the queue.
NEVER_DELETED = (
    "contacts",
    "customers",
    "issues",
    "shunts",
    "queue_items",
    "flags",
    "officers",
    "diverts",
    "rule_changes",
    "letters",
)

# Unique keys of those, by which an INSERT OR REPLACE could remove a row.
KEYS_OF_KEPT: dict[str, tuple[tuple[str, ...], ...]] = {
    "contacts": (("id",), ("sha256",)),
    "customers": (("id",), ("reference",)),
    "issues": (("id",),),
    "shunts": (("id",), ("sha256",)),
    "queue_items": (("id",), ("contact_id",), ("shunt_id",)),
    "flags": (("id",),),
    "officers": (("id",), ("username",)),
    "diverts": (("id",), ("contact_id",)),
    "rule_changes": (("id",),),
    "letters": (("id",),),
}

NO_RESTRICTION = "no restriction without a recorded decision of the council and its letter sent"
SEALED = "measures cannot be added to a decision once it is recorded"
DATES = "a date must be written as YYYY-MM-DD"
ORDER = "a measure starts on or after the day it was decided, and ends and is reviewed after that"
WORDS = "a decision, a letter and a lifting name who, what and why"
NEXT = "an audit entry follows the one before it"
NUMBER = "the number of a record never changes: others are known by it"
CLOCK = "only a rehearsal store has a clock to be put"
SENT = "a letter that was sent is never changed"
NOT_ITS_OWN = "what is recorded of a contact that came in is not rewritten"


@dataclass(frozen=True, slots=True)
class Guard:
    """One trigger: its name, its table, and the statements that make it. `column`: one it reads that came later."""

    name: str
    table: str
    statements: tuple[str, ...]
    column: str = ""


def _dates_ok(*columns: str) -> str:
    return " OR ".join(f"NEW.{c} IS NOT date(NEW.{c})" for c in columns)


def _no_words(*columns: str) -> str:
    return " OR ".join(f"typeof(NEW.{c}) <> 'text' OR length(trim(NEW.{c})) = 0" for c in columns)


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


def _sqlite_no_overrun(table: str, keys: tuple[tuple[str, ...], ...]) -> Iterator[Guard]:
    """UPDATE OR REPLACE would remove the row whose key is taken over, and fire no delete trigger."""
    yield _sqlite(f"guard_{table}_number", table, "BEFORE UPDATE", "OLD.id IS NOT NEW.id", NUMBER)
    for number, key in enumerate(keys):
        if key != ("id",):
            same = " AND ".join(f"{column} = NEW.{column}" for column in key)
            condition = f"EXISTS (SELECT 1 FROM {table} WHERE {same} AND id <> OLD.id)"
            name = f"guard_{table}_no_overrun_{number}"
            yield _sqlite(name, table, "BEFORE UPDATE", condition, f"UNIQUE: a row of {table} is never replaced")


_DECIDED = """EXISTS (SELECT 1 FROM decided_measures m
 JOIN decisions d ON d.id = m.decision_id AND d.customer_id = m.customer_id
 JOIN decision_letters l ON l.decision_id = d.id
 WHERE d.id = NEW.decision_id AND d.customer_id = NEW.customer_id AND m.measure = NEW.measure
 AND m.starts_on = NEW.starts_on AND m.ends_on = NEW.ends_on AND l.id = NEW.letter_id)"""

_ROOM = """(SELECT count(*) FROM decided_measures m WHERE m.decision_id = NEW.decision_id)
 < coalesce((SELECT d.measure_count FROM decisions d
 WHERE d.id = NEW.decision_id AND d.customer_id = NEW.customer_id), 0)"""

_IN_ORDER = """(NEW.starts_on < NEW.ends_on AND NEW.review_on > NEW.starts_on AND NEW.review_on <= NEW.ends_on
 AND EXISTS (SELECT 1 FROM decisions d WHERE d.id = NEW.decision_id AND d.decided_on <= NEW.starts_on))"""

_IN_WORDS = """'generic_inbox', 'limited_calls', 'limited_letters', 'limited_premises', 'discretionary_services',
 'external_body'"""
_KNOWN = f"""'email_block', 'single_point_of_contact', 'telephone_refusal', 'no_further_correspondence', 'written_only',
 'file_without_reply', {_IN_WORDS}"""
_NO_TERMS = f"typeof(NEW.terms) <> 'text' OR (NEW.measure IN ({_IN_WORDS}) AND length(trim(NEW.terms)) = 0)"
_IS_CUSTOMER = "EXISTS (SELECT 1 FROM customers c WHERE c.id = NEW.customer_id)"
_IS_DECISION = "EXISTS (SELECT 1 FROM decisions d WHERE d.id = NEW.decision_id AND d.decided_on <= NEW.sent_on)"
# Two look-ups by number: an aggregate inside a condition would read the whole history for each new entry.
_IS_NEXT = """EXISTS (SELECT 1 WHERE NEW.id = coalesce((SELECT max(id) FROM audit_entries), 0) + 1 AND NEW.previous =
 coalesce((SELECT a.hash FROM audit_entries a ORDER BY a.id DESC LIMIT 1),
 '0000000000000000000000000000000000000000000000000000000000000000'))"""
_IS_NEXT_OF_FEW = """EXISTS (SELECT 1 FROM (SELECT coalesce(max(id), 0) AS last FROM audit_entries) t
 WHERE NEW.id = t.last + 1 AND NEW.previous = coalesce((SELECT a.hash FROM audit_entries a WHERE a.id = t.last),
 '0000000000000000000000000000000000000000000000000000000000000000'))"""
_IS_SENT = "EXISTS (SELECT 1 FROM letters_sent s WHERE s.letter_id = OLD.id)"
_IS_DRAFT = "EXISTS (SELECT 1 FROM letters l WHERE l.id = NEW.letter_id AND l.withdrawn_at IS NULL)"
_IS_REHEARSAL = "EXISTS (SELECT 1 FROM store WHERE id = 1 AND kind = 'rehearsal')"


def append_only_on_sqlite(tables: Mapping[str, tuple[tuple[str, ...], ...]]) -> Iterator[Guard]:
    """For each table, with its unique keys: no row is changed, taken out, or written over."""
    for table, keys in tables.items():
        yield _sqlite(f"guard_{table}_no_update", table, "BEFORE UPDATE", "", f"{table} is append-only")
        yield _sqlite(f"guard_{table}_no_delete", table, "BEFORE DELETE", "", f"{table} is append-only")
        yield from _sqlite_no_replace(table, keys)


def append_only_on_postgres(tables: Iterable[str]) -> Iterator[Guard]:
    for table in tables:
        message = f"{table} is append-only"
        yield _postgres(f"guard_{table}_append_only", table, "BEFORE UPDATE OR DELETE", "", message)
        yield _postgres(f"guard_{table}_no_truncate", table, "BEFORE TRUNCATE", "", message)


def refused_at_insert(dialect: str, name: str, table: str, condition: str, message: str) -> Guard:
    """No row is put in for which the condition holds."""
    make = _sqlite if dialect == "sqlite" else _postgres
    return make(name, table, "BEFORE INSERT", condition, message)


def audit_goes_on(dialect: str) -> Guard:
    """An audit entry follows the one before it; of another store than the council's record, whose history is short."""
    return refused_at_insert(dialect, "guard_audit_entries_next", "audit_entries", f"NOT {_IS_NEXT_OF_FEW}", NEXT)


def sqlite_guards() -> Iterator[Guard]:
    yield from append_only_on_sqlite(APPEND_ONLY)
    for table in NEVER_DELETED:
        yield _sqlite(f"guard_{table}_no_delete", table, "BEFORE DELETE", "", f"a row of {table} is never deleted")
        yield from _sqlite_no_replace(table, KEYS_OF_KEPT[table])
        yield from _sqlite_no_overrun(table, KEYS_OF_KEPT[table])
    said = ("body", "minute", "resolution", "subject_matter", "named_officer", "policy_version", "recorded_by")
    checks = [
        ("guard_restrictions_decided", "restrictions", f"NOT {_DECIDED}", NO_RESTRICTION),
        ("guard_decided_measures_sealed", "decided_measures", f"NOT {_ROOM}", SEALED),
        ("guard_decisions_dates", "decisions", _dates_ok("decided_on"), DATES),
        ("guard_decided_measures_dates", "decided_measures", _dates_ok("starts_on", "ends_on", "review_on"), DATES),
        ("guard_decision_letters_dates", "decision_letters", _dates_ok("sent_on"), DATES),
        ("guard_restrictions_dates", "restrictions", _dates_ok("starts_on", "ends_on"), DATES),
        ("guard_liftings_dates", "liftings", _dates_ok("lifted_on"), DATES),
        ("guard_decided_measures_order", "decided_measures", f"NOT {_IN_ORDER}", ORDER),
        ("guard_decided_measures_known", "decided_measures", f"NEW.measure NOT IN ({_KNOWN})", SEALED),
        ("guard_decisions_words", "decisions", _no_words(*said), WORDS),
        ("guard_decision_letters_words", "decision_letters", _no_words("sent_by", "how", "recorded_by"), WORDS),
        ("guard_liftings_words", "liftings", _no_words("reason", "by"), WORDS),
        (
            "guard_decisions_count",
            "decisions",
            "typeof(NEW.measure_count) <> 'integer' OR NEW.measure_count < 1",
            SEALED,
        ),
        ("guard_decisions_customer", "decisions", f"NOT {_IS_CUSTOMER}", NO_RESTRICTION),
        ("guard_decision_letters_decision", "decision_letters", f"NOT {_IS_DECISION}", NO_RESTRICTION),
        ("guard_audit_entries_next", "audit_entries", f"NOT {_IS_NEXT}", NEXT),
        ("guard_store_one", "store", "NEW.id <> 1", "there is one store"),
        ("guard_rehearsal_clock_insert", "rehearsal_clock", f"NEW.id <> 1 OR NOT {_IS_REHEARSAL}", CLOCK),
    ]
    for name, table, condition, message in checks:
        yield _sqlite(name, table, "BEFORE INSERT", condition, message)
    terms = _sqlite("guard_decided_measures_terms", "decided_measures", "BEFORE INSERT", _NO_TERMS, WORDS)
    yield replace(terms, column="terms")
    rewritten = "OLD.sha256 IS NOT NEW.sha256 OR OLD.at IS NOT NEW.at OR OLD.direction IS NOT NEW.direction"
    yield _sqlite("guard_letters_sent", "letters", "BEFORE UPDATE", _IS_SENT, SENT)
    yield _sqlite("guard_letters_sent_draft", "letters_sent", "BEFORE INSERT", f"NOT {_IS_DRAFT}", SENT)
    yield _sqlite("guard_contacts_bytes", "contacts", "BEFORE UPDATE", rewritten, NOT_ITS_OWN)


def _postgres(name: str, table: str, when: str, condition: str, message: str, first: str = "") -> Guard:
    quoted = message.replace("'", "''")
    check = f"IF {condition} THEN RAISE EXCEPTION '{quoted}'; END IF;" if condition else f"RAISE EXCEPTION '{quoted}';"
    # The path is taken from create_guards, so that nobody's temporary table is read in the place of the real one.
    function = (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT"
        f" AS $guard$ BEGIN {first}{check} RETURN NEW; END $guard$"
    )
    each = "STATEMENT" if when.endswith("TRUNCATE") else "ROW"
    trigger = f"CREATE TRIGGER {name} {when} ON {table} FOR EACH {each} EXECUTE FUNCTION {name}()"
    # ALWAYS: also where a session poses as a replica (session_replication_role), which skips ordinary triggers.
    return Guard(name, table, (function, trigger, f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"))


def postgres_guards() -> Iterator[Guard]:
    yield from append_only_on_postgres(APPEND_ONLY)
    for table in NEVER_DELETED:
        message = f"a row of {table} is never deleted"
        yield _postgres(f"guard_{table}_no_delete", table, "BEFORE DELETE", "", message)
        yield _postgres(f"guard_{table}_no_truncate", table, "BEFORE TRUNCATE", "", message)
        yield _postgres(f"guard_{table}_number", table, "BEFORE UPDATE", "OLD.id IS DISTINCT FROM NEW.id", NUMBER)
    # One at a time: two that add a measure to one decision at once would each count without the other's.
    alone = "PERFORM 1 FROM decisions WHERE id = NEW.decision_id FOR UPDATE; "
    checks = [
        ("guard_restrictions_decided", "restrictions", f"NOT {_DECIDED}", NO_RESTRICTION, ""),
        ("guard_decided_measures_sealed", "decided_measures", f"NOT {_ROOM}", SEALED, alone),
        ("guard_decided_measures_order", "decided_measures", f"NOT {_IN_ORDER}", ORDER, ""),
        ("guard_decisions_customer", "decisions", f"NOT {_IS_CUSTOMER}", NO_RESTRICTION, ""),
        ("guard_decision_letters_decision", "decision_letters", f"NOT {_IS_DECISION}", NO_RESTRICTION, ""),
        ("guard_audit_entries_next", "audit_entries", f"NOT {_IS_NEXT}", NEXT, ""),
        ("guard_rehearsal_clock_insert", "rehearsal_clock", f"NOT {_IS_REHEARSAL}", CLOCK, ""),
    ]
    for name, table, condition, message, first in checks:
        yield _postgres(name, table, "BEFORE INSERT", condition, message, first)
    rewritten = (
        "OLD.sha256 IS DISTINCT FROM NEW.sha256 OR OLD.at IS DISTINCT FROM NEW.at"
        " OR OLD.direction IS DISTINCT FROM NEW.direction"
    )
    yield _postgres("guard_letters_sent", "letters", "BEFORE UPDATE", _IS_SENT, SENT)
    yield _postgres("guard_letters_sent_draft", "letters_sent", "BEFORE INSERT", f"NOT {_IS_DRAFT}", SENT)
    yield _postgres("guard_contacts_bytes", "contacts", "BEFORE UPDATE", rewritten, NOT_ITS_OWN)


def guards(dialect: str) -> list[Guard]:
    return list(sqlite_guards() if dialect == "sqlite" else postgres_guards())


def create_guards(connection: Connection, wanted: Sequence[Guard] | None = None) -> None:
    """Put every guard in place whose table is there and that is not: each migration calls it for its own tables.

    `wanted`: another store's than the council's record.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true)"))
    found, standing = inspect(connection), _names_of_triggers(connection)
    tables = set(found.get_table_names())
    for guard in guards(connection.dialect.name) if wanted is None else wanted:
        if guard.table not in tables or guard.name in standing:
            continue
        # A migration before the one that adds the column leaves the guard to that one.
        if not guard.column or guard.column in {c["name"] for c in found.get_columns(guard.table)}:
            for statement in guard.statements:
                connection.exec_driver_sql(statement)


def _names_of_triggers(connection: Connection) -> set[str]:
    if connection.dialect.name == "sqlite":
        return set(connection.scalars(text("SELECT name FROM main.sqlite_master WHERE type = 'trigger'")))
    return {row.tgname for row in connection.execute(text(_STANDING))}


def missing_guards(connection: Connection, wanted: list[Guard] | None = None) -> list[str]:
    """Names of the guards that are not in place as they were made, and of what stands there that is none of them."""
    wanted = guards(connection.dialect.name) if wanted is None else wanted
    if connection.dialect.name == "sqlite":
        made = connection.execute(text("SELECT name, tbl_name, sql FROM main.sqlite_master WHERE type = 'trigger'"))
        found = {row.name: row for row in made}
        missing = [g.name for g in wanted if g.name not in found or found[g.name].sql != g.statements[0]]
        return missing + _strangers(wanted, {name: row.tbl_name for name, row in found.items()})
    standing = {row.tgname: (row.relname, *row[2:]) for row in connection.execute(text(_STANDING))}
    missing = [g.name for g in wanted if standing.get(g.name) != (g.table, "A", _kind(g), _body_of(g), True)]
    missing += [f"{row.relname}_has_{row.what}" for row in connection.execute(text(_BESIDE))]
    return missing + _strangers(wanted, {name: row[0] for name, row in standing.items()})


def _strangers(wanted: list[Guard], found: dict[str, str]) -> list[str]:
    """A trigger that is not ours can swallow a lifting."""
    ours, tables = {g.name for g in wanted}, {g.table for g in wanted}
    return [f"{table}_has_trigger_{name}" for name, table in found.items() if table in tables and name not in ours]


# A child table's rows are read with its parent's, but neither its triggers nor its keys hold for them; a rule or a
# row policy can make rows unseen.
_BESIDE = """SELECT c.relname, x.what FROM pg_catalog.pg_class c JOIN (
 SELECT inhparent AS oid, 'children' AS what FROM pg_catalog.pg_inherits
 UNION SELECT ev_class, 'rules' FROM pg_catalog.pg_rewrite UNION SELECT polrelid, 'policies' FROM pg_catalog.pg_policy
 ) x ON x.oid = c.oid
 WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' ORDER BY 1, 2"""

_STANDING = """SELECT t.tgname, c.relname, t.tgenabled, t.tgtype, p.prosrc,
 l.lanname = 'plpgsql' AND t.tgqual IS NULL AND t.tgattr = '' AND c.relkind = 'r' AND p.proconfig =
 ARRAY['search_path=' || quote_ident(current_schema()) || ', pg_temp']
 FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
 JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid JOIN pg_catalog.pg_language l ON l.oid = p.prolang
 WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace"""

# pg_trigger.tgtype: row 1, before 2, insert 4, delete 8, update 16, truncate 32.
_BITS = {"BEFORE": 2, "INSERT": 4, "DELETE": 8, "UPDATE": 16, "TRUNCATE": 32, "ROW": 1}


def _kind(guard: Guard) -> int:
    head = guard.statements[1].partition(" EXECUTE ")[0]
    return sum(bit for word, bit in _BITS.items() if f" {word}" in head)


def _body_of(guard: Guard) -> str:
    return guard.statements[0].split("$guard$")[1]
