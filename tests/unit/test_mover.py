"""The service's own hand, where the mail server has no rules: what it moves, and what it leaves alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pytest

from bot.mailbox.ports import MailboxUnavailable, Place, Rule
from bot.mailbox.rules.mover import MoverRuleBook
from models.message import Authentication, Verdict

RULE = Rule(7, ("j.penrose@residents.example",), "Restricted", date(2026, 1, 16), date(2026, 7, 16))
INBOX = Place("INBOX", "1", "42")
TODAY = date(2026, 3, 1)


@dataclass
class Hand:
    """A Mover that remembers."""

    moved: list[tuple[Place, str]] = field(default_factory=list)
    gone: bool = False

    def move(self, place: Place, to_folder: str) -> Place | None:
        self.moved.append((place, to_folder))
        return None if self.gone else Place(to_folder, "1", "1")


@pytest.fixture
def book(tmp_path: Path) -> MoverRuleBook:
    book = MoverRuleBook(tmp_path / "rules.json")
    book.write((RULE,), stamp=book.read().stamp)
    return book


def test_a_covered_message_is_moved_to_the_named_officers_folder(book: MoverRuleBook) -> None:
    hand = Hand()
    assert book.divert(INBOX, "J.Penrose@residents.example", TODAY, hand) == Place("Restricted", "1", "1")
    assert hand.moved == [(INBOX, "Restricted")]


@pytest.mark.parametrize("sender", ["", "m.tregear@residents.example", "xj.penrose@residents.example", "penrose"])
def test_everybody_elses_mail_stays(book: MoverRuleBook, sender: str) -> None:
    hand = Hand()
    assert book.divert(INBOX, sender, TODAY, hand) is None
    assert hand.moved == []


@pytest.mark.parametrize(
    ("today", "moves"),
    [
        (date(2026, 1, 15), False),
        (date(2026, 1, 16), True),
        (date(2026, 7, 15), True),
        (date(2026, 7, 16), False),
    ],
)
def test_a_rule_acts_from_its_first_day_and_no_longer_on_its_end(book: MoverRuleBook, today: date, moves: bool) -> None:
    hand = Hand()
    book.divert(INBOX, RULE.addresses[0], today, hand)
    assert bool(hand.moved) is moves


def test_a_forged_sender_is_not_moved(book: MoverRuleBook) -> None:
    hand = Hand()
    forged = Authentication(dmarc=Verdict.FAIL, trusted_by="mx.council.example")
    assert book.divert(INBOX, RULE.addresses[0], TODAY, hand, authentication=forged) is None
    assert hand.moved == []


def test_a_message_already_there_or_gone_is_no_trouble(book: MoverRuleBook) -> None:
    hand = Hand(gone=True)
    assert book.divert(Place("Restricted", "1", "3"), RULE.addresses[0], TODAY, hand) is None
    assert hand.moved == []
    assert book.divert(INBOX, RULE.addresses[0], TODAY, hand) is None


def test_a_torn_file_moves_nothing_wherever_it_was_torn(book: MoverRuleBook, tmp_path: Path) -> None:
    file = tmp_path / "rules.json"
    whole = file.read_bytes()
    for length in range(1, len(whole)):
        file.write_bytes(whole[:length])
        hand = Hand()
        assert book.divert(INBOX, RULE.addresses[0], TODAY, hand) is None
        assert (hand.moved, book.read().ours) == ([], ())
        assert book.read().tampered


def test_nothing_but_the_file_is_left_in_its_folder(book: MoverRuleBook, tmp_path: Path) -> None:
    book.write((), stamp=book.read().stamp)
    assert [file.name for file in tmp_path.iterdir()] == ["rules.json"]


def test_a_folder_that_is_not_there_is_said_before_and_when_writing(tmp_path: Path) -> None:
    book = MoverRuleBook(tmp_path / "missing" / "rules.json")
    assert book.check() == ["the folder for the rules file is missing or cannot be written"]
    with pytest.raises(MailboxUnavailable, match="cannot be written"):
        book.write((RULE,), stamp=book.read().stamp)
