"""Every clock of REQUIREMENTS part 21, read from the records: when it is due, by which calendar, and what ends it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import click
import pytest

from bot.bootstrap import App
from bot.cli import cli
from bot.clocks import breaches, meetings, table
from bot.clocks.due import clocks, due, warnings
from bot.clocks.ics import as_ics, from_ics
from bot.work import SERVICE
from models.case import Case, CaseStep, Ground, StepKind, cases_of
from models.clock import Clock, ClockState
from models.contact import Contact, ContactFinding
from models.decision import Measure
from models.errors import NotAllowed, Refused
from models.hold import holds
from models.letter import Letter, LetterKind, LetterSent, Paper
from models.officer import Permission
from models.queue import Flag, FlagKind, Outcome
from models.request import InformationRequest, Regime, RequestStep, RequestStepKind
from models.ruled import FindingRuling
from tests.builders import CLERK, a_contact, a_customer, a_restriction, an_actor, put_clock
from tests.named import a_step
from tests.requests import our_letter

K, R, S = StepKind, RequestStepKind, ClockState
ALL = frozenset(Permission)
COMMITTEE = "Policy and Finance Committee"


def a_case(app: App, reference: str = "CASE-2026-001") -> Case:
    customer = a_customer(app)
    with app.begin(CLERK) as work:
        case = Case(
            reference=reference,
            customer_id=customer.id,
            subject_matter="the lamp at the harbour steps",
            ground=Ground.MANNER,
            opened_on=work.today,
            opened_by="r.trelawny",
            opened_at=work.now,
        )
        work.session.add(case)
        work.session.flush()
        work.note("case.open", case, digest=case.digest())
    return case


def step(app: App, case: Case, kind: StepKind, on: date, *, letter: int | None = None, **facts: Any) -> None:
    with app.begin(CLERK) as work:
        taken = CaseStep(
            case_id=case.id,
            kind=kind,
            on=on,
            who="R. Trelawny, Town Clerk",
            words="as it was",
            policy_version=app.policy.version,
            recorded_by="r.trelawny",
            recorded_at=work.now,
            facts=facts,
            letter_id=letter,
        )
        work.session.add(taken)
        work.session.flush()
        work.note("case.step", taken, digest=taken.digest())


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


def a_request(app: App, regime: Regime, received: date, contact: int | None = None) -> InformationRequest:
    with app.begin(CLERK) as work:
        request = InformationRequest(
            reference=f"{regime.value.upper()}-2026-001",
            regime=regime,
            customer_id=None,
            contact_id=contact,
            subject="grit bins",
            asked_for="the number of grit bins",
            received_on=received,
            recorded_by="r.trelawny",
            recorded_at=work.now,
        )
        work.session.add(request)
        work.session.flush()
        work.note("request.made", request)
    return request


def answered(
    app: App, request: InformationRequest, kind: RequestStepKind, on: date, contact: int | None = None, **facts: Any
) -> None:
    with app.begin(CLERK) as work:
        taken = RequestStep(
            request_id=request.id,
            kind=kind,
            on=on,
            who="P. Carne, FOI Officer",
            words="as it was",
            policy_version=app.policy.version,
            recorded_by="p.carne",
            recorded_at=work.now,
            facts=facts,
            contact_id=contact,
        )
        work.session.add(taken)
        work.session.flush()
        work.note("request.step", taken, digest=taken.digest())


def meets(app: App, body: str, *days: date) -> None:
    with app.begin(CLERK) as work:
        for day in days:
            meetings.add_meeting(work, body=body, held_on=day)


def all_clocks(app: App, on: date) -> list[Clock]:
    put_clock(app, on)
    with app.look() as session:
        found = clocks(session, app.policy, app.clock.now(), app.seal)
    for clock in found:
        can_be_typed(clock.do)
    return found


def can_be_typed(do: str) -> None:
    """What a clock says to do next is a command that there is, with an option that it takes."""
    command: click.Command = cli
    words = do.split()[1:]
    while words and isinstance(command, click.Group):
        found = command.get_command(click.Context(command), words.pop(0))
        assert found is not None, do
        command = found
    known = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= known, do
    wanted = [p for p in command.params if isinstance(p, click.Argument)]
    assert not do or not wanted or not words[0].startswith("--"), do


def one(app: App, name: str, on: date) -> Clock:
    found = [c for c in all_clocks(app, on) if c.name == name]
    assert len(found) == 1, [c.name for c in found]
    return found[0]


# --- the conduct track ------------------------------------------------------------------------------------------------


def test_an_officer_s_report_is_reviewed_within_seven_working_days(app: App) -> None:
    case = a_case(app)
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
    case = a_case(app)
    letter = a_letter_sent(app, LetterKind.INITIAL_WARNING, date(2026, 3, 2), how)
    step(app, case, K.INITIAL_WARNING, date(2026, 3, 2), letter=letter, agreed_with="A. Bolitho, Chairman")
    clock = one(app, "Acknowledgement of the initial letter", date(2026, 3, 9))
    assert (clock.started, clock.due, clock.state) == (delivered, last_day, S.RUNNING)


def test_an_acknowledgement_that_does_not_come_runs_out_and_is_not_the_council_s_delay(app: App) -> None:
    case = a_case(app)
    step(app, case, K.INITIAL_WARNING, date(2026, 3, 2), agreed_with="A. Bolitho, Chairman")
    clock = one(app, "Acknowledgement of the initial letter", date(2026, 3, 20))
    assert clock.state is S.PASSED
    assert "silence alone" in clock.note
    step(app, case, K.NOT_HEEDED, date(2026, 3, 23), because="not_heeded", deemed="it went on")
    assert one(app, "Acknowledgement of the initial letter", date(2026, 3, 24)).state is S.OVER


def test_a_warning_is_reported_to_the_next_meeting_of_the_committee(app: App) -> None:
    case = a_case(app)
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
    case = a_case(app)
    meets(app, "Full Council", date(2026, 4, 2))
    step(app, case, K.CHECKED, date(2026, 3, 10))
    clock = one(app, "Decision of the council", date(2026, 4, 3))
    assert (clock.due, clock.state) == (date(2026, 4, 2), S.OVERDUE)
    step(app, case, K.DECIDED_AGAINST, date(2026, 4, 2), body="Full Council", minute="2026/12")
    assert one(app, "Decision of the council", date(2026, 4, 3)).state is S.MET


def test_an_urgent_restriction_waits_for_its_confirmation_and_its_report(app: App) -> None:
    case = a_case(app)
    step(app, case, K.URGENT, date(2026, 3, 2), circumstances="threats", authority="minute 4",
         until="2026-03-30", report_due="2026-03-24")  # fmt: skip
    assert one(app, "Confirmation of the urgent restriction", date(2026, 3, 3)).due == date(2026, 3, 30)
    assert one(app, "Report of the urgent restriction", date(2026, 3, 25)).state is S.OVERDUE
    assert one(app, "Confirmation of the urgent restriction", date(2026, 3, 31)).state is S.PASSED


def test_monitoring_runs_until_the_day_that_was_set_and_then_somebody_decides(app: App) -> None:
    case = a_case(app)
    step(app, case, K.MONITORING, date(2026, 3, 2), how="the log is read weekly", until="2026-06-02")
    assert one(app, "Monitoring that conduct is moderated", date(2026, 6, 2)).state is S.RUNNING
    assert one(app, "Monitoring that conduct is moderated", date(2026, 6, 3)).state is S.PASSED
    step(app, case, K.CLOSED, date(2026, 6, 3))
    assert one(app, "Monitoring that conduct is moderated", date(2026, 6, 4)).state is S.OVER


def test_an_appeal_is_answered_within_the_policy_s_working_days(app: App) -> None:
    case = a_case(app)
    step(app, case, K.APPEAL, date(2026, 3, 2), grounds="it was not me")
    assert one(app, "Answer to the appeal", date(2026, 3, 2)).due == date(2026, 3, 30)


def test_a_restriction_is_reviewed_at_six_months_and_at_its_end(app: App) -> None:
    a_restriction(app, a_customer(app), starts_on=date(2026, 3, 2), ends_on=date(2027, 3, 2))
    six, end = one(app, "Six-month review", date(2026, 3, 3)), one(app, "End review", date(2026, 3, 3))
    assert (six.due, end.due) == (date(2026, 9, 2), date(2027, 3, 2))
    assert (six.calendar, six.source) == ("calendar months", "S§10")
    assert one(app, "Six-month review", date(2026, 9, 3)).state is S.OVERDUE
    assert "end by themselves" in one(app, "Six-month review", date(2026, 9, 3)).note
    assert "have ended" in one(app, "Six-month review", date(2026, 10, 3)).note


def test_two_measures_of_one_decision_are_reviewed_together(app: App) -> None:
    from tests.builders import a_decision, a_letter, a_term, as_minuted

    terms = (a_term(app.today), a_term(app.today, measure=Measure.TELEPHONE_REFUSAL))
    a_letter(app, a_decision(app, a_customer(app), as_minuted(on=app.today, terms=terms)))
    assert one(app, "End review", app.today).due == date(2026, 9, 2)


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
    a_request(app, regime, date(2026, 3, 3))
    clock = one(app, name, date(2026, 3, 4))
    assert (clock.started, clock.due, clock.state) == (date(2026, 3, 3), due_on, S.RUNNING)


def test_a_request_is_paused_while_the_requester_is_asked_and_counts_anew_from_the_answer(app: App) -> None:
    request = a_request(app, Regime.FOI, date(2026, 3, 3))
    answered(app, request, R.CLARIFICATION_ASKED, date(2026, 3, 5), our_letter(app, a_customer(app)))
    paused = one(app, "FOI answer or refusal", date(2026, 5, 1))
    assert (paused.state, paused.due) == (S.PAUSED, None)
    answered(app, request, R.CLARIFICATION_GIVEN, date(2026, 4, 20))
    clock = one(app, "FOI answer or refusal", date(2026, 5, 1))
    assert (clock.started, clock.due) == (date(2026, 4, 20), date(2026, 5, 19))


def test_an_answer_after_its_day_is_late_for_ever(app: App) -> None:
    request = a_request(app, Regime.FOI, date(2026, 3, 3))
    answered(app, request, R.ANSWERED, date(2026, 4, 2))
    assert one(app, "FOI answer or refusal", date(2026, 5, 1)).state is S.LATE


def test_an_internal_review_is_twenty_working_days_under_foia_and_forty_under_the_eir(app: App) -> None:
    for regime in (Regime.FOI, Regime.EIR):
        request = a_request(app, regime, date(2026, 3, 3))
        answered(app, request, R.ANSWERED, date(2026, 3, 10))
        answered(app, request, R.REVIEW_ASKED, date(2026, 5, 5))
    assert one(app, "FOI internal review", date(2026, 5, 6)).due == date(2026, 6, 3)
    assert one(app, "EIR internal review", date(2026, 5, 6)).due == date(2026, 7, 2)  # 15 June: Scotland


def test_requests_may_be_added_up_within_sixty_consecutive_working_days(app: App) -> None:
    a_request(app, Regime.FOI, date(2026, 9, 1))
    clock = one(app, "Requests may be added up for the cost limit", date(2026, 9, 1))
    assert (clock.due, clock.state) == (date(2026, 11, 23), S.WINDOW)
    assert not due([clock], date(2026, 11, 23), 14)


def test_similar_requests_are_read_beside_a_refusal_for_twelve_months(app: App) -> None:
    request = a_request(app, Regime.FOI, date(2026, 3, 3))
    answered(app, request, R.DECIDED, date(2026, 3, 20), outcome="refuse", under="s14(1)", **{"with": "P. Carne"})
    clock = one(app, "Similar requests are read beside this decision", date(2026, 3, 21))
    assert (clock.due, clock.state) == (date(2027, 3, 20), S.WINDOW)


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
    a_request(app, Regime.FOI, app.today, contact=opened.id)
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
    assert one(app, name, date(2026, 3, 12)).state is S.LATE


def test_a_breach_that_need_not_be_reported_needs_its_reason(app: App) -> None:
    with app.begin(CLERK) as work:
        found = breaches.record_breach(work, aware_at=work.now, words="a letter was folded wrongly")
        with pytest.raises(Refused, match="why no risk"):
            breaches.answer_breach(work, found, reported=False, at=work.now, words=" ")


# --- lists and feeds --------------------------------------------------------------------------------------------------


def test_what_is_due_is_listed_the_most_pressing_first_and_what_is_far_off_is_not(app: App) -> None:
    case = a_case(app)
    step(app, case, K.REPORT, date(2026, 3, 2), behaviours=["BEH-13"])
    a_request(app, Regime.FOI, date(2026, 3, 3))
    a_request(app, Regime.SAR, date(2026, 4, 1))
    found = due(all_clocks(app, date(2026, 3, 31)), date(2026, 3, 31), 14)
    assert [c.about for c in found] == ["CASE-2026-001", "FOI-2026-001"]
    assert all(c.do.startswith("evenhand ") for c in found)


def test_the_table_begins_with_clock_from_due_calendar_and_source(app: App) -> None:
    a_request(app, Regime.FOI, date(2026, 3, 3))
    lines = table.as_csv(all_clocks(app, date(2026, 3, 4))).splitlines()
    assert lines[0].startswith("clock,from,due,calendar,source")
    wanted = 'FOI answer or refusal,2026-03-03,2026-04-01,"working days, bank holidays in any part of the UK",FOIA s10'
    assert any(line.startswith(wanted) for line in lines[1:])


def test_the_calendar_holds_nothing_personal_and_its_events_keep_their_names(app: App) -> None:
    case = a_case(app)
    step(app, case, K.REPORT, date(2026, 3, 2), behaviours=["BEH-13"])
    request = a_request(app, Regime.FOI, date(2026, 3, 3))
    before = as_ics(all_clocks(app, date(2026, 3, 4)), council="Porthmellin", now=app.clock.now()).decode()
    for word in ("Penrose", "lamp", "grit", "BEH-13", "Trelawny"):
        assert word not in before
    assert "SUMMARY:FOI-2026-001: FOI answer or refusal" in before
    answered(app, request, R.CLARIFICATION_ASKED, date(2026, 3, 5), our_letter(app, a_customer(app)))
    answered(app, request, R.CLARIFICATION_GIVEN, date(2026, 3, 20))
    after = as_ics(all_clocks(app, date(2026, 3, 23)), council="Porthmellin", now=app.clock.now()).decode()

    def uids(text: str) -> set[str]:
        return {line for line in text.splitlines() if line.startswith("UID")}

    assert uids(before) == uids(after)
    assert "DTSTART;VALUE=DATE:20260401" in before
    assert "DTSTART;VALUE=DATE:20260401" not in after


def test_the_list_warns_when_the_published_bank_holidays_end_soon() -> None:
    assert not warnings(date(2026, 3, 2))
    assert "install a newer version" in warnings(date(2028, 6, 1))[0]


# --- meetings ---------------------------------------------------------------------------------------------------------


def test_a_meeting_is_entered_once_and_called_off_once(app: App) -> None:
    day = date(2026, 4, 14)
    with app.begin(CLERK) as work:
        named = meetings.add_meeting(work, body="policy  and finance committee", held_on=day, bodies=(COMMITTEE,))
        assert named.body == COMMITTEE
        with pytest.raises(Refused, match="on record already"):
            meetings.add_meeting(work, body=COMMITTEE, held_on=day)
        meetings.call_off(work, body=COMMITTEE, held_on=day)
        with pytest.raises(Refused, match="already"):
            meetings.call_off(work, body=COMMITTEE, held_on=day)
        with pytest.raises(Refused, match="enter the day"):
            meetings.add_meeting(work, body=COMMITTEE, held_on=day)


def test_only_who_may_record_meetings_does(app: App) -> None:
    with app.begin(an_actor(*(ALL - {Permission.RECORD_MEETING}))) as work, pytest.raises(NotAllowed):
        meetings.add_meeting(work, body=COMMITTEE, held_on=date(2026, 4, 14))


def test_meetings_are_taken_over_from_a_table_and_again_without_harm(app: App) -> None:
    text = "\ufeffDate,Body,Room\n2026-04-14,Policy and Finance Committee,Guildhall\n07/05/2026,Full Council,\n,,\n"
    planned = meetings.from_csv(text)
    assert [(p.body, p.held_on) for p in planned] == [
        (COMMITTEE, date(2026, 4, 14)),
        ("Full Council", date(2026, 5, 7)),
    ]
    with app.begin(CLERK) as work:
        assert meetings.take_over(work, planned) == meetings.Taken(2, 0, 0)
        assert meetings.take_over(work, planned) == meetings.Taken(0, 2, 0)


def test_a_table_with_a_line_that_is_no_date_is_refused_whole() -> None:
    with pytest.raises(Refused, match="line 3"):
        meetings.from_csv("body,date\nFull Council,2026-05-07\nFull Council,next Thursday\n")
    with pytest.raises(Refused, match="columns body,date"):
        meetings.from_csv("when,who\n")


CALENDAR = b"""BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//x//y//EN\r
BEGIN:VEVENT\r
UID:1\r
DTSTAMP:20260101T000000Z\r
DTSTART:20260701T230000Z\r
SUMMARY:Meeting of the Full Council\\, Guildhall\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:2\r
DTSTAMP:20260101T000000Z\r
DTSTART;VALUE=DATE:20260414\r
STATUS:CANCELLED\r
SUMMARY:Policy and Finance Committee\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:3\r
DTSTAMP:20260101T000000Z\r
DTSTART;VALUE=DATE:20260414\r
RRULE:FREQ=MONTHLY\r
SUMMARY:Planning Committee\r
END:VEVENT\r
END:VCALENDAR\r
"""


def test_meetings_are_taken_over_from_a_calendar_by_the_names_of_the_policy(app: App) -> None:
    meets(app, COMMITTEE, date(2026, 4, 14))
    planned, left_out = from_ics(CALENDAR, ("Council", "Full Council", COMMITTEE))
    assert planned == [
        meetings.Planned("Full Council", date(2026, 7, 2)),  # midnight in London
        meetings.Planned(COMMITTEE, date(2026, 4, 14), called_off=True),
    ]
    assert left_out == ["'Planning Committee' repeats: enter its days one by one"]
    with app.begin(CLERK) as work:
        assert meetings.take_over(work, planned) == meetings.Taken(1, 0, 1)


def test_a_file_that_is_no_calendar_is_refused() -> None:
    with pytest.raises(Refused, match="cannot be read"):
        from_ics(b"BEGIN:VCALENDAR\r\nnonsense without a colon\r\n", ())


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
