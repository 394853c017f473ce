"""Restrictions in force, what each rests on, whether the mail server follows, and lifting one."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bot.casework import restrictions
from bot.casework.decisions import find_decision
from bot.letters.draft import draft_lifting
from bot.web.door import actor, bring_into_line, house, in_words, notice
from bot.web.forms import LiftForm, problems
from models.decision import Restriction, all_restrictions
from models.enforcement import enforcement_is_on
from models.errors import EvenhandError, NotAllowed
from models.in_force import restrictions_in_force
from models.log import find_customer
from models.officer import Permission
from models.papers import awaiting_letter, customers_by_number, last_answers

pages = Blueprint("restrictions", __name__)


@pages.get("/restrictions")
def in_force() -> str:
    app = house()
    with app.look() as session:
        found = restrictions_in_force(session, app.today, app.seal, app.policy.reviews_demanded)
        to_come = [r for r in all_restrictions(session) if app.today < r.starts_on and not r.liftings]
        waiting = awaiting_letter(session)
        numbers = {r.customer_id for r in (*found.binding, *to_come)} | {d.customer_id for d in waiting}
        return render_template(
            "restrictions.html",
            binding=found.binding,
            doubtful=found.doubtful,
            set_aside=found.set_aside,
            to_come=to_come,
            waiting=waiting,
            customers=customers_by_number(session, numbers),
            review=_reviews(found.binding),
            enforcing=enforcement_is_on(session, app.seal),
            answers=last_answers(session),
            diverting=app.policy.diverting,
        )


def _reviews(binding: tuple[Restriction, ...]) -> dict[int, object]:
    """The day of the first review of each, as decided."""
    return {r.id: next(m.review_on for m in r.decision.measures if m.measure is r.measure) for r in binding}


@pages.route("/restrictions/<int:number>/lift", methods=["GET", "POST"])
def lift(number: int) -> Response | str | tuple[str, int]:
    if not actor().may(Permission.LIFT_RESTRICTION):
        raise NotAllowed("only the clerk lifts a restriction; tell the clerk why it should end")
    form = LiftForm(request.form if request.method == "POST" else None)
    if request.method == "GET":
        return _lift_page(number, form)
    if not form.validate():
        return _lift_page(number, form), 422
    try:
        with house().begin(actor()) as work:
            found = restrictions.find_restriction(work.session, number)
            restrictions.lift(work, found, reason=str(form.reason.data), policy=house().policy)
            decision = found.decision_id
    except EvenhandError as refused:
        form.refuse(in_words(refused))
        return _lift_page(number, form), 422
    notice(f"Restriction {number} is lifted, from today. {_lifting_letter(decision)}".strip())
    bring_into_line()
    return redirect(url_for("restrictions.in_force"), 303)


def _lifting_letter(number: int) -> str:
    """The letter that tells the customer is a work of its own: whatever is wrong with it, what was lifted stays so."""
    app = house()
    try:
        with app.begin(actor()) as work:
            decision = find_decision(work.session, number)
            case = restrictions.case_of(work.session, decision)
            if case is None:
                return ""
            letter, _ = draft_lifting(work, case, decision, policy=app.policy, council=app.settings.council.name)
            drafted = letter.id
    except EvenhandError as refused:
        return f"The letter that tells the customer could not be drafted: {in_words(refused)}"
    return f"Letter {drafted} that tells the customer is drafted: send it with `evenhand letter send {drafted}`."


def _lift_page(number: int, form: LiftForm) -> str:
    with house().look() as session:
        found = restrictions.find_restriction(session, number)
        customer = find_customer(session, found.customer_id)
        return render_template("lift.html", form=form, restriction=found, customer=customer, problems=problems(form))
