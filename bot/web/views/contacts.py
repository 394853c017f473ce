"""One contact: what was said, what the program saw in it and where, whose it is, and the officer's rulings."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bot import queue as queues
from bot.web.door import actor, house, in_words, notice
from bot.web.evidence import Seen, pieces, read
from bot.web.forms import FlagForm, ItemForm, problems
from bot.web.raw import as_download
from models.customer import kept
from models.errors import NotFound, Refused
from models.in_force import everybody_that_is, restrictions_of
from models.log import contacts_by_number, find_contact, flags_by_contact, log_of, raw_bytes
from models.papers import customers_by_number
from models.queue import Flag, FlagKind, Outcome, Ruling, flags_of, item_of

pages = Blueprint("contacts", __name__)
EARLIER = 10  # how many earlier contacts stand on the page; the customer's page has them all


@pages.get("/contacts/<int:number>")
def contact(number: int) -> str:
    return _page(number)


@pages.post("/contacts/<int:number>/ruling")
def rule_on_all(number: int) -> Response | tuple[str, int]:
    """Rule on the contact as a whole."""
    form = ItemForm(request.form, prefix="all")
    return _rule(number, form, None)


@pages.post("/contacts/<int:number>/flags/<int:flag_number>/ruling")
def rule_on_flag(number: int, flag_number: int) -> Response | tuple[str, int]:
    form = FlagForm(request.form, prefix=f"flag{flag_number}")
    return _rule(number, form, flag_number)


@pages.get("/contacts/<int:number>/raw")
def raw(number: int) -> Response:
    """The message's bytes, as a file to be opened elsewhere."""
    with house().look() as session:
        found = find_contact(session, number)
        if found.sha256 is None:
            raise NotFound(f"contact {number} was entered by hand; there is no message behind it")
        return as_download(raw_bytes(session, found.sha256), f"contact-{number}.eml")


def _rule(number: int, form: FlagForm | ItemForm, flag_number: int | None) -> Response | tuple[str, int]:
    if not form.validate():
        return _page(number, form), 422
    try:
        with house().begin(actor()) as work:
            item = item_of(work.session, number)
            if item is None:
                raise Refused("this contact does not wait for a ruling")
            flag = next((f for f in flags_of(work.session, number) if f.id == flag_number), None)
            if flag_number is not None and flag is None:
                raise NotFound(f"contact {number} has no flag {flag_number}")
            outcome, reason = Outcome(str(form.outcome.data)), str(form.reason.data or "")
            queues.rule(work, item, outcome=outcome, flag=flag, reason=reason)
            closed = item.closed_at is not None
    except Refused as refused:
        form.refuse(in_words(refused))
        return _page(number, form), 422
    notice(_ruled(closed, whole=flag_number is None))
    return redirect(url_for("contacts.contact", number=number), 303)


def _ruled(closed: bool, *, whole: bool) -> str:
    if closed:
        return "Your ruling is recorded. This contact no longer waits in the queue."
    if whole:
        return "Your ruling is recorded. The contact still waits: it must be checked for new information."
    return "Your ruling on the flag is recorded."


def _page(number: int, sent: FlagForm | ItemForm | None = None) -> str:
    """The contact's page; `sent` is the form that could not be taken, shown again with what is wrong."""
    app = house()
    with app.look() as session:
        found = find_contact(session, number)
        flags, item = flags_of(session, number), item_of(session, number)
        seen, spans = read(found.findings, found.own, {f.finding_id for f in flags if f.finding_id})
        people = everybody_that_is(session, found.customer_id, app.seal) if found.customer_id else set()
        earlier = log_of(session, people, before=found.at, limit=EARLIER) if people else []
        return render_template(
            "contact.html",
            contact=found,
            customer=kept(session, found.customer) if found.customer else None,
            item=item,
            flags=flags,
            behind={f.id: _behind(f, seen) for f in flags},
            others=[s for s in seen if s.id not in {f.finding_id for f in flags}],
            pieces=pieces(found.own, spans),
            shielded=any(f.kind is FlagKind.ABUSE for f in flags),
            compared=contacts_by_number(session, _compared(seen)),
            associates=customers_by_number(session, {s.other_customer for s in seen if s.other_customer}),
            earlier=earlier,
            earlier_flags=flags_by_contact(session, [c.id for c in earlier]),
            restrictions=restrictions_of(session, found.customer_id, app.today, app.seal) if found.customer_id else (),
            rulings=item.rulings if item else [],
            ruled=_latest(item.rulings if item else []),
            form=sent if isinstance(sent, ItemForm) else ItemForm(prefix="all"),
            flag_forms={f.id: _form_for(f, sent) for f in flags},
            problems=problems(sent) if sent else [],
        )


def _form_for(flag: Flag, sent: FlagForm | ItemForm | None) -> FlagForm:
    prefix = f"flag{flag.id}-"
    return sent if isinstance(sent, FlagForm) and sent.outcome.name.startswith(prefix) else FlagForm(prefix=prefix)


def _behind(flag: Flag, seen: Iterable[Seen]) -> Seen | None:
    """The finding that raised this flag."""
    return next((s for s in seen if s.id == flag.finding_id), None)


def _compared(seen: Iterable[Seen]) -> set[int]:
    numbers = {part.contact for s in seen for part in s.parts} | {s.other_contact for s in seen}
    return {n for n in numbers if n is not None}


def _latest(rulings: Iterable[Ruling]) -> dict[int, Ruling]:
    """The last ruling on each flag."""
    return {r.flag_id: r for r in rulings if r.flag_id is not None}
