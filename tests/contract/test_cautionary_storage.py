"""The cautionary store attacked by hand-written SQL, on both databases; and that it is a database of its own."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from bot import audit
from bot.bootstrap import App
from bot.commands.cautionary import in_doubt
from bot.registers import cautionary as verbs
from bot.registers.cautionary_store import KEPT, cautionary_guards_off
from bot.store import StoreError
from models.cautionary import CautionaryBase, CautionaryRelease
from models.cautionary_standing import State
from models.errors import EvenhandError, NotAllowed, SettingsError
from models.migrations.cautionary import TABLES, cautionary_guards
from models.records import metadata
from models.store import StoreKind
from models.view import Register
from tests.builders import CLERK, NAMED_OFFICER, a_store
from tests.contract.attackers import OnPostgres, OnSqlite, an_attacker
from tests.named import a_live_entry, a_proposal, about, an_incident, how_they_stand, let_in, name_to, proof, proposed
from tests.servers.postgres import Postgres

Raw = OnSqlite | OnPostgres
INCIDENT = (
    "INSERT INTO incidents (id, happened_on, nature, words, place, reported_by, reported_on, source, injury, "
    "recorded_by, recorded_at) VALUES (70, '2026-03-01', 'threat', 'x', 'x', 'x', '2026-03-02', 'x', 'none', 'x', "
    "'2026-03-02 12:00:00')"
)
ENTRY = (
    "INSERT INTO entries (id, reference, whom, name, address, address_known, incident_id, reason, category, age_group, "
    "age_reason, seen_by, proposed_on, review_on, ends_on, policy_version, proposed_by, proposed_as, proposed_at) "
    "VALUES (70, 'CC-2026-070', {whom}, {name}, {address}, 'x', {incident}, 'x', 'high', {age}, 'x', '[]', "
    "'2026-03-02', {review}, {ends}, '1', 'x', 'x', '2026-03-02 12:00:00')"
)
AN_ENTRY = {"whom": "'person'", "name": "'Jory Tremayne'", "address": "''", "incident": "1", "age": "'adult'",
            "review": "'2026-09-02'", "ends": "'2027-03-02'"}  # fmt: skip
ACT = (
    'INSERT INTO acts (id, entry_id, kind, on_day, "by", by_as, words, at) VALUES '
    "(70, {entry}, '{kind}', '2026-03-02', '{by}', 'x', 'x', '2026-03-02 12:00:00')"
)


@pytest.fixture(params=["sqlite", "postgres"])
def app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[App]:
    """A store whose cautionary register is kept in the one kind of database, and in the other."""
    with a_store(tmp_path) as app:
        let_in(app)
        name_to(app, Register.CAUTIONARY, CLERK, NAMED_OFFICER)
        if request.param == "sqlite":
            yield app
            return
        server: Postgres = request.getfixturevalue("postgres")
        url = server.empty_database()
        app.settings = replace(app.settings, store=replace(app.settings.store, cautionary_url=url))
        yield app
        server.drop(url)


@contextmanager
def an_attacker_within(app: App) -> Iterator[Raw]:
    """Everything that a connection can switch off is off."""
    url = make_url(app.settings.store.cautionary_url)
    if url.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(str(url.database), isolation_level=None, timeout=5)) as connection:
            for pragma in ("foreign_keys=OFF", "ignore_check_constraints=ON", "recursive_triggers=OFF"):
                connection.execute(f"PRAGMA {pragma}")
            yield OnSqlite(connection)
        return
    address = f"host={url.host} port={url.port} user={url.username} dbname={url.database}"
    with psycopg.connect(address, autocommit=True) as made:
        made.execute("SET session_replication_role = replica")
        yield OnPostgres(made)


def a_row_of_everything(app: App) -> None:
    a_live_entry(app)
    name = proof(app, CLERK, Register.CAUTIONARY)
    with app.cautionary(CLERK) as work:
        verbs.log_look(work, name, how="listed", entries=1, purpose="for a test")
        row = CautionaryRelease(at=work.now, by="x", words="x", name="x", media_type="x", sha256="x", content=b"x")
        work.session.add(row)
        work.session.flush()
        work.note("for.a.test", row)


def guards_off(app: App) -> list[str]:
    with app.cautionary(CLERK) as work:
        return cautionary_guards_off(work.session.connection())


def test_nothing_in_it_is_changed_or_taken_out_by_any_statement(app: App) -> None:
    a_row_of_everything(app)
    with an_attacker_within(app) as raw:
        for table, keys in TABLES.items():
            before = raw.rows(table)
            assert before, table
            column, key = raw.columns(table)[-1], keys[0][0]
            assert raw.refused(f"UPDATE {table} SET {column} = {column}"), table
            assert raw.refused(f"DELETE FROM {table}"), table
            if raw.dialect == "sqlite":
                assert raw.refused(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}"), table
                assert raw.refused(f"UPDATE OR REPLACE {table} SET {key} = 1"), table
            else:
                assert raw.refused(f"TRUNCATE {table} CASCADE"), table
            assert raw.rows(table) == before, table
    assert guards_off(app) == []
    with app.cautionary(CLERK) as work:
        assert audit.verify(work.session, app.seal, kept=KEPT).holds


@pytest.mark.parametrize(
    "change",
    [
        {"whom": "'premises'"},  # premises with a name
        {"name": "''"},  # a person without one
        {"ends": "NULL"},  # open-ended
        {"ends": "'2026-03-02'"},
        {"review": "'2027-04-01'"},  # reviewed after it ends
        {"incident": "99"},  # resting on nothing
    ],
)
def test_the_database_itself_refuses_an_entry_that_is_none(app: App, change: dict[str, str]) -> None:
    an_incident(app)
    with an_attacker_within(app) as raw:
        assert raw.refused(ENTRY.format(**{**AN_ENTRY, **change}))
        assert raw.rows("entries") == []


def test_the_database_itself_refuses_an_approval_by_who_proposed_the_entry(app: App) -> None:
    entry = proposed(app, a_proposal(an_incident(app)))
    with an_attacker_within(app) as raw:
        for by, number in ((NAMED_OFFICER.name, entry.id), ("somebody", 99)):
            assert raw.refused(ACT.format(entry=number, kind="approved", by=by))


def test_an_entry_and_an_approval_put_in_by_hand_are_never_live(app: App) -> None:
    real = proposed(app, a_proposal(an_incident(app)))
    with an_attacker_within(app) as raw:
        raw.do(INCIDENT)
        raw.do(ENTRY.format(**{**AN_ENTRY, "incident": "70"}))
        raw.do(ACT.format(entry=70, kind="approved", by="somebody"))
        raw.do(ACT.format(entry=real.id, kind="approved", by="somebody").replace("(70,", "(71,", 1))
    assert how_they_stand(app) == dict.fromkeys([real.reference, "CC-2026-070"], "doubtful, not shown")


TAMPERED = {
    "another person": "UPDATE entries SET name = 'Loveday Rowe'",
    "a longer time": "UPDATE entries SET ends_on = '2031-03-02'",
    "another incident's words": "UPDATE incidents SET words = 'x'",
    "the trail of the approval gone": "DELETE FROM audit_entries WHERE verb = 'cautionary.approve'",
}


@pytest.mark.parametrize("how", TAMPERED)
def test_an_entry_changed_with_the_locks_off_is_not_shown(app: App, how: str) -> None:
    entry = a_live_entry(app)
    tampered(app, TAMPERED[how])
    assert how_they_stand(app) == {entry.reference: "doubtful, not shown"}
    assert not verified(app).holds


FORGED = ("removed", "rejected", "told", "reviewed")


@pytest.mark.parametrize("kind", FORGED)
def test_an_act_put_in_by_hand_removes_nothing_tells_nobody_and_moves_no_review(app: App, kind: str) -> None:
    entry = a_live_entry(app)
    statement = ACT.format(entry=entry.id, kind=kind, by="somebody").replace("at)", "at, review_on)", 1)
    with an_attacker_within(app) as raw:
        raw.do(statement.removesuffix(")") + ", '2027-03-01')")
    with about(app, entry.reference) as (work, _, found):
        assert (found.state, found.told, found.review_on) == (State.LIVE, "", entry.review_on)
        assert "cautionary verify" in in_doubt(work)
    assert verified(app).unknown == ("CautionaryAct:70",)


def test_an_end_brought_forward_by_hand_hides_no_entry_in_silence(app: App) -> None:
    entry = a_live_entry(app)
    tampered(app, "UPDATE entries SET review_on = '2026-03-02', ends_on = '2026-03-02', proposed_on = '2026-03-01'")
    assert how_they_stand(app) == {entry.reference: "doubtful, not shown"}


def tampered(app: App, statement: str) -> None:
    with an_attacker_within(app) as raw:
        locks_off(raw)
        raw.do(statement)
        locks_back(raw)


def verified(app: App) -> audit.Verified:
    with app.cautionary(CLERK) as work:
        return audit.verify(work.session, app.seal, kept=KEPT)


NAMED = {
    "CautionaryEntry:1": "UPDATE entries SET ends_on = '2031-03-02'",
    "Incident:1": "UPDATE incidents SET words = 'x'",
    "CautionaryAct:1": "UPDATE acts SET by_as = 'x'",
    "CautionaryAct of CautionaryEntry:1": "DELETE FROM acts",
    "CautionaryView:1": "UPDATE views SET purpose = 'x'",
    "CautionaryRelease:1": "DELETE FROM releases",
}


@pytest.mark.parametrize("record", NAMED)
def test_the_check_of_its_history_names_what_was_changed_or_taken_out(app: App, record: str) -> None:
    a_row_of_everything(app)
    assert verified(app).holds
    tampered(app, NAMED[record])
    assert record in verified(app).unknown


def test_a_removal_undone_by_hand_stays_done(app: App) -> None:
    entry = a_live_entry(app)
    with about(app, entry.reference) as (work, name, found):
        verbs.remove(work, name, found, title="Town Clerk", words="moved away")
    with an_attacker_within(app) as raw:
        locks_off(raw)
        raw.do("DELETE FROM acts WHERE kind = 'removed'")
        locks_back(raw)
    assert how_they_stand(app) == {entry.reference: "removed"}
    assert guards_off(app) == []


def locks_off(raw: Raw) -> None:
    for guard in cautionary_guards(raw.dialect):
        if raw.dialect == "sqlite":
            raw.do(f"DROP TRIGGER {guard.name}")
        else:
            raw.do(f"ALTER TABLE {guard.table} DISABLE TRIGGER ALL")


def locks_back(raw: Raw) -> None:
    if raw.dialect == "postgresql":
        for table in TABLES:
            raw.do(f"ALTER TABLE {table} ENABLE TRIGGER ALL")
    for guard in cautionary_guards(raw.dialect):
        raw.do(guard.statements[-1])


def test_every_guard_that_is_dropped_is_named(app: App) -> None:
    an_incident(app)
    with an_attacker_within(app) as raw:
        wanted = cautionary_guards(raw.dialect)
        for guard in wanted:
            raw.do(f"DROP TRIGGER {guard.name}" + ("" if raw.dialect == "sqlite" else f" ON {guard.table}"))
    assert sorted(guards_off(app)) == sorted(guard.name for guard in wanted)


# --- a database of its own -------------------------------------------------------------------------------------------


def test_the_two_stores_share_no_table_but_the_form_of_their_trails() -> None:
    assert set(CautionaryBase.metadata.tables) & set(metadata.tables) == set()
    assert {table for table in TABLES if table in metadata.tables} == {"audit_entries"}


def test_it_is_not_made_in_a_database_that_holds_something_else(tmp_path: Path, postgres_url: str) -> None:
    """Nor in the council's own where that is told by another name."""
    with a_store(tmp_path, url=postgres_url) as app:
        other = postgres_url.replace("127.0.0.1", "localhost")
        for url, error in ((postgres_url, SettingsError), (other, EvenhandError)):
            app.settings = replace(app.settings, store=replace(app.settings.store, cautionary_url=url))
            with pytest.raises(error), app.cautionary(CLERK):
                pass


def test_a_rehearsal_never_writes_into_the_register_of_a_real_store(tmp_path: Path) -> None:
    with a_store(tmp_path / "real") as real, real.cautionary(CLERK):
        pass
    with a_store(tmp_path / "practice", kind=StoreKind.REHEARSAL) as app:
        url = f"sqlite:///{tmp_path / 'real' / 'cautionary.db'}"
        app.settings = replace(app.settings, store=replace(app.settings.store, cautionary_url=url))
        with pytest.raises(StoreError), app.cautionary(CLERK):
            pass


def test_another_key_does_not_open_it(tmp_path: Path) -> None:
    with a_store(tmp_path) as app:
        with app.cautionary(CLERK):
            pass
        app.seal = lambda text: text[::-1]
        with pytest.raises(StoreError, match="not sealed with this key"), app.cautionary(CLERK):
            pass


def test_a_grant_put_into_the_council_s_record_by_hand_names_nobody(tmp_path: Path, database_url: str) -> None:
    with a_store(tmp_path, url=database_url) as app:
        let_in(app)
        with an_attacker(app) as raw:
            true = "1" if raw.dialect == "sqlite" else "true"
            raw.do(
                'INSERT INTO register_grants (id, register, username, granted, reason, "by", at) VALUES '
                f"(1, 'cautionary', '{CLERK.name}', {true}, 'x', 'x', '2026-03-02 12:00:00')"
            )
        with pytest.raises(NotAllowed):
            proof(app, CLERK, Register.CAUTIONARY)


def test_no_work_in_it_is_saved_unnoted(app: App) -> None:
    def saved_unnoted() -> None:
        with app.cautionary(CLERK) as work:
            row = CautionaryRelease(at=work.now, by="x", words="x", name="x", media_type="x", sha256="x", content=b"x")
            work.session.add(row)

    with pytest.raises(EvenhandError, match="nothing was noted"):
        saved_unnoted()
