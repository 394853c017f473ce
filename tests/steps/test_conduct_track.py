"""The conduct track: a case from the officer's report to the decision that is in force, and each refusal on the way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from bot.audit import verify
from bot.bootstrap import App
from bot.casework import cases, council
from bot.casework.ahead import late, next_steps, owed
from bot.casework.decisions import Term
from bot.casework.restrictions import find_restriction
from bot.cli import cli
from bot.work import SERVICE
from config.load import load_policy
from models.audit import AuditEntry
from models.calendar import add_months
from models.case import StepKind
from models.contact import Match
from models.decision import Decision, Measure
from models.errors import EvenhandError, NotAllowed, Refused
from models.letter import LetterKind
from models.policy import Policy
from tests.builders import AUDITOR, NAMED_OFFICER, NOON, a_customer, a_letter, a_store, lifted, put_clock
from tests.conduct import (
    CHAIRS,
    CONDITIONS,
    HEAD,
    P_AND_F,
    Life,
    a_life,
    warnings_recorded,
    with_urgent_route,
)
from tests.web.people import OFFICERS, let_in

K = StepKind


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    with a_store(tmp_path) as app:
        yield app


# --- a whole life -----------------------------------------------------------------------------------------------------


def test_a_case_goes_from_the_report_to_a_restriction_and_only_its_letter_puts_it_in_force(app: App) -> None:
    life = a_life(app).before_the_council()
    decision = life.decide()
    assert life.standing().state == "decided"
    assert life.binding() == set()
    life.appoint()
    life.decision_letter()
    assert life.standing().state == "told"
    (number,) = life.binding()
    assert [s.kind for s in life.steps()] == [
        *(K.REPORT, K.REVIEW, K.ADJUSTMENTS, K.INITIAL_WARNING, K.NOT_HEEDED, K.MEETING, K.ADJUSTMENTS),
        *(K.FORMAL_WARNING, K.CONFIRMATION, K.CONFIRMATION, K.CONFIRMATION, K.COMMITTEE_REPORT, K.RECOMMENDATION),
        *(K.CHECKED, K.ADJUSTMENTS, K.DECIDED, K.APPOINTED, K.TOLD),
    ]
    assert warnings_recorded(app, life.customer) == ["initial", "formal_prior"]
    assert (decision.exception, number) == ("", 1)
    assert all(step.policy_version == app.policy.version for step in life.steps())
    with app.look() as session:
        assert verify(session, app.seal).broken_at is None


def test_what_each_step_says_is_kept_with_it(app: App) -> None:
    life = a_life(app).in_force()
    (initial,) = life.steps(K.INITIAL_WARNING)
    (formal,) = life.steps(K.FORMAL_WARNING)
    (decided,) = life.steps(K.DECIDED)
    (told,) = life.steps(K.TOLD)
    assert initial.facts == {"agreed_with": "; ".join(CHAIRS)}
    assert formal.facts == {"named_contact": "Write to M. Hosking, and to nobody else."}
    assert decided.facts["interests"] == ["none declared"]
    assert (decided.decision_id, told.decision_id, told.letter_id) == (1, 1, 3)


def test_a_case_is_closed_when_nothing_of_it_runs_and_takes_no_more_steps(app: App) -> None:
    life = a_life(app).in_force()
    with pytest.raises(Refused, match="cannot be closed while restriction 1 runs"):
        life.do(council.close)
    with app.look() as session:
        restriction = find_restriction(session, 1)
    lifted(app, restriction)
    life.do(council.close)
    with pytest.raises(Refused, match="the case is closed"):
        life.report()


# --- order, and everything missing at once ----------------------------------------------------------------------------


def test_a_refusal_names_everything_that_is_missing_with_its_command(app: App) -> None:
    life = a_life(app)
    with pytest.raises(Refused) as refused:
        life.decide()
    words = str(refused.value)
    for command in (
        *("case report", "case review", "letter draft initial_warning", "letter draft formal_warning"),
        *(f"case confirm --what {what}" for what in CONDITIONS),
        *("case committee --purpose stage_two", "case recommend", "case check", "case adjustments --before decision"),
    ):
        assert f"`evenhand {command}" in words, command


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (lambda life: life.review(), "an officer's report"),
        (lambda life: life.initial_letter(), "the review of the report"),
        (lambda life: life.formal_letter(), "the initial letter, sent"),
        (lambda life: life.not_heeded(), "the initial letter, sent"),
        (lambda life: life.confirm("formal_warning_sent"), "the formal warning, sent"),
        (lambda life: life.committee_report(), "the formal warning, sent"),
        (lambda life: life.recommend(), "the formal warning, sent"),
        (lambda life: life.check(), "the recommendation"),
        (lambda life: life.decision_letter(), "the decision that the letter tells of"),
        (lambda life: life.do(cases.acknowledged, how="letter"), "the initial letter, sent"),
        (lambda life: life.do(council.decide_against, life.said("Full Council"), minute="1"), "an officer's report"),
        (lambda life: life.urgent(), "switched off"),
    ],
)
def test_no_step_comes_before_those_it_rests_on(app: App, step: object, words: str) -> None:
    with pytest.raises(Refused, match=words):
        step(a_life(app))  # type: ignore[operator]


def test_the_formal_warning_needs_the_finding_the_meeting_and_the_adjustments(app: App) -> None:
    life = a_life(app).warned()
    with pytest.raises(Refused) as refused:
        life.formal_letter()
    assert "a person's finding that the initial letter was not heeded" in str(refused.value)
    assert "whether a meeting is offered" in str(refused.value)
    assert "adjustments --before formal_warning" in str(refused.value)
    assert warnings_recorded(app, life.customer) == ["initial"]


def test_a_warning_goes_once(app: App) -> None:
    life = a_life(app).warned()
    life.adjustments("initial_warning")
    with pytest.raises(Refused, match="the case stands otherwise"):
        life.initial_letter()


def test_adjustments_are_asked_about_afresh_before_each_warning_and_the_decision(app: App) -> None:
    life = a_life(app)
    life.report()
    life.review()
    life.adjustments("decision")
    life.adjustments("formal_warning")
    with pytest.raises(Refused, match="adjustments --before initial_warning"):
        life.initial_letter()
    life.adjustments("initial_warning")
    life.initial_letter()
    life.days_go_by(9)
    life.not_heeded()
    life.meeting()
    with pytest.raises(Refused, match="adjustments --before formal_warning"):
        life.formal_letter()  # what was answered before the initial letter does not count for this


def test_an_exceptional_reason_stands_for_the_initial_letter_and_for_nothing_else(app: App) -> None:
    life = a_life(app)
    life.report()
    life.review()
    life.do(cases.skip_initial_letter, life.said(words="they threatened the staff in the first letter"))
    life.meeting()
    life.adjustments("formal_warning")
    life.formal_letter()
    life.days_go_by(9)
    with pytest.raises(Refused, match="confirm --what conduct"):
        life.decide()
    for what in CONDITIONS:
        life.confirm(what)
    life.committee_report()
    life.recommend()
    life.check()
    life.adjustments("decision")
    assert life.decide().exception == "they threatened the staff in the first letter"


def test_a_step_is_not_dated_before_what_it_rests_on_nor_in_the_future(app: App) -> None:
    life = a_life(app)
    life.report()
    with pytest.raises(Refused, match="has not come yet"):
        life.do(cases.meeting, life.said(on=app.today + timedelta(days=1)), outcome="offered")
    given = {"outcome": "act", "participants": CHAIRS, "adviser": "Monitoring Officer, C. Retallack"}
    more = {"advice": "a", "proportionality": "p", "circumstances": "c"}
    with pytest.raises(Refused, match="is before the report of 2 March 2026"):
        life.do(cases.review, life.said(on=app.today - timedelta(days=1)), **given, **more)


def test_the_same_step_is_not_recorded_twice(app: App) -> None:
    life = a_life(app)
    said = life.said(words="in the council chamber, with a friend")
    life.do(cases.meeting, said, outcome="offered")
    with pytest.raises(Refused, match="recorded already, in the same words"):
        life.do(cases.meeting, said, outcome="offered")


def test_who_acts_second_is_told_what_changed(app: App) -> None:
    life = a_life(app)
    seen = life.report().id
    life.review("no_action")
    with pytest.raises(Refused, match=r"since you looked this was recorded: review of 2 March 2026.*r\.trelawny"):
        life.do(cases.meeting, replace(life.said(), seen=seen), outcome="offered")
    assert not life.steps(K.MEETING)


def test_facts_that_a_step_needs_are_asked_for_by_name(app: App) -> None:
    with pytest.raises(Refused, match=r"outcome should be one of offered, held, declined, not_offered"):
        a_life(app).do(cases.meeting, outcome="refused")


# --- the report and its review ----------------------------------------------------------------------------------------


def test_a_report_cites_the_customers_own_log(app: App) -> None:
    life, other = a_life(app), a_life(app)
    with pytest.raises(Refused, match="entries of the customer's log"):
        life.report(cites=())
    with pytest.raises(Refused, match="is not this customer's"):
        life.report(cites=(other.contact(),))
    with pytest.raises(Refused, match="is not confirmed to be this customer's"):
        life.report(cites=(life.contact(match=Match.SUGGESTED),))
    with pytest.raises(Refused, match="no contact 999"):
        life.report(cites=(999,))
    with pytest.raises(Refused, match="came after 2 March 2026"):
        life.report(cites=(life.contact(at=NOON + timedelta(days=3)),))


def test_a_report_names_behaviours_of_the_policy(app: App) -> None:
    life = a_life(app)
    with pytest.raises(Refused, match="'RUDE' is no behaviour of the policy"):
        life.do(cases.report, life.said(cites=(life.contact(),)), behaviours=["rude"])


@pytest.mark.parametrize(
    ("who", "people", "words"),
    [
        ("R. Trelawny", CHAIRS, "'Town Clerk, NAME'"),
        ("Town Clerk", CHAIRS, "'Town Clerk, NAME'"),
        (HEAD, CHAIRS[:1], "'Vice-Chairman of Policy and Finance, NAME'"),
        (HEAD, CHAIRS[1:], "'Chairman of Policy and Finance, NAME'"),
        (HEAD, ("Chairman of Policy and Finance", CHAIRS[1]), "'Chairman of Policy and Finance, NAME'"),
    ],
)
def test_a_report_is_reviewed_by_those_whom_the_policy_names(
    app: App, who: str, people: tuple[str, ...], words: str
) -> None:
    life = a_life(app)
    life.report()
    with pytest.raises(Refused, match=words):
        life.review(who=who, people=people)


def test_the_nominated_representative_may_act_for_the_head(app: App) -> None:
    life = a_life(app)
    life.report()
    life.review(who="Town Clerk's nominated representative, S. Penhale", people=tuple(reversed(CHAIRS)))
    assert life.standing().state == "to_act"


def test_a_late_review_is_recorded_and_shown_as_late(app: App) -> None:
    life = a_life(app)
    life.report()
    life.days_go_by(30)
    step = life.review()
    assert late(life.standing(), step) == "late: due on 11 March 2026"


def test_a_decision_to_take_no_action_is_recorded_and_carries_no_letter(app: App) -> None:
    life = a_life(app)
    life.report()
    life.review("no_action")
    life.adjustments("initial_warning")
    with pytest.raises(Refused, match="decides to act"):
        life.initial_letter()
    life.report()
    life.review()
    life.adjustments("initial_warning")
    life.initial_letter()
    assert life.standing().state == "warned"


# --- silence alone never escalates ------------------------------------------------------------------------------------


def test_want_of_an_acknowledgement_counts_only_when_its_time_has_run_out(app: App) -> None:
    life = a_life(app).warned()  # posted on Monday 2 March: delivered on the 4th, seven working days: the 13th
    put_clock(app, date(2026, 3, 13))
    with pytest.raises(Refused, match="runs until 13 March 2026"):
        life.not_heeded("not_acknowledged")
    put_clock(app, date(2026, 3, 14))
    with pytest.raises(Refused, match="the entries of the log on which the finding rests"):
        life.not_heeded("not_acknowledged", cites=())
    life.not_heeded("not_acknowledged")
    assert life.standing().state == "not_heeded"


def test_silence_without_a_finding_leads_nowhere(app: App) -> None:
    life = a_life(app).warned()
    life.days_go_by(60)
    life.meeting()
    life.adjustments("formal_warning")
    with pytest.raises(Refused, match="silence alone is none"):
        life.formal_letter()


def test_after_an_acknowledgement_only_conduct_that_goes_on_counts(app: App) -> None:
    life = a_life(app)
    before = life.contact()
    life.warned()
    life.days_go_by(5)
    life.do(cases.acknowledged, how="by telephone")
    life.do(cases.monitor, how="the log is read each Friday", until=app.today + timedelta(days=60))
    life.days_go_by(30)
    with pytest.raises(Refused, match="the letter was acknowledged"):
        life.not_heeded("not_acknowledged")
    put_clock(app, app.clock.now() + timedelta(days=1))
    with pytest.raises(Refused, match="from after the initial letter"):
        life.do(
            cases.not_heeded,
            life.said(cites=(life.contact(at=NOON - timedelta(days=2)),)),
            because="not_heeded",
            deemed="it goes on",
        )
    assert before
    life.not_heeded()
    assert life.standing().state == "not_heeded"


def test_a_policy_without_that_trigger_does_not_take_it(app: App) -> None:
    conduct = replace(app.policy.procedure.conduct, escalates_on=("not_heeded",))
    policy = replace(app.policy, procedure=replace(app.policy.procedure, conduct=conduct))
    life = a_life(app, policy=policy).warned()
    life.days_go_by(40)
    with pytest.raises(Refused, match="one of the policy's triggers"):
        life.not_heeded("not_acknowledged")


# --- Stage 2 ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("left_out", CONDITIONS)
def test_no_decision_without_each_of_the_three_confirmations(app: App, left_out: str) -> None:
    life = a_life(app).formally_warned()
    life.days_go_by(9)
    for what in CONDITIONS:
        if what != left_out:
            life.confirm(what)
    for step in (life.committee_report, life.recommend, life.decide):
        with pytest.raises(Refused, match=f"confirm --what {left_out}"):
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
    with pytest.raises(Refused, match="adjustments --before decision"):
        life.decide(exception="on paper")
    begun = a_life(app)
    begun.report()
    with pytest.raises(Refused, match="only one without steps of its own"):
        begun.do(cases.take_over, papers="box 4", confirmed=list(CONDITIONS))


# --- the urgent route -------------------------------------------------------------------------------------------------


@pytest.fixture
def urgent_policy(app: App) -> Policy:
    return with_urgent_route(app.policy)


def urgent_letter(life: Life, kind: StepKind = K.URGENT) -> None:
    life.sends(LetterKind.URGENT_DECISION, decision=life.steps(kind)[-1].decision_id)


def test_an_urgent_restriction_is_a_decision_that_lapses_by_itself(app: App, urgent_policy: Policy) -> None:
    life = a_life(app, policy=urgent_policy)
    with pytest.raises(Refused, match="adjustments --before urgent"):
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


# --- who may, and what is looked at -----------------------------------------------------------------------------------


def test_each_step_needs_its_permission(app: App) -> None:
    life = a_life(app)
    for actor in (AUDITOR, SERVICE):
        life.actor = actor
        with pytest.raises(NotAllowed):
            life.meeting()
    life.actor = NAMED_OFFICER
    life.meeting()
    for forbidden in (cases.skip_initial_letter, council.decide_against, council.urgent, cases.take_over):
        with pytest.raises(NotAllowed), app.begin(NAMED_OFFICER) as work:
            forbidden(work, life.case, life.said(), policy=app.policy)  # type: ignore[operator]


def test_one_open_case_for_one_matter(app: App) -> None:
    life = a_life(app)
    with pytest.raises(Refused, match="an open case on this matter already: CASE-2026-001"):
        a_life(app, customer=life.customer)
    assert a_life(app).case.reference == "CASE-2026-002"


def test_what_is_owed_beside_the_order_is_told(app: App) -> None:
    life = a_life(app).warned()
    assert "initial warning to the next Policy and Finance Committee" in owed(life.standing(), "CASE-1")[0]
    life.committee_report("initial_warning", part_two=False)
    assert owed(life.standing(), "CASE-1") == []
    assert [n.kind for n in next_steps(life.standing(), "CASE-1")] == [K.ACKNOWLEDGED, K.MONITORING, K.NOT_HEEDED]


# --- the commands -----------------------------------------------------------------------------------------------------


def run(app: App, *words: str) -> str:
    result = CliRunner().invoke(cli, [*words, "--home", str(app.settings.home), "--as", "r.trelawny"])
    if isinstance(result.exception, EvenhandError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_case_is_kept_by_commands_that_say_what_comes_next(app: App) -> None:
    let_in(app, OFFICERS)
    ann = a_customer(app)
    life = a_life(app, customer=ann)
    number = life.contact(at=NOON)
    case = life.case.reference
    opened = run(app, "case", "open", "--customer", ann.reference, "--subject", "the bins", "--ground", "manner")
    assert "Next: an officer's report" in opened
    done = run(
        *(app, "case", "report", case, "--behaviour", "BEH-13", "--cite", str(number), "--words", "twelve letters"),
        *("--on", "2026-03-02"),
    )
    assert "report is recorded as step 1\nNext: `evenhand case review" in done
    with pytest.raises(Refused, match="since you looked"):
        run(app, "case", "meeting", case, "--outcome", "offered", "--words", "in the hall", "--seen", "0")
    told = json.loads(run(app, "case", "show", case, "--json"))
    assert (told["state"], told["last_step"], told["next"][0]["step"]) == ("reported", 1, "review")
    assert "cites: contact" in run(app, "case", "show", case)
    assert [row["case"] for row in json.loads(run(app, "case", "list", "--json"))] == [case, "CASE-2026-002"]


def test_every_step_is_in_the_audit_trail_without_a_word_of_it(app: App) -> None:
    life = a_life(app).warned()
    with app.look() as session:
        noted = {e.subject: e for e in session.scalars(select(AuditEntry))}
    for step in life.steps():
        entry = noted[f"CaseStep:{step.id}"]
        assert entry.digest == step.digest()
        assert step.words not in json.dumps(entry.detail)
