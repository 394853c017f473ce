"""Somebody who acts for, or with, another customer: on their behalf, in their words, from their house.

Two people under one roof or one surname are not associates by that: a small fitted model weighs who is meant, what is
said and what is shared (`classifiers.associate_signs`), a second one whose matter the letter is about
(`classifiers.associate_matter`), and a person confirms or rejects before it counts. It is always
a suggestion, and nothing of the other's is inherited (INV-03, INV-10). Members of Parliament, councillors and whoever
is on the record as protected (INV-11, CIR-03) are told as representatives, on a route of their own; a solicitor,
adviser or advocate as one whose authority an officer checks (CIR-01, CIR-05).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from threading import local

from classifiers import associate_phrases as said
from classifiers.associate_evidence import all_evidence, reasons, with_matter
from classifiers.associate_matter import SecondLook, features, log_odds, second_look
from classifiers.associate_names import Signs, foot_of
from classifiers.associate_signs import Letter, signs_of
from classifiers.beside import Reader, beside
from classifiers.kept import load_json
from classifiers.logistic import Logistic
from classifiers.matters import first_part
from models.finding import About, Evidence, Finding
from models.history import History, PersonSketch, Ruled
from models.message import Message

WORTH_SAYING = 0.4  # of somebody warned or restricted; so likely it must be
WORTH_SAYING_OF_OTHERS = 0.5
CONFIRMED = 2.0  # an officer's word counts as much as having been found to act for them in so many times all letters
_OTHER, _TOGETHER = "other", "together"
LABELS = (_OTHER, _TOGETHER)
Likely = tuple[PersonSketch, float, tuple[Evidence, ...]]


@dataclass(frozen=True)
class Weights:
    """The fitted parts: what the signs say, what they say together with whose matter it is; and who reads it there."""

    signs: Logistic
    matter: Logistic
    reader: Reader


# A finding's label: what the policy's table of flags goes by.
ASSOCIATE = "associate"  # of somebody warned, restricted or persistent
SPEAKS_FOR = "speaks_for"  # of anybody else
ADVOCATE = "advocate"  # by profession or with authority, of anybody: flagged so that consent is checked; never conduct
REPRESENTATIVE = "representative"  # by office, or protected on record: on their own route, and never flagged


class Associates:
    name = "associates"
    version = "6"

    def __init__(self, weights: Weights | None = None) -> None:
        """`weights`: others than the fitted artefacts, for benchmarks."""
        self._weights = weights

    def look(self, message: Message, history: History) -> list[Finding]:
        """At most one finding: the customer the writer most likely acts for or with."""
        message = first_part(message)
        best = likeliest(message, history, self._weights)
        if best is None or best[1] < (WORTH_SAYING if best[0].watched else WORTH_SAYING_OF_OTHERS):
            return []
        person, score, evidence = best
        label = _label(person, message, history)
        seen_by = f"{self.name} {self.version}"
        return [Finding(About.ASSOCIATE, label, round(score, 4), seen_by, evidence, customer=person.customer)]


class _Latest(local):
    """The latest question and its answer, for each thread its own."""

    asked: tuple[Message, History, Weights] | None = None
    found: Likely | None = None


_latest = _Latest()


def likeliest(message: Message, history: History, weights: Weights | None = None) -> Likely | None:
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


def _likeliest(message: Message, history: History, model: Weights) -> Likely | None:
    scored = (_weighed(one, model, message, history) for one in rows_of(message, history, model.signs, model.reader))
    return max((s for s in scored if s), key=lambda entry: (entry[1], -entry[0].customer), default=None)


@dataclass(frozen=True, slots=True)
class InQuestion:
    """Somebody whom a letter may be for.

    first  how likely it is by the signs alone, and what they show
    row    of somebody watched what the second look weighs
    about  where the letter is most like one of theirs
    """

    person: PersonSketch
    first: float
    shown: tuple[Evidence, ...]
    row: Mapping[str, float] | None
    about: SecondLook | None


def rows_of(message: Message, history: History, signs: Logistic, reader: Reader) -> Iterator[InQuestion]:
    """Everybody to whom a sign points, and whoever the letter is most like."""
    letter, look = Letter(message, history), second_look(message, history, reader)
    for person in history.people:
        theirs = Signs() if person.never_restrict else signs_of(person, letter)
        about = look if look is not None and look.customer == person.customer else None
        if person.never_restrict or not (theirs.values or about):
            continue
        ruled = _ruled(history, person)
        values: Mapping[str, float] = theirs.values
        if ruled is not None and ruled.confirmed:
            values = {**values, "acted_before": CONFIRMED}
        first = signs.probabilities(values)[_TOGETHER]
        row = features(message, log_odds(first), has_signs=bool(values), about=about) if person.watched else None
        yield InQuestion(person, first, all_evidence(theirs, signs.shares(values, _TOGETHER)), row, about)


def _weighed(one: InQuestion, model: Weights, message: Message, history: History) -> Likely | None:
    chance, evidence = one.first, one.shown
    if one.row is not None:
        chance = max(chance, model.matter.probabilities(one.row)[_TOGETHER])
    if one.about is not None:
        rest = log_odds(chance) - log_odds(one.first)
        evidence = with_matter(evidence, message.words.own, one.about.alike.contact, rest)
    ruled = _ruled(history, one.person)
    if ruled is not None and not ruled.confirmed and not _news(evidence, ruled):
        return None
    return one.person, chance, evidence


def _ruled(history: History, person: PersonSketch) -> Ruled | None:
    return next((r for r in history.ruled if r.customer == person.customer), None)


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
def fitted() -> Weights:
    """The weights that are kept. Raises ArtefactDamaged."""
    signs, matter = (Logistic.from_json(load_json(f"{name}.json")) for name in ("associates", "associate_matter"))
    return Weights(signs, matter, beside())
