"""How a contact stands to what the same customer, or whoever they act for, said before.

The likeliest matter is found first (reply, subject, rare words, copied runs, cosine); then how it stands (answered?
who owes whom a word? since when? a promise broken?) and what is new in the message decide between a new issue, a
follow-up, a repeat and new evidence. "NEW EVIDENCE" written in capitals is not evidence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from threading import local

from classifiers.associates import likeliest
from classifiers.beside import Reader, beside
from classifiers.forged import suspicion
from classifiers.kept import load_json
from classifiers.linking import Link, chosen, links
from classifiers.logistic import Logistic
from classifiers.matters import Matter, first_part, sort_into_matters
from classifiers.novelty import FEWEST_TO_CHECK, Judged, Known, findings, judge, nearest
from classifiers.standing import features_of, only_thanks
from classifiers.vocabulary import ordinary_words
from models.finding import About, Evidence, Finding, Relation
from models.history import History, PastContact
from models.message import Message

LIKELY_TOGETHER = 0.25  # so likely must it be that they act for another, before the other's matters are looked at too
LIKELY_FORGED = 0.5


PERHAPS = 0.25  # from here on it is said that a letter may be a repeat, though another answer is likelier


@dataclass(frozen=True)
class Weights:
    """The fitted parts: might it be the matter, is it that one, is the sentence new, and how does the message stand to
    the matter; and who reads a letter beside a matter."""

    link: Logistic
    choice: Logistic
    novelty: Logistic
    relation: Logistic
    reader: Reader


@lru_cache(maxsize=1)
def fitted() -> Weights:
    kept = load_json("relation.json")
    link, choice, novelty, relation = (
        Logistic.from_json(kept[part]) for part in ("link", "choice", "novelty", "relation")
    )
    return Weights(link, choice, novelty, relation, beside())


@dataclass(frozen=True)
class Placed:
    """A message beside its likeliest matter, with every sentence judged against what was said there."""

    link: Link | None
    judged: tuple[Judged, ...]


class _Latest(local):
    """The latest question and its answer, for each thread its own."""

    asked: tuple[Message, History, Weights] | None = None
    placed = Placed(None, ())


_latest = _Latest()


def place(message: Message, history: History, weights: Weights) -> Placed:
    """Find the matter and judge the sentences. Without any earlier contact there is no link and nothing is judged.

    Relation and novelty ask this of the same message one after the other: the latest answer is kept for the second.
    """
    asked, placed = _latest.asked, _latest.placed
    if asked is not None and asked[1] is history and asked[2] is weights and asked[0] == message:
        return placed
    placed = _place(message, history, weights)
    _latest.asked, _latest.placed = (message, history, weights), placed
    return placed


def _place(message: Message, history: History, weights: Weights) -> Placed:
    answers = frozenset({message.in_reply_to, *message.references} - {""})
    matters = sort_into_matters(contacts_for(message, history), message.words.own, message.subject, answers)
    found = links(message, matters, ordinary_words(), weights.link)
    if not found:
        return Placed(None, ())
    link = chosen(message, found, weights.reader, weights.choice)
    assert link.seen is not None
    known = Known.of([link.matter] if link.probability >= 0.5 else matters, history, message)
    return Placed(link, tuple(judge(message, known, ordinary_words(), weights.novelty, link.seen)))


def contacts_for(message: Message, history: History) -> tuple[PastContact, ...]:
    """The customer's own contacts, and those of whoever they seem to act for, oldest first."""
    other = likeliest(message, history)
    if other is None or other[1] < LIKELY_TOGETHER:
        return history.own
    theirs = {c.id: c for c in (*history.watched, *history.recent) if c.customer == other[0].customer}
    return tuple(sorted((*history.own, *theirs.values()), key=lambda contact: contact.at))


class Repeat:
    name = "repeat"
    version = "3"

    def __init__(self, weights: Weights | None = None) -> None:
        """`weights`: others than the fitted artefact, for benchmarks."""
        self.weights = weights

    def look(self, message: Message, history: History) -> list[Finding]:
        """The likeliest relation, with its probability and what speaks for it; and, where that is another, that it may
        be a repeat all the same.

        Who repeats themselves politely looks much like somebody with a new matter: of every two that are only perhaps a
        repeat one is (docs/models/matters.md), and an officer should see both answers. Of those that seem to ask for
        nothing hardly any is one.
        """
        weights, message = self.weights or fitted(), first_part(message)
        aside = _asks_nothing(message, history)
        if aside:
            return [self._finding(Relation.NONE, 0.9, (Evidence(reason=aside, weight=1.0),))]
        placed = place(message, history, weights)
        if placed.link is None and only_thanks(message):
            return [self._finding(Relation.NONE, 0.9, (Evidence(reason="thanks_only", weight=1.0),))]
        if placed.link is None:
            return [self._finding(Relation.NEW_ISSUE, 0.95, (Evidence(reason="first_contact", weight=1.0),))]
        row = features_of(message, placed.link, placed.judged)
        chances = weights.relation.probabilities(row)
        label = max(chances, key=lambda name: (chances[name], name))
        clear = label in (Relation.REPEAT, Relation.NONE) or chances[Relation.REPEAT] < PERHAPS
        said = [label] if clear else [label, Relation.REPEAT]
        found = []
        for name in said:
            evidence = _evidence(message, placed.link.matter, placed.judged, weights.relation.shares(row, name))
            contact = None if name == Relation.NEW_ISSUE else _contact_to_show(message, placed.link.matter, evidence)
            found.append(self._finding(Relation(name), chances[name], evidence, contact))
        return found

    def _finding(
        self, label: Relation, score: float, evidence: tuple[Evidence, ...], contact: int | None = None
    ) -> Finding:
        return Finding(About.RELATION, label, round(score, 4), f"{self.name} {self.version}", evidence, contact=contact)


class Novelty:
    name = "novelty"
    version = "2"

    def __init__(self, weights: Weights | None = None) -> None:
        """`weights`: others than the fitted artefact, for benchmarks."""
        self.weights = weights

    def look(self, message: Message, history: History) -> list[Finding]:
        """The sentences that say something material not said before, most important first; none for a first contact."""
        weights, message = self.weights or fitted(), first_part(message)
        if message.automatic is not None:
            return []
        judged = place(message, history, weights).judged
        watched = history.customer is not None and history.customer.watched
        seen_by = f"{self.name} {self.version}"
        return findings(judged, weights.novelty, seen_by, fewest=FEWEST_TO_CHECK if watched else 0)


def _asks_nothing(message: Message, history: History) -> str:
    """Why a message stands in no relation at all: sent by a machine, or not from whom it says; else ""."""
    if message.automatic is not None:
        return "automatic"
    return "forged" if suspicion(message, history)[0] >= LIKELY_FORGED else ""


def _contact_to_show(message: Message, matter: Matter, evidence: tuple[Evidence, ...]) -> int:
    """The customer's own earlier contact that comes closest, else the matter's last inbound one, else its last."""
    inbound = {contact.id for contact in matter.inbound}
    compared = next((e.contact for e in evidence if e.contact in inbound), None)
    if compared is not None:
        return compared
    return matter.inbound[-1].id if matter.inbound else matter.last.id


_PARTS = {"link": "same_matter", "state": "how_it_stands", "new": "what_is_new", "words": "what_it_says"}
_NEW = frozenset(
    [
        "beside_new_evidence",
        "beside_newest",
        "newest",
        "newest_logit",
        "second_newest",
        "newness",
        "mean_newness",
        "new_numbers",
        "new_names",
        "documents",
        "happened",
        "answered_newest",
        "answered_dull",
        "live_newest",
        "asked_newest",
        "attached_newest",
        "attachments",
        "proof",
        "answered_proof",
        "live_proof",
        "says_new",
        "situation",
    ]
)
_STATE = frozenset(
    [
        "answered",
        "answered_and_asked_again",
        "never_answered",
        "council_spoke_last",
        "council_asked",
        "last_word_was_final",
        "unanswered_letters",
        "days",
        "within_two_days",
        "waited_two_weeks",
        "waited_a_month",
        "letters",
        "promise_broken",
        "promise_pending",
        "replies_to_last_word",
        "live_first",
        "often_dull",
        "early_chase",
        "pending_dull",
    ]
)


def _evidence(
    message: Message, matter: Matter, judged: tuple[Judged, ...], shares: Mapping[str, float]
) -> tuple[Evidence, ...]:
    """Four parts that add up to the label's sum (less its intercept), the side-by-side sentences first."""
    sums = dict.fromkeys(_PARTS, 0.0)
    for name, share in shares.items():
        sums[_part(name)] += share
    old = min(judged, key=lambda j: j.score, default=None)
    new = max(judged, key=lambda j: j.score, default=None)
    beside = _beside(message, matter, judged) or (old.span.text if old else "", None, "")
    quote, contact, earlier = beside
    last = matter.last_from_council or matter.last
    return (
        Evidence(quote, message.words.own.find(quote), contact, earlier, _PARTS["link"], round(sums["link"], 3)),
        Evidence("", -1, last.id, last.own[:300], _PARTS["state"], round(sums["state"], 3)),
        Evidence(
            new.span.text if new else "", new.span.start if new else -1, None, "", _PARTS["new"], round(sums["new"], 3)
        ),
        Evidence("", -1, None, "", _PARTS["words"], round(sums["words"], 3)),
    )


def _part(feature: str) -> str:
    if feature == "link" or feature.startswith("link_"):
        return "link"
    return "new" if feature in _NEW else "state" if feature in _STATE else "words"


def _beside(message: Message, matter: Matter, judged: tuple[Judged, ...]) -> tuple[str, int, str] | None:
    """The sentence that best matches one the customer wrote before, and that one."""
    for part in sorted(judged, key=lambda j: (j.features["new_share"], j.span.start))[:5]:
        if part.features["length"] < 1.5 or part.features["greeting"]:
            continue
        found = nearest(part.span.text, matter.inbound[-20:], ordinary_words())
        if found:
            return part.span.text, found[0].id, found[1]
    return None
