"""Settings as values. What each key means stands in config/defaults.toml, key by key."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class CouncilSettings:
    name: str
    domains: tuple[str, ...]
    members: tuple[str, ...]
    authservs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StoreSettings:
    url: str
    key_file: Path
    cautionary_url: str


@dataclass(frozen=True, slots=True)
class MailboxSettings:
    """One watched mailbox. `kind`: imap, maildir, or folder (of .eml files); `enforce`: sieve, move or none."""

    name: str
    kind: str
    host: str
    port: int
    security: str
    username: str
    password_file: Path | None
    ca_file: Path | None
    path: Path | None
    folders: tuple[str, ...]
    sent: str
    enforce: str
    sieve_port: int
    poll_seconds: float


@dataclass(frozen=True, slots=True)
class PagesSettings:
    host: str
    port: int


@dataclass(frozen=True, slots=True)
class LetterSettings:
    """What stands at the head of letters, and the policy document that goes with them."""

    address: tuple[str, ...]
    telephone: str
    email: str
    policy_pdf: Path | None


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """The council's own mail server, to which letters by e-mail are handed. No `host`: none are."""

    host: str
    port: int
    security: str
    username: str
    password_file: Path | None
    ca_file: Path | None
    sender: str


@dataclass(frozen=True, slots=True)
class NotifySettings:
    """GOV.UK Notify. No `key_file`: it is not used."""

    base_url: str
    key_file: Path | None
    email_template: str
    postage: str


@dataclass(frozen=True, slots=True)
class Settings:
    home: Path
    council: CouncilSettings
    store: StoreSettings
    policy: str
    mailboxes: tuple[MailboxSettings, ...]
    pages: PagesSettings
    letters: LetterSettings
    smtp: SmtpServer
    notify: NotifySettings
    silent_hours: float
    parse_seconds: float
