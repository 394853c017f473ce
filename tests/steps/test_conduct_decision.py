"""The conduct track from Stage 2 to the decision letter, papers from before, and the urgent route."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.bootstrap import App
from bot.casework import cases, council
from bot.casework.ahead import next_steps
from bot.casework.decisions import Term, record_decision
from bot.casework.lapse import record_lapses
from bot.casework.reviews import owed_in_words
from bot.casework.steps import Said
from bot.casework.warn import letter_went
from bot.clocks.due import clocks
from bot.clocks.meetings import add_meeting, call_off
from bot.registers.section19 import Basis, read_register
from bot.reports.bundle import decisions_page
from bot.work import SERVICE
from config.load import load_policy
from models.calendar import add_months
from models.case import StepKind
from models.customer import Customer
from models.decision import Decision, Measure, Restriction
from models.errors import Refused
from models.letter import LetterEvent, LetterEventKind, LetterKind
from models.policy import Policy
from tests.builders import CLERK, a_customer, a_letter, a_term, as_minuted, on_paper
from tests.conduct import CONDITIONS, HEAD, P_AND_F, Life, a_life, with_urgent_route

K = StepKind


# --- Stage 2 ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("left_out", CONDITIONS)
def test_no_decision_without_each_of_the_three_confirmations(app: App, left_out: str) -> None:
    life = a_life(app).formally_warned()
    life.days_go_by(9)
    for what in CONDITIONS:
        if what != left_out:
            life.confirm(what)
    for step in (life.committee_report, life.recommend, life.decide):
        with pytest.raises(Refused, match=f"confirm CASE-2026-001 --what {left_out}"):
            step()


def test_a_named_person_confirms_and_the_conduct_went_on_after_the_formal_warning(app: App) -> None:
    life = a_life(app).formally_warned()
    for who in (P_AND_F, "Full Council", "the Town Clerk"):
        with pytest.raises(Refused, match="the name of the person who confirms it"):
            life.confirm("dealt_with_properly", who=who)
    with pytest.raises(Refused, match="from after the formal warning"):
        life.confirm("conduct", cites=(1,))


def test_confirmations_of_an_earlier_warning_are_not_those_of_this_one(app: App) -> None:
    life = a_life(app).before_the_council()
    life.do(council.decide_against, life.said("Full Council", "no restriction"), minute="2026/9")
    assert life.standing().state == "decided_against"
    with pytest.raises(Refused, match="letter draft formal_warning"):
        life.decide()
    life.warned()
    assert life.standing().state == "warned"


def test_the_committee_considers_conduct_alone_and_is_the_policys(app: App) -> None:
    life = a_life(app).formally_warned()
    life.days_go_by(9)
    for what in CONDITIONS:
        life.confirm(what)
    with pytest.raises(Refused, match="received in part two"):
        life.committee_report(part_two=False)
    with pytest.raises(Refused, match="why it goes to the Full Council"):
        life.committee_report("formal_warning", body="Full Council")
    with pytest.raises(Refused, match="a body that hears of cases"):
        life.committee_report(body="Allotments Committee")
    life.committee_report("formal_warning", body="Full Council", urgent="P&F meets in eight weeks")
    life.committee_report()
    with pytest.raises(Refused, match="a consideration of the conduct alone"):
        life.recommend(conduct_only=False)


def test_nobody_complained_about_decides_alone(app: App) -> None:
    life = a_life(app)
    life.report(about=("R. Trelawny", "Cllr A. Jago", "Cllr B. Kitto"))
    with pytest.raises(Refused, match="does not decide alone"):
        life.review()
    other = a_life(app)
    other.report(about=("Rosenwyn Trelawny",))
    other.review()  # with two others who are not complained about
    other.adjustments("initial_warning")
    other.initial_letter()
    other.days_go_by(9)
    with pytest.raises(Refused, match="does not decide alone"):
        other.not_heeded()


def test_only_the_policys_bodies_decide_and_an_officer_only_by_delegation(app: App) -> None:
    life = a_life(app).before_the_council()
    for body in (P_AND_F, "Town Clerk, R. Trelawny", "The Mayor"):
        with pytest.raises(Refused, match="only Town Council or Full Council or Council decides"):
            life.decide(body=body)
    people = replace(app.policy.procedure.people, delegates=("Town Clerk",))
    life.policy = replace(app.policy, procedure=replace(app.policy.procedure, people=people))
    with pytest.raises(Refused, match="decides only with delegated power"):
        life.decide(body="Town Clerk, R. Trelawny")
    life.decide(body="Town Clerk, R. Trelawny", delegation="minute 2025/31")
    assert life.steps(K.DECIDED)[0].facts["delegation"] == "minute 2025/31"


def test_under_a_principal_councils_policy_an_officer_decides_with_delegated_power_and_no_committee(app: App) -> None:
    policy = load_policy("principal")
    people = ("Head of Service, J. Tregear",)
    life = Life(app, a_customer(app), policy, head="Complaints Manager, S. Penhale", people=people).formally_warned()
    life.days_go_by(20)
    for what in CONDITIONS:
        life.confirm(what)
    life.adjustments("decision")
    director = "Director of Governance, P. Uren"
    with pytest.raises(Refused, match="decides only with delegated power"):
        life.decide(body=director)
    life.decide(body=director, delegation="scheme of delegation, part 3, 4.2")
    life.appoint()
    life.decision_letter()
    assert len(life.binding()) == 1


def test_a_decision_says_what_was_declared_and_why_it_is_proportionate(app: App) -> None:
    life = a_life(app).before_the_council()
    with pytest.raises(Refused) as refused:
        life.decide(interests=(), proportionality="", impedes=" ")
    for name in ("interests", "proportionality", "impedes"):
        assert f"{name} is missing" in str(refused.value)
    with app.look() as session:
        assert session.get(Decision, 1) is None, "nothing half done"


def test_a_decision_covers_the_matter_of_its_case_alone(app: App) -> None:
    life = a_life(app).before_the_council()
    with pytest.raises(Refused, match="is about another subject matter"):
        life.decide(subject_matter="the bins")
    other = a_life(app)
    with pytest.raises(Refused, match="another customer's case"):
        life.recorded(life.minuted(), other.customer, life.case)


def test_without_a_case_nothing_is_decided_under_a_policy_that_needs_one(app: App) -> None:
    life, somebody = a_life(app), a_customer(app)
    with pytest.raises(Refused, match="a decision rests on a case"):
        life.recorded(life.minuted(), somebody, None)


def test_the_case_that_is_ready_is_found_by_itself(app: App) -> None:
    life = a_life(app).before_the_council()
    life.recorded(life.minuted(), life.customer, None)
    assert life.standing().state == "decided"


def test_the_decision_letter_goes_when_a_named_officer_and_a_substitute_are_appointed(app: App) -> None:
    life = a_life(app).before_the_council()
    decision = life.decide()
    with pytest.raises(Refused, match="the named officer and their substitute are not on record"):
        life.decision_letter()
    with pytest.raises(Refused, match="another person than the named officer"):
        life.appoint(substitute="Mr M. Hosking")
    with pytest.raises(Refused, match="whom the council named"):
        life.appoint(officer="P. Uren")
    life.appoint()
    with pytest.raises(Refused, match="a letter of the kind that tells of it"):
        life.sends(LetterKind.URGENT_DECISION, decision=decision.id)
    with pytest.raises(Refused, match="goes out from here"):
        a_letter(app, decision)
    assert life.binding() == set()
    life.decision_letter()
    with pytest.raises(Refused, match="has gone"):
        life.decision_letter()


def test_a_decision_recorded_wrongly_is_put_right_by_another_before_its_letter_goes(app: App) -> None:
    life = a_life(app).before_the_council()
    wrong = life.decide()
    life.appoint()
    life.adjustments("decision")
    right = life.decide(minute="2026/88, put right")
    life.appoint()
    with pytest.raises(Refused, match=f"decision {wrong.id} was put right by a later one"):
        life.sends(LetterKind.DECISION, decision=wrong.id)
    life.decision_letter()
    with app.look() as session:
        assert {session.get_one(Restriction, number).decision_id for number in life.binding()} == {right.id}
    page = decisions_page([wrong, right], {right.id: app.today})
    assert page.index("No letter of it went: it restricted nobody") < page.index("Its letter went on")
    life.adjustments("decision")
    with pytest.raises(Refused, match="the case stands otherwise"):
        life.decide(minute="2026/89")


def test_a_decision_that_was_none_is_followed_by_one_not_to_restrict_and_its_case_can_be_closed(app: App) -> None:
    life = a_life(app).before_the_council()
    decision = life.decide()
    life.appoint()
    life.do(council.decide_against, life.said("Full Council", "no quorum: nothing was decided"), minute="2026/9")
    with pytest.raises(Refused, match="was put right by a later one"):
        life.sends(LetterKind.DECISION, decision=decision.id)
    assert life.do(council.close, life.said(words="nothing more is to be done")).kind is K.CLOSED


def test_what_a_letter_on_its_way_tells_of_is_not_put_right_behind_it(app: App) -> None:
    life = a_life(app).before_the_council()
    decision = life.decide()
    life.appoint()
    with app.begin(life.actor) as work:
        letter = life.letter(work, LetterKind.DECISION, decision.id, life.case)
        event = LetterEvent(
            letter_id=letter.id,
            kind=LetterEventKind.QUEUED,
            on=app.today,
            words="by e-mail",
            recorded_by=work.actor.name,
            recorded_at=work.now,
        )
        work.session.add(event)
    life.adjustments("decision")
    with pytest.raises(Refused, match="is on its way"):
        life.decide()


def test_a_meeting_that_was_called_off_decided_nothing(app: App) -> None:
    life = a_life(app).before_the_council()
    with app.begin(life.actor) as work:
        add_meeting(work, body="Full Council", held_on=app.today)
        call_off(work, body="Full Council", held_on=app.today)
    for decided in (
        life.decide,
        lambda: life.do(council.decide_against, life.said("Full Council", "none"), minute="2026/9"),
    ):
        with pytest.raises(Refused, match="was called off, and decided nothing"):
            decided()


def test_the_letter_of_a_decision_does_not_go_when_its_meeting_was_called_off_since(app: App) -> None:
    life = a_life(app).before_the_council()
    life.decide()
    life.appoint()
    with app.begin(life.actor) as work:
        add_meeting(work, body="Full Council", held_on=app.today)
        call_off(work, body="Full Council", held_on=app.today)
    with pytest.raises(Refused, match="was called off since and decided nothing"):
        life.decision_letter()
    assert not life.binding()


def test_a_decision_on_paper_that_was_put_right_does_not_come_into_force_either(app: App) -> None:
    this, ends = a_customer(app), add_months(app.today, 12)
    case, whole = on_paper(app, this), as_minuted(on=app.today, terms=(a_term(app.today, ends_on=ends),))
    decisions: list[Decision] = []
    for minute in ("12/26", "21/26"):
        with app.begin(CLERK) as work:
            if decisions:
                said = Said(app.today, HEAD, "asked again")
                cases.adjustments(work, case, said, before="decision", answer="none", policy=app.policy)
            given = replace(whole, minute=minute, subject_matter=case.subject_matter, exception="on paper")
            person = work.session.get_one(Customer, this.id)
            decisions.append(record_decision(work, person, given, policy=app.policy, case=case))
    with pytest.raises(Refused, match="was put right by a later one"):
        a_letter(app, decisions[0])
    assert a_letter(app, decisions[1])


def test_a_letter_of_a_case_goes_to_its_customer(app: App) -> None:
    life, other = a_life(app), a_life(app)
    life.report()
    life.review()
    life.adjustments("initial_warning")
    with pytest.raises(Refused, match="this one is to somebody else"):
        other.sends(LetterKind.INITIAL_WARNING, case=life.case)


def test_who_may_never_be_restricted_is_not_however_the_case_stands(app: App) -> None:
    member = a_customer(app, never_restrict="Member of Parliament")
    life = a_life(app, customer=member).before_the_council()
    with pytest.raises(Refused, match="never restricted"):
        life.decide()


def test_the_only_channel_of_a_person_stays_open(app: App) -> None:
    life = a_life(app).before_the_council()
    life.adjustments("decision", only_channel="email")
    with pytest.raises(Refused, match="the only way in which this person can reach the council"):
        life.decide()


# --- papers from before this program ----------------------------------------------------------------------------------


def test_a_case_is_taken_over_from_papers_that_confirm_every_condition(app: App) -> None:
    life = a_life(app)
    with pytest.raises(Refused) as refused:
        life.do(cases.take_over, papers="box 4", confirmed=["conduct"])
    assert "dealt_with_properly" in str(refused.value)
    assert "formal_warning_sent" in str(refused.value)
    life.do(cases.take_over, papers="box 4", confirmed=list(CONDITIONS))
    with pytest.raises(Refused, match="adjustments CASE-2026-001 --before decision"):
        life.decide(exception="on paper")
    begun = a_life(app)
    begun.report()
    with pytest.raises(Refused, match="only one without steps of its own"):
        begun.do(cases.take_over, papers="box 4", confirmed=list(CONDITIONS))
    life.adjustments("decision")
    life.decide(exception="on paper")
    decision = life.steps(K.DECIDED)[-1].decision_id
    told = next(step for step in next_steps(life.standing(), "CASE-1") if step.kind is K.TOLD)
    assert told.command == f"evenhand decision letter {decision}", "its letter went on paper, as all before it"


# --- the urgent route -------------------------------------------------------------------------------------------------


@pytest.fixture
def urgent_policy(app: App) -> Policy:
    return with_urgent_route(app.policy)


def urgent_letter(life: Life, kind: StepKind = K.URGENT) -> None:
    life.sends(LetterKind.URGENT_DECISION, decision=life.steps(kind)[-1].decision_id)


def test_an_urgent_restriction_is_a_decision_that_lapses_by_itself(app: App, urgent_policy: Policy) -> None:
    life = a_life(app, policy=urgent_policy)
    with pytest.raises(Refused, match="adjustments CASE-2026-001 --before urgent"):
        life.urgent()
    life.adjustments("urgent")
    with pytest.raises(Refused, match="a decision by Town Clerk, by title and name"):
        life.urgent(who="Cllr A. Jago")
    with pytest.raises(Refused, match="at most 28 days"):
        life.urgent(days=29)
    life.urgent()
    assert life.binding() == set(), "the letter comes first"
    urgent_letter(life)
    assert len(life.binding()) == 1
    life.days_go_by(14)
    assert life.binding() == set()


def test_the_council_confirms_an_urgent_restriction_for_as_short_a_time_and_once(
    app: App, urgent_policy: Policy
) -> None:
    life = a_life(app, policy=urgent_policy)
    life.adjustments("urgent")
    life.urgent()
    urgent_letter(life)
    life.days_go_by(7)
    today = app.today
    longer = life.minuted(terms=(Term(Measure.EMAIL_BLOCK, today, add_months(today, 6)),))
    shorter = replace(longer, terms=(Term(Measure.EMAIL_BLOCK, today, today + timedelta(days=28)),))
    life.adjustments("decision")
    with pytest.raises(Refused, match="longer needs the formal warning and the three confirmations"):
        life.do(council.confirm_urgent, minuted=longer)
    with pytest.raises(Refused, match="only Town Council"):
        life.do(council.confirm_urgent, minuted=replace(shorter, body=HEAD))
    life.do(council.confirm_urgent, minuted=shorter)
    urgent_letter(life, K.URGENT_CONFIRMED)
    assert len(life.binding()) == 2
    life.days_go_by(10)
    assert len(life.binding()) == 1
    life.adjustments("decision")
    with pytest.raises(Refused, match="this one is confirmed already"):
        life.do(council.confirm_urgent, minuted=replace(shorter, minute="x", decided_on=app.today))


def test_a_second_urgent_restriction_rests_on_what_came_since(app: App, urgent_policy: Policy) -> None:
    life = a_life(app, policy=urgent_policy)
    life.adjustments("urgent")
    life.urgent()
    old = life.contact()
    life.days_go_by(20)
    life.adjustments("urgent")
    with pytest.raises(Refused, match="from after the urgent decision"):
        life.urgent(cites=(old,))
    life.urgent(cites=(life.contact(),))


def refused(life: Life) -> None:
    said = life.said("Town Council", "RESOLVED that the urgent restriction is not confirmed", on=life.app.today)
    life.do(council.refuse_urgent, said, minute="2026/31")


def test_an_urgent_restriction_that_the_council_refuses_to_confirm_ends_at_once_and_is_told(
    app: App, urgent_policy: Policy
) -> None:
    life = a_life(app, policy=urgent_policy)
    life.adjustments("urgent")
    life.urgent()
    urgent_letter(life)
    life.days_go_by(5)
    with pytest.raises(Refused, match="only Town Council"):
        life.do(council.refuse_urgent, life.said(HEAD), minute="x")
    refused(life)
    assert life.binding() == set()
    assert life.steps(K.URGENT_REFUSED)[0].facts == {"body": "Town Council", "minute": "2026/31"}
    with app.look() as session:
        (line,) = read_register(Basis(session, life.policy, app.today, app.seal)).lines
        waits = [c.name for c in clocks(session, life.policy, app.clock.now(), app.seal) if c.waits]
        assert owed_in_words(session, life.case, life.policy)[0].startswith("the letter that tells the customer of the")
    assert (line.stage, waits) == ("restrictions lifted", ["Letter to the customer: lifting"])
    life.adjustments("decision")
    with pytest.raises(Refused, match="was not confirmed by the council, and is over"):
        life.do(council.confirm_urgent, minuted=life.minuted(terms=(Term(Measure.EMAIL_BLOCK, app.today, app.today),)))
    life.days_go_by(30)
    with app.begin(SERVICE) as work:
        assert record_lapses(work, policy=life.policy) == []
    life.sends(LetterKind.LIFTING, decision=1)
    life.do(council.close)


def test_of_an_urgent_decision_that_was_refused_before_its_letter_went_no_letter_goes(
    app: App, urgent_policy: Policy
) -> None:
    life = a_life(app, policy=urgent_policy)
    life.adjustments("urgent")
    life.urgent()
    refused(life)
    with pytest.raises(Refused, match="nothing comes into force by it any more"):
        urgent_letter(life)
    with app.begin(CLERK) as work:
        letter = life.letter(work, LetterKind.URGENT_DECISION, 1, life.case)
        life.went(work, letter, "by hand, by a clerk who had not heard")
        with pytest.raises(Refused, match="nothing comes into force by it any more"):
            letter_went(work, letter, policy=life.policy)
    assert life.binding() == set()
    life.do(council.close)
