"""One contact: what was said, what the program saw in it and where, whose it is, and the officer's rulings."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from bot import queue as queues
from bot.matters.associates import pairs_in
from bot.matters.chronology import said_in
from bot.web.at_a_glance import MOST_NEW, glance_at
from bot.web.door import actor, house, in_words, notice
from bot.web.evidence import Seen, pieces, read
from bot.web.forms import FindingForm, FlagForm, ItemForm, problems
from bot.web.matter_wording import weighed
from bot.web.raw import as_download
from models.acting import on_either_side
from models.associate import copies_of, copy_of
from models.conduct import is_confirmed, unheld
from models.contact import Contact, ContactFinding
from models.customer import kept
from models.errors import NotAllowed, NotFound, Refused
from models.identity import identity_rulings
from models.in_force import everybody_that_is, restrictions_of
from models.issue import find_issue
from models.log import contacts_by_number, find_contact, flags_by_contact, log_of, raw_bytes
from models.officer import Permission
from models.papers import customers_by_number
from models.queue import Flag, FlagKind, Outcome, Ruling, flags_of, item_of
from models.ruled import find_finding, last_rulings
from models.threshold import Lines, lines_set

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


@pages.route("/contacts/<int:number>/findings/<int:finding_number>", methods=["GET", "POST"])
def rule_on_finding(number: int, finding_number: int) -> Response | str | tuple[str, int]:
    """Rule on a finding that raised no flag: it is kept as a labelled example."""
    if not actor().may(Permission.RULE):
        raise NotAllowed("you may read this, but not rule on it; the named officer or the clerk rules")
    form = FindingForm(request.form if request.method == "POST" else None)
    if request.method == "GET":
        return _finding_page(number, finding_number, form)
    if not form.validate():
        return _finding_page(number, finding_number, form), 422
    try:
        with house().begin(actor()) as work:
            queues.rule_on_finding(
                work,
                find_finding(work.session, finding_number, contact=number),
                outcome=Outcome(str(form.outcome.data)),
                reason=str(form.reason.data or ""),
                right_label=str(form.right_label.data or ""),
            )
    except Refused as refused:
        form.refuse(in_words(refused))
        return _finding_page(number, finding_number, form), 422
    notice("Your ruling on the finding is recorded.")
    return redirect(url_for("contacts.contact", number=number), 303)


def _finding_page(number: int, finding_number: int, form: FindingForm) -> str:
    with house().look() as session:
        finding = find_finding(session, finding_number, contact=number)
        form.offer(finding.about)
        return render_template(
            "finding.html",
            number=number,
            seen=read([finding], "", ())[0][0],
            ruling=last_rulings(session, [finding.id]).get(finding.id),
            form=form,
            problems=problems(form),
        )


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
            right_label = str(form.right_label.data or "") if isinstance(form, FlagForm) else ""
            queues.rule(work, item, outcome=outcome, flag=flag, reason=reason, right_label=right_label)
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
        flagged = {f.finding_id for f in flags if f.finding_id}
        lines = lines_set(session, app.seal, until=found.recorded_at)
        quiet = [f for f in found.findings if f.id not in flagged and _under(f, lines)]
        seen, spans = read([f for f in found.findings if f not in quiet], found.own, flagged)
        whose, demanded = found.customer_id, app.policy.reviews_demanded
        people = everybody_that_is(session, whose, app.seal) if whose else set()
        earlier = log_of(session, people, before=found.at, limit=EARLIER) if people else []
        matter = find_issue(session, found.issue_id) if found.issue_id is not None else None
        glance = glance_at(found, seen, matter, said_in(session, matter) if matter else (), app.clock.now())
        plain_reasons, signs = weighed(found.match_reasons)
        return render_template(
            "contact.html",
            contact=found,
            customer=kept(session, found.customer) if found.customer else None,
            item=item,
            flags=flags,
            behind={f.id: _behind(f, seen) for f in flags},
            others=[s for s in seen if s.id not in flagged and not glance.shows(s)],
            glance=glance,
            flagged=flagged,
            most_new=MOST_NEW,
            unheld=unheld(session, found, flags),
            pairs=pairs_in(session, found),
            acting=on_either_side(session, whose, app.seal, app.today) if whose else ((), ()),
            today=app.today,
            copy_of=copy_of(session, number),
            copies=copies_of(session, number),
            confirmed=is_confirmed(found.match),
            plain_reasons=plain_reasons,
            signs=signs,
            said_whose=identity_rulings(session, [number]),
            quiet=read(quiet, "", ())[0],
            found_ruled=last_rulings(session, [f.id for f in found.findings]),
            pieces=pieces(found.own, spans),
            shielded=any(f.kind is FlagKind.ABUSE for f in flags),
            compared=contacts_by_number(session, _compared(seen)),
            associates=customers_by_number(session, {s.other_customer for s in seen if s.other_customer}),
            earlier=earlier,
            earlier_flags=flags_by_contact(session, [c.id for c in earlier]),
            restrictions=restrictions_of(session, whose, app.today, app.seal, demanded) if whose else (),
            rulings=item.rulings if item else [],
            ruled=_latest(item.rulings if item else []),
            form=sent if isinstance(sent, ItemForm) else ItemForm(prefix="all"),
            flag_forms={f.id: _form_for(f, _behind_about(f, found), sent) for f in flags},
            problems=problems(sent) if sent else [],
        )


def _form_for(flag: Flag, about: str, sent: FlagForm | ItemForm | None) -> FlagForm:
    prefix = f"flag{flag.id}-"
    form = sent if isinstance(sent, FlagForm) and sent.outcome.name.startswith(prefix) else FlagForm(prefix=prefix)
    if about:
        form.offer(about)
    return form


def _behind_about(flag: Flag, contact: Contact) -> str:
    return next((f.about for f in contact.findings if f.id == flag.finding_id), "")


def _under(finding: ContactFinding, lines: Lines) -> bool:
    """Whether a person's threshold, as it stood when this was read, keeps it back."""
    line = lines.get((finding.about, finding.label))
    return line is not None and finding.score < line.at_least


def _behind(flag: Flag, seen: Iterable[Seen]) -> Seen | None:
    """The finding that raised this flag."""
    return next((s for s in seen if s.id == flag.finding_id), None)


def _compared(seen: Iterable[Seen]) -> set[int]:
    numbers = {part.contact for s in seen for part in s.parts} | {s.other_contact for s in seen}
    return {n for n in numbers if n is not None}


def _latest(rulings: Iterable[Ruling]) -> dict[int, Ruling]:
    """The last ruling on each flag."""
    return {r.flag_id: r for r in rulings if r.flag_id is not None}
