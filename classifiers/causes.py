"""One cause of many: what independent people wrote of within three weeks, each in their own words.

Who was asked by a notice in a shop to write for the bus shelter shares one word with the others and the day of the
week. What they have in common shows in all their letters together: one thing is named, most of them want something kept
or stopped, they are short, and their writers have no other business with the council. A small fitted model weighs that;
`campaigns` goes by it where nothing plainer is found.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from classifiers.demands import contrary, demands, numbered
from classifiers.kept import load_json
from classifiers.logistic import Logistic
from classifiers.platforms import without_frame, without_greeting
from classifiers.prompts import prompted
from classifiers.similarity import read
from classifiers.vocabulary import ordinary_words

DAYS = 21
LONGEST = 300  # words: who writes more has a matter of their own
MOST_TOPICS = 12  # words of a letter
PARTICULAR = 0.3  # of a word that may name what a letter is about (`Rarity.of`)
FEWEST_LETTERS = 3  # characters of such a word
OF_A_SUBJECT, SAID_TWICE = 0.3, 0.15  # so much likelier is a word to name it
SHORT, VERY_SHORT = 80, 40  # words
WRITERS = 2  # others, at least
COMMON = 0.34  # of the letters: what so many hold, and three, they have in common
WORTH_SAYING = 0.4
LABELS = (_OTHER, _CAMPAIGN) = ("other", "campaign")


@dataclass(frozen=True, slots=True)
class Written:
    """One letter: its number (0 for the one that is looked at), whose it is, and what it says."""

    contact: int
    writer: object
    subject: str
    own: str


@dataclass(frozen=True)
class Letter:
    """A letter and what it says, as its cause is looked for."""

    written: Written

    @cached_property
    def text(self) -> str:
        return f"{self.written.subject}\n{_body(self.written.own)}"

    @cached_property
    def topics(self) -> frozenset[str]:
        return topics(self.written.subject, self.written.own)

    @cached_property
    def particular(self) -> frozenset[str]:
        weight = ordinary_words().of
        return frozenset(word for word in read(self.text).set if weight(word) >= PARTICULAR)

    @cached_property
    def subject(self) -> frozenset[str]:
        return read(self.written.subject).set

    @cached_property
    def words(self) -> int:
        return len(self.written.own.split())

    @cached_property
    def demands(self) -> bool:
        return demands(self.text)

    @cached_property
    def prompted(self) -> bool:
        return prompted(self.text)

    @cached_property
    def numbered(self) -> bool:
        return numbered(self.text)


@dataclass(frozen=True)
class Cause:
    """The others who wrote of one thing, the first letter of each, the earliest first; and how likely they and the
    writer are of one campaign."""

    word: str
    letters: tuple[Letter, ...]
    chance: float


@lru_cache(maxsize=2048)  # the same recent letters are compared with one new letter after another
def topics(subject: str, own: str) -> frozenset[str]:
    """The words, as stems, by which others are found who wrote of the same thing; none of a long letter."""
    if len(own.split()) > LONGEST:
        return frozenset()
    weight, named = ordinary_words().of, read(subject).set
    held = Counter(
        word
        for word in read(f"{subject}\n{_body(own)}").tokens
        if len(word) >= FEWEST_LETTERS and word.isalpha() and weight(word) >= PARTICULAR
    )

    def tells(word: str) -> tuple[float, str]:
        return weight(word) + OF_A_SUBJECT * (word in named) + SAID_TWICE * (held[word] > 1), word

    return frozenset(sorted(held, key=tells, reverse=True)[:MOST_TOPICS])


def _body(own: str) -> str:
    """Whom people greet, and how they close, is not what they write of."""
    return without_greeting(without_frame(own))


def likeliest(mine: Letter, others: Sequence[Letter], *, first: bool, weights: Logistic | None = None) -> Cause | None:
    """The likeliest cause; None where nobody wrote of the same thing.

    `others`: letters of other people of the last `DAYS`, the earliest first. `first`: the writer never wrote before.
    """
    model = weights or fitted()
    found = (
        Cause(word, tuple(letters), model.probabilities(features(mine, word, letters, first=first))[_CAMPAIGN])
        for word, letters in groups(mine, others)
    )
    return max(found, key=lambda cause: (cause.chance, cause.word), default=None)


def groups(mine: Letter, others: Iterable[Letter]) -> Iterator[tuple[str, list[Letter]]]:
    """For each topic of a letter those who wrote of it too, on no other side, and share more than that one word."""
    others = [other for other in others if other.words <= LONGEST]
    for word in sorted(mine.topics):
        of_each: dict[object, Letter] = {}
        for other in others:
            if word in other.topics and not contrary(mine.text, other.text):
                of_each.setdefault(other.written.writer, other)
        if len(of_each) >= WRITERS:
            common = _common(word, [mine, *of_each.values()])
            belong = [one for one in of_each.values() if _belongs(one, word, common)]
            if len(belong) >= WRITERS:
                yield word, belong


def _common(word: str, letters: Sequence[Letter]) -> frozenset[str]:
    held = Counter(one for letter in letters for one in letter.particular)
    enough = max(3.0, COMMON * len(letters))
    return frozenset({word, *(one for one, count in held.items() if count >= enough)})


def _belongs(letter: Letter, word: str, common: frozenset[str]) -> bool:
    return len(letter.particular & common) >= 2 or letter.words < VERY_SHORT or word in letter.subject


def features(mine: Letter, word: str, letters: Sequence[Letter], *, first: bool) -> dict[str, float]:
    """What is weighed. "i_": of the letter that is looked at; else of the others together, as shares of them."""
    weigh, many = ordinary_words().weigh, len(letters)
    common = _common(word, [mine, *letters]) - {word}
    shared = sorted((weigh((mine.particular & one.particular) - {word}) for one in letters), reverse=True)

    def share(those: Iterable[bool]) -> float:
        return sum(those) / many

    demanding = share(one.demands for one in letters)
    return {
        "writers": math.log(many),
        "only_two": float(many < 3),
        "demand": demanding,
        "i_demand": float(mine.demands),
        "all_demand": demanding * mine.demands,
        "that_ask": math.log1p(sum(one.demands or one.prompted for one in letters)),
        "prompted": share(one.prompted for one in letters),
        "i_prompted": float(mine.prompted),
        "anybody_prompted": float(mine.prompted or any(one.prompted for one in letters)),
        "i_first": float(first),
        "short": share(one.words < SHORT for one in letters),
        "i_short": float(mine.words < SHORT),
        "numbered": share(one.numbered for one in letters),
        "i_numbered": float(mine.numbered),
        "in_subjects": share(word in one.subject for one in letters),
        "in_my_subject": float(word in mine.subject),
        "rare": ordinary_words().of(word),
        "shared": min(2.5, sum(shared) / many),
        "shared_with_second": min(3.0, shared[1]),
        "common": min(3.0, sum(weigh(one.particular & common) for one in letters) / many),
        "i_common": min(4.0, weigh(mine.particular & common)),
    }


@lru_cache(maxsize=1)
def fitted() -> Logistic:
    """The weights that are kept. Raises ArtefactDamaged."""
    return Logistic.from_json(load_json("causes.json"))
