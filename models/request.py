"""Requests with a statutory clock: FOI, EIR, SAR, data-protection complaints. What was done stands in steps.

A refusal attaches to one request, never to a person (policy section 13; INV-12). How a request stands is not stored:
it is read from its steps (`bot.requests.track`).
"""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base
from models.digests import digest_of
from models.errors import NotFound


class Regime(enum.StrEnum):
    FOI = "foi"
    EIR = "eir"
    SAR = "sar"
    DP_COMPLAINT = "dp_complaint"  # DPA 2018 s164A


class RequestStepKind(enum.StrEnum):
    """What was done about a request. Its source stands beside it."""

    ACKNOWLEDGED = "acknowledged"
    REGIME_CHANGED = "regime_changed"  # it was handled under one law and belongs under another; the clock stays
    CLARIFICATION_ASKED = "clarification_asked"  # pauses (FOIA s1(3); UK GDPR 12, DUAA 2025)
    CLARIFICATION_GIVEN = "clarification_given"
    IDENTITY_ASKED = "identity_asked"  # SAR: pauses
    IDENTITY_GIVEN = "identity_given"
    FEE_ASKED = "fee_asked"  # SAR-05; FOIA s9
    FEE_PAID = "fee_paid"
    INDICATOR = "indicator"  # one of the nine, with what shows it (FE-02), or of SAR-01/SAR-03
    VALUE = "value"  # its value and purpose (FE-03)
    BURDEN = "burden"  # what it would cost (FE-03)
    EVIDENCE = "evidence"  # an entry of the evidence log; none after the statutory deadline (G-FOI-4)
    WARNED = "warned"  # a warning that further requests will likely be so treated (FE-03)
    PROMPT_ANSWERED = "prompt_answered"  # why there was no warning before a finding (X10, G-FOI-5)
    ADVICE = "advice"  # of the county association, the Monitoring Officer (FE-06)
    ESTIMATE = "estimate"  # one line of the s12 sheet: task, hours (FE-07)
    NARROWING_ASKED = "narrowing_asked"  # FE-07
    AGGREGATED = "aggregated"  # with which other request, and the evidence of a link (G-FOI-6)
    EXTENDED = "extended"  # EIR to 40 days, SAR by two months, told in time
    PUBLIC_INTEREST = "public_interest"  # EIR reg 12(1)(b); presumption of disclosure
    DECIDED = "decided"  # by whom: to answer or to refuse, and under what (FE-04)
    ANSWERED = "answered"
    REFUSED = "refused"  # the refusal notice went (G-FOI-3, EIR reg 14, SAR-05)
    NO_NOTICE = "no_notice"  # s17(6): one was given before and the person was warned
    REVIEW_ASKED = "review_asked"  # internal review (CH-02; EIR: any dissatisfaction is one)
    REVIEW_DECIDED = "review_decided"  # by somebody else (INV-16)
    REGULATOR = "regulator"  # the ICO or a tribunal took it up, and what it said
    SIMILAR = "similar"  # read within twelve months of a decision: fresh, or within the subject (REV-06)
    WIDER_POLICY = "wider_policy"  # whether the conduct policy should be invoked too (FE-08)
    INFORMED = "informed"  # relevant officers and members made aware (FE-09)
    OUTCOME = "outcome"  # of a data-protection complaint
    WITHDRAWN = "withdrawn"
    INTERVAL = "interval"  # SAR: what makes an interval reasonable, weighed (SAR-04)
    TOGETHER = "together"  # answered together with another request on the same subject (PUB-03)
    REVIVED = "revived"  # it was read as withdrawn by mistake: the clock never stopped
    LAPSED = "lapsed"  # a fee was not paid in the law's time (FOIA s9(2), EIR reg 8(5))
    ON_BEHALF = "on_behalf"  # it asks for another person's data, who made it for them (CIR-05)
    TRANSFERRED = "transferred"  # another authority holds it, and the requester was told (s45 code, EIR reg 10)


class InformationRequest(Base):
    """One request. Append-only: what happens to it stands in its steps.

    received_on  the day it reached the council's server or hand, read or not, diverted or not (INV-06)
    contact_id   the contact it arrived in; None for one made by word of mouth (EIR) that was not logged before
    """

    __tablename__ = "information_requests"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    reference: Mapped[str] = mapped_column(unique=True)  # "FOI-2026-001"
    regime: Mapped[Regime]
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"), index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"), index=True)
    subject: Mapped[str]
    asked_for: Mapped[str]
    received_on: Mapped[date]
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("length(trim(subject)) > 0", name="subject_given"),
        CheckConstraint("regime IN ('foi', 'eir', 'sar', 'dp_complaint')", name="regime"),
    )

    def digest(self) -> str:
        """SHA-256 over the whole request; noted in the audit chain when it was opened."""
        parts = [self.reference, self.regime.value, self.customer_id, self.contact_id, self.subject, self.asked_for]
        return digest_of([*parts, self.received_on.isoformat()])


class RequestStep(Base):
    """One step of a request; as `models.case.CaseStep`. Append-only."""

    __tablename__ = "request_steps"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    request_id: Mapped[int] = mapped_column(ForeignKey("information_requests.id"), index=True)
    kind: Mapped[RequestStepKind]
    on: Mapped[date] = mapped_column("on_day")
    who: Mapped[str]
    words: Mapped[str]
    policy_version: Mapped[str]
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON(), default_factory=dict)
    cites: Mapped[list[int]] = mapped_column(JSON(), default_factory=list)
    letter_id: Mapped[int | None] = mapped_column(ForeignKey("letters.id"), default=None, index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.id"), default=None, index=True)

    __table_args__ = (
        CheckConstraint("length(trim(who)) > 0", name="who_given"),
        CheckConstraint("length(trim(recorded_by)) > 0", name="recorded_by_given"),
    )

    def digest(self) -> str:
        """SHA-256 over the whole step; noted in the audit chain when it was recorded."""
        parts: list[Any] = [
            self.request_id,
            self.kind.value,
            self.on.isoformat(),
            self.who,
            self.words,
            self.policy_version,
        ]
        parts += [self.facts, self.cites, self.letter_id, self.contact_id]
        return digest_of(parts)


def find_request(session: Session, reference: str) -> InformationRequest:
    """A request by its reference; NotFound in plain words."""
    wanted = select(InformationRequest).where(func.upper(InformationRequest.reference) == reference.strip().upper())
    request = session.scalar(wanted)
    if request is None:
        raise NotFound(f"there is no request '{reference}'; `evenhand request list` shows them")
    return request


def all_requests(session: Session) -> list[InformationRequest]:
    return list(session.scalars(select(InformationRequest).order_by(InformationRequest.id)))


def request_steps(session: Session, request: InformationRequest) -> list[RequestStep]:
    """The steps of a request in the order they were recorded."""
    wanted = select(RequestStep).where(RequestStep.request_id == request.id)
    return list(session.scalars(wanted.order_by(RequestStep.id)))
