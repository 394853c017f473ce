"""Which of a customer's matters a message is about, if any: each matter gets a probability and what speaks for it."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from classifiers import facts
from classifiers.beside import Reader, Seen
from classifiers.logistic import Logistic
from classifiers.matters import Matter, plain_subject
from classifiers.said import said
from classifiers.similarity import Rarity, Reading, cosine, read, share_of_words, vector_of, words
from models.message import Message

MOST_MATTERS = 30  # that are compared closely
MOST_READ_BESIDE = 2  # the likeliest, which the second encoder reads the letter beside
CLEAR = 0.9  # beyond that only the likeliest one is read
WORTH_READING = 0.05  # so likely must the second one be
FAR_AHEAD = 3.0  # nor is the second one read if the first is so many times as likely
_POINTS_BACK = re.compile(
    r"\b(?:again|still|(?:my|your|our|his|her) (?:last |latest |previous |earlier |own )?(?:letter|e-?mail"
    r"|reply|report|answer|response"
    r"|decision|request|message|complaint|review)|you (?:said|say|told|wrote|asked|ask|refused|replied"
    r"|promised)|as i said|further to"
    r"|following|since (?:i|you|my)|reply|replied|yet|any news|update|chas\w+|reconsider|look (?:at it "
    r"|into it )?again|i (?:wrote|reported"
    r"|asked|told|rang|sent))\b",
    re.IGNORECASE,
)
_POINTS_AWAY = re.compile(
    r"\b(?:another|different|separate|separately|new (?:matter|issue|problem|request)|something else"
    r"|nothing to do with|not about"
    r"|unrelated|as well|while i(?:'m| am)|this time|on another|other thing|one more thing|first time"
    r"|never (?:written|complained))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Link:
    """A matter, how likely the message is about it, and the features that say so."""

    matter: Matter
    probability: float
    features: Mapping[str, float]
    seen: Seen | None = None


def links(message: Message, matters: Sequence[Matter], rarity: Rarity, weights: Logistic) -> list[Link]:
    """Every matter, the likeliest first."""
    likely = _likely(message, matters, rarity)
    rows = features_of(message, likely, rarity)
    found = [Link(m, weights.probabilities(row)["same"], row) for m, row in zip(likely, rows, strict=True)]
    return sorted(found, key=lambda link: -link.probability)


def chosen(message: Message, found: Sequence[Link], reader: Reader, weights: Logistic) -> Link:
    """The matter it is about, of the likeliest ones, after the letter was read beside each."""
    likely = worth_reading(found)
    seen = [reader(message, link.matter) for link in likely]
    rows = choice_features(message, likely, seen)
    read_ = [
        Link(link.matter, weights.probabilities(row)["same"], row, beside)
        for link, row, beside in zip(likely, rows, seen, strict=True)
    ]
    return max(read_, key=lambda link: link.probability)


def worth_reading(found: Sequence[Link]) -> Sequence[Link]:
    """The likeliest matter; and the next one, unless the signs leave no doubt between them."""
    if not found:
        return []
    first = found[0].probability
    if first >= CLEAR:
        return found[:1]
    return [
        found[0],
        *(link for link in found[1:MOST_READ_BESIDE] if link.probability > max(WORTH_READING, first / FAR_AHEAD)),
    ]


def choice_features(message: Message, likely: Sequence[Link], seen: Sequence[Seen]) -> list[dict[str, float]]:
    """What the signs say of each matter, what the encoder says of it and of the other one, and what the letter is."""
    rows = []
    says = said(message)
    for link, beside in zip(likely, seen, strict=True):
        others = [other.same for other in seen if other is not beside]
        rows.append(
            {
                **link.features,
                **says,
                "signs": _logit(link.probability),
                "beside": beside.same,
                "beside_lead": beside.same - max(others) if others else 0.0,
                "beside_alone": 0.0 if others else beside.same,
            }
        )
    return rows


def _logit(probability: float) -> float:
    clipped = min(max(probability, 0.001), 0.999)
    return math.log(clipped / (1 - clipped))


def _likely(message: Message, matters: Sequence[Matter], rarity: Rarity) -> Sequence[Matter]:
    """Of many matters those worth a close look, in the same order: answered, of the same subject, or sharing words."""
    if len(matters) <= MOST_MATTERS:
        return matters
    mine = read(f"{message.subject}\n{message.words.own}").set
    answers = {message.in_reply_to, *message.references} - {""}
    subject = plain_subject(message.subject)

    def rank(matter: Matter) -> tuple[bool, bool, float]:
        answered = any(contact.message_id in answers for contact in matter.contacts)
        return answered, subject in matter.subjects, rarity.weigh(mine & matter.words)

    kept = {id(matter) for matter in sorted(matters, key=rank, reverse=True)[: MOST_MATTERS - 1]} | {id(matters[-1])}
    return [matter for matter in matters if id(matter) in kept]


def features_of(message: Message, matters: Sequence[Matter], rarity: Rarity) -> list[dict[str, float]]:
    """Hand-made features of the message against each matter; `matters` as sorted, the one touched last at the end."""
    letter = _Letter.of(message, rarity)
    held_by = Counter(word for matter in matters for word in letter.reading.set & matter.words)
    once = frozenset(word for word, count in held_by.items() if count == 1)
    nowhere = rarity.weigh(letter.reading.set - held_by.keys())
    rows = []
    for place, matter in enumerate(matters):
        row = _features(letter, matter, rarity)
        only_here = rarity.weigh(once & matter.words)
        row["only_here"] = only_here / (only_here + nowhere) if only_here else 0.0
        row["latest"] = float(place == len(matters) - 1)
        row["alone"] = float(len(matters) == 1)
        rows.append(row)
    for name in ("words", "cosine", "runs"):
        best = max((row[name] for row in rows), default=0.0)
        for row in rows:
            row[f"{name}_best"] = float(len(rows) > 1 and row[name] >= best > 0)
    return rows


@dataclass(frozen=True, slots=True)
class _Letter:
    """What is the same of the message whichever matter it is held against."""

    message: Message
    reading: Reading  # with the subject above it
    vector: Mapping[str, float]
    weight: float
    weight_of_runs: float
    subject: str
    subject_words: frozenset[str]
    answers: frozenset[str]
    numbers: frozenset[str]
    names: frozenset[str]
    back: int
    away: int

    @classmethod
    def of(cls, message: Message, rarity: Rarity) -> _Letter:
        own, subject = f"{message.subject}\n{message.words.own}", plain_subject(message.subject)
        reading = read(own)
        return cls(
            message,
            reading,
            vector_of(own, rarity),
            rarity.weigh(reading.set),
            rarity.weigh_runs(reading.runs),
            subject,
            frozenset(words(subject)),
            frozenset({message.in_reply_to, *message.references} - {""}),
            facts.numbers(own),
            facts.names(message.words.own),
            min(len(_POINTS_BACK.findall(own)), 3),
            min(len(_POINTS_AWAY.findall(own)), 2),
        )


def _features(letter: _Letter, matter: Matter, rarity: Rarity) -> dict[str, float]:
    subject, numbers, names = letter.subject, letter.numbers, letter.names
    replied = any(contact.message_id in letter.answers for contact in matter.contacts)
    days = max(0.0, (letter.message.received_at - matter.last.at).total_seconds() / 86400)
    looks = [_against(letter, contact.own, rarity) for contact in matter.readable]
    copied = max(look[1] for look in looks)
    runs = copied / letter.weight_of_runs if letter.weight_of_runs else 0.0
    shared = letter.reading.set & matter.words
    others = len(numbers - matter.numbers) + len(names - matter.names)
    return {
        "resent": float(runs >= 0.7 and not others),
        "resent_in_part": float(0.25 <= runs < 0.7 and not others),
        "same_words_other_facts": float(runs >= 0.25 and others > 0),
        "unlike": float(
            not replied and runs == 0.0 and subject not in matter.subjects and not numbers & matter.numbers
        ),
        "reply": float(replied),
        "reply_same_subject": float(replied and subject in matter.subjects),
        "reply_other_subject": float(replied and subject not in matter.subjects),
        "subject": float(subject in matter.subjects),
        "subject_words": share_of_words(letter.subject_words, matter.words, rarity),
        "cosine": max(look[0] for look in looks),
        "runs": runs,
        "copied": math.log1p(copied / 3),
        "words": rarity.weigh(shared) / letter.weight if letter.weight else 0.0,
        "rare_words": math.log1p(rarity.weigh(word for word in shared if rarity.of(word) > 0.55)),
        "numbers": float(min(len(numbers & matter.numbers), 3)),
        "other_numbers": float(min(len(numbers - matter.numbers), 3)),
        "names": float(min(len(names & matter.names), 3)),
        "other_names": float(min(len(names - matter.names), 3)),
        "days": math.log1p(days),
        "points_back": float(letter.back),
        "points_away": float(letter.away),
        "short": float(len(letter.reading.tokens) < 25),
        "council_spoke_last": float(matter.since_council_spoke == 0),
        "often": math.log1p(len(matter.inbound)),
    }


def _against(letter: _Letter, other: str, rarity: Rarity) -> tuple[float, float]:
    """The angle to an earlier letter, and the weight of the runs that both hold."""
    return (
        cosine(letter.vector, vector_of(other, rarity)),
        rarity.weigh_runs(letter.reading.runs & read(other).runs),
    )
