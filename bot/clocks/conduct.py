"""The clocks of a case: the council's own lengths, in its own country's working days (obligations.md, part 21)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select

from models.audit import Seal, noted_details
from models.calendar import COUNTRIES, Calendar, add_working_days, deemed_delivery
from models.case import Case, CaseStep, StepKind
from models.casework import Casework
from models.clock import Clock, ClockState, state_of
from models.letter import LetterEvent, LetterEventKind
from models.meeting import next_of
from models.policy import Policy
from models.procedure import Procedure

K = StepKind
MEETINGS = "the council's meetings"
DAYS = "calendar days"


@dataclass(frozen=True, slots=True)
class Seen:
    """One case with its steps in the order they were recorded, on a day, under a policy."""

    casework: Casework
    policy: Policy
    today: date
    case: Case
    steps: Sequence[CaseStep]
    seal: Seal

    @property
    def procedure(self) -> Procedure:
        return self.policy.procedure

    @property
    def own(self) -> Calendar:
        """The calendar of the council's own working days."""
        return COUNTRIES[self.procedure.council.country]

    def all(self, *kinds: StepKind) -> list[CaseStep]:
        return [step for step in self.steps if step.kind in kinds]

    def after(self, step: CaseStep, *kinds: StepKind, fits: Callable[[CaseStep], bool] | None = None) -> date | None:
        """The day of the first step of these kinds that was recorded after one; None if there is none."""
        later = [s for s in self.steps if s.id > step.id and s.kind in kinds and (fits is None or fits(s))]
        return later[0].on if later else None

    def ended_after(self, step: CaseStep) -> date | None:
        """The day on which the case was closed, or decided against, after a step."""
        return self.after(step, K.CLOSED, K.DECIDED_AGAINST)

    def clock(
        self,
        name: str,
        step: CaseStep,
        key: str,
        *,
        due: date | None,
        calendar: str,
        met_on: date | None = None,
        do: str = "",
        note: str = "",
        started: date | None = None,
        over: bool = False,
    ) -> Clock:
        """A clock that a step starts; over once the case has ended without it."""
        ended = met_on is None and (over or self.ended_after(step) is not None)
        return Clock(
            name=name,
            about=self.case.reference,
            started=started or step.on,
            due=due,
            calendar=calendar,
            source=self.procedure.sources[key],
            state=ClockState.OVER if ended else state_of(due, met_on, self.today),
            met_on=met_on,
            do=f"evenhand {do}",
            note=note,
        )


def case_clocks(seen: Seen) -> Iterator[Clock]:
    """Every clock that the steps of this case started, but for the reviews, which belong to a decision."""
    yield from _report_reviews(seen)
    yield from _acknowledgements(seen)
    yield from _monitoring(seen)
    yield from _reports_to_committee(seen)
    yield from _decisions_of_the_council(seen)
    yield from _urgent(seen)
    yield from _appeals(seen)
    yield from _ended_by_itself(seen)


def _report_reviews(seen: Seen) -> Iterator[Clock]:
    for report in seen.all(K.REPORT):
        yield seen.clock(
            "Review of the officer's report",
            report,
            "report_review",
            due=add_working_days(report.on, seen.procedure.clocks.report_review_days, seen.own),
            calendar=seen.own.name,
            met_on=seen.after(report, K.REVIEW),
            do=f"case review {seen.case.reference}",
        )


def _acknowledgements(seen: Seen) -> Iterator[Clock]:
    """The customer's own time. It runs out without any consequence: a person finds what follows (T8; INV-08)."""
    if not seen.procedure.conduct.acknowledgement:
        return
    for letter in seen.all(K.INITIAL_WARNING):
        delivered, how = acknowledgement_from(seen.casework, letter, seen.procedure)
        due = add_working_days(delivered, seen.procedure.clocks.acknowledgement_days, seen.own)
        met_on = seen.after(letter, K.ACKNOWLEDGED) or _acknowledged_letter(seen, letter)
        clock = seen.clock(
            "Acknowledgement of the initial letter",
            letter,
            "acknowledgement",
            due=due,
            calendar=seen.own.name,
            met_on=met_on,
            started=delivered,
            do=f"case acknowledged {seen.case.reference}",
            note=f"sent {how}, taken to have arrived on the day it counts from",
            over=seen.after(letter, K.MONITORING, K.NOT_HEEDED, K.FORMAL_WARNING, K.DECIDED) is not None,
        )
        yield _run_out(clock, "no acknowledgement is on record; silence alone is no reason to go further")


def acknowledgement_from(casework: Casework, step: CaseStep, procedure: Procedure) -> tuple[date, str]:
    """The day on which the letter of a step is taken to have arrived, and how it went."""
    sent = casework.sent.get(step.letter_id) if step.letter_id is not None else None
    how, on = (sent.how, sent.sent_on) if sent is not None else ("post", step.on)
    own = COUNTRIES[procedure.council.country]
    return deemed_delivery(on, how, procedure.clocks.deemed_delivery_days, own), f"by {how}".replace("by by ", "by ")


def _acknowledged_letter(seen: Seen, step: CaseStep) -> date | None:
    """As the history has it: an event of a letter is noted by its kind and number."""
    session, kind = seen.casework.session, LetterEventKind.ACKNOWLEDGED
    wanted = select(LetterEvent.id, LetterEvent.on).where(
        LetterEvent.letter_id == step.letter_id, LetterEvent.kind == kind
    )
    found = {event.id: event.on for event in session.execute(wanted.order_by(LetterEvent.id))}
    told = noted_details(session, f"Letter:{step.letter_id}", "letter.event", seen.seal) if found else []
    return next((on for number, on in found.items() if {"kind": kind.value, "event": number} in told), None)


def _run_out(clock: Clock, note: str) -> Clock:
    """A time that was not the council's to keep: past its day it is run out, not overdue."""
    if clock.state is not ClockState.OVERDUE:
        return clock
    return replace(clock, state=ClockState.PASSED, note=note)


def _monitoring(seen: Seen) -> Iterator[Clock]:
    steps = seen.all(K.MONITORING)
    for step in steps:
        clock = seen.clock(
            "Monitoring that conduct is moderated",
            step,
            "monitoring",
            due=date.fromisoformat(step.facts["until"]),
            calendar=DAYS,
            do=f"case close {seen.case.reference}",
            note="then close the case, watch on, or record that the letter was not heeded",
            over=step is not steps[-1] or seen.after(step, K.NOT_HEEDED, K.FORMAL_WARNING, K.DECIDED) is not None,
        )
        yield _run_out(clock, clock.note)


# --- the council's meetings ------------------------------------------------------------------------------------------


def _meets(seen: Seen, bodies: Sequence[str], after: date) -> tuple[date | None, str]:
    """The next meeting of any of these bodies, and a word where none is known."""
    days = [day for body in bodies if (day := next_of(seen.casework.meetings, body, after)) is not None]
    if days:
        return min(days), ""
    return None, f"no later meeting of the {bodies[0]} is known here: `evenhand meeting add`"


def _reports_to_committee(seen: Seen) -> Iterator[Clock]:
    """Warnings are reported to the next meeting (IW-05, ST1-05), reviews to the body that hears of them (T15)."""
    people, reviews = seen.procedure.people, seen.procedure.reviews
    purposes: list[tuple[StepKind, str, str]] = [
        (K.INITIAL_WARNING, "initial_warning", people.reports_to[0] if people.reports_to else ""),
        (K.FORMAL_WARNING, "formal_warning", people.reports_to[0] if people.reports_to else ""),
        (K.PERIODIC_REVIEW, "review", reviews.reported_to),
    ]
    for kind, purpose, body in purposes:
        for step in seen.all(kind) if body else []:
            due, note = _meets(seen, (body,), step.on)
            met_on = _reported(seen, step, purpose)
            yield seen.clock(
                f"Report of the {purpose.replace('_', ' ')} to the {body}",
                step,
                "committee_report" if kind is not K.PERIODIC_REVIEW else "review",
                due=due,
                calendar=MEETINGS,
                met_on=met_on,
                do=f"case committee {seen.case.reference} --purpose {purpose}",
                note="" if met_on else note,
            )


def _reported(seen: Seen, step: CaseStep, purpose: str) -> date | None:
    """The day of the meeting that received a report for this purpose, recorded after a step."""
    later = [s for s in seen.all(K.COMMITTEE_REPORT) if s.id > step.id and s.facts.get("purpose") == purpose]
    return date.fromisoformat(later[0].facts["meeting_on"]) if later else None


def _decisions_of_the_council(seen: Seen) -> Iterator[Clock]:
    """What the committee recommends goes, checked, to the next meeting of the council (ST2-04)."""
    for step in seen.all(K.CHECKED) if seen.procedure.people.decides else []:
        due, note = _meets(seen, seen.procedure.people.decides, step.on)
        met_on = seen.after(step, K.DECIDED, K.DECIDED_AGAINST)
        yield seen.clock(
            "Decision of the council",
            step,
            "council_decision",
            due=due,
            calendar=MEETINGS,
            met_on=met_on,
            do=f"case decide {seen.case.reference}",
            note="" if met_on else note,
        )


# --- what is urgent, appealed, or over by itself ---------------------------------------------------------------------


def _urgent(seen: Seen) -> Iterator[Clock]:
    for step in seen.all(K.URGENT):
        until, report_due = (date.fromisoformat(step.facts[key]) for key in ("until", "report_due"))
        clock = seen.clock(
            "Confirmation of the urgent restriction",
            step,
            "urgent",
            due=until,
            calendar=DAYS,
            met_on=seen.after(step, K.URGENT_CONFIRMED, K.URGENT_REFUSED, K.DECIDED),
            do=f"case confirm-urgent {seen.case.reference}",
            note="it ends by itself on this day unless the council confirms it",
            over=seen.after(step, K.LIFTED, K.LAPSED) is not None,
        )
        yield _run_out(clock, "it was not confirmed, and ended by itself")
        yield seen.clock(
            "Report of the urgent restriction",
            step,
            "urgent",
            due=report_due,
            calendar=MEETINGS,
            met_on=_reported(seen, step, "urgent") or seen.after(step, K.URGENT_CONFIRMED, K.URGENT_REFUSED),
            do=f"case committee {seen.case.reference} --purpose urgent",
        )


def _appeals(seen: Seen) -> Iterator[Clock]:
    for step in seen.all(K.APPEAL):
        yield seen.clock(
            "Answer to the appeal",
            step,
            "appeal",
            due=add_working_days(step.on, seen.procedure.reviews.appeal_days, seen.own),
            calendar=seen.own.name,
            met_on=seen.after(step, K.APPEAL_DECIDED),
            do=f"case answer-appeal {seen.case.reference}",
        )


def _ended_by_itself(seen: Seen) -> Iterator[Clock]:
    """The clerk is told until the customer was, or the case is closed (INV-07)."""
    for step in seen.all(K.LAPSED):
        clock = seen.clock(
            "Restriction ended by itself",
            step,
            "review",
            due=step.on,
            calendar=DAYS,
            met_on=seen.after(step, K.OUTCOME_LETTER, K.LIFTED),
            do=f"letter draft lifting --case {seen.case.reference}",
            note="the review was missed, or it was not confirmed: tell the customer",
        )
        if clock.waits:
            clock = replace(clock, state=ClockState.PASSED)
        yield clock
