"""Recording what the council decided, and that its letter was sent. Checked twice: what is recorded stays."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bot.casework import decisions
from bot.web.door import actor, bring_into_line, house, in_words, notice
from bot.web.forms import MOST_MEASURES, DecisionForm, LetterForm, problems
from models.customer import by_reference
from models.decision import Decision
from models.errors import EvenhandError, NotAllowed
from models.log import find_customer
from models.officer import Permission
from models.papers import imposed_by

pages = Blueprint("decisions", __name__)


class _OnlyTried(Exception):
    """Takes back what was tried, to see whether it would be refused."""


@pages.get("/decisions/new")
def new() -> str:
    _may_record()
    form = DecisionForm()
    form.customer.data = request.args.get("customer", "")[:200]
    return _form_page(form)


@pages.post("/decisions/new")
def record() -> Response | str | tuple[str, int]:
    """What the form asks for: one more measure, the answers to check, or the record itself."""
    _may_record()
    form, do = DecisionForm(request.form), request.form.get("do", "check")
    if do == "more":
        form.more()
    elif do == "fewer":
        form.fewer()
    if do not in ("check", "record"):
        return _form_page(form)
    if not form.validate():
        return _form_page(form), 422
    try:
        if do == "check":
            _tried(form)
            return _check_page(form)
        number = _recorded(form)
    except EvenhandError as refused:
        form.refuse(in_words(refused))
        return _form_page(form), 422
    notice("The decision is recorded. Nothing is restricted yet: its letter must be recorded as sent.")
    return redirect(url_for("decisions.decision", number=number), 303)


def _may_record() -> None:
    if not actor().may(Permission.RECORD_DECISION):
        raise NotAllowed(
            "only the clerk records the council's decisions; give the clerk the minute: nothing is restricted until it "
            "is recorded and its letter sent"
        )


def _recorded(form: DecisionForm, *, keep: bool = True) -> int:
    with house().begin(actor()) as work:
        customer = by_reference(work.session, str(form.customer.data))
        number = decisions.record_decision(work, customer, form.minuted(), policy=house().policy).id
        if not keep:
            raise _OnlyTried
    return number


def _tried(form: DecisionForm) -> None:
    """Refused exactly as it would be when recorded, and nothing is kept."""
    try:
        _recorded(form, keep=False)
    except _OnlyTried:
        return


def _form_page(form: DecisionForm) -> str:
    return render_template(
        "decision_new.html", form=form, policy=house().policy, problems=problems(form), most=MOST_MEASURES
    )


def _check_page(form: DecisionForm) -> str:
    with house().look() as session:
        customer = by_reference(session, str(form.customer.data))
        answers = [(k, v) for k, v in request.form.items(multi=True) if k not in ("csrf_token", "do")]
        return render_template("decision_check.html", form=form, customer=customer, answers=answers)


@pages.get("/decisions/<int:number>")
def decision(number: int) -> str:
    app = house()
    with app.look() as session:
        found = decisions.find_decision(session, number)
        return render_template(
            "decision.html",
            decision=found,
            customer=find_customer(session, found.customer_id),
            restrictions=imposed_by(session, found),
            today=app.today,
        )


@pages.route("/decisions/<int:number>/letter", methods=["GET", "POST"])
def letter(number: int) -> Response | str | tuple[str, int]:
    """Record the letter as sent: from then on the decision's restrictions exist."""
    _may_record()
    form = LetterForm(request.form if request.method == "POST" else None)
    if request.method == "GET":
        return _letter_page(number, form)
    if not form.validate() or form.sent_on.data is None:
        return _letter_page(number, form), 422
    try:
        with house().begin(actor()) as work:
            found: Decision = decisions.find_decision(work.session, number)
            decisions.record_letter(
                work,
                found,
                sent_on=form.sent_on.data,
                sent_by=str(form.sent_by.data),
                how=str(form.how.data),
                policy=house().policy,
            )
    except EvenhandError as refused:
        form.refuse(in_words(refused))
        return _letter_page(number, form), 422
    notice("The letter is recorded as sent. The restrictions of this decision now exist.")
    bring_into_line()
    return redirect(url_for("decisions.decision", number=number), 303)


def _letter_page(number: int, form: LetterForm) -> str:
    with house().look() as session:
        found = decisions.find_decision(session, number)
        return render_template(
            "decision_letter.html",
            form=form,
            decision=found,
            customer=find_customer(session, found.customer_id),
            problems=problems(form),
        )
