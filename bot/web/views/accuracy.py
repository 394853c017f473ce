"""How often the program was right, by the council's own rulings; and setting from what score a finding is shown."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bot.learning.accuracy import FEWEST, accuracy
from bot.learning.thresholds import check_raisable, set_threshold, shown_now, weigh
from bot.web.door import actor, house, in_words, notice
from bot.web.forms import ThresholdForm, problems
from bot.web.wording import finding_words
from models.errors import EvenhandError, NotAllowed
from models.officer import Permission
from models.policy import raisable, shown_from
from models.threshold import history_of_thresholds

pages = Blueprint("accuracy", __name__)
TRIED = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)


@pages.get("/accuracy")
def report() -> str:
    if not actor().may(Permission.RULE):
        raise NotAllowed("this report is for whoever rules: the named officer and the clerk")
    app = house()
    with app.look() as session:
        found = accuracy(session, app.policy, app.seal)
        there = {(one.about, one.label) for one in found}
        return render_template(
            "accuracy.html",
            found=found,
            fewest=FEWEST,
            others=[pair for pair in raisable() if pair not in there],
            history=history_of_thresholds(session),
        )


@pages.route("/thresholds/<about>/<label>", methods=["GET", "POST"])
def threshold(about: str, label: str) -> Response | str | tuple[str, int]:
    """Ask for the score and the reason, show what it would change, and only then set it."""
    if not actor().may(Permission.SET_THRESHOLD):
        raise NotAllowed("only the clerk sets thresholds; tell the clerk which findings come too often, and why")
    check_raisable(about, label)
    form = ThresholdForm(request.form if request.method == "POST" else None)
    do = request.form.get("do", "check")
    if request.method == "GET" or do == "change":
        return _form_page(about, label, form)
    if not form.validate():
        return _form_page(about, label, form), 422
    try:
        if do != "set":
            return _check_page(about, label, form)
        _set(about, label, form)
    except EvenhandError as refused:
        form.refuse(in_words(refused))
        return _form_page(about, label, form), 422
    notice(f"{finding_words(about, label)}: the threshold is set, for mail read from now on.")
    return redirect(url_for("accuracy.report"), 303)


def _set(about: str, label: str, form: ThresholdForm) -> None:
    assert form.at_least.score is not None
    app = house()
    with app.begin(actor()) as work:
        set_threshold(work, about, label, form.at_least.score, reason=str(form.reason.data), policy=app.policy)


def _check_page(about: str, label: str, form: ThresholdForm) -> str:
    assert form.at_least.score is not None
    app = house()
    with app.look() as session:
        would = weigh(session, about, label, form.at_least.score, policy=app.policy, seal=app.seal)
        now = shown_now(session, about, label, policy=app.policy, seal=app.seal)
    return render_template("threshold_check.html", about=about, label=label, form=form, would=would, now_from=now)


def _form_page(about: str, label: str, form: ThresholdForm) -> str:
    app = house()
    with app.look() as session:
        now = shown_now(session, about, label, policy=app.policy, seal=app.seal)
        tried = [
            weigh(session, about, label, score, policy=app.policy, seal=app.seal) for score in TRIED if score > now
        ]
        return render_template(
            "threshold.html",
            about=about,
            label=label,
            form=form,
            tried=tried,
            now_from=now,
            policy_line=shown_from(app.policy, about, label),
            history=[r for r in history_of_thresholds(session) if (r.about, r.label) == (about, label)],
            problems=problems(form),
        )
