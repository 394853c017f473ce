"""What a writing platform or a web form puts around the letters of its users: its own words, no writer's."""

from __future__ import annotations

import re
from functools import lru_cache

_BANNER = re.compile(r"^\s*\[[^\]]{20,600}\]")
_FOOT = re.compile(r"^(?:[-_=*]{10,}.*|-- ?)$", re.MULTILINE)  # below it stands what is put under every letter
_GREETING = re.compile(
    r"\A\s*(?:(?:dear|to|hi|hiya|hello|good|morning|afternoon|evening|sirs?|madam)\b[^\n,.!?]{0,50}[\n,.!]\s*)+",
    re.IGNORECASE,
)
_SIGN_OFF = re.compile(r"\n\s*(?:yours|kind regards|regards|many thanks|best wishes)\b.*", re.IGNORECASE | re.DOTALL)
_SAYS = re.compile(
    r"\b(?:message|request|e-?mail|letter|form|report|enquiry)s? (?:(?:was|were|is|are|has been|have been) )?"
    r"(?:sent|made|submitted|posted|delivered) (?:through|via|using|with the help of|by way of)\b[^.\n]*"
    r"|\brepl(?:y|ies)(?: to (?:this|it))? (?:will be published|(?:will )?go(?:es)? (?:straight |direct(?:ly)? )?to)\b"
    r"[^.\n]*",
    re.IGNORECASE,
)


def with_platform_blank(own: str) -> str:
    """The letter with blanks where the platform speaks; every other word where it stood."""
    return _SAYS.sub(_blank, _BANNER.sub(_blank, own))


@lru_cache(maxsize=2048)  # the same earlier letters are compared with one new letter after another
def without_platform(own: str) -> str:
    """The same, and without all that stands below a line such as platforms draw."""
    return _FOOT.split(with_platform_blank(own), maxsplit=1)[0]


def without_frame(own: str) -> str:
    """The letter without its close and what a platform puts above or below it: no common cause of its users."""
    return _SIGN_OFF.sub("", without_platform(own))


def without_greeting(own: str) -> str:
    return _GREETING.sub("", own)


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match.group(0))
