"""A customer's earlier contacts sorted into matters, and how each matter stands: who spoke last, was it answered.

Filed contacts go by their `issue`; unfiled ones join the matter they answer, else the one with the same subject.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from classifiers.facts import names, numbers
from classifiers.similarity import Shingle, read, words
from models.history import PastContact
from models.message import Direction, Message

_PREFIX = re.compile(r"^\s*(?:(?:re|fwd?|aw|ynghylch|atb)\s*(?:\[\d+\])?\s*:\s*|\[[^\]]{1,40}\]\s*)+", re.IGNORECASE)
_EMPTY_SUBJECTS = frozenset(
    {"", "no subject", "(no subject)", "hello", "hi", "complaint", "question", "query", "enquiry"}
)
LONGEST = 20_000  # characters of one message that are examined; nobody writes more by hand
MOST_READ = 160  # contacts whose words are compared; the others still count in how a matter stands


@dataclass(frozen=True)
class Matter:
    """Contacts about one thing, oldest first; never empty. `readable` are those whose words are compared."""

    contacts: tuple[PastContact, ...]
    readable: tuple[PastContact, ...]

    @property
    def issue(self) -> int | None:
        return next((contact.issue for contact in reversed(self.contacts) if contact.issue is not None), None)

    @cached_property
    def inbound(self) -> tuple[PastContact, ...]:
        return tuple(contact for contact in self.contacts if contact.direction is Direction.IN)

    @property
    def last(self) -> PastContact:
        return self.contacts[-1]

    @cached_property
    def answered_on(self) -> datetime | None:
        """When the council last gave its final answer, None if it never did."""
        return next((contact.at for contact in reversed(self.contacts) if contact.final_answer), None)

    @cached_property
    def since_council_spoke(self) -> int:
        """How often the customer wrote since the council's last word (or since ever, if there was none)."""
        spoken = max((i for i, contact in enumerate(self.contacts) if contact.direction is Direction.OUT), default=-1)
        return len(self.contacts) - 1 - spoken

    @cached_property
    def since_answered(self) -> int:
        """How often the customer wrote since the final answer; 0 if there was none."""
        if self.answered_on is None:
            return 0
        return sum(contact.at > self.answered_on for contact in self.inbound)

    @cached_property
    def last_from_council(self) -> PastContact | None:
        return next((contact for contact in reversed(self.contacts) if contact.direction is Direction.OUT), None)

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset().union(*(read(contact.own).set | set(words(contact.subject)) for contact in self.readable))

    @cached_property
    def runs(self) -> frozenset[Shingle]:
        return frozenset().union(*(read(contact.own).runs for contact in self.readable))

    @cached_property
    def numbers(self) -> frozenset[str]:
        return frozenset().union(*(numbers(f"{contact.subject}\n{contact.own}") for contact in self.readable))

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset().union(*(names(contact.own) for contact in self.readable))

    @cached_property
    def subjects(self) -> frozenset[str]:
        return frozenset(plain_subject(contact.subject) for contact in self.contacts) - _EMPTY_SUBJECTS


def first_part(message: Message) -> Message:
    """The message with no more of its own words than are examined. Offsets stay as they were."""
    if len(message.words.own) <= LONGEST and len(message.subject) <= 300:
        return message
    return replace(
        message, subject=message.subject[:300], words=replace(message.words, own=message.words.own[:LONGEST])
    )


def plain_subject(subject: str) -> str:
    """A subject without "Re:", "Fwd:" and list tags, lower case; empty when it says nothing."""
    plain = " ".join(_PREFIX.sub("", subject[:300]).lower().split())
    return "" if plain in _EMPTY_SUBJECTS else plain


def sort_into_matters(
    contacts: Sequence[PastContact], text: str, subject: str, answers: frozenset[str]
) -> list[Matter]:
    """Matters, the one touched last at the end. Of a long history only contacts likely to matter for `text` are read.

    `answers`: Message-IDs that the message under examination answers or refers to.
    """
    readable = _likely(contacts, text, subject, answers)
    groups: dict[object, list[PastContact]] = {}
    by_message_id: dict[str, object] = {}
    by_subject: dict[str, object] = {}
    for contact in contacts:
        key = _key(contact, by_message_id, by_subject)
        groups.setdefault(key, []).append(contact)
        if contact.message_id:
            by_message_id[contact.message_id] = key
        if plain := plain_subject(contact.subject):
            by_subject[plain] = key
    matters = [Matter(tuple(group), tuple(c for c in group if c.id in readable)) for group in groups.values()]
    return sorted((matter for matter in matters if matter.readable), key=lambda matter: matter.last.at)


def _key(contact: PastContact, by_message_id: dict[str, object], by_subject: dict[str, object]) -> object:
    if contact.issue is not None:
        return ("issue", contact.issue)
    if contact.in_reply_to in by_message_id:
        return by_message_id[contact.in_reply_to]
    return by_subject.get(plain_subject(contact.subject), ("contact", contact.id))


def _likely(contacts: Sequence[PastContact], text: str, subject: str, answers: frozenset[str]) -> frozenset[int]:
    if len(contacts) <= MOST_READ:
        return frozenset(contact.id for contact in contacts)
    plain = plain_subject(subject)
    mine = {word for word in text.lower().split() if len(word) > 4 or not word.isalpha()}
    shared = sorted(contacts, key=lambda contact: len(mine.intersection(contact.own.lower().split())), reverse=True)
    linked = [c for c in contacts if c.message_id in answers or (plain and plain_subject(c.subject) == plain)]
    chosen = [*contacts[-MOST_READ // 2 :], *linked[-MOST_READ // 4 :], *shared[: MOST_READ // 4]]
    return frozenset(contact.id for contact in chosen)
