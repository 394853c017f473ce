"""One councillor is never a council: who may not decide alone, however they are called (LGA 1972 s101; G-MTG-2)."""

from __future__ import annotations

import re

_ONE_PERSON = re.compile(
    r"^(?:the\s+)?(?:(?:deputy|vice|acting|lord|council|town|parish|community|city|county|borough|district)[\s-]+)*"
    r"(?:cllr|councillor|(?:vice-?)?chair(?:man|woman|person)?|mayor|leader|alderman|member|president)\b",
    re.I,
)
SEVERAL = re.compile(r"\b(?:council|committee|panel|board|cabinet|executive|members|meeting|assembly)\b", re.I)
# "Leader of the Council", "Mayor, for the council": whose leader it is does not make one person several.
_WHOSE = re.compile(r"[\s,]+(?:of|for|to|on|by|from)\b.*", re.I | re.S)
_PARTS = re.compile(r"[,;:()/]| - | – ")


def one_councillor(words: str) -> bool:
    """Whether a title, or a part of "A. Penrose (Leader of the Council), Director", is one councillor's."""
    return any(_is_one(part.strip()) for part in (words, *_PARTS.split(words)))


def _is_one(words: str) -> bool:
    one = _ONE_PERSON.match(words)
    return one is not None and not SEVERAL.search(_WHOSE.sub("", words[one.end() :]))
