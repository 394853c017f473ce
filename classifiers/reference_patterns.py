"""Token patterns for spaCy's matcher: where a letter may name a place, a numbered thing, a day, a sum or a person.

A letter is cut into tokens by one plain expression rather than by spaCy's tokenizer, which takes affixes off one by one
and so can be made slow by a hostile line. Each token carries its form (TAG: a word with a capital, a number, ...) and
what it may mean here (LEMMA: a street word, a month, ...). Patterns only ask for these and are bounded in length, so
that the work grows with the letter and with nothing else.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from classifiers.reference_words import ASSETS, CASES, HOUSES, MONTHS, NUMBERS, PATHS, ROADS, TITLES, WELSH

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.matcher import Matcher

_TOKEN = re.compile(r"(?P<gap>\n\s*)|[^\W_]+(?:['’][^\W_]+)*['’]?|[^\s\w]|_")
_WRAPPED = 50  # a line at least so long went on in the next; a shorter one ended where its writer ended it
_FORMS: Final = (
    ("N", re.compile(r"\d{1,12}\Z", re.ASCII)),
    ("ORD", re.compile(r"\d{1,2}(?:st|nd|rd|th)\Z", re.ASCII | re.I)),
    ("NA", re.compile(r"\d{1,5}[a-z]\Z", re.ASCII | re.I)),
    ("AN", re.compile(r"[a-z]{1,6}\d{1,12}\Z", re.ASCII | re.I)),
    ("MIX", re.compile(r"(?=.{0,14}\d)[a-z\d]{2,15}\Z", re.ASCII | re.I)),
)
_SENSES: Final[dict[str, str]] = {
    sense: name
    for name, group in (
        ("NO", NUMBERS),
        ("HOUSE", HOUSES),
        ("CASE", CASES),
        ("PATH", PATHS),
        ("ASSET", ASSETS),
        ("WELSH", WELSH),
        ("ROAD", ROADS),
        ("MONTH", MONTHS),
        ("TITLE", TITLES),
    )
    for sense in group
}
_CASES_TOO = frozenset({"ref", "reference"})
_POSSESSIVE = re.compile(r"['’]s?$")


@dataclass(frozen=True, slots=True)
class Cut:
    """A text in tokens: as written, in lower case without a possessive, their form, and where they stand."""

    words: list[str]
    lower: list[str]
    forms: list[str]
    starts: list[int]
    ends: list[int]

    def __len__(self) -> int:
        return len(self.words)

    def at(self, place: int) -> str:
        """The token in lower case; "" before the first and after the last, and for the end of a line."""
        return self.lower[place] if 0 <= place < len(self.lower) else ""

    def form(self, place: int) -> str:
        return self.forms[place] if 0 <= place < len(self.forms) else "END"


def cut(text: str) -> Cut:
    """Words, numbers and marks; the end of a short line and of a paragraph is a token of its own."""
    made = Cut([], [], [], [], [])
    line = 0
    for found in _TOKEN.finditer(text):
        word = found.group()
        if found["gap"]:
            ends = word.count("\n") > 1 or found.start() - line < _WRAPPED
            line = found.end()
            if not ends:
                continue
        made.words.append("-" if word in "–—‑" else word)
        made.lower.append("" if found["gap"] else _POSSESSIVE.sub("", word.lower()) or word)
        made.forms.append("END" if found["gap"] else _form(word))
        made.starts.append(found.start())
        made.ends.append(found.end())
    return made


def _form(word: str) -> str:
    first = word[0]
    if first.isalpha() and not any(c.isdigit() for c in word):
        if not first.isupper():
            return "LOW"
        return "CAP" if len(word) > 1 else "INIT"
    return next((name for name, shape in _FORMS if shape.match(word)), "MARK")


def _sense(word: str) -> str:
    return _SENSES.get(word, "-")


_Pattern = list[dict[str, Any]]
_DOT = {"ORTH": ".", "OP": "?"}
_N, _CAP = {"TAG": "N"}, {"TAG": "CAP"}
_NO: _Pattern = [{"LEMMA": "NO", "OP": "?"}, _DOT, {"ORTH": {"IN": ["#", ":", "-"]}, "OP": "?"}]
_NUMBER: _Pattern = [{"TAG": {"IN": ["N", "NA", "AN"]}}]
_CODE: _Pattern = [{"TAG": {"IN": ["N", "NA", "AN", "MIX", "CAP", "INIT"]}}]
_JOINED: _Pattern = [{"ORTH": {"IN": ["/", "-"]}}, *_CODE]
_SPLIT = {"ORTH": {"IN": ["/", "-", "."]}}
_MORE: _Pattern = [{"ORTH": {"IN": [",", "."]}, "OP": "?"}, {"TAG": "N", "OP": "?"}]  # of a sum: thousands, pence
_INITIAL: _Pattern = [{"TAG": "INIT", "OP": "?"}, _DOT]

PATTERNS: Final[dict[str, list[_Pattern]]] = {
    "postcode": [[{"TAG": {"IN": ["AN", "MIX"]}}, {"TAG": "MIX"}], [{"TAG": "MIX"}]],
    "vehicle": [
        [{"TAG": {"IN": ["AN"]}}, {"TAG": {"IN": ["CAP"]}}],
        [_CAP, {"TAG": {"IN": ["N", "NA"]}}],
        [{"TAG": "MIX"}],
    ],
    "planning": [
        [{"TAG": {"IN": ["N", "AN"]}}, _SPLIT, _N, _SPLIT, {"TAG": {"IN": ["CAP", "INIT"]}}],
        [{"TAG": {"IN": ["CAP", "INIT"]}}, _SPLIT, _N, _SPLIT, _N, {**_SPLIT, "OP": "?"}, {**_CAP, "OP": "?"}],
        [{"TAG": {"IN": ["N", "AN"]}}, _SPLIT, _N],
    ],
    "date": [
        [{"TAG": {"IN": ["N", "ORD"]}}, {"LOWER": "of", "OP": "?"}, {"LEMMA": "MONTH"}],
        [{"LEMMA": "MONTH"}, {"LOWER": "the", "OP": "?"}, {"TAG": {"IN": ["N", "ORD"]}}],
        [_N, _SPLIT, _N, _SPLIT, _N],
        [_N, {"ORTH": "/"}, _N],
    ],
    "money": [
        [
            {"ORTH": "£"},
            {"TAG": {"IN": ["N", "NA"]}},
            *(_MORE * 3),
        ],
        [
            _N,
            *(_MORE * 2),
            {"LOWER": {"IN": ["pounds", "quid"]}},
        ],
        [_N, {"LOWER": {"IN": ["pence", "p"]}}],
        [{"TAG": "NA"}],
        [{"LOWER": "gbp"}, _N],
    ],
    "case": [
        [{"LEMMA": "CASE"}, *_NO, *_NO, *_CODE, *_CODE],
        *([{"LEMMA": "CASE"}, *_NO, *_NO, *_CODE, *(_JOINED * more)] for more in range(4)),
        [_CAP, {"ORTH": "-"}, _N],
        [_CAP, {"ORTH": "-"}, _N, {"ORTH": "-"}, _N],
        [{"TAG": "AN"}],
        [{"ORTH": "#"}, _N],
    ],
    "asset": [[{"LEMMA": "ASSET"}, *_NO, *_NUMBER]],
    "footpath": [
        [{"LEMMA": "PATH"}, *_NO, *_NUMBER],
        [{"LEMMA": "PATH"}, *_NO, *_NUMBER, {"ORTH": "/"}, *_NUMBER],
        [{"TAG": "AN"}],
    ],
    "street": [
        [{"TAG": {"IN": ["CAP", "LOW"]}}, {"LEMMA": "ROAD"}],
        [{"ORTH": "-"}, {"TAG": {"IN": ["CAP", "LOW"]}}, {"LEMMA": "ROAD"}],
        [{"LEMMA": "WELSH"}, {"LOWER": {"IN": ["y", "yr", "ar", "r"]}, "OP": "?"}, {"TAG": {"IN": ["CAP", "LOW"]}}],
    ],
    "house": [[_CAP, {"LEMMA": "HOUSE", "TAG": "CAP"}]],
    "person": [
        [{"LEMMA": "TITLE"}, _DOT, *(_INITIAL * 2), {"TAG": {"IN": ["CAP", "LOW"]}}],
        [{"LEMMA": "TITLE"}, {"LOWER": {"IN": ["and", "&"]}}, {"LEMMA": "TITLE"}, _CAP],
    ],
}


class Finder:
    """spaCy's empty English pipeline and our patterns. One letter at a time, whichever thread it comes from."""

    def __init__(self) -> None:
        import spacy  # seconds to import: only a program that looks for references pays
        from spacy.matcher import Matcher

        self._turn = threading.Lock()
        self._language: Language = spacy.blank("en")
        self._small = frozenset(self._language.Defaults.stop_words)
        self._matcher: Matcher = Matcher(self._language.vocab)
        for kind, patterns in PATTERNS.items():
            self._matcher.add(kind, patterns)

    def is_small(self, word: str) -> bool:
        """Whether it is one of the small words of English ("the", "our", "may"), which name nothing."""
        return word in self._small

    def find(self, tokens: Cut) -> list[tuple[str, int, int]]:
        """Kind, first token and the token after the last, of all that a pattern fits; they may overlap."""
        from spacy.tokens import Doc

        if not tokens.words:
            return []
        senses = [_sense(word) for word in tokens.lower]
        for place, word in enumerate(tokens.lower):
            if word in _CASES_TOO and tokens.at(place - 1) not in CASES:
                senses[place] = "CASE"
        # What is written in letters is not kept in spaCy's store of strings, which would grow without end.
        with self._turn, self._language.memory_zone():
            doc = Doc(self._language.vocab, words=tokens.words, tags=tokens.forms, lemmas=senses)
            names = self._language.vocab.strings
            return [(names[kind], start, end) for kind, start, end in self._matcher(doc)]


_building = threading.Lock()
_built: list[Finder] = []


def finder() -> Finder:
    """The one finder of this process, built when it is first asked for."""
    with _building:
        if not _built:
            _built.append(Finder())
        return _built[0]
