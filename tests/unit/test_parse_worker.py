"""The parsing process: real children, really ended."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.intake.worker import TOO_SLOW, Parser

ROOT = Path(__file__).parents[2]
RECEIVED = datetime(2026, 11, 2, 9, 5, tzinfo=UTC)
LETTER = b"From: Gwen <gwen@marlow.example>\nSubject: The light\n\nStill dark.\n"


def test_a_letter_comes_back_from_the_child_as_it_is() -> None:
    with Parser(trusted_authservs=frozenset({"mx.council.example"})) as parser:
        first = parser.parse(LETTER, received_at=RECEIVED)
        second = parser.parse(LETTER, received_at=RECEIVED)
    assert (first.body, first.sender.email, first.problems) == ("Still dark.", "gwen@marlow.example", ())
    assert first == second


def test_a_letter_that_takes_too_long_keeps_its_head_and_goes_to_an_officer() -> None:
    endless = b"\n".join([LETTER, b"> On Monday somebody wrote: " * 200_000])
    with Parser(seconds=0.001) as parser:
        message = parser.parse(endless, received_at=RECEIVED)
    assert (message.subject, message.sender.email, message.body) == ("The light", "gwen@marlow.example", "")
    assert message.size == len(endless)
    assert message.problems == (TOO_SLOW,)


def test_a_letter_that_takes_all_memory_ends_only_the_child() -> None:
    with Parser(memory_bytes=150_000_000) as parser:
        message = parser.parse(LETTER + b"a" * 90_000_000, received_at=RECEIVED)
        after = parser.parse(LETTER, received_at=RECEIVED)
    assert message.subject == "The light"
    assert message.problems
    assert after.body == "Still dark."


def test_a_child_that_was_killed_is_replaced() -> None:
    with Parser() as parser:
        parser.parse(LETTER, received_at=RECEIVED)
        assert parser.child_id is not None
        os.kill(parser.child_id, signal.SIGKILL)
        assert parser.parse(LETTER, received_at=RECEIVED).body == "Still dark."


def test_nothing_is_started_before_it_is_needed_and_nothing_is_left_behind() -> None:
    parser = Parser()
    assert parser.child_id is None
    parser.parse(LETTER, received_at=RECEIVED)
    child = parser.child_id
    parser.close()
    assert parser.child_id is None
    assert child is not None
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


def test_the_child_ends_when_its_parent_is_killed() -> None:
    script = (
        "import os, signal, sys\n"
        "from datetime import UTC, datetime\n"
        "from bot.intake.worker import Parser\n"
        "parser = Parser()\n"
        f"parser.parse({LETTER!r}, received_at=datetime(2026, 11, 2, tzinfo=UTC))\n"
        "print(parser.child_id, flush=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=env, check=False)
    child = int(done.stdout)
    deadline = time.monotonic() + 30
    while _runs(child) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not _runs(child)


def _runs(process: int) -> bool:
    """False also for a process that has ended and waits to be counted by whoever adopted it."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(process)], capture_output=True, text=True, check=False)
    return bool(state.stdout.strip()) and not state.stdout.strip().startswith("Z")
