"""Lock 2 of the gate, attacked by hand-written SQL on both databases.

Either the database refuses, or, where its owner took the locks off, nothing of it is ever acted upon.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import DBAPIError

from bot.bootstrap import App
from bot.enforcement.apply import switch, wanted_rules
from bot.learning.thresholds import set_threshold
from bot.queue import put, rule, rule_on_finding
from bot.work import SERVICE
from models.case import Stage
from models.contact import Contact, ContactFinding
from models.customer import Customer
from models.decision import Decision, DecisionLetter, Measure, Restriction
from models.errors import DecisionNotRecorded
from models.in_force import InForce, restrictions_in_force
from models.migrations.guards import APPEND_ONLY, KEYS_OF_KEPT, guards, missing_guards
from models.queue import Lane, Outcome
from tests.builders import (
    CLERK,
    a_contact,
    a_customer,
    a_decision,
    a_letter,
    a_restriction,
    a_store,
    a_term,
    a_warning,
    as_minuted,
    lifted,
    put_clock,
)
from tests.contract.attackers import OnPostgres, OnSqlite, an_attacker, put_the_locks_back, take_the_locks_off
from tests.contract.rulings_of_people import put_what_people_said

Raw = OnSqlite | OnPostgres

DAY = date(2026, 3, 2)  # the day of every store of these tests
END = date(2026, 9, 2)


@pytest.fixture
def app(tmp_path: Path, database_url: str) -> Iterator[App]:
    with a_store(tmp_path, url=database_url) as app:
        yield app


@pytest.fixture
def sqlite_app(tmp_path: Path) -> Iterator[App]:
    with a_store(tmp_path) as app:
        yield app


@pytest.fixture
def postgres_app(tmp_path: Path, postgres_url: str) -> Iterator[App]:
    with a_store(tmp_path, url=postgres_url) as app:
        yield app


def in_force(app: App, day: date = DAY) -> InForce:
    with app.look() as session:
        return restrictions_in_force(session, day, app.seal, app.policy.reviews_demanded)


def binding(app: App, day: date = DAY) -> list[int]:
    return [r.id for r in in_force(app, day).binding]


def missing(app: App) -> list[str]:
    with app.engine.connect() as connection:
        return missing_guards(connection)


def a_row_of_everything(app: App) -> Restriction:
    """One restriction in force, one lifted, and at least one row in each table that is append-only or kept."""
    one, other = a_customer(app), a_customer(app)
    a_warning(app, one, stage=Stage.INITIAL, sent_on=DAY)
    lifted(app, a_restriction(app, other))
    restriction = a_restriction(app, one)
    contact = a_contact(app, one, sender="resident@penrose.example", restriction=restriction)
    another = a_contact(app, one, sender="resident@penrose.example", restriction=restriction)
    with app.begin(CLERK) as work:
        switch(work, on=True)
        kept = work.session.get_one(Contact, contact.id)
        finding = ContactFinding(about="kind", label="comment", score=0.9, seen_by="a test")
        kept.findings.append(finding)
        item = put(work, kept, lane=Lane.NAMED_OFFICER, reasons=["for a test"], must_attest=True)
        rule(work, item, outcome=Outcome.AGREE)
        rule_on_finding(work, finding, outcome=Outcome.AGREE)
        set_threshold(work, "kind", "comment", 0.5, reason="for a test", policy=app.policy)
        further = work.session.get_one(Contact, another.id)
        put_what_people_said(work.session, work.now, one, other, kept, further)
        work.note("for.a.test", kept)
    return restriction


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

RESTRICTION = (
    "INSERT INTO restrictions (id, decision_id, customer_id, measure, starts_on, ends_on, letter_id)"
    " VALUES (50, {decision}, {customer}, {measure}, {starts}, {ends}, {letter})"
)
AS_DECIDED = {
    "decision": "1",
    "customer": "1",
    "measure": "'email_block'",
    "starts": f"'{DAY}'",
    "ends": f"'{END}'",
    "letter": "1",
}
MEASURE = (
    "INSERT INTO decided_measures (id, decision_id, customer_id, measure, starts_on, ends_on, review_on)"
    " VALUES (60, {decision}, {customer}, {measure}, {starts}, {ends}, {review})"
)
DECISION = (
    "INSERT INTO decisions (id, customer_id, body, minute, decided_on, resolution, subject_matter, named_officer,"
    " policy_version, measure_count, recorded_by, recorded_at, exception)"
    " VALUES (70, {customer}, {body}, {minute}, {on}, 'resolved', 'a lamp', 'M. Hosking', 'v1', {count},"
    f" 'nobody', '{DAY} 12:00:00', '')"
)
A_DECISION = {"customer": "1", "body": "'Full Council'", "minute": "'2026/900'", "on": f"'{DAY}'", "count": "1"}
LETTER = (
    "INSERT INTO decision_letters (id, decision_id, sent_on, sent_by, how, recorded_by, recorded_at)"
    f" VALUES (80, {{decision}}, {{on}}, {{by}}, 'by post', 'nobody', '{DAY} 12:00:00')"
)
A_LETTER = {"decision": "1", "on": f"'{DAY}'", "by": "'R. Trelawny'"}

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


def two_decided(app: App) -> None:
    """Two people, each with a decision, a letter and a restriction: numbers 1 and 2."""
    for _ in range(2):
        a_restriction(app, a_customer(app))


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


# --- 4. What the database takes, because it is consistent, and nobody decided ----------------------------------------


def a_whole_forgery(raw: Raw) -> None:
    """Every row that a decision leaves, right in form: for the database nothing is amiss."""
    raw.do(DECISION.format(**A_DECISION))
    raw.do(MEASURE.format(**{**AS_DECIDED, "decision": "70", "review": f"'{END}'"}))
    raw.do(LETTER.format(**{**A_LETTER, "decision": "70"}))
    raw.do(RESTRICTION.format(**{**AS_DECIDED, "decision": "70", "letter": "80"}))


def test_a_forged_decision_is_not_acted_upon(app: App) -> None:
    a_customer(app)
    with an_attacker(app) as raw:
        a_whole_forgery(raw)
    found = in_force(app)
    assert not found.binding
    assert found.doubtful == ((50, "its decision is not in the sealed audit trail"),)


def test_a_forged_decision_with_a_forged_trail_is_not_acted_upon(app: App) -> None:
    """Whoever has the database but not the key can reckon the digests and the chain, and not the seal."""
    a_customer(app)
    with an_attacker(app) as raw:
        a_whole_forgery(raw)
    forged = app.begin(SERVICE)
    with forged as work:
        work.seal = lambda text: text[::-1]
        decision, letter = work.session.get_one(Decision, 70), work.session.get_one(DecisionLetter, 80)
        restriction = work.session.get_one(Restriction, 50)
        work.note("decision.record", decision, digest=decision.digest())
        work.note("decision.letter_sent", letter, digest=letter.digest())
        work.note("restriction.impose", restriction, digest=restriction.digest())
    found = in_force(app)
    assert not found.binding
    assert found.doubtful == ((50, "its decision is not in the sealed audit trail"),)


def test_a_switch_thrown_by_hand_does_not_switch_enforcement_on(app: App) -> None:
    a_restriction(app, a_customer(app))
    with an_attacker(app) as raw:
        on = "1" if raw.dialect == "sqlite" else "true"
        columns = 'id, switched_on, at, "by"'
        raw.do(f"INSERT INTO enforcement_switches ({columns}) VALUES (1, {on}, '{DAY} 12:00:00', 'x')")
    with app.begin(SERVICE) as work:
        assert not wanted_rules(work, app.policy, ())


# --- 5. The owner takes the locks off --------------------------------------------------------------------------------

TAMPERING: dict[str, list[str]] = {
    "another person": [f"UPDATE {t} SET customer_id = 2" for t in ("decisions", "decided_measures", "restrictions")],
    "another person, in the restriction only": ["UPDATE restrictions SET customer_id = 2"],
    "a longer term": [f"UPDATE {t} SET ends_on = '2030-01-01'" for t in ("decided_measures", "restrictions")],
    "a longer term, in the restriction only": ["UPDATE restrictions SET ends_on = '2030-01-01'"],
    "another measure": [f"UPDATE {t} SET measure = 'written_only'" for t in ("decided_measures", "restrictions")],
    "other words": ["UPDATE decisions SET resolution = 'RESOLVED otherwise'"],
    "another minute": ["UPDATE decisions SET minute = '2026/901'"],
    "another day": ["UPDATE decisions SET decided_on = '2026-01-05'"],
    "another letter's day": ["UPDATE decision_letters SET sent_on = '2026-03-01'"],
    "the decision gone": ["DELETE FROM decisions"],
    "the measures gone": ["DELETE FROM decided_measures"],
    "the letter gone": ["DELETE FROM decision_letters"],
    "one measure more": [
        "UPDATE decisions SET measure_count = 2",
        MEASURE.format(**{**AS_DECIDED, "measure": "'written_only'", "review": f"'{END}'"}),
    ],
    "another number": ["UPDATE restrictions SET id = 77"],
    "the trail gone": ["DELETE FROM audit_entries WHERE verb = 'decision.record'"],
    "the whole trail gone": ["DELETE FROM audit_entries"],
    "the trail's digest changed": ["UPDATE audit_entries SET digest = 'x' WHERE verb = 'restriction.impose'"],
    "the trail's actor changed": ["UPDATE audit_entries SET actor = 'somebody' WHERE verb = 'decision.letter_sent'"],
    "the trail's seal changed": ["UPDATE audit_entries SET seal = 'x' WHERE verb = 'decision.record'"],
}


@pytest.mark.parametrize("what", TAMPERING)
def test_what_was_changed_with_the_locks_off_binds_nobody(app: App, what: str) -> None:
    restriction = a_restriction(app, a_customer(app))
    a_customer(app)
    assert binding(app) == [restriction.id]
    with an_attacker(app) as raw:
        take_the_locks_off(raw)
        for statement in TAMPERING[what]:
            raw.do(statement)
        found = in_force(app)
        assert not found.binding
        assert len(found.doubtful) == 1
        assert set(missing(app)) >= {guard.name for guard in guards(raw.dialect)}
        put_the_locks_back(raw)
    assert not missing(app)
    assert not binding(app)


UNREADABLE = {
    "a date that is none": ("restrictions", "starts_on", "'2026-02-31'"),
    "words for a date": ("restrictions", "ends_on", "'whenever'"),
    "bytes for a date": ("restrictions", "ends_on", "x'ff'"),
    "an unknown measure": ("restrictions", "measure", "'shunning'"),
    "bytes for words": ("decisions", "resolution", "cast(x'ff' AS TEXT)"),
    "no count": ("decisions", "measure_count", "'many'"),
    "a decision's day that is none": ("decisions", "decided_on", "'the ides'"),
    "an unknown measure decided": ("decided_measures", "measure", "'shunning'"),
    "a letter's day that is none": ("decision_letters", "sent_on", "0"),
    "a trail without a time": ("audit_entries", "at", "'then'"),
    "a trail without detail": ("audit_entries", "detail", "'{'"),
}


@pytest.mark.parametrize("what", UNREADABLE)
def test_what_cannot_be_read_binds_nobody_and_stops_nothing(sqlite_app: App, what: str) -> None:
    """One row spoilt must not keep the rule of another, lifted or ended, on the server (INV-07)."""
    table, column, value = UNREADABLE[what]
    spoilt = a_restriction(sqlite_app, a_customer(sqlite_app))
    with an_attacker(sqlite_app) as raw:
        take_the_locks_off(raw)
        where = "" if table == "audit_entries" else "WHERE id = 1"
        raw.do(f"UPDATE {table} SET {column} = {value} {where}")
        put_the_locks_back(raw)
    if table != "audit_entries":
        sound = a_restriction(sqlite_app, a_customer(sqlite_app))
        assert binding(sqlite_app) == [sound.id]
    assert spoilt.id not in binding(sqlite_app)


LIFTING_UNDONE = {
    "the lifting gone": ["DELETE FROM liftings"],
    "the lifting put off": ["UPDATE liftings SET lifted_on = '2030-01-01'"],
    "the lifting given to another": ["UPDATE liftings SET restriction_id = 2"],
    "the restriction under another number": ["UPDATE restrictions SET id = 77 WHERE id = 1"],
    "the lifting and its trail gone": [
        "DELETE FROM liftings",
        "DELETE FROM audit_entries WHERE verb = 'restriction.lift'",
    ],
}


@pytest.mark.parametrize("what", LIFTING_UNDONE)
def test_a_lifting_undone_by_hand_stays_done(app: App, what: str) -> None:
    restriction = a_restriction(app, a_customer(app))
    lifted(app, restriction)
    a_customer(app)
    assert not binding(app)
    with an_attacker(app) as raw:
        take_the_locks_off(raw)
        for statement in LIFTING_UNDONE[what]:
            raw.do(statement)
        assert not binding(app)
        put_the_locks_back(raw)
    assert not binding(app)


def test_a_lifted_restriction_copied_under_a_new_number_binds_nobody(app: App) -> None:
    lifted(app, a_restriction(app, a_customer(app)))
    with an_attacker(app) as raw:
        take_the_locks_off(raw)
        if raw.dialect == "sqlite":
            raw.do("CREATE TABLE copied AS SELECT * FROM restrictions")
            raw.do("DROP TABLE restrictions")
            raw.do("ALTER TABLE copied RENAME TO restrictions")
        else:
            raw.do("ALTER TABLE restrictions DROP CONSTRAINT uq_restrictions_decision_id_measure")
        raw.do(
            "INSERT INTO restrictions SELECT 2, decision_id, customer_id, measure, starts_on, ends_on, letter_id"
            " FROM restrictions"
        )
    found = in_force(app)
    assert not found.binding
    assert found.doubtful == ((2, "it is not in the sealed audit trail itself"),)


def test_an_off_switch_taken_out_by_hand_leaves_enforcement_off(app: App) -> None:
    a_restriction(app, a_customer(app))
    for on in (True, False):
        with app.begin(CLERK) as work:
            switch(work, on=on)
    with an_attacker(app) as raw:
        take_the_locks_off(raw)
        raw.do("DELETE FROM enforcement_switches WHERE id = 2")
        put_the_locks_back(raw)
    with app.begin(SERVICE) as work:
        assert not wanted_rules(work, app.policy, ())


# --- 6. A lock that is off is seen -----------------------------------------------------------------------------------


def test_every_guard_stands_in_a_new_store(app: App) -> None:
    assert not missing(app)


def test_every_guard_that_is_dropped_is_named(app: App) -> None:
    with an_attacker(app) as raw:
        for guard in guards(raw.dialect):
            raw.do(f"DROP TRIGGER {guard.name}" + ("" if raw.dialect == "sqlite" else f" ON {guard.table}"))
            assert missing(app)[-1] == guard.name or guard.name in missing(app)
        assert missing(app) == [guard.name for guard in guards(raw.dialect)]


def test_a_guard_rewritten_to_let_everything_through_is_named(app: App) -> None:
    name, table = "guard_restrictions_decided", "restrictions"
    with an_attacker(app) as raw:
        if raw.dialect == "sqlite":
            raw.do(f"DROP TRIGGER {name}")
            raw.do(f"CREATE TRIGGER {name} BEFORE INSERT ON {table} BEGIN SELECT 1; END")
        else:
            raw.do(f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'")
    assert missing(app) == [name]


def test_sqlite_guards_taken_out_of_its_own_catalogue_are_named(sqlite_app: App) -> None:
    with an_attacker(sqlite_app) as raw:
        raw.do("PRAGMA writable_schema = ON")
        raw.do("DELETE FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'decisions'")
    named = missing(sqlite_app)
    assert named
    assert all("guard_decisions" in name for name in named)


POSTGRES_LOCKS_OFF = {
    "disabled": ("ALTER TABLE restrictions DISABLE TRIGGER guard_restrictions_decided", "guard_restrictions_decided"),
    "no longer for replicas": (
        "ALTER TABLE restrictions ENABLE TRIGGER guard_restrictions_decided",
        "guard_restrictions_decided",
    ),
    "only for replicas": (
        "ALTER TABLE restrictions ENABLE REPLICA TRIGGER guard_restrictions_decided",
        "guard_restrictions_decided",
    ),
    "another path": (
        "ALTER FUNCTION guard_restrictions_decided() SET search_path = evil, public",
        "guard_restrictions_decided",
    ),
    "a path forgotten": ("ALTER FUNCTION guard_restrictions_decided() RESET search_path", "guard_restrictions_decided"),
    "a rule": ("CREATE RULE no AS ON INSERT TO liftings DO INSTEAD NOTHING", "liftings_has_rules"),
    "a policy": ("CREATE POLICY p ON liftings USING (false)", "liftings_has_policies"),
    "a child": ("CREATE TABLE child () INHERITS (restrictions)", "restrictions_has_children"),
}


@pytest.mark.parametrize("how", POSTGRES_LOCKS_OFF)
def test_a_postgres_lock_that_does_not_lock_is_named(postgres_app: App, how: str) -> None:
    statement, name = POSTGRES_LOCKS_OFF[how]
    with an_attacker(postgres_app) as raw:
        raw.do(statement)
    assert missing(postgres_app) == [name]


def test_a_postgres_guard_made_narrower_is_named(postgres_app: App) -> None:
    name = "guard_decisions_append_only"
    with an_attacker(postgres_app) as raw:
        for narrower in ("BEFORE DELETE", "BEFORE UPDATE OF body OR DELETE", "AFTER UPDATE OR DELETE"):
            raw.do(f"DROP TRIGGER {name} ON decisions")
            raw.do(f"CREATE TRIGGER {name} {narrower} ON decisions FOR EACH ROW EXECUTE FUNCTION {name}()")
            raw.do(f"ALTER TABLE decisions ENABLE ALWAYS TRIGGER {name}")
            assert missing(postgres_app) == [name], narrower


def test_a_trigger_that_swallows_liftings_is_named(app: App) -> None:
    with an_attacker(app) as raw:
        if raw.dialect == "sqlite":
            raw.do("CREATE TRIGGER quiet BEFORE INSERT ON liftings BEGIN SELECT RAISE(IGNORE); END")
        else:
            raw.do("CREATE FUNCTION quiet() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'")
            raw.do("CREATE TRIGGER quiet BEFORE INSERT ON liftings FOR EACH ROW EXECUTE FUNCTION quiet()")
    assert missing(app) == ["liftings_has_trigger_quiet"]


# --- 7. Time ---------------------------------------------------------------------------------------------------------


def test_a_restriction_binds_from_its_first_day_to_the_day_before_its_end(app: App) -> None:
    a_restriction(app, a_customer(app), starts_on=date(2026, 3, 5), ends_on=date(2026, 6, 1))
    days = [date(2026, 3, 4), date(2026, 3, 5), date(2026, 5, 31), date(2026, 6, 1)]
    assert [bool(binding(app, day)) for day in days] == [False, True, True, False]


def test_a_restriction_waits_for_the_day_its_letter_was_sent(app: App) -> None:
    decision = a_decision(app, a_customer(app), as_minuted(on=DAY, terms=(a_term(DAY),)))
    put_clock(app, DAY + timedelta(days=3))
    a_letter(app, decision)
    assert not binding(app, DAY + timedelta(days=2))
    assert binding(app, DAY + timedelta(days=3))


def test_a_customer_renumbered_is_no_way_to_another_person(app: App) -> None:
    a_restriction(app, a_customer(app))
    with an_attacker(app) as raw:
        assert raw.refused("UPDATE customers SET id = 99 WHERE id = 1")
    with app.look() as session:
        assert session.get(Customer, 1) is not None
