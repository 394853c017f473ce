"""Nothing is saved unnoted, whatever way it was written; and nobody does what they may not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, text, update

from bot.audit import entries, verify
from bot.bootstrap import App
from bot.enforcement.apply import switch
from bot.work import SERVICE, VERBS, Work
from models.customer import ContactPoint, Customer, PointKind, Standing
from models.errors import NotAllowed, NothingNoted
from models.officer import Permission
from tests.builders import CLERK, NOON, a_customer, a_store, an_actor


@pytest.fixture
def app(tmp_path: Path, database_url: str) -> Iterator[App]:
    with a_store(tmp_path, url=database_url) as app:
        a_customer(app, name="Jenifer Penrose")
        yield app


def names(app: App) -> list[str]:
    with app.look() as session:
        return sorted(session.scalars(select(Customer.name)))


def row(value: str) -> dict[str, object]:
    return {
        "customer_id": 1,
        "kind": PointKind.EMAIL,
        "value": value,
        "standing": Standing.SUGGESTED,
        "since": NOON,
        "source": "a test",
    }


RAW = "UPDATE customers SET name = 'Nobody'"


def by_a_record(work: Work) -> None:
    work.session.get_one(Customer, 1).name = "Somebody"


def by_a_new_record(work: Work) -> None:
    customer = work.session.get_one(Customer, 1)
    where = {"kind": PointKind.EMAIL, "value": "a@penrose.example", "standing": Standing.SUGGESTED}
    work.session.add(ContactPoint(customer=customer, since=work.now, **where))


def by_a_bulk_update(work: Work) -> None:
    work.session.execute(update(Customer).values(name="Somebody"))


def by_a_bulk_insert(work: Work) -> None:
    work.session.execute(insert(ContactPoint), [row("a@penrose.example"), row("b@penrose.example")])


def by_a_core_insert(work: Work) -> None:
    work.session.connection().execute(insert(ContactPoint.__table__).values(**row("a@penrose.example")))


def by_a_bulk_delete(work: Work) -> None:
    work.session.execute(delete(ContactPoint))


def by_raw_words(work: Work) -> None:
    work.session.execute(text(RAW))


def by_the_drivers_own_words(work: Work) -> None:
    work.session.connection().exec_driver_sql(RAW)


def by_a_cursor_of_the_driver(work: Work) -> None:
    cursor = work.session.connection().connection.cursor()
    cursor.execute(RAW)
    cursor.close()


def behind_a_comment(work: Work) -> None:
    work.session.execute(text(f"/* nothing to see */ {RAW}"))


def behind_a_line_comment(work: Work) -> None:
    work.session.execute(text(f"-- SELECT\n{RAW}"))


def with_the_trails_name_in_it(work: Work) -> None:
    work.session.execute(text("UPDATE customers SET name = 'x' WHERE id NOT IN (SELECT id + 900 FROM audit_entries)"))


def by_a_common_table(work: Work) -> None:
    work.session.execute(text("WITH one AS (SELECT 1) UPDATE customers SET name = 'x' WHERE id IN (SELECT * FROM one)"))


def before_a_savepoint(work: Work) -> None:
    by_raw_words(work)
    with work.session.begin_nested():
        work.session.scalars(select(Customer)).all()


def within_a_savepoint(work: Work) -> None:
    with work.session.begin_nested():
        by_raw_words(work)


def by_an_early_commit(work: Work) -> None:
    by_raw_words(work)
    work.session.commit()


def after_an_early_commit(work: Work) -> None:
    work.note("a.thing", "Thing:1")
    work.session.commit()
    by_raw_words(work)


WAYS: list[Callable[[Work], None]] = [
    by_a_record,
    by_a_new_record,
    by_a_bulk_update,
    by_a_bulk_insert,
    by_a_core_insert,
    by_a_bulk_delete,
    by_raw_words,
    by_the_drivers_own_words,
    by_a_cursor_of_the_driver,
    behind_a_comment,
    behind_a_line_comment,
    with_the_trails_name_in_it,
    by_a_common_table,
    before_a_savepoint,
    within_a_savepoint,
    by_an_early_commit,
    after_an_early_commit,
]


def test_nothing_is_saved_unnoted_whatever_way_it_was_written(app: App) -> None:
    for way in WAYS:
        with pytest.raises(NothingNoted), app.begin(SERVICE) as work:
            way(work)
        assert names(app) == ["Jenifer Penrose"], way.__name__
        with app.look() as session:
            assert list(session.scalars(select(ContactPoint.id))) == [1], way.__name__


def test_nothing_is_saved_unnoted_that_a_function_of_the_database_wrote(tmp_path: Path, postgres_url: str) -> None:
    writes = {
        "a function": "SELECT quietly()",
        "a block": "DO $$ BEGIN UPDATE customers SET name = 'x'; END $$",
        "explained": "EXPLAIN ANALYZE UPDATE customers SET name = 'x'",
        "a second statement": "SELECT 1; UPDATE customers SET name = 'x'",
        "a table from a reading": "SELECT * INTO copied FROM customers",
        "a returning table": "WITH w AS (UPDATE customers SET name = 'x' RETURNING 1) SELECT * FROM w",
    }
    with a_store(tmp_path, url=postgres_url) as app:
        a_customer(app, name="Jenifer Penrose")
        with app.engine.begin() as connection:
            connection.exec_driver_sql(
                "CREATE FUNCTION quietly() RETURNS void LANGUAGE sql AS $$ UPDATE customers SET name = 'x' $$"
            )
        for way, statement in writes.items():
            with pytest.raises(NothingNoted), app.begin(SERVICE) as work:
                work.session.connection().exec_driver_sql(statement)
            assert names(app) == ["Jenifer Penrose"], way


def test_looking_needs_no_note(app: App) -> None:
    with app.begin(SERVICE) as work:
        work.session.scalars(select(Customer)).all()
        work.session.execute(text("WITH c AS (SELECT id FROM customers) SELECT * FROM c"))
        with work.session.begin_nested():
            work.session.scalars(select(ContactPoint).with_for_update()).all()
    with app.look() as session:
        assert [e.verb for e in entries(session)] == ["store.made", "customer.made"]


def test_what_is_noted_is_saved_with_its_note(app: App) -> None:
    with app.begin(CLERK) as work:
        by_a_record(work)
        work.note("customer.renamed", work.session.get_one(Customer, 1), reason="married")
    assert names(app) == ["Somebody"]
    with app.look() as session:
        last = list(entries(session))[-1]
        assert verify(session, app.seal).holds
    assert (last.actor, last.verb, last.subject) == (CLERK.name, "customer.renamed", "Customer:1")
    assert last.detail == {"reason": "married"}
    assert last.at == NOON


def test_a_work_that_fails_leaves_neither_change_nor_note(app: App) -> None:
    with pytest.raises(RuntimeError), app.begin(SERVICE) as work:  # noqa: PT012  (the point is what came before)
        by_a_record(work)
        work.session.flush()
        work.note("customer.renamed", work.session.get_one(Customer, 1))
        raise RuntimeError("the power went")
    assert names(app) == ["Jenifer Penrose"]
    with app.look() as session:
        assert [e.verb for e in entries(session)] == ["store.made", "customer.made"]


def test_a_failed_work_is_not_held_against_the_next_one(app: App) -> None:
    for way in (by_raw_words, by_a_bulk_update):
        with pytest.raises(NothingNoted), app.begin(SERVICE) as work:
            way(work)
        with app.begin(SERVICE) as work:
            work.session.scalars(select(Customer)).all()


def test_a_verb_refuses_whoever_may_not(app: App) -> None:
    everything_else = frozenset(Permission) - {Permission.SWITCH_ENFORCEMENT}
    with pytest.raises(NotAllowed, match="may not switch enforcement on and off"), app.begin(SERVICE) as work:
        switch(work, on=True)
    with pytest.raises(NotAllowed), app.begin(an_actor(*everything_else)) as work:
        switch(work, on=True)
    with app.begin(an_actor(Permission.SWITCH_ENFORCEMENT)) as work:
        switch(work, on=True)


def test_the_service_itself_may_neither_decide_nor_lift_nor_switch() -> None:
    persons = {"decision.record", "decision.letter_sent", "restriction.lift", "enforcement.switch", "warning.record"}
    assert persons <= VERBS.keys()
    assert not [name for name in persons if SERVICE.may(VERBS[name].needs)]
