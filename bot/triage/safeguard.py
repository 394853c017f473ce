"""Where a contact waits for a person; and that what must reach a person always does (INV-05)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from models.contact import Match
from models.finding import About, Finding
from models.languages import named
from models.policy import Policy
from models.queue import FlagKind, Lane

_WORDS = {
    "sender:restricted": "the sender is under a restriction: every contact is read and checked",
    "sender:perhaps_restricted": "somebody under a restriction may have written it: please look whose it is",
    "writes_for:another": "written for, or together with, somebody else",
    "sender:warned": "the sender has been warned under the policy",
    "match:suggested": "it is not certain whose contact this is",
    "relation:new_issue": "a matter that was not raised before",
    "problem:any": "a part of the message could not be read",
    "goes_on:answerable": "goes on with a review, or with a request that the law has answered in time",
}
# Whatever the policy's table says, these wait for the named officer.
_ALWAYS = (
    "sender:restricted",
    "sender:perhaps_restricted",
    "writes_for:another",
    "language:any",
    "goes_on:answerable",
)
# What a machine sent waits for these alone; who says that a machine sent it may be a forger.
_THOUGH_AUTOMATIC = ("risk:", "flag:statutory", "flag:forged", "abuse:threat")
_WRITES_FOR = ("associate", "advocate", "representative")  # of somebody watched; by profession; by office


@dataclass(frozen=True, slots=True)
class Sender:
    """What is known of the sender at the time."""

    match: Match
    restricted: bool
    warned: bool
    perhaps_restricted: bool = False  # not told for certain, and somebody under a restriction may be the writer


@dataclass(frozen=True, slots=True)
class Waiting:
    """The lane, why in plain words, and whether the check for new information must be attested."""

    lane: Lane
    reasons: tuple[str, ...]
    must_attest: bool


def waits(
    findings: Sequence[Finding],
    flags: Iterable[FlagKind],
    sender: Sender,
    problems: Sequence[str],
    policy: Policy,
    *,
    automatic: bool,
    goes_on: bool = False,
) -> Waiting | None:
    """The first lane of the policy's table that fits; None where nobody needs to look.

    Whatever the table says, a restricted sender's mail always waits for the named officer; so does what such a sender
    may have written, what a representative or an associate writes for another, a letter in a language that the
    readers were not made for (nobody knows what it says before a person has read it), and what goes on with a review or
    a request under the law: "the note is attached" has no word that would stop anybody, and a clock runs on it.

    `goes_on`: it goes on with a matter in which such a thing was flagged.
    """
    seen = _seen(findings, flags, sender, problems) | ({"goes_on:answerable"} if goes_on else set())
    if automatic and not sender.restricted:
        seen &= {"problem:any"} | {word for word in seen if word.startswith(_THOUGH_AUTOMATIC)}
    for rule in policy.lanes:
        because = [word for word in rule.when if word in seen]
        if because:
            return _waiting(Lane(rule.lane), because, seen, sender)
    always = [word for word in _ALWAYS if word in seen]
    return _waiting(Lane.NAMED_OFFICER, always, seen, sender) if always else None


def _waiting(lane: Lane, because: Sequence[str], seen: set[str], sender: Sender) -> Waiting:
    if lane is Lane.ON_FILE and not seen.isdisjoint(_ALWAYS):
        lane = Lane.NAMED_OFFICER
    always = [word for word in (*_ALWAYS[:2], "match:suggested") if word in seen and word not in because]
    unread = sorted(word for word in seen if word.startswith("language:") and word != "language:any")
    because = [word for word in because if word != "language:any"]
    return Waiting(lane, tuple(_in_words(word) for word in (*unread, *because, *always)), sender.restricted)


def _seen(findings: Iterable[Finding], flags: Iterable[FlagKind], sender: Sender, problems: Sequence[str]) -> set[str]:
    seen = {f"flag:{kind.value}" for kind in flags} | {f"match:{sender.match.value}"}
    for finding in findings:
        if finding.about in (About.RISK, About.ABUSE, About.RELATION, About.KIND):
            seen.add(f"{finding.about.value}:{finding.label}")
        if finding.about is About.ASSOCIATE and finding.label in _WRITES_FOR:
            seen.add("writes_for:another")  # a solicitor's letter is no misconduct and raises no flag: it is read
        if finding.about is About.LANGUAGE:
            seen |= {"language:any", f"language:{finding.label}"}
    if sender.restricted:
        seen.add("sender:restricted")
    if sender.perhaps_restricted:
        seen.add("sender:perhaps_restricted")
    if sender.warned:
        seen.add("sender:warned")
    if problems:
        seen.add("problem:any")
    return seen


def _in_words(word: str) -> str:
    if word in _WORDS:
        return _WORDS[word]
    what, _, which = word.partition(":")
    plain = which.replace("_", " ")
    return {
        "flag": f"flagged: {plain}",
        "risk": f"a possible risk: {plain}",
        "abuse": f"possible abuse: {plain}",
        "kind": f"read as: {plain}",
        "language": f"in {named(which)}, or partly so; what is in {named(which)} was not read by the program",
    }.get(what, f"{what}: {plain}")
