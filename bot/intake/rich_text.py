"""Rich Text Format as Outlook wraps it: decompressed (MS-OXRTFCP) and read as plain text, or as the HTML inside it."""

from __future__ import annotations

import re

from bot.intake.charsets import clean
from bot.intake.html import html_to_text

_PRELOAD = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor "
    b"MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0"
    b"\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_COMPRESSED, _UNCOMPRESSED = b"LZFu", b"MELA"
_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|[\r\n]+|([^\\{}\r\n]+)"
)
_SILENT = frozenset(["fonttbl", "colortbl", "stylesheet", "info", "pict", "object", "themedata", "datastore",
                     "xmlnstbl", "listtable", "listoverridetable", "rsidtbl", "generator", "header", "footer",
                     "fldinst"])  # fmt: skip
_LETTERS = {b"par": "\n", b"line": "\n", b"tab": "\t", b"cell": "  ", b"row": "\n", b"emdash": "—", b"endash": "–",
            b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”", b"bullet": "•"}  # fmt: skip


def decompress(data: bytes, most: int) -> bytes:
    """Plain RTF out of Outlook's compressed form; at most `most` bytes of it. Empty when it is neither form."""
    if len(data) < 16:
        return b""
    size, kind = int.from_bytes(data[4:8], "little"), data[8:12]
    if kind == _UNCOMPRESSED:
        return data[16 : 16 + min(size, most)]
    return _expand(data, min(size, most)) if kind == _COMPRESSED else b""


def _expand(data: bytes, size: int) -> bytes:
    ring = bytearray(4096)
    ring[: len(_PRELOAD)] = _PRELOAD
    write, at = len(_PRELOAD), 16
    out = bytearray()
    while at < len(data) and len(out) < size:
        flags = data[at]
        at += 1
        for bit in range(8):
            if at >= len(data) or len(out) >= size:
                break
            if not flags >> bit & 1:
                run = data[at : at + 1]
                at += 1
            else:
                word = int.from_bytes(data[at : at + 2], "big")
                at += 2
                offset, length = word >> 4, (word & 15) + 2
                if offset == write:
                    return bytes(out)
                write = _copy(ring, out, offset, length, write)
                continue
            out += run
            ring[write] = run[0]
            write = (write + 1) % 4096
    return bytes(out)


def _copy(ring: bytearray, out: bytearray, offset: int, length: int, write: int) -> int:
    for step in range(length):
        letter = ring[(offset + step) % 4096]
        out.append(letter)
        ring[write] = letter
        write = (write + 1) % 4096
    return write


def rich_to_text(data: bytes, most: int) -> str:
    """The readable text; where the RTF only wraps an HTML letter (MS-OXRTFEX), that letter's text."""
    wraps_html = b"\\fromhtml" in data[:2_000]
    text = _read(data, html=wraps_html, most=most)
    return clean(html_to_text(text)[0] if wraps_html else text).strip()


def _read(data: bytes, *, html: bool, most: int) -> str:
    out: list[str] = []
    groups: list[tuple[bool, bool]] = [(False, False)]  # (left out, inside an HTML tag)
    suppressed, skip, length, first = False, 0, 0, False
    for token in _TOKEN.finditer(data):
        word, number, coded, sign, brace, plain = token.groups()
        silent, tag = groups[-1]
        text = ""
        if brace == b"{":
            groups.append((silent, tag))
            first = True
            continue
        if brace == b"}":
            if len(groups) > 1:
                groups.pop()
            continue
        if sign == b"*":
            groups[-1] = (True, tag)  # what no reader knows is left out, unless its name says otherwise below
            continue
        if word is not None:
            name = word.decode("ascii")
            if name == "htmltag":
                groups[-1] = (not html, True)
            elif name == "htmlrtf":
                suppressed = html and number != b"0"
            elif first and name in _SILENT:
                groups[-1] = (True, tag)
            elif name == "u" and number:
                text, skip = chr(int(number) % 0x10000), 1
            elif not (html and name in ("par", "line") and tag is False and suppressed):
                text = _LETTERS.get(word, "")
        elif coded:
            text = "" if skip else bytes([int(coded, 16)]).decode("cp1252", "replace")
            skip = 0
        elif sign is not None:
            text = {b"~": "\xa0", b"_": "-"}.get(sign, sign.decode("latin-1") if sign in (b"\\", b"{", b"}") else "")
        elif plain:
            text = plain.decode("cp1252", "replace")[skip:]
            skip = 0
        first = False
        if text and not groups[-1][0] and not suppressed:
            out.append(text)
            length += len(text)
            if length > most:
                break
    return _pairs("".join(out))


def _pairs(text: str) -> str:
    """RTF writes letters beyond the basic plane as two halves."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
