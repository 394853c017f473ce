"""The conduct track from the report to the formal warning: each step, and what it is refused for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.bootstrap import App
from bot.casework import cases, council
from bot.casework.ahead import late
from bot.casework.warn import may_send
from models.case import StepKind
from models.contact import Match
from models.errors import Refused
from models.letter import LetterKind
from tests.builders import NOON, put_clock
from tests.conduct import CHAIRS, CONDITIONS, HEAD, a_life, warnings_recorded

K = StepKind


# --- order, and everything missing at once ----------------------------------------------------------------------------


def test_a_refusal_names_everything_that_is_missing_with_its_command(app: App) -> None:
    life = a_life(app)
    with pytest.raises(Refused) as refused:
        life.decide()
    words = str(refused.value)
    for command in (
        *("case report", "case review", "letter draft initial_warning", "letter draft formal_warning"),
        *(f"case confirm CASE-2026-001 --what {what}" for what in CONDITIONS),
        *(
            "case committee CASE-2026-001 --purpose stage_two",
            "case recommend",
            "case check",
            "case adjustments CASE-2026-001 --before decision",
        ),
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
    assert "adjustments CASE-2026-001 --before formal_warning" in str(refused.value)
    assert warnings_recorded(app, life.customer) == ["initial"]


def test_a_warning_goes_once(app: App) -> None:
    life = a_life(app).warned()
    life.adjustments("initial_warning")
    with pytest.raises(Refused, match="has gone, and goes once"):
        life.initial_letter()


def test_adjustments_are_asked_about_afresh_before_each_warning_and_the_decision(app: App) -> None:
    life = a_life(app)
    life.report()
    life.review()
    life.adjustments("decision")
    life.adjustments("formal_warning")
    with pytest.raises(Refused, match="adjustments CASE-2026-001 --before initial_warning"):
        life.initial_letter()
    life.adjustments("initial_warning")
    life.initial_letter()
    life.days_go_by(9)
    life.not_heeded()
    life.meeting()
    with pytest.raises(Refused, match="adjustments CASE-2026-001 --before formal_warning"):
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
    with pytest.raises(Refused, match="confirm CASE-2026-001 --what conduct"):
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


def test_nobody_holds_a_review_with_themselves(app: App) -> None:
    life = a_life(app)
    life.report()
    with pytest.raises(Refused, match="nobody holds a review with themselves"):
        life.review(people=("Chairman of Policy and Finance, R. Trelawny", CHAIRS[1]))


@pytest.mark.parametrize("holds", [HEAD, CHAIRS[0]])
def test_nobody_who_holds_the_review_gives_the_advice_on_it(app: App, holds: str) -> None:
    life = a_life(app)
    life.report()
    name = holds.partition(", ")[2].removeprefix("Cllr ")
    with pytest.raises(Refused, match=f"the advice of somebody else: 'Monitoring Officer, {name}'"):
        life.review(adviser=f"Monitoring Officer, {name}")


def test_whoever_is_complained_about_signs_no_warning(app: App) -> None:
    life = a_life(app)
    life.report(about=("M. Hosking, Deputy Clerk",))
    life.review()
    life.adjustments("initial_warning")
    with app.begin(life.actor) as work:
        letter = life.letter(work, LetterKind.INITIAL_WARNING, None, life.case)
        with pytest.raises(Refused, match="does not decide alone"):
            may_send(work.session, letter, policy=life.policy, today=work.today, signed_by="M. Hosking, Deputy Clerk")
        may_send(work.session, letter, policy=life.policy, today=work.today, signed_by=HEAD)


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
