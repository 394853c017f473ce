"""winmail.dat: what Outlook sends when it forgets that others do not use it (MS-OXTNEF). Body text and attachments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.intake.charsets import html_to_str, to_text
from bot.intake.html import html_to_text
from bot.intake.rich_text import decompress, rich_to_text

_SIGNATURE = b"\x78\x9f\x3e\x22"
_BODY, _MESSAGE_PROPERTIES = 0x2800C, 0x69003
_NEW_FILE, _TITLE, _DATA, _FILE_PROPERTIES = 0x69002, 0x18010, 0x6800F, 0x69005
_PLAIN_BODY, _HTML_BODY, _RICH_BODY = 0x1000, 0x1013, 0x1009
_LONG_NAME, _OTHER_NAME, _FILE_CONTENT = 0x3707, 0x3001, 0x3701
_FIXED = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_VARIABLE = (0x0D, 0x1E, 0x1F, 0x102)
_MOST = 2_000


@dataclass(slots=True)
class TnefFile:
    name: str = ""
    content: bytes = b""


@dataclass(slots=True)
class Tnef:
    """What was wrapped. `text` is the letter, empty if there was none."""

    text: str = ""
    files: list[TnefFile] = field(default_factory=list)


def is_tnef(data: bytes) -> bool:
    return data.startswith(_SIGNATURE)


def read_tnef(data: bytes, most_chars: int) -> Tnef:
    """Reads as far as the wrapping makes sense; what is cut off gives what stood before the cut."""
    found = Tnef()
    bodies: dict[int, str] = {}
    for attribute, value in _attributes(data):
        if attribute == _BODY:
            bodies.setdefault(_PLAIN_BODY, to_text(value))
        elif attribute == _MESSAGE_PROPERTIES:
            for identity, kind, content in _properties(value):
                _take_body(bodies, identity, kind, content, most_chars)
        elif attribute == _NEW_FILE:
            found.files.append(TnefFile())
        elif found.files:
            _take_file(found.files[-1], attribute, value)
    found.text = next(
        (text for text in (bodies.get(_PLAIN_BODY), bodies.get(_HTML_BODY), bodies.get(_RICH_BODY)) if text), ""
    )
    return found


def _take_body(bodies: dict[int, str], identity: int, kind: int, content: bytes, most: int) -> None:
    if identity == _PLAIN_BODY:
        bodies[_PLAIN_BODY] = _string(kind, content).strip()
    elif identity == _HTML_BODY:
        bodies[_HTML_BODY] = html_to_text(html_to_str(content, "utf-16" if kind == 0x1F else ""))[0]
    elif identity == _RICH_BODY:
        bodies[_RICH_BODY] = rich_to_text(decompress(content, most * 20), most)


def _take_file(file: TnefFile, attribute: int, value: bytes) -> None:
    if attribute == _TITLE:
        file.name = file.name or to_text(value).strip()
    elif attribute == _DATA:
        file.content = value
    elif attribute == _FILE_PROPERTIES:
        for identity, kind, content in _properties(value):
            if identity == _LONG_NAME or (identity == _OTHER_NAME and not file.name):
                file.name = _string(kind, content).strip() or file.name
            elif identity == _FILE_CONTENT and kind == 0x102 and not file.content:
                file.content = content


def _string(kind: int, content: bytes) -> str:
    return to_text(content, "utf-16-le" if kind == 0x1F else "")


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 6
    for _ in range(_MOST):
        if at + 9 > len(data):
            return
        size = int.from_bytes(data[at + 5 : at + 9], "little")
        yield int.from_bytes(data[at + 1 : at + 5], "little"), data[at + 9 : at + 9 + size]
        at += 9 + size + 2


def _properties(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """(id, type, value) of MAPI properties; stops at the first that makes no sense, since all after it are shifted."""
    at = 4
    for _ in range(min(int.from_bytes(data[:4], "little"), _MOST)):
        kind = int.from_bytes(data[at : at + 2], "little")
        identity = int.from_bytes(data[at + 2 : at + 4], "little")
        at += 4
        if identity >= 0x8000:
            at = _past_name(data, at)
        count = 1
        if kind & 0x1000 or kind in _VARIABLE:
            count = int.from_bytes(data[at : at + 4], "little")
            at += 4
        kind &= 0x0FFF
        for _ in range(min(count, _MOST)):
            if at >= len(data) or (kind not in _VARIABLE and kind not in _FIXED):
                return
            value, at = _value(data, at, kind)
            yield identity, kind, value


def _past_name(data: bytes, at: int) -> int:
    named = int.from_bytes(data[at + 16 : at + 20], "little")
    size = int.from_bytes(data[at + 20 : at + 24], "little")
    return at + 24 if named == 0 else at + 24 + size + -size % 4


def _value(data: bytes, at: int, kind: int) -> tuple[bytes, int]:
    if kind not in _VARIABLE:
        return data[at : at + _FIXED[kind]], at + _FIXED[kind]
    size = int.from_bytes(data[at : at + 4], "little")
    return data[at + 4 : at + 4 + size], at + 4 + size + -size % 4
