"""How a request ends: answered with another one, withdrawn and revived, sent to who holds it, its fee never paid."""

from __future__ import annotations

from datetime import date, timedelta

from bot.requests.asked import Asked
from models.calendar import UK_ANY, add_months, add_working_days
from models.request import Regime, RequestStepKind, find_request
from models.request_standing import State, people_of

K = RequestStepKind

FOI_FEE_MONTHS = 3  # FOIA s9(2): three months beginning with the day of the fees notice
EIR_FEE_DAYS = 60  # EIR reg 8(5): working days


def together(asked: Asked) -> list[str]:
    """Answered together with another request; each keeps its own law, clock and rights (PUB-03)."""
    other = find_request(asked.session, str(asked.facts["with"]))
    if other.id == asked.request.id:
        return ["a request is not answered together with itself"]
    if not people_of(asked.session, other) & asked.people:
        return [f"{other.reference} is another person's: what is sent to one is not told to the other"]
    told = {str(s.facts["with"]).upper() for s in asked.of(K.TOGETHER)}
    return [f"{other.reference} is answered together with this one already"] * (other.reference.upper() in told)


def withdrawn(asked: Asked) -> list[str]:
    """Only in the requester's own words: nobody else ends what the council owes them."""
    if asked.contact is not None:
        return []
    return [
        "only the requester withdraws it: give --contact with the number of what they wrote or said (`evenhand contact "
        "add` logs a call or a letter)"
    ]


def revived(asked: Asked) -> list[str]:
    """It had not been withdrawn after all; who withdrew it and asks again makes a new request."""
    return [] if asked.standing.state is State.WITHDRAWN else ["it does not stand as withdrawn"]


def lapsed(asked: Asked) -> list[str]:
    """A fee that was asked for and not paid in the time that the law gives for it; nothing else ends by silence."""
    waiting = asked.standing.paused
    if waiting is None or waiting.why != "fee":
        return [
            "a request lapses only when a fee was asked for and is not paid in the law's time (FOIA s9(2), EIR reg "
            "8(5)); while anything else is waited for it stays open"
        ]
    first = fee_lapses_on(asked.regime, waiting.since)
    return [f"the fee may still be paid: nothing lapses before {first:%-d %B %Y}"] if asked.on < first else []


def fee_lapses_on(regime: Regime, asked_on: date) -> date:
    """The first day on which a fee asked for on a day need not be waited for any more."""
    if regime is Regime.FOI:
        day = timedelta(days=1)  # the day of the notice is the first of the three months
        return add_months(asked_on - day, FOI_FEE_MONTHS) + day
    return add_working_days(asked_on, EIR_FEE_DAYS + 1, UK_ANY)


def transferred(asked: Asked) -> list[str]:
    """To who holds it, or the requester told where to ask: the requester is told by us, in writing (s45 code of
    practice; EIR reg 10). The last day to answer stands for that too."""
    if asked.regime is Regime.SAR:
        return ["who holds personal data answers for them: say in the answer what is not held here and who may"]
    if asked.contact is None:
        return [
            "the requester must be told that it is not held here: give --contact with the number of the council's own "
            "message to them"
        ]
    return []
