"""A real Dovecot for tests and demonstrations: IMAP, IMAPS, ManageSieve, Sieve and LMTP on loopback ports of its own.

    with Dovecot() as server:
        server.add_user("clerk", "secret")
        server.deliver("clerk", message_bytes)      # by LMTP, through the user's Sieve script
        server.append("clerk", "Sent", message_bytes, when)

Works as root (mail is then kept as nobody) and as an ordinary user. Nothing is left running or lying about.
"""

# mypy: disable-error-code="no-untyped-call"
# imapclient carries no types of its own.

from __future__ import annotations

import grp
import os
import pwd
import shutil
import signal
import smtplib
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType

import imapclient
import trustme

from tests.servers.missing import ServerMissing, why_missing

PROGRAM = "/usr/sbin/dovecot"
NOBODY = 65534
# Known from the start, so that a fresh account (tests/conftest.py) need not wait for Dovecot to notice a new user.
SPARE_USERS = 1000

CAPABILITIES = (
    "IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE SORT SORT=DISPLAY THREAD=REFERENCES THREAD=REFS "
    "THREAD=ORDEREDSUBJECT MULTIAPPEND URL-PARTIAL CATENATE UNSELECT CHILDREN NAMESPACE UIDPLUS LIST-EXTENDED "
    "I18NLEVEL=1 CONDSTORE QRESYNC ESEARCH ESORT SEARCHRES WITHIN CONTEXT=SEARCH LIST-STATUS BINARY MOVE "
    "SNIPPET=FUZZY PREVIEW=FUZZY PREVIEW STATUS=SIZE SAVEDATE LITERAL+ NOTIFY SPECIAL-USE"
)

SETTINGS = """\
protocols = imap sieve lmtp
listen = 127.0.0.1
base_dir = {home}/run
state_dir = {home}/state
instance_name = {name}
log_path = {home}/log/dovecot.log
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
first_valid_uid = 0
first_valid_gid = 0
disable_plaintext_auth = no
auth_mechanisms = plain login{token_logins}
auth_failure_delay = 0
mail_fsync = never
ssl = yes
ssl_cert = <{home}/certificate.pem
ssl_key = <{home}/key.pem
mail_location = maildir:~/Maildir
mail_plugins = acl
imap_capability = {capabilities}
mail_max_userip_connections = 100
passdb {{
  driver = passwd-file
  args = {home}/users
}}
userdb {{
  driver = passwd-file
  args = {home}/users
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Sent {{
    auto = subscribe
    special_use = \\Sent
  }}
  mailbox Drafts {{
    auto = subscribe
    special_use = \\Drafts
  }}
  mailbox Junk {{
    auto = subscribe
    special_use = \\Junk
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service managesieve-login {{
  chroot =
  inet_listener sieve {{
    port = {sieve}
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
protocol imap {{
  mail_plugins = acl
}}
protocol lmtp {{
  mail_plugins = sieve
}}
postmaster_address = postmaster@council.example
lda_mailbox_autocreate = yes
plugin {{
  acl = vfile
  sieve = file:~/sieve;active=~/.dovecot.sieve
  sieve_extensions = +editheader +vacation-seconds{no_sieve}
}}
"""

TOKENS = """\
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {home}/tokens.conf
}}
"""
TOKEN_SETTINGS = """\
introspection_mode = get
introspection_url = {url}
username_attribute = sub
"""


class Dovecot:
    """One Dovecot in `folder` (its own temporary one when none is given).

    `without` names IMAP capabilities it shall not announce, e.g. ("MOVE",): a real, older-looking server.
    `without_sieve` names Sieve extensions it shall not have, e.g. ("include",).
    `introspection_url` turns XOAUTH2 on; whether a token is good is asked there, the token being added to the end.
    `certificate_lasts` counts from now; negative gives a server whose certificate has run out.
    `folder` must be reachable for other users when running as root, and its path short (sockets lie in it).
    """

    host = "127.0.0.1"

    def __init__(
        self,
        folder: Path | None = None,
        *,
        without: tuple[str, ...] = (),
        without_sieve: tuple[str, ...] = (),
        introspection_url: str = "",
        certificate_lasts: timedelta | None = None,
    ) -> None:
        self._given = folder
        self._without = without
        self._without_sieve = without_sieve
        self._introspection_url = introspection_url
        self._certificate_lasts = certificate_lasts
        self._passwords: dict[str, str] = {}
        self._process: subprocess.Popen[bytes] | None = None
        self.imap_port = self.imaps_port = self.sieve_port = self.lmtp_port = 0

    def __enter__(self) -> Dovecot:
        if reason := why_missing("dovecot"):
            raise ServerMissing(reason)
        self.folder = self._given or Path(tempfile.mkdtemp(prefix="dovecot-"))
        try:
            self._lay_out()
            self._start_on_free_ports()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def ca_file(self) -> Path:
        """The certificate authority a client must trust to believe this server (for 127.0.0.1 and localhost)."""
        return self.folder / "ca.pem"

    @property
    def log(self) -> str:
        """What Dovecot wrote in its own log so far."""
        return (self.folder / "log/dovecot.log").read_text() if self.folder.exists() else ""

    def maildir(self, user: str) -> Path:
        """Where the user's Maildir++ lies: for tests that need what no client can do (a new UIDVALIDITY)."""
        return self.folder / "mail" / user / "Maildir"

    def add_user(self, name: str, password: str) -> None:
        """A new mailbox, or a new password for one that is there."""
        home = self.folder / "mail" / name
        home.mkdir(exist_ok=True)
        os.chown(home, *_mail_ids())
        if self._passwords.get(name) == password:
            return
        self._passwords[name] = password
        self._write_users()
        if self._process is not None:
            time.sleep(1.1)  # Dovecot looks at the file once a second at most

    def _write_users(self) -> None:
        uid, gid = _mail_ids()
        lines = [
            f"{user}:{{PLAIN}}{secret}:{uid}:{gid}::{self.folder}/mail/{user}::\n"
            for user, secret in self._passwords.items()
        ]
        # Moved into place, because Dovecot looks at the file's identity before it trusts what it has read.
        fresh = self.folder / "users.new"
        fresh.write_text("".join(lines))
        fresh.chmod(0o644)
        fresh.replace(self.folder / "users")

    def deliver(self, user: str, content: bytes, *, sender: str = "sender@elsewhere.example") -> None:
        """As a mail server would: by LMTP, through the user's active Sieve script."""
        with smtplib.LMTP(self.host, self.lmtp_port, timeout=20) as lmtp:
            lmtp.sendmail(sender, [user], content)

    def append(self, user: str, folder: str, content: bytes, when: datetime | None = None) -> None:
        """Put a message into a folder, made if need be, with `when` as the time the server had it."""
        with self.client(user) as client:
            if not client.folder_exists(folder):
                client.create_folder(folder)
            client.append(folder, content, msg_time=when)

    @contextmanager
    def client(self, user: str) -> Iterator[imapclient.IMAPClient]:
        """Logged in over TLS as `user`: the clerk's own mail program, for tests that play the clerk."""
        context = ssl.create_default_context(cafile=str(self.ca_file))
        with imapclient.IMAPClient(self.host, self.imaps_port, ssl_context=context, timeout=20) as client:
            client.login(user, self._passwords[user])
            yield client

    def kill(self) -> None:
        """The machine goes down: every process of this Dovecot and every connection, without a goodbye."""
        self._end(signal.SIGKILL)
        # The children hold the ports for a moment longer than their master.
        ends = time.monotonic() + 10
        while any(_answers(self.host, port) for port in self._ports) and time.monotonic() < ends:
            time.sleep(0.01)

    def start(self) -> None:
        """Up again after `kill`, on the same ports and with the same mail."""
        # A killed Dovecot leaves its pid file; left alone, the next one may take it for a living one.
        (self.folder / "run/master.pid").unlink(missing_ok=True)
        with (self.folder / "log/stderr").open("ab") as errors:
            self._process = subprocess.Popen(
                [PROGRAM, "-F", "-c", str(self.folder / "dovecot.conf")],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                start_new_session=True,
            )
        self._wait_until_up()

    def close(self) -> None:
        self._end(signal.SIGTERM)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _lay_out(self) -> None:
        self.folder.mkdir(exist_ok=True)
        self.folder.chmod(0o755)
        for name in ("run", "state", "mail", "log"):
            (self.folder / name).mkdir()
        (self.folder / "mail").chmod(0o755)
        os.chown(self.folder / "mail", *_mail_ids())
        self._passwords |= {f"clerk{number}": f"secret of clerk{number}" for number in range(1, SPARE_USERS + 1)}
        self._write_users()
        self._write_certificates()

    def _write_certificates(self) -> None:
        authority = trustme.CA()
        ends = None if self._certificate_lasts is None else datetime.now().astimezone() + self._certificate_lasts
        issued = authority.issue_cert("localhost", "127.0.0.1", not_after=ends)
        authority.cert_pem.write_to_path(str(self.ca_file))
        for blob in issued.cert_chain_pems:
            blob.write_to_path(str(self.folder / "certificate.pem"), append=True)
        issued.private_key_pem.write_to_path(str(self.folder / "key.pem"))

    def _start_on_free_ports(self) -> None:
        for attempt in range(5):
            # Another process may take a port between our looking and Dovecot's binding; then try others.
            self.imap_port, self.imaps_port, self.sieve_port, self.lmtp_port = _free_ports(4)
            self._write_settings()
            try:
                self.start()
                break
            except ServerMissing:
                self._end(signal.SIGKILL)
                if attempt == 4:
                    raise

    def _write_settings(self) -> None:
        internal, group, login = _internal_users()
        announced = [word for word in CAPABILITIES.split() if word not in self._without]
        (self.folder / "dovecot.conf").write_text(
            SETTINGS.format(
                home=self.folder,
                name=self.folder.name,
                internal=internal,
                internal_group=group,
                login=login,
                capabilities=" ".join(announced),
                no_sieve="".join(f" -{extension}" for extension in self._without_sieve),
                token_logins=" xoauth2" if self._introspection_url else "",
                imap=self.imap_port,
                imaps=self.imaps_port,
                sieve=self.sieve_port,
                lmtp=self.lmtp_port,
            )
            + (TOKENS.format(home=self.folder) if self._introspection_url else "")
        )
        (self.folder / "tokens.conf").write_text(TOKEN_SETTINGS.format(url=self._introspection_url))

    def _wait_until_up(self) -> None:
        ends = time.monotonic() + 30
        while not all(_answers(self.host, port) for port in self._ports) or not _greets(self.host, self.imap_port):
            assert self._process is not None
            if self._process.poll() is not None or time.monotonic() > ends:
                said = (self.folder / "log/stderr").read_text() + self.log[-2000:]
                raise ServerMissing(f"Dovecot did not start: {said}")
            time.sleep(0.02)

    @property
    def _ports(self) -> tuple[int, int, int, int]:
        return self.imap_port, self.imaps_port, self.sieve_port, self.lmtp_port

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            # A group of its own was made at the start: this reaches its children, and nobody else's.
            os.killpg(process.pid, how) if how is signal.SIGKILL else process.send_signal(how)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=10)


def _mail_ids() -> tuple[int, int]:
    return (NOBODY, NOBODY) if os.getuid() == 0 else (os.getuid(), os.getgid())


def _internal_users() -> tuple[str, str, str]:
    if os.getuid() == 0:
        return "dovecot", "dovecot", "dovenull"
    own = pwd.getpwuid(os.getuid()).pw_name
    return own, grp.getgrgid(os.getgid()).gr_name, own


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


def _answers(host: str, port: int) -> bool:
    with suppress(OSError), socket.create_connection((host, port), timeout=5):
        return True
    return False


def _greets(host: str, port: int) -> bool:
    with suppress(OSError), socket.create_connection((host, port), timeout=5) as connection:
        return connection.recv(4) == b"* OK"
    return False
