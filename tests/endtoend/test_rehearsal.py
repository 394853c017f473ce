"""A rehearsal store takes --at; a real store never does; and neither ever becomes the other."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.endtoend.commands import Evenhand

CUSTOMERS = "reference,name,emails,phones,address,notes\nC1,Jenifer Penrose,jenifer@penrose.example,,,\n"


@pytest.fixture
def rehearsal(tmp_path: Path) -> Evenhand:
    made = Evenhand(tmp_path / "rehearsal")
    made.says("init", "--rehearsal", "--domain", "porthmellin.gov.example")
    return made


@pytest.fixture
def real(tmp_path: Path) -> Evenhand:
    made = Evenhand(tmp_path / "real")
    made.says("init", "--domain", "porthmellin.gov.example")
    return made


def decide(on: Evenhand, tmp_path: Path) -> None:
    records = tmp_path / "customers.csv"
    records.write_text(CUSTOMERS)
    on.says("customers", "import", str(records), "--at", "2025-06-01")
    on.says(
        *("warning", "record", "--customer", "C1", "--stage", "formal_prior", "--sent", "2025-07-01"),
        *("--reason", "forty letters about one lamp", "--at", "2025-07-01"),
    )
    on.says(
        *("decision", "record", "--customer", "C1", "--body", "Full Council", "--minute", "25/99"),
        *("--decided", "2025-09-01", "--resolution", "that correspondence be diverted", "--subject", "the lamp"),
        *("--named-officer", "the Deputy Clerk", "--measure", "email_block", "--starts", "2025-09-08"),
        *("--ends", "2026-03-08", "--letter-sent", "2025-09-02", "--letter-by", "the Clerk"),
        *("--letter-how", "first class post", "--at", "2025-09-02"),
    )


def test_a_real_store_refuses_at_and_says_why(real: Evenhand) -> None:
    words = real.refuses("queue", "--at", "2025-06-01")
    assert "real store" in words
    assert "--rehearsal" in words


def test_a_real_store_is_not_made_at_another_time(tmp_path: Path) -> None:
    assert "real store" in Evenhand(tmp_path / "new").refuses("init", "--at", "2025-06-01")


@pytest.mark.parametrize(("first", "second"), [(("--rehearsal",), ()), ((), ("--rehearsal",))])
def test_a_store_never_becomes_the_other_kind(tmp_path: Path, first: tuple[str, ...], second: tuple[str, ...]) -> None:
    made = Evenhand(tmp_path / "store")
    made.says("init", *first)
    assert "stays what it is" in made.refuses("init", *second)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE store SET kind = 'rehearsal'",
        "DELETE FROM store",
        "INSERT OR REPLACE INTO store (id, kind, council, made_at) VALUES (1, 'rehearsal', 'x', '2025-01-01')",
        "INSERT INTO rehearsal_clock (id, at) VALUES (1, '2025-01-01 00:00:00')",
    ],
)
def test_no_sql_turns_a_real_store_into_a_rehearsal(real: Evenhand, statement: str) -> None:
    with sqlite3.connect(real.home / "evenhand.db") as connection, pytest.raises(sqlite3.IntegrityError):
        connection.execute(statement)
    connection.close()


def test_a_store_whose_kind_was_changed_with_the_locks_off_is_not_opened(real: Evenhand) -> None:
    connection = sqlite3.connect(real.home / "evenhand.db")
    for (name,) in connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'store'"
    ).fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute("UPDATE store SET kind = 'rehearsal'")
    connection.commit()
    connection.close()
    assert "changed its kind" in real.refuses("queue", code=3)


def test_the_clock_stands_where_it_was_put_until_it_is_put_elsewhere(rehearsal: Evenhand, tmp_path: Path) -> None:
    decide(rehearsal, tmp_path)
    assert rehearsal.json("restriction", "list") == []
    (begun,) = rehearsal.json("restriction", "list", "--at", "2025-09-08")
    assert begun["state"] == "in force"
    assert len(rehearsal.json("restriction", "list")) == 1
    assert rehearsal.json("restriction", "list", "--at", "2026-03-08") == []


def test_a_decision_is_refused_before_it_was_taken_and_without_its_steps(rehearsal: Evenhand, tmp_path: Path) -> None:
    records = tmp_path / "customers.csv"
    records.write_text(CUSTOMERS)
    rehearsal.says("customers", "import", str(records), "--at", "2025-06-01")
    record = (
        *("decision", "record", "--customer", "C1", "--minute", "25/99", "--resolution", "r", "--subject", "the lamp"),
        *("--named-officer", "the Clerk", "--measure", "email_block", "--starts", "2025-09-08", "--ends", "2026-03-08"),
        *("--decided", "2025-09-01"),
    )
    assert "has not been taken yet" in rehearsal.refuses(*record, "--body", "Full Council", "--at", "2025-08-01")
    assert "formal prior warning" in rehearsal.refuses(*record, "--body", "Full Council", "--at", "2025-09-01")
    assert "one councillor" in rehearsal.refuses(*record, "--body", "The Chair", "--at", "2025-09-01").lower()
