"""How a request stands, in words for the officer who keeps it, and what comes next with its command."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from bot.requests.on_behalf import authority_missing
from bot.requests.reviews import contacts_since
from bot.requests.rules import NAMES, reopened
from bot.requests.vexatious import VEXATIOUS, to_compare
from models.log import log_of
from models.policy import Policy
from models.request import InformationRequest, Regime, RequestStep, RequestStepKind, all_requests, request_steps
from models.request_standing import (
    ASKED_AND_GIVEN,
    RequestStanding,
    State,
    letter_that_asks,
    people_of,
    request_standing,
    untold,
)

K = RequestStepKind


def in_words(standing: RequestStanding, today: date) -> str:
    """One line: its law, how it stands, and its day. "FOI: open; to be answered by 30 March 2026"."""
    return f"{NAMES[standing.regime]}: {_state(standing)}{_day(standing, today)}"


def _state(standing: RequestStanding) -> str:
    waiting = standing.waiting_for
    if standing.state is State.PAUSED and waiting:
        whys = " and ".join(p.why for p in waiting)
        return f"the clock waits for {whys} since {waiting[0].since:%-d %B %Y}"
    ended = standing.ended_on
    words = {
        State.OPEN: "open",
        State.PAUSED: "open",
        State.TO_BE_REFUSED: f"to be refused under {standing.refused_under}; the notice has not gone",
        State.IN_REVIEW: "in internal review",
        State.REVIEWED: "reviewed",
    }
    return words.get(standing.state) or f"{standing.state.value} on {ended:%-d %B %Y}"


def _day(standing: RequestStanding, today: date) -> str:
    if standing.state is State.IN_REVIEW and standing.review_due:
        return f"; its outcome by {standing.review_due:%-d %B %Y}"
    if standing.ended_on is not None:
        return " (late)" if standing.late else ""
    if standing.acknowledge_by is not None:
        done = standing.acknowledged_on
        return "; acknowledged" if done else f"; to be acknowledged by {standing.acknowledge_by:%-d %B %Y}"
    if standing.due is None:
        return ""
    late = " (OVERDUE: answer without delay)" if today > standing.due else ""
    return f"; to be answered by {standing.due:%-d %B %Y}{late}"


def next_steps(session: Session, request: InformationRequest, policy: Policy) -> list[str]:
    """What an officer may do now, with the command of each; the most pressing first."""
    standing = request_standing(session, request, policy.procedure)
    steps = request_steps(session, request)
    about = request.reference
    found = [*_to_read(session, request, standing, steps, policy)]
    if standing.ended is None:
        found += authority_missing(session, request, None)
    if standing.state in (State.OPEN, State.PAUSED):
        found += [*_to_tell(standing, steps, about), *_while_open(standing, about), *_narrower(steps, about)]
    elif standing.state is State.TO_BE_REFUSED:
        found += _while_refusing(standing, steps, about)
    elif standing.state is State.IN_REVIEW:
        found += _while_reviewed(standing, about)
    elif standing.state is State.REVIEWED and reopened(standing) and not _answered_since(standing, steps):
        found.append(f"the review found for the requester: answer it (`evenhand letter draft --request {about}`)")
    elif standing.state is State.WITHDRAWN:
        found.append(f"read so by mistake: `evenhand request revive {about}`; asked again: `evenhand request open`")
    if standing.refused_under in VEXATIOUS and standing.ended_on:
        found += _after_refusal(steps, about)
    return found


def _to_read(
    session: Session, request: InformationRequest, standing: RequestStanding, steps: list[RequestStep], policy: Policy
) -> list[str]:
    people, found = people_of(session, request), []
    if standing.regime in (Regime.FOI, Regime.EIR) and standing.ended is None:
        said = {str(s.facts["to"]).upper() for s in steps if s.kind is K.SIMILAR}
        for reference in to_compare(session, request, people, policy.procedure.clocks.similar_months):
            if reference.upper() not in said:
                found.append(
                    f"{reference} was refused in the year before; read this one beside it: "
                    f"`evenhand request similar {request.reference} {reference} fresh|within_the_subject`"
                )
    for contact in contacts_since(standing, request, log_of(session, people, limit=200)):
        found.append(
            f"contact {contact.id} came after our answer; any dissatisfaction in it asks for a review (EIR reg 11): "
            f"`evenhand request review {request.reference} --contact {contact.id}`"
        )
    return found


def _to_tell(standing: RequestStanding, steps: list[RequestStep], about: str) -> list[str]:
    """What stands on record and does nothing before its letter went."""
    found, kind = [], standing.regime.value
    if standing.first_due is not None and untold(steps, K.EXTENDED):
        found.append(
            f"more time counts only if its letter goes by {standing.first_due:%-d %B %Y}: `evenhand letter draft "
            f"{kind}_extension --request {about}`"
        )
    letters = dict.fromkeys(letter_that_asks(standing.regime, s.kind) for s in untold(steps, *ASKED_AND_GIVEN))
    for letter in letters if standing.regime is not Regime.DP_COMPLAINT else ():
        found.append(
            "what was written down is asked by its letter alone, and the clock runs until it goes: `evenhand letter "
            f"draft {letter} --request {about}`"
        )
    return found


def _narrower(steps: list[RequestStep], about: str) -> list[str]:
    if not any(s.kind is K.NARROWING_ASKED for s in steps):
        return []
    return [
        "when they ask for less, open that as a request of its own (`evenhand request open foi --contact N`) and end "
        f"this one by the same contact: `evenhand request withdraw {about} --contact N`"
    ]


def _while_open(standing: RequestStanding, about: str) -> list[str]:
    kind = standing.regime.value
    if standing.regime is Regime.DP_COMPLAINT:
        first = (
            []
            if standing.acknowledged_on
            else [f"`evenhand letter draft dp_complaint_acknowledgement --request {about}`"]
        )
        return [*first, f"`evenhand request outcome {about} --words`, then its letter dp_complaint_outcome"]
    found = [f"answer it: `evenhand letter draft {kind}_answer --request {about}`"]
    given = {"clarification": "clarified", "identity": "identified", "fee": "fee-paid"}
    for waiting in reversed(standing.waiting_for):
        command = f"`evenhand request {given[waiting.why]} {about} --contact N`"
        found.insert(0, f"when the {waiting.why} comes: {command}")
    then = "decide" if standing.regime is Regime.SAR else "value, burden and decide"
    weigh = f"`evenhand request indicator {about} NAME --shows`, then {then}"
    return [*found, f"or weigh a refusal: {weigh}"]


def _while_refusing(standing: RequestStanding, steps: list[RequestStep], about: str) -> list[str]:
    letters = {
        "s14(1)": "foi_refusal_vexatious",
        "s12": "foi_refusal_cost",
        "12(4)(b)": "eir_refusal",
        "unfounded": "sar_refusal",
        "excessive": "sar_refusal",
    }
    return [f"send the notice: `evenhand letter draft {letters[standing.refused_under]} --request {about}`"]


def _while_reviewed(standing: RequestStanding, about: str) -> list[str]:
    if standing.review_decided is None:
        return [f"somebody who took no part decides: `evenhand request review-decide {about}`"]
    kind = f"{standing.regime.value}_review_outcome"
    return [f"tell the outcome: `evenhand letter draft {kind} --request {about}`"]


def _answered_since(standing: RequestStanding, steps: list[RequestStep]) -> bool:
    decided = standing.review_decided
    return decided is not None and any(s.kind in (K.ANSWERED, K.REFUSED) and s.id > decided.id for s in steps)


def _after_refusal(steps: list[RequestStep], about: str) -> list[str]:
    done = {s.kind for s in steps}
    found = []
    if K.INFORMED not in done:
        found.append(f"who was made aware: `evenhand request inform {about}`")
    if K.WIDER_POLICY not in done:
        found.append(f"is the conduct policy invoked too: `evenhand request wider {about}`")
    return found


def together_with(session: Session, request: InformationRequest) -> list[str]:
    """The references of the requests that are answered together with this one, whichever of them it was said of."""
    found = set[str]()
    for other in all_requests(session):
        told = {str(s.facts["with"]).upper() for s in request_steps(session, other) if s.kind is K.TOGETHER}
        if other.id == request.id:
            found |= told
        elif request.reference.upper() in told:
            found.add(other.reference)
    return sorted(found)
