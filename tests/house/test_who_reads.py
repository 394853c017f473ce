"""What a command shows of people is shown to an officer who may read: one rule, at the door."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.cli import cli
from tests.builders import a_store
from tests.house.tree import calls, modules, name
from tests.web.people import MORE, let_in

# What runs without anybody, since it shows nobody: the door itself, the service, the machine's own checks.
WITHOUT_AN_OFFICER = {
    "bot/commands/door.py": 1,  # of app(), which asks who acts
    "bot/commands/store.py": 4,  # init, check, officer list, audit verify
    "bot/commands/mail.py": 4,  # import, retry, run, serve
    "bot/commands/enforcing.py": 3,  # plan, now, off: the numbers of restrictions
    "bot/commands/casework.py": 1,  # the mail server brought into line
    "bot/commands/said.py": 1,
    "bot/commands/policies.py": 1,
}
READING = (
    ["contact", "list"],
    ["customers", "list"],
    ["customers", "show", "C-1"],
    ["queue", "list"],
    ["queue", "show", "1"],
    ["matter", "list"],
    ["associate", "list"],
    ["restriction", "list"],
    ["letter", "show", "1"],
    ["case", "show", "2026/1"],
    ["request", "show", "2026/1"],
    ["report", "contact-log", "--customer", "C-1", "--out", "log.pdf"],
    ["due"],
    ["findings", "--out", "findings.jsonl"],
    ["register", "circulation"],
)


def test_only_what_shows_nobody_opens_the_store_without_asking_who_acts() -> None:
    found: dict[str, int] = {}
    for path, tree in modules("bot/commands"):
        opening = [c for c in calls(tree) if isinstance(c.func, ast.Attribute) and c.func.attr == "machine"]
        if opening:
            found[name(path)] = len(opening)
    assert found == WITHOUT_AN_OFFICER, "door.app() asks who acts; door.machine() is for what shows nothing of anybody"


@pytest.mark.parametrize("words", READING, ids=" ".join)
def test_nobody_reads_who_is_no_officer_or_may_not_read(tmp_path: Path, words: list[str]) -> None:
    with a_store(tmp_path) as app:
        let_in(app, MORE)
    for officer, why in (("nobody", "no officer 'nobody'"), ("e.nancarrow", "may not")):
        done = CliRunner().invoke(cli, [*words, "--home", str(tmp_path), "--as", officer])
        assert why in str(done.exception), done.output
