"""What the tests of steps start from: a store of its own for each, and one customer in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.bootstrap import App
from models.customer import Customer
from tests.builders import a_customer, a_store


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    """A store in which nothing has happened yet, at `tmp_path`."""
    with a_store(tmp_path) as made:
        yield made


@pytest.fixture
def ann(app: App) -> Customer:
    """A customer of whom the council knows a name and an address for e-mail."""
    return a_customer(app, name="Ann Penrose", email="ann@penrose.example")
