"""The clocks of requests with a statutory length, and of contacts that read like one and that nobody has opened yet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from models.associate import Copy
from models.calendar import (
    COUNTRIES,
    UK_ANY,
    add_months,
    add_working_days,
    council_day,
    last_of_consecutive,
    month_rule,
)
from models.clock import Clock, ClockState, state_of
from models.contact import Contact, ContactFinding
from models.finding import STATUTORY, About
from models.message import Direction
from models.policy import Policy
from models.procedure import Procedure
from models.queue import Flag, FlagKind, Outcome, QueueItem, Ruling
from models.request import InformationRequest, Regime, RequestStep, RequestStepKind
from models.request_standing import RequestStanding, standing_of, untold
from models.ruled import FindingRuling

R = RequestStepKind
MONTHS = "calendar months"
DAYS = "calendar days"
ANSWER: Mapping[Regime, tuple[str, str]] = {
    Regime.FOI: ("FOI answer or refusal", "FOIA s10"),
    Regime.EIR: ("EIR answer or refusal", "EIR reg 5"),
    Regime.SAR: ("Subject access answer or refusal", "UK GDPR art 12(3)"),
    Regime.DP_COMPLAINT: ("Acknowledgement of the data-protection complaint", "DPA 2018 s164A"),
}
LIMITED = (Regime.FOI, Regime.EIR)
COMPARED = ("s14(1)", "12(4)(b)")


@dataclass(frozen=True, slots=True)
class Asked:
    """One request with its steps and how it stands, on a day."""

    request: InformationRequest
    steps: Sequence[RequestStep]
    standing: RequestStanding
    policy: Policy
    today: date

    @property
    def procedure(self) -> Procedure:
        return self.policy.procedure

    @property
    def about(self) -> str:
        return self.request.reference

    def first(self, *kinds: RequestStepKind) -> RequestStep | None:
        return next((s for s in self.steps if s.kind in kinds), None)


def request_clocks(
    request: InformationRequest, steps: Sequence[RequestStep], policy: Policy, today: date
) -> Iterator[Clock]:
    """Every clock of one request."""
    asked = Asked(request, steps, standing_of(request, steps, policy.procedure), policy, today)
    yield _answer(asked)
    if asked.standing.regime is Regime.DP_COMPLAINT:
        yield _outcome(asked)
    if asked.standing.review_asked_on is not None:
        yield _review(asked, asked.standing.review_asked_on)
    if asked.standing.represent_by is not None and asked.standing.ended_on is not None:
        yield _window(
            asked, "Time to ask us to reconsider", asked.standing.ended_on, asked.standing.represent_by, "EIR reg 11(2)"
        )
    if asked.standing.regime is Regime.FOI:
        yield _aggregation(asked)
    if asked.standing.regime in LIMITED:
        yield from _similar(asked)


def _answer(asked: Asked) -> Clock:
    standing, (name, source) = asked.standing, ANSWER[asked.standing.regime]
    complaint = standing.regime is Regime.DP_COMPLAINT
    due = standing.acknowledge_by if complaint else standing.due
    done = [d for d in (standing.acknowledged_on if complaint else None, standing.ended_on) if d is not None]
    met_on = min(done, default=None)
    state = state_of(due, met_on, asked.today)
    if met_on is not None and standing.ended is not None and standing.ended.kind in (R.WITHDRAWN, R.LAPSED):
        state = ClockState.OVER
    elif standing.paused is not None and met_on is None:
        state = ClockState.PAUSED
    return Clock(
        name=name,
        about=asked.about,
        started=standing.counted_from,
        due=due,
        calendar=calendar_of(standing.regime, asked.procedure),
        source=_extended_source(standing, source),
        state=state,
        met_on=met_on,
        do=_answer_command(asked),
        note=_answer_note(asked),
    )


def _outcome(asked: Asked) -> Clock:
    """Told without undue delay from receipt on; the law names no last day, so it stays on the list until it is told."""
    standing = asked.standing
    withdrawn = standing.ended is not None and standing.ended.kind is R.WITHDRAWN
    found = f"evenhand letter draft dp_complaint_outcome --request {asked.about}"
    return Clock(
        name="Outcome of the data-protection complaint",
        about=asked.about,
        started=standing.received_on,
        due=None,
        calendar="without undue delay",
        source="DPA 2018 s164A",
        state=ClockState.OVER if withdrawn else state_of(None, standing.ended_on, asked.today),
        met_on=standing.ended_on,
        do=found if asked.first(R.OUTCOME) else f"evenhand request outcome {asked.about}",
    )


def calendar_of(regime: Regime, procedure: Procedure) -> str:
    """How the days of an answer are counted, in words."""
    if regime is Regime.SAR:
        country = COUNTRIES[procedure.council.country].name.partition(", ")[2]
        return f"calendar months, then the next working day, {country}"
    return DAYS if regime is Regime.DP_COMPLAINT else UK_ANY.name


def _extended_source(standing: RequestStanding, source: str) -> str:
    extended = standing.extended_until is not None and standing.regime is Regime.EIR
    return "EIR reg 7" if extended else source


_GIVEN = {"clarification": "clarified", "identity": "identified", "fee": "fee-paid"}
_NOTICE = {
    "s14(1)": "foi_refusal_vexatious",
    "s12": "foi_refusal_cost",
    "12(4)(b)": "eir_refusal",
    "unfounded": "sar_refusal",
    "excessive": "sar_refusal",
}


def _answer_command(asked: Asked) -> str:
    standing = asked.standing
    if standing.paused is not None:
        return f"evenhand request {_GIVEN[standing.paused.why]} {asked.about}"
    kind = f"{standing.regime.value}_answer"
    if standing.regime is Regime.DP_COMPLAINT:
        kind = "dp_complaint_acknowledgement"
    return f"evenhand letter draft {_NOTICE.get(standing.refused_under, kind)} --request {asked.about}"


def _answer_note(asked: Asked) -> str:
    standing, notes = asked.standing, []
    if standing.ended is None and standing.first_due is not None and untold(asked.steps, R.EXTENDED):
        notes.append(f"more time is on record and counts only if its letter goes by {standing.first_due:%-d %B %Y}")
    if standing.paused is not None:
        notes.append(f"paused since {standing.paused.since:%-d %B %Y}: {standing.paused.why} asked for")
    if standing.extended_until is not None:
        notes.append("extended; the requester was told in time")
    if standing.counted_from != standing.received_on:
        notes.append(f"received on {standing.received_on:%-d %B %Y}; counted from what was asked for")
    return "; ".join(notes)


def _review(asked: Asked, asked_on: date) -> Clock:
    """Good practice under FOIA, a duty under the EIR; a complaint about a subject access answer has no such length."""
    standing, eir = asked.standing, asked.standing.regime is Regime.EIR
    longest = standing.review_longest
    later = longest is not None and longest != standing.review_due
    return Clock(
        name="EIR internal review" if eir else "FOI internal review",
        about=asked.about,
        started=asked_on,
        due=standing.review_due,
        calendar=UK_ANY.name,
        source="EIR reg 11" if eir else "s45 code of practice",
        state=state_of(standing.review_due, standing.told_of_review, asked.today),
        met_on=standing.told_of_review,
        do=_review_command(asked, "eir" if eir else "foi"),
        note=f"in exceptional cases {longest:%-d %B %Y} at the latest" if later and longest is not None else "",
    )


def _review_command(asked: Asked, regime: str) -> str:
    if asked.standing.review_decided is None:
        return f"evenhand request review-decide {asked.about}"
    return f"evenhand letter draft {regime}_review_outcome --request {asked.about}"


def _window(asked: Asked, name: str, started: date, until: date, source: str, calendar: str = UK_ANY.name) -> Clock:
    """A time in which something else is so; nobody has anything to do by its end."""
    state = ClockState.WINDOW if asked.today <= until else ClockState.OVER
    return Clock(name, asked.about, started, until, calendar, source, state)


def _aggregation(asked: Asked) -> Clock:
    until = last_of_consecutive(asked.request.received_on, asked.procedure.clocks.aggregation_days, UK_ANY)
    name = "Requests may be added up for the cost limit"
    return _window(asked, name, asked.request.received_on, until, "Fees Regulations 2004 reg 5")


def _similar(asked: Asked) -> Iterator[Clock]:
    """Within twelve months of a refusal a similar request is read, and taken as fresh or as within it (REV-06). A
    refusal for its cost says nothing of the next one (policy sections 12 and 15)."""
    if asked.standing.refused_under in COMPARED and asked.standing.decision is not None:
        on = asked.standing.decision.on
        until = add_months(on, asked.procedure.clocks.similar_months)
        source = asked.procedure.sources["similar_requests"]
        yield _window(asked, "Similar requests are read beside this decision", on, until, source, MONTHS)


# --- contacts that nobody has opened as a request yet (INV-06) --------------------------------------------------------


def unopened_clocks(session: Session, policy: Policy, today: date) -> Iterator[Clock]:
    """A contact read as a request counts from the day it reached the server, whether or not anybody has opened it."""
    seen: set[tuple[int, str]] = set()
    for contact, label in _read_as_requests(session):
        regime, start = Regime(label), council_day(contact.at)
        kind = (contact.id, "sar" if regime is Regime.SAR else "information")
        if kind in seen:
            continue
        seen.add(kind)
        name, source = ANSWER[regime]
        due = unopened_due(start, regime, policy.procedure)
        yield Clock(
            name=name,
            about=f"contact {contact.id}",
            started=start,
            due=due,
            calendar=calendar_of(regime, policy.procedure),
            source=source,
            state=state_of(due, None, today),
            do=f"evenhand request open {regime.value} --contact {contact.id}",
            note="read as a request and not yet opened as one; if it is none, overrule the flag",
        )


def unopened_due(start: date, regime: Regime, procedure: Procedure) -> date:
    """The last day to answer what came in on a day, nothing having been asked for."""
    clocks = procedure.clocks
    if regime is Regime.SAR:
        return month_rule(start, clocks.sar_months, COUNTRIES[procedure.council.country])
    if regime is Regime.DP_COMPLAINT:
        return start + timedelta(days=clocks.complaint_acknowledgement_days)
    return add_working_days(start, clocks.foi_days if regime is Regime.FOI else clocks.eir_days, UK_ANY)


def _read_as_requests(session: Session) -> list[tuple[Contact, str]]:
    """Contacts read as a request, by the program or by an officer, and that belong to no request on record."""
    opened = select(InformationRequest.contact_id).where(InformationRequest.contact_id.is_not(None))
    belong = select(RequestStep.contact_id).where(RequestStep.contact_id.is_not(None))
    wanted = (
        select(Contact, ContactFinding)
        .join(ContactFinding, ContactFinding.contact_id == Contact.id)
        .where(ContactFinding.about == About.KIND, Contact.direction == Direction.IN)
        .where(ContactFinding.id.in_(_flagged()) | ContactFinding.id.in_(_corrected()))
        .where(Contact.id.not_in(opened), Contact.id.not_in(belong))
        .where(Contact.id.not_in(select(Copy.contact_id)), Contact.id.not_in(_overruled_items()))
        .order_by(Contact.at, Contact.id, ContactFinding.id)
    )
    said = _rulings(session)
    found = []
    for contact, finding in session.execute(wanted):
        label = said.get(finding.id, finding.label)
        if label in STATUTORY:
            found.append((contact, label))
    return found


def _flagged() -> Select[int | None]:
    return select(Flag.finding_id).where(Flag.kind == FlagKind.STATUTORY, Flag.finding_id.is_not(None))


def _corrected() -> Select[int]:
    """Findings of which an officer said that the contact is a request after all."""
    return select(FindingRuling.finding_id).where(FindingRuling.right_label.in_([kind.value for kind in STATUTORY]))


def _overruled_items() -> Select[int | None]:
    """Contacts of which an officer overruled all that was seen in them."""
    whole = select(Ruling.item_id).where(Ruling.flag_id.is_(None), Ruling.outcome == Outcome.OVERRULE)
    return select(QueueItem.contact_id).where(QueueItem.id.in_(whole), QueueItem.contact_id.is_not(None))


def _rulings(session: Session) -> dict[int, str]:
    """For each finding of a kind that was overruled: what it should have been, or nothing."""
    wanted = select(FindingRuling).join(ContactFinding, ContactFinding.id == FindingRuling.finding_id)
    last = {
        r.finding_id: r
        for r in session.scalars(wanted.where(ContactFinding.about == About.KIND).order_by(FindingRuling.id))
    }
    return {number: r.right_label for number, r in last.items() if r.outcome is Outcome.OVERRULE}
