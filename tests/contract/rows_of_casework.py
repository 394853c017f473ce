"""Rows for the attack on storage: a case, a request, a letter that went, and the papers beside them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models.authority import ActsAs, Authority, AuthorityWithdrawal, GivenBy, Scope
from models.breach import Breach, BreachAnswer
from models.calendar import council_day
from models.case import Case, CaseStep, Ground, StepKind
from models.contact import Contact
from models.customer import Customer
from models.letter import Letter, LetterEvent, LetterEventKind, LetterKind, LetterSent, Paper
from models.meeting import Meeting
from models.request import InformationRequest, Regime, RequestStep, RequestStepKind
from models.view import RegisterGrant, RegisterView

PAPER = "a" * 64


def put_casework(session: Session, now: datetime, customer: Customer, contact: Contact) -> None:
    """One row in each table of casework; the letter has been sent."""
    today = council_day(now)
    said: dict[str, Any] = {"recorded_by": "clerk", "recorded_at": now}
    case = Case(
        reference="CASE-2026-900",
        customer_id=customer.id,
        subject_matter="for a test",
        ground=Ground.MANNER,
        opened_on=today,
        opened_by="clerk",
        opened_at=now,
    )
    request = InformationRequest(
        reference="FOI-2026-900",
        regime=Regime.FOI,
        customer_id=customer.id,
        contact_id=None,
        subject="for a test",
        asked_for="for a test",
        received_on=today,
        **said,
    )
    letter = Letter(
        kind=LetterKind.PLEASE_STOP,
        customer_id=customer.id,
        recipient="for a test",
        subject="for a test",
        body="for a test",
        policy_version="1",
        drafted_by="clerk",
        drafted_at=now,
    )
    paper = Paper(sha256=PAPER, content=b"%PDF", media_type="application/pdf", title="for a test", kept_at=now)
    breach = Breach(aware_at=now, words="for a test", **said)
    authority = Authority(
        customer_id=customer.id,
        representative_id=None,
        name="for a test",
        acts_as=ActsAs.ADVOCATE,
        given_by=GivenBy.SIGNED_CONSENT,
        scope=Scope.ALL,
        words="for a test",
        contact_id=contact.id,
        since=today,
        **said,
    )
    session.add_all([case, request, letter, paper, breach, authority])
    session.flush()
    step: dict[str, Any] = {"on": today, "who": "the clerk", "words": "for a test", "policy_version": "1", **said}
    session.add_all(
        [
            CaseStep(case_id=case.id, kind=StepKind.REPORT, **step),
            RequestStep(request_id=request.id, kind=RequestStepKind.ACKNOWLEDGED, **step),
            LetterSent(
                letter_id=letter.id,
                sent_on=today,
                signed_by="the clerk",
                how="by hand",
                text_sha256=PAPER,
                paper_sha256=PAPER,
                policy_sha256="",
                policy_version="1",
                **said,
            ),
            LetterEvent(letter_id=letter.id, kind=LetterEventKind.DELIVERED, on=today, words="", **said),
            AuthorityWithdrawal(authority_id=authority.id, on=today, words="for a test", **said),
            Meeting(body="Full Council", held_on=today, called_off=False, **said),
            BreachAnswer(breach_id=breach.id, reported=True, at=now, words="for a test", **said),
            RegisterView(register="section 19", by="clerk", at=now, how="shown", entries=1, purpose="for a test"),
            RegisterGrant(
                register="section 19", username="clerk", granted=True, reason="for a test", by="clerk", at=now
            ),
        ]
    )
