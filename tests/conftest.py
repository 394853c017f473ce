"""Fixtures every test may ask for: real servers (one of each per worker) and fresh accounts on them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import pytest
from hypothesis import settings

from tests.no_skips import pytest_make_collect_report, pytest_runtest_makereport  # noqa: F401  (hooks)
from tests.servers.dovecot import Dovecot
from tests.servers.missing import require
from tests.servers.postgres import database_url, postgres, postgres_url  # noqa: F401  (fixtures)

# No test fails for being slow on a busy machine, and none leaves a file behind.
settings.register_profile("evenhand", deadline=None, database=None)
settings.load_profile("evenhand")

_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Account:
    """A mailbox nobody else uses, on a running Dovecot."""

    server: Dovecot
    name: str
    password: str

    def deliver(self, content: bytes, *, sender: str = "sender@elsewhere.example") -> None:
        self.server.deliver(self.name, content, sender=sender)

    def append(self, folder: str, content: bytes, when: datetime | None = None) -> None:
        self.server.append(self.name, folder, content, when)


def a_fresh_account(server: Dovecot) -> Account:
    """A new user with a password of its own: tests share a server, never a mailbox."""
    name = f"clerk{next(_numbers)}"
    server.add_user(name, f"secret of {name}")
    return Account(server, name, f"secret of {name}")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """`@pytest.mark.needs("chromium")`: skipped when it is missing, failed when it is missing in CI."""
    for mark in item.iter_markers("needs"):
        require(mark.args[0])


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    """One real Dovecot for all tests of this worker. Do not kill it: start one of your own for that."""
    require("dovecot")
    with Dovecot() as server:
        yield server


@pytest.fixture
def account(dovecot: Dovecot) -> Account:
    """A fresh mailbox on the shared Dovecot."""
    return a_fresh_account(dovecot)
