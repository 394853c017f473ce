"""The pages of the reports: the contact log and what goes before a committee. HTML for `bot.paper`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.paper import day, moment, paragraphs, table, text
from bot.reports.chart import months_chart
from bot.reports.log import ContactLog
from models.acting import Acting
from models.behaviours import BEHAVIOURS
from models.calendar import council_day
from models.case import Case, CaseStep, StepKind
from models.contact import Contact
from models.customer import Customer
from models.policy import Policy
from models.procedure import People

_QUOTED = 60  # words of a cited contact
_HOW = {"email": "e-mail"}
_PURPOSES = {
    "initial_warning": "An initial letter was sent",
    "formal_warning": "A formal prior warning was sent",
    "stage_two": "Whether contact is unreasonably persistent",
    "review": "Review of a decision",
    "extension": "Whether a decision is to be continued",
    "urgent": "An urgent decision",
}


# --- the contact log (LOG-01, LOG-04, LOG-07) ---


def contact_log_page(council: str, customer: Customer, log: ContactLog, *, matter: str = "") -> str:
    """Counts, the chart, the council's own delays, and every contact by its number."""
    about = f" about: {matter}" if matter else ""
    return (
        f"<h1>{text(council)}: contact log</h1>"
        f"<p>Contacts with {text(customer.name)} (record {text(customer.reference)}){text(about)}, up to "
        f"{moment(log.until)}. Each contact is cited by its number in the Council's log.</p>{log_body(log)}"
    )


def log_body(log: ContactLog) -> str:
    """The log without its head, as it also stands in a report."""
    return "".join((_counts(log), months_chart(log.by_month()), council_delays(log), "<h2>The log</h2>", _entries(log)))


def _counts(log: ContactLog) -> str:
    inbound = log.inbound
    outbound = len(log.entries) - len(inbound)
    gap = log.middle_gap()
    rows: list[tuple[str, str]] = [
        ("Contacts from the customer", str(len(inbound))),
        ("Contacts from the Council", str(outbound)),
        *((f"Of the customer's contacts, by {_HOW.get(channel, channel)}", str(n)) for channel, n in log.by_channel()),
        *(
            (f"Of the customer's contacts, about matter {number}: {title}", str(n))
            for number, title, n in log.by_matter()
        ),
    ]
    if inbound:
        rows.append(("First and latest", f"{day(council_day(inbound[0].at))} and {day(council_day(inbound[-1].at))}"))
        rows.append(("Words in all", f"{sum(e.words for e in inbound):,}"))
        rows.append(("Most people one contact was sent to", str(max(e.recipients for e in inbound))))
    if gap is not None:
        rows.append(("Days between two contacts (half of them at most)", f"{gap:g}"))
    if log.unsure:
        rows.append(("Left out: not confirmed whose they are", str(log.unsure)))
    return "<h2>In numbers</h2>" + table(("What", "How many"), rows)


def council_delays(log: ContactLog) -> str:
    """The council's own part: how long it took, whatever else the report says (INV-23)."""
    long = [d for d in log.delays if d.working_days > 0][:20]
    rows = [
        (
            d.letter,
            d.matter,
            day(d.since),
            day(d.until) if d.answered else _not_answered(log, d.letter),
            d.working_days,
        )
        for d in long
    ]
    missed = f"<p>Days named by the Council for an answer that passed without one: {log.promises_missed}.</p>"
    heads = ("Contact", "Matter", "Customer wrote", "Council's next word", "Working days")
    body = table(heads, rows) if rows else "<p>None longer than the same day.</p>"
    return "<h2>How long the Council took</h2>" + body + missed


def _not_answered(log: ContactLog, letter: int) -> str:
    """With the Council's next word about anything: which matter a letter is filed under may be in doubt."""
    since = next((place for place, entry in enumerate(log.entries) if entry.number == letter), len(log.entries))
    after = next((entry for entry in log.entries[since:] if not entry.from_customer), None)
    told = "not answered on this matter by the day of this report"
    return f"{told}; next word on any matter: {day(council_day(after.at))} (No. {after.number})" if after else told


def _entries(log: ContactLog) -> str:
    rows = [
        (
            e.number,
            moment(e.at),
            f"{_HOW.get(e.channel, e.channel)}, {'from the customer' if e.from_customer else 'from the Council'}",
            "; ".join(filter(None, (e.nature, "final answer" * e.final))),
            e.issue or "",
            e.subject or e.matter,
            e.recipients or "",
            e.words or "",
            "" if e.gap is None else e.gap,
        )
        for e in log.entries
    ]
    heads = ("No.", "Date and time", "How", "Nature", "Matter", "Subject", "Sent to", "Words", "Days since")
    return table(heads, rows)


# --- the report to a committee (ST1-05, ST2-02 to ST2-04, CON-01) ---


@dataclass(frozen=True, slots=True)
class Before:
    """What is put before a meeting. `cited`: contacts that the case's steps cite, by their numbers. `acting`: who acts
    or acted for the customer."""

    council: str
    policy: Policy
    case: Case
    customer: Customer
    steps: Sequence[CaseStep]
    cited: Mapping[int, Contact]
    log: ContactLog
    acting: Sequence[Acting]
    purpose: str
    body: str
    meeting_on: date | None
    today: date

    def of(self, kind: StepKind) -> list[CaseStep]:
        return [step for step in self.steps if step.kind is kind]


def committee_page(before: Before) -> str:
    """A cover for the public part that names nobody, and the confidential body on pages of its own."""
    return _cover(before) + '<div class="apart"></div>' + _confidential(before)


def _cover(before: Before) -> str:
    meets = f", {day(before.meeting_on)}" if before.meeting_on else ""
    return (
        f"<h1>{text(before.council)}</h1><h2>Report to {text(before.body)}{text(meets)}</h2>"
        f"<p>Subject: {text(_PURPOSES.get(before.purpose, before.purpose))}. Policy: {text(before.policy.called)}.</p>"
        "<p>This report is confidential. It holds personal information and is received in part two of the meeting. "
        "This page holds none and can be published.</p>"
        f"<h2>Resolution to exclude the press and public</h2><p>{text(before.policy.procedure.council.exclusion)}</p>"
        f'<p class="small">Reference {text(before.case.reference)}.</p>'
    )


def _confidential(before: Before) -> str:
    parts = (
        _what_is_asked(before),
        _history(before),
        _reasons(before),
        _circumstances(before),
        _complaint(before),
        acting_page(before.acting, before.today, heading="h2"),
        "<h2>Contact log</h2>" + log_body(before.log),
        _recommendation(before),
    )
    head = (
        "<h1>Confidential: part two</h1>"
        f"<p>Case {text(before.case.reference)}. Customer: {text(before.customer.name)} (record "
        f"{text(before.customer.reference)}). Subject matter: {text(before.case.subject_matter)}. Report of "
        f"{day(before.today)}. Policy: {text(before.policy.version)}.</p>"
    )
    return head + "".join(parts)


def _what_is_asked(before: Before) -> str:
    if before.purpose != "stage_two":
        return f"<h2>For</h2><p>{text(_PURPOSES.get(before.purpose, before.purpose))}.</p>"
    return (
        "<h2>What is asked of the meeting</h2>"
        "<p>To consider only whether the contact is unreasonably persistent under the policy. The complaint itself is "
        "not before the meeting and is not examined here.</p>"
        f"<p>{text(_who_decides(before.body, before.policy.procedure.people))}</p>"
    )


def _who_decides(body: str, people: People) -> str:
    """By the policy's first name for it: a body may bear several."""
    decides = next(iter(people.decides), "Council")
    scheme = ", or an officer to whom the scheme of delegation gives it" if people.delegates else ""
    if body.casefold() in {name.casefold() for name in people.decides}:
        return f"The {body} decides{scheme}."
    return f"The {body} recommends. Only the {decides} decides{scheme}."


def _history(before: Before) -> str:
    rows = [(day(step.on), KINDS.get(step.kind, step.kind.value.replace("_", " ")), step.who) for step in before.steps]
    return "<h2>History of the case</h2>" + table(("Date", "What was done", "By whom"), rows)


def _reasons(before: Before) -> str:
    made = ["<h2>Reasons given, and the contacts they rest on</h2>"]
    for step in [*before.of(StepKind.REPORT), *before.of(StepKind.NOT_HEEDED)]:
        tags = [str(tag) for tag in step.facts.get("behaviours", [])]
        made.append(f"<h3>{text(step.who)}, {day(step.on)}</h3>" + paragraphs(step.words))
        for name, words in (("impact", "Effect on the Council's work"), ("deemed", "Found")):
            said = str(step.facts.get(name, "")).strip()
            made.append(f"<p>{words}: {text(said)}</p>" if said else "")
        points = "".join(f"<li>{text(tag)}: {text(BEHAVIOURS.get(tag, ''))}</li>" for tag in tags)
        made.append(f"<ul>{points}</ul>" if points else "")
        made.append(_cited(before, step.cites))
    return "".join(made)


def _cited(before: Before, numbers: Sequence[int]) -> str:
    found = [before.cited[n] for n in numbers if n in before.cited]
    rows = [(c.id, moment(c.at), c.channel.value, _beginning(c.own or c.subject)) for c in found]
    return table(("No.", "Date and time", "How", "In its own words, from the beginning"), rows) if rows else ""


def _beginning(words: str) -> str:
    every = words.split()
    return " ".join(every[:_QUOTED]) + (" ..." if len(every) > _QUOTED else "")


def _circumstances(before: Before) -> str:
    made = ["<h2>Individual circumstances and adjustments</h2>"]
    for step in before.of(StepKind.REVIEW):
        made.append(f"<p>Considered at the review of {day(step.on)}: {text(step.facts.get('circumstances', ''))}</p>")
        made.append(f"<p>Who took part in the review: {text('; '.join(step.facts.get('participants', [])))}.</p>")
        made.append(f"<p>Proportionality: {text(step.facts.get('proportionality', ''))}</p>")
        if step.facts.get("adviser"):
            made.append(f"<p>Advice of {text(step.facts['adviser'])}: {text(step.facts.get('advice', ''))}</p>")
    rows = [
        (
            day(s.on),
            s.facts.get("before", "").replace("_", " "),
            s.facts.get("answer", ""),
            s.facts.get("adjustment", ""),
        )
        for s in before.of(StepKind.ADJUSTMENTS)
    ]
    if rows:
        made.append(table(("Asked", "Before", "Answer", "Adjustment made"), rows))
    else:
        made.append("<p>No question about adjustments is on record.</p>")
    return "".join(made)


def acting_page(acting: Sequence[Acting], today: date, *, heading: str = "h1") -> str:
    """Who acts or acted for the customer by a recorded authority: that is no conduct of theirs (G-LGO-3)."""
    rows = [(a.authority.id, a.who, a.terms(today)) for a in acting]
    if not rows:
        return ""
    return f"<{heading}>Who acts for the customer</{heading}>" + table(("Authority", "Who", "As recorded"), rows)


def _complaint(before: Before) -> str:
    """That it was dealt with properly, by whom confirmed: apart from the conduct, and not re-opened here (ST2-03)."""
    rows = [
        (day(s.on), str(s.facts.get("what", "")).replace("_", " "), s.who, s.facts.get("evidence", ""))
        for s in before.of(StepKind.CONFIRMATION)
    ]
    head = "<h2>What was confirmed, by whom, on what evidence</h2>"
    return head + (table(("Date", "Confirmed", "By", "Evidence"), rows) if rows else "<p>Nothing is confirmed yet.</p>")


def _recommendation(before: Before) -> str:
    rows = [
        (
            day(s.on),
            s.facts.get("body", ""),
            s.facts.get("minute", ""),
            str(s.facts.get("recommends", "")).replace("_", " "),
        )
        for s in before.of(StepKind.RECOMMENDATION)
    ]
    if not rows:
        return ""
    return "<h2>Recommendation of the committee</h2>" + table(("Date", "Body", "Minute", "Recommends"), rows)


KINDS: Mapping[StepKind, str] = {
    StepKind.REPORT: "An officer reported",
    StepKind.REVIEW: "The report was reviewed",
    StepKind.ADJUSTMENTS: "Asked about reasonable adjustments",
    StepKind.PLEASE_STOP: "Asked to stop",
    StepKind.INITIAL_WARNING: "The initial letter was sent",
    StepKind.ACKNOWLEDGED: "The letter was acknowledged",
    StepKind.MONITORING: "Conduct was watched",
    StepKind.NOT_HEEDED: "Found not to have been heeded",
    StepKind.MEETING: "A meeting",
    StepKind.FORMAL_WARNING: "The formal prior warning was sent",
    StepKind.COMMITTEE_REPORT: "Reported to a meeting",
    StepKind.CONFIRMATION: "A condition was confirmed",
    StepKind.RECOMMENDATION: "The committee recommended",
    StepKind.CHECKED: "The committee's report was checked",
    StepKind.DECIDED: "Decided to restrict",
    StepKind.DECIDED_AGAINST: "Decided not to restrict",
    StepKind.TOLD: "The decision letter was sent",
    StepKind.APPOINTED: "A named officer was appointed",
    StepKind.INFORMED: "Somebody was made aware",
    StepKind.URGENT: "An urgent decision",
    StepKind.URGENT_REFUSED: "The urgent decision was not confirmed",
    StepKind.CONTINUING: "A later contact was answered for",
    StepKind.NO_FURTHER: "Told that no further correspondence follows",
    StepKind.POLICE: "The police",
    StepKind.MEMBER_ENGAGED: "A member was engaged with",
    StepKind.CIRCUMVENTION: "A finding about another person",
    StepKind.PERIODIC_REVIEW: "Reviewed",
    StepKind.OUTCOME_LETTER: "The outcome letter was sent",
    StepKind.EXTENDED: "Continued by a new decision",
    StepKind.LIFTED: "Lifted",
    StepKind.LAPSED: "Ended by itself",
    StepKind.APPEAL: "The decision was challenged",
    StepKind.APPEAL_DECIDED: "The challenge was answered",
    StepKind.CLOSED: "Closed",
}
