"""A whole council's mailbox through a real Dovecot to the running service."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.delivered import CORPUS, deliver


@pytest.mark.needs("dovecot")
def test_a_mailbox_delivered_to_the_running_service_is_logged_once_and_diverted_only_as_decided(tmp_path: Path) -> None:
    scores = deliver(CORPUS / "market-town", tmp_path)
    assert scores["with_findings"] == scores["messages"]
    assert (scores["restricted_precision"], scores["restricted_recall"]) == (1.0, 1.0)
    assert scores["must_reach_human_reached"] == 1.0
