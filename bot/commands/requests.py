"""Commands of the information tracks: how FOI, EIR and subject access requests and complaints stand; to open one."""

from __future__ import annotations

from datetime import date

import click

from bot.bootstrap import App
from bot.commands.door import Day, Door, group, leaf
from bot.commands.request_steps import CONTACT, REQUEST, SEEN, STEPS, WHO, WORDS
from bot.officers import name_of
from bot.requests.record import open_request, take_step
from bot.requests.standing import in_words, next_steps, together_with
from bot.work import Work
from models.customer import by_reference, reference_of
from models.estimate import sheet_of
from models.hold import hold_of, holds
from models.log import find_contact
from models.officer import Permission
from models.request import InformationRequest, Regime, RequestStep, RequestStepKind, all_requests, find_request
from models.request import request_steps as steps_of
from models.request_standing import RequestStanding, State, data_subject, request_standing, requester_of

# --- reading ---------------------------------------------------------------------------------------------------------


def _row(
    request: InformationRequest, standing: RequestStanding, customer: str | None, today: date
) -> dict[str, object]:
    return {
        "request": request.reference,
        "law": standing.regime.value,
        "customer": customer,
        "subject": request.subject,
        "received": request.received_on,
        "state": standing.state.value,
        "due": standing.due if standing.acknowledged_on or standing.due is not None else standing.acknowledge_by,
        "how": in_words(standing, today),
    }


@leaf(
    "list",
    click.option("--customer", help="Only this customer's, by reference."),
    click.option("--state", type=click.Choice([s.value for s in State]), help="Only those that stand so."),
    help="Requests for information and complaints about personal data, and how each stands.",
)
def request_list(door: Door, *, customer: str | None, state: str | None) -> None:
    with door.app(needs=Permission.KEEP_REQUEST) as app, app.look() as session:
        wanted = by_reference(session, customer).id if customer else None
        rows = []
        for request in all_requests(session):
            person = requester_of(session, request)
            standing = request_standing(session, request, app.policy.procedure)
            if wanted in (None, person, data_subject(session, request)) and state in (None, standing.state.value):
                known = reference_of(session, person) if person is not None else None
                rows.append(_row(request, standing, known, app.today))
    door.table(rows, ("request", "customer", "subject", "received", "state", "due"), "no requests")


@leaf("show", REQUEST, help="One request: how it stands, its steps, its estimate, and what comes next.")
def request_show(door: Door, *, reference: str) -> None:
    with door.app(needs=Permission.KEEP_REQUEST) as app, app.look() as session:
        request = find_request(session, reference)
        standing = request_standing(session, request, app.policy.procedure)
        person = requester_of(session, request)
        subject, steps = data_subject(session, request), steps_of(session, request)
        sheet = sheet_of(session, request, app.policy.procedure)
        coming = next_steps(session, request, app.policy)
        hold, together = hold_of(session, request), together_with(session, request)
        answer = {
            **_row(request, standing, reference_of(session, person) if person is not None else None, app.today),
            "asked_for": request.asked_for,
            "on_behalf_of": reference_of(session, subject) if subject is not None else None,
            "contact": request.contact_id,
            "last_step": standing.last_step,
            "together_with": together,
            "held_until": hold.until,
            "pauses": [{"why": p.why, "since": p.since, "until": p.until} for p in standing.pauses],
            "estimate": sheet.in_words() if sheet.lines else None,
            "steps": [_step(step) for step in steps],
            "next": coming,
        }
    said = [f"{request.reference}, received on {request.received_on:%-d %B %Y}: {request.subject}", str(answer["how"])]
    said += [f"on behalf of {answer['on_behalf_of']}, whose data it asks for"] if subject is not None else []
    said += [f"answered together with {', '.join(together)}"] if together else []
    held = f"until {hold.until:%-d %B %Y}" if hold.until else "while it, its review or the regulator's look at it runs"
    said.append(f"What it may ask for is held {held} (FOIA s77)")
    said += ["", *(_in_a_line(step) for step in steps)] if steps else []
    said += ["", f"Estimate: {answer['estimate']}"] if sheet.lines else []
    said += ["", "Next:", *(f"  {words}" for words in coming)] if coming else []
    door.show(answer, "\n".join(said))


def _step(step: RequestStep) -> dict[str, object]:
    return {
        "step": step.id,
        "kind": step.kind.value,
        "on": step.on,
        "who": step.who,
        "words": step.words,
        "facts": step.facts,
        "cites": step.cites,
        "contact": step.contact_id,
        "letter": step.letter_id,
        "recorded_by": step.recorded_by,
        "recorded_at": step.recorded_at.isoformat(),
    }


def _in_a_line(step: RequestStep) -> str:
    facts = ", ".join(f"{name} {value}" for name, value in step.facts.items())
    beside = [f"letter {step.letter_id}"] if step.letter_id else []
    beside += [f"contact {step.contact_id}"] if step.contact_id else []
    beside += [f"cites {', '.join(map(str, step.cites))}"] if step.cites else []
    told = "".join(f" [{words}]" for words in ("; ".join(beside),) if words)
    words = ": " + step.words if step.words else ""
    kind = step.kind.value.replace("_", " ")
    return f"  {step.on:%-d %B %Y}  step {step.id}, {kind}, {step.who}{f' ({facts})' if facts else ''}{words}{told}"


@leaf(
    "holds",
    click.option("--customer", help="Only those that cover this customer's records, by reference."),
    help="Legal holds: what must not be rewritten while a request may ask for it, and until when.",
)
def request_holds(door: Door, *, customer: str | None) -> None:
    with door.app(needs=Permission.KEEP_REQUEST) as app, app.look() as session:
        person = by_reference(session, customer).id if customer else None
        found = [h for h in holds(session, app.today) if person is None or h.covers({person})]
        rows: list[dict[str, object]] = [
            {
                "request": hold.request or "(not opened yet)",
                "contact": hold.contact,
                "since": hold.since,
                "until": hold.until,
                "covers": "every record" if hold.people is None else "the requester's records",
            }
            for hold in found
        ]
    door.table(rows, ("request", "contact", "since", "until", "covers"), "nothing is held")


# --- opening ---------------------------------------------------------------------------------------------------------


@leaf(
    "open",
    click.argument("regime", type=click.Choice([r.value for r in Regime])),
    click.option("--subject", default="", help="What it is about, in a few words."),
    click.option("--asked-for", default="", help="What is asked for, or complained of."),
    CONTACT,
    click.option("--customer", help="Who asked, by reference, where no contact tells it."),
    click.option("--on-behalf-of", help="Whose data it asks for, by reference, where somebody else asks for them."),
    click.option("--on", type=Day(), help="Made by word of mouth: the day. A contact brings its own."),
    help="Put a request on record, from the contact it came in. Its clock began on that day, diverted or not.",
)
def request_open(
    door: Door,
    *,
    regime: str,
    subject: str,
    asked_for: str,
    contact: int | None,
    customer: str | None,
    on_behalf_of: str | None,
    on: date | None,
) -> None:
    with door.work() as (app, work):
        request = open_request(
            work,
            regime=Regime(regime),
            subject=subject,
            asked_for=asked_for,
            contact=find_contact(work.session, contact) if contact is not None else None,
            customer=by_reference(work.session, customer) if customer else None,
            received_on=on,
        )
        if on_behalf_of:
            _for(app, work, request, on_behalf_of, words="as it was opened", who="", seen=None)
        standing = request_standing(work.session, request, app.policy.procedure)
        coming = next_steps(work.session, request, app.policy)
        answer = {
            "request": request.reference,
            "received": request.received_on,
            "due": standing.due if standing.due is not None else standing.acknowledge_by,
            "held": True,
            "next": coming,
        }
        words = f"{request.reference} is open. {in_words(standing, app.today)}"
    door.show(answer, "\n".join([words, "What it may ask for is held: `evenhand request holds`", *coming]))


@leaf(
    "on-behalf",
    REQUEST,
    click.argument("customer"),
    WHO,
    WORDS,
    SEEN,
    help="It asks for the data of CUSTOMER, for whom somebody else asks; told to them by CUSTOMER's authority alone.",
)
def request_on_behalf(door: Door, *, reference: str, customer: str, who: str, words: str, seen: int | None) -> None:
    with door.work() as (app, work):
        request = find_request(work.session, reference)
        step = _for(app, work, request, customer, words=words, who=who, seen=seen)
        coming = next_steps(work.session, request, app.policy)
    answer = {"request": reference, "step": step.id, "on_behalf_of": customer, "next": coming}
    door.show(answer, "\n".join([f"step {step.id} of {reference}: on behalf of {customer}", *coming]))


def _for(
    app: App, work: Work, request: InformationRequest, customer: str, *, words: str, who: str, seen: int | None
) -> RequestStep:
    return take_step(
        work,
        request,
        RequestStepKind.ON_BEHALF,
        on=work.today,
        who=who or name_of(work.session, work.actor.name),
        words=words,
        facts={"of": by_reference(work.session, customer).id},
        policy=app.policy,
        seen=seen,
    )


LEAVES = (request_list, request_show, request_open, request_on_behalf, *STEPS, request_holds)
COMMANDS: tuple[click.Command, ...] = (group("request", *LEAVES, help="Information requests."),)
