"""Authority to act: that somebody may act for a customer, how that was given, how far it goes and how long (CIR-05).

Append-only, as all that people say of people. It restricts nobody and frees nobody: whoever acts for a customer by it
is told apart from whoever gets round a decision for them (G-LGO-3), and is answered in the customer's name.
"""

from __future__ import annotations

import enum
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base
from models.digests import digest_of


class ActsAs(enum.StrEnum):
    """In which capacity somebody acts for a customer."""

    ADVOCATE = "advocate"
    SOLICITOR = "solicitor"
    ADVISER = "adviser"
    FAMILY = "family"
    MEMBER = "member"  # an MP or councillor for somebody whom they represent (CIR-03)


class GivenBy(enum.StrEnum):
    """How the authority was given, or what gives it."""

    SIGNED_CONSENT = "signed_consent"
    LETTER_OF_AUTHORITY = "letter_of_authority"
    IN_PERSON = "in_person"  # the customer said so to the council: at a visit, a meeting, on the telephone
    POWER_OF_ATTORNEY = "power_of_attorney"
    COURT_ORDER = "court_order"  # a deputy of the Court of Protection, a litigation friend
    PARENT = "parent"  # parental responsibility for a child
    FOR_A_CONSTITUENT = "for_a_constituent"  # a member whom the customer asked (DPA 2018, schedule 1, paragraph 23)


class Scope(enum.StrEnum):
    ALL = "all"  # all matters
    MATTER = "matter"
    REQUEST = "request"  # an information request


class Authority(Base):
    """One authority. Append-only; what was wrong is withdrawn, and recorded anew.

    customer_id        for whom
    representative_id  who acts for them, where they have a record of their own
    name               who acts for them, where they have none; empty where they have
    words              how far it goes, in plain words
    contact_id         the contact in which it came, or by which it is known
    since, until       its first and its last day; no last day: until it is withdrawn
    """

    __tablename__ = "authorities"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    representative_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"), index=True)
    name: Mapped[str]
    acts_as: Mapped[ActsAs]
    given_by: Mapped[GivenBy]
    scope: Mapped[Scope]
    words: Mapped[str]
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"))
    since: Mapped[date]
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]
    until: Mapped[date | None] = mapped_column(default=None)
    issue_id: Mapped[int | None] = mapped_column(ForeignKey("issues.id"), default=None)
    request_id: Mapped[int | None] = mapped_column(ForeignKey("information_requests.id"), default=None)

    __table_args__ = (
        CheckConstraint("length(trim(words)) > 0", name="words_given"),
        CheckConstraint("length(trim(recorded_by)) > 0", name="recorded_by_given"),
        CheckConstraint("(representative_id IS NULL) = (length(trim(name)) > 0)", name="somebody_acts"),
        CheckConstraint("representative_id IS NULL OR representative_id <> customer_id", name="two_people"),
        CheckConstraint("until IS NULL OR until >= since", name="dates_run_forward"),
        CheckConstraint("(scope = 'matter') = (issue_id IS NOT NULL)", name="matter_named"),
        CheckConstraint("(scope = 'request') = (request_id IS NOT NULL)", name="request_named"),
    )

    def digest(self) -> str:
        """SHA-256 over the whole record; noted in the audit chain when it was made."""
        whom = [self.customer_id, self.representative_id, self.name, self.acts_as.value, self.given_by.value]
        reach = [self.scope.value, self.issue_id, self.request_id, self.words, self.contact_id]
        days = [self.since.isoformat(), self.until.isoformat() if self.until else None]
        return digest_of([*whom, *reach, *days, self.recorded_by])


class AuthorityWithdrawal(Base):
    """That an authority is over: the customer took it back, whoever acted laid it down, or it was none. Append-only."""

    __tablename__ = "authority_withdrawals"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    authority_id: Mapped[int] = mapped_column(ForeignKey("authorities.id"))
    on: Mapped[date] = mapped_column("on_day")  # the first day without it
    words: Mapped[str]
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"), default=None)

    __table_args__ = (
        UniqueConstraint("authority_id"),
        CheckConstraint("length(trim(words)) > 0", name="words_given"),
        CheckConstraint("length(trim(recorded_by)) > 0", name="recorded_by_given"),
    )

    def digest(self) -> str:
        return digest_of([self.authority_id, self.on.isoformat(), self.words, self.contact_id, self.recorded_by])
