"""Information requests to their ends under the policy: what each refusal needs, what each clock counts, who reviews."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot.bootstrap import App
from bot.cli import cli
from bot.customer_import import import_customers
from bot.requests.record import may_send
from bot.requests.standing import in_words, next_steps
from models.customer import Customer
from models.errors import NotAllowed, Refused
from models.estimate import sheet_of
from models.hold import holds, is_held
from models.letter import LetterKind
from models.request import InformationRequest, Regime, RequestStepKind, find_request
from models.request_standing import RequestStanding, State, request_standing
from tests.builders import CLERK, NAMED_OFFICER, a_contact, a_customer, a_restriction, an_actor, put_clock
from tests.requests import CLERKS_NAME, OFFICERS_NAME, PANEL, a_draft, a_request, letter_goes, our_letter, step, weighed
from tests.web.people import OFFICERS, let_in

K, L = RequestStepKind, LetterKind


def standing(app: App, request: InformationRequest) -> RequestStanding:
    with app.look() as session:
        return request_standing(session, find_request(session, request.reference), app.policy.procedure)


def refuse(
    app: App, request: InformationRequest, under: str, *, on: date | None = None, who: str = CLERKS_NAME
) -> None:
    step(app, request, K.DECIDED, on=on, who=who, outcome="refuse", under=under, facts={"with": OFFICERS_NAME})


# --- opening ---------------------------------------------------------------------------------------------------------


def test_the_clock_starts_on_the_day_of_receipt_though_the_mail_was_diverted(app: App) -> None:
    ann = a_customer(app)
    restriction = a_restriction(app, ann)
    contact = a_contact(app, ann, sender="ann@penrose.example", restriction=restriction)
    put_clock(app, date(2026, 3, 9))
    request = a_request(app, Regime.FOI, contact=contact.id)
    assert request.received_on == date(2026, 3, 2)
    assert standing(app, request).due == date(2026, 3, 31)  # 17 March is a bank holiday in Northern Ireland
    with pytest.raises(Refused, match="the clock began then"):
        a_request(app, Regime.EIR, contact=contact.id, on=date(2026, 3, 9))


def test_a_spoken_request_may_be_environmental_but_not_under_foi(app: App) -> None:
    with pytest.raises(Refused, match="in writing"):
        a_request(app, Regime.FOI, on=date(2026, 3, 2))
    assert a_request(app, Regime.EIR, on=date(2026, 3, 2)).reference == "EIR-2026-001"
    assert a_request(app, Regime.EIR, on=date(2026, 3, 2), subject="the sluice").reference == "EIR-2026-002"
    with pytest.raises(Refused, match="on record already, as EIR-2026-001"):
        a_request(app, Regime.EIR, on=date(2026, 3, 2))


def test_nothing_is_decided_on_a_request_whose_first_day_was_moved_by_hand(app: App) -> None:
    request = a_request(app, Regime.SAR, on=date(2026, 3, 2))
    with closing(sqlite3.connect(str(app.engine.url.database))) as store:
        store.execute("DROP TRIGGER guard_information_requests_no_update")
        store.execute("UPDATE information_requests SET received_on = '2026-02-27'")
        store.commit()
    with pytest.raises(Refused, match="not as it was opened"):
        step(app, request, K.DECIDED, outcome="answer")


def test_keeping_requests_needs_its_power_and_deciding_them_another(app: App) -> None:
    with pytest.raises(NotAllowed):
        a_request(app, Regime.SAR, on=date(2026, 3, 2), actor=an_actor())
    request = a_request(app, Regime.SAR, on=date(2026, 3, 2), actor=NAMED_OFFICER)
    with pytest.raises(NotAllowed):
        step(app, request, K.DECIDED, actor=NAMED_OFFICER, outcome="answer")


# --- FOI, section 14(1) ----------------------------------------------------------------------------------------------


def test_a_vexatious_request_from_the_report_to_the_commissioner(app: App) -> None:
    ann = a_customer(app)
    first = a_request(app, Regime.FOI, customer=ann)
    step(app, first, K.INDICATOR, indicator="frequent_overlapping", shows="six requests since January")
    letter_goes(app, first, L.FOI_WARNING)
    letter_goes(app, first, L.FOI_ANSWER)
    assert standing(app, first).state is State.ANSWERED
    put_clock(app, date(2026, 5, 4))
    second = a_request(app, Regime.FOI, customer=ann)
    weighed(app, second)
    step(app, second, K.ADVICE, adviser="the county association")
    refuse(app, second, "s14(1)")
    assert standing(app, second).state is State.TO_BE_REFUSED
    letter_goes(app, second, L.FOI_REFUSAL_VEXATIOUS)
    step(app, second, K.INFORMED, who="Cllr A. Rowe", role="member")
    step(app, second, K.WIDER_POLICY, answer="do_not_invoke")
    step(app, second, K.REVIEW_ASKED)
    assert standing(app, second).state is State.IN_REVIEW
    for name in (CLERKS_NAME, "Rosenwyn Trelawny", OFFICERS_NAME):
        with pytest.raises(Refused, match="who decided cannot review"):
            step(app, second, K.REVIEW_DECIDED, who=name, outcome="not_upheld")
    step(app, second, K.REVIEW_DECIDED, who=PANEL, outcome="not_upheld")
    letter_goes(app, second, L.FOI_REVIEW_OUTCOME)
    step(app, second, K.REGULATOR, body="Information Commissioner")
    found = standing(app, second)
    assert (found.state, found.ended_on, found.late) == (State.REVIEWED, date(2026, 5, 4), False)
    assert standing(app, first).state is State.ANSWERED, "a refusal attaches to one request"


def test_a_finding_names_all_that_it_lacks_at_once(app: App) -> None:
    request = a_request(app, Regime.FOI, customer=a_customer(app))
    with pytest.raises(Refused) as refused:
        step(app, request, K.DECIDED, who="Cllr A. Rowe", outcome="refuse", under="s14(1)")
    for words in (
        "request indicator",
        "request value",
        "request burden",
        "request prompt",
        "Town Clerk",
        "FOI Officer",
    ):
        assert words in str(refused.value)


def test_a_refusal_is_decided_by_two_and_no_notice_goes_before_it(app: App) -> None:
    request = a_request(app, Regime.FOI, customer=a_customer(app))
    weighed(app, request)
    step(app, request, K.PROMPT_ANSWERED)
    with pytest.raises(Refused, match="has not been decided to refuse"):
        letter_goes(app, request, L.FOI_REFUSAL_VEXATIOUS)
    both = {"with": "Rosenwyn Trelawny, FOI Officer"}
    with pytest.raises(Refused, match="the same person"):
        step(app, request, K.DECIDED, who=CLERKS_NAME, outcome="refuse", under="s14(1)", facts=both)
    titles = {"with": "FOI Officer"}
    with pytest.raises(Refused, match=r"--who names nobody.*--with names nobody"):
        step(app, request, K.DECIDED, who="Town Clerk", outcome="refuse", under="s14(1)", facts=titles)
    refuse(app, request, "s14(1)")
    with pytest.raises(Refused, match="about an EIR request"):
        letter_goes(app, request, L.EIR_REFUSAL)
    with pytest.raises(Refused, match="decide to answer first"):
        letter_goes(app, request, L.FOI_ANSWER)
    with pytest.raises(Refused, match="recorded when its letter goes"):
        step(app, request, K.REFUSED)


def test_who_weighs_a_request_after_the_last_day_is_told_so(app: App) -> None:
    request = a_request(app, Regime.FOI, customer=a_customer(app))  # months before the clock of this machine
    let_in(app, OFFICERS)
    words = ("request", "burden", request.reference, "--words", "thirty hours", "--on", "2026-03-02")
    said = CliRunner().invoke(cli, ["--home", str(app.settings.home), "--as", CLERK.name, *words])
    assert "Recorded after the last day to answer, 31 March 2026" in said.stdout


def test_evidence_counts_up_to_the_last_day_and_of_sure_identity_only(app: App) -> None:
    ann, ben = a_customer(app), a_customer(app, name="Ben Trewin")
    request = a_request(app, Regime.FOI, customer=ann)
    theirs = a_contact(app, ben, sender="ben@trewin.example")
    put_clock(app, date(2026, 4, 1))
    late = a_contact(app, ann, sender="ann@penrose.example")
    with pytest.raises(Refused, match="nothing after the statutory deadline"):
        step(app, request, K.EVIDENCE, on=date(2026, 3, 20))
    with pytest.raises(Refused, match="does not count"):
        step(app, request, K.BURDEN, cites=[late.id])
    with pytest.raises(Refused, match="not the requester's"):
        step(app, request, K.BURDEN, cites=[theirs.id])


def test_a_later_request_is_read_for_itself_beside_the_one_refused(app: App) -> None:
    ann = a_customer(app)
    first = a_request(app, Regime.FOI, customer=ann)
    weighed(app, first)
    step(app, first, K.PROMPT_ANSWERED)
    refuse(app, first, "s14(1)")
    letter_goes(app, first, L.FOI_REFUSAL_VEXATIOUS)
    put_clock(app, date(2026, 9, 1))
    second = a_request(app, Regime.FOI, customer=ann, subject="the allotments")
    with pytest.raises(Refused, match=f"request similar {second.reference} {first.reference}"):
        letter_goes(app, second, L.FOI_ANSWER)
    step(app, second, K.SIMILAR, to=first.reference, answer="fresh")
    letter_goes(app, second, L.FOI_ANSWER)
    put_clock(app, date(2027, 3, 3))  # more than twelve months after the decision
    letter_goes(app, a_request(app, Regime.FOI, customer=ann, subject="the quay again"), L.FOI_ANSWER)


def test_no_notice_again_only_after_a_notice_and_a_warning(app: App) -> None:
    ann = a_customer(app)
    first = a_request(app, Regime.FOI, customer=ann)
    weighed(app, first)
    step(app, first, K.PROMPT_ANSWERED)
    refuse(app, first, "s14(1)")
    letter_goes(app, first, L.FOI_REFUSAL_VEXATIOUS)
    put_clock(app, date(2026, 3, 10))
    second = a_request(app, Regime.FOI, customer=ann)
    weighed(app, second)
    step(app, second, K.PROMPT_ANSWERED)
    step(app, second, K.SIMILAR, to=first.reference, answer="within_the_subject")
    refuse(app, second, "s14(1)")
    with pytest.raises(Refused, match="no warning to this person"):
        step(app, second, K.NO_NOTICE, earlier=first.reference, warned_on="2026-03-02")
    letter_goes(app, second, L.FOI_REFUSAL_VEXATIOUS)
    letter_goes(app, second, L.FOI_WARNING)
    put_clock(app, date(2026, 3, 20))
    third = a_request(app, Regime.FOI, customer=ann)
    weighed(app, third)
    for earlier in (first, second):
        step(app, third, K.SIMILAR, to=earlier.reference, answer="within_the_subject")
    refuse(app, third, "s14(1)")
    step(app, third, K.NO_NOTICE, earlier=second.reference, warned_on="2026-03-10")
    assert standing(app, third).state is State.REFUSED


def test_a_warning_holds_for_a_request_within_its_subject_and_for_no_fresh_one(app: App) -> None:
    ann = a_customer(app)
    first = a_request(app, Regime.FOI, customer=ann)
    step(app, first, K.INDICATOR, indicator="frequent_overlapping", shows="six requests since January")
    letter_goes(app, first, L.FOI_WARNING)
    second = a_request(app, Regime.FOI, customer=ann)
    weighed(app, second)
    refuse(app, second, "s14(1)")
    letter_goes(app, second, L.FOI_REFUSAL_VEXATIOUS)
    fresh, within = (a_request(app, Regime.FOI, customer=ann, subject=f"once more {n}") for n in (1, 2))
    for request, answer in ((fresh, "fresh"), (within, "within_the_subject")):
        weighed(app, request)
        step(app, request, K.SIMILAR, to=second.reference, answer=answer)
    with pytest.raises(Refused, match="nobody was warned on this issue"):
        refuse(app, fresh, "s14(1)")
    refuse(app, within, "s14(1)")


# --- FOI, section 12 -------------------------------------------------------------------------------------------------


def test_a_refusal_for_cost_needs_the_sheet_and_the_letter_that_asks_to_narrow(app: App) -> None:
    request = a_request(app, Regime.FOI, customer=a_customer(app))
    step(app, request, K.ESTIMATE, words="three mailboxes", task="locating", minutes=18 * 60)
    with pytest.raises(Refused, match=r"not over the limit: 18 hours, £450\.00; the limit is 18 hours, £450"):
        refuse(app, request, "s12")
    step(app, request, K.ESTIMATE, words="the archive", task="retrieving", minutes=300)
    step(app, request, K.ESTIMATE, words="The archive", task="retrieving", minutes=90)
    with app.look() as session:
        sheet = sheet_of(session, request, app.policy.procedure)
    assert sheet.minutes == 18 * 60 + 90, "the same words again put a line right"
    with pytest.raises(Refused, match="asked to narrow"):
        refuse(app, request, "s12")
    letter_goes(app, request, L.FOI_NARROWING)
    with app.look() as session:
        assert f"request withdraw {request.reference}" in next_steps(session, request, app.policy)[-1]
    refuse(app, request, "s12")
    letter_goes(app, request, L.FOI_REFUSAL_COST)
    assert standing(app, request).state is State.REFUSED


def test_requests_are_added_up_within_sixty_working_days_and_with_evidence_of_a_link(app: App) -> None:
    ann, ben = a_customer(app), a_customer(app, name="Ben Trewin")
    first = a_request(app, Regime.FOI, customer=ann)
    other = a_request(app, Regime.FOI, customer=ben)
    step(app, other, K.ESTIMATE, words="the archive", task="locating", minutes=600)
    put_clock(app, date(2026, 5, 29))  # the sixtieth consecutive working day, 2 March being the first
    last = a_request(app, Regime.FOI, customer=ann, subject="the last")
    put_clock(app, date(2026, 6, 1))
    too_late = a_request(app, Regime.FOI, customer=ann, subject="too late")
    step(app, last, K.ESTIMATE, words="the archive", task="locating", minutes=600)
    with pytest.raises(Refused, match="evidence that they act together"):
        step(app, last, K.AGGREGATED, facts={"with": other.reference})
    step(app, last, K.AGGREGATED, link="one text, one signature", facts={"with": other.reference})
    step(app, last, K.AGGREGATED, facts={"with": first.reference})
    with app.look() as session:
        assert sheet_of(session, last, app.policy.procedure).over
    with pytest.raises(Refused, match="not received within 60"):
        step(app, too_late, K.AGGREGATED, facts={"with": first.reference})
    with pytest.raises(Refused, match=r"within 60 consecutive working days \(2 March 2026 to 1 June 2026\)"):
        step(app, last, K.AGGREGATED, facts={"with": too_late.reference})  # near to this one, and not to the first


# --- EIR -------------------------------------------------------------------------------------------------------------


def test_an_environmental_request_to_its_review(app: App) -> None:
    ann = a_customer(app)
    request = a_request(app, Regime.EIR, customer=ann)
    with pytest.raises(Refused, match=r"no cost limit.*12\(4\)\(b\)"):
        step(app, request, K.ESTIMATE, task="locating", minutes=60)
    step(app, request, K.EXTENDED, until="2026-04-30", because="complex_and_voluminous")
    assert standing(app, request).due == date(2026, 3, 31), "no more time before the requester is told"
    letter_goes(app, request, L.EIR_EXTENSION)
    assert standing(app, request).due == date(2026, 4, 30)
    weighed(app, request)
    step(app, request, K.PROMPT_ANSWERED)
    with pytest.raises(Refused, match=r"under 12\(4\)\(b\), not under 's12'.*no cost limit"):
        refuse(app, request, "s12")
    with pytest.raises(Refused, match="public interest has not been weighed"):
        refuse(app, request, "12(4)(b)")
    weighing = {"for": "what the river holds", "against": "the whole office for a month"}
    step(app, request, K.PUBLIC_INTEREST, outcome="disclose", facts=weighing)
    with pytest.raises(Refused, match="for disclosure"):
        refuse(app, request, "12(4)(b)")
    step(app, request, K.PUBLIC_INTEREST, words="on reflection", outcome="maintain", facts=weighing)
    refuse(app, request, "12(4)(b)")
    letter_goes(app, request, L.EIR_REFUSAL)
    put_clock(app, date(2026, 3, 20))
    unhappy = a_contact(app, ann, sender="ann@penrose.example")
    with app.look() as session:
        assert f"request review {request.reference} --contact {unhappy.id}" in str(
            next_steps(session, request, app.policy)
        )
    step(app, request, K.REVIEW_ASKED, contact=unhappy.id)
    assert standing(app, request).review_due == date(2026, 5, 20)
    with pytest.raises(Refused, match="not said who looked at it"):
        step(app, request, K.REVIEW_DECIDED, who="Internal reviewer", outcome="upheld")
    step(app, request, K.REVIEW_DECIDED, who=PANEL, outcome="not_upheld")
    with app.begin(CLERK) as work:
        early = a_draft(work, request, L.EIR_REVIEW_OUTCOME)
    put_clock(app, date(2026, 3, 23))
    step(app, request, K.REVIEW_DECIDED, who=PANEL, words="it was written down wrongly", outcome="upheld")
    with app.look() as session, pytest.raises(Refused, match="drafted before what it should tell was recorded"):
        may_send(session, early, policy=app.policy, today=app.today)
    letter_goes(app, request, L.EIR_REVIEW_OUTCOME)
    with pytest.raises(Refused, match="the requester was told"):
        step(app, request, K.REVIEW_DECIDED, who=PANEL, outcome="not_upheld")
    letter_goes(app, request, L.EIR_ANSWER)


def test_an_extension_is_told_within_the_first_period_or_not_at_all(app: App) -> None:
    request = a_request(app, Regime.EIR, customer=a_customer(app))
    with pytest.raises(Refused, match="until 30 April 2026 at most"):
        step(app, request, K.EXTENDED, until="2026-05-01", because="complex_and_voluminous")
    step(app, request, K.EXTENDED, until="2026-04-30", because="complex_and_voluminous")
    with app.look() as session:
        assert "letter goes by 31 March 2026" in next_steps(session, request, app.policy)[0]
    put_clock(app, date(2026, 4, 1))
    with pytest.raises(Refused, match="had to be told by 31 March 2026"):
        letter_goes(app, request, L.EIR_EXTENSION)
    with pytest.raises(Refused, match="within the first period"):
        step(app, request, K.EXTENDED, until="2026-04-29", because="complex_and_voluminous")


def test_dissatisfaction_after_forty_working_days_is_taken_only_with_its_reason(app: App) -> None:
    request = a_request(app, Regime.EIR, customer=a_customer(app))
    letter_goes(app, request, L.EIR_ANSWER)
    put_clock(app, date(2026, 6, 1))
    with pytest.raises(Refused, match="ended on 30 April 2026"):
        step(app, request, K.REVIEW_ASKED)
    step(app, request, K.REVIEW_ASKED, late="the answer was sent to an old address")


# --- subject access --------------------------------------------------------------------------------------------------


def test_a_subject_access_request_judged_in_context(app: App) -> None:
    request = a_request(app, Regime.SAR, customer=a_customer(app))
    assert standing(app, request).due == date(2026, 4, 2)
    with pytest.raises(Refused, match="aggressive or abusive language"):
        step(app, request, K.INDICATOR, indicator="abusive_language", shows="insults")
    with pytest.raises(Refused, match="judged in context"):
        refuse(app, request, "unfounded")
    step(app, request, K.INDICATOR, indicator="no_intention", shows="offers to withdraw it for 500 pounds")
    with pytest.raises(Refused, match=r"not under 's14\(1\)'"):
        refuse(app, request, "s14(1)")
    refuse(app, request, "unfounded")
    letter_goes(app, request, L.SAR_REFUSAL)
    with pytest.raises(Refused, match="request open dp_complaint"):
        step(app, request, K.REVIEW_ASKED)


def test_a_subject_access_request_waits_only_for_what_a_letter_asked(app: App) -> None:
    request = a_request(app, Regime.SAR, customer=a_customer(app))
    step(app, request, K.CLARIFICATION_ASKED, words="which years")
    assert standing(app, request).paused is None
    put_clock(app, date(2026, 3, 4))
    letter_goes(app, request, L.SAR_CLARIFICATION)
    assert standing(app, request).state is State.PAUSED
    put_clock(app, date(2026, 3, 14))
    step(app, request, K.CLARIFICATION_GIVEN)
    assert standing(app, request).due == date(2026, 4, 13)  # ten days are left out; 12 April is a Sunday
    step(app, request, K.IDENTITY_ASKED, doubt="it came from an address that we do not know")
    letter_goes(app, request, L.SAR_CLARIFICATION)
    put_clock(app, date(2026, 3, 31))
    step(app, request, K.IDENTITY_GIVEN)
    assert standing(app, request).due == date(2026, 4, 30), "the month runs from when we know who asks"
    step(app, request, K.EXTENDED, until="2026-06-30", because="complex")
    letter_goes(app, request, L.SAR_EXTENSION)
    assert standing(app, request).due == date(2026, 6, 30)
    letter_goes(app, request, L.SAR_ANSWER)


def test_a_refusal_of_subject_access_is_told_within_the_first_month_though_it_was_extended(app: App) -> None:
    request = a_request(app, Regime.SAR, customer=a_customer(app))
    step(app, request, K.EXTENDED, until="2026-06-02", because="several_requests")
    letter_goes(app, request, L.SAR_EXTENSION)
    assert standing(app, request).due == date(2026, 6, 2)
    step(app, request, K.INDICATOR, indicator="malicious", shows="says that it is to keep us busy")
    refuse(app, request, "unfounded")
    assert standing(app, request).due == date(2026, 4, 2)


def test_a_warning_is_in_the_words_of_its_law(app: App) -> None:
    request = a_request(app, Regime.EIR, customer=a_customer(app))
    step(app, request, K.INDICATOR, indicator="intransigence", shows="nine letters on one answer")
    with pytest.raises(Refused, match="say that further requests may be refused"):
        letter_goes(app, request, L.FOI_WARNING, body="They may be vexatious under section 14(1).")
    letter_goes(app, request, L.FOI_WARNING, body="They may be refused under regulation 12(4)(b).")


def test_an_excessive_request_was_asked_about_first(app: App) -> None:
    request = a_request(app, Regime.SAR, customer=a_customer(app))
    step(app, request, K.INDICATOR, indicator="repeats_too_soon", shows="the same data were sent in February")
    with pytest.raises(Refused, match=r"what interval would be reasonable.*sar_clarification"):
        refuse(app, request, "excessive")
    weighing = {"nature": "letters", "purposes": "a list of plots", "changes": "yearly", "since": "nothing"}
    step(app, request, K.INTERVAL, facts=weighing)
    letter_goes(app, request, L.SAR_CLARIFICATION)
    refuse(app, request, "excessive")


def test_who_asks_for_information_need_not_prove_who_they_are(app: App) -> None:
    ann = a_customer(app)
    request = a_request(app, Regime.FOI, customer=ann)
    with pytest.raises(Refused, match="need not prove"):
        step(app, request, K.IDENTITY_ASKED, doubt="none is needed")
    step(app, request, K.CLARIFICATION_ASKED)
    assert standing(app, request).paused is None, "written down for a letter; nobody was asked yet"
    step(app, request, K.CLARIFICATION_ASKED, contact=our_letter(app, ann))
    put_clock(app, date(2026, 3, 9))
    step(app, request, K.CLARIFICATION_GIVEN)
    assert standing(app, request).due == date(2026, 4, 9), "twenty working days from what was asked for"


# --- complaints about personal data ----------------------------------------------------------------------------------


def test_a_data_protection_complaint_is_acknowledged_and_told_its_outcome(app: App) -> None:
    complaint = a_request(app, Regime.DP_COMPLAINT, customer=a_customer(app))
    assert standing(app, complaint).acknowledge_by == date(2026, 4, 1)
    with pytest.raises(Refused, match="nothing yet that this letter would tell"):
        letter_goes(app, complaint, L.DP_COMPLAINT_OUTCOME)
    letter_goes(app, complaint, L.DP_COMPLAINT_ACKNOWLEDGEMENT)
    step(app, complaint, K.OUTCOME, words="the list is corrected")
    assert standing(app, complaint).state is State.OPEN
    letter_goes(app, complaint, L.DP_COMPLAINT_OUTCOME)
    assert standing(app, complaint).closed
    with pytest.raises(Refused, match="FOI and EIR and subject access only"):
        step(app, a_request(app, Regime.DP_COMPLAINT, on=date(2026, 3, 2)), K.DECIDED, outcome="answer")


# --- all of them -----------------------------------------------------------------------------------------------------


def test_another_law_keeps_the_first_day(app: App) -> None:
    request = a_request(app, Regime.FOI, customer=a_customer(app))
    put_clock(app, date(2026, 3, 20))
    step(app, request, K.REGIME_CHANGED, to="eir")
    found = standing(app, request)
    assert (found.regime, found.due) == (Regime.EIR, date(2026, 3, 31))
    assert in_words(found, app.today) == "EIR: open; to be answered by 31 March 2026"


def test_the_second_officer_is_told_what_the_first_recorded(app: App) -> None:
    request = a_request(app, Regime.FOI, customer=a_customer(app))
    seen = standing(app, request).last_step
    step(app, request, K.VALUE, seen=seen)
    with pytest.raises(Refused, match=r"'value' .* by r\.trelawny"):
        step(app, request, K.BURDEN, seen=seen)
    with pytest.raises(Refused, match="on record already"):
        step(app, request, K.VALUE)


def test_a_step_is_of_a_day_within_the_requests_life(app: App) -> None:
    ann = a_customer(app)
    request = a_request(app, Regime.FOI, customer=ann)
    with pytest.raises(Refused, match="has not come yet"):
        step(app, request, K.VALUE, on=date(2026, 3, 3))
    with pytest.raises(Refused, match="after that day"):
        step(app, request, K.VALUE, on=date(2026, 3, 1))
    with pytest.raises(Refused, match=r"words are missing \(--words\)"):
        step(app, request, K.VALUE, words=" ")
    with pytest.raises(Refused, match="only the requester withdraws it"):
        step(app, request, K.WITHDRAWN)
    step(app, request, K.WITHDRAWN, contact=a_contact(app, ann, sender="ann@penrose.example").id)
    with pytest.raises(Refused, match="it was withdrawn"):
        step(app, request, K.BURDEN)


def test_an_answer_by_mail_is_the_councils_own_message_in_the_log(app: App) -> None:
    ann = a_customer(app)
    request = a_request(app, Regime.FOI, customer=ann)
    contact = a_contact(app, ann, sender="clerk@porthmellin.gov.example")
    with pytest.raises(Refused, match="not one of the council's own"):
        step(app, request, K.ANSWERED, contact=contact.id)
    with pytest.raises(Refused, match="send the letter"):
        step(app, request, K.ANSWERED)


# --- the legal hold --------------------------------------------------------------------------------------------------


def test_a_hold_lasts_from_receipt_to_half_a_year_after_the_end(app: App, tmp_path: Path) -> None:
    ann, ben = a_customer(app), a_customer(app, name="Ben Trewin")
    request = a_request(app, Regime.SAR, customer=ann)
    with app.look() as session:
        assert is_held(session, ann.id, app.today)
        assert not is_held(session, ben.id, app.today), "a subject access request covers one person's records"
    foi = a_request(app, Regime.FOI, customer=ann)
    with app.look() as session:
        assert is_held(session, ben.id, app.today), "what an information request covers is not known from who asks"
    letter_goes(app, foi, L.FOI_ANSWER)
    letter_goes(app, request, L.SAR_ANSWER)
    with app.look() as session:
        assert {hold.until for hold in holds(session, app.today)} == {date(2026, 9, 2)}
        assert not holds(session, date(2026, 9, 2))


def test_an_import_keeps_what_it_would_write_over_while_a_hold_covers_it(app: App, tmp_path: Path) -> None:
    ann = a_customer(app, name="Ann Penrose")
    a_request(app, Regime.SAR, customer=ann)
    file = tmp_path / "customers.csv"
    file.write_text(f"reference,name,address\n{ann.reference},Ann Trewin,2 Quay Street\n")
    for _ in range(2):
        with app.begin(CLERK) as work:
            import_customers(work, file)
    with app.look() as session:
        found = session.get_one(Customer, ann.id)
        assert (found.name, found.notes.count("Ann Penrose")) == ("Ann Trewin", 1)


def test_a_letter_of_another_matter_is_none_of_our_business(app: App) -> None:
    request = a_request(app, Regime.FOI, customer=a_customer(app))
    with app.begin(CLERK) as work:
        letter = a_draft(work, request, L.PLEASE_STOP)
        may_send(work.session, letter, policy=app.policy, today=work.today)
