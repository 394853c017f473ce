"""Lock 2 of the gate, attacked by hand-written SQL on both databases: what the database itself refuses."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import DBAPIError

from bot.bootstrap import App
from bot.work import SERVICE
from models.decision import Decision, DecisionLetter, Measure, Restriction
from models.errors import DecisionNotRecorded
from models.migrations.guards import APPEND_ONLY, KEYS_OF_KEPT
from tests.builders import a_contact, a_customer, a_decision, a_letter
from tests.contract.attackers import OnPostgres, an_attacker
from tests.contract.gate_attacks import (
    A_DECISION,
    A_LETTER,
    AS_DECIDED,
    DAY,
    DECISION,
    END,
    LETTER,
    MEASURE,
    RESTRICTION,
    Raw,
    a_row_of_everything,
    binding,
    missing,
    two_decided,
)

# --- 1. Type ---------------------------------------------------------------------------------------------------------


def test_only_a_decision_builds_a_restriction() -> None:
    with pytest.raises(DecisionNotRecorded):
        Restriction(
            decision_id=1,
            customer_id=1,
            measure=Measure.EMAIL_BLOCK,
            starts_on=DAY,
            ends_on=END,
            letter_id=1,
            built_by=object(),
        )


def test_a_decision_gives_no_restriction_that_it_does_not_contain(app: App) -> None:
    decision = a_decision(app, a_customer(app))
    a_letter(app, decision)
    with app.look() as session:
        found, letter = session.get_one(Decision, decision.id), session.get_one(DecisionLetter, 1)
        with pytest.raises(DecisionNotRecorded, match="does not contain"):
            found.restriction(Measure.WRITTEN_ONLY, letter)


def test_a_decision_gives_no_restriction_for_the_letter_of_another(app: App) -> None:
    first, second = a_decision(app, a_customer(app)), a_decision(app, a_customer(app))
    a_letter(app, first)
    with app.look() as session:
        letter = session.get_one(DecisionLetter, 1)
        with pytest.raises(DecisionNotRecorded, match="not that of decision"):
            session.get_one(Decision, second.id).restriction(Measure.EMAIL_BLOCK, letter)


def test_a_bulk_insert_that_never_builds_an_object_meets_the_database(app: App) -> None:
    customer = a_customer(app)
    row = {"decision_id": 1, "customer_id": customer.id, "measure": Measure.EMAIL_BLOCK, "letter_id": 1}
    unbuilt = insert(Restriction).values(**row, starts_on=DAY, ends_on=END)
    with pytest.raises(DBAPIError, match="no restriction without"), app.begin(SERVICE) as work:
        work.session.execute(unbuilt)
    assert not binding(app)


# --- 2. What is there stays as it is ---------------------------------------------------------------------------------


def everything(raw: Raw) -> dict[str, list[tuple[object, ...]]]:
    return {table: raw.rows(table) for table in (*APPEND_ONLY, *KEYS_OF_KEPT)}


def test_no_statement_changes_or_removes_a_row_of_the_record(app: App) -> None:
    a_row_of_everything(app)
    with an_attacker(app) as raw:
        before = everything(raw)
        assert all(before[table] for table in APPEND_ONLY), "every table must hold a row for this to mean something"
        for table in APPEND_ONLY:
            for column in raw.columns(table):
                quoted = f'"{column}"'
                assert raw.refused(f"UPDATE {table} SET {quoted} = {quoted}"), f"{table}.{column} could be updated"
            assert raw.refused(f"DELETE FROM {table}"), f"{table} could be deleted from"
        for table in KEYS_OF_KEPT:
            if before[table]:
                assert raw.refused(f"DELETE FROM {table}"), f"{table} could be deleted from"
        assert everything(raw) == before


def test_sqlite_replaces_no_row_by_inserting_over_it(sqlite_app: App) -> None:
    a_row_of_everything(sqlite_app)
    with an_attacker(sqlite_app) as raw:
        before = everything(raw)
        for table, rows in before.items():
            columns = ", ".join(f'"{c}"' for c in raw.columns(table))
            for verb in ("INSERT OR REPLACE", "REPLACE", "INSERT OR IGNORE", "INSERT OR FAIL", "INSERT OR ROLLBACK"):
                refused = raw.refused(f"{verb} INTO {table} ({columns}) SELECT {columns} FROM {table}")
                assert refused or verb == "INSERT OR IGNORE" or not rows, f"{verb} {table}"
            first = raw.columns(table)[0]
            raw.refused(
                f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {table} WHERE true"
                f' ON CONFLICT DO UPDATE SET "{first}" = "{first}"'
            )
        assert everything(raw) == before


def test_sqlite_replaces_no_row_by_its_hidden_number(sqlite_app: App) -> None:
    a_row_of_everything(sqlite_app)
    with an_attacker(sqlite_app) as raw:
        before = raw.rows("raw_mail")
        assert raw.refused(
            "INSERT OR REPLACE INTO raw_mail (rowid, sha256, content, size, kept_at)"
            " SELECT rowid, 'ff', x'00', 1, kept_at FROM raw_mail LIMIT 1"
        )
        assert raw.rows("raw_mail") == before


@pytest.mark.parametrize("number", ["1", "'1'", "1.0", "' 1 '", "x'31'"])
def test_sqlite_replaces_no_row_by_its_number_in_whatever_shape(sqlite_app: App, number: str) -> None:
    a_row_of_everything(sqlite_app)
    with an_attacker(sqlite_app) as raw:
        before = everything(raw)
        for table in ("restrictions", "decisions", "liftings", "customers"):
            columns = [c for c in raw.columns(table) if c != "id"]
            named = ", ".join(f'"{c}"' for c in columns)
            raw.refused(
                f"INSERT OR REPLACE INTO {table} (id, {named}) SELECT {number}, {named} FROM {table} WHERE id = 2"
            )
        assert everything(raw)["restrictions"] == before["restrictions"]
        assert [row for row in raw.rows("customers") if row in before["customers"]] == before["customers"]
        assert everything(raw)["decisions"] == before["decisions"]
        assert [row for row in raw.rows("liftings") if row in before["liftings"]] == before["liftings"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE OR REPLACE customers SET id = 1 WHERE id = 2",
        "UPDATE OR REPLACE customers SET reference = (SELECT reference FROM customers WHERE id = 1) WHERE id = 2",
        "UPDATE customers SET id = id + 1000",
        "UPDATE OR REPLACE contacts SET id = 1 WHERE id = 2",
        "UPDATE OR REPLACE queue_items SET id = id + 5",
        "UPDATE contacts SET sha256 = 'ab'",
        "UPDATE contacts SET at = '2020-01-01 00:00:00'",
        "UPDATE contacts SET direction = 'out'",
    ],
)
def test_no_record_takes_the_number_or_key_of_another(app: App, statement: str) -> None:
    a_row_of_everything(app)
    a_contact(app, None, sender="other@trewin.example")
    if app.engine.dialect.name == "postgresql":
        statement = statement.replace("UPDATE OR REPLACE", "UPDATE")
    with an_attacker(app) as raw:
        before = everything(raw)
        assert raw.refused(statement)
        assert everything(raw) == before


def test_postgres_truncates_and_copies_over_nothing(postgres_app: App) -> None:
    a_row_of_everything(postgres_app)
    with an_attacker(postgres_app) as raw:
        assert isinstance(raw, OnPostgres)
        before = everything(raw)
        for table in before:
            for how in ("", " CASCADE", " RESTART IDENTITY CASCADE"):
                assert raw.refused(f"TRUNCATE {table}{how}"), f"TRUNCATE {table}{how}"
        assert raw.copy_in("restrictions", f"99\t1\t1\temail_block\t{DAY}\t2030-01-01\t1\n")
        assert raw.copy_in("decided_measures", f"99\t1\t1\twritten_only\t{DAY}\t{END}\t{END}\t\n")
        for table in APPEND_ONLY:
            columns = raw.columns(table)
            key = columns[0]
            assert raw.refused(
                f"INSERT INTO {table} SELECT * FROM {table}"
                f' ON CONFLICT ("{key}") DO UPDATE SET "{key}" = EXCLUDED."{key}"'
            )
        assert everything(raw) == before


# --- 3. What is not decided does not come in -------------------------------------------------------------------------

NOT_DECIDED = [
    {"decision": "99"},
    {"customer": "2"},
    {"decision": "2"},
    {"measure": "'written_only'"},
    {"measure": "NULL"},
    {"starts": "'2026-03-01'"},
    {"ends": "'2027-03-02'"},
    {"ends": "NULL"},
    {"letter": "NULL"},
    {"letter": "99"},
    {"letter": "2"},
    {"decision": "NULL"},
    {"customer": "NULL"},
    {},  # as decided, but a second time
]


def test_no_restriction_comes_in_that_is_not_as_decided(app: App) -> None:
    two_decided(app)
    with an_attacker(app) as raw:
        before = raw.rows("restrictions")
        for but in NOT_DECIDED:
            statement = RESTRICTION.format(**{**AS_DECIDED, **but})
            assert raw.refused(statement), but
            if raw.dialect == "sqlite":
                assert raw.refused(statement.replace("INSERT", "INSERT OR REPLACE", 1)), but
                raw.refused(statement.replace("INSERT", "INSERT OR IGNORE", 1))
        assert raw.rows("restrictions") == before
    assert binding(app) == [1, 2]


def test_a_restriction_waits_for_its_letter(app: App) -> None:
    a_decision(app, a_customer(app))
    with an_attacker(app) as raw:
        assert raw.refused(RESTRICTION.format(**AS_DECIDED))
        assert raw.refused(RESTRICTION.format(**{**AS_DECIDED, "letter": "NULL"}))


def test_no_measure_is_added_to_a_recorded_decision(app: App) -> None:
    two_decided(app)
    with an_attacker(app) as raw:
        for measure in ("'written_only'", "'email_block'", "'shunning'"):
            assert raw.refused(MEASURE.format(**{**AS_DECIDED, "measure": measure, "review": f"'{END}'"})), measure


def test_two_at_once_add_no_more_measures_than_were_decided(postgres_app: App) -> None:
    a_customer(postgres_app)
    terms = {**AS_DECIDED, "decision": "70", "review": f"'{END}'"}
    with an_attacker(postgres_app) as one, an_attacker(postgres_app) as other:
        one.do(DECISION.format(**A_DECISION))
        one.do("BEGIN")
        one.do(MEASURE.format(**terms))
        other.do("SET lock_timeout = '200ms'")
        second = MEASURE.format(**{**terms, "measure": "'written_only'"}).replace("(60,", "(61,")
        assert "lock timeout" in other.refused(second)
        one.do("COMMIT")
        assert other.refused(second)


WRONG_DATES = [
    "NULL",
    "''",
    "'2026-9-1'",
    "'soon'",
    "'now'",
    "'2026-13-01'",
    "'20260901'",
    "x'323032362d30392d3031'",
    "20260901",
    "2461285.5",
    "'2026-09-01 00:00'",
]


def test_sqlite_takes_only_real_dates(sqlite_app: App) -> None:
    a_customer(sqlite_app)
    with an_attacker(sqlite_app) as raw:
        for wrong in WRONG_DATES:
            assert raw.refused(DECISION.format(**{**A_DECISION, "on": wrong})), wrong
        raw.do(DECISION.format(**A_DECISION))
        for wrong in WRONG_DATES:
            for column in ("starts", "ends", "review"):
                terms = {**AS_DECIDED, "decision": "70", "review": f"'{END}'", column: wrong}
                assert raw.refused(MEASURE.format(**terms)), f"{column} {wrong}"
            assert raw.refused(LETTER.format(**{**A_LETTER, "decision": "70", "on": wrong})), wrong


NO_DECISION = [
    {"body": "''"},
    {"body": "'  '"},
    {"body": "NULL"},
    {"minute": "' '"},
    {"minute": "NULL"},
    {"on": "NULL"},
    {"count": "0"},
    {"count": "-1"},
    {"count": "NULL"},
    {"customer": "99"},
    {"customer": "NULL"},
]


def test_no_decision_comes_in_without_who_what_and_when(app: App) -> None:
    a_customer(app)
    with an_attacker(app) as raw:
        for but in NO_DECISION:
            assert raw.refused(DECISION.format(**{**A_DECISION, **but})), but
        assert not raw.rows("decisions")


def test_sqlite_takes_only_a_number_for_the_number_of_measures(sqlite_app: App) -> None:
    a_customer(sqlite_app)
    with an_attacker(sqlite_app) as raw:
        for count in ("'x'", "x'01'", "1.5"):
            assert raw.refused(DECISION.format(**{**A_DECISION, "count": count})), count


BACKWARDS = [
    {"starts": "'2026-03-01'"},  # before the decision
    {"ends": f"'{DAY}'"},
    {"ends": "'2026-02-01'"},
    {"review": f"'{DAY}'"},
    {"review": "'2026-12-01'"},
]


def test_a_measure_runs_forward_from_its_decision(app: App) -> None:
    a_customer(app)
    terms = {**AS_DECIDED, "decision": "70", "review": f"'{END}'"}
    with an_attacker(app) as raw:
        raw.do(DECISION.format(**A_DECISION))
        for but in BACKWARDS:
            assert raw.refused(MEASURE.format(**{**terms, **but})), but
        assert not raw.refused(MEASURE.format(**terms))


def test_no_letter_comes_in_without_a_decision_before_it(app: App) -> None:
    a_decision(app, a_customer(app))
    with an_attacker(app) as raw:
        for but in ({"decision": "99"}, {"on": "'2026-03-01'"}, {"by": "' '"}, {"by": "NULL"}):
            assert raw.refused(LETTER.format(**{**A_LETTER, **but})), but


def test_a_real_store_is_never_made_a_rehearsal(app: App) -> None:
    with an_attacker(app) as raw:
        for statement in (
            "UPDATE store SET kind = 'rehearsal'",
            "DELETE FROM store",
            f"INSERT INTO store (id, kind, council, made_at) VALUES (2, 'rehearsal', 'x', '{DAY} 12:00:00')",
            f"INSERT INTO rehearsal_clock (id, at) VALUES (1, '{DAY} 12:00:00')",
        ):
            assert raw.refused(statement), statement
        if raw.dialect == "sqlite":
            assert raw.refused(
                f"INSERT OR REPLACE INTO store (id, kind, council, made_at) VALUES (1, 'rehearsal', 'x', '{DAY}')"
            )


def test_an_audit_entry_follows_the_one_before_it(app: App) -> None:
    a_customer(app)
    entry = (
        "INSERT INTO audit_entries (id, at, actor, verb, subject, detail, digest, previous, hash, seal)"
        f" VALUES ({{id}}, '{DAY} 12:00:00', 'a', 'v', 's', '{{{{}}}}', '', {{previous}}, 'abc', 'def')"
    )
    last = "(SELECT hash FROM audit_entries WHERE id = 2)"
    with an_attacker(app) as raw:
        assert len(raw.rows("audit_entries")) == 2
        assert raw.refused(entry.format(id="1", previous=last))
        assert raw.refused(entry.format(id="4", previous=last))
        assert raw.refused(entry.format(id="NULL", previous=last))
        assert raw.refused(entry.format(id="0", previous=f"'{'0' * 64}'"))
        assert raw.refused(entry.format(id="3", previous=f"'{'0' * 64}'"))


def test_temporary_tables_do_not_stand_in_for_the_real_ones(app: App) -> None:
    two_decided(app)
    with an_attacker(app) as raw:
        for table in ("decisions", "decided_measures", "decision_letters", "store"):
            raw.do(f"CREATE TEMPORARY TABLE {table} AS SELECT * FROM {table}")
        raw.do("UPDATE decisions SET measure_count = 9, customer_id = 2 WHERE id = 1")
        raw.do("UPDATE decided_measures SET customer_id = 2, ends_on = '2030-01-01' WHERE id = 1")
        raw.do("UPDATE store SET kind = 'rehearsal'")
        home = "main" if raw.dialect == "sqlite" else "public"
        longer = {**AS_DECIDED, "customer": "2", "ends": "'2030-01-01'"}
        more = {**AS_DECIDED, "measure": "'written_only'", "review": f"'{END}'"}
        assert raw.refused(RESTRICTION.format(**longer).replace("INTO ", f"INTO {home}."))
        assert raw.refused(MEASURE.format(**more).replace("INTO ", f"INTO {home}."))
        assert raw.refused(f"INSERT INTO {home}.rehearsal_clock (id, at) VALUES (1, '{DAY} 12:00:00')")
    assert binding(app) == [1, 2]


def test_another_schema_or_database_does_not_stand_in_for_the_real_one(app: App, tmp_path: Path) -> None:
    two_decided(app)
    with an_attacker(app) as raw:
        if raw.dialect == "sqlite":
            raw.do("ATTACH ? AS evil", [str(tmp_path / "evil.db")])
        else:
            raw.do("CREATE SCHEMA evil")
        for table in ("decisions", "decided_measures", "decision_letters"):
            raw.do(f"CREATE TABLE evil.{table} AS SELECT * FROM {table}")
        raw.do("UPDATE evil.decisions SET measure_count = 9")
        if raw.dialect == "postgresql":
            raw.do("SET search_path = evil, public")
        more = {**AS_DECIDED, "measure": "'written_only'", "review": f"'{END}'"}
        home = "main" if raw.dialect == "sqlite" else "public"
        assert raw.refused(MEASURE.format(**more).replace("INTO ", f"INTO {home}."))
    assert not missing(app)
