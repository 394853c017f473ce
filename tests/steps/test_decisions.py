"""Recording what the council decided: each refusal in plain words, and what follows when nothing stands against it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.bootstrap import App
from bot.casework.decisions import Minuted, check_policy, record_decision, record_letter, record_warning
from bot.casework.restrictions import find_restriction, lift
from bot.work import SERVICE, Actor
from models.case import Stage, warnings_of
from models.customer import Customer
from models.decision import Decision, Measure
from models.errors import NotAllowed, NotFound, PolicyError, Refused
from models.in_force import restrictions_of
from models.policy import Policy
from tests.builders import (
    AUDITOR,
    CLERK,
    NAMED_OFFICER,
    a_customer,
    a_decision,
    a_letter,
    a_restriction,
    a_term,
    a_warning,
    as_minuted,
    lifted,
    merge_of,
    on_paper,
    put_clock,
    warned,
)

DAY = date(2026, 3, 2)


def record(app: App, customer: Customer, minuted: Minuted, policy: Policy | None = None) -> Decision:
    """Of a case whose steps were taken on paper."""
    case = on_paper(app, customer, minuted.subject_matter or "the lamp")
    if minuted.subject_matter:
        minuted = replace(minuted, subject_matter=case.subject_matter)
    with app.begin(CLERK) as work:
        person = work.session.get_one(Customer, customer.id)
        return record_decision(work, person, minuted, policy=policy or app.policy, case=case)


def test_a_complete_decision_after_both_warnings_is_recorded(app: App) -> None:
    decision = record(app, warned(app, a_customer(app)), as_minuted(on=DAY))
    assert (decision.body, decision.measure_count, decision.policy_version) == ("Full Council", 1, app.policy.version)
    assert decision.measures[0].review_on == date(2026, 9, 2)


@pytest.mark.parametrize(
    ("minuted", "words"),
    [
        (as_minuted(on=DAY, body=" "), "without the body that decided"),
        (as_minuted(on=DAY, minute=""), "without the minute number"),
        (as_minuted(on=DAY, resolution="\n"), "without the text of the resolution"),
        (as_minuted(on=DAY, subject_matter=""), "without the subject matter"),
        (as_minuted(on=DAY, named_officer=""), "without the named officer"),
        (as_minuted(on=DAY, terms=()), "at least one measure with its dates"),
        (as_minuted(on=DAY, body="", minute=""), "the body that decided, the minute number"),
        (as_minuted(on=DAY, body="Amenities Committee"), "only Town Council or Full Council or Council decides"),
        (as_minuted(on=DAY + timedelta(days=1)), "has not been taken yet"),
        (as_minuted(on=DAY, terms=(a_term(DAY), a_term(DAY))), "stands twice"),
        (as_minuted(on=DAY, terms=(a_term(DAY - timedelta(days=1)),)), "start before it was decided"),
        (as_minuted(on=DAY, terms=(a_term(DAY, ends_on=DAY),)), "must end after it starts"),
        (as_minuted(on=DAY, terms=(a_term(DAY, ends_on=date(2027, 3, 3)),)), "at most 12 months"),
        (as_minuted(on=DAY, terms=(a_term(DAY, review_on=DAY),)), "review must fall between"),
        (as_minuted(on=DAY, terms=(a_term(DAY, review_on=date(2027, 1, 1)),)), "review must fall between"),
    ],
)
def test_an_unsound_decision_is_refused_in_plain_words(app: App, minuted: Minuted, words: str) -> None:
    customer = warned(app, a_customer(app))
    with pytest.raises(Refused, match=words):
        record(app, customer, minuted)


ONE_PERSON = [
    "Cllr Polglase",
    "Cllr. Polglase",
    "Councillor Polglase",
    "The Mayor",
    "Deputy Mayor",
    "Chair of the Conduct Panel",
    "the Chairman, on behalf of the Committee",
    "Leader of the Council",
    "Council Leader",
    "Vice-Chair",
    "Member for Harbour Ward",
]
SEVERAL = [
    "Full Council",
    "Members' Conduct Panel",
    "Member Conduct Panel",
    "Leader and Cabinet",
    "Mayor and Town Council",
    "Clerk, under delegated power",
    "Chairmen's Committee",
    "Head of Legal Services",
]


@pytest.mark.parametrize("body", ONE_PERSON)
def test_no_single_councillor_decides(app: App, body: str) -> None:
    any_body = replace(app.policy, bodies=())
    customer = warned(app, a_customer(app))
    with pytest.raises(Refused, match="section 101"):
        record(app, customer, as_minuted(on=DAY, body=body), any_body)


@pytest.mark.parametrize("body", SEVERAL)
def test_a_body_or_an_officer_with_delegated_power_decides(app: App, body: str) -> None:
    any_body = replace(app.policy, bodies=())
    customer = warned(app, a_customer(app))
    assert record(app, customer, as_minuted(on=DAY, body=body), any_body).body == body


def test_no_decision_without_its_warnings_or_the_reason_for_none(app: App) -> None:
    customer = a_customer(app)
    with pytest.raises(Refused, match="the initial warning and the formal prior warning has not been recorded"):
        record(app, customer, as_minuted(on=DAY))
    a_warning(app, customer, stage=Stage.INITIAL, sent_on=DAY - timedelta(days=60))
    with pytest.raises(Refused, match="the formal prior warning"):
        record(app, customer, as_minuted(on=DAY))
    with pytest.raises(Refused):
        record(app, customer, as_minuted(on=DAY, exception="  "))
    assert record(app, customer, as_minuted(on=DAY, exception="threats to staff")).exception == "threats to staff"


def test_a_warning_sent_after_the_decision_does_not_count(app: App) -> None:
    customer = warned(app, a_customer(app), on=DAY)
    with pytest.raises(Refused, match="has not been recorded as sent before"):
        record(app, customer, as_minuted(on=DAY - timedelta(days=1)))


def test_a_warning_cannot_be_dated_in_the_future(app: App) -> None:
    with pytest.raises(Refused, match="cannot have been sent yet"):
        a_warning(app, a_customer(app), stage=Stage.INITIAL, sent_on=DAY + timedelta(days=1))


def test_a_warning_is_recorded_once(app: App) -> None:
    customer = warned(app, a_customer(app))
    with app.look() as session:
        (first, *_) = warnings_of(session, customer.id, app.today)
    with app.begin(CLERK) as work, pytest.raises(Refused, match="is on record already"):
        record_warning(work, customer, stage=first.stage, sent_on=first.sent_on, reason="again")


def test_some_people_are_never_restricted(app: App) -> None:
    member = warned(app, a_customer(app, never_restrict="Member of Parliament"))
    with pytest.raises(Refused, match="never restricted: Member of Parliament"):
        record(app, member, as_minuted(on=DAY))
    office = warned(app, a_customer(app, email="casework@Parliament.UK"))
    with pytest.raises(Refused, match="address that is never restricted"):
        record(app, office, as_minuted(on=DAY))


def test_who_is_never_restricted_is_found_among_all_their_records(app: App) -> None:
    resident, member = a_customer(app), a_customer(app, email="office@parliament.uk")
    merge_of(app, member, into=resident)
    with pytest.raises(Refused, match="never restricted"):
        record(app, warned(app, resident), as_minuted(on=DAY))


def test_a_decision_stands_against_the_record_that_is_kept(app: App) -> None:
    merged, kept = a_customer(app), a_customer(app)
    merge_of(app, merged, into=kept)
    assert record(app, merged, as_minuted(on=DAY, exception="threats")).customer_id == kept.id


def test_a_restriction_of_a_merged_record_binds_the_whole_person(app: App) -> None:
    first, second = a_customer(app), a_customer(app)
    restriction = a_restriction(app, first)
    merge_of(app, first, into=second)
    with app.look() as session:
        for customer in (first, second):
            assert [
                r.id for r in restrictions_of(session, customer.id, DAY, app.seal, app.policy.reviews_demanded)
            ] == [restriction.id]


def test_one_minute_is_recorded_once(app: App) -> None:
    customer, minuted = a_customer(app), as_minuted(on=DAY, exception="threats")
    number = record(app, customer, minuted).id
    with pytest.raises(Refused, match=f"recorded already, as decision {number}"):
        record(app, customer, minuted)


@pytest.mark.parametrize("actor", [NAMED_OFFICER, AUDITOR, SERVICE], ids=["named officer", "auditor", "service"])
def test_recording_a_decision_needs_its_own_permission(app: App, actor: Actor) -> None:
    customer = a_customer(app)
    with pytest.raises(NotAllowed, match="record the council's decisions"), app.begin(actor) as work:
        record_decision(work, customer, as_minuted(on=DAY, exception="threats"), policy=app.policy)


# --- the letter ------------------------------------------------------------------------------------------------------


def test_nothing_is_restricted_before_the_letter_went(app: App) -> None:
    customer = a_customer(app)
    decision = a_decision(app, customer)
    with app.look() as session:
        assert not restrictions_of(session, customer.id, DAY, app.seal, app.policy.reviews_demanded)
    restriction = a_letter(app, decision)[0]
    with app.look() as session:
        assert [r.id for r in restrictions_of(session, customer.id, DAY, app.seal, app.policy.reviews_demanded)] == [
            restriction.id
        ]


def test_every_measure_of_a_decision_becomes_a_restriction(app: App) -> None:
    terms = (a_term(DAY), a_term(DAY, measure=Measure.WRITTEN_ONLY))
    restrictions = a_letter(app, a_decision(app, a_customer(app), as_minuted(on=DAY, terms=terms)))
    assert {r.measure for r in restrictions} == {Measure.EMAIL_BLOCK, Measure.WRITTEN_ONLY}


@pytest.mark.parametrize(
    ("sent_on", "by", "how", "words"),
    [
        (DAY, " ", "by post", "who signed it"),
        (DAY, "R. Trelawny", "", "how it was sent"),
        (DAY - timedelta(days=1), "R. Trelawny", "by post", "before the decision"),
        (DAY + timedelta(days=1), "R. Trelawny", "by post", "cannot have been sent yet"),
    ],
)
def test_an_unsound_letter_is_refused(app: App, sent_on: date, by: str, how: str, words: str) -> None:
    decision = a_decision(app, a_customer(app))
    with pytest.raises(Refused, match=words), app.begin(CLERK) as work:
        record_letter(work, decision, sent_on=sent_on, sent_by=by, how=how, policy=app.policy)


def test_a_letter_is_recorded_once(app: App) -> None:
    decision = a_decision(app, a_customer(app))
    a_letter(app, decision)
    with pytest.raises(Refused, match="recorded already"):
        a_letter(app, decision)


# --- lifting ---------------------------------------------------------------------------------------------------------


def test_lifting_is_one_action_and_takes_effect_at_once(app: App) -> None:
    customer = a_customer(app)
    lifted(app, a_restriction(app, customer))
    with app.look() as session:
        assert not restrictions_of(session, customer.id, DAY, app.seal, app.policy.reviews_demanded)


def test_a_lifting_needs_its_reason_and_happens_once(app: App) -> None:
    restriction = a_restriction(app, a_customer(app))
    with pytest.raises(Refused, match="needs its reason"):
        lifted(app, restriction, reason=" ")
    lifted(app, restriction)
    with pytest.raises(Refused, match="lifted already"):
        lifted(app, restriction)


def test_lifting_needs_its_own_permission(app: App) -> None:
    restriction = a_restriction(app, a_customer(app))
    with pytest.raises(NotAllowed, match="lift restrictions"), app.begin(NAMED_OFFICER) as work:
        lift(work, find_restriction(work.session, restriction.id), reason="a guess", policy=app.policy)


def test_there_is_no_such_restriction(app: App) -> None:
    with app.look() as session, pytest.raises(NotFound, match="no restriction 99"):
        find_restriction(session, 99)


def test_a_restriction_ends_on_its_date_even_if_nobody_reviews_it(app: App) -> None:
    customer = a_customer(app)
    restriction = a_restriction(app, customer, ends_on=date(2026, 4, 2))
    put_clock(app, date(2026, 4, 2))
    with app.look() as session:
        assert not find_restriction(session, restriction.id).in_force(app.today)
        assert not restrictions_of(session, customer.id, app.today, app.seal, app.policy.reviews_demanded)


# --- the policy ------------------------------------------------------------------------------------------------------


def test_a_policy_that_asks_for_what_cannot_be_is_refused(app: App) -> None:
    check_policy(app.policy)
    with pytest.raises(PolicyError, match="does not exist: third_warning"):
        check_policy(replace(app.policy, stages=("third_warning",)))
    with pytest.raises(PolicyError, match="does not exist: rejection"):
        check_policy(replace(app.policy, diverting=("rejection",)))
    with pytest.raises(PolicyError, match="review must come within"):
        check_policy(replace(app.policy, review_months=13))
