"""What is wrong with a policy: settings that contradict each other, the readings of its changes, or the law.

`wrong` is refused when the policy is read; `doubts` are told to whoever asks (`evenhand policy check`). In words that
name the key of the policy's file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from models.calendar import COUNTRIES
from models.councillor import one_councillor
from models.letter import LetterKind
from models.policy import Policy
from models.procedure import Procedure

KINDS = ("parish", "town", "community", "district", "county", "unitary", "metropolitan", "london_borough")
LOCAL = ("parish", "town", "community")
CONFIRMATIONS = ("conduct", "dealt_with_properly", "formal_warning_sent")
TRIGGERS = ("not_acknowledged", "not_heeded")
KEPT = ("policy", "contact", "case", "request", "letter", "cautionary")
LONGEST_URGENT = 42  # days: six weeks reach the next meeting of any council that meets monthly

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
    parts = (_council, _people, _clocks, _conduct, _reviews, _challenge, _letters, _registers, _readings)
    return [words for part in parts for words in part(policy)]


def doubts(policy: Policy) -> list[str]:
    """What a council should look at again; nothing of it is refused."""
    return [*_doubtful_route(policy), *_doubtful_exclusion(policy), *_doubtful_people(policy)]


# --- what is refused --------------------------------------------------------------------------------------------------


def _unknown(key: str, values: Iterable[str], known: Iterable[str]) -> Iterator[str]:
    allowed = list(known)
    for value in values:
        if value not in allowed:
            yield f"{key}: there is no '{value}'; there are {', '.join(allowed)}"


def _council(policy: Policy) -> Iterator[str]:
    council = policy.procedure.council
    yield from _unknown("council.kind", [council.kind], KINDS)
    yield from _unknown("council.country", [council.country], COUNTRIES)
    if council.kind == "community" and council.country == "england":
        yield "council.kind: community councils are Welsh; council.country says england"
    if not council.exclusion.strip():
        yield "council.exclusion: the resolution by which the press and public leave is missing"


def _people(policy: Policy) -> Iterator[str]:
    people, reviews, conduct = policy.procedure.people, policy.procedure.reviews, policy.procedure.conduct
    if not people.head.strip():
        yield "people.head: somebody is at the head of the procedure"
    for key, titles in (
        ("decision.bodies", policy.bodies),
        ("people.delegates", people.delegates),
        ("conduct.urgent_deciders", conduct.urgent_deciders),
        ("reviews.extended_by", reviews.extended_by),
    ):
        for title in titles:
            if one_councillor(title):
                yield f"{key}: '{title}' is one councillor, who cannot decide for a council (LGA 1972 s101)"
    if people.register_holder.casefold() == people.cautionary_holder.casefold():
        yield "people.cautionary_holder: the two registers are held by different people (LC-08)"
    if people.request_officer.casefold() == people.request_reviewer.casefold():
        yield "people.request_reviewer: whoever decides a request does not review it (INV-16)"


def _clocks(policy: Policy) -> Iterator[str]:
    clocks = policy.procedure.clocks
    for name in clocks.__slots__:
        length = getattr(clocks, name)
        if length == 0 and name not in _MAY_BE_NOTHING:
            yield f"clocks.{name}: nothing can be done within 0"
        if name in AT_MOST and length > AT_MOST[name][0]:
            yield f"clocks.{name}: {length} is longer than the law allows, {AT_MOST[name][0]} ({AT_MOST[name][1]})"
        if name in EXACTLY and length != EXACTLY[name][0]:
            yield f"clocks.{name}: the law says {EXACTLY[name][0]} ({EXACTLY[name][1]})"
    if clocks.eir_extended_days < clocks.eir_days:
        yield "clocks.eir_extended_days: an extension does not shorten the time (clocks.eir_days)"
    if clocks.foi_review_longest_days < clocks.foi_review_days:
        yield "clocks.foi_review_longest_days: it is shorter than clocks.foi_review_days"


def _conduct(policy: Policy) -> Iterator[str]:
    conduct = policy.procedure.conduct
    yield from _unknown("conduct.escalates_on", conduct.escalates_on, TRIGGERS)
    yield from _unknown("conduct.confirmations", conduct.confirmations, CONFIRMATIONS)
    if not conduct.escalates_on:
        yield "conduct.escalates_on: without one of them no case can go further"
    if "not_acknowledged" in conduct.escalates_on and not conduct.acknowledgement:
        yield "conduct.escalates_on: not_acknowledged, but the letter does not ask for it (conduct.acknowledgement)"
    if conduct.case_needed:
        for lacking in (c for c in CONFIRMATIONS if c not in conduct.confirmations):
            yield f"conduct.confirmations: '{lacking}' is confirmed before every decision (INV-09)"
        if "formal_prior" not in policy.stages:
            yield "decision.stages: a formal warning comes before every decision: formal_prior (INV-08)"
        if not policy.bodies:
            yield "decision.bodies: say which bodies decide; only where conduct.case_needed is false may it be empty"
    if conduct.urgent_route and not conduct.urgent_deciders:
        yield "conduct.urgent_deciders: the urgent route is on, and nobody may decide (INV-02)"
    if not 0 < conduct.urgent_days <= LONGEST_URGENT:
        yield f"conduct.urgent_days: an urgent restriction is short: 1 to {LONGEST_URGENT} days (INV-02)"


def _reviews(policy: Policy) -> Iterator[str]:
    reviews = policy.procedure.reviews
    if not reviews.months:
        yield "reviews.months: every restriction is reviewed (INV-20)"
        return
    if reviews.months[-1] > policy.longest_months:
        yield f"reviews.months: the last comes after the longest restriction ({policy.longest_months} months)"
    if reviews.months[0] != policy.review_months:
        yield "reviews.months: the first is not decision.review_months"
    if not 0 < reviews.further_months <= policy.longest_months:
        yield "reviews.further_months: a continuation lasts at most as long as a restriction (decision.longest_months)"
    if not reviews.by.strip() or not reviews.end_by.strip():
        yield "reviews.by, reviews.end_by: somebody reviews"
    if reviews.appeal_days == 0:
        yield "reviews.appeal_days: nothing can be answered within 0 days"
    if policy.procedure.conduct.case_needed and not reviews.extended_by:
        yield "reviews.extended_by: say which body decides to continue (REV-04)"


def _challenge(policy: Policy) -> Iterator[str]:
    """X3: the Ombudsman cannot look at the councils of towns and parishes (LGA 1974 ss25, 34)."""
    challenge, kind = policy.procedure.challenge, policy.procedure.council.kind
    for name in challenge.__slots__:
        sentences: tuple[str, ...] = getattr(challenge, name)
        if not sentences:
            yield f"challenge.{name}: a letter must tell where its decision can be challenged (CH-01 to CH-04)"
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
            yield f"letters.{kind.value}: every kind of letter needs its contents"
        elif not letters[kind.value].contents:
            yield f"letters.{kind.value}: contents: a letter without obligatory contents says nothing (INV-14)"
    for name, rule in letters.items():
        if rule.enclose_policy != ("policy_enclosed" in rule.contents):
            yield f"letters.{name}: enclose_policy and the content policy_enclosed go together"


def _registers(policy: Policy) -> Iterator[str]:
    registers = policy.procedure.registers
    if not 0 < registers.cautionary_review_months <= registers.cautionary_longest_months:
        yield "registers.cautionary_review_months: the review comes before the entry's end (INV-20)"
    if registers.small_number < 2:
        yield "registers.small_number: a count of one is one person; take 2 or more (PUB-05)"
    if len(set(registers.categories)) < 2:
        yield "registers.categories: there are at least two, the lowest first (LC-07)"
    if not registers.bands_months:
        yield "registers.bands_months: a length is published in bands (PUB-05)"
    for lacking in (name for name in KEPT if name not in policy.procedure.retention):
        yield f"retention.{lacking}: is missing"
    yield from _unknown("retention", policy.procedure.retention, KEPT)


# --- the readings of the tracked changes ------------------------------------------------------------------------------


def _said(holds: bool) -> str:
    return "A" if holds else "B"


def _t5(p: Procedure) -> str:
    return _said(p.conduct.report_needed and bool(p.people.reviewers))


def _t6(p: Procedure) -> str:
    rule = p.letters.get("initial_warning")
    asks = rule is not None and {"further_action", "acknowledge", "policy_enclosed"} <= set(rule.contents)
    return _said(p.conduct.acknowledgement and asks)


def _t8(p: Procedure) -> str:
    return _said("not_acknowledged" in p.conduct.escalates_on)


def _t15(p: Procedure) -> str:
    return _said(bool(p.reviews.reported_to) and p.reviews.outcome_letter)


def _t16(p: Procedure) -> str:
    return _said(p.reviews.end_by.casefold() != p.people.recommends.casefold())


GOVERNS: Mapping[str, tuple[str, Callable[[Procedure], str] | None]] = {
    "T1": ("no setting: a zero tolerance policy is kept apart", None),
    "T2": ("no setting: all four kinds of request are kept", None),
    "T3": ("no setting: the Commissioner's guidance is followed", None),
    "T4": ("no setting: proportionality is recorded with every decision", None),
    "T5": ("conduct.report_needed with people.reviewers", _t5),
    "T6": ("conduct.acknowledgement with further_action, acknowledge, policy_enclosed in letters.initial_warning", _t6),
    "T7": ("no setting: monitoring can be recorded", None),
    "T8": ("conduct.escalates_on with not_acknowledged", _t8),
    "T9": ("conduct.external_body", lambda p: _said(p.conduct.external_body)),
    "T10": ("no setting: one obligation (GEN-02)", None),
    "T11": ("people.nominee", lambda p: _said(p.people.nominee)),
    "T12": ("no setting: the decision letter holds the union of both readings", None),
    "T13": ("no setting: a named officer is always appointed (INV-01)", None),
    "T14": ("no setting: the route follows from [challenge] (X3)", None),
    "T15": ("reviews.reported_to with reviews.outcome_letter", _t15),
    "T16": ("reviews.end_by, which is not the committee that recommends", _t16),
    "T17": ("reviews.lifted_without_grounds", lambda p: _said(p.reviews.lifted_without_grounds)),
    "T18": (
        "reviews.extended_by, which is who decides (decision.bodies)",
        lambda p: _said(set(p.reviews.extended_by) <= set(p.people.decides)),
    ),
    "T19": ("reviews.further_months of six", lambda p: _said(p.reviews.further_months == 6)),
    "T20": ("no setting: the law in force", None),
    "T21": ("the indicators of requests: nine under A, eight under B", None),
}
"""For each reading the settings that carry it, and what they say; None where nothing else is set."""


def _readings(policy: Policy) -> Iterator[str]:
    for name, reading in policy.procedure.readings.items():
        settings, carried = GOVERNS[name]
        says = carried(policy.procedure) if carried is not None else reading
        if says != reading:
            yield (
                f'readings.{name}: is "{reading}", but the settings say "{says}": {settings}. Change the one or the '
                "other"
            )


# --- what is doubtful -------------------------------------------------------------------------------------------------


def _doubtful_route(policy: Policy) -> Iterator[str]:
    council, sentences = policy.procedure.council, " ".join(policy.procedure.challenge.restriction)
    route = _ROUTE.get(council.country, "")
    without = council.country == "england" and council.kind in LOCAL
    if route and not without and route.casefold() not in sentences.casefold():
        yield f"challenge.restriction: the {route} is not named as a route (G-LGO-8)"


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
    if not policy.procedure.conduct.case_needed:
        yield "conduct.case_needed: decisions can be entered without a case; cases need a policy where it is true"
