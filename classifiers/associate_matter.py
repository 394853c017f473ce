"""Whose matter a letter is about: the second look at whether its writer acts for somebody warned or restricted.

The first look (`associate_signs`) goes by names, houses, telephones and words of acting for somebody. A helper who
gives none of them ("I do three mornings for a lady who cannot walk to that clinic") still writes of that lady's matter,
in the third person, and has none of their own. What the letter shares with theirs, what the encoder says of it beside
their matter (is it about it, and is it written for them), and how the letter speaks are weighed here together with what
the first look found.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache

from classifiers.associate_unnamed import WORTH_A_SECOND_LOOK, for_somebody, likeness
from classifiers.beside import Reader
from classifiers.matters import Matter, sort_into_matters
from models.history import History, PastContact
from models.message import Direction, Message

ALIKE_FROM, ALIKE_TO = 0.08, 0.33
MOST_LEAD = 0.3
LOWEST, HIGHEST = -4.0, 5.0  # of what the encoder says of the matter
MOST_ACTING = 6.0  # either way, of what it says of the writer
LOWEST_SUM, HIGHEST_SUM = -6.0, 8.0  # of a first look
MOST_OF_A_PRONOUN = 0.15  # of all words
SHORT = 60  # words
_WORD = re.compile(r"[a-z]+(?:['’][a-z]+)?")
_FIRST = frozenset(
    {"i", "me", "my", "mine", "myself", "im", "i'm", "i've", "i'd", "i'll", "i’m", "i’ve", "i’d", "i’ll"}
)
_THIRD = frozenset({"he", "she", "him", "her", "his", "hers", "he's", "she's", "he’s", "she’s"})


@dataclass(frozen=True, slots=True)
class Alike:
    """The letter of somebody watched that this one is most like, and how much: cosine of their words, 0 to 1."""

    contact: PastContact
    share: float


@dataclass(frozen=True, slots=True)
class SecondLook:
    """What speaks for it that the letter is about a matter of the one whose letter it is most like.

    lead  how much more it is like theirs than like anything that the writer wrote before
    same  log-odds of the encoder that it is about their matter
    acts  and that its writer acts for them, or with them
    """

    alike: Alike
    lead: float
    same: float
    acts: float
    newcomer: bool

    @property
    def customer(self) -> int | None:
        return self.alike.contact.customer


def second_look(message: Message, history: History, reader: Reader) -> SecondLook | None:
    """None where the letter is like nothing of theirs, or its writer is watched too: they have matters of their own."""
    if message.automatic is not None or (history.customer is not None and history.customer.watched):
        return None
    alike = likest(message, history)
    if alike is None:
        return None
    answers = frozenset({message.in_reply_to, *message.references} - {""})
    theirs = [contact for contact in history.watched if contact.customer == alike.contact.customer]
    matters = sort_into_matters(theirs, message.words.own, message.subject, answers)
    matter = next((m for m in matters if alike.contact in m.contacts), None)
    if matter is None or not _may_be_read(matter):
        return None
    wrote = [contact for contact in history.own if contact.direction is Direction.IN and contact.own]
    own = max((_likeness(message, contact) for contact in wrote), default=0.0)
    seen = reader(message, matter)
    return SecondLook(alike, alike.share - own, seen.same, seen.acts, newcomer=not wrote)


def likest(message: Message, history: History) -> Alike | None:
    """Of what the watched people wrote and were written, what the message shares most with."""
    may_be = {person.customer for person in history.people if person.watched and not person.never_restrict}
    found = (
        Alike(contact, _likeness(message, contact))
        for contact in history.watched
        if contact.customer in may_be and contact.own
    )
    best = max(found, key=lambda alike: (alike.share, alike.contact.id), default=None)
    return best if best is not None and best.share >= WORTH_A_SECOND_LOOK else None


def _likeness(message: Message, contact: PastContact) -> float:
    return likeness(f"{message.subject}\n{message.words.own}", f"{contact.subject}\n{contact.own}")


def _may_be_read(matter: Matter) -> bool:
    return any(contact.own for contact in matter.readable)


def features(message: Message, first: float, *, has_signs: bool, about: SecondLook | None) -> dict[str, float]:
    """What is weighed for somebody watched.

    `first`: log-odds of the first look. `about`: where the letter is most like one of theirs.
    """
    alike = _between(about.alike.share, ALIKE_FROM, ALIKE_TO) if about else 0.0
    same = min(max(about.same, LOWEST), HIGHEST) if about else LOWEST
    acts = min(max(about.acts, -MOST_ACTING), MOST_ACTING) if about else -MOST_ACTING
    before = min(max(first, LOWEST_SUM), HIGHEST_SUM)
    i, they, short = how_it_speaks(message.words.own)
    others = float(for_somebody(message.words.own))
    return {
        "first_look": before,
        "signs": float(has_signs),
        "alike": alike,
        "lead": min(max(about.lead, -MOST_LEAD), MOST_LEAD) if about else -MOST_LEAD,
        "newcomer_alike": alike * float(about.newcomer) if about else 0.0,
        "same": same,
        "same_alike": same * alike,
        "acts": acts,
        "acts_alike": acts * alike,
        "acts_and_signs": acts * max(before, LOWEST) / MOST_ACTING,
        "read": float(about is not None),
        "i": i,
        "i_alike": i * alike,
        "they": they,
        "they_alike": they * alike,
        "for_somebody": others,
        "for_somebody_alike": others * alike,
        "short_alike": short * alike,
    }


def _between(value: float, low: float, high: float) -> float:
    return min(1.0, max(0.0, (value - low) / (high - low)))


@lru_cache(maxsize=8)  # asked for each person whom the letter might be for
def how_it_speaks(own: str) -> tuple[float, float, float]:
    """How much of "I" and of "he, she" there is, 0 to 1.5 each; and 1.0 for a short letter."""
    words = _WORD.findall(own.lower())
    many = max(1, len(words))
    i, they = (10 * min(MOST_OF_A_PRONOUN, sum(w in these for w in words) / many) for these in (_FIRST, _THIRD))
    return i, they, float(len(words) < SHORT)


def log_odds(chance: float) -> float:
    inside = min(max(chance, 1e-6), 1 - 1e-6)
    return math.log(inside / (1 - inside))
