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
from models.case import Case, StepKind
from models.customer import Customer
from models.decision import Decision, Measure
from models.letter import Letter, LetterKind, LetterState, letter_state
from models.policy import Policy
from models.request import InformationRequest, Regime, RequestStepKind
from tests import records
from tests.builders import CLERK, a_decision, a_term, as_minuted
from tests.records import a_case, a_step

K, R = StepKind, RequestStepKind
MONDAY = date(2026, 3, 2)
HEAD = Letterhead(name="Porthmellin Town Council", address=("Guildhall", "Fore Street"), email="clerk@council.example")


def a_request(
    app: App, customer: Customer, regime: Regime, steps: Mapping[RequestStepKind, Mapping[str, Any]], number: int = 1
) -> InformationRequest:
    """A request with these steps; the facts of a step may hold its words."""
    request = records.a_request(app, regime, customer, reference=f"{regime.value.upper()}-2026-{number:03}")
    for kind, facts in steps.items():
        a_request_step(app, request, kind, facts)
    return request


def a_request_step(app: App, request: InformationRequest, kind: RequestStepKind, facts: Mapping[str, Any]) -> None:
    own = dict(facts)
    words = str(own.pop("words", ""))
    records.a_request_step(app, request, kind, words=words, facts=own, who="M. Hosking, FOI Officer")


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
    a_step(app, case, K.DECIDED, "RESOLVED so.", facts, decision_id=decision.id)
    return case, decision


def state(app: App, letter: Letter) -> LetterState:
    with app.look() as session:
        return letter_state(session, session.get_one(Letter, letter.id))


def a_whole_letter(app: App, ann: Customer) -> Letter:
    case, _ = a_decided_case(app, ann)
    return drafted(app, LetterKind.DECISION, case=case, postal_address="1 Quay Street\nPorthmellin")
