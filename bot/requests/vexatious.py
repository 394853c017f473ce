"""A request under FOIA s14(1) or EIR reg 12(4)(b): what must be weighed before one request may be refused so.

The request is judged, never the person (policy section 13; INV-12). Each rule gives what is missing, in plain words
with the command that supplies it; nothing missing: empty.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy.orm import Session

from bot.requests.asked import Asked
from models.calendar import add_months
from models.indicators import EXCESSIVE, SHOWS_NOTHING, UNFOUNDED, indicators_of_requests
from models.named import holds_title, names_somebody, same_named
from models.request import InformationRequest, Regime, RequestStep, RequestStepKind, find_request, request_steps
from models.request_standing import requests_by

K = RequestStepKind
VEXATIOUS = ("s14(1)", "12(4)(b)")
NOMINEE = ("nominat", "nominee", "on behalf of", "for the")


def indicator(asked: Asked) -> list[str]:
    """One of the policy's own (FE-02; SAR-01, SAR-03), with what shows it; none by itself is a test."""
    name = str(asked.facts.get("indicator", ""))
    known = {**UNFOUNDED, **EXCESSIVE} if asked.regime is Regime.SAR else indicators_of_requests(asked.procedure)
    if asked.regime is Regime.SAR and name in SHOWS_NOTHING:
        return [f"{SHOWS_NOTHING[name]} (UK GDPR art 12(5))"]
    if name not in known:
        return [f"there is no indicator '{name}' for this kind of request; there are {', '.join(known)}"]
    return []


def evidence(asked: Asked) -> list[str]:
    """An entry of the evidence log counts up to the last day to answer, and not after it (G-FOI-4)."""
    due = asked.standing.due
    if asked.standing.ended is not None:
        return ["this request has ended; what comes after its end is no evidence for it"]
    if due is not None and max(asked.on, asked.today) > due:
        return [f"the last day to answer was {due:%-d %B %Y}: nothing after the statutory deadline counts as evidence"]
    return []


def refusal(asked: Asked) -> list[str]:
    """Indicators, value against burden, a warning before or the prompt answered (FE-02 to FE-04; X10)."""
    missing = weighed(asked)
    if not warned_before(asked) and not asked.of(K.PROMPT_ANSWERED):
        missing.append(
            "nobody was warned on this issue before this request came; a finding without that is lawful, once it is "
            f"said why it was not done or would not have helped: {asked.say('prompt --words')}"
        )
    if asked.regime is Regime.EIR:
        missing += public_interest_stands(asked)
    return missing


def weighed(asked: Asked) -> list[str]:
    """Both sides stand on record: what the request is worth, and what it would cost (FE-03)."""
    missing = []
    if not asked.of(K.INDICATOR):
        missing.append(f"no indicator is on record with what shows it: {asked.say('indicator NAME')}")
    if not asked.of(K.VALUE):
        missing.append(f"its value and purpose have not been weighed: {asked.say('value --words')}")
    if not asked.of(K.BURDEN):
        missing.append(f"its burden has not been weighed: {asked.say('burden --words')}")
    return missing


def public_interest_stands(asked: Asked) -> list[str]:
    """EIR reg 12(1)(b) and 12(2): the public interest in the exception must be the greater; disclosure is presumed."""
    test = asked.last(K.PUBLIC_INTEREST)
    if test is None:
        return [f"the public interest has not been weighed: {asked.say('public-interest')}"]
    if test.facts.get("outcome") != "maintain":
        return ["the public interest was found to be for disclosure: it cannot be refused under this exception"]
    return []


def decided_by(asked: Asked) -> list[str]:
    """By the head of the procedure with the responsible officer: two people, each named (policy section 13; FE-04)."""
    people, beside = asked.procedure.people, str(asked.facts.get("with", ""))
    missing = []
    titles = (people.head, people.request_officer)
    nominee = people.nominee and any(word in asked.who.casefold() for word in NOMINEE)
    if people.head and not any(holds_title(asked.who, title) for title in people.heads) and not nominee:
        missing.append(f"a refusal is decided by the {people.head}: give --who with name and title")
    elif not names_somebody(asked.who, titles):
        missing.append("--who names nobody: give the name beside the title")
    if not beside:
        missing.append(f"a refusal is decided with the {people.request_officer or 'responsible officer'}: give --with")
    elif same_named(asked.who, beside):
        missing.append("--who and --with name the same person; a refusal is decided by two")
    elif people.request_officer and not holds_title(beside, people.request_officer):
        missing.append(f"--with names the {people.request_officer}, by name and title")
    elif not names_somebody(beside, titles):
        missing.append("--with names nobody: give the name beside the title")
    return missing


# --- earlier requests ------------------------------------------------------------------------------------------------


def warned_before(asked: Asked) -> RequestStep | None:
    """The warning that went before this request came, on this issue (FE-03): in an earlier request of the same subject,
    or of the subject of one that an officer found this one to be within, or added it up with."""
    within = [s.facts["to"] for s in asked.of(K.SIMILAR) if s.facts.get("answer") == "within_the_subject"]
    within += [s.facts["with"] for s in asked.of(K.AGGREGATED)]
    on = {subject(asked.request), *(subject(find_request(asked.session, str(name))) for name in within)}
    for earlier in reversed(earlier_requests(asked)):
        if subject(earlier) in on:
            for step in request_steps(asked.session, earlier):
                if step.kind is K.WARNED and step.on <= asked.request.received_on:
                    return step
    return None


def earlier_requests(asked: Asked) -> list[InformationRequest]:
    return [r for r in requests_by(asked.session, asked.people) if r.id < asked.request.id]


def subject(request: InformationRequest) -> str:
    return " ".join(request.subject.casefold().split())


def to_compare(session: Session, request: InformationRequest, people: Iterable[int], months: int) -> list[str]:
    """References of the same person's requests that were refused as vexatious within so many months before this one
    came: each is read beside it, and it is said whether it is fresh (policy section 15; REV-06)."""
    found = []
    for earlier in requests_by(session, frozenset(people)):
        if earlier.id != request.id:
            found += [earlier.reference] if _refused_within(session, earlier, request.received_on, months) else []
    return found


def _refused_within(session: Session, earlier: InformationRequest, received_on: date, months: int) -> bool:
    steps = request_steps(session, earlier)
    return any(
        s.kind is K.DECIDED
        and s.facts.get("under") in VEXATIOUS
        and s.on <= received_on <= add_months(s.on, months)
        and any(end.kind in (K.REFUSED, K.NO_NOTICE) and end.id > s.id for end in steps)
        for s in steps
    )


def read_beside(asked: Asked) -> list[str]:
    """Within twelve months of a refusal each new request is read and it is said: fresh, or within the subject."""
    months = asked.procedure.clocks.similar_months
    said = {str(s.facts["to"]).upper() for s in asked.of(K.SIMILAR)}
    left = [r for r in to_compare(asked.session, asked.request, asked.people, months) if r.upper() not in said]
    return [
        f"{reference} was refused within the {months} months before; say how this one stands to it: "
        f"{asked.say(f'similar {reference} fresh|within_the_subject')}"
        for reference in left
    ]


def similar(asked: Asked) -> list[str]:
    """Fresh, or within the subject of one that was refused within twelve months; never of another person's."""
    other = find_request(asked.session, str(asked.facts.get("to", "")))
    months = asked.procedure.clocks.similar_months
    if other.id >= asked.request.id:
        return [f"{other.reference} is not an earlier request"]
    if other not in earlier_requests(asked):
        return [f"{other.reference} is another person's; a request is not judged by who else asked"]
    refused = to_compare(asked.session, asked.request, asked.people, months)
    if asked.facts.get("answer") == "within_the_subject" and other.reference not in refused:
        return [f"{other.reference} was not refused within the {months} months before: this one is fresh"]
    return []


# --- s17(6) ----------------------------------------------------------------------------------------------------------


def no_notice(asked: Asked) -> list[str]:
    """No notice again, only where one was given before on the same subject and the person was warned (FOIA s17(6))."""
    decided = asked.last(K.DECIDED)
    missing = []
    if decided is None or decided.facts.get("outcome") != "refuse" or decided.facts.get("under") != "s14(1)":
        missing.append(f"it has not been decided to refuse this request under s14(1): {asked.say('decide refuse')}")
    earlier = find_request(asked.session, str(asked.facts.get("earlier", "")))
    if earlier not in earlier_requests(asked):
        return [*missing, f"{earlier.reference} is not an earlier request of the same person"]
    steps = request_steps(asked.session, earlier)
    notice = next((s for s in steps if s.kind is K.REFUSED and s.on <= asked.request.received_on), None)
    if notice is None or not any(s.kind is K.DECIDED and s.facts.get("under") == "s14(1)" for s in steps):
        missing.append(f"no notice under s14(1) went in {earlier.reference} before this request came")
    if not _same_subject(asked, earlier):
        missing.append(
            f"{earlier.reference} is on another subject; say first that this one is within it: "
            f"{asked.say(f'similar {earlier.reference} within_the_subject')}"
        )
    if asked.facts.get("warned_on") not in _warnings(asked):
        missing.append("no warning to this person went on that day; `evenhand request show` of the earlier one tells")
    return missing


def _same_subject(asked: Asked, earlier: InformationRequest) -> bool:
    said = asked.of(K.SIMILAR)
    within = [s for s in said if s.facts.get("answer") == "within_the_subject"]
    return subject(earlier) == subject(asked.request) or any(
        str(s.facts["to"]).upper() == earlier.reference.upper() for s in within
    )


def _warnings(asked: Asked) -> set[str]:
    """The days on which this person was warned in an earlier request, before this one came."""
    before = asked.request.received_on
    return {
        s.on.isoformat()
        for earlier in earlier_requests(asked)
        for s in request_steps(asked.session, earlier)
        if s.kind is K.WARNED and s.on <= before
    }
