"""Somebody writes for a person whom they do not name: "my neighbour may only write to the one lady, so I said I ...".

Nothing in such a letter points to a record. What it is about does: it is held against what those wrote who are warned
or restricted, and the one whose matter it is comes into question. Rules of English stand here, no name and no matter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from classifiers import associate_phrases as said
from classifiers.similarity import cosine, vector_of
from classifiers.vocabulary import ordinary_words
from models.history import PastContact, PersonSketch
from models.message import Message

LEAST = 0.1  # cosine of the letter and one of theirs; of two matters that have nothing in common it is seldom more
MOST = 0.3  # from here on more says no more
WORTH_A_SECOND_LOOK = 0.15  # so much it must share with a letter of somebody watched, to be read beside their matter
LOOKED_THROUGH = 20_000  # characters of a letter, for the words that say so
_THEIRS = r"(?:his|her|their|all your|your|the)"
_PERSON = (
    rf"(?:my|our|a|an|her|his|the|this|one|some) (?:[\w'’-]+ ){{0,3}}?(?:{said.KIN}|client|gentleman|lady|boy|girl|lad"
    r"|fella|fellow|chap|bloke|woman|man|parishioner|customer)"
)
SHOWN = re.compile(
    r"\b(?:shown?|showed|fetched|brought|read|seen|gave|given|lent|passed)\b[^.!?\n]{0,40}"
    r"\b(?:letters?|e-?mails?|every word|correspondence|all of it|the lot|the whole of it)\b"
    rf"|\b(?:had|has|got) (?:all )?{_THEIRS} (?:letters|e-?mails|correspondence)\b",
    re.IGNORECASE,
)
IN_THEIR_PLACE = re.compile(
    r"\bi (?:said|told (?:him|her|them)|promised)(?: that)? i(?:['’]?d| would| will|['’]?ll)\b(?! not)"
    r"|\bso (?:here i am|(?:i['’]?m|i am|im)) (?:doing|writing|asking|saying|sending)\b"
    r"|\b(?:is not|isn['’]?t) writing\W+i am\b"
    r"|\b(?:he|she|they)(?:['’]?s| is|['’]?re| are| was| were)? (?:barred|blocked|gagged|banned)\b"
    rf"|\b{said.KIN}(?:['’]?s| is| has been| was)? (?:barred|blocked|gagged|banned)\b"
    r"|\b(?:only allowed to write|told to write to (?:one|the one|nobody|no one))\b"
    r"|\bdo(?:ing)? (?:her|his|their) (?:e-?mails?|letters|typing)\b"
    rf"|\bwrit(?:ing|e) (?:this )?for {_PERSON}\b"
    r"|\bmade me put\b"
    r"|\b(?:keep the books|go in|act|speak) (?:for|to) (?:a|an) (?:client|gentleman|lady)\b",
    re.IGNORECASE,
)
_SAYS_SO = (said.BEHALF, said.NOT_ALLOWED, said.THEIR_WORDS, said.SUPPORT, SHOWN, IN_THEIR_PLACE)


@dataclass(frozen=True, slots=True)
class Likest:
    """Whose matter a letter is most like, how much (0 to 1), and the letter of theirs that it is most like."""

    customer: int
    share: float
    contact: PastContact


@lru_cache(maxsize=2048)  # asked when the history is fetched and again when it is read; and of others' recent letters
def for_somebody(own: str) -> bool:
    """Whether a letter says that its writer does this for somebody else, named or not."""
    return any(pattern.search(own[:LOOKED_THROUGH]) for pattern in _SAYS_SO)


def likest(
    message: Message, people: Sequence[PersonSketch], letters: Mapping[int | None, Sequence[PastContact]]
) -> Likest | None:
    """The one of those warned or restricted whose matter it is; None where the letter does not say that it is for
    somebody, or is about nothing that any of them wrote of."""
    if not for_somebody(message.words.own):
        return None
    mine = f"{message.subject}\n{message.words.own}"
    best: Likest | None = None
    for person in people:
        for contact in letters.get(person.customer, ()) if person.watched else ():
            alike = likeness(mine, f"{contact.subject}\n{contact.own}")
            share = min(1.0, (alike - LEAST) / (MOST - LEAST))
            if share > 0 and (best is None or share > best.share):
                best = Likest(person.customer, share, contact)
    return best


def likeness(one: str, other: str) -> float:
    """How much two letters share, each with its subject above it: cosine of their words, 0 to 1."""
    rarity = ordinary_words()
    return cosine(vector_of(one, rarity), vector_of(other, rarity))
