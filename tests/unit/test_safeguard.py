"""What waits for a person though a machine sent it, and what does not."""

from __future__ import annotations

import pytest

from bot.triage.flags import flags_for
from bot.triage.safeguard import Sender, Waiting, waits
from config.load import load_policy
from models.contact import Match
from models.finding import About, Finding
from models.queue import Lane


def waiting(policy: str, *findings: Finding, automatic: bool) -> Waiting | None:
    chosen = load_policy(policy)
    flags = [kind for kind, _ in flags_for(findings, chosen)]
    return waits(findings, flags, Sender(Match.NOBODY, False, False), (), chosen, automatic=automatic)


@pytest.mark.parametrize("policy", ["general", "principal", "saltash"])
def test_a_forgery_that_says_a_machine_sent_it_waits_for_a_person(policy: str) -> None:
    found = waiting(policy, Finding(About.FORGED, "forged", 0.97, "forged 3"), automatic=True)
    assert found is not None
    assert found.lane is not Lane.ON_FILE
    assert "flagged: forged" in found.reasons


@pytest.mark.parametrize("policy", ["general", "principal", "saltash"])
def test_a_notice_of_absence_waits_for_nobody(policy: str) -> None:
    found = [
        Finding(About.KIND, "complaint", 0.9, "kinds 1"),
        Finding(About.RELATION, "new_issue", 0.9, "repeat 3"),
    ]
    assert waiting(policy, *found, automatic=True) is None
    assert waiting(policy, *found, automatic=False) is not None
