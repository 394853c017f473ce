"""Every record in the order it came to be, beside the entry of the history that says so: for whoever checks the file.

Personal data: the lines hold what the records hold. The bytes of messages and papers are named by their hashes alone.
"""

from __future__ import annotations

import enum
import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import LargeBinary, inspect
from sqlalchemy.orm import Session

from bot.audit import entries
from models.audit import AuditEntry
from models.base import Base
from models.letter import Letter, LetterKind
from models.view import RegisterGrant, RegisterView

_OF_AN_ENTRY = ("id", "at", "actor", "verb", "subject", "detail", "digest", "previous", "hash", "seal")


def records_in_order(session: Session) -> Iterator[str]:
    """A line of JSON for each entry of the history: its own fields, and the record it is about, as it stands now.

    `hash` can be reckoned again from the other fields as `models.audit.entry_hash` says, without our key.
    """
    kinds = {mapper.class_.__name__: mapper.class_ for mapper in Base.registry.mappers}
    for entry in entries(session):
        line = {name: getattr(entry, name) for name in _OF_AN_ENTRY}
        line |= {"at": entry.at.isoformat(), "content": _content(session, entry, kinds)}
        yield json.dumps(line, ensure_ascii=False, default=str)


def _content(session: Session, entry: AuditEntry, kinds: dict[str, type[Base]]) -> dict[str, Any] | None:
    """The columns of the record; None where the entry is about several, or about none that is kept."""
    name, _, key = entry.subject.partition(":")
    kind = kinds.get(name)
    if kind is None or not key:
        return None
    keys = inspect(kind).primary_key
    if len(keys) != 1:
        return None
    record = session.get(kind, int(key) if key.isdigit() and keys[0].type.python_type is int else key)
    if record is None or _for_named_readers(record):
        return None
    return {
        attribute.key: _plain(getattr(record, attribute.key))
        for attribute in inspect(kind).column_attrs
        if not isinstance(attribute.columns[0].type, LargeBinary)
    }


def _for_named_readers(record: Base) -> bool:
    """What only those named to a register may know: who looked and at how many lines, and notices of a marker."""
    if isinstance(record, Letter):
        return record.kind is LetterKind.CAUTIONARY_NOTICE
    return isinstance(record, RegisterGrant | RegisterView)


def _plain(value: object) -> object:
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, date | datetime):
        return value.isoformat()
    return value
