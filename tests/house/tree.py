"""The house's own files, for tests about them: what is ours, by kind, read once."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "classifiers", "models", "config")
_OURS = (*PACKAGES, "tests", "benchmarks", "docs", ".ci")
_MADE = {"__pycache__", ".hypothesis"}
_TEXT = {".py", ".toml", ".md", ".html", ".css", ".js", ".sh", ".csv", ".json", ".jsonl", ".txt", ""}


def files(*folders: str) -> Iterator[Path]:
    """Every file of ours under these folders (else everywhere), in order; nothing that a tool made."""
    for folder in folders or _OURS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and not _MADE & set(path.parts):
                yield path
    if not folders:
        yield from sorted(p for p in ROOT.iterdir() if p.is_file() and p.name != ".git")


def texts(*folders: str) -> Iterator[tuple[Path, str]]:
    """Those that people write and read."""
    for path in files(*folders):
        if path.suffix in _TEXT:
            yield path, path.read_text(encoding="utf-8", errors="replace")


def modules(*folders: str) -> list[tuple[Path, ast.Module]]:
    """Python files, parsed."""
    return [(path, _parsed(path)) for path in files(*(folders or PACKAGES)) if path.suffix == ".py"]


@cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def name(path: Path) -> str:
    """As a person names it: from the top of the tree."""
    return path.relative_to(ROOT).as_posix()


def calls(tree: ast.Module) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def where(path: Path, node: ast.AST) -> str:
    return f"{name(path)}:{getattr(node, 'lineno', 0)}"
