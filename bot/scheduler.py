"""When each verb runs by itself. Every job is safe to repeat, and is run once at the start."""

from __future__ import annotations

from threading import Event, Thread

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from bot.bootstrap import App, reconcile_all
from bot.watching import watch
from models.calendar import COUNCIL_ZONE
from models.errors import EvenhandError

log = structlog.get_logger()

RECONCILE_SECONDS = 60


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


class Service:
    """The watchers and the timed jobs, in threads of one process."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._stop = Event()
        self._threads = [
            Thread(target=watch, args=(app, mailbox, self._stop), name=f"watch {mailbox.name}", daemon=True)
            for mailbox in app.settings.mailboxes
        ]
        self._jobs = BackgroundScheduler(timezone=COUNCIL_ZONE)
        self._jobs.add_job(
            reconcile_now, "interval", args=(app,), seconds=RECONCILE_SECONDS, coalesce=True, max_instances=1
        )

    def start(self) -> None:
        reconcile_now(self._app)
        self._jobs.start()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Ask everything to end. What is cut short is taken up again at the next start, exactly once."""
        self._stop.set()
        self._jobs.shutdown(wait=False)
        for thread in self._threads:
            thread.join(timeout=3)
