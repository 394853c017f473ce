"""Random lives of cases: steps in any order, by anybody, on any day; nothing binds without the whole chain before it.

What must have come before is read from the rows themselves, never asked of the program (INV-01, INV-02, INV-08, INV-09,
INV-13, INV-15, INV-16, INV-20). EVENHAND_THOROUGH=1 plays thousands.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from bot.audit import verify
from bot.bootstrap import App
from bot.casework import cases, council
from bot.casework.decisions import Term, record_letter
from bot.work import SERVICE
from models.calendar import add_months
from models.case import CaseStep, StepKind, steps_of
from models.contact import Match
from models.decision import Decision, DecisionLetter, Measure, Restriction
from models.errors import NotAllowed, Refused
from models.letter import Letter, LetterKind, LetterSent
from tests.builders import AUDITOR, CLERK, NAMED_OFFICER, NOON, a_customer, a_store, put_clock
from tests.conduct import CONDITIONS, HEAD, Life, with_urgent_route

K = StepKind
THOROUGH = bool(os.environ.get("EVENHAND_THOROUGH"))
ACTORS = (CLERK, CLERK, CLERK, CLERK, NAMED_OFFICER, AUDITOR, SERVICE)
MILESTONES = (K.INITIAL_WARNING, K.FORMAL_WARNING, K.DECIDED, K.URGENT, K.URGENT_CONFIRMED, K.EXTENDED)

# The policy's way, each step complete.
WAY: tuple[Callable[[Life], object], ...] = (
    lambda life: life.report(),
    lambda life: life.review(),
    lambda life: life.adjustments("initial_warning"),
    lambda life: life.initial_letter(),
    lambda life: life.not_heeded(),
    lambda life: life.meeting(),
    lambda life: life.adjustments("formal_warning"),
    lambda life: life.formal_letter(),
    *(lambda life, what=what: life.confirm(what) for what in CONDITIONS),  # type: ignore[misc]
    lambda life: life.committee_report(),
    lambda life: life.recommend(),
    lambda life: life.check(),
    lambda life: life.adjustments("decision"),
    lambda life: life.decide(),
    lambda life: life.appoint(),
    lambda life: life.decision_letter(),
)


def bare_letter(life: Life) -> object:
    """The letter of the last decision is said to have gone, though none was drafted here."""
    with life.app.begin(life.actor) as work:
        decision = work.session.scalars(
            select(Decision).where(Decision.customer_id == life.customer.id).order_by(Decision.id.desc()).limit(1)
        ).first()
        if decision is None:
            raise Refused("there is none")
        return record_letter(work, decision, sent_on=work.today, sent_by="R. T.", how="by hand", policy=life.policy)


def confirmed_urgent(life: Life) -> object:
    today = life.app.today
    terms = (Term(Measure.EMAIL_BLOCK, today, today + timedelta(days=20)),)
    return life.do(council.confirm_urgent, minuted=life.minuted(terms=terms))


def urgent_letter(life: Life) -> object:
    urgent = life.steps(K.URGENT) + life.steps(K.URGENT_CONFIRMED)
    return life.sends(LetterKind.URGENT_DECISION, decision=urgent[-1].decision_id if urgent else None)


# What people do beside it, out of turn, half, or against it.
ASIDE: tuple[Callable[[Life], object], ...] = (
    lambda life: life.review("no_action"),
    lambda life: life.review(people=()),
    lambda life: life.report(cites=()),
    lambda life: life.report(about=("R. Trelawny", "Cllr A. Jago", "Cllr B. Kitto")),
    lambda life: life.not_heeded("not_acknowledged"),
    lambda life: life.not_heeded(cites=()),
    lambda life: life.not_heeded(cites=(life.contact(match=Match.SUGGESTED),)),
    lambda life: life.do(cases.acknowledged, how="by letter"),
    lambda life: life.do(cases.monitor, how="the log", until=life.app.today + timedelta(days=30)),
    lambda life: life.do(cases.skip_initial_letter),
    lambda life: life.do(cases.take_over, papers="box 4", confirmed=["conduct"]),
    lambda life: life.do(cases.take_over, papers="box 4", confirmed=list(CONDITIONS)),
    lambda life: life.do(council.decide_against, life.said("Full Council"), minute=f"{len(life.steps())}"),
    lambda life: life.do(council.close),
    lambda life: life.confirm("conduct", who="Full Council"),
    lambda life: life.recommend(conduct_only=False),
    lambda life: life.recommend("do_not_restrict"),
    lambda life: life.decide(body="Cllr A. Jago"),
    lambda life: life.decide(body=HEAD),
    lambda life: life.decide(exception="there is no time"),
    lambda life: life.decide(terms=(Term(Measure.EMAIL_BLOCK, life.app.today, add_months(life.app.today, 30)),)),
    lambda life: life.adjustments("urgent"),
    lambda life: life.urgent(cites=(life.contact(),)),
    lambda life: life.urgent(days=90),
    lambda life: life.urgent(who="Cllr A. Jago"),
    confirmed_urgent,
    urgent_letter,
    bare_letter,
)


class CaseLives(RuleBasedStateMachine):
    app: ClassVar[App]
    in_force: ClassVar[int] = 0
    lives: ClassVar[int] = 0
    whole: ClassVar[set[int]] = set()

    @initialize(urgent=st.booleans())
    def begins(self, urgent: bool) -> None:
        put_clock(self.app, NOON)
        policy = with_urgent_route(self.app.policy) if urgent else self.app.policy
        self.life = Life(self.app, a_customer(self.app), policy)
        self.at = 0
        type(self).lives += 1

    @rule(days=st.integers(0, 40))
    def days_go_by(self, days: int) -> None:
        self.life.days_go_by(days)

    @rule(steps=st.integers(1, 6), days=st.integers(1, 12))
    def the_policys_way_is_gone_on(self, steps: int, days: int) -> None:
        for _ in range(steps):
            if self.at < len(WAY) and self.tried(WAY[self.at]):
                self.at += 1
                self.life.days_go_by(days)

    @rule(number=st.integers(0, len(WAY) - 1), actor=st.sampled_from(ACTORS))
    def a_step_out_of_turn(self, number: int, actor: object) -> None:
        if self.by(actor, WAY[number]) and number == self.at:
            self.at += 1

    @rule(number=st.integers(0, len(ASIDE) - 1), actor=st.sampled_from(ACTORS))
    def something_beside_it(self, number: int, actor: object) -> None:
        self.by(actor, ASIDE[number])

    @rule()
    def the_council_decides_against_and_it_begins_again(self) -> None:
        if self.tried(ASIDE[12]):
            self.at = 0

    def by(self, actor: object, step: Callable[[Life], object]) -> bool:
        self.life.actor = actor  # type: ignore[assignment]
        try:
            return self.tried(step)
        finally:
            self.life.actor = CLERK

    def tried(self, step: Callable[[Life], object]) -> bool:
        try:
            step(self.life)
        except (Refused, NotAllowed):
            return False
        return True

    @invariant()
    def nothing_binds_without_the_whole_chain(self) -> None:
        if not hasattr(self, "life"):
            return
        with self.app.look() as session:
            steps = steps_of(session, self.life.case)
            whose = select(Restriction).where(Restriction.customer_id == self.life.customer.id)
            restrictions = list(session.scalars(whose))
            letters = {n: session.get_one(Letter, n).kind for s in steps if (n := s.letter_id) is not None}
            went_out = select(LetterSent.letter_id).where(LetterSent.letter_id.in_(letters))
            sent = set(session.scalars(went_out)) if restrictions else set()
            for restriction in restrictions:
                decision = session.get_one(Decision, restriction.decision_id)
                went = session.get_one(DecisionLetter, restriction.letter_id)
                assert went.decision_id == decision.id
                the_chain_is_whole(steps, decision, letters, sent, self.life)
                assert restriction.starts_on < restriction.ends_on <= add_months(restriction.starts_on, 12)
            type(self).in_force += bool(restrictions)
            if restrictions and any(s.kind is K.RECOMMENDATION for s in steps):
                self.whole.add(self.life.case.id)
        decisions_against_are_whole(steps)
        nothing_is_escalated_by_silence(steps)


def the_chain_is_whole(
    steps: Sequence[CaseStep], decision: Decision, letters: dict[int, LetterKind], sent: set[int], life: Life
) -> None:
    (deciding,) = (s for s in steps if s.decision_id == decision.id and s.kind is not K.TOLD)
    told = next(s for s in steps if s.kind is K.TOLD and s.decision_id == decision.id)
    before = steps[: steps.index(deciding)]
    asked_about_adjustments(before, "decision" if deciding.kind is not K.URGENT else "urgent")
    if deciding.kind is K.DECIDED and any(s.kind is K.TAKEN_OVER for s in before):
        (papers,) = (s for s in before if s.kind is K.TAKEN_OVER)
        assert set(papers.facts["confirmed"]) == set(CONDITIONS)
        assert not {s.kind for s in before} & {K.REPORT, K.FORMAL_WARNING}
        return
    assert told.letter_id in sent
    if deciding.kind in (K.URGENT, K.URGENT_CONFIRMED):
        assert life.policy.procedure.conduct.urgent_route
        assert decision.exception
        assert all((m.ends_on - m.starts_on).days <= 28 for m in decision.measures)
        assert letters[told.letter_id or 0] in (LetterKind.URGENT_DECISION, LetterKind.DECISION)
        assert deciding.kind is K.URGENT or any(s.kind is K.URGENT for s in before)
        return
    assert letters[told.letter_id or 0] is LetterKind.DECISION
    assert any(s.kind is K.APPOINTED for s in steps[steps.index(deciding) : steps.index(told)])
    the_council_decided_on_it_all(before, letters, sent)


def the_council_decided_on_it_all(before: Sequence[CaseStep], letters: dict[int, LetterKind], sent: set[int]) -> None:
    """Report, review, initial letter, finding, formal letter, the three confirmations, the committee, the check."""
    against = [n for n, s in enumerate(before) if s.kind is K.DECIDED_AGAINST]
    this = before[against[-1] + 1 :] if against else before
    formal = the_last(this, K.FORMAL_WARNING)
    ahead = this[: this.index(formal)]
    assert letters[formal.letter_id or 0] is LetterKind.FORMAL_WARNING
    assert formal.letter_id in sent
    assert the_last(ahead, K.REPORT).cites
    assert any(s.kind is K.REVIEW and s.facts["outcome"] == "act" for s in ahead)
    assert any(s.kind is K.MEETING for s in ahead)
    asked_about_adjustments(before[: before.index(formal)], "formal_warning")
    initial = [s for s in ahead if s.kind is K.INITIAL_WARNING]
    if initial:
        assert letters[initial[-1].letter_id or 0] is LetterKind.INITIAL_WARNING
        assert initial[-1].letter_id in sent
        assert the_last(ahead[ahead.index(initial[-1]) :], K.NOT_HEEDED).facts["deemed"]
        asked_about_adjustments(before[: before.index(initial[-1])], "initial_warning")
    else:
        assert any(s.kind is K.EXCEPTION and s.facts.get("skips") == "initial_warning" and s.words for s in ahead)
    after = this[this.index(formal) :]
    confirmed = [s for s in after if s.kind is K.CONFIRMATION]
    assert {s.facts["what"] for s in confirmed} == set(CONDITIONS)
    assert all(s.facts["evidence"] and "Council" not in s.who for s in confirmed)
    assert any(s.kind is K.COMMITTEE_REPORT and s.facts["purpose"] == "stage_two" for s in after)
    recommended = the_last(after, K.RECOMMENDATION)
    assert recommended.facts["conduct_only"] is True
    assert the_last(after[after.index(recommended) :], K.CHECKED)


def the_last(steps: Sequence[CaseStep], kind: StepKind) -> CaseStep:
    return [s for s in steps if s.kind is kind][-1]


def asked_about_adjustments(before: Sequence[CaseStep], what: str) -> None:
    last = max((n for n, s in enumerate(before) if s.kind in MILESTONES), default=-1)
    assert any(s.kind is K.ADJUSTMENTS and s.facts["before"] == what and s.facts["answer"] for s in before[last + 1 :])


def decisions_against_are_whole(steps: Sequence[CaseStep]) -> None:
    for step in steps:
        if step.kind is K.DECIDED_AGAINST:
            assert step.who == step.facts["body"] == "Full Council"
            assert step.facts["minute"]
            assert step.words
        if step.kind is K.REVIEW:
            assert len(step.facts["participants"]) == 2
            assert all(step.facts[name] for name in ("advice", "proportionality", "circumstances"))


def nothing_is_escalated_by_silence(steps: Sequence[CaseStep]) -> None:
    for step in steps:
        if step.kind is K.NOT_HEEDED:
            assert step.cites
            assert step.facts["deemed"]
            initial = the_last(steps[: steps.index(step)], K.INITIAL_WARNING)
            if step.facts["because"] == "not_acknowledged":
                assert (step.on - initial.on).days >= 9
                between = steps[steps.index(initial) : steps.index(step)]
                assert not any(s.kind is K.ACKNOWLEDGED for s in between)


STORES = 12 if THOROUGH else 1
LIVES = 250 if THOROUGH else 100


def play(app: App, examples: int, steps: int) -> type[CaseLives]:
    machine = type("Lives", (CaseLives,), {"app": app, "in_force": 0, "lives": 0, "whole": set()})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            derandomize=not THOROUGH,
            suppress_health_check=list(HealthCheck),
        ),
    )
    return machine


@pytest.mark.parametrize("number", range(STORES))
def test_random_lives_of_cases_bind_nobody_without_the_whole_chain(number: int, tmp_path: Path) -> None:
    """One store for many of them: each life is another customer's. Several stores: a full one is slow to ask."""
    with a_store(tmp_path / "store") as app:
        played = play(app, LIVES, 25)
        print(f"{played.lives} lives, {played.in_force} times something in force, {len(played.whole)} by the whole way")
        assert played.in_force > played.lives / 10, "lives in which nothing is ever in force prove little"
        assert len(played.whole) > 2
        with app.look() as session:
            assert verify(session, app.seal).broken_at is None
