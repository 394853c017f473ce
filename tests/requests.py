"""Builders for information requests: opened, a step taken, a letter gone, by the verbs."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from bot.bootstrap import App
from bot.intake.record import add_by_hand
from bot.requests.record import letter_went, may_send, open_request, take_step
from bot.work import Actor, Work
from models.customer import Customer
from models.letter import Letter, LetterKind, LetterSent, Paper
from models.log import find_contact
from models.message import Channel, Direction
from models.request import InformationRequest, Regime, RequestStep, RequestStepKind
from tests.builders import CLERK, a_contact

CLERKS_NAME = "R. Trelawny, Town Clerk"
OFFICERS_NAME = "M. Hosking, FOI Officer"
PANEL = "Cllr A. Rowe and Cllr B. Pascoe, a panel of members"
_numbers = itertools.count(1)


def a_request(
    app: App,
    regime: Regime,
    *,
    customer: Customer | None = None,
    contact: int | None = None,
    on: date | None = None,
    subject: str = "the quay wall",
    actor: Actor = CLERK,
) -> InformationRequest:
    """Received today in a letter of this customer; of `contact`; or made by word of mouth on a day."""
    if customer is not None and contact is None:
        contact = a_contact(app, customer, sender=f"resident{next(_numbers)}@penrose.example").id
    with app.begin(actor) as work:
        return open_request(
            work,
            regime=regime,
            subject=subject,
            asked_for="every letter about it",
            contact=find_contact(work.session, contact) if contact is not None else None,
            received_on=on,
        )


def our_letter(app: App, customer: Customer) -> int:
    """A letter of the council's to this customer, posted today and logged by hand; its number."""
    with app.begin(CLERK) as work:
        return add_by_hand(
            work,
            work.session.get_one(Customer, customer.id),
            channel=Channel.LETTER,
            direction=Direction.OUT,
            at=work.now,
            nature="about the request",
            words="As we wrote.",
        ).id


def step(
    app: App,
    request: InformationRequest,
    kind: RequestStepKind,
    *,
    on: date | None = None,
    who: str = CLERKS_NAME,
    words: str = "as it is",
    cites: Collection[int] = (),
    contact: int | None = None,
    seen: int | None = None,
    actor: Actor = CLERK,
    facts: Mapping[str, Any] | None = None,
    **more: Any,
) -> RequestStep:
    """One step by the verb, today where no day is told. Facts whose names Python keeps for itself go into `facts`."""
    with app.begin(actor) as work:
        return take_step(
            work,
            work.session.get_one(InformationRequest, request.id),
            kind,
            on=on or work.today,
            who=who,
            words=words,
            facts={**(facts or {}), **more},
            cites=cites,
            contact=find_contact(work.session, contact) if contact is not None else None,
            policy=app.policy,
            seen=seen,
        )


def weighed(app: App, request: InformationRequest) -> None:
    """An indicator, the value and the burden are on record."""
    step(app, request, RequestStepKind.INDICATOR, indicator="undue_burden", shows="thirty hours of two people")
    step(app, request, RequestStepKind.VALUE)
    step(app, request, RequestStepKind.BURDEN)


def a_draft(work: Work, request: InformationRequest, kind: LetterKind) -> Letter:
    letter = Letter(
        kind=kind,
        customer_id=request.customer_id,
        recipient="A resident",
        subject="Your request",
        body="As asked.",
        policy_version="1",
        drafted_by=work.actor.name,
        drafted_at=work.now,
        request_id=request.id,
    )
    work.session.add(letter)
    work.session.flush()
    work.note("letter.draft", letter)
    return letter


def letter_goes(
    app: App, request: InformationRequest, kind: LetterKind, *, signed_by: str = CLERKS_NAME, body: str = "As asked."
) -> None:
    """Drafted, allowed to go, gone today, and what follows."""
    content = f"{kind.value} {next(_numbers)}".encode()
    paper = hashlib.sha256(content).hexdigest()
    with app.begin(CLERK) as work:
        letter = a_draft(work, request, kind)
        letter.body = body
        may_send(work.session, letter, policy=app.policy, today=work.today)
        kept = Paper(sha256=paper, content=content, media_type="application/pdf", title=kind.value, kept_at=work.now)
        work.session.add(kept)
        work.session.flush()
        work.session.add(
            LetterSent(
                letter_id=letter.id,
                sent_on=work.today,
                signed_by=signed_by,
                how="first class post",
                text_sha256=letter.text_sha256(),
                paper_sha256=paper,
                policy_sha256="",
                policy_version="1",
                recorded_by=work.actor.name,
                recorded_at=work.now,
            )
        )
        work.session.flush()
        letter_went(work, letter, policy=app.policy)
