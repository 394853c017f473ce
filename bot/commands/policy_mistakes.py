"""Everything that is wrong with a council's policy file at once: a clerk need not mend it one slip at a time."""

from __future__ import annotations

import copy
import re
from dataclasses import replace
from pathlib import Path

from config.lines import line_of
from config.load import POLICIES, Table, TomlFile, policy_file, read_policy
from config.policy_keys import Key, keys_of
from models.errors import SettingsError
from models.policy import Policy
from models.policy_check import takes_no_decisions, wrong

_WHOLE = "saltash"  # the fullest of the policies that come with the program: it has every key
_MOST = 200
_KEYS = re.compile(r"[a-z_]+(?:\[\d+\])?(?:\.\w+)*(?:, [a-z_]+\.\w+)*")
_ROW = re.compile(r"(\w+)\[(\d+)\]")


def mistakes(name: str, home: Path | None = None) -> tuple[list[str], Policy | None]:
    """What is wrong with this policy, each with its line, its key, what the key is for and its paragraph; and the
    policy where nothing is. SettingsError where there is no such file."""
    path = policy_file(name, home)
    try:
        file = TomlFile(path)
    except SettingsError as error:
        return [str(error)], None
    found: dict[str, str] = {}
    policy = None
    while policy is None and len(found) < _MOST:
        try:
            policy = read_policy(file)
        except SettingsError as error:
            if error.key in found or not _put_right(file.table, error.key):
                return [*found.values(), _without_path(path, error)], None
            found[error.key] = _without_path(path, error)
    told = [words for words in (_wrong(policy, path) if policy else []) if not any(key in words for key in found)]
    known = _known(path)
    lines = [f"{words}{_meaning(key, known)}" for key, words in found.items()]
    lines += [
        f"line {line_of(file.text, _keys(words)[0])}, {words}{_meaning(_keys(words)[0], known)}" for words in told
    ]
    return lines, None if lines else policy


def _wrong(policy: Policy, path: Path) -> list[str]:
    """Beside what is refused anywhere: a council's own file by which no council decides. `general` came with the
    program for replays."""
    none_decides = takes_no_decisions(policy) if path.parent.resolve() != POLICIES.resolve() else ""
    return [*wrong(policy), *([none_decides] if none_decides else [])]


def _without_path(path: Path, error: SettingsError) -> str:
    """ "line 3, decision.bodies: ..." """
    return re.sub(r", key '(.*?)':", r", \1:", str(error).removeprefix(f"{path}").lstrip(",: "), count=1)


def _keys(words: str) -> list[str]:
    found = _KEYS.match(words)
    return found[0].split(", ") if found else [""]


def _known(path: Path) -> dict[str, Key]:
    """What each key means: the council's own words where it wrote some, else ours."""
    known = {key.name: key for key in keys_of(POLICIES / f"{_WHOLE}.toml")}
    for own in keys_of(path):
        ours = known.get(own.name, own)
        known[own.name] = replace(own, meaning=own.meaning or ours.meaning, source=own.source or ours.source)
    return known


def _meaning(name: str, known: dict[str, Key]) -> str:
    key = known.get(name)
    if key is None:
        return ""
    return f". What it is for: {key.meaning.rstrip('.')}" + f" [{key.source}]" * bool(key.source)


# --- putting one key right, so that the next mistake can be seen ---


def _put_right(table: Table, key: str) -> bool:
    """Give this key the value that it has in a whole policy, or take it out where none has it; False if neither can."""
    row = _ROW.match(key)
    if row:
        rows = table.get(row[1])
        if isinstance(rows, list) and 0 < int(row[2]) <= len(rows):
            rows[int(row[2]) - 1] = _good_row(row[1])
            return True
        return False
    return _like(table, _good(), key.split("."))


def _like(table: Table, good: object, parts: list[str]) -> bool:
    name, *rest = parts
    there, right = table.get(name), good.get(name) if isinstance(good, dict) else None
    if rest and isinstance(there, dict) and isinstance(right, dict):
        return _like(there, right, rest)
    if right is not None:
        table[name] = copy.deepcopy(right)
        return True
    return table.pop(name, None) is not None


def _good() -> Table:
    return TomlFile(POLICIES / f"{_WHOLE}.toml").table


def _good_row(table: str) -> object:
    rows = _good()[table]
    assert isinstance(rows, list)
    return rows[0]
