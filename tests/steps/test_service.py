"""The service when the machine is not well: nothing is lost, nobody's message is blamed, nothing falls silent."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import event

from bot.bootstrap import App
from bot.intake.worker import ParserUnavailable
from bot.pipeline import Taken
from bot.scheduler import Service
from config.settings import MailboxSettings
from models.contact import contacts_of
from models.errors import StoreUnavailable
from models.message import Message
from tests.steps.test_pipeline import a_letter, a_line, as_raw


def logged(app: App) -> int:
    with app.look() as session:
        return len(contacts_of(session, None))


def test_a_full_disk_saves_nothing_blames_no_message_and_is_got_over(app: App) -> None:
    letter = as_raw(a_letter(sender="jenifer@penrose.example", words="The lamp. " * 20_000))
    pages = {"most": 1}

    def limit(connection: object, _: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages['most']}")  # type: ignore[attr-defined]

    event.listen(app.engine, "connect", limit)
    app.engine.dispose()
    with pytest.raises(StoreUnavailable):
        a_line(app).take(letter, mailbox="main")
    pages["most"] = 1_000_000
    app.engine.dispose()
    assert logged(app) == 0
    assert a_line(app).take(letter, mailbox="main") is Taken.RECORDED


def test_a_machine_that_cannot_start_a_parser_blames_no_message(app: App) -> None:
    class NoProcess:
        def parse(self, content: bytes, *, received_at: datetime) -> Message:
            raise ParserUnavailable("no process could be started")

    letter = as_raw(a_letter(sender="jenifer@penrose.example"))
    with pytest.raises(ParserUnavailable):
        replace(a_line(app), reader=NoProcess()).take(letter, mailbox="main")
    assert a_line(app).take(letter, mailbox="main") is Taken.RECORDED


def test_a_watcher_that_a_fault_has_ended_is_started_again(app: App, tmp_path: Path) -> None:
    started: list[datetime] = []
    running = Event()

    def watcher(_: App, mailbox: MailboxSettings, stop: Event) -> None:
        started.append(datetime.now(UTC))
        if len(started) > 1:
            running.set()
            stop.wait(30)

    app.settings = replace(app.settings, mailboxes=(a_mailbox(tmp_path),))
    service = Service(app, watcher=watcher)
    service.start()
    try:
        while not running.wait(0.05):
            service.revive()
    finally:
        service.stop()
    assert len(started) == 2


def a_mailbox(folder: Path) -> MailboxSettings:
    return MailboxSettings(
        name="main",
        kind="folder",
        host="",
        port=0,
        security="tls",
        username="",
        password_file=None,
        ca_file=None,
        path=folder,
        folders=("INBOX",),
        sent="",
        enforce="none",
        sieve_port=0,
        poll_seconds=1.0,
    )
