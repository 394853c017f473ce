"""Random histories: whatever happens, and in whatever order, the server's rules are what was decided and no more.

EVENHAND_THOROUGH=1 runs many more of them, each time others.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import customers
from bot.audit import verify
from bot.bootstrap import App
from bot.casework.decisions import record_decision, record_warning
from bot.enforcement.apply import clock_is_right, reconcile, switch
from bot.mailbox.ports import FoundRules, MailboxRefused, MailboxUnavailable, Rule
from bot.mailbox.rules.memory import MemoryRuleBook
from bot.triage.people import persons_of, watched_among
from bot.work import SERVICE, Work
from models.audit import AuditEntry
from models.case import Stage
from models.customer import ContactPoint, Customer, PointKind, Standing
from models.decision import Measure
from models.errors import Refused
from models.in_force import restrictions_in_force, restrictions_of
from models.migrations.guards import missing_guards
from tests.builders import CLERK, a_customer, a_letter, a_store, a_term, as_minuted, lifted, on_paper, put_clock
from tests.contract.attackers import an_attacker, put_the_locks_back, take_the_locks_off
from tests.histories.expected import COUNCIL, Bound, Decided, Expected, Person
from tests.servers.postgres import Postgres

THOROUGH = bool(os.environ.get("EVENHAND_THOROUGH"))
LONDON = ZoneInfo("Europe/London")
BEGINNING = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
ADDRESSES = [
    *(f"{name}@{domain}.example" for name in ("ann", "ben", "cap") for domain in ("penrose", "trewin")),
    "office@parliament.uk",
    "desk@county.gov.uk",
    f"ward@{COUNCIL}",
]
PICK = st.integers(min_value=0, max_value=1_000_000)
DIVERTING = [Measure.EMAIL_BLOCK, Measure.SINGLE_POINT_OF_CONTACT]


class PowerCut(Exception):
    """The machine stops here."""


class Server(MemoryRuleBook):
    """A mail server with rules, at which things go wrong as told, once."""

    trouble = ""

    def read(self) -> FoundRules:
        found = super().read()
        if self._comes("meddled with"):
            self.change_by_hand("somebody else's change, between our reading and our writing")
        return found

    def write(self, rules: tuple[Rule, ...], *, stamp: str) -> str:
        if self._comes("crash before the act"):
            raise PowerCut
        if self._comes("refuses"):
            raise MailboxRefused("no", server="quota")
        if self._comes("goes away"):
            raise MailboxUnavailable("away", server="timed out")
        words = super().write(rules, stamp=stamp)
        if self._comes("crash after the act"):
            raise PowerCut
        if self._comes("goes away after the act"):
            raise MailboxUnavailable("away", server="timed out")
        return words

    def loses(self, number: int) -> None:
        """Somebody deletes one of our rules by hand."""
        ours = self.read().ours
        if ours:
            self._rules, self._changes = (
                (*ours[: number % len(ours)], *ours[number % len(ours) + 1 :]),
                self._changes + 1,
            )

    def _comes(self, trouble: str) -> bool:
        if self.trouble != trouble:
            return False
        self.trouble = ""
        return True


TROUBLE = [
    "crash before the intent",
    "crash before the act",
    "crash after the act",
    "crash before the answer",
    "meddled with",
    "refuses",
    "goes away",
    "goes away after the act",
]

# What a hand with the owner's rights does to one restriction, and that nothing of it is ever acted upon.
SPOILING = {
    "longer": "UPDATE {table} SET ends_on = '2031-01-01' WHERE decision_id = {decision}",
    "another person's": "UPDATE {table} SET customer_id = {other} WHERE decision_id = {decision}",
    "earlier": "UPDATE {table} SET starts_on = '2020-01-01' WHERE decision_id = {decision}",
}


class Histories(RuleBasedStateMachine):
    """The program on one side, `Expected` on the other."""

    fresh: ClassVar[Callable[[], AbstractContextManager[App]]]
    steps: ClassVar[int] = 0
    reconciles: ClassVar[int] = 0
    with_rules: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.open = ExitStack()
        self.app = self.open.enter_context(type(self).fresh())
        self.expected = Expected()
        self.server = Server(others=2)
        self.dirty = False
        self.by_hand = False
        # The entry of the trail by which a clerk said that the clock had been ahead; at first the one after the making
        # of the store: that was today, whatever day the history begins with.
        self.wrong_up_to = 2

    def teardown(self) -> None:
        try:
            self.server.trouble = ""
            self.server.down = None
            self.reconciled()
            with self.app.look() as session:
                checked = verify(session, self.app.seal)
            assert not checked.why
            assert not checked.guards_missing
            assert bool(checked.unknown) == self.by_hand, "what was written in by hand is named, and nothing else"
        finally:
            self.open.close()

    @property
    def today(self) -> date:
        return self.app.today

    def pick(self, number: int, among: dict[int, Any]) -> int:
        return sorted(among)[number % len(among)]

    # --- people ---------------------------------------------------------------------------------------------------

    @initialize(first=st.sampled_from(ADDRESSES[:6]), second=st.sampled_from(ADDRESSES), days=st.integers(1, 300))
    def somebody_is_restricted(self, first: str, second: str, days: int) -> None:
        self.new_person(first, Standing.CONFIRMED)
        self.new_person(second, Standing.CONFIRMED)
        self.the_clerk_turns_the_switch(True)
        self.the_council_decides(0, 0, days, {Measure.EMAIL_BLOCK}, True)
        if self.expected.decisions:
            self.a_letter_goes_out(0)

    @rule(address=st.sampled_from(ADDRESSES), standing=st.sampled_from(Standing))
    def new_person(self, address: str, standing: Standing) -> None:
        type(self).steps += 1
        customer = a_customer(self.app, email=address, standing=standing)
        self.expected.people[customer.id] = Person({address: standing.value})

    @rule(number=PICK, address=st.sampled_from(ADDRESSES), standing=st.sampled_from(Standing))
    def an_address_is_given_or_judged_anew(self, number: int, address: str, standing: Standing) -> None:
        type(self).steps += 1
        person = self.pick(number, self.expected.people)
        with self.app.begin(SERVICE) as work:
            customer = work.session.get_one(Customer, person)
            known = next((p for p in customer.points if p.value == address), None)
            if known is None:
                where = {"kind": PointKind.EMAIL, "value": address, "standing": standing}
                work.session.add(ContactPoint(customer=customer, since=work.now, **where))
            else:
                known.standing = standing
            work.note("customer.point", customer)
        self.expected.people[person].points[address] = standing.value

    @precondition(lambda self: len(self.expected.people) > 3)
    @rule(number=PICK)
    def somebody_is_elected(self, number: int) -> None:
        self.protect(number, "elected councillor")

    @rule(number=PICK)
    def somebody_is_not_elected_again(self, number: int) -> None:
        self.protect(number, "")

    def protect(self, number: int, why: str) -> None:
        type(self).steps += 1
        person = self.pick(number, self.expected.people)
        with self.app.begin(SERVICE) as work:
            customer = work.session.get_one(Customer, person)
            customer.never_restrict = why
            work.note("customer.protected", customer)
        self.expected.people[person].protected = bool(why)

    @rule(one=PICK, other=PICK)
    def two_are_found_to_be_one(self, one: int, other: int) -> None:
        type(self).steps += 1
        people = self.expected.people
        merged, kept = (self.expected.standing_for(self.pick(n, people)) for n in (one, other))
        if merged != kept:
            self.merge(merged, kept)

    @rule(one=PICK)
    def two_are_found_to_be_two_after_all(self, one: int) -> None:
        type(self).steps += 1
        merged = {n: p for n, p in self.expected.people.items() if p.merged_into is not None}
        if merged:
            self.merge(self.pick(one, merged), None)

    def merge(self, merged: int, kept: int | None) -> None:
        try:
            with self.app.begin(CLERK) as work:
                record = work.session.get_one(Customer, merged)
                if kept is None:
                    customers.unmerge(work, record, reason="they are two people after all")
                else:
                    customers.merge(
                        work, keep=work.session.get_one(Customer, kept), merged=record, reason="they are one person"
                    )
        except Refused:
            return  # somebody who may never be restricted is not merged into somebody who may
        self.expected.people[merged].merged_into = kept

    # --- casework -------------------------------------------------------------------------------------------------

    @rule(number=PICK, stage=st.sampled_from(Stage))
    def a_warning_is_sent(self, number: int, stage: Stage) -> None:
        type(self).steps += 1
        person = self.pick(number, self.expected.people)
        kept = self.expected.standing_for(person)
        if (stage.value, self.today) in self.expected.people[kept].warnings:
            return
        with self.app.begin(CLERK) as work:
            customer = work.session.get_one(Customer, person)
            record_warning(work, customer, stage=stage, sent_on=self.today, reason="twelve letters in a week")
        self.expected.people[kept].warnings.append((stage.value, self.today))

    @rule(
        number=PICK,
        after=st.integers(0, 40),
        days=st.integers(1, 300),
        measures=st.sets(st.sampled_from(Measure), min_size=1, max_size=3),
        exception=st.booleans(),
    )
    def the_council_decides(self, number: int, after: int, days: int, measures: set[Measure], exception: bool) -> None:
        type(self).steps += 1
        person, today = self.pick(number, self.expected.people), self.today
        starts = today + timedelta(days=after)
        ends = starts + timedelta(days=days)
        terms = tuple(a_term(starts, ends_on=ends, measure=m, review_on=ends) for m in sorted(measures))
        with self.app.look() as session:
            case = on_paper(self.app, session.get_one(Customer, person))
        minuted = as_minuted(
            on=today, terms=terms, exception="threats" if exception else "", subject_matter=case.subject_matter
        )
        lawful = self.expected.may_be_decided(person, today, exception=exception)
        try:
            with self.app.begin(CLERK) as work:
                customer = work.session.get_one(Customer, person)
                decision = record_decision(work, customer, minuted, policy=self.app.policy, case=case)
        except Refused:
            assert not lawful
            return
        assert lawful
        kept = self.expected.standing_for(person)
        self.expected.decisions[decision.id] = Decided(kept, today, {m.value: (starts, ends) for m in measures})

    @precondition(lambda self: self.expected.decisions)
    @rule(number=PICK)
    def a_letter_goes_out(self, number: int) -> None:
        type(self).steps += 1
        decision = self.pick(number, self.expected.decisions)
        decided = self.expected.decisions[decision]
        lawful = decided.letter is None and decided.on <= self.today
        try:
            restrictions = a_letter(self.app, self.decision(decision))
        except Refused:
            assert not lawful
            return
        assert lawful
        decided.letter = self.today
        for restriction in restrictions:
            starts, ends = decided.terms[restriction.measure.value]
            self.expected.restrictions[restriction.id] = Bound(
                decision, restriction.measure.value, starts, ends, since=self.last_entry()
            )

    def decision(self, number: int) -> Any:
        from models.decision import Decision

        with self.app.look() as session:
            return session.get_one(Decision, number)

    @precondition(lambda self: self.expected.restrictions)
    @rule(number=PICK)
    def a_restriction_is_lifted(self, number: int) -> None:
        type(self).steps += 1
        restriction = self.pick(number, self.expected.restrictions)
        bound = self.expected.restrictions[restriction]
        if bound.spoilt or self.expected.decisions[bound.decision].spoilt:
            return
        again = bool(bound.liftings)
        with self.app.look() as session:
            from models.decision import Restriction

            found = session.get_one(Restriction, restriction)
        try:
            lifted(self.app, found)
        except Refused:
            assert again
            return
        assert not again
        bound.liftings.append(self.today)

    # --- time, and the switch -------------------------------------------------------------------------------------

    @rule(days=st.integers(0, 120), minutes=st.integers(0, 1439))
    def time_goes_by(self, days: int, minutes: int) -> None:
        self.turn_the_clock(timedelta(days=days), minutes)

    @rule(days=st.integers(1, 60), minutes=st.integers(0, 1439), noticed=st.sampled_from([True, True, True, False]))
    def the_clock_is_put_back(self, days: int, minutes: int, noticed: bool) -> None:
        right = self.app.clock.now()
        self.turn_the_clock(timedelta(days=-days), minutes)
        self.reconciled()
        if noticed:
            put_clock(self.app, right)

    def turn_the_clock(self, by: timedelta, minutes: int) -> None:
        type(self).steps += 1
        day = (self.app.clock.now() + by).replace(hour=0, minute=0)
        put_clock(self.app, day + timedelta(minutes=minutes))

    @rule()
    def the_clerk_says_that_the_clock_is_right(self) -> None:
        type(self).steps += 1
        ahead = self.last_day(since=self.wrong_up_to) > self.today
        try:
            with self.app.begin(CLERK) as work:
                clock_is_right(work, reason="compared with the church clock")
        except Refused:
            assert not ahead
            return
        assert ahead
        self.wrong_up_to = self.last_entry()
        assert self.last_day(since=self.wrong_up_to) == self.today

    def look_at_the_record(self) -> None:
        for bound in self.expected.restrictions.values():
            bound.known = self.last_day(since=max(bound.since, self.wrong_up_to))

    def last_day(self, *, since: int) -> date:
        with self.app.look() as session:
            told = session.scalars(select(AuditEntry.at).where(AuditEntry.id >= since)).all()
        return max(at.astimezone(LONDON).date() for at in told)

    def last_entry(self) -> int:
        with self.app.look() as session:
            return session.scalar(select(func.max(AuditEntry.id))) or 0

    @rule(on=st.sampled_from([True, True, True, False]))
    def the_clerk_turns_the_switch(self, on: bool) -> None:
        type(self).steps += 1
        with self.app.begin(CLERK) as work:
            switch(work, on=on)
        self.expected.on = on

    # --- the server -----------------------------------------------------------------------------------------------

    @rule(number=PICK, address=st.sampled_from(ADDRESSES))
    def somebody_adds_a_rule_like_ours(self, number: int, address: str) -> None:
        type(self).steps += 1
        ends = self.today + timedelta(days=number % 99 + 1)
        self.server.add_by_hand(Rule(number % 5 + 1, (address,), "Restricted", self.today, ends))

    @rule(number=PICK, how=st.sampled_from(["changes", "loses", "switches off", "adds their own"]))
    def somebody_meddles_with_the_server(self, number: int, how: str) -> None:
        type(self).steps += 1
        if how == "changes":
            self.server.change_by_hand()
        elif how == "loses":
            self.server.loses(number)
        elif how == "switches off":
            self.server.switch_off()
        else:
            self.server.others += 1

    @rule(trouble=st.sampled_from(TROUBLE))
    def a_reconcile_goes_wrong(self, trouble: str) -> None:
        type(self).steps += 1
        others = self.server.others
        self.server.trouble = trouble
        begins = iter([trouble == "crash before the intent", trouble == "crash before the answer"])

        @contextmanager
        def begin() -> Iterator[Work]:
            if next(begins, False):
                raise PowerCut
            with self.app.begin(SERVICE) as work:
                yield work

        try:
            reconcile(begin, self.server, self.app.policy, (COUNCIL,))
        except PowerCut:
            self.app.engine.dispose()  # the next process opens the store afresh
        self.server.trouble = ""
        assert self.server.others == others
        self.reconciled()

    @rule()
    def reconciled(self) -> None:
        type(self).steps += 1
        type(self).reconciles += 1
        others = self.server.others
        done = reconcile(lambda: self.app.begin(SERVICE), self.server, self.app.policy, (COUNCIL,))
        assert done.ok is not False, done.words
        found = self.server.read()
        standing = [(r.restriction, r.addresses, r.starts_on, r.ends_on) for r in found.ours]
        type(self).with_rules += bool(standing)
        self.look_at_the_record()
        assert sorted(standing) == sorted(self.expected.rules(self.today))
        assert not found.tampered
        assert self.server.others == others
        assert found.active or not standing
        again = reconcile(lambda: self.app.begin(SERVICE), self.server, self.app.policy, (COUNCIL,))
        assert again.ok is None, "a second reconcile finds nothing to do"

    @rule()
    def an_hour_later(self) -> None:
        self.reconciled()

    @rule()
    def the_service_starts_again(self) -> None:
        self.app.engine.dispose()
        self.reconciled()

    @rule()
    def what_is_said_to_be_in_force_is(self) -> None:
        type(self).steps += 1
        with self.app.look() as session:
            demanded = self.app.policy.reviews_demanded
            found = restrictions_in_force(session, self.today, self.app.seal, demanded)
            for number in self.expected.people:
                if restrictions_of(session, number, self.today, self.app.seal, demanded):
                    self.is_watched(session, number)
        binding = {r.id for r in found.binding}
        self.look_at_the_record()
        assert binding == {n for n in self.expected.restrictions if self.expected.in_force(n, self.today)}

    def is_watched(self, session: Session, number: int) -> None:
        """Intake asks the gate of nobody else, whichever of their records wrote."""
        persons = persons_of(session, [number])
        assert watched_among(session, persons, self.app.clock.now()) == {persons.stands_for[number]}

    # --- hands in the database ------------------------------------------------------------------------------------

    @precondition(lambda self: self.expected.restrictions)
    @rule(number=PICK, other=PICK, measure=st.sampled_from(DIVERTING))
    def somebody_writes_a_restriction_by_hand(self, number: int, other: int, measure: Measure) -> None:
        type(self).steps += 1
        bound = self.expected.restrictions[self.pick(number, self.expected.restrictions)]
        person = self.pick(other, self.expected.people)
        with an_attacker(self.app) as raw:
            assert raw.refused(
                "INSERT INTO restrictions (id, decision_id, customer_id, measure, starts_on, ends_on, letter_id)"
                f" VALUES (99999, {bound.decision}, {person}, '{measure}', '{self.today}', '2031-01-01', 1)"
            )

    @precondition(lambda self: len(self.expected.restrictions) > 2)
    @rule(number=PICK, other=PICK, how=st.sampled_from(sorted(SPOILING)))
    def the_owner_of_the_database_rewrites_a_decision(self, number: int, other: int, how: str) -> None:
        type(self).steps += 1
        bound = self.expected.restrictions[self.pick(number, self.expected.restrictions)]
        decided = self.expected.decisions[bound.decision]
        person = self.pick(other, self.expected.people)
        if how == "another person's" and person == decided.person:
            return
        with an_attacker(self.app) as raw:
            take_the_locks_off(raw)
            for table in ("decided_measures", "restrictions"):
                raw.do(SPOILING[how].format(table=table, decision=bound.decision, other=person))
            put_the_locks_back(raw)
        decided.spoilt = self.by_hand = True

    @precondition(lambda self: any(b.liftings for b in self.expected.restrictions.values()))
    @rule(number=PICK)
    def the_owner_of_the_database_takes_a_lifting_out(self, number: int) -> None:
        type(self).steps += 1
        was_lifted = {n: b for n, b in self.expected.restrictions.items() if b.liftings}
        restriction = self.pick(number, was_lifted)
        with an_attacker(self.app) as raw:
            take_the_locks_off(raw)
            raw.do(f"DELETE FROM liftings WHERE restriction_id = {restriction}")
            put_the_locks_back(raw)
        was_lifted[restriction].spoilt = self.by_hand = True

    @rule()
    def every_lock_is_on(self) -> None:
        type(self).steps += 1
        with self.app.engine.connect() as connection:
            assert missing_guards(connection) == []


def run(examples: int, steps: int, fresh: Callable[[], AbstractContextManager[App]]) -> None:
    machine = type(
        "History", (Histories,), {"fresh": staticmethod(fresh), "steps": 0, "reconciles": 0, "with_rules": 0}
    )
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples * (20 if THOROUGH else 1),
            stateful_step_count=steps,
            deadline=None,
            database=None,
            derandomize=not THOROUGH,
            suppress_health_check=list(HealthCheck),
        ),
    )
    print(f"{machine.steps} steps, {machine.reconciles} reconciles, {machine.with_rules} with rules")
    assert machine.with_rules > machine.reconciles / 5, "histories in which nothing is restricted prove little"


def test_random_histories_on_sqlite(tmp_path: Path) -> None:
    """One store's file is put back to its first state for each history: making one takes longer than playing it."""
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

        run(60, 50, fresh)


@pytest.mark.needs("postgres")
def test_random_histories_on_postgres(postgres: Postgres, tmp_path: Path) -> None:
    @contextmanager
    def fresh() -> Iterator[App]:
        url = postgres.fresh_database()
        home = Path(tempfile.mkdtemp(dir=tmp_path))
        with a_store(home, url=url, at=BEGINNING) as app:
            yield app
        postgres.drop(url)

    run(12, 30, fresh)
