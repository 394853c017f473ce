"""Prints in the databases themselves: an older store brought up, and rows that nobody changes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from bot.bootstrap import upgrade_store
from bot.store import engine_for, migrating
from bot.triage.backlog import AT_A_TIME
from classifiers.prints import prints_to_keep
from models.migrations.upgrade import newest, upgrade
from tests.servers.postgres import Postgres

CARD = "The ferry steps at Overby are the only dry way to the quay for prams and wheelchairs at neap tide."
LETTERS = AT_A_TIME + 3

LETTER = (
    "INSERT INTO contacts (id, channel, direction, at, recorded_at, recorded_by, match, match_reasons, mailbox, "
    "sender_email, sender_name, message_id, in_reply_to, subject, body, own, signature, nature, problems, automatic, "
    "final_answer, diverted) VALUES "
    "(:id, 'telephone', :direction, :at, :at, 'x', 'unknown', '[]', '', '', '', '', '', '', '', :own, '', '', "
    "'[]', :automatic, false, false)"
)


@pytest.fixture(params=["sqlite", "postgres"])
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A store of the version before there were prints, with more letters than are done at a time."""
    server: Postgres | None = None if request.param == "sqlite" else request.getfixturevalue("postgres")
    url = server.empty_database() if server else f"sqlite:///{tmp_path / 'old.db'}"
    (tmp_path / "evenhand.toml").write_text(
        f'policy = "general"\n[council]\nname = "Porthmellin"\ndomains = []\n[store]\nurl = "{url}"\n'
    )
    (tmp_path / "audit.key").write_text("ab" * 32 + "\n")
    engine = engine_for(url)
    letters = [
        {
            "id": number,
            "direction": "in",
            "at": "2026-03-02 09:00:00",
            "own": f"Number {number}. {CARD}",
            "automatic": None,
        }
        for number in range(1, LETTERS + 1)
    ]
    letters[0] |= {"direction": "out"}
    letters[1] |= {"automatic": "bounce"}
    with migrating(engine) as connection:
        upgrade(connection, to="0002")
        connection.execute(text(LETTER), letters)
        connection.execute(text(ADDRESS[0]), {"at": "2026-03-02 09:00:00"})
        connection.execute(text(ADDRESS[1]), {"at": "2026-03-02 09:00:00"})
    yield engine
    engine.dispose()
    if server:
        server.drop(url)


ADDRESS = (
    "INSERT INTO customers (id, reference, name, created_at, address, postcode, surname, place, notes, never_restrict) "
    "VALUES (1, 'C1', 'Tam Orrey', :at, '', '', 'orrey', '', '', '')",
    "INSERT INTO contact_points (id, customer_id, kind, value, standing, since, source, seal) VALUES "
    "(1, 1, 'email', 'tam@orrey.example', 'confirmed', :at, '', ''), "
    "(2, 1, 'telephone', '01632960777', 'confirmed', :at, '', '')",
)


def test_an_older_store_has_the_prints_of_its_letters_made(old: Engine, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    assert upgrade_store(tmp_path, seen=lambda done, of: seen.append((done, of))) == ("0002", newest())
    assert seen == [(0, 3), (3, 3)]
    with old.connect() as connection:
        has = set(connection.exec_driver_sql("SELECT DISTINCT contact_id FROM prints").scalars())
        assert has == set(range(3, LETTERS + 1)), "not what the council wrote, and not what a machine sent"
        kept = set(connection.exec_driver_sql("SELECT print FROM prints WHERE contact_id = 3").scalars())
    assert kept == set(prints_to_keep(f"Number 3. {CARD}"))


def test_it_is_done_once(old: Engine, tmp_path: Path) -> None:
    upgrade_store(tmp_path)
    seen: list[tuple[int, int]] = []
    assert upgrade_store(tmp_path, seen=lambda done, of: seen.append((done, of))) == (newest(), newest())
    assert seen == []


def test_addresses_that_were_there_have_their_domains(old: Engine, tmp_path: Path) -> None:
    upgrade_store(tmp_path)
    with old.connect() as connection:
        found = connection.exec_driver_sql("SELECT id, domain FROM contact_points ORDER BY id").all()
    assert [tuple(row) for row in found] == [(1, "orrey.example"), (2, "")]


@pytest.mark.parametrize("how", ["UPDATE prints SET contact_id = 4", "DELETE FROM prints"])
def test_nobody_changes_a_print(old: Engine, tmp_path: Path, how: str) -> None:
    upgrade_store(tmp_path)
    with pytest.raises(DBAPIError), migrating(old) as connection:
        connection.exec_driver_sql(how)
