"""Builders for the tests of registers: who is named to them, a refused request, entries of the other store."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from bot import officers
from bot.bootstrap import App
from bot.registers import access
from bot.registers import cautionary as verbs
from bot.work import Actor, Work
from models.cautionary import AgeGroup, CautionaryEntry, Nature, Whom
from models.cautionary_standing import Standing, find_entry, standings
from models.customer import Customer
from models.officer import POWERS, Role
from models.request import InformationRequest, Regime, RequestStepKind
from models.view import Register
from tests.builders import CLERK, NAMED_OFFICER
from tests.records import a_request, a_request_step

ASSISTANT = Actor("t.carne", POWERS[Role.ASSISTANT])
SECOND_CLERK = Actor("w.pascoe", POWERS[Role.CLERK])
PEOPLE = {
    CLERK.name: Role.CLERK,
    NAMED_OFFICER.name: Role.NAMED_OFFICER,
    ASSISTANT.name: Role.ASSISTANT,
    SECOND_CLERK.name: Role.CLERK,
}


def let_in(app: App) -> None:
    with app.begin(officers.FOUNDER) as work:
        for username, role in PEOPLE.items():
            officers.add(work, username=username, name=username.title(), role=role)


def name_to(app: App, register: Register, *actors: Actor) -> None:
    with app.begin(CLERK) as work:
        for actor in actors:
            access.grant(work, register, actor.name, reason="needs it for a test")


def proof(app: App, actor: Actor, register: Register) -> access.Named:
    with app.look() as session:
        return access.named(session, actor, register, app.seal)


def a_refused_request(app: App, customer: Customer, under: str, *, regime: Regime = Regime.FOI) -> InformationRequest:
    reference = f"{regime.value.upper()}-2026-{customer.id:03d}-{under}"
    request = a_request(app, regime, customer, reference=reference)
    facts = {"outcome": "refuse", "under": under, "with": "FOI Officer"}
    a_request_step(app, request, RequestStepKind.DECIDED, facts=facts)
    return request


# --- the cautionary store --------------------------------------------------------------------------------------------


def an_incident(app: App, **more: Any) -> int:
    given = {
        "happened_on": app.today - timedelta(days=2),
        "nature": Nature.THREAT,
        "words": "He said at the door that he would set the dog on her",
        "place": "12 Quay Street",
        "reported_by": "P. Bray, Assets Officer",
        "reported_on": app.today,
        "source": "incident form 14",
    }
    with app.cautionary(NAMED_OFFICER) as work:
        return verbs.report_incident(work, verbs.Reported(**{**given, **more})).id


def a_proposal(incident: int, **more: Any) -> verbs.Proposal:
    given = {
        "whom": Whom.PERSON,
        "incident": incident,
        "reason": "He said that he would do it again",
        "category": "high",
        "proposed_as": "Assets Manager",
        "seen_by": ("staff who visit",),
        "name": "Jory Tremayne",
        "address": "12 Quay Street, PL12 4AB",
        "address_known": "his letter of February",
        "age_group": AgeGroup.ADULT,
    }
    return verbs.Proposal(**{**given, **more})


def proposed(
    app: App, proposal: verbs.Proposal, *, by: Actor = NAMED_OFFICER, known: tuple[str, ...] = ()
) -> CautionaryEntry:
    name = proof(app, by, Register.CAUTIONARY)
    with app.cautionary(by) as work:
        return verbs.propose(work, name, proposal, policy=app.policy, known=known)


@contextmanager
def about(app: App, reference: str, *, by: Actor = CLERK) -> Iterator[tuple[Work, access.Named, Standing]]:
    """Work on one entry, by somebody who is named to the register."""
    name = proof(app, by, Register.CAUTIONARY)
    with app.cautionary(by) as work:
        yield work, name, find_entry(work.session, reference, work.today, work.seal)


def a_live_entry(app: App, **more: Any) -> CautionaryEntry:
    """Reported, proposed by the named officer, approved by the clerk."""
    entry = proposed(app, a_proposal(an_incident(app, **more.pop("incident", {})), **more))
    with about(app, entry.reference) as (work, name, found):
        verbs.approve(work, name, found, title="Town Clerk", words="the report was read")
    return entry


def how_they_stand(app: App, day: date | None = None) -> dict[str, str]:
    with app.cautionary(CLERK) as work:
        return {s.entry.reference: s.state.value for s in standings(work.session, day or work.today, work.seal)}
