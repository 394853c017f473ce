"""Killed at any moment, an import loses nothing and logs nothing twice."""

from __future__ import annotations

from tests.killed import run


def test_an_import_killed_again_and_again_logs_every_message_once() -> None:
    found = run(messages=120, kills=10, seed=11, longest=6.0)
    assert found["killed_at_work"] > 0
    assert (found["logged"], found["lost"], found["more_than_once"]) == (120, 0, 0)
