"""One template, prompt, title or demand, taken up by independent residents: a campaign. None of them is another's
associate."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from classifiers.associate_signs import house_of
from classifiers.causes import WORTH_SAYING, Cause, Letter, Written, letter_of, likeliest
from classifiers.logistic import Logistic
from classifiers.matters import first_part
from classifiers.platforms import without_frame
from classifiers.prints import PARTICULAR, title_runs
from classifiers.prompts import prompted, without_prompt
from classifiers.similarity import (
    Shingle,
    cosine,
    read,
    share_of_runs,
    share_of_words,
    shared_runs,
    vector_of,
    words,
)
from classifiers.text import sentences
from classifiers.vocabulary import ordinary_words
from models.finding import About, Evidence, Finding
from models.history import History, PastContact
from models.message import Direction, Message

WRITERS = 3  # independent senders, the present one among them
WRITERS_BESIDE_A_WATCHED_ONE = 5  # fewer with the words of somebody warned or restricted are perhaps that one's friends
ENOUGH_COPIED = 4.0  # weight of the common runs, roughly that of a line of two of particular words
ENOUGH_SHARE = 0.18  # of the shorter text
FEW_RUNS = 5  # runs of three words that a letter otherwise in its own words has of a known template
LONG_STRETCH = 4  # such runs one after the other: six words in a row
ENOUGH_OF_A_TEMPLATE = 2.0
ENOUGH_OF_AN_OPENING = 1.5  # of a letter that begins as the template does ("I object to the quay kiosks because ...")
ENOUGH_RETOLD = 0.3  # of what a template says and of what the letter says, weighed by how rare the words are
ONE_SUBJECT = 0.07  # cosine of two letters that were prompted; of two that have nothing in common it is below 0.03
ONE_MATTER = 0.1  # cosine of a letter that was prompted and one that holds to the known text of what was asked for
WRITERS_UNDER_A_TITLE = 4  # independent senders: two may well hit upon the same words for a subject
SAME_TITLE = 0.5  # of the shorter one's runs
MOST_NAMED = 5

# A letter on the other side tells of the same thing in the same words.
_IN_FAVOUR = frozenset(words("support supporting supported favour welcome approve agree disagree dissent"))
_AGAINST = frozenset(words("object objecting objection oppose opposed opposing against refuse reject disagree dissent"))
_GREETING = re.compile(r"\A\s*(?:dear|to|hi|hello|good (?:morning|afternoon|evening))\b[^\n]{0,60}\n", re.IGNORECASE)


class Campaigns:
    name = "campaigns"
    version = "8"

    def __init__(self, weights: Logistic | None = None) -> None:
        """`weights` of `classifiers.causes`: others than the fitted artefact, for measuring."""
        self._weights = weights

    def look(self, message: Message, history: History) -> list[Finding]:
        """One finding when independent people sent one text, answered one prompt or wrote for one cause, in recent
        weeks.

        The evidence names the earliest of them: those who wrote before it was known to be a campaign are among them.
        """
        if message.automatic is not None:
            return []
        message = first_part(message)
        earliest = _writers(message, history)
        if len(earliest) >= _needed(earliest, history) - 1:
            evidence = tuple(_evidence(message, contact) for contact in earliest[:MOST_NAMED])
            return [self._finding(1 - 0.3 / (len(earliest) - WRITERS + 2), evidence, earliest[0])]
        cause = _of_one_cause(message, history, self._weights)
        if cause is None:
            return []
        evidence = tuple(_of_the_same(message, other, cause.word) for other in cause.letters[:MOST_NAMED])
        numbers = {contact.id: contact for contact in history.lately}
        return [self._finding(cause.chance, evidence, numbers[cause.letters[0].contact])]

    def _finding(self, score: float, evidence: tuple[Evidence, ...], first: PastContact) -> Finding:
        seen_by = f"{self.name} {self.version}"
        return Finding(About.CAMPAIGN, "campaign", round(score, 4), seen_by, evidence, group=_group(first))


def _needed(earliest: Sequence[PastContact], history: History) -> int:
    watched = {person.customer for person in history.people if person.watched}
    among = any(contact.customer in watched for contact in earliest)
    among = among or (history.customer is not None and history.customer.watched)
    return WRITERS_BESIDE_A_WATCHED_ONE if among else WRITERS


def _writers(message: Message, history: History) -> list[PastContact]:
    """The first letter of each independent writer of the same text or on the same prompt, the earliest first."""
    mine, others = _runs(message.words.own), _of_others(message, history)
    alike = [c for c in others if _same_template(mine, _runs(c.own))]
    template = _template(others, mine)
    if (
        template is not None
        and _joins(message.words.own, template.runs)
        and _not_only_a_platform(message, template.holders)
    ):
        known = {c.id for c in (*alike, *template.holders)}
        alike = [c for c in others if c.id in known or _joins(c.own, template.runs)]
    if len(_first_of_each(alike)) < WRITERS - 1:
        alike = _on_one_prompt(message, history, template)
    if len(_first_of_each(alike)) < WRITERS - 1:
        alike = _under_one_title(message, others)
    return _first_of_each(alike)


def _on_one_prompt(message: Message, history: History, template: _Template | None) -> list[PastContact]:
    """Letters that were asked for, as this one says of itself: those that say so too and are about one thing with it or
    with one another, and those that hold to the letter of what was asked for and are about the same matter.

    Somebody warned or restricted may well know of a leaflet: it takes more to be one of many independent residents.
    """
    others = _of_others(message, history)
    mine = f"{message.subject}\n{without_frame(message.words.own)}"
    if not prompted(mine) or message.in_reply_to or (history.customer is not None and history.customer.watched):
        return []
    rarity = ordinary_words()
    said = {c.id: f"{c.subject}\n{without_frame(c.own)}" for c in others}
    vectors = {number: vector_of(without_prompt(text), rarity) for number, text in said.items()}
    first = vector_of(without_prompt(mine), rarity)
    holders = () if template is None else template.holders
    found = [c for c in holders if cosine(first, vectors[c.id]) >= ONE_MATTER]
    left = [c for c in others if prompted(said[c.id]) and c not in found]
    reached = [first]
    while reached:
        here = reached.pop()
        near = [c for c in left if cosine(here, vectors[c.id]) >= ONE_SUBJECT]
        left = [c for c in left if c not in near]
        found += near
        reached += [vectors[c.id] for c in near]
    return sorted(found, key=lambda contact: (contact.at, contact.id))


def _under_one_title(message: Message, others: Sequence[PastContact]) -> list[PastContact]:
    """Letters whose writers were given a title to write under, as this one's: nothing else need be the same in them but
    a turn of phrase that three of them have."""
    mine = title_runs(message.subject)
    if message.in_reply_to or not mine:
        return []
    titled = [(c, title_runs(c.subject)) for c in others if not c.in_reply_to]
    same = [c for c, runs in titled if runs and len(mine & runs) >= SAME_TITLE * min(len(mine), len(runs))]
    letters = _first_of_each(same)
    if len(letters) < WRITERS_UNDER_A_TITLE - 1 or not _not_only_a_platform(message, letters):
        return []
    title = frozenset(word for run in mine for word in run)
    said = [_runs(own) for own in (message.words.own, *(c.own for c in letters))]
    held = Counter(run for runs in said for run in runs if not title.issuperset(run))
    told = any(count >= WRITERS and ordinary_words().weigh(run) >= PARTICULAR for run, count in held.items())
    return same if told else []


def _of_one_cause(message: Message, history: History, weights: Logistic | None) -> Cause | None:
    mine, others, first = letters_lately(message, history)
    cause = None if mine is None else likeliest(mine, others, first=first, weights=weights)
    return cause if cause is not None and cause.chance >= WORTH_SAYING else None


def letters_lately(message: Message, history: History) -> tuple[Letter | None, list[Written], bool]:
    """The letter and those of other people beside which its cause is looked for; whether it is its writer's first.

    None for an answer to the council, nor for somebody warned, restricted or protected: theirs is a matter of its own.
    """
    who, mine = history.customer, letter_of(message.subject, message.words.own)
    if message.in_reply_to or (who is not None and (who.watched or who.never_restrict)):
        return None, [], False
    watched = {person.customer for person in history.people if person.watched}
    others = [
        Written(c.id, c.customer or c.sender_email, letter_of(c.subject, c.own))
        for c in _not_of_this_house(message, history, history.lately)
        if not c.in_reply_to and c.customer not in watched
    ]
    first = not any(contact.direction is Direction.IN for contact in history.own)
    return mine, others, first


def _of_others(message: Message, history: History) -> list[PastContact]:
    """Letters with the same wording of people who are neither the writer nor of the writer's house."""
    return _not_of_this_house(message, history, history.alike)


def _not_of_this_house(message: Message, history: History, contacts: Sequence[PastContact]) -> list[PastContact]:
    mine = history.customer
    home = house_of(mine.address) if mine is not None and mine.address else None
    household = {p.customer for p in history.people if home is not None and house_of(p.address) == home}
    return [
        c
        for c in contacts
        if c.direction is Direction.IN and c.sender_email != message.sender.email and c.customer not in household
    ]


def _first_of_each(contacts: Sequence[PastContact]) -> list[PastContact]:
    earliest: dict[object, PastContact] = {}
    for contact in contacts:
        earliest.setdefault(contact.customer or contact.sender_email, contact)
    return list(earliest.values())


@dataclass(frozen=True)
class _Template:
    """What at least three independent writers have word for word, and who they are."""

    runs: frozenset[Shingle]
    holders: tuple[PastContact, ...]


def _template(contacts: Sequence[PastContact], mine: frozenset[Shingle]) -> _Template | None:
    """The common text of the letters at hand and of this one; None where there is none as long as a template is."""
    letters = _first_of_each(contacts)
    held = Counter(mine)
    for contact in letters:
        held.update(_runs(contact.own))
    runs = frozenset(run for run, count in held.items() if count >= WRITERS)
    holders = tuple(c for c in letters if len(runs & _runs(c.own)) > len(runs) / 2)
    writers = len(holders) + (len(runs & mine) > len(runs) / 2)
    if writers < WRITERS or shared_runs(runs, runs, ordinary_words()) < ENOUGH_COPIED:
        return None
    return _Template(runs, holders)


def _joins(own: str, template: frozenset[Shingle]) -> bool:
    return _holds(own, template) or _retells(own, template)


def _retells(own: str, template: frozenset[Shingle]) -> bool:
    """Whether a letter says, in somebody's own words, much of what a known template says, and not the contrary."""
    said, told = read(without_frame(own)).set, frozenset(word for run in template for word in run)
    rarity = ordinary_words()
    covered = min(share_of_words(told, said, rarity), share_of_words(said, told, rarity))
    return covered >= ENOUGH_RETOLD and not _contrary(said, told)


def _contrary(said: frozenset[str], told: frozenset[str]) -> bool:
    if said & _IN_FAVOUR and not told & _IN_FAVOUR:
        return True
    return bool(said & _AGAINST and told & _IN_FAVOUR and not told & _AGAINST)


def _holds(own: str, template: frozenset[Shingle]) -> bool:
    """Whether a letter in somebody's own words has a line of a template that is known to be one, word for word."""
    reading = read(without_frame(own))
    common = reading.runs & template
    if len(common) < FEW_RUNS:
        return False
    shared = shared_runs(common, common, ordinary_words())
    if shared >= ENOUGH_OF_AN_OPENING and _opening(own, template) >= FEW_RUNS:
        return True
    return shared >= ENOUGH_OF_A_TEMPLATE and any(
        _stretch(part.text, template) >= LONG_STRETCH for part in sentences(without_frame(own))
    )


def _opening(own: str, template: frozenset[Shingle]) -> int:
    """How many runs of the template stand one after the other where a letter begins, a greeting left aside."""
    tokens = read(_GREETING.sub("", without_frame(own))).tokens
    runs = zip(tokens, tokens[1:], tokens[2:], strict=False)
    return next((number for number, run in enumerate(runs) if run not in template), max(0, len(tokens) - 2))


def _stretch(sentence: str, template: frozenset[Shingle]) -> int:
    """How many runs of the template stand one after the other in a sentence."""
    tokens = read(sentence).tokens
    stretch = longest = 0
    for run in zip(tokens, tokens[1:], tokens[2:], strict=False):
        stretch = stretch + 1 if run in template else 0
        longest = max(longest, stretch)
    return longest


def _not_only_a_platform(message: Message, holders: Sequence[PastContact]) -> bool:
    """Not all from one site: what a site writes under every letter of its users is no common cause of theirs."""
    domains = {c.sender_email.rpartition("@")[2] for c in holders} | {message.sender.domain}
    return len(domains) > 1


def _runs(own: str) -> frozenset[Shingle]:
    return read(without_frame(own)).runs


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


def _of_the_same(message: Message, other: Written, word: str) -> Evidence:
    """Where each of the two names what they both write of."""
    quote = _naming(message.words.own, word)
    return Evidence(
        quote,
        message.words.own.find(quote) if quote else -1,
        other.contact,
        _naming(other.letter.own, word) or other.letter.subject,
        "same_cause",
        1.0,
    )


def _naming(own: str, word: str) -> str:
    return next((part.text for part in sentences(own) if word in read(part.text).set), "")


def _longest_common(one: str, other: str) -> str:
    """The longest line or sentence of one text that stands word for word in the other; "" when none does."""
    parts: Sequence[str] = [part.strip() for part in re.split(r"(?<=[.!?])\s+|\n+", one)]
    return max((part for part in parts if part and part in other), key=len, default="")
