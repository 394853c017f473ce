"""The same template sent by independent residents: a campaign. Its writers are not associates of one another."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from classifiers.matters import first_part
from classifiers.similarity import Shingle, read, share_of_runs, shared_runs
from classifiers.vocabulary import ordinary_words
from models.finding import About, Evidence, Finding
from models.history import History, PastContact
from models.message import Direction, Message

WRITERS = 3  # independent senders, the present one among them
ENOUGH_COPIED = 4.0  # weight of the common runs, roughly that of a line of two of particular words
ENOUGH_SHARE = 0.18  # of the shorter text

_BANNER = re.compile(r"^\s*\[[^\]]{20,600}\]")
_SIGN_OFF = re.compile(r"\n\s*(?:yours|kind regards|regards|many thanks|best wishes)\b.*", re.IGNORECASE | re.DOTALL)


class Campaigns:
    name = "campaigns"
    version = "1"

    def look(self, message: Message, history: History) -> list[Finding]:
        """One finding when at least three independent people sent the same text in recent weeks."""
        if message.automatic is not None:
            return []
        alike = _alike(first_part(message), history)
        earliest: dict[object, PastContact] = {}
        for contact in alike:
            earliest.setdefault(contact.customer or contact.sender_email, contact)
        if len(earliest) < WRITERS - 1:
            return []
        first = next(iter(earliest.values()))
        evidence = tuple(_evidence(message, contact) for contact in list(earliest.values())[:5])
        score = 1 - 0.3 / (len(earliest) - WRITERS + 2)
        return [
            Finding(
                About.CAMPAIGN,
                "campaign",
                round(score, 4),
                f"{self.name} {self.version}",
                evidence,
                group=_group(first),
            )
        ]


def _alike(message: Message, history: History) -> list[PastContact]:
    mine = _runs(message.words.own)
    others = [c for c in history.alike if c.direction is Direction.IN and c.sender_email != message.sender.email]
    return [contact for contact in others if _same_template(mine, _runs(contact.own))]


def _runs(own: str) -> frozenset[Shingle]:
    # What a writing platform puts on top of every letter, in brackets, is no common cause of its users.
    return read(_SIGN_OFF.sub("", _BANNER.sub("", own))).runs


def _same_template(one: frozenset[Shingle], other: frozenset[Shingle]) -> bool:
    common = one & other
    if len(common) < 8:
        return False
    rarity = ordinary_words()
    shorter = min(one, other, key=len)
    return shared_runs(one, other, rarity) >= ENOUGH_COPIED and share_of_runs(shorter, common, rarity) >= ENOUGH_SHARE


def _group(first: PastContact) -> str:
    """A name that stays the same for everybody who joins later: made from the first writer's contact."""
    return "campaign-" + hashlib.sha256(f"{first.id}|{first.message_id}".encode()).hexdigest()[:10]


def _evidence(message: Message, contact: PastContact) -> Evidence:
    quote = _longest_common(message.words.own, contact.own)
    return Evidence(quote, message.words.own.find(quote), contact.id, quote, "same_text", 1.0)


def _longest_common(one: str, other: str) -> str:
    """The longest line or sentence of one text that stands word for word in the other; "" when none does."""
    parts: Sequence[str] = [part.strip() for part in re.split(r"(?<=[.!?])\s+|\n+", one)]
    return max((part for part in parts if part and part in other), key=len, default="")
