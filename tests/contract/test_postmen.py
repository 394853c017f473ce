"""What a postman promises, over real SMTP connections and by the fake."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.mailbox.memory import MemoryMailbox
from bot.mailbox.ports import MailboxRefused, MailboxUnavailable, OutgoingMail
from bot.mailbox.smtp import Security, SmtpPostman, SmtpSettings, as_bytes
from tests.servers.smtp import SmtpServer

MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LETTER = OutgoingMail(
    message_id="<7@council.example>",
    sender="Cyngor Tref \u2013 the clerk <clerk@council.example>",
    to=("ann@elsewhere.example", "Mr B Other <b@elsewhere.example>"),
    subject="Your letters of\r\n 2 March",
    text="Dear T\u0177 Gwyn,\r\n.\r\n.hidden dot\r\nThe council has decided.\r\n",
    html="<p>The council has decided.</p>",
    attachments=(("decision.pdf", "application/pdf", b"%PDF-1.7 \x00\xff"),),
)


@pytest.fixture
def server() -> Iterator[SmtpServer]:
    with SmtpServer() as server:
        server.secrets.add(b"\0clerk\0secret")
        yield server


def settings_for(server: SmtpServer) -> SmtpSettings:
    return SmtpSettings(
        host=server.host,
        port=server.port,
        security=Security(server.security),
        user="" if server.security == "none" else "clerk",
        password="secret",
        ca_file=server.ca_file,
        timeout=20,
    )


def a_postman(server: SmtpServer) -> SmtpPostman:
    return SmtpPostman(settings_for(server), clock=lambda: MONDAY)


@pytest.mark.parametrize("security", ["tls", "starttls", "none"])
def test_a_letter_is_handed_over_with_the_servers_words(security: str) -> None:
    with SmtpServer(security) as server:  # type: ignore[arg-type]
        server.secrets.add(b"\0clerk\0secret")
        assert a_postman(server).check() == []
        assert server.letters == []
        assert a_postman(server).send(LETTER) == "250 2.0.0 queued as 4XyZ"
        [handed] = server.letters
    assert handed.sender == "clerk@council.example"
    assert handed.recipients == ("ann@elsewhere.example", "b@elsewhere.example")
    read = email.message_from_bytes(handed.content, policy=email.policy.default)
    assert read["Message-ID"] == LETTER.message_id
    assert read["Subject"] == "Your letters of 2 March"
    assert read["Date"] == "Mon, 02 Mar 2026 09:00:00 +0000"
    plain = read.get_body(("plain",))
    assert plain is not None
    assert plain.get_content().splitlines() == LETTER.text.splitlines()
    [attached] = read.iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == ("decision.pdf", b"%PDF-1.7 \x00\xff")


def test_what_goes_out_is_plain_ascii() -> None:
    assert as_bytes(LETTER, MONDAY).isascii()


def test_a_letter_goes_to_all_its_recipients_or_to_none(server: SmtpServer) -> None:
    server.answers["RCPT"] = "550 5.1.1 no such mailbox"
    with pytest.raises(MailboxRefused, match="recipient 1 of 2") as caught:
        a_postman(server).send(LETTER)
    assert caught.value.server == "550 5.1.1 no such mailbox"
    assert server.letters == []


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA", "END"])
@pytest.mark.parametrize(
    ("said", "kind"), [("451 4.3.0 later", MailboxUnavailable), ("554 5.7.1 never", MailboxRefused)]
)
def test_later_is_told_from_never(
    server: SmtpServer, verb: str, said: str, kind: type[MailboxRefused | MailboxUnavailable]
) -> None:
    server.answers[verb] = said
    with pytest.raises(kind, match=said):
        a_postman(server).send(LETTER)


@pytest.mark.parametrize("verb", ["EHLO", "MAIL", "END"])
def test_a_server_that_hangs_up_may_be_tried_again(server: SmtpServer, verb: str) -> None:
    server.answers[verb] = ""
    with pytest.raises(MailboxUnavailable):
        a_postman(server).send(LETTER)


def test_a_letter_taken_before_a_bad_goodbye_is_taken(server: SmtpServer) -> None:
    server.answers["QUIT"] = ""
    assert a_postman(server).send(LETTER).startswith("250")


def test_a_wrong_password_is_named(server: SmtpServer) -> None:
    server.secrets.clear()
    [problem] = a_postman(server).check()
    assert "did not accept the user name, password or token" in problem
    assert "535 5.7.8 wrong" in problem


def test_signing_in_with_a_token(server: SmtpServer) -> None:
    server.secrets = {b"user=clerk\1auth=Bearer fresh\1\1"}
    postman = SmtpPostman(replace(settings_for(server), token=lambda: "fresh"))
    assert postman.send(LETTER).startswith("250")


def test_a_certificate_nobody_vouches_for_is_named(server: SmtpServer) -> None:
    [problem] = SmtpPostman(replace(settings_for(server), ca_file=None)).check()
    assert "certificate cannot be trusted" in problem


def test_letters_never_cross_an_open_network(server: SmtpServer) -> None:
    settings = replace(settings_for(server), host="mail.council.example", security=Security.NONE)
    with pytest.raises(MailboxRefused, match="use TLS or STARTTLS"):
        SmtpPostman(settings).send(LETTER)


def test_a_server_that_offers_no_starttls_gets_no_letter() -> None:
    with SmtpServer("none") as server:
        settings = replace(settings_for(server), security=Security.STARTTLS)
        with pytest.raises(MailboxRefused, match="STARTTLS"):
            SmtpPostman(settings).send(LETTER)


def test_a_server_that_is_away_may_be_tried_again(server: SmtpServer) -> None:
    with pytest.raises(MailboxUnavailable, match="cannot be reached"):
        SmtpPostman(replace(settings_for(server), port=1)).send(LETTER)


def test_the_fake_keeps_what_it_was_handed_and_fails_when_told() -> None:
    mailbox = MemoryMailbox()
    assert mailbox.send(LETTER).startswith("250")
    assert mailbox.outbox == [LETTER]
    mailbox.fails = MailboxUnavailable("gone fishing")
    assert mailbox.check() == ["gone fishing"]
    with pytest.raises(MailboxUnavailable):
        mailbox.send(LETTER)
