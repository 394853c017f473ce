"""Odd and hostile mail through the command line: none lost, no crash, whatever it was made of."""

from __future__ import annotations

from pathlib import Path

from tests.hostile import run

HOW_MANY = 90  # two of each kind; `make hostile` takes all thousand


def test_hostile_mail_is_logged_or_put_before_a_person_and_never_lost(tmp_path: Path) -> None:
    found = run(tmp_path, HOW_MANY)
    assert found["lost"] == 0
    assert found["shunted"] == found["before_a_person"]
    assert found["most_memory_mb"] < 1500
