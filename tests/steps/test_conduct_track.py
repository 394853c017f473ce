"""The conduct track as a whole: a case from the report to the restriction in force, its end, and its commands."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from bot.audit import verify
from bot.bootstrap import App
from bot.casework import cases, council
from bot.casework.ahead import next_steps, owed
from bot.casework.lapse import record_lapses
from bot.casework.restrictions import find_restriction
from bot.cli import cli
from bot.work import SERVICE
from models.audit import AuditEntry
from models.case import StepKind
from models.errors import EvenhandError, NotAllowed, Refused
from models.letter import LetterKind
from tests.builders import AUDITOR, NAMED_OFFICER, NOON, a_customer, lifted
from tests.conduct import CHAIRS, a_life, warnings_recorded
from tests.web.people import OFFICERS, let_in

K = StepKind


# --- a whole life -----------------------------------------------------------------------------------------------------


def test_a_case_goes_from_the_report_to_a_restriction_and_only_its_letter_puts_it_in_force(app: App) -> None:
    life = a_life(app).before_the_council()
    decision = life.decide()
    assert life.standing().state == "decided"
    assert life.binding() == set()
    life.appoint()
    life.decision_letter()
    assert life.standing().state == "told"
    (number,) = life.binding()
    assert [s.kind for s in life.steps()] == [
        *(K.REPORT, K.REVIEW, K.ADJUSTMENTS, K.INITIAL_WARNING, K.NOT_HEEDED, K.MEETING, K.ADJUSTMENTS),
        *(K.FORMAL_WARNING, K.CONFIRMATION, K.CONFIRMATION, K.CONFIRMATION, K.COMMITTEE_REPORT, K.RECOMMENDATION),
        *(K.CHECKED, K.ADJUSTMENTS, K.DECIDED, K.APPOINTED, K.TOLD),
    ]
    assert warnings_recorded(app, life.customer) == ["initial", "formal_prior"]
    assert (decision.exception, number) == ("", 1)
    assert all(step.policy_version == app.policy.version for step in life.steps())
    with app.look() as session:
        assert verify(session, app.seal).broken_at is None


def test_what_each_step_says_is_kept_with_it(app: App) -> None:
    life = a_life(app).in_force()
    (initial,) = life.steps(K.INITIAL_WARNING)
    (formal,) = life.steps(K.FORMAL_WARNING)
    (decided,) = life.steps(K.DECIDED)
    (told,) = life.steps(K.TOLD)
    assert initial.facts == {"agreed_with": "; ".join(CHAIRS)}
    assert formal.facts == {"named_contact": "Write to M. Hosking, and to nobody else."}
    assert decided.facts["interests"] == ["none declared"]
    assert (decided.decision_id, told.decision_id, told.letter_id) == (1, 1, 3)


def test_a_case_is_closed_when_nothing_of_it_runs_and_takes_no_more_steps(app: App) -> None:
    life = a_life(app).in_force()
    with pytest.raises(Refused, match=r"restriction 1, which still runs \(`evenhand restriction lift 1`\)"):
        life.do(council.close)
    with app.look() as session:
        restriction = find_restriction(session, 1)
    lifted(app, restriction)
    with pytest.raises(Refused, match=rf"letter draft lifting --case {life.case.reference}"):
        life.do(council.close)
    life.sends(LetterKind.LIFTING, decision=1)
    life.do(council.close)
    with pytest.raises(Refused, match="the case is closed"):
        life.report()


def test_what_ended_by_itself_does_not_still_run_and_the_case_is_closed_once_its_customer_was_told(app: App) -> None:
    life = a_life(app).in_force()
    life.days_go_by(240)
    with pytest.raises(Refused, match=r"which is over: the review due on .* was not held"):
        life.do(council.close)
    with app.begin(SERVICE) as work:
        record_lapses(work, policy=app.policy)
    with pytest.raises(Refused) as refused:
        life.do(council.close)
    assert "runs" not in str(refused.value)
    assert f"the end by itself of {app.today:%-d %B %Y} (`evenhand letter draft lifting" in str(refused.value)
    life.sends(LetterKind.LIFTING, decision=1)
    life.do(council.close)


# --- who may, and what is looked at -----------------------------------------------------------------------------------


def test_each_step_needs_its_permission(app: App) -> None:
    life = a_life(app)
    for actor in (AUDITOR, SERVICE):
        life.actor = actor
        with pytest.raises(NotAllowed):
            life.meeting()
    life.actor = NAMED_OFFICER
    life.meeting()
    for forbidden in (cases.skip_initial_letter, council.decide_against, council.urgent, cases.take_over):
        with pytest.raises(NotAllowed), app.begin(NAMED_OFFICER) as work:
            forbidden(work, life.case, life.said(), policy=app.policy)  # type: ignore[operator]


def test_one_open_case_for_one_matter(app: App) -> None:
    life = a_life(app)
    with pytest.raises(Refused, match="an open case on this matter already: CASE-2026-001"):
        a_life(app, customer=life.customer)
    assert a_life(app).case.reference == "CASE-2026-002"


def test_what_is_owed_beside_the_order_is_told(app: App) -> None:
    life = a_life(app).warned()
    assert "initial warning to the next Policy and Finance Committee" in owed(life.standing(), "CASE-1")[0]
    life.committee_report("initial_warning", part_two=False)
    assert owed(life.standing(), "CASE-1") == []
    assert [n.kind for n in next_steps(life.standing(), "CASE-1")] == [K.ACKNOWLEDGED, K.MONITORING, K.NOT_HEEDED]


# --- the commands -----------------------------------------------------------------------------------------------------


def run(app: App, *words: str) -> str:
    result = CliRunner().invoke(cli, [*words, "--home", str(app.settings.home), "--as", "r.trelawny"])
    if isinstance(result.exception, EvenhandError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_case_is_kept_by_commands_that_say_what_comes_next(app: App) -> None:
    let_in(app, OFFICERS)
    ann = a_customer(app)
    life = a_life(app, customer=ann)
    number = life.contact(at=NOON)
    case = life.case.reference
    opened = run(app, "case", "open", "--customer", ann.reference, "--subject", "the bins", "--ground", "manner")
    assert "Next: an officer's report" in opened
    done = run(
        *(app, "case", "report", case, "--behaviour", "BEH-13", "--cite", str(number), "--words", "twelve letters"),
        *("--on", "2026-03-02"),
    )
    assert "report is recorded as step 1\nNext: `evenhand case review" in done
    with pytest.raises(Refused, match="since you looked"):
        run(app, "case", "meeting", case, "--outcome", "offered", "--words", "in the hall", "--seen", "0")
    told = json.loads(run(app, "case", "show", case, "--json"))
    assert (told["state"], told["last_step"], told["next"][0]["step"]) == ("reported", 1, "review")
    assert "cites: contact" in run(app, "case", "show", case)
    assert [row["case"] for row in json.loads(run(app, "case", "list", "--json"))] == [case, "CASE-2026-002"]


def test_every_step_is_in_the_audit_trail_without_a_word_of_it(app: App) -> None:
    life = a_life(app).warned()
    with app.look() as session:
        noted = {e.subject: e for e in session.scalars(select(AuditEntry))}
    for step in life.steps():
        entry = noted[f"CaseStep:{step.id}"]
        assert entry.digest == step.digest()
        assert step.words not in json.dumps(entry.detail)
