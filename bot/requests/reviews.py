"""Looking at a request again: the internal review by somebody who took no part, and the regulator after it.

FOI: the s45 code of practice, policy section 14 (CH-02). EIR: a duty, and any dissatisfaction asks for it (reg 11;
G-EIR-3). There is none for a subject access request: who is not content complains (DPA 2018 s164A).
"""

from __future__ import annotations

from sqlalchemy import select

from bot.requests.asked import Asked
from models.calendar import council_day
from models.contact import Contact
from models.message import Direction
from models.named import names_somebody, same_named
from models.officer import Officer
from models.request import InformationRequest, Regime, RequestStepKind
from models.request_standing import RequestStanding, State

K = RequestStepKind


def review_asked(asked: Asked) -> list[str]:
    """After the answer or refusal, or when its day has passed; once."""
    if asked.regime not in (Regime.FOI, Regime.EIR):
        return [
            "the law has no internal review for this kind of request; open a complaint about how personal data are "
            "handled: `evenhand request open dp_complaint`"
        ]
    standing = asked.standing
    if standing.review_asked_on is not None:
        return ["an internal review was asked for already; what follows it is the Commissioner's"]
    if standing.ended_on is not None and asked.on < standing.ended_on:
        return [f"it ended on {standing.ended_on:%-d %B %Y}; a review is asked for after that"]
    overdue = standing.due is not None and asked.on > standing.due
    if standing.ended is None and not overdue:
        return ["there is no answer yet that could be looked at again, and its last day has not passed"]
    if standing.state is State.WITHDRAWN:
        return ["the request was withdrawn"]
    by = standing.represent_by
    if by is not None and asked.on > by and not asked.facts.get("late"):
        return [
            f"the time for this ended on {by:%-d %B %Y} (EIR reg 11(2)); to look at it all the same say why with --late"
        ]
    return []


def review_decided(asked: Asked) -> list[str]:
    """By somebody who neither decided, nor was asked beside, nor wrote the decision down (INV-16)."""
    if asked.standing.review_asked_on is None or asked.last(K.REVIEW_ASKED) is None:
        return [f"nobody asked for a review: {asked.say('review --contact N')}"]
    if asked.standing.told_of_review is not None:
        return ["the review has its outcome already, and the requester was told"]
    before = asked.standing.review_decided
    if before is not None and any(s.id > before.id for s in asked.of(K.DECIDED, K.ANSWERED, K.REFUSED)):
        return ["the review has its outcome already, and the request was decided or answered anew on it"]
    people = asked.procedure.people
    if not names_somebody(asked.who, (people.head, people.request_officer, people.request_reviewer)):
        return ["it is not said who looked at it: name each of them, with their title (--who)"]
    for name in took_part(asked):
        if same_named(asked.who, name):
            reviewer = people.request_reviewer or "somebody who took no part"
            return [f"who decided cannot review it; the policy asks for {reviewer}"]
    return []


def took_part(asked: Asked) -> list[str]:
    """Everybody whose name stands under a decision on this request, or under its answer."""
    names: list[str] = []
    for step in asked.of(K.DECIDED, K.ANSWERED, K.REFUSED, K.NO_NOTICE):
        names += [step.who, str(step.facts.get("with", ""))]
        if step.kind is K.DECIDED:
            officer = asked.session.scalar(select(Officer.name).where(Officer.username == step.recorded_by))
            names += [n for n in (step.recorded_by, officer or "") if names_somebody(n)]
    return [name for name in names if name.strip()]


def regulator(asked: Asked) -> list[str]:
    """The Commissioner or a tribunal took it up: after the answer, or when its day has passed."""
    standing = asked.standing
    if (
        standing.ended is None
        and (standing.due is None or asked.on <= standing.due)
        and standing.acknowledge_by is None
    ):
        return ["this request has not ended, and its last day has not passed"]
    return []


def contacts_since(asked_of: RequestStanding, request: InformationRequest, contacts: list[Contact]) -> list[Contact]:
    """EIR: what the requester wrote after our answer while dissatisfaction counts as asking for a review, for an
    officer to read with that in mind; empty once a review was asked for."""
    until, ended = asked_of.represent_by, asked_of.ended_on
    if until is None or ended is None or asked_of.review_asked_on is not None:
        return []
    return [
        c
        for c in contacts
        if c.direction is Direction.IN and c.id != request.contact_id and ended <= council_day(c.at) <= until
    ]
