"""What an officer wants of a letter in ten seconds: what is new in it, and how it stands to the earlier ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.matters.standing import Said, Standing, standing_of
from bot.web.evidence import MARK_FROM, Part, Seen
from bot.web.matter_wording import promise_line
from bot.web.wording import count, day, plain
from models.calendar import council_day
from models.contact import Contact
from models.finding import About
from models.issue import Issue
from models.message import Direction

MOST_NEW = 5  # sentences listed first; the others are marked in the text too


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that counts beside the relation, as it stood when the letter came."""

    key: str
    words: str


@dataclass(frozen=True, slots=True)
class Glance:
    """
    relation  how the letter stands to what went before, None where nothing was said of that
    pairs     an earlier passage and a present one, the weightiest first
    signs     what else it rests on
    new       sentences that say something not said before, the most important first
    matter    the matter that it is filed under, and how that stands now
    facts     how the matter stood when the letter came
    """

    relation: Seen | None
    pairs: tuple[Part, ...]
    signs: tuple[Part, ...]
    new: tuple[Seen, ...]
    matter: Issue | None
    standing: Standing | None
    facts: tuple[Fact, ...]

    def shows(self, seen: Seen) -> bool:
        """Whether this finding stands here, so that it need not stand below."""
        return seen is self.relation or seen in self.new


def glance_at(
    contact: Contact, seen: Sequence[Seen], matter: Issue | None, said: Sequence[Said], now: datetime
) -> Glance:
    """Everything about this contact that is told first; `said` is all that was said on its matter."""
    relation = next((s for s in seen if s.about == About.RELATION), None)
    parts = sorted(relation.parts, key=lambda p: -abs(p.weight)) if relation else []
    return Glance(
        relation=relation,
        pairs=tuple(p for p in parts if p.earlier),
        signs=tuple(p for p in parts if not p.earlier),
        new=tuple(s for s in seen if s.about == About.NOVEL and s.score >= MARK_FROM and s.parts),
        matter=matter,
        standing=standing_of(said, now) if matter else None,
        facts=_before(contact, said) if matter and contact.direction is Direction.IN else (),
    )


def _before(contact: Contact, said: Sequence[Said]) -> tuple[Fact, ...]:
    """How the matter stood when the letter came, without the letter itself."""
    earlier = [s for s in said if (s.at, s.contact) < (contact.at, contact.id)]
    before = standing_of(earlier, contact.at)
    return tuple(_facts(before, contact.at)) if before.last else ()


def _facts(before: Standing, at: datetime) -> list[Fact]:
    assert before.last is not None
    who = "The customer" if before.last.from_customer else "The council"
    when = council_day(before.last.at)
    ago = count((council_day(at) - when).days, "day")
    facts = [
        Fact("The matter then", plain(before.state)),
        Fact("Who spoke last", f"{who}, on {day(when)}, {ago} before"),
    ]
    if before.unanswered:
        unanswered = f"{count(before.unanswered, 'letter')} of the customer before this one"
        facts.append(Fact("Without a word from the council", unanswered))
    if before.final is not None:
        told = f"On {day(council_day(before.final.at))}; {count(before.since_final, 'letter')} since, before this one"
        facts.append(Fact("Final answer", told))
    if before.broken:
        facts.append(Fact("Promise passed", f"{promise_line(before.broken[-1])}."))
    elif before.pending:
        facts.append(Fact("Promise to come", f"{promise_line(before.pending)}."))
    if before.delays:
        facts.append(Fact("Longest wait for the council", count(before.delays[0].days, "day")))
    return facts
