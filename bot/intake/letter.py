"""The readable letter out of a message's parts, and what came with it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum

from bot.intake.attachments import read_attachment
from bot.intake.calendar_text import calendar_to_text
from bot.intake.charsets import html_to_str, to_text
from bot.intake.decoding import take_out_uuencoded, unflow
from bot.intake.html import html_to_text
from bot.intake.limits import Limits, Problems
from bot.intake.parts import Part
from bot.intake.tnef import is_tnef, read_tnef
from models.message import Attachment, Message

_NOT_LETTERS = frozenset(["calendar", "vcard", "x-vcard", "directory", "csv", "css", "rtf", "rfc822-headers", "xml",
                          "javascript", "x-amp-html"])  # fmt: skip
_SEALED = ("application/pkcs7-mime", "application/x-pkcs7-mime")
_HTML_AT_START = re.compile(r"\s{0,200}<(?:!doctype html|html[\s>])", re.I)
_MARKUP = re.compile(r"<(?!<)[^<>]{0,200}>")
_WORD = re.compile(r"\w+")
_STUB = re.compile(r"\bhtml\b|\bview\b.{0,60}\b(?:browser|online|web)|\bmime\b", re.I | re.S)
_STUB_WORDS = 60
_TOO_FEW = 4
_COMPARED = 200_000


@dataclass(slots=True)
class Letter:
    body: str = ""
    attachments: list[Attachment] = field(default_factory=list)
    forwarded: list[Message] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Text:
    words: str
    from_html: bool = False


class LetterReader:
    """Reads one message's parts. `forward` reads a message inside it, or gives None when that goes too deep."""

    def __init__(self, limits: Limits, problems: Problems, forward: Callable[[bytes], Message | None]) -> None:
        self._limits = limits
        self._problems = problems
        self._forward = forward
        self._letter = Letter()
        self._instead: list[str] = []

    def read(self, root: Part) -> Letter:
        texts = self._read(root, root)
        body = _together(texts)
        if not body.strip():
            body = next((text for text in self._instead if text.strip()), "")
        if not body.strip() and not self._letter.attachments:
            body = _beside_the_parts(root)
        self._letter.body = self._capped(body)
        return self._letter

    def _capped(self, body: str) -> str:
        if len(body) > self._limits.body_chars:
            self._problems.note("the letter is far too long: its end was left out")
        return body[: self._limits.body_chars].strip("\n")

    def _read(self, part: Part, root: Part) -> list[_Text]:
        if part.content_type.startswith("multipart/"):
            return self._multipart(part, root)
        if part.content_type in ("message/rfc822", "message/global", "message/news"):
            self._message(part)
            return []
        if _is_letter(part, root):
            return self._text(part)
        self._attachment(part)
        return []

    def _multipart(self, part: Part, root: Part) -> list[_Text]:
        if part.content_type == "multipart/encrypted":
            self._problems.note("the letter is enciphered: only its addressee can read it")
        if not part.opened:
            return self._unopened(part)
        texts = [text for child in part.children for text in self._read(child, root)]
        return [self._chosen(texts)] if part.content_type == "multipart/alternative" and texts else texts

    def _unopened(self, part: Part) -> list[_Text]:
        data, problem = part.decoded()
        self._problems.note(problem)
        if len(data) > self._limits.body_chars * 4 or b"\x00" in data:
            self._letter.attachments.append(
                read_attachment(data, name=part.filename, content_type=part.content_type, limits=self._limits)
            )
            return []
        return [_Text(to_text(data, part.charset))]

    def _text(self, part: Part) -> list[_Text]:
        data, problem = part.decoded()
        self._problems.note(problem)
        if part.content_type == "text/html":
            return [self._page(html_to_str(data, part.charset))]
        data, files = take_out_uuencoded(data)
        for name, content in files:
            self._add(content, name=name, content_type="application/octet-stream")
        text = to_text(data, part.charset)
        if _HTML_AT_START.match(text):
            return [self._page(text)]
        if part.parameters.get("format", "").lower() == "flowed":
            text = unflow(text, delete_space=part.parameters.get("delsp", "").lower() == "yes")
        if part.content_type in ("text/enriched", "text/richtext"):
            text = _MARKUP.sub("", text).replace("<<", "<")
        return [_Text(text)]

    def _page(self, page: str) -> _Text:
        text, cut = html_to_text(page, most_chars=self._limits.html_chars, most_tags=self._limits.html_tags)
        if cut:
            self._problems.note("the formatted letter is far too large: its end was left out")
        return _Text(text, from_html=True)

    def _chosen(self, texts: list[_Text]) -> _Text:
        """One of several versions of the same letter: the plain one, unless it is none; both where they differ."""
        plain = _together([text for text in texts if not text.from_html])
        page = _together([text for text in texts if text.from_html])
        if not plain.strip() or not page.strip():
            return _Text(plain if plain.strip() else page, from_html=not plain.strip())
        said = _compare(plain, page)
        if said is _Same.DIFFERENT:
            self._problems.note("the plain and the formatted version of the letter differ: both are shown")
            return _Text(f"{plain}\n\n{page}")
        return _Text(page, from_html=True) if said is _Same.STUB else _Text(plain)

    def _message(self, part: Part) -> None:
        data, _ = part.decoded()
        inner = self._forward(data)
        name = part.filename
        if inner is not None:
            self._letter.forwarded.append(inner)
            name = name or (f"{inner.subject[:100]}.eml" if inner.subject else "")
        self._letter.attachments.append(
            read_attachment(data, name=name, content_type="message/rfc822", limits=self._without_text())
        )

    def _without_text(self) -> Limits:
        """Its text is read as a message of its own."""
        return Limits(attachment_chars=0, document_bytes=0)

    def _attachment(self, part: Part) -> None:
        data, problem = part.decoded()
        if is_tnef(data):
            self._wrapped(data)
            return
        if part.content_type in _SEALED:
            self._problems.note("the letter is sealed (S/MIME) and was not opened")
        self._add(data, name=part.filename, content_type=part.content_type, charset=part.charset, problem=problem)
        if part.content_type == "text/calendar":
            self._instead.append(calendar_to_text(to_text(data[:2_000_000], part.charset)))
        elif part.content_type.startswith("text/") and part.disposition != "attachment":
            self._instead.append(self._letter.attachments[-1].text)

    def _wrapped(self, data: bytes) -> None:
        found = read_tnef(data, self._limits.body_chars)
        self._instead.insert(0, found.text)
        for file in found.files:
            self._add(file.content, name=file.name, content_type="application/octet-stream")

    def _add(self, data: bytes, *, name: str, content_type: str, charset: str = "", problem: str = "") -> None:
        if len(self._letter.attachments) >= self._limits.parts:
            self._problems.note("the message has far too many attachments: the last of them are not listed")
            return
        self._letter.attachments.append(
            read_attachment(
                data, name=name, content_type=content_type, charset=charset, limits=self._limits, problem=problem
            )
        )


def _is_letter(part: Part, root: Part) -> bool:
    major, _, minor = part.content_type.partition("/")
    if major != "text" or minor in _NOT_LETTERS or part.disposition == "attachment":
        return False
    return part is root or not part.filename


def _together(texts: list[_Text]) -> str:
    return "\n\n".join(text.words.strip("\n") for text in texts if text.words.strip())


def _beside_the_parts(part: Part) -> str:
    """Text before the first boundary or after the last: readers do not show it, but there is nothing else."""
    found = [to_text(part.content[start:end]).strip() for start, end in part.aside]
    return "\n\n".join(text for text in found if text)


class _Same(Enum):
    """How a plain version stands to the formatted one."""

    SAME = "same"
    STUB = "stub"
    DIFFERENT = "different"


def _compare(plain: str, page: str) -> _Same:
    said, shown = (_WORD.findall(text[:_COMPARED].lower()) for text in (plain, page))
    if "".join(shown)[:400] in "".join(said):
        return _Same.SAME
    plain_words, page_words = set(said), set(shown)
    if len(said) <= _STUB_WORDS and len(shown) > len(said) and _STUB.search(plain):
        return _Same.STUB
    shared = len(plain_words & page_words)
    if len(said) * 3 < len(shown):
        return _Same.STUB if shared * 2 >= len(plain_words) or len(plain_words) < 3 else _Same.DIFFERENT
    return _Same.DIFFERENT if len(page_words) >= _TOO_FEW and shared * 2 < len(page_words) else _Same.SAME
