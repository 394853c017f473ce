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
    r"|has (?:sent|submitted|raised) (?:you )?(?:a|this) (?:new )?(?:message|report|e-?mail|letter|request)"
    r" (?:through|via|using|on)"
    r"|(?:wrong address|incorrect address).{0,80}(?:form|change)|defnyddiwch y cyfeiriad",
    re.IGNORECASE,
)
_LABEL = (
    r"^\W{0,3}(?:your |full |sender'?s? |contact |customer'?s? |resident'?s? )*"
    r"(name|e-?mail(?: address)?|from|enw|e-?bost|first name|forename|surname|last name|family name"
    r"|(?:submitted|reported|sent|raised) by)"
)
_FIELD = re.compile(_LABEL + r" ?\*? ?[:=\t|] ?(.{2,120})$", re.I)
_LABEL_ALONE = re.compile(_LABEL + r" ?[:*]?$", re.I)
_GIVEN_LABELS, _FAMILY_LABELS = ("first name", "forename"), ("surname", "last name", "family name")
_VIA = re.compile(r"\s*[(\[]?\b(?:via|through|on behalf of)\b.*$", re.IGNORECASE)
_SENT_BY = re.compile(
    r"^\W{0,3}((?:[^\W\d_][\w'’.-]*\s){1,4}?)(?:has )?(?:sent|submitted|reported|written|raised)\b.{0,60}"
    r"\b(?:through|via|using|on)\b",
    re.IGNORECASE,
)
_LOOKED_AT = 6_000
_MOST_LINES = 60


@dataclass(frozen=True, slots=True)
class Relayed:
    """Who is behind it as far as the site says: a name, and where an answer reaches them."""

    name: str
    answer_to: tuple[str, ...]


def read(message: Message) -> Relayed | None:
    """What is known of the writer if a site or form sent this for them; None if it is somebody's own mail."""
    if not is_relay(message):
        return None
    fields = _fields(message.body)
    named = [points.email(a.email) for a in message.reply_to if a.email != message.sender.email]
    written = points.emails_in(fields.get("email", ""))
    own = tuple(dict.fromkeys(a for a in (*named, *written) if a and not is_machine_made(a)))
    return Relayed(fields.get("name", "") or _without_site(message.sender.name), own)


def carries_a_person(message: Message) -> bool:
    """Whether a site or form sent it and says for whom: a resident's letter, whoever's machine it came from."""
    if not is_relay(message):
        return False
    answers_outside = any(a.email and a.domain != message.sender.domain for a in message.reply_to)
    return bool(_fields(message.body)) or answers_outside


def _fields(body: str) -> dict[str, str]:
    """What a form's fields say of who filled it in: 'name', 'email'. A label may stand on the line above."""
    lines = [line.strip() for line in body[:_LOOKED_AT].split("\n") if line.strip()][:_MOST_LINES]
    found: dict[str, str] = {}
    for at, line in enumerate(lines):
        label, value = _field(line, lines[at + 1] if at + 1 < len(lines) else "")
        if not label:
            continue
        if "@" in value:
            found.setdefault("email", value)
        elif label.startswith(_GIVEN_LABELS):
            found.setdefault("given", value)
        elif label.startswith(_FAMILY_LABELS):
            found.setdefault("family", value)
        elif len(value.split()) <= 6:
            found.setdefault("name", value)
    given, family = found.pop("given", ""), found.pop("family", "")
    if (given or family) and "name" not in found:
        found["name"] = f"{given} {family}".strip()
    by = _SENT_BY.match(lines[0]) if lines and "name" not in found else None
    if by:
        found["name"] = by[1].strip()
    return found


def _field(line: str, below: str) -> tuple[str, str]:
    match = _FIELD.match(line)
    if match:
        return match[1].lower(), match[2].strip()
    alone = _LABEL_ALONE.match(line)
    is_value = bool(below) and len(below.split()) <= 6 and not _LABEL_ALONE.match(below) and not _FIELD.match(below)
    return (alone[1].lower(), below) if alone and is_value and len(line.split()) <= 4 else ("", "")


def _without_site(name: str) -> str:
    """'Jane Doe via AskThem' is Jane Doe; 'noreply@site.example' is nobody."""
    return "" if "@" in name else _VIA.sub("", name).strip()


def is_relay(message: Message) -> bool:
    """Recognised by shape: an address no person would choose, and words that say what it is."""
    local = message.sender.email.partition("@")[0]
    says_so = _NOTICE.search(message.body[:_LOOKED_AT]) or _NOTICE.search(message.body[-_LOOKED_AT:])
    if is_machine_made(message.sender.email) or (_NUMBERED.match(local) and says_so):
        return True
    if not _NO_REPLY.match(local):
        return False
    return bool(says_so or message.reply_to or _fields(message.body))


def is_notice(line: str) -> bool:
    """True for a line that the site adds to every message it carries."""
    return _NOTICE.search(line[:400]) is not None


def is_field(line: str) -> bool:
    """True for a line of a form that says who filled it in: 'Surname: Dunn' is no name at the foot of a letter."""
    return _FIELD.match(line[:400]) is not None


def is_machine_made(address: str) -> bool:
    """True for an address that no person would choose: made for one message or one request."""
    return _MADE.search(address.partition("@")[0]) is not None
