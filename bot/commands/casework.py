"""Commands of the named officer and the clerk: the queue, warnings, decisions, restrictions."""

from __future__ import annotations

from datetime import date

import click

from bot import queue as queues
from bot.bootstrap import reconcile_all
from bot.casework import decisions
from bot.commands.after import restriction_lift
from bot.commands.door import Day, Door, group, leaf
from bot.commands.measures import MEASURES, TERMS, asked_for, by_hand
from models.acting import in_lines
from models.case import Stage, find_case
from models.customer import by_reference, reference_of
from models.decision import Restriction, all_restrictions
from models.errors import Refused
from models.in_force import InForce, restrictions_in_force
from models.queue import Lane, Outcome, QueueItem, flags_of
from models.ruled import find_finding

# --- the queue ---


def _item(item: QueueItem) -> dict[str, object]:
    contact = item.contact
    return {
        "item": item.id,
        "lane": item.lane.value,
        "opened": item.opened_at,
        "contact": item.contact_id,
        "customer": contact.customer.reference if contact and contact.customer else None,
        "at": contact.at if contact else None,
        "subject": contact.subject if contact else "(a message that could not be read)",
        "why": item.reasons,
        "must_attest": item.must_attest,
        "taken_by": item.taken_by or None,
    }


@leaf(
    "list",
    click.option("--lane", type=click.Choice([lane.value for lane in Lane]), help="One lane only."),
    click.option("--limit", default=200, show_default=True, help="The first so many."),
    help="What waits for a person, the most pressing first.",
)
def queue_list(door: Door, *, lane: str | None, limit: int) -> None:
    with door.app() as app, app.look() as session:
        rows = [_item(i) for i in queues.waiting(session, lane=Lane(lane) if lane else None, limit=limit)]
    door.table(rows, ("item", "lane", "customer", "at", "subject", "why"), "Nothing waits.")


@leaf("show", click.argument("item", type=int), help="One item: its words, its flags and what was ruled.")
def queue_show(door: Door, *, item: int) -> None:
    with door.app() as app, app.look() as session:
        found = queues.find_item(session, item)
        contact = found.contact
        flags = flags_of(session, found.contact_id) if found.contact_id else []
        whose = contact.customer_id if contact else None
        acting = in_lines(session, whose, app.seal, app.today) if whose is not None else []
        answer = {
            **_item(found),
            "match": contact.match.value if contact else None,
            "match_reasons": contact.match_reasons if contact else [],
            "acting": acting,
            "own_words": contact.own if contact else None,
            "flags": [
                {"flag": f.id, "kind": f.kind.value, "score": f.score, "because": f.because, "finding": f.finding_id}
                for f in flags
            ],
            "findings": [
                {"finding": f.id, "about": f.about, "label": f.label, "score": f.score, "seen_by": f.seen_by}
                for f in (contact.findings if contact else [])
            ],
            "rulings": [
                {"outcome": r.outcome.value, "by": r.by, "at": r.at, "flag": r.flag_id, "reason": r.reason}
                for r in found.rulings
            ],
        }
    flagged = "".join(f'\n  flag {f.id}: {f.kind.value}, because of "{f.because}"' for f in flags)
    flagged += "".join(f"\n  {line}" for line in acting)
    why = "; ".join(found.reasons)
    door.show(
        answer, f"Item {item}, lane {answer['lane']}: {why}{flagged}\n\n{answer['own_words'] or answer['subject']}"
    )


@leaf("take", click.argument("item", type=int), help="Say that you are reading it.")
def queue_take(door: Door, *, item: int) -> None:
    with door.work() as (_, work):
        queues.take(work, queues.find_item(work.session, item))
    door.show({"item": item, "taken_by": door.officer}, f"item {item} is taken up by {door.officer}")


@leaf(
    "rule",
    click.argument("item", type=int),
    click.option("--agree", "outcome", flag_value=Outcome.AGREE.value, help="The program saw it rightly."),
    click.option("--overrule", "outcome", flag_value=Outcome.OVERRULE.value, help="It did not; needs --reason."),
    click.option("--attest", "outcome", flag_value=Outcome.ATTEST.value, help="Checked for new information."),
    click.option("--flag", type=int, help="Rule on this flag only."),
    click.option("--right-label", default="", help="What it should have been, if you overrule a flag; or none."),
    click.option("--reason", default="", help="Why, in a few words."),
    help="Rule on an item, or on one of its flags.",
)
def queue_rule(door: Door, *, item: int, outcome: str | None, flag: int | None, right_label: str, reason: str) -> None:
    if outcome is None:
        raise Refused("say what you rule: --agree, --overrule or --attest")
    with door.work() as (_, work):
        found = queues.find_item(work.session, item)
        flags = {f.id: f for f in flags_of(work.session, found.contact_id or 0)}
        if flag is not None and flag not in flags:
            raise Refused(f"item {item} has no flag {flag}; `evenhand queue show {item}` lists them")
        queues.rule(
            work,
            found,
            outcome=Outcome(outcome),
            flag=flags[flag] if flag is not None else None,
            reason=reason,
            right_label=right_label,
        )
        closed = found.closed_at is not None
    door.show({"item": item, "outcome": outcome, "closed": closed}, f"ruled: {outcome}{'; closed' if closed else ''}")


@leaf(
    "rule-finding",
    click.argument("finding", type=int),
    click.option("--agree", "outcome", flag_value=Outcome.AGREE.value, help="The program saw it rightly."),
    click.option("--overrule", "outcome", flag_value=Outcome.OVERRULE.value, help="It did not; needs --reason."),
    click.option("--right-label", default="", help="What it should have been, if you overrule; or none."),
    click.option("--reason", default="", help="Why, in a few words."),
    help="Rule on one finding, flagged or not; `evenhand queue show --json` numbers them.",
)
def queue_rule_finding(door: Door, *, finding: int, outcome: str | None, right_label: str, reason: str) -> None:
    if outcome is None:
        raise Refused("say what you rule: --agree or --overrule")
    with door.work() as (_, work):
        seen = find_finding(work.session, finding)
        queues.rule_on_finding(work, seen, outcome=Outcome(outcome), reason=reason, right_label=right_label)
    door.show({"finding": finding, "outcome": outcome}, f"ruled: {outcome}; it counts in `evenhand report accuracy`")


# --- warnings and decisions ---


@leaf(
    "record",
    click.option("--customer", required=True, help="The customer's reference."),
    click.option("--stage", type=click.Choice([s.value for s in Stage]), required=True, help="Which warning it was."),
    click.option("--sent", type=Day(), required=True, help="The day the letter went."),
    click.option("--reason", required=True, help="What it warned of, in a sentence."),
    help="Record a warning letter that was sent. It restricts nothing.",
)
def warning_record(door: Door, *, customer: str, stage: str, sent: date, reason: str) -> None:
    with door.work() as (_, work):
        found = by_reference(work.session, customer)
        warning = decisions.record_warning(work, found, stage=Stage(stage), sent_on=sent, reason=reason)
        work.session.flush()
        number = warning.id
    door.show({"warning": number, "customer": customer, "stage": stage, "sent": sent}, f"warning {number} is recorded")


@leaf(
    "record",
    click.option("--customer", required=True, help="The customer's reference."),
    click.option("--body", required=True, help="Who decided, as minuted: Full Council ..."),
    click.option("--minute", required=True, help="The minute number."),
    click.option("--decided", type=Day(), required=True, help="The day of the decision."),
    click.option("--resolution", required=True, help="The text of the resolution."),
    click.option("--subject", required=True, help="The subject matter that it covers."),
    click.option("--named-officer", required=True, help="Who reads what is diverted."),
    MEASURES,
    TERMS,
    click.option("--starts", type=Day(), required=True, help="The first day of the measures."),
    click.option("--ends", type=Day(), required=True, help="The first day without them."),
    click.option("--review", type=Day(), help="The day of the first review; else as the policy says."),
    click.option("--exception", default="", help="The exceptional reason, where a warning was skipped."),
    click.option("--case", "reference", help="The case it rests on; else the customer's that is ready."),
    click.option(
        "--interest", "interests", multiple=True, help="An interest declared, or 'none declared' (in a case)."
    ),
    click.option("--proportionality", default="", help="Why it is proportionate (in a case)."),
    click.option("--impedes", default="", help="What the conduct impedes (in a case)."),
    click.option("--delegation", default="", help="The minute that gives an officer the power, where one decided."),
    click.option("--letter-sent", type=Day(), help="The day the decision letter went; without it nothing is in force."),
    click.option("--letter-by", default="", help="Who signed the letter."),
    click.option("--letter-how", default="", help="How it went: first class post, e-mail ..."),
    help="Record what the council decided. Only with its letter sent does a restriction begin to exist.",
)
def decision_record(
    door: Door,
    *,
    customer: str,
    body: str,
    minute: str,
    decided: date,
    resolution: str,
    subject: str,
    named_officer: str,
    measures: tuple[str, ...],
    said_terms: tuple[str, ...],
    starts: date,
    ends: date,
    review: date | None,
    exception: str,
    reference: str | None,
    interests: tuple[str, ...],
    proportionality: str,
    impedes: str,
    delegation: str,
    letter_sent: date | None,
    letter_by: str,
    letter_how: str,
) -> None:
    minuted = decisions.Minuted(
        body=body,
        minute=minute,
        decided_on=decided,
        resolution=resolution,
        subject_matter=subject,
        named_officer=named_officer,
        terms=asked_for(measures, said_terms, starts, ends, review),
        exception=exception,
        interests=interests,
        proportionality=proportionality,
        impedes=impedes,
        delegation=delegation,
    )
    made: list[int] = []
    with door.work() as (app, work):
        found = by_reference(work.session, customer)
        case = find_case(work.session, reference) if reference else None
        decision = decisions.record_decision(work, found, minuted, policy=app.policy, case=case)
        if letter_sent is not None:
            made = [
                r.id
                for r in decisions.record_letter(
                    work, decision, sent_on=letter_sent, sent_by=letter_by, how=letter_how, policy=app.policy
                )
            ]
        number = decision.id
    words = f"decision {number} is recorded; "
    words += (
        f"in force from {starts} to {ends} as restriction {', '.join(map(str, made))}"
        if made
        else f"nothing is restricted until its letter is: `evenhand decision letter {number}`"
    )
    door.show({"decision": number, "restrictions": made}, words + by_hand(minuted.terms, app.policy))
    _reconcile(door)


@leaf(
    "letter",
    click.argument("decision", type=int),
    click.option("--sent", type=Day(), required=True, help="The day it went."),
    click.option("--by", required=True, help="Who signed it."),
    click.option("--how", required=True, help="How it went: first class post, e-mail ..."),
    help="Record the decision letter as sent; the decision's restrictions begin to exist with it.",
)
def decision_letter(door: Door, *, decision: int, sent: date, by: str, how: str) -> None:
    with door.work() as (app, work):
        found = decisions.find_decision(work.session, decision)
        made = [
            r.id for r in decisions.record_letter(work, found, sent_on=sent, sent_by=by, how=how, policy=app.policy)
        ]
    door.show({"decision": decision, "restrictions": made}, f"the letter is recorded; restrictions: {made}")
    _reconcile(door)


# --- restrictions ---


def _restriction(restriction: Restriction, customer: str, state: str) -> dict[str, object]:
    decided = next(m for m in restriction.decision.measures if m.measure is restriction.measure)
    return {
        "restriction": restriction.id,
        "customer": customer,
        "measure": restriction.measure.value,
        "terms": restriction.terms,
        "from": restriction.starts_on,
        "until": restriction.ends_on,
        "review": decided.review_on,
        "body": restriction.decision.body,
        "minute": restriction.decision.minute,
        "named_officer": restriction.decision.named_officer,
        "state": state,
    }


def _state(restriction: Restriction, found: InForce, today: date) -> str:
    doubtful, set_aside = dict(found.doubtful), dict(found.set_aside)
    if restriction in found.binding:
        return "in force"
    if restriction.id in doubtful:
        return f"DOUBTFUL, not acted upon: {doubtful[restriction.id]}"
    if restriction.id in set_aside:
        over = "SET ASIDE" if "only channel" in set_aside[restriction.id] else "OVER, tell the customer"
        return f"{over}: {set_aside[restriction.id]}"
    if restriction.liftings:
        return "lifted"
    return "not yet begun" if today < restriction.starts_on else "ended"


@leaf(
    "list",
    click.option("--all", "every", is_flag=True, help="Also those that are over or not begun."),
    help="Restrictions in force, and the decision each rests on.",
)
def restriction_list(door: Door, *, every: bool) -> None:
    with door.app() as app, app.look() as session:
        today = app.today
        found = restrictions_in_force(session, today, app.seal, app.policy.reviews_demanded)
        rows = [
            _restriction(r, reference_of(session, r.customer_id), _state(r, found, today))
            for r in all_restrictions(session)
        ]
    told = {r.id for r in found.binding} | {number for number, _ in (*found.doubtful, *found.set_aside)}
    shown = [r for r in rows if every or r["restriction"] in told]
    columns = ("restriction", "customer", "measure", "terms", "from", "until", "review", "minute", "state")
    door.table(shown, columns, "No restriction is in force.")


def _reconcile(door: Door) -> None:
    """Bring the mail server into line at once; a server that cannot be reached is the running service's to retry."""
    with door.machine() as app:
        for done in reconcile_all(app):
            if done.ok is False:
                click.echo(f"{done.book}: not yet carried out on the server: {done.words}", err=True)


QUEUE = group(
    "queue", queue_list, queue_show, queue_take, queue_rule, queue_rule_finding, help="What waits for a person."
)
WARNING = group("warning", warning_record, help="Warning letters under the policy.")
DECISION = group("decision", decision_record, decision_letter, help="What the council decided.")
RESTRICTION = group("restriction", restriction_list, restriction_lift, help="Restrictions in life.")
COMMANDS = (QUEUE, WARNING, DECISION, RESTRICTION)
