"""Commands of the group `case` for reviews, extensions and appeals; and `restriction lift`."""

from __future__ import annotations

from datetime import date
from typing import Unpack

import click

from bot.casework import appeals, decisions, restrictions, reviews
from bot.casework.decisions import Minuted
from bot.commands import continuing
from bot.commands.door import Day, Door, leaf
from bot.commands.measures import MEASURES, TERMS, asked_for
from bot.commands.said import CASE, CITES, CONTACT, ON, SAID, SEEN, WORDS, Saying, bring_into_line, said, say_step
from bot.letters.draft import draft_lifting
from models.case import find_case
from models.customer import reference_of
from models.errors import EvenhandError, Refused
from models.log import find_contact
from models.officer import Permission
from models.reviewing import DueReview

# --- reviews ----------------------------------------------------------------------------------------------------------


@leaf(
    "review-due",
    click.option("--ahead", "ahead_days", default=28, show_default=True, help="Also those of so many days to come."),
    help="The reviews that are due, come up or were missed, and by when each must be held.",
)
def review_due(door: Door, *, ahead_days: int) -> None:
    with door.app(needs=Permission.KEEP_CASE) as app, app.look() as session:
        due = reviews.reviews_due(session, app.policy, app.today, ahead_days=ahead_days)
        rows: list[dict[str, object]] = [
            {
                "case": case.reference if (case := restrictions.case_of(session, d.decision)) else None,
                "customer": reference_of(session, d.decision.customer_id),
                "decision": d.decision.id,
                "due": d.day.due_on,
                "hold_from": d.day.begins_on,
                "hold_by": d.day.last_day,
                "ends": d.day.ends_on,
                "restrictions": [r.id for r in d.restrictions],
                "state": _state(d, app.today),
            }
            for d in due
        ]
    door.table(rows, ("case", "customer", "decision", "due", "hold_by", "ends", "state"), "No review is due.")


def _state(due: DueReview, today: date) -> str:
    if due.missed(today):
        return "missed: it has ended by itself"
    if due.day.due_on < today:
        return "overdue: it ends by itself after hold_by"
    return "end review" if due.day.last else "review"


@leaf(
    "periodic-review",
    CASE,
    click.option(
        "--outcome",
        type=click.Choice([o.value for o in reviews.ReviewOutcome]),
        required=True,
        help="Continue to the end decided; at the end, go to the council for longer; or lift now.",
    ),
    click.option("--grounds", required=True, help="The grounds found, or that there were none."),
    click.option("--decision", type=int, help="The decision whose restrictions are reviewed; else the latest."),
    click.option("--due", type=Day(), help="The day the review was due; else the next that was not held."),
    *SAID,
    help="Record a review of what a decision imposed, by whom the policy names. Without grounds it is lifted.",
)
def periodic_review(
    door: Door,
    *,
    case: str,
    outcome: str,
    grounds: str,
    decision: int | None,
    due: date | None,
    **saying: Unpack[Saying],
) -> None:
    chosen = reviews.ReviewOutcome(outcome)
    with door.work() as (app, work):
        found = find_case(work.session, case)
        step = reviews.hold_review(
            work,
            found,
            reviews.decision_of(work.session, found, decision),
            said(work, saying),
            outcome=chosen,
            grounds=grounds,
            due_on=due,
            policy=app.policy,
        )
        heard_by = app.policy.procedure.reviews.reported_to
    then = {
        reviews.ReviewOutcome.CONTINUE: f"`evenhand letter draft review_outcome --case {case}`",
        reviews.ReviewOutcome.END_OF_TERM: (
            f"`evenhand case adjustments {case} --before extension`, then `evenhand case committee {case} "
            "--purpose extension`, and the council's decision: `evenhand case extend`"
        ),
        reviews.ReviewOutcome.LIFT: f"`evenhand letter draft lifting --case {case}`",
    }[chosen]
    report = f"; report it to the {heard_by}: `evenhand case committee {case} --purpose review`" if heard_by else ""
    say_step(door, step, case, then + report)
    if chosen is reviews.ReviewOutcome.LIFT:
        bring_into_line(door)


@leaf(
    "extend",
    CASE,
    click.option("--body", required=True, help="Who decided, as minuted."),
    click.option("--minute", required=True, help="The minute number."),
    click.option("--decided", type=Day(), required=True, help="The day of the decision."),
    click.option("--resolution", required=True, help="The text of the resolution."),
    MEASURES,
    TERMS,
    click.option("--starts", type=Day(), help="The first day; else the day on which the earlier term ends."),
    click.option("--ends", type=Day(), required=True, help="The first day without them."),
    click.option("--review", type=Day(), help="The day of the next review; else at the end."),
    click.option("--report", required=True, help="The evidence-based report: its title and date, or its number."),
    click.option("--representative", required=True, help="Who is reappointed as named officer."),
    click.option("--decision", type=int, help="The decision that is continued; else the latest."),
    CITES,
    SEEN,
    help="Record the new decision that continues a restriction after its end review. In force by its own letter.",
)
def extend(
    door: Door,
    *,
    case: str,
    body: str,
    minute: str,
    decided: date,
    resolution: str,
    measures: tuple[str, ...],
    said_terms: tuple[str, ...],
    starts: date | None,
    ends: date,
    review: date | None,
    report: str,
    representative: str,
    decision: int | None,
    cites: tuple[int, ...],
    seen: int | None,
) -> None:
    with door.work() as (app, work):
        found = find_case(work.session, case)
        earlier = reviews.decision_of(work.session, found, decision)
        first = starts or max(m.ends_on for m in earlier.measures)
        minuted = Minuted(
            body=body,
            minute=minute,
            decided_on=decided,
            resolution=resolution,
            subject_matter=found.subject_matter,
            named_officer=representative,
            terms=asked_for(measures, said_terms, first, ends, review or ends),
        )
        made = reviews.extend(
            work,
            found,
            earlier,
            minuted,
            report=report,
            representative=representative,
            cites=cites,
            policy=app.policy,
            seen=seen,
        )
        number = made.id
    then = f"evenhand letter draft extension --case {case} --decision {number}"
    words = f"decision {number} continues decision {earlier.id} from {first} to {ends}, once its letter went: `{then}`"
    door.show({"case": case, "decision": number, "continues": earlier.id, "next": then}, words)


# --- appeals ----------------------------------------------------------------------------------------------------------


@leaf(
    "appeal",
    CASE,
    CONTACT,
    click.option("--grounds", required=True, help="What the customer says is wrong."),
    click.option("--words", default="the customer asks to have the decision looked at again", help="Anything beside."),
    SEEN,
    help="Record that the customer challenges the decision, in this contact. People who took no part answer it.",
)
def appeal(door: Door, *, case: str, contact: int, grounds: str, words: str, seen: int | None) -> None:
    with door.work() as (app, work):
        found, sent = find_case(work.session, case), find_contact(work.session, contact)
        step = appeals.record_appeal(work, found, sent, grounds=grounds, words=words, policy=app.policy, seen=seen)
        by = appeals.answer_by(step, app.policy)
        not_by = "; ".join(appeals.involved(work.session, found))
    say_step(
        door,
        step,
        case,
        f"to be answered by {by} (`evenhand case answer-appeal {case}`), and not by anybody who took part: {not_by}",
    )


@leaf(
    "answer-appeal",
    CASE,
    click.option(
        "--outcome",
        type=click.Choice([o.value for o in appeals.AppealOutcome]),
        required=True,
        help="Upheld: everything that the decision imposed is lifted.",
    ),
    click.option("--by", "deciders", multiple=True, required=True, help="Who decided, by title and name; or a panel."),
    click.option("--lift", "lifts", type=int, multiple=True, help="Partly upheld: a restriction that is lifted."),
    click.option("--contact", type=int, help="The contact of the appeal, where several wait."),
    WORDS,
    ON,
    SEEN,
    help="Record the answer to an appeal, by people who took no part in what is challenged.",
)
def answer_appeal(
    door: Door,
    *,
    case: str,
    outcome: str,
    deciders: tuple[str, ...],
    lifts: tuple[int, ...],
    contact: int | None,
    words: str,
    on: date | None,
    seen: int | None,
) -> None:
    with door.work() as (app, work):
        found = find_case(work.session, case)
        waiting = [a for a in appeals.open_appeals(work.session, found) if contact in (None, a.contact_id)]
        if len(waiting) != 1:
            raise Refused(_which_appeal(case, len(waiting)))
        step = appeals.answer_appeal(
            work,
            found,
            waiting[0],
            outcome=appeals.AppealOutcome(outcome),
            deciders=deciders,
            lifts=[restrictions.find_restriction(work.session, number) for number in lifts],
            on=on or work.today,
            words=words,
            policy=app.policy,
            seen=seen,
        )
    say_step(door, step, case, f"`evenhand letter draft appeal_outcome --case {case}`")
    bring_into_line(door)


def _which_appeal(case: str, number: int) -> str:
    if number == 0:
        return f"no appeal waits for an answer in {case}; record it first: `evenhand case appeal {case}`"
    return f"{number} appeals wait in {case}: say which with --contact"


# --- lifting ----------------------------------------------------------------------------------------------------------


@leaf(
    "lift",
    click.argument("numbers", metavar="RESTRICTION...", type=int, nargs=-1, required=True),
    click.option("--reason", required=True, help="Why, in a few words."),
    help="End restrictions now, one or several, and draft the letter that tells the customer.",
)
def restriction_lift(door: Door, *, numbers: tuple[int, ...], reason: str) -> None:
    with door.work() as (app, work):
        found = [restrictions.find_restriction(work.session, number) for number in dict.fromkeys(numbers)]
        restrictions.lift_together(work, found, reason=reason, policy=app.policy)
        decided = list(dict.fromkeys(restriction.decision_id for restriction in found))
    bring_into_line(door)
    letters, told = [], []
    for decision in decided:
        number, words = _lifting_letter(door, decision)
        letters += [number] if number is not None else []
        told += [words] if words else []
    lifted = [restriction.id for restriction in found]
    one = f"restriction {lifted[0]} is" if len(lifted) == 1 else f"restrictions {', '.join(map(str, lifted))} are"
    door.show({"restrictions": lifted, "lifted": True, "letters": letters}, "\n".join([f"{one} lifted", *told]))


def _lifting_letter(door: Door, decision: int) -> tuple[int | None, str]:
    """The letter is a work of its own: whatever is wrong with it, what was lifted stays lifted."""
    try:
        with door.work() as (app, work):
            lifted = decisions.find_decision(work.session, decision)
            case = restrictions.case_of(work.session, lifted)
            if case is None:
                return None, ""
            council = app.settings.council.name
            letter, before = draft_lifting(work, case, lifted, policy=app.policy, council=council)
            number = letter.id
    except EvenhandError as refused:
        return None, f"the letter that tells the customer could not be drafted: {refused}"
    instead = f" in place of letter {', '.join(str(x.id) for x in before)}, which is withdrawn" if before else ""
    return (
        number,
        f"Next: letter {number} tells the customer{instead}: `evenhand letter show {number}`, "
        f"`evenhand letter send {number}`",
    )


LEAVES: tuple[click.Command, ...] = (
    *continuing.LEAVES,
    review_due,
    periodic_review,
    extend,
    appeal,
    answer_appeal,
)
