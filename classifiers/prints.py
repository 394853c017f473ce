"""A letter's prints: by which its wording is found again in another's letter, though no word of it is kept.

A print is a hash of three stemmed words in a row that are particular enough; what every letter says leaves none. Of a
long letter only those with the smallest hashes are kept: two letters that share a passage keep the same ones of it, so
that a template is found again within a longer letter (bottom-k sampling: Broder 1997). A letter that says it was asked
for has two prints more, the same in all such letters, and finds those of known campaigns: they share no wording, and
are looked for all the same; the runs of a subject that somebody thought of have two each, since those who are given a
title to write under keep that. Apart from these it has one for each word that tells what it is about: by a single one
others of the last weeks are found who perhaps write for one cause.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from functools import lru_cache
from hashlib import blake2b

from classifiers.causes import topics
from classifiers.matters import plain_subject
from classifiers.prompts import prompted
from classifiers.similarity import Rarity, Shingle, read
from classifiers.vocabulary import ordinary_words

PARTICULAR = 1.1  # weight of a run of three words: between 0 (three that every letter has) and 3 (three that none has)
FEW = 24  # all prints of a letter with so few are kept, of a longer one one in two
MOST_KEPT = 64
MOST_ASKED = 128
MOST_OF_A_TITLE = 4  # runs


def prints_of(own: str, subject: str = "") -> tuple[int, ...]:
    """The prints of a letter's own words to look for others by, as signed 64-bit numbers, the smallest first."""
    marks = (*((*_PROMPTED, *OF_A_CAMPAIGN) if prompted(own) else ()), *_of_a_title(subject))
    return (*marks, *heapq.nsmallest(MOST_ASKED, _hashes(own, ordinary_words())))


def prints_to_keep(own: str, subject: str = "") -> tuple[int, ...]:
    """Those of them that are kept with the letter, for later ones to be found by."""
    found = _hashes(own, ordinary_words())
    marks = (*(_PROMPTED if prompted(own) else ()), *_of_a_title(subject), *topic_prints(own, subject))
    return (*marks, *heapq.nsmallest(min(MOST_KEPT, max(FEW, len(found) // 2)), found))


def topic_prints(own: str, subject: str) -> tuple[int, ...]:
    """One for each word that tells what a letter is about (`causes.topics`), the smallest first."""
    return tuple(sorted(_hash(("about", word, "")) for word in topics(subject, own)))


def title_runs(subject: str) -> frozenset[Shingle]:
    """The particular runs of three words of a subject; none of a reply's, and none with a number in it.

    A reference that the council gave is what many have in common who were asked by nobody.
    """
    if subject.strip()[:3].casefold() == "re:":
        return frozenset()
    runs = _particular(read(plain_subject(subject)).runs, ordinary_words())
    return frozenset(run for run in runs if all(word.isalpha() for word in run))


def _of_a_title(subject: str) -> tuple[int, ...]:
    runs = heapq.nsmallest(MOST_OF_A_TITLE, map(_hash, title_runs(subject)))
    return tuple(print_ for run in runs for print_ in (_hash(("title", str(run), "")), _hash(("", "title", str(run)))))


@lru_cache(maxsize=4)  # looked for and kept one after the other
def _hashes(own: str, rarity: Rarity) -> frozenset[int]:
    return frozenset(map(_hash, _particular(read(own).runs, rarity)))


def _particular(runs: Iterable[Shingle], rarity: Rarity) -> Iterable[Shingle]:
    weight = rarity.of
    return (run for run in runs if weight(run[0]) + weight(run[1]) + weight(run[2]) >= PARTICULAR)


def _hash(run: Shingle) -> int:
    """The same in every process and on every machine, unlike Python's own."""
    return int.from_bytes(blake2b(" ".join(run).encode(), digest_size=8).digest(), "big", signed=True)


_PROMPTED = (_hash(("asked", "to", "write")), _hash(("prompted", "letter", "all")))  # two: so many must be shared
OF_A_CAMPAIGN = (_hash(("of", "a", "campaign")), _hash(("a", "campaign", "of")))
"""Kept with each letter that was found to belong to one: whoever says that they were asked to write finds them all."""
