"""A letter as it is handed to a carrier: an e-mail with its PDFs, or one PDF to be printed."""

from __future__ import annotations

import io
from datetime import datetime
from email.headerregistry import Address

from bot.letters.send import Papers
from bot.mailbox.ports import OutgoingMail
from models.errors import Refused
from models.letter import Letter
from models.letters_in_log import message_id


def as_mail(
    letter: Letter, text: str, papers: Papers, *, council: str, sender: str, dated: datetime | None = None
) -> OutgoingMail:
    """The letter in plain text, with the letter as PDF and the policy where one is enclosed. `dated`: when it was told
    to go.

    It says of itself that a person sent it (RFC 3834, 5: Auto-Submitted: no), so that no robot answers it.
    """
    name, _, domain = sender.rpartition("@")
    attachments = [("letter.pdf", "application/pdf", papers.letter)]
    if papers.policy is not None:
        attachments.append(("policy.pdf", "application/pdf", papers.policy))
    try:
        address = str(Address(display_name=council, username=name, domain=domain))
    except ValueError as error:
        raise Refused(f"smtp.sender is not an e-mail address: {sender}") from error
    return OutgoingMail(
        message_id=f"<{message_id(letter, domain)}>",
        sender=address,
        to=(letter.email,),
        subject=letter.subject,
        text=text,
        attachments=tuple(attachments),
        headers=(("Auto-Submitted", "no"),),
        dated=dated,
    )


def as_one_pdf(papers: Papers) -> bytes:
    """The letter and what is enclosed behind it, to be printed together."""
    if papers.policy is None:
        return papers.letter
    import pypdf  # here, since it is slow to load and few commands print

    writer = pypdf.PdfWriter()
    for content in (papers.letter, papers.policy):
        writer.append(io.BytesIO(content))
    whole = io.BytesIO()
    writer.write(whole)
    return whole.getvalue()
