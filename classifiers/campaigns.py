"""One template, prompt, title or demand, taken up by independent residents: a campaign. None of them is another's
associate."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from classifiers.associate_signs import house_of
from classifiers.demands import contrary, demanded
from classifiers.matters import first_part
from classifiers.platforms import without_platform
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
WRITERS_OF_A_DEMAND = 4  # independent senders, within
DAYS_OF_A_DEMAND = 21
SAME_DEMAND = 2  # particular words that name what is demanded
MOST_NAMED = 5

# A letter on the other side tells of the same thing in the same words.
_IN_FAVOUR = frozenset(words("support supporting supported favour welcome approve agree disagree dissent"))
_AGAINST = frozenset(words("object objecting objection oppose opposed opposing against refuse reject disagree dissent"))
_GREETING = re.compile(r"\A\s*(?:dear|to|hi|hello|good (?:morning|afternoon|evening))\b[^\n]{0,60}\n", re.IGNORECASE)
_SIGN_OFF = re.compile(r"\n\s*(?:yours|kind regards|regards|many thanks|best wishes)\b.*", re.IGNORECASE | re.DOTALL)


class Campaigns:
    name = "campaigns"
    version = "7"

    def look(self, message: Message, history: History) -> list[Finding]:
        """One finding when at least three independent people sent one text, or answered one prompt, in recent weeks.

        The evidence names the earliest of them: those who wrote before it was known to be a campaign are among them.
        """
        if message.automatic is not None:
            return []
        message = first_part(message)
        earliest = _writers(message, history)
        if len(earliest) < _needed(earliest, history) - 1:
            return []
        first = earliest[0]
        evidence = tuple(_evidence(message, contact) for contact in earliest[:MOST_NAMED])
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
    if len(_first_of_each(alike)) < WRITERS - 1:
        alike = _with_one_demand(message, history, others)
    return _first_of_each(alike)


def _on_one_prompt(message: Message, history: History, template: _Template | None) -> list[PastContact]:
    """Letters that were asked for, as this one says of itself: those that say so too and are about one thing with it or
    with one another, and those that hold to the letter of what was asked for and are about the same matter.

    Somebody warned or restricted may well know of a leaflet: it takes more to be one of many independent residents.
    """
    others = _of_others(message, history)
    mine = f"{message.subject}\n{_without_frame(message.words.own)}"
    if not prompted(mine) or message.in_reply_to or (history.customer is not None and history.customer.watched):
        return []
    rarity = ordinary_words()
    said = {c.id: f"{c.subject}\n{_without_frame(c.own)}" for c in others}
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


def _with_one_demand(message: Message, history: History, others: Sequence[PastContact]) -> list[PastContact]:
    """Short letters, none in answer to another, which within three weeks want the same thing kept or stopped.

    Somebody warned or restricted has a matter of their own, and so have those who write with them.
    """
    mine = demanded(message.subject, message.words.own)
    if message.in_reply_to or len(mine) < SAME_DEMAND or (history.customer is not None and history.customer.watched):
        return []
    since = message.received_at - timedelta(days=DAYS_OF_A_DEMAND)
    watched = {person.customer for person in history.people if person.watched}
    same = [
        c
        for c in others
        if c.at >= since
        and not c.in_reply_to
        and c.customer not in watched
        and len(mine & demanded(c.subject, c.own)) >= SAME_DEMAND
        and not contrary(f"{message.subject}\n{message.words.own}", f"{c.subject}\n{c.own}")
    ]
    letters = _first_of_each(same)
    enough = len(letters) >= WRITERS_OF_A_DEMAND - 1 and _not_only_a_platform(message, letters)
    return same if enough else []


def _of_others(message: Message, history: History) -> list[PastContact]:
    """Letters of people who are neither the writer nor of the writer's house."""
    mine = history.customer
    home = house_of(mine.address) if mine is not None and mine.address else None
    household = {p.customer for p in history.people if home is not None and house_of(p.address) == home}
    return [
        c
        for c in history.alike
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
    said, told = read(_without_frame(own)).set, frozenset(word for run in template for word in run)
    rarity = ordinary_words()
    covered = min(share_of_words(told, said, rarity), share_of_words(said, told, rarity))
    return covered >= ENOUGH_RETOLD and not _contrary(said, told)


def _contrary(said: frozenset[str], told: frozenset[str]) -> bool:
    if said & _IN_FAVOUR and not told & _IN_FAVOUR:
        return True
    return bool(said & _AGAINST and told & _IN_FAVOUR and not told & _AGAINST)


def _holds(own: str, template: frozenset[Shingle]) -> bool:
    """Whether a letter in somebody's own words has a line of a template that is known to be one, word for word."""
    reading = read(_without_frame(own))
    common = reading.runs & template
    if len(common) < FEW_RUNS:
        return False
    shared = shared_runs(common, common, ordinary_words())
    if shared >= ENOUGH_OF_AN_OPENING and _opening(own, template) >= FEW_RUNS:
        return True
    return shared >= ENOUGH_OF_A_TEMPLATE and any(
        _stretch(part.text, template) >= LONG_STRETCH for part in sentences(_without_frame(own))
    )


def _opening(own: str, template: frozenset[Shingle]) -> int:
    """How many runs of the template stand one after the other where a letter begins, a greeting left aside."""
    tokens = read(_GREETING.sub("", _without_frame(own))).tokens
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


def _without_frame(own: str) -> str:
    # What a writing platform puts above or below every letter is no common cause of its users.
    return _SIGN_OFF.sub("", without_platform(own))


def _runs(own: str) -> frozenset[Shingle]:
    return read(_without_frame(own)).runs


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
