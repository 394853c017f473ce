"""A request for personal data that somebody makes for another person: whose data they are, and by whose authority.

A person's data are told to nobody else without it (UK GDPR art 5(1)(f), 15). Who asks for information under the FOI or
the EIR asks in their own name, and needs nobody's authority.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from bot.requests.asked import Asked
from models.acting import acting_for
from models.audit import Seal
from models.authority import GivenBy
from models.customer import Customer, everybody_like, reference_of
from models.request import InformationRequest, RequestStepKind
from models.request_standing import data_subject, requester_of

K = RequestStepKind


def on_behalf(asked: Asked) -> list[str]:
    """Of somebody else than who asks; of these, only to put right that it was said to be another's."""
    number = int(asked.facts["of"])
    if asked.session.get(Customer, number) is None:
        return [f"there is no customer record {number}"]
    known = data_subject(asked.session, asked.request)
    if everybody_like(asked.session, number) & asked.people and known is None:
        return ["who asks for their own data asks on nobody's behalf"]
    return ["that is on record already"] if known in everybody_like(asked.session, number) else []


def told_to_whom(asked: Asked) -> list[str]:
    """What would tell somebody's data to whoever asks for them, before it is on record that they may be told."""
    outcome = asked.kind is K.OUTCOME and asked.letter is not None
    if asked.kind not in (K.ANSWERED, K.REFUSED) and not outcome:
        return []
    return authority_missing(asked.session, asked.request, None, asked.today)


def authority_missing(
    session: Session, request: InformationRequest, seal: Seal | None, day: date | None = None
) -> list[str]:
    """Why whoever made a request for somebody else may not be told that person's data on a day; empty if they may, and
    where they ask for themselves. `day`: else any day on which an authority is not withdrawn. `seal`: else what stands
    in the store is taken as it is."""
    subject = data_subject(session, request)
    if subject is None:
        return []
    requester = requester_of(session, request)
    theirs = everybody_like(session, requester) if requester is not None else set[int]()
    found = [
        acting
        for acting in acting_for(session, subject, seal)
        if (acting.in_force(day) if day else acting.withdrawn is None)
        and acting.covers_request(request.id)
        and (acting.representative.id in theirs if acting.representative is not None else requester is None)
    ]
    if any(acting.authority.given_by is not GivenBy.FOR_A_CONSTITUENT for acting in found):
        return []
    whose = reference_of(session, subject)
    record = f"`evenhand authority add {whose} --request {request.reference}`"
    if found:
        return [
            f"that a constituent asked a member is not enough for that person's own data: record {whose}'s own consent "
            f"or another authority ({record})"
        ]
    return [
        f"it asks for the data of {whose}, and no authority of theirs is on record: record it ({record}), or ask for "
        f"it (`evenhand request identity {request.reference} --doubt`)"
    ]
