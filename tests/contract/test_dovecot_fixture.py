"""The real server the other tests lean on does what they think it does."""

# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta

import pytest

from tests.conftest import Account, a_fresh_account
from tests.servers.dovecot import Dovecot
from tests.servers.missing import NEEDED, Needed, why_missing

LETTER = b"From: a@elsewhere.example\r\nTo: clerk@council.example\r\nSubject: The gate\r\n\r\nIt is off its hinge.\r\n"


def test_mail_is_delivered_and_appended_with_the_time_it_was_had(account: Account) -> None:
    account.deliver(LETTER)
    when = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    account.append("Sent", LETTER, when)
    with account.server.client(account.name) as client:
        client.normalise_times = False
        assert client.select_folder("INBOX", readonly=True)[b"EXISTS"] == 1
        client.select_folder("Sent", readonly=True)
        assert client.fetch(1, "INTERNALDATE")[1][b"INTERNALDATE"] == when


def test_the_server_comes_back_with_its_mail_after_being_killed() -> None:
    with Dovecot(without=("MOVE",)) as server:
        account = a_fresh_account(server)
        account.deliver(LETTER)
        server.kill()
        server.start()
        with server.client(account.name) as client:
            assert client.select_folder("INBOX")[b"EXISTS"] == 1
            assert b"MOVE" not in client.capabilities()


def test_a_certificate_can_have_run_out() -> None:
    with Dovecot(certificate_lasts=timedelta(days=-1)) as server:
        account = a_fresh_account(server)
        with pytest.raises(ssl.SSLCertVerificationError), server.client(account.name):
            pass


def test_a_missing_server_is_named_with_the_way_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(NEEDED, "dovecot", Needed(("/nowhere/dovecot",), "apt-get install dovecot-imapd"))
    assert "apt-get install dovecot-imapd" in why_missing("dovecot")
