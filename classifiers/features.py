"""From words to numbers: what the linear models count in a sentence or a letter. No vocabulary is kept, only hashes.

A feature is a word, two words side by side, a stretch of three to five letters of a word, or a named cue (`cue:you`)
that a person can read. Hashes are CRC-32, so the same text gives the same numbers on every machine.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from classifiers.text import Word

BITS = 20
MANY = 4  # recipients of one letter
_MASK = (1 << BITS) - 1

Ids = NDArray[np.int64]
Weights = NDArray[np.float32]


def _among(words: str) -> frozenset[str]:
    return frozenset(words.split())


_TITLES = _among("mr mrs ms miss dr cllr councillor rev sgt pc mister lord lady sir")
_YOU = _among("you your yours yourself yourselves u ur ya yer you're youre you've you'll you lot chi eich")
_ME = _among("i i'm i've i'll i'd me my mine myself we us our im ive")
_THEY = _among("he she they him her them his their he's she's they're they've")
_NOT = _among(
    "not no never nor without don't won't isn't wasn't didn't doesn't can't cannot wouldn't aren't neither nobody"
)
_SAID = _among(
    "said says saying told tells called calls calling shouted shouting wrote written writes reads read quote quoted "
    "sprayed painted posted graffiti heard report reported reporting threatened alleged apparently somebody "
    "someone word words"
)
_FOI = _among("foi foia freedom")
_EIR = _among("eir eirs environmental")
_SAR = _among("sar dsar gdpr subject personal")
_ASKS = _among(
    "please send give provide supply copy copies disclose request requesting see confirm list figures records"
)
_IF = _among("if unless or else otherwise until till when")


@dataclass(frozen=True, slots=True)
class Features:
    """Ids and weights of one text before learning: `word` and `letters` are scaled apart so that neither drowns."""

    ids: Ids
    counts: Weights
    letters_from: int  # ids before this place are words and cues, from it on stretches of letters


def features(words: Sequence[Word], *, subject: Sequence[Word] = (), recipients: int = 0) -> Features:
    """The features of a text; a letter's subject counts for itself, marked, and among the words."""
    wordy = Counter(_word_ids(words))
    if subject:
        wordy.update(_word_ids(subject))
        wordy.update([_id("subject:" + word.plain) for word in subject])
    wordy.update([_id("cue:" + cue) for cue in cues(words)])
    if recipients >= MANY:
        wordy.update([_id("cue:many-recipients")])
    lettery = Counter(chain.from_iterable([_letter_ids(word.plain) for word in (*subject, *words)]))
    ids = np.fromiter((*wordy, *lettery), dtype=np.int64, count=len(wordy) + len(lettery))
    counts = np.fromiter((*wordy.values(), *lettery.values()), dtype=np.float32, count=len(ids))
    return Features(ids, (1 + np.log(counts)).astype(np.float32) if len(ids) else counts, len(wordy))


def _id(feature: str) -> int:
    return zlib.crc32(feature.encode("utf-8", "surrogatepass")) & _MASK


@lru_cache(maxsize=50_000)
def _letter_ids(plain: str) -> tuple[int, ...]:
    if not plain[0].isalpha() or len(plain) < 3:
        return ()
    padded = f"<{plain[:40]}>"
    return tuple(_id("letters:" + padded[i : i + n]) for n in (3, 4, 5) for i in range(len(padded) - n + 1))


def _word_ids(words: Sequence[Word]) -> Iterator[int]:
    before, before_that = "^", "^^"
    for place, word in enumerate(words):
        plain = word.plain
        if place and words[place - 1].plain in _TITLES:
            plain = "_name_"  # Mr Dick and Mrs Slaughter are names, not rude words or threats
        yield _id(("quoted:" if word.quoted else "word:") + plain)
        yield _id(f"two:{before} {plain}")
        yield _id(f"skip:{before_that} {plain}")
        before, before_that = plain, before


def cues(words: Sequence[Word]) -> list[str]:
    """Readable signs of who is spoken of and how: the sentence addresses the reader, reports, denies, shouts, asks."""
    plain = [word.plain for word in words]
    held = set(plain)
    found = [name for name, those in _CUES if held & those]
    if any(word.quoted for word in words):
        found.append("quotes")
    if plain and plain[-1][0] in "?!":
        found.append("ends" + plain[-1][0])
    said, you = "said" in found, "you" in found
    found += ["reports" if said else "", "to-you" if you and not said else "", "about-you" if you and said else ""]
    found.append(f"length{min(len(plain).bit_length(), 8)}")
    return [cue for cue in found if cue]


_CUES = (
    ("you", _YOU),
    ("me", _ME),
    ("they", _THEY),
    ("not", _NOT),
    ("said", _SAID),
    ("if", _IF),
    ("foi", _FOI),
    ("eir", _EIR),
    ("sar", _SAR),
    ("asks", _ASKS),
    ("?", frozenset({"?", "??"})),
    ("!!", frozenset({"!!"})),
)
