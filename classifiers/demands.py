"""What a short letter of somebody's own accord asks to be kept, stopped or let through, and on which side it stands.

People who are asked to write often say nothing of that, and each in their own words: what a dozen of them have in
common within three weeks is one thing that is to be kept open, and its name (`campaigns`).
"""

from __future__ import annotations

import re
from functools import lru_cache

from classifiers.similarity import words
from classifiers.text import sentences
from classifiers.vocabulary import ordinary_words

LONGEST = 220  # words: who writes more has a matter of their own
_LONGEST_TEXT = 4_000  # characters of so many words
SHORT = 80  # words: so short a letter is all about one thing
PARTICULAR = 0.5  # of a word that names the thing (`Rarity.of`)
_NAMES_FROM = 3  # letters
_DEMANDS = re.compile(
    r"\b(?:keep|sav(?:e|ing)|clos(?:e|es|ed|ing|ure)|shut(?:s|ting)?|scrap\w*|axe|object(?:s|ing|ion)?"
    r"|oppos(?:e|ed|ing|ition)|against|(?:in )?favour|support(?:s|ing)?|reconsider|think again|drop(?:ped)?"
    r"|not to (?:lose|sell|fell|build|remove|cut)"
    r"|(?:don['’]?t|do not|please not) (?:\w+ )?(?:sell|fell|build|remove|cut|take|move|stop|let|put|lose|get rid)"
    r"|propos(?:al|ed)|plans? to|consultation|ask for)\b",
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


def demanded(subject: str, own: str) -> frozenset[str]:
    """Particular words that name what is to be kept or stopped, as stems; none where the letter demands nothing."""
    return _demanded(subject[:_LONGEST_TEXT], own) if len(own) <= _LONGEST_TEXT else frozenset()


@lru_cache(maxsize=512)  # asked of one letter when it is looked for, kept and held against others
def _demanded(subject: str, own: str) -> frozenset[str]:
    many = len(own.split())
    if many > LONGEST or _NUMBERED.search(subject) or _NUMBERED.search(own):
        return frozenset()
    said = [span.text for span in sentences(own) if _DEMANDS.search(span.text)]
    if not said and not _DEMANDS.search(subject):
        return frozenset()
    text = f"{subject}\n{own}" if many < SHORT else "\n".join([subject, *said])
    about = words(_DEMANDS.sub(" ", text))
    weight = ordinary_words().of
    return frozenset(word for word in about if len(word) >= _NAMES_FROM and weight(word) >= PARTICULAR)


def contrary(one: str, other: str) -> bool:
    """Whether one letter is plainly in favour of what the other is plainly against."""
    return {_side(one), _side(other)} == {"for", "against"}


def _side(letter: str) -> str:
    favours, opposes = bool(_FOR.search(letter)), bool(_AGAINST.search(letter))
    if favours == opposes:
        return "unsaid"
    return "for" if favours else "against"
