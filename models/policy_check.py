"""What is wrong with a policy: settings that contradict each other, the readings of its changes, or the law.

`wrong` is refused when the policy is read; `doubts` are told to whoever asks (`evenhand policy check`). Each begins
with the key of the policy's file, says what is wrong with it, and what to do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from models.calendar import COUNTRIES
from models.case import Stage
from models.contact import Match
from models.councillor import one_councillor
from models.decision import Measure
from models.finding import LABELS, About
from models.letter import LetterKind
from models.letter_least import LEAST
from models.policy import Policy
from models.queue import FlagKind, Lane
from models.readings import contradicted

KINDS = ("parish", "town", "community", "district", "county", "unitary", "metropolitan", "london_borough")
LOCAL = ("parish", "town", "community")
CONFIRMATIONS = ("conduct", "dealt_with_properly", "formal_warning_sent")
TRIGGERS = ("not_acknowledged", "not_heeded")
KEPT = ("policy", "contact", "case", "request", "letter", "cautionary")
LONGEST = 60  # months: no end is set by a date that nobody will see
LONGEST_URGENT = 42  # days: six weeks reach the next meeting of any council that meets monthly
LONGEST_GRACE = 92  # days: a quarter lies between two meetings of any council; longer, and no missed review would count

# The law's own lengths: a policy may be quicker, never slower.
AT_MOST: Mapping[str, tuple[int, str]] = {
    "foi_days": (20, "FOIA s10"),
    "eir_days": (20, "EIR reg 5"),
    "eir_extended_days": (40, "EIR reg 7"),
    "eir_review_days": (40, "EIR reg 11(4)"),
    "sar_months": (1, "UK GDPR art 12(3)"),
    "sar_extension_months": (2, "UK GDPR art 12(3)"),
    "complaint_acknowledgement_days": (30, "DPA 2018 s164A"),
    "breach_hours": (72, "UK GDPR art 33"),
}
# What nobody may set otherwise.
EXACTLY: Mapping[str, tuple[int, str]] = {
    "aggregation_days": (60, "Fees Regulations 2004 reg 5"),
    "fees_limit_hours": (18, "Fees Regulations 2004: 450 pounds at 25 an hour"),
    "fees_rate_pounds": (25, "Fees Regulations 2004 reg 4"),
    "eir_review_request_days": (40, "EIR reg 11(2)"),
}
_MAY_BE_NOTHING = ("deemed_delivery_days",)

_OMBUDSMAN = re.compile(r"\bLGS?C?O\b|\bLocal Government(?: and Social Care)? Ombudsman\b", re.I)
_CANNOT = re.compile(r"\b(?:cannot|can not|does not|may not)\b", re.I)
# Who looks at complaints about a council, by country (G-LGO-8). In England not about town and parish councils.
_ROUTE = {
    "england": "Local Government and Social Care Ombudsman",
    "wales": "Public Services Ombudsman for Wales",
    "scotland": "Scottish Public Services Ombudsman",
    "northern_ireland": "Northern Ireland Public Services Ombudsman",
}


def wrong(policy: Policy) -> list[str]:
    """Everything for which this policy is refused; empty if it can be in force."""
    parts = (
        _gate,
        _shown,
        _council,
        _people,
        _clocks,
        _conduct,
        _reviews,
        _challenge,
        _letters,
        _registers,
        contradicted,
    )
    return [words for part in parts for words in part(policy)]


def doubts(policy: Policy) -> list[str]:
    """What a council should look at again; nothing of it is refused."""
    return [*_doubtful_paper(policy), *_doubtful_route(policy), *_doubtful_exclusion(policy), *_doubtful_people(policy)]


def takes_no_decisions(policy: Policy) -> str:
    """Why no council decides a restriction under this policy, though a replay may; empty where one does (INV-08)."""
    if policy.procedure.conduct.case_needed:
        return ""
    return (
        "conduct.case_needed: with false a decision is entered with nothing behind it, which only a rehearsal store "
        "takes (replays, practice); a council that restricts anybody writes true, as saltash and principal do"
    )


# --- what is refused --------------------------------------------------------------------------------------------------


def _unknown(key: str, values: Iterable[str], known: Iterable[str]) -> Iterator[str]:
    allowed = list(known)
    for value in values:
        if value not in allowed:
            yield f"{key}: there is no '{value}'; there are {', '.join(allowed)}"


def _gate(policy: Policy) -> Iterator[str]:
    yield from _nonexistent("decision.stages", policy.stages, Stage)
    yield from _nonexistent("decision.diverting", policy.diverting, Measure)
    if not 0 < policy.longest_months <= LONGEST:
        yield (
            f"decision.longest_months: {policy.longest_months} is no length with an end; every restriction ends by "
            f"itself (INV-20): write 1 to {LONGEST} months, normally 12"
        )
    elif not 0 < policy.review_months <= policy.longest_months:
        yield (
            f"decision.review_months: the review must come within the longest restriction; write 1 to "
            f"{policy.longest_months} (decision.longest_months)"
        )


def _shown(policy: Policy) -> Iterator[str]:
    for number, row in enumerate(policy.thresholds, 1):
        yield from _nonexistent(f"flags[{number}].flag", [row.flag], FlagKind)
        yield from _nonexistent(f"flags[{number}].about", [row.about], About)
        if row.about in LABELS:
            yield from _nonexistent(f"flags[{number}].label", [row.label], ["*", *LABELS[row.about]])
    for number, lane in enumerate(policy.lanes, 1):
        yield from _nonexistent(f"lanes[{number}].lane", [lane.lane], Lane)
        for word in lane.when:
            yield from _when(f"lanes[{number}].when", word)


_WHEN: Mapping[str, Iterable[str]] = {
    **{about: tuple(labels) for about, labels in LABELS.items()},
    "flag": tuple(FlagKind),
    "sender": ("restricted", "perhaps_restricted", "warned"),
    "match": tuple(Match),
    "problem": ("any",),
    "writes_for": ("another",),
}
_ANY_LABEL = {about.value for about in About if about.value not in LABELS}


def _when(key: str, word: str) -> Iterator[str]:
    """A word that fits nothing would leave letters in no lane, and nobody would see why."""
    about, _, label = word.partition(":")
    if about in _ANY_LABEL and label:
        return
    yield from _nonexistent(key, [word], [f"{about}:{each}" for each in _WHEN.get(about, ())] or sorted(_WHEN))


def _nonexistent(key: str, values: Iterable[str], known: Iterable[str]) -> Iterator[str]:
    allowed = [str(each) for each in known]
    unknown = [value for value in values if value not in allowed]
    if unknown:
        yield f"{key}: names what does not exist: {', '.join(unknown)}; there are {', '.join(allowed)}"


def _council(policy: Policy) -> Iterator[str]:
    council = policy.procedure.council
    yield from _unknown("council.kind", [council.kind], KINDS)
    yield from _unknown("council.country", [council.country], COUNTRIES)
    if council.kind == "community" and council.country == "england":
        yield "council.kind: community councils are Welsh; council.country says england. Change the one or the other"
    if not council.exclusion.strip():
        yield "council.exclusion: the resolution by which the public leaves is missing; write the council's own words"


def _people(policy: Policy) -> Iterator[str]:
    people, reviews, conduct = policy.procedure.people, policy.procedure.reviews, policy.procedure.conduct
    if not people.head.strip():
        yield "people.head: somebody is at the head of the procedure; give the officer's title"
    for key, titles in (
        ("decision.bodies", policy.bodies),
        ("people.delegates", people.delegates),
        ("conduct.urgent_deciders", conduct.urgent_deciders),
        ("reviews.extended_by", reviews.extended_by),
    ):
        for title in titles:
            if one_councillor(title):
                yield (
                    f"{key}: '{title}' is one councillor, who cannot decide for a council (LGA 1972 s101); name a "
                    "body, a committee, or an officer with delegated power"
                )
    if people.register_holder.casefold() == people.cautionary_holder.casefold():
        yield "people.cautionary_holder: the two registers are held by different people (LC-08); name another officer"
    if people.request_officer.casefold() == people.request_reviewer.casefold():
        yield "people.request_reviewer: whoever decides a request does not review it (INV-16); name another officer"


def _clocks(policy: Policy) -> Iterator[str]:
    clocks = policy.procedure.clocks
    for name in clocks.__slots__:
        length = getattr(clocks, name)
        if length == 0 and name not in _MAY_BE_NOTHING:
            yield f"clocks.{name}: nothing can be done within 0; write 1 or more"
        if name in AT_MOST and length > AT_MOST[name][0]:
            most, law = AT_MOST[name]
            yield f"clocks.{name}: {length} is longer than the law allows; write {most} or less ({law})"
        if name in EXACTLY and length != EXACTLY[name][0]:
            yield f"clocks.{name}: {length} is not what the law says; write {EXACTLY[name][0]} ({EXACTLY[name][1]})"
    if clocks.eir_extended_days < clocks.eir_days:
        yield "clocks.eir_extended_days: an extension does not shorten the time; write clocks.eir_days or more"
    if clocks.foi_review_longest_days < clocks.foi_review_days:
        yield "clocks.foi_review_longest_days: it is shorter than clocks.foi_review_days; write that or more"


def _conduct(policy: Policy) -> Iterator[str]:
    conduct = policy.procedure.conduct
    yield from _unknown("conduct.escalates_on", conduct.escalates_on, TRIGGERS)
    yield from _unknown("conduct.confirmations", conduct.confirmations, CONFIRMATIONS)
    if not conduct.escalates_on:
        yield f"conduct.escalates_on: without one of them no case can go further; write {' or '.join(TRIGGERS)}"
    if "not_acknowledged" in conduct.escalates_on and not conduct.acknowledgement:
        yield (
            "conduct.escalates_on: not_acknowledged, but the letter does not ask for it; write not_heeded, or set "
            "conduct.acknowledgement = true"
        )
    if conduct.case_needed:
        for lacking in (c for c in CONFIRMATIONS if c not in conduct.confirmations):
            yield f"conduct.confirmations: '{lacking}' is confirmed before every decision (INV-09); add it to the list"
        if "formal_prior" not in policy.stages:
            yield "decision.stages: a formal warning comes before every decision (INV-08); add formal_prior"
        if not policy.bodies:
            yield "decision.bodies: say which bodies decide; only where conduct.case_needed is false may it be empty"
    if conduct.urgent_route and not conduct.urgent_deciders:
        yield (
            "conduct.urgent_deciders: the urgent route is on, and nobody may decide (INV-02); name an officer or a "
            "body, or set urgent_route = false"
        )
    if not 0 < conduct.urgent_days <= LONGEST_URGENT:
        yield f"conduct.urgent_days: an urgent restriction is short; write 1 to {LONGEST_URGENT} days (INV-02)"


def _reviews(policy: Policy) -> Iterator[str]:
    reviews = policy.procedure.reviews
    if not reviews.months:
        yield "reviews.months: every restriction is reviewed (INV-20); write whole months, such as [6, 12]"
        return
    if reviews.months[-1] > policy.longest_months > 0:
        yield (
            f"reviews.months: the last comes after the longest restriction; write {policy.longest_months} or less "
            "(decision.longest_months)"
        )
    if reviews.months[0] != policy.review_months:
        yield (
            f"reviews.months: the first is {reviews.months[0]}, and decision.review_months is {policy.review_months}; "
            "write the same in both"
        )
    if policy.longest_months and not 0 < reviews.further_months <= policy.longest_months:
        yield (
            f"reviews.further_months: a continuation lasts at most as long as a restriction; write 1 to "
            f"{policy.longest_months} (decision.longest_months)"
        )
    if not reviews.by.strip() or not reviews.end_by.strip():
        yield "reviews.by, reviews.end_by: somebody reviews; give a title, or a body"
    if reviews.grace_days > LONGEST_GRACE:
        yield (
            f"reviews.grace_days: after {reviews.grace_days} days no missed review would end anything (INV-07); write "
            f"0 to {LONGEST_GRACE}, normally 14"
        )
    if reviews.appeal_days == 0:
        yield "reviews.appeal_days: nothing can be answered within 0 days; write 1 or more"
    if policy.procedure.conduct.case_needed and not reviews.extended_by:
        yield "reviews.extended_by: nobody could decide to continue (REV-04); name the body"


def _challenge(policy: Policy) -> Iterator[str]:
    """X3: the Ombudsman cannot look at the councils of towns and parishes (LGA 1974 ss25, 34)."""
    challenge, kind = policy.procedure.challenge, policy.procedure.council.kind
    for name in challenge.__slots__:
        sentences: tuple[str, ...] = getattr(challenge, name)
        if not sentences:
            yield (
                f"challenge.{name}: a letter must tell where its decision can be challenged (CH-01 to CH-04); write "
                "whole sentences"
            )
        for sentence in sentences if kind in LOCAL else ():
            if _OMBUDSMAN.search(sentence) and not _CANNOT.search(sentence):
                yield (
                    f"challenge.{name}: the Local Government and Social Care Ombudsman cannot look at a {kind} council "
                    "(LGA 1974 ss25, 34); say so, or leave it out"
                )


def _letters(policy: Policy) -> Iterator[str]:
    letters = policy.procedure.letters
    yield from _unknown("letters", letters, [kind.value for kind in LetterKind])
    for kind in LetterKind:
        if kind.value not in letters:
            yield f"letters.{kind.value}: is missing; copy it from config/policies/general.toml"
            continue
        least, source = LEAST[kind]
        lacking = [content for content in least if content not in letters[kind.value].contents]
        if lacking:
            yield (
                f"letters.{kind.value}.contents: no such letter goes without {', '.join(lacking)} ({source}; INV-14); "
                "add it to the list"
            )
    for name, rule in letters.items():
        if rule.enclose_policy != ("policy_enclosed" in rule.contents):
            yield f"letters.{name}: enclose_policy and the content policy_enclosed go together; set both or neither"


def _registers(policy: Policy) -> Iterator[str]:
    registers = policy.procedure.registers
    if not 0 < registers.cautionary_review_months <= registers.cautionary_longest_months:
        yield (
            "registers.cautionary_review_months: the review comes before the entry's end (INV-20); write "
            f"{registers.cautionary_longest_months} months or fewer"
        )
    if registers.small_number < 2:
        yield "registers.small_number: a count of one is one person; take 2 or more (PUB-05)"
    if len(set(registers.categories)) < 2:
        yield "registers.categories: there are at least two (LC-07); write them, the lowest first"
    if not registers.bands_months:
        yield "registers.bands_months: a length is published in bands (PUB-05); write months, such as [3, 6, 12]"
    for lacking in (name for name in KEPT if name not in policy.procedure.retention):
        yield f"retention.{lacking}: is missing; write the months that such records are kept"
    yield from _unknown("retention", policy.procedure.retention, KEPT)


# --- what is doubtful -------------------------------------------------------------------------------------------------


def _doubtful_paper(policy: Policy) -> Iterator[str]:
    document = policy.procedure.document
    if not document.dated.strip():
        yield "document.dated: a customer cannot tell which policy is meant; say when it was made (GEN-12)"
    lacking = [name for name in ("approved_by", "minute", "next_review") if not getattr(document, name).strip()]
    if lacking:
        yield f"document.{', document.'.join(lacking)}: nothing says that the council adopted this policy (GEN-12)"


def _doubtful_route(policy: Policy) -> Iterator[str]:
    council, sentences = policy.procedure.council, " ".join(policy.procedure.challenge.restriction)
    route = _ROUTE.get(council.country, "")
    without = council.country == "england" and council.kind in LOCAL
    if route and not without and route.casefold() not in sentences.casefold():
        yield f"challenge.restriction: the {route} is not named as a route (G-LGO-8); add a sentence"


def _doubtful_exclusion(policy: Policy) -> Iterator[str]:
    council = policy.procedure.council
    if council.country not in ("england", "wales"):
        return
    wanted = "1960" if council.kind in LOCAL else "1972"
    if wanted not in council.exclusion:
        power = "the 1960 Act, s1(2)" if council.kind in LOCAL else "the 1972 Act, s100A and Schedule 12A"
        yield f"council.exclusion: a {council.kind} council excludes the public under {power} (G-MTG-1)"


def _doubtful_people(policy: Policy) -> Iterator[str]:
    people, reviews = policy.procedure.people, policy.procedure.reviews
    if people.recommends and people.recommends in people.decides:
        yield "people.recommends: the committee that recommends is also among those who decide (ST2-03)"
    if reviews.grace_days > 31:
        yield f"reviews.grace_days: {reviews.grace_days} days are a long time for a missed review (INV-07)"
    if words := takes_no_decisions(policy):
        yield words
