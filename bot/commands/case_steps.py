"""Commands of the group `case` from the officer's report to the finding that the initial letter was not heeded."""

from __future__ import annotations

from datetime import date
from typing import Unpack

import click

from bot.casework import cases
from bot.commands.door import Day, Door, leaf
from bot.commands.said import CASE, CITES, DONE, SAID, WORDS, Saying, ahead_of, bring_into_line, one_of, said, say_step
from models.case import StepKind, find_case
from models.channels import set_aside_for
from models.log import find_contact


@leaf(
    "report",
    CASE,
    click.option("--behaviour", "behaviours", multiple=True, required=True, help="A tag of the policy: BEH-13."),
    click.option("--impact", default="", help="The effect on the council's work."),
    click.option("--about", multiple=True, help="An employee or member whom the customer complains about, by name."),
    *SAID,
    help="An officer reports conduct, citing entries of the log.",
)
def case_report(
    door: Door,
    *,
    case: str,
    behaviours: tuple[str, ...],
    impact: str,
    about: tuple[str, ...],
    **saying: Unpack[Saying],
) -> None:
    with door.work() as (app, work):
        found = find_case(work.session, case)
        step = cases.report(
            work,
            found,
            said(work, saying),
            behaviours=behaviours,
            impact=impact,
            about=about,
            policy=app.policy,
        )
        ahead = ahead_of(app, work, found)
    say_step(door, step, case, ahead)


@leaf(
    "review",
    CASE,
    click.option("--outcome", type=one_of(StepKind.REVIEW, "outcome"), required=True, help="To act, or not to."),
    click.option("--with", "participants", multiple=True, help="Who took part: title and name. Once for each."),
    click.option("--adviser", default="", help="Whose advice was taken: title and name."),
    click.option("--advice", default="", help="What they advised."),
    click.option("--proportionality", default="", help="Nature and frequency, resources, the effect on others."),
    click.option("--circumstances", default="", help="The individual circumstances that were considered."),
    *SAID,
    help="The review of a report, by those whom the policy names: to act, or to take no action.",
)
def case_review(
    door: Door,
    *,
    case: str,
    outcome: str,
    participants: tuple[str, ...],
    adviser: str,
    advice: str,
    proportionality: str,
    circumstances: str,
    **saying: Unpack[Saying],
) -> None:
    with door.work() as (app, work):
        found = find_case(work.session, case)
        step = cases.review(
            work,
            found,
            said(work, saying),
            outcome=outcome,
            participants=participants,
            adviser=adviser,
            advice=advice,
            proportionality=proportionality,
            circumstances=circumstances,
            policy=app.policy,
        )
        ahead = ahead_of(app, work, found)
    say_step(door, step, case, ahead)


@leaf(
    "adjustments",
    CASE,
    click.option("--before", type=one_of(StepKind.ADJUSTMENTS, "before"), required=True, help="Before which step."),
    click.option("--answer", required=True, help="What the customer needs, or that nothing was asked for."),
    click.option("--adjustment", default="", help="The adjustment that was made."),
    click.option(
        "--only-channel",
        type=one_of(StepKind.ADJUSTMENTS, "only_channel?"),
        help="The only way in which they can reach the council; 'none': any longer.",
    ),
    click.option("--words", default="", help="How it was asked; else as the answer says."),
    CITES,
    *DONE,
    help="Were reasonable adjustments asked about, and what was answered: before every warning and decision.",
)
def case_adjustments(
    door: Door,
    *,
    case: str,
    before: str,
    answer: str,
    adjustment: str,
    only_channel: str | None,
    **saying: Unpack[Saying],
) -> None:
    with door.work() as (app, work):
        found = find_case(work.session, case)
        step = cases.adjustments(
            work,
            found,
            said(work, saying, otherwise=answer),
            before=before,
            answer=answer,
            adjustment=adjustment,
            only_channel=only_channel or "",
            policy=app.policy,
        )
        ahead = ahead_of(app, work, found)
        closing = set_aside_for(work.session, found.customer_id, work.today)
    if only_channel and closing:
        ahead = (
            f"restriction {', '.join(map(str, closing))} would close it and binds nobody until it is on record how it "
            f"stays open: `evenhand case exception {case} --keeps-open {only_channel}`"
        )
    say_step(door, step, case, ahead)
    if only_channel:
        bring_into_line(door)


@leaf("please-stop", CASE, *SAID, help="The customer was asked, by word of mouth, to stop.")
def case_please_stop(door: Door, *, case: str, **saying: Unpack[Saying]) -> None:
    with door.work() as (app, work):
        found = find_case(work.session, case)
        step = cases.please_stop(work, found, said(work, saying), policy=app.policy)
        ahead = ahead_of(app, work, found)
    say_step(door, step, case, ahead)


@leaf("skip", CASE, *SAID, help="The exceptional reason for going without the initial letter.")
def case_skip(door: Door, *, case: str, **saying: Unpack[Saying]) -> None:
    with door.work() as (app, work):
        found = find_case(work.session, case)
        step = cases.skip_initial_letter(work, found, said(work, saying), policy=app.policy)
        ahead = ahead_of(app, work, found)
    say_step(door, step, case, ahead)


@leaf(
    "acknowledged",
    CASE,
    click.option("--how", required=True, help="By letter, e-mail, telephone ..."),
    click.option("--contact", type=int, help="The contact in which they did."),
    click.option("--words", default="", help="What they said; else that they acknowledged the letter."),
    *DONE,
    help="The customer acknowledged the initial letter.",
)
def case_acknowledged(
    door: Door,
    *,
    case: str,
    how: str,
    contact: int | None,
    **saying: Unpack[Saying],
) -> None:
    with door.work() as (app, work):
        found = find_case(work.session, case)
        step = cases.acknowledged(
            work,
            found,
            said(work, saying, otherwise="the customer acknowledged the initial letter"),
            how=how,
            contact=find_contact(work.session, contact) if contact is not None else None,
            policy=app.policy,
        )
        ahead = ahead_of(app, work, found)
    say_step(door, step, case, ahead)


@leaf(
    "monitor",
    CASE,
    click.option("--how", required=True, help="How it is watched that conduct is moderated."),
    click.option("--until", type=Day(), required=True, help="Until when."),
    click.option("--words", default="", help="Why; else as --how says."),
    *DONE,
    help="How conduct is watched after the initial letter, and until when.",
)
def case_monitor(door: Door, *, case: str, how: str, until: date, **saying: Unpack[Saying]) -> None:
    with door.work() as (app, work):
        found = find_case(work.session, case)
        by = said(work, saying, otherwise=how)
        step = cases.monitor(work, found, by, how=how, until=until, policy=app.policy)
        ahead = ahead_of(app, work, found)
    say_step(door, step, case, ahead)


@leaf(
    "not-heeded",
    CASE,
    click.option("--because", type=one_of(StepKind.NOT_HEEDED, "because"), required=True, help="What shows it."),
    click.option("--deemed", required=True, help="The finding that the conduct is unreasonable, in your own words."),
    click.option("--words", default="", help="More of it; else the finding alone."),
    CITES,
    *DONE,
    help="A person's finding that the initial letter was not heeded. Silence alone is none.",
)
def case_not_heeded(
    door: Door,
    *,
    case: str,
    because: str,
    deemed: str,
    **saying: Unpack[Saying],
) -> None:
    with door.work() as (app, work):
        found = find_case(work.session, case)
        by = said(work, saying, otherwise=deemed)
        step = cases.not_heeded(work, found, by, because=because, deemed=deemed, policy=app.policy)
        ahead = ahead_of(app, work, found)
    say_step(door, step, case, ahead)


@leaf(
    "meeting",
    CASE,
    click.option("--outcome", type=one_of(StepKind.MEETING, "outcome"), required=True, help="What became of it."),
    WORDS,
    *DONE,
    help="Whether a meeting was offered, held or declined, or why none is offered.",
)
def case_meeting(door: Door, *, case: str, outcome: str, **saying: Unpack[Saying]) -> None:
    with door.work() as (app, work):
        found = find_case(work.session, case)
        step = cases.meeting(work, found, said(work, saying), outcome=outcome, policy=app.policy)
        ahead = ahead_of(app, work, found)
    say_step(door, step, case, ahead)


@leaf(
    "take-over",
    CASE,
    click.option("--papers", required=True, help="Where the papers of the earlier steps are."),
    click.option("--confirmed", multiple=True, help="A condition that the papers confirm. Once for each."),
    WORDS,
    *DONE,
    help="Steps that were taken on paper, before this program; the council's decision may then be recorded.",
)
def case_take_over(
    door: Door,
    *,
    case: str,
    papers: str,
    confirmed: tuple[str, ...],
    **saying: Unpack[Saying],
) -> None:
    with door.work() as (app, work):
        found = find_case(work.session, case)
        by = said(work, saying)
        step = cases.take_over(work, found, by, papers=papers, confirmed=confirmed, policy=app.policy)
        ahead = ahead_of(app, work, found)
    say_step(door, step, case, ahead)


LEAVES: tuple[click.Command, ...] = (
    case_report,
    case_review,
    case_adjustments,
    case_please_stop,
    case_skip,
    case_acknowledged,
    case_monitor,
    case_not_heeded,
    case_meeting,
    case_take_over,
)
