"""The sentences of a message that say something material not said before on the matter.

New is what no earlier contact of the customer covers: dates, names, sums, places, documents, attachments, events.
A change of tone, more anger or other words for the old grievance are not new (policy 4.3 asks for facts).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from classifiers import facts
from classifiers.beside import Seen
from classifiers.logistic import Logistic
from classifiers.matters import Matter
from classifiers.similarity import Rarity, read, share_of_runs, share_of_words, words
from classifiers.text import Span, sentences
from models.finding import About, Evidence, Finding
from models.history import History, PastContact
from models.message import Message

MOST_SHOWN = 5
MOST_SENTENCES = 300  # of one message; the rest of a longer one is not examined sentence by sentence
WORTH_SHOWING = 0.15
FEWEST_TO_CHECK = 3  # of a writer who was warned or restricted: whatever their score, the likeliest are looked at

_GREETING = re.compile(
    r"^(?:dear|hi|hello|hiya|good (?:morning|afternoon|evening|day)|prynhawn da|bore da|annwyl|sirs?\b|madam\b"
    r"|kind regards"
    r"|regards|yours|best wishes|many thanks|thank you|thanks|cheers|ta\b|sincerely|cofion|diolch)",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\b(?:please|could you|would you|can you|will you|may i|might|i (?:ask|request|demand|require|expect|want"
    r"|would like|look forward)"
    r"|let me know|sort it|kindly)\b",
    re.IGNORECASE,
)
_OPINES = re.compile(
    r"\b(?:should|ought|must|disgrace\w*|unacceptable|appalling|shameful|ridiculous|pathetic|joke|useless"
    r"|surely|never|always|again"
    r"|once more|already|as i (?:said|have said|told)|i have told|how many times|do not accept|don'?t accept"
    r"|refuse|nobody|nothing"
    r"|feel|think|believe|hope|wonder|wish)\b",
    re.IGNORECASE,
)
_SELF = re.compile(r"\b(?:i|me|my|we|our)\b", re.IGNORECASE)
_LETTER_TALK = re.compile(
    r"\b(?:your|my|our) (?:last |latest |previous )?(?:letter|e-?mail|reply|message|answer|response)\b", re.IGNORECASE
)
_ATTACHED = re.compile(
    r"\b(?:attach\w*|enclos\w*|herewith|photo\w*|pics?|pictures?|video|clip|scan\w*|copy)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Known:
    """What was said before, as far as newness is judged: the matter's words, runs, numbers and names."""

    words: frozenset[str]
    runs: frozenset[tuple[str, str, str]]
    numbers: frozenset[str]
    names: frozenset[str]
    own_name: frozenset[str] = frozenset()

    @classmethod
    def of(cls, matters: Sequence[Matter], history: History, message: Message) -> Known:
        mine = f"{message.sender.name} {history.customer.name if history.customer else ''}"
        return cls(
            frozenset().union(*(matter.words for matter in matters)),
            frozenset().union(*(matter.runs for matter in matters)),
            frozenset().union(*(matter.numbers for matter in matters)),
            frozenset().union(*(matter.names for matter in matters)),
            frozenset(words(mine)),
        )


@dataclass(frozen=True)
class Judged:
    """One sentence, how likely it says something new, and what each feature added to that."""

    span: Span
    score: float
    features: Mapping[str, float]


def features_of(
    parts: Sequence[Span], known: Known, rarity: Rarity, attachments: int, seen: Seen
) -> list[dict[str, float]]:
    """What each sentence holds that is not known, and how new its words are to the encoder."""
    rows = [_features(part.text, known, rarity, attachments) for part in parts]
    for part, row in zip(parts, rows, strict=True):
        row["beside_loudest"], row["beside_mean"] = seen.newness(part.start, part.end)
    loudest = max((row["beside_loudest"] for row in rows), default=0.0)
    most = max((row["new_weight"] for row in rows), default=0.0) or 1.0
    for place, row in enumerate(rows):
        row["of_the_newest"] = row["new_weight"] / most
        row["beside_behind"] = row["beside_loudest"] - loudest
        row["last"] = float(place == len(rows) - 1)
        row["first"] = float(place == 0)
    return rows


def _features(text: str, known: Known, rarity: Rarity, attachments: int) -> dict[str, float]:
    reading = read(text)
    content = reading.set - known.own_name
    fresh = content - known.words
    new_numbers = facts.numbers(text) - known.numbers
    new_names = facts.names(text) - known.names - known.words - known.own_name
    length = len(reading.tokens)
    attached = bool(_ATTACHED.search(text))
    return {
        "new_weight": math.log1p(rarity.weigh(fresh)),
        "new_share": 1.0 - share_of_words(content, known.words, rarity) if content else 0.0,
        "old_runs": share_of_runs(reading.runs, known.runs, rarity),
        "new_numbers": float(min(len(new_numbers), 3)),
        "new_names": float(min(len(new_names), 3)),
        "old_numbers": float(min(len(facts.numbers(text) & known.numbers), 2)),
        "money": float(facts.has_money(text)),
        "date": float(facts.has_date(text)),
        "time": float(facts.has_time(text)),
        "documents": float(min(facts.documents(text), 3)),
        "happened": float(min(facts.happenings(text), 3)),
        "attached": float(attached and attachments > 0),
        "says_attached": float(attached and not attachments),
        "question": float("?" in text),
        "asks": float(bool(_ASKS.search(text))),
        "opines": float(min(len(_OPINES.findall(text)), 3)),
        "self": float(bool(_SELF.search(text))),
        "letter_talk": float(bool(_LETTER_TALK.search(text))),
        "greeting": float(bool(_GREETING.match(text))),
        "shouting": float(facts.shouting(text) > 0.6),
        "exclaims": float("!" in text),
        "short": float(length < 5),
        "length": math.log1p(length),
    }


def judge(message: Message, known: Known, rarity: Rarity, weights: Logistic, seen: Seen) -> list[Judged]:
    """Every sentence of the sender's own words, in order, with the probability that it is materially new."""
    parts = sentences(message.words.own)[:MOST_SENTENCES]
    rows = features_of(parts, known, rarity, len(message.attachments), seen)
    return [Judged(part, weights.probabilities(row)["new"], row) for part, row in zip(parts, rows, strict=True)]


def nearest(text: str, contacts: Sequence[PastContact], rarity: Rarity) -> tuple[PastContact, str] | None:
    """The earlier sentence that shares most with `text`, and the contact it stands in; None when none shares enough."""
    mine = read(text).set
    best: tuple[float, PastContact, str] | None = None
    for contact in contacts:
        if share_of_words(mine, read(contact.own).set, rarity) < 0.25:
            continue
        for part in sentences(contact.own)[:MOST_SENTENCES]:
            shared = rarity.weigh(mine & read(part.text).set)
            if shared > 1.0 and (best is None or shared > best[0]):
                best = (shared, contact, part.text)
    return None if best is None else (best[1], best[2])


def findings(judged: Sequence[Judged], weights: Logistic, seen_by: str, *, fewest: int = 0) -> list[Finding]:
    """The sentences worth showing, the most important first, each with the features that speak for it.

    `fewest`: so many are shown, however little speaks for them.
    """
    ranked = sorted(judged, key=lambda j: (-j.score, j.span.start))[:MOST_SHOWN]
    shown = [j for place, j in enumerate(ranked) if j.score >= WORTH_SHOWING or place < fewest]
    return [_finding(j, weights, seen_by) for j in shown]


def _finding(judged: Judged, weights: Logistic, seen_by: str) -> Finding:
    shares = weights.shares(judged.features, "new")
    parts = sorted(
        ((name, share) for name, share in shares.items() if abs(share) >= 0.1), key=lambda part: -abs(part[1])
    )
    quote, start = judged.span.text, judged.span.start
    evidence = [Evidence(quote=quote, start=start, reason=name, weight=round(share, 3)) for name, share in parts[:6]]
    rest = sum(shares.values()) - sum(part.weight for part in evidence)
    evidence.append(
        Evidence(quote=quote, start=start, reason="other_signs", weight=round(rest + weights.intercepts[0], 3))
    )
    return Finding(About.NOVEL, "sentence", round(judged.score, 4), seen_by, tuple(evidence))
