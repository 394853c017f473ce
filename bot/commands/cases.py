"""The group `case`: opening one, looking at it, and the steps that stand in other files."""

from __future__ import annotations

from datetime import date

import click

from bot.casework import cases, steps
from bot.casework.ahead import late, next_steps, owed
from bot.casework.continuing import unanswered
from bot.casework.reviews import owed_in_words
from bot.casework.track import Standing
from bot.commands import after, case_steps, council, urgent
from bot.commands.door import Door, group, leaf
from bot.commands.said import CASE, ON
from models.case import Case, CaseStep, Ground, all_cases, cases_of, find_case, steps_of
from models.customer import by_reference, reference_of
from models.issue import find_issue
from models.officer import Permission

# --- looking ----------------------------------------------------------------------------------------------------------


@leaf(
    "list",
    click.option("--customer", help="Only this customer's, by reference."),
    click.option("--all", "every", is_flag=True, help="Also those that are closed."),
    help="Cases, and how each stands.",
)
def case_list(door: Door, *, customer: str | None, every: bool) -> None:
    with door.app(needs=Permission.KEEP_CASE) as app, app.look() as session:
        found = cases_of(session, by_reference(session, customer).id) if customer else all_cases(session)
        rows: list[dict[str, object]] = []
        for case in found:
            taken = steps_of(session, case)
            standing = Standing.of(taken, app.policy)
            if every or standing.state != "closed":
                rows.append({**_case(case, reference_of(session, case.customer_id)), **_stands(standing)})
    door.table(rows, ("case", "customer", "subject_matter", "stands", "last_step_on"), "There is no open case.")


def _case(case: Case, customer: str) -> dict[str, object]:
    return {
        "case": case.reference,
        "customer": customer,
        "subject_matter": case.subject_matter,
        "ground": case.ground.value,
        "opened_on": case.opened_on,
        "matter": case.issue_id,
    }


def _stands(standing: Standing) -> dict[str, object]:
    last = standing.steps[-1] if standing.steps else None
    return {
        "state": standing.state,
        "stands": standing.words,
        "last_step": last.id if last else 0,
        "last_step_on": last.on if last else None,
    }


@leaf("show", CASE, help="One case: its steps in order, how it stands, what comes next and what is missing for it.")
def case_show(door: Door, *, case: str) -> None:
    with door.app(needs=Permission.KEEP_CASE) as app, app.look() as session:
        found = find_case(session, case)
        standing = Standing.of(steps_of(session, found), app.policy)
        answer = {
            **_case(found, reference_of(session, found.customer_id)),
            **_stands(standing),
            "policy": app.policy.version,
            "steps": [_step(step, late(standing, step)) for step in standing.steps],
            "next": [
                {"step": n.kind.value, "command": n.command, "when": n.when, "missing": list(n.missing)}
                for n in next_steps(standing, found.reference)
            ],
            "owed": [
                *owed(standing, found.reference),
                *owed_in_words(session, found, app.policy),
                *_to_answer(len(unanswered(session, found)), found.reference),
            ],
        }
        words = _in_words(answer, standing, found.reference)
    door.show(answer, words)


def _to_answer(number: int, reference: str) -> list[str]:
    what = "1 contact" if number == 1 else f"{number} contacts"
    return [f"an answer about {what} since the decision (`evenhand case to-answer {reference}`)"] if number else []


def _step(step: CaseStep, lateness: str) -> dict[str, object]:
    return {
        "step": step.id,
        "kind": step.kind.value,
        "on": step.on,
        "who": step.who,
        "words": step.words,
        "facts": step.facts,
        "cites": step.cites,
        "decision": step.decision_id,
        "letter": step.letter_id,
        "contact": step.contact_id,
        "policy_version": step.policy_version,
        "recorded_by": step.recorded_by,
        "recorded_at": step.recorded_at.isoformat(),
        "late": lateness or None,
    }


def _in_words(answer: dict[str, object], standing: Standing, reference: str) -> str:
    lines = [
        f"{reference}, customer {answer['customer']}: {answer['subject_matter']}",
        f"It stands: {standing.words}. Last step: {answer['last_step']}",
        "",
    ]
    for step in standing.steps:
        lateness = late(standing, step)
        lines.append(
            f"  {step.id}  {step.on:%-d %B %Y}  {steps.in_words(step.kind)}, {step.who}: {step.words}"
            + (f" [{lateness}]" if lateness else "")
        )
        lines += [f"       {name.replace('_', ' ')}: {_fact(value)}" for name, value in step.facts.items()]
        lines += [f"       cites: contact {', '.join(map(str, step.cites))}"] if step.cites else []
    lines += ["", "What comes next:"] if next_steps(standing, reference) else []
    for ahead in next_steps(standing, reference):
        lines.append(f"  {steps.in_words(ahead.kind)}: {ahead.command}" + (f" ({ahead.when})" if ahead.when else ""))
        lines += [f"    first: {words}" for words in ahead.missing]
    lines += ["", "Owed:", *(f"  {words}" for words in answer["owed"])] if answer["owed"] else []  # type: ignore[attr-defined]
    return "\n".join(lines)


def _fact(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)


# --- opening ----------------------------------------------------------------------------------------------------------


@leaf(
    "open",
    click.option("--customer", required=True, help="The customer's reference."),
    click.option("--subject", required=True, help="The one matter that it is about, in a few words."),
    click.option(
        "--ground",
        type=click.Choice([g.value for g in Ground]),
        required=True,
        help="Not accepting how a matter was dealt with, or the manner in which it is pursued.",
    ),
    click.option("--matter", type=int, help="The matter in the log, by its number."),
    ON,
    help="Open a case about one customer's conduct in one matter. It changes nothing else.",
)
def case_open(door: Door, *, customer: str, subject: str, ground: str, matter: int | None, on: date | None) -> None:
    with door.work() as (_, work):
        case = cases.open_case(
            work,
            by_reference(work.session, customer),
            subject_matter=subject,
            ground=Ground(ground),
            on=on or work.today,
            issue=find_issue(work.session, matter) if matter is not None else None,
        )
        reference = case.reference
    door.show(
        {"case": reference, "customer": customer, "opened": True},
        f"{reference} is open\nNext: an officer's report that cites the log: `evenhand case report {reference}`",
    )


COMMANDS: tuple[click.Command, ...] = (
    group(
        "case",
        case_list,
        case_open,
        case_show,
        *case_steps.LEAVES,
        *council.LEAVES,
        *urgent.LEAVES,
        *after.LEAVES,
        help="A customer's conduct in one matter under the policy, step by step.",
    ),
)
