"""Commands about matters: how each stands, its chronology, and what an officer rules on it; and whose a contact is."""

from __future__ import annotations

import click

from bot.commands.door import Door, group, leaf
from bot.identity import confirm_customer, confirm_new
from bot.matters import rulings
from bot.matters.chronology import (
    Line,
    Told,
    Topic,
    everybodys_matters,
    lines_of,
    matters_of,
    records_of,
    said_in,
    topics_of,
)
from bot.matters.standing import Delay, Promise, Standing, State, standing_of
from bot.web.matter_wording import delay_line, gap_line, owed_line, promise_line, ruling_line, state_line, topics_line
from bot.web.wording import day, plain
from models.calendar import council_day
from models.customer import by_reference, reference_of
from models.errors import Refused
from models.issue import MatterRuling, find_issue, merged_into, rulings_on
from models.log import find_contact, flags_by_contact

REASON = click.option("--reason", required=True, help="How it is known; it stays on record.")
MATTER = click.argument("matter", type=int)
CONTACT = click.argument("contact", type=int)


def _standing(standing: Standing) -> dict[str, object]:
    return {
        "state": standing.state.value,
        "since": standing.since,
        "days": standing.days,
        "working_days": standing.working_days,
        "letters": standing.letters,
        "replies": standing.replies,
        "final_answer": standing.final.contact if standing.final else None,
        "since_final": standing.since_final,
        "unanswered": standing.unanswered,
        "longest_delay": standing.delays[0].days if standing.delays else 0,
        "promises_broken": len(standing.broken),
    }


@leaf(
    "list",
    click.option("--customer", help="Only this customer's, by reference."),
    click.option("--state", type=click.Choice([s.value for s in State]), help="Only those that stand so."),
    click.option("--limit", default=50, show_default=True, help="Without a customer: so many, those touched last."),
    help="Matters, and who owes whom a word on them: what waits longest for the council first.",
)
def matter_list(door: Door, *, customer: str | None, state: str | None, limit: int) -> None:
    wanted = State(state) if state else None
    with door.app() as app, app.look() as session:
        if customer:
            people = records_of(session, by_reference(session, customer))
            told = matters_of(session, people, app.clock.now(), state=wanted)
        else:
            told = everybodys_matters(session, app.clock.now(), state=wanted, limit=limit)
        rows = [_row(one, reference_of(session, one.issue.customer_id)) for one in told]
    columns = ("matter", "customer", "title", "state", "since", "working_days", "longest_delay", "promises_broken")
    door.table(rows, columns, "no matters")


def _row(told: Told, reference: str) -> dict[str, object]:
    issue = told.issue
    return {"matter": issue.id, "customer": reference, "title": issue.title, **_standing(told.standing)}


@leaf(
    "show",
    MATTER,
    help="One matter: its chronology with the intervals, who owes whom a word, and the council's own delays.",
)
def matter_show(door: Door, *, matter: int) -> None:
    with door.app() as app, app.look() as session:
        issue = find_issue(session, matter)
        said = said_in(session, issue)
        standing = standing_of(said, app.clock.now())
        lines = lines_of(session, issue, said)
        flags = flags_by_contact(session, [line.contact for line in lines])
        topics = topics_of(session, issue)
        reference = reference_of(session, issue.customer_id)
        ruled = rulings_on(session, [issue.id])
        answer = {
            **_row(Told(issue, standing), reference),
            "merged_into": issue.merged_into_id,
            "merged_here": [one.id for one in merged_into(session, issue)],
            "in_words": state_line(standing),
            "about": [{"kind": one.kind, "text": one.text, "letters": one.letters} for one in topics],
            "chronology": [{**_line(one), "flags": [f.kind.value for f in flags[one.contact]]} for one in lines],
            "delays": [_delay(one) for one in standing.delays],
            "promises": [_promise(one) for one in standing.promises],
            "rulings": [_ruling(one) for one in ruled],
        }
    door.show(answer, _in_words(answer, lines, standing, topics, ruled))


def _line(line: Line) -> dict[str, object]:
    return {
        "contact": line.contact,
        "at": line.at.isoformat(),
        "direction": line.direction.value,
        "channel": line.channel.value,
        "subject": line.subject,
        "days_later": line.gap,
        "owes_a_word": line.owed or None,
        "final_answer": line.final,
        "identity_confirmed": line.confirmed,
        "automatic": line.silent,
    }


def _delay(delay: Delay) -> dict[str, object]:
    return {
        "days": delay.days,
        "working_days": delay.working_days,
        "letters": delay.letters,
        "from_contact": delay.letter,
        "to_contact": delay.answer,
        "since": delay.since,
        "until": delay.until,
    }


def _promise(promise: Promise) -> dict[str, object]:
    return {
        "contact": promise.contact,
        "made_on": promise.made_on,
        "due": promise.due,
        "broken": promise.broken,
        "next_word": promise.next_word,
        "days_late": promise.late,
    }


def _ruling(ruling: MatterRuling) -> dict[str, object]:
    return {"at": ruling.at.isoformat(), "by": ruling.by, "what": ruling_line(ruling), "reason": ruling.reason}


def _in_words(
    answer: dict[str, object], lines: list[Line], standing: Standing, topics: list[Topic], ruled: list[MatterRuling]
) -> str:
    merged = f" (merged into matter {answer['merged_into']})" if answer["merged_into"] else ""
    said = [
        f"Matter {answer['matter']} of {answer['customer']}: {answer['title']}{merged}",
        f"{plain(standing.state)}. {state_line(standing)}",
        *([f"What it is about: {topics_line(topics)}"] if topics else []),
        "",
        *(_in_a_line(line) for line in lines),
    ]
    if standing.delays:
        said += ["", "How long the council took, the longest first:", *(f"  {delay_line(d)}" for d in standing.delays)]
    if standing.promises:
        said += ["", "Days that the council named:", *(f"  {promise_line(p)}" for p in standing.promises)]
    if ruled:
        said += ["", "Rulings, the latest first:"]
        said += [
            f"  {day(council_day(r.at))}, {r.by}: {ruling_line(r)}{': ' if r.reason else ''}{r.reason}" for r in ruled
        ]
    return "\n".join(said)


def _in_a_line(line: Line) -> str:
    notes = [gap_line(line), owed_line(line), "the council's final answer" if line.final else ""]
    notes += ["" if line.confirmed else "identity not confirmed", "automatic" if line.silent else ""]
    beside = "; ".join(note for note in notes if note)
    who = plain(line.direction)
    return (
        f"  {day(council_day(line.at))}  contact {line.contact}, {plain(line.channel).lower()} {who}: {line.subject}"
        + (f" [{beside}]" if beside else "")
    )


@leaf("rename", MATTER, click.argument("title"), help="Give a matter a name that says what it is about.")
def matter_rename(door: Door, *, matter: int, title: str) -> None:
    with door.work() as (_, work):
        rulings.rename(work, find_issue(work.session, matter), title=title)
    door.show({"matter": matter, "title": title}, f"matter {matter} is now “{title}”")


@leaf(
    "move",
    CONTACT,
    click.option("--to", type=int, help="The matter that it belongs to."),
    click.option("--new", help="Or: the name of a new matter for it."),
    REASON,
    help="File a contact, with the council's answers to it, under another matter of the same person.",
)
def matter_move(door: Door, *, contact: int, to: int | None, new: str | None, reason: str) -> None:
    if (to is None) == (new is None):
        raise Refused("say where it goes: --to with a matter's number, or --new with a name for a new one")
    with door.work() as (_, work):
        found = find_contact(work.session, contact)
        if to is not None:
            ruling = rulings.move_contact(work, found, to=find_issue(work.session, to), reason=reason)
        else:
            ruling = rulings.open_for_contact(work, found, title=str(new), reason=reason)
        answer = {"matter": ruling.issue_id, "from": ruling.other_id, "contacts": ruling.contacts}
    with_it = len(ruling.contacts) - 1
    door.show(
        answer, f"contact {contact} is filed under matter {ruling.issue_id}, {with_it} of the council's answers with it"
    )


@leaf(
    "merge",
    click.argument("keep", type=int),
    click.argument("merged", type=int),
    REASON,
    help="Two matters of one person are one: MERGED goes into KEEP. Can be undone.",
)
def matter_merge(door: Door, *, keep: int, merged: int, reason: str) -> None:
    with door.work() as (_, work):
        kept, other = find_issue(work.session, keep), find_issue(work.session, merged)
        ruling = rulings.merge(work, keep=kept, merged=other, reason=reason)
    answer = {"keep": keep, "merged": merged, "contacts": ruling.contacts}
    door.show(answer, f"matter {merged} is now part of {keep}; `matter unmerge {merged}` undoes it")


@leaf("unmerge", click.argument("merged", type=int), REASON, help="Take a merge apart: what went over goes back.")
def matter_unmerge(door: Door, *, merged: int, reason: str) -> None:
    with door.work() as (_, work):
        ruling = rulings.unmerge(work, find_issue(work.session, merged), reason=reason)
    door.show({"matter": merged, "contacts": ruling.contacts}, f"matter {merged} stands by itself again")


@leaf(
    "final-answer",
    CONTACT,
    click.option("--not", "unmark", is_flag=True, help="It is not: the matter is not closed by it."),
    REASON,
    help="A letter of the council is its final answer on the matter, whatever the program held.",
)
def matter_final_answer(door: Door, *, contact: int, unmark: bool, reason: str) -> None:
    with door.work() as (_, work):
        found = find_contact(work.session, contact)
        if unmark:
            rulings.unmark_final_answer(work, found, reason=reason)
        else:
            rulings.mark_final_answer(work, found, reason=reason)
    words = "is not a final answer" if unmark else "is the council's final answer"
    door.show({"contact": contact, "final_answer": not unmark}, f"contact {contact} {words}")


@leaf(
    "confirm",
    CONTACT,
    click.option("--customer", help="Whose it is: the customer's reference."),
    click.option("--new", help="Or: the name of somebody who is on no record; one is made."),
    REASON,
    help="Say whose contact it is. Conduct is held against nobody before that; saying somebody else undoes it.",
)
def contact_confirm(door: Door, *, contact: int, customer: str | None, new: str | None, reason: str) -> None:
    if (customer is None) == (new is None):
        raise Refused("say whose it is: --customer with a reference, or --new with the name of somebody on no record")
    with door.work() as (app, work):
        found = find_contact(work.session, contact)
        if new is not None:
            ruling = confirm_new(work, found, name=new, reason=reason, policy=app.policy)
        else:
            who = by_reference(work.session, str(customer))
            ruling = confirm_customer(work, found, who, reason=reason, policy=app.policy)
        reference = reference_of(work.session, ruling.customer_id)
    door.show({"contact": contact, "customer": reference}, f"contact {contact} is confirmed as {reference}'s")


COMMANDS = (
    group(
        "matter",
        matter_list,
        matter_show,
        matter_rename,
        matter_move,
        matter_merge,
        matter_unmerge,
        matter_final_answer,
        help="What contacts are about, and who owes whom a word.",
    ),
)
