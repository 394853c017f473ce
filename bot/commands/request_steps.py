"""Commands that record a step of a request: one for each kind that no letter records by itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import click

from bot.commands.door import Day, Door, leaf
from bot.officers import find
from bot.requests.cited import COUNTS_UP_TO_THE_DEADLINE
from bot.requests.record import take_step
from bot.requests.standing import in_words, next_steps
from models.calendar import council_day
from models.estimate import TASKS, sheet_of
from models.indicators import EXCESSIVE, OF_INFORMATION_REQUESTS, UNFOUNDED
from models.log import find_contact
from models.request import RequestStepKind, find_request
from models.request_standing import request_standing
from models.step_facts import REQUEST_FACTS, choices

K = RequestStepKind
REQUEST = click.argument("reference", metavar="REQUEST")
ON = click.option("--on", type=Day(), help="The day it was done; else the day of --contact, else today.")
WHO = click.option("--who", default="", help="Who did it, by name and title; else the acting officer.")
SEEN = click.option("--seen", type=int, help="The last step you saw: refused if something was recorded since.")
WORDS = click.option("--words", default="", help="In the council's own words: the reason, finding or note.")
CONTACT = click.option("--contact", type=int, help="The contact in the log in which it was done.")
CITES = click.option("--cite", "cites", type=int, multiple=True, help="A contact that it rests on; may be repeated.")


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
        if kind in COUNTS_UP_TO_THE_DEADLINE and standing.due is not None and app.today > standing.due:
            answer["after_the_last_day"] = True
            line += (
                f"\nRecorded after the last day to answer, {standing.due:%-d %B %Y}: what came since counts for nothing"
            )
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


def _said(kind: RequestStepKind, *facts: str) -> tuple[Any, ...]:
    """An argument for each of these facts, which takes the words that the fact may be."""
    return tuple(click.argument(fact, type=_one_of(kind, fact)) for fact in facts)


INDICATORS = [*OF_INFORMATION_REQUESTS, *UNFOUNDED, *EXCESSIVE]
STEPS = (
    _leaf(
        "regime",
        K.REGIME_CHANGED,
        *_said(K.REGIME_CHANGED, "to"),
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
        help="Ask what is meant: written down for its letter, or asked in --contact. The clock waits from then.",
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
        help="Ask for a fee, --words what for: for its notice, or asked in --contact. The clock waits from then.",
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
        *_said(K.SIMILAR, "answer"),
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
        *_said(K.PUBLIC_INTEREST, "outcome"),
        click.option("--for", "for_", default="", help="What speaks for disclosure."),
        click.option("--against", default="", help="What speaks for the exception."),
        facts={"for": "for_"},
        help="EIR: weigh the public interest; disclosure is presumed.",
    ),
    _leaf(
        "decide",
        K.DECIDED,
        *_said(K.DECIDED, "outcome"),
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
        *_said(K.REVIEW_DECIDED, "outcome"),
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
        *_said(K.WIDER_POLICY, "answer"),
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
        *_said(K.TRANSFERRED, "how", "extent"),
        CONTACT,
        help="Another AUTHORITY holds it, all or part: sent on with the requester's agreement, or told where to ask.",
    ),
)
