"""The way in: the README's commands are the ones there are, and CI runs what the README says."""

from __future__ import annotations

import importlib
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from bot.cli import WHERE, cli
from tests.house.tree import ROOT, files, name, texts

README = (ROOT / "README.md").read_text(encoding="utf-8")
CASEWORK = (ROOT / "docs/casework/commands.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
CI = (ROOT / ".ci/run").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", *(p for p in files("docs") if p.suffix == ".md")]
WAYS_TO_RUN_IT = (".venv/bin/evenhand", "evenhand")


ANY = click.Context(cli)


def named(group: click.Group, name: str) -> click.Command:
    command = group.get_command(ANY, name)
    assert command is not None, name
    return command


def leaves(command: click.Command, words: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        for each in command.list_commands(ANY):
            yield from leaves(named(command, each), (*words, each))
    else:
        yield " ".join(words), command


COMMANDS = dict(leaves(cli))
SHARED = {option for parameter in cli.params for option in parameter.opts} | {"--help", "--version"}

PLAIN = {"--name", "--email", "--phone", "--address", "--notes"}  # a record's own fields: their names say it


def code(page: str) -> Iterator[str]:
    """Every line of code on a page: in fences, and in running text."""
    for fence in re.findall(r"^```.*?\n(.*?)^```", page, re.MULTILINE | re.DOTALL):
        yield from fence.replace("\\\n", " ").splitlines()
    yield from re.findall(r"(?<!`)`([^`\n]+)`(?!`)", re.sub(r"^```.*?^```", "", page, flags=re.MULTILINE | re.DOTALL))


def told_commands(page: str) -> Iterator[list[str]]:
    for line in code(page):
        words = line.partition("#")[0].split()
        while words and "=" in words[0]:  # EVENHAND_HOME=... evenhand run
            words = words[1:]
        if words and words[0] in WAYS_TO_RUN_IT and len(words) > 1:
            yield words[1:]


def find(words: list[str]) -> click.Command:
    command: click.Command = cli
    for word in words:
        if word.startswith("-") or not isinstance(command, click.Group):
            break
        if word in command.list_commands(ANY):
            command = named(command, word)
        elif command is cli:
            raise AssertionError(f"there is no `evenhand {word}`")
    return command


@pytest.mark.parametrize("page", PAGES, ids=lambda p: name(p))
def test_every_command_on_a_page_is_there_with_its_options(page: Path) -> None:
    for words in told_commands(page.read_text(encoding="utf-8")):
        command = find([w.split("|")[0] for w in words])
        known = SHARED | {
            option for parameter in command.params for option in parameter.opts + parameter.secondary_opts
        }
        if isinstance(command, click.Group):  # its bare name does its first command
            known |= {o for below in command.commands.values() for parameter in below.params for o in parameter.opts}
        unknown = {w.partition("=")[0].strip("[]") for w in words if w.startswith(("--", "[--"))} - known
        assert not unknown, f"`evenhand {' '.join(words)}` knows no {unknown}"


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_is_on_a_page_of_commands_and_says_what_it_is_for(words: str) -> None:
    told = re.search(rf"`evenhand {re.escape(words)}\b", README + CASEWORK)
    assert told, f"README.md, or docs/casework/commands.md: a line for `evenhand {words}`"
    assert COMMANDS[words].help, "help= in one sentence"


@pytest.mark.parametrize("words", COMMANDS)
def test_every_option_says_what_it_is_for_or_is_plain(words: str) -> None:
    for option in COMMANDS[words].params:
        if isinstance(option, click.Option) and not option.help and not PLAIN & set(option.opts):
            assert isinstance(option.type, click.Choice) or option.show_default, f"{words} {option.opts}: help="


def test_the_two_commands_of_the_readme_come_first() -> None:
    first = list(code(README))[:2]
    assert [line.partition("#")[0].strip() for line in first] == ["make demo", "make test"]


def test_every_target_on_a_page_is_in_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z]+):", MAKEFILE, re.MULTILINE))
    told = {
        words[1]
        for page in PAGES
        for line in code(page.read_text(encoding="utf-8"))
        if len(words := line.split()) > 1 and words[0] == "make" and re.fullmatch("[a-z]+", words[1])
    }
    assert told <= targets
    assert targets <= told | {"help"}, "a target that README.md does not name"


def test_ci_runs_the_readme_s_test_command_and_the_gates() -> None:
    lines = [line.strip() for line in CI.splitlines() if not line.strip().startswith("#")]
    assert any(re.search(r"\bmake test\b(?! ARGS)", line) for line in lines)
    assert "make check" in lines


def test_every_file_that_a_page_links_to_is_there() -> None:
    for page in PAGES:
        for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / link).exists(), f"{name(page)} links to {link}"


@pytest.mark.parametrize("script", list(files(".ci")), ids=lambda p: p.name)
def test_scripts_can_be_read_by_bash(script: Path) -> None:
    assert os.access(script, os.X_OK), "chmod +x"
    assert script.read_text(encoding="utf-8").startswith("#!/usr/bin/env bash\n")
    done = subprocess.run(["bash", "-n", str(script)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "set -euo pipefail" in script.read_text(encoding="utf-8")


def test_exit_codes_are_told_where_people_look() -> None:
    from bot.cli import MAILBOX, REFUSED, UNUSABLE

    for exit_code in (0, REFUSED, 2, UNUSABLE, MAILBOX):
        assert re.search(rf"^\| {exit_code} \|", README, re.MULTILINE), f"README.md: what exit code {exit_code} means"


def test_every_decision_of_the_house_has_its_number_once() -> None:
    numbers = [p.name[:4] for p in files("docs/adr") if p.suffix == ".md"]
    assert len(numbers) == len(set(numbers))
    for path, text in texts("docs/adr"):
        assert re.match(rf"# {path.name[:4]}: ", text), f"{path.name}: begin with '# {path.name[:4]}: what was decided'"


def test_every_command_is_loaded_from_where_the_command_line_says_it_is() -> None:
    there = {path.stem for path in files("bot/commands") if "\nCOMMANDS" in path.read_text(encoding="utf-8")}
    assert there - set(WHERE) == {"cautionary"}  # shown by the registers' module
    for module, names in WHERE.items():
        assert tuple(c.name for c in importlib.import_module(f"bot.commands.{module}").COMMANDS) == names
