"""Rows that somebody wrote into the store by hand: nothing that binds, refuses or lets somebody look rests on them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.audit import verify
from bot.bootstrap import App
from bot.casework import cases, decisions
from bot.casework.steps import Said
from bot.clocks import breaches, meetings
from bot.registers import access
from bot.requests.record import take_step
from models.case import Case, Stage, cases_of
from models.decision import Measure
from models.errors import NotAllowed, Refused
from models.in_force import restrictions_in_force
from models.migrations.guards import guards
from models.queue import Lane, Outcome, QueueItem, Ruling
from models.request import InformationRequest, Regime, RequestStepKind
from models.request_standing import request_standing
from models.view import Register
from tests.builders import CLERK, a_contact, a_customer, a_restriction, a_store, lifted
from tests.named import a_refused_request, let_in, name_to, proof
from tests.records import a_request

R = RequestStepKind


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    with a_store(tmp_path) as app:
        let_in(app)
        yield app


def by_hand(app: App, *statements: str) -> None:
    with closing(sqlite3.connect(str(app.engine.url.database))) as store:
        for statement in statements:
            store.execute(statement)
        store.commit()


def forged_step(case: int, kind: str, facts: str) -> str:
    return (
        "INSERT INTO case_steps (case_id, kind, on_day, who, words, policy_version, recorded_by, recorded_at, facts,"
        f" cites) VALUES ({case}, '{kind}', '2026-03-01', 'x', 'x', 'x', 'clerk', '2026-03-01 10:00:00', '{facts}',"
        " '[]')"
    )


def forged_request_step(request: int, kind: str, facts: str) -> str:
    return (
        "INSERT INTO request_steps (request_id, kind, on_day, who, words, policy_version, recorded_by, recorded_at,"
        f" facts, cites) VALUES ({request}, '{kind}', '2026-03-02', 'x', 'x', 'x', 'clerk', '2026-03-02 10:00:00',"
        f" '{facts}', '[]')"
    )


def test_a_channel_that_was_opened_by_hand_is_not_closed_on_its_word(app: App) -> None:
    customer = a_customer(app)
    restriction = a_restriction(app, customer, measure=Measure.EMAIL_BLOCK)
    with app.look() as session:
        case: Case = cases_of(session, customer.id)[0]
    with app.begin(CLERK) as work:
        answered = Said(work.today, "Town Clerk, R. Trelawny", "she wrote that she cannot use the telephone")
        cases.adjustments(
            work, case, answered, before="extension", answer="by e-mail", only_channel="email", policy=app.policy
        )
    assert binding(app) == set()
    by_hand(app, forged_step(case.id, "exception", '{"what": "x", "keeps_open": "email"}'))
    assert binding(app) == set()
    assert restriction.id in doubtful(app)


def test_a_restriction_is_lifted_whatever_was_written_in_by_hand(app: App) -> None:
    customer = a_customer(app)
    restriction = a_restriction(app, customer)
    with app.look() as session:
        case = cases_of(session, customer.id)[0]
    by_hand(app, forged_step(case.id, "recommendation", "{}"))
    lifted(app, restriction)
    assert binding(app) == set()


def binding(app: App) -> set[int]:
    with app.look() as session:
        return {r.id for r in restrictions_in_force(session, app.today, app.seal, None).binding}


def doubtful(app: App) -> set[int]:
    with app.look() as session:
        return {n for n, _ in restrictions_in_force(session, app.today, app.seal, None).doubtful}


def test_no_refusal_rests_on_a_step_that_was_written_in_by_hand(app: App) -> None:
    request = a_refused_request(app, a_customer(app), "s14(1)")
    by_hand(app, forged_request_step(request.id, "warned", "{}"))
    with app.begin(CLERK) as work, pytest.raises(Refused, match="by hand"):
        take_step(
            work,
            work.session.get_one(InformationRequest, request.id),
            R.DECIDED,
            on=work.today,
            who="Town Clerk, R. Trelawny",
            words="again",
            policy=app.policy,
            facts={"outcome": "answer"},
        )


def test_who_was_withdrawn_does_not_look_again_when_the_withdrawal_is_taken_out(app: App) -> None:
    name_to(app, Register.SECTION_19, CLERK)
    with app.begin(CLERK) as work:
        access.withdraw(work, Register.SECTION_19, CLERK.name, reason="handed over")
    by_hand(
        app,
        "DROP TRIGGER guard_register_grants_no_delete",
        "DELETE FROM register_grants WHERE granted = 0",
    )
    with pytest.raises(NotAllowed):
        proof(app, CLERK, Register.SECTION_19)


def test_a_grant_written_in_by_hand_lets_nobody_in(app: App) -> None:
    by_hand(
        app,
        "INSERT INTO register_grants (register, username, granted, reason, by, at)"
        f" VALUES ('section 19', '{CLERK.name}', 1, 'x', 'clerk', '2026-03-01 10:00:00')",
    )
    with pytest.raises(NotAllowed):
        proof(app, CLERK, Register.SECTION_19)


def test_the_check_of_the_history_names_what_was_written_in_by_hand(app: App) -> None:
    customer = a_customer(app)
    a_restriction(app, customer)
    with app.look() as session:
        case = cases_of(session, customer.id)[0]
        assert verify(session, app.seal).holds
    by_hand(app, forged_step(case.id, "formal_warning", "{}"), forged_step(case.id, "nonsense", "{}"))
    with app.look() as session:
        found = verify(session, app.seal)
    assert not found.holds
    assert len(found.unknown) == 2
    assert "by hand" in found.in_words()
    assert found.unknown[0].startswith("CaseStep:")


TAKEN_OUT = {
    "CaseStep": "DELETE FROM case_steps WHERE kind = 'adjustments'",
    "Lifting of Restriction": "DELETE FROM liftings",
    "Ruling": "DELETE FROM rulings",
    "CaseWarning": "UPDATE case_warnings SET sent_on = '2026-01-01' WHERE id = 1",
    "Meeting": "UPDATE meetings SET held_on = '2027-05-01'",
    "BreachAnswer": "UPDATE breach_answers SET reported = 1",
    "RegisterView": "UPDATE register_views SET purpose = 'x'",
}


@pytest.mark.parametrize("what", TAKEN_OUT)
def test_the_check_of_the_history_names_what_was_taken_out_or_changed_by_hand(app: App, what: str) -> None:
    one_of_each(app)
    with app.look() as session:
        assert verify(session, app.seal).in_words().endswith("checks it)")
    locks_off(app, TAKEN_OUT[what])
    with app.look() as session:
        named = {name.rpartition(":")[0] for name in verify(session, app.seal).unknown}
    assert what in named


def one_of_each(app: App) -> None:
    customer = a_customer(app)
    lifted(app, a_restriction(app, customer))
    name_to(app, Register.SECTION_19, CLERK)
    looks = proof(app, CLERK, Register.SECTION_19)
    letter = a_contact(app, customer, sender="jory@tremayne.example")
    with app.begin(CLERK) as work:
        case = cases_of(work.session, customer.id)[0]
        said = Said(work.today, "Town Clerk, R. Trelawny", "asked on the telephone")
        cases.adjustments(work, case, said, before="extension", answer="nothing", policy=app.policy)
        decisions.record_warning(work, customer, stage=Stage.INITIAL, sent_on=work.today, reason="on paper")
        meetings.add_meeting(work, body="Full Council", held_on=date(2026, 5, 1))
        breach = breaches.record_breach(work, aware_at=work.now, words="a list went to the wrong address")
        breaches.answer_breach(work, breach, reported=False, at=work.now, words="nobody was named in it")
        access.log_view(work, looks, how="shown", entries=1, purpose="monthly check")
        item = QueueItem(lane=Lane.NAMED_OFFICER, reasons=["x"], opened_at=work.now, contact_id=letter.id)
        work.session.add(item)
        work.session.flush()
        ruling = Ruling(item_id=item.id, outcome=Outcome.ATTEST, by=work.actor.name, at=work.now)
        work.session.add(ruling)
        work.session.flush()
        work.note("queue.rule", ruling)


def locks_off(app: App, statement: str) -> None:
    dropped = [f"DROP TRIGGER {guard.name}" for guard in guards("sqlite")]
    back = [guard.statements[0] for guard in guards("sqlite")]
    by_hand(app, *dropped, statement, *back)


# --- another law -----------------------------------------------------------------------------------------------------


def step(app: App, request: InformationRequest, kind: RequestStepKind, **facts: object) -> None:
    with app.begin(CLERK) as work:
        take_step(
            work,
            work.session.get_one(InformationRequest, request.id),
            kind,
            on=work.today,
            who="FOI Officer, V. Chegwin",
            words=f"{kind.value} {facts}",
            policy=app.policy,
            facts=facts,
        )


def test_what_was_only_written_down_under_one_law_pauses_nothing_under_the_next(app: App) -> None:
    customer = a_customer(app)
    request = a_request(app, Regime.SAR, customer, received_on=app.today - timedelta(days=2))
    step(app, request, R.IDENTITY_ASKED, doubt="an address that we do not know")
    step(app, request, R.CLARIFICATION_ASKED)
    step(app, request, R.REGIME_CHANGED, to="foi")
    with app.look() as session:
        standing = request_standing(session, session.get_one(InformationRequest, request.id), app.policy.procedure)
    assert standing.pauses == ()
    assert standing.due is not None
    with pytest.raises(Refused, match="already"):
        step(app, request, R.REGIME_CHANGED, to="foi")
