"""Commands about who acts for a customer by their authority: an advocate, a solicitor, family, a member."""

from __future__ import annotations

from datetime import date

import click

from bot.commands.door import Day, Door, group, leaf
from bot.matters.authorities import add_authority, withdraw_authority
from models.acting import Acting, acting_by, acting_for, every_authority, find_authority
from models.authority import ActsAs, GivenBy
from models.customer import by_reference
from models.issue import find_issue
from models.log import find_contact
from models.officer import Permission
from models.request import find_request

CONTACT = click.option("--contact", type=int, help="The contact that it rests on, by its number in the log.")


def row(acting: Acting, day: date) -> dict[str, object]:
    """One authority, for a table and for a machine."""
    a = acting.authority
    return {
        "authority": a.id,
        "customer": acting.customer.reference,
        "acts": acting.called(),
        "as": a.acts_as.value,
        "for": acting.about,
        "words": a.words,
        "given_by": a.given_by.value,
        "contact": a.contact_id,
        "from": a.since,
        "until": a.until,
        "withdrawn": acting.withdrawn.on if acting.withdrawn is not None else None,
        "in_force": acting.in_force(day),
    }


@leaf(
    "list",
    click.option("--customer", help="Only this customer's, by reference, on either side."),
    help="Who acts for whom by a recorded authority, since when, and whether it still holds.",
)
def authority_list(door: Door, *, customer: str | None) -> None:
    with door.app(needs=Permission.READ_QUEUE) as app, app.look() as session:
        if customer:
            number = by_reference(session, customer).id
            found = [*acting_for(session, number, app.seal), *acting_by(session, number, app.seal)]
        else:
            found = every_authority(session, app.seal)
        rows = [row(acting, app.today) for acting in found]
    columns = ("authority", "customer", "acts", "as", "for", "given_by", "contact", "from", "until", "withdrawn")
    door.table(rows, columns, "nobody acts for another by a recorded authority")


@leaf(
    "add",
    click.argument("customer"),
    click.option("--representative", help="Who acts for them, by the reference of their own record."),
    click.option("--name", default="", help="Who acts for them, where they have no record."),
    click.option(
        "--acting-as", type=click.Choice([a.value for a in ActsAs]), required=True, help="In which capacity they act."
    ),
    click.option(
        "--given-by",
        type=click.Choice([g.value for g in GivenBy]),
        required=True,
        help="How it was given: for_a_constituent is an MP's or councillor's, whom the customer asked.",
    ),
    click.option("--contact", type=int, required=True, help="The contact in which it came, by its number in the log."),
    click.option("--words", required=True, help="How far it goes, in plain words: to write, to be told, to collect."),
    click.option("--matter", type=int, help="Only for this matter, by its number; else for all."),
    click.option("--request", help="Only for this information request, by its reference."),
    click.option("--from", "since", type=Day(), help="Its first day; else the day of the contact."),
    click.option("--until", type=Day(), help="Its last day; else until it is withdrawn."),
    help="Record by what authority somebody acts for CUSTOMER. It restricts and frees nobody.",
)
def authority_add(
    door: Door,
    *,
    customer: str,
    representative: str | None,
    name: str,
    acting_as: str,
    given_by: str,
    contact: int,
    words: str,
    matter: int | None,
    request: str | None,
    since: date | None,
    until: date | None,
) -> None:
    with door.work() as (_, work):
        made = add_authority(
            work,
            by_reference(work.session, customer),
            acts_as=ActsAs(acting_as),
            given_by=GivenBy(given_by),
            contact=find_contact(work.session, contact),
            words=words,
            representative=by_reference(work.session, representative) if representative else None,
            name=name,
            since=since,
            until=until,
            issue=find_issue(work.session, matter) if matter is not None else None,
            request=find_request(work.session, request) if request else None,
        )
    answer = {"authority": made.id, "customer": customer, "from": made.since, "until": made.until}
    last = f" to {made.until:%-d %B %Y}" if made.until else ", until it is withdrawn"
    door.show(answer, f"recorded as authority {made.id}, from {made.since:%-d %B %Y}{last}")


@leaf(
    "withdraw",
    click.argument("authority", type=int),
    click.option("--words", required=True, help="Why it is over: taken back, laid down, or found to be none."),
    click.option("--on", type=Day(), help="The first day without it; else today."),
    CONTACT,
    help="Record that an authority is over. What was done under it before stands.",
)
def authority_withdraw(door: Door, *, authority: int, words: str, on: date | None, contact: int | None) -> None:
    with door.work() as (_, work):
        made = withdraw_authority(
            work,
            find_authority(work.session, authority),
            on=on or work.today,
            words=words,
            contact=find_contact(work.session, contact) if contact is not None else None,
        )
    answer = {"authority": authority, "withdrawn": made.on}
    door.show(answer, f"authority {authority} is over, from {made.on:%-d %B %Y} on")


COMMANDS = (
    group("authority", authority_list, authority_add, authority_withdraw, help="Who acts for a customer, and by what."),
)
