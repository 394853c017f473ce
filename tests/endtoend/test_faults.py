"""A fault of the program tells its kind and its place: what it was about to write down is somebody's words."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from tests.endtoend.commands import Evenhand

WORDS = "she told us of her illness"


def test_a_fault_of_a_command_tells_nobody_s_words(tmp_path: Path) -> None:
    clerk = Evenhand(tmp_path)
    council = ("--council", "Porthmellin Town Council", "--domain", "porthmellin.example", "--policy", "saltash")
    clerk.says("init", "--rehearsal", *council)
    clerk.says("customers", "add", "--name", "Wenna Trelease")
    with closing(sqlite3.connect(tmp_path / "evenhand.db")) as store:
        store.execute("CREATE TRIGGER broken BEFORE INSERT ON contacts BEGIN SELECT RAISE(ABORT, 'no'); END")
    asked = ("contact", "add", "--customer", "E-000001", "--channel", "telephone", "--nature", WORDS, "--words", WORDS)
    told = clerk.refuses(*asked)
    assert WORDS not in told
    assert "IntegrityError at" in told
    assert "record.py:" in told


def test_what_a_library_logs_of_a_fault_tells_nobody_s_words() -> None:
    program = (
        "import logging; from config.logs import set_up; set_up(as_json=False, quiet=True)\n"
        f"try:\n raise ValueError({WORDS!r})\n"
        "except ValueError:\n logging.getLogger('apscheduler').exception('a job raised an exception')\n"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stderr
    assert "ValueError in" in told
    assert WORDS not in told


def test_the_words_of_a_mail_server_are_logged_without_the_address_they_name() -> None:
    program = (
        "import structlog; from config.logs import set_up; set_up(as_json=True, quiet=True)\n"
        'structlog.get_logger().error("rules_not_reconciled", words="6: wenna@trelease.example is no address")\n'
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stderr
    assert "6: (an address)" in told
    assert "trelease" not in told
