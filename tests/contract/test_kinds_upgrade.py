"""A store from before there were all kinds of restriction: what was decided in it holds on, to the byte."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, inspect, select, table, text

from bot.audit import verify
from bot.bootstrap import App, open_app, upgrade_store
from bot.intake.record import add_by_hand
from bot.matters.authorities import add_authority, withdraw_authority
from bot.store import FixedClock, StoreError, engine_for, migrating
from models.audit import AuditEntry
from models.authority import ActsAs, GivenBy
from models.customer import Customer
from models.decision import NEEDS_TERMS, Decision, Measure
from models.in_force import InForce, restrictions_in_force
from models.message import Channel, Direction
from models.migrations.guards import missing_guards
from models.migrations.upgrade import newest, upgrade
from models.records import metadata
from tests.builders import CLERK, NOON, a_customer, a_restriction, a_store, lifted
from tests.contract.attackers import an_attacker, put_the_locks_back, take_the_locks_off
from tests.servers.postgres import Postgres

OLD_GUARD = (
    "DROP TRIGGER guard_decided_measures_known",
    "CREATE TRIGGER guard_decided_measures_known BEFORE INSERT ON decided_measures WHEN NEW.measure NOT IN"
    " ('email_block', 'single_point_of_contact', 'telephone_refusal', 'no_further_correspondence', 'written_only')"
    " BEGIN SELECT RAISE(ABORT, 'measures cannot be added to a decision once it is recorded'); END",
)


@pytest.fixture(params=["sqlite", "postgres"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """The home of a store at 0006, with one restriction in force and one that was lifted."""
    server: Postgres | None = None if request.param == "sqlite" else request.getfixturevalue("postgres")
    home = tmp_path / "old"
    url = server.empty_database() if server else f"sqlite:///{home / 'evenhand.db'}"
    with a_store(tmp_path / "new") as app:
        lifted(app, a_restriction(app, a_customer(app), measure=Measure.WRITTEN_ONLY))
        a_restriction(app, a_customer(app))
        home.mkdir()
        for file in ("evenhand.toml", "audit.key"):
            shutil.copyfile(app.settings.home / file, home / file)
        with open(home / "evenhand.toml", "a") as settings:
            settings.write(f'[store]\nurl = "{url}"\n')
        _as_it_was(app, url)
    yield home
    if server:
        server.drop(url)


def _as_it_was(app: App, url: str) -> None:
    """Every row of a store as the version before held it."""
    engine = engine_for(url)
    with app.engine.connect() as new, migrating(engine) as connection:
        upgrade(connection, to="0006")
        for each in metadata.sorted_tables:
            rows = [dict(row._mapping) for row in new.execute(select(each).order_by(*each.primary_key))]
            for row in rows:
                row.pop("terms", None)
            columns = [c for c in each.c if c.name != "terms"]
            if rows:
                connection.execute(insert(table(each.name, *(c._copy() for c in columns))), rows)
        for statement in OLD_GUARD if connection.dialect.name == "sqlite" else _counters(connection):
            connection.execute(text(statement))
    engine.dispose()


def _counters(connection: Connection) -> list[str]:
    """PostgreSQL numbers new rows from where its own counters stand."""
    counted = connection.scalars(
        text(
            "SELECT table_name FROM information_schema.columns WHERE table_schema = current_schema()"
            " AND column_name = 'id' AND column_default LIKE 'nextval%'"
        )
    )
    return [f"SELECT setval(pg_get_serial_sequence('{t}', 'id'), greatest(max(id), 1)) FROM {t}" for t in counted]


@pytest.fixture
def app(old: Path) -> Iterator[App]:
    upgrade_store(old)
    app = open_app(old)
    app.clock = FixedClock(NOON)
    yield app
    app.close()


def in_force(app: App) -> InForce:
    with app.look() as session:
        return restrictions_in_force(session, app.today, app.seal, app.policy.reviews_demanded)


def _everything(connection: Connection) -> list[tuple[object, ...]]:
    columns = "id, decision_id, customer_id, measure, starts_on, ends_on, review_on"
    rows = connection.execute(text(f"SELECT {columns} FROM decided_measures ORDER BY id")).all()
    return [tuple(row) for row in (*rows, *connection.execute(text("SELECT * FROM restrictions ORDER BY id")))]


def test_what_was_decided_before_holds_on(old: Path) -> None:
    with pytest.raises(StoreError, match="at version 0006"):
        open_app(old)
    settings = (old / "evenhand.toml").read_text()
    engine = engine_for(settings.rpartition('url = "')[2].partition('"')[0])
    with engine.connect() as connection:
        before = _everything(connection)
    assert upgrade_store(old) == ("0006", newest())
    with engine.connect() as connection:
        assert _everything(connection) == before
        assert missing_guards(connection) == []
    engine.dispose()


def test_its_decisions_have_the_digests_they_were_sealed_with(app: App) -> None:
    found = in_force(app)
    assert [r.measure for r in found.binding] == [Measure.EMAIL_BLOCK]
    assert (found.doubtful, found.set_aside) == ((), ())
    with app.look() as session:
        for decision in session.scalars(select(Decision)):
            noted = AuditEntry.subject == f"Decision:{decision.id}", AuditEntry.verb == "decision.record"
            assert session.scalars(select(AuditEntry.digest).where(*noted)).one() == decision.digest()


def test_its_keys_and_locks_hold_as_in_a_new_store(app: App) -> None:
    (key,) = [
        k for k in inspect(app.engine).get_foreign_keys("restrictions") if k["name"] == "fk_restrictions_as_decided"
    ]
    assert key["referred_table"] == "decided_measures"
    if app.engine.dialect.name == "sqlite":
        with app.engine.connect() as connection:
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []
    statements = ["DELETE FROM decided_measures", "UPDATE decided_measures SET terms = 'each second Monday'"]
    with an_attacker(app) as raw:
        assert all(raw.refused(statement) for statement in statements)


def test_new_kinds_are_decided_in_it(app: App) -> None:
    a_restriction(app, a_customer(app), measure=Measure.LIMITED_LETTERS)
    found = in_force(app).binding
    assert [(r.measure, r.terms) for r in found] == [
        (Measure.EMAIL_BLOCK, ""),
        (Measure.LIMITED_LETTERS, "as the resolution says"),
    ]


def test_who_acts_for_whom_is_recorded_in_it(app: App) -> None:
    ann, ruth = a_customer(app), a_customer(app)
    with app.begin(CLERK) as work:
        said = {"channel": Channel.LETTER, "direction": Direction.IN, "nature": "who acts", "words": "She acts for me."}
        contact = add_by_hand(work, work.session.get_one(Customer, ann.id), at=work.now, **said)  # type: ignore[arg-type]
    with app.begin(CLERK) as work:
        person, other = (work.session.get_one(Customer, one.id) for one in (ann, ruth))
        terms = {"acts_as": ActsAs.FAMILY, "given_by": GivenBy.SIGNED_CONSENT, "words": "to write for her"}
        made = add_authority(work, person, representative=other, contact=contact, **terms)  # type: ignore[arg-type]
    with app.begin(CLERK) as work:
        withdraw_authority(work, made, on=work.today, words="she writes again herself")
    with an_attacker(app) as raw:
        for table_ in ("authorities", "authority_withdrawals"):
            assert raw.refused(f"DELETE FROM {table_}")
            assert raw.refused(f"UPDATE {table_} SET words = 'everything'")
    with app.look() as session:
        assert verify(session, app.seal).holds


def test_terms_that_somebody_writes_in_make_a_decision_doubtful(app: App) -> None:
    a_restriction(app, a_customer(app), measure=Measure.LIMITED_LETTERS)
    with an_attacker(app) as raw:
        take_the_locks_off(raw)
        raw.do("UPDATE decided_measures SET terms = 'none at all'")
        put_the_locks_back(raw)
    assert in_force(app).binding == ()
    assert {why for _, why in in_force(app).doubtful} == {"its decision is not in the sealed audit trail"}


NEW_DECISION = (
    "INSERT INTO decisions (id, customer_id, body, minute, decided_on, resolution, subject_matter, named_officer,"
    " policy_version, measure_count, recorded_by, recorded_at, exception)"
    " SELECT 90, customer_id, body, 'x', decided_on, resolution, subject_matter, named_officer,"
    " policy_version, 2, recorded_by, recorded_at, exception FROM decisions WHERE id = 1"
)
NEW_MEASURE = (
    "INSERT INTO decided_measures (id, decision_id, customer_id, measure, starts_on, ends_on, review_on, terms)"
    " SELECT 90 + {number}, 90, customer_id, '{measure}', starts_on, ends_on, review_on, {terms}"
    " FROM decided_measures WHERE id = 1"
)


@pytest.mark.parametrize("measure", sorted(NEEDS_TERMS))
def test_a_limit_without_its_terms_does_not_come_in(app: App, measure: Measure) -> None:
    with an_attacker(app) as raw:
        raw.do(NEW_DECISION)
        for terms in ("''", "'  '", "NULL"):
            assert raw.refused(NEW_MEASURE.format(number=1, measure=measure, terms=terms)), terms
        assert not raw.refused(NEW_MEASURE.format(number=1, measure=measure, terms="'as resolved'"))
        assert not raw.refused(NEW_MEASURE.format(number=2, measure="file_without_reply", terms="''"))
