"""Whose contact it is: an officer confirms, corrects, or makes a new record; until then it counts against nobody."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bot.identity import confirm_customer, confirm_new
from bot.web.door import actor, house, in_words, notice
from bot.web.forms import problems
from bot.web.matter_forms import NEW, WhoseForm
from bot.web.matter_wording import weighed
from bot.work import Work
from models.contact import Contact
from models.customer import by_reference, kept
from models.errors import NotAllowed, NotFound, Refused
from models.identity import identity_rulings
from models.log import find_contact
from models.message import Direction
from models.officer import Permission

pages = Blueprint("identity", __name__)


@pages.route("/contacts/<int:number>/customer", methods=["GET", "POST"])
def whose(number: int) -> Response | str | tuple[str, int]:
    if not actor().may(Permission.MANAGE_CUSTOMERS):
        raise NotAllowed("you may not say whose contact this is; the named officer or the clerk does")
    form = WhoseForm(request.form if request.method == "POST" else None)
    if request.method == "GET" or not form.validate():
        return _page(number, form), 422 if form.errors else 200
    try:
        with house().begin(actor()) as work:
            _say(work, find_contact(work.session, number), form)
    except (Refused, NotFound) as refused:
        form.refuse(in_words(refused))
        return _page(number, form), 422
    notice("It is recorded whose contact this is.")
    return redirect(url_for("contacts.contact", number=number), 303)


def _say(work: Work, contact: Contact, form: WhoseForm) -> None:
    reason, seen = str(form.reason.data), form.seen_then
    if form.whose.data == NEW:
        confirm_new(work, contact, name=str(form.name.data or ""), reason=reason, policy=house().policy, seen=seen)
        return
    if form.whose.data == "held" and contact.customer is not None:
        customer = contact.customer
    else:
        reference = str(form.reference.data or "").strip()
        if not reference:
            raise Refused("enter the reference of the customer whose contact it is")
        customer = by_reference(work.session, reference)
    confirm_customer(work, contact, customer, reason=reason, policy=house().policy, seen=seen)


def _page(number: int, form: WhoseForm) -> str:
    with house().look() as session:
        found = find_contact(session, number)
        if found.direction is Direction.OUT:
            raise Refused("the council wrote this itself; say whose the letter is that it answers")
        said = identity_rulings(session, [number])
        held = kept(session, found.customer) if found.customer else None
        form.offer(held)
        form.seen.data = str(said[0].id if said else 0)
        plain, signs = weighed(found.match_reasons)
        return render_template(
            "whose.html",
            contact=found,
            customer=held,
            plain_reasons=plain,
            signs=signs,
            form=form,
            problems=problems(form),
        )
