"""Read settings and policies. What cannot be read is refused with the file, the key and the line."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path
from typing import TypeVar

from config.lines import line_of
from config.procedure import TABLES, read_procedure
from config.settings import (
    CouncilSettings,
    LetterSettings,
    MailboxSettings,
    NotifySettings,
    PagesSettings,
    Settings,
    SmtpServer,
    StoreSettings,
)
from models.errors import SettingsError
from models.policy import LaneRule, Policy, Threshold

HERE = Path(__file__).parent
POLICIES = HERE / "policies"
FILE_NAME = "evenhand.toml"

Table = dict[str, object]
T = TypeVar("T")
_KINDS = {"imap", "maildir", "folder"}
_SECURITY = {"tls", "starttls", "plain"}
_ENFORCE = {"sieve", "move", "none"}
_DEFAULT_PORTS = {"tls": 993, "starttls": 143, "plain": 143}
_SMTP_PORTS = {"tls": 465, "starttls": 587, "plain": 25}
_POSTAGE = {"first", "second", "economy"}


class TomlFile:
    """One TOML file, with errors that say where."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.text = path.read_text(encoding="utf-8")
        except OSError as error:
            raise SettingsError(f"{path}: cannot be read: {error.strerror}") from error
        except UnicodeDecodeError as error:
            line = path.read_bytes()[: error.start].count(b"\n") + 1
            raise SettingsError(f"{path}, line {line}: this is not UTF-8 text") from error
        try:
            self.table: Table = tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            raise SettingsError(f"{path}: {error}") from error

    def refuse(self, key: str, why: str) -> SettingsError:
        return SettingsError(f"{self.path}, line {line_of(self.text, key)}, key '{key}': {why}", key)

    def get(self, table: Table, prefix: str, key: str, kind: type[T], default: T) -> T:
        value = table.get(key, default)
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.refuse(f"{prefix}{key}", f"should be {_words(kind)}, not {value!r}")
        return value

    def strings(self, table: Table, prefix: str, key: str, default: tuple[str, ...]) -> tuple[str, ...]:
        value = table.get(key, list(default))
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            raise self.refuse(f"{prefix}{key}", "should be a list of texts")
        return tuple(value)

    def table_at(self, table: Table, key: str) -> Table:
        value = table.get(key, {})
        if not isinstance(value, dict):
            raise self.refuse(key, "should be a table")
        return value

    def tables_at(self, key: str) -> list[Table]:
        value = self.table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
            raise self.refuse(key, f"should be a list of tables, [[{key}]]")
        return value

    def only(self, table: Table, prefix: str, known: Table) -> None:
        for key in table:
            if key not in known:
                near = ", ".join(sorted(known))
                raise self.refuse(f"{prefix}{key}", f"there is no such setting here; there are: {near}")

    def whole(self, table: Table, prefix: str, keys: tuple[str, ...]) -> Table:
        """A table in which nothing may be left out, and nothing else may stand: what is silently assumed of a policy
        would bind people."""
        self.only(table, prefix, dict.fromkeys(keys))
        for key in keys:
            if key not in table:
                raise self.refuse(f"{prefix}{key}", "is missing; config/policies/general.toml says what it means")
        return table


def _words(kind: type) -> str:
    return {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}.get(kind, kind.__name__)


def load_settings(home: Path) -> Settings:
    """The council's settings in `home`, over the defaults. SettingsError names file, line and key."""
    defaults = TomlFile(HERE / "defaults.toml").table
    reader = TomlFile(home / FILE_NAME)
    reader.only(reader.table, "", {**{k: v for k, v in defaults.items() if k != "mailbox-defaults"}, "mailbox": {}})

    def section(name: str) -> tuple[Table, Table]:
        default, own = defaults[name], reader.table_at(reader.table, name)
        assert isinstance(default, dict)
        reader.only(own, f"{name}.", default)
        return {**default, **own}, own

    council, _ = section("council")
    store, _ = section("store")
    pages, _ = section("pages")
    watch, _ = section("watch")
    letters, _ = section("letters")
    smtp, _ = section("smtp")
    notify, _ = section("notify")
    url = reader.get(store, "store.", "url", str, "")
    return Settings(
        home=home,
        council=CouncilSettings(
            name=reader.get(council, "council.", "name", str, ""),
            domains=_lower(reader.strings(council, "council.", "domains", ())),
            members=_lower(reader.strings(council, "council.", "members", ())),
            authservs=_lower(reader.strings(council, "council.", "authservs", ())),
        ),
        store=StoreSettings(
            url=url or f"sqlite:///{home / 'evenhand.db'}",
            key_file=home / reader.get(store, "store.", "key_file", str, "audit.key"),
            cautionary_url=reader.get(store, "store.", "cautionary_url", str, "")
            or f"sqlite:///{home / 'cautionary.db'}",
        ),
        policy=reader.get(reader.table, "", "policy", str, str(defaults["policy"])),
        mailboxes=_mailboxes(reader, defaults),
        pages=PagesSettings(
            host=reader.get(pages, "pages.", "host", str, ""), port=reader.get(pages, "pages.", "port", int, 0)
        ),
        letters=LetterSettings(
            address=reader.strings(letters, "letters.", "address", ()),
            telephone=reader.get(letters, "letters.", "telephone", str, ""),
            email=reader.get(letters, "letters.", "email", str, ""),
            policy_pdf=_path(reader, letters, "letters.", "policy_pdf"),
        ),
        smtp=_smtp(reader, smtp),
        notify=NotifySettings(
            base_url=reader.get(notify, "notify.", "base_url", str, ""),
            key_file=_path(reader, notify, "notify.", "key_file"),
            email_template=reader.get(notify, "notify.", "email_template", str, ""),
            postage=_one_of(reader, notify, "notify.", "postage", _POSTAGE),
        ),
        silent_hours=reader.get(watch, "watch.", "silent_hours", float, 0.0),
        parse_seconds=reader.get(watch, "watch.", "parse_seconds", float, 0.0),
    )


def _lower(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(v.strip().lower() for v in values)


def _one_of(reader: TomlFile, table: Table, prefix: str, key: str, allowed: set[str]) -> str:
    value = reader.get(table, prefix, key, str, "")
    if value not in allowed:
        raise reader.refuse(prefix + key, f"should be one of {', '.join(sorted(allowed))}, not {value!r}")
    return value


def _path(reader: TomlFile, table: Table, prefix: str, key: str) -> Path | None:
    """A file, beside the settings unless its whole path is given."""
    value = reader.get(table, prefix, key, str, "")
    return (reader.path.parent / value) if value else None


def _smtp(reader: TomlFile, table: Table) -> SmtpServer:
    security = _one_of(reader, table, "smtp.", "security", _SECURITY)
    host, sender = (reader.get(table, "smtp.", key, str, "") for key in ("host", "sender"))
    if host and "@" not in sender:
        raise reader.refuse("smtp.sender", "letters by e-mail need the council's address that they come from")
    return SmtpServer(
        host=host,
        port=reader.get(table, "smtp.", "port", int, 0) or _SMTP_PORTS[security],
        security=security,
        username=reader.get(table, "smtp.", "username", str, ""),
        password_file=_path(reader, table, "smtp.", "password_file"),
        ca_file=_path(reader, table, "smtp.", "ca_file"),
        sender=sender,
    )


def _mailboxes(reader: TomlFile, defaults: Table) -> tuple[MailboxSettings, ...]:
    default = defaults["mailbox-defaults"]
    assert isinstance(default, dict)
    found = []
    for name, own in reader.table_at(reader.table, "mailbox").items():
        prefix = f"mailbox.{name}."
        if not isinstance(own, dict):
            raise reader.refuse(f"mailbox.{name}", "should be a table, [mailbox.NAME]")
        reader.only(own, prefix, default)
        found.append(_mailbox(reader, prefix, name, {**default, **own}))
    return tuple(found)


def _mailbox(reader: TomlFile, prefix: str, name: str, table: Table) -> MailboxSettings:
    def word(key: str, allowed: set[str]) -> str:
        return _one_of(reader, table, prefix, key, allowed)

    def path(key: str) -> Path | None:
        return _path(reader, table, prefix, key)

    kind, security = word("kind", _KINDS), word("security", _SECURITY)
    host = reader.get(table, prefix, "host", str, "")
    if kind == "imap" and not host:
        raise reader.refuse(prefix + "host", "an IMAP mailbox needs its host")
    if kind != "imap" and not table.get("path"):
        raise reader.refuse(prefix + "path", f"a mailbox of kind {kind} needs its path")
    return MailboxSettings(
        name=name,
        kind=kind,
        host=host,
        port=reader.get(table, prefix, "port", int, 0) or _DEFAULT_PORTS[security],
        security=security,
        username=reader.get(table, prefix, "username", str, ""),
        password_file=path("password_file"),
        ca_file=path("ca_file"),
        path=path("path"),
        folders=reader.strings(table, prefix, "folders", ("INBOX",)),
        sent=reader.get(table, prefix, "sent", str, ""),
        enforce=word("enforce", _ENFORCE),
        sieve_port=reader.get(table, prefix, "sieve_port", int, 0),
        poll_seconds=reader.get(table, prefix, "poll_seconds", float, 60.0),
    )


def load_policy(name: str, home: Path | None = None) -> Policy:
    """A policy by its file name in config/policies, or by the path of a .toml file (relative to `home`)."""
    return read_policy(TomlFile(policy_file(name, home)))


def read_policy(reader: TomlFile) -> Policy:
    """The policy that this file holds; SettingsError at the first key that cannot be read."""
    top = reader.whole(reader.table, "", ("name", "version", "decision", "mail", "flags", "lanes", *TABLES))
    decision = reader.whole(
        reader.table_at(top, "decision"),
        "decision.",
        ("bodies", "stages", "review_months", "longest_months", "diverting"),
    )
    mail = reader.whole(reader.table_at(top, "mail"), "mail.", ("folder", "never_restrict", "recent_days"))
    never = _lower(reader.strings(mail, "mail.", "never_restrict", ()))
    if not never:
        words = "somebody must stand here: members of Parliament, at least, are never restricted (INV-11)"
        raise reader.refuse("mail.never_restrict", words)
    return Policy(
        name=reader.get(top, "", "name", str, ""),
        version=reader.get(top, "", "version", str, ""),
        bodies=reader.strings(decision, "decision.", "bodies", ()),
        stages=reader.strings(decision, "decision.", "stages", ()),
        review_months=reader.get(decision, "decision.", "review_months", int, 0),
        longest_months=reader.get(decision, "decision.", "longest_months", int, 0),
        diverting=reader.strings(decision, "decision.", "diverting", ()),
        folder=reader.get(mail, "mail.", "folder", str, ""),
        thresholds=tuple(_threshold(reader, n, row) for n, row in enumerate(reader.tables_at("flags"), 1)),
        lanes=tuple(_lane(reader, n, row) for n, row in enumerate(reader.tables_at("lanes"), 1)),
        never_restrict=never,
        recent_days=reader.get(mail, "mail.", "recent_days", int, 0),
        procedure=read_procedure(reader, top, reader.strings(decision, "decision.", "bodies", ())),
        digest=hashlib.sha256(reader.path.read_bytes()).hexdigest(),
    )


def policy_file(name: str, home: Path | None = None) -> Path:
    """Where a policy stands; SettingsError if there is none of this name."""
    path = (home or Path()) / name if name.endswith(".toml") else POLICIES / f"{name}.toml"
    if not path.exists():
        known = ", ".join(sorted(p.stem for p in POLICIES.glob("*.toml")))
        raise SettingsError(f"there is no policy '{name}'; there are {known}, or give the path of a .toml file")
    return path


def _threshold(reader: TomlFile, number: int, row: Table) -> Threshold:
    prefix = f"flags[{number}]."
    row = reader.whole(row, prefix, ("flag", "about", "label", "at_least"))
    at_least = reader.get(row, prefix, "at_least", float, 0.0)
    if not 0 <= at_least <= 1:
        raise reader.refuse(f"{prefix}at_least", f"a score runs from 0 to 1; {at_least} is none")
    return Threshold(
        flag=reader.get(row, prefix, "flag", str, ""),
        about=reader.get(row, prefix, "about", str, ""),
        label=reader.get(row, prefix, "label", str, ""),
        at_least=at_least,
    )


def _lane(reader: TomlFile, number: int, row: Table) -> LaneRule:
    prefix = f"lanes[{number}]."
    row = reader.whole(row, prefix, ("lane", "when"))
    return LaneRule(lane=reader.get(row, prefix, "lane", str, ""), when=reader.strings(row, prefix, "when", ()))
