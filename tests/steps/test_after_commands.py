"""What comes after the decision, by the commands that the named officer and the clerk give."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from bot import officers, queue
from bot.bootstrap import App
from bot.cli import cli
from bot.officers import FOUNDER
from bot.work import SERVICE
from models.calendar import add_months
from models.case import StepKind, cases_of, find_case, steps_of
from models.customer import Customer
from models.decision import Measure
from models.errors import EvenhandError, NotAllowed, Refused
from models.officer import Role
from models.queue import Lane, Outcome, item_of
from models.store import StoreKind
from tests.builders import NOON, a_contact, a_customer, a_decision, a_letter, a_store, a_term, as_minuted

DAY = NOON.date()


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    with a_store(tmp_path / "store", kind=StoreKind.REHEARSAL) as app:
        with app.begin(FOUNDER) as work:
            officers.add(work, username="r.trelawny", name="R. Trelawny", role=Role.CLERK)
            officers.add(work, username="m.hosking", name="M. Hosking", role=Role.NAMED_OFFICER)
        yield app


def run(app: App, *words: str, by: str = "r.trelawny", at: str = "2026-03-02") -> str:
    shared = ["--home", str(app.settings.home), "--as", by, "--at", at]
    result = CliRunner().invoke(cli, [*shared, *words])
    if isinstance(result.exception, EvenhandError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


def a_case(app: App, *measures: Measure) -> tuple[str, Customer]:
    """A customer under a decision of the council for a year from today."""
    person = a_customer(app)
    ends = add_months(DAY, 12)
    terms = tuple(a_term(DAY, ends_on=ends, measure=measure) for measure in measures or (Measure.EMAIL_BLOCK,))
    a_letter(app, a_decision(app, person, as_minuted(on=DAY, terms=terms)))
    with app.look() as session:
        return cases_of(session, person.id)[0].reference, person


def test_the_answer_about_a_contact_is_the_check_that_the_queue_waits_for(app: App) -> None:
    case, person = a_case(app)
    contact = a_contact(app, person, sender="x@penrose.example")
    with app.begin(SERVICE) as work:
        queue.put(
            work, contact, lane=Lane.NAMED_OFFICER, reasons=["the sender is under a restriction"], must_attest=True
        )
    assert json.loads(run(app, "case", "to-answer", case, "--json"))[0]["contact"] == contact.id
    told = run(app, "case", "continuing", case, str(contact.id), "--answer", "existing", by="m.hosking")
    assert "it is attested as read" in told
    with app.look() as session:
        item = item_of(session, contact.id)
        assert item is not None
        assert item.closed_at is not None
        assert [r.outcome for r in item.rulings] == [Outcome.ATTEST]
    assert run(app, "case", "to-answer", case).strip() == "Every contact is answered."


def test_a_review_that_finds_nothing_lifts_at_once(app: App) -> None:
    case, _ = a_case(app)
    due = json.loads(run(app, "case", "review-due", "--json", at="2026-09-01"))
    assert [(row["case"], row["due"], row["hold_by"]) for row in due] == [(case, "2026-09-02", "2026-09-16")]
    lift = ("--outcome", "lift", "--grounds", "none were found", "--words", "held", "--who", "Town Clerk, R. Trelawny")
    assert f"letter draft lifting --case {case}" in run(app, "case", "periodic-review", case, *lift, at="2026-09-01")
    assert "No restriction is in force" in run(app, "restriction", "list", at="2026-09-01")


def test_a_missed_review_is_told_in_the_list_of_restrictions(app: App) -> None:
    case, _ = a_case(app)
    assert "in force" in run(app, "restriction", "list", at="2026-09-16")
    told = json.loads(run(app, "restriction", "list", "--json", at="2026-09-17"))
    assert "OVER, tell the customer: the review due on 2 September 2026" in told[0]["state"]
    assert json.loads(run(app, "case", "review-due", "--json", at="2026-09-17"))[0]["state"].startswith("missed")
    assert case


def test_lifting_is_one_command_that_drafts_the_letter_too(app: App) -> None:
    a_case(app)
    told = run(app, "restriction", "lift", "1", "--reason", "she stopped in April")
    assert "restriction 1 is lifted\nNext: letter 1 tells the customer" in told
    assert "No restriction is in force" in run(app, "restriction", "list")


def test_what_is_lifted_together_or_before_its_letter_went_is_told_in_one_letter(app: App) -> None:
    case, _ = a_case(app, Measure.EMAIL_BLOCK, Measure.TELEPHONE_REFUSAL, Measure.SINGLE_POINT_OF_CONTACT)
    first = json.loads(run(app, "restriction", "lift", "1", "2", "--reason", "she stopped", "--json"))
    assert first == {"restrictions": [1, 2], "lifted": True, "letters": [1]}
    with app.look() as session:
        found = find_case(session, case)
        assert [s.facts["restrictions"] for s in steps_of(session, found) if s.kind is StepKind.LIFTED] == [["1", "2"]]
    with pytest.raises(Refused, match="restriction 2 has been lifted already"):
        run(app, "restriction", "lift", "3", "2", "--reason", "and this")
    assert "3 " in run(app, "restriction", "list"), "all or none"
    told = run(app, "restriction", "lift", "3", "--reason", "and this")
    assert "letter 2 tells the customer in place of letter 1, which is withdrawn" in told
    assert [row["state"] for row in json.loads(run(app, "letter", "list", "--json"))] == ["withdrawn", "draft"]


def test_whoever_keeps_no_case_reads_none_and_no_letter(app: App) -> None:
    case, _ = a_case(app)
    with app.begin(FOUNDER) as work:
        officers.add(work, username="a.bray", name="A. Bray", role=Role.ASSISTANT)
    looks = (("case", "list"), ("case", "show", case), ("case", "to-answer", case), ("case", "review-due"))
    for command in (*looks, ("letter", "list"), ("letter", "show", "1")):
        with pytest.raises(NotAllowed, match=r"^a\.bray may not"):
            run(app, *command, by="a.bray")
    assert case in run(app, "case", "list", by="m.hosking")


def test_an_appeal_says_who_may_not_answer_it(app: App) -> None:
    case, person = a_case(app)
    contact = a_contact(app, person, sender="x@penrose.example")
    told = run(app, "case", "appeal", case, str(contact.id), "--grounds", "nobody asked me", by="m.hosking")
    assert "not by anybody who took part: Town Clerk, R. Trelawny" in told
    assert run(app, "case", "to-answer", case).strip() == "Every contact is answered.", "it was read"
    answer = ("case", "answer-appeal", case, "--outcome", "upheld", "--words", "the first letter was never answered")
    with pytest.raises(Refused, match="took part"):
        run(app, *answer, "--by", "R. Trelawny")
    run(app, *answer, "--by", "Appeals Panel: Cllr B. Tamblyn, Cllr P. Ash")
    with pytest.raises(Refused, match="no appeal waits"):
        run(app, *answer, "--by", "Appeals Panel")
    assert "No restriction is in force" in run(app, "restriction", "list")


def test_an_exception_that_keeps_the_only_channel_open_is_given_by_a_command(app: App) -> None:
    case, person = a_case(app)
    only = ("--before", "extension", "--answer", "she is deaf", "--only-channel", "email", "--words", "asked")
    told = run(app, "case", "adjustments", case, *only)
    assert "restriction 1 would close it and binds nobody until it is on record how it stays open" in told
    assert f"`evenhand case exception {case} --keeps-open email`" in told
    assert "SET ASIDE: it would close the only channel" in run(app, "restriction", "list", "--json")
    kept = ("--what", "her e-mails are answered", "--keeps-open", "email", "--words", "no other way")
    run(app, "case", "exception", case, *kept)
    (listed,) = json.loads(run(app, "restriction", "list", "--json"))
    assert (listed["state"], listed["customer"]) == ("in force", person.reference)


def test_what_stands_beside_the_case_is_recorded_by_commands(app: App) -> None:
    case, person = a_case(app)
    letter = str(a_contact(app, person, sender="x@penrose.example").id)
    brother = a_customer(app, name="Jago Penrose")
    his = str(a_contact(app, brother, sender="jago@penrose.example").id)
    words = ("--words", "as the clerk decided")
    run(app, "case", "police", case, "--not-told", "--contact", letter, *words)
    run(app, "case", "member", case, "--member", "Cllr T. Rowe", "--how", "telephoned", *words)
    found = ("--person", brother.reference, "--evidence", "the same letter", "--cite", his)
    assert "nothing follows by itself" in run(app, "case", "circumvention", case, *found, *words)
    run(app, "case", "complaint-not-taken", case, "--complaint", "the fourth about the lamp", *words)
    paused = ("--complaint", "the third", "--other-route", "the Monitoring Officer")
    assert "complaint_paused" in run(app, "case", "complaint-paused", case, *paused, *words)
    with app.look() as session:
        kinds = [s.kind for s in steps_of(session, cases_of(session, person.id)[0])][-5:]
    assert kinds == [
        StepKind.POLICE,
        StepKind.MEMBER_ENGAGED,
        StepKind.CIRCUMVENTION,
        StepKind.COMPLAINT_NOT_TAKEN,
        StepKind.COMPLAINT_PAUSED,
    ]
