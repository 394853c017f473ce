"""Whether a letter asks for something to be kept, stopped or let through, and on which side it stands."""

from __future__ import annotations

import re
from functools import lru_cache

_DEMANDS = re.compile(
    r"\b(?:keep|sav(?:e|ing)|clos(?:e|es|ed|ing|ure)|shut(?:s|ting)?|scrap\w*|axe|object(?:s|ing|ion)?"
    r"|oppos(?:e|ed|ing|ition)|against|(?:in )?favour|support(?:s|ing)?|reconsider|think again|drop(?:ped)?"
    r"|not to (?:lose|sell|fell|build|remove|cut)"
    r"|(?:don['’]?t|do not|please not) (?:\w+ )?(?:sell|fell|build|remove|cut|take|move|stop|let|put|lose|get rid)"
    r"|propos(?:al|ed|ing)|plans? to|consultation|ask for|leave (?:it|us|them|the|our)|stays?|withdraw\w*|demoli\w+"
    r"|(?:knock|pull|tak|tear)\w* (?:\w+ ){0,3}(?:down|away)|los(?:e|ing)|without (?:it|them|her|him))\b",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"\d/\w*\d")  # an application's number: many are asked about it who were asked by nobody
_FOR = re.compile(
    r"\b(?:in (?:\w+ )?favour|(?:i|we|to) (?:\w+ )?(?:support|welcome|approve|agree with)|about time|long overdue)\b",
    re.IGNORECASE,
)
_AGAINST = re.compile(
    r"\b(?:against|object\w*|oppos\w+|keep|save|scrap|drop|reconsider|think again|(?:don['’]?t|do not|not to) \w+)\b",
    re.IGNORECASE,
)
_DISSENTS = re.compile(
    r"\b(?:(?:have|had|do|did|will|shall|would|can|could)(?:n['’]?t| not)|shan['’]?t|won['’]?t|decline to|refuse to)"
    r" (?:\w+ )?sign(?:ed)?\b"
    r"|\bi(?:['’]?m| am) (?:\w+ )?(?:for it|in favour)\b"
    r"|\b(?:lots?|many|plenty|deal) (?:of )?(?:\w+ )?(?:letters?|post|mail|e-?mails?) (?:against|for|from|about)\b",
    re.IGNORECASE,
)


def demands(letter: str) -> bool:
    return bool(_DEMANDS.search(letter))


def numbered(letter: str) -> bool:
    return bool(_NUMBERED.search(letter))


def contrary(one: str, other: str) -> bool:
    """Whether one letter is plainly in favour of what the other is plainly against, or one alone holds back from what
    many others sign."""
    return {_side(one), _side(other)} == {"for", "against"} or _dissents(one) != _dissents(other)


@lru_cache(maxsize=2048)
def _dissents(letter: str) -> bool:
    return bool(_DISSENTS.search(letter))


@lru_cache(maxsize=2048)  # the same recent letters are compared with one new letter after another
def _side(letter: str) -> str:
    favours, opposes = bool(_FOR.search(letter)), bool(_AGAINST.search(letter))
    if favours == opposes:
        return "unsaid"
    return "for" if favours else "against"
