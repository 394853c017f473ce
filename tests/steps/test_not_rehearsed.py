"""Turns of a case that the rehearsal does not take: what a reviewer tried by hand, and what it must answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from bot.bootstrap import App
from bot.casework import cases, council
from bot.casework.ahead import next_steps
from bot.casework.people import has_title, lawful_body
from bot.cli import cli
from bot.intake.record import add_by_hand
from bot.letters.draft import draft
from config.load import load_policy
from models.case import Case, StepKind
from models.customer import Customer
from models.errors import Refused
from models.letter import LetterKind
from models.message import Channel, Direction
from tests.builders import NAMED_OFFICER, a_customer, a_store
from tests.conduct import Life, a_life

K = StepKind


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    with a_store(tmp_path) as app:
        yield app


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
    with app.begin(life.actor) as work:
        letter = draft(
            work,
            LetterKind.FORMAL_WARNING,
            policy=app.policy,
            council="Penrose Town Council",
            case=work.session.get_one(Case, life.case.id),
            customer=work.session.get_one(Customer, life.customer.id),
            passages={"named_contact": "Please write only to M. Hosking, Deputy Clerk."},
        )
    assert "We wrote to you before" not in letter.body
    assert "\nPlease write only to M. Hosking, Deputy Clerk.\n" in letter.body


def test_after_a_review_without_action_renewed_conduct_can_be_reported(app: App) -> None:
    life = a_life(app)
    life.report()
    life.review("no_action")
    assert {step.kind for step in next_steps(life.standing(), life.case.reference)} == {K.CLOSED, K.REPORT}


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
