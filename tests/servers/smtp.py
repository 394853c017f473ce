"""A small real SMTP server on loopback that keeps what it is handed and can be told to say no.

with SmtpServer(security="tls") as server:
    server.answers["RCPT"] = "550 5.1.1 no such mailbox"
"""

from __future__ import annotations

import base64
import socket
import socketserver
import ssl
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Literal

import trustme


@dataclass(frozen=True, slots=True)
class Handed:
    """One accepted letter."""

    sender: str
    recipients: tuple[str, ...]
    content: bytes


class SmtpServer:
    """`answers` replaces the answer to a verb (RCPT, DATA, AUTH, ...; END is the answer to the letter itself).

    An empty answer hangs up instead. `secrets` are the AUTH proofs that are right, decoded.
    """

    def __init__(self, security: Literal["tls", "starttls", "none"] = "tls") -> None:
        self.security = security
        self.answers: dict[str, str] = {}
        self.secrets: set[bytes] = set()
        self.letters: list[Handed] = []
        self.host, self.port = "127.0.0.1", 0

    def __enter__(self) -> SmtpServer:
        authority = trustme.CA()
        self._folder = tempfile.TemporaryDirectory(prefix="smtp-")
        self.ca_file = Path(self._folder.name) / "ca.pem"
        authority.cert_pem.write_to_path(str(self.ca_file))
        self.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert("127.0.0.1", "localhost").configure_cert(self.context)
        outer = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                try:
                    _Talk(outer, self.request).run()
                except OSError:
                    return

        self._server = socketserver.ThreadingTCPServer((self.host, 0), Handler)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._folder.cleanup()


class _Talk:
    """One connection."""

    def __init__(self, server: SmtpServer, plain: socket.socket) -> None:
        self._server = server
        self._sender = ""
        self._recipients: list[str] = []
        self._socket = plain
        self._secure = False
        if server.security == "tls":
            self._wrap()

    def run(self) -> None:
        file: BinaryIO = self._socket.makefile("rb")
        try:
            self._say("220 mx.council.example ESMTP")
            while line := file.readline():
                verb = line.split()[0].decode().upper() if line.split() else ""
                if verb == "STARTTLS":
                    self._say("220 go ahead")
                    file.close()
                    self._wrap()
                    file = self._socket.makefile("rb")
                elif not self._answer(verb, line.decode().strip(), file):
                    return
        finally:
            file.close()
            if self._secure:
                self._socket.close()

    def _wrap(self) -> None:
        self._socket = self._server.context.wrap_socket(self._socket, server_side=True)
        self._secure = True

    def _answer(self, verb: str, line: str, file: BinaryIO) -> bool:
        said = self._server.answers.get(verb)
        if said is not None:
            return self._say(said)
        match verb:
            case "EHLO":
                offers = ["AUTH PLAIN XOAUTH2"] if self._secure else []
                offers += ["STARTTLS"] if self._server.security == "starttls" and not self._secure else []
                return self._say(
                    "\r\n".join(["250-mx.council.example", *(f"250-{offer}" for offer in offers), "250 8BITMIME"])
                )
            case "AUTH":
                proof = base64.b64decode(line.split()[2])
                return self._say("235 welcome" if proof in self._server.secrets else "535 5.7.8 wrong")
            case "MAIL":
                self._sender, self._recipients = _path(line), []
            case "RCPT":
                self._recipients.append(_path(line))
            case "DATA":
                return self._take(file)
            case "QUIT":
                self._say("221 bye")
                return False
        return self._say("250 OK")

    def _take(self, file: BinaryIO) -> bool:
        self._say("354 go on")
        lines: list[bytes] = []
        while (line := file.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b".") else line)
        said = self._server.answers.get("END", "250 2.0.0 queued as 4XyZ")
        if said.startswith("250"):
            self._server.letters.append(Handed(self._sender, tuple(self._recipients), b"".join(lines)))
        return self._say(said)

    def _say(self, words: str) -> bool:
        if words:
            self._socket.sendall(f"{words}\r\n".encode())
        return bool(words)


def _path(line: str) -> str:
    return line.partition("<")[2].partition(">")[0]
