"""Mail that a web site or a form sends for somebody: a request site, 'write to your councillor', a contact form.

The address is made for one message or one request. It is never the writer's own, it says nothing of who they are,
and no restriction may hang on it; who wrote stands in the name and the words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.intake import points
from models.message import Message

# A part of the local part that a machine made: eight or more hexadecimal digits, a letter after a digit among them
# (people put their numbers last: 'ada.face2000').
_MADE = re.compile(r"(?:^|[-_.+=])(?=[a-f]*\d[\da-f]*[a-f])[a-f\d]{8,40}(?:$|[-_.+=])")
_NUMBERED = re.compile(r"^[a-z]{3,20}[-_.+=]\d{3,}(?:[-_.+=][a-z\d]{4,40})?$")
_NO_REPLY = re.compile(
    r"^(?:no|do-?not|dont)[-_.]?reply|^(?:web-?)?forms?(?:$|[-_.])|^web(?:master|mail|site)?$|^notify"
)
_NOTICE = re.compile(
    r"(?:message|e-?mail|request|letter) (?:was|is|has been) sent (?:through|via|using|by means of|on behalf)"
    r"|(?:use|reply to) this (?:e-?mail )?(?:address|message|e-?mail)\b.{0,60}(?:repl|request|answer|goes|straight)"
    r"|please (?:use|reply to) this e-?mail address|address is used (?:for|only)"
    r"|will be published on the (?:internet|web)"
    r"|sent (?:from|through|via) (?:the |your |our )?(?:web ?site|contact form|online form|web form)"
    r"|(?:wrong address|incorrect address).{0,80}(?:form|change)|defnyddiwch y cyfeiriad",
    re.IGNORECASE,
)
_FIELD = re.compile(
    r"^\W{0,3}(?:your |full |sender'?s? )?(name|e-?mail(?: address)?|from|enw|e-?bost) ?[:=] ?(.{2,120})$", re.I
)
_LOOKED_AT = 6_000


@dataclass(frozen=True, slots=True)
class Relayed:
    """Who is behind it as far as the site says: a name, and where an answer reaches them."""

    name: str
    answer_to: tuple[str, ...]


def read(message: Message) -> Relayed | None:
    """What is known of the writer if a site or form sent this for them; None if it is somebody's own mail."""
    if not is_relay(message):
        return None
    fields: dict[str, str] = {}
    for line in message.body[:_LOOKED_AT].split("\n")[:60]:
        match = _FIELD.match(line.strip())
        if match:
            fields.setdefault("email" if "@" in match[2] else "name", match[2].strip())
    named = [points.email(a.email) for a in message.reply_to if a.email != message.sender.email]
    written = points.emails_in(fields.get("email", ""))
    own = tuple(dict.fromkeys(a for a in (*named, *written) if a and not is_machine_made(a)))
    return Relayed(fields.get("name", "") or message.sender.name, own)


def is_relay(message: Message) -> bool:
    """Recognised by shape: an address no person would choose, and words that say what it is."""
    local = message.sender.email.partition("@")[0]
    says_so = _NOTICE.search(message.body[:_LOOKED_AT]) or _NOTICE.search(message.body[-_LOOKED_AT:])
    if is_machine_made(message.sender.email) or (_NUMBERED.match(local) and says_so):
        return True
    if not _NO_REPLY.match(local):
        return False
    return bool(says_so or message.reply_to or any(_FIELD.match(x.strip()) for x in message.body.split("\n")[:60]))


def is_notice(line: str) -> bool:
    """True for a line that the site adds to every message it carries."""
    return _NOTICE.search(line[:400]) is not None


def is_machine_made(address: str) -> bool:
    """True for an address that no person would choose: made for one message or one request."""
    return _MADE.search(address.partition("@")[0]) is not None
