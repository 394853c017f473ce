"""One cause of many: what independent people wrote of within three weeks, each in their own words.

Who was asked by a notice in a shop to write for the bus shelter shares one word with the others and the day of the
week. What they have in common shows in all their letters together: one thing is named, most of them want something kept
or stopped, they are short, and their writers have no other business with the council. A small fitted model weighs that;
`campaigns` goes by it where nothing plainer is found.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from classifiers.associate_unnamed import for_somebody
from classifiers.demands import contrary, demands, numbered
from classifiers.kept import load_json
from classifiers.logistic import Logistic
from classifiers.platforms import without_frame, without_greeting
from classifiers.prompts import prompted
from classifiers.similarity import read
from classifiers.vocabulary import ordinary_words

DAYS = 21
LONGEST = 300  # words: who writes more has a matter of their own
LONGEST_TEXT = 4_000  # characters of so many words
MOST_TOPICS = 12  # words of a letter
MOST_GROUPS = 4  # of its topics: those that most wrote of
PARTICULAR = 0.3  # of a word that may name what a letter is about (`Rarity.of`)
FEWEST_LETTERS = 3  # characters of such a word
OF_A_SUBJECT, SAID_TWICE = 0.3, 0.15  # so much likelier is a word to name it
SHORT, VERY_SHORT = 80, 40  # words
WRITERS = 2  # others, at least
COMMON = 0.34  # of the letters: what so many hold, and three, they have in common
WORTH_SAYING = 0.3
LABELS = (_OTHER, _CAMPAIGN) = ("other", "campaign")


@dataclass(frozen=True)
class Letter:
    """What a letter says, as its cause is looked for. Use `letter_of`: recent ones are looked at again and again."""

    subject: str
    own: str

    @cached_property
    def text(self) -> str:
        return f"{self.subject}\n{_body(self.own)}"

    @cached_property
    def topics(self) -> frozenset[str]:
        return topics(self.subject, self.own)

    @cached_property
    def particular(self) -> frozenset[str]:
        weight = ordinary_words().of
        return frozenset(word for word in read(self.text).set if weight(word) >= PARTICULAR)

    @cached_property
    def titled(self) -> frozenset[str]:
        return read(self.subject).set

    @cached_property
    def words(self) -> int:
        return len(self.own.split())

    @cached_property
    def demands(self) -> bool:
        return demands(self.text)

    @cached_property
    def prompted(self) -> bool:
        return prompted(self.text)

    @cached_property
    def numbered(self) -> bool:
        return numbered(self.text)

    @cached_property
    def for_another(self) -> bool:
        """Whether it is written for somebody; who was asked to write as many others were, writes for themselves."""
        return for_somebody(self.own) and not prompted(self.own)


@lru_cache(maxsize=4096)
def letter_of(subject: str, own: str) -> Letter:
    return Letter(subject, own)


@dataclass(frozen=True, slots=True)
class Written:
    """The number of an earlier letter, whose it is, and what it says."""

    contact: int
    writer: object
    letter: Letter


@dataclass(frozen=True)
class Cause:
    """The others who wrote of one thing, the first letter of each, the earliest first; and how likely they and the
    writer are of one campaign."""

    word: str
    letters: tuple[Written, ...]
    chance: float


@lru_cache(maxsize=4096)
def topics(subject: str, own: str) -> frozenset[str]:
    """The words, as stems, by which others are found who wrote of the same thing; none of a long letter."""
    if len(own) > LONGEST_TEXT or len(own.split()) > LONGEST:
        return frozenset()
    subject = subject[:LONGEST_TEXT]
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


def likeliest(mine: Letter, others: Sequence[Written], *, first: bool, weights: Logistic | None = None) -> Cause | None:
    """The likeliest cause; None where nobody wrote of the same thing, or this is written for somebody else.

    `others`: letters of other people of the last `DAYS`, the earliest first. `first`: the writer never wrote before.
    """
    model = weights or fitted()

    def cause(word: str, written: Sequence[Written]) -> Cause:
        chances = model.probabilities(features(mine, word, written, first=first))
        return Cause(word, tuple(written), chances[_CAMPAIGN])

    found = (cause(word, written) for word, written in groups(mine, others))
    best = max(found, key=lambda one: (one.chance, one.word), default=None)
    if best is None or best.chance < WORTH_SAYING:
        return best
    if mine.for_another:
        return None
    # Looked for last, and seldom: it takes longer than all the rest.
    for_themselves = [one for one in best.letters if not one.letter.for_another]
    return cause(best.word, for_themselves) if len(for_themselves) >= WRITERS else None


def groups(mine: Letter, others: Sequence[Written]) -> list[tuple[str, list[Written]]]:
    """For each topic of a letter those who wrote of it too, on no other side, and share more than that one word; the
    few topics that most wrote of."""
    found = []
    for word in sorted(mine.topics):
        of_each: dict[object, Written] = {}
        for other in others:
            if word in other.letter.topics:
                of_each.setdefault(other.writer, other)
        if len(of_each) >= WRITERS:
            found.append((word, list(of_each.values())))
    found = sorted(found, key=lambda group: (-len(group[1]), group[0]))[:MOST_GROUPS]
    belonging = ((word, _belonging(mine, word, written)) for word, written in found)
    return [(word, written) for word, written in belonging if len(written) >= WRITERS]


def _belonging(mine: Letter, word: str, written: Sequence[Written]) -> list[Written]:
    with_it = [one for one in written if not contrary(mine.text, one.letter.text)]
    common = _common(word, [mine, *(one.letter for one in with_it)])
    return [one for one in with_it if _belongs(one.letter, word, common)]


def _common(word: str, letters: Sequence[Letter]) -> frozenset[str]:
    held = Counter(one for letter in letters for one in letter.particular)
    enough = max(3.0, COMMON * len(letters))
    return frozenset({word, *(one for one, count in held.items() if count >= enough)})


def _belongs(letter: Letter, word: str, common: frozenset[str]) -> bool:
    return len(letter.particular & common) >= 2 or letter.words < VERY_SHORT or word in letter.titled


def features(mine: Letter, word: str, written: Sequence[Written], *, first: bool) -> dict[str, float]:
    """What is weighed. "i_": of the letter that is looked at; else of the others together, as shares of them."""
    letters = [one.letter for one in written]
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
        "in_subjects": share(word in one.titled for one in letters),
        "in_my_subject": float(word in mine.titled),
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
