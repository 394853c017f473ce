"""A store for the pages: officers who can sign in, and letters that wait for them."""

from __future__ import annotations

import functools
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from argon2 import PasswordHasher
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bot import officers, queue
from bot.bootstrap import App
from bot.intake.record import add_findings
from bot.work import SERVICE
from models.contact import Contact, ContactAttachment, Match, RawMail, Recipient, Shunt
from models.customer import Customer
from models.finding import About, Evidence, Finding
from models.message import Channel, Direction
from models.officer import Role
from models.queue import Flag, FlagKind, Lane

PASSWORD = "kettle otter ninepin"
OFFICERS = {"r.trelawny": ("Rosen Trelawny", Role.CLERK), "m.hosking": ("Meryn Hosking", Role.NAMED_OFFICER)}
MORE = {"t.carne": ("Tamsin Carne", Role.ASSISTANT), "e.nancarrow": ("Ebba Nancarrow", Role.AUDITOR)}


@functools.cache
def _hashed() -> str:
    """The password's hash, made once a process: making one takes long on purpose."""
    return PasswordHasher().hash(PASSWORD)


def let_in(app: App, everybody: Mapping[str, tuple[str, Role]]) -> None:
    """These officers, each with the same password."""
    with app.begin(officers.FOUNDER) as work:
        for username, (name, role) in everybody.items():
            officer = officers.add(work, username=username, name=name, role=role)
            officer.password = _hashed()
            work.note("officer.set_password", officer, digest=officer.password_digest())


def quote(
    own: str, words: str, *, reason: str, weight: float = 1.0, earlier: str = "", contact: int | None = None
) -> Evidence:
    """Evidence whose words stand in the letter."""
    return Evidence(words, own.index(words), contact, earlier, reason, weight)


def a_waiting_letter(
    app: App,
    customer: Customer | None,
    own: str,
    *,
    subject: str = "The lamp at the harbour steps",
    at: datetime | None = None,
    lane: Lane = Lane.NAMED_OFFICER,
    reasons: Sequence[str] = ("a matter that was not raised before",),
    findings: Sequence[tuple[Finding, FlagKind | None]] = (),
    must_attest: bool = False,
    match: Match = Match.CERTAIN,
    direction: Direction = Direction.IN,
    waits: bool = True,
    attachments: Sequence[ContactAttachment] = (),
) -> int:
    """A letter logged, looked at and queued; the number of its contact."""
    raw = f"Subject: {subject}\r\nX-At: {at}\r\n\r\n{own}\r\n".encode()
    sha256 = hashlib.sha256(raw).hexdigest()
    with app.begin(SERVICE) as work:
        work.session.add(RawMail(sha256=sha256, content=raw, size=len(raw), kept_at=work.now))
        work.session.flush()
        contact = Contact(
            channel=Channel.EMAIL,
            direction=direction,
            at=at or work.now,
            recorded_at=work.now,
            recorded_by=work.actor.name,
            sha256=sha256,
            customer=work.session.get_one(Customer, customer.id) if customer else None,
            match=match,
            match_reasons=["the address is recorded as this customer's"] if customer else [],
            mailbox="enquiries",
            sender_email="writer@penrose.example",
            sender_name=customer.name if customer else "",
            subject=subject,
            body=own + "\n\nOn Monday the council wrote:\n> Thank you for your letter.",
            own=own,
            recipients=[Recipient(email="enquiries@porthmellin.gov.example")],
            attachments=list(attachments),
        )
        work.session.add(contact)
        kept = add_findings(contact, [finding for finding, _ in findings])
        work.session.flush()
        flags = [
            Flag(contact_id=contact.id, kind=kind, score=row.score, raised_at=work.now, finding_id=row.id)
            for row, (_, kind) in zip(kept, findings, strict=True)
            if kind
        ]
        work.note("contact.record", contact)
        if waits:
            queue.put(work, contact, lane=lane, reasons=list(reasons), must_attest=must_attest, flags=flags)
    return contact.id


def an_unreadable_message(app: App) -> int:
    """A message that broke the program; the number of its queue item."""
    raw = b"\x00\xff not a letter"
    sha256 = hashlib.sha256(raw).hexdigest()
    with app.begin(SERVICE) as work:
        work.session.add(RawMail(sha256=sha256, content=raw, size=len(raw), kept_at=work.now))
        work.session.flush()
        shunt = Shunt(sha256=sha256, mailbox="enquiries", direction=Direction.IN, at=work.now, reason="ValueError")
        work.session.add(shunt)
        work.session.flush()
        item = queue.put_shunt(work, shunt)
    return item.id


def an_abusive_letter(app: App, customer: Customer) -> int:
    own = "You are a useless pack of clowns.\nMend the lamp at the harbour steps, or else."
    insult = Finding(
        About.ABUSE, "insult", 0.94, "abuse 1", (quote(own, "useless pack of clowns", reason="insult", weight=2.4),)
    )
    return a_waiting_letter(
        app, customer, own, subject="Clowns", findings=[(insult, FlagKind.ABUSE)], reasons=["flagged: abuse"]
    )


def a_repeat(app: App, customer: Customer, *, earlier: int) -> int:
    own = "Good morning,\nthe lamp at the harbour steps is still dark.\nI slipped there on 3 February."
    repeat = Finding(
        About.RELATION,
        "repeat",
        0.88,
        "repeat 2",
        (
            quote(
                own,
                "the lamp at the harbour steps is still dark",
                reason="same_text",
                weight=3.1,
                earlier="The lamp at the harbour steps is dark.",
                contact=earlier,
            ),
        ),
        contact=earlier,
    )
    novel = Finding(
        About.NOVEL, "sentence", 0.81, "novelty 1", (quote(own, "I slipped there on 3 February", reason="new_date"),)
    )
    return a_waiting_letter(
        app, customer, own, findings=[(repeat, FlagKind.REPEAT), (novel, None)], reasons=["flagged: repeat"]
    )


@dataclass
class Visitor:
    """Somebody with a browser: keeps the form token of the page last seen, as a browser would."""

    client: FlaskClient
    last: str = field(default="", init=False)

    def get(self, path: str) -> str:
        """The page, which must be there."""
        response = self.ask(path)
        assert response.status_code == 200, f"{path}: {response.status_code}"
        return self.last

    def ask(self, path: str) -> TestResponse:
        response = self.client.get(path, follow_redirects=True)
        self.last = response.text if response.mimetype == "text/html" else ""
        return response

    def send(self, path: str, answers: Mapping[str, object] | None = None) -> TestResponse:
        """Send a form of the page last seen, and follow where it leads."""
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.last)
        assert token, "the page last seen has no form"
        sent = {**(answers or {}), "csrf_token": token.group(1)}
        response = self.client.post(path, data=sent, follow_redirects=True)
        self.last = response.text
        return response

    def sign_in(self, username: str = "r.trelawny", password: str = PASSWORD) -> TestResponse:
        self.get("/sign-in")
        return self.send("/sign-in", {"username": username, "password": password})
