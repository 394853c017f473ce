"""Letters: a draft that may still be changed, then what was sent, for ever (INV-14), and what became of it."""

from __future__ import annotations

import enum
import hashlib
from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base
from models.digests import digest_of
from models.errors import NotFound


class LetterKind(enum.StrEnum):
    """One template each; its obligatory contents stand in the policy, [letters.KIND]."""

    PLEASE_STOP = "please_stop"  # GEN-09
    INITIAL_WARNING = "initial_warning"  # IW-04
    FORMAL_WARNING = "formal_warning"  # ST1-02
    DECISION = "decision"  # ST2-06
    URGENT_DECISION = "urgent_decision"  # RES-07
    NO_FURTHER_CORRESPONDENCE = "no_further_correspondence"  # CC-01
    REVIEW_OUTCOME = "review_outcome"  # REV-05
    EXTENSION = "extension"  # REV-04, REV-05
    LIFTING = "lifting"  # INV-26
    APPEAL_OUTCOME = "appeal_outcome"  # CH-06
    COMPLAINT_PAUSED = "complaint_paused"  # GEN-02
    MEMBER = "member"  # to an MP or councillor (CIR-03, CON-04)
    CIRCUMVENTION = "circumvention"  # to the other person, about their own conduct alone (X7)
    CAUTIONARY_NOTICE = "cautionary_notice"  # G-VM-2
    FOI_WARNING = "foi_warning"  # FE-03
    FOI_NARROWING = "foi_narrowing"  # FE-07
    FOI_CLARIFICATION = "foi_clarification"  # FOIA s1(3), s16
    FOI_FEES_NOTICE = "foi_fees_notice"  # FOIA s9
    FOI_ANSWER = "foi_answer"
    FOI_REFUSAL_VEXATIOUS = "foi_refusal_vexatious"  # s14(1), G-FOI-3
    FOI_REFUSAL_COST = "foi_refusal_cost"  # s12
    FOI_REVIEW_OUTCOME = "foi_review_outcome"  # CH-02
    EIR_CLARIFICATION = "eir_clarification"  # reg 9(2)
    EIR_FEES_NOTICE = "eir_fees_notice"  # reg 8
    EIR_EXTENSION = "eir_extension"  # reg 7
    EIR_ANSWER = "eir_answer"
    EIR_REFUSAL = "eir_refusal"  # reg 12(4)(b), reg 14, G-EIR-1
    EIR_REVIEW_OUTCOME = "eir_review_outcome"  # reg 11
    SAR_CLARIFICATION = "sar_clarification"  # SAR-03, SAR-05
    SAR_EXTENSION = "sar_extension"  # UK GDPR 12(3)
    SAR_ANSWER = "sar_answer"
    SAR_REFUSAL = "sar_refusal"  # SAR-05
    DP_COMPLAINT_ACKNOWLEDGEMENT = "dp_complaint_acknowledgement"  # DPA 2018 s164A
    DP_COMPLAINT_OUTCOME = "dp_complaint_outcome"


class LetterEventKind(enum.StrEnum):
    QUEUED = "queued"  # to be sent: recorded before it is handed over, so that no crash loses it
    HANDED_OVER = "handed_over"  # the mail server or Notify accepted it; its answer in `words`
    FAILED = "failed"  # it refused; the letter stays unsent until it is tried again
    DELIVERED = "delivered"
    RETURNED = "returned"
    ACKNOWLEDGED = "acknowledged"  # by the customer


class Letter(Base):
    """A letter as drafted. It may be changed until a LetterSent names it; a trigger refuses that afterwards.

    contents  for each obligatory content, the passage of the body that fulfils it, word for word; none: missing
    body      plain text; a line that starts with "## " is a heading, one with "- " a point; blank lines part paragraphs
    """

    __tablename__ = "letters"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    kind: Mapped[LetterKind]
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"), index=True)
    recipient: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    policy_version: Mapped[str]
    drafted_by: Mapped[str]
    drafted_at: Mapped[datetime]
    postal_address: Mapped[str] = mapped_column(default="")
    email: Mapped[str] = mapped_column(default="")
    contents: Mapped[dict[str, str]] = mapped_column(JSON(), default_factory=dict)
    language: Mapped[str] = mapped_column(default="en")
    large_print: Mapped[bool] = mapped_column(default=False)
    encloses_policy: Mapped[bool] = mapped_column(default=False)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), default=None, index=True)
    request_id: Mapped[int | None] = mapped_column(ForeignKey("information_requests.id"), default=None, index=True)
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decisions.id"), default=None, index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"), default=None)
    withdrawn_at: Mapped[datetime | None] = mapped_column(default=None)  # a draft that will not be sent

    def text_sha256(self) -> str:
        """SHA-256 of what it says and to whom: of recipient, where it goes, subject, body and contents."""
        parts = [self.kind.value, self.recipient, self.postal_address, self.email, self.subject, self.body]
        return digest_of([*parts, self.contents])


class Paper(Base):
    """The bytes of a paper as it went out or came in: a letter's PDF, a minute, a report. Append-only."""

    __tablename__ = "papers"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    media_type: Mapped[str]
    title: Mapped[str]
    kept_at: Mapped[datetime]

    def is_whole(self) -> bool:
        """Whether the bytes are still those that were kept."""
        return hashlib.sha256(self.content).hexdigest() == self.sha256


class LetterSent(Base):
    """That a letter went, and exactly what went. Append-only; one for each letter.

    text_sha256   Letter.text_sha256, as sent
    paper_sha256  the PDF that went (or that shows what went by e-mail)
    policy_sha256 the enclosed policy, empty if none was enclosed
    how           "first class post", "e-mail", "by hand", "GOV.UK Notify"
    """

    __tablename__ = "letters_sent"

    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id"), primary_key=True, autoincrement=False)
    sent_on: Mapped[date]
    signed_by: Mapped[str]
    how: Mapped[str]
    text_sha256: Mapped[str] = mapped_column(String(64))
    paper_sha256: Mapped[str] = mapped_column(ForeignKey("papers.sha256"))
    policy_sha256: Mapped[str]
    policy_version: Mapped[str]
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("length(trim(signed_by)) > 0", name="signed_by_given"),
        CheckConstraint("length(trim(how)) > 0", name="how_given"),
    )

    def digest(self) -> str:
        parts = [self.letter_id, self.sent_on.isoformat(), self.signed_by, self.how, self.text_sha256]
        parts += [self.paper_sha256, self.policy_sha256, self.policy_version]
        return digest_of(parts)


class LetterEvent(Base):
    """What became of a letter. Append-only."""

    __tablename__ = "letter_events"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id"), index=True)
    kind: Mapped[LetterEventKind]
    on: Mapped[date] = mapped_column("on_day")
    words: Mapped[str]
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"), default=None)


def find_paper(session: Session, sha256: str) -> Paper:
    """The bytes of a paper that went out or came in; NotFound in plain words."""
    found = session.get(Paper, sha256)
    if found is None:
        raise NotFound(f"the paper {sha256[:12]} is not in the store")
    return found


class LetterState(enum.StrEnum):
    """How a letter stands; read from what was recorded of it, never stored."""

    DRAFT = "draft"
    QUEUED = "queued"  # between being told to go and being taken: `evenhand letter retry` goes on
    HANDED_OVER = "handed over"  # it went, and that it went is still to be recorded: `evenhand letter retry`
    FAILED = "failed"  # it was refused, and is a draft again
    SENT = "sent"
    WITHDRAWN = "withdrawn"


def letter_events(session: Session, letter_id: int) -> list[LetterEvent]:
    """What became of a letter, in the order it was recorded."""
    return list(session.scalars(select(LetterEvent).where(LetterEvent.letter_id == letter_id).order_by(LetterEvent.id)))


def letter_state(session: Session, letter: Letter) -> LetterState:
    if sent_letter(session, letter.id) is not None:
        return LetterState.SENT
    if letter.withdrawn_at is not None:
        return LetterState.WITHDRAWN
    events = letter_events(session, letter.id)
    return LetterState(events[-1].kind.value.replace("_", " ")) if events else LetterState.DRAFT


def is_apart(kind: LetterKind) -> bool:
    """Whether letters of this kind are for those who are named to the cautionary register alone (INV-17, INV-19)."""
    return kind is LetterKind.CAUTIONARY_NOTICE


def all_letters(session: Session) -> list[Letter]:
    """Every letter that was ever drafted, the oldest first; those that stand apart too (`is_apart`)."""
    return list(session.scalars(select(Letter).order_by(Letter.id)))


def find_letter(session: Session, number: int) -> Letter:
    """A letter by its number; NotFound in plain words."""
    letter = session.get(Letter, number)
    if letter is None:
        raise no_letter(number)
    return letter


def no_letter(number: int) -> NotFound:
    """That there is no such letter, or none for whoever asks: the same words for both."""
    return NotFound(f"there is no letter {number}; `evenhand letter list` shows them")


def sent_letter(session: Session, letter_id: int) -> LetterSent | None:
    """How a letter went; None while it is a draft."""
    return session.get(LetterSent, letter_id)


def letters_about(
    session: Session,
    *,
    case_id: int | None = None,
    request_id: int | None = None,
    decision_id: int | None = None,
    kind: LetterKind | None = None,
    sent_only: bool = False,
) -> list[Letter]:
    """The letters of a case, a request or a decision, the oldest first; withdrawn drafts are left out, and so are the
    notices of cautionary entries, which belong to a register of their own (INV-19)."""
    apart = [each for each in LetterKind if is_apart(each)]
    wanted = select(Letter).where(Letter.withdrawn_at.is_(None), Letter.kind.not_in(apart))
    for column, value in (
        (Letter.case_id, case_id),
        (Letter.request_id, request_id),
        (Letter.decision_id, decision_id),
        (Letter.kind, kind),
    ):
        wanted = wanted if value is None else wanted.where(column == value)
    if sent_only:
        wanted = wanted.where(Letter.id.in_(select(LetterSent.letter_id)))
    return list(session.scalars(wanted.order_by(Letter.id)))
