"""A message taken apart into its parts (RFC 2046), by positions in the bytes: nothing is copied until it is read.

Our own splitter in place of the standard library's parser: that one recurses and re-tests every open boundary at
every line, so its time grows with depth times lines, and there is no way to cap it from outside. Here each level of
nesting is one search over its own bytes, and depth, parts and fields are counted while splitting.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import zip_longest

from bot.intake.decoding import transfer_decode
from bot.intake.fields import Fields, split_head
from bot.intake.header_text import media_type, parameters
from bot.intake.limits import Limits, Problems

_GUESS = re.compile(rb"^--([^\s][^\r\n]{0,199}?)[ \t]*\r?\ncontent-", re.MULTILINE | re.IGNORECASE)
_BOUNDARY_ANYWHERE = re.compile(rb"boundary\s{0,5}=\s{0,5}[\"']?([^\"';\s]{1,200})", re.IGNORECASE)
_CHARSET_ANYWHERE = re.compile(rb"charset\s{0,5}=\s{0,5}[\"']?([\w.:+-]{2,60})", re.IGNORECASE)


@dataclass(slots=True)
class Part:
    """One part: a leaf with bytes, or a multipart with children. Types and disposition are in lower case."""

    fields: Fields
    content_type: str
    parameters: dict[str, str]
    disposition: str
    filename: str
    content: bytes
    start: int
    end: int
    children: list[Part] = field(default_factory=list)
    aside: list[tuple[int, int]] = field(default_factory=list)
    opened: bool = False

    @property
    def raw(self) -> bytes:
        return self.content[self.start : self.end]

    @property
    def charset(self) -> str:
        return self.parameters.get("charset", "")

    def decoded(self) -> tuple[bytes, str]:
        """The bytes before transport, and what was wrong with their encoding in plain words."""
        return transfer_decode(self.raw, self.fields.first("content-transfer-encoding").decode("latin-1"))


class Splitter:
    """Takes one message apart, and those inside it, within one set of limits."""

    def __init__(self, limits: Limits, problems: Problems) -> None:
        self._limits = limits
        self._problems = problems
        self._parts = 0

    def message(self, content: bytes) -> Part:
        end = len(content)
        if end > self._limits.message_bytes:
            self._problems.note("the message is far too large: its end was not read")
            end = self._limits.message_bytes
        return self._part(content, 0, end, depth=0, default="text/plain")

    def _part(self, content: bytes, start: int, end: int, *, depth: int, default: str) -> Part:
        self._parts += 1
        fields, body = split_head(content, start, end, self._limits, self._problems)
        part = _leaf(fields, content, body, end, default)
        if part.content_type.startswith("multipart/"):
            self._open(part, depth)
        return part

    def _open(self, part: Part, depth: int) -> None:
        if depth >= self._limits.depth:
            self._problems.note("parts are nested too deeply: the innermost were not opened")
            return
        marks = self._marks(part)
        default = "message/rfc822" if part.content_type == "multipart/digest" else "text/plain"
        part.opened = bool(marks)
        if marks:
            part.aside.append((part.start, marks[0].start()))
        for mark, after in zip_longest(marks, marks[1:]):
            start = min(_next_line(part.content, mark.end(), part.end), part.end)
            end = _without_line_end(part.content, start, after.start()) if after else part.end
            if mark[1]:
                part.aside.append((start, end))
            elif self._parts >= self._limits.parts:
                self._problems.note("the message has far too many parts: the last of them were not opened")
                return
            elif start < end:
                part.children.append(self._part(part.content, start, end, depth=depth + 1, default=default))

    def _marks(self, part: Part) -> list[re.Match[bytes]]:
        boundary = part.parameters.get("boundary", "").encode("utf-8", "replace").rstrip()
        marks = self._find(part, boundary) if boundary else []
        if marks:
            return marks
        named = _BOUNDARY_ANYWHERE.search(part.fields.first("content-type"))
        if named and (marks := self._find(part, named[1])):
            return marks
        guessed = _GUESS.search(part.content, part.start, part.end)
        self._problems.note("the parts of the message are not marked off as it says")
        return self._find(part, guessed[1]) if guessed else []

    def _find(self, part: Part, boundary: bytes) -> list[re.Match[bytes]]:
        # Begins with plain letters, which the search then runs through at the speed of memory.
        pattern = re.compile(rb"--" + re.escape(boundary) + rb"(--)?[ \t]*+(?=\r|\n|\Z)")
        found: list[re.Match[bytes]] = []
        for mark in pattern.finditer(part.content, part.start, part.end):
            if mark.start() == part.start or part.content[mark.start() - 1] in b"\r\n":
                found.append(mark)
            if len(found) > self._limits.parts:
                break
        return found


def _leaf(fields: Fields, content: bytes, start: int, end: int, default: str) -> Part:
    written = fields.first("content-type")
    disposed = fields.first("content-disposition")
    typed = parameters(written)
    if "charset" not in typed and (named := _CHARSET_ANYWHERE.search(written)):
        typed["charset"] = named[1].decode("latin-1")
    placed = parameters(disposed)
    name = placed.get("filename") or typed.get("name") or typed.get("filename") or placed.get("name") or ""
    content_type = media_type(written) or default
    return Part(
        fields=fields,
        content_type=content_type,
        parameters=typed,
        disposition=disposed.split(b";")[0].strip(b" \"'").decode("latin-1").lower()[:40],
        filename=name.replace("\\", "/").rpartition("/")[2][:255],
        content=content,
        start=start,
        end=end,
    )


def _next_line(content: bytes, at: int, end: int) -> int:
    if content.startswith(b"\r\n", at):
        return at + 2
    return at + 1 if at < end else at


def _without_line_end(content: bytes, start: int, at: int) -> int:
    """The line end before a boundary belongs to the boundary (RFC 2046 section 5.1.1)."""
    if content[max(start, at - 2) : at] == b"\r\n":
        return at - 2
    return at - 1 if at > start and content[at - 1 : at] in (b"\n", b"\r") else at
