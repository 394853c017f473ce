"""Commands about who acts for whom: what the program suggests, and what an officer says of it."""

from __future__ import annotations

import click

from bot.commands.door import Door, group, leaf
from bot.matters.associates import Pair, confirm, pairs_of, reject
from models.customer import by_reference

REASON = click.option("--reason", required=True, help="How it is known; it stays on record.")
WRITER = click.argument("writer")
OTHER = click.argument("other")


def _row(pair: Pair) -> dict[str, object]:
    said = {"confirm": "confirmed", "reject": "rejected"}
    return {
        "writer": pair.writer.reference,
        "acts_for": pair.other.reference,
        "contacts": list(pair.contacts),
        "evidence": list(pair.kinds),
        "score": round(pair.score, 2),
        "said": said[pair.ruling.outcome.value] if pair.ruling else "suggested",
        "by": pair.ruling.by if pair.ruling else "",
        "reason": pair.ruling.reason if pair.ruling else "",
    }


@leaf(
    "list",
    click.option("--customer", help="Only this customer's, by reference, on either side."),
    help="Who seems to act for whom, and what an officer said of it. It binds nobody.",
)
def associate_list(door: Door, *, customer: str | None) -> None:
    with door.app() as app, app.look() as session:
        rows = [_row(pair) for pair in pairs_of(session, by_reference(session, customer) if customer else None)]
    door.table(rows, ("writer", "acts_for", "evidence", "score", "said", "contacts"), "nobody seems to act for another")


@leaf("confirm", WRITER, OTHER, REASON, help="WRITER acts for, or with, OTHER. Nothing of the one's binds the other.")
def associate_confirm(door: Door, *, writer: str, other: str, reason: str) -> None:
    with door.work() as (_, work):
        confirm(work, by_reference(work.session, writer), by_reference(work.session, other), reason=reason)
    door.show({"writer": writer, "acts_for": other, "said": "confirmed"}, f"{writer} is confirmed to act for {other}")


@leaf("reject", WRITER, OTHER, REASON, help="They do not act together: suggested again only for other evidence.")
def associate_reject(door: Door, *, writer: str, other: str, reason: str) -> None:
    with door.work() as (_, work):
        reject(work, by_reference(work.session, writer), by_reference(work.session, other), reason=reason)
    door.show({"writer": writer, "acts_for": other, "said": "rejected"}, f"{writer} does not act for {other}")


COMMANDS = (
    group("associate", associate_list, associate_confirm, associate_reject, help="Who acts for whom, as officers say."),
)
