"""What stands in a header field, as text: encoded words (RFC 2047), parameters (RFC 2231), ids and dates (RFC 5322)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import groupby
from urllib.parse import unquote_to_bytes

from bot.intake.charsets import codec_for, to_text
from bot.intake.decoding import base64_decode, quoted_printable_decode

_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,80})\?([bBqQ])\?((?:[^?]|\?(?!=)){0,2000})\?=")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]+")
_ID = re.compile(r"<([^<>\s]{1,900})>")
_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,100}/[a-z0-9!#$&^_.+-]{1,100}")
_CONTINUED = re.compile(r"(.{1,60}?)\*(\d{1,3})?(\*)?")
_MOST_PARAMETERS = 100
_OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=366)


def raw_text(value: bytes, charset: str = "") -> str:
    """A field as it stands, encoded words untouched; raw 8-bit bytes are UTF-8, else the letter's own charset."""
    codec = codec_for(charset)
    return _CONTROLS.sub(" ", to_text(value, charset if codec not in ("utf-16", "utf-32") else ""))


def field_text(value: bytes, charset: str = "") -> str:
    """A field for people: encoded words decoded, broken ones left as they are, one line, no control characters."""
    return " ".join(decode_words(raw_text(value, charset)).split())


def decode_words(text: str) -> str:
    """RFC 2047 with its common slips: blanks inside, letters cut in two between words, words glued to text."""
    if "=?" not in text:
        return text
    out: list[str] = []
    for encoding, group in groupby(_pieces(text), key=lambda piece: piece[:2]):
        if encoding[0]:
            out.append(_decode_run(encoding[0], encoding[1], [payload for _, _, payload in group]))
        else:
            out.extend(payload for _, _, payload in group)
    return _CONTROLS.sub(" ", "".join(out))


def _pieces(text: str) -> Iterator[tuple[str, str, str]]:
    """(charset, B or Q, payload) for encoded words, ("", "", text) for what stands between; gaps are dropped."""
    at = 0
    for word in _ENCODED_WORD.finditer(text):
        between = text[at : word.start()]
        if between and (at == 0 or not between.isspace()):
            yield "", "", between
        yield word[1].partition("*")[0].lower(), word[2].upper(), word[3]
        at = word.end()
    if at < len(text):
        yield "", "", text[at:]


def _decode_run(charset: str, encoding: str, payloads: list[str]) -> str:
    return to_text(b"".join(_payload(encoding, payload) for payload in payloads), charset)


def _payload(encoding: str, payload: str) -> bytes:
    raw = payload.encode("utf-8", "replace")
    if encoding == "B":
        return base64_decode(raw.replace(b" ", b""))[0]
    return quoted_printable_decode(raw.replace(b"_", b"=20"))


def media_type(value: bytes) -> str:
    """The type in lower case ("text/plain"), empty when there is none that makes sense."""
    found = _MEDIA_TYPE.match(raw_text(value[:500]).lower().strip(" \"';"))
    return found[0] if found else ""


def parameters(value: bytes) -> dict[str, str]:
    """The parameters of a Content-Type or Content-Disposition by name in lower case, decoded; the first one counts."""
    plain: dict[str, str] = {}
    continued: dict[str, dict[int, tuple[bool, str]]] = {}
    for name, text in _raw_parameters(raw_text(value)):
        match = _CONTINUED.fullmatch(name)
        if match is None:
            plain.setdefault(name, " ".join(decode_words(text).split()))
        else:
            continued.setdefault(match[1], {}).setdefault(
                int(match[2] or 0), (bool(match[3]) or match[2] is None, text)
            )
    return plain | {name: _joined(pieces) for name, pieces in continued.items()}


def _raw_parameters(text: str) -> Iterator[tuple[str, str]]:
    for item in _unquoted_split(text)[1 : _MOST_PARAMETERS + 1]:
        name, equals, value = item.partition("=")
        if equals and 0 < len(name.strip()) <= 80:
            yield name.strip().lower(), _unquoted(value.strip())


def _unquoted_split(text: str) -> list[str]:
    """Split at semicolons outside quotes; an odd quote counts as a plain letter from its field's start on."""
    if text.count('"') % 2:
        return text.split(";")
    out: list[str] = [""]
    for number, stretch in enumerate(text.split('"')):
        if number % 2:
            out[-1] += f'"{stretch}"'
        else:
            first, *rest = stretch.split(";")
            out[-1] += first
            out.extend(rest)
        if len(out) > _MOST_PARAMETERS:
            break
    return out


def _unquoted(value: str) -> str:
    if value.startswith('"'):
        return value[1:].partition('"')[0].replace("\\\\", "\\")
    return value.strip("'\" ")


def _joined(pieces: dict[int, tuple[bool, str]]) -> str:
    """RFC 2231: numbered pieces in order, percent-encoded where starred; the first names the character set."""
    ordered = [pieces[number] for number in sorted(pieces)]
    charset, data = "", b""
    for number, (starred, text) in enumerate(ordered):
        if starred and number == 0 and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        data += unquote_to_bytes(text) if starred else text.encode("utf-8", "replace")
    return " ".join(decode_words(to_text(data, charset)).split())


def ids(value: bytes, most: int) -> tuple[str, ...]:
    """Message ids without their angle brackets, in order; the first and the latest `most` where there are more."""
    text = raw_text(value)
    found = _ID.findall(text) or [word.strip("<>")[:900] for word in text.split() if "@" in word]
    found = list(dict.fromkeys(found))
    return tuple(found if len(found) <= most else found[:1] + found[1 - most :])


def sent_date(value: bytes, received_at: datetime) -> tuple[datetime | None, str]:
    """What the sender's clock said, as aware UTC; None, and why, when it makes no sense."""
    text = raw_text(value[:300]).strip()
    if not text:
        return None, ""
    try:
        written = parsedate_to_datetime(text)
        moment = (written if written.tzinfo else written.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None, "the date the sender wrote cannot be read"
    if not _OLDEST <= moment <= received_at + _AHEAD:
        return None, "the date the sender wrote makes no sense"
    return moment, ""
