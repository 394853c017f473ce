"""How a request stands, read from its steps: its clock with every pause, how it ended, and what its review waits for.

Nothing of this is stored. The lengths are the policy's; the calendars are the law's: FOI and EIR keep bank holidays of
any part of the UK (FOIA s10(6); EIR reg 2), a subject access request the month rule (UK GDPR art 12 and 12A).
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.calendar import COUNTRIES, UK_ANY, add_months, add_working_days, month_rule, working_days_between
from models.contact import Contact
from models.customer import Customer, kept, kept_number, same_person
from models.procedure import Procedure
from models.request import InformationRequest, Regime, RequestStep, RequestStepKind, all_requests, request_steps

K = RequestStepKind
ASKED_AND_GIVEN = {
    K.CLARIFICATION_ASKED: K.CLARIFICATION_GIVEN,
    K.IDENTITY_ASKED: K.IDENTITY_GIVEN,
    K.FEE_ASKED: K.FEE_PAID,
}


class State(enum.StrEnum):
    OPEN = "open"  # to be answered, or refused after a decision
    PAUSED = "paused"  # the requester was asked for something; the clock waits
    TO_BE_REFUSED = "to_be_refused"  # decided; the notice has not gone
    ANSWERED = "answered"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    TRANSFERRED = "transferred"
    IN_REVIEW = "in_review"  # an internal review is asked for and its outcome not yet told
    REVIEWED = "reviewed"


@dataclass(frozen=True, slots=True)
class Pause:
    """`until` is None while we wait. `restarts`: the whole period begins anew when it ends."""

    why: str  # clarification, identity, fee
    since: date
    until: date | None
    restarts: bool


@dataclass(frozen=True, slots=True)
class RequestStanding:
    """
    regime          under which law it is handled today
    counted_from    the day after which (SAR: from which) the period runs: receipt, or what was asked for came
    first_due       the last day to answer without an extension; None while it is paused, and for a complaint
    due             the last day to answer as it stands today; None as above
    extended_until  the new last day, once the requester was told of it in time
    acknowledge_by  data-protection complaints: the last day to acknowledge (DPA 2018 s164A)
    ended_on, ended how it ended: answered, refused, no_notice, withdrawn, lapsed, transferred or outcome; None
                    while it has not
    decision        the last decision to answer or to refuse, under the law by which it is handled today
    told_of_review  the day on which the outcome of the last internal review was told
    represent_by    EIR: until when dissatisfaction is a request for review by right (reg 11(2)); None before an answer
    last_step       the number of the last step on record, 0 for none: what `--seen` is compared with
    """

    regime: Regime
    state: State
    received_on: date
    counted_from: date
    pauses: tuple[Pause, ...]
    first_due: date | None
    due: date | None
    extended_until: date | None
    acknowledge_by: date | None
    acknowledged_on: date | None
    ended_on: date | None
    ended: RequestStep | None
    decision: RequestStep | None
    review_asked_on: date | None
    review_due: date | None
    review_longest: date | None
    review_decided: RequestStep | None
    told_of_review: date | None
    represent_by: date | None
    last_step: int

    @property
    def paused(self) -> Pause | None:
        return next((p for p in self.pauses if p.until is None), None)

    @property
    def waiting_for(self) -> list[Pause]:
        """All that the requester was asked for and has not given; the clock waits for each."""
        return [p for p in self.pauses if p.until is None]

    @property
    def closed(self) -> bool:
        """Answered, refused, withdrawn or told its outcome, and no review of it runs."""
        return self.ended is not None and self.state is not State.IN_REVIEW

    @property
    def refused_under(self) -> str:
        """Under what it is to be refused, or was; empty where the last decision was to answer it."""
        facts = self.decision.facts if self.decision else {}
        return str(facts.get("under", "")) if facts.get("outcome") == "refuse" else ""

    @property
    def late(self) -> bool:
        """It ended after its last day."""
        return self.ended_on is not None and self.due is not None and self.ended_on > self.due


def request_standing(session: Session, request: InformationRequest, procedure: Procedure) -> RequestStanding:
    """How one request stands on what is recorded up to now."""
    return standing_of(request, request_steps(session, request), procedure)


def standing_of(request: InformationRequest, steps: Sequence[RequestStep], procedure: Procedure) -> RequestStanding:
    """The same from its steps, in the order they were recorded."""
    regime = regime_now(request, steps)
    clock = _clock(request.received_on, regime, pauses_of(request, steps, regime), steps, procedure)
    ended = end_of(steps)
    asked = _last(steps, K.REVIEW_ASKED)
    answers = [s for s in steps if s.kind is K.REVIEW_DECIDED and asked is not None and s.id > asked.id]
    decision = _last(_since_this_law(steps), K.DECIDED)
    # A refusal of a subject access request is told within the first month, extended or not (UK GDPR 12(4); SAR-05).
    refuse = regime is Regime.SAR and decision is not None and decision.facts.get("outcome") == "refuse"
    decided = next((s for s in reversed(answers) if s.letter_id is None), None)
    told = next((s for s in answers if s.letter_id is not None), None)
    complaint = regime is Regime.DP_COMPLAINT
    acknowledged = _last(steps, K.ACKNOWLEDGED)
    review_due, longest = _review_due(regime, asked, procedure)
    return RequestStanding(
        regime=regime,
        state=_state(clock, decision, ended, asked, told),
        received_on=request.received_on,
        counted_from=clock.counted_from,
        pauses=clock.pauses,
        first_due=clock.first_due,
        due=clock.first_due if refuse else clock.due,
        extended_until=clock.extended_until,
        acknowledge_by=_days_on(request, procedure.clocks.complaint_acknowledgement_days) if complaint else None,
        acknowledged_on=acknowledged.on if acknowledged else None,
        ended_on=ended.on if ended else None,
        ended=ended,
        decision=decision,
        review_asked_on=asked.on if asked else None,
        review_due=review_due,
        review_longest=longest,
        review_decided=decided,
        told_of_review=told.on if told else None,
        represent_by=_represent_by(regime, ended, procedure),
        last_step=max((s.id for s in steps), default=0),
    )


def regime_now(request: InformationRequest, steps: Sequence[RequestStep]) -> Regime:
    """The law under which it is handled: the last that an officer said. The clock keeps its first day."""
    changed = _last(steps, K.REGIME_CHANGED)
    return Regime(changed.facts["to"]) if changed else request.regime


def _since_this_law(steps: Sequence[RequestStep]) -> Sequence[RequestStep]:
    """What was recorded under the law of today: a decision or more time under another one is none under it."""
    changed = _last(steps, K.REGIME_CHANGED)
    return [s for s in steps if changed is None or s.id > changed.id]


def end_of(steps: Sequence[RequestStep]) -> RequestStep | None:
    """The step that ended the request; the first of them, since a later one follows a review."""
    revived = _last(steps, K.REVIVED)
    return next((s for s in steps if _ends(s) and not (s.kind is K.WITHDRAWN and revived and s.id < revived.id)), None)


def _ends(step: RequestStep) -> bool:
    if step.kind is K.OUTCOME:
        return step.letter_id is not None
    if step.kind is K.TRANSFERRED:
        return step.facts.get("extent") == "whole"
    return step.kind in (K.ANSWERED, K.REFUSED, K.NO_NOTICE, K.WITHDRAWN, K.LAPSED)


def untold(steps: Sequence[RequestStep], *kinds: RequestStepKind) -> list[RequestStep]:
    """What was written down for a letter, and no letter nor other message has told yet: the newest of each kind."""
    newest = {s.kind: s for s in _since_this_law(steps) if s.kind in kinds}
    return [s for s in newest.values() if s.letter_id is None and s.contact_id is None]


def letter_that_asks(regime: Regime, asked: RequestStepKind) -> str:
    """The kind of letter that asks for it, and tells what follows for the clock."""
    if regime is Regime.SAR:
        return "sar_clarification"
    return f"{regime.value}_{'fees_notice' if asked is K.FEE_ASKED else 'clarification'}"


def _last(steps: Sequence[RequestStep], kind: RequestStepKind) -> RequestStep | None:
    return next((s for s in reversed(steps) if s.kind is kind), None)


def _days_on(request: InformationRequest, days: int) -> date:
    return request.received_on + timedelta(days=days)


# --- the clock -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Clock:
    counted_from: date
    pauses: tuple[Pause, ...]
    first_due: date | None
    due: date | None
    extended_until: date | None


def pauses_of(request: InformationRequest, steps: Sequence[RequestStep], regime: Regime) -> list[Pause]:
    """From when until when the requester was to give something, in the order of their beginnings.

    Only by a letter or another message of the council's in the log: what nobody was asked for, nobody need give. Of a
    subject access request the letter tells the rights too (policy section 18; SAR-05).
    """
    found = []
    meant = _asked_for(steps, request.regime, regime)
    for asked, given in ASKED_AND_GIVEN.items():
        waiting: date | None = None
        for step in steps:
            if step.kind is asked and waiting is None and step.id in meant:
                waiting = step.on
            elif step.kind is given and waiting is not None:
                found.append(_pause(asked, waiting, step.on, regime))
                waiting = None
        if waiting is not None:
            found.append(_pause(asked, waiting, None, regime))
    return sorted(found, key=lambda p: (p.since, p.until or date.max))


def _asked_for(steps: Sequence[RequestStep], first: Regime, regime: Regime) -> set[int]:
    """The numbers of the steps that asked for something by the law of their own day and by that of today: what was only
    written down for a letter under one law is not asked under the next."""
    found, then = set[int](), first
    for step in steps:
        if step.kind is K.REGIME_CHANGED:
            then = Regime(step.facts["to"])
        elif was_really_asked(step, then) and was_really_asked(step, regime):
            found.add(step.id)
    return found


def was_really_asked(step: RequestStep, regime: Regime) -> bool:
    if step.kind is K.IDENTITY_ASKED and regime is not Regime.SAR:
        return False  # who asks for information need not prove who they are
    return step.letter_id is not None or step.contact_id is not None


def _pause(asked: RequestStepKind, since: date, until: date | None, regime: Regime) -> Pause:
    """FOI and EIR: clarification starts the period anew (FOIA s1(3), s10(6); EIR reg 9(4)), a fee leaves days out
    (FOIA s10(2); EIR reg 8(6)). SAR: identity and fee start it anew, clarification leaves days out (UK GDPR 12A)."""
    why = asked.value.partition("_")[0]
    anew = why == "clarification" if regime is not Regime.SAR else why != "clarification"
    return Pause(why, since, until, anew)


def _clock(
    received_on: date, regime: Regime, pauses: list[Pause], steps: Sequence[RequestStep], procedure: Procedure
) -> _Clock:
    if regime is Regime.DP_COMPLAINT:
        return _Clock(received_on, (), None, None, None)
    start, out, counted = received_on, list[Pause](), list[Pause]()
    for pause in pauses:
        waits = any(p.until is None for p in counted)
        if not waits and pause.since > _due(start, out, regime, procedure):
            continue  # asked when the time was over already: that gives no more time
        counted.append(pause)
        if pause.until is None:
            continue
        if pause.restarts:
            start = max(start, pause.until)
        else:
            out.append(pause)
    if any(p.until is None for p in counted):
        return _Clock(start, tuple(counted), None, None, None)
    first = _due(start, out, regime, procedure)
    extended = _extended(steps, first)
    return _Clock(start, tuple(counted), first, max(first, extended) if extended else first, extended)


def _due(start: date, out: Sequence[Pause], regime: Regime, procedure: Procedure) -> date:
    clocks = procedure.clocks
    if regime is Regime.SAR:
        return _months_on(start, clocks.sar_months, out, procedure)
    days = clocks.foi_days if regime is Regime.FOI else clocks.eir_days
    return add_working_days(start, days + _working_days_out(start, out), UK_ANY)


def _months_on(start: date, months: int, out: Sequence[Pause], procedure: Procedure) -> date:
    """So many months on, with the days left out that lie after the start."""
    days = sum(max(0, (p.until - max(p.since, start)).days) for p in out if p.until)
    until = add_months(start, months) + timedelta(days=days)
    return month_rule(until, 0, COUNTRIES[procedure.council.country])


def _working_days_out(start: date, out: Sequence[Pause]) -> int:
    """From the day of a fees notice to the day of the payment, both among them, as far as they lie after the start."""
    before = timedelta(days=1)
    return sum(
        working_days_between(max(p.since - before, start), p.until, UK_ANY) for p in out if p.until and p.until > start
    )


def _extended(steps: Sequence[RequestStep], first_due: date) -> date | None:
    """Only what the requester was told by letter within the first period (EIR reg 7(3); UK GDPR 12(3))."""
    since = _since_this_law(steps)
    told = [s for s in since if s.kind is K.EXTENDED and s.letter_id is not None and s.on <= first_due]
    return max((date.fromisoformat(s.facts["until"]) for s in told), default=None)


def longest_extension(standing: RequestStanding, procedure: Procedure) -> date | None:
    """The last day that an extension may name; None where the law gives none."""
    clocks, start = procedure.clocks, standing.counted_from
    out = [p for p in standing.pauses if p.until and not p.restarts]
    if standing.regime is Regime.EIR:
        return add_working_days(start, clocks.eir_extended_days + _working_days_out(start, out), UK_ANY)
    if standing.regime is Regime.SAR:
        return _months_on(start, clocks.sar_months + clocks.sar_extension_months, out, procedure)
    return None


def _review_due(regime: Regime, asked: RequestStep | None, procedure: Procedure) -> tuple[date | None, date | None]:
    if asked is None:
        return None, None
    clocks = procedure.clocks
    if regime is Regime.EIR:
        due = add_working_days(asked.on, clocks.eir_review_days, UK_ANY)
        return due, due
    due = add_working_days(asked.on, clocks.foi_review_days, UK_ANY)
    return due, add_working_days(asked.on, clocks.foi_review_longest_days, UK_ANY)


def _represent_by(regime: Regime, ended: RequestStep | None, procedure: Procedure) -> date | None:
    if regime is not Regime.EIR or ended is None or ended.kind in (K.WITHDRAWN, K.LAPSED):
        return None
    return add_working_days(ended.on, procedure.clocks.eir_review_request_days, UK_ANY)


_ENDED = {
    K.REFUSED: State.REFUSED,
    K.NO_NOTICE: State.REFUSED,
    K.WITHDRAWN: State.WITHDRAWN,
    K.LAPSED: State.LAPSED,
    K.TRANSFERRED: State.TRANSFERRED,
}


def _state(
    clock: _Clock,
    decided: RequestStep | None,
    ended: RequestStep | None,
    asked: RequestStep | None,
    told: RequestStep | None,
) -> State:
    if asked is not None and (ended is None or ended.kind is not K.WITHDRAWN):
        return State.REVIEWED if told is not None else State.IN_REVIEW
    if ended is not None:
        return _ENDED.get(ended.kind, State.ANSWERED)
    if decided is not None and decided.facts.get("outcome") == "refuse":
        return State.TO_BE_REFUSED
    return State.PAUSED if any(p.until is None for p in clock.pauses) else State.OPEN


# --- whose ------------------------------------------------------------------------------------------------------------


def requester_of(session: Session, request: InformationRequest) -> int | None:
    """The record that stands today for who asked: as the contact is known today, since an officer may have said since
    whose it is; None while nobody is known."""
    number = request.customer_id
    if request.contact_id is not None:
        number = session.scalar(select(Contact.customer_id).where(Contact.id == request.contact_id)) or number
    return kept_number(session, number) if number is not None else None


def people_of(session: Session, request: InformationRequest) -> set[int]:
    """The requester's record with all that were merged into it; empty while nobody is known."""
    number = requester_of(session, request)
    return same_person(session, {number}) if number is not None else set()


def data_subject(session: Session, request: InformationRequest) -> int | None:
    """The record that stands today for whose data a request asks for, where somebody made it for them; None where who
    asks asks for themselves, or under a law by which nobody asks for another."""
    steps = request_steps(session, request)
    said = _last(steps, K.ON_BEHALF)
    if said is None or regime_now(request, steps) not in (Regime.SAR, Regime.DP_COMPLAINT):
        return None
    of = said.facts.get("of")
    record = session.get(Customer, of) if isinstance(of, int) else None
    subject = kept(session, record).id if record is not None else None  # None: somebody wrote it in by hand
    return subject if subject != requester_of(session, request) else None


def requests_by(session: Session, people: Collection[int]) -> list[InformationRequest]:
    """The requests that these customer records made, as their contacts are known today, the oldest first."""
    return [r for r in all_requests(session) if requester_of(session, r) in people]
