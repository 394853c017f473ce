"""After the decision: every contact is read and answered, reviews are held or the restriction ends, appeals are heard
by others, and nothing is prolonged in place (policy sections 8 to 10)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.bootstrap import App
from bot.casework import continuing, exceptions
from bot.casework.appeals import AppealOutcome, answer_appeal, involved, open_appeals, record_appeal
from bot.casework.cases import adjustments, open_case
from bot.casework.continuing import Answer, answer_contact, may_send_no_further, record_police, unanswered
from bot.casework.council import appoint, committee_report, urgent
from bot.casework.lapse import record_lapses
from bot.casework.restrictions import find_restriction, lift_all
from bot.casework.reviews import ReviewOutcome, extend, hold_review, letters_owed, reviews_due
from bot.casework.steps import Said, take_step
from bot.enforcement.apply import switch, wanted_rules
from bot.work import SERVICE, Actor, Work
from models.calendar import add_months
from models.case import Case, CaseStep, Ground, StepKind, cases_of, steps_of
from models.channels import closes_only_channel
from models.contact import Contact
from models.customer import Customer
from models.decision import Decision, Lifting, Measure, Restriction
from models.errors import NotAllowed, Refused
from models.in_force import restrictions_in_force
from models.letter import LetterKind
from models.policy import Policy
from models.queue import Flag, FlagKind
from tests.builders import (
    CLERK,
    NAMED_OFFICER,
    NOON,
    a_contact,
    a_customer,
    a_decision,
    a_letter,
    a_store,
    a_term,
    as_minuted,
    lifted,
    put_clock,
)

DAY = NOON.date()
HEAD = "Town Clerk, R. Trelawny"
OFFICER = "M. Hosking, Assistant Clerk"


@dataclass
class InForce:
    """One customer under a decision of the council, on paper before it, and what may be asked about it."""

    app: App
    customer: Customer
    decision: Decision
    case: Case

    @property
    def policy(self) -> Policy:
        return self.app.policy

    def contact(self, at: date | None = None) -> Contact:
        moment = NOON.replace(year=at.year, month=at.month, day=at.day) if at else None
        return a_contact(self.app, self.customer, sender="x@penrose.example", at=moment)

    def binding(self) -> set[int]:
        with self.app.look() as session:
            found = restrictions_in_force(session, self.app.today, self.app.seal, self.policy.reviews_demanded)
            return {r.id for r in found.binding}

    def steps(self, kind: StepKind) -> list[CaseStep]:
        with self.app.look() as session:
            return [s for s in steps_of(session, self.case) if s.kind is kind]


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    with a_store(tmp_path / "store") as app:
        yield app


def under_a_decision(
    app: App, *measures: Measure, months: int = 12, ends_on: date | None = None, customer: Customer | None = None
) -> InForce:
    person = customer or a_customer(app)
    start = app.today
    ends = ends_on or add_months(start, months)
    terms = tuple(a_term(start, ends_on=ends, measure=m) for m in measures or (Measure.EMAIL_BLOCK,))
    decision = a_decision(app, person, as_minuted(on=start, terms=terms))
    a_letter(app, decision)
    with app.look() as session:
        case = cases_of(session, person.id)[-1]
    return InForce(app, person, decision, case)


def answered(
    this: InForce,
    contact: Contact,
    answer: Answer = Answer.EXISTING,
    *,
    who: str = OFFICER,
    words: str = "",
    **more: str,
) -> CaseStep:
    said = Said(this.app.today, who, words)
    with this.app.begin(NAMED_OFFICER) as work:
        found = work.session.get_one(Contact, contact.id)
        return answer_contact(work, this.case, found, said, answer=answer, policy=this.policy, **more)


def excepted(
    this: InForce, what: str, *, until: date | None = None, keeps_open: str = "", letter_again: bool = False
) -> CaseStep:
    with this.app.begin(CLERK) as work:
        return exceptions.record_exception(
            work,
            this.case,
            Said(this.app.today, HEAD, "the clerk thought it right"),
            what=what,
            policy=this.policy,
            until=until,
            keeps_open=keeps_open,
            letter_again=letter_again,
        )


# --- continuing contact -----------------------------------------------------------------------------------------------


def test_every_contact_after_the_decision_waits_until_the_named_officer_has_answered_it(app: App) -> None:
    this = under_a_decision(app)
    first, second = this.contact(), this.contact()
    answered(this, first)
    with app.look() as session:
        assert [c.id for c in unanswered(session, this.case)] == [second.id]
    step = this.steps(StepKind.CONTINUING)[0]
    assert step.facts == {"answer": "existing", "dealt_with": "no further action"}
    assert "checked for significant new information" in step.words


def test_only_the_named_officer_or_their_substitute_answers(app: App) -> None:
    this = under_a_decision(app)
    contact = this.contact()
    with pytest.raises(Refused, match=r"answered by M\. Hosking"):
        answered(this, contact, who="T. Rowe, Assistant")
    with app.begin(CLERK) as work:
        said = Said(app.today, HEAD, "the council appointed them")
        appoint(work, this.case, said, named_officer="M. Hosking", substitute="T. Rowe", policy=app.policy)
    assert answered(this, contact, who="T. Rowe, Assistant").id


def test_new_evidence_needs_both_answers_of_the_head(app: App) -> None:
    this = under_a_decision(app)
    contact = this.contact()
    for more, missing in (
        ({"decided_by": HEAD}, "still appropriate"),
        ({"still_appropriate": "no"}, "Town Clerk, NAME"),
        ({"still_appropriate": "no", "decided_by": "M. Hosking"}, "Town Clerk, NAME"),
    ):
        with pytest.raises(Refused, match=missing):
            answered(this, contact, Answer.NEW_EVIDENCE, dealt_with="reopened", **more)
    both = {"still_appropriate": "no", "decided_by": HEAD}
    with pytest.raises(Refused, match="how it is dealt with"):
        answered(this, contact, Answer.NEW_EVIDENCE, **both)
    step = answered(this, contact, Answer.NEW_EVIDENCE, dealt_with="the complaint is looked at again", **both)
    assert (step.facts["still_appropriate"], step.facts["decided_by"]) == ("no", HEAD)


def test_what_was_flagged_as_more_is_not_answered_as_nothing_new_without_a_word(app: App) -> None:
    this = under_a_decision(app)
    contact = this.contact()
    with app.begin(SERVICE) as work:
        work.session.add(Flag(contact_id=contact.id, kind=FlagKind.STATUTORY, score=0.9, raised_at=work.now))
        work.note("flag.raised", contact)
    with pytest.raises(Refused, match=r"flagged contact .* as statutory"):
        answered(this, contact)
    assert answered(this, contact, words="he quotes an old request; he asks for nothing").words.startswith("he quotes")


def test_an_answer_is_put_right_by_a_later_one_that_says_why(app: App) -> None:
    this = under_a_decision(app)
    contact = this.contact()
    answered(this, contact)
    with pytest.raises(Refused, match="answered as 'existing'"):
        answered(this, contact, Answer.APPEAL, dealt_with="passed on")
    answered(this, contact, Answer.APPEAL, dealt_with="passed on", corrects="the last page asks for a review")
    assert [s.facts["answer"] for s in this.steps(StepKind.CONTINUING)] == ["existing", "appeal"]


def test_before_a_decision_was_told_contacts_take_their_ordinary_way(app: App) -> None:
    person = a_customer(app)
    decision = a_decision(app, person)
    contact = a_contact(app, person, sender="x@penrose.example")
    with app.look() as session:
        this = InForce(app, person, decision, cases_of(session, person.id)[0])
    with pytest.raises(Refused, match="was not yet told of a decision"):
        answered(this, contact)


def test_the_letter_of_no_further_correspondence_goes_once_unless_a_person_records_why(app: App) -> None:
    this = under_a_decision(app)

    def may() -> None:
        with app.look() as session:
            may_send_no_further(session, this.case)

    def goes(words: str) -> None:
        with app.begin(CLERK) as work:
            take_step(
                work, this.case, StepKind.NO_FURTHER, on=app.today, who=HEAD, words=words, facts={}, policy=app.policy
            )

    with pytest.raises(Refused, match="existing matter with nothing new"):
        may()
    answered(this, this.contact())
    may()
    goes("first class post")
    answered(this, this.contact())
    with pytest.raises(Refused, match="never sent twice"):
        may()
    excepted(this, "the letter goes again: the first came back unopened", letter_again=True)
    may()
    goes("second class post")
    with pytest.raises(Refused, match="never sent twice"):
        may()


# --- beside it --------------------------------------------------------------------------------------------------------


def test_that_the_police_are_not_told_is_recorded_like_that_they_are(app: App) -> None:
    this = under_a_decision(app)
    contact = this.contact()

    def police(*, told: bool, **more: str) -> CaseStep:
        with app.begin(NAMED_OFFICER) as work:
            found = work.session.get_one(Contact, contact.id)
            said = Said(app.today, HEAD, "he names my children's school")
            return record_police(work, this.case, said, told=told, contact=found, policy=app.policy, **more)

    with pytest.raises(Refused, match="what was passed on"):
        police(told=True)
    assert police(told=False).facts == {"told": False}
    assert police(told=True, passed_on="the letter", reference="50/1234").facts["reference"] == "50/1234"


def circumvented(this: InForce, other: Customer, *cites: int, basis: str = "") -> CaseStep:
    with this.app.begin(CLERK) as work:
        return exceptions.find_circumvention(
            work,
            this.case,
            work.session.get_one(Customer, other.id),
            Said(this.app.today, HEAD, "he writes in his brother's place", cites),
            evidence="the same letter, word for word, from the same house",
            policy=this.policy,
            basis=basis,
        )


def test_a_finding_about_another_person_opens_and_restricts_nothing(app: App) -> None:
    this = under_a_decision(app)
    brother = a_customer(app, name="Jago Penrose")
    letter = a_contact(app, brother, sender="jago@penrose.example")
    before = this.binding()
    with pytest.raises(Refused, match="what they themselves sent"):
        circumvented(this, brother, this.contact().id)
    step = circumvented(this, brother, letter.id, basis="her written consent of 2 March")
    assert step.facts["person"] == brother.id
    assert "written consent" in str(step.facts["evidence"])
    assert this.binding() == before
    with app.look() as session:
        assert not cases_of(session, brother.id)
        assert not session.scalars(select(Restriction).where(Restriction.customer_id == brother.id)).all()


@pytest.mark.parametrize("how", ["said so", "by address"])
def test_a_member_is_engaged_with_and_never_found_to_circumvent(app: App, how: str) -> None:
    this = under_a_decision(app)
    why, email = ("councillor for the harbour ward", "") if how == "said so" else ("", "mp@parliament.uk")
    member = a_customer(app, name="Tamsin Rowe", never_restrict=why, email=email)
    letter = a_contact(app, member, sender="member@elsewhere.example")
    with pytest.raises(Refused, match="never restricted"):
        circumvented(this, member, letter.id)
    with app.begin(CLERK) as work:
        found = work.session.get_one(Contact, letter.id)
        step = continuing.engage_member(
            work,
            this.case,
            Said(app.today, HEAD, "she asked what the matter is"),
            member="Cllr T. Rowe",
            how="telephoned",
            contact=found,
            policy=app.policy,
        )
    assert step.contact_id == letter.id


# --- the only channel -------------------------------------------------------------------------------------------------


def asked(this: InForce, *, before: str = "extension", only_channel: str = "", adjustment: str = "") -> None:
    with this.app.begin(CLERK) as work:
        said = Said(this.app.today, HEAD, "asked by letter")
        answer = {"answer": "she cannot hear on the telephone", "adjustment": adjustment}
        adjustments(work, this.case, said, before=before, only_channel=only_channel, policy=this.policy, **answer)


def kept_open(this: InForce, *, until: date | None = None) -> None:
    excepted(this, "her e-mails to the named officer are answered", keeps_open="email", until=until)


def test_a_restriction_that_closes_the_only_channel_of_a_person_binds_no_longer(app: App) -> None:
    this = under_a_decision(app, Measure.EMAIL_BLOCK, Measure.TELEPHONE_REFUSAL)
    assert len(this.binding()) == 2
    asked(this, only_channel="email")
    with app.look() as session:
        found = restrictions_in_force(session, app.today, app.seal, app.policy.reviews_demanded)
        assert [r.measure for r in found.binding] == [Measure.TELEPHONE_REFUSAL]
        assert "only channel" in found.set_aside[0][1]
    with app.begin(CLERK) as work:
        switch(work, on=True)
    with app.begin(SERVICE) as work:
        assert wanted_rules(work, app.policy, ()) == ()
    kept_open(this, until=app.today + timedelta(days=30))
    assert len(this.binding()) == 2
    put_clock(app, app.today + timedelta(days=30))
    assert len(this.binding()) == 1
    asked(this, only_channel="none", before="decision")
    assert len(this.binding()) == 2


def test_no_decision_closes_the_only_channel_of_a_person(app: App) -> None:
    this = under_a_decision(app, Measure.TELEPHONE_REFUSAL)
    asked(this, only_channel="email")
    with app.look() as session:
        person = session.get_one(Customer, this.customer.id)
        assert "would close it" in closes_only_channel(session, person, [Measure.EMAIL_BLOCK])
        assert not closes_only_channel(session, person, [Measure.TELEPHONE_REFUSAL])
    with pytest.raises(Refused, match="e-mail is on record as the only way"):
        a_decision(app, this.customer)
    kept_open(this)
    assert a_decision(app, this.customer).id


# --- reviews ----------------------------------------------------------------------------------------------------------


def reviewed(
    this: InForce,
    outcome: ReviewOutcome = ReviewOutcome.CONTINUE,
    *,
    who: str = HEAD,
    on: date | None = None,
    cites: tuple[int, ...] = (),
    due_on: date | None = None,
    by: Actor = CLERK,
) -> CaseStep:
    with this.app.begin(by) as work:
        decision = work.session.get_one(Decision, this.decision.id)
        return hold_review(
            work,
            this.case,
            decision,
            Said(on or this.app.today, who, "held in the clerk's office", cites),
            outcome=outcome,
            grounds="eleven letters since, four of them abusive" if cites else "none were found",
            due_on=due_on,
            policy=this.policy,
        )


SIX_MONTHS = add_months(DAY, 6)


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
        assert [kind for _, kind in letters_owed(session, this.case, app.policy)] == [LetterKind.REVIEW_OUTCOME]
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
        assert [kind for _, kind in letters_owed(session, this.case, app.policy)] == [LetterKind.LIFTING]


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


def test_a_review_without_grounds_lifts_everything_of_the_decision_at_once(app: App) -> None:
    this = under_a_decision(app, Measure.EMAIL_BLOCK, Measure.TELEPHONE_REFUSAL)
    put_clock(app, SIX_MONTHS)
    reviewed(this, ReviewOutcome.LIFT, who="J. Tregear, nominated representative of the Town Clerk")
    assert not this.binding()
    assert len(this.steps(StepKind.LIFTED)[0].facts["restrictions"]) == 2
    with app.look() as session:
        assert len(session.scalars(select(Lifting)).all()) == 2
        assert [kind for _, kind in letters_owed(session, this.case, app.policy)] == [LetterKind.LIFTING]


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


# --- appeals ----------------------------------------------------------------------------------------------------------


def appealed(this: InForce) -> CaseStep:
    contact = this.contact()
    with this.app.begin(NAMED_OFFICER) as work:
        found = work.session.get_one(Contact, contact.id)
        return record_appeal(work, this.case, found, grounds="nobody asked me", policy=this.policy)


def answers(this: InForce, appeal: CaseStep, outcome: AppealOutcome, *deciders: str) -> CaseStep:
    with this.app.begin(CLERK) as work:
        return answer_appeal(
            work,
            this.case,
            work.session.get_one(CaseStep, appeal.id),
            outcome=outcome,
            deciders=deciders,
            on=this.app.today,
            words="the log shows no answer to the first letter",
            policy=this.policy,
        )


@pytest.mark.parametrize(
    ("decider", "said"),
    [
        ("Full Council", "took part"),
        ("Rosenwyn Trelawny, Town Clerk", "took part"),
        ("r.trelawny", "took part"),
        ("Town Clerk", "a title"),
        (" ", "say who decided"),
    ],
)
def test_nobody_who_took_part_answers_an_appeal(app: App, decider: str, said: str) -> None:
    this = under_a_decision(app)
    with pytest.raises(Refused, match=said):
        answers(this, appealed(this), AppealOutcome.NOT_UPHELD, decider)
    with app.look() as session:
        assert len(open_appeals(session, this.case)) == 1


def test_an_appeal_that_is_upheld_lifts_what_was_decided(app: App) -> None:
    this = under_a_decision(app, Measure.EMAIL_BLOCK, Measure.WRITTEN_ONLY)
    appeal = appealed(this)
    assert len(this.binding()) == 2
    with app.look() as session:
        assert HEAD in involved(session, this.case)
    step = answers(this, appeal, AppealOutcome.UPHELD, "Appeals Panel", "Cllr B. Tamblyn")
    assert step.facts == {"outcome": "upheld", "uninvolved": True}
    assert not this.binding()
    with app.look() as session:
        assert not open_appeals(session, this.case)
    with pytest.raises(Refused, match="answered already"):
        answers(this, appeal, AppealOutcome.NOT_UPHELD, "Appeals Panel")


def test_an_appeal_is_recorded_once_and_is_of_a_decision_that_was_told(app: App) -> None:
    this = under_a_decision(app)
    appeal = appealed(this)

    def again(work: Work) -> CaseStep:
        found = work.session.get_one(Contact, appeal.contact_id)
        return record_appeal(work, this.case, found, grounds="the same", policy=app.policy)

    with app.begin(NAMED_OFFICER) as work, pytest.raises(Refused, match="an appeal already"):
        again(work)
