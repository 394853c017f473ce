"""After the decision: reviews are held or the restriction ends, and nothing is prolonged in place (section 10)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.bootstrap import App
from bot.casework.cases import adjustments, open_case
from bot.casework.council import committee_report, urgent
from bot.casework.lapse import record_lapses
from bot.casework.restrictions import find_restriction, lift_all
from bot.casework.reviews import ReviewOutcome, extend, reviews_due
from bot.casework.steps import Said, take_step
from bot.work import SERVICE
from models.calendar import add_months
from models.case import CaseStep, Ground, StepKind, steps_of
from models.customer import Customer
from models.decision import Decision, Lifting, Measure
from models.errors import NotAllowed, Refused
from models.in_force import restrictions_in_force
from models.letter import LetterKind
from tests.after import DAY, HEAD, SIX_MONTHS, InForce, asked, reviewed, under_a_decision
from tests.builders import CLERK, NAMED_OFFICER, a_customer, a_term, as_minuted, lifted, put_clock

# --- reviews ----------------------------------------------------------------------------------------------------------


def test_a_review_keeps_what_it_finds_grounds_for_to_the_end_decided(app: App) -> None:
    this = under_a_decision(app)
    put_clock(app, SIX_MONTHS)
    letter = this.contact()
    with app.look() as session:
        assert [d.day.due_on for d in reviews_due(session, app.policy, app.today)] == [SIX_MONTHS]
    step = reviewed(this, cites=(letter.id,))
    assert step.facts["next_review_on"] == add_months(DAY, 12).isoformat()
    assert step.facts["reported_to"] == "Policy and Finance Committee"
    with app.look() as session:
        assert not reviews_due(session, app.policy, app.today)
        assert this.owed(session) == [LetterKind.REVIEW_OUTCOME]
    put_clock(app, add_months(DAY, 12) - timedelta(days=1))
    assert len(this.binding()) == 1


def test_a_review_missed_beyond_grace_ends_the_restriction_and_no_later_record_brings_it_back(app: App) -> None:
    this = under_a_decision(app)
    last = SIX_MONTHS + timedelta(days=app.policy.procedure.reviews.grace_days)
    put_clock(app, last)
    assert len(this.binding()) == 1
    put_clock(app, last + timedelta(days=1))
    assert not this.binding()
    letter = this.contact(at=SIX_MONTHS)
    with pytest.raises(Refused, match="is over: the review due"):
        reviewed(this, on=SIX_MONTHS, cites=(letter.id,))
    with app.begin(CLERK) as work:  # by another way than the verb
        facts = {"due_on": SIX_MONTHS, "outcome": "continue", "grounds": "as before"}
        decision = work.session.get_one(Decision, this.decision.id)
        take_step(
            work,
            this.case,
            StepKind.PERIODIC_REVIEW,
            on=SIX_MONTHS,
            who=HEAD,
            words="held in time, recorded late",
            facts=facts,
            decision=decision,
            policy=app.policy,
        )
    assert not this.binding()


def test_a_review_that_the_audit_trail_does_not_know_keeps_nothing_alive(app: App) -> None:
    this = under_a_decision(app)
    put_clock(app, SIX_MONTHS)
    with app.begin(CLERK) as work:
        forged = CaseStep(
            case_id=this.case.id,
            kind=StepKind.PERIODIC_REVIEW,
            on=SIX_MONTHS,
            who=HEAD,
            words="held",
            policy_version=app.policy.version,
            recorded_by="r.trelawny",
            recorded_at=work.now,
            facts={"due_on": SIX_MONTHS.isoformat(), "outcome": "continue", "grounds": "x"},
            decision_id=this.decision.id,
        )
        work.session.add(forged)
        work.note("something.else", this.case)
    put_clock(app, SIX_MONTHS + timedelta(days=15))
    assert not this.binding()


def test_what_ended_by_itself_is_put_on_record_once_and_stays_ended_whatever_the_grace(app: App) -> None:
    this = under_a_decision(app)
    put_clock(app, SIX_MONTHS + timedelta(days=15))
    for expected in (1, 0):
        with app.begin(SERVICE) as work:
            assert len(record_lapses(work, policy=app.policy)) == expected
    assert [s.facts["why"] for s in this.steps(StepKind.LAPSED)] == ["review_missed"]
    longer = replace(app.policy.procedure.reviews, grace_days=90)
    with app.look() as session:
        assert not restrictions_in_force(session, app.today, app.seal, longer).binding
        assert this.owed(session) == [LetterKind.LIFTING]
    put_clock(app, SIX_MONTHS)
    assert not this.binding(), "nor does it bind again when the clock is put back"


def test_an_urgent_decision_that_nobody_confirms_ends_on_its_own_day(app: App) -> None:
    conduct = replace(app.policy.procedure.conduct, urgent_route=True, urgent_deciders=("Town Clerk",))
    policy = replace(app.policy, procedure=replace(app.policy.procedure, conduct=conduct))
    person, until = a_customer(app), DAY + timedelta(days=14)
    said = Said(DAY, HEAD, "he stood in the office with an iron bar")
    with app.begin(CLERK) as work:
        customer = work.session.get_one(Customer, person.id)
        case = open_case(work, customer, subject_matter="the bins", ground=Ground.MANNER, on=DAY)
        adjustments(work, case, said, before="urgent", answer="there was no time to ask", policy=policy)
        urgent(
            work,
            case,
            said,
            as_minuted(on=DAY, subject_matter="the bins"),
            circumstances="a threat to life",
            authority="minute 25/9",
            until=until,
            report_due=DAY + timedelta(days=7),
            policy=policy,
        )
    for day, expected in ((until - timedelta(days=1), 0), (until, 1), (until, 0)):
        put_clock(app, day)
        with app.begin(SERVICE) as work:
            assert len(record_lapses(work, policy=policy)) == expected
    with app.look() as session:
        assert [s.facts["why"] for s in steps_of(session, case) if s.kind is StepKind.LAPSED] == ["not_confirmed"]


def test_past_decisions_entered_as_they_were_made_end_on_their_dates_alone(app: App) -> None:
    this = under_a_decision(app)
    put_clock(app, add_months(DAY, 11))
    with app.look() as session:
        assert len(restrictions_in_force(session, app.today, app.seal, None).binding) == 1
    general = replace(app.policy.procedure.conduct, case_needed=False)
    entered = replace(app.policy, procedure=replace(app.policy.procedure, conduct=general))
    assert entered.reviews_demanded is None
    assert not this.binding()


@pytest.mark.parametrize(
    ("days", "more", "said"),
    [
        (0, {"who": "Cllr T. Rowe"}, "held by Town Clerk or nominated representative"),
        (0, {"who": "Town Clerk"}, "by title and name"),
        (0, {"due_on": DAY}, "no review of decision"),
        (-63, {}, "can be held from"),
        (0, {"cites": ()}, "--outcome lift"),
        (0, {"outcome": ReviewOutcome.END_OF_TERM}, "only the review at the end"),
    ],
)
def test_a_review_is_refused_when_it_is_not_what_the_policy_asks(
    app: App, days: int, more: dict[str, object], said: str
) -> None:
    this = under_a_decision(app)
    put_clock(app, SIX_MONTHS + timedelta(days=days))
    given: dict[str, object] = {"cites": (this.contact().id,), **more}
    with pytest.raises(Refused, match=said):
        reviewed(this, **given)  # type: ignore[arg-type]


def test_what_was_decided_upon_is_no_ground_to_go_on(app: App) -> None:
    this = under_a_decision(app)
    before, since = this.contact(DAY - timedelta(days=20)), this.contact(DAY + timedelta(days=20))
    put_clock(app, SIX_MONTHS)
    with pytest.raises(Refused, match="from after the letter of the decision"):
        reviewed(this, cites=(before.id,))
    reviewed(this, cites=(before.id, since.id))


def test_a_review_without_grounds_lifts_everything_of_the_decision_at_once(app: App) -> None:
    this = under_a_decision(app, Measure.EMAIL_BLOCK, Measure.TELEPHONE_REFUSAL)
    put_clock(app, SIX_MONTHS)
    reviewed(this, ReviewOutcome.LIFT, who="J. Tregear, nominated representative of the Town Clerk")
    assert not this.binding()
    assert len(this.steps(StepKind.LIFTED)[0].facts["restrictions"]) == 2
    with app.look() as session:
        assert len(session.scalars(select(Lifting)).all()) == 2
        assert this.owed(session) == [LetterKind.LIFTING]


def test_a_nominee_without_the_power_to_lift_cannot_lift_by_a_review(app: App) -> None:
    this = under_a_decision(app)
    put_clock(app, SIX_MONTHS)
    with pytest.raises(NotAllowed):
        reviewed(this, ReviewOutcome.LIFT, who="M. Hosking, nominated representative", by=NAMED_OFFICER)
    assert len(this.binding()) == 1


def test_lifting_one_restriction_is_a_step_of_its_case(app: App) -> None:
    this = under_a_decision(app)
    with app.look() as session:
        restriction = find_restriction(session, next(iter(this.binding())))
    lifted(app, restriction)
    assert this.steps(StepKind.LIFTED)[0].facts["restrictions"] == [str(restriction.id)]
    assert not this.binding()
    with app.begin(CLERK) as work, pytest.raises(Refused, match="left to lift"):
        lift_all(work, work.session.get_one(Decision, this.decision.id), reason="again", policy=app.policy)


# --- for longer -------------------------------------------------------------------------------------------------------


def at_the_end(app: App) -> tuple[InForce, int]:
    """Eleven months on, the six-month review held, a letter of last week to cite."""
    this = under_a_decision(app)
    put_clock(app, SIX_MONTHS)
    reviewed(this, cites=(this.contact().id,))
    put_clock(app, add_months(DAY, 11))
    return this, this.contact().id


def reported(this: InForce) -> None:
    with this.app.begin(CLERK) as work:
        said = Said(this.app.today, HEAD, "a report with the log of the year")
        where = {"body": "Town Council", "meeting_on": this.app.today, "part_two": True}
        committee_report(work, this.case, said, purpose="extension", policy=this.policy, **where)  # type: ignore[arg-type]


def extended(this: InForce, *cites: int, representative: str = "M. Hosking", **more: object) -> Decision:
    start = add_months(DAY, 12)
    term = a_term(start, ends_on=add_months(start, 6), review_on=add_months(start, 6))
    minuted = as_minuted(on=this.app.today, terms=(term,), subject_matter=this.case.subject_matter)
    minuted = replace(minuted, **more)  # type: ignore[arg-type]
    with this.app.begin(CLERK) as work:
        earlier = work.session.get_one(Decision, this.decision.id)
        return extend(
            work,
            this.case,
            earlier,
            minuted,
            report="the year's log, 2 February",
            representative=representative,
            cites=cites,
            policy=this.policy,
        )


def test_a_restriction_goes_on_only_by_a_new_decision_on_a_report_with_the_representative_reappointed(app: App) -> None:
    this, letter = at_the_end(app)
    with pytest.raises(Refused, match="rests on the review at the end of the term"):
        extended(this, letter)
    reviewed(this, ReviewOutcome.END_OF_TERM, cites=(letter,))
    with pytest.raises(Refused, match="evidence-based report"):
        extended(this, letter)
    reported(this)
    with pytest.raises(Refused, match="reasonable adjustments were asked"):
        extended(this, letter)
    asked(this)
    with pytest.raises(Refused, match="the contacts that the report rests on"):
        extended(this)
    with pytest.raises(Refused, match="name the same"):
        extended(this, letter, representative="T. Rowe")
    with pytest.raises(Refused, match="only Town Council"):
        extended(this, letter, body="Policy and Finance Committee")
    with pytest.raises(Refused, match="from after the letter of the decision"):
        extended(this, this.contact(DAY - timedelta(days=20)).id)
    decision = extended(this, letter)
    step = this.steps(StepKind.EXTENDED)[0]
    assert (step.decision_id, step.facts["representative"]) == (decision.id, "M. Hosking")
    put_clock(app, add_months(DAY, 12))
    assert not this.binding(), "nothing goes on before its own letter is on record"


def test_an_extension_adds_nothing_and_lasts_no_longer_than_the_policy_says(app: App) -> None:
    this, letter = at_the_end(app)
    reviewed(this, ReviewOutcome.END_OF_TERM, cites=(letter,))
    reported(this)
    asked(this)
    start = add_months(DAY, 12)
    for term, said in (
        (a_term(start, measure=Measure.WRITTEN_ONLY), "was not decided before"),
        (replace(a_term(start), terms="and to councillors too"), "other than were decided before"),
        (a_term(start, ends_on=add_months(start, 7)), "at most 6 months"),
        (a_term(start + timedelta(days=9), ends_on=add_months(start, 5)), "cannot begin later"),
    ):
        with pytest.raises(Refused, match=said):
            extended(this, letter, terms=(term,))


def test_what_has_ended_is_not_continued(app: App) -> None:
    this, letter = at_the_end(app)
    reviewed(this, ReviewOutcome.END_OF_TERM, cites=(letter,))
    reported(this)
    asked(this)
    with app.begin(CLERK) as work:
        lift_all(work, work.session.get_one(Decision, this.decision.id), reason="she stopped", policy=app.policy)
    with pytest.raises(Refused, match="what has ended is not continued"):
        extended(this, letter)
