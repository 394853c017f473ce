"""Which line of a TOML file a key stands on, so that what is wrong can be found at once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

_HEAD = re.compile(r"\s*(\[+)([^\]=]+)\]+\s*(?:#.*)?$")
_KEY = re.compile(r"\s*([\w\"'.\- ]+?)\s*=")


def line_of(text: str, key: str) -> int:
    """The line, from 1. Where the key is missing, the line on which its table begins.

    `mailbox.main.host` is a key of the table [mailbox.main]; `flags[3].label` one of the third [[flags]].
    """
    entries = list(_entries(text))
    while key:
        for line, name in entries:
            if name == key or name.startswith((f"{key}.", f"{key}[")):
                return line
        key = key.rpartition(".")[0]
    return 1


def _entries(text: str) -> Iterator[tuple[int, str]]:
    """Every header and every key, with its line and its whole name."""
    table, seen = "", Counter[str]()
    for number, line in enumerate(text.splitlines(), 1):
        if head := _HEAD.match(line):
            table = _bare(head[2])
            if head[1] == "[[":
                seen[table] += 1
                table = f"{table}[{seen[table]}]"
            yield number, table
        elif found := _KEY.match(line):
            yield number, f"{table}.{_bare(found[1])}".lstrip(".")


def _bare(name: str) -> str:
    return ".".join(part.strip().strip("\"'") for part in name.split("."))
