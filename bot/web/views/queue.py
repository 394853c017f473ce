"""The queue: what waits for a person, lane by lane."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bot import queue as queues
from bot.web.door import PAGE, actor, house, in_words, notice
from bot.web.forms import ItemForm, problems
from bot.web.paging import Paging, asked_page
from bot.web.raw import as_download
from models.errors import NotFound, Refused
from models.log import flags_by_contact, raw_bytes
from models.queue import Flag, FlagKind, Lane, Outcome, QueueItem

pages = Blueprint("queue", __name__)


@dataclass(frozen=True, slots=True)
class Row:
    item: QueueItem
    flags: list[Flag]

    @property
    def shielded(self) -> bool:
        """Flagged for abuse: its words are shown only to whoever chooses to see them, its subject too."""
        return any(flag.kind is FlagKind.ABUSE for flag in self.flags)


@pages.get("/")
def start() -> Response:
    return redirect(url_for("queue.waiting"))


@pages.get("/queue")
def waiting() -> str:
    lane = _asked_lane()
    app = house()
    with app.look() as session:
        counts = queues.counts(session)
        total = counts[lane] if lane else sum(counts.values())
        paging = Paging(asked_page(), PAGE, total)
        items = queues.waiting(session, lane=lane, limit=PAGE, offset=paging.offset)
        flags = flags_by_contact(session, [i.contact_id for i in items if i.contact_id is not None])
        rows = [Row(item, flags.get(item.contact_id or 0, [])) for item in items]
        return render_template("queue.html", rows=rows, counts=counts, lane=lane, paging=paging)


def _asked_lane() -> Lane | None:
    asked = request.args.get("lane", "")
    return Lane(asked) if asked in set(Lane) else None


@pages.get("/queue/<int:number>")
def item(number: int) -> Response | str:
    """One item: its contact's page, or, for a message that could not be read, the way to its bytes."""
    with house().look() as session:
        found = queues.find_item(session, number)
        if found.contact_id is not None:
            return redirect(url_for("contacts.contact", number=found.contact_id))
    return _unread_page(number, ItemForm())


@pages.post("/queue/<int:number>/take")
def take(number: int) -> Response:
    with house().begin(actor()) as work:
        queues.take(work, queues.find_item(work.session, number))
    notice("It is marked as taken up by you.")
    return redirect(url_for("queue.item", number=number), 303)


@pages.post("/queue/<int:number>/ruling")
def rule(number: int) -> Response | tuple[str, int]:
    """Rule on a message that could not be read: somebody read it elsewhere."""
    form = ItemForm(request.form)
    if not form.validate():
        return _unread_page(number, form), 422
    try:
        with house().begin(actor()) as work:
            found = queues.find_item(work.session, number)
            queues.rule(work, found, outcome=Outcome(str(form.outcome.data)), reason=str(form.reason.data or ""))
    except Refused as refused:
        form.refuse(in_words(refused))
        return _unread_page(number, form), 422
    notice("Your ruling is recorded.")
    return redirect(url_for("queue.item", number=number), 303)


def _unread_page(number: int, form: ItemForm) -> str:
    with house().look() as session:
        found = queues.find_item(session, number)
        return render_template("unread.html", item=found, form=form, problems=problems(form), rulings=found.rulings)


@pages.get("/queue/<int:number>/raw")
def raw(number: int) -> Response:
    """The bytes of a message that could not be read, as a file to be opened elsewhere."""
    with house().look() as session:
        found = queues.find_item(session, number)
        if found.shunt is None:
            raise NotFound(f"queue item {number} was read; its message is on its contact's page")
        return as_download(raw_bytes(session, found.shunt.sha256), f"queue-item-{number}.eml")
