"""One mailbox, watched: what is new is taken in, what is due is moved, and then we wait for the server to say more."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from threading import Event
from typing import TYPE_CHECKING, TypeVar

import structlog

from bot.bootstrap import App, mail_source, moves, pipeline
from bot.enforcement.apply import divert
from bot.intake.keep import cursors
from bot.mailbox.imap import ImapSource
from bot.mailbox.ports import Cursor, MailboxError, MailboxRefused, MailboxUnavailable, MailSource, Raw
from bot.mailbox.stamps import arrived_in_rehearsal
from bot.work import SERVICE
from config.settings import MailboxSettings
from models.errors import EvenhandError

if TYPE_CHECKING:
    from bot.pipeline import Pipeline

log = structlog.get_logger()
T = TypeVar("T")

LONGEST_WAIT = 5.0  # seconds between looks at whether we should stop
AFTER_A_REFUSAL = 60.0  # a wrong password does not get better by asking often


def take_new(app: App, line: Pipeline, source: MailSource, mailbox: str) -> Counter[str]:
    """Take in everything that a mailbox holds beyond its cursors. Counts what became of the messages.

    While one is recorded the next few are parsed and read, on the other processors.
    """
    from bot.ahead import Ahead
    from classifiers.reading import read_beforehand

    with app.look() as session:
        known = cursors(session, mailbox)
    outcome: Counter[str] = Counter()
    coming = _Coming(app, _messages(source, known))
    with Ahead(line, read_beforehand) as work:
        for raw in work.over(coming.messages()):
            taken = work.line.take(raw, mailbox=mailbox, cursor=coming.covered_by.popleft())
            outcome[taken.value] += 1
    if coming.broken_off is not None:
        raise coming.broken_off  # what had come until then has been taken in
    return outcome


class _Coming:
    """Messages as they are fetched, a few of them before the first is taken in; each with its cursor."""

    def __init__(self, app: App, fetched: Iterator[tuple[Raw, Cursor]]) -> None:
        self._app = app
        self._fetched = fetched
        self.covered_by: deque[Cursor] = deque()
        self.broken_off: MailboxError | None = None

    def messages(self) -> Iterator[Raw]:
        try:
            for raw, cursor in self._fetched:
                self.covered_by.append(cursor)
                yield as_of(self._app, raw)
        except MailboxError as error:
            self.broken_off = error


def _messages(source: MailSource, known: dict[str, Cursor]) -> Iterator[tuple[Raw, Cursor]]:
    for batch in source.new(known):
        for note in batch.notes:
            log.warning("mailbox_note", mailbox=source.name, note=note)
        yield from batch.messages


def as_of(app: App, raw: Raw) -> Raw:
    """The message with the time it reached us: the server's, but never later than now."""
    now = app.clock.now()
    if app.rehearsal:
        return replace(raw, server_time=arrived_in_rehearsal(raw.content, raw.server_time, now))
    return replace(raw, server_time=min(raw.server_time, now))


def divert_due(app: App, source: MailSource, mailbox: MailboxSettings) -> int:
    """Move what a restriction in force sends to the named officer, where the service itself does the moving."""
    if not isinstance(source, ImapSource) or not moves(app, mailbox):
        return 0
    council = app.settings.council.domains
    return divert(lambda: app.begin(SERVICE), source, mailbox.name, mailbox.folders, app.policy, council)


def look_once(app: App, line: Pipeline, source: MailSource, mailbox: MailboxSettings) -> Counter[str]:
    outcome = take_new(app, line, source, mailbox.name)
    outcome["diverted"] += divert_due(app, source, mailbox)
    return outcome


def watch(app: App, mailbox: MailboxSettings, stop: Event) -> None:
    """Watch one mailbox until told to stop. A mailbox that cannot be reached is tried again, for ever."""
    source = mail_source(app, mailbox)
    try:
        with pipeline(app) as line:
            while not stop.is_set():
                _guarded(lambda: look_once(app, line, source, mailbox), mailbox, stop)
                _wait(source, mailbox, stop)
    finally:
        source.close()


def _wait(source: MailSource, mailbox: MailboxSettings, stop: Event) -> None:
    waited = 0.0
    while waited < mailbox.poll_seconds and not stop.is_set():
        seconds = min(LONGEST_WAIT, mailbox.poll_seconds - waited)
        if _guarded(lambda: source.wait(seconds), mailbox, stop):  # noqa: B023  (called at once)
            return
        waited += seconds


def _guarded(do: Callable[[], T], mailbox: MailboxSettings, stop: Event) -> T | None:
    try:
        return do()
    except MailboxRefused as error:
        log.error("mailbox_refused", mailbox=mailbox.name, words=str(error))
        stop.wait(AFTER_A_REFUSAL)
    except MailboxUnavailable as error:
        log.warning("mailbox_unavailable", mailbox=mailbox.name, words=str(error))
        stop.wait(LONGEST_WAIT)
    except EvenhandError as error:
        log.error("watching_interrupted", mailbox=mailbox.name, kind=type(error).__name__)
        stop.wait(LONGEST_WAIT)
    return None
