"""Requests refused as vexatious, manifestly unreasonable, unfounded or excessive, as lines of the register.

A line hangs on the request and its subject, with a link to who asked (X2, FE-05): the person is not what was found so.
"""

from __future__ import annotations

from datetime import date

from bot.registers.line import Line, Track
from bot.registers.people import People
from models.calendar import add_months
from models.casework import Casework, in_doubt
from models.indicators import EXCESSIVE, OF_INFORMATION_REQUESTS, UNFOUNDED
from models.letter import letters_about
from models.policy import Policy
from models.request import InformationRequest, RequestStep, RequestStepKind
from models.request_standing import requester_of, standing_of

K = RequestStepKind

TRACKS = {
    "s14(1)": Track.VEXATIOUS,
    "12(4)(b)": Track.UNREASONABLE,
    "unfounded": Track.UNFOUNDED,
    "excessive": Track.EXCESSIVE,
}


def refused_requests(casework: Casework, policy: Policy, today: date, people: People) -> list[Line]:
    """A line for each request whose last decision is such a refusal. Refusal for cost (s12) is none."""
    lines = []
    for request in casework.requests:
        steps = casework.request_steps.get(request.id, [])
        standing = standing_of(request, steps, policy.procedure)
        track = TRACKS.get(standing.refused_under)
        if track is not None and standing.decision is not None:
            lines.append(_line(casework, request, steps, standing.decision, track, policy, today, people))
    return lines


def _line(
    casework: Casework,
    request: InformationRequest,
    steps: list[RequestStep],
    decision: RequestStep,
    track: Track,
    policy: Policy,
    today: date,
    people: People,
) -> Line:
    # S§15: for twelve months similar requests are compared with it; each new one is read and decided for itself.
    compared_until = add_months(decision.on, policy.procedure.clocks.similar_months)
    keeps = policy.procedure.retention.get("request", 0) or policy.procedure.clocks.similar_months
    session = casework.session
    who = requester_of(session, request)
    person = people.standing_for(who) if who is not None else None
    letters = letters_about(session, request_id=request.id, sent_only=True)
    went = [(x, casework.sent[x.id]) for x in letters if x.id in casework.sent]
    return Line(
        reference=request.reference,
        track=track,
        reason=track.value,
        customer=person.reference if person else "",
        name=person.name if person else "",
        address=people.address(who) if who is not None else "",
        aided_by=people.aiding(who, ()) if who is not None else (),
        stage=_stage(steps, decision),
        behaviours=tuple(dict.fromkeys(_indicator(s) for s in steps if s.kind is K.INDICATOR)),
        impedes=tuple(s.words for s in steps if s.kind is K.BURDEN),
        subject_matter=request.subject,
        advised=tuple(
            f"letter {x.id}: {x.kind.value.replace('_', ' ')}, {p.sent_on.isoformat()}, {p.how}" for x, p in went
        )
        or tuple(f"{s.kind.value}, {s.on.isoformat()}" for s in steps if s.kind in (K.WARNED, K.REFUSED)),
        copies=tuple(f"letter {x.id}: paper {p.paper_sha256}" for x, p in went),
        named_officer=policy.procedure.people.request_officer,
        made_aware=tuple(
            f"{s.who} ({s.facts.get('role', '')}), {s.on.isoformat()}" for s in steps if s.kind is K.INFORMED
        ),
        policy_versions=tuple(dict.fromkeys(s.policy_version for s in steps)),
        entered_on=decision.on,
        left_on=_set_aside(steps, decision) or (compared_until if compared_until <= today else None),
        next_review_on=compared_until,
        ends_on=add_months(compared_until, keeps),
        not_verified=in_doubt(casework.in_requests.get(request.id, 0)),
    )


def _indicator(step: RequestStep) -> str:
    name = str(step.facts.get("indicator", ""))
    return {**OF_INFORMATION_REQUESTS, **UNFOUNDED, **EXCESSIVE}.get(name, name)


def _stage(steps: list[RequestStep], decision: RequestStep) -> str:
    after = [s for s in steps if s.id > decision.id]
    kinds = {s.kind for s in after}
    words = f"decided {decision.on.isoformat()}"
    if K.REFUSED in kinds:
        words += "; refusal notice sent"
    if K.NO_NOTICE in kinds:
        words += "; no further notice (FOIA s17(6))"
    reviewed = [s for s in after if s.kind is K.REVIEW_DECIDED]
    if _set_aside(steps, decision):
        words += "; set aside on internal review: the request is no longer taken for such"
    elif reviewed:
        words += f"; internal review: {str(reviewed[-1].facts.get('outcome', '')).replace('_', ' ')}"
    elif K.REVIEW_ASKED in kinds:
        words += "; internal review asked for"
    return words


def _set_aside(steps: list[RequestStep], decision: RequestStep) -> date | None:
    """The day on which somebody else agreed with the requester and the refusal fell; None if nobody did."""
    reviewed = [s for s in steps if s.id > decision.id and s.kind is K.REVIEW_DECIDED]
    return reviewed[-1].on if reviewed and reviewed[-1].facts.get("outcome") == "upheld" else None
