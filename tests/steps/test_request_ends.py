"""How requests end otherwise than by an answer, what a change of law takes with it, and what is held meanwhile."""

from __future__ import annotations

from datetime import date

import pytest

from bot.bootstrap import App
from bot.requests.ending import fee_lapses_on
from bot.requests.standing import in_words, together_with
from models.customer import Customer
from models.errors import Refused
from models.hold import holds
from models.letter import LetterKind
from models.request import InformationRequest, Regime, RequestStepKind, find_request
from models.request_standing import RequestStanding, State, request_standing, requester_of
from tests.builders import a_contact, a_customer, merge_of, put_clock
from tests.requests import CLERKS_NAME, OFFICERS_NAME, a_request, letter_goes, our_letter, step, weighed

K, L = RequestStepKind, LetterKind


def standing(app: App, request: InformationRequest) -> RequestStanding:
    with app.look() as session:
        return request_standing(session, find_request(session, request.reference), app.policy.procedure)


# --- other ends ------------------------------------------------------------------------------------------------------


def test_a_part_sent_to_another_council_leaves_the_rest_to_be_answered_and_the_whole_ends_it(
    app: App, ann: Customer
) -> None:
    request = a_request(app, Regime.FOI, customer=ann)
    whole = {"to": "Cornwall Council", "how": "told_where", "extent": "whole"}
    with pytest.raises(Refused, match="must be told that it is not held here"):
        step(app, request, K.TRANSFERRED, facts=whole)
    step(app, request, K.TRANSFERRED, facts={**whole, "extent": "part"}, contact=our_letter(app, ann))
    assert standing(app, request).state is State.OPEN
    step(app, request, K.TRANSFERRED, facts=whole, contact=our_letter(app, ann))
    found = standing(app, request)
    assert (found.state, found.late) == (State.TRANSFERRED, False)
    with app.look() as session:
        assert [hold.until for hold in holds(session, app.today)] == [date(2026, 9, 2)]
    with pytest.raises(Refused, match="who holds personal data answers for them"):
        step(app, a_request(app, Regime.SAR, customer=ann), K.TRANSFERRED, facts=whole, contact=our_letter(app, ann))


def test_what_was_read_as_withdrawn_by_mistake_goes_on_with_its_first_day(app: App, ann: Customer) -> None:
    request = a_request(app, Regime.EIR, customer=ann)
    with pytest.raises(Refused, match="does not stand as withdrawn"):
        step(app, request, K.REVIVED)
    with pytest.raises(Refused, match="is the request itself"):
        step(app, request, K.WITHDRAWN, contact=request.contact_id)
    step(app, request, K.WITHDRAWN, contact=a_contact(app, ann, sender="ann@penrose.example").id)
    put_clock(app, date(2026, 3, 20))
    step(app, request, K.REVIVED)
    found = standing(app, request)
    assert (found.state, found.due) == (State.OPEN, date(2026, 3, 31))
    letter_goes(app, request, L.EIR_ANSWER)
    assert standing(app, request).state is State.ANSWERED


def test_a_request_lapses_by_a_fee_not_paid_in_the_laws_time_and_by_no_other_silence(app: App, ann: Customer) -> None:
    paid, unclear = (a_request(app, Regime.FOI, customer=ann, subject=name) for name in ("copies", "the rest"))
    step(app, paid, K.FEE_ASKED, pounds=30, contact=our_letter(app, ann))
    step(app, unclear, K.CLARIFICATION_ASKED, contact=our_letter(app, ann))
    put_clock(app, date(2026, 6, 1))
    with pytest.raises(Refused, match="nothing lapses before 2 June 2026"):
        step(app, paid, K.LAPSED)
    put_clock(app, date(2026, 6, 2))
    step(app, paid, K.LAPSED)
    assert standing(app, paid).state is State.LAPSED
    with pytest.raises(Refused, match="only when a fee was asked for"):
        step(app, unclear, K.LAPSED)


def test_the_three_months_of_a_fees_notice_begin_with_its_own_day() -> None:
    assert fee_lapses_on(Regime.FOI, date(2026, 3, 2)) == date(2026, 6, 2)
    assert fee_lapses_on(Regime.FOI, date(2026, 11, 30)) == date(2027, 3, 1), "the whole of February may still pay"


def test_two_requests_answered_together_show_it_on_both(app: App, ann: Customer) -> None:
    first, second = (a_request(app, regime, customer=ann) for regime in (Regime.FOI, Regime.EIR))
    other = a_request(app, Regime.FOI, customer=a_customer(app, name="Ben Trewin"))
    with pytest.raises(Refused, match="another person's"):
        step(app, first, K.TOGETHER, facts={"with": other.reference})
    step(app, first, K.TOGETHER, facts={"with": second.reference})
    with app.look() as session:
        assert together_with(session, find_request(session, second.reference)) == [first.reference]
        assert together_with(session, find_request(session, first.reference)) == [second.reference]


# --- another law -----------------------------------------------------------------------------------------------------


def test_more_time_under_one_law_is_none_under_the_next_nor_is_a_decision(app: App, ann: Customer) -> None:
    request = a_request(app, Regime.EIR, customer=ann)
    step(app, request, K.EXTENDED, until="2026-04-30", because="complex_and_voluminous")
    letter_goes(app, request, L.EIR_EXTENSION)
    assert standing(app, request).due == date(2026, 4, 30)
    step(app, request, K.REGIME_CHANGED, to="foi")
    assert standing(app, request).due == date(2026, 3, 31)
    weighed(app, request)
    step(app, request, K.PROMPT_ANSWERED)
    step(app, request, K.DECIDED, outcome="refuse", under="s14(1)", who=CLERKS_NAME, facts={"with": OFFICERS_NAME})
    step(app, request, K.REGIME_CHANGED, to="eir", words="it is about the river after all")
    assert standing(app, request).state is State.OPEN
    with pytest.raises(Refused, match="has not been decided to refuse"):
        letter_goes(app, request, L.EIR_REFUSAL)
    letter_goes(app, request, L.EIR_ANSWER)


def test_more_time_is_for_complexity_and_nothing_else(app: App, ann: Customer) -> None:
    request = a_request(app, Regime.EIR, customer=ann)
    for because in ({}, {"because": "several_requests"}):
        with pytest.raises(Refused, match="EIR reg 7"):
            step(app, request, K.EXTENDED, until="2026-04-30", facts=because)


# --- what stops a clock ----------------------------------------------------------------------------------------------


def test_two_things_asked_at_once_wait_for_both_and_no_day_is_left_out_twice(app: App, ann: Customer) -> None:
    request = a_request(app, Regime.SAR, customer=ann)
    step(app, request, K.IDENTITY_ASKED, doubt="an address that we do not know")
    step(app, request, K.CLARIFICATION_ASKED)
    letter_goes(app, request, L.SAR_CLARIFICATION)
    put_clock(app, date(2026, 3, 12))
    step(app, request, K.IDENTITY_GIVEN)
    assert standing(app, request).due is None
    put_clock(app, date(2026, 3, 14))
    step(app, request, K.CLARIFICATION_GIVEN)
    assert standing(app, request).due == date(2026, 4, 14)  # a month from the 12th, and the two days after it
    with pytest.raises(Refused, match="15 June 2026 at most"):  # the 14th is a Sunday
        step(app, request, K.EXTENDED, until="2026-06-16", because="complex")


def test_an_answer_goes_to_the_requester_and_a_review_comes_after_it(app: App, ann: Customer) -> None:
    request = a_request(app, Regime.FOI, customer=ann)
    to_ben = our_letter(app, a_customer(app, name="Ben Trewin"))
    with pytest.raises(Refused, match="not with the requester"):
        step(app, request, K.ANSWERED, contact=to_ben)
    put_clock(app, date(2026, 3, 10))
    step(app, request, K.ANSWERED, contact=our_letter(app, ann))
    with pytest.raises(Refused, match="a review is asked for after that"):
        step(app, request, K.REVIEW_ASKED, on=date(2026, 3, 9))


def test_a_late_refusal_goes_all_the_same_and_is_late_for_ever(app: App, ann: Customer) -> None:
    request = a_request(app, Regime.SAR, customer=ann)
    put_clock(app, date(2026, 5, 4))
    step(app, request, K.INDICATOR, indicator="malicious", shows="says that it is to keep us busy")
    facts = {"outcome": "refuse", "under": "unfounded", "with": OFFICERS_NAME}
    step(app, request, K.DECIDED, who=CLERKS_NAME, facts=facts)
    letter_goes(app, request, L.SAR_REFUSAL)
    assert standing(app, request).late
    assert in_words(standing(app, request), app.today) == "subject access: refused on 4 May 2026 (late)"


# --- whose it is, and what is held -----------------------------------------------------------------------------------


def test_a_request_of_a_merged_record_is_the_kept_ones(app: App, ann: Customer) -> None:
    merged = a_customer(app, name="Ann Penrose-Hill")
    request = a_request(app, Regime.SAR, customer=merged)
    merge_of(app, merged, into=ann)
    later = a_contact(app, ann, sender="ann@penrose.example")
    step(app, request, K.INDICATOR, indicator="malicious", shows="says so", cites=[later.id])
    with app.look() as session:
        assert requester_of(session, find_request(session, request.reference)) == ann.id
        (hold,) = holds(session, app.today)
        assert hold.covers({ann.id})
        assert hold.covers({merged.id})
