"""Fixtures of the pages' tests: a store with officers, and visitors who sign in to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from jinja2.bccache import Bucket, BytecodeCache

from bot.bootstrap import App
from bot.store import FixedClock
from bot.web.app import create_app
from tests.builders import NOON, a_store
from tests.web.people import MORE, OFFICERS, Visitor, let_in


@dataclass(frozen=True)
class Pages:
    """The pages of a store, the clock that sessions expire by, and visitors to them."""

    app: App
    wall: FixedClock
    visit: Callable[[], Visitor]

    def signed_in(self, username: str = "r.trelawny") -> Visitor:
        visitor = self.visit()
        assert "Sign out" in visitor.sign_in(username).text
        return visitor


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    with a_store(tmp_path / "store") as app:
        let_in(app, OFFICERS)
        yield app


class Compiled(BytecodeCache):
    """Templates compiled once a process: every test makes the pages anew, and compiling them was half of its time."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()


@pytest.fixture
def pages(app: App) -> Pages:
    wall = FixedClock(NOON)
    flask = create_app(app, wall=wall)
    flask.jinja_env.bytecode_cache = COMPILED
    return Pages(app, wall, lambda: Visitor(flask.test_client()))


@pytest.fixture
def everybody(app: App) -> None:
    """An assistant and an auditor besides the clerk and the named officer."""
    let_in(app, MORE)


@pytest.fixture
def clerk(pages: Pages) -> Visitor:
    return pages.signed_in("r.trelawny")
