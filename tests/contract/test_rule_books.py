"""What every rule book promises, whichever mail server stands behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from bot.mailbox.ports import MailboxRefused, Rule, RuleBook, RuleClash
from bot.mailbox.rules.memory import MemoryRuleBook
from tests.conftest import a_fresh_account
from tests.contract.sieve_clerk import SieveClerk, a_rule
from tests.servers.dovecot import Dovecot
from tests.servers.missing import require

CLERKS_SCRIPT = b'require "fileinto"; # mine\r\nif header :contains "subject" "planning" { fileinto "Sent"; }\n# end'


@dataclass(frozen=True, slots=True)
class Shelf:
    """A rule book, what others keep beside our rules, and a hand that meddles with ours."""

    book: RuleBook
    others: Callable[[], object]
    meddle: Callable[[], None]

    def write(self, *rules: Rule) -> str:
        return self.book.write(rules, stamp=self.book.read().stamp)


@pytest.fixture(scope="module")
def dovecot_without_include() -> Iterator[Dovecot]:
    require("dovecot")
    with Dovecot(without_sieve=("include",)) as server:
        yield server


@pytest.fixture(params=["sieve", "sieve without include", "memory"])
def shelf(request: pytest.FixtureRequest) -> Shelf:
    if request.param == "memory":
        book = MemoryRuleBook(others=3)
        return Shelf(book, others=lambda: book.others, meddle=book.change_by_hand)
    server = "dovecot" if request.param == "sieve" else "dovecot_without_include"
    return _on_sieve(request.getfixturevalue(server))


def _on_sieve(server: Dovecot) -> Shelf:
    clerk = SieveClerk(a_fresh_account(server))
    clerk.use("mine", CLERKS_SCRIPT)

    def others() -> object:
        return {name: _without_our_lines(text) for name, text in clerk.scripts().items() if name != "evenhand"}

    def meddle() -> None:
        name = clerk.active()
        clerk.keep(name, clerk.scripts()[name].replace(b'fileinto :create "Restricted"', b'fileinto :create "Trash"'))

    return Shelf(clerk.book, others=others, meddle=meddle)


def _without_our_lines(script: bytes) -> bytes:
    """Told apart without the code under test."""
    before, begin, ours = script.partition(b"# evenhand: begin")
    return before + ours.partition(b"# evenhand: end")[2].partition(b"\n")[2] if begin else script


def test_a_new_shelf_holds_no_rule_of_ours_and_nothing_to_repair(shelf: Shelf) -> None:
    found = shelf.book.read()
    assert (found.ours, found.tampered, found.active) == ((), (), True)
    assert shelf.book.check() == []


def test_rules_are_read_back_exactly_as_they_were_written(shelf: Shelf) -> None:
    rules = (
        a_rule("a.o'neill+council@mail.residents.example", "zoë@residents.example", restriction=3, folder="Clerk/Zoë"),
        a_rule(restriction=12, folder='The "other" folder \\ 100%', starts_in=2, ends_in=400),
    )
    assert shelf.write(*rules)
    found = shelf.book.read()
    assert set(found.ours) == set(rules)
    assert (found.tampered, found.active) == ((), True)


def test_writing_the_same_rules_again_changes_nothing(shelf: Shelf) -> None:
    shelf.write(a_rule())
    shelf.write(a_rule())
    assert shelf.book.read().ours == (a_rule(),)


def test_the_order_of_the_rules_does_not_matter(shelf: Shelf) -> None:
    one, two = a_rule(restriction=1), a_rule("m.tregear@residents.example", restriction=2)
    shelf.write(one, two)
    first = shelf.book.read().ours
    shelf.write(two, one)
    assert shelf.book.read().ours == first


def test_a_stale_rule_is_gone_once_it_is_written_without(shelf: Shelf) -> None:
    stale, current = a_rule(restriction=1), a_rule("m.tregear@residents.example", restriction=2)
    shelf.write(stale, current)
    shelf.write(current)
    assert shelf.book.read().ours == (current,)


def test_what_others_keep_there_is_never_touched(shelf: Shelf) -> None:
    before, count = shelf.others(), shelf.book.read().others
    for rules in [(a_rule(),), (a_rule(), a_rule("m.tregear@residents.example", restriction=8)), ()]:
        shelf.write(*rules)
        assert shelf.others() == before
        assert shelf.book.read().others == count


def test_writing_no_rule_leaves_no_rule(shelf: Shelf) -> None:
    shelf.write(a_rule())
    shelf.write()
    found = shelf.book.read()
    assert (found.ours, found.tampered, found.active) == ((), (), True)


def test_rules_that_changed_since_they_were_read_are_not_overwritten(shelf: Shelf) -> None:
    seen = shelf.book.read().stamp
    shelf.write(a_rule(restriction=1))
    with pytest.raises(RuleClash):
        shelf.book.write((a_rule(restriction=2),), stamp=seen)
    assert shelf.book.read().ours == (a_rule(restriction=1),)


def test_a_rule_changed_by_hand_is_no_longer_taken_for_ours(shelf: Shelf) -> None:
    shelf.write(a_rule())
    shelf.meddle()
    found = shelf.book.read()
    assert found.ours == ()
    assert found.tampered


@pytest.mark.parametrize("rules", [(), (a_rule(restriction=9),)], ids=["none left", "one left"])
def test_a_rule_changed_by_hand_is_put_right_by_the_next_write(shelf: Shelf, rules: tuple[Rule, ...]) -> None:
    shelf.write(a_rule())
    shelf.meddle()
    shelf.write(*rules)
    found = shelf.book.read()
    assert (found.ours, found.tampered, found.active) == (rules, (), True)


@pytest.mark.parametrize(
    "bad",
    [
        a_rule(""),
        a_rule("no at sign"),
        a_rule("@residents.example"),
        a_rule("someone@"),
        a_rule('x"], true) { discard; } #@residents.example'),
        a_rule("x\\@residents.example"),
        a_rule('"quoted local"@residents.example'),
        a_rule("x@residents.example\r\ndiscard;"),
        a_rule("x@residents.example\n"),
        a_rule("${from}@residents.example"),
        a_rule("*@residents.example, other@residents.example"),
        a_rule("x@residents.example\u2028"),
        a_rule("x" * 250 + "@residents.example"),
        a_rule(folder=""),
        a_rule(folder='Restricted"; discard; #\n'),
        a_rule(folder="${folder}"),
        Rule(7, (), "Restricted", a_rule().starts_on, a_rule().ends_on),
    ],
    ids=lambda rule: repr((*rule.addresses, rule.folder))[:60],
)
def test_what_does_not_look_like_an_address_or_a_folder_is_refused_and_nothing_changes(shelf: Shelf, bad: Rule) -> None:
    shelf.write(a_rule())
    with pytest.raises(MailboxRefused, match="restriction 7") as refusal:
        shelf.write(a_rule(), bad)
    assert not any(address and address in str(refusal.value) for address in bad.addresses), "personal data in an error"
    assert shelf.book.read().ours == (a_rule(),)
