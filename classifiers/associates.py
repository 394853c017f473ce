"""Somebody who acts for, or with, another customer: on their behalf, in their words, from their house.

Two people under one roof or one surname are not associates by that: a small fitted model weighs who is meant, what is
said and what is shared (`classifiers.associate_signs`), and a person confirms or rejects before it counts. It is always
a suggestion, and nothing of the other's is inherited (INV-03, INV-10). Members of Parliament, councillors and whoever
is on the record as protected (INV-11, CIR-03) are told as representatives, on a route of their own; a solicitor,
adviser or advocate as one whose authority an officer checks (CIR-01, CIR-05).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from threading import local

from classifiers import associate_phrases as said
from classifiers.associate_names import Signs, foot_of
from classifiers.associate_signs import Letter, all_evidence, reasons, signs_of
from classifiers.kept import load_json
from classifiers.logistic import Logistic
from classifiers.matters import first_part
from models.finding import About, Evidence, Finding
from models.history import History, PersonSketch, Ruled
from models.message import Message

WORTH_SAYING = 0.5
CONFIRMED = 2.0  # an officer's word counts as much as having been found to act for them in so many times all letters
_OTHER, _TOGETHER = "other", "together"
LABELS = (_OTHER, _TOGETHER)
Likely = tuple[PersonSketch, float, tuple[Evidence, ...]]

# A finding's label: what the policy's table of flags goes by.
ASSOCIATE = "associate"  # of somebody warned, restricted or persistent
SPEAKS_FOR = "speaks_for"  # of anybody else
ADVOCATE = "advocate"  # by profession or with authority, of anybody: flagged so that consent is checked; never conduct
REPRESENTATIVE = "representative"  # by office, or protected on record: on their own route, and never flagged


class Associates:
    name = "associates"
    version = "4"

    def __init__(self, weights: Logistic | None = None) -> None:
        self._weights = weights

    def look(self, message: Message, history: History) -> list[Finding]:
        """At most one finding: the customer the writer most likely acts for or with."""
        message = first_part(message)
        best = likeliest(message, history, self._weights)
        if best is None or best[1] < WORTH_SAYING:
            return []
        person, score, evidence = best
        label = _label(person, message, history)
        seen_by = f"{self.name} {self.version}"
        return [Finding(About.ASSOCIATE, label, round(score, 4), seen_by, evidence, customer=person.customer)]


class _Latest(local):
    """The latest question and its answer, for each thread its own."""

    asked: tuple[Message, History, Logistic] | None = None
    found: Likely | None = None


_latest = _Latest()


def likeliest(message: Message, history: History, weights: Logistic | None = None) -> Likely | None:
    """The person the writer seems to act for, how likely, and why; None when nobody comes into question.

    Whose matters count (`classifiers.repeat`) and who acts for whom are asked of the same message one after the other:
    the latest answer is kept for the second.
    """
    if message.automatic is not None:
        return None
    model = weights or fitted()
    asked = _latest.asked
    if asked is None or asked[1] is not history or asked[2] is not model or asked[0] != message:
        _latest.found = _likeliest(message, history, model)
        _latest.asked = message, history, model
    return _latest.found


def _likeliest(message: Message, history: History, model: Logistic) -> Likely | None:
    letter = Letter(message, history)
    weighed = [(person, signs_of(person, letter)) for person in history.people if not person.never_restrict]
    scored = [_weighed(person, signs, model, history) for person, signs in weighed if signs.values]
    return max((s for s in scored if s), key=lambda entry: (entry[1], -entry[0].customer), default=None)


def _weighed(person: PersonSketch, signs: Signs, model: Logistic, history: History) -> Likely | None:
    ruled = next((r for r in history.ruled if r.customer == person.customer), None)
    evidence = all_evidence(signs, model.shares(signs.values, _TOGETHER))
    if ruled is not None and not ruled.confirmed and not _news(evidence, ruled):
        return None
    values: Mapping[str, float] = signs.values
    if ruled is not None and ruled.confirmed:
        values = {**values, "acted_before": CONFIRMED}
    return person, model.probabilities(values)[_TOGETHER], evidence


def _news(evidence: tuple[Evidence, ...], ruled: Ruled) -> bool:
    """Whether something of weight is of a kind that the officer who rejected the pair had not before them."""
    return bool(reasons(part for part in evidence if part.weight > 0) - ruled.reasons)


def _label(person: PersonSketch, message: Message, history: History) -> str:
    if _by_office(message, history):
        return REPRESENTATIVE
    if _by_profession(message):
        return ADVOCATE
    return ASSOCIATE if person.watched or person.persistent else SPEAKS_FOR


def _by_office(message: Message, history: History) -> bool:
    if history.customer is not None and history.customer.never_restrict:
        return True
    said_so = f"{message.subject}\n{message.words.own}"
    if said.OFFICE.search(foot_of(message)) or said.CONSTITUENT.search(said_so):
        return True
    return bool(said.CASEWORKER.search(said_so)) and not _by_profession(message)


def _by_profession(message: Message) -> bool:
    return bool(said.REPRESENTS.search(f"{message.subject}\n{message.words.own}"))


@lru_cache(maxsize=1)
def fitted() -> Logistic:
    """The weights that are kept. Raises ArtefactDamaged."""
    return Logistic.from_json(load_json("associates.json"))
