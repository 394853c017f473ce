"""ManageSieve (RFC 5804), the eight commands we need, with every byte of other people's scripts kept as it was.

Why not sievelib's client: it cannot be given a council's own certificate authority, changes line ends and the last
line of the scripts it reads and writes, and keeps what a man in the middle slips in before STARTTLS. There is no
RENAMESCRIPT here, and DELETESCRIPT is for our own script only.
"""

from __future__ import annotations

import base64
import ipaddress
import re
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import TracebackType

from bot.mailbox.ports import MailboxRefused, MailboxUnavailable

_TOKEN = re.compile(rb'\s*(?:"((?:[^"\\]|\\.)*)"|\{(\d+)\+?\}$|([()])|([^\s()"{]+))')
_LONGEST_LINE = 65_536
_LARGEST_SCRIPT = 8 * 1024 * 1024


class Mechanism(StrEnum):
    """How to sign in (SASL)."""

    PLAIN = "PLAIN"
    XOAUTH2 = "XOAUTH2"


@dataclass(frozen=True, slots=True)
class SieveServer:
    """Where the scripts are kept and who we are there.

    secret              gives the password, or for XOAUTH2 an access token fresh enough to be used now
    ca_file             the authority that signed the server's certificate, where it is not a public one
    cleartext_loopback  allow no TLS, but only to this very machine: for tests and a proxy beside us
    timeout             seconds to wait for any one answer
    """

    host: str
    user: str
    secret: Callable[[], str]
    port: int = 4190
    mechanism: Mechanism = Mechanism.PLAIN
    ca_file: Path | None = None
    cleartext_loopback: bool = False
    timeout: float = 30.0


@dataclass(frozen=True, slots=True)
class _Token:
    value: bytes
    is_text: bool  # quoted or literal, as opposed to a bare word

    def says(self, *words: bytes) -> bool:
        return not self.is_text and self.value.upper() in words


class ManageSieve:
    """One signed-in connection; use it in a `with`.

    MailboxUnavailable: could not be reached, hung up, answered nonsense, asks to try later.
    MailboxRefused: no TLS, a certificate we do not trust, credentials, a script with a mistake, no room.
    """

    def __init__(self, server: SieveServer) -> None:
        self._server = server
        self._unread = b""
        self._offered: dict[str, str] = {}
        try:
            self._socket = socket.create_connection((server.host, server.port), timeout=server.timeout)
        except OSError as error:
            raise MailboxUnavailable("the rules server cannot be reached", server=str(error)) from error
        try:
            self._greet()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> ManageSieve:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with suppress(MailboxRefused, MailboxUnavailable):
            self._command(b"LOGOUT")
        self.close()

    def close(self) -> None:
        self._socket.close()

    @property
    def extensions(self) -> frozenset[str]:
        """The Sieve extensions on offer, e.g. 'fileinto', 'date', 'include'."""
        return frozenset(self._offered.get("SIEVE", "").split())

    def scripts(self) -> tuple[tuple[str, ...], str]:
        """All scripts' names in the server's order, and the active one's ("" for none)."""
        rows, _ = self._command(b"LISTSCRIPTS")
        names = tuple(_decoded(row[0].value) for row in rows)
        active = [_decoded(row[0].value) for row in rows if any(token.says(b"ACTIVE") for token in row[1:])]
        return names, active[0] if active else ""

    def get(self, name: str) -> bytes:
        rows, _ = self._command(b"GETSCRIPT", _encoded(name))
        if len(rows) != 1 or not rows[0][0].is_text:
            raise MailboxUnavailable("the rules server did not give the script it was asked for")
        return rows[0][0].value

    def put(self, name: str, content: bytes) -> str:
        """Have the server check a script and keep it under this name; if it is the active one it acts from now on."""
        if "VERSION" in self._offered:
            self._command(b"CHECKSCRIPT", content)
        return self._command(b"PUTSCRIPT", _encoded(name), content)[1]

    def activate(self, name: str) -> str:
        """Make this the one active script; "" for none."""
        return self._command(b"SETACTIVE", _encoded(name))[1]

    def delete(self, name: str) -> str:
        return self._command(b"DELETESCRIPT", _encoded(name))[1]

    def _greet(self) -> None:
        self._read_capabilities()
        if "STARTTLS" in self._offered:
            self._start_tls()
        elif not (self._server.cleartext_loopback and _is_loopback(self._socket)):
            raise MailboxRefused("the rules server offers no TLS, and a password is never sent in the clear")
        self._sign_in()
        self._command_capabilities()

    def _start_tls(self) -> None:
        context = _tls(self._server.ca_file)
        self._command(b"STARTTLS")
        if self._unread:  # words put in before the encryption began are nobody's we know (CVE-2011-0411)
            raise MailboxUnavailable("something spoke between us and the rules server before TLS began")
        try:
            self._socket = context.wrap_socket(self._socket, server_hostname=self._server.host)
        except ssl.SSLCertVerificationError as error:
            raise MailboxRefused("the rules server's certificate is not trusted", server=str(error)) from error
        except OSError as error:
            raise MailboxUnavailable("TLS with the rules server failed", server=str(error)) from error
        self._read_capabilities()

    def _sign_in(self) -> None:
        mechanism = self._server.mechanism
        if mechanism not in self._offered.get("SASL", "").upper().split():
            raise MailboxRefused(f"the rules server does not take {mechanism} sign-in")
        user, secret = self._server.user, self._server.secret()
        first = f"\0{user}\0{secret}" if mechanism is Mechanism.PLAIN else f"user={user}\1auth=Bearer {secret}\1\1"
        self._command(b"AUTHENTICATE", mechanism.encode(), base64.b64encode(first.encode()))

    def _read_capabilities(self) -> None:
        self._keep_capabilities(self._answer("greeting")[0])

    def _command_capabilities(self) -> None:
        self._keep_capabilities(self._command(b"CAPABILITY")[0])

    def _keep_capabilities(self, rows: list[list[_Token]]) -> None:
        self._offered = {_decoded(row[0].value).upper(): _decoded(row[1].value) if len(row) > 1 else "" for row in rows}

    def _command(self, name: bytes, *arguments: bytes) -> tuple[list[list[_Token]], str]:
        line = name + b"".join(b" " + _argument(argument) for argument in arguments) + b"\r\n"
        try:
            self._socket.sendall(line)
        except OSError as error:
            raise MailboxUnavailable("the rules server hung up", server=str(error)) from error
        return self._answer(name.decode())

    def _answer(self, to: str) -> tuple[list[list[_Token]], str]:
        """All rows before the OK, and the words with it."""
        rows: list[list[_Token]] = []
        while True:
            row = self._row()
            if not row:
                continue
            if row[0].says(b"OK"):
                return rows, _words(row)
            if row[0].says(b"BYE"):
                raise MailboxUnavailable("the rules server hung up", server=_words(row))
            if row[0].says(b"NO"):
                raise _refusal(to, row)
            rows.append(row)
            if to == "AUTHENTICATE":  # a challenge, which here only tells why the token was no good: give up
                self._send_cancel()

    def _send_cancel(self) -> None:
        try:
            self._socket.sendall(b'"*"\r\n')
        except OSError as error:
            raise MailboxUnavailable("the rules server hung up", server=str(error)) from error

    def _row(self) -> list[_Token]:
        """One logical line as its tokens, literals read whole."""
        tokens: list[_Token] = []
        line = self._line()
        at = 0
        while line[at:].strip():
            found = _TOKEN.match(line, at)
            if found is None:
                raise MailboxUnavailable("the rules server answered something that is not ManageSieve")
            quoted, size, paren, word = found.groups()
            at = found.end()
            if quoted is not None:
                tokens.append(_Token(re.sub(rb"\\(.)", rb"\1", quoted, flags=re.DOTALL), is_text=True))
            elif size is not None:
                tokens.append(_Token(self._exactly(int(size)), is_text=True))
                line, at = self._line(), 0
            else:
                tokens.append(_Token(paren or word, is_text=False))
        return tokens

    def _line(self) -> bytes:
        while b"\r\n" not in self._unread:
            if len(self._unread) > _LONGEST_LINE:
                raise MailboxUnavailable("the rules server sent a line without an end")
            self._receive()
        line, _, self._unread = self._unread.partition(b"\r\n")
        return line

    def _exactly(self, size: int) -> bytes:
        if size > _LARGEST_SCRIPT:
            raise MailboxUnavailable(f"the rules server sent a script of {size} bytes, more than we read")
        while len(self._unread) < size:
            self._receive()
        block, self._unread = self._unread[:size], self._unread[size:]
        return block

    def _receive(self) -> None:
        try:
            data = self._socket.recv(65_536)
        except OSError as error:
            raise MailboxUnavailable("the rules server does not answer", server=str(error)) from error
        if not data:
            raise MailboxUnavailable("the rules server hung up")
        self._unread += data


def _tls(ca_file: Path | None) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        raise MailboxRefused("the file of certificate authorities cannot be read", server=str(error)) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _argument(value: bytes) -> bytes:
    return b"{%d+}\r\n%s" % (len(value), value)


def _decoded(value: bytes) -> str:
    return value.decode("utf-8", "surrogateescape")


def _encoded(name: str) -> bytes:
    return name.encode("utf-8", "surrogateescape")


def _words(row: list[_Token]) -> str:
    return " ".join(token.value.decode("utf-8", "replace").strip() for token in row[1:] if token.is_text)


def _refusal(to: str, row: list[_Token]) -> MailboxRefused | MailboxUnavailable:
    if any(token.says(b"TRYLATER") for token in row):
        return MailboxUnavailable("the rules server asks to try later", server=_words(row))
    what = {
        "AUTHENTICATE": "the rules server does not let us in",
        "CHECKSCRIPT": "the rules server finds a mistake in our script",
        "PUTSCRIPT": "the rules server does not keep our script",
    }
    return MailboxRefused(what.get(to, f"the rules server refused {to}"), server=_words(row))


def _is_loopback(connected: socket.socket) -> bool:
    return ipaddress.ip_address(connected.getpeername()[0]).is_loopback
