"""The history that nobody can rewrite unseen: each way of rewriting it, and where it shows."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest

from bot.audit import Verified, entries, verify
from bot.bootstrap import App
from bot.reports.records import records_in_order
from bot.work import SERVICE
from models.audit import BEGINNING, entry_hash
from models.migrations.guards import guards
from tests.builders import a_store

FIELDS = {
    "at": "'2020-01-01 00:00:00.000000'",
    "actor": "'somebody.else'",
    "verb": "'another.verb'",
    "subject": "'Customer:999'",
    "detail": "'{\"number\": 99}'",
    "digest": "'0'",
}
UNREADABLE = {
    "at": "'then'",
    "detail": "'{'",
    "actor": "cast(x'ff' AS TEXT)",
}


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    """A store with ten entries: the making of it, and nine more."""
    with a_store(tmp_path) as app:
        for number in range(2, 11):
            with app.begin(SERVICE) as work:
                work.note("a.thing", f"Thing:{number}", number=number, wörds="naïve café")
        yield app


def verified(app: App, *, expect: str = "") -> Verified:
    with app.look() as session:
        return verify(session, app.seal, expect=expect)


def rewrite(app: App, *statements: str) -> None:
    """By hand, with the locks off for the moment that it takes."""
    file = app.engine.url.database
    assert file is not None
    with closing(sqlite3.connect(file, isolation_level=None)) as raw:
        for guard in guards("sqlite"):
            raw.execute(f"DROP TRIGGER {guard.name}")
        for statement in statements:
            raw.execute(statement)
        for guard in guards("sqlite"):
            raw.execute(guard.statements[0])


def hash_at(app: App, number: int) -> str:
    with app.look() as session:
        return next(entry.hash for entry in entries(session) if entry.id == number)


def test_an_untouched_history_holds(app: App) -> None:
    found = verified(app)
    assert found.holds
    assert (found.entries, found.head) == (10, hash_at(app, 10))


@pytest.mark.parametrize("field", FIELDS)
def test_a_changed_field_shows_at_its_entry(app: App, field: str) -> None:
    rewrite(app, f"UPDATE audit_entries SET {field} = {FIELDS[field]} WHERE id = 5")
    found = verified(app)
    assert (found.broken_at, found.why) == (5, "its content is not what was written")
    assert not found.holds


@pytest.mark.parametrize("field", UNREADABLE)
def test_an_entry_that_cannot_be_read_is_named(app: App, field: str) -> None:
    rewrite(app, f"UPDATE audit_entries SET {field} = {UNREADABLE[field]} WHERE id = 7")
    found = verified(app)
    assert found.broken_at == 7
    assert "cannot be read" in found.why


def test_a_changed_hash_shows(app: App) -> None:
    rewrite(app, f"UPDATE audit_entries SET hash = '{'a' * 64}' WHERE id = 5")
    assert verified(app).broken_at == 5


def test_a_changed_link_shows(app: App) -> None:
    rewrite(app, f"UPDATE audit_entries SET previous = '{'a' * 64}' WHERE id = 5")
    found = verified(app)
    assert (found.broken_at, found.why) == (5, "it does not follow from the entry before it")


def test_a_changed_seal_shows(app: App) -> None:
    rewrite(app, "UPDATE audit_entries SET seal = hash WHERE id = 5")
    found = verified(app)
    assert found.broken_at == 5
    assert "seal" in found.why


def test_an_entry_taken_from_the_middle_shows(app: App) -> None:
    rewrite(app, "DELETE FROM audit_entries WHERE id = 5")
    found = verified(app)
    assert (found.broken_at, found.why) == (5, "entry 5 is missing; entry 6 comes next")


def test_an_entry_taken_from_the_middle_shows_though_the_rest_moves_up(app: App) -> None:
    rewrite(
        app,
        "DELETE FROM audit_entries WHERE id = 5",
        *(f"UPDATE audit_entries SET id = {number - 1} WHERE id = {number}" for number in range(6, 11)),
    )
    assert verified(app).broken_at == 5


def test_a_cut_off_tail_shows_to_whoever_noted_a_hash(app: App) -> None:
    noted = hash_at(app, 9)
    assert verified(app, expect=noted).holds, "a noted hash need not be the last one"
    rewrite(app, "DELETE FROM audit_entries WHERE id > 8")
    assert verified(app).holds, "nothing in the store can tell"
    found = verified(app, expect=noted)
    assert (found.broken_at, found.holds) == (9, False)
    assert "cut off" in found.why


def test_a_tail_cut_off_and_written_anew_shows_to_whoever_noted_a_hash(app: App) -> None:
    noted = hash_at(app, 10)
    rewrite(app, "DELETE FROM audit_entries WHERE id > 8")
    for _ in range(3):
        with app.begin(SERVICE) as work:
            work.note("a.thing", "Thing:0")
    assert verified(app).holds
    assert not verified(app, expect=noted).holds


def test_two_entries_that_changed_places_show(app: App) -> None:
    rewrite(
        app,
        "UPDATE audit_entries SET id = 99 WHERE id = 5",
        "UPDATE audit_entries SET id = 5 WHERE id = 6",
        "UPDATE audit_entries SET id = 6 WHERE id = 99",
    )
    assert verified(app).broken_at == 5


@pytest.mark.parametrize("number", [0, -1])
def test_an_entry_put_before_the_first_shows(app: App, number: int) -> None:
    rewrite(
        app,
        f"INSERT INTO audit_entries SELECT {number}, at, actor, verb, subject, detail, digest, 'x', 'y', seal"
        " FROM audit_entries WHERE id = 2",
    )
    assert verified(app).broken_at == 1


def test_an_entry_forged_without_the_key_shows(app: App) -> None:
    """Whoever can reckon the chain onwards, from the forged entry to the end, still has not the key."""
    with app.begin(SERVICE) as work:
        work.seal = lambda text: text
        work.note("decision.record", "Decision:1", digest="0")
    found = verified(app)
    assert found.broken_at == 11
    assert "seal is not ours" in found.why


def test_another_key_believes_nothing(app: App) -> None:
    with app.look() as session:
        found = verify(session, lambda text: text[::-1])
    assert found.broken_at == 1


def test_an_emptied_history_shows(app: App) -> None:
    rewrite(app, "DELETE FROM audit_entries")
    found = verified(app)
    assert not found.holds
    assert "no entry at all" in found.why


def test_locks_that_are_off_show_though_every_link_holds(app: App) -> None:
    with app.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER guard_audit_entries_no_update")
    found = verified(app)
    assert found.guards_missing == ("guard_audit_entries_no_update",)
    assert not found.holds
    assert "guard_audit_entries_no_update" in found.in_words()


def test_a_long_history_is_walked_in_stretches(app: App) -> None:
    with app.begin(SERVICE) as work:
        for number in range(2500):
            work.note("a.thing", f"Thing:{number}")
    assert verified(app).entries == 2510
    rewrite(app, "UPDATE audit_entries SET at = 'then' WHERE id = 2222")
    assert verified(app).broken_at == 2222


def test_the_records_in_order_can_be_checked_without_our_key(app: App) -> None:
    with app.look() as session:
        lines = [json.loads(line) for line in records_in_order(session)]
    previous = BEGINNING
    for number, line in enumerate(lines, 1):
        names = ("actor", "verb", "subject", "detail", "digest")
        at = datetime.fromisoformat(line["at"])
        reckoned = entry_hash(number=number, at=at, previous=previous, **{name: line[name] for name in names})
        assert (line["id"], line["hash"], line["previous"]) == (number, reckoned, previous)
        previous = reckoned
    assert len(lines) == 10
