"""The clocks of requests and of breaches: when each is due, by which calendar, and what ends it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from bot.bootstrap import App
from bot.clocks import breaches
from bot.clocks.due import clocks, due
from bot.work import SERVICE
from models.clock import ClockState
from models.contact import Contact, ContactFinding
from models.errors import Refused
from models.hold import holds
from models.queue import Flag, FlagKind, Outcome
from models.request import Regime, RequestStepKind
from models.ruled import FindingRuling
from tests.builders import (
    CLERK,
    a_contact,
    a_customer,
    a_restriction,
    put_clock,
)
from tests.clocks import all_clocks, answered, one
from tests.records import a_request, a_request_step
from tests.requests import our_letter

R, S = RequestStepKind, ClockState

# --- requests ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("regime", "name", "due_on"),
    [
        # St Patrick's Day and Good Friday; FOI and EIR keep a bank holiday of any part of the UK.
        (Regime.FOI, "FOI answer or refusal", date(2026, 4, 1)),
        (Regime.EIR, "EIR answer or refusal", date(2026, 4, 1)),
        (Regime.SAR, "Subject access answer or refusal", date(2026, 4, 7)),  # 3 April is Good Friday
        (Regime.DP_COMPLAINT, "Acknowledgement of the data-protection complaint", date(2026, 4, 2)),
    ],
)
def test_a_request_is_answered_in_its_own_time_by_its_own_calendar(
    app: App, regime: Regime, name: str, due_on: date
) -> None:
    a_request(app, regime, received_on=date(2026, 3, 3))
    clock = one(app, name, date(2026, 3, 4))
    assert (clock.started, clock.due, clock.state) == (date(2026, 3, 3), due_on, S.RUNNING)


def test_a_request_is_paused_while_the_requester_is_asked_and_counts_anew_from_the_answer(app: App) -> None:
    request = a_request(app, Regime.FOI, received_on=date(2026, 3, 3))
    answered(app, request, R.CLARIFICATION_ASKED, date(2026, 3, 5), our_letter(app, a_customer(app)))
    paused = one(app, "FOI answer or refusal", date(2026, 5, 1))
    assert (paused.state, paused.due) == (S.PAUSED, None)
    answered(app, request, R.CLARIFICATION_GIVEN, date(2026, 4, 20))
    clock = one(app, "FOI answer or refusal", date(2026, 5, 1))
    assert (clock.started, clock.due) == (date(2026, 4, 20), date(2026, 5, 19))


def test_an_answer_after_its_day_is_late_for_ever(app: App) -> None:
    request = a_request(app, Regime.FOI, received_on=date(2026, 3, 3))
    answered(app, request, R.ANSWERED, date(2026, 4, 2))
    assert one(app, "FOI answer or refusal", date(2026, 5, 1)).state is S.LATE


def test_an_internal_review_is_twenty_working_days_under_foia_and_forty_under_the_eir(app: App) -> None:
    for regime in (Regime.FOI, Regime.EIR):
        request = a_request(app, regime, received_on=date(2026, 3, 3))
        answered(app, request, R.ANSWERED, date(2026, 3, 10))
        answered(app, request, R.REVIEW_ASKED, date(2026, 5, 5))
    assert one(app, "FOI internal review", date(2026, 5, 6)).due == date(2026, 6, 3)
    assert one(app, "EIR internal review", date(2026, 5, 6)).due == date(2026, 7, 2)  # 15 June: Scotland


def test_requests_may_be_added_up_within_sixty_consecutive_working_days(app: App) -> None:
    a_request(app, Regime.FOI, received_on=date(2026, 9, 1))
    clock = one(app, "Requests may be added up for the cost limit", date(2026, 9, 1))
    assert (clock.due, clock.state) == (date(2026, 11, 23), S.WINDOW)
    assert not due([clock], date(2026, 11, 23), 14)


def test_similar_requests_are_read_beside_a_refusal_for_twelve_months(app: App) -> None:
    request = a_request(app, Regime.FOI, received_on=date(2026, 3, 3))
    refused = {"outcome": "refuse", "under": "s14(1)", "with": "P. Carne"}
    a_request_step(app, request, R.DECIDED, on=date(2026, 3, 20), facts=refused)
    clock = one(app, "Similar requests are read beside this decision", date(2026, 3, 21))
    assert (clock.due, clock.state) == (date(2027, 3, 20), S.WINDOW)
    costly = a_request(app, Regime.FOI, received_on=date(2026, 3, 3), reference="FOI-2026-002")
    a_request_step(app, costly, R.DECIDED, on=date(2026, 3, 20), facts={**refused, "under": "s12"})
    assert one(app, clock.name, date(2026, 3, 21)).about == request.reference, "a cost says nothing of the next one"


def test_a_complaint_stays_on_the_list_until_its_outcome_is_told(app: App) -> None:
    complaint = a_request(app, Regime.DP_COMPLAINT, received_on=date(2026, 3, 3))
    answered(app, complaint, R.ACKNOWLEDGED, date(2026, 3, 5))
    clock = one(app, "Outcome of the data-protection complaint", date(2026, 6, 1))
    assert due([clock], date(2026, 6, 1), 14) == [clock]
    assert clock.do == f"evenhand request outcome {complaint.reference}"
    answered(app, complaint, R.OUTCOME, date(2026, 6, 2))
    assert "letter draft dp_complaint_outcome" in one(app, clock.name, date(2026, 6, 3)).do


def test_more_time_that_nobody_was_told_of_is_said_beside_the_day_that_stands(app: App) -> None:
    request = a_request(app, Regime.EIR, received_on=date(2026, 3, 3))
    more = {"until": "2026-04-30", "because": "complex_and_voluminous"}
    a_request_step(app, request, R.EXTENDED, on=date(2026, 3, 5), facts=more)
    clock = one(app, "EIR answer or refusal", date(2026, 3, 6))
    assert (clock.due, clock.note) == (
        date(2026, 4, 1),
        "more time is on record and counts only if its letter goes by 1 April 2026",
    )


# --- contacts that nobody has opened (INV-06) -------------------------------------------------------------------------


def read_as(app: App, contact: Contact, label: str) -> int:
    with app.begin(SERVICE) as work:
        found = work.session.get_one(Contact, contact.id)
        finding = ContactFinding(about="kind", label=label, score=0.9, seen_by="kind 3")
        found.findings.append(finding)
        work.session.flush()
        flag = Flag(contact_id=found.id, kind=FlagKind.STATUTORY, score=0.9, raised_at=work.now, finding_id=finding.id)
        work.session.add(flag)
        work.note("contact.read", found)
    return finding.id


def overruled(app: App, finding: int, right_label: str) -> None:
    with app.begin(CLERK) as work:
        work.session.add(
            FindingRuling(
                finding_id=finding,
                outcome=Outcome.OVERRULE,
                by="r.trelawny",
                at=work.now,
                right_label=right_label,
                reason="as read",
            )
        )
        work.note("finding.ruled", f"Finding:{finding}")


def test_a_request_in_a_diverted_letter_counts_from_the_server_though_nobody_opened_it(app: App) -> None:
    customer = a_customer(app, email="jenifer@penrose.example")
    restriction = a_restriction(app, customer)
    late = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)  # half past midnight in London: received on the 2nd
    contact = a_contact(app, customer, sender="jenifer@penrose.example", restriction=restriction, at=late)
    read_as(app, contact, "foi")
    clock = one(app, "FOI answer or refusal", date(2026, 8, 3))
    assert (clock.about, clock.started, clock.due) == (f"contact {contact.id}", date(2026, 7, 2), date(2026, 7, 31))
    assert clock.state is S.OVERDUE
    assert "not yet opened" in clock.note


def test_a_contact_that_was_opened_or_overruled_runs_no_clock_of_its_own(app: App) -> None:
    opened, none, other = (a_contact(app, a_customer(app), sender=f"r{n}@penrose.example") for n in range(3))
    findings = [read_as(app, contact, "foi") for contact in (opened, none, other)]
    a_request(app, Regime.FOI, received_on=app.today, contact_id=opened.id)
    overruled(app, findings[1], "enquiry")
    overruled(app, findings[2], "sar")
    found = {c.about: c.name for c in all_clocks(app, app.today) if "answer or refusal" in c.name}
    assert found == {
        "FOI-2026-001": "FOI answer or refusal",
        f"contact {other.id}": "Subject access answer or refusal",
    }
    with app.look() as session:
        assert {(hold.request, hold.contact) for hold in holds(session, app.today)} == {
            ("FOI-2026-001", opened.id),
            ("", other.id),
        }


# --- breaches ---------------------------------------------------------------------------------------------------------


def test_a_breach_has_seventy_two_hours_over_a_weekend(app: App) -> None:
    put_clock(app, datetime(2026, 3, 6, 18, 0, tzinfo=UTC))
    with app.begin(CLERK) as work:
        found = breaches.record_breach(work, aware_at=work.now, words="a list went to the wrong address")
    name = "Data breach to the Information Commissioner"
    put_clock(app, datetime(2026, 3, 9, 17, 59, tzinfo=UTC))
    with app.look() as session:
        (clock,) = clocks(session, app.policy, app.clock.now(), app.seal)
    assert (clock.name, clock.state, clock.due_at) == (name, S.RUNNING, datetime(2026, 3, 9, 18, 0, tzinfo=UTC))
    put_clock(app, datetime(2026, 3, 9, 18, 1, tzinfo=UTC))
    with app.look() as session:
        assert clocks(session, app.policy, app.clock.now(), app.seal)[0].state is S.OVERDUE
    with app.begin(CLERK) as work:
        answer = breaches.find_breach(work.session, found.id)
        breaches.answer_breach(work, answer, reported=True, at=work.now, words="IC-1234")
        with pytest.raises(Refused, match="on record already"):
            breaches.answer_breach(work, answer, reported=True, at=work.now, words="IC-1234")
    assert one(app, name, date(2026, 3, 12)).state is S.LATE


def test_a_breach_that_need_not_be_reported_needs_its_reason(app: App) -> None:
    with app.begin(CLERK) as work:
        found = breaches.record_breach(work, aware_at=work.now, words="a letter was folded wrongly")
        with pytest.raises(Refused, match="why no risk"):
            breaches.answer_breach(work, found, reported=False, at=work.now, words=" ")
