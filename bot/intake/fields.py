"""The head of a message or of a part: its fields, told apart without believing that they are well formed.

RFC 5322 section 2.2, read as leniently as section 4 asks: mbox "From " lines, bare CR or LF, folded lines, blanks
before the colon, a missing blank line before the body.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.intake.limits import Limits, Problems

_FIELD = re.compile(rb"([!-9;-~]{1,200}+)[ \t]*+:")
_END_OF_HEAD = re.compile(rb"\n[ \t]*+\r?\n")
_LOOK_AHEAD = 2_000
_LIKELY_FIELD = re.compile(
    rb"(?:[ \t][^\n]{0,998}\n){0,20}"
    rb"(?:from|to|cc|bcc|subject|date|sender|reply-to|message-id|in-reply-to|references|received|return-path|"
    rb"mime-version|content-[a-z-]{1,40}|x-[!-9;-~]{1,100}|dkim-signature|authentication-results|delivered-to|"
    rb"list-[a-z-]{1,40}|auto-submitted|precedence)[ \t]*:",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Fields:
    """Header fields from top to bottom: name in lower case, value as raw bytes, unfolded."""

    pairs: tuple[tuple[str, bytes], ...] = ()

    def every(self, name: str) -> list[bytes]:
        return [value for known, value in self.pairs if known == name]

    def first(self, name: str) -> bytes:
        """The topmost field of that name that says anything, else empty."""
        return next((value for known, value in self.pairs if known == name and value), b"")

    def last(self, name: str) -> bytes:
        return next((value for known, value in reversed(self.pairs) if known == name and value), b"")

    def has(self, name: str) -> bool:
        return any(known == name for known, _ in self.pairs)


def split_head(content: bytes, start: int, end: int, limits: Limits, problems: Problems) -> tuple[Fields, int]:
    """The fields that stand at `start`, and where the body begins. Reads at most `limits.head_bytes` line by line."""
    collector = _Collector(limits, problems)
    at = _after_mbox_line(content, start, end)
    while at < end:
        if at - start > limits.head_bytes:
            problems.note(
                "the head of the message is far too long: what stands beyond the first part of it was left out"
            )
            return collector.fields(), _body_after_overlong_head(content, at, end)
        stop = _end_of_line(content, at, end)
        line = content[at : min(stop, at + limits.field_bytes)].rstrip(b"\r\n")
        if stop - at > limits.field_bytes:
            collector.cut()
        if not line.strip(b" \t\r") and not _continues(content, at, stop, end):
            return collector.fields(), stop
        if not collector.take(line) and not _LIKELY_FIELD.match(content, stop, min(end, stop + _LOOK_AHEAD)):
            problems.note("the head of the message is broken: the text begins where it stops making sense")
            return collector.fields(), at
        at = stop
    return collector.fields(), end


class _Collector:
    def __init__(self, limits: Limits, problems: Problems) -> None:
        self._limits = limits
        self._problems = problems
        self._found: list[tuple[str, list[bytes]]] = []
        self._size = 0

    def take(self, line: bytes) -> bool:
        """Takes one line in; False if it is no part of a head at all."""
        if line[:1] in (b" ", b"\t"):
            self._fold(line)
            return True
        named = _FIELD.match(line)
        if named is None:
            return False
        self._size = len(line)
        if len(self._found) >= self._limits.fields:
            self._problems.note("the message has far too many header fields: the last of them were left out")
            return True
        self._found.append((named[1].decode("ascii").lower(), [line[named.end() :]]))
        return True

    def _fold(self, line: bytes) -> None:
        self._size += len(line)
        if self._size > self._limits.field_bytes:
            self.cut()
        elif self._found:
            self._found[-1][1].append(line)

    def cut(self) -> None:
        self._problems.note("a header field is far too long and was cut")

    def fields(self) -> Fields:
        return Fields(tuple((name, b"".join(lines).strip(b" \t\r\n")) for name, lines in self._found))


def _after_mbox_line(content: bytes, start: int, end: int) -> int:
    at = start
    while at < end and content[at : at + 1] in (b"\r", b"\n") and at - start < 100:
        at += 1
    if content.startswith((b"From ", b">From "), at) and not _FIELD.match(content, at, min(end, at + 300)):
        return _end_of_line(content, at, end)
    # Blank lines before the first field are a transport's slip; before anything else they are an empty head.
    return at if _LIKELY_FIELD.match(content, at, min(end, at + 300)) else start


def _end_of_line(content: bytes, at: int, end: int) -> int:
    found = content.find(b"\n", at, end)
    return end if found < 0 else found + 1


def _continues(content: bytes, at: int, stop: int, end: int) -> bool:
    """A line of blanks only: an editor's slip inside a folded field if more of the head follows it."""
    return content[at : at + 1] in (b" ", b"\t") and bool(
        _LIKELY_FIELD.match(content, stop, min(end, stop + _LOOK_AHEAD))
    )


def _body_after_overlong_head(content: bytes, at: int, end: int) -> int:
    found = _END_OF_HEAD.search(content, at, end)
    return found.end() if found else end
