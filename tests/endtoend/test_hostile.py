"""Odd and hostile mail through the command line: none lost, no crash, whatever it was made of."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.mail.hostile import hostile

HOW_MANY = 180  # four of each kind; `make hostile` takes all thousand


def evenhand(home: Path, *words: str) -> str:
    command = [sys.executable, "-m", "bot.cli", "--home", str(home), *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_hostile_mail_is_logged_or_put_before_a_person_and_never_lost(tmp_path: Path) -> None:
    mail, home = tmp_path / "mail", tmp_path / "home"
    mail.mkdir()
    contents = {content for _, content in hostile(HOW_MANY)}
    for number, content in enumerate(sorted(contents)):
        (mail / f"{number:04}.eml").write_bytes(content)
    evenhand(home, "init")
    outcome = json.loads(evenhand(home, "import", "--json", str(mail)))
    assert outcome.get("recorded", 0) + outcome.get("shunted", 0) == len(contents)
    waiting = json.loads(evenhand(home, "queue", "list", "--json", "--limit", "10000"))
    shunted = [item for item in waiting if item["contact"] is None]
    assert len(shunted) == outcome.get("shunted", 0)
    assert len(json.loads(evenhand(home, "contact", "list", "--json"))) == outcome.get("recorded", 0)
    evenhand(home, "audit", "verify")
