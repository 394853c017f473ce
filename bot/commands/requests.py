"""Commands of the information tracks: FOI, EIR and subject access requests, and data-protection complaints."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import click

from bot.commands.door import Day, Door, group, leaf
from bot.officers import find
from bot.requests.record import open_request, take_step
from bot.requests.standing import in_words, next_steps, together_with
from models.calendar import council_day
from models.customer import by_reference, reference_of
from models.estimate import TASKS, sheet_of
from models.hold import hold_of, holds
from models.indicators import EXCESSIVE, OF_INFORMATION_REQUESTS, UNFOUNDED
from models.log import find_contact
from models.officer import Permission
from models.request import InformationRequest, Regime, RequestStep, RequestStepKind, all_requests, find_request
from models.request import request_steps as steps_of
from models.request_standing import RequestStanding, State, request_standing, requester_of
from models.step_facts import REQUEST_FACTS, choices

K = RequestStepKind
REQUEST = click.argument("reference", metavar="REQUEST")
ON = click.option("--on", type=Day(), help="The day it was done; else the day of --contact, else today.")
WHO = click.option("--who", default="", help="Who did it, by name and title; else the acting officer.")
SEEN = click.option("--seen", type=int, help="The last step you saw: refused if something was recorded since.")
WORDS = click.option("--words", default="", help="In the council's own words: the reason, finding or note.")
CONTACT = click.option("--contact", type=int, help="The contact in the log in which it was done.")
CITES = click.option("--cite", "cites", type=int, multiple=True, help="A contact that it rests on; may be repeated.")


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
            if wanted in (None, person) and state in (None, standing.state.value):
                known = reference_of(session, person) if person is not None else None
                rows.append(_row(request, standing, known, app.today))
    door.table(rows, ("request", "customer", "subject", "received", "state", "due"), "no requests")


@leaf("show", REQUEST, help="One request: how it stands, its steps, its estimate, and what comes next.")
def request_show(door: Door, *, reference: str) -> None:
    with door.app(needs=Permission.KEEP_REQUEST) as app, app.look() as session:
        request = find_request(session, reference)
        standing = request_standing(session, request, app.policy.procedure)
        person = requester_of(session, request)
        steps = steps_of(session, request)
        sheet = sheet_of(session, request, app.policy.procedure)
        coming = next_steps(session, request, app.policy)
        hold, together = hold_of(session, request), together_with(session, request)
        answer = {
            **_row(request, standing, reference_of(session, person) if person is not None else None, app.today),
            "asked_for": request.asked_for,
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


# --- steps -----------------------------------------------------------------------------------------------------------


def _take(
    door: Door,
    reference: str,
    kind: RequestStepKind,
    facts: Mapping[str, Any],
    *,
    on: date | None,
    who: str,
    words: str,
    seen: int | None,
    contact: int | None = None,
    cites: tuple[int, ...] = (),
) -> None:
    with door.work() as (app, work):
        request = find_request(work.session, reference)
        inside = find_contact(work.session, contact) if contact is not None else None
        step = take_step(
            work,
            request,
            kind,
            on=on or (council_day(inside.at) if inside is not None else app.today),
            who=who or find(work.session, door.officer).name,
            words=words,
            facts={name: _fact(value) for name, value in facts.items() if value not in (None, "", ())},
            cites=cites,
            contact=inside,
            policy=app.policy,
            seen=seen,
        )
        standing = request_standing(work.session, request, app.policy.procedure)
        coming = next_steps(work.session, request, app.policy)
        answer = {"request": request.reference, "step": step.id, "kind": kind.value, "state": standing.state.value}
        answer |= {"due": standing.due, "next": coming}
        line = f"step {step.id} of {request.reference}: {kind.value.replace('_', ' ')}. {in_words(standing, app.today)}"
        if kind in (K.ESTIMATE, K.AGGREGATED):
            answer["estimate"] = sheet_of(work.session, request, app.policy.procedure).in_words()
            line += f"\nEstimate: {answer['estimate']}"
    door.show(answer, line)


def _fact(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _leaf(
    name: str, kind: RequestStepKind, *options: Any, help: str, facts: Mapping[str, str] | None = None
) -> click.Command:
    """A command that records one kind of step; `facts`: which option tells which fact, where their names differ."""
    names = {fact.rstrip("?"): fact.rstrip("?") for fact in REQUEST_FACTS[kind]} | {
        v: k for k, v in (facts or {}).items()
    }

    @leaf(name, REQUEST, *options, ON, WHO, WORDS, SEEN, help=help)
    def run(door: Door, *, reference: str, **given: Any) -> None:
        told = {names[key]: given.pop(key) for key in list(given) if key in names}
        _take(door, reference, kind, told, **given)

    return run


def _one_of(kind: RequestStepKind, fact: str) -> click.Choice[str]:
    return click.Choice(choices(REQUEST_FACTS[kind][fact]))


INDICATORS = [*OF_INFORMATION_REQUESTS, *UNFOUNDED, *EXCESSIVE]
STEPS = (
    _leaf(
        "regime",
        K.REGIME_CHANGED,
        click.argument("to", type=_one_of(K.REGIME_CHANGED, "to")),
        help="It belongs under another law. The clock keeps its first day.",
    ),
    _leaf(
        "acknowledge",
        K.ACKNOWLEDGED,
        CONTACT,
        help="It was acknowledged in this message of the council's; a letter records it by itself.",
    ),
    _leaf(
        "clarify",
        K.CLARIFICATION_ASKED,
        CONTACT,
        help="Ask what is meant: the clock waits. Subject access: written down for the letter, which asks it.",
    ),
    _leaf("clarified", K.CLARIFICATION_GIVEN, CONTACT, help="The requester said what is meant: the clock goes on."),
    _leaf(
        "identity",
        K.IDENTITY_ASKED,
        click.option("--doubt", default="", help="What raises reasonable doubt about who asks."),
        CONTACT,
        help="Subject access: ask who they are, in the letter that asks it; only where there is reasonable doubt.",
    ),
    _leaf("identified", K.IDENTITY_GIVEN, CONTACT, help="They showed who they are: the clock begins."),
    _leaf(
        "fee",
        K.FEE_ASKED,
        click.option("--pounds", type=click.IntRange(min=1), help="How much."),
        CONTACT,
        help="Ask for a fee: the clock waits until it is paid.",
    ),
    _leaf("fee-paid", K.FEE_PAID, CONTACT, help="The fee was paid."),
    _leaf(
        "indicator",
        K.INDICATOR,
        click.argument("indicator", type=click.Choice(INDICATORS), metavar="NAME"),
        click.option("--shows", default="", help="What shows it."),
        CITES,
        help="One of the policy's indicators, with what shows it and --words on its context. None is a test by itself: "
        + ", ".join(INDICATORS),
    ),
    _leaf("value", K.VALUE, CITES, help="What the request is worth: its purpose and value."),
    _leaf("burden", K.BURDEN, CITES, help="What answering it would cost the council."),
    _leaf("evidence", K.EVIDENCE, CITES, help="An entry of the evidence log; refused after the last day to answer."),
    _leaf(
        "prompt", K.PROMPT_ANSWERED, help="Why there was no warning before a finding, or why none would have helped."
    ),
    _leaf(
        "advice",
        K.ADVICE,
        click.option("--adviser", default="", help="Who advised, by name and title."),
        help="Advice of the county association or the Monitoring Officer.",
    ),
    _leaf(
        "similar",
        K.SIMILAR,
        click.argument("to", metavar="EARLIER"),
        click.argument("answer", type=_one_of(K.SIMILAR, "answer")),
        help="It was read beside an EARLIER one that was refused: it is fresh, or within that subject.",
    ),
    _leaf(
        "estimate",
        K.ESTIMATE,
        click.argument("task", type=click.Choice(list(TASKS))),
        click.argument("minutes", type=click.IntRange(min=0)),
        help="A line of the cost estimate (FOI only); --words says of what. The same words again put it right.",
    ),
    _leaf(
        "aggregate",
        K.AGGREGATED,
        click.argument("other", metavar="OTHER"),
        click.option("--link", default="", help="Somebody else's: the evidence that they act together."),
        facts={"with": "other"},
        help="Add up its cost with an OTHER request on the same information, within sixty working days.",
    ),
    _leaf(
        "extend",
        K.EXTENDED,
        click.option("--until", type=Day(), help="The new last day."),
        click.option("--because", type=_one_of(K.EXTENDED, "because?"), help="What the law gives more time for."),
        help="More time: EIR to forty working days, subject access by two months. Its letter must go in time.",
    ),
    _leaf(
        "public-interest",
        K.PUBLIC_INTEREST,
        click.argument("outcome", type=_one_of(K.PUBLIC_INTEREST, "outcome")),
        click.option("--for", "for_", default="", help="What speaks for disclosure."),
        click.option("--against", default="", help="What speaks for the exception."),
        facts={"for": "for_"},
        help="EIR: weigh the public interest; disclosure is presumed.",
    ),
    _leaf(
        "decide",
        K.DECIDED,
        click.argument("outcome", type=_one_of(K.DECIDED, "outcome")),
        click.option("--under", type=_one_of(K.DECIDED, "under?"), help="Under what it is refused."),
        click.option("--with", "beside", default="", help="With whom it was decided, by name and title."),
        facts={"with": "beside"},
        help="The decision to answer or to refuse this one request, with its reasons in --words.",
    ),
    _leaf(
        "no-notice",
        K.NO_NOTICE,
        click.argument("earlier", metavar="EARLIER"),
        click.option("--warned-on", type=Day(), help="The day on which this person was warned."),
        help="FOIA s17(6): no notice again, since one was given in EARLIER; --words says why none can be expected.",
    ),
    _leaf("answered", K.ANSWERED, CONTACT, help="It was answered in this message of the council's."),
    _leaf(
        "review",
        K.REVIEW_ASKED,
        CONTACT,
        click.option("--late", default="", help="EIR, after its forty days: why it is taken all the same."),
        help="An internal review is asked for. Under the EIR any dissatisfaction asks for it.",
    ),
    _leaf(
        "review-decide",
        K.REVIEW_DECIDED,
        click.argument("outcome", type=_one_of(K.REVIEW_DECIDED, "outcome")),
        help="What the internal review found, by somebody who took no part (--who).",
    ),
    _leaf(
        "regulator",
        K.REGULATOR,
        click.argument("body"),
        click.option("--outcome", default="", help="What they said, once they have."),
        CONTACT,
        help="The Commissioner or a tribunal (BODY) took it up, or said something.",
    ),
    _leaf(
        "wider",
        K.WIDER_POLICY,
        click.argument("answer", type=_one_of(K.WIDER_POLICY, "answer")),
        help="Whether the conduct policy is invoked too; that is its own case.",
    ),
    _leaf(
        "inform",
        K.INFORMED,
        click.option("--role", default="", help="The role in which they were told."),
        help="An officer or member was made aware (--who), and why (--words).",
    ),
    _leaf("outcome", K.OUTCOME, help="What was found of a data-protection complaint; its letter tells it."),
    _leaf(
        "interval",
        K.INTERVAL,
        click.option("--nature", default="", help="How sensitive the data are."),
        click.option("--purposes", default="", help="What they are used for, and what harm that may do."),
        click.option("--changes", default="", help="How often they change."),
        click.option("--since", default="", help="What was added, changed or deleted since the last answer."),
        help="Subject access: whether a reasonable interval has passed since the last one, weighed.",
    ),
    _leaf(
        "together",
        K.TOGETHER,
        click.argument("other", metavar="OTHER"),
        facts={"with": "other"},
        help="It is answered together with an OTHER one of the same person; each keeps its law and clock.",
    ),
    _leaf("withdraw", K.WITHDRAWN, CONTACT, help="The requester withdrew it, in this contact."),
    _leaf(
        "revive",
        K.REVIVED,
        CONTACT,
        help="It was read as withdrawn by mistake: it goes on, and its clock never stopped. Asked anew, open it anew.",
    ),
    _leaf("lapse", K.LAPSED, help="Its fee was not paid in the law's time (FOI three months, EIR sixty working days)."),
    _leaf(
        "transfer",
        K.TRANSFERRED,
        click.argument("to", metavar="AUTHORITY"),
        click.argument("how", type=_one_of(K.TRANSFERRED, "how")),
        click.argument("extent", type=_one_of(K.TRANSFERRED, "extent")),
        CONTACT,
        help="Another AUTHORITY holds it, all or part: sent on with the requester's agreement, or told where to ask.",
    ),
)

COMMANDS: tuple[click.Command, ...] = (
    group("request", request_list, request_show, request_open, *STEPS, request_holds, help="Information requests."),
)
