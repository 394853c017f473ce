"""Reconcile, do not command: the rules on a server become what the decisions say, and nothing else is touched."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest
from sqlalchemy import Connection, event, select

from bot.bootstrap import App
from bot.enforcement.apply import Done, clock_is_right, divert, intend, plan_for, reconcile, switch, wanted_rules
from bot.enforcement.plan import plan
from bot.mailbox.memory import MemoryMailbox
from bot.mailbox.ports import FoundRules, MailboxRefused, MailboxUnavailable, Place, Rule
from bot.mailbox.rules.memory import MemoryRuleBook
from bot.work import SERVICE, Work
from models.contact import Contact, Match
from models.customer import Customer, Standing
from models.decision import Measure
from models.enforcement import RuleChange
from models.errors import Refused
from models.in_force import restrictions_of
from tests.builders import CLERK, a_contact, a_customer, a_point, a_restriction, lifted, merge_of, put_clock

DAY = date(2026, 3, 2)
COUNCIL = ("porthmellin.gov.example",)


def switched(app: App, *, on: bool) -> None:
    with app.begin(CLERK) as work:
        switch(work, on=on)


def as_service(app: App) -> Callable[[], AbstractContextManager[Work]]:
    return lambda: app.begin(SERVICE)


def reconciled(app: App, book: MemoryRuleBook) -> Done:
    return reconcile(as_service(app), book, app.policy, COUNCIL)


def addresses(book: MemoryRuleBook) -> dict[int, tuple[str, ...]]:
    return {rule.restriction: rule.addresses for rule in book.read().ours}


def a_rule(restriction: int = 1, *, address: str = "a@penrose.example", ends_on: date = date(2026, 9, 2)) -> Rule:
    return Rule(restriction, (address,), "Restricted", DAY, ends_on)


# --- the plan, which changes nothing ---------------------------------------------------------------------------------


def test_a_plan_says_each_change_in_plain_words() -> None:
    found = FoundRules(ours=(a_rule(1), a_rule(2), a_rule(3)), stamp="s")
    planned = plan([a_rule(2, address="b@penrose.example"), a_rule(3, ends_on=date(2026, 5, 1)), a_rule(4)], found)
    assert planned.why == (
        "add the rule of restriction 4",
        "remove the rule of restriction 1: it is not in force",
        "correct the rule of restriction 2: addresses (1 more, 1 fewer)",
        "correct the rule of restriction 3: dates",
    )
    assert planned.stamp == "s"


def test_nothing_to_do_is_nothing_to_do() -> None:
    assert not plan([a_rule()], FoundRules(ours=(a_rule(),), others=7)).changes_something
    assert not plan([], FoundRules(others=7, active=False)).changes_something


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (FoundRules(tampered=("a line",)), "replace what was changed by hand: a line"),
        (FoundRules(ours=(a_rule(), a_rule())), "remove rules that stand twice"),
        (FoundRules(ours=(a_rule(),), active=False), "switch our rules on again: the server had them switched off"),
    ],
)
def test_what_stands_wrong_on_the_server_is_put_right(found: FoundRules, words: str) -> None:
    assert words in plan([a_rule()], found).why


# --- rules -----------------------------------------------------------------------------------------------------------


def test_a_new_installation_only_observes(app: App) -> None:
    a_restriction(app, a_customer(app))
    book = MemoryRuleBook(others=3)
    assert reconciled(app, book) == Done("memory", ())
    assert not book.written


def test_a_restriction_in_force_becomes_a_rule_with_its_dates(app: App) -> None:
    restriction = a_restriction(app, a_customer(app, email="jenifer@penrose.example"))
    switched(app, on=True)
    book = MemoryRuleBook(others=3)
    assert reconciled(app, book).ok
    expected = Rule(restriction.id, ("jenifer@penrose.example",), "Restricted", DAY, date(2026, 9, 2))
    assert book.read().ours == (expected,)
    assert book.others == 3
    assert reconciled(app, book).ok is None, "a second time there is nothing to do"


def test_only_measures_about_mail_become_rules(app: App) -> None:
    a_restriction(app, a_customer(app), measure=Measure.TELEPHONE_REFUSAL)
    switched(app, on=True)
    book = MemoryRuleBook()
    reconciled(app, book)
    assert not addresses(book)


@pytest.mark.parametrize("end", ["lifted", "expired", "switched off"])
def test_a_rule_goes_when_its_reason_goes(app: App, end: str) -> None:
    restriction = a_restriction(app, a_customer(app))
    switched(app, on=True)
    book = MemoryRuleBook()
    reconciled(app, book)
    assert addresses(book)
    if end == "lifted":
        lifted(app, restriction)
    elif end == "expired":
        put_clock(app, restriction.ends_on)
    else:
        switched(app, on=False)
    reconciled(app, book)
    assert not addresses(book)


@pytest.mark.parametrize("end", ["lifted", "expired"])
def test_what_is_over_stays_over_when_the_clock_is_put_back(app: App, end: str) -> None:
    restriction, book = a_restriction(app, a_customer(app)), MemoryRuleBook()
    switched(app, on=True)
    reconciled(app, book)
    began = app.today
    put_clock(app, restriction.ends_on if end == "expired" else restriction.ends_on - timedelta(days=30))
    if end == "lifted":
        lifted(app, restriction)
    reconciled(app, book)
    put_clock(app, began)
    for _ in range(2):  # the second time the last thing recorded is of the day to which the clock was put back
        reconciled(app, book)
        assert not addresses(book)
        with app.begin(CLERK) as work:
            assert not restrictions_of(work.session, restriction.customer_id, work.today, work.seal, None)
            work.note("something.else", "nothing")


def test_an_officer_says_that_a_clock_that_was_ahead_is_right_now(app: App) -> None:
    ended, gone = a_restriction(app, a_customer(app)), a_restriction(app, a_customer(app))
    switched(app, on=True)
    book, right = MemoryRuleBook(), app.today
    put_clock(app, ended.ends_on)
    with app.begin(CLERK) as work:
        work.note("something.else", "nothing")
    put_clock(app, right)
    lifted(app, gone)
    reconciled(app, book)
    assert not book.read().ours
    with app.begin(CLERK) as work:
        clock_is_right(work, reason="compared with the church clock")
    reconciled(app, book)
    assert [rule.restriction for rule in book.read().ours] == [ended.id]
    with pytest.raises(Refused, match="nothing to put right"), app.begin(CLERK) as work:
        clock_is_right(work, reason="once more")


def test_only_confirmed_addresses_that_are_nobody_elses_are_ruled_on(app: App) -> None:
    customer = a_customer(app, email="Jenifer@Penrose.example")
    a_point(app, customer, "household@penrose.example")
    a_point(app, customer, "perhaps@penrose.example", standing=Standing.SUGGESTED)
    a_point(app, customer, "not@penrose.example", standing=Standing.REJECTED)
    a_point(app, customer, "office@porthmellin.gov.example")
    a_point(app, customer, "ward@members.porthmellin.gov.example")
    a_point(app, customer, "caseworker@parliament.uk")
    a_customer(app, email="HOUSEHOLD@penrose.example")
    restriction = a_restriction_without_protection(app, customer)
    switched(app, on=True)
    book = MemoryRuleBook()
    reconciled(app, book)
    assert addresses(book) == {restriction: ("jenifer@penrose.example",)}


def a_restriction_without_protection(app: App, customer: Customer) -> int:
    """Decided before it was known that the person writes from a protected address too."""
    from dataclasses import replace

    policy = app.policy
    app.policy = replace(policy, never_restrict=())
    try:
        return a_restriction(app, customer).id
    finally:
        app.policy = policy


def test_whoever_became_protected_after_the_decision_is_not_diverted(app: App) -> None:
    customer = a_customer(app)
    a_restriction(app, customer)
    switched(app, on=True)
    with app.begin(CLERK) as work:
        work.session.get_one(Customer, customer.id).never_restrict = "elected councillor"
        work.note("customer.protected", customer)
    book = MemoryRuleBook()
    reconciled(app, book)
    assert not addresses(book)


def test_a_merged_persons_addresses_are_all_ruled_on(app: App) -> None:
    first, second = a_customer(app, email="a@penrose.example"), a_customer(app, email="b@penrose.example")
    restriction = a_restriction(app, first)
    switched(app, on=True)
    merge_of(app, first, into=second)
    book = MemoryRuleBook()
    reconciled(app, book)
    assert addresses(book) == {restriction.id: ("a@penrose.example", "b@penrose.example")}


def test_one_address_that_no_rule_can_carry_does_not_hold_up_the_others(app: App) -> None:
    odd = a_customer(app, email='"odd one"@penrose.example')
    a_restriction(app, odd)
    sound = a_restriction(app, a_customer(app, email="a@penrose.example"))
    switched(app, on=True)
    book = MemoryRuleBook()
    reconciled(app, book)
    assert addresses(book) == {sound.id: ("a@penrose.example",)}


def test_a_rule_that_nobody_decided_is_removed_and_others_rules_stay(app: App) -> None:
    switched(app, on=True)
    book = MemoryRuleBook(others=5)
    book.add_by_hand(a_rule(77))
    assert reconciled(app, book).why == ("remove the rule of restriction 77: it is not in force",)
    assert (addresses(book), book.others) == ({}, 5)


def test_a_rule_changed_by_hand_is_put_back(app: App) -> None:
    a_restriction(app, a_customer(app))
    switched(app, on=True)
    book = MemoryRuleBook()
    reconciled(app, book)
    before = book.read().ours
    book.change_by_hand()
    book.switch_off()
    assert reconciled(app, book).ok
    assert (book.read().ours, book.read().active) == (before, True)


def test_a_server_that_is_away_raises_nothing_and_is_tried_again(app: App) -> None:
    a_restriction(app, a_customer(app))
    switched(app, on=True)
    book = MemoryRuleBook(down=MailboxUnavailable("not there", server="timed out"))
    done = reconciled(app, book)
    assert done.ok is False
    assert "timed out" in done.words
    book.down = None
    assert reconciled(app, book).ok


def test_what_is_meant_and_what_was_answered_is_kept(app: App) -> None:
    restriction = a_restriction(app, a_customer(app))
    switched(app, on=True)
    reconciled(app, MemoryRuleBook())
    with app.look() as session:
        change = session.scalars(select(RuleChange)).one()
    assert (change.ok, change.answer, change.rules[0]["restriction"]) == (True, "1 kept", restriction.id)


def test_a_crash_after_the_intent_is_made_good_by_the_next_reconcile(app: App) -> None:
    a_restriction(app, a_customer(app))
    switched(app, on=True)
    book = MemoryRuleBook()
    with app.begin(SERVICE) as work:
        intend(work, book.name, plan_for(work, book, app.policy, COUNCIL))
    assert reconciled(app, book).ok
    assert addresses(book)


class Meddled(MemoryRuleBook):
    """Somebody else writes between our reading and our writing, as often as told."""

    times = 1

    def read(self) -> FoundRules:
        found = super().read()
        if self.times:
            self.times -= 1
            self.change_by_hand("somebody else's change")
        return found


def test_a_change_between_reading_and_writing_is_read_again_at_once(app: App) -> None:
    a_restriction(app, a_customer(app))
    switched(app, on=True)
    book = Meddled()
    assert reconciled(app, book).ok
    assert addresses(book)


def test_a_server_that_changes_every_time_is_given_up_for_now(app: App) -> None:
    a_restriction(app, a_customer(app))
    switched(app, on=True)
    book = Meddled()
    book.times = 99
    done = reconciled(app, book)
    assert done.ok is False
    assert "each time" in done.words


class Full(MemoryRuleBook):
    """A server that takes at most one rule."""

    def write(self, rules: tuple[Rule, ...], *, stamp: str) -> str:
        if len(rules) > 1:
            raise MailboxRefused("too many rules", server="quota")
        return super().write(rules, stamp=stamp)


def test_a_server_that_refuses_a_new_rule_still_loses_the_old_one(app: App) -> None:
    """Three are wanted and refused; the one that is over must not stay for that."""
    over, staying = a_restriction(app, a_customer(app)), None
    switched(app, on=True)
    book = Full()
    reconciled(app, book)
    assert addresses(book)
    lifted(app, over)
    for _ in range(2):
        staying = a_restriction(app, a_customer(app))
    assert staying is not None
    done = reconciled(app, book)
    assert done.ok is False
    assert "taken away" in done.words
    assert not addresses(book)


def test_no_rule_is_wanted_of_anybody_else(app: App) -> None:
    """Enforcement takes no address from anybody: a contact that claims to be restricted makes no rule."""
    restriction = a_restriction(app, a_customer(app, email="a@penrose.example"))
    other = a_customer(app, email="b@trewin.example")
    a_contact(app, other, sender="b@trewin.example", restriction=restriction)
    switched(app, on=True)
    with app.begin(SERVICE) as work:
        assert [r.addresses for r in wanted_rules(work, app.policy, COUNCIL)] == [("a@penrose.example",)]


# --- messages that the service moves itself --------------------------------------------------------------------------


class Inbox:
    """A mailbox in memory, and a contact logged for each message put into it."""

    def __init__(self, app: App) -> None:
        self.app, self.box = app, MemoryMailbox(name="clerk")

    def gets(self, customer: Customer, restriction: int | None, *, sender: str, match: Match = Match.CERTAIN) -> int:
        place = self.box.arrive(b"Subject: the lamp\n\n")
        contact = a_contact(
            self.app, customer, sender=sender, match=match, mailbox="clerk", uid=place.uid, validity=place.validity
        )
        with self.app.begin(SERVICE) as work:
            work.session.get_one(Contact, contact.id).restricted_by = restriction
            work.note("for.a.test", contact)
        return contact.id

    def moved(self) -> int:
        return divert(as_service(self.app), self.box, "clerk", ("INBOX",), self.app.policy, COUNCIL)


def diverted(app: App, contact: int) -> bool:
    with app.look() as session:
        return session.get_one(Contact, contact).diverted


def test_mail_of_a_restricted_customer_is_moved_and_kept(app: App) -> None:
    customer = a_customer(app, email="a@penrose.example")
    restriction = a_restriction(app, customer)
    switched(app, on=True)
    inbox = Inbox(app)
    contact = inbox.gets(customer, restriction.id, sender="a@penrose.example")
    assert inbox.moved() == 1
    assert (len(inbox.box.contents("INBOX")), len(inbox.box.contents("Restricted"))) == (0, 1)
    assert diverted(app, contact)
    assert inbox.moved() == 0


def test_where_nothing_is_due_no_inbox_is_looked_through(app: App) -> None:
    """It is asked after every message, and an inbox holds years of mail: SQLite's own plan says what it reads."""
    customer = a_customer(app, email="a@penrose.example")
    switched(app, on=True)
    inbox = Inbox(app)
    inbox.gets(customer, None, sender="a@penrose.example")
    asked: list[tuple[str, object]] = []

    def note(connection: Connection, cursor: object, statement: str, parameters: object, *_: object) -> None:
        asked.append((statement, parameters))

    event.listen(app.engine, "before_cursor_execute", note)
    assert inbox.moved() == 0
    event.remove(app.engine, "before_cursor_execute", note)
    reads = [(statement, parameters) for statement, parameters in asked if statement.startswith("SELECT")]
    assert reads
    with app.engine.connect() as connection:
        for statement, parameters in reads:
            steps = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)  # type: ignore[call-overload]
            assert not [str(step[3]) for step in steps if re.search(r"SCAN contacts|sightings", str(step[3]))]


def test_mail_is_not_moved_on_a_contacts_own_word(app: App) -> None:
    """A log line that somebody changed by hand does not make its sender a restricted one."""
    restriction = a_restriction(app, a_customer(app, email="a@penrose.example"))
    other = a_customer(app, email="b@trewin.example")
    switched(app, on=True)
    inbox = Inbox(app)
    inbox.gets(other, restriction.id, sender="b@trewin.example")
    assert inbox.moved() == 0
    assert len(inbox.box.contents("INBOX")) == 1


@pytest.mark.parametrize("sender", ["b@trewin.example", "B@Trewin.example", "office@parliament.uk", "x@a.gov.uk"])
def test_mail_from_anothers_or_a_protected_address_is_not_moved(app: App, sender: str) -> None:
    customer = a_customer(app, email="a@penrose.example")
    restriction = a_restriction(app, customer)
    a_customer(app, email="b@trewin.example")
    switched(app, on=True)
    inbox = Inbox(app)
    inbox.gets(customer, restriction.id, sender=sender)
    assert inbox.moved() == 0


def test_mail_is_not_moved_when_it_is_not_certain_whose_it_is(app: App) -> None:
    customer = a_customer(app, email="a@penrose.example")
    restriction = a_restriction(app, customer)
    switched(app, on=True)
    inbox = Inbox(app)
    inbox.gets(customer, restriction.id, sender="a@penrose.example", match=Match.SUGGESTED)
    assert inbox.moved() == 0


def test_mail_that_came_before_enforcement_was_switched_on_stays(app: App) -> None:
    customer = a_customer(app, email="a@penrose.example")
    restriction = a_restriction(app, customer)
    inbox = Inbox(app)
    inbox.gets(customer, restriction.id, sender="a@penrose.example")
    assert inbox.moved() == 0
    put_clock(app, DAY + timedelta(days=1))
    switched(app, on=True)
    assert inbox.moved() == 0


def test_mail_stays_once_the_restriction_is_lifted(app: App) -> None:
    customer = a_customer(app, email="a@penrose.example")
    restriction = a_restriction(app, customer)
    switched(app, on=True)
    inbox = Inbox(app)
    inbox.gets(customer, restriction.id, sender="a@penrose.example")
    inbox.box.fails = MailboxUnavailable("away")
    assert inbox.moved() == 0
    inbox.box.fails = None
    lifted(app, restriction)
    assert inbox.moved() == 0, "the intent of before does not outlive its reason"


class Stubborn(MemoryMailbox):
    """Will not let go of one message."""

    stuck = ""

    def move(self, place: Place, to_folder: str) -> Place | None:
        if place.uid == self.stuck:
            raise MailboxRefused("may not be moved", server="locked")
        return super().move(place, to_folder)


def test_one_message_that_may_not_be_moved_does_not_hold_up_the_others(app: App) -> None:
    customer = a_customer(app, email="a@penrose.example")
    restriction = a_restriction(app, customer)
    switched(app, on=True)
    inbox = Inbox(app)
    inbox.box = box = Stubborn(name="clerk")
    for _ in range(2):
        inbox.gets(customer, restriction.id, sender="a@penrose.example")
    box.stuck = "1"
    assert inbox.moved() == 1
    box.stuck = ""
    assert inbox.moved() == 1


def test_a_message_that_somebody_moved_first_is_left_where_it_is(app: App) -> None:
    customer = a_customer(app, email="a@penrose.example")
    restriction = a_restriction(app, customer)
    switched(app, on=True)
    inbox = Inbox(app)
    contact = inbox.gets(customer, restriction.id, sender="a@penrose.example")
    inbox.box.move(Place("INBOX", "1", "1"), "Archive")
    assert inbox.moved() == 0
    assert not diverted(app, contact)
    assert len(inbox.box.contents("Archive")) == 1
