"""Letters for tests: cases, requests and steps behind them, drafts, and what is missing or wrong in one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.bootstrap import App
from bot.letters.check import missing_contents, wrong_words
from bot.letters.draft import amend, draft
from bot.letters.render import Letterhead
from bot.letters.send import POST, Order, Papers, handed_over, queue, sent
from bot.work import Work
from models.case import Case, CaseStep, Ground, StepKind
from models.customer import Customer
from models.decision import Decision, Measure
from models.letter import Letter, LetterKind, LetterState, letter_state
from models.policy import Policy
from models.request import InformationRequest, Regime, RequestStep, RequestStepKind
from tests.builders import (
    CLERK,
    a_decision,
    a_term,
    as_minuted,
)

K, R = StepKind, RequestStepKind
MONDAY = date(2026, 3, 2)
HEAD = Letterhead(name="Porthmellin Town Council", address=("Guildhall", "Fore Street"), email="clerk@council.example")


def a_case(app: App, customer: Customer, *, matter: str = "the lamp at the harbour steps") -> Case:
    with app.begin(CLERK) as work:
        case = Case(
            reference="CASE-2026-001",
            customer_id=customer.id,
            subject_matter=matter,
            ground=Ground.MANNER,
            opened_on=work.today,
            opened_by=work.actor.name,
            opened_at=work.now,
        )
        work.session.add(case)
        work.session.flush()
        work.note("case.made", case)
    return case


def a_step(
    app: App,
    case: Case,
    kind: StepKind,
    words: str,
    facts: Mapping[str, Any] | None = None,
    cites: tuple[int, ...] = (),
    decision: Decision | None = None,
    who: str = "Town Clerk R. Trelawny",
) -> None:
    with app.begin(CLERK) as work:
        step = CaseStep(
            case_id=case.id,
            kind=kind,
            on=work.today,
            who=who,
            words=words,
            policy_version=app.policy.version,
            recorded_by=work.actor.name,
            recorded_at=work.now,
            facts=dict(facts or {}),
            cites=list(cites),
            decision_id=decision.id if decision else None,
        )
        work.session.add(step)
        work.session.flush()
        work.note("case.step", step)


def a_request(
    app: App, customer: Customer, regime: Regime, steps: Mapping[RequestStepKind, Mapping[str, Any]], number: int = 1
) -> Any:
    with app.begin(CLERK) as work:
        request = InformationRequest(
            reference=f"{regime.value.upper()}-2026-{number:03}",
            regime=regime,
            customer_id=customer.id,
            contact_id=None,
            subject="the cost of street lamps",
            asked_for="every paper about the cost of street lamps",
            received_on=work.today,
            recorded_by=work.actor.name,
            recorded_at=work.now,
        )
        work.session.add(request)
        work.session.flush()
        for kind, facts in steps.items():
            own = dict(facts)
            step = request_step(app, work, request, kind, str(own.pop("words", "")), own)
            work.session.add(step)
        work.note("request.made", request)
    return request


def request_step(
    app: App, work: Work, request: InformationRequest, kind: RequestStepKind, words: str, facts: dict[str, Any]
) -> RequestStep:
    return RequestStep(
        request_id=request.id,
        kind=kind,
        on=work.today,
        who="M. Hosking, FOI Officer",
        words=words,
        policy_version=app.policy.version,
        recorded_by=work.actor.name,
        recorded_at=work.now,
        facts=facts,
    )


def drafted(app: App, kind: LetterKind, **given: Any) -> Letter:
    policy = given.pop("policy", app.policy)
    with app.begin(CLERK) as work:
        return draft(work, kind, policy=policy, council="Porthmellin Town Council", **given)


def changed(app: App, letter: Letter, **given: Any) -> Letter:
    with app.begin(CLERK) as work:
        return amend(work, work.session.get_one(Letter, letter.id), policy=app.policy, **given)


def missing(app: App, letter: Letter) -> list[str]:
    return missing_contents(letter, app.policy)


def wrong(app: App, letter: Letter) -> list[str]:
    with app.look() as session:
        return wrong_words(session, letter, app.policy)


def queued(app: App, letter: Letter, how: Order, *, policy: Policy | None = None, seen: str = "") -> None:
    with app.begin(CLERK) as work:
        queue(work, work.session.get_one(Letter, letter.id), how, policy=policy or app.policy, seen=seen)


def order(app: App) -> Order:
    return Order(POST, "R. Trelawny, Town Clerk", app.today)


def gone(app: App, letter: Letter) -> Letter:
    """Sent by post, as far as this part of the program goes."""
    with app.begin(CLERK) as work:
        found = work.session.get_one(Letter, letter.id)
        queue(work, found, order(app), policy=app.policy)
        handed_over(work, found, "by a person")
        sent(work, found, Papers(b"%PDF-1.7 letter", b"%PDF-1.7 policy"), policy=app.policy)
    return found


def a_decided_case(app: App, customer: Customer) -> tuple[Case, Decision]:
    case = a_case(app, customer)
    terms = tuple(a_term(app.today, measure=m) for m in (Measure.EMAIL_BLOCK, Measure.TELEPHONE_REFUSAL))
    decision = a_decision(app, customer, as_minuted(on=app.today, terms=terms))
    facts = {
        "impedes": "Forty letters in a month took two days of each week.",
        "proportionality": "Nothing else helped.",
    }
    a_step(app, case, K.DECIDED, "RESOLVED so.", facts, decision=decision)
    return case, decision


def state(app: App, letter: Letter) -> LetterState:
    with app.look() as session:
        return letter_state(session, session.get_one(Letter, letter.id))


def a_whole_letter(app: App, ann: Customer) -> Letter:
    case, _ = a_decided_case(app, ann)
    return drafted(app, LetterKind.DECISION, case=case, postal_address="1 Quay Street\nPorthmellin")
