"""The table of obligations: each stands once, none is left out, and what it names is there."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from itertools import groupby

from tests.house.tree import ROOT, modules, name, texts

PAGE = (ROOT / "docs/casework/obligations.md").read_text(encoding="utf-8")
PARTS = [
    "GEN",
    "LOG",
    "BEH",
    "IW",
    "ST1",
    "ST2",
    "RES",
    "NO",
    "CC",
    "CIR",
    "CH",
    "REV",
    "FE",
    "SAR",
    "REC",
    "CON",
    "LC",
    "LV",
    "PUB",
    "INV",
]
OBLIGATION = re.compile(rf"(?<![\w-])((?:{'|'.join(PARTS)})-\d\d)(?!\d)")
STATED = re.findall(rf"^\| ({OBLIGATION.pattern}) \|", PAGE, re.MULTILINE)
IDS = [found[0] for found in STATED]


def test_each_obligation_stands_once_in_the_order_of_its_number_and_none_is_left_out() -> None:
    assert [ident for ident, times in Counter(IDS).items() if times > 1] == []
    parts = [
        (part, [int(ident[-2:]) for ident in group]) for part, group in groupby(IDS, lambda i: i.rpartition("-")[0])
    ]
    assert sorted(part for part, _ in parts) == sorted(PARTS)
    assert [(part, numbers) for part, numbers in parts if numbers != list(range(1, len(numbers) + 1))] == []


def test_every_obligation_that_the_house_speaks_of_is_on_the_page() -> None:
    strange = {
        f"{name(path)}: {ident}"
        for path, text in texts("bot", "models", "config", "docs", "classifiers")
        if path.suffix in (".py", ".toml", ".md")
        for ident in OBLIGATION.findall(text)
        if ident not in IDS
    }
    assert not strange, f"no such obligation on docs/casework/obligations.md: {sorted(strange)}"


def test_every_test_that_the_page_names_is_there() -> None:
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    gone = named - set(_tests())
    assert not gone, f"docs/casework/obligations.md names tests that are gone: {sorted(gone)}; name what shows it now"
    assert len(named) > 80


def _tests() -> Iterator[str]:
    for _, tree in modules("tests"):
        yield from (node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
