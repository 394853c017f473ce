"""Subject access requests and data-protection complaints: refusals in context, pauses, fees, more time.

UK GDPR art 12 and 12A (Data (Use and Access) Act 2025), DPA 2018 s164A; policy sections 16 to 18.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from bot.requests.asked import Asked
from models.indicators import EXCESSIVE, UNFOUNDED
from models.request import Regime, RequestStepKind
from models.request_standing import ASKED_AND_GIVEN, letter_that_asks, longest_extension, untold, was_really_asked

K = RequestStepKind


def unfounded(asked: Asked) -> list[str]:
    """Manifestly unfounded: shown by what this request and its context say, and obvious (SAR-01, SAR-02)."""
    return _shown(asked, UNFOUNDED, "manifestly unfounded")


def excessive(asked: Asked) -> list[str]:
    """Manifestly excessive: repeats or overlaps, by a reasonable interval; asked to clarify first (SAR-03)."""
    missing = _shown(asked, EXCESSIVE, "manifestly excessive")
    repeats = any(s.facts.get("indicator") == "repeats_too_soon" for s in asked.of(K.INDICATOR))
    if repeats and not asked.of(K.INTERVAL):
        missing.append(
            "what interval would be reasonable has not been weighed: the nature of the data, their purposes and the "
            f"harm they may do, how often they change: {asked.say('interval --nature --purposes --changes --since')}"
        )
    if not any(was_really_asked(s, Regime.SAR) for s in asked.of(K.CLARIFICATION_ASKED)):
        missing.append(
            "the requester has not been asked what they are after; `evenhand letter draft sar_clarification --request "
            f"{asked.request.reference}` makes the letter"
        )
    return missing


def _shown(asked: Asked, indicators: Mapping[str, str], name: str) -> list[str]:
    if asked.regime is not Regime.SAR:
        return ["only a subject access request is manifestly unfounded or excessive; the other labels are other laws'"]
    if any(s.facts.get("indicator") in indicators for s in asked.of(K.INDICATOR)):
        return []
    return [
        f"nothing by which it is {name} (UK GDPR art 12(5)) is on record with what shows it, judged in context: "
        f"{asked.say('indicator NAME --shows')}, NAME one of {', '.join(indicators)}"
    ]


def given(asked: Asked) -> list[str]:
    """What was asked for came: only where it was asked for, and is still waited for."""
    kind = next(ask for ask, answer in ASKED_AND_GIVEN.items() if answer is asked.kind)
    why = kind.value.partition("_")[0]
    if any(p.why == why and p.until is None and p.since <= asked.on for p in asked.standing.pauses):
        return []
    if untold(asked.steps, kind):
        return [
            "it was written down that this should be asked, but no letter asked it: `evenhand letter draft "
            f"{letter_that_asks(asked.regime, kind)} --request {asked.request.reference}`"
        ]
    return [f"nothing was asked for that this answers; or it was asked after the last day ({why})"]


def asking(asked: Asked) -> list[str]:
    """Only what the law lets a council ask for, and once until it is answered."""
    why = asked.kind.value.partition("_")[0]
    if why == "identity" and asked.regime in (Regime.FOI, Regime.EIR):
        return ["who asks for information need not prove who they are; only a subject access request asks for that"]
    if any(p.why == why and p.until is None for p in asked.standing.pauses):
        return ["this was asked already, and the clock waits for the answer"]
    return []


GROUNDS = {
    Regime.EIR: ("complex_and_voluminous",),
    Regime.SAR: ("complex", "several_requests", "complex_and_voluminous"),
}


def extended(asked: Asked) -> list[str]:
    """EIR to forty working days, a subject access request by two months; decided and told within the first period."""
    if asked.regime is Regime.FOI:
        return ["the Freedom of Information Act gives no more time for a request that is refused under s12 or s14"]
    if asked.regime is Regime.DP_COMPLAINT:
        return ["a complaint has no fixed last day to extend; it is answered without undue delay"]
    longest, first = longest_extension(asked.standing, asked.procedure), asked.standing.first_due
    if first is None or longest is None:
        return ["the clock waits for the requester: nothing need be extended now"]
    grounds = GROUNDS[asked.regime]
    if asked.facts.get("because") not in grounds:
        law = "EIR reg 7(1)" if asked.regime is Regime.EIR else "UK GDPR art 12(3)"
        return [f"the law gives more time for nothing else than {' or '.join(grounds)} ({law}): --because"]
    if max(asked.on, asked.today) > first:
        return [f"more time is told within the first period, which ended on {first:%-d %B %Y}"]
    until = date.fromisoformat(str(asked.facts["until"]))
    if until > longest:
        return [f"the law gives time until {longest:%-d %B %Y} at most, not {until:%-d %B %Y}"]
    if until <= first:
        return [f"the last day is {first:%-d %B %Y} as it is; a later one is an extension"]
    return []
