"""Text out of PDF and word processor files, as far as it can be had safely. Never raises; says why it has none.

A document may be made to harm whoever opens it: sizes are capped before and while unpacking, no entity is expanded,
nothing outside is fetched. What still takes too long is ended by `bot.intake.worker`, which then reads the letter
again without its documents.
"""

from __future__ import annotations

import logging
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from xml.parsers import expat

from bot.intake.charsets import clean
from bot.intake.limits import Limits

_UNPACKED = 40_000_000
_MOST_FILES = 5_000
_END_OF_ZIP = b"PK\x05\x06"
_ZIP64 = b"PK\x06\x07"
# pypdf and zipfile raise nearly anything on files made to break them.
_UNREADABLE = (
    ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, MemoryError, NotImplementedError, OSError,
    RecursionError, RuntimeError, TypeError, ValueError, struct.error, zlib.error, zipfile.BadZipFile, expat.ExpatError,
)  # fmt: skip
_DAMAGED = "the document is damaged or of a kind that cannot be read"
_TOO_LARGE = "the document is too large to be read"


class _NotRead(ValueError):
    """Why a document is left unread, in plain words."""


def pdf_text(data: bytes, limits: Limits) -> tuple[str, str]:
    """(text, problem) of a PDF: the first pages, without pictures of text."""
    if len(data) > limits.document_bytes:
        return "", _TOO_LARGE
    from pypdf import PdfReader  # here, since it is slow to load and few letters need it
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)  # it would quote the document
    out: list[str] = []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            reader = PdfReader(BytesIO(data), strict=False)
            if reader.is_encrypted and not reader.decrypt(""):
                return "", "the document is locked with a password"
            for number, page in enumerate(reader.pages):
                if number >= limits.document_pages or sum(map(len, out)) > limits.attachment_chars:
                    return _joined(out), "only the first pages of the document were read"
                out.append(page.extract_text())
    except (*_UNREADABLE, PyPdfError):
        return _joined(out), _DAMAGED
    text = _joined(out)
    return text, "" if text else "the document holds no text that can be read (it may be a scan)"


def _joined(pages: list[str]) -> str:
    return clean("\n\n".join(page.strip() for page in pages)).strip()


def word_text(data: bytes, limits: Limits) -> tuple[str, str]:
    """(text, problem) of a .docx (ECMA-376) or .odt (OpenDocument) file."""
    if len(data) > limits.document_bytes:
        return "", _TOO_LARGE
    reader = _WordReader(limits.attachment_chars)
    try:
        for chunk in _unpacked(data):
            if not reader.feed(chunk):
                return clean(reader.text()).strip(), "only the first pages of the document were read"
    except _NotRead as why:
        return clean(reader.text()).strip(), str(why)
    except _UNREADABLE:
        return clean(reader.text()).strip(), _DAMAGED
    return clean(reader.text()).strip(), ""


def _unpacked(data: bytes) -> Iterator[bytes]:
    _check_directory(data)
    with zipfile.ZipFile(BytesIO(data)) as folder:
        names = set(folder.namelist())
        name = next((known for known in ("word/document.xml", "content.xml") if known in names), None)
        if name is None:
            raise _NotRead(_DAMAGED)
        with folder.open(name) as packed:
            left = _UNPACKED
            while chunk := packed.read(65_536):
                left -= len(chunk)
                if left < 0:
                    raise _NotRead(_TOO_LARGE)
                yield chunk


def _check_directory(data: bytes) -> None:
    """Refuses a list of contents made to take hours before it is read (APPNOTE 4.3.16)."""
    end = data.rfind(_END_OF_ZIP, max(0, len(data) - 66_000))
    if end < 0 or len(data) < end + 22:
        raise _NotRead(_DAMAGED)
    if (
        data.find(_ZIP64, max(0, end - 20), end) >= 0
        or int.from_bytes(data[end + 10 : end + 12], "little") > _MOST_FILES
    ):
        raise _NotRead(_TOO_LARGE)
    if int.from_bytes(data[end + 12 : end + 16], "little") > 4_000_000:
        raise _NotRead(_TOO_LARGE)


class _WordReader:
    """Streams the XML and keeps only letters, so that memory grows with the text and not with its markup."""

    def __init__(self, most: int) -> None:
        self._left = most
        self._out: list[str] = []
        self._inside = 0
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.StartDoctypeDeclHandler = self._refuse
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._letters

    def feed(self, chunk: bytes) -> bool:
        """False once enough was read."""
        self._parser.Parse(chunk, False)
        return self._left > 0

    def text(self) -> str:
        return "".join(self._out)

    def _refuse(self, *_: object) -> None:
        raise _NotRead("the document defines words of its own, as harmful ones do, and was not read")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        if (_is_word(space) and local == "t") or (_is_open(space) and local in ("p", "h")):
            self._inside += 1
        elif local in ("tab", "s"):
            self._out.append("\t" if local == "tab" else " ")
        elif local in ("br", "cr", "line-break"):
            self._out.append("\n")

    def _end(self, name: str) -> None:
        space, _, local = name.rpartition(" ")
        if _is_word(space) and local == "t":
            self._inside -= 1
        elif _is_word(space) and local == "p":
            self._out.append("\n")
        elif _is_open(space) and local in ("p", "h"):
            self._inside -= 1
            self._out.append("\n")

    def _letters(self, text: str) -> None:
        if self._inside > 0:
            self._out.append(text)
            self._left -= len(text)


def _is_word(space: str) -> bool:
    return "wordprocessingml" in space


def _is_open(space: str) -> bool:
    return space.endswith("opendocument:xmlns:text:1.0")
