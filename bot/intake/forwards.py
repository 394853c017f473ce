"""A letter that an officer forwards in the text of their own: below a mark and header lines, and not attached."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.intake import points
from bot.intake.quote_headers import Trust, header_at
from bot.intake.quoting import own_words
from models.message import Address, Message

_LOOKED_AT = 400  # lines
_LONGEST_HEAD = 400
_MARK = re.compile(r"forward|original message|neges wreiddiol|^\W*(?:from|oddi wrth)\s*:", re.IGNORECASE)
_FROM = re.compile(r"^\W{0,4}(?:from|oddi wrth)\W{0,3}:\W{0,3}(.{3,200})$", re.IGNORECASE)
_SUBJECT = re.compile(r"^\W{0,4}(?:subject|pwnc)\W{0,3}:\s*(.{0,300})$", re.IGNORECASE)
_FORWARDS = re.compile(r"^\s*(?:fw|fwd)\s*:", re.IGNORECASE)


def forwarded_in_text(message: Message) -> Message | None:
    """The first letter that this one forwards in its text, with its writer, or None. An answer is no forwarding."""
    lines = message.body.split("\n")[:_LOOKED_AT]
    heads = [line.strip()[:_LONGEST_HEAD] for line in lines]
    for at, head in enumerate(heads):
        header = header_at(heads, at) if head and _MARK.search(head) else None
        if header is None or header.trust is not Trust.FORWARD:
            continue
        if not (_FORWARDS.match(message.subject) or "forward" in head.lower()):
            return None
        return _letter(
            message, heads[at : header.end], "\n".join(message.body.split("\n")[header.end :]), header.sender
        )
    return None


def _letter(message: Message, head: list[str], body: str, email: str) -> Message | None:
    written = next((found[1] for line in head if (found := _FROM.match(line))), "")
    address = points.email(email) or next(iter(points.emails_in(written)), "")
    if not address:
        return None
    name = re.sub(r"[<(\[].*$", "", written).replace('"', "").strip(" '*")
    subject = next((found[1] for line in head if (found := _SUBJECT.match(line))), message.subject)
    return replace(
        message,
        sender=Address(address, "" if "@" in name else name),
        reply_to=(),
        in_reply_to="",
        references=(),
        subject=subject,
        body=body,
        words=own_words(body, address),
    )
