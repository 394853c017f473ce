"""One case as a line of the register: read from its steps, letters, decisions and restrictions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.registers.line import Line, Track
from bot.registers.people import People
from models.behaviours import BEHAVIOURS
from models.calendar import add_months, council_day
from models.case import CaseStep, CaseWarning, Ground, StepKind
from models.casework import WHO_LOOKS, Casework
from models.contact import Contact
from models.customer import everybody_like, same_person
from models.decision import Decision, Lifting, Measure, Restriction
from models.in_force import InForce
from models.letter import LetterKind, LetterSent, letters_about
from models.log import contacts_with
from models.message import Direction
from models.policy import Policy
from models.queue import Outcome, QueueItem, Ruling
from models.reviewing import review_days

K = StepKind

# The register's word for where a case stands: that of its last step of these kinds.
STAGES = {
    K.TAKEN_OVER: "taken over from papers",
    K.REPORT: "reported by an officer; under review",
    K.REVIEW: "reviewed: to act",
    K.PLEASE_STOP: "asked to stop",
    K.INITIAL_WARNING: "sent an initial warning letter",
    K.ACKNOWLEDGED: "initial warning letter acknowledged",
    K.MONITORING: "initial warning letter sent; conduct monitored",
    K.NOT_HEEDED: "initial warning letter found not to have been heeded",
    K.FORMAL_WARNING: "sent a formal prior warning letter",
    K.RECOMMENDATION: "sent a formal prior warning letter; the committee made its recommendation",
    K.DECIDED: "decided by the council; the decision letter has not been sent",
    K.DECIDED_AGAINST: "the council decided not to restrict contact",
    K.URGENT: "urgent restriction decided; its letter has not been sent",
    K.URGENT_REFUSED: "urgent restriction not confirmed by the council: it has ended",
    K.LIFTED: "restrictions lifted",
    K.LAPSED: "restrictions ended by themselves",
    K.CLOSED: "closed: normal contact restored",
}
NOT_APPLIED = "the policy was not applied, though an officer asked"
DECLARED = "declared by the council to be unreasonably persistent; restrictions in force"
URGENT = "an urgent restriction for a short time; the council has not confirmed it"
URGENT_CONFIRMED = "an urgent restriction for a short time, confirmed by the council"
ENDED = "restrictions ended"
_OVER = {K.DECIDED_AGAINST, K.URGENT_REFUSED, K.LIFTED, K.LAPSED, K.CLOSED}
GROUNDS = {
    Ground.NOT_ACCEPTING: "does not accept how a matter was dealt with",
    Ground.MANNER: "how a matter is pursued, or one without substance or already determined",
}
REASONS = {
    Ground.NOT_ACCEPTING: "unreasonable conduct: not accepting how a matter was dealt with",
    Ground.MANNER: "unreasonable conduct: how a matter was pursued",
    None: "unreasonable conduct",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRecords:
    """What one line is made from. `case_id` is None for what no case carries."""

    casework: Casework
    reference: str
    customer_id: int
    subject_matter: str
    ground: Ground | None
    opened_on: date
    case_id: int | None
    steps: list[CaseStep]
    decisions: list[Decision]
    restrictions: list[Restriction]
    held: InForce
    not_verified: str = ""

    @property
    def session(self) -> Session:
        return self.casework.session

    def of(self, *kinds: StepKind) -> list[CaseStep]:
        return [step for step in self.steps if step.kind in kinds]

    def facts(self, name: str, *kinds: StepKind) -> list[str]:
        return [str(step.facts[name]) for step in self.of(*kinds) if step.facts.get(name)]


def line_of_case(records: CaseRecords, policy: Policy, today: date, people: People) -> Line:
    """The line, with every item of section 19."""
    person = people.standing_for(records.customer_id)
    review_on, ends_on, left_on = _dates(records, policy, today)
    return Line(
        reference=records.reference,
        track=Track.CONDUCT,
        reason=REASONS[records.ground],
        customer=person.reference,
        name=person.name,
        address=people.address(records.customer_id),
        aided_by=people.aiding(records.customer_id, records.steps),
        stage=_stage(records, today),
        not_acting=_not_acting(records),
        ground=GROUNDS[records.ground] if records.ground else "",
        behaviours=_behaviours(records),
        impedes=_once(records.facts("impedes", K.DECIDED) + records.facts("impact", K.REPORT)),
        subject_matter=records.subject_matter,
        restrictions=tuple(_restriction(r, records, today) for r in _oldest_first(records.restrictions)),
        restrictions_from=min((r.starts_on.isoformat() for r in records.restrictions), default=""),
        restrictions_until=max((_really_ends(r, records).isoformat() for r in records.restrictions), default=""),
        advised=_advised(records),
        copies=_copies(records),
        external_correspondence=_external(records),
        committee_reports=tuple(_committee_report(step) for step in records.of(K.COMMITTEE_REPORT)),
        named_officer=_named_officer(records),
        substitute=(records.facts("substitute", K.APPOINTED) or [""])[-1],
        made_aware=tuple(
            f"{s.who} ({s.facts.get('role', '')}), {s.on.isoformat()}".replace(" ()", "")
            for s in records.of(K.INFORMED)
        ),
        exceptions=tuple(_exception(step) for step in records.of(K.EXCEPTION)),
        complaints_not_taken=tuple(
            f"{s.on.isoformat()}: {s.facts.get('complaint', '')}: {s.words}"
            for s in records.of(K.COMPLAINT_NOT_TAKEN, K.COMPLAINT_PAUSED)
        ),
        not_responded_to=_not_responded_to(records),
        letters_checked=_checked(records),
        policy_versions=_once(
            [s.policy_version for s in records.steps] + [d.policy_version for d in records.decisions]
        ),
        not_verified=records.not_verified,
        entered_on=min([records.opened_on, *(step.on for step in records.steps)]),
        left_on=left_on,
        next_review_on=review_on,
        ends_on=ends_on,
    )


def _once(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for word in words if word))


def _oldest_first(restrictions: Iterable[Restriction]) -> list[Restriction]:
    return sorted(restrictions, key=lambda r: (r.starts_on, r.id))


# --- how it stands ---------------------------------------------------------------------------------------------------


def _stage(records: CaseRecords, today: date) -> str:
    binding = {r.id for r in records.held.binding}
    bind = {r.decision_id for r in records.restrictions if r.id in binding}
    if bind:
        urgent = {s.decision_id for s in records.of(K.URGENT)}, {s.decision_id for s in records.of(K.URGENT_CONFIRMED)}
        return URGENT if bind <= urgent[0] else URGENT_CONFIRMED if bind <= urgent[0] | urgent[1] else DECLARED
    last = next((step for step in reversed(records.steps) if step.kind in STAGES), None)
    if last is not None and last.kind is K.REVIEW and last.facts.get("outcome") == "no_action":
        return NOT_APPLIED
    if last is not None and (last.kind in _OVER or not records.restrictions):
        return STAGES[last.kind]
    if records.restrictions:
        begun = any(r.starts_on <= today for r in records.restrictions)
        return ENDED if begun else "declared by the council to be unreasonably persistent; restrictions not yet begun"
    if records.decisions:
        return STAGES[K.DECIDED]
    sent = _warnings(records, today)
    return f"sent {_article(sent[-1].stage.value)} warning letter" if sent else "opened"


def _warnings(records: CaseRecords, until: date) -> list[CaseWarning]:
    people = everybody_like(records.session, records.customer_id)
    theirs = [w for w in records.casework.warnings if w.customer_id in people and w.sent_on <= until]
    return sorted(theirs, key=lambda w: (w.sent_on, w.id))


def _article(stage: str) -> str:
    return "a formal prior" if stage == "formal_prior" else "an initial"


def _dates(records: CaseRecords, policy: Policy, today: date) -> tuple[date, date, date | None]:
    """The next review, the day the line itself ends, and the day it ceased to be current.

    Nothing is open-ended (INV-20). What is current and has no review of its own is looked at again half a year after
    its last step; what is over is kept as long as the policy keeps a closed case, and then is no line any more.
    """
    keeps = policy.procedure.retention.get("case", 0) or policy.longest_months
    last = max([records.opened_on, *(step.on for step in records.steps)])
    running = [
        r for r in records.restrictions if _really_ends(r, records) > today and r.id not in dict(records.held.set_aside)
    ]
    if running:
        taken = {step.id for step in records.steps}
        reviews = [
            day.due_on
            for decision in records.decisions
            if decision.id in {r.decision_id for r in running}
            for day in review_days(records.session, decision, policy.procedure.reviews)
            if day.held is None or day.held.id not in taken
        ]
        until = max(_really_ends(r, records) for r in running)
        return min(reviews, default=until), add_months(until, keeps), None
    over = _over_since(records)
    if over is not None:
        return add_months(over, keeps), add_months(over, keeps), over
    watched = [date.fromisoformat(day) for day in records.facts("until", K.MONITORING)]
    next_look = max([add_months(last, policy.review_months), *watched])
    return next_look, add_months(max(next_look, today), keeps), None


def _over_since(records: CaseRecords) -> date | None:
    last = next((step for step in reversed(records.steps) if step.kind in STAGES), None)
    if last is not None and (last.kind in _OVER or last.facts.get("outcome") == "no_action"):
        return last.on
    ended = max((_really_ends(r, records) for r in records.restrictions), default=None)
    return None if ended is not None and last is not None and last.on > ended else ended


def _really_ends(restriction: Restriction, records: CaseRecords) -> date:
    return min([restriction.ends_on, *(lifting.lifted_on for lifting in _liftings(restriction, records))])


def _liftings(restriction: Restriction, records: CaseRecords) -> list[Lifting]:
    return [lifting for lifting in restriction.liftings if lifting.id in records.casework.liftings]


def _not_acting(records: CaseRecords) -> tuple[str, ...]:
    """Decisions not to apply the policy though an officer asked, or not to restrict (REC-09, INV-13)."""
    refused = [s for s in records.of(K.REVIEW) if s.facts.get("outcome") == "no_action"]
    against = records.of(K.DECIDED_AGAINST)
    return tuple(f"{s.on.isoformat()}, {s.who}: {s.words}" for s in sorted([*refused, *against], key=lambda s: s.id))


def _behaviours(records: CaseRecords) -> tuple[str, ...]:
    tags = [tag for step in records.of(K.REPORT) for tag in step.facts.get("behaviours", [])]
    return tuple(f"{tag}: {BEHAVIOURS[tag]}" if tag in BEHAVIOURS else tag for tag in _once(sorted(tags)))


def _restriction(restriction: Restriction, records: CaseRecords, today: date) -> str:
    decision, held = restriction.decision, records.held
    words = restriction.measure.value.replace("_", " ") + (f", {restriction.terms}" if restriction.terms else "")
    dates = f"from {restriction.starts_on.isoformat()} to {restriction.ends_on.isoformat()}"
    lifted = "".join(f", lifted {lifting.lifted_on.isoformat()}" for lifting in _liftings(restriction, records)[:1])
    aside = dict((*held.doubtful, *held.set_aside))
    if restriction.id in records.casework.lifted_in_doubt:
        state = f"not acted upon: a lifting is stored that is not in the sealed history; {WHO_LOOKS}"
    elif restriction.id in aside:
        state = f"not in force: {aside[restriction.id]}"
    elif restriction.id in {r.id for r in held.binding}:
        state = "in force"
    else:
        state = "not yet begun" if today < restriction.starts_on else "ended"
    return f"{words}: {dates}{lifted} ({state}; {decision.body}, minute {decision.minute})"


def _named_officer(records: CaseRecords) -> str:
    """As last appointed, else as decided, else the contact that the formal warning named (NO-01, NO-03)."""
    decided = [d.named_officer for d in sorted(records.decisions, key=lambda d: d.id)]
    known = [*records.facts("named_contact", K.FORMAL_WARNING), *decided, *records.facts("named_officer", K.APPOINTED)]
    return known[-1] if known else ""


# --- papers ----------------------------------------------------------------------------------------------------------


def _sent(records: CaseRecords) -> list[tuple[int, LetterKind, LetterSent, str]]:
    """The letters that went, of the case and of its decisions, each with whom it went to if not to this person."""
    session = records.session
    letters = letters_about(session, case_id=records.case_id, sent_only=True) if records.case_id is not None else []
    letters += [x for d in records.decisions for x in letters_about(session, decision_id=d.id, sent_only=True)]
    people = same_person(session, [records.customer_id])
    sent = records.casework.sent
    return [
        (x.id, x.kind, sent[x.id], "" if x.customer_id in people else _first_line(x.recipient))
        for x in {x.id: x for x in letters}.values()
        if x.id in sent
    ]


def _first_line(recipient: str) -> str:
    return (recipient.splitlines() or ["somebody else"])[0]


def _advised(records: CaseRecords) -> tuple[str, ...]:
    """When the person was advised, and by which letter (REC-06)."""
    letters = [
        (sent.sent_on, f"letter {number}: {_kind(kind)}, {sent.sent_on.isoformat()}, {sent.how}")
        for number, kind, sent, other in _sent(records)
        if not other
    ]
    days = {day for day, _ in letters}
    by_hand = {K.INITIAL_WARNING: "initial warning", K.FORMAL_WARNING: "formal prior warning", K.TOLD: "decision"}
    on_paper = [
        (s.on, f"{by_hand[s.kind]} letter, {s.on.isoformat()}")
        for s in records.of(*by_hand)
        if s.letter_id is None and s.on not in days
    ]
    if records.case_id is None:
        on_paper += [
            (w.sent_on, f"{w.stage.value.replace('_', ' ')} warning letter, {w.sent_on.isoformat()}")
            for w in _warnings(records, date.max)
        ]
    paper = {r.letter.id: r.letter for r in records.restrictions}
    told = days | {day for day, _ in on_paper}
    on_paper += [
        (p.sent_on, f"decision letter, {p.sent_on.isoformat()}, {p.how}")
        for p in paper.values()
        if p.sent_on not in told
    ]
    return tuple(words for _, words in sorted([*letters, *on_paper]))


def _kind(kind: LetterKind) -> str:
    return kind.value.replace("_", " ")


def _copies(records: CaseRecords) -> tuple[str, ...]:
    """Where the copy of each letter is: the SHA-256 of the paper that went, as the store keeps it (REC-06)."""
    return tuple(f"letter {number}: paper {sent.paper_sha256}" for number, _, sent, _ in _sent(records))


def _external(records: CaseRecords) -> tuple[str, ...]:
    """Correspondence with appointed external representatives, and letters of the case to others (REC-07)."""
    found = [f"letter {number}: {_kind(kind)} to {other}" for number, kind, _, other in _sent(records) if other]
    for step in records.of(K.EXTERNAL_BODY):
        body = str(step.facts.get("body", ""))
        contacts = sorted({*step.cites, *contacts_with(records.session, body)})
        logged = f"; in the log: {', '.join(map(str, contacts))}" if contacts else ""
        found.append(f"{body}, appointed {step.on.isoformat()}, minute {step.facts.get('minute', '')}{logged}")
    return tuple(found)


def _committee_report(step: CaseStep) -> str:
    """When and to whom, with the SHA-256 of the report kept (REC-08)."""
    facts = step.facts
    part = ", part two" if facts.get("part_two") else ""
    minute = f", minute {facts['minute']}" if facts.get("minute") else ""
    paper = f", paper {facts['paper']}" if facts.get("paper") else ""
    purpose = str(facts.get("purpose", "")).replace("_", " ")
    return f"{facts.get('meeting_on', step.on.isoformat())}: {facts.get('body', '')}{part}, {purpose}{minute}{paper}"


def _exception(step: CaseStep) -> str:
    until = f", until {step.facts['until']}" if step.facts.get("until") else ""
    return f"{step.on.isoformat()}: {step.facts.get('what', '')}{until}"


# --- that letters are read, though not answered (REC-12) -------------------------------------------------------------


def _not_responded_to(records: CaseRecords) -> tuple[str, ...]:
    letters = [f"since {step.on.isoformat()}, told by letter" for step in records.of(K.NO_FURTHER)]
    unanswered = (Measure.NO_FURTHER_CORRESPONDENCE, Measure.FILE_WITHOUT_REPLY)
    decided = [r for r in records.restrictions if r.measure in unanswered]
    letters += [f"decided from {r.starts_on.isoformat()} to {_really_ends(r, records).isoformat()}" for r in decided]
    return _once([*letters, "further letters are read for significant new information"] if letters else [])


def _checked(records: CaseRecords) -> str:
    """How many of the letters that came since were checked, and the last day of it."""
    session = records.session
    continuing = {s.contact_id: s.on for s in records.of(K.CONTINUING, K.APPEAL) if s.contact_id is not None}
    bound = select(Contact.id).where(
        Contact.restricted_by.in_([r.id for r in records.restrictions]), Contact.direction == Direction.IN
    )
    came = set(session.scalars(bound)) | continuing.keys()
    if not came:
        return ""
    attested = (
        select(QueueItem.contact_id, Ruling.at)
        .join(Ruling, Ruling.item_id == QueueItem.id)
        .where(QueueItem.contact_id.in_(came), Ruling.outcome == Outcome.ATTEST)
    )
    days: dict[int | None, date] = dict(continuing.items())
    days |= {number: council_day(at) for number, at in session.execute(attested)}
    last = f", the last on {max(days.values()).isoformat()}" if days else ""
    return f"{len(days)} of {len(came)} checked{last}"
