"""How much two texts share: rare words, runs of three words, and the angle between their word vectors.

Pure Python and linear in the length of the texts. `Rarity` weighs a word by how few ordinary letters hold it, so
that "Dear", "council" and "please" count for little and a street, a reference or an odd word counts for much. Weights
are summed exactly: a set's words come in another order in each process, and what ties must tie in all of them.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain, repeat

Shingle = tuple[str, str, str]

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_LONGEST_TEXT = 20_000  # characters that are compared; nobody writes more by hand, and a bomb must not stall us
_LONGEST_WORD = 40


def words(text: str) -> list[str]:
    """The words of a text in order, lower case, each cut back to a rough stem ("lamps" and "lamp" are one)."""
    return [stem(word) for word in _WORD.findall(text[:_LONGEST_TEXT].lower())]


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """A word without possessive, plural or the commonest endings. Numbers stay as they are."""
    word = word[:_LONGEST_WORD].replace("’", "'").removesuffix("'s").replace("'", "")
    if len(word) < 4 or not word.isalpha():
        return word
    for ending, kept in (("ies", "y"), ("sses", "ss"), ("ing", ""), ("ed", ""), ("ly", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)] + kept
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def shingles(tokens: Sequence[str]) -> frozenset[Shingle]:
    """All runs of three words. A text of fewer than three words has none."""
    return frozenset(zip(tokens, tokens[1:], tokens[2:], strict=False))


@dataclass(frozen=True, eq=False)  # one is only ever itself, so that what is reckoned by it can be remembered
class Rarity:
    """Weights of words: `held_by[word]` of `texts` ordinary letters hold it; a word not listed is a rare one."""

    texts: int
    held_by: Mapping[str, int]

    def of(self, word: str) -> float:
        """Between 0 (in every letter) and 1 (in none)."""
        return self._weights.get(word, 1.0)

    @cached_property
    def _weights(self) -> dict[str, float]:
        highest = math.log(self.texts + 1)
        return {word: (highest - math.log(count + 1)) / highest for word, count in self.held_by.items()}

    @cached_property
    def _squared(self) -> dict[str, float]:
        return {word: weight**2 for word, weight in self._weights.items()}

    def weigh(self, these: Iterable[str]) -> float:
        return math.fsum(map(self._weights.get, these, repeat(1.0)))

    def weigh_runs(self, runs: Iterable[Shingle]) -> float:
        """The weights of all their words: runs overlap, so each is counted up to three times."""
        return self.weigh(chain.from_iterable(runs))

    def vector(self, tokens: Iterable[str]) -> dict[str, float]:
        """TF-IDF of length 1; empty for an empty text."""
        squared = self._squared.get
        raw = {
            word: squared(word, 1.0) if count == 1 else (1 + math.log(count)) * squared(word, 1.0)
            for word, count in Counter(tokens).items()
        }
        length = math.sqrt(math.fsum(value * value for value in raw.values()))
        return {word: value / length for word, value in raw.items()} if length else {}


def cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """Of two vectors of length 1: between 0 (nothing in common) and 1 (the same words as often)."""
    return min(1.0, math.fsum(one[word] * other[word] for word in one.keys() & other.keys()))


def share_of_words(part: Iterable[str], whole: frozenset[str], rarity: Rarity) -> float:
    """How much of `part`, weighed by rarity, also stands in `whole`: 0 to 1."""
    part = frozenset(part)
    weight = rarity.weigh(part)
    return rarity.weigh(part & whole) / weight if weight else 0.0


def share_of_runs(part: frozenset[Shingle], whole: frozenset[Shingle], rarity: Rarity) -> float:
    """How much of `part`'s runs of three words, weighed by rarity, also stands in `whole`: 0 to 1."""
    weight = rarity.weigh_runs(part)
    return rarity.weigh_runs(part & whole) / weight if weight else 0.0


def shared_runs(one: frozenset[Shingle], other: frozenset[Shingle], rarity: Rarity) -> float:
    """The weight of the runs that both texts hold: grows with the length of the copied passage, roughly its words."""
    return rarity.weigh_runs(one & other) / 3


@lru_cache(maxsize=4096)
def read(text: str) -> Reading:
    """A text's words and runs, remembered, because the same earlier letters are compared again and again."""
    return Reading(tuple(words(text)))


@dataclass(frozen=True)
class Reading:
    tokens: tuple[str, ...]

    @cached_property
    def set(self) -> frozenset[str]:
        return frozenset(self.tokens)

    @cached_property
    def runs(self) -> frozenset[Shingle]:
        return shingles(self.tokens)


@lru_cache(maxsize=2048)
def vector_of(text: str, rarity: Rarity) -> Mapping[str, float]:
    """A text's vector, remembered like its words."""
    return rarity.vector(read(text).tokens)
