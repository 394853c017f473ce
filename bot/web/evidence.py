"""Evidence shown where it stands: which words of a contact to mark, and under which numbers. Pure."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.web.wording import finding_words
from models.contact import ContactFinding
from models.finding import About

# Under this a finding is a guess; its words are not marked unless the policy made a flag of it.
MARK_FROM = 0.5
_NEW = "New"  # beside the words themselves one word is enough
_MARKED = {About.RELATION, About.ABUSE, About.RISK, About.CONDUCT, About.NOVEL, About.ASSOCIATE, About.FORGED}


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a finding's evidence. `number` is what stands in the text beside the words; None if not there."""

    quote: str
    earlier: str
    contact: int | None
    reason: str
    weight: float
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A finding, in words, with its evidence."""

    id: int
    about: str
    words: str
    score: float
    seen_by: str
    other_contact: int | None
    other_customer: int | None
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """Words to mark: characters `start` to `end` of the sender's own words."""

    start: int
    end: int
    number: int
    words: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text, marked or not, and the spans that end with it: their labels are written there."""

    text: str
    marked: bool
    ends: tuple[Span, ...] = ()


def place(text: str, quote: str, start: int) -> tuple[int, int] | None:
    """Where a quote stands: at its offset if the words there are the same, else where they first stand, else None."""
    if not quote.strip():
        return None
    if start >= 0 and text.startswith(quote, start):
        return start, start + len(quote)
    found = text.find(quote)
    return (found, found + len(quote)) if found >= 0 else None


def read(findings: Iterable[ContactFinding], own: str, flagged: Container[int]) -> tuple[list[Seen], list[Span]]:
    """The findings in words, the surest first, and the spans of the sender's own words that show them.

    `flagged`: the ids of the findings behind a flag; their words are always marked.
    """
    seen: list[Seen] = []
    spans: list[Span] = []
    for finding in sorted(findings, key=lambda f: (-f.score, f.id)):
        words = finding_words(finding.about, finding.label)
        marks = finding.id in flagged or (finding.score >= MARK_FROM and finding.about in _MARKED)
        parts = []
        for raw in finding.evidence:
            quote, start = str(raw.get("quote") or ""), raw.get("start")
            where = place(own, quote, start if isinstance(start, int) else -1) if marks else None
            number = len(spans) + 1 if where else None
            if where and number:
                spans.append(Span(where[0], where[1], number, _NEW if finding.about == About.NOVEL else words))
            parts.append(_part(raw, quote, number))
        seen.append(
            Seen(
                finding.id,
                finding.about,
                words,
                finding.score,
                finding.seen_by,
                finding.other_contact_id,
                finding.other_customer_id,
                tuple(parts),
            )
        )
    return seen, spans


def _part(raw: dict[str, object], quote: str, number: int | None) -> Part:
    contact, weight = raw.get("contact"), raw.get("weight")
    return Part(
        quote=quote,
        earlier=str(raw.get("earlier") or ""),
        contact=contact if isinstance(contact, int) else None,
        reason=str(raw.get("reason") or ""),
        weight=float(weight) if isinstance(weight, int | float) else 0.0,
        number=number,
    )


def pieces(text: str, spans: Sequence[Span]) -> list[Piece]:
    """The text cut where a mark begins or ends. Put together again, the pieces are the text, to the character."""
    cuts = sorted({0, len(text), *(s.start for s in spans), *(s.end for s in spans)})
    return [
        Piece(
            text[start:end],
            any(s.start <= start and end <= s.end for s in spans),
            tuple(s for s in spans if s.end == end),
        )
        for start, end in pairwise(cuts)
    ]
