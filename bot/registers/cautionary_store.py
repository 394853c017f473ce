"""The cautionary store: a database of its own, made when it is first used (LC-08, INV-19).

It is sealed with the same key as the council's record, kept at the same clock, and holds nothing of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from bot.audit import Kept, never_taken_out
from bot.store import StoreError, engine_for
from bot.work import SERVICE, Actor, Clock, Work, begin
from models.cautionary import CautionaryVersion, made_by
from models.cautionary_standing import KINDS
from models.errors import SettingsError
from models.migrations import cautionary as steps
from models.migrations.guards import missing_guards


@contextmanager
def cautionary_work(
    url: str, actor: Actor, clock: Clock, seal: Callable[[str], str], *, beside: str, kind: str
) -> Iterator[Work]:
    """One piece of work in the cautionary store, saved whole with its notes or not at all.

    `beside`: the URL of the council's record, which must be another database; `kind`: real or rehearsal, as that is.
    """
    if _place(make_url(url)) == _place(make_url(beside)):
        raise SettingsError(
            "store.cautionary_url: the cautionary register is kept in a database of its own, never in the council's "
            "record"
        )
    _for_the_service_alone(make_url(url))
    engine = engine_for(url)
    try:
        _made_ready(engine, clock, seal, kind)
        with begin(engine, actor, clock, seal) as work:
            yield work
    finally:
        engine.dispose()


def _place(url: URL) -> tuple[object, ...]:
    if url.get_backend_name() == "sqlite":
        return ("sqlite", Path(url.database or "").resolve())
    return url.get_backend_name(), url.host or "", url.port, url.database


def _for_the_service_alone(url: URL) -> None:
    """A new file is readable by nobody else on this machine; its journal takes the same rights from it."""
    if url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:":
        path = Path(url.database)
        if not path.exists():
            path.touch(mode=0o600)


def _made_ready(engine: Engine, clock: Clock, seal: Callable[[str], str], kind: str) -> None:
    """Make it where there is nothing, bring it up where it is older; refuse it where it is not ours."""
    try:
        with engine.connect() as connection:
            had, empty = steps.version(connection), steps.is_empty(connection)
    except OperationalError as error:
        raise StoreError(f"the cautionary store cannot be opened: {error.orig}") from error
    if had > steps.NEWEST:
        raise StoreError(f"the cautionary store is at version {had}, newer than this program; use the newer program")
    if had == 0 and not empty:
        raise StoreError("store.cautionary_url: this database holds something else; the cautionary store needs its own")
    if had < steps.NEWEST:
        _brought_up(engine, clock, seal, kind, made=had == 0)
    with Session(engine) as session:
        found = made_by(session, seal)
    if found is None:
        raise StoreError("the cautionary store was not sealed with this key, or its first entry was changed")
    if found != kind:
        raise StoreError(f"this cautionary store belongs to a {found} store, and this one is a {kind} store")


def _brought_up(engine: Engine, clock: Clock, seal: Callable[[str], str], kind: str, *, made: bool) -> None:
    # In one work: a store that was made and says nothing of itself would be refused for ever.
    with begin(engine, SERVICE, clock, seal) as work:
        steps.upgrade(work.session.connection())
        newest = work.session.get_one(CautionaryVersion, steps.NEWEST)
        verb = "cautionary.made" if made else "cautionary.upgraded"
        work.note(verb, newest, kind=kind)


def cautionary_guards_off(connection: Connection) -> list[str]:
    """Names of the store's guards that are not in place as they were made."""
    return missing_guards(connection, steps.cautionary_guards(connection.dialect.name))


KEPT = Kept(cautionary_guards_off, KINDS, never_taken_out(steps.TABLES))
"""What this store must hold, for `bot.audit.verify`."""
