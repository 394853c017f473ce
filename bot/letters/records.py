"""What the records already say for a letter: steps, decisions, requests, the policy. Nothing is made up here: what is
not on record is left out, and so is missing in the letter."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.letters.ended import how_it_ended
from bot.letters.words import alone, and_list, in_words
from models.calendar import council_day
from models.case import Case, CaseStep, StepKind, steps_of
from models.contact import Contact
from models.customer import Customer
from models.decision import NEEDS_TERMS, DecidedMeasure, Decision, Measure, Restriction
from models.estimate import Sheet, hours, sheet_of
from models.letter import LetterKind
from models.message import Channel, Direction
from models.named import names_somebody
from models.policy import Policy
from models.request import InformationRequest, RequestStep, RequestStepKind, find_request, request_steps
from models.request_standing import data_subject, people_of, regime_now

_MOST_EXAMPLES = 12
_IMPOSING = (StepKind.DECIDED, StepKind.EXTENDED, StepKind.URGENT)
_ASKING = (RequestStepKind.CLARIFICATION_ASKED, RequestStepKind.IDENTITY_ASKED, RequestStepKind.FEE_ASKED)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")

# The steps whose cited contacts are the examples of a letter, the best first.
_EXAMPLES: Mapping[LetterKind, tuple[StepKind, ...]] = {
    LetterKind.PLEASE_STOP: (StepKind.REPORT,),
    LetterKind.INITIAL_WARNING: (StepKind.REVIEW, StepKind.REPORT),
    LetterKind.FORMAL_WARNING: (StepKind.NOT_HEEDED, StepKind.REPORT),
    LetterKind.DECISION: (StepKind.DECIDED, StepKind.CONFIRMATION, StepKind.NOT_HEEDED, StepKind.REPORT),
}
_MEANS: Mapping[Measure, str] = {
    Measure.EMAIL_BLOCK: "Your e-mails to us about this go to {officer}, and not to other officers or to councillors. "
    "{officer} reads each one.",
    Measure.SINGLE_POINT_OF_CONTACT: "Please write about this to {officer} only. Other officers and councillors will "
    "pass on to {officer} what you send them.",
    Measure.TELEPHONE_REFUSAL: "We will not take telephone calls from you about this. You can write to us.",
    Measure.NO_FURTHER_CORRESPONDENCE: "We will not answer letters and e-mails about this that tell us nothing new. "
    "{officer} still reads each one.",
    Measure.WRITTEN_ONLY: "Please contact us about this in writing only, by letter or by e-mail.",
    Measure.GENERIC_INBOX: "Please send everything about this to one address only: {terms}. We read what you send "
    "there.",
    Measure.FILE_WITHOUT_REPLY: "We will put your letters and e-mails about this on file and not reply to them. "
    "{officer} still reads each one, for anything new and for anybody's safety.",
    Measure.LIMITED_CALLS: "We limit your telephone calls to us about this: {terms}. You can also write to us.",
    Measure.LIMITED_LETTERS: "We limit how much we answer of what you write to us about this: {terms}. {officer} reads "
    "what goes beyond that too.",
    Measure.LIMITED_PREMISES: "We limit your visits to our buildings: {terms}.",
    Measure.DISCRETIONARY_SERVICES: "We limit some services that the law does not require of us: {terms}. All that the "
    "law requires of us stays open to you.",
    Measure.EXTERNAL_BODY: "Your contact with us about this goes through another body: {terms}.",
}
_LIMITS: Mapping[Measure, str] = {
    Measure.EMAIL_BLOCK: "your e-mails go to one officer",
    Measure.SINGLE_POINT_OF_CONTACT: "you write to one person only",
    Measure.TELEPHONE_REFUSAL: "we take no telephone calls from you about this",
    Measure.NO_FURTHER_CORRESPONDENCE: "we do not answer letters that tell us nothing new",
    Measure.WRITTEN_ONLY: "you contact us in writing only",
    Measure.GENERIC_INBOX: "you send everything to one address",
    Measure.FILE_WITHOUT_REPLY: "we file your letters and do not reply to them",
    Measure.LIMITED_CALLS: "we limit your telephone calls",
    Measure.LIMITED_LETTERS: "we limit how much we answer of what you write",
    Measure.LIMITED_PREMISES: "we limit your visits to our buildings",
    Measure.DISCRETIONARY_SERVICES: "we limit some services that the law does not require",
    Measure.EXTERNAL_BODY: "your contact with us goes through another body",
}
_BY: Mapping[Channel, str] = {
    Channel.EMAIL: "your e-mail",
    Channel.TELEPHONE: "your telephone call",
    Channel.LETTER: "your letter",
    Channel.VISIT: "your visit",
}
_TASKS = {
    "locating": "finding the information",
    "retrieving": "getting it out",
    "extracting": "taking from it what you ask for",
    "determining": "seeing whether we hold it",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """What a letter is about. `contact`: the contact that it answers."""

    kind: LetterKind
    case: Case | None = None
    request: InformationRequest | None = None
    decision: Decision | None = None
    contact: Contact | None = None


def known(session: Session, about: Occasion, *, policy: Policy, council: str, recipient: str) -> dict[str, object]:
    """Everything that a template of this kind may name, by name."""
    found: dict[str, object] = {**_of_policy(policy, council), "recipient": _greeted(recipient), "examples": []}
    found["contact"] = _of_contact(about.contact)
    found |= {"lapsed": False, "ended_because": "", "confirmed": False, "remaining": [], "lifted": []}
    found["named_officer"] = about.decision.named_officer if about.decision else ""
    if about.case is not None:
        found |= _of_case(session, about.case, about.kind, about.decision)
    if about.request is not None:
        found |= _of_request(session, about.request, policy)
    if about.decision is not None:
        found |= _of_decision(session, about.decision)
    if about.case is not None:
        found["matter"] = about.case.subject_matter
        found |= how_it_ended(steps_of(session, about.case), about.decision)
    return found


def _greeted(recipient: str) -> str:
    """Whom the letter says "Dear" to: "Dear occupier" where it is addressed to "The occupier"."""
    return recipient[4:] if recipient.lower().startswith("the ") else recipient


def the_decision(session: Session, case: Case, kind: LetterKind) -> Decision | None:
    """The decision that a letter of this kind tells of: the last that the case's steps name."""
    about = {
        LetterKind.URGENT_DECISION: (StepKind.URGENT, StepKind.URGENT_CONFIRMED),
        LetterKind.EXTENSION: (StepKind.EXTENDED,),
        LetterKind.REVIEW_OUTCOME: (StepKind.PERIODIC_REVIEW,),
        LetterKind.LIFTING: (StepKind.LIFTED, StepKind.LAPSED),
    }.get(kind, ())
    steps = [step for step in steps_of(session, case) if step.decision_id]
    named = [s for s in steps if s.kind in about] or [s for s in steps if s.kind in _IMPOSING]
    return session.get(Decision, named[-1].decision_id) if named else None


def _of_policy(policy: Policy, council: str) -> dict[str, object]:
    procedure = policy.procedure
    tracks: dict[str, tuple[str, ...]] = {
        name: getattr(procedure.challenge, name) for name in ("restriction", "foi", "eir", "sar", "cautionary")
    }
    return {
        "council": council,
        "policy_called": policy.called,
        "head": procedure.people.head,
        "request_officer": procedure.people.request_officer,
        "clocks": procedure.clocks,
        "fees_limit_pounds": procedure.clocks.fees_limit_hours * procedure.clocks.fees_rate_pounds,
        "reviews": procedure.reviews,
        "acknowledgement": procedure.conduct.acknowledgement,
        "challenge": {**tracks, "after_appeal": _after_appeal(procedure.challenge.restriction)},
        "ico": {name: " ".join(s for s in told if _of_the_commissioner(s)) for name, told in tracks.items()},
        "court": {name: " ".join(s for s in told if "court" in s.lower()) for name, told in tracks.items()},
        "internal_review": {
            name: " ".join(s for s in told if not _of_the_commissioner(s) and "court" not in s.lower())
            for name, told in tracks.items()
        },
    }


def _after_appeal(told: Sequence[str]) -> Sequence[str]:
    """The routes that are left when a decision was looked at again: not the same one once more."""
    return [alone(sentence) for sentence in told if "looked at again" not in sentence] or told


def _of_the_commissioner(sentence: str) -> bool:
    return "Information Commissioner" in sentence or "ICO" in sentence


def _of_contact(contact: Contact | None) -> dict[str, str]:
    if contact is None:
        return {"on": "", "subject": ""}
    return {"on": in_words(council_day(contact.at)), "subject": " ".join(contact.subject.split())}


def _of_case(session: Session, case: Case, kind: LetterKind, decision: Decision | None) -> dict[str, object]:
    steps = steps_of(session, case)
    found: dict[str, object] = {"last": _last(steps), "reference": case.reference}
    found["examples"] = _examples(session, steps, kind)
    read = [s for s in steps if s.kind is StepKind.CONTINUING and s.facts.get("answer") == "existing"]
    if read:
        contact = session.get(Contact, read[-1].contact_id) if read[-1].contact_id else None
        found["existing"] = {
            "what": _BY.get(contact.channel, "what you told us") if contact else "what you sent us",
            "on": in_words(council_day(contact.at) if contact else read[-1].on),
        }
    confirmed = [s.decision_id for s in steps if s.kind is StepKind.URGENT_CONFIRMED]
    found["confirmed"] = decision is not None and decision.id in confirmed
    return found


def _last(steps: Iterable[CaseStep] | Iterable[RequestStep]) -> dict[str, dict[str, object]]:
    """The last step of each kind, its words and facts by name; what is empty is not there."""
    found: dict[str, dict[str, object]] = {}
    for step in steps:
        said: dict[str, Any] = {**step.facts, "words": step.words.strip(), "who": _people(step.who), "on": step.on}
        said["several"] = ";" in step.who.strip("; ")
        found[step.kind.value] = {name: _plain(value) for name, value in said.items() if value not in ("", None, [])}
    return found


def _people(who: str) -> str:
    """Who did a step, as a sentence names them; several stand on record with semicolons between them."""
    named = [name.strip() for name in who.split(";") if name.strip()]
    if len(named) < 2 or not any("," in name for name in named):
        return and_list(named) if named else ""
    return f"{', '.join(named[:-1])}, and {named[-1]}"  # each has a title behind a comma


def _plain(value: object) -> object:
    if isinstance(value, date):
        return in_words(value)
    if isinstance(value, str) and _DAY.fullmatch(value):
        return in_words(date.fromisoformat(value))
    return value


def _examples(session: Session, steps: Sequence[CaseStep], kind: LetterKind) -> list[str]:
    for wanted in _EXAMPLES.get(kind, ()):
        cited = [number for step in steps if step.kind is wanted for number in step.cites]
        if cited:
            return _as_examples(session, cited)
    return []


def _as_examples(session: Session, cited: Iterable[int]) -> list[str]:
    rows = session.scalars(select(Contact).where(Contact.id.in_(set(cited)), Contact.direction == Direction.IN))
    found = sorted(rows, key=lambda contact: (contact.at, contact.id))
    lines = [_example(contact) for contact in found[:_MOST_EXAMPLES]]
    if len(found) > _MOST_EXAMPLES:
        left = found[_MOST_EXAMPLES:]
        first, last = (in_words(council_day(c.at)) for c in (left[0], left[-1]))
        lines.append(f"{len(left)} more, from {first} to {last}")
    return lines


def _example(contact: Contact) -> str:
    by = _BY.get(contact.channel, "your contact with us")
    subject = " ".join(contact.subject.split())
    return f"{in_words(council_day(contact.at))}: {by}{f' about “{subject}”' if subject else ''}"


def _of_request(session: Session, request: InformationRequest, policy: Policy) -> dict[str, object]:
    subject, steps = data_subject(session, request), request_steps(session, request)
    found: dict[str, object] = {
        "last": _last(steps),
        "reference": request.reference,
        "matter": request.subject,
        "received_on": in_words(request.received_on),
        "regime": regime_now(request, steps).value,
        "whose": "your" if subject is None else f"{session.get_one(Customer, subject).name}'s",
    }
    shown = [str(s.facts["shows"]) for s in steps if s.kind is RequestStepKind.INDICATOR and s.facts.get("shows")]
    if shown:
        found["indications"] = shown
    found |= {"begins_then": False, **_asked_of_them(steps)}
    estimate = _estimate(session, sheet_of(session, request, policy.procedure), request)
    if estimate:
        found["estimate"] = estimate
    return found


def _asked_of_them(steps: Sequence[RequestStep]) -> dict[str, object]:
    """One letter asks for all that none has asked for yet, and says why, and how much (policy section 18; SAR-05)."""
    newest = {s.kind: s for s in steps if s.kind in _ASKING}
    asked = [s for s in newest.values() if s.letter_id is None and s.words.strip()]
    if not asked:
        return {}
    return {
        "asked_of_them": "\n\n".join(_asking(step) for step in asked),
        # Until they have shown who they are, or paid, the month has not begun; clarification leaves days out of it.
        "begins_then": any(step.kind is not RequestStepKind.CLARIFICATION_ASKED for step in asked),
    }


def _asking(step: RequestStep) -> str:
    words = step.words.strip()
    if step.kind is RequestStepKind.FEE_ASKED:
        return f"Please pay a fee of {step.facts['pounds']} pounds. This is why we ask for it: {words}"
    if step.kind is RequestStepKind.IDENTITY_ASKED:
        return f"{words}\n\nThis is why we ask who you are: {step.facts['doubt']}"
    return words


def _estimate(session: Session, sheet: Sheet, request: InformationRequest) -> dict[str, object]:
    """The sheet of hours as the letter tells it: the four tasks that the law lets us count, and the requests whose
    work is added to this one's (Fees Regulations 2004, regs 4 and 5)."""
    minutes = {task: sum(line.minutes for line in sheet.lines if line.task == task) for task in _TASKS}
    lines = [f"{_TASKS[task]}: {hours(taken)}" for task, taken in minutes.items() if taken]
    others = [name for name in dict.fromkeys(line.request for line in sheet.lines) if name != request.reference]
    told: dict[str, object] = {"hours": hours(sheet.minutes), "lines": lines}
    return {**told, "others": _added_up_with(session, others, request)} if lines else {}


def _added_up_with(session: Session, others: Sequence[str], request: InformationRequest) -> str:
    """The reader's own requests by their references; that others asked, and no more of them than that (CON-04)."""
    readers = people_of(session, request)
    own = [name for name in others if people_of(session, find_request(session, name)) & readers]
    strangers = len(others) - len(own)
    told = [f"your other request{'s' if len(own) > 1 else ''} ({and_list(own)})"] if own else []
    if strangers:
        whose = "a request of somebody else" if strangers == 1 else f"{strangers} requests of other people"
        told.append(f"{whose}, because we find that you act together")
    return " and ".join(told)


def _of_decision(session: Session, decision: Decision) -> dict[str, object]:
    first_review = min((m.review_on for m in decision.measures), default=None)
    told: dict[str, object] = {
        "body": decision.body if names_somebody(decision.body) else f"the {decision.body.removeprefix('the ')}",
        "minute": decision.minute,
        "decided_on": in_words(decision.decided_on),
        "resolution": decision.resolution,
        "subject_matter": decision.subject_matter,
        "named_officer": decision.named_officer,
    }
    if first_review:
        told["review_on"] = in_words(first_review)
    if decision.measures:
        told["last_day"] = in_words(last_day(max(m.ends_on for m in decision.measures)))
    found: dict[str, object] = {"decision": told, "matter": decision.subject_matter}
    if decision.measures:
        measures = sorted(decision.measures, key=lambda m: list(Measure).index(m.measure))
        found["meaning"] = [_meaning(m, decision.named_officer) for m in measures]
        found["lasts"] = _lasts(decision)
    return {**found, **_what_was_lifted(session, decision)}


def _meaning(decided: DecidedMeasure, officer: str) -> str:
    """What a measure means for the reader, its terms in their place, or after it where its kind says most of it."""
    terms = decided.terms.rstrip(". ")
    said = _MEANS[decided.measure].format(officer=officer, terms=terms)
    return said if decided.measure in NEEDS_TERMS or not terms else f"{said} How far this goes: {terms}."


def last_day(ends_on: date) -> date:
    """The last day of a measure whose first day without it is `ends_on`."""
    return ends_on - timedelta(days=1)


def _lasts(decision: Decision) -> str:
    terms = sorted({(m.starts_on, m.ends_on) for m in decision.measures})
    told = [f"from {in_words(first)} to the end of {in_words(last_day(end))}" for first, end in terms]
    return f"This lasts {and_list(told)}."


def _what_was_lifted(session: Session, decision: Decision) -> dict[str, object]:
    """What of a decision was lifted, when the last of it was, and what stays; nothing where nothing was."""
    rows = session.scalars(select(Restriction).where(Restriction.decision_id == decision.id)).all()
    off = {row.id: [lifting.lifted_on for lifting in row.liftings] for row in rows}
    if not any(off.values()):
        return {}
    told: dict[str, object] = {"lifted_on": in_words(max(day for days in off.values() for day in days))}
    told["lifted"] = [_LIMITS[row.measure] for row in rows if off[row.id]]
    told["remaining"] = [_LIMITS[row.measure] for row in rows if not off[row.id]]
    return told


def others_named(session: Session, case: Case, recipient: str) -> list[str]:
    """What would tell a third party of whom a case is: names, references, minutes."""
    customer = session.get_one(Customer, case.customer_id)
    own = {word.casefold() for word in re.findall(r"\w+", recipient)}
    names = [word for word in re.findall(r"\w+", customer.name) if len(word) > 2 and word.casefold() not in own]
    minutes = [s.facts["minute"] for s in steps_of(session, case) if s.facts.get("minute")]
    decided = session.scalars(select(Decision.minute).where(Decision.customer_id == customer.id)).all()
    return [*names, case.reference, customer.reference, *map(str, minutes), *decided]
