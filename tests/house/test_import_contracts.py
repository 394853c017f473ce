"""Who may import whom (pyproject.toml, [tool.importlinter]; docs/adr/0007). An import that goes uphill fails here."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "classifiers", "models", "config")
VALUES = ("message", "finding", "history", "policy", "procedure", "calendar", "clock", "holidays", "errors")

STEPS = {
    *("intake", "triage", "queue", "casework", "enforcement", "learning", "matters"),
    *("requests", "letters", "registers", "clocks"),
}
DOORS = {"cli", "commands", "web", "scheduler"}
# Between the doors and the steps: what calls several steps, or none.
BETWEEN = {
    *("ahead", "audit", "bootstrap", "customers", "customer_import", "demo", "doctor"),
    *("elsewhere", "findings_form", "frames", "identity"),
    *(
        "mailbox",
        "officers",
        "paper",
        "pipeline",
        "posting",
        "readable",
        "rehearsal",
        "replay",
        "reports",
        "store",
        "watching",
        "work",
    ),
}

# A bad import for each contract, planted in a copy of the program: a wall that nothing can hit is no wall.
PLANTED = {
    "The gate": ("bot/commands/planted.py", "from bot.mailbox.rules.memory import MemoryRuleBook"),
    "Steps talk through records": ("bot/triage/planted.py", "from bot.casework import decisions"),
    "Steps know no door": ("bot/casework/planted.py", "import flask"),
    "Work and the store": ("bot/audit.py", "from bot.casework import decisions"),
    "What reads a message": ("bot/pipeline.py", "from bot.enforcement import apply"),
    "Doors call verbs": ("bot/commands/planted.py", "import sqlalchemy"),
    "The outside world": ("bot/mailbox/planted.py", "from bot import queue"),
    "Classifiers take values": ("classifiers/planted.py", "from models.decision import Decision"),
    "Records know no program": ("models/planted.py", "from bot import work"),
    "Settings are values": ("config/planted.py", "from bot import work"),
    "Only bootstrap reads": ("bot/triage/planted.py", "from config.load import load_settings"),
}


def lint(folder: Path) -> tuple[bool, str]:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode == 0, " ".join((done.stdout + done.stderr).split())


def test_nobody_imports_uphill() -> None:
    kept, said = lint(ROOT)
    assert kept, said


def test_every_contract_can_be_broken(tmp_path: Path) -> None:
    for package in PACKAGES:
        shutil.copytree(ROOT / package, tmp_path / package, ignore=_only_python)
    shutil.copyfile(ROOT / "pyproject.toml", tmp_path / "pyproject.toml")
    for file, words in PLANTED.values():
        with (tmp_path / file).open("a") as opened:
            opened.write(f"\n{words}\n")
    _, said = lint(tmp_path)
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    assert len(contracts) == len(PLANTED), "plant a bad import for a new contract"
    for contract in contracts:
        assert f"{contract['name']} BROKEN" in said, f"nothing can break: {contract['name']}"


def _only_python(folder: str, names: list[str]) -> set[str]:
    return {n for n in names if n == "__pycache__" or not (n.endswith(".py") or (Path(folder) / n).is_dir())}


def test_every_part_of_the_program_has_its_place() -> None:
    """A new part is named here, and in the contracts, before anything can hide in it."""
    there = {p.stem for p in (ROOT / "bot").iterdir() if p.suffix == ".py" or (p / "__init__.py").exists()}
    assert there - {"__init__"} <= STEPS | DOORS | BETWEEN


def imports(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("value", VALUES)
def test_values_import_the_standard_library_only(value: str) -> None:
    known = {*sys.stdlib_module_names, "models"}
    found = list(imports(ROOT / "models" / f"{value}.py"))
    assert {name.partition(".")[0] for name in found} <= known
    ours = {name.split(".")[1] for name in found if name.startswith("models.")}
    assert ours <= set(VALUES), f"models.{value} is a value and knows no record"


def test_classifiers_know_values_only() -> None:
    for file in (ROOT / "classifiers").rglob("*.py"):
        ours = {name.split(".")[1] for name in imports(file) if name.startswith("models.")}
        assert ours <= set(VALUES), f"{file.name} imports records"


def test_steps_know_of_the_outside_world_its_ports_only() -> None:
    allowed = {"enforcement": ("bot.mailbox.ports", "bot.mailbox.rules")}
    for step in sorted(STEPS):
        place = ROOT / "bot" / step
        for file in place.rglob("*.py") if place.is_dir() else [place.with_suffix(".py")]:
            outside = [name for name in imports(file) if name.startswith("bot.mailbox")]
            wrong = [n for n in outside if not n.startswith(allowed.get(step, ("bot.mailbox.ports",)))]
            assert not wrong, f"{file.relative_to(ROOT)}: {wrong}"


def everything_but(*places: str) -> Iterator[tuple[Path, ast.AST]]:
    for package in PACKAGES:
        for file in (ROOT / package).rglob("*.py"):
            name = file.relative_to(ROOT).as_posix()
            if not name.startswith(places):
                yield file, ast.parse(file.read_text(encoding="utf-8"))


def test_nobody_but_enforcement_writes_rules() -> None:
    """Bootstrap hands rule books out; `write(rules, stamp=...)` on one is the act itself (lock 3)."""
    for file, tree in everything_but("bot/enforcement/", "bot/mailbox/rules/"):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and any(keyword.arg == "stamp" for keyword in node.keywords):
                called = getattr(node.func, "attr", "")
                assert called != "write", f"{file.name}, line {node.lineno}: only bot.enforcement writes rules"


def test_nobody_but_the_decision_builds_a_restriction() -> None:
    """Lock 1, seen from outside: no other source names the constructor's pass, or calls the constructor."""
    for file, tree in everything_but("models/decision.py"):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                called = getattr(node.func, "attr", "") or getattr(node.func, "id", "")
                assert called != "Restriction", f"{file.name}, line {node.lineno}"
            assert getattr(node, "id", "") != "_THE_GATE"


def test_nothing_is_imported_by_a_name_made_at_run_time() -> None:
    """An import that no contract can see. (`importlib.resources` reads files and is no import.)

    But for one call, by which the command line loads a command from `bot.commands` and nowhere else, by the names of
    its own table (`test_way_in.py` holds it to what is there); every contract names `bot.commands` beside `bot.cli`.
    """
    commands = "importlib.import_module(f'bot.commands.{module}')"
    for file, tree in everything_but("models/migrations/"):
        for node in ast.walk(tree):
            called = getattr(node, "func", None)
            name = getattr(called, "attr", "") or getattr(called, "id", "")
            if file == ROOT / "bot/cli.py" and ast.unparse(node) == commands:
                continue
            assert name not in {"import_module", "__import__"}, f"{file.relative_to(ROOT)}, line {node.lineno}"
