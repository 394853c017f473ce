"""Settings in, App out: the one place that reads `config` and builds things."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from bot import store as stores
from bot.casework.decisions import check_policy
from bot.work import SERVICE, Actor, Clock, SystemClock, Work, begin
from config.load import FILE_NAME, load_policy, load_settings
from config.settings import Settings
from models.errors import NotAllowed, NotFound, Refused, SettingsError
from models.officer import Officer
from models.policy import Policy
from models.store import Store, StoreKind

Seal = Callable[[str], str]


@dataclass
class App:
    """Everything a door needs. Made by `open_app`; closed with `close`."""

    settings: Settings
    policy: Policy
    engine: Engine
    store: Store
    clock: Clock
    seal: Seal

    def begin(self, actor: Actor) -> AbstractContextManager[Work]:
        """One piece of work, saved whole with its audit notes or not at all."""
        return begin(self.engine, actor, self.clock, self.seal)

    def look(self) -> Session:
        """A session for reading only: what it changes is never committed."""
        return Session(self.engine)

    def officer(self, username: str) -> Actor:
        """The actor for an officer by username; NotFound or NotAllowed in plain words."""
        with self.look() as session:
            officer = session.scalar(select(Officer).where(Officer.username == username))
        if officer is None:
            raise NotFound(f"there is no officer '{username}'; `evenhand officer list` shows who there is")
        if not officer.active:
            raise NotAllowed(f"{username} is no longer active here")
        return Actor(officer.username, officer.permissions())

    @property
    def rehearsal(self) -> bool:
        return self.store.kind is StoreKind.REHEARSAL

    def close(self) -> None:
        self.engine.dispose()


def sealer(key_file: Path) -> Seal:
    """HMAC-SHA256 with the key kept outside the database."""
    try:
        key = bytes.fromhex(key_file.read_text().strip())
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"{key_file}: the key that seals the audit trail cannot be read; put back the copy that you kept"
        ) from error
    return lambda text: hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def open_app(home: Path, *, at: datetime | None = None) -> App:
    """The App of a store's folder. `at` puts the clock of a rehearsal; a real store refuses it."""
    settings = load_settings(home)
    policy = load_policy(settings.policy, home)
    check_policy(policy)
    engine, store = stores.open_store(settings.store.url)
    if at is not None:
        try:
            stores.put_clock(store, engine, at)
        except Refused:
            engine.dispose()
            raise
    clock = stores.clock_of(store, engine)
    return App(settings, policy, engine, store, clock, sealer(settings.store.key_file))


def make_store(home: Path, *, kind: StoreKind, settings_text: str) -> None:
    """Write the settings and the key, make the tables, and say for ever what kind of store this is.

    Refused if there is one already: a real store is never turned into a rehearsal one, nor back.
    """
    home.mkdir(parents=True, exist_ok=True)
    settings_file = home / FILE_NAME
    if not settings_file.exists():
        settings_file.write_text(settings_text, encoding="utf-8")
    settings = load_settings(home)
    check_policy(load_policy(settings.policy, home))
    _refuse_second(settings)
    _make_key(settings.store.key_file)
    engine = stores.engine_for(settings.store.url)
    try:
        stores.make_tables(engine)
        with begin(engine, SERVICE, SystemClock(), sealer(settings.store.key_file)) as work:
            if work.session.get(Store, 1) is not None:
                raise Refused("there is a store here already")
            store = Store(id=1, kind=kind, council=settings.council.name, made_at=work.now)
            work.session.add(store)
            work.note("store.made", store, kind=kind.value)
    finally:
        engine.dispose()


def _refuse_second(settings: Settings) -> None:
    try:
        engine, store = stores.open_store(settings.store.url)
    except stores.StoreError:
        return
    engine.dispose()
    raise Refused(
        f"there is a {store.kind.value} store here already, and it stays what it is: a real store is never turned "
        "into a rehearsal one, nor back. Choose another folder with --home"
    )


def _make_key(path: Path) -> None:
    if path.exists():
        return
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as handle:
        handle.write(secrets.token_hex(32) + "\n")
