"""Every package that is asked for is used, and every package that is used is asked for."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterable

from tests.house.tree import PACKAGES, ROOT, modules, name

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

# Used without being imported by name in our own code, and why.
NOT_IMPORTED = {
    "tzdata": "zoneinfo's time zones, where the machine has none (Windows, slim containers)",
    "psycopg": "SQLAlchemy's driver for postgresql+psycopg:// addresses",
    "govuk-frontend-jinja": "templates, named by their package",
    "pytest-xdist": "make test runs tests side by side",
    "import-linter": "lint-imports, by make check and tests/house",
    "onnx": "torch.onnx and onnxruntime.quantization write the encoder with it",
    "mypy": "make check",
    "ruff": "make check",
}
# Imported by a name that is not its package's own, or as the interface of the package that brings it.
CALLED = {
    "argon2": "argon2-cffi",
    "sklearn": "scikit-learn",
    "statemachine": "python-statemachine",
    "importlinter": "import-linter",
    "werkzeug": "flask",
    "jinja2": "flask",
    "markupsafe": "flask",
    "_pytest": "pytest",
}


def wanted(lines: Iterable[str]) -> set[str]:
    return {re.split(r"[\s\[<>=!~;]", line, maxsplit=1)[0].lower() for line in lines}


ALL = modules(*PACKAGES, "tests", "benchmarks")
TRAINING = "classifiers/training"  # made at home, with an extra of its own
RUN = wanted(PROJECT["dependencies"])
EXTRAS = {name: wanted(lines) for name, lines in PROJECT.get("optional-dependencies", {}).items()}


def imported(*folders: str) -> set[str]:
    """Distributions of what these folders import, as far as it is neither ours nor Python's."""
    tops = {
        (alias.name if isinstance(node, ast.Import) else node.module or "").partition(".")[0]
        for path, tree in modules(*folders)
        if folders == (TRAINING,) or not name(path).startswith(TRAINING)
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom) and not getattr(node, "level", 0)
        for alias in node.names
    }
    outside = tops - set(sys.stdlib_module_names) - {*PACKAGES, "tests", "benchmarks"}
    return {CALLED.get(top, top.replace("_", "-")) for top in outside}


def loaded(*folders: str) -> set[str]:
    """Distributions that importing these folders' modules brings along, by way of our own modules too."""
    ours = {name(path).removesuffix(".py").removesuffix("/__init__").replace("/", "."): tree for path, tree in ALL}
    tops: set[str] = set()
    seen: set[str] = set()
    waiting = [module for module in ours if module.startswith(tuple(folder.replace("/", ".") for folder in folders))]
    while waiting:
        module = waiting.pop()
        if module in seen:
            continue
        seen.add(module)
        for node in ours[module].body:
            if isinstance(node, ast.Import):
                named = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                named = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
            else:
                continue
            waiting += [each for each in named if each in ours]
            tops.add(named[0].partition(".")[0])
    outside = tops - set(sys.stdlib_module_names) - {*PACKAGES, "tests", "benchmarks"}
    return {CALLED.get(top, top.replace("_", "-")) for top in outside}


def test_what_the_program_imports_is_asked_for() -> None:
    optional = EXTRAS.get("postgres", set())
    assert imported(*PACKAGES) <= RUN | optional


def test_the_tests_load_no_more_than_their_own_extra_brings() -> None:
    suites = [each.name for each in (ROOT / "tests").iterdir() if each.is_dir() and each.name != "house"]
    brought = loaded("tests/conftest", *(f"tests/{suite}" for suite in suites))
    assert "sqlalchemy" in brought
    assert brought <= RUN | EXTRAS["test"], "make test installs less than make check"


def test_what_is_asked_for_is_used() -> None:
    assert RUN - imported(*PACKAGES) <= NOT_IMPORTED.keys(), "take it out of pyproject.toml, or say here what for"


def test_what_makes_the_weights_is_asked_for_apart() -> None:
    assert imported(TRAINING) <= RUN | EXTRAS["training"]


def test_every_extra_is_used_too() -> None:
    everything = imported(*PACKAGES, "tests", "benchmarks") | imported(TRAINING)
    for extra, names in EXTRAS.items():
        assert names - everything - {"evenhand"} <= NOT_IMPORTED.keys(), f"[{extra}] asks for what nothing uses"


def test_every_package_has_a_lowest_version_that_is_known_to_serve() -> None:
    asked = [PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()]
    unsaid = [line for lines in asked for line in lines if ">=" not in line]
    assert [line for line in unsaid if line != "tzdata" and not line.startswith("evenhand[")] == []


def test_tools_whose_next_version_may_judge_otherwise_are_held() -> None:
    held = {line for line in PROJECT["optional-dependencies"]["check"] if "<" in line}
    assert {"ruff", "mypy"} <= wanted(held)
