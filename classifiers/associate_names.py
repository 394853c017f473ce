"""Whom a message means: how it names another customer, and the words that tie its writer to the name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from classifiers import associate_phrases as said
from classifiers.similarity import words
from classifiers.vocabulary import ordinary_words
from models.finding import Evidence
from models.history import History, PersonSketch
from models.message import Message

_TITLE = r"(?:mr|mrs|ms|miss|dr|rev|prof)\.? (?:\w\.? ?){0,3}"
_ANY_TITLE = re.compile(r"(?:mr|mrs|ms|miss|dr|rev|prof)\b")
_FOR = re.compile(r"\b(?:for|from|behalf of|per) (?:(?:my|our) )?(?:\w+ )?\Z", re.IGNORECASE)
_THEIR_KIN = re.compile(rf"\w*(?:['’]s?)?(?: \w+['’]?s?)? (?:\w+ )?{said.KIN}\b", re.IGNORECASE)
_MY_KIN = re.compile(rf"\bmy (?:\w+ )?{said.KIN},? (?:is |called )?", re.IGNORECASE)
_ANY_KIN = re.compile(rf"\b{said.KIN}\b", re.IGNORECASE)
_NO_NAME = frozenset({"mr", "mrs", "ms", "miss", "dr", "cllr", "and", "the", "senior", "junior", "snr", "jnr", "mp"})
_LONGEST_NAME = 120  # characters behind a title
_LONGEST_SHORT = 5
MOST_OF_A_FOOT = 6  # lines
LONGEST_OF_A_FOOT = 8  # words of a line


@dataclass(slots=True)
class Signs:
    """Numbers by the sign's name, and the words that show those that a person can be shown."""

    values: dict[str, float] = field(default_factory=dict)
    shown: dict[str, Evidence] = field(default_factory=dict)

    def add(self, name: str, value: float, evidence: Evidence | None = None) -> None:
        if value:
            self.values[name] = value
            if evidence is not None:
                self.shown[name] = evidence

    def has(self, *names: str) -> bool:
        return any(name in self.values for name in names)


@lru_cache(maxsize=20_000)  # asked of the same people for every letter
def parts_of(name: str) -> tuple[str, ...]:
    """The words of a person's name, folded, without titles and without what tells a father from his son."""
    return tuple(part for part in re.findall(r"[^\W\d_]+", name.lower()) if part not in _NO_NAME)


def foot_of(message: Message) -> str:
    """The writer's name as given, and the short lines below the letter: who is greeted or named in it says nothing of
    who writes."""
    foot: list[str] = []
    for line in reversed(message.words.own.splitlines()[-2 * MOST_OF_A_FOOT :]):
        if len(line.split()) > LONGEST_OF_A_FOOT or said.GREETING.match(line.strip()) or len(foot) == MOST_OF_A_FOOT:
            break
        foot += [line] if line.strip() else []
    return "\n".join([message.sender.name, *reversed(foot), message.words.signature])


def named(signs: Signs, person: PersonSketch, message: Message, history: History) -> None:
    """How fully the message names them, in its words or its subject."""
    parts = parts_of(person.name)
    held = _held(f"{message.subject}\n{message.words.own}")
    if not parts or not (held.begins(parts[0][:3]) or held.holds(parts[-1])):
        return
    best: tuple[float, Evidence] | None = None
    for pattern, weight in _ways_of_naming(person, message, history):
        for text, start in ((message.words.own, 0), (message.subject, None)):
            match = next((m for m in pattern.finditer(text) if not _is_signature(m, text, message)), None)
            if match and (best is None or weight > best[0]):
                where = match.start() if start == 0 else -1
                best = weight, Evidence(quote=match.group(0), start=where, reason="mentions")
            if match and start is None:
                signs.add("named_in_subject", 1.0)
    if best:
        signs.add("named" if best[0] >= 0.9 else "half_named", best[0], best[1])


def said_whose(signs: Signs, person: PersonSketch, message: Message) -> None:
    """'For Tam Orrey', 'Tam's daughter', 'my uncle Tam': the words that tie the writer to the name."""
    parts = parts_of(person.name)
    if not parts or len(parts[0]) < 3:
        return
    text = f"{message.subject}\n{message.words.own}"
    held = _held(text)
    if not (held.begins(parts[0]) or held.titled(parts[-1])):
        return
    name = _pattern(rf"\b(?:{re.escape(parts[0])}|{_TITLE}(?:\w+[- ])?{re.escape(parts[-1])})")
    mine = set(parts_of(message.sender.name))
    told = next(_said_for(name, text), "")
    if told and (parts[0] not in mine or parts[-1] not in mine):
        evidence = Evidence(quote=told, start=message.words.own.find(told), reason="on_behalf")
        signs.add("for_them_by_name", 1.0, evidence)
    own = message.words.own
    if not _of_kin(own):
        return
    kin = min(_kin(name, own), default=None)
    if kin and not said.NEGATED.search(own[max(0, kin[0] - 20) : kin[0]]):
        signs.add("kin_of_the_named", 1.0, Evidence(quote=own[slice(*kin)], start=kin[0], reason="kin"))


def _said_for(name: re.Pattern[str], text: str) -> Iterator[str]:
    """'for Tam Orrey', 'on behalf of my cousin Tam'."""
    for match in name.finditer(text):
        before = max(0, match.start() - _LONGEST_NAME)
        told = _FOR.search(text, before, match.start())
        if told and not text[match.end() : match.end() + 1].isalnum():
            yield text[told.start() : match.end()]


def _kin(name: re.Pattern[str], own: str) -> Iterator[tuple[int, int]]:
    """Where 'Tam's eldest daughter' or 'my uncle Tam' begins and ends."""
    for match in name.finditer(own):
        theirs = _THEIR_KIN.match(own, match.end())
        if theirs:
            yield match.start(), theirs.end()
    for mine in _MY_KIN.finditer(own):
        called = name.match(own, mine.end())
        if called and not own[called.end() : called.end() + 1].isalnum():
            yield mine.start(), called.end()


@lru_cache(maxsize=8)
def _of_kin(own: str) -> bool:
    return bool(_ANY_KIN.search(own))


class _Held:
    """The words of a text, folded: what cannot stand in it is known before a name's expressions are made, for everybody
    whom the message might mean."""

    def __init__(self, text: str) -> None:
        folded = text.casefold()
        tokens = re.findall(r"\w+", folded)
        self._at: dict[str, list[int]] = {}
        for number, token in enumerate(tokens):
            self._at.setdefault(token, []).append(number)
        self._lines = "\n" + "\n".join(tokens)
        self._folded = folded
        self._behind_titles = tuple(folded[m.end() : m.end() + _LONGEST_NAME] for m in _ANY_TITLE.finditer(folded))

    def begins(self, start: str) -> bool:
        """Whether a word begins so."""
        return f"\n{start.casefold()}" in self._lines

    def holds(self, part: str) -> bool:
        return part.casefold() in self._folded

    def word(self, word: str) -> bool:
        """Whether it stands as a word, or as its plural or genitive."""
        return word.casefold() in self._at or f"{word.casefold()}s" in self._at

    def titled(self, last: str) -> bool:
        """Whether it stands shortly behind 'Mr', 'Mrs' ..."""
        return any(last.casefold() in behind for behind in self._behind_titles)

    def near(self, first: str, last: str) -> bool:
        """Whether the one word is soon followed by the other, or by its plural."""
        lasts = {*self._at.get(last.casefold(), ()), *self._at.get(f"{last.casefold()}s", ())}
        return any(not lasts.isdisjoint(range(at + 1, at + 4)) for at in self._at.get(first.casefold(), ()))

    def short_for(self, begins: str) -> bool:
        """Whether a word of at most five letters begins with these three."""
        return any(len(word) <= _LONGEST_SHORT and word.startswith(begins) for word in self._at)


@lru_cache(maxsize=8)
def _held(text: str) -> _Held:
    return _Held(text)


def _ways_of_naming(
    person: PersonSketch, message: Message, history: History
) -> Iterator[tuple[re.Pattern[str], float]]:
    parts = parts_of(person.name)
    if not parts:
        return
    mine = set(parts_of(f"{message.sender.name} {history.customer.name if history.customer else ''}"))
    last = re.escape(parts[-1])
    held = _held(f"{message.subject}\n{message.words.own}")
    if len(parts) > 1 and held.near(parts[0], parts[-1]):
        yield _pattern(rf"\b{re.escape(parts[0])}(?:[ -](?:\w+[ -]){{0,2}}){last}s?\b"), 1.0
    if parts[-1] not in mine and len(parts) > 1:
        if held.titled(parts[-1]):
            yield _pattern(rf"\b{_TITLE}(?:\w+[- ])?{last}\b"), 0.95
        if len(parts[-1]) > 3 and held.word(parts[-1]) and _unusual(parts[-1]):
            yield _pattern(rf"\b{last}(?:['’]?s)?\b"), 0.6
    if len(parts[0]) > 2 and len(parts) > 1 and parts[0] not in mine:
        if held.word(parts[0]):
            yield _pattern(rf"\b{re.escape(parts[0])}(?:['’]?s)?\b"), 0.5
        if len(parts[0]) > 4 and held.short_for(parts[0][:3]):
            yield _pattern_as_written(rf"\b{parts[0][:3].capitalize()}\w{{0,2}}(?:['’]s)?\b"), 0.3


@lru_cache(maxsize=4096)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


@lru_cache(maxsize=4096)
def _pattern_as_written(text: str) -> re.Pattern[str]:
    return re.compile(text)


def _unusual(name: str) -> bool:
    found = words(name)
    return bool(found) and ordinary_words().of(found[0]) > 0.6


def _is_signature(match: re.Match[str], text: str, message: Message) -> bool:
    """The writer's own name at the foot is no mention of a namesake."""
    line = text[text.rfind("\n", 0, match.start()) + 1 :].split("\n", 1)[0]
    sender = set(words(message.sender.name))
    return bool(sender) and set(words(line)) <= sender | set(words(match.group(0))) and match.start() > len(text) * 0.6
