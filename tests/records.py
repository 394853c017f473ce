"""Records laid down as they stand, by no verb that checks them: cases, requests, and their steps.

For tests of what is read from such records. What `given` names stands in place of what a record has by default.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.bootstrap import App
from bot.work import Work
from models.case import Case, CaseStep, Ground, StepKind
from models.customer import Customer
from models.request import InformationRequest, Regime, RequestStep, RequestStepKind
from tests.builders import CLERK

CLERKS_NAME = "R. Trelawny, Town Clerk"


def a_case(app: App, customer: Customer, **given: Any) -> Case:
    with app.begin(CLERK) as work:
        usual: dict[str, Any] = {
            "reference": f"CASE-2026-{customer.id:03}",
            "customer_id": customer.id,
            "ground": Ground.MANNER,
        }
        usual |= {"subject_matter": "the lamp at the harbour steps", "opened_on": work.today}
        usual |= {"opened_by": work.actor.name, "opened_at": work.now}
        case = Case(**{**usual, **given})
        work.session.add(case)
        work.session.flush()
        work.note("case.open", case, digest=case.digest())
    return case


def a_step(
    app: App,
    case: Case,
    kind: StepKind,
    words: str = "as recorded",
    facts: Mapping[str, Any] | None = None,
    **given: Any,
) -> CaseStep:
    with app.begin(CLERK) as work:
        usual: dict[str, Any] = {
            "case_id": case.id,
            "kind": kind,
            "words": words,
            **_said(app, work),
            "facts": dict(facts or {}),
        }
        step = CaseStep(**{**usual, **given})
        work.session.add(step)
        work.session.flush()
        work.note("case.step", step, digest=step.digest())
    return step


def a_request(app: App, regime: Regime, customer: Customer | None = None, **given: Any) -> InformationRequest:
    with app.begin(CLERK) as work:
        usual: dict[str, Any] = {"reference": f"{regime.value.upper()}-2026-001", "regime": regime, "contact_id": None}
        usual |= {"customer_id": customer.id if customer else None, "received_on": work.today}
        usual |= {"subject": "the cost of street lamps", "asked_for": "every paper about the cost of street lamps"}
        usual |= {"recorded_by": work.actor.name, "recorded_at": work.now}
        request = InformationRequest(**{**usual, **given})
        work.session.add(request)
        work.session.flush()
        work.note("request.open", request)
    return request


def a_request_step(app: App, request: InformationRequest, kind: RequestStepKind, **given: Any) -> RequestStep:
    with app.begin(CLERK) as work:
        usual: dict[str, Any] = {"request_id": request.id, "kind": kind, "words": "as recorded", **_said(app, work)}
        step = RequestStep(**{**usual, **given})
        work.session.add(step)
        work.session.flush()
        work.note("request.step", step, digest=step.digest())
    return step


def _said(app: App, work: Work) -> dict[str, Any]:
    """What every step carries: done today, by the clerk, under the policy in force."""
    said = {"on": work.today, "who": CLERKS_NAME, "policy_version": app.policy.version, "facts": {}}
    return {**said, "recorded_by": work.actor.name, "recorded_at": work.now}
