"""Rulings on findings and thresholds in the databases themselves: an old store brought up, and rows put in by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from bot.bootstrap import App
from bot.learning.accuracy import accuracy
from bot.learning.thresholds import set_threshold
from bot.store import engine_for, make_tables, migrating
from models.migrations.guards import missing_guards
from models.migrations.upgrade import upgrade
from models.queue import FlagKind, Outcome
from models.threshold import lines_set
from tests.builders import CLERK
from tests.contract.attackers import an_attacker, put_the_locks_back, take_the_locks_off
from tests.rulings import an_insult, ruled_insults
from tests.servers.postgres import Postgres
from tests.steps.test_learning import flagged, mail_says


def raise_insults(app: App, at_least: float) -> None:
    with app.begin(CLERK) as work:
        set_threshold(work, "abuse", "insult", at_least, reason="too many", policy=app.policy)


def lines(app: App) -> dict[tuple[str, str], float]:
    with app.look() as session:
        return {key: row.at_least for key, row in lines_set(session, app.seal).items()}


def test_rulings_thresholds_and_their_effect_are_the_same_on_both_databases(app: App) -> None:
    ruled_insults(app, upheld=[0.9, 0.7], overruled=[0.6])
    raise_insults(app, 0.8)
    with app.look() as session:
        (found,) = accuracy(session, app.policy, app.seal)
    assert (found.tally.upheld, found.tally.overruled, found.shown_from) == (2, 1, 0.8)
    assert found.line is not None
    assert (found.line.ruled_hidden, found.line.upheld_hidden) == (2, 1)
    assert flagged(app, mail_says(app, an_insult(0.79), number="one")) == []
    assert flagged(app, mail_says(app, an_insult(0.8), number="two")) == [FlagKind.ABUSE]


BY_HAND = (
    "INSERT INTO set_thresholds (id, about, label, at_least, before, ruled_hidden, upheld_hidden, policy_version, "
    """reason, "by", at) VALUES ({}, '{}', '{}', 1.0, 0.0, 0, 0, 'v1', 'a reason', 'r.trelawny', '2026-03-02 12:00')"""
)


@pytest.mark.parametrize("label", [("abuse", "insult"), ("risk", "self_harm")])
def test_a_threshold_put_in_by_hand_silences_nothing(app: App, label: tuple[str, str]) -> None:
    with an_attacker(app) as raw:
        raw.do(BY_HAND.format(1, *label))
    assert lines(app) == {}


TAMPERED = {
    "raised by hand": "UPDATE set_thresholds SET at_least = 1.0 WHERE id = 2",
    "the later one taken out": "DELETE FROM set_thresholds WHERE id = 2",
    "the trail of it gone": "DELETE FROM audit_entries WHERE verb = 'threshold.set'",
    "given to another label": "UPDATE set_thresholds SET label = 'profanity'",
}


@pytest.mark.parametrize("how", TAMPERED)
def test_a_threshold_changed_with_the_locks_off_silences_nothing(app: App, how: str) -> None:
    raise_insults(app, 0.9)
    raise_insults(app, 0.5)
    assert lines(app) == {("abuse", "insult"): 0.5}
    with an_attacker(app) as raw:
        take_the_locks_off(raw)
        raw.do(TAMPERED[how])
        put_the_locks_back(raw)
    assert lines(app) == {}


@pytest.mark.parametrize("wrong", [("1.0, 0.0", "1.5, 0.0"), ("'a reason'", "' '"), ("'r.trelawny'", "''")])
def test_the_database_refuses_a_threshold_that_is_none(app: App, wrong: tuple[str, str]) -> None:
    statement = BY_HAND.format(1, "abuse", "insult")
    assert wrong[0] in statement
    with pytest.raises(DBAPIError), app.engine.connect() as connection:
        connection.exec_driver_sql(statement.replace(*wrong))


# --- an older store --------------------------------------------------------------------------------------------------


@pytest.fixture(params=["sqlite", "postgres"])
def old_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database: of the one kind, and of the other."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'old.db'}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    url = server.empty_database()
    yield url
    server.drop(url)


RULED_BEFORE = (
    "INSERT INTO contacts (id, channel, direction, at, recorded_at, recorded_by, match, match_reasons, mailbox, "
    "sender_email, sender_name, message_id, in_reply_to, subject, body, own, signature, nature, problems, "
    "final_answer, diverted) VALUES "
    "(1, 'telephone', 'in', :at, :at, 'x', 'unknown', '[]', '', '', '', '', '', '', '', '', '', '', "
    "'[]', false, false)",
    "INSERT INTO findings (id, contact_id, about, label, score, seen_by, evidence, group_name) "
    "VALUES (1, 1, 'abuse', 'insult', 0.8, 'abuse 1', '[]', '')",
    "INSERT INTO flags (id, contact_id, kind, score, raised_at, finding_id, because) "
    "VALUES (1, 1, 'abuse', 0.8, :at, 1, ''), (2, 1, 'repeat', 0.8, :at, NULL, '')",
    "INSERT INTO queue_items (id, lane, reasons, opened_at, contact_id, must_attest, taken_by) "
    "VALUES (1, 'named_officer', '[]', :at, 1, false, '')",
    'INSERT INTO rulings (id, item_id, outcome, "by", at, flag_id, reason) VALUES '
    "(1, 1, 'overrule', 'm.hosking', :at, 1, 'a joke'), (2, 1, 'agree', 'm.hosking', :at, 2, ''), "
    "(3, 1, 'attest', 'm.hosking', :at, NULL, '')",
)


def test_what_was_ruled_on_flags_before_becomes_examples_when_a_store_is_brought_up(old_url: str) -> None:
    engine = engine_for(old_url)
    try:
        with migrating(engine) as connection:
            upgrade(connection, to="0001")
            assert "guard_rulings_no_truncate" not in missing_guards(connection)
        with migrating(engine) as connection:
            for statement in RULED_BEFORE:
                connection.execute(text(statement), {"at": "2026-03-02 09:00:00"})
        make_tables(engine)
        with engine.connect() as connection:
            assert missing_guards(connection) == []
            assert _examples(connection) == [(1, Outcome.OVERRULE.value, "m.hosking", "", "a joke", 1)]
    finally:
        engine.dispose()


def _examples(connection: Connection) -> list[tuple[object, ...]]:
    asked = 'SELECT finding_id, outcome, "by", right_label, reason, ruling_id FROM finding_rulings'
    return [tuple(row) for row in connection.exec_driver_sql(asked)]
