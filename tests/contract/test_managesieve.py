"""Servers of rules that are wrongly set up, hostile or having a bad day; and a real one that says no."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.mailbox.ports import MailboxRefused, MailboxUnavailable
from bot.mailbox.rules.managesieve import ManageSieve, Mechanism, SieveServer
from bot.mailbox.rules.sieve import SieveRuleBook
from tests.conftest import a_fresh_account
from tests.contract.sieve_clerk import SieveClerk
from tests.servers.dovecot import Dovecot
from tests.servers.missing import require

HELLO = b'"IMPLEMENTATION" "test"\r\n"SASL" "PLAIN XOAUTH2"\r\n"SIEVE" "fileinto"\r\n"VERSION" "1.0"\r\nOK\r\n'
Answering = Callable[..., SieveServer]


@pytest.fixture
def answering() -> Iterator[Answering]:
    """A server without TLS that greets, then gives the next of these answers to each command."""
    listeners: list[socket.socket] = []
    threads: list[threading.Thread] = []

    def start(*answers: bytes, greeting: bytes = HELLO, cleartext: bool = True) -> SieveServer:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)
        threads.append(threading.Thread(target=_answer, args=(listener, greeting, answers)))
        threads[-1].start()
        port = listener.getsockname()[1]
        return SieveServer("127.0.0.1", "clerk", lambda: "s3cret", port=port, cleartext_loopback=cleartext, timeout=20)

    yield start
    for listener in listeners:
        listener.close()
    for thread in threads:
        thread.join(timeout=20)


def _answer(listener: socket.socket, greeting: bytes, answers: tuple[bytes, ...]) -> None:
    connection, _ = listener.accept()
    with closing(connection):
        connection.settimeout(20)
        connection.sendall(greeting)
        for answer in answers:
            if not connection.recv(65_536):
                return
            connection.sendall(answer)
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65_536):
            pass


def test_a_password_is_never_sent_in_the_clear_unless_allowed(answering: Answering) -> None:
    with pytest.raises(MailboxRefused, match="never sent in the clear"):
        ManageSieve(answering(cleartext=False))


def test_words_slipped_in_before_tls_begins_are_not_listened_to(answering: Answering) -> None:
    greeting = HELLO.replace(b"OK\r\n", b'"STARTTLS"\r\nOK\r\n')
    with pytest.raises(MailboxUnavailable, match="before TLS began"):
        ManageSieve(answering(b'OK "go on"\r\n' + HELLO, greeting=greeting))


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (b'NO "no such user here"\r\n', MailboxRefused, "no such user here"),
        (b"NO {12}\r\nsorry, \r\nnot\r\n", MailboxRefused, "sorry, \r\nnot"),
        (b'NO (TRYLATER) "busy"\r\n', MailboxUnavailable, "busy"),
        (b'BYE "going down \\"now\\""\r\n', MailboxUnavailable, 'going down "now"'),
        (b"", MailboxUnavailable, ""),
        (b"\x00 }{ \r\n", MailboxUnavailable, ""),
        (b"{99999999999}\r\n", MailboxUnavailable, ""),
        (b"x" * 70_000, MailboxUnavailable, ""),
    ],
)
def test_the_servers_own_words_are_kept(
    answering: Answering, answer: bytes, error: type[MailboxRefused], words: str
) -> None:
    with pytest.raises(error) as caught:
        ManageSieve(answering(answer))
    assert caught.value.server == words


def test_a_token_that_is_no_longer_good_is_a_refusal(answering: Answering) -> None:
    server = answering(b'"eyJzdGF0dXMiOiI0MDAifQ=="\r\n', b'NO "token expired"\r\n')
    with pytest.raises(MailboxRefused, match="token expired"):
        ManageSieve(replace(server, mechanism=Mechanism.XOAUTH2))


def test_names_and_scripts_are_read_in_every_form_the_standard_allows(answering: Answering) -> None:
    listing = b'"a \\"quoted\\" name"\r\n{5}\r\nZo\xc3\xab! ACTIVE\r\nOK "done"\r\n'
    server = answering(b"OK\r\n", HELLO, listing, b'"keep;"\r\nOK\r\n', b"{9}\r\nOK\r\nNO\r\n\n\r\nOK\r\n", b"OK\r\n")
    with ManageSieve(server) as session:
        assert session.scripts() == (('a "quoted" name', "Zoë!"), "Zoë!")
        assert session.get("any") == b"keep;"
        assert session.get("any") == b"OK\r\nNO\r\n\n"


def test_a_server_that_is_not_there_is_unavailable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    book = SieveRuleBook(SieveServer("127.0.0.1", "clerk", lambda: "", port=port))
    with pytest.raises(MailboxUnavailable, match="cannot be reached"):
        book.read()
    assert "cannot be reached" in book.check()[0]


def test_a_wrong_password_is_a_refusal(dovecot: Dovecot) -> None:
    server = replace(SieveClerk(a_fresh_account(dovecot)).server, secret=lambda: "wrong")
    with pytest.raises(MailboxRefused, match="does not let us in"):
        ManageSieve(server)


def test_a_certificate_of_an_authority_we_do_not_know_is_refused(dovecot: Dovecot) -> None:
    server = replace(SieveClerk(a_fresh_account(dovecot)).server, ca_file=None)
    with pytest.raises(MailboxRefused, match="not trusted"):
        ManageSieve(server)


def test_a_certificate_that_has_run_out_is_refused() -> None:
    require("dovecot")
    with Dovecot(certificate_lasts=timedelta(days=-1)) as server:
        assert "not trusted" in SieveRuleBook(SieveClerk(a_fresh_account(server)).server).check()[0]


def test_a_missing_file_of_authorities_is_said_plainly(dovecot: Dovecot) -> None:
    server = replace(SieveClerk(a_fresh_account(dovecot)).server, ca_file=Path("nowhere/ca.pem"))
    with pytest.raises(MailboxRefused, match="authorities"):
        ManageSieve(server)


def test_a_script_with_a_mistake_is_refused_in_the_servers_words_and_the_old_one_stays(dovecot: Dovecot) -> None:
    clerk = SieveClerk(a_fresh_account(dovecot))
    clerk.keep("mine", "keep;")
    with pytest.raises(MailboxRefused, match="mistake in our script") as caught:
        clerk.keep("mine", "kepe;")
    assert "kepe" in caught.value.server
    assert clerk.scripts() == {"mine": b"keep;"}


@pytest.mark.parametrize(
    "script", [b"", b"keep;", b"keep;\r\n", b"keep;\n\n# \xc3\xab\r\n\r\n", b"{5}\r\nkeep;", b'# "OK"\r\nOK\r\n']
)
def test_a_script_comes_back_byte_for_byte(dovecot: Dovecot, script: bytes) -> None:
    clerk = SieveClerk(a_fresh_account(dovecot))
    commented = b"/*" + script + b"*/" if script[:1] in (b"{", b"#") else script
    clerk.keep("mine", commented)
    assert clerk.scripts() == {"mine": commented}
