"""Content-Transfer-Encoding (RFC 2045 section 6) and format=flowed (RFC 3676), read tolerantly and in linear time."""

from __future__ import annotations

import binascii
import re
from itertools import groupby

_BASE64_LINES = re.compile(rb"(?:[A-Za-z0-9+/_=-]++[ \t\r]*+(?:\n|\Z)|[ \t\r]*+\n)*")
_NOT_BASE64 = bytes(sorted(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=")))
_URL_SAFE = bytes.maketrans(b"-_", b"+/")
_BLANKS_AFTER_SOFT_BREAK = re.compile(rb"=[ \t]++(?=\r?\n)")
_UU_BEGIN = re.compile(rb"^begin[ \t]{1,3}[0-7]{3,4}[ \t]{1,3}([^\r\n]{1,200})\r?\n", re.MULTILINE)
_UU_END = re.compile(rb"^(?:`|[ ])?\r?\n?end[ \t]*\r?$", re.MULTILINE)
_QUOTE = re.compile(r"(>*)( ?)")
_MOST_PIECES = 1_000
_MOST_UU_FILES = 50


def transfer_decode(raw: bytes, encoding: str) -> tuple[bytes, str]:
    """The bytes as they were before transport, and in plain words what was wrong (empty when nothing was)."""
    name = encoding.strip().strip("\"'").lower()
    if name.startswith(("base64", "base 64")) or name == "b":
        return base64_decode(raw)
    if name.startswith(("quoted-printable", "quoted printable", "quotedprintable", "quoted_printable")) or name == "q":
        return quoted_printable_decode(raw), ""
    if name.startswith(("uu", "x-uu")):
        return _uu_whole(raw), ""
    return raw, ""


def base64_decode(raw: bytes) -> tuple[bytes, str]:
    """Base64 with line noise, missing or inner padding, the URL alphabet, or plain lines after its end."""
    match = _BASE64_LINES.match(raw)
    sound = match.end() if match else 0
    rest = raw[sound:]
    if not rest.strip():
        return _base64_pieces(raw), ""
    if sound == 0 or not raw[:sound].strip():
        return _noisy_base64(raw)
    if _mostly_base64(rest):
        return _base64_pieces(raw), "an encoded part is damaged: some of it may read oddly"
    # A mailing list or a virus scanner wrote its footer under an encoded part.
    return _base64_pieces(raw[:sound]) + b"\n" + rest, ""


def _noisy_base64(raw: bytes) -> tuple[bytes, str]:
    if _mostly_base64(raw):
        return _base64_pieces(raw), "an encoded part is damaged: some of it may read oddly"
    return raw, "a part is not encoded as it says: it was read as it stands"


def _mostly_base64(raw: bytes) -> bool:
    """Long runs without blanks are code, words between blanks are prose."""
    sample = raw[:4_000]
    blanks = sample.count(b" ") + sample.count(b"\t")
    return blanks * 20 < len(sample) and len(sample.translate(None, _NOT_BASE64)) * 10 > len(sample) * 8


def _base64_pieces(raw: bytes) -> bytes:
    letters = raw.translate(_URL_SAFE).translate(None, _NOT_BASE64)
    pieces = [letters.replace(b"=", b"")] if letters.count(b"=") > _MOST_PIECES else letters.split(b"=")
    return b"".join(_base64_piece(piece) for piece in pieces)


def _base64_piece(piece: bytes) -> bytes:
    whole = piece[: len(piece) - 1] if len(piece) % 4 == 1 else piece
    return binascii.a2b_base64(whole + b"=" * (-len(whole) % 4))


def quoted_printable_decode(raw: bytes) -> bytes:
    return binascii.a2b_qp(_BLANKS_AFTER_SOFT_BREAK.sub(b"=", raw))


def _uu_whole(raw: bytes) -> bytes:
    _, files = take_out_uuencoded(raw)
    return files[0][1] if files else _uu_lines(raw)


def take_out_uuencoded(raw: bytes) -> tuple[bytes, list[tuple[str, bytes]]]:
    """Files written into a text the old way (begin 644 name ... end): the text without them, and the files."""
    if b"begin " not in raw:
        return raw, []
    kept: list[bytes] = []
    files: list[tuple[str, bytes]] = []
    at = 0
    while len(files) < _MOST_UU_FILES and (begin := _UU_BEGIN.search(raw, at)):
        if not _looks_uu(raw, begin.end()):
            kept.append(raw[at : begin.end()])
            at = begin.end()
            continue
        end = _UU_END.search(raw, begin.end())
        if end is None:
            break
        kept.append(raw[at : begin.start()])
        files.append((begin[1].decode("utf-8", "replace").strip(), _uu_lines(raw[begin.end() : end.start()])))
        at = end.end()
    return b"".join(kept) + raw[at:], files


def _looks_uu(raw: bytes, at: int) -> bool:
    """The first letter of a uuencoded line gives its length (POSIX uuencode)."""
    line = raw[at : at + 100].split(b"\n", 1)[0].rstrip(b"\r")
    return 1 <= len(line) <= 90 and (len(line) - 1 + 3) // 4 * 3 >= (line[0] - 32) & 63


def _uu_lines(raw: bytes) -> bytes:
    out: list[bytes] = []
    for line in raw.splitlines():
        if not line or line.startswith((b"begin ", b"end")):
            continue
        size = (line[0] - 32) & 63
        try:
            out.append(binascii.a2b_uu(line[: 1 + (size + 2) // 3 * 4]))
        except binascii.Error:
            continue
    return b"".join(out)


def unflow(text: str, *, delete_space: bool) -> str:
    """Joins the soft line breaks of format=flowed, quote depth by quote depth (RFC 3676 section 4)."""
    lines = [_flowed_line(line) for line in text.split("\n")]
    out: list[str] = []
    for depth, group in groupby(lines, key=lambda line: line[0]):
        prefix = ">" * depth + " " if depth else ""
        out.extend(prefix + paragraph for paragraph in _paragraphs([words for _, words in group], delete_space))
    return "\n".join(line.rstrip() if line != "-- " else line for line in out)


def _flowed_line(line: str) -> tuple[int, str]:
    quote = _QUOTE.match(line)
    if quote is None:
        return 0, line
    return len(quote[1]), line[quote.end() :]


def _paragraphs(lines: list[str], delete_space: bool) -> list[str]:
    out: list[str] = []
    open_: list[str] = []
    for line in lines:
        soft = line.endswith(" ") and line != "-- "
        if line == "-- " and open_:
            out.append("".join(open_))
            open_ = []
        open_.append(line[:-1] if soft and delete_space else line)
        if not soft:
            out.append("".join(open_))
            open_ = []
    return [*out, "".join(open_)] if open_ else out
