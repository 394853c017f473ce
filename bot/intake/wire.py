"""A Message as JSON and back, for the pipe between the parsing process and us.

The child has handled a stranger's bytes: nothing that it sends may be more than text, numbers and their order.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from models.message import Address, Attachment, Authentication, Automatic, Message, OwnWords, Verdict

Json = dict[str, Any]


def to_bytes(message: Message) -> bytes:
    return json.dumps(asdict(message), default=datetime.isoformat).encode("ascii")


def from_bytes(data: bytes) -> Message:
    """The message; ValueError, TypeError or KeyError if these bytes are none."""
    return _message(json.loads(data))


def _message(row: Json) -> Message:
    return Message(
        **{
            **row,
            "sender": Address(**row["sender"]),
            "received_at": datetime.fromisoformat(row["received_at"]),
            "sent_at": datetime.fromisoformat(row["sent_at"]) if row["sent_at"] else None,
            "reply_to": _addresses(row["reply_to"]),
            "to": _addresses(row["to"]),
            "cc": _addresses(row["cc"]),
            "references": tuple(row["references"]),
            "words": OwnWords(**row["words"]),
            "attachments": tuple(Attachment(**a) for a in row["attachments"]),
            "automatic": Automatic(row["automatic"]) if row["automatic"] else None,
            "authentication": _authentication(row["authentication"]),
            "forwarded": tuple(_message(inner) for inner in row["forwarded"]),
            "problems": tuple(row["problems"]),
        }
    )


def _addresses(rows: list[Json]) -> tuple[Address, ...]:
    return tuple(Address(**row) for row in rows)


def _authentication(row: Json) -> Authentication:
    verdicts = {name: Verdict(row[name]) for name in ("spf", "dkim", "dmarc")}
    return Authentication(**verdicts, trusted_by=row["trusted_by"])
