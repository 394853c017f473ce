"""A letter that went from here stands in the log, once, with the matter that it is about (LOG-03, INV-23)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, time
from email.utils import parseaddr

from bot.letters.send import NOTIFY_EMAIL, order_of
from bot.mailbox.ports import OutgoingMail
from bot.work import Work, verb
from models.calendar import COUNCIL_ZONE
from models.contact import Contact, ContactAttachment, Match, Recipient
from models.customer import Customer
from models.letter import Letter
from models.letters_in_log import OUR_OWN, has_a_log, is_logged, matter_of_letter, nature_of
from models.message import Channel, Direction
from models.officer import Permission


@dataclass(frozen=True, slots=True)
class Mailed:
    """A letter as it was handed to the mail server; `sha256` of its bytes, which are kept."""

    mail: OutgoingMail
    sha256: str

    @property
    def message_id(self) -> str:
        """Without brackets, as the log has it."""
        return self.mail.message_id.strip("<>")


@verb("letter.log", needs=Permission.SEND_LETTER)
def log_letter(work: Work, letter: Letter, mailed: Mailed | None = None) -> Contact | None:
    """Log a letter to a customer as the council's word: it ends the council's delay. None where the log is not for it,
    or has it from the council's own sent mail. `mailed`: one that went by e-mail.

    What is set in a letter promises nothing and asks nothing beyond its clocks, so that it is no `own` words to be
    read for that.
    """
    if not has_a_log(letter) or (mailed is not None and is_logged(work.session, letter, mailed.message_id)):
        return None
    contact = _on_paper(work, letter) if mailed is None else _by_email(work, letter, mailed)
    work.session.add(contact)
    work.session.flush()
    work.note("letter.log", contact, digest=contact.sha256 or "", letter=letter.id, customer=letter.customer_id)
    return contact


def _on_paper(work: Work, letter: Letter) -> Contact:
    order = order_of(work.session, letter)
    by_notify = f", by {order.how}" if order.how == NOTIFY_EMAIL else ""  # its words are ours, its mail is not
    at = work.now if order.on == work.today else datetime.combine(order.on, time(12), COUNCIL_ZONE)
    contact = _entry(work, letter, Channel.LETTER, at)
    contact.body, contact.nature = letter.body, f"{nature_of(letter)}{by_notify}"
    return contact


def _by_email(work: Work, letter: Letter, mailed: Mailed) -> Contact:
    mail, (name, address) = mailed.mail, parseaddr(mailed.mail.sender)
    contact = _entry(work, letter, Channel.EMAIL, mail.dated or work.now)
    contact.sha256, contact.message_id = mailed.sha256, mailed.message_id
    contact.body, contact.nature = mail.text, nature_of(letter)
    contact.sender_name, contact.sender_email, contact.sent_at = name, address.lower(), mail.dated
    contact.recipients = [Recipient(email=each.lower()) for each in mail.to]
    contact.attachments = [
        ContactAttachment(name=n, content_type=kind, size=len(held), sha256=hashlib.sha256(held).hexdigest())
        for n, kind, held in mail.attachments
    ]
    return contact


def _entry(work: Work, letter: Letter, channel: Channel, at: datetime) -> Contact:
    return Contact(
        channel=channel,
        direction=Direction.OUT,
        at=at,
        recorded_at=work.now,
        recorded_by=work.actor.name,
        customer=work.session.get_one(Customer, letter.customer_id),
        match=Match.CERTAIN,
        match_reasons=[OUR_OWN],
        subject=letter.subject,
        issue_id=matter_of_letter(work.session, letter),
    )
