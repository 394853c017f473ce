"""When each verb runs by itself. Every job is safe to repeat, and is run once at the start."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, ExceptHookArgs, Thread

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from bot.bootstrap import App, reconcile_all
from bot.casework.lapse import record_lapses
from bot.watching import watch
from bot.work import SERVICE
from config.settings import MailboxSettings
from models.calendar import COUNCIL_ZONE
from models.errors import EvenhandError

log = structlog.get_logger()

RECONCILE_SECONDS = 60
REVIVE_SECONDS = 10
LAPSE_SECONDS = 3600


def reconcile_now(app: App) -> None:
    """A stale rule is an unlawful restriction: at the start, and every minute after, rules are what decisions say."""
    try:
        for done in reconcile_all(app):
            if done.ok is False:
                log.error("rules_not_reconciled", rule_book=done.book, words=done.words)
            elif done.why:
                log.info("rules_reconciled", rule_book=done.book, changes=len(done.why))
    except EvenhandError as error:
        log.error("rules_not_reconciled", words=str(error))


def lapse_now(app: App) -> None:
    """What has ended by itself is put on record, so that the clerk is told; it had ended to everybody before."""
    try:
        with app.begin(SERVICE) as work:
            for step in record_lapses(work, policy=app.policy):
                log.warning("restriction_ended_by_itself", kind=step.facts["why"])
    except EvenhandError as error:
        log.error("ends_not_recorded", words=str(error))


Watcher = Callable[[App, MailboxSettings, Event], None]


def fault(failed: ExceptHookArgs) -> None:
    """A thread that a fault of ours ended: the kind of it is logged, its text may hold somebody's words."""
    log.error("thread_ended", thread=failed.thread.name if failed.thread else "", kind=failed.exc_type.__name__)


class Service:
    """The watchers and the timed jobs, in threads of one process."""

    def __init__(self, app: App, *, watcher: Watcher = watch) -> None:
        self._app = app
        self._watch = watcher
        self._stop = Event()
        self._threads = {mailbox.name: self._watcher(mailbox) for mailbox in app.settings.mailboxes}
        self._jobs = BackgroundScheduler(timezone=COUNCIL_ZONE)
        self._jobs.add_job(
            reconcile_now, "interval", args=(app,), seconds=RECONCILE_SECONDS, coalesce=True, max_instances=1
        )
        self._jobs.add_job(lapse_now, "interval", args=(app,), seconds=LAPSE_SECONDS, coalesce=True, max_instances=1)
        self._jobs.add_job(self.revive, "interval", seconds=REVIVE_SECONDS, coalesce=True, max_instances=1)

    def _watcher(self, mailbox: MailboxSettings) -> Thread:
        name = f"watch {mailbox.name}"
        return Thread(target=self._watch, args=(self._app, mailbox, self._stop), name=name, daemon=True)

    def revive(self) -> None:
        """Start a watcher again that a fault of ours has ended: a mailbox must not fall silent unseen."""
        for mailbox in self._app.settings.mailboxes:
            if not self._stop.is_set() and not self._threads[mailbox.name].is_alive():
                log.error("watcher_started_again", mailbox=mailbox.name)
                self._threads[mailbox.name] = self._watcher(mailbox)
                self._threads[mailbox.name].start()

    def start(self) -> None:
        reconcile_now(self._app)
        lapse_now(self._app)
        self._jobs.start()
        for thread in self._threads.values():
            thread.start()

    def stop(self) -> None:
        """Ask everything to end. What is cut short is taken up again at the next start, exactly once."""
        self._stop.set()
        self._jobs.shutdown(wait=False)
        for thread in self._threads.values():
            thread.join(timeout=3)
