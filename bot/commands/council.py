"""Commands of the group `case` for Stage 2: the committee, the confirmations, the decision, and who is told."""

from __future__ import annotations

from datetime import date
from typing import Unpack

import click

from bot.casework import council, decisions
from bot.casework.steps import Said
from bot.commands.door import Day, Door, leaf
from bot.commands.measures import MEASURES, TERMS, asked_for, by_hand
from bot.commands.said import (
    CASE,
    CITES,
    DONE,
    ON,
    SEEN,
    WORDS,
    Saying,
    ahead_of,
    bring_into_line,
    one_of,
    said,
    say_step,
)
from models.case import StepKind, find_case
from models.customer import Customer

NAMED_OFFICER = click.option("--named-officer", required=True, help="Who reads and deals with what they send.")
SUBJECT = click.option("--subject", default="", help="The subject matter; else the case's, word for word.")


@leaf(
    "committee",
    CASE,
    click.option(
        "--purpose", type=one_of(StepKind.COMMITTEE_REPORT, "purpose"), required=True, help="What it is about."
    ),
    click.option("--body", default="", help="To which body; else the policy's first."),
    click.option("--meeting", "meeting_on", type=Day(), required=True, help="The day of the meeting."),
    click.option("--part-two", is_flag=True, help="Received with the press and public excluded."),
    click.option("--urgent", default="", help="Why it goes to the earlier meeting of another body."),
    click.option("--minute", default="", help="The minute that received it."),
    click.option("--paper", default="", help="The SHA-256 of the report that was kept."),
    click.option("--words", default="", help="What it says, in a sentence; else what it is about."),
    CITES,
    *DONE,
    help="A report on the case went to a meeting.",
)
def committee(
    door: Door,
    *,
    case: str,
    purpose: str,
    body: str,
    meeting_on: date,
    part_two: bool,
    urgent: str,
    minute: str,
    paper: str,
    **saying: Unpack[Saying],
) -> None:
    with door.work() as (app, work):
        found = find_case(work.session, case)
        known = app.policy.procedure.people.reports_to
        by = said(work, saying, otherwise=f"report of the {purpose.replace('_', ' ')}")
        step = council.committee_report(
            work,
            found,
            by,
            purpose=purpose,
            body=body or (known[0] if known else ""),
            meeting_on=meeting_on,
            part_two=part_two,
            urgent=urgent,
            minute=minute,
            paper=paper,
            policy=app.policy,
        )
        ahead = ahead_of(app, work, found)
    say_step(door, step, case, ahead)


@leaf(
    "confirm",
    CASE,
    click.option("--what", type=one_of(StepKind.CONFIRMATION, "what"), required=True, help="Which condition."),
    click.option("--evidence", required=True, help="What shows it."),
    click.option("--words", default="", help="More of it; else the evidence alone."),
    CITES,
    *DONE,
    help="A named person confirms, with evidence, one of the conditions of a decision.",
)
def confirm(
    door: Door,
    *,
    case: str,
    what: str,
    evidence: str,
    **saying: Unpack[Saying],
) -> None:
    with door.work() as (app, work):
        found = find_case(work.session, case)
        by = said(work, saying, otherwise=evidence)
        step = council.confirm(work, found, by, what=what, evidence=evidence, policy=app.policy)
        ahead = ahead_of(app, work, found)
    say_step(door, step, case, ahead)


@leaf(
    "recommend",
    CASE,
    click.option("--minute", required=True, help="The committee's minute."),
    click.option(
        "--recommends", type=one_of(StepKind.RECOMMENDATION, "recommends"), required=True, help="What it recommends."
    ),
    click.option("--conduct-only", is_flag=True, help="It considered the conduct, and did not examine the complaint."),
    click.option("--body", default="", help="The committee; else the policy's."),
    WORDS,
    ON,
    SEEN,
    help="What the committee recommended at its meeting (--on), on conduct alone.",
)
def recommend(
    door: Door,
    *,
    case: str,
    minute: str,
    recommends: str,
    conduct_only: bool,
    body: str,
    **saying: Unpack[Saying],
) -> None:
    with door.work() as (app, work):
        found = find_case(work.session, case)
        by = said(work, saying, who=body or app.policy.procedure.people.recommends)
        step = council.recommend(
            work,
            found,
            by,
            meeting_on=by.on,
            minute=minute,
            recommends=recommends,
            conduct_only=conduct_only,
            policy=app.policy,
        )
        ahead = ahead_of(app, work, found)
    say_step(door, step, case, ahead)


@leaf("check", CASE, WORDS, *DONE, help="The head's check of the committee's report, before the council.")
def check(door: Door, *, case: str, **saying: Unpack[Saying]) -> None:
    with door.work() as (app, work):
        found = find_case(work.session, case)
        step = council.check(work, found, said(work, saying), policy=app.policy)
        ahead = ahead_of(app, work, found)
    say_step(door, step, case, ahead)


@leaf(
    "decide",
    CASE,
    click.option("--body", required=True, help="Who decided, as minuted: Full Council ..."),
    click.option("--minute", required=True, help="The minute number."),
    click.option("--decided", type=Day(), help="The day of the decision; else today."),
    click.option("--resolution", required=True, help="The text of the resolution, word for word."),
    SUBJECT,
    NAMED_OFFICER,
    click.option("--substitute", default="", help="Who stands in for them; else later, by `case appoint`."),
    MEASURES,
    TERMS,
    click.option("--starts", type=Day(), required=True, help="The first day of the measures."),
    click.option("--ends", type=Day(), required=True, help="The first day without them."),
    click.option("--review", type=Day(), help="The day of the first review; else as the policy says."),
    click.option("--interest", "interests", multiple=True, required=True, help="Declared, or 'none declared'."),
    click.option("--proportionality", required=True, help="Why it is proportionate to the conduct."),
    click.option("--impedes", required=True, help="What the conduct impedes."),
    click.option("--delegation", default="", help="The minute or scheme that gives an officer the power."),
    SEEN,
    help="Record what the council decided in a case. Nothing is in force before its letter went.",
)
def decide(
    door: Door,
    *,
    case: str,
    body: str,
    minute: str,
    decided: date | None,
    resolution: str,
    subject: str,
    named_officer: str,
    substitute: str,
    measures: tuple[str, ...],
    said_terms: tuple[str, ...],
    starts: date,
    ends: date,
    review: date | None,
    interests: tuple[str, ...],
    proportionality: str,
    impedes: str,
    delegation: str,
    seen: int | None,
) -> None:
    with door.work() as (app, work):
        found = find_case(work.session, case)
        minuted = decisions.Minuted(
            body=body,
            minute=minute,
            decided_on=decided or work.today,
            resolution=resolution,
            subject_matter=subject or found.subject_matter,
            named_officer=named_officer,
            terms=asked_for(measures, said_terms, starts, ends, review),
            interests=interests,
            proportionality=proportionality,
            impedes=impedes,
            delegation=delegation,
        )
        customer = work.session.get_one(Customer, found.customer_id)
        decision = decisions.record_decision(work, customer, minuted, policy=app.policy, case=found, seen=seen)
        number = decision.id
        if substitute:
            by = Said(minuted.decided_on, body, f"named with the decision, minute {minute}")
            council.appoint(work, found, by, named_officer=named_officer, substitute=substitute, policy=app.policy)
        ahead = ahead_of(app, work, found)
    people = by_hand(minuted.terms, app.policy)
    door.show(
        {"case": case, "decision": number, "next": ahead},
        f"{case}: decision {number} is recorded; nothing is restricted before its letter went{people}\nNext: {ahead}",
    )
    bring_into_line(door)


@leaf(
    "decide-against",
    CASE,
    click.option("--body", required=True, help="Who decided: Full Council ..."),
    click.option("--minute", required=True, help="Its minute."),
    WORDS,
    ON,
    SEEN,
    help="The council decided not to restrict; recorded like a decision to act.",
)
def decide_against(door: Door, *, case: str, body: str, minute: str, **saying: Unpack[Saying]) -> None:
    with door.work() as (app, work):
        found = find_case(work.session, case)
        step = council.decide_against(work, found, said(work, saying, who=body), minute=minute, policy=app.policy)
        ahead = ahead_of(app, work, found)
    say_step(door, step, case, ahead)


@leaf(
    "appoint",
    CASE,
    NAMED_OFFICER,
    click.option("--substitute", required=True, help="Who stands in when they are away."),
    click.option("--words", default="", help="Why they; else that the council appointed them."),
    *DONE,
    help="The named officer for the customer's correspondence, and their substitute.",
)
def appoint(
    door: Door,
    *,
    case: str,
    named_officer: str,
    substitute: str,
    **saying: Unpack[Saying],
) -> None:
    with door.work() as (app, work):
        found = find_case(work.session, case)
        by = said(work, saying, otherwise="appointed for the customer's correspondence")
        step = council.appoint(work, found, by, named_officer=named_officer, substitute=substitute, policy=app.policy)
        ahead = ahead_of(app, work, found)
    say_step(door, step, case, ahead)


@leaf(
    "inform",
    CASE,
    click.option("--person", required=True, help="Who was told: title and name."),
    click.option("--role", required=True, help="The role in which they were told."),
    click.option("--why", required=True, help="Why they need to know."),
    click.option("--words", default="", help="What they were told; else that it is in force."),
    ON,
    SEEN,
    help="An officer or member was made aware, because they need to know.",
)
def inform(door: Door, *, case: str, person: str, role: str, why: str, **saying: Unpack[Saying]) -> None:
    with door.work() as (app, work):
        found = find_case(work.session, case)
        by = said(work, saying, who=person, otherwise="told of what was decided and who deals with it")
        step = council.inform(work, found, by, role=role, why=why, policy=app.policy)
        ahead = ahead_of(app, work, found)
    say_step(door, step, case, ahead)


@leaf(
    "external-body",
    CASE,
    click.option("--body", required=True, help="Who acts for the council."),
    click.option("--minute", required=True, help="The minute that appointed them."),
    WORDS,
    *DONE,
    help="The council appointed an external body to act for it.",
)
def external_body(door: Door, *, case: str, body: str, minute: str, **saying: Unpack[Saying]) -> None:
    with door.work() as (app, work):
        found = find_case(work.session, case)
        by = said(work, saying)
        step = council.external_body(work, found, by, body=body, minute=minute, policy=app.policy)
        ahead = ahead_of(app, work, found)
    say_step(door, step, case, ahead)


LEAVES: tuple[click.Command, ...] = (
    committee,
    confirm,
    recommend,
    check,
    decide,
    decide_against,
    appoint,
    inform,
    external_body,
)
