"""The section 19 register: made from the records, shown to those who are named to it, and every look logged."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from bot.bootstrap import App
from bot.cli import cli
from bot.registers import access
from bot.registers.line import COLUMNS, Line, Track
from bot.registers.section19 import Basis, read_register
from bot.work import Actor
from config.load import load_policy
from models.associate import AssociateOutcome, AssociateRuling
from models.audit import AuditEntry
from models.calendar import add_months
from models.case import Stage, StepKind, cases_of
from models.contact import Contact
from models.customer import Customer
from models.errors import EvenhandError, NotAllowed, Refused
from models.letter import Letter, LetterKind, LetterSent, Paper
from models.queue import Lane, Outcome, QueueItem, Ruling
from models.request import Regime, RequestStepKind
from models.store import StoreKind
from models.view import Register, RegisterView
from tests.builders import (
    CLERK,
    NAMED_OFFICER,
    a_contact,
    a_customer,
    a_decision,
    a_letter,
    a_restriction,
    a_store,
    a_term,
    a_warning,
    as_minuted,
    lifted,
    put_clock,
)
from tests.named import a_refused_request, let_in, name_to, proof
from tests.records import a_case, a_request_step, a_step

K = StepKind


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    with a_store(tmp_path) as app:
        let_in(app)
        yield app


def lines(app: App) -> list[Line]:
    with app.look() as session:
        return list(read_register(Basis(session, app.policy, app.today, app.seal)).lines)


def line(app: App, reference: str) -> Line:
    return next(found for found in lines(app) if found.reference == reference)


def said(app: App, *words: str, officer: str = CLERK.name) -> Result:
    """What a command answers; a refusal is raised as it reached the door."""
    result = CliRunner().invoke(cli, [*words, "--home", str(app.settings.home), "--as", officer])
    if isinstance(result.exception, EvenhandError):
        raise result.exception
    assert result.exit_code == 0, (result.output, result.exception)
    return result


# --- who may look ----------------------------------------------------------------------------------------------------


def test_who_is_not_named_learns_nothing_whether_the_register_is_empty_or_full(app: App) -> None:
    with pytest.raises(NotAllowed) as empty:
        said(app, "register", "show", "--purpose", "to see")
    a_step(app, a_case(app, a_customer(app)), K.REPORT)
    for command in (["show"], ["export"], ["redacted"], ["views"], ["release", "--seen", "x", "--checked", "y"]):
        with pytest.raises(NotAllowed) as full:
            said(app, "register", *command)
        assert str(full.value) == str(empty.value)
    with app.look() as session:
        assert session.scalars(select(RegisterView)).all() == []


def test_the_clerk_too_is_named_on_record_and_a_withdrawal_counts_at_once(app: App) -> None:
    with pytest.raises(NotAllowed):
        proof(app, CLERK, Register.SECTION_19)
    said(app, "register", "grant", "section 19", CLERK.name, "--reason", "holds the register")
    said(app, "register", "show", "--purpose", "monthly check")
    said(app, "register", "withdraw", "section 19", CLERK.name, "--reason", "handed over")
    with pytest.raises(NotAllowed):
        said(app, "register", "show", "--purpose", "monthly check")
    with app.look() as session:
        verbs = [e.verb for e in session.scalars(select(AuditEntry)) if e.verb.startswith("register.")]
    assert verbs == ["register.grant", "register.view", "register.withdraw"]


def test_being_named_to_one_register_opens_no_other(app: App) -> None:
    name_to(app, Register.SECTION_19, CLERK)
    with pytest.raises(NotAllowed):
        said(app, "cautionary", "list", "--purpose", "a visit")
    name = proof(app, CLERK, Register.SECTION_19)
    with app.begin(CLERK) as work, pytest.raises(NotAllowed):
        name.to(work, Register.CAUTIONARY)
    with app.begin(NAMED_OFFICER) as work, pytest.raises(NotAllowed):
        name.to(work, Register.SECTION_19)


def test_nobody_is_named_without_a_reason_a_role_that_reads_and_an_account(app: App) -> None:
    for register, officer, reason in (
        (Register.SECTION_19, CLERK.name, " "),
        (Register.SECTION_19, "t.carne", "is curious"),
        (Register.SECTION_19, "nobody", "is nobody"),
    ):
        with app.begin(CLERK) as work, pytest.raises(EvenhandError):
            access.grant(work, register, officer, reason=reason)
    with app.begin(NAMED_OFFICER) as work, pytest.raises(NotAllowed):
        access.grant(work, Register.SECTION_19, NAMED_OFFICER.name, reason="let myself in")


def test_every_look_is_logged_with_its_purpose_and_the_trail_tells_no_count(app: App) -> None:
    name_to(app, Register.SECTION_19, CLERK)
    a_step(app, a_case(app, a_customer(app)), K.REPORT)
    with pytest.raises(Refused, match="--purpose"):
        said(app, "register", "show")
    said(app, "register", "show", "--purpose", "monthly check")
    (look,) = json.loads(said(app, "register", "views", "--json").stdout)
    assert (look["officer"], look["how"], look["lines"], look["purpose"]) == (CLERK.name, "shown", 1, "monthly check")
    with app.look() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.verb == "register.view")).one()
    assert entry.detail == {"how": "shown"}


def test_the_circulation_list_says_who_has_access_and_who_took_a_copy(app: App, tmp_path: Path) -> None:
    name_to(app, Register.SECTION_19, CLERK, NAMED_OFFICER)
    said(app, "register", "export", "--out", str(tmp_path / "o"), "--purpose", "audit", "--given-to", "E. N., auditor")
    told = json.loads(said(app, "register", "circulation", "--json").stdout)
    assert [reader["officer"] for reader in told["access"]] == [CLERK.name, NAMED_OFFICER.name]
    assert [copy["purpose"] for copy in told["copies"]] == ["audit (given to E. N., auditor)"]
    assert told["circulated_to"] == ["Town Clerk", "named officer"]
    in_words = said(app, "register", "circulation").stdout
    assert re.search(rf"Copies:\n  [\d-]{{10}} \d\d:\d\d: {CLERK.name}", in_words), (
        "the council's time, as a clock shows it"
    )
    with pytest.raises(NotAllowed):
        said(app, "register", "circulation", officer="t.carne")


# --- what stands on a line -------------------------------------------------------------------------------------------


def a_sent_letter(app: App, case_id: int, customer: Customer | None, kind: LetterKind, recipient: str) -> int:
    with app.begin(CLERK) as work:
        paper = f"{case_id:032x}{len(recipient):032x}"
        letter = Letter(
            kind=kind,
            customer_id=customer.id if customer else None,
            recipient=recipient,
            subject="Your letters",
            body="Dear ...",
            policy_version="1",
            drafted_by=work.actor.name,
            drafted_at=work.now,
            case_id=case_id,
        )
        row = Paper(sha256=paper, content=b"%PDF", media_type="application/pdf", title="a letter", kept_at=work.now)
        work.session.add_all([letter, row])
        work.session.flush()
        went = LetterSent(
            letter_id=letter.id,
            sent_on=work.today,
            signed_by="R. Trelawny",
            how="first class post",
            text_sha256=paper,
            paper_sha256=paper,
            policy_sha256="",
            policy_version="1",
            recorded_by=work.actor.name,
            recorded_at=work.now,
        )
        work.session.add(went)
        work.note("letter.sent", letter, digest=went.digest())
    return letter.id


FACTS: list[tuple[StepKind, dict[str, Any]]] = [
    (K.REPORT, {"behaviours": ["BEH-14", "BEH-15"], "impact": "two officers for a week"}),
    (K.COMMITTEE_REPORT, {"purpose": "stage_two", "body": "Policy and Finance", "meeting_on": "2026-03-09",
                          "part_two": True, "minute": "PF/9", "paper": "c" * 64}),
    (K.APPOINTED, {"named_officer": "M. Hosking", "substitute": "T. Carne"}),
    (K.INFORMED, {"role": "receptionist", "why": "answers the telephone"}),
    (K.EXCEPTION, {"what": "one visit to sign the lease", "until": "2026-04-01"}),
    (K.COMPLAINT_NOT_TAKEN, {"complaint": "complaint 12"}),
    (K.EXTERNAL_BODY, {"body": "Three Rivers Mediation", "minute": "TC/4"}),
    (K.NO_FURTHER, {}),
]  # fmt: skip


def test_a_line_holds_every_item_that_section_19_asks_for(app: App) -> None:
    person = a_customer(app, name="Jory Tremayne", email="jory@tremayne.example")
    friend, member = a_customer(app, name="Ebba Rowe"), a_customer(app, never_restrict="a councillor")
    mediator = a_customer(app, name="Three Rivers Mediation")
    their_letter = a_contact(app, mediator, sender="office@rivers.example")
    restriction = a_restriction(app, person)
    with app.look() as session:
        (case,) = cases_of(session, person.id)
    with app.begin(CLERK) as work:
        work.session.get_one(Customer, person.id).address = "12 Quay Street, PL12 4AB"
        for other in (friend, member):
            ruling = AssociateRuling(
                customer_id=other.id,
                other_id=person.id,
                outcome=AssociateOutcome.CONFIRM,
                by="x",
                at=work.now,
                reason="the same letters",
            )
            work.session.add(ruling)
        work.note("for.a.test", "x")
    for kind, facts in FACTS:
        a_step(app, case, kind, f"words of {kind.value}", facts=facts)
    letter = a_sent_letter(app, case.id, person, LetterKind.DECISION, "Jory Tremayne")
    to_member = a_sent_letter(app, case.id, None, LetterKind.MEMBER, "Cllr B. Opie")
    diverted = [a_contact(app, person, sender="jory@tremayne.example", restriction=restriction) for _ in range(2)]
    with app.begin(CLERK) as work:
        item = QueueItem(lane=Lane.NAMED_OFFICER, reasons=["x"], opened_at=work.now, contact_id=diverted[0].id)
        work.session.add(item)
        work.session.flush()
        work.session.add(Ruling(item_id=item.id, outcome=Outcome.ATTEST, by="m.hosking", at=work.now))
        work.note("for.a.test", "y")

    (found,) = lines(app)
    assert (found.name, found.address) == ("Jory Tremayne", "12 Quay Street, PL12 4AB")  # REC-03
    assert [aid.split(", ")[1] for aid in found.aided_by] == [
        "Ebba Rowe (confirmed by an officer)"
    ]  # and no councillor
    assert found.stage == "declared by the council to be unreasonably persistent; restrictions in force"
    assert (found.restrictions_from, found.restrictions_until) == ("2026-03-02", "2026-09-02")  # REC-04
    assert found.restrictions[0].startswith(
        "email block: from 2026-03-02 to 2026-09-02 (in force; Full Council"
    )  # REC-05
    assert f"letter {letter}: decision, 2026-03-02, first class post" in found.advised  # REC-06
    assert any(copy.startswith(f"letter {letter}: paper ") for copy in found.copies)
    assert f"letter {to_member}: member to Cllr B. Opie" in found.external_correspondence  # REC-07
    assert any(f"in the log: {their_letter.id}" in words for words in found.external_correspondence)
    (report,) = found.committee_reports  # REC-08
    assert report == f"2026-03-09: Policy and Finance, part two, stage two, minute PF/9, paper {'c' * 64}"
    assert found.exceptions == ("2026-03-02: one visit to sign the lease, until 2026-04-01",)  # REC-10
    assert found.complaints_not_taken == ("2026-03-02: complaint 12: words of complaint_not_taken",)  # REC-11
    assert found.not_responded_to[-1] == "further letters are read for significant new information"  # REC-12
    assert found.letters_checked == "1 of 2 checked, the last on 2026-03-02"
    assert [words[:6] for words in found.behaviours] == ["BEH-14", "BEH-15"]
    assert "two officers for a week" in found.impedes  # LV-02
    assert (found.named_officer, found.substitute) == ("M. Hosking", "T. Carne")
    assert found.made_aware == ("R. Trelawny, Town Clerk (receptionist), 2026-03-02",)
    assert app.policy.version in found.policy_versions
    assert found.next_review_on <= found.ends_on


def test_a_case_with_an_initial_warning_alone_is_on_the_register(app: App) -> None:
    case = a_case(app, a_customer(app))
    a_step(app, case, K.REPORT)
    a_step(app, case, K.INITIAL_WARNING, facts={"agreed_with": "the Chairman"})
    found = line(app, case.reference)
    assert found.stage == "sent an initial warning letter"
    assert found.advised == ("initial warning letter, 2026-03-02",)
    assert found.restrictions == ()


def test_a_decision_not_to_act_is_recorded_like_one_to_act(app: App) -> None:
    case = a_case(app, a_customer(app))
    a_step(app, case, K.REPORT)
    a_step(app, case, K.REVIEW, "the council was late itself", facts={"outcome": "no_action"})
    found = line(app, case.reference)
    assert found.stage == "the policy was not applied, though an officer asked"
    assert found.not_acting == ("2026-03-02, R. Trelawny, Town Clerk: the council was late itself",)
    assert found.left_on == app.today


def test_a_restriction_that_the_gate_does_not_hold_up_is_not_in_force_on_the_register(app: App) -> None:
    decision = a_decision(app, a_customer(app))
    (found,) = lines(app)
    assert found.stage == "decided by the council; the decision letter has not been sent"
    (restriction,) = a_letter(app, decision)
    assert "in force" in lines(app)[0].restrictions[0]
    lifted(app, restriction)
    (found,) = lines(app)
    assert "lifted 2026-03-02" in found.restrictions[0]
    assert "in force" not in found.stage


def test_decisions_and_warnings_that_no_case_carries_are_not_left_out(tmp_path: Path) -> None:
    with a_store(tmp_path / "practice", kind=StoreKind.REHEARSAL) as app:
        app.policy = load_policy("general")
        warned = a_customer(app)
        a_warning(app, warned, stage=Stage.INITIAL, sent_on=app.today)
        a_decision(app, a_customer(app), as_minuted(on=app.today, terms=(a_term(app.today),)))
        assert {found.reference.partition("-")[0] for found in lines(app)} >= {"WARNING"}
        assert len(lines(app)) == 2


REFUSALS = {
    "s14(1)": (Regime.FOI, Track.VEXATIOUS),
    "12(4)(b)": (Regime.EIR, Track.UNREASONABLE),
    "unfounded": (Regime.SAR, Track.UNFOUNDED),
    "excessive": (Regime.SAR, Track.EXCESSIVE),
}


@pytest.mark.parametrize("under", REFUSALS)
def test_a_refused_request_is_a_line_about_the_request_in_the_words_of_its_own_law(app: App, under: str) -> None:
    regime, track = REFUSALS[under]
    person = a_customer(app, name="Jory Tremayne")
    request = a_refused_request(app, person, under, regime=regime)
    a_request_step(app, request, RequestStepKind.INDICATOR, facts={"indicator": "overlaps", "shows": "sent twice"})
    found = line(app, request.reference)
    assert found.behaviours == ("it overlaps with other requests for the same information",)
    assert (found.track, found.subject_matter, found.customer) == (track, request.subject, person.reference)
    others = {"vexatious", "manifestly unreasonable", "unfounded", "excessive", "persistent"} - {
        word for word in ("vexatious", "manifestly unreasonable", "unfounded", "excessive") if word in track.value
    }
    assert not any(word in f"{found.stage} {found.reason}" for word in others)  # GEN-13
    assert found.next_review_on == add_months(app.today, 12)  # S§15


def test_a_refusal_for_cost_says_nothing_of_the_kind_and_is_no_line(app: App) -> None:
    a_refused_request(app, a_customer(app), "s12")
    assert lines(app) == []


def test_a_refusal_that_fell_on_internal_review_is_no_longer_current(app: App) -> None:
    request = a_refused_request(app, a_customer(app), "s14(1)")
    a_request_step(app, request, RequestStepKind.REVIEW_ASKED)
    a_request_step(app, request, RequestStepKind.REVIEW_DECIDED, facts={"outcome": "upheld"})
    found = line(app, request.reference)
    assert found.left_on == app.today
    assert "set aside on internal review" in found.stage


def test_a_later_decision_to_answer_takes_the_request_off(app: App) -> None:
    request = a_refused_request(app, a_customer(app), "s14(1)")
    a_request_step(app, request, RequestStepKind.DECIDED, facts={"outcome": "answer"})
    assert lines(app) == []


def test_no_line_is_open_ended_and_a_line_that_is_over_goes_when_its_time_to_be_kept_is_over(app: App) -> None:
    a_step(app, a_case(app, a_customer(app)), K.REPORT)
    a_step(app, a_case(app, a_customer(app)), K.INITIAL_WARNING)
    a_refused_request(app, a_customer(app), "s14(1)")
    a_restriction(app, a_customer(app))
    closed = a_case(app, a_customer(app))
    a_step(app, closed, K.CLOSED)
    for found in lines(app):
        assert app.today < found.next_review_on <= found.ends_on
    assert line(app, closed.reference).left_on == app.today
    put_clock(app, add_months(app.today, app.policy.procedure.retention["case"]) + timedelta(days=1))
    assert closed.reference not in {found.reference for found in lines(app)}


# --- sheets ----------------------------------------------------------------------------------------------------------


def test_an_export_has_stable_columns_and_no_formula_and_is_logged_in_each_form(app: App, tmp_path: Path) -> None:
    name_to(app, Register.SECTION_19, CLERK)
    a_step(app, a_case(app, a_customer(app, name="=cmd|' /C calc'!A0"), subject_matter="-1+1"), K.REPORT)
    out = tmp_path / "out"
    said(
        app,
        "register",
        "export",
        "--form",
        "csv",
        "--form",
        "ods",
        "--form",
        "pdf",
        "--out",
        str(out),
        "--purpose",
        "x",
    )
    assert sorted(p.name for p in out.iterdir()) == ["section-19.csv", "section-19.ods", "section-19.pdf"]
    assert all(p.stat().st_mode & 0o077 == 0 for p in out.iterdir())
    head, row = list(csv.reader(io.StringIO((out / "section-19.csv").read_text(encoding="utf-8"))))
    assert tuple(head) == COLUMNS == tuple(f.name for f in fields(Line))
    assert row[COLUMNS.index("name")].startswith("'=")
    assert row[COLUMNS.index("subject_matter")] == "'-1+1"
    assert (out / "section-19.pdf").read_bytes().startswith(b"%PDF")


def test_the_register_is_stored_nowhere_but_follows_the_records(app: App) -> None:
    case = a_case(app, a_customer(app))
    a_step(app, case, K.REPORT)
    before = line(app, case.reference)
    a_step(app, case, K.FORMAL_WARNING, facts={"named_contact": "M. Hosking"})
    after = line(app, case.reference)
    assert after.stage == "sent a formal prior warning letter"
    assert replace(after, stage=before.stage, named_officer="", advised=()) == before


def test_a_contact_bound_by_no_restriction_is_not_counted_as_checked(app: App) -> None:
    person = a_customer(app)
    case = a_case(app, person)
    a_step(app, case, K.REPORT)
    a_contact(app, person, sender="x@penrose.example")
    assert line(app, case.reference).letters_checked == ""
    with app.look() as session:
        assert session.scalars(select(Contact)).one()


def test_an_actor_who_is_not_an_officer_is_named_to_nothing(app: App) -> None:
    stranger = Actor("stranger", CLERK.permissions)
    with pytest.raises(NotAllowed):
        proof(app, stranger, Register.SECTION_19)
