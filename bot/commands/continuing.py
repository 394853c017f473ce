"""Commands of the group `case` for contact after the decision, and what is recorded beside it."""

from __future__ import annotations

from datetime import date
from typing import Unpack

import click

from bot import queue as queues
from bot.casework import continuing, exceptions
from bot.commands.door import Day, Door, leaf
from bot.commands.said import ABOUT_CONTACT, CASE, CONTACT, DONE, SAID, WORDS, Saying, bring_into_line, said, say_step
from bot.work import Work
from models.case import CaseStep, StepKind, find_case, steps_of
from models.customer import by_reference
from models.log import find_contact
from models.officer import Permission
from models.queue import Outcome, item_of
from models.step_facts import CASE_FACTS, choices

_CHANNELS = choices(CASE_FACTS[StepKind.EXCEPTION]["keeps_open?"])


@leaf("to-answer", CASE, help="What came from the customer since the decision, and nobody has answered yet.")
def to_answer(door: Door, *, case: str) -> None:
    with door.app(needs=Permission.KEEP_CASE) as app, app.look() as session:
        found = find_case(session, case)
        rows: list[dict[str, object]] = [
            {"contact": c.id, "at": c.at, "channel": c.channel.value, "subject": c.subject, "diverted": c.diverted}
            for c in continuing.unanswered(session, found)
        ]
    door.table(rows, ("contact", "at", "channel", "subject", "diverted"), "Every contact is answered.")


@leaf(
    "continuing",
    CASE,
    CONTACT,
    click.option(
        "--answer",
        type=click.Choice([a.value for a in continuing.Answer]),
        required=True,
        help="The decided matter with nothing new, new evidence on it, a new matter, abuse, a request, an appeal.",
    ),
    click.option("--dealt-with", default="", help="How it is dealt with; nothing new: no further action."),
    click.option("--still-appropriate", type=click.Choice(["yes", "no"]), default=None, help="Are the restrictions?"),
    click.option("--decided-by", default="", help="Who decided both, by title and name: the head or their nominee."),
    click.option("--words", default="", help="What was found on reading it; needed where the program flagged more."),
    click.option("--corrects", default="", help="Why an earlier answer about this contact is put right."),
    *DONE,
    help="Record the named officer's answer about one contact; it is attested as read in the queue too.",
)
def continuing_answer(
    door: Door,
    *,
    case: str,
    contact: int,
    answer: str,
    dealt_with: str,
    still_appropriate: str | None,
    decided_by: str,
    corrects: str,
    **saying: Unpack[Saying],
) -> None:
    with door.work() as (app, work):
        kept, found = find_case(work.session, case), find_contact(work.session, contact)
        step = continuing.answer_contact(
            work,
            kept,
            found,
            said(work, saying),
            answer=continuing.Answer(answer),
            policy=app.policy,
            dealt_with=dealt_with,
            still_appropriate=still_appropriate or "",
            decided_by=decided_by,
            corrects=corrects,
        )
        attested = _attest(work, contact, step)
        appealed = any(s.kind is StepKind.APPEAL and s.contact_id == contact for s in steps_of(work.session, kept))
    then = {
        "existing": f"`evenhand letter draft no_further_correspondence --case {case}`, unless it has gone before",
        "new_evidence": _if_not(step, case),
        "new_matter": _if_not(step, case),
        "abusive": f"`evenhand case police {case}`: whether the police are told, or are not",
        "statutory": "`evenhand request`: its clock runs from the day it came",
        "appeal": f"`evenhand case answer-appeal {case}`" if appealed else f"`evenhand case appeal {case} {contact}`",
    }[answer]
    say_step(door, step, case, f"{'it is attested as read; ' if attested else ''}{then}")


def _if_not(step: CaseStep, case: str) -> str:
    if step.facts.get("still_appropriate") == "no":
        return "the restrictions are no longer appropriate: `evenhand restriction lift`"
    return "deal with it on its own merits"


def _attest(work: Work, contact: int, step: CaseStep) -> bool:
    """The same reading is the check that the queue asks for (policy section 19)."""
    item = item_of(work.session, contact)
    if item is None or item.closed_at is not None:
        return False
    queues.rule(work, item, outcome=Outcome.ATTEST, reason=f"step {step.id}: {step.facts['answer']}")
    return True


@leaf(
    "police",
    CASE,
    click.option("--told/--not-told", required=True, help="Whether the police were told."),
    click.option("--reference", default="", help="The reference that the police gave."),
    click.option("--passed-on", default="", help="What was passed on."),
    click.option("--legal-action", default="", help="What legal action is taken, beside or instead."),
    ABOUT_CONTACT,
    *SAID,
    help="Record whether the police were told of a threat or abuse, and what was passed on; or that they were not.",
)
def police(
    door: Door,
    *,
    case: str,
    told: bool,
    reference: str,
    passed_on: str,
    legal_action: str,
    contact: int | None,
    **saying: Unpack[Saying],
) -> None:
    with door.work() as (app, work):
        step = continuing.record_police(
            work,
            find_case(work.session, case),
            said(work, saying),
            told=told,
            reference=reference,
            passed_on=passed_on,
            legal_action=legal_action,
            contact=find_contact(work.session, contact) if contact is not None else None,
            policy=app.policy,
        )
    say_step(door, step, case)


@leaf(
    "member",
    CASE,
    click.option("--member", required=True, help="The MP or councillor who was approached."),
    click.option("--how", required=True, help="How the council engaged with them."),
    ABOUT_CONTACT,
    WORDS,
    *DONE,
    help="Record that an MP or councillor was approached and engaged with. They are never restricted.",
)
def member(
    door: Door,
    *,
    case: str,
    member: str,
    how: str,
    contact: int | None,
    **saying: Unpack[Saying],
) -> None:
    with door.work() as (app, work):
        step = continuing.engage_member(
            work,
            find_case(work.session, case),
            said(work, saying),
            member=member,
            how=how,
            contact=find_contact(work.session, contact) if contact is not None else None,
            policy=app.policy,
        )
    say_step(door, step, case, f"`evenhand letter draft member --case {case}`: it says no more than they need to know")


@leaf(
    "circumvention",
    CASE,
    click.option("--person", required=True, help="The other person, by the reference of their own record."),
    click.option("--evidence", required=True, help="What shows that they act in place of the customer or with them."),
    click.option("--basis", default="", help="Of an advocate: by whose consent, or on what basis, they act."),
    click.option("--good-reason", default="", help="Why, although they act for the customer by a recorded authority."),
    *SAID,
    help="Record a finding about another person alone. It restricts nobody: that needs their own case and warnings.",
)
def circumvention(
    door: Door,
    *,
    case: str,
    person: str,
    evidence: str,
    basis: str,
    good_reason: str,
    **saying: Unpack[Saying],
) -> None:
    with door.work() as (app, work):
        step = exceptions.find_circumvention(
            work,
            find_case(work.session, case),
            by_reference(work.session, person),
            said(work, saying),
            evidence=evidence,
            basis=basis,
            good_reason=good_reason,
            policy=app.policy,
        )
    then = f"nothing follows by itself; if their own conduct calls for it: `evenhand case open --customer {person}`"
    say_step(door, step, case, then)


@leaf(
    "exception",
    CASE,
    click.option("--what", required=True, help="The exception that is made."),
    click.option("--until", type=Day(), help="Until when; else until another step says so."),
    click.option("--keeps-open", type=click.Choice(_CHANNELS), help="The only channel of the person, kept open by it."),
    click.option("--letter-again", is_flag=True, help="The letter of no further correspondence may go once more."),
    *SAID,
    help="Record an exception made after the policy was applied, and why.",
)
def exception(
    door: Door,
    *,
    case: str,
    what: str,
    until: date | None,
    keeps_open: str | None,
    letter_again: bool,
    **saying: Unpack[Saying],
) -> None:
    with door.work() as (app, work):
        step = exceptions.record_exception(
            work,
            find_case(work.session, case),
            said(work, saying),
            what=what,
            until=until,
            keeps_open=keeps_open or "",
            letter_again=letter_again,
            policy=app.policy,
        )
    say_step(door, step, case)
    bring_into_line(door)


@leaf(
    "complaint-not-taken",
    CASE,
    click.option("--complaint", required=True, help="Which complaint."),
    *SAID,
    help="Record that a further complaint is not put through the complaints procedure, and why.",
)
def complaint_not_taken(
    door: Door,
    *,
    case: str,
    complaint: str,
    **saying: Unpack[Saying],
) -> None:
    with door.work() as (app, work):
        step = exceptions.record_complaint_not_taken(
            work,
            find_case(work.session, case),
            said(work, saying),
            complaint=complaint,
            policy=app.policy,
        )
    say_step(door, step, case)


@leaf(
    "complaint-paused",
    CASE,
    click.option("--complaint", required=True, help="Which complaint."),
    click.option("--other-route", required=True, help="The other route that is offered: an ombudsman, a court ..."),
    *SAID,
    help="Record that a complaint does not go on for now, why, and which other route is offered.",
)
def complaint_paused(
    door: Door,
    *,
    case: str,
    complaint: str,
    other_route: str,
    **saying: Unpack[Saying],
) -> None:
    with door.work() as (app, work):
        step = exceptions.record_complaint_paused(
            work,
            find_case(work.session, case),
            said(work, saying),
            complaint=complaint,
            other_route=other_route,
            policy=app.policy,
        )
    say_step(door, step, case, f"tell the customer now: `evenhand letter draft complaint_paused --case {case}`")


LEAVES: tuple[click.Command, ...] = (
    to_answer,
    continuing_answer,
    police,
    member,
    circumvention,
    exception,
    complaint_not_taken,
    complaint_paused,
)
