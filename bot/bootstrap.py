"""Settings in, App out: the one place that reads `config` and builds things."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot import store as stores
from bot.casework.decisions import check_policy
from bot.casework.ready import goes_on_under
from bot.enforcement.apply import Done, reconcile
from bot.intake.worker import Parser
from bot.letters.render import Letterhead
from bot.mailbox.folders import EmlSource, MaildirSource, open_folder
from bot.mailbox.imap import ImapSettings, ImapSource, Security
from bot.mailbox.imap_connection import is_loopback
from bot.mailbox.mbox import MboxSource
from bot.mailbox.ports import RuleBook
from bot.mailbox.rules.managesieve import SieveServer
from bot.mailbox.rules.sieve import SieveRuleBook
from bot.mailbox.smtp import SmtpPostman, SmtpSettings
from bot.mailbox.stamps import by_folder_or_sender
from bot.registers.cautionary_store import cautionary_work
from bot.work import SERVICE, Actor, Clock, SystemClock, Work, begin
from classifiers.base import Classifier
from config.first import settings_text as settings_text
from config.load import FILE_NAME, load_policy, load_settings
from config.settings import MailboxSettings, Settings
from models.calendar import council_day
from models.errors import Refused, SettingsError
from models.message import Message
from models.migrations import upgrade as migrations
from models.policy import Policy
from models.prints import backlog
from models.store import Store, StoreKind

if TYPE_CHECKING:
    from bot.ahead import Ahead
    from bot.mailbox.notify import NotifyPost
    from bot.pipeline import Council, Pipeline

Seal = Callable[[str], str]
T = TypeVar("T")

_SHORTEST_KEY = 32  # bytes; an emptied key file must not seal anything


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

    def cautionary(self, actor: Actor) -> AbstractContextManager[Work]:
        """One piece of work in the cautionary store, which is a database apart and made when it is first used."""
        store = self.settings.store
        return cautionary_work(
            store.cautionary_url, actor, self.clock, self.seal, beside=store.url, kind=self.store.kind.value
        )

    def look(self) -> Session:
        """A session for reading only: what it changes is never committed."""
        return Session(self.engine)

    def officer(self, username: str) -> Actor:
        """The actor for an officer by username; NotFound or NotAllowed in plain words."""
        from bot.officers import actor_of

        with self.look() as session:
            return actor_of(session, username, self.seal)

    @property
    def today(self) -> date:
        """The council's day."""
        return council_day(self.clock.now())

    @property
    def rehearsal(self) -> bool:
        return self.store.kind is StoreKind.REHEARSAL

    def close(self) -> None:
        self.engine.dispose()


def sealer(key_file: Path) -> Seal:
    """HMAC-SHA256 with the key kept outside the database."""
    try:
        key = bytes.fromhex(key_file.read_text().strip())
        if len(key) < _SHORTEST_KEY:
            raise ValueError("too short")
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
    seal = sealer(settings.store.key_file)
    engine, store = stores.open_store(settings.store.url)
    try:
        if not stores.has_its_key(engine, seal):
            raise SettingsError(f"{settings.store.key_file}: this is not the key of this store; put back its own")
        with Session(engine) as session:
            goes_on_under(session, policy)
        if at is not None:
            stores.put_clock(store, engine, at)
    except BaseException:
        engine.dispose()
        raise
    return App(settings, policy, engine, store, stores.clock_of(store, engine), seal)


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


def upgrade_store(
    home: Path, *, seen: Callable[[int, int], None] = lambda done, of: None
) -> tuple[str | None, str | None]:
    """Run the migrations a store has not had: its version before and after.

    A large store has its letters' prints made then, which takes minutes: `seen(done, all)` is called meanwhile. Ended
    half-way it goes on where it was when it is called again.
    """
    settings = load_settings(home)
    engine = stores.engine_for(settings.store.url)
    try:
        with stores.migrating(engine) as connection:
            before = migrations.version(connection)
            if before is None:
                raise Refused("this database holds no Evenhand store; make one with `evenhand init`")
            migrations.upgrade(connection)
            after = migrations.version(connection)
        _make_prints(engine, settings, seen)
        return before, after
    finally:
        engine.dispose()


def _make_prints(engine: Engine, settings: Settings, seen: Callable[[int, int], None]) -> None:
    from bot.triage.backlog import fill_some
    from classifiers.prints import prints_to_keep

    seal, most = sealer(settings.store.key_file), 0
    while True:
        with begin(engine, SERVICE, SystemClock(), seal) as work:
            if backlog(work.session) is None:
                return
            left = fill_some(work, prints_to_keep)
        most = max(most, left)
        seen(most - left, most)


# --- parts that are built from settings ---


def council_of(app: App) -> Council:
    from bot.pipeline import Council

    return Council(app.settings.council.domains, app.settings.council.members)


@contextmanager
def pipeline(app: App, *, clock: Clock | None = None) -> Iterator[Pipeline]:
    """The first steps over one message, with a parsing process of its own, ended with the block.

    `clock` stands in for the store's own: replay works at the time of each message. What a message says by itself is
    read on another thread while the store is asked who wrote it.
    """
    from concurrent.futures import ThreadPoolExecutor

    from bot.pipeline import Pipeline
    from classifiers.reading import read_beforehand

    trusted = frozenset(app.settings.council.authservs)
    with (
        Parser(trusted_authservs=trusted, seconds=app.settings.parse_seconds) as parser,
        ThreadPoolExecutor(1, thread_name_prefix="words") as words,
    ):
        yield Pipeline(
            begin=lambda: begin(app.engine, SERVICE, clock or app.clock, app.seal),
            reader=parser,
            classifiers=classifiers(),
            final_answer=is_final,
            policy=app.policy,
            council=council_of(app),
            beforehand=lambda message: words.submit(read_beforehand, message),
        )


@contextmanager
def long_work(app: App, *, clock: Clock | None = None) -> Iterator[Ahead]:
    """As `pipeline`, for many messages that are known beforehand: the next few are parsed and read meanwhile."""
    from bot.ahead import Ahead
    from bot.elsewhere import reading_elsewhere
    from classifiers.reading import read_beforehand

    with reading_elsewhere(), pipeline(app, clock=clock) as line, Ahead(line, read_beforehand) as ahead:
        yield ahead


def in_advance(singles: Iterable[T], message_of: Callable[[T], Message]) -> Iterator[T]:
    """The same single messages, in order; the words of the next few are read meanwhile."""
    from classifiers.ahead import ahead
    from classifiers.reading import read_beforehand

    classifiers()  # loaded before several threads ask for them
    return ahead(singles, lambda one: read_beforehand(message_of(one)))


@cache
def classifiers() -> tuple[Classifier, ...]:
    """Every classifier, loaded once: what the words say, then what they say in the light of what was said before."""
    # Loaded on demand: scikit-learn takes a second, and most commands look at no message.
    from classifiers.history import history_classifiers
    from classifiers.words import word_classifiers

    return (*word_classifiers(), *history_classifiers())


def is_final(own: str) -> bool:
    """Whether a reply of the council reads like its last word on a matter."""
    from classifiers.answers import fitted as final_answers

    return final_answers().is_final(own)


def mail_source(app: App, mailbox: MailboxSettings) -> ImapSource | EmlSource | MaildirSource | MboxSource:
    """The mailbox that these settings describe, not yet connected."""
    if mailbox.path is not None and mailbox.kind != "imap":
        return open_folder(mailbox.path, which_way=by_folder_or_sender())
    return ImapSource(
        mailbox.name,
        ImapSettings(
            host=mailbox.host,
            port=mailbox.port,
            user=mailbox.username,
            password=password_of(mailbox),
            security=Security.NONE if mailbox.security == "plain" else Security(mailbox.security),
            ca_file=mailbox.ca_file,
            folders=mailbox.folders,
            sent=(mailbox.sent,) if mailbox.sent else None,
            also=(app.policy.folder,),
            poll_every=mailbox.poll_seconds,
        ),
    )


def password_of(mailbox: MailboxSettings) -> str:
    """From EVENHAND_PASSWORD_<NAME>, else from the password file; SettingsError if there is neither."""
    return _secret(mailbox.name, mailbox.password_file, f"mailbox.{mailbox.name}")


def _secret(name: str, file: Path | None, where: str = "") -> str:
    variable = f"EVENHAND_PASSWORD_{name.upper().replace('-', '_')}"
    if variable in os.environ:
        return os.environ[variable]
    if file is None:
        raise SettingsError(f"{where or name}: give password_file, or set {variable}")
    try:
        return file.read_text(encoding="utf-8").strip("\r\n")
    except OSError as error:
        raise SettingsError(f"{where or name}: the password file cannot be read: {error.strerror}") from error


def letterhead(app: App) -> Letterhead:
    """What stands at the head of the council's letters."""
    given = app.settings.letters
    return Letterhead(
        name=app.settings.council.name,
        address=given.address,
        telephone=given.telephone,
        email=given.email,
        policy=app.policy.called,
    )


def policy_document(app: App) -> bytes | None:
    """The council's own policy as a PDF, to go with letters; None where the settings name none."""
    path = app.settings.letters.policy_pdf
    if path is None:
        return None
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SettingsError(f"letters.policy_pdf: {path} cannot be read: {error.strerror}") from error
    if not content.startswith(b"%PDF-"):
        raise SettingsError(f"letters.policy_pdf: {path} is not a PDF")
    return content


def postman(app: App) -> SmtpPostman:
    """The council's mail server, for letters by e-mail. A rehearsal sends to this machine only."""
    server = app.settings.smtp
    if not server.host:
        raise SettingsError("no letter goes by e-mail from here: set smtp.host and smtp.sender")
    if app.rehearsal and not is_loopback(server.host):
        raise Refused("a rehearsal never sends to a mail server that is not on this machine; change smtp.host")
    return SmtpPostman(
        SmtpSettings(
            host=server.host,
            port=server.port,
            security=Security.NONE if server.security == "plain" else Security(server.security),
            user=server.username,
            password=_secret("smtp", server.password_file) if server.username else "",
            ca_file=server.ca_file,
        ),
        clock=app.clock.now,
    )


def notify_post(app: App) -> NotifyPost:
    """GOV.UK Notify with the council's key. A rehearsal uses a stand-in on this machine only."""
    from bot.mailbox.notify import NotifyAccount, NotifyPost  # its client takes half a second to load

    given = app.settings.notify
    if given.key_file is None:
        raise SettingsError("GOV.UK Notify is not used here: set notify.key_file")
    if app.rehearsal and not is_loopback(urlsplit(given.base_url).hostname or ""):
        raise Refused("a rehearsal never sends by GOV.UK Notify; set notify.base_url to a stand-in on this machine")
    account = NotifyAccount(
        base_url=given.base_url,
        key=_secret("notify", given.key_file),
        email_template=given.email_template,
        postage=given.postage,
    )
    return NotifyPost(account)


def rule_book(app: App, mailbox: MailboxSettings) -> RuleBook | None:
    """The server's rules where the server diverts by itself (Sieve); None where the service moves, or only observes."""
    if mailbox.enforce != "sieve":
        return None
    _on_this_machine_if_rehearsal(app, mailbox)
    password = password_of(mailbox)
    return SieveRuleBook(
        SieveServer(
            host=mailbox.host,
            user=mailbox.username,
            secret=lambda: password,
            port=mailbox.sieve_port,
            ca_file=mailbox.ca_file,
            cleartext_loopback=mailbox.security == "plain",
        ),
        name=mailbox.name,
        own_mail_server=next((a for a in app.settings.council.authservs if "*" not in a), ""),
    )


def moves(app: App, mailbox: MailboxSettings) -> bool:
    """Whether the service itself moves messages in this mailbox."""
    if mailbox.kind != "imap" or mailbox.enforce == "none":
        return False
    _on_this_machine_if_rehearsal(app, mailbox)
    return True


def _on_this_machine_if_rehearsal(app: App, mailbox: MailboxSettings) -> None:
    if app.rehearsal and not is_loopback(mailbox.host):
        raise Refused(
            f"mailbox.{mailbox.name}: a rehearsal never acts on a mail server that is not on this machine; "
            'set enforce = "none"'
        )


def reconcile_all(app: App) -> list[Done]:
    """Bring every server's rules into line with the decisions; what each answered."""

    def service() -> AbstractContextManager[Work]:
        return app.begin(SERVICE)

    books = [rule_book(app, mailbox) for mailbox in app.settings.mailboxes]
    return [reconcile(service, book, app.policy, app.settings.council.domains) for book in books if book is not None]
