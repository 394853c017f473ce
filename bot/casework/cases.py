"""A case from the officer's report to the finding that the initial letter was not heeded (policy sections 5 and 7).

What the letters of a case do to it stands in `bot.casework.warn`, the committee's and the council's part in
`bot.casework.council`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.casework.people import (
    decides_alone,
    has_name,
    has_title,
    not_of_the_policy,
    not_the_head,
    same_words,
    titles_missing,
)
from bot.casework.ready import is_closed
from bot.casework.steps import LONG_AGO, Said, take, wrong_beside
from bot.casework.track import Standing
from bot.casework.warn import letter_went as letter_went
from bot.casework.warn import may_send as may_send
from bot.work import Work, one_at_a_time, verb
from models.calendar import COUNTRIES, add_working_days, council_day, deemed_delivery
from models.case import Case, CaseStep, Ground, StepKind, cases_of, steps_of
from models.contact import Contact
from models.customer import Customer, kept, same_person
from models.errors import Refused
from models.issue import Issue
from models.letter import sent_letter
from models.log import contacts_by_number
from models.message import Direction
from models.named import same_named
from models.officer import Permission
from models.policy import Policy

K = StepKind
BEHAVIOURS = tuple(f"BEH-{number:02}" for number in range(1, 26))
_OPENING = 0x4F50454E << 16  # any constant: two cases opened at once take two references


@verb("case.open", needs=Permission.KEEP_CASE)
def open_case(
    work: Work, customer: Customer, *, subject_matter: str, ground: Ground, on: date, issue: Issue | None = None
) -> Case:
    """Open a case about one customer's conduct in one matter (GEN-04, GEN-06). It changes nothing else: neither the
    complaint (GEN-02, INV-25) nor how the customer's mail is read."""
    one_at_a_time(work, _OPENING)
    customer = kept(work.session, customer)
    if not subject_matter.strip():
        raise Refused("a case is about one matter: give it in a few words (--subject)")
    if on > work.today:
        raise Refused(f"a case cannot be opened on {on:%-d %B %Y}: that day has not come yet")
    if on.year < LONG_AGO:
        raise Refused(f"a case was not opened in the year {on.year}; give the day again (--on)")
    if issue is not None and issue.customer_id not in same_person(work.session, [customer.id]):
        raise Refused(f"matter {issue.id} is another customer's")
    for other in cases_of(work.session, customer.id):
        if same_words(other.subject_matter, subject_matter) and not is_closed(work.session, other):
            raise Refused(f"there is an open case on this matter already: {other.reference}; go on with it")
    case = Case(
        reference=_next_reference(work.session, work.today.year),
        customer_id=customer.id,
        subject_matter=" ".join(subject_matter.split()),
        ground=ground,
        opened_on=on,
        opened_by=work.actor.name,
        opened_at=work.now,
        issue_id=issue.id if issue else None,
    )
    work.session.add(case)
    work.session.flush()
    work.note("case.open", case, digest=case.digest(), customer=customer.id)
    return case


def _next_reference(session: Session, year: int) -> str:
    last = session.scalar(select(func.count(Case.id)).where(Case.reference.startswith(f"CASE-{year}-"))) or 0
    return f"CASE-{year}-{last + 1:03}"


@verb("case.report", needs=Permission.KEEP_CASE)
def report(
    work: Work,
    case: Case,
    said: Said,
    *,
    behaviours: Sequence[str],
    policy: Policy,
    impact: str = "",
    about: Sequence[str] = (),
) -> CaseStep:
    """An officer reports conduct, on evidence: it cites entries of the log (IW-01, LOG-05, BEH-01 to BEH-25).

    `about`: the employees or members whom the customer complains about; none of them decides alone (INV-16).
    """
    tags = [tag.strip().upper() for tag in behaviours]
    wrong = [
        f"'{tag}' is no behaviour of the policy; they are BEH-01 to BEH-25" for tag in tags if tag not in BEHAVIOURS
    ]
    cited = contacts_by_number(work.session, said.cites).values()
    if not said.cites or (cited and not any(_their_own(contact) for contact in cited)):
        wrong.append(
            "entries of the customer's log that show the conduct, sent by them (--cite, once for each contact)"
        )
    wrong_beside(work, case, K.REPORT, wrong, policy)
    facts: dict[str, object] = {"behaviours": tags, "impact": impact, "about": list(about)}
    return take(work, case, K.REPORT, said, facts, policy, "case.report")


@verb("case.review", needs=Permission.KEEP_CASE)
def review(
    work: Work,
    case: Case,
    said: Said,
    *,
    outcome: str,
    participants: Sequence[str],
    adviser: str,
    advice: str,
    proportionality: str,
    circumstances: str,
    policy: Policy,
) -> CaseStep:
    """The head's review of the report, with those whom the policy names: to act, or not to (IW-02, IW-03, GEN-07,
    GEN-08; REC-09, INV-13). A late review is recorded like one in time, and shown as late."""
    people = policy.procedure.people
    wrong = not_the_head(said.who, policy)
    wrong += [
        f"who took part, by title and name: '{title}, NAME' (--with)"
        for title in titles_missing(participants, people.reviewers)
    ]
    if people.adviser and not (has_title(adviser, people.adviser) and has_name(adviser, people.adviser)):
        wrong.append(f"whose advice was taken, by title and name: '{people.adviser}, NAME' (--adviser)")
    if adviser.strip() or people.adviser:
        wrong += ["what they advised (--advice)"] * (not advice.strip())
    wrong += decides_alone(steps_of(work.session, case), [said.who, *participants])
    seated = [who for who in participants if any(has_title(who, title) for title in people.reviewers)]
    if any(same_named(who, said.who) for who in seated):
        wrong.append(
            f"somebody else than '{said.who}' in the other seats: nobody holds a review with themselves (--with)"
        )
    wrong += _advises_themselves(adviser, [said.who, *seated], policy)
    wrong_beside(work, case, K.REVIEW, wrong, policy)
    facts: dict[str, object] = {
        "outcome": outcome,
        "participants": list(participants) or [said.who],
        "adviser": adviser,
        "advice": advice,
        "proportionality": proportionality,
        "circumstances": circumstances,
    }
    return take(work, case, K.REVIEW, said, facts, policy, "case.review")


def _advises_themselves(adviser: str, deciding: Sequence[str], policy: Policy) -> list[str]:
    """Where the policy names the adviser apart, whoever holds the review does not advise themselves (IW-02, T5)."""
    people = policy.procedure.people
    apart = people.adviser and not any(same_words(people.adviser, title) for title in (people.head, *people.reviewers))
    if not apart or not any(same_named(adviser, who) for who in deciding):
        return []
    return [f"the advice of somebody else: '{adviser}' holds the review themselves (--adviser)"]


def review_due(reported: CaseStep, policy: Policy) -> date:
    """The last day for the review of a report (IW-02)."""
    days, within = policy.procedure.clocks.report_review_days, COUNTRIES[policy.procedure.council.country]
    return add_working_days(reported.on, days, within)


@verb("case.adjustments", needs=Permission.KEEP_CASE)
def adjustments(
    work: Work,
    case: Case,
    said: Said,
    *,
    before: str,
    answer: str,
    policy: Policy,
    adjustment: str = "",
    only_channel: str = "",
) -> CaseStep:
    """Whether reasonable adjustments were asked about before the step that is to come, and the answer (INV-15, G-EQ-1,
    GEN-10). `only_channel`: the only way in which this person can reach the council; no restriction closes it."""
    facts: dict[str, object] = {
        "before": before,
        "answer": answer,
        "adjustment": adjustment,
        "only_channel": only_channel,
    }
    return take(work, case, K.ADJUSTMENTS, said, facts, policy, "case.adjustments")


@verb("case.please_stop", needs=Permission.KEEP_CASE)
def please_stop(work: Work, case: Case, said: Said, *, policy: Policy) -> CaseStep:
    """That the customer was asked to stop, by word of mouth, before anything else (GEN-09). A letter that asks it is
    drafted and sent as the letter please_stop, and makes this step itself."""
    return take(work, case, K.PLEASE_STOP, said, {}, policy, "case.please_stop")


@verb("case.skip", needs=Permission.RECORD_DECISION)
def skip_initial_letter(work: Work, case: Case, said: Said, *, policy: Policy) -> CaseStep:
    """The exceptional reason for going without the initial letter (INV-08). The formal warning is never gone without,
    nor are the three confirmations (INV-09) and the question about adjustments (INV-15)."""
    if any(s.kind is K.INITIAL_WARNING for s in Standing.of(steps_of(work.session, case), policy).this_round()):
        raise Refused(f"the initial letter of {case.reference} has gone: there is nothing to go without")
    wrong = not_of_the_policy(said.who, policy) + decides_alone(steps_of(work.session, case), [said.who])
    wrong_beside(work, case, K.EXCEPTION, wrong, policy)
    facts: dict[str, object] = {"what": "going without the initial letter", "skips": "initial_warning"}
    return take(work, case, K.EXCEPTION, said, facts, policy, "case.skip")


@verb("case.acknowledged", needs=Permission.KEEP_CASE)
def acknowledged(
    work: Work, case: Case, said: Said, *, how: str, policy: Policy, contact: Contact | None = None
) -> CaseStep:
    """The customer acknowledged the initial letter (IW-07)."""
    if contact is not None and contact.direction is not Direction.IN:
        wrong = [f"a contact in which the customer acknowledged it: {contact.id} went out from the council (--contact)"]
        wrong_beside(work, case, K.ACKNOWLEDGED, wrong, policy)
    return take(work, case, K.ACKNOWLEDGED, said, {"how": how}, policy, "case.acknowledged", contact=contact)


@verb("case.monitor", needs=Permission.KEEP_CASE)
def monitor(work: Work, case: Case, said: Said, *, how: str, until: date, policy: Policy) -> CaseStep:
    """How it is watched that conduct is moderated, and until when (IW-07, T7; INV-20: not without an end)."""
    if until <= said.on:
        raise Refused("monitoring ends on a later day than it begins (--until)")
    return take(work, case, K.MONITORING, said, {"how": how, "until": until}, policy, "case.monitor")


@verb("case.not_heeded", needs=Permission.KEEP_CASE)
def not_heeded(work: Work, case: Case, said: Said, *, because: str, deemed: str, policy: Policy) -> CaseStep:
    """A person's finding that the initial letter was not heeded and that the conduct is unreasonable (IW-08, ST1-01,
    T8). Silence alone is none: it needs the finding, the entries of the log on which it rests and, for want of an
    acknowledgement, that its time has run out."""
    standing = Standing.of(steps_of(work.session, case), policy)
    initial = standing.now(K.INITIAL_WARNING)
    wrong = [] if because in policy.procedure.conduct.escalates_on else [_no_trigger(because, policy)]
    wrong += [] if said.cites else ["the entries of the log on which the finding rests (--cite)"]
    if initial is not None:
        wrong += _not_ignored(work.session, standing, initial, said, because)
    wrong += decides_alone(standing.steps, [said.who])
    wrong_beside(work, case, K.NOT_HEEDED, wrong, policy)
    facts: dict[str, object] = {"because": because, "deemed": deemed}
    return take(work, case, K.NOT_HEEDED, said, facts, policy, "case.not_heeded")


def _no_trigger(because: str, policy: Policy) -> str:
    return f"one of the policy's triggers ({', '.join(policy.procedure.conduct.escalates_on)}) in place of '{because}'"


def _not_ignored(session: Session, standing: Standing, initial: CaseStep, said: Said, because: str) -> list[str]:
    answered = any(step.kind is K.ACKNOWLEDGED for step in standing.since(initial))
    if because == "not_acknowledged" and not answered:
        due = acknowledgement_due(session, initial, standing.policy)
        if said.on > due:
            return []
        return [f"the time for the customer to acknowledge the letter, which runs until {due:%-d %B %Y}"]
    if because == "not_acknowledged":
        wrong = ["another trigger: the letter was acknowledged; was it heeded? (--because not_heeded)"]
    else:
        wrong = []
    return wrong + came_after(session, said.cites, initial, "the initial letter")


def came_after(session: Session, cites: Sequence[int], letter: CaseStep, name: str) -> list[str]:
    """What is missing where none of these contacts came after the day of a letter."""
    cited = contacts_by_number(session, cites).values()
    if any(council_day(contact.at) > letter.on for contact in cited if _their_own(contact)):
        return []
    return [
        f"an entry of the log from after {name} of {letter.on:%-d %B %Y}, sent by the customer, that shows the conduct "
        "going on (--cite)"
    ]


def _their_own(contact: Contact) -> bool:
    """Whether the customer sent it: neither the council, nor a machine of theirs (INV-21)."""
    return contact.direction is Direction.IN and contact.automatic is None


def acknowledgement_due(session: Session, initial: CaseStep, policy: Policy) -> date:
    """The last day to acknowledge the initial letter: working days from its deemed delivery (IW-04, T6)."""
    clocks, within = policy.procedure.clocks, COUNTRIES[policy.procedure.council.country]
    sent = sent_letter(session, initial.letter_id) if initial.letter_id else None
    delivered = deemed_delivery(initial.on, sent.how if sent else "post", clocks.deemed_delivery_days, within)
    return add_working_days(delivered, clocks.acknowledgement_days, within)


@verb("case.meeting", needs=Permission.KEEP_CASE)
def meeting(work: Work, case: Case, said: Said, *, outcome: str, policy: Policy) -> CaseStep:
    """Whether a meeting was offered, held or declined, or why none is offered (ST1-02)."""
    return take(work, case, K.MEETING, said, {"outcome": outcome}, policy, "case.meeting")


@verb("case.take_over", needs=Permission.RECORD_DECISION)
def take_over(work: Work, case: Case, said: Said, *, papers: str, confirmed: Sequence[str], policy: Policy) -> CaseStep:
    """Steps that were taken on paper, before this program: where the papers are, and which conditions they confirm.

    All of the policy's conditions (INV-09). The council's decision may then be recorded from the papers; whether
    adjustments were asked about is still recorded here, in the case (INV-15).
    """
    lacking = [what for what in policy.procedure.conduct.confirmations if what not in confirmed]
    wrong = [f"papers that confirm '{what}' (--confirmed {what})" for what in lacking]
    wrong += not_of_the_policy(said.who, policy)
    wrong_beside(work, case, K.TAKEN_OVER, wrong, policy)
    facts: dict[str, object] = {"papers": papers, "confirmed": list(confirmed)}
    return take(work, case, K.TAKEN_OVER, said, facts, policy, "case.take_over")
