# mypy: disable-error-code="no-untyped-call"
# imapclient carries no types of its own.
"""One IMAP connection: how it is made, kept, made again, and how its errors are put into our words."""

from __future__ import annotations

import imaplib
import ipaddress
import random
import re
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from imapclient import IMAPClient
from imapclient.exceptions import CapabilityError, LoginError, ProtocolError

from bot.mailbox.ports import MailboxError, MailboxRefused, MailboxUnavailable

Answer = TypeVar("Answer")

# RFC 5530: the server itself says that these pass. Microsoft's "Server Busy" and [THROTTLED] are of the same kind.
_PASSING = re.compile(r"\[(UNAVAILABLE|INUSE|SERVERBUG|LIMIT|THROTTLED|CONTACTADMIN)\b|server busy|temporary", re.I)
_LONGEST_DELAY = 300.0


class Security(StrEnum):
    """How the connection is kept private. NONE is for a server on this very machine only."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImapSettings:
    """Where a mailbox is and what in it is read.

    password / token  one of them; `token` is asked for a fresh XOAUTH2 access token at every login
    ca_file           a certificate authority to trust instead of the system's (councils have their own)
    folders           read as incoming mail
    sent              read as outgoing mail; None: the folder the server marks as \\Sent (RFC 6154)
    also              folders where diverted mail lies: incoming as well, and no fault when not there (yet)
    most_messages, most_bytes   bounds of one batch; a larger message comes alone
    poll_every        seconds between looks at folders that cannot wake us; below 29 minutes (RFC 2177)
    listed_at_once    how many messages are asked for their size at once; their UIDs must fit one line of 8,000 octets
    tries             how often to call in a row before saying that the server cannot be reached
    message_tries     how often to ask for a message the server fails on before going past it
    """

    host: str
    user: str
    port: int = 993
    security: Security = Security.TLS
    password: str = field(default="", repr=False)
    token: Callable[[], str] | None = field(default=None, repr=False)
    ca_file: Path | None = None
    folders: tuple[str, ...] = ("INBOX",)
    sent: tuple[str, ...] | None = None
    also: tuple[str, ...] = ()
    timeout: float = 60.0
    most_messages: int = 50
    most_bytes: int = 8 * 1024 * 1024
    listed_at_once: int = 500
    poll_every: float = 60.0
    tries: int = 4
    message_tries: int = 5

    def __post_init__(self) -> None:
        if not self.folders:
            raise ValueError("name at least one folder to read")
        if not 0 < self.poll_every < 29 * 60:
            raise ValueError("poll_every must lie above 0 and below 29 minutes: servers hang up on a longer IDLE")


@dataclass(frozen=True, slots=True)
class Opened:
    """What the server said when a folder was opened. 0 where it said nothing."""

    validity: str
    exists: int
    uidnext: int = 0
    modseq: int = 0


@contextmanager
def in_our_words(doing: str) -> Iterator[None]:
    """Every error of imaplib, imapclient, TLS and sockets as MailboxUnavailable or MailboxRefused.

    `doing` completes "could not ...".
    """
    try:
        yield
    except MailboxError:
        raise
    except LoginError as error:
        raise _login_error(_words(error)) from error
    except ssl.SSLCertVerificationError as error:
        problem = "The mail server's certificate cannot be trusted, so nothing was sent to it"
        raise MailboxRefused(problem, server=error.verify_message) from error
    except socket.gaierror as error:
        raise MailboxUnavailable("The mail server's name is not known to the network", server=str(error)) from error
    except TimeoutError as error:
        raise MailboxUnavailable(f"Could not {doing}: the server did not answer in time") from error
    except OSError as error:
        raise MailboxUnavailable(f"Could not {doing}: no connection", server=str(error)) from error
    except imaplib.IMAP4.readonly as error:
        raise MailboxRefused(f"Could not {doing}: the folder may only be read", server=_words(error)) from error
    except (imaplib.IMAP4.abort, ProtocolError) as error:
        raise MailboxUnavailable(f"Could not {doing}: the connection broke", server=_words(error)) from error
    except CapabilityError as error:
        raise MailboxRefused(f"Could not {doing}: the server cannot do that", server=_words(error)) from error
    except imaplib.IMAP4.error as error:
        kind = MailboxUnavailable if _PASSING.search(_words(error)) else MailboxRefused
        raise kind(f"Could not {doing}", server=_words(error)) from error
    except (ValueError, KeyError, IndexError) as error:
        # imapclient lets these through when a server's answer makes no sense to it. Their text may hold a letter's.
        raise MailboxUnavailable(f"Could not {doing}: the answer made no sense ({type(error).__name__})") from error


def _login_error(said: str) -> MailboxError:
    if _PASSING.search(said):
        return MailboxUnavailable("The mail server cannot check passwords just now", server=said)
    return MailboxRefused("The mail server did not accept the user name, password or token", server=said)


def _words(error: Exception) -> str:
    said = str(error)
    return said[2:-1] if said.startswith(("b'", 'b"')) else said


class Connection:
    """A connection that is made when it is first needed and made again when it broke. For one thread."""

    def __init__(self, settings: ImapSettings, *, sleep: Callable[[float], None]) -> None:
        self._settings = settings
        self._sleep = sleep
        self._client: IMAPClient | None = None
        self._selected: tuple[str, bool, Opened] | None = None
        self._failures = 0

    def run(self, doing: str, action: Callable[[IMAPClient], Answer]) -> Answer:
        """What `action` gives. If the connection breaks meanwhile, once more on a new one: so it must be repeatable."""
        client = self.open()
        try:
            return self._do(doing, client, action)
        except MailboxUnavailable:
            return self._do(doing, self.open(), action)

    def once(self) -> IMAPClient:
        """The connection, made without patience if there is none: for a person who waits for the answer."""
        if self._client is None:
            self._client = self._connect()
            self._failures = 0
        return self._client

    def open(self) -> IMAPClient:
        """The connection; calls again after 1, 2, 4 ... seconds (give or take half) before it gives up.

        After a refusal it does not call again by itself, and waits before the next attempt: servers lock accounts.
        """
        for last in [False] * (self._settings.tries - 1) + [True]:
            if self._client is None and self._failures:
                self._sleep(_delay(self._failures))
            try:
                return self.once()
            except MailboxError as error:
                self._failures += 1
                if last or isinstance(error, MailboxRefused):
                    raise
        raise AssertionError("unreachable")

    def examine(self, client: IMAPClient, folder: str, *, afresh: bool = False) -> Opened:
        """Open a folder for reading only: not even \\Recent changes."""
        return self._open_folder(client, folder, readonly=True, afresh=afresh)

    def select(self, client: IMAPClient, folder: str) -> Opened:
        """Open a folder so that messages in it can be moved."""
        return self._open_folder(client, folder, readonly=False, afresh=True)

    @property
    def selected(self) -> str:
        """The folder that is open, if any."""
        return self._selected[0] if self._selected else ""

    def drop(self) -> None:
        """Hang up without a word."""
        client, self._client, self._selected = self._client, None, None
        if client is not None:
            with suppress(OSError, imaplib.IMAP4.error):
                client.shutdown()

    def close(self) -> None:
        """Say goodbye and hang up."""
        if self._client is not None:
            with suppress(OSError, imaplib.IMAP4.error):
                self._client.logout()
        self.drop()

    def _do(self, doing: str, client: IMAPClient, action: Callable[[IMAPClient], Answer]) -> Answer:
        try:
            with in_our_words(doing):
                return action(client)
        except MailboxUnavailable:
            # Whether it broke or talked nonsense: what it would say next cannot be told from the last answer.
            self.drop()
            self._failures += 1
            raise

    def _open_folder(self, client: IMAPClient, folder: str, *, readonly: bool, afresh: bool) -> Opened:
        if self._selected and self._selected[:2] == (folder, readonly) and not afresh:
            return self._selected[2]
        self._selected = None
        said = client.select_folder(folder, readonly=readonly)
        opened = Opened(
            validity=str(said[b"UIDVALIDITY"]),
            exists=said[b"EXISTS"],
            uidnext=said.get(b"UIDNEXT", 0),
            modseq=said.get(b"HIGHESTMODSEQ", 0),
        )
        self._selected = (folder, readonly, opened)
        return opened

    def _connect(self) -> IMAPClient:
        settings = self._settings
        if settings.security is Security.NONE and not is_loopback(settings.host):
            raise MailboxRefused("Passwords and mail are not sent over an open network: use TLS or STARTTLS")
        client: IMAPClient | None = None
        try:
            with in_our_words("reach the mail server"):
                client = self._call()
            with in_our_words("sign in to the mail server"):
                self._login(client)
        except MailboxError:
            if client is not None:
                with suppress(OSError, imaplib.IMAP4.error):
                    client.shutdown()
            raise
        client.normalise_times = False
        return client

    def _call(self) -> IMAPClient:
        settings = self._settings
        cafile = str(settings.ca_file) if settings.ca_file else None
        context = ssl.create_default_context(cafile=cafile)
        if settings.security is Security.TLS:
            return IMAPClient(settings.host, settings.port, ssl=True, ssl_context=context, timeout=settings.timeout)
        client = IMAPClient(settings.host, settings.port, ssl=False, timeout=settings.timeout)
        if settings.security is Security.STARTTLS:
            try:
                client.starttls(context)
            except BaseException:
                client.shutdown()
                raise
        return client

    def _login(self, client: IMAPClient) -> None:
        if self._settings.token is not None:
            client.oauth2_login(self._settings.user, self._settings.token())
        else:
            client.login(self._settings.user, self._settings.password)


def is_loopback(host: str) -> bool:
    """Whether `host` is this very machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _delay(failures: int) -> float:
    # Jitter, so that many watchers do not all call at once when a server comes back.
    full = min(2.0 ** (failures - 1), _LONGEST_DELAY)
    return full * random.uniform(0.5, 1.5)  # nothing secret hangs on it
