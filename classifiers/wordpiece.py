"""Words as the encoder reads them: pieces of its vocabulary, each knowing which sentence it stands in and where.

WordPiece (Wu et al. 2016; Devlin et al. 2019) over our own words, so that what `classifiers.text` undoes (leet,
look-alike letters, spaced-out words, marks nobody sees) is undone for the encoder too, and every piece keeps its place
in the text as written. A letter is cut at its sentences into windows that the encoder reads one at a time.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from classifiers.kept import load_json
from classifiers.text import Span, Word, words

WINDOW = 224  # pieces of a window without the subject; what the encoder was trained on
SUBJECT = 24  # pieces of the subject, at the head of every window
SENTENCE = 160  # pieces of one sentence; a sentence has sixty words at most (classifiers.text)
LONGEST_PIECES = 12  # of one word; a longer one is no word that anybody reads
NO_SENTENCE = -1

_PARTS = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Window:
    """What the encoder sees at once. One entry a piece; `sentence` is a place in the letter's sentences or -1.

    `start` and `end` are places in the letter's text as written, of the whole word that the piece belongs to.
    """

    ids: tuple[int, ...]
    quoted: tuple[int, ...]
    sentence: tuple[int, ...]
    start: tuple[int, ...]
    end: tuple[int, ...]


class _Piece(NamedTuple):
    id: int
    quoted: int
    sentence: int
    start: int
    end: int


class Wordpieces:
    """The encoder's vocabulary. `ids` maps a piece to its number; pieces within a word begin with `##`."""

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self._ids: Mapping[str, int] = {piece: number for number, piece in enumerate(vocabulary)}
        self._begin, self._apart, self._unknown = (self._ids[mark] for mark in ("[CLS]", "[SEP]", "[UNK]"))
        self._of = lru_cache(maxsize=50_000)(self._pieces_of)
        self.of_sentence = lru_cache(maxsize=4_096)(self._of_sentence)  # both encoders read the same sentences

    def windows(self, sentences: Sequence[Span], subject: str = "") -> list[Window]:
        """The windows of a letter, in order; at least one, also of an empty letter."""
        head = self._head(subject)
        found: list[Window] = []
        inside: list[_Piece] = []
        for place, span in enumerate(sentences):
            part = self._sentence(place, span)
            if inside and len(inside) + len(part) > WINDOW:
                found.append(self._window(head, inside))
                inside = []
            inside += part
        if inside or not found:
            found.append(self._window(head, inside))
        return found

    def _head(self, subject: str) -> list[_Piece]:
        begin, apart = _mark(self._begin), _mark(self._apart)
        named = [_mark(number) for word in words(subject[:500]) for number in self._of(word.plain)][:SUBJECT]
        return [begin, *named, apart] if named else [begin]

    def _window(self, head: list[_Piece], inside: list[_Piece]) -> Window:
        return Window(*zip(*head, *inside, _mark(self._apart), strict=True))

    def _sentence(self, place: int, span: Span) -> list[_Piece]:
        return [
            _Piece(number, quoted, place, span.start + start, span.start + end)
            for number, quoted, start, end in self.of_sentence(span.text)
        ]

    def _of_sentence(self, text: str) -> tuple[tuple[int, int, int, int], ...]:
        """The pieces of one sentence: number, whether quoted, and where its word starts and ends in the sentence."""
        return tuple(
            [
                (number, int(word.quoted), word.start, word.end)
                for word in words(text)
                for number in self._of(_said(word, text))
            ][:SENTENCE]
        )

    def _pieces_of(self, said: str) -> tuple[int, ...]:
        return tuple(number for part in _PARTS.findall(said) for number in self._longest_first(part))[:LONGEST_PIECES]

    def _longest_first(self, word: str) -> list[int]:
        found: list[int] = []
        start = 0
        while start < len(word) and len(found) < LONGEST_PIECES:
            for end in range(min(len(word), start + 20), start, -1):
                number = self._ids.get(("##" if start else "") + word[start:end])
                if number is not None:
                    found.append(number)
                    start = end
                    break
            else:
                return [self._unknown]
        return found


def _mark(number: int) -> _Piece:
    return _Piece(number, 0, NO_SENTENCE, 0, 0)


def _said(word: Word, text: str) -> str:
    """The words of a word: a number as it stands, a link as the word `link`, a picture by its name."""
    if word.plain == "_link_":
        return "link"
    if word.plain in ("_number_", "_money_"):
        return text[word.start : word.end].casefold()
    return _picture(word.plain) if len(word.plain) <= 2 else word.plain


@lru_cache(maxsize=2_000)
def _picture(plain: str) -> str:
    if plain and unicodedata.category(plain[0]) == "So":
        return unicodedata.name(plain[0], plain).casefold()
    return plain


@lru_cache(maxsize=1)
def wordpieces() -> Wordpieces:
    """As installed. Raises ArtefactDamaged."""
    numbers = load_json("wordpieces.json")
    return Wordpieces(sorted(numbers, key=lambda piece: int(numbers[piece])))
