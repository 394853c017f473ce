"""Making the papers: what each holds, kept under its hash, and noted (MAKE_REPORT)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from bot.paper import PDF, kept_paper, pdf_of
from bot.reports.bundle import (
    Bundle,
    Piece,
    audit_page,
    contacts_in_order,
    contacts_page,
    decisions_of,
    decisions_page,
    letter_pieces,
    request_page,
    steps_page,
)
from bot.reports.kept import NOT_HERE, minutes_pieces, missing_page, report_pieces
from bot.reports.log import log_for
from bot.reports.minutes import minuted
from bot.reports.pages import Before, acting_page, committee_page, contact_log_page
from bot.reports.records import records_in_order
from bot.work import Work, verb
from models.acting import acting_for
from models.case import Case, CaseStep, StepKind, steps_of
from models.customer import Customer
from models.issue import Issue
from models.letter import Letter, LetterKind, Paper, letters_about
from models.log import contacts_with
from models.meeting import next_meeting
from models.officer import Permission
from models.policy import Policy
from models.request import InformationRequest, RequestStep, request_steps
from models.request_standing import data_subject, people_of, request_standing, requests_by


@verb("report.contact_log", needs=Permission.MAKE_REPORT)
def contact_log(
    work: Work,
    customer: Customer,
    *,
    council: str,
    since: date | None = None,
    until: datetime | None = None,
    issue: Issue | None = None,
) -> Paper:
    """The log of one customer's contacts, dates, times and nature, with counts and a chart (LOG-01, LOG-07; ST2-02)."""
    log = log_for(work.session, customer, until=until or work.now, since=since, issue=issue)
    page = contact_log_page(council, customer, log, matter=issue.title if issue else "")
    paper = kept_paper(work, pdf_of(page, title="Contact log"), media_type=PDF, title="Contact log")
    work.note("report.contact_log", f"Paper:{paper.sha256}", customer=customer.id, entries=len(log.entries))
    return paper


@verb("report.committee", needs=Permission.MAKE_REPORT)
def committee_report(
    work: Work, case: Case, *, council: str, policy: Policy, purpose: str, body: str, meeting_on: date | None = None
) -> Paper:
    """A report to a meeting: a cover for the public part and a confidential body (ST1-05, ST2-02, CON-01; LOG-07).

    Without a day it goes to the next meeting of that body in the council's calendar.
    """
    steps = steps_of(work.session, case)
    customer = work.session.get_one(Customer, case.customer_id)
    cited = contacts_in_order(work.session, (n for step in steps for n in step.cites))
    before = Before(
        council=council,
        policy=policy,
        case=case,
        customer=customer,
        steps=steps,
        cited={contact.id: contact for contact in cited},
        log=log_for(work.session, customer, until=work.now),
        acting=acting_for(work.session, customer.id, work.seal),
        purpose=purpose,
        body=body,
        meeting_on=meeting_on or next_meeting(work.session, body, work.today),
        today=work.today,
    )
    paper = kept_paper(
        work, pdf_of(committee_page(before), title=f"Report to {body}"), media_type=PDF, title=f"Report to {body}"
    )
    work.note("report.committee", f"Paper:{paper.sha256}", case=case.id, purpose=purpose)
    return paper


@verb("report.bundle", needs=Permission.MAKE_REPORT)
def case_bundle(work: Work, case: Case, *, council: str) -> Bundle:
    """The whole file of a case: history, log, correspondence with an external body too, letters, reports, minutes,
    hashes (CH-01, REC-01 to REC-08)."""
    session, steps = work.session, steps_of(work.session, case)
    customer = session.get_one(Customer, case.customer_id)
    decisions = decisions_of(session, (step.decision_id for step in steps if step.decision_id))
    told = {s.decision_id: s.on for s in steps if s.kind is StepKind.TOLD and s.decision_id}
    letters = letters_about(session, case_id=case.id, sent_only=True)
    log = log_for(session, customer, until=work.now)
    cited = _contacts(steps)
    bodies = [str(step.facts.get("body", "")) for step in steps if step.kind is StepKind.EXTERNAL_BODY]
    external = {number: body for body in bodies for number in contacts_with(session, body)}
    contacts = contacts_in_order(session, [*cited, *external, *(entry.number for entry in log.entries)])
    subjects = [f"Case:{case.id}", *(f"CaseStep:{step.id}" for step in steps)]
    subjects += [f"Decision:{d.id}" for d in decisions] + [f"Letter:{letter.id}" for letter in letters]
    acting = acting_for(session, customer.id, work.seal)
    subjects += [f"Authority:{a.authority.id}" for a in acting]
    subjects += [f"AuthorityWithdrawal:{a.withdrawn.id}" for a in acting if a.withdrawn is not None]
    pages = [
        ("History of the case", steps_page(f"{council}: case {case.reference}", steps)),
        ("Decisions, as minuted", decisions_page(decisions, told) if decisions else ""),
        ("Who acts for the customer", acting_page(acting, work.today)),
        ("Contact log", contact_log_page(council, customer, log)),
        ("Contacts in full", contacts_page(contacts, cited, external) if contacts else ""),
    ]
    pieces = _printed(pages) + letter_pieces(session, letters) + report_pieces(session, case, steps)
    pieces += minutes_pieces(session, minuted(decisions, steps))
    missing = missing_page(session, case, steps, decisions)
    pieces += _printed([(NOT_HERE, missing), ("The history of these records", audit_page(session, subjects))])
    work.note("report.bundle", case, papers=len(pieces))
    return Bundle(f"{council}: bundle of case {case.reference}", tuple(pieces))


@verb("report.request_bundle", needs=Permission.MAKE_REPORT)
def request_bundle(work: Work, request: InformationRequest, *, council: str, policy: Policy) -> Bundle:
    """The whole file of an information request, for the Information Commissioner or a tribunal: with the warnings and
    refusals that the same person had in requests before it, since a refusal rests on them (FE-03; FOIA s17(6))."""
    session, steps = work.session, request_steps(work.session, request)
    standing = request_standing(session, request, policy.procedure)
    letters = [*_letters_before(session, request), *letters_about(session, request_id=request.id, sent_only=True)]
    subject = data_subject(session, request)
    whose = session.get_one(Customer, subject).name if subject is not None else ""
    numbers = [*_contacts(steps), *([request.contact_id] if request.contact_id else [])]
    contacts = contacts_in_order(session, numbers)
    subjects = [f"InformationRequest:{request.id}", *(f"RequestStep:{step.id}" for step in steps)]
    subjects += [f"Letter:{letter.id}" for letter in letters]
    pages = [
        (
            "History of the request",
            request_page(f"{council}: request {request.reference}", request, standing, steps, whose),
        ),
        ("Contacts in full", contacts_page(contacts) if contacts else ""),
    ]
    pieces = _printed(pages) + letter_pieces(session, letters)
    pieces += _printed([("The history of these records", audit_page(session, subjects))])
    work.note("report.request_bundle", request, papers=len(pieces))
    return Bundle(f"{council}: bundle of request {request.reference}", tuple(pieces))


def _letters_before(session: Session, request: InformationRequest) -> list[Letter]:
    earlier = [r for r in requests_by(session, people_of(session, request)) if r.id < request.id]
    found = [x for r in earlier for x in letters_about(session, request_id=r.id, sent_only=True)]
    return [letter for letter in found if letter.kind in _RESTED_ON]


_RESTED_ON = (LetterKind.FOI_WARNING, LetterKind.FOI_REFUSAL_VEXATIOUS, LetterKind.EIR_REFUSAL)


def _printed(pages: list[tuple[str, str]]) -> list[Piece]:
    return [Piece(name, pdf_of(page, title=name)) for name, page in pages if page]


def _contacts(steps: list[CaseStep] | list[RequestStep]) -> list[int]:
    found = [number for step in steps for number in step.cites]
    return found + [step.contact_id for step in steps if step.contact_id]


@verb("report.records", needs=Permission.MAKE_REPORT)
def records(work: Work) -> list[str]:
    """Every record in the order it came to be, a line of JSON each, beside its entry of the history (REC-01)."""
    lines = list(records_in_order(work.session))
    work.note("report.records", "Store:1", lines=len(lines))
    return lines
