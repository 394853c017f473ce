"""One letter to many: a mail that is a further copy of another, and what says that somebody wrote to everybody.

Both mails stay as they came. The first is shown with the recipients of all of them, so that it is answered once.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import timedelta

from sqlalchemy import or_, select

from bot.intake.record import add_finding
from bot.work import Work
from classifiers.similarity import read
from models.associate import Copy, copy_of
from models.contact import Contact, Recipient
from models.finding import About, Conduct, Evidence, Finding
from models.message import Direction

WITHIN = timedelta(days=4)
MANY = 5  # of the council's own addresses in one letter, or its copies
A_FEW_COPIES = 3
_ALIKE = 0.9  # of all runs of three words; the rest is the greeting, and what a mail program adds
_FEWEST_WORDS = 8
_MOST_COMPARED = 40
_GREETING = re.compile(r"^\s*(?:dear|hello|hi|good \w+|annwyl|to|attn|sir|madam)\b[^\n]{0,80}(?:\n|$)", re.IGNORECASE)


def join(work: Work, contact: Contact) -> int | None:
    """Join this mail to the one that it is a further copy of, and note it; the number of that, None if it is none.

    A copy goes to somebody to whom the first did not: the same letter to the same people again is a repeat, no copy.
    """
    first = _first(work, contact)
    if first is None:
        return None
    known = {r.email for r in first.recipients}
    added = [r for r in contact.recipients if r.email not in known]
    first.recipients.extend(Recipient(email=r.email, name=r.name, copied=r.copied) for r in added)
    work.session.add(Copy(contact_id=contact.id, first_id=first.id, at=work.now))
    work.session.flush()
    work.note("contact.copy", contact, first=first.id, recipients=len(added))
    return first.id


def _first(work: Work, contact: Contact) -> Contact | None:
    if contact.automatic is not None or contact.direction is Direction.OUT or not contact.sender_email:
        return None
    whose = Contact.sender_email == contact.sender_email
    if contact.customer_id is not None:
        whose = or_(whose, Contact.customer_id == contact.customer_id)
    since = (Contact.at > contact.at - WITHIN, Contact.at <= contact.at, Contact.id != contact.id)
    columns = select(Contact.id, Contact.subject, Contact.own)
    wanted = columns.where(whose, *since, Contact.direction == Direction.IN, Contact.sha256.is_not(None))
    earlier = work.session.execute(wanted.order_by(Contact.at.desc(), Contact.id.desc()).limit(_MOST_COMPARED)).all()
    found = next((c for c in earlier if _same(c.own, contact.own, c.subject == contact.subject)), None)
    if found is None:
        return None
    first = work.session.get_one(Contact, copy_of(work.session, found.id) or found.id)
    known = {r.email for r in first.recipients}
    to_others = any(r.email not in known for r in contact.recipients)
    return first if to_others or (first.message_id and first.message_id == contact.message_id) else None


def _same(one: str, other: str, one_subject: bool) -> bool:
    a, b = read(_GREETING.sub("", one)), read(_GREETING.sub("", other))
    if min(len(a.tokens), len(b.tokens)) < _FEWEST_WORDS:
        return a.tokens == b.tokens and bool(a.tokens) and one_subject
    return len(a.runs & b.runs) >= _ALIKE * len(a.runs | b.runs)


def scattered(
    work: Work, contact: Contact, first: int | None, findings: Sequence[Finding], council: Collection[str]
) -> list[Finding]:
    """That one letter went to many, where the words did not say so; kept with the contact. Empty for most."""
    if any(f.about is About.CONDUCT and f.label == Conduct.SCATTERGUN for f in findings) or contact.automatic:
        return []
    whole = work.session.get_one(Contact, first) if first is not None else contact
    reached = {r.email for r in whole.recipients if r.email.rpartition("@")[2] in council}
    if len(reached) < (MANY if first is None else A_FEW_COPIES):
        return []
    evidence = Evidence(contact=first, earlier=whole.subject if first else "", reason="sent_to_many", weight=1.0)
    score = min(0.95, 0.5 + 0.05 * len(reached))
    found = Finding(About.CONDUCT, Conduct.SCATTERGUN.value, round(score, 4), "copies 1", (evidence,))
    add_finding(work, contact, found)
    return [found]
