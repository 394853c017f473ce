"""The whole file of a case or of a request, for an ombudsman or a tribunal: index, history, log, letters, reports,
minutes, and the hash of each paper (CH-01, REC-08)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from bot.paper import day, moment, paragraphs, pdf_of, table, text
from bot.reports.tagged import as_one_pdf
from models.audit import AuditEntry
from models.case import CaseStep
from models.contact import Contact
from models.decision import Decision
from models.letter import Letter, LetterEvent, LetterKind, LetterSent, Paper
from models.message import Direction
from models.request import InformationRequest, Regime, RequestStep, RequestStepKind
from models.request_standing import RequestStanding

Step = CaseStep | RequestStep


@dataclass(frozen=True, slots=True)
class Piece:
    """One paper of the bundle."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class Bundle:
    title: str
    pieces: tuple[Piece, ...]

    def index_rows(self) -> list[tuple[int, str, str, str]]:
        """Number, file name, paper, SHA-256: what index.csv holds."""
        return [(n, file_name(n, p.name), p.name, p.sha256) for n, p in enumerate(self.pieces, 1)]

    def as_one(self) -> bytes:
        """One PDF: the index, then every paper; a bookmark for each."""
        index = f"<h1>{text(self.title)}</h1><h2>Index</h2>" + table(
            ("No.", "Paper", "SHA-256"), [(n, name, sha) for n, _, name, sha in self.index_rows()]
        )
        papers = [("Index", pdf_of(index, title=self.title)), *((p.name, p.content) for p in self.pieces)]
        return as_one_pdf(self.title, papers)


def file_name(number: int, name: str) -> str:
    return f"{number:02}-{re.sub(r'[^a-z0-9]+', '-', name.lower()).strip('-')[:60]}.pdf"


def steps_page(title: str, steps: Iterable[Step]) -> str:
    """Every step in full, in the order it was recorded, with the audit trail's word for it beside it."""
    return f"<h1>{text(title)}</h1>" + _steps(steps)


def _steps(steps: Iterable[Step]) -> str:
    made = []
    for step in steps:
        facts = [(name.replace("_", " "), _plain(value)) for name, value in step.facts.items()]
        made.append(f"<h3>{day(step.on)}: {text(step.kind.value.replace('_', ' '))}</h3>")
        by = "Told:" if step.kind is RequestStepKind.INFORMED else "By"
        made.append(f"<p>{by} {text(step.who)}. Policy: {text(step.policy_version)}.</p>{paragraphs(step.words)}")
        made.append(table(("What", "As recorded"), facts) if facts else "")
        if step.cites:
            made.append(f"<p>Contacts cited: {', '.join(str(n) for n in step.cites)}.</p>")
        made.append(
            f'<p class="small">Recorded by {text(step.recorded_by)} on {moment(step.recorded_at)}. SHA-256 '
            f"{step.digest()}.</p>"
        )
    return "".join(made)


def request_page(
    title: str,
    request: InformationRequest,
    standing: RequestStanding,
    steps: Sequence[RequestStep],
    on_behalf_of: str = "",
) -> str:
    """What was asked for and when, each day of its clock, and every step. `on_behalf_of`: whose data it asks for."""
    days = [
        ("Handled under", _LAWS[standing.regime]),
        ("Received", f"{day(request.received_on)}{f', in contact {request.contact_id}' if request.contact_id else ''}"),
        ("Subject", request.subject),
        ("Asked for", request.asked_for),
        *([("On behalf of", on_behalf_of)] if on_behalf_of else []),
        *(
            (f"Waited for {pause.why}", f"{day(pause.since)} to {day(pause.until) if pause.until else 'this day'}")
            for pause in standing.pauses
        ),
        *_days(
            ("Last day to acknowledge", standing.acknowledge_by),
            ("Acknowledged", standing.acknowledged_on),
            ("Last day to answer", standing.due),
            ("Internal review asked for", standing.review_asked_on),
            ("Outcome of the review due", standing.review_due),
            ("Outcome of the review told", standing.told_of_review),
        ),
    ]
    if standing.ended is not None:
        days.append((_plain(standing.ended.kind.value).capitalize(), day(standing.ended.on) + ", late" * standing.late))
    return f"<h1>{text(title)}</h1>" + table(("What", "As it stands"), days) + _steps(steps)


def _days(*named: tuple[str, date | None]) -> list[tuple[str, str]]:
    return [(name, day(on)) for name, on in named if on is not None]


_LAWS = {
    Regime.FOI: "the Freedom of Information Act 2000",
    Regime.EIR: "the Environmental Information Regulations 2004",
    Regime.SAR: "UK GDPR article 15 (subject access)",
    Regime.DP_COMPLAINT: "the Data Protection Act 2018, section 164A (complaint)",
}


def _plain(value: object) -> str:
    if isinstance(value, list):
        return "; ".join(str(item) for item in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value).replace("_", " ")


def decisions_page(decisions: Sequence[Decision], told: Mapping[int, date]) -> str:
    """What was decided, as minuted, with its measures and their dates. `told`: when the letter of each went; without it
    nothing came into force (INV-01)."""
    made = ["<h1>Decisions, as minuted</h1>"]
    for d in decisions:
        rows = [
            (m.measure.value.replace("_", " "), m.terms, day(m.starts_on), day(m.ends_on), day(m.review_on))
            for m in d.measures
        ]
        made.append(f"<h2>{text(d.body)}, {day(d.decided_on)}, minute {text(d.minute)}</h2>{paragraphs(d.resolution)}")
        made.append(f"<p>Subject matter: {text(d.subject_matter)}. Named officer: {text(d.named_officer)}.</p>")
        made.append(f"<p>Exceptional reason: {text(d.exception)}.</p>" if d.exception else "")
        made.append(table(("Measure", "Terms", "From", "First day without it", "Review"), rows))
        went = (
            f"Its letter went on {day(told[d.id])}." if d.id in told else "No letter of it went: it restricted nobody."
        )
        made.append(f"<p>{went}</p>")
        made.append(f'<p class="small">Policy: {text(d.policy_version)}. SHA-256 {d.digest()}.</p>')
    return "".join(made)


def contacts_page(
    contacts: Sequence[Contact], cited: Collection[int] = (), others: Mapping[int, str] | None = None
) -> str:
    """The contacts in their own words, with what was attached, and the hash of the bytes they came as; those that the
    steps cite are marked. `others`: by number, those with somebody else than the customer, and with whom."""
    made = ["<h1>Contacts in full</h1>"]
    for c in contacts:
        other = (others or {}).get(c.id, "")
        came = f"from {other or 'the customer'}" if c.direction is Direction.IN else "from the Council"
        came += f" to {other}" if other and c.direction is Direction.OUT else ""
        mark = "; cited" * (c.id in cited)
        made.append(f"<h2>Contact {c.id}: {moment(c.at)}, {text(c.channel.value)} {text(came)}{mark}</h2>")
        made.append(f"<p>Subject: {text(c.subject)}</p>{paragraphs(c.own or c.body)}")
        rows = [(a.name or "without a name", a.content_type, f"{a.size:,} bytes", a.sha256) for a in c.attachments]
        made.append(table(("Attached", "Kind", "Size", "SHA-256"), rows) if rows else "")
        made.append(f'<p class="small">SHA-256 of the message: {text(c.sha256 or "entered by hand")}.</p>')
    return "".join(made)


def letter_pieces(session: Session, letters: Sequence[Letter]) -> list[Piece]:
    """Each letter as it went, and after them how each went and what became of it."""
    pieces, rows = [], []
    for letter in letters:
        sent = session.get(LetterSent, letter.id)
        if sent is None:
            continue
        words = f"Letter {letter.id}, {kind_in_words(letter.kind)}, {day(sent.sent_on)}"
        pieces.append(Piece(words, _content(session, sent.paper_sha256)))
        events = session.scalars(select(LetterEvent).where(LetterEvent.letter_id == letter.id).order_by(LetterEvent.id))
        became = "; ".join(f"{e.kind.value.replace('_', ' ')} {day(e.on)}" for e in events)
        rows.append((letter.id, kind_in_words(letter.kind), day(sent.sent_on), sent.how, sent.signed_by, became))
    if rows:
        heads = ("Letter", "Kind", "Sent", "How", "Signed by", "What became of it")
        page = "<h1>How the letters went</h1>" + table(heads, rows)
        pieces.append(Piece("How the letters went", pdf_of(page, title="How the letters went")))
    return pieces


def kind_in_words(kind: LetterKind) -> str:
    """FOI refusal vexatious; initial warning."""
    first, _, rest = kind.value.replace("_", " ").partition(" ")
    return f"{first.upper()} {rest}" if first in ("foi", "eir", "sar") else f"{first} {rest}".strip()


def audit_page(session: Session, subjects: Sequence[str]) -> str:
    """What the tamper-evident history says of these records: entry, time, verb, hash."""
    wanted = select(AuditEntry).where(AuditEntry.subject.in_(subjects)).order_by(AuditEntry.id)
    rows = [(e.id, moment(e.at), e.verb, e.subject, e.hash) for e in session.scalars(wanted)]
    return "<h1>The history of these records</h1>" + table(("Entry", "When", "What", "Record", "Hash"), rows)


def contacts_in_order(session: Session, numbers: Iterable[int]) -> list[Contact]:
    wanted = select(Contact).where(Contact.id.in_(set(numbers))).order_by(Contact.at, Contact.id)
    return list(session.scalars(wanted.options(selectinload(Contact.attachments))))


def decisions_of(session: Session, numbers: Iterable[int]) -> list[Decision]:
    wanted = select(Decision).where(Decision.id.in_(set(numbers))).order_by(Decision.decided_on, Decision.id)
    return list(session.scalars(wanted.options(selectinload(Decision.measures))))


def _content(session: Session, sha256: str) -> bytes:
    return session.get_one(Paper, sha256).content
