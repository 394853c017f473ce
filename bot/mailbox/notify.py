# mypy: disable-error-code="no-untyped-call"
# Notify's own client carries no types.
"""Letters and e-mails handed to GOV.UK Notify by its official client (docs.notifications.service.gov.uk/python.html).

A letter goes as our own PDF ("precompiled"). Before anything is sent, Notify is asked whether it has the letter's
reference already: what was taken once is not sent again after a crash.
"""

from __future__ import annotations

import io
import logging
import re
from dataclasses import dataclass, field
from typing import Any

from notifications_python_client.errors import APIError
from notifications_python_client.notifications import NotificationsAPIClient
from notifications_python_client.utils import prepare_upload

from bot.mailbox.ports import MailboxRefused, MailboxUnavailable

# An API key is its name, the service's number and the secret, each number of 36 characters, parted by hyphens.
_KEY = re.compile(r".+-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)
_LARGEST_FILE = 2_000_000  # bytes of a file that an e-mail links to


@dataclass(frozen=True, slots=True, kw_only=True)
class NotifyAccount:
    """`email_template` is one of the council's own at Notify, with ((subject)), ((body)) and ((letter))."""

    base_url: str
    key: str = field(repr=False)
    email_template: str = ""
    postage: str = "first"
    timeout: int = 60


class NotifyPost:
    """Hands one letter over and gives Notify's number for it; MailboxUnavailable or MailboxRefused otherwise."""

    def __init__(self, account: NotifyAccount) -> None:
        if not _KEY.fullmatch(account.key):
            raise MailboxRefused("This is not an API key of GOV.UK Notify")
        self._account = account
        # The client logs addresses of requests and Notify's answers; neither belongs in a log of ours.
        logging.getLogger("notifications_python_client").setLevel(logging.CRITICAL)

    def letter(self, reference: str, pdf: bytes) -> str:
        """Printed and posted by Notify: the address is read from the letter itself."""

        def send(client: NotificationsAPIClient) -> Any:
            return client.send_precompiled_letter_notification(reference, io.BytesIO(pdf), self._account.postage)

        return self._once(reference, send)

    def email(self, reference: str, *, to: str, subject: str, text: str, pdf: bytes) -> str:
        """Sent by Notify with our words, and a link to the PDF."""
        if not self._account.email_template:
            raise MailboxRefused("GOV.UK Notify sends e-mails by a template only: set notify.email_template")
        if len(pdf) > _LARGEST_FILE:
            raise MailboxRefused("The PDF is too large to be linked to by GOV.UK Notify (2 MB); send it by post")

        def send(client: NotificationsAPIClient) -> Any:
            linked = prepare_upload(io.BytesIO(pdf), filename="letter.pdf", confirm_email_before_download=True)
            words = {"subject": subject, "body": text, "letter": linked}
            return client.send_email_notification(to, self._account.email_template, words, reference)

        return self._once(reference, send)

    def _once(self, reference: str, send: Any) -> str:
        client = NotificationsAPIClient(self._account.key, self._account.base_url, self._account.timeout)
        try:
            taken = client.get_all_notifications(reference=reference).get("notifications", [])
            if taken:
                return f"GOV.UK Notify had taken it already: {taken[0].get('id', '')}"
            return f"GOV.UK Notify took it: {send(client)['id']}"
        except APIError as error:
            # 4xx: it will not take this; 429 and 5xx, or no answer (the client says 503): it may, later.
            later = error.status_code == 429 or error.status_code >= 500
            kind = MailboxUnavailable if later else MailboxRefused
            raise kind("GOV.UK Notify did not take the letter", server=str(error)) from error
        finally:
            client.request_session.close()
