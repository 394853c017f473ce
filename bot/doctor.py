"""The doctor: what would stop an installation from working, named in plain words with what to do about it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import audit
from bot.bootstrap import App, classifiers, mail_source, rule_book
from config.settings import MailboxSettings
from models.audit import moments_known
from models.calendar import council_day, holidays_run_out
from models.contact import RawMail, Shunt, Sighting, WatchedFolder
from models.enforcement import enforcement_is_on
from models.errors import EvenhandError
from models.in_force import restrictions_in_force
from models.migrations.guards import missing_guards
from models.policy_check import takes_no_decisions
from models.trail import UNREADABLE

LEAST_FREE = 1 << 30  # bytes: a day's mail with attachments, and room for the write-ahead log
CLOCK_SLACK = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Answer:
    """One thing that was looked at."""

    what: str
    ok: bool
    words: str


def examine(app: App) -> list[Answer]:
    """Look at everything. Never raises for what it finds, and changes nothing."""
    looks: list[tuple[str, Callable[[App], str]]] = [
        ("store", lambda a: ""),
        ("locks of the store", _locks),
        ("audit trail", _trail),
        ("restrictions", _restrictions),
        ("free disk", _disk),
        ("clock", _clock),
        ("bank holidays", lambda a: holidays_run_out(a.today)),
        ("classifiers", _artefacts),
        ("messages that could not be read", _shunted),
    ]
    answers = [_answer(what, look, app) for what, look in looks]
    answers.append(_policy(app))
    if not app.settings.mailboxes:
        answers.append(Answer("mailboxes", False, "none is set up yet: write a [mailbox.NAME] into evenhand.toml"))
    for mailbox in app.settings.mailboxes:
        answers += _mailbox(app, mailbox)
    return answers


def _policy(app: App) -> Answer:
    """A council may watch its mail under a policy by which it decides nothing; it should know that it does."""
    words = "" if app.rehearsal else takes_no_decisions(app.policy)
    return Answer("policy", True, f"nobody can be restricted under it: {words}" if words else "as it should be")


def _answer(what: str, look: Callable[[App], str], app: App) -> Answer:
    try:
        trouble = look(app)
    except EvenhandError as error:
        trouble = str(error)
    return Answer(what, not trouble, trouble or "as it should be")


def _locks(app: App) -> str:
    with app.engine.connect() as connection:
        missing = missing_guards(connection)
    if not missing:
        return ""
    return f"{len(missing)} of the database's guards were taken off ({missing[0]} ...): find out who did, and restore"


def _trail(app: App) -> str:
    with app.look() as session:
        found = audit.verify(session, app.seal)
    return "" if found.holds else found.in_words()


def _restrictions(app: App) -> str:
    with app.look() as session:
        found = restrictions_in_force(session, app.today, app.seal, app.policy.reviews_demanded)
    not_binding = (*found.doubtful, *found.set_aside)
    return "; ".join(f"restriction {number} is not acted upon: {why}" for number, why in not_binding)


def _disk(app: App) -> str:
    free = shutil.disk_usage(app.settings.home).free
    return "" if free >= LEAST_FREE else f"only {free // (1 << 20)} MB are free beside the store; make room"


def _clock(app: App) -> str:
    """A machine whose clock is behind its record would date new contacts wrongly, and restrict whom it must not."""
    if app.rehearsal:
        return ""
    with app.look() as session:
        latest = session.scalar(select(func.max(RawMail.kept_at)))
        known = _last_day_known(session, app.today)
    if known > app.today:
        return (
            f"the clock says {app.today:%-d %B %Y}, and something was recorded on {known:%-d %B %Y}: what was over by "
            "that day binds nobody. Set the clock right; or, if it is right now and was ahead then, say so: `evenhand "
            "enforce clock-is-right --reason ...`"
        )
    now = datetime.now(UTC)
    if latest is not None and latest > now + CLOCK_SLACK:
        return f"this machine's clock ({now:%Y-%m-%d %H:%M} UTC) is behind the last mail it kept: set it right"
    return ""


def _last_day_known(session: Session, today: date) -> date:
    try:
        return max((council_day(at) for _, at in moments_known(session)), default=today)
    except UNREADABLE:
        return today  # the look at the trail tells of it


def _artefacts(_: App) -> str:
    classifiers()
    return ""


def _shunted(app: App) -> str:
    with app.look() as session:
        number = session.scalar(select(func.count()).select_from(Shunt).where(Shunt.resolved_at.is_(None))) or 0
    return f"{number} wait in the queue's urgent lane for a person to read" if number else ""


def _mailbox(app: App, mailbox: MailboxSettings) -> Iterator[Answer]:
    name = f"mailbox {mailbox.name}"
    try:
        source = mail_source(app, mailbox)
        try:
            troubles = source.check()
        finally:
            source.close()
    except EvenhandError as error:
        troubles = [str(error)]
    yield Answer(name, not troubles, "; ".join(troubles) or "can be read")
    yield _silence(app, mailbox, name)
    if mailbox.enforce != "none":
        yield _rules(app, mailbox, name)


def _silence(app: App, mailbox: MailboxSettings, name: str) -> Answer:
    what = f"{name}: mail comes in"
    with app.look() as session:
        latest = session.scalar(select(func.max(Sighting.seen_at)).where(Sighting.mailbox == mailbox.name))
        read = session.scalar(select(func.max(WatchedFolder.read_at)).where(WatchedFolder.mailbox == mailbox.name))
    if read is None or latest is None:
        return Answer(what, True, "not watched yet: start `evenhand run`")
    hours = (app.clock.now() - latest) / timedelta(hours=1)
    quiet = hours > app.settings.silent_hours
    words = f"silent for {hours:.0f} hours: is the service running, is the password still good?" if quiet else "it does"
    return Answer(what, not quiet, words)


def _rules(app: App, mailbox: MailboxSettings, name: str) -> Answer:
    what = f"{name}: enforcement"
    try:
        book = rule_book(app, mailbox)
        troubles = book.check() if book is not None else []
    except EvenhandError as error:
        troubles = [str(error)]
    with app.look() as session:
        state = "on" if enforcement_is_on(session, app.seal) else "observing only, until `evenhand enforce on`"
    return Answer(what, not troubles, "; ".join(troubles) or state)
