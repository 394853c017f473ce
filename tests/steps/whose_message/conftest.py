"""The records of the village: to look at, or a copy to write in."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.bootstrap import App
from bot.customers import add_customer
from tests.builders import CLERK, a_store
from tests.village import COUNCIL, VILLAGE, opened


@pytest.fixture(scope="session")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The village's records, made once."""
    home = tmp_path_factory.mktemp("village") / "home"
    with a_store(home, council="Quenby Town Council", domains=(COUNCIL,)) as app, app.begin(CLERK) as work:
        for p in VILLAGE:
            add_customer(
                work,
                name=p.name,
                reference=p.reference,
                emails=p.emails,
                phones=[p.phone],
                address=p.address,
                notes=p.notes,
            )
    return home


@pytest.fixture(scope="module")
def village(settled: Path) -> Iterator[App]:
    """The records for tests that only look at them."""
    yield from opened(settled)


@pytest.fixture
def app(settled: Path, tmp_path: Path) -> Iterator[App]:
    """A copy of the records to write in."""
    shutil.copytree(settled, tmp_path / "home")
    yield from opened(tmp_path / "home")
