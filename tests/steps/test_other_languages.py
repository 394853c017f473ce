"""A letter that the program could not read, for its language or its length, waits for a person, who is told why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot import queue
from bot.bootstrap import App
from bot.triage.safeguard import Sender, waits
from classifiers.text import LONGEST
from models.contact import Match
from models.finding import About, Finding
from models.policy import LaneRule, Policy
from models.queue import Lane, QueueItem
from tests.builders import a_customer, a_restriction, a_store, warned
from tests.steps.test_pipeline import WHEN, Seen, a_letter, a_line, as_raw

POLISH = Finding(About.LANGUAGE, "pl", 0.9, "language 2")
SENDER = "Jenifer Penrose <jenifer@penrose.example>"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    with a_store(tmp_path, at=WHEN) as app:
        yield app


def waiting_for(app: App, *findings: Finding, words: str = "Nie mam wody.") -> QueueItem:
    line = a_line(app, Seen(says=list(findings)))
    line.take(as_raw(a_letter(sender=SENDER, words=words)), mailbox="main")
    with app.look() as session:
        (item,) = queue.waiting(session)
        return item


def test_a_letter_in_polish_waits_for_the_named_officer_who_is_told_that_it_was_not_read(app: App) -> None:
    item = waiting_for(app, POLISH)
    assert item.lane is Lane.NAMED_OFFICER
    assert item.reasons[0] == "in Polish, or partly so; what is in Polish was not read by the program"


def test_a_restricted_senders_letter_in_polish_says_so_too_and_must_be_attested(app: App) -> None:
    a_restriction(app, warned(app, a_customer(app, email="jenifer@penrose.example")), starts_on=date(2026, 3, 2))
    item = waiting_for(app, POLISH)
    assert (item.lane, item.must_attest) == (Lane.NAMED_OFFICER, True)
    assert "in Polish" in item.reasons[0]
    assert any("restriction" in reason for reason in item.reasons)


def test_what_the_english_half_says_may_be_more_pressing(app: App) -> None:
    item = waiting_for(app, POLISH, Finding(About.RISK, "self_harm", 0.8, "risk 2"))
    assert item.lane is Lane.URGENT
    assert "in Polish" in item.reasons[0]


def without_languages(policy: Policy, lane: str) -> Policy:
    return replace(policy, lanes=(LaneRule(lane, ("relation:new_issue",)),))


@pytest.mark.parametrize("lane", ["on_file", "new_issue"])
def test_no_policy_can_lose_a_letter_that_nobody_has_read(app: App, lane: str) -> None:
    policy = without_languages(app.policy, lane)
    sender = Sender(Match.CERTAIN, restricted=False, warned=False)
    found = waits([POLISH], [], sender, (), policy, automatic=False)
    assert found is not None
    assert found.lane is Lane.NAMED_OFFICER
    new = Finding(About.RELATION, "new_issue", 0.9, "repeat 1")
    beside = waits([POLISH, new], [], sender, (), policy, automatic=False)
    assert beside is not None
    assert beside.lane is not Lane.ON_FILE


def test_a_letter_longer_than_is_read_waits_for_a_person_who_is_told_so(app: App) -> None:
    item = waiting_for(app, words="The bin is full again.\r\n" * (LONGEST // 20))
    assert item.lane is Lane.NAMED_OFFICER
    assert item.contact is not None
    assert any("too long for the program" in problem for problem in item.contact.problems)
