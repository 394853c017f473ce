"""Corpus mailboxes (tests/corpus/CORPUS.md) walked in date order as the values a classifier gets.

Customers are the true ones; matters are filed as the walker is told, so a benchmark can file them by its own findings.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from classifiers.associate_signs import forwarded_from
from classifiers.associate_unnamed import WORTH_A_SECOND_LOOK, for_somebody, likeness
from classifiers.causes import DAYS
from classifiers.prints import prints_of, prints_to_keep, topic_prints
from models.history import History, PastContact, PersonSketch
from models.message import Address, Attachment, Authentication, Automatic, Direction, Message, OwnWords, Verdict

_RECENT = timedelta(days=90)
_QUOTED = re.compile(
    r"^(?:>|\s*-{3,}\s*(?:original|forwarded|neges)|begin forwarded message|on .{6,120} wrote:\s*$"
    r"|ar .{6,120} ysgrifennodd"
    r"|from: .+|oddi wrth: .+|sent from my|sent from mail|get outlook|_{10,}\s*$)",
    re.IGNORECASE,
)


@dataclass
class Step:
    """One inbound message, what was known before it, and the truth. Set `filed` to file it under another matter."""

    id: str
    message: Message
    history: History
    truth: dict[str, Any]
    filed: int | None = None


@dataclass
class Mailbox:
    """Everything of one corpus folder, and what has been seen of it so far."""

    folder: Path
    final_answer: Any = None  # callable(own) -> bool; None: the truth's `closes`
    numbers: dict[str, int] = field(default_factory=dict)
    contacts: list[PastContact] = field(default_factory=list)
    prints: dict[int, list[int]] = field(default_factory=dict)

    def number(self, name: str | None) -> int | None:
        return None if name is None else self.numbers.setdefault(name, len(self.numbers) + 1)

    def walk(self) -> Iterator[Step]:
        """Each inbound message in date order, with the history as it then stood."""
        council = json.loads((self.folder / "council.json").read_text(encoding="utf-8"))
        sketches = {
            self.number(c["id"]): _sketch(c, self.number(c["id"]) or 0)
            for c in read_lines(self.folder / "customers.jsonl")
        }
        files: dict[str, PastContact] = {}
        for at, raw in enumerate(read_lines(self.folder / "messages.jsonl"), start=1):
            when = datetime.fromisoformat(raw["date"]).astimezone(UTC)
            if raw.get("direction", "in") == "out":
                contact = self._outbound(at, raw, when, files)
            else:
                customer = self.number(raw["truth"].get("customer"))
                if customer is not None and customer not in sketches:
                    sketches[customer] = PersonSketch(customer, raw["from"]["name"], (raw["from"]["email"],))
                message = _message(raw, when)
                seems = self._claimed(raw, sketches) if raw["truth"].get("forged") else customer
                step = Step(
                    raw["id"],
                    message,
                    self._history(seems, when, message, sketches, council),
                    raw["truth"],
                )
                yield step
                contact = self._inbound(at, raw, when, message, step, customer)
                for one in () if message.automatic is not None else prints_to_keep(contact.own, contact.subject):
                    self.prints.setdefault(one, []).append(contact.id)
            files[raw["id"]] = contact
            self.contacts.append(contact)

    def _claimed(self, raw: dict[str, Any], sketches: dict[Any, PersonSketch]) -> int | None:
        """Whom the intake would take a forged message's sender for: nobody has yet seen that it is forged."""
        email = raw["from"]["email"].lower()
        written = next((c.customer for c in reversed(self.contacts) if c.sender_email == email and c.customer), None)
        return written or next((key for key, sketch in sketches.items() if email in sketch.emails), None)

    def _history(
        self,
        customer: int | None,
        when: datetime,
        message: Message,
        sketches: dict[Any, PersonSketch],
        council: dict[str, Any],
    ) -> History:
        day = when.date().isoformat()
        watched = {self.number(w["customer"]) for w in council["warnings"] if w["date"] <= day}
        watched |= {self.number(r["customer"]) for r in council["restrictions"] if r["decided"] <= day}
        members = {member["email"].lower() for member in council["members"]}
        mine = sketches.get(customer)
        forwarded = " ".join(f"{name} {email}" for name, email in forwarded_from(message))
        said = f"{message.subject}\n{message.words.own}\n{forwarded}".lower()
        alike = [c for c in self._alike(message) if c.customer is None or c.customer != customer]
        wrote = {c.customer for c in alike}
        own = tuple(c for c in self.contacts if customer is not None and c.customer == customer)
        for_another = for_somebody(message.words.own)
        likest = self._likest(message, watched)
        together = {number for c in own for number in c.acts_for}
        answers = {message.in_reply_to, *message.references} - {""}
        together |= {c.customer for c in self.contacts if c.message_id in answers and c.customer is not None}
        people = [
            replace(
                sketch,
                watched=key in watched,
                never_restrict=bool(members.intersection(sketch.emails)) or _protected(sketch),
            )
            for key, sketch in sketches.items()
            if key != customer
            and (
                key in together
                or _near(sketch, mine, said)
                or (key in watched and (key in wrote or for_another or _hinted(sketch, said, message)))
                or key == likest
            )
        ]
        in_question = {sketch.customer for sketch in people}
        return History(
            customer=mine
            and replace(
                mine,
                watched=customer in watched,
                never_restrict=bool(members.intersection(mine.emails)) or _protected(mine),
            ),
            own=own,
            watched=tuple(c for c in self.contacts if c.customer in watched & in_question),
            alike=tuple(c for c in alike if c.at >= when - _RECENT or c.customer in watched),
            lately=self._lately(message, when, {customer, *watched} - {None}),
            recent=tuple(c for c in self.contacts if c.customer in in_question - watched and c.at >= when - _RECENT),
            people=tuple(people),
            council=(council["domain"],),
            at_domain=self._at_domain(message.sender.domain, sketches),
        )

    def _likest(self, message: Message, watched: set[int | None]) -> int | None:
        """Of the watched, the one whose letters share most with this one."""
        letter = f"{message.subject}\n{message.words.own}"
        alike = (
            (likeness(letter, f"{c.subject}\n{c.own}"), -c.customer)
            for c in self.contacts
            if c.customer is not None and c.customer in watched
        )
        share, customer = max(alike, default=(0.0, 0))
        return -customer if share >= WORTH_A_SECOND_LOOK else None

    def _at_domain(self, domain: str, sketches: dict[Any, PersonSketch]) -> tuple[str, ...]:
        known = {email for sketch in sketches.values() for email in sketch.emails}
        known |= {c.sender_email for c in self.contacts}
        return tuple(sorted(email for email in known if email.rpartition("@")[2] == domain))[:12]

    def _alike(self, message: Message) -> list[PastContact]:
        """Earlier letters that share wording, by their prints, as in the running program."""
        shared = Counter(n for one in prints_of(message.words.own, message.subject) for n in self.prints.get(one, ()))
        return [c for c in self.contacts if shared[c.id] >= 2]

    def _lately(self, message: Message, when: datetime, but_of: set[int | None]) -> tuple[PastContact, ...]:
        """Other people's letters of the last weeks that name what this one names."""
        prints = topic_prints(message.words.own, message.subject)
        found = {number for one in prints for number in self.prints.get(one, ())}
        since = when - timedelta(days=DAYS)
        return tuple(c for c in self.contacts if c.id in found and c.at >= since and c.customer not in but_of)

    def _inbound(
        self, at: int, raw: dict[str, Any], when: datetime, message: Message, step: Step, customer: int | None
    ) -> PastContact:
        issue = step.filed if step.filed is not None else self.number(raw["truth"].get("issue"))
        acts_for = self.number(raw["truth"].get("associate_of"))
        return PastContact(
            id=at,
            customer=customer,
            direction=Direction.IN,
            at=when,
            message_id=raw["id"],
            subject=raw["subject"] or "",
            own=message.words.own,
            issue=issue,
            in_reply_to=raw.get("in_reply_to") or "",
            sender_email=message.sender.email,
            sender_name=message.sender.name,
            signature=message.words.signature,
            attachment_hashes=tuple(a.sha256 for a in message.attachments),
            authenticated=message.authentication.passed,
            acts_for=() if acts_for is None else (acts_for,),
        )

    def _outbound(self, at: int, raw: dict[str, Any], when: datetime, files: dict[str, PastContact]) -> PastContact:
        parent = files.get(raw.get("in_reply_to") or "")
        to = set(raw["to"])
        written = [c for c in self.contacts if c.sender_email in to and c.direction is Direction.IN]
        parent = parent or (written[-1] if written else None)
        own = own_words(raw["body"])
        closes = bool(raw["truth"].get("closes")) if self.final_answer is None else bool(self.final_answer(own))
        return PastContact(
            id=at,
            customer=parent.customer if parent else None,
            direction=Direction.OUT,
            at=when,
            message_id=raw["id"],
            subject=raw["subject"] or "",
            own=own,
            issue=parent.issue if parent else None,
            final_answer=closes,
            in_reply_to=raw.get("in_reply_to") or "",
            sender_email=raw["from"]["email"].lower(),
            sender_name=raw["from"]["name"],
        )


def read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def own_words(body: str) -> str:
    """The body up to the first quoted line: a stand-in for the intake's own splitting, which is not imported here."""
    kept: list[str] = []
    for line in body.split("\n"):
        if _QUOTED.match(line):
            break
        kept.append(line)
    own = "\n".join(kept).strip()
    return own or body.strip()


def _protected(sketch: PersonSketch) -> bool:
    return bool(re.search(r"\bMP\b|\bCllr\b|Councillor|Ombudsman|Police", sketch.name))


def _near(sketch: PersonSketch, mine: PersonSketch | None, said: str) -> bool:
    """Found by an index in the running program: the same telephone, house or address, or named in the message."""
    if mine and (
        set(sketch.phones) & set(mine.phones)
        or set(sketch.emails) & set(mine.emails)
        or (sketch.address and sketch.address == mine.address)
    ):
        return True
    surname = sketch.name.lower().split()[-1] if sketch.name else ""
    house = sketch.address.split(",")[0].lower()
    return (
        bool(surname and surname in said)
        or bool(house and house in said)
        or any(phone in said for phone in sketch.phones)
    )


def _hinted(sketch: PersonSketch, said: str, message: Message) -> bool:
    """What points to somebody who is watched: any of their names, or the domain of their address."""
    names = {part for part in sketch.name.lower().split() if len(part) > 2}
    return bool(names & set(re.findall(r"[^\W\d_]+", said))) or any(
        email.rpartition("@")[2] == message.sender.domain for email in sketch.emails
    )


def _sketch(record: dict[str, Any], number: int) -> PersonSketch:
    return PersonSketch(
        number,
        record["name"],
        tuple(e.lower() for e in record.get("emails", [])),
        tuple(record.get("phones", [])),
        record.get("address", ""),
    )


def _message(raw: dict[str, Any], when: datetime) -> Message:
    said = Verdict(raw.get("auth", "pass"))
    return Message(
        sha256=hashlib.sha256(raw["id"].encode()).hexdigest(),
        size=len(raw["body"]),
        message_id=raw["id"],
        sender=Address(raw["from"]["email"].lower(), raw["from"]["name"]),
        received_at=when,
        to=tuple(Address(to.lower()) for to in raw["to"]),
        cc=tuple(Address(cc.lower()) for cc in raw.get("cc") or []),
        subject=raw["subject"] or "",
        in_reply_to=raw.get("in_reply_to") or "",
        body=raw["body"],
        words=OwnWords(own_words(raw["body"])),
        attachments=tuple(
            Attachment(name, "application/octet-stream", 1, hashlib.sha256(f"{raw['id']}{name}".encode()).hexdigest())
            for name in raw.get("attachments") or []
        ),
        automatic=Automatic.AUTO_REPLY if raw["truth"].get("kinds") == ["automatic"] else None,
        authentication=Authentication(spf=said, dkim=said, dmarc=said, trusted_by="mx"),
    )
