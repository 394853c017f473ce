"""Lock 2 of the gate, where its owner took the locks off: nothing of what was written is acted upon, and it is seen."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.bootstrap import App
from bot.enforcement.apply import switch, wanted_rules
from bot.work import SERVICE
from models.customer import Customer
from models.decision import Decision, DecisionLetter, Restriction
from models.migrations.guards import guards
from tests.builders import CLERK, a_customer, a_decision, a_letter, a_restriction, a_term, as_minuted, lifted, put_clock
from tests.contract.attackers import an_attacker, put_the_locks_back, take_the_locks_off
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
    binding,
    in_force,
    missing,
)

# --- 1. What the database takes, because it is consistent, and nobody decided ----------------------------------------


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


# --- 2. The owner takes the locks off --------------------------------------------------------------------------------

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


# --- 3. A lock that is off is seen -----------------------------------------------------------------------------------


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


# --- 4. Time ---------------------------------------------------------------------------------------------------------


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
