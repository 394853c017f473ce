"""Which language a letter is in, cheaply: by alphabet, else by its smallest words. English needs no finding.

A letter is judged sentence by sentence. With a substantial part in English it is read; what is said in another
language is named all the same, so that a person who reads it can be found. Where there is too little to tell, a letter
is taken for English: it is read, and a person who writes little or oddly is not sent to the back of a queue for it.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from classifiers.small_words import ENGLISH, NEPALI, OWN_LETTERS, SCRIPTS, SCRIPTS_OF_ONE, SMALL_WORDS, folded
from classifiers.text import Span, sentences, words
from models.finding import About, Evidence, Finding
from models.history import History
from models.message import Message

FEWEST_WORDS = 3  # a letter of two words is not judged
FEWEST_SIGNS = 4  # small words, or words with letters that other languages have not
FEWEST_SMALL_WORDS = 3  # different ones: the names of streets and people repeat the same few
ENOUGH_ENGLISH = 20  # words, or a third of the letter: it is read as English
ENOUGH_OTHER = 12  # words in another language beside enough English: they are named
_LOOKED_AT = 20_000  # characters
_REMEMBERED = 64
_QUOTED = 200  # characters
_LETTERS_A_WORD = {"zh": 2, "ja": 2, "th": 5, "km": 5}  # of languages that write no spaces

_LANGUAGES_OF: dict[str, tuple[str, ...]] = {
    word: tuple(code for code, small in SMALL_WORDS.items() if word in small)
    for word in frozenset().union(*SMALL_WORDS.values())
}


@dataclass(frozen=True, slots=True)
class Tongues:
    """`english`: it is to be read as English. `other`: the language that the rest, or all of it, is in; else empty."""

    english: bool
    other: str = ""
    quote: str = ""
    start: int = -1


@dataclass(frozen=True, slots=True)
class _Part:
    """A sentence counted: its words, those in another alphabet, and small words and own letters by language."""

    span: Span
    words: int
    alphabets: Counter[str]
    small: Counter[str]
    different: frozenset[tuple[str, str]]  # language and small word


def language(text: str) -> str:
    """The ISO 639 code of the language a text is to be read in; English when there is too little to tell."""
    found = tongues(text)
    return ENGLISH if found.english else found.other


def tongues(text: str) -> Tongues:
    """What a text is written in. Linear; looks at its first pages only."""
    return _tongues(text[:_LOOKED_AT])


@lru_cache(maxsize=_REMEMBERED)  # the classifiers of one message ask one after another
def _tongues(text: str) -> Tongues:
    parts = [_counted(span) for span in sentences(text)]
    by_alphabet = _by_alphabet(text, parts)
    if by_alphabet:
        return _weighed(by_alphabet, parts, [part for part in parts if _is_foreign_script(part)])
    other, most = _likeliest(parts)
    if most < FEWEST_SIGNS:
        return Tongues(english=True)
    return _weighed(other, parts, [part for part in parts if _leads(part, other)])


def _weighed(other: str, parts: Sequence[_Part], foreign: Sequence[_Part]) -> Tongues:
    english = sum(part.words for part in parts if part not in foreign and part.small[ENGLISH] > part.small[other])
    abroad = sum(_words_in(other, part) for part in foreign)
    if abroad < FEWEST_WORDS or not _sure(other, foreign, abroad):
        return Tongues(english=True)
    enough = english >= ENOUGH_ENGLISH or english * 3 >= english + abroad
    if enough and abroad < ENOUGH_OTHER:
        return Tongues(english=True)
    first = foreign[0].span
    return Tongues(enough, other, first.text[:_QUOTED], first.start)


def _sure(other: str, foreign: Sequence[_Part], abroad: int) -> bool:
    signs = sum(part.small[other] + part.alphabets.total() for part in foreign)
    different = {word for part in foreign for code, word in part.different if code == other}
    by_alphabet = any(part.alphabets for part in foreign)
    return signs >= FEWEST_SIGNS and signs * 8 >= abroad and (by_alphabet or len(different) >= FEWEST_SMALL_WORDS)


def _words_in(code: str, part: _Part) -> int:
    letters = _LETTERS_A_WORD.get(code)
    return max(part.words, sum(c.isalpha() for c in part.span.text) // letters) if letters else part.words


def _counted(span: Span) -> _Part:
    alphabets: Counter[str] = Counter()
    small: Counter[str] = Counter()
    different: set[tuple[str, str]] = set()
    count = 0
    for word in words(span.text):
        if not word.plain[0].isalpha():
            continue
        count += 1
        if alphabet := _alphabet(word.plain[0]):
            alphabets[alphabet] += 1
            continue
        plain = folded(word.plain)
        known = _LANGUAGES_OF.get(plain, ())
        small.update(known)
        different.update((code, plain) for code in known)
        if ENGLISH not in known:
            small.update(_by_own_letters(span.text[word.start : word.end], known))
    return _Part(span, count, alphabets, small, frozenset(different))


def _by_own_letters(written: str, known: Sequence[str]) -> list[str]:
    if written.isascii():
        return []
    return [code for code, own in OWN_LETTERS.items() if code not in known and not own.isdisjoint(written)]


@lru_cache(maxsize=5_000)
def _alphabet(letter: str) -> str:
    """Empty for Latin letters."""
    if ord(letter) < 0x250:
        return ""
    name = unicodedata.name(letter, "").split(" ")[0]
    return name if name in SCRIPTS or name in SCRIPTS_OF_ONE else ""


def _is_foreign_script(part: _Part) -> bool:
    return part.alphabets.total() * 2 > part.words


def _by_alphabet(text: str, parts: Sequence[_Part]) -> str:
    """The language of the alphabet that at least a few sentences' worth of words are in, if any."""
    alphabets: Counter[str] = Counter()
    for part in parts:
        if _is_foreign_script(part):
            alphabets.update(part.alphabets)
    if not alphabets:
        return ""
    if alphabets["HIRAGANA"] or alphabets["KATAKANA"]:
        return "ja"
    alphabet = alphabets.most_common(1)[0][0]
    if alphabet in SCRIPTS_OF_ONE:
        return SCRIPTS_OF_ONE[alphabet]
    if alphabet == "DEVANAGARI":
        return "ne" if sum(word.strip("।,.!?") in NEPALI for word in text.split()) >= 2 else "hi"
    commonest, letters = SCRIPTS[alphabet]
    return next((code for code, own in letters.items() if any(letter in text for letter in own)), commonest)


def _likeliest(parts: Sequence[_Part]) -> tuple[str, int]:
    """Of the languages in Latin letters, English aside."""
    total: Counter[str] = Counter()
    for part in parts:
        total.update(part.small)
    others = {code: count for code, count in total.items() if code != ENGLISH}
    return max(others.items(), key=lambda item: item[1], default=("", 0))


def _leads(part: _Part, other: str) -> bool:
    return part.small[other] > part.small[ENGLISH]


class Languages:
    """Says when a letter, or a good part of it, is in a language the readers were not made for."""

    name = "language"
    version = "2"

    def look(self, message: Message, history: History) -> list[Finding]:
        if message.automatic is not None:
            return []
        found = tongues(message.words.own)
        if not found.other:
            return []
        reason = "part" if found.english else "whole"
        evidence = Evidence(quote=found.quote, start=found.start, reason=reason, weight=1.0)
        return [Finding(About.LANGUAGE, found.other, 0.9, f"{self.name} {self.version}", (evidence,))]
