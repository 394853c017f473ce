"""How much of one message is read, and where it is written down what was not.

The caps stand before any work is done, so that time and memory grow with the size of a message and never faster.
They are far above what people send; whoever meets one finds it named in the message's `problems`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

_MOST_PROBLEMS = 40


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes of what came in, in characters of what is made of it."""

    message_bytes: int = 60_000_000
    head_bytes: int = 512_000
    fields: int = 2_000
    field_bytes: int = 64_000
    addresses: int = 2_000
    references: int = 200
    depth: int = 30
    parts: int = 500
    forwarded_depth: int = 5
    body_chars: int = 500_000
    html_chars: int = 20_000_000
    html_tags: int = 300_000
    attachment_chars: int = 200_000
    document_bytes: int = 25_000_000
    document_pages: int = 60

    def without_documents(self) -> Limits:
        """The same, but no PDF or word processor file is opened: they are what most often breaks a reader."""
        return replace(self, document_bytes=0)


class Problems:
    """What could not be read, in plain words, each said once, in the order met."""

    def __init__(self) -> None:
        self._said: dict[str, None] = {}

    def note(self, words: str) -> None:
        if words and len(self._said) < _MOST_PROBLEMS:
            self._said.setdefault(words)

    def said(self) -> tuple[str, ...]:
        return tuple(self._said)
