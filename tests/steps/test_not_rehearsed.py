"""Turns of a case that the rehearsal does not take: what a reviewer tried by hand, and what it must answer."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from bot.bootstrap import App
from bot.casework import cases, council
from bot.casework.ahead import next_steps, owed
from bot.casework.people import has_title, lawful_body
from bot.cli import cli
from bot.clocks.due import clocks
from bot.clocks.meetings import add_meeting, call_off
from bot.customers import merge
from bot.intake.record import add_by_hand
from bot.letters.draft import draft
from bot.letters.send import POST, Order
from bot.posting import send_letter
from bot.registers.section19 import Basis, read_register
from config.load import load_policy
from models.case import Case, Ground, StepKind
from models.contact import Contact
from models.customer import Customer
from models.decision import Decision
from models.errors import Refused
from models.letter import Letter, LetterKind, letters_about
from models.message import Channel, Direction
from tests.builders import CLERK, NAMED_OFFICER, a_contact, a_customer, a_store
from tests.conduct import CONDITIONS, HEAD, P_AND_F, Life, a_life, with_urgent_route

K = StepKind
_PAPERS: dict[str, object] = {"papers": "box 4", "confirmed": list(CONDITIONS)}


def from_us(life: Life) -> int:
    """A letter of the council to this customer, in their log."""
    with life.app.begin(life.actor) as work:
        customer = work.session.get_one(Customer, life.customer.id)
        sent = add_by_hand(
            work,
            customer,
            channel=Channel.LETTER,
            direction=Direction.OUT,
            at=work.now,
            nature="our answer",
            words="It was mended in May.",
        )
        return sent.id


def drafted(life: Life, kind: LetterKind, decision: int | None = None, **passages: str) -> Letter:
    with life.app.begin(life.actor) as work:
        return draft(
            work,
            kind,
            policy=life.policy,
            council="Penrose Town Council",
            case=work.session.get_one(Case, life.case.id),
            decision=work.session.get(Decision, decision) if decision else None,
            customer=work.session.get_one(Customer, life.customer.id),
            passages=passages,
        )


def open_bins(life: Life, on: date) -> Case:
    with life.app.begin(life.actor) as work:
        person = work.session.get_one(Customer, life.customer.id)
        return cases.open_case(work, person, subject_matter="bins", ground=Ground.MANNER, on=on)


# --- the history is asked ---------------------------------------------------------------------------------------------


def test_nothing_rests_on_a_step_that_was_written_into_the_store_by_hand(app: App) -> None:
    life = a_life(app).warned()
    life.days_go_by(20)
    life.not_heeded()
    forged = (
        "INSERT INTO case_steps"
        " (case_id, kind, on_day, who, words, policy_version, recorded_by, recorded_at, facts, cites) SELECT"
        " case_id, 'formal_warning', on_day, who, words, policy_version, recorded_by, recorded_at,"
        """ '{"named_contact": "M. Hosking"}', '[]' FROM case_steps WHERE kind = 'not_heeded'"""
    )
    with app.engine.begin() as connection:
        connection.execute(text(forged))
    with pytest.raises(Refused, match=r"not in the sealed history.*`evenhand audit verify`"):
        life.confirm("formal_warning_sent")


# --- what shows conduct -----------------------------------------------------------------------------------------------


def test_the_councils_own_letters_show_nobodys_conduct(app: App) -> None:
    life = a_life(app)
    with pytest.raises(Refused, match="sent by them"):
        life.report(cites=(from_us(life),))
    life.warned()
    life.days_go_by(20)
    with pytest.raises(Refused, match="sent by the customer"):
        life.not_heeded(cites=(from_us(life),))
    life.not_heeded(cites=(from_us(life), life.contact()))


def test_a_letter_of_ours_acknowledges_nothing(app: App) -> None:
    life = a_life(app).warned()
    with app.look() as session:
        ours = session.get_one(Contact, from_us(life))
    with pytest.raises(Refused, match="went out from the council"):
        life.do(cases.acknowledged, how="by letter", contact=ours)


# --- who decides ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "who",
    [
        "A. Penrose (Leader of the Council), Director of Governance",
        "Director of Governance: Cllr A. Penrose",
        "Leader, Director of Governance",
    ],
)
def test_a_councillor_with_an_officers_title_beside_decides_nothing_alone(who: str) -> None:
    with pytest.raises(Refused, match="one councillor"):
        lawful_body(who, load_policy("principal"), delegation="minute 12/25")


def test_a_body_is_known_whatever_its_spaces_and_capitals() -> None:
    lawful_body("the governance  committee", load_policy("principal"))
    lawful_body("D. Rowse, Director of Governance", load_policy("principal"), delegation="minute 12/25")


def test_somebodys_assistant_does_not_hold_their_title() -> None:
    assert not has_title("Director of Governance's assistant", "Director of Governance")
    assert has_title("Director of Governance S. Bray", "Director of Governance")
    assert has_title("Director of Governance, S. Bray", "Director of Governance")


def test_an_officer_with_delegated_power_decides_no_case_about_a_complaint_against_them(tmp_path: Path) -> None:
    with a_store(tmp_path) as app:
        head, people = "R. Trelawny, Complaints Manager", ("Head of Service, P. Nance",)
        life = Life(app, a_customer(app), load_policy("principal"), head=head, people=people)
        life.report(about=("S. Bray, Director of Governance",))
        life.review()
        said = life.said("S. Bray, Director of Governance", "RESOLVED to take no further step")
        with pytest.raises(Refused, match="does not decide alone"):
            life.do(council.decide_against, said, minute="scheme of delegation 4.2")


@pytest.mark.parametrize(
    ("who", "may"),
    [
        (HEAD, True),
        ("J. Tregear, nominated representative of the Town Clerk", True),
        (P_AND_F, True),
        ("R. Trelawny", False),
        ("Town Clerk", False),
        ("Cllr A. Jago, Chairman of Policy and Finance", False),
    ],
)
def test_only_whom_the_policy_names_goes_without_a_letter_or_takes_over_from_papers(
    app: App, who: str, may: bool
) -> None:
    for verb, facts in ((cases.skip_initial_letter, {}), (cases.take_over, _PAPERS)):
        life = a_life(app)
        if may:
            life.do(verb, life.said(who), **facts)
        else:
            with pytest.raises(Refused, match=r"who decided it, as the policy names them: 'Town Clerk, NAME' or"):
                life.do(verb, life.said(who), **facts)


def test_whoever_is_complained_about_does_not_go_without_the_initial_letter(app: App) -> None:
    life = a_life(app)
    life.report(about=("R. Trelawny, Town Clerk",))
    with pytest.raises(Refused, match="does not decide alone"):
        life.do(cases.skip_initial_letter)
    life.do(cases.skip_initial_letter, life.said("Full Council"))


# --- what comes next --------------------------------------------------------------------------------------------------


def test_without_the_initial_letter_for_a_reason_on_record_the_formal_one_comes_next_and_says_no_untruth(
    app: App,
) -> None:
    life = a_life(app)
    life.do(cases.skip_initial_letter)
    life.report()
    life.review()
    assert [step.kind for step in next_steps(life.standing(), life.case.reference)] == [K.FORMAL_WARNING]
    life.meeting("not_offered")
    letter = drafted(life, LetterKind.FORMAL_WARNING, named_contact="Please write only to M. Hosking, Deputy Clerk.")
    assert "We wrote to you before" not in letter.body
    assert "\nPlease write only to M. Hosking, Deputy Clerk.\n" in letter.body


def test_after_a_review_without_action_renewed_conduct_can_be_reported(app: App) -> None:
    life = a_life(app)
    life.report()
    life.review("no_action")
    assert {step.kind for step in next_steps(life.standing(), life.case.reference)} == {K.CLOSED, K.REPORT}


def test_of_an_urgent_decision_the_case_says_what_is_owed_and_the_register_no_more_than_is_true(app: App) -> None:
    life = a_life(app, policy=with_urgent_route(app.policy))
    life.adjustments("urgent")
    step = life.urgent()
    told = " ".join(owed(life.standing(), life.case.reference))
    assert f"evenhand letter draft urgent_decision --case {life.case.reference} --decision {step.decision_id}" in told
    assert f"evenhand case confirm-urgent {life.case.reference}" in told
    life.sends(LetterKind.URGENT_DECISION, decision=step.decision_id)
    assert "letter draft urgent_decision" not in " ".join(owed(life.standing(), life.case.reference))
    with app.look() as session:
        (line,) = read_register(Basis(session, life.policy, app.today, app.seal)).lines
        named = [c.name for c in clocks(session, life.policy, app.clock.now(), app.seal)]
    assert line.stage == "an urgent restriction for a short time; the council has not confirmed it"
    assert named == ["Report of the urgent restriction", "Confirmation of the urgent restriction"]
    letter = drafted(life, LetterKind.URGENT_DECISION, step.decision_id)
    assert f"On 2 March 2026 {HEAD} decided this" in letter.body


def test_a_missed_review_names_the_command_that_puts_the_end_on_record(app: App) -> None:
    life = a_life(app).in_force()
    life.days_go_by(240)
    with app.look() as session:
        (missed,) = [c for c in clocks(session, app.policy, app.clock.now(), app.seal) if c.name == "Six-month review"]
    assert missed.do == "evenhand restriction lift 1"


def test_a_letter_that_went_says_so_when_it_is_sent_again_whatever_else_is_missing_by_then(app: App) -> None:
    life = a_life(app).warned()
    with app.look() as session:
        (letter,) = letters_about(session, case_id=life.case.id, kind=LetterKind.INITIAL_WARNING)
    with pytest.raises(Refused, match=f"letter {letter.id} is sent, and is never changed"):
        send_letter(app, CLERK, letter.id, Order(POST, "R. Trelawny, Town Clerk", app.today))


def test_nothing_goes_to_a_meeting_that_was_not_held_or_was_before_what_it_hears_of(app: App) -> None:
    life = a_life(app).formally_warned()
    on = app.today
    with app.begin(CLERK) as work:
        add_meeting(work, body=P_AND_F, held_on=on + timedelta(days=7))
        call_off(work, body=P_AND_F, held_on=on + timedelta(days=7))
    for day, told in (
        (on + timedelta(days=9), "has not come yet"),
        (on - timedelta(days=1), "after the formal warning"),
    ):
        with pytest.raises(Refused, match=told):
            life.committee_report("formal_warning", meeting_on=day)
    life.days_go_by(7)
    with pytest.raises(Refused, match="was called off"):
        life.committee_report("formal_warning")
    life.committee_report("formal_warning", meeting_on=on)


def test_a_warning_that_has_gone_is_not_asked_for_adjustments(app: App) -> None:
    life = a_life(app).warned()
    with pytest.raises(
        Refused, match=f"the initial warning of {app.today:%-d %B %Y} has gone, and goes once"
    ) as refused:
        life.initial_letter()
    assert "adjustments" not in str(refused.value)


def test_large_print_that_was_asked_for_is_not_forgotten(app: App) -> None:
    life = a_life(app)
    life.report()
    life.review()
    life.adjustments("initial_warning", adjustment="Large print, please")
    with pytest.raises(Refused, match=r"evenhand letter amend 1 --large-print"):
        life.initial_letter()


def test_when_the_committee_recommends_no_restriction_that_comes_next_and_the_council_is_not_bound(app: App) -> None:
    life = a_life(app).formally_warned()
    life.days_go_by(20)
    for what in CONDITIONS:
        life.confirm(what)
    life.committee_report()
    life.recommend("do_not_restrict")
    life.check()
    assert [step.kind for step in next_steps(life.standing(), life.case.reference)] == [K.DECIDED_AGAINST, K.DECIDED]


# --- whose case -------------------------------------------------------------------------------------------------------


def test_a_case_goes_on_when_its_customer_proves_to_be_another_record(app: App) -> None:
    life, other = a_life(app), a_customer(app)
    with app.begin(CLERK) as work:
        kept, merged = (work.session.get_one(Customer, n) for n in (other.id, life.customer.id))
        merge(work, keep=kept, merged=merged, reason="one person with two addresses")
    theirs = a_contact(app, other, sender="y@penrose.example").id
    life.report(cites=(theirs, life.contact()))
    life.review()
    life.adjustments("initial_warning")
    life.customer = other  # a letter drafted now goes to the record that stands
    assert life.initial_letter() is not None


# --- odd words --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("no\x00thing", "U+0000"),
        ("\x1b[2J", "U+001B"),
        ("\u202erever", "U+202E"),
        ("half \ud800", "U+D800"),
        ("\u200b\u200b", "nothing in them can be seen"),
    ],
)
def test_words_that_nobody_can_read_are_refused_at_the_door(app: App, words: str, told: str) -> None:
    life = a_life(app)
    command = ["case", "please-stop", life.case.reference, "--words", words, "--as", NAMED_OFFICER.name]
    refused = CliRunner().invoke(cli, [*command, "--home", str(app.settings.home)])
    assert refused.exit_code == 2
    assert told in refused.output
    assert life.steps() == []


def test_numbers_that_no_record_has_and_days_that_cannot_be_right_are_refused_in_words(app: App) -> None:
    life = a_life(app)
    command = ["letter", "show", "99999999999999999999", "--home", str(app.settings.home)]
    refused = CliRunner().invoke(cli, command)
    assert (refused.exit_code, "so large a number" in refused.output) == (2, True)
    with pytest.raises(Refused, match="the year 1"):
        life.do(cases.please_stop, life.said(on=date(1, 1, 1)))
    with pytest.raises(Refused, match="the year 1"):
        open_bins(life, date(1, 1, 1))
