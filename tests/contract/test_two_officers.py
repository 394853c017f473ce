"""Two officers do the same at the same moment, on both databases: one has done it, the other is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from bot.bootstrap import App
from bot.casework.restrictions import find_restriction, lift
from bot.queue import find_item, put, rule
from bot.work import Work
from models.contact import Contact
from models.errors import Refused
from models.queue import Lane, Outcome
from tests.builders import CLERK, a_contact, a_customer, a_restriction, a_store

OFFICERS = 6


@pytest.fixture
def app(tmp_path: Path, database_url: str) -> Iterator[App]:
    with a_store(tmp_path, url=database_url) as app:
        yield app


def told(app: App, do: Callable[[Work], object]) -> list[str]:
    """What each of the officers hears, empty where it was done."""
    together = Barrier(OFFICERS)

    def one(_: int) -> str:
        together.wait()
        try:
            with app.begin(CLERK) as work:
                do(work)
        except Refused as refusal:
            return str(refusal)
        return ""

    with ThreadPoolExecutor(OFFICERS) as all_at_once:
        return sorted(all_at_once.map(one, range(OFFICERS)))


def test_a_restriction_is_lifted_once(app: App) -> None:
    number = a_restriction(app, a_customer(app)).id
    heard = told(app, lambda work: lift(work, find_restriction(work.session, number), reason="x", policy=app.policy))
    assert heard == ["", *[f"restriction {number} has been lifted already"] * (OFFICERS - 1)]


def test_a_contact_is_attested_once(app: App) -> None:
    contact = a_contact(app, a_customer(app), sender="x@penrose.example")
    with app.begin(CLERK) as work:
        found = work.session.get_one(Contact, contact.id)
        item = put(work, found, lane=Lane.NAMED_OFFICER, reasons=["for a test"], must_attest=True).id
    heard = told(app, lambda work: rule(work, find_item(work.session, item), outcome=Outcome.ATTEST))
    assert heard == ["", *["this has been ruled on and closed already"] * (OFFICERS - 1)]
