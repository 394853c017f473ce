"""Reads the part of a policy that says how the council proceeds: one table for each class of `models.procedure`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Protocol, TypeVar, get_type_hints

from models.procedure import (
    Challenge,
    Clocks,
    Conduct,
    CouncilKind,
    Document,
    LetterRule,
    People,
    Procedure,
    Registers,
    Reviews,
)

Table = dict[str, object]
T = TypeVar("T")
READINGS = tuple(f"T{number}" for number in range(1, 22))
# The clocks that are the council's own: for each, the policy names its paragraph.
OWN_CLOCKS = (
    "report_review",
    "acknowledgement",
    "monitoring",
    "committee_report",
    "council_decision",
    "review",
    "end_review",
    "further_review",
    "urgent",
    "appeal",
    "similar_requests",
    "cautionary_review",
)
TABLES = (
    "document",
    "council",
    "people",
    "clocks",
    "conduct",
    "reviews",
    "challenge",
    "registers",
    "readings",
    "sources",
    "retention",
    "letters",
)


class Reader(Protocol):
    """What `config.load` reads a file with."""

    def refuse(self, key: str, why: str) -> Exception: ...
    def table_at(self, table: Table, key: str) -> Table: ...
    def whole(self, table: Table, prefix: str, keys: tuple[str, ...]) -> Table: ...


def read_procedure(reader: Reader, top: Table, decides: tuple[str, ...]) -> Procedure:
    """Every key must be there and be of its kind; SettingsError names file, line and key."""

    def section(name: str, kind: type[T], **known: object) -> T:
        return _values(reader, reader.table_at(top, name), f"{name}.", kind, known)

    return Procedure(
        document=section("document", Document),
        council=section("council", CouncilKind),
        people=section("people", People, decides=decides),
        clocks=section("clocks", Clocks),
        conduct=section("conduct", Conduct),
        reviews=section("reviews", Reviews),
        challenge=section("challenge", Challenge),
        registers=section("registers", Registers),
        readings=_readings(reader, reader.table_at(top, "readings")),
        retention=_retention(reader, reader.table_at(top, "retention")),
        letters=_letters(reader, reader.table_at(top, "letters")),
        sources=_sources(reader, reader.table_at(top, "sources")),
    )


def _values(reader: Reader, table: Table, prefix: str, kind: type[T], known: Mapping[str, object]) -> T:
    wanted = {name: hint for name, hint in get_type_hints(kind).items() if name not in known}
    whole = reader.whole(table, prefix, tuple(wanted))
    read = {name: _value(reader, f"{prefix}{name}", whole[name], hint) for name, hint in wanted.items()}
    return kind(**known, **read)


_KINDS: dict[object, tuple[str, Callable[[Any], bool]]] = {
    str: ("a text", lambda v: isinstance(v, str)),
    int: ("a whole number, 0 or more", lambda v: isinstance(v, int) and not isinstance(v, bool) and v >= 0),
    bool: ("true or false", lambda v: isinstance(v, bool)),
    tuple[str, ...]: ("a list of texts", lambda v: isinstance(v, list) and all(isinstance(i, str) for i in v)),
    tuple[int, ...]: (
        "a list of whole numbers, rising",
        lambda v: isinstance(v, list) and all(type(i) is int and i > 0 for i in v) and sorted(set(v)) == v,
    ),
}


def _value(reader: Reader, key: str, value: Any, hint: object) -> object:
    words, fits = _KINDS[hint]
    if not fits(value):
        raise reader.refuse(key, f"should be {words}, not {value!r}")
    return tuple(value) if isinstance(value, list) else value


def _readings(reader: Reader, table: Table) -> Mapping[str, str]:
    whole = reader.whole(table, "readings.", READINGS) if table else table
    for key, value in whole.items():
        if value not in ("A", "B"):
            raise reader.refuse(f"readings.{key}", f"a reading is 'A' or 'B', not {value!r}")
    return MappingProxyType({key: str(value) for key, value in whole.items()})


def _sources(reader: Reader, table: Table) -> Mapping[str, str]:
    whole = reader.whole(table, "sources.", OWN_CLOCKS)
    return MappingProxyType({key: str(_value(reader, f"sources.{key}", value, str)) for key, value in whole.items()})


def _retention(reader: Reader, table: Table) -> Mapping[str, int]:
    found = {name: _value(reader, f"retention.{name}", value, int) for name, value in table.items()}
    return MappingProxyType({name: value for name, value in found.items() if isinstance(value, int)})


def _letters(reader: Reader, table: Table) -> Mapping[str, LetterRule]:
    found = {name: _letter(reader, table, name) for name in table}
    return MappingProxyType(found)


def _letter(reader: Reader, table: Table, name: str) -> LetterRule:
    return _values(reader, reader.table_at(table, name), f"letters.{name}.", LetterRule, {})
