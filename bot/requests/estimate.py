"""The cost of one request: the estimate under FOIA s12, narrowing before a refusal, and what may be added up.

The EIR know no such limit. The policy's section 13 names reg 12(4)(d) for it, which is about unfinished material; under
the EIR a burden is weighed under reg 12(4)(b), with the public interest (X1; G-EIR-2).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.requests.asked import Asked
from models.calendar import UK_ANY, working_days_between
from models.errors import NotFound
from models.estimate import sheet_of
from models.request import InformationRequest, Regime, RequestStepKind, find_request
from models.request_standing import people_of, request_standing

K = RequestStepKind
NO_LIMIT = (
    "the Environmental Information Regulations have no cost limit (reg 12(4)(d), which some policies name for one, is "
    "about unfinished material): weigh the burden under reg 12(4)(b)"
)


def estimate(asked: Asked) -> list[str]:
    """One line of the sheet; FOI only."""
    if asked.regime is Regime.EIR:
        return [f"{NO_LIMIT}: {asked.say('burden --words')}"]
    if asked.regime is not Regime.FOI:
        return ["there is no cost limit for this kind of request; the limit of s12 is the Freedom of Information Act's"]
    return []


def refusal(asked: Asked) -> list[str]:
    """Over the limit by the sheet, and the requester was asked to narrow the request first (policy section 13)."""
    if asked.regime is not Regime.FOI:
        return [NO_LIMIT] if asked.regime is Regime.EIR else ["s12 is about FOI requests only"]
    sheet = sheet_of(asked.session, asked.request, asked.procedure)
    missing = []
    if not sheet.lines:
        missing.append(f"there is no estimate: {asked.say('estimate TASK MINUTES --words')}")
    elif not sheet.over:
        missing.append(f"the estimate is not over the limit: {sheet.in_words()}")
    if not asked.of(K.NARROWING_ASKED):
        missing.append(
            "the requester has not been asked to narrow the request; `evenhand letter draft foi_narrowing --request "
            f"{asked.request.reference}` makes the letter"
        )
    return missing


def narrowing(asked: Asked) -> list[str]:
    """The letter that asks to narrow says what the search would cost: it needs an estimate over the limit."""
    if asked.regime is Regime.EIR:
        return [NO_LIMIT]
    sheet = sheet_of(asked.session, asked.request, asked.procedure)
    if not sheet.over:
        told = sheet.in_words() if sheet.lines else "nothing is estimated"
        return [f"the estimate is not over the limit ({told}): {asked.say('estimate TASK MINUTES --words')}"]
    return []


def aggregated(asked: Asked) -> list[str]:
    """Added up: received within sixty consecutive working days, about the same or similar information, from one person
    or from people with evidence that they act in concert (Fees Regs 2004 reg 5; G-FOI-6)."""
    try:
        other = find_request(asked.session, str(asked.facts.get("with", "")))
    except NotFound as error:
        return [str(error)]
    if other.id == asked.request.id:
        return ["a request is not added up with itself"]
    days = asked.procedure.clocks.aggregation_days
    wrong = []
    if any(str(s.facts["with"]).upper() == other.reference.upper() for s in asked.of(K.AGGREGATED)):
        wrong.append(f"{other.reference} is added up with this one already")
    regimes = {asked.regime, request_standing(asked.session, other, asked.procedure).regime}
    if regimes != {Regime.FOI}:
        wrong.append("only FOI requests are added up (Fees Regulations 2004, regulation 5)")
    before = [find_request(asked.session, str(s.facts["with"])) for s in asked.of(K.AGGREGATED)]
    first, last = _first_and_last([asked.request, *before, other])
    if working_days_between(first, last, UK_ANY) + 1 > days:
        wrong.append(
            f"those added up were not received within {days} consecutive working days ({first:%-d %B %Y} to "
            f"{last:%-d %B %Y})"
        )
    if not people_of(asked.session, other) & asked.people and not str(asked.facts.get("link", "")).strip():
        wrong.append("they are different people's: give --link with the evidence that they act together (G-FOI-6)")
    return wrong


def _first_and_last(requests: Sequence[InformationRequest]) -> tuple[date, date]:
    """The shortest period that holds the receipt of all of them: any sixty days must hold them all, not two by two."""
    days = [request.received_on for request in requests]
    return min(days), max(days)
