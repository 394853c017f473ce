"""Who owes whom a word on a matter, and how long the council took: read from its contacts."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.matters.standing import Said, Standing, State, asks_customer, standing_of
from bot.web.matter_wording import promise_line, state_line, weighed
from models.calendar import bank_holidays, working_days
from models.message import Direction

START = datetime(2026, 3, 2, 10, tzinfo=UTC)


def a_letter(day: int, *, thanks: bool = False) -> Said:
    return Said(day * 10, START + timedelta(days=day), Direction.IN, thanks=thanks)


def a_reply(day: int, own: str = "Your letter is with our engineer.", *, final: bool = False) -> Said:
    return Said(day * 10 + 1, START + timedelta(days=day), Direction.OUT, own=own, final=final)


def stands(*said: Said, day: int) -> Standing:
    return standing_of(said, START + timedelta(days=day))


def test_a_letter_nobody_answered_awaits_the_council_since_the_first_of_them() -> None:
    standing = stands(a_letter(0), a_letter(4), day=14)
    assert (standing.state, standing.since, standing.unanswered) == (State.AWAITING_COUNCIL, date(2026, 3, 2), 2)
    assert (standing.days, standing.working_days) == (14, 10)
    assert "2 letters wait, the first since 2 March 2026, 14 days (10 working days)" in state_line(standing)


def test_a_question_of_the_council_awaits_the_customer() -> None:
    standing = stands(a_letter(0), a_reply(1, "Please send the two photographs."), day=3)
    assert (standing.state, standing.since) == (State.AWAITING_CUSTOMER, date(2026, 3, 3))


@pytest.mark.parametrize(
    "own",
    [
        "The lamp was mended. Please do not hesitate to ring me.",
        "The lamp was mended. If you have any further questions, please let me know.",
        "It is done. Is there anything else that you need?",
    ],
)
def test_a_courtesy_at_the_end_asks_for_nothing(own: str) -> None:
    assert not asks_customer(own)
    assert stands(a_letter(0), a_reply(1, own), day=3).state is State.OPEN


def test_a_promise_that_passed_without_a_word_puts_the_matter_back_to_the_council() -> None:
    said = (a_letter(0), a_reply(1, "The engineer will come by 9 March."))
    before, after = stands(*said, day=6), stands(*said, day=10)
    assert before.state is State.OPEN
    assert before.pending is not None
    assert "It named 9 March 2026 for something" in state_line(before)
    assert (after.state, after.since, len(after.broken)) == (State.AWAITING_COUNCIL, date(2026, 3, 9), 1)
    assert "named 9 March 2026 in its last word and has not written since" in state_line(after)


@pytest.mark.parametrize(
    ("named", "due"),
    [
        ("31 March", date(2026, 3, 31)),
        ("Thursday, 30 April", date(2026, 4, 30)),
        ("29th of May", date(2026, 5, 29)),
        ("1 March", None),  # nearly a year on: a date of the past
        ("31 April", None),
    ],
)
def test_a_promise_may_name_any_day_that_there_is(named: str, due: date | None) -> None:
    promises = stands(a_letter(0), a_reply(1, f"I will answer by {named}."), day=2).promises
    assert [p.due for p in promises] == ([due] if due else [])


def test_a_promise_kept_late_says_by_how_much() -> None:
    standing = stands(a_letter(0), a_reply(1, "We shall write by 9 March."), a_reply(11), day=20)
    (promise,) = standing.broken
    assert (promise.due, promise.late) == (date(2026, 3, 9), 4)
    assert promise_line(promise).endswith("which came 4 days later")


@pytest.mark.parametrize(
    "said",
    [
        "Could you send the form by 9 March?",
        "Please clear the plot by 9 March.",
        "You now have until 9 March.",
        "The notice takes effect on 9 March.",
        "Your licence ends on 9 March.",
        "It was first promised for 9 March 2025.",
    ],
)
def test_a_day_that_is_the_customers_or_long_past_is_no_promise(said: str) -> None:
    assert stands(a_letter(0), a_reply(1, said), day=20).promises == ()


@pytest.mark.parametrize(
    "said",
    ["Please bear with us: we will reply by 9 March.", "You should hear by 9 March.", "I will write by 9 March 2026."],
)
def test_what_is_promised_politely_is_promised(said: str) -> None:
    assert [p.due for p in stands(a_letter(0), a_reply(1, said), day=2).promises] == [date(2026, 3, 9)]


def test_a_day_named_while_the_council_waits_for_the_customer_is_not_broken_by_the_council_alone() -> None:
    own = "Please send the form. The engineer will then come by 9 March."
    assert stands(a_letter(0), a_reply(1, own), day=20).broken == ()
    assert len(stands(a_letter(0), a_reply(1, own), a_letter(2), day=20).broken) == 1


def test_delays_run_from_the_first_unanswered_letter_to_the_next_word_the_longest_first() -> None:
    standing = stands(a_letter(0), a_reply(3), a_letter(5), a_letter(9), a_reply(25), a_letter(30), day=34)
    assert [(d.days, d.letters, d.answer) for d in standing.delays] == [(20, 2, 251), (4, 1, None), (3, 1, 31)]


def test_a_final_answer_closes_the_matter_and_letters_after_it_are_no_delay_of_the_councils() -> None:
    standing = stands(a_letter(0), a_reply(2, final=True), a_letter(5), a_letter(9), day=60)
    assert (standing.state, standing.since_final) == (State.FINALLY_ANSWERED, 2)
    assert [d.days for d in standing.delays] == [2]
    assert "has written 2 times since" in state_line(standing)


def test_a_warning_after_the_final_answer_makes_no_delay_of_what_came_between() -> None:
    standing = stands(a_letter(0), a_reply(2, final=True), a_letter(5), a_reply(30), a_letter(40), day=60)
    assert [(delay.since, delay.days) for delay in standing.delays] == [(date(2026, 3, 2), 2)]


def test_thanks_ask_for_no_word_back() -> None:
    standing = stands(a_letter(0), a_reply(2), a_letter(3, thanks=True), day=30)
    assert standing.state is State.OPEN
    assert [d.days for d in standing.delays] == [2]


def test_a_machines_mail_is_nobodys_word() -> None:
    receipt = Said(5, START + timedelta(hours=1), Direction.OUT, silent=True)
    assert stands(a_letter(0), receipt, day=5).state is State.AWAITING_COUNCIL


def test_nothing_is_known_of_what_came_later() -> None:
    said = (a_letter(0), a_reply(9, final=True))
    assert stands(*said, day=5).state is State.AWAITING_COUNCIL
    assert stands(day=5).state is State.OPEN


def test_working_days_leave_out_weekends_and_bank_holidays() -> None:
    assert working_days(date(2026, 4, 2), date(2026, 4, 7)) == 1  # Good Friday to Easter Monday
    assert working_days(date(2026, 3, 6), date(2026, 3, 9)) == 1
    assert working_days(date(2026, 3, 9), date(2026, 3, 6)) == 0
    assert {date(2026, 12, 28), date(2026, 5, 4), date(2026, 8, 31)} <= bank_holidays(2026)
    assert {date(2021, 12, 27), date(2021, 12, 28)} <= bank_holidays(2021)


def test_weighed_reasons_are_told_apart_from_the_plain_ones() -> None:
    plain, signs = weighed(["several people share this mailbox", "signs with their full name (+8.0)", "no (-9.5)"])
    assert plain == ["several people share this mailbox"]
    assert sum(sign.weight for sign in signs) == -1.5
