"""Commands about customer records: who they are, how they are reached, and that two records are one person."""

from __future__ import annotations

from pathlib import Path

import click

from bot import customers
from bot.commands.door import Door, group, leaf
from bot.commands.mail import FILE, progress
from bot.customer_import import import_customers
from models.acting import in_lines
from models.customer import ContactPoint, Customer, PointKind, by_reference, find_point


def _customer(row: Customer) -> dict[str, object]:
    return {
        "reference": row.reference,
        "name": row.name,
        "emails": list(row.emails()),
        "phones": list(row.phones()),
        "address": row.address,
        "merged_into": row.merged_into_id,
    }


@leaf(
    "list", click.option("--limit", default=200, show_default=True, help="The first so many."), help="Customer records."
)
def customers_list(door: Door, *, limit: int) -> None:
    with door.app() as app, app.look() as session:
        found = customers.listed(session, limit)
        rows = [_customer(c) if isinstance(c, Customer) else _as_far_as_readable(c) for c in found]
    door.table(rows, ("reference", "name", "emails", "phones", "address"), "no customers yet")


def _as_far_as_readable(row: customers.Unreadable) -> dict[str, object]:
    told = ["what is stored of it cannot be read: `evenhand audit verify`"]
    named = {"reference": row.reference, "name": row.name}
    return {**named, "emails": told, "phones": [], "address": "", "merged_into": None}


@leaf(
    "import",
    click.argument("path", type=FILE),
    help="Bring in customer records: CSV with reference,name,emails,phones,address,notes. Safe to repeat.",
)
def customers_import(door: Door, *, path: Path) -> None:
    with progress("importing", None) as seen, door.work() as (_, work):
        done = import_customers(work, path, told=lambda number: seen(number, number))
    answer = {"added": done.added, "changed": done.changed, "unchanged": done.unchanged}
    door.show(answer, f"{done.added} added, {done.changed} changed, {done.unchanged} as they were")


@leaf(
    "merge",
    click.argument("kept"),
    click.argument("merged"),
    click.option("--reason", required=True, help="How it is known that they are one person."),
    help="Two records are one person: KEPT stays, MERGED points to it. Can be undone.",
)
def customers_merge(door: Door, *, kept: str, merged: str, reason: str) -> None:
    with door.work() as (_, work):
        customers.merge(
            work, keep=by_reference(work.session, kept), merged=by_reference(work.session, merged), reason=reason
        )
    door.show({"kept": kept, "merged": merged}, f"{merged} is now part of {kept}; `customers unmerge` undoes it")


@leaf(
    "unmerge",
    click.argument("merged"),
    click.option("--reason", required=True, help="How it is known that they are two people."),
    help="Undo a merge: the record stands by itself again, with its own contacts.",
)
def customers_unmerge(door: Door, *, merged: str, reason: str) -> None:
    with door.work() as (_, work):
        customers.unmerge(work, customers.find_customer(work.session, merged), reason=reason)
    door.show({"unmerged": merged}, f"{merged} stands by itself again")


@leaf(
    "show",
    click.argument("reference"),
    help="One customer: every address and number, and how sure it is that it is theirs.",
)
def customers_show(door: Door, *, reference: str) -> None:
    with door.app() as app, app.look() as session:
        found = by_reference(session, reference)
        points = [_point(p) for p in found.points]
        acting = in_lines(session, found.id, app.seal, app.today)
        answer = {**_customer(found), "never_restrict": found.never_restrict, "points": points, "acting": acting}
    rows = [f"  {p['point']}: {p['kind']} {p['value']} ({p['standing']}, {p['source']})" for p in points]
    rows += [f"  {line}" for line in acting]
    door.show(answer, "\n".join([f"{answer['reference']}  {answer['name']}  {answer['address']}", *rows]))


def _point(point: ContactPoint) -> dict[str, object]:
    return {
        "point": point.id,
        "kind": point.kind.value,
        "value": point.value,
        "standing": point.standing.value,
        "source": point.source,
    }


@leaf(
    "add",
    click.option("--name", required=True, help="The person's, or the body's."),
    click.option("--reference", default="", help="The council's own; else one of ours."),
    click.option("--email", "emails", multiple=True, help="One each; may be given again."),
    click.option("--phone", "phones", multiple=True, help="One each; may be given again."),
    click.option("--address", default="", help="Where they live, with the postcode."),
    click.option("--notes", default="", help="Facts only: they may ask to read it."),
    help="Make a customer record.",
)
def customers_add(
    door: Door, *, name: str, reference: str, emails: tuple[str, ...], phones: tuple[str, ...], address: str, notes: str
) -> None:
    with door.work() as (_, work):
        made = customers.add_customer(
            work, name=name, reference=reference, emails=emails, phones=phones, address=address, notes=notes
        )
        answer = _customer(made)
    door.show(answer, f"{answer['reference']} is made")


@leaf(
    "add-point",
    click.argument("reference"),
    click.option("--kind", type=click.Choice([k.value for k in PointKind]), required=True, help="Which of them."),
    click.argument("value"),
    help="Note one more address or number that is known to be theirs.",
)
def customers_add_point(door: Door, *, reference: str, kind: str, value: str) -> None:
    with door.work() as (_, work):
        point = customers.add_point(work, by_reference(work.session, reference), PointKind(kind), value)
        answer = _point(point)
    door.show(answer, f"{kind} noted as theirs")


@leaf(
    "confirm-point",
    click.argument("point", type=int),
    click.option("--reason", required=True, help="How it is known."),
    help="A suggested address or number is theirs (`customers show` numbers them).",
)
def customers_confirm_point(door: Door, *, point: int, reason: str) -> None:
    with door.work() as (_, work):
        answer = _point(customers.confirm_point(work, find_point(work.session, point), reason=reason))
    door.show(answer, f"point {point} is confirmed as theirs")


@leaf(
    "reject-point",
    click.argument("point", type=int),
    click.option("--reason", required=True, help="How it is known."),
    help="A suggested address or number is not theirs.",
)
def customers_reject_point(door: Door, *, point: int, reason: str) -> None:
    with door.work() as (_, work):
        answer = _point(customers.reject_point(work, find_point(work.session, point), reason=reason))
    door.show(answer, f"point {point} is rejected")


@leaf(
    "never-restrict",
    click.argument("reference"),
    click.option("--reason", default="", help="MP, councillor, ombudsman ..."),
    click.option("--clear", is_flag=True, help="They are so no longer; needs --reason too."),
    help="Somebody who may never be restricted.",
)
def customers_never_restrict(door: Door, *, reference: str, reason: str, clear: bool) -> None:
    with door.work() as (_, work):
        found = by_reference(work.session, reference)
        if clear:
            customers.clear_never_restrict(work, found, reason=reason)
        else:
            customers.mark_never_restrict(work, found, reason=reason)
    door.show({"customer": reference, "never_restrict": not clear}, "noted")


COMMANDS = (
    group(
        "customers",
        customers_list,
        customers_show,
        customers_import,
        customers_add,
        customers_add_point,
        customers_confirm_point,
        customers_reject_point,
        customers_merge,
        customers_unmerge,
        customers_never_restrict,
        help="Customer records.",
    ),
)
