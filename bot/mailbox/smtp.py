"""Letters handed to the council's own mail server by SMTP (RFC 5321, submission by RFC 6409)."""

from __future__ import annotations

import hashlib
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path

from bot.mailbox.imap_connection import Security, is_loopback
from bot.mailbox.ports import MailboxError, MailboxRefused, MailboxUnavailable, OutgoingMail

__all__ = ["Security", "SmtpPostman", "SmtpSettings", "as_bytes"]

# 7-bit content passes every server on the way unchanged; 8-bit content breaks signatures where one cannot take it.
_POLICY = SMTP.clone(cte_type="7bit")


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpSettings:
    """Where letters are handed in. Without a user nobody signs in: for a relay that knows this machine.

    token    asked for a fresh XOAUTH2 access token each time, instead of a password
    ca_file  a certificate authority to trust instead of the system's
    """

    host: str
    port: int = 465
    security: Security = Security.TLS
    user: str = ""
    password: str = field(default="", repr=False)
    token: Callable[[], str] | None = field(default=None, repr=False)
    ca_file: Path | None = None
    timeout: float = 60.0


class SmtpPostman:
    """Postman by SMTP: one connection for each letter, handed over to all of its recipients or to none."""

    def __init__(self, settings: SmtpSettings, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._settings = settings
        self._clock = clock

    def check(self) -> list[str]:
        """What would stop a letter from being handed over; empty when all is well. Sends nothing."""
        try:
            with _in_our_words(), self._signed_in() as smtp:
                smtp.noop()
        except MailboxError as error:
            return [str(error)]
        return []

    def send(self, mail: OutgoingMail) -> str:
        """The server's own words of acceptance.

        MailboxUnavailable: not accepted now, or the answer was lost: it may have been taken. The same `message_id`
        lets a second copy be known. MailboxRefused: the server will not take it.
        """
        content = as_bytes(mail, self._clock())
        with _in_our_words(), self._signed_in() as smtp:
            smtp.ehlo_or_helo_if_needed()
            _accepted("the sender", smtp.mail(mail.sender))
            for number, recipient in enumerate(mail.to, start=1):
                _accepted(f"recipient {number} of {len(mail.to)}", smtp.rcpt(recipient))
            return _accepted("the letter", smtp.data(content))

    @contextmanager
    def _signed_in(self) -> Iterator[smtplib.SMTP]:
        smtp = self._connect()
        try:
            self._sign_in(smtp)
            yield smtp
            # What was accepted stays accepted, however the goodbye goes.
            _goodbye(smtp)
        finally:
            smtp.close()

    def _connect(self) -> smtplib.SMTP:
        settings = self._settings
        if settings.security is Security.NONE and not is_loopback(settings.host):
            raise MailboxRefused("Passwords and letters are not sent over an open network: use TLS or STARTTLS")
        context = ssl.create_default_context(cafile=str(settings.ca_file) if settings.ca_file else None)
        if settings.security is Security.TLS:
            return smtplib.SMTP_SSL(settings.host, settings.port, timeout=settings.timeout, context=context)
        smtp = smtplib.SMTP(settings.host, settings.port, timeout=settings.timeout)
        if settings.security is Security.STARTTLS:
            try:
                smtp.starttls(context=context)
            except BaseException:
                smtp.close()
                raise
        return smtp

    def _sign_in(self, smtp: smtplib.SMTP) -> None:
        settings = self._settings
        if settings.token is not None:
            proof = f"user={settings.user}\1auth=Bearer {settings.token()}\1\1"
            smtp.ehlo_or_helo_if_needed()
            smtp.auth("XOAUTH2", lambda challenge=None: proof if challenge is None else "")
        elif settings.user:
            smtp.login(settings.user, settings.password)


def as_bytes(mail: OutgoingMail, now: datetime) -> bytes:
    """The letter as it goes out: text, the same as HTML if there is any, attachments. The same bytes each time for the
    same letter and moment; `now` is its Date where it has none of its own."""
    message = EmailMessage(policy=_POLICY)
    try:
        message["Message-ID"] = mail.message_id
        message["Date"] = format_datetime(mail.dated or now)
        message["From"] = mail.sender
        message["To"] = ", ".join(mail.to)
        message["Subject"] = " ".join(mail.subject.split())
        for name, value in mail.headers:
            message[name] = value
    except ValueError as error:
        raise MailboxRefused("An address or the subject cannot stand in a letter's header") from error
    message.set_content(mail.text)
    if mail.html:
        message.add_alternative(mail.html, subtype="html")
    for name, content_type, content in mail.attachments:
        main, _, sub = content_type.partition("/")
        message.add_attachment(content, maintype=main, subtype=sub or "octet-stream", filename=name)
    # A boundary of its own, that no words of the letter hold, and no chance one.
    mark = hashlib.sha256(mail.message_id.encode()).hexdigest()[:32]
    for number, part in enumerate(part for part in message.walk() if part.is_multipart()):
        part.set_boundary(f"=_{mark}_{number}")
    return message.as_bytes()


def _accepted(what: str, answer: tuple[int, bytes]) -> str:
    code, said = answer
    words = f"{code} {said.decode('utf-8', 'replace')}"
    if 200 <= code < 300:
        return words
    # RFC 5321, 4.2.1: 4yz may be tried again, 5yz must not be in the same form.
    kind = MailboxUnavailable if 400 <= code < 500 else MailboxRefused
    raise kind(f"The mail server did not take {what}", server=words)


def _goodbye(smtp: smtplib.SMTP) -> None:
    try:
        smtp.quit()
    except (smtplib.SMTPException, OSError):
        return


@contextmanager
def _in_our_words() -> Iterator[None]:
    try:
        yield
    except MailboxError:
        raise
    except smtplib.SMTPNotSupportedError as error:
        raise MailboxRefused("The mail server cannot do what is asked of it", server=str(error)) from error
    except smtplib.SMTPAuthenticationError as error:
        words = f"{error.smtp_code} {_text(error.smtp_error)}"
        if 400 <= error.smtp_code < 500:
            raise MailboxUnavailable("The mail server cannot check passwords just now", server=words) from error
        raise MailboxRefused("The mail server did not accept the user name, password or token", server=words) from error
    except smtplib.SMTPResponseException as error:
        _accepted("the connection", (error.smtp_code, _text(error.smtp_error).encode()))
        raise MailboxUnavailable("The mail server answered nonsense") from error
    except smtplib.SMTPException as error:
        raise MailboxUnavailable("The mail server broke off", server=str(error)) from error
    except ssl.SSLCertVerificationError as error:
        problem = "The mail server's certificate cannot be trusted, so nothing was sent to it"
        raise MailboxRefused(problem, server=error.verify_message) from error
    except socket.gaierror as error:
        raise MailboxUnavailable("The mail server's name is not known to the network", server=str(error)) from error
    except OSError as error:
        raise MailboxUnavailable("The mail server cannot be reached", server=str(error)) from error
    except UnicodeError as error:
        raise MailboxRefused("An address holds letters that this mail server cannot take") from error


def _text(said: bytes | str) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else said
