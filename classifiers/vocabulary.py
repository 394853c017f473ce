"""How common a word is in letters to a council: what every letter says tells nothing about what this one is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from classifiers.kept import load_json
from classifiers.similarity import Rarity, words


def ordinary_words() -> Rarity:
    """The words that letters of several councils use, with how many letters hold them."""
    return _in_use[-1] if _in_use else _kept()


def use(rarity: Rarity) -> None:
    """Count words otherwise for the rest of this process; for training and benchmarks, which leave a mailbox out."""
    _in_use[:] = [rarity]


_in_use: list[Rarity] = []


@lru_cache(maxsize=1)
def _kept() -> Rarity:
    kept = load_json("vocabulary.json")
    return Rarity(int(kept["texts"]), {str(word): int(count) for word, count in kept["held_by"].items()})


def count(sources: Iterable[Iterable[str]], in_sources: int) -> Rarity:
    """Words found in at least `in_sources` of the sources (councils), so that no place or person of one gets in."""
    texts, held_by, found_in = 0, Counter[str](), Counter[str]()
    for source in sources:
        here: set[str] = set()
        for text in source:
            seen = frozenset(words(text))
            held_by.update(seen)
            here |= seen
            texts += 1
        found_in.update(here)
    return Rarity(
        texts,
        {word: number for word, number in sorted(held_by.items()) if found_in[word] >= in_sources and number >= 5},
    )
