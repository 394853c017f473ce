"""The clocks of a case, from the report to the last review: when each is due, by which calendar, and what ends it."""

from __future__ import annotations

from datetime import date

import pytest

from bot.bootstrap import App
from bot.clocks import meetings
from models.case import StepKind, cases_of
from models.clock import ClockState
from models.decision import Measure
from models.letter import Letter, LetterKind, LetterSent, Paper
from tests.builders import (
    CLERK,
    a_customer,
    a_decision,
    a_letter,
    a_restriction,
    a_term,
    as_minuted,
)
from tests.clocks import COMMITTEE, meets, one, step
from tests.records import a_case, a_step

K, S = StepKind, ClockState


def a_letter_sent(app: App, kind: LetterKind, on: date, how: str) -> int:
    with app.begin(CLERK) as work:
        letter = Letter(
            kind=kind,
            customer_id=None,
            recipient="J. Penrose",
            subject="Your letters",
            body="Dear J. Penrose",
            policy_version=app.policy.version,
            drafted_by="r.trelawny",
            drafted_at=work.now,
        )
        work.session.add(letter)
        work.session.add(
            Paper(sha256="a" * 64, content=b"%PDF", media_type="application/pdf", title="x", kept_at=work.now)
        )
        work.session.flush()
        sent = LetterSent(
            letter_id=letter.id,
            sent_on=on,
            signed_by="R. Trelawny",
            how=how,
            text_sha256="b" * 64,
            paper_sha256="a" * 64,
            policy_sha256="",
            policy_version=app.policy.version,
            recorded_by="r.trelawny",
            recorded_at=work.now,
        )
        work.session.add(sent)
        work.note("letter.sent", letter, digest=sent.digest())
    return letter.id


# --- the conduct track ------------------------------------------------------------------------------------------------


def test_an_officer_s_report_is_reviewed_within_seven_working_days(app: App) -> None:
    case = a_case(app, a_customer(app))
    step(app, case, K.REPORT, date(2026, 3, 30), behaviours=["BEH-13"])
    clock = one(app, "Review of the officer's report", date(2026, 4, 13))
    # Good Friday and Easter Monday are no working days.
    assert (clock.due, clock.state, clock.about) == (date(2026, 4, 10), S.OVERDUE, "CASE-2026-001")
    assert clock.source.startswith("S§7")
    step(app, case, K.REVIEW, date(2026, 4, 9), outcome="act")
    clock = one(app, "Review of the officer's report", date(2026, 4, 13))
    assert (clock.state, clock.met_on) == (S.MET, date(2026, 4, 9))


@pytest.mark.parametrize(
    ("how", "delivered", "last_day"),
    [
        ("first class post", date(2026, 3, 4), date(2026, 3, 13)),
        ("e-mail", date(2026, 3, 2), date(2026, 3, 11)),
    ],
)
def test_the_initial_letter_is_acknowledged_within_seven_working_days_of_deemed_delivery(
    app: App, how: str, delivered: date, last_day: date
) -> None:
    case = a_case(app, a_customer(app))
    letter = a_letter_sent(app, LetterKind.INITIAL_WARNING, date(2026, 3, 2), how)
    step(app, case, K.INITIAL_WARNING, date(2026, 3, 2), letter=letter, agreed_with="A. Bolitho, Chairman")
    clock = one(app, "Acknowledgement of the initial letter", date(2026, 3, 9))
    assert (clock.started, clock.due, clock.state) == (delivered, last_day, S.RUNNING)


def test_an_acknowledgement_that_does_not_come_runs_out_and_is_not_the_council_s_delay(app: App) -> None:
    case = a_case(app, a_customer(app))
    step(app, case, K.INITIAL_WARNING, date(2026, 3, 2), agreed_with="A. Bolitho, Chairman")
    clock = one(app, "Acknowledgement of the initial letter", date(2026, 3, 20))
    assert clock.state is S.PASSED
    assert "silence alone" in clock.note
    step(app, case, K.NOT_HEEDED, date(2026, 3, 23), because="not_heeded", deemed="it went on")
    assert one(app, "Acknowledgement of the initial letter", date(2026, 3, 24)).state is S.OVER


def test_a_warning_is_reported_to_the_next_meeting_of_the_committee(app: App) -> None:
    case = a_case(app, a_customer(app))
    step(app, case, K.INITIAL_WARNING, date(2026, 3, 2), agreed_with="A. Bolitho, Chairman")
    name = f"Report of the initial warning to the {COMMITTEE}"
    assert one(app, name, date(2026, 3, 3)).due is None
    assert "meeting add" in one(app, name, date(2026, 3, 3)).note
    meets(app, COMMITTEE, date(2026, 3, 2), date(2026, 4, 14), date(2026, 5, 12))
    assert one(app, name, date(2026, 3, 3)).due == date(2026, 4, 14)
    with app.begin(CLERK) as work:
        meetings.call_off(work, body=COMMITTEE.lower(), held_on=date(2026, 4, 14))
    assert one(app, name, date(2026, 3, 3)).due == date(2026, 5, 12)
    step(app, case, K.COMMITTEE_REPORT, date(2026, 5, 1), purpose="initial_warning", body=COMMITTEE,
         meeting_on="2026-05-12", part_two=True)  # fmt: skip
    assert one(app, name, date(2026, 6, 1)).state is S.MET


def test_what_the_committee_recommends_goes_to_the_next_meeting_of_the_council(app: App) -> None:
    case = a_case(app, a_customer(app))
    meets(app, "Full Council", date(2026, 4, 2))
    step(app, case, K.CHECKED, date(2026, 3, 10))
    clock = one(app, "Decision of the council", date(2026, 4, 3))
    assert (clock.due, clock.state) == (date(2026, 4, 2), S.OVERDUE)
    step(app, case, K.DECIDED_AGAINST, date(2026, 4, 2), body="Full Council", minute="2026/12")
    assert one(app, "Decision of the council", date(2026, 4, 3)).state is S.MET


def test_an_urgent_restriction_waits_for_its_confirmation_and_its_report(app: App) -> None:
    case = a_case(app, a_customer(app))
    step(app, case, K.URGENT, date(2026, 3, 2), circumstances="threats", authority="minute 4",
         until="2026-03-30", report_due="2026-03-24")  # fmt: skip
    assert one(app, "Confirmation of the urgent restriction", date(2026, 3, 3)).due == date(2026, 3, 30)
    assert one(app, "Report of the urgent restriction", date(2026, 3, 25)).state is S.OVERDUE
    assert one(app, "Confirmation of the urgent restriction", date(2026, 3, 31)).state is S.PASSED


def test_monitoring_runs_until_the_day_that_was_set_and_then_somebody_decides(app: App) -> None:
    case = a_case(app, a_customer(app))
    step(app, case, K.MONITORING, date(2026, 3, 2), how="the log is read weekly", until="2026-06-02")
    assert one(app, "Monitoring that conduct is moderated", date(2026, 6, 2)).state is S.RUNNING
    assert one(app, "Monitoring that conduct is moderated", date(2026, 6, 3)).state is S.PASSED
    step(app, case, K.CLOSED, date(2026, 6, 3))
    assert one(app, "Monitoring that conduct is moderated", date(2026, 6, 4)).state is S.OVER


def test_an_appeal_is_answered_within_the_policy_s_working_days(app: App) -> None:
    case = a_case(app, a_customer(app))
    step(app, case, K.APPEAL, date(2026, 3, 2), grounds="it was not me")
    assert one(app, "Answer to the appeal", date(2026, 3, 2)).due == date(2026, 3, 30)


# --- reviews ----------------------------------------------------------------------------------------------------------


def test_a_restriction_is_reviewed_at_six_months_and_at_its_end(app: App) -> None:
    a_restriction(app, a_customer(app), starts_on=date(2026, 3, 2), ends_on=date(2027, 3, 2))
    six, end = one(app, "Six-month review", date(2026, 3, 3)), one(app, "End review", date(2026, 3, 3))
    assert (six.due, end.due) == (date(2026, 9, 2), date(2027, 3, 2))
    assert (six.calendar, six.source) == ("calendar months", "S§10")
    assert one(app, "Six-month review", date(2026, 9, 3)).state is S.OVERDUE
    assert "end by themselves" in one(app, "Six-month review", date(2026, 9, 3)).note
    assert "have ended" in one(app, "Six-month review", date(2026, 10, 3)).note


def test_two_measures_of_one_decision_are_reviewed_together(app: App) -> None:
    terms = (a_term(app.today), a_term(app.today, measure=Measure.TELEPHONE_REFUSAL))
    a_letter(app, a_decision(app, a_customer(app), as_minuted(on=app.today, terms=terms)))
    assert one(app, "End review", app.today).due == date(2026, 9, 2)


def test_an_end_review_says_that_the_restriction_ends_anyway(app: App) -> None:
    a_restriction(app, a_customer(app), starts_on=date(2026, 3, 2), ends_on=date(2027, 3, 2))
    assert "by their decision" in one(app, "End review", date(2026, 3, 3)).note


def test_what_was_extended_is_reviewed_again_after_six_months_as_a_further_review(app: App) -> None:
    restriction = a_restriction(app, a_customer(app), starts_on=date(2026, 3, 2), ends_on=date(2026, 9, 2))
    with app.look() as session:
        case = cases_of(session, restriction.customer_id)[0]
    assert one(app, "End review", date(2026, 3, 3)).due == date(2026, 9, 2)
    a_step(app, case, K.EXTENDED, decision_id=restriction.decision_id, facts={"pressing": "it went on"})
    clock = one(app, "Further review", date(2026, 3, 3))
    assert (clock.due, clock.calendar) == (date(2026, 9, 2), "calendar months")
    assert clock.source == app.policy.procedure.sources["further_review"]
