"""What came with a letter: name, type, size, hash, and the text that can be read out of it."""

from __future__ import annotations

import hashlib

from bot.intake.calendar_text import calendar_to_text
from bot.intake.charsets import html_to_str, to_text
from bot.intake.documents import pdf_text, word_text
from bot.intake.html import html_to_text
from bot.intake.limits import Limits
from bot.intake.rich_text import rich_to_text
from models.message import Attachment

_WORD_NAMES = (".docx", ".docm", ".odt")
_TEXT_NAMES = (".txt", ".csv", ".md", ".log", ".eml")
_ICS_NAMES = (".ics", ".ical")
_CUT = "only the first part of the text was read"


def read_attachment(
    data: bytes, *, name: str, content_type: str, limits: Limits, charset: str = "", problem: str = ""
) -> Attachment:
    """Lists one attachment. What its bytes are counts for more than what it says it is."""
    text, why = _text(data, name.lower(), content_type, charset, limits)
    if len(text) > limits.attachment_chars:
        text, why = text[: limits.attachment_chars], why or _CUT
    return Attachment(
        name=name,
        content_type=content_type,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        text=text,
        problem=why or problem,
    )


def _text(data: bytes, name: str, content_type: str, charset: str, limits: Limits) -> tuple[str, str]:
    if b"%PDF-" in data[:1_024]:
        return pdf_text(data, limits)
    if data.startswith(b"PK") and (name.endswith(_WORD_NAMES) or "document" in content_type):
        return word_text(data, limits)
    if data.startswith(b"{\\rtf"):
        return rich_to_text(data[: limits.document_bytes], limits.attachment_chars), ""
    if content_type == "application/pdf" or name.endswith((".pdf", *_WORD_NAMES)):
        return "", "the document is damaged or of a kind that cannot be read"
    return _plain(data, name, content_type, charset, limits), ""


def _plain(data: bytes, name: str, content_type: str, charset: str, limits: Limits) -> str:
    few = data[: limits.attachment_chars * 8]
    if content_type == "text/html" or (name.endswith((".html", ".htm")) and content_type.startswith("application/")):
        return html_to_text(html_to_str(few, charset), most_chars=limits.html_chars, most_tags=limits.html_tags)[0]
    if content_type == "text/calendar" or name.endswith(_ICS_NAMES):
        return calendar_to_text(to_text(few, charset))
    if content_type.startswith(("text/", "message/")) or name.endswith(_TEXT_NAMES):
        return to_text(few, charset)
    return ""
