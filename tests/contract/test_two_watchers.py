"""Two watchers of one mailbox at the same time: each message taken exactly once, on either database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier, Thread

import pytest

from bot.audit import verify
from bot.bootstrap import App
from bot.mailbox.ports import Cursor
from bot.pipeline import Taken
from models.contact import contacts_of
from tests.builders import a_store
from tests.steps.test_pipeline import Seen, a_letter, a_line, as_raw

LETTERS = 25


@pytest.fixture
def app(tmp_path: Path, database_url: str) -> Iterator[App]:
    with a_store(tmp_path / "home", url=database_url, at=datetime(2026, 3, 2, 12, tzinfo=UTC)) as made:
        yield made


def test_two_watchers_at_once_take_each_message_once(app: App) -> None:
    letters = [a_letter(sender=f"resident{n % 5}@penrose.example", words=f"letter {n}") for n in range(LETTERS)]
    outcome: Counter[Taken] = Counter()
    failed: list[BaseException] = []
    start = Barrier(2)

    def watch() -> None:
        line = a_line(app, Seen())
        start.wait()
        try:
            for uid, content in enumerate(letters, 1):
                outcome[line.take(as_raw(content, uid=uid), mailbox="main", cursor=Cursor("INBOX", "7", uid))] += 1
        except BaseException as error:
            failed.append(error)

    watchers = [Thread(target=watch) for _ in range(2)]
    for watcher in watchers:
        watcher.start()
    for watcher in watchers:
        watcher.join()
    assert failed == []
    assert outcome[Taken.SHUNTED] == 0
    with app.look() as session:
        log = contacts_of(session, None)
        assert sorted(c.own.strip() for c in log) == sorted(f"letter {n}" for n in range(LETTERS))
        assert len({c.customer_id for c in log}) == 5
        assert verify(session, app.seal).holds
