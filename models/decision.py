"""What the council decided, and the restrictions that follow from it: the first two of the gate's five locks.

Lock 1 (type): only `Decision.restriction()` builds a `Restriction`. Lock 2 (storage) stands in
`models.migrations.guards`: composite foreign keys, CHECKs and triggers, on SQLite and PostgreSQL alike.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import InitVar
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship, selectinload

from models.base import Base
from models.digests import digest_of
from models.errors import DecisionNotRecorded


class Measure(enum.StrEnum):
    """What can be decided to limit (policy sections 7 and 8; the Ombudsman's guide, ch 6). Nothing is ever rejected."""

    EMAIL_BLOCK = "email_block"  # the policy's word: mail is diverted to the named officer, kept and read
    SINGLE_POINT_OF_CONTACT = "single_point_of_contact"
    TELEPHONE_REFUSAL = "telephone_refusal"
    NO_FURTHER_CORRESPONDENCE = "no_further_correspondence"
    WRITTEN_ONLY = "written_only"
    GENERIC_INBOX = "generic_inbox"  # one address for all contact
    FILE_WITHOUT_REPLY = "file_without_reply"  # still read for what is new and for anybody's safety
    LIMITED_CALLS = "limited_calls"
    LIMITED_LETTERS = "limited_letters"
    LIMITED_PREMISES = "limited_premises"
    DISCRETIONARY_SERVICES = "discretionary_services"  # mandatory ones stay open
    EXTERNAL_BODY = "external_body"


# What binds nobody until it is said in words, and what those words must tell.
ASKED_OF: Mapping[Measure, str] = {
    Measure.GENERIC_INBOX: "the one address for all contact",
    Measure.LIMITED_CALLS: "how long calls may be, how many, and when",
    Measure.LIMITED_LETTERS: "how many letters and e-mails, or how long they may be",
    Measure.LIMITED_PREMISES: "which buildings, and when they may be visited",
    Measure.DISCRETIONARY_SERVICES: "which services, none of which the law requires",
    Measure.EXTERNAL_BODY: "which body contact goes through, and how it is reached",
}
NEEDS_TERMS = frozenset(ASKED_OF)


def _in_sql(measures: Iterable[Measure]) -> str:
    return ", ".join(repr(m.value) for m in Measure if m in measures)


_THE_GATE = object()


def _canonical(parts: Sequence[object]) -> str:
    return digest_of([str(part) for part in parts])


class Decision(Base):
    """A decision of the council, or of an officer with lawfully delegated power, as minuted (ST2-05; INV-01).

    `measure_count` seals it: measures cannot be added to a decision afterwards. Never updated, never deleted.
    `exception` gives the recorded exceptional reason when a stage of the policy was skipped (INV-08).
    """

    __tablename__ = "decisions"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    body: Mapped[str]
    minute: Mapped[str]
    decided_on: Mapped[date]
    resolution: Mapped[str]
    subject_matter: Mapped[str]
    named_officer: Mapped[str]
    policy_version: Mapped[str]
    measure_count: Mapped[int]
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]
    exception: Mapped[str] = mapped_column(default="")
    measures: Mapped[list[DecidedMeasure]] = relationship(default_factory=list, order_by="DecidedMeasure.id")

    __table_args__ = (
        UniqueConstraint("id", "customer_id"),
        UniqueConstraint("body", "minute", "customer_id"),
        *(
            CheckConstraint(f"length(trim({name})) > 0", name=f"{name}_given")
            for name in (
                "body",
                "minute",
                "resolution",
                "subject_matter",
                "named_officer",
                "policy_version",
                "recorded_by",
            )
        ),
        CheckConstraint("measure_count > 0", name="something_was_decided"),
    )

    def digest(self) -> str:
        """SHA-256 over everything decided; noted in the audit chain when it was recorded, and compared ever after."""
        own = [self.customer_id, self.body, self.minute, self.decided_on.isoformat(), self.resolution]
        own += [self.subject_matter, self.named_officer, self.policy_version, self.measure_count, self.exception]
        parts: list[object] = [*own]
        for m in sorted(self.measures, key=lambda m: m.measure.value):
            parts += [m.measure.value, m.starts_on.isoformat(), m.ends_on.isoformat(), m.review_on.isoformat()]
            # Only where there are any: what was decided before there were terms keeps the digest it was sealed with.
            parts += [f"terms: {m.terms}"] if m.terms else []
        return _canonical(parts)

    def restriction(self, measure: Measure, letter: DecisionLetter) -> Restriction:
        """The restriction that this decision imposes; the only way to make one.

        Raises DecisionNotRecorded if the measure was not decided or the letter is not this decision's.
        """
        decided = next((m for m in self.measures if m.measure is measure), None)
        if decided is None:
            raise DecisionNotRecorded(f"decision {self.id} does not contain the measure {measure.value}")
        if letter.decision_id != self.id:
            raise DecisionNotRecorded(f"the letter is not that of decision {self.id}")
        return Restriction(
            decision_id=self.id,
            customer_id=self.customer_id,
            measure=decided.measure,
            starts_on=decided.starts_on,
            ends_on=decided.ends_on,
            letter_id=letter.id,
            built_by=_THE_GATE,
        )


class DecidedMeasure(Base):
    """One measure of a decision with its dates: `ends_on` is the first day without it (INV-20: none is open-ended).

    `terms` say in words how far it goes, where its kind does not: which address, which mailboxes or people, how often.
    """

    __tablename__ = "decided_measures"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    decision_id: Mapped[int] = mapped_column(init=False)
    customer_id: Mapped[int]
    measure: Mapped[Measure]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    review_on: Mapped[date]
    terms: Mapped[str] = mapped_column(default="", server_default="")

    __table_args__ = (
        ForeignKeyConstraint(["decision_id", "customer_id"], ["decisions.id", "decisions.customer_id"]),
        UniqueConstraint("decision_id", "measure"),
        UniqueConstraint("decision_id", "customer_id", "measure", "starts_on", "ends_on"),
        CheckConstraint("starts_on < ends_on", name="dates_run_forward"),
        CheckConstraint("review_on > starts_on AND review_on <= ends_on", name="review_within"),
        CheckConstraint(f"measure IN ({_in_sql(Measure)})", name="measure"),
        CheckConstraint(
            f"measure NOT IN ({_in_sql(NEEDS_TERMS)}) OR length(trim(terms)) > 0", name="terms_where_needed"
        ),
    )


class DecisionLetter(Base):
    """That the letter telling the customer of the decision was sent (INV-01; ST2-06). Append-only."""

    __tablename__ = "decision_letters"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"))
    sent_on: Mapped[date]
    sent_by: Mapped[str]  # the officer who signed it
    how: Mapped[str]  # "first class post", "e-mail" ...
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("id", "decision_id"),
        *(
            CheckConstraint(f"length(trim({name})) > 0", name=f"{name}_given")
            for name in ("sent_by", "how", "recorded_by")
        ),
    )

    def digest(self) -> str:
        return _canonical([self.decision_id, self.sent_on.isoformat(), self.sent_by, self.how])


class Restriction(Base):
    """A measure in life: it copies its decision's dates and cannot differ from them. Never updated, never deleted.

    It ends by itself on `ends_on`, or earlier by a Lifting; longer or wider needs a new Decision.
    """

    __tablename__ = "restrictions"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    decision_id: Mapped[int]
    customer_id: Mapped[int] = mapped_column(index=True)
    measure: Mapped[Measure]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    letter_id: Mapped[int]
    built_by: InitVar[object]
    decision: Mapped[Decision] = relationship(
        init=False,
        viewonly=True,
        foreign_keys="Restriction.decision_id",
        primaryjoin="Restriction.decision_id == Decision.id",
    )
    letter: Mapped[DecisionLetter] = relationship(
        init=False,
        viewonly=True,
        foreign_keys="Restriction.letter_id",
        primaryjoin="Restriction.letter_id == DecisionLetter.id",
    )
    liftings: Mapped[list[Lifting]] = relationship(init=False, viewonly=True)

    __table_args__ = (
        ForeignKeyConstraint(
            ["decision_id", "customer_id", "measure", "starts_on", "ends_on"],
            [f"decided_measures.{c}" for c in ("decision_id", "customer_id", "measure", "starts_on", "ends_on")],
            name="fk_restrictions_as_decided",
        ),
        ForeignKeyConstraint(
            ["letter_id", "decision_id"],
            ["decision_letters.id", "decision_letters.decision_id"],
            name="fk_restrictions_letter_sent",
        ),
        UniqueConstraint("decision_id", "measure"),
    )

    def __post_init__(self, built_by: object) -> None:
        if built_by is not _THE_GATE:
            raise DecisionNotRecorded("only Decision.restriction() builds a Restriction")

    def digest(self) -> str:
        parts = [self.decision_id, self.customer_id, self.measure.value, self.starts_on.isoformat()]
        return _canonical([*parts, self.ends_on.isoformat(), self.letter_id])

    @property
    def terms(self) -> str:
        """How far it goes, in the words of its decision; empty where its kind says it all."""
        return next((m.terms for m in self.decision.measures if m.measure is self.measure), "")

    def in_force(self, today: date) -> bool:
        """Whether it binds on this day: begun, not at its end, its letter sent, and not lifted."""
        if not (self.starts_on <= today < self.ends_on and self.letter.sent_on <= today):
            return False
        return all(today < lifting.lifted_on for lifting in self.liftings)


class Lifting(Base):
    """An early end, by one action, at once (INV-26). Append-only."""

    __tablename__ = "liftings"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    restriction_id: Mapped[int] = mapped_column(ForeignKey("restrictions.id"), index=True)
    lifted_on: Mapped[date]
    reason: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]

    __table_args__ = (CheckConstraint("length(trim(reason)) > 0", name="reason_given"),)

    def digest(self) -> str:
        return _canonical([self.restriction_id, self.lifted_on.isoformat(), self.reason, self.by])


def all_restrictions(session: Session) -> list[Restriction]:
    """Every restriction there ever was, the newest first, with what it rests on."""
    wanted = select(Restriction).order_by(Restriction.id.desc())
    paper = (selectinload(Restriction.decision), selectinload(Restriction.letter), selectinload(Restriction.liftings))
    return list(session.scalars(wanted.options(*paper)))
