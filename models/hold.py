"""The legal hold: from the moment an information request arrives, what may be wanted for it is not rewritten.

Altering, blocking, erasing or concealing a record to prevent its disclosure is an offence (FOIA s77, EIR reg 19, DPA
2018 s173; INV-24). Nothing is ever deleted in this program; while a hold covers a record, what would be written over
keeps its former text as well. A hold begins with the contact, opened as a request or not, since the duty does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.calendar import add_months, council_day
from models.contact import Contact, ContactFinding
from models.customer import kept_number, same_person
from models.finding import STATUTORY
from models.message import Direction
from models.queue import Flag, FlagKind, Outcome, Ruling
from models.request import InformationRequest, Regime, RequestStep, RequestStepKind, all_requests, request_steps
from models.request_standing import data_subject, end_of, people_of, regime_now
from models.ruled import FindingRuling

K = RequestStepKind

# After its end a request is held as long as the Information Commissioner may still be asked about it. The Commissioner
# wants complaints within weeks; half a year leaves room for a late one, and for papers that arrive after a hearing.
HOLD_MONTHS = 6


@dataclass(frozen=True, slots=True)
class Hold:
    """
    request  its reference; empty for a contact that reads like a request and has not been opened as one
    contact  the contact it arrived in; None for one made by word of mouth
    until    the first day without it; None while the request, its review or the regulator's look at it runs
    people   whose records it covers: the data subject's; None: everybody's, since what a request for information
             covers is not known from who asks
    """

    request: str
    contact: int | None
    since: date
    until: date | None
    people: frozenset[int] | None

    def covers(self, people: Collection[int]) -> bool:
        return self.people is None or bool(self.people & set(people))


def holds(session: Session, today: date) -> list[Hold]:
    """Every hold in force on a day, the oldest first."""
    found = [hold_of(session, request) for request in all_requests(session)]
    found += _of_contacts(session)
    standing = [h for h in found if h.since <= today and (h.until is None or today < h.until)]
    return sorted(standing, key=lambda h: (h.since, h.request, h.contact or 0))


def is_held(session: Session, customer_id: int | None, today: date) -> bool:
    """Whether a record about this person (None: about nobody in particular) must keep its former text."""
    people = {kept_number(session, customer_id), customer_id} if customer_id is not None else set()
    return any(hold.covers(people) for hold in holds(session, today))


def hold_of(session: Session, request: InformationRequest) -> Hold:
    """The hold of one request, over or not."""
    steps = request_steps(session, request)
    about_one = regime_now(request, steps) in (Regime.SAR, Regime.DP_COMPLAINT)
    people = people_of(session, request)
    subject = data_subject(session, request)
    people |= same_person(session, {subject}) if subject is not None else set()
    return Hold(
        request=request.reference,
        contact=request.contact_id,
        since=request.received_on,
        until=held_until(steps),
        people=frozenset(people) if about_one and people else None,
    )


def held_until(steps: Iterable[RequestStep]) -> date | None:
    """Half a year after the last that was done to end it; None while something runs."""
    steps = list(steps)
    ended = end_of(steps)
    if ended is None:
        return None
    asked = [s for s in steps if s.kind is K.REVIEW_ASKED]
    told = [s for s in steps if s.kind is K.REVIEW_DECIDED and s.letter_id is not None]
    if asked and not any(s.id > asked[-1].id for s in told):
        return None
    regulator = [s for s in steps if s.kind is K.REGULATOR]
    if regulator and not regulator[-1].facts.get("outcome"):
        return None
    ends = [s.on for s in (ended, *told, *regulator)]
    ends += [s.on for s in steps if s.kind in (K.ANSWERED, K.REFUSED, K.NO_NOTICE, K.TRANSFERRED)]
    return add_months(max(ends), HOLD_MONTHS)


def _of_contacts(session: Session) -> list[Hold]:
    """Contacts read as requests, by the program or by an officer, that no officer overruled and nobody has opened; one
    that is told of in a step of a request is held with that."""
    opened = set(session.scalars(select(InformationRequest.contact_id)))
    opened |= set(session.scalars(select(RequestStep.contact_id)))
    said = _said_of_findings(session)
    corrected = {contact for _, label, contact in said.values() if label in STATUTORY}
    numbers = (_flagged(session, said) | corrected) - opened
    wanted = select(Contact.id, Contact.at).where(Contact.id.in_(numbers), Contact.direction == Direction.IN)
    return [Hold("", contact, council_day(at), None, None) for contact, at in session.execute(wanted)]


_Said = dict[int, tuple[Outcome, str, int]]


def _said_of_findings(session: Session) -> _Said:
    """By finding, what an officer said of it last: the outcome, the label that is right, and of which contact it is."""
    wanted = select(FindingRuling, ContactFinding.contact_id)
    wanted = wanted.join(ContactFinding, ContactFinding.id == FindingRuling.finding_id).order_by(FindingRuling.id)
    return {r.finding_id: (r.outcome, r.right_label, contact) for r, contact in session.execute(wanted)}


def _flagged(session: Session, said: _Said) -> set[int]:
    """Those shown to an officer as requests; less those of which one said that they are none."""
    ruled = select(Ruling.flag_id, Ruling.outcome).join(Flag, Flag.id == Ruling.flag_id)
    ruled = ruled.where(Flag.kind == FlagKind.STATUTORY).order_by(Ruling.id)
    last = {row.flag_id: row.outcome for row in session.execute(ruled)}
    return {
        flag.contact_id
        for flag in session.scalars(select(Flag).where(Flag.kind == FlagKind.STATUTORY))
        if flag.contact_id is not None and last.get(flag.id) is not Outcome.OVERRULE and not _is_none(flag, said)
    }


def _is_none(flag: Flag, said: _Said) -> bool:
    outcome, label, _ = said.get(flag.finding_id or 0, (Outcome.AGREE, "", 0))
    return outcome is Outcome.OVERRULE and label not in STATUTORY
