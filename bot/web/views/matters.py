"""A matter: its chronology, how long everybody waited, and what an officer rules on it."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bot.matters import rulings
from bot.matters.chronology import lines_of, matters_of, records_of, said_in
from bot.matters.standing import standing_of
from bot.web.door import PAGE, actor, house, in_words, notice
from bot.web.forms import problems
from bot.web.matter_forms import NEW, MergeForm, MoveForm, ReasonForm, RenameForm, SeenForm, number_in
from bot.web.paging import Paging, asked_page
from bot.web.timeline import timeline_of
from models.customer import kept
from models.errors import NotAllowed, Refused
from models.issue import find_issue, issues_of, last_ruling, merged_into, rulings_on
from models.log import find_contact, find_customer, flags_by_contact
from models.message import Direction
from models.officer import Permission

pages = Blueprint("matters", __name__)


@pages.get("/matters/<int:number>")
def matter(number: int) -> str:
    return _page(number)


@pages.get("/customers/<int:number>/matters")
def of_customer(number: int) -> str:
    """Every matter of one customer."""
    app = house()
    with app.look() as session:
        customer = kept(session, find_customer(session, number))
        told = matters_of(session, records_of(session, customer), app.clock.now())
        paging = Paging(asked_page(), PAGE, len(told))
        shown = told[paging.offset : paging.offset + PAGE]
        return render_template("matters.html", customer=customer, told=shown, paging=paging)


@pages.post("/matters/<int:number>/name")
def rename(number: int) -> Response | tuple[str, int]:
    form = RenameForm(request.form, prefix="name")
    if not form.validate():
        return _page(number, form), 422
    try:
        with house().begin(actor()) as work:
            rulings.rename(work, find_issue(work.session, number), title=str(form.title.data), seen=form.seen_then)
    except Refused as refused:
        form.refuse(in_words(refused))
        return _page(number, form), 422
    notice("The matter has its new name.")
    return redirect(url_for("matters.matter", number=number), 303)


@pages.post("/matters/<int:number>/merge")
def merge(number: int) -> Response | tuple[str, int]:
    form = MergeForm(request.form, prefix="merge")
    if not form.validate():
        return _page(number, form), 422
    try:
        with house().begin(actor()) as work:
            other = find_issue(work.session, number_in(form.other.data))
            keep = find_issue(work.session, number)
            rulings.merge(work, keep=keep, merged=other, reason=str(form.reason.data), seen=form.seen_then)
    except Refused as refused:
        form.refuse(in_words(refused))
        return _page(number, form), 422
    notice(f"Matter {other.id} is now part of this one. You can take it apart again below.")
    return redirect(url_for("matters.matter", number=number), 303)


@pages.route("/matters/<int:number>/unmerge", methods=["GET", "POST"])
def unmerge(number: int) -> Response | str | tuple[str, int]:
    """Take a matter out again of the one that it was merged into."""
    _may_rule()
    form = ReasonForm(request.form if request.method == "POST" else None)
    if request.method == "GET" or not form.validate():
        return _unmerge_page(number, form), 422 if form.errors else 200
    try:
        with house().begin(actor()) as work:
            rulings.unmerge(work, find_issue(work.session, number), reason=str(form.reason.data), seen=form.seen_then)
    except Refused as refused:
        form.refuse(in_words(refused))
        return _unmerge_page(number, form), 422
    notice(f"Matter {number} stands by itself again, with what was filed under it.")
    return redirect(url_for("matters.matter", number=number), 303)


@pages.route("/contacts/<int:number>/matter", methods=["GET", "POST"])
def move(number: int) -> Response | str | tuple[str, int]:
    """File a contact under another matter."""
    _may_rule()
    form = MoveForm(request.form if request.method == "POST" else None)
    if request.method == "GET" or not form.validate():
        return _move_page(number, form), 422 if form.errors else 200
    reason, seen = str(form.reason.data), form.seen_then
    try:
        with house().begin(actor()) as work:
            found = find_contact(work.session, number)
            if form.to.data == NEW:
                rulings.open_for_contact(work, found, title=str(form.title.data or ""), reason=reason, seen=seen)
            else:
                to = find_issue(work.session, number_in(form.to.data))
                rulings.move_contact(work, found, to=to, reason=reason, seen=seen)
            matter_number = found.issue_id
    except Refused as refused:
        form.refuse(in_words(refused))
        return _move_page(number, form), 422
    notice(f"Contact {number} is filed under this matter, with the council’s answers to it.")
    return redirect(url_for("matters.matter", number=matter_number), 303)


@pages.route("/contacts/<int:number>/final-answer", methods=["GET", "POST"])
def final_answer(number: int) -> Response | str | tuple[str, int]:
    """Say that a letter of the council is its final answer, or that it is none."""
    _may_rule()
    form = ReasonForm(request.form if request.method == "POST" else None)
    if request.method == "GET" or not form.validate():
        return _final_page(number, form), 422 if form.errors else 200
    try:
        with house().begin(actor()) as work:
            found = find_contact(work.session, number)
            if request.form.get("do") == "unmark":
                rulings.unmark_final_answer(work, found, reason=str(form.reason.data), seen=form.seen_then)
            else:
                rulings.mark_final_answer(work, found, reason=str(form.reason.data), seen=form.seen_then)
    except Refused as refused:
        form.refuse(in_words(refused))
        return _final_page(number, form), 422
    notice("It is recorded, and the matter stands accordingly.")
    return redirect(url_for("contacts.contact", number=number), 303)


def _may_rule() -> None:
    if not actor().may(Permission.RULE):
        raise NotAllowed("you may read this, but not rule on it; the named officer or the clerk rules")


def _page(number: int, sent: SeenForm | None = None) -> str:
    app = house()
    with app.look() as session:
        issue = find_issue(session, number)
        customer = find_customer(session, issue.customer_id)
        said = said_in(session, issue)
        standing = standing_of(said, app.clock.now())
        lines = list(reversed(lines_of(session, issue, said)))
        paging = Paging(asked_page(), PAGE, len(lines))
        lines = lines[paging.offset : paging.offset + PAGE]
        others = [i for i in issues_of(session, records_of(session, customer)) if i.id != issue.id]
        seen = last_ruling(session)
        name = sent if isinstance(sent, RenameForm) else RenameForm(prefix="name")
        if name is not sent:
            name.title.data = issue.title
        merging = sent if isinstance(sent, MergeForm) else MergeForm(prefix="merge")
        merging.offer(others)
        name.seen.data = merging.seen.data = str(seen)
        return render_template(
            "matter.html",
            issue=issue,
            customer=kept(session, customer),
            standing=standing,
            picture=timeline_of(said, standing, app.today),
            lines=lines,
            flags=flags_by_contact(session, [line.contact for line in lines]),
            paging=paging,
            others=others,
            merged=merged_into(session, issue),
            rulings=rulings_on(session, [issue.id]),
            name_form=name,
            merge_form=merging,
            problems=problems(sent) if sent else [],
        )


def _unmerge_page(number: int, form: ReasonForm) -> str:
    with house().look() as session:
        issue = find_issue(session, number)
        if issue.merged_into_id is None:
            raise Refused(f"matter {number} is not merged into another")
        keep = find_issue(session, issue.merged_into_id)
        form.seen.data = str(last_ruling(session))
        return render_template("unmerge.html", issue=issue, keep=keep, form=form, problems=problems(form))


def _move_page(number: int, form: MoveForm) -> str:
    with house().look() as session:
        found = find_contact(session, number)
        if found.customer is None:
            raise Refused("it is nobody's contact: say first whose it is")
        mine = issues_of(session, records_of(session, found.customer))
        here = find_issue(session, found.issue_id) if found.issue_id is not None else None
        form.offer(issue for issue in mine if issue.id != found.issue_id)
        form.seen.data = str(last_ruling(session))
        return render_template("move.html", contact=found, here=here, form=form, problems=problems(form))


def _final_page(number: int, form: ReasonForm) -> str:
    with house().look() as session:
        found = find_contact(session, number)
        if found.direction is not Direction.OUT:
            raise Refused("only a letter of the council can be its final answer")
        here = find_issue(session, found.issue_id) if found.issue_id is not None else None
        form.seen.data = str(last_ruling(session))
        return render_template("final_answer.html", contact=found, here=here, form=form, problems=problems(form))
