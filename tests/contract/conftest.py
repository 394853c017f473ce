"""What the attacks on storage start from: a store of its own for each, on both databases or on one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.bootstrap import App
from tests.builders import a_store


@pytest.fixture
def app(tmp_path: Path, database_url: str) -> Iterator[App]:
    """An empty store: the test runs on SQLite, and again on PostgreSQL."""
    with a_store(tmp_path, url=database_url) as made:
        yield made


@pytest.fixture
def sqlite_app(tmp_path: Path) -> Iterator[App]:
    with a_store(tmp_path) as app:
        yield app


@pytest.fixture
def postgres_app(tmp_path: Path, postgres_url: str) -> Iterator[App]:
    with a_store(tmp_path, url=postgres_url) as app:
        yield app
