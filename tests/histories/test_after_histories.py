"""Random histories after a decision: nothing binds beyond a missed review, lifting always works and at once, nobody
answers their own appeal, and nothing is prolonged but by a decision (INV-07, INV-15, INV-16, INV-26).

What ought to bind is worked out here afresh, from what the history did. EVENHAND_THOROUGH=1 runs many more of them.
"""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import ClassVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bot.audit import verify
from bot.bootstrap import App
from bot.casework.appeals import AppealOutcome, answer_appeal, open_appeals, record_appeal
from bot.casework.cases import adjustments
from bot.casework.exceptions import record_exception
from bot.casework.lapse import record_lapses
from bot.casework.restrictions import find_restriction, lift
from bot.casework.reviews import ReviewOutcome, hold_review
from bot.casework.steps import Said
from bot.work import SERVICE
from models.calendar import add_months
from models.case import Case, cases_of
from models.contact import Contact
from models.customer import Customer
from models.decision import Decision, Measure
from models.errors import Refused
from models.in_force import restrictions_in_force
from tests.builders import CLERK, a_contact, a_customer, a_decision, a_letter, a_store, a_term, as_minuted, put_clock

THOROUGH = bool(os.environ.get("EVENHAND_THOROUGH"))
BEGINNING = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
_NUMBERS = itertools.count(1)
PICK = st.integers(min_value=0, max_value=1_000_000)
GRACE = timedelta(days=14)
CLOSES = {"email": {Measure.EMAIL_BLOCK}, "telephone": {Measure.TELEPHONE_REFUSAL, Measure.WRITTEN_ONLY}}
TOOK_PART = ["Full Council", "Town Clerk, R. Trelawny", "Rosenwyn Trelawny", "r.trelawny", "Town Clerk"]
ALONE = ["Cllr B. Tamblyn"]  # one councillor decides nothing alone (LGA 1972 s101)
TOOK_NONE = ["Appeals Panel", "J. Tregear, Deputy Clerk"]


@dataclass
class Held:
    """What one decision imposed, as the history knows it."""

    customer: Customer
    decision: Decision
    case: Case
    start: date
    end: date
    measures: dict[int, Measure]
    reviewed: set[date] = field(default_factory=set)
    lifted: dict[int, date] = field(default_factory=dict)
    recorded: bool = False
    channel: str = ""
    untold: bool = False  # an appeal was answered, and no letter tells of it in these histories
    open_until: dict[str, date] = field(default_factory=dict)

    def due(self) -> list[date]:
        six = add_months(self.start, 6)
        return sorted({min(six, self.end), self.end})

    def over(self, today: date) -> bool:
        return any(day + GRACE < today and day not in self.reviewed for day in self.due())

    def ends_by_itself(self, today: date) -> bool:
        """Whether its end is to be put on record today: in its term, something of it left, and not recorded before."""
        left = len(self.lifted) < len(self.measures)
        return self.start <= today < self.end and left and self.over(today) and not self.recorded

    def binding(self, today: date) -> set[int]:
        if not self.start <= today < self.end or self.over(today):
            return set()
        still = self.channel != "" and self.open_until.get(self.channel, today) <= today
        closed = CLOSES[self.channel] if still else set()
        return {n for n, m in self.measures.items() if n not in self.lifted and m not in closed}


class Afterwards(RuleBasedStateMachine):
    """The program on one side, `Held` on the other."""

    fresh: ClassVar[Callable[[], AbstractContextManager[App]]]
    bound: ClassVar[int] = 0
    lapsed: ClassVar[int] = 0
    appeals: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.open = ExitStack()
        self.app = self.open.enter_context(type(self).fresh())
        self.held: list[Held] = []

    @property
    def today(self) -> date:
        return self.app.today

    def teardown(self) -> None:
        try:
            if self.held:
                with self.app.look() as session:
                    assert verify(session, self.app.seal).holds
        finally:
            self.open.close()

    def pick(self, number: int) -> Held:
        return self.held[number % len(self.held)]

    @initialize(number=PICK)
    def somebody_is_restricted(self, number: int) -> None:
        self.decided((12, 7, 6, 3)[number % 4], {Measure.EMAIL_BLOCK, Measure.TELEPHONE_REFUSAL})

    @precondition(lambda self: len(self.held) < 3)
    @rule(
        months=st.sampled_from([12, 12, 9, 2]), measures=st.sets(st.sampled_from(list(CLOSES["telephone"])), min_size=1)
    )
    def decided(self, months: int, measures: set[Measure]) -> None:
        person, start = a_customer(self.app), self.today
        end = add_months(start, months)
        terms = tuple(a_term(start, ends_on=end, measure=m) for m in sorted(measures))
        decision = a_decision(self.app, person, as_minuted(on=start, terms=terms))
        made = a_letter(self.app, decision)
        with self.app.look() as session:
            case = cases_of(session, person.id)[0]
        self.held.append(Held(person, decision, case, start, end, {r.id: r.measure for r in made}))

    # --- what people do -------------------------------------------------------------------------------------------

    @rule(
        number=PICK, outcome=st.sampled_from(ReviewOutcome), who=st.sampled_from(["Town Clerk, R. Trelawny", "P. Ash"])
    )
    def a_review_is_held(self, number: int, outcome: ReviewOutcome, who: str) -> None:
        this = self.pick(number)
        letter = a_contact(self.app, this.customer, sender="x@penrose.example")
        due = [day for day in this.due() if day not in this.reviewed]
        in_time = bool(due) and add_months(due[0], -2) <= self.today <= due[0] + GRACE
        alive = not this.over(self.today) and (self.today >= this.end or len(this.lifted) < len(this.measures))
        allowed = outcome is not ReviewOutcome.END_OF_TERM or due[:1] == [this.end]
        something_left = outcome is not ReviewOutcome.LIFT or (
            self.today < this.end and len(this.lifted) < len(this.measures)
        )
        since_the_letter = outcome is ReviewOutcome.LIFT or self.today > this.start  # to go on rests on what came later
        lawful = in_time and alive and allowed and something_left and since_the_letter and "Clerk" in who
        try:
            with self.app.begin(CLERK) as work:
                hold_review(
                    work,
                    this.case,
                    work.session.get_one(Decision, this.decision.id),
                    Said(self.today, who, "held in the office", (letter.id,)),
                    outcome=outcome,
                    grounds="eleven letters since",
                    policy=self.app.policy,
                )
        except Refused:
            assert not lawful
            return
        assert lawful
        this.reviewed.add(due[0])
        if outcome is ReviewOutcome.LIFT:
            this.lifted |= {n: self.today for n in this.measures if n not in this.lifted}

    @precondition(lambda self: len(self.held) > 1)
    @rule(number=PICK, which=PICK)
    def a_restriction_is_lifted(self, number: int, which: int) -> None:
        this = self.pick(number)
        restriction = sorted(this.measures)[which % len(this.measures)]
        try:
            with self.app.begin(CLERK) as work:
                found = find_restriction(work.session, restriction)
                lift(work, found, reason="no more need of it", policy=self.app.policy)
        except Refused:
            assert restriction in this.lifted
            return
        assert restriction not in this.lifted
        this.lifted[restriction] = self.today

    @rule(
        number=PICK,
        by=st.sampled_from(TOOK_PART + ALONE + TOOK_NONE),
        outcome=st.sampled_from([*AppealOutcome, AppealOutcome.NOT_UPHELD]),
    )
    def somebody_appeals_and_is_answered(self, number: int, by: str, outcome: AppealOutcome) -> None:
        this = self.pick(number)
        runs_on = self.today < this.end and bool(this.measures.keys() - this.lifted)
        lifts_nothing = outcome is AppealOutcome.PARTLY_UPHELD and runs_on
        letter = a_contact(self.app, this.customer, sender="x@penrose.example")
        with self.app.begin(CLERK) as work:
            sent = work.session.get_one(Contact, letter.id)
            record_appeal(work, this.case, sent, grounds="nobody asked me", policy=self.app.policy)
        try:
            with self.app.begin(CLERK) as work:
                appeal = open_appeals(work.session, this.case)[-1]
                answer_appeal(
                    work,
                    this.case,
                    appeal,
                    outcome=outcome,
                    deciders=(by,),
                    on=self.today,
                    words="the log was read again",
                    policy=self.app.policy,
                )
        except Refused:
            assert by in TOOK_PART + ALONE or this.untold or lifts_nothing
            return
        assert by in TOOK_NONE
        assert not this.untold
        assert not lifts_nothing
        this.untold = True
        type(self).appeals += 1
        if outcome is AppealOutcome.UPHELD and self.today < this.end:
            this.lifted |= {n: self.today for n in this.measures if n not in this.lifted}

    @rule(number=PICK, channel=st.sampled_from(["email", "telephone", "none"]))
    def the_only_channel_of_somebody_is_told(self, number: int, channel: str) -> None:
        this = self.pick(number)
        with self.app.begin(CLERK) as work:
            said = Said(self.today, "Town Clerk, R. Trelawny", f"asked again, {next(_NUMBERS)}")
            answer = "she has no other way" if channel != "none" else "she has other ways now"
            adjustments(
                work, this.case, said, before="extension", answer=answer, policy=self.app.policy, only_channel=channel
            )
        this.channel = "" if channel == "none" else channel

    @precondition(lambda self: any(this.channel for this in self.held))
    @rule(number=PICK, days=st.integers(1, 90))
    def an_exception_keeps_it_open(self, number: int, days: int) -> None:
        told = [this for this in self.held if this.channel]
        this = told[number % len(told)]
        until = self.today + timedelta(days=days)
        with self.app.begin(CLERK) as work:
            record_exception(
                work,
                this.case,
                Said(self.today, "Town Clerk, R. Trelawny", "there is no other way"),
                what=f"what comes this way is answered, {next(_NUMBERS)}",
                policy=self.app.policy,
                until=until,
                keeps_open=this.channel,
            )
        this.open_until[this.channel] = max(until, this.open_until.get(this.channel, until))

    @rule()
    def the_service_looks(self) -> None:
        with self.app.begin(SERVICE) as work:
            found = record_lapses(work, policy=self.app.policy)
            again = record_lapses(work, policy=self.app.policy)
        assert not again
        type(self).lapsed += len(found)
        ended = [this for this in self.held if this.ends_by_itself(self.today)]
        assert {step.decision_id for step in found} == {this.decision.id for this in ended}
        for this in ended:
            this.recorded = True

    @rule(days=st.sampled_from([1, 14, 30, 61, 90, 122]))
    def time_goes_by(self, days: int) -> None:
        put_clock(self.app, self.today + timedelta(days=days))

    @rule(number=PICK, days=st.sampled_from([-14, 0, 1, 1]))
    def the_day_of_a_review_comes(self, number: int, days: int) -> None:
        """Its own day, the last of the grace, the day before and the day after each."""
        this = self.pick(number)
        moment = this.due()[0 if number % 4 else -1] + GRACE + timedelta(days=days)
        if moment > self.today:
            put_clock(self.app, moment)
        self.the_service_looks()

    # --- and what binds ------------------------------------------------------------------------------------------

    @invariant()
    def what_binds_is_what_ought_to(self) -> None:
        with self.app.look() as session:
            demanded = self.app.policy.reviews_demanded
            found = restrictions_in_force(session, self.today, self.app.seal, demanded)
        ought = set[int]().union(*(this.binding(self.today) for this in self.held))
        assert {r.id for r in found.binding} == ought
        assert not found.doubtful
        type(self).bound += bool(ought)


def test_random_histories_after_a_decision(tmp_path: Path) -> None:
    """One store's file is put back to its first state for each history."""
    with a_store(tmp_path / "store", at=BEGINNING) as app:
        file = Path(str(app.engine.url.database))
        app.engine.dispose()
        first = tmp_path / "first.db"
        shutil.copyfile(file, first)

        @contextmanager
        def fresh() -> Iterator[App]:
            app.engine.dispose()
            for beside in ("-wal", "-shm"):
                file.with_name(file.name + beside).unlink(missing_ok=True)
            shutil.copyfile(first, file)
            put_clock(app, BEGINNING)
            yield app
            app.engine.dispose()

        counts = {"bound": 0, "lapsed": 0, "appeals": 0}
        machine: type[Afterwards] = type("Afterwards", (Afterwards,), {"fresh": staticmethod(fresh), **counts})
        run_state_machine_as_test(
            machine,
            settings=settings(
                max_examples=1000 if THOROUGH else 22,
                stateful_step_count=30,
                deadline=None,
                database=None,
                derandomize=not THOROUGH,
                suppress_health_check=list(HealthCheck),
            ),
        )
        print(f"{machine.bound} times something bound, {machine.lapsed} ended by themselves, {machine.appeals} appeals")
        assert min(machine.bound, machine.lapsed, machine.appeals) > 0, (
            "histories in which nothing happens prove little"
        )
