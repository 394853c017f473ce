"""Rows that somebody wrote into the store by hand: nothing that binds, refuses or lets somebody look rests on them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.audit import verify
from bot.bootstrap import App
from bot.casework import cases
from bot.casework.steps import Said
from bot.registers import access
from bot.requests.record import take_step
from models.case import Case, cases_of
from models.decision import Measure
from models.errors import NotAllowed, Refused
from models.in_force import restrictions_in_force
from models.request import InformationRequest, Regime, RequestStepKind
from models.request_standing import request_standing
from models.view import Register
from tests.builders import CLERK, a_customer, a_restriction, a_store, lifted
from tests.named import a_refused_request, let_in, name_to, proof

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
    with app.begin(CLERK) as work:
        request = InformationRequest(
            reference="SAR-2026-001",
            regime=Regime.SAR,
            customer_id=customer.id,
            contact_id=None,
            subject="what is held",
            asked_for="all of it",
            received_on=work.today - timedelta(days=2),
            recorded_by=work.actor.name,
            recorded_at=work.now,
        )
        work.session.add(request)
        work.session.flush()
        work.note("request.open", request)
    for kind in (R.IDENTITY_ASKED, R.CLARIFICATION_ASKED):
        step(app, request, kind)
    step(app, request, R.REGIME_CHANGED, to="foi")
    with app.look() as session:
        standing = request_standing(session, session.get_one(InformationRequest, request.id), app.policy.procedure)
    assert standing.pauses == ()
    assert standing.due is not None
    with pytest.raises(Refused, match="already"):
        step(app, request, R.REGIME_CHANGED, to="foi")
