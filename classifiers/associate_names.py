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
_ANY_KIN = re.compile(rf"\b{said.KIN}\b", re.IGNORECASE)
_NO_NAME = frozenset({"mr", "mrs", "ms", "miss", "dr", "cllr", "and", "the", "senior", "junior", "snr", "jnr", "mp"})
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


def parts_of(name: str) -> list[str]:
    """The words of a person's name, folded, without titles and without what tells a father from his son."""
    return [part for part in re.findall(r"[^\W\d_]+", name.lower()) if part not in _NO_NAME]


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
    if not parts or not _stands_in(message, parts[0][:3], parts[-1]):
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
    name = rf"(?:{re.escape(parts[0])}|{_TITLE}(?:\w+[- ])?{re.escape(parts[-1])})"
    text = f"{message.subject}\n{message.words.own}"
    if not _stands_in(message, parts[0], parts[-1]):
        return
    mine = set(parts_of(message.sender.name))
    told = _pattern(rf"\b(?:for|from|behalf of|per) (?:(?:my|our) )?(?:\w+ )?{name}\b").search(text)
    if told and (parts[0] not in mine or parts[-1] not in mine):
        quote = told.group(0)
        evidence = Evidence(quote=quote, start=message.words.own.find(quote), reason="on_behalf")
        signs.add("for_them_by_name", 1.0, evidence)
    if not _of_kin(message.words.own):
        return
    kin = _pattern(
        rf"\b{name}\w*(?:['’]s?)?(?: \w+['’]?s?)? (?:\w+ )?{said.KIN}\b"
        rf"|\bmy (?:\w+ )?{said.KIN},? (?:is |called )?{name}\b"
    ).search(message.words.own)
    if kin and not said.NEGATED.search(message.words.own[max(0, kin.start() - 20) : kin.start()]):
        signs.add("kin_of_the_named", 1.0, Evidence(quote=kin.group(0), start=kin.start(), reason="kin"))


@lru_cache(maxsize=8)
def _of_kin(own: str) -> bool:
    return bool(_ANY_KIN.search(own))


def _stands_in(message: Message, begins: str, last: str) -> bool:
    """Whether a word begins with the one, or the other stands anywhere: sooner known than a name's expressions are made
    for everybody whom the message might mean."""
    text, words_of_it = _folded(f"{message.subject}\n{message.words.own}")
    return f"\n{begins.casefold()}" in words_of_it or last.casefold() in text


@lru_cache(maxsize=8)
def _folded(text: str) -> tuple[str, str]:
    """As it stands, and a word a line."""
    folded = text.casefold()
    return folded, "\n" + "\n".join(re.findall(r"\w+", folded))


def _ways_of_naming(
    person: PersonSketch, message: Message, history: History
) -> Iterator[tuple[re.Pattern[str], float]]:
    parts = parts_of(person.name)
    if not parts:
        return
    mine = set(parts_of(f"{message.sender.name} {history.customer.name if history.customer else ''}"))
    last = re.escape(parts[-1])
    text, _ = _folded(f"{message.subject}\n{message.words.own}")
    first_stands, last_stands = (part.casefold() in text for part in (parts[0], parts[-1]))  # cheaper than to compile
    if len(parts) > 1 and first_stands and last_stands:
        yield _pattern(rf"\b{re.escape(parts[0])}(?:[ -](?:\w+[ -]){{0,2}}){last}s?\b"), 1.0
    if parts[-1] not in mine and len(parts) > 1 and last_stands:
        yield _pattern(rf"\b{_TITLE}(?:\w+[- ])?{last}\b"), 0.95
        if len(parts[-1]) > 3 and _unusual(parts[-1]):
            yield _pattern(rf"\b{last}(?:['’]?s)?\b"), 0.6
    if len(parts[0]) > 2 and len(parts) > 1 and parts[0] not in mine:
        if first_stands:
            yield _pattern(rf"\b{re.escape(parts[0])}(?:['’]?s)?\b"), 0.5
        if len(parts[0]) > 4:
            yield re.compile(rf"\b{parts[0][:3].capitalize()}\w{{0,2}}(?:['’]s)?\b"), 0.3


@lru_cache(maxsize=4096)
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


def _unusual(name: str) -> bool:
    found = words(name)
    return bool(found) and ordinary_words().of(found[0]) > 0.6


def _is_signature(match: re.Match[str], text: str, message: Message) -> bool:
    """The writer's own name at the foot is no mention of a namesake."""
    line = text[text.rfind("\n", 0, match.start()) + 1 :].split("\n", 1)[0]
    sender = set(words(message.sender.name))
    return bool(sender) and set(words(line)) <= sender | set(words(match.group(0))) and match.start() > len(text) * 0.6
