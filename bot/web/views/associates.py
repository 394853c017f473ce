"""Whether somebody acts for another: an officer confirms or rejects what a contact suggests (INV-10)."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bot.matters.associates import confirm, pair_in, reject
from bot.web.door import actor, house, in_words, notice
from bot.web.forms import problems
from bot.web.matter_forms import TogetherForm
from models.associate import AssociateOutcome
from models.errors import NotAllowed, Refused
from models.log import find_contact
from models.officer import Permission

pages = Blueprint("associates", __name__)


@pages.route("/contacts/<int:number>/associates/<int:other>", methods=["GET", "POST"])
def together(number: int, other: int) -> Response | str | tuple[str, int]:
    """Rule on whether the writer of this contact acts for, or with, that customer."""
    if not actor().may(Permission.MANAGE_CUSTOMERS):
        raise NotAllowed("you may not say who acts for whom; the named officer or the clerk does")
    form = TogetherForm(request.form if request.method == "POST" else None)
    if request.method == "GET":
        return _page(number, other, form)
    if not form.validate():
        return _page(number, other, form), 422
    say = {AssociateOutcome.CONFIRM.value: confirm, AssociateOutcome.REJECT.value: reject}
    try:
        with house().begin(actor()) as work:
            pair = pair_in(work.session, find_contact(work.session, number), other)
            say[str(form.outcome.data)](work, pair.writer, pair.other, reason=str(form.reason.data))
    except Refused as refused:
        form.refuse(in_words(refused))
        return _page(number, other, form), 422
    notice("It is recorded whether they act together. It warns and restricts neither of them.")
    return redirect(url_for("contacts.contact", number=number), 303)


def _page(number: int, other: int, form: TogetherForm) -> str:
    with house().look() as session:
        pair = pair_in(session, find_contact(session, number), other)
        return render_template("together.html", number=number, pair=pair, form=form, problems=problems(form))
