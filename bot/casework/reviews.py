"""Reviews of what is in force, and its extension by a new decision (policy section 10; REV-01 to REV-05).

A review is held by whom the policy names, rests on the log, and says what follows: to continue to the end decided, to
go to the council for longer, or to end it now. Without grounds a restriction is lifted. Nothing is extended in place.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy.orm import Session

from bot.casework.cases import came_after
from bot.casework.decisions import Minuted, record_decision
from bot.casework.people import has_name, is_a_body
from bot.casework.restrictions import lift_all, not_lifted
from bot.casework.steps import Said, in_words, take
from bot.work import Work, verb
from models.calendar import add_months
from models.case import Case, CaseStep, StepKind, steps_of
from models.customer import Customer
from models.decision import Decision
from models.errors import Refused
from models.letter import LetterKind
from models.letters_owed import letters_owed
from models.named import holds_title, same_named
from models.officer import Permission
from models.papers import imposed_by
from models.policy import Policy
from models.reviewing import DueReview, ReviewDay, due_reviews, entered_on, in_time, over_by_itself, review_days

K = StepKind


class ReviewOutcome(enum.StrEnum):
    CONTINUE = "continue"  # to the end that was decided
    END_OF_TERM = "end_of_term"  # to the council, for longer
    LIFT = "lift"  # now


def reviews_due(session: Session, policy: Policy, today: date, *, ahead_days: int = 28) -> list[DueReview]:
    """What must be reviewed, what comes up, what was missed, the earliest first; nothing where none is demanded."""
    demanded = policy.reviews_demanded
    return due_reviews(session, demanded, today, ahead_days=ahead_days) if demanded is not None else []


def decision_of(session: Session, case: Case, number: int | None = None) -> Decision:
    """The decision of a case that the customer was told of last, or the one with this number."""
    told = [s.decision_id for s in steps_of(session, case) if s.kind is K.TOLD and s.decision_id is not None]
    if not told:
        raise Refused(f"in {case.reference} the customer was not told of any decision yet: nothing is in force by it")
    if number is not None and number not in told:
        raise Refused(f"decision {number} is not one that came into force in {case.reference}")
    return session.get_one(Decision, told[-1] if number is None else number)


# --- holding one ------------------------------------------------------------------------------------------------------


@verb("review.hold", needs=Permission.KEEP_CASE)
def hold_review(
    work: Work,
    case: Case,
    decision: Decision,
    said: Said,
    *,
    outcome: ReviewOutcome,
    grounds: str,
    policy: Policy,
    due_on: date | None = None,
) -> CaseStep:
    """Record a review of everything that one decision imposed (REV-01, REV-02). `due_on`: which one; else the next.

    LIFT ends it in the same work (INV-26). END_OF_TERM prolongs nothing: that needs a new decision (`extend`). Refused
    where the grace is over: what it was about has ended by itself (INV-07).
    """
    day = _which(work.session, decision, policy, due_on)
    _nothing_to_review(work, decision, policy)
    _in_its_time(work, decision, day, said.on, policy)
    _by_the_right_one(said.who, decision, day, policy)
    _grounds(outcome, day, said.cites, policy)
    if outcome is not ReviewOutcome.LIFT and said.cites:
        _since_they_were_told(work.session, case, decision, said.cites)
    later = _next(work.session, decision, day, policy) if outcome is not ReviewOutcome.LIFT else None
    facts = {
        "due_on": day.due_on,
        "outcome": outcome.value,
        "grounds": grounds,
        "next_review_on": later,
        "reported_to": policy.procedure.reviews.reported_to,
    }
    step = take(work, case, K.PERIODIC_REVIEW, said, facts, policy, "review.hold", decision=decision)
    if outcome is ReviewOutcome.LIFT:
        lift_all(work, decision, reason=f"the review of {said.on:%-d %B %Y}: {grounds.strip()}", policy=policy)
    return step


def _which(session: Session, decision: Decision, policy: Policy, due_on: date | None) -> ReviewDay:
    days = review_days(session, decision, policy.procedure.reviews)
    if due_on is None:
        open_days = [d for d in days if d.held is None]
        if not open_days:
            raise Refused(f"every review of decision {decision.id} is on record already")
        return open_days[0]
    day = next((d for d in days if d.due_on == due_on), None)
    if day is None:
        named = ", ".join(f"{d.due_on:%-d %B %Y}" for d in days)
        raise Refused(f"no review of decision {decision.id} is due on {due_on:%-d %B %Y}; they are due on {named}")
    if day.held is not None:
        raise Refused(f"this review was held on {day.held.on:%-d %B %Y} and is on record already")
    return day


def _nothing_to_review(work: Work, decision: Decision, policy: Policy) -> None:
    over = over_by_itself(work.session, decision, work.today, policy.procedure.reviews, work.seal)
    if over:
        raise Refused(
            f"what decision {decision.id} imposed is over: {over}. A review cannot bring it back; whether there is "
            "still need is a matter for a new decision. Put its end on record and tell the customer: "
            "`evenhand restriction lift`"
        )
    if not not_lifted(work, decision) and work.today < max(m.ends_on for m in decision.measures):
        raise Refused(f"everything that decision {decision.id} imposed was lifted: there is nothing to review")


def _in_its_time(work: Work, decision: Decision, day: ReviewDay, on: date, policy: Policy) -> None:
    if on < day.begins_on:
        raise Refused(
            f"the review due on {day.due_on:%-d %B %Y} can be held from {day.begins_on:%-d %B %Y}; to end the "
            "restriction before, lift it: `evenhand restriction lift`"
        )
    entered = entered_on(work.session, decision, work.seal)
    if not in_time(day.due_on, held=on, recorded=work.today, entered=entered, reviews=policy.procedure.reviews):
        raise Refused(
            f"the review due on {day.due_on:%-d %B %Y} had to be held, and recorded, by {day.last_day:%-d %B %Y}; "
            "that day is past"
        )


def _by_the_right_one(who: str, decision: Decision, day: ReviewDay, policy: Policy) -> None:
    reviews, people = policy.procedure.reviews, policy.procedure.people
    by = reviews.end_by if day.last else reviews.by  # T15, T16
    named = is_a_body(who, policy) or all(has_name(who, title) for title in people.heads)
    if not named or not any(holds_title(who, title) for title in by.split(" or ")):
        raise Refused(
            f"under this policy the review is held by {by}, and not by '{who}': say who it was, by title and name"
        )
    if decision.body in people.delegates and same_named(who, decision.body):
        raise Refused("whoever decided the restriction does not review it alone (INV-16): name who took no part")


def _grounds(outcome: ReviewOutcome, day: ReviewDay, cites: Sequence[int], policy: Policy) -> None:
    if outcome is ReviewOutcome.END_OF_TERM and not day.last:
        raise Refused(
            "only the review at the end of the term goes to the council for longer; before it the outcome is to "
            "continue to the end decided, or to lift"
        )
    runs_out = outcome is ReviewOutcome.CONTINUE and day.last
    must_show = outcome is ReviewOutcome.END_OF_TERM or policy.procedure.reviews.lifted_without_grounds
    if outcome is not ReviewOutcome.LIFT and must_show and not runs_out and not cites:
        raise Refused(
            "to go on needs grounds shown in the log: cite the contacts (--cite). Where there are none the restriction "
            "is lifted: --outcome lift"
        )


def _since_they_were_told(session: Session, case: Case, decision: Decision, cites: Sequence[int]) -> None:
    """Refused where all that is cited came before the decision's letter: that was decided upon, and is no ground to go
    on (REV-03, REV-04)."""
    told = next((s for s in steps_of(session, case) if s.kind is K.TOLD and s.decision_id == decision.id), None)
    lacking = came_after(session, cites, told, "the letter of the decision") if told is not None else []
    if lacking:
        raise Refused(f"to go on needs {lacking[0]}. Where there is none it is lifted: --outcome lift")


def _next(session: Session, decision: Decision, day: ReviewDay, policy: Policy) -> date | None:
    later = [d.due_on for d in review_days(session, decision, policy.procedure.reviews) if d.due_on > day.due_on]
    return later[0] if later else None


# --- for longer -------------------------------------------------------------------------------------------------------


@verb("review.extend", needs=Permission.RECORD_DECISION)
def extend(
    work: Work,
    case: Case,
    earlier: Decision,
    minuted: Minuted,
    *,
    report: str,
    representative: str,
    cites: Sequence[int],
    policy: Policy,
    seen: int | None = None,
) -> Decision:
    """A new decision of the right body that continues what an earlier one imposed (REV-04). In force by its own letter.

    It rests on the review at the end of the term, an evidence-based report, adjustments asked about (INV-15) and the
    representative reappointed (NO-04); it adds nothing to what was decided before and lasts at most the policy's
    further months.
    """
    minuted = _on_their_terms(earlier, minuted)
    _may_be_extended(work, case, earlier, minuted, policy)
    lacking = [
        what
        for what, given in {
            "the evidence-based report (--report)": report,
            "who is reappointed as representative (--representative)": representative,
            "the contacts that the report rests on (--cite)": cites,
        }.items()
        if not given
    ]
    if lacking:
        raise Refused("an extension cannot be recorded without " + ", ".join(lacking))
    if not same_named(representative, minuted.named_officer):
        raise Refused("the representative who is reappointed is the named officer of the new decision: name the same")
    _since_they_were_told(work.session, case, earlier, cites)
    whole = replace(minuted, exception=minuted.exception or earlier.exception)
    customer = work.session.get_one(Customer, case.customer_id)
    decision = record_decision(work, customer, whole, policy=policy, case=case, route=K.EXTENDED, seen=seen)
    grounds = str(_end_review(work.session, case, earlier).facts["grounds"])
    by = Said(decision.decided_on, decision.body, grounds, tuple(cites), seen)
    facts = {"report": report, "representative": representative}
    take(work, case, K.EXTENDED, by, facts, policy, "review.extend", decision=decision)
    return decision


def _may_be_extended(work: Work, case: Case, earlier: Decision, minuted: Minuted, policy: Policy) -> None:
    reviews = policy.procedure.reviews
    if minuted.body.strip().casefold() not in {body.casefold() for body in reviews.extended_by}:
        raise Refused(f"only {' or '.join(reviews.extended_by)} continues a restriction, not '{minuted.body}'")
    over = over_by_itself(work.session, earlier, minuted.decided_on, reviews, work.seal)
    if over or not _still_there(work, earlier, minuted.decided_on):
        raise Refused(
            f"what decision {earlier.id} imposed is over{': ' if over else ''}{over}; what has ended is not continued. "
            "A restriction now needs a decision of its own, with every step before it"
        )
    steps = steps_of(work.session, case)
    ended = _end_review(work.session, case, earlier)
    if not any(s.kind is K.COMMITTEE_REPORT and s.facts["purpose"] == "extension" and s.id > ended.id for s in steps):
        raise Refused(
            "an extension rests on an evidence-based report to the body that decides: "
            f"`evenhand case committee {case.reference} --purpose extension`"
        )
    _no_more_than_before(earlier, minuted, policy)


def _end_review(session: Session, case: Case, earlier: Decision) -> CaseStep:
    """The review that asked for longer; refused where the last one did not."""
    held = [s for s in steps_of(session, case) if s.kind is K.PERIODIC_REVIEW and s.decision_id == earlier.id]
    if not held or held[-1].facts["outcome"] != ReviewOutcome.END_OF_TERM:
        raise Refused(
            "an extension rests on the review at the end of the term, held with the outcome 'end_of_term': "
            f"`evenhand case periodic-review {case.reference}`"
        )
    return held[-1]


def _still_there(work: Work, earlier: Decision, on: date) -> bool:
    imposed = imposed_by(work.session, earlier)
    return any(on <= r.ends_on and all(on < lifting.lifted_on for lifting in r.liftings) for r in imposed)


def _on_their_terms(earlier: Decision, minuted: Minuted) -> Minuted:
    """The terms of each measure as they were decided before, where none are given."""
    before = {m.measure: m.terms for m in earlier.measures}
    terms = (replace(term, terms=term.terms.strip() or before.get(term.measure, "")) for term in minuted.terms)
    return replace(minuted, terms=tuple(terms))


def _no_more_than_before(earlier: Decision, minuted: Minuted, policy: Policy) -> None:
    before = {m.measure: m for m in earlier.measures}
    further = policy.procedure.reviews.further_months
    for term in minuted.terms:
        if term.measure not in before:
            raise Refused(
                f"{term.measure.value.replace('_', ' ')} was not decided before: an extension continues what there is; "
                "more than that needs a decision with every step before it"
            )
        if " ".join(term.terms.split()) != before[term.measure].terms:
            raise Refused(
                f"the terms of {term.measure.value.replace('_', ' ')} are other than were decided before, and whether "
                "they limit more is for people to say: that needs a decision with every step before it. Leave --terms "
                "out to go on as before"
            )
        if term.starts_on > before[term.measure].ends_on + timedelta(days=1):
            raise Refused("an extension goes on where the earlier term ends; it cannot begin later")
        if term.ends_on > add_months(max(term.starts_on, before[term.measure].ends_on), further):
            raise Refused(f"an extension lasts at most {further} months; then it is reviewed again")


# --- what is owed to the customer -------------------------------------------------------------------------------------


_NAMES = {
    K.PERIODIC_REVIEW: "review",
    K.EXTENDED: "continuation",
    K.LIFTED: "lifting",
    K.LAPSED: "end by itself",
    K.APPEAL_DECIDED: "answer to the appeal",
    K.COMPLAINT_PAUSED: "pause of the complaint",
}


def owed_in_words(session: Session, case: Case, policy: Policy) -> list[str]:
    """The letters that tell the customer of what ended, was reviewed or answered, and have not gone (REV-05, INV-26,
    CH-06), each with the command that drafts it."""
    owed: dict[LetterKind, list[str]] = {}
    for step, kind in letters_owed(session, case, steps_of(session, case), policy):
        owed.setdefault(kind, []).append(f"{_NAMES.get(step.kind) or in_words(step.kind)} of {step.on:%-d %B %Y}")
    return [
        f"the letter that tells the customer of the {' and the '.join(dict.fromkeys(steps))} (`evenhand letter "
        f"draft {kind.value} --case {case.reference}`, then `evenhand letter send`)"
        for kind, steps in owed.items()
    ]
