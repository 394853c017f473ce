"""Commands of the group `case` for the exceptional urgent route, and for a case's end."""

from __future__ import annotations

from datetime import date
from typing import Unpack

import click

from bot.casework import council, decisions
from bot.casework.continuing import unanswered
from bot.casework.track import Standing
from bot.commands.council import NAMED_OFFICER
from bot.commands.door import Day, Door, leaf
from bot.commands.measures import MEASURES, TERMS, asked_for
from bot.commands.said import CASE, DONE, ON, SAID, SEEN, WORDS, Saying, bring_into_line, said, say_step
from models.case import find_case, steps_of


@leaf(
    "urgent",
    CASE,
    click.option("--circumstances", required=True, help="The exceptional circumstances."),
    click.option("--authority", required=True, help="The minute or scheme that gives the power."),
    click.option("--until", type=Day(), required=True, help="The first day without it."),
    click.option("--report-due", type=Day(), required=True, help="The day of the meeting that hears of it."),
    NAMED_OFFICER,
    MEASURES,
    TERMS,
    *SAID,
    help="An urgent restriction, short and on its own decision. Off until the policy allows it.",
)
def urgent(
    door: Door,
    *,
    case: str,
    circumstances: str,
    authority: str,
    until: date,
    report_due: date,
    named_officer: str,
    measures: tuple[str, ...],
    said_terms: tuple[str, ...],
    **saying: Unpack[Saying],
) -> None:
    with door.work() as (app, work):
        found = find_case(work.session, case)
        by = said(work, saying)
        terms = asked_for(measures, said_terms, by.on, until)
        step = council.urgent(
            work,
            found,
            by,
            decisions.Minuted(by.who, authority, by.on, by.words, found.subject_matter, named_officer, terms),
            circumstances=circumstances,
            authority=authority,
            until=until,
            report_due=report_due,
            policy=app.policy,
        )
        number = step.decision_id
    say_step(door, step, case, f"`evenhand letter draft urgent_decision --case {case} --decision {number}`")
    bring_into_line(door)


@leaf(
    "confirm-urgent",
    CASE,
    click.option("--body", required=True, help="Who confirmed it, as minuted: Full Council ..."),
    click.option("--minute", required=True, help="The minute number."),
    NAMED_OFFICER,
    MEASURES,
    TERMS,
    click.option("--starts", type=Day(), required=True, help="The first day of the measures."),
    click.option("--ends", type=Day(), required=True, help="The first day without them."),
    click.option("--delegation", default="", help="The minute or scheme that gives an officer the power."),
    WORDS,
    ON,
    SEEN,
    help="The council confirms an urgent restriction, for as short a time again; for longer: Stage 2.",
)
def confirm_urgent(
    door: Door,
    *,
    case: str,
    body: str,
    minute: str,
    named_officer: str,
    measures: tuple[str, ...],
    said_terms: tuple[str, ...],
    starts: date,
    ends: date,
    delegation: str,
    **saying: Unpack[Saying],
) -> None:
    with door.work() as (app, work):
        found = find_case(work.session, case)
        by = said(work, saying, who=body)
        minuted = decisions.Minuted(
            body=body,
            minute=minute,
            decided_on=by.on,
            resolution=by.words,
            subject_matter=found.subject_matter,
            named_officer=named_officer,
            terms=asked_for(measures, said_terms, starts, ends),
            delegation=delegation,
        )
        step = council.confirm_urgent(work, found, by, minuted, policy=app.policy)
        number = step.decision_id
    say_step(door, step, case, f"`evenhand letter draft urgent_decision --case {case} --decision {number}`")
    bring_into_line(door)


@leaf(
    "refuse-urgent",
    CASE,
    click.option("--body", required=True, help="Who refused, as minuted: Full Council ..."),
    click.option("--minute", required=True, help="The minute number."),
    WORDS,
    ON,
    SEEN,
    help="The council does not confirm an urgent restriction: it ends at once, and the customer is told.",
)
def refuse_urgent(door: Door, *, case: str, body: str, minute: str, **saying: Unpack[Saying]) -> None:
    with door.work() as (app, work):
        found = find_case(work.session, case)
        step = council.refuse_urgent(work, found, said(work, saying, who=body), minute=minute, policy=app.policy)
        told = Standing.of(steps_of(work.session, found), app.policy).told_of(step.decision_id)
    then = f"`evenhand letter draft lifting --case {case} --decision {step.decision_id}`, then `evenhand letter send`"
    say_step(door, step, case, then if told else "nothing was in force: the letter of the urgent decision had not gone")
    bring_into_line(door)


@leaf("close", CASE, WORDS, *DONE, help="Nothing more is to be done: the relationship is back to normal.")
def close(door: Door, *, case: str, **saying: Unpack[Saying]) -> None:
    with door.work() as (app, work):
        found = find_case(work.session, case)
        waiting = len(unanswered(work.session, found))
        step = council.close(work, found, said(work, saying), policy=app.policy)
    left = f"the contacts since the decision that nobody answered stay in the queue: {waiting} (`evenhand queue`)"
    say_step(door, step, case, left if waiting else "")


LEAVES: tuple[click.Command, ...] = (urgent, confirm_urgent, refuse_urgent, close)
