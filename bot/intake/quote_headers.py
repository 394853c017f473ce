"""Where earlier mail begins in a body: what mail programs write above the letter being answered or forwarded.

Three shapes are known: a mark ('-----Original Message-----', 'Begin forwarded message:'), a block of header lines
(From, Sent, To, Subject) and an attribution ('On ... Jane wrote:'). Each is told by its shape first and by words
second, since mail programs translate the words. Every look reads a few short lines only, so a whole body costs time
in proportion to its length, whatever is in it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum, auto
from functools import lru_cache

from bot.intake.mail_words import BARE_MARKS, FORWARDED, LABELS, MESSAGE, ORIGINAL

_MOST_ATTRIBUTION_LINES = 5
_MOST_ATTRIBUTION_LENGTH = 400
_MOST_BLOCK_LINES = 24
_MOST_WRAPS = 4


class Trust(StrEnum):
    """What a header is good for."""

    WEAK = auto()  # only if the lines below it are marked with '>'
    PROGRAM = auto()  # written by a mail program: what stands below is earlier mail
    FORWARD = auto()  # the same, and so even if nothing of the sender's own stands above


@dataclass(frozen=True, slots=True)
class Header:
    """Lines that announce earlier mail. `end` is the first line after them, `sender` the address they name, if any."""

    end: int
    trust: Trust
    sender: str = ""


_ADDRESS = re.compile(r"[\w.+'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6}")
_CLOCK = re.compile(r"(?<!\d)[012]?\d[:.h][0-5]\d(?!\d)|(?<!\d)1?\d\s?[ap]\.?m\b", re.IGNORECASE)
_DATE = re.compile(r"(?<!\d)(?:[0-3]?\d[\s./-]|[12]\d{3}|[0-3]?\d(?:st|nd|rd|th)\b)", re.IGNORECASE)
_QUOTE_MARK = re.compile(r"^\s*(?:>|&gt;)")


def is_quote_mark(line: str) -> bool:
    """True if the line is marked as quoted with '>'. ('>50 houses' is a sum, see `bot.intake.quoting`.)"""
    return _QUOTE_MARK.match(line) is not None


def header_at(heads: Sequence[str], at: int) -> Header | None:
    """The header that begins at line `at`, with a mark or rule above it counted in, or None.

    `heads` are the lines stripped of white space and cut to a few hundred characters.
    """
    if not heads[at]:
        return None
    return _marked(heads, at) or _block(heads, at) or _attribution(heads, at)


# --- marks -----------------------------------------------------------------------------------------------------

_DASHED = re.compile(r"^[-_=*~—–]{2,80}\s*([^-_=*~—–].{1,80}?)\s*[-_=*~—–]{2,80}\s*:?$")
_RULE = re.compile(r"^[-_=*~—–]{3,200}$")
_REPLY_ABOVE = re.compile(
    r"(?:reply|type|write|respond|answer).{0,40}above (?:this|the) line|(?:ysgrifennwch|atebwch).{0,30}uwchben",
    re.IGNORECASE,
)


def is_rule(line: str) -> bool:
    """True for a line of nothing but dashes, underscores, stars or equals signs."""
    return _RULE.match(line) is not None


def _marked(heads: Sequence[str], at: int) -> Header | None:
    line = heads[at]
    if len(line) < 120 and "above" in line.lower() and _REPLY_ABOVE.search(line):
        return Header(at + 1, Trust.FORWARD)
    below = _next_text(heads, at + 1)
    if _says_earlier_mail(line):
        found = _first_header(heads, below, marked=True)
        return Header(found.end, Trust.FORWARD, found.sender) if found else Header(at + 1, Trust.FORWARD)
    if is_rule(line) or _DASHED.match(line):
        found = _first_header(heads, below, marked=not is_rule(line))
        if found and found.trust is not Trust.WEAK and below - at <= 3:
            return Header(found.end, Trust.FORWARD if found.trust is Trust.FORWARD else Trust.PROGRAM, found.sender)
    return None


def _first_header(heads: Sequence[str], below: int, *, marked: bool) -> Header | None:
    if below >= len(heads):
        return None
    return _block(heads, below, marked=marked) or _attribution(heads, below)


def _says_earlier_mail(line: str) -> bool:
    dashed = _DASHED.match(line)
    words = (dashed.group(1) if dashed else line).strip(" :*").lower()
    if len(words) > 60 or not (dashed or line.endswith(":") or len(words.split()) <= 3):
        return False
    if not any(word in words for word in MESSAGE):
        return False
    kinds = ORIGINAL + FORWARDED if dashed or len(words.split()) <= 2 else FORWARDED
    if dashed is None and not (words.startswith(BARE_MARKS) and len(words.split()) <= 6):
        return False
    return any(word in words for word in kinds)


# --- blocks of header lines ------------------------------------------------------------------------------------

_LABEL = re.compile(r"^[*_>\s]{0,8}([^\W\d_][^:：*]{0,20}?)[*_\s]{0,4}[:：]")


@lru_cache(maxsize=128)  # neighbours look at the same few lines again and again
def _label(line: str) -> str:
    found = _LABEL.match(line)
    return LABELS.get(found.group(1).lower(), "") if found else ""


def _block(heads: Sequence[str], at: int, *, marked: bool = False) -> Header | None:
    """A run of From / Sent / To / Subject lines, in any order and language, blank lines and wrapped lines allowed."""
    if not _label(heads[at]):
        return None
    kinds: set[str] = set()
    end, wraps, sender = at, 0, ""
    for here in range(at, min(at + _MOST_BLOCK_LINES, len(heads))):
        kind = _label(heads[here])
        if kind and kind in kinds and kind not in ("to", "other"):
            break
        if kind:
            kinds.add(kind)
            end, wraps = here + 1, 0
            sender = sender or (_address(heads[here]) if kind == "from" else "")
        elif heads[here]:
            wraps += 1
            if wraps > _MOST_WRAPS or (heads[here - 1] == "" and here != end + 1) or len(heads[here]) > 200:
                break
    text = " ".join(heads[at:end])
    if not _is_block(kinds, text, marked):
        return None
    by_program = marked or _CLOCK.search(text) is not None or "@" in text
    return Header(end, Trust.FORWARD if by_program else Trust.WEAK, sender)


def _is_block(kinds: set[str], text: str, marked: bool) -> bool:
    told = kinds & {"from", "date", "to", "subject"}
    if "from" not in told:
        return marked and len(told) == 3
    if marked:
        return len(told) >= 2 and bool(told & {"date", "subject"})
    return len(told) >= 3 or ("date" in told and _CLOCK.search(text) is not None)


def _address(line: str) -> str:
    found = _ADDRESS.search(line)
    return found.group().lower() if found else ""


# --- attributions ----------------------------------------------------------------------------------------------

_WROTE = re.compile(
    r"\b(?:wrote|writes|schrieb|schrieben|geschreven|schreef|(?:a |à )?[ée]crit|escribi[óo]|escreveu|ha scritto"
    r"|scritto|skrev|skrifaði|kirjoitti|napisał|napisała|napisał\(a\)|napsal|napsala|napísal|pisze|написала?|пишет"
    r"|писала?|пише|написав|έγραψε|yazdı|a scris|írta|ysgrifennodd|ysgrifennwyd|va escriure|escriví|scríobh|rašė"
    r"|rakstīja|kirjutas|napisao|napisala|napisal|đã viết|menulis|idatzi du|escribeu)\b|写道|寫道"
    r"|書きました|작성|님이|כתב|كتب",
    re.IGNORECASE,
)
_ENDS = re.compile(r"[:：][\s-]*$")
_ENDS_IN_VERB = re.compile(
    r"\b(?:wrote|writes|schrieb|écrit|escribió|ysgrifennodd|scritto|escreveu|skrev|написал|geschreven)\s?$", re.I
)
_OPENS = re.compile(
    r"^[-—–*\s]{0,6}(?:on|am|le|el|il|op|em|den|dnia|w dniu|ar|pe|în|dne|dňa|på|kl|lør|alle|a|à|el día"
    r"|in data|il giorno"
    r"|at|em|no dia|tarihinde|în data|quoting|from)\s",
    re.IGNORECASE,
)
_OPENS_WITH_DATE = re.compile(
    r"^[-—–*\s]{0,6}(?:\d{1,4}[\s./年-]|(?:mon|tue|wed|thu|fri|sat|sun|lun|mar|mer|mié|jeu|jue|gio|ven|vie|sam|sáb|sab"
    r"|dim|dom|mo|di|mi|do|fr|sa|so|ma|wo|vr|za|zo|пн|вт|ср|чт|пт|сб|вс|нд|llun|maw|iau|gwe|sad"
    r"|sul)[a-zé]{0,7}[.,]?\s)",
    re.IGNORECASE,
)
_TOLD_BY_A_PERSON = re.compile(
    r"\b(?:i|you|he|she|we|they|who|it|one|the|your|my|our|his|her|their|that|this|mr|mrs|ms|miss|cllr"
    r"|councillor|somebody"
    r"|someone|ysgrifennoch)\b",
    re.IGNORECASE,
)
_SPEAKS = re.compile(r"\bI\b|\b(?i:you|he|she|we|they|my|your|our)\b")
_QUOTING = re.compile(r"^(?:quoting|citando|zitat von|in message <|in article <)", re.IGNORECASE)
_NAMED_FIRST = re.compile(r"^[\"'*\s]{0,4}[^<>@]{0,80}[<(\[]\s?(?:mailto:)?[^<>@\s]{1,64}@")


def _attribution(heads: Sequence[str], at: int) -> Header | None:
    """'On 3 May 2024 at 10:30, Jane Doe <jane@...> wrote:' in its many forms, on up to five lines."""
    if not _may_open(heads[at]):
        return None
    joined = ""
    for here in range(at, min(at + _MOST_ATTRIBUTION_LINES, len(heads))):
        line = heads[here]
        if not line or (here > at and (is_quote_mark(line) or _begins_anew(heads[at], line))):
            return None
        joined = f"{joined} {line}" if joined else line
        if len(joined) > _MOST_ATTRIBUTION_LENGTH:
            return None
        if _ENDS.search(joined) or (_ENDS_IN_VERB.search(joined) and "@" in joined):
            trust = _trust(joined)
            if trust is None or (trust is Trust.WEAK and here > at and not _opens(heads[at])):
                return None
            return Header(here + 1, trust, _address(joined))
    return None


def _opens(text: str) -> bool:
    return (_OPENS.match(text) or _OPENS_WITH_DATE.match(text)) is not None


def _begins_anew(first: str, line: str) -> bool:
    """True if the attribution begins with this line, and the first one is somebody's own sentence above it."""
    opens = _opens(line) and any(c.isdigit() for c in line)
    return opens and not _opens(first) and _WROTE.search(first) is None


def _may_open(line: str) -> bool:
    if len(line) > _MOST_ATTRIBUTION_LENGTH or not line:
        return False
    return (_opens(line) and any(c.isdigit() for c in line)) or "@" in line or _WROTE.search(line) is not None


def _trust(text: str) -> Trust | None:
    """How surely a mail program, and no person, wrote this line that ends in a colon."""
    verb = _WROTE.search(text) is not None
    address, clock = _ADDRESS.search(text) is not None, _CLOCK.search(text) is not None
    opens = _opens(text)
    weak = Trust.WEAK if verb and len(text.split()) <= 16 else None
    if _SPEAKS.search(text.partition("<")[0]):
        return weak
    if opens and address and (clock or (verb and _DATE.search(text))):
        return Trust.PROGRAM
    if _QUOTING.match(text) and address and len(text.split()) <= 10:
        return Trust.PROGRAM
    if _NAMED_FIRST.match(text) and address and (verb or clock):
        return Trust.PROGRAM if verb else Trust.WEAK
    if opens and verb and clock and not _TOLD_BY_A_PERSON.search(text.partition(" ")[2]):
        return Trust.PROGRAM
    return weak


def _next_text(heads: Sequence[str], at: int) -> int:
    while at < len(heads) and not heads[at]:
        at += 1
    return at
