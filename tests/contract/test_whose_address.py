"""Whom a restriction reaches cannot be widened by hand-written SQL: addresses and merges carry this store's seal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.bootstrap import App
from bot.customer_import import import_customers
from bot.customers import confirm_point, merge, unmerge
from bot.enforcement.apply import switch, wanted_rules
from bot.work import SERVICE
from models.customer import Customer, Standing, find_point
from tests.builders import CLERK, a_customer, a_point, a_restriction, a_store, warned

HERS, STRANGERS = "jenifer@penrose.example", "innocent@stranger.example"


@dataclass
class Bound:
    """A store in which one customer is restricted, and a stranger is not."""

    app: App
    restricted: Customer
    stranger: Customer

    def reached(self) -> set[str]:
        """The addresses that rules on the server would divert now."""
        with self.app.begin(SERVICE) as work:
            rules = wanted_rules(work, self.app.policy, self.app.settings.council.domains)
        return {address for rule in rules for address in rule.addresses}

    def by_hand(self, statement: str, **values: object) -> None:
        with self.app.engine.begin() as connection:
            assert connection.execute(text(statement), values).rowcount == 1


@pytest.fixture
def bound(tmp_path: Path, database_url: str) -> Iterator[Bound]:
    with a_store(tmp_path / "home", url=database_url) as app:
        restricted = warned(app, a_customer(app, email=HERS))
        stranger = a_customer(app, name="Petroc Angove", email="")
        a_point(app, stranger, STRANGERS, standing=Standing.SUGGESTED)
        a_restriction(app, restricted)
        with app.begin(CLERK) as work:
            switch(work, on=True)
        yield Bound(app, restricted, stranger)


def test_a_confirmed_address_is_reached_and_a_suggested_one_is_not(bound: Bound) -> None:
    a_point(bound.app, bound.restricted, "jenifer.second@penrose.example")
    a_point(bound.app, bound.restricted, "perhaps@penrose.example", standing=Standing.SUGGESTED)
    assert bound.reached() == {HERS, "jenifer.second@penrose.example"}


def test_an_address_written_into_the_table_by_hand_is_not_reached(bound: Bound) -> None:
    bound.by_hand(
        "INSERT INTO contact_points (customer_id, kind, value, standing, since, source, seal)"
        " VALUES (:customer, 'email', 'someone@else.example', 'confirmed', '2026-01-01 00:00:00', 'by hand', '')",
        customer=bound.restricted.id,
    )
    assert bound.reached() == {HERS}


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE contact_points SET customer_id = :restricted, standing = 'confirmed' WHERE value = :strangers",
        "UPDATE contact_points SET value = :strangers WHERE value = :hers",
    ],
)
def test_an_address_changed_by_hand_reaches_no_stranger(bound: Bound, change: str) -> None:
    with bound.app.engine.begin() as connection:
        values = {"restricted": bound.restricted.id, "strangers": STRANGERS, "hers": HERS}
        connection.execute(text(change), {k: v for k, v in values.items() if f":{k}" in change})
    assert STRANGERS not in bound.reached()


def test_a_seal_copied_from_another_address_is_worth_nothing(bound: Bound) -> None:
    bound.by_hand(
        "INSERT INTO contact_points (customer_id, kind, value, standing, since, source, seal)"
        " SELECT customer_id, kind, 'someone@else.example', standing, since, source, seal FROM contact_points"
        " WHERE value = :hers",
        hers=HERS,
    )
    assert bound.reached() == {HERS}


def test_a_suggested_address_is_reached_once_an_officer_confirms_it(bound: Bound) -> None:
    a_point(bound.app, bound.restricted, "perhaps@penrose.example", standing=Standing.SUGGESTED)
    with bound.app.begin(CLERK) as work:
        (point,) = [
            p for p in work.session.get_one(Customer, bound.restricted.id).points if p.standing is Standing.SUGGESTED
        ]
        confirm_point(work, find_point(work.session, point.id), reason="she gave it on the telephone")
    assert "perhaps@penrose.example" in bound.reached()


def test_a_merge_by_the_verb_reaches_the_other_records_addresses_until_it_is_undone(bound: Bound) -> None:
    other = a_customer(bound.app, email="j.penrose@elsewhere.example")
    with bound.app.begin(CLERK) as work:
        keep, merged = (work.session.get_one(Customer, c.id) for c in (bound.restricted, other))
        merge(work, keep=keep, merged=merged, reason="she told us so")
    assert bound.reached() == {HERS, "j.penrose@elsewhere.example"}
    with bound.app.begin(CLERK) as work:
        unmerge(work, work.session.get_one(Customer, other.id), reason="it was her sister")
    assert bound.reached() == {HERS}


def test_a_merge_written_by_hand_reaches_nobody(bound: Bound) -> None:
    other = a_customer(bound.app, email="j.penrose@elsewhere.example")
    bound.by_hand(
        "UPDATE customers SET merged_into_id = :kept WHERE id = :other", kept=bound.restricted.id, other=other.id
    )
    assert bound.reached() == {HERS}
    bound.by_hand(
        'INSERT INTO merges (merged_id, kept_id, undone, at, "by", reason)'
        " VALUES (:other, :kept, :undone, '2026-01-01 00:00:00', 'clerk', 'by hand')",
        kept=bound.restricted.id,
        other=other.id,
        undone=False,
    )
    assert bound.reached() == {HERS}


def test_an_imported_address_is_reached(bound: Bound, tmp_path: Path) -> None:
    records = tmp_path / "customers.csv"
    records.write_text(
        f"reference,name,emails\n{bound.restricted.reference},Jenifer Penrose,from.the.records@penrose.example\n"
    )
    with bound.app.begin(CLERK) as work:
        import_customers(work, records)
    assert "from.the.records@penrose.example" in bound.reached()
