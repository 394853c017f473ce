"""Papers for committees, ombudsmen and tribunals: what stands in them, and what must not."""

from __future__ import annotations

import hashlib
import io
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pypdf import PdfReader
from pypdf.generic import NullObject
from sqlalchemy import select

from bot.bootstrap import App
from bot.paper import day, pdf_of
from bot.reports import chart
from bot.reports.log import log_for
from bot.reports.make import case_bundle, committee_report, contact_log, request_bundle
from bot.reports.minutes import keep_minutes
from bot.work import SERVICE
from config.load import load_policy
from models.associate import Copy
from models.audit import AuditEntry
from models.case import Case, StepKind
from models.contact import Contact, ContactAttachment, Match, RawMail, Recipient
from models.customer import Customer
from models.errors import NotAllowed, Refused
from models.issue import Issue
from models.letter import Letter, LetterKind, LetterSent, Paper
from models.message import Channel, Direction
from models.request import InformationRequest, Regime, RequestStepKind
from models.request_standing import request_standing
from tests.builders import CLERK, a_customer, an_actor
from tests.records import a_case, a_step
from tests.requests import a_request, letter_goes, our_letter, step

BEGAN = datetime(2026, 1, 5, 10, 0, tzinfo=UTC)
COUNCIL = "Porthmellin Town Council"
NAME = "Jenifer Penrose"


def invoices() -> ContactAttachment:
    return ContactAttachment(name="nine-invoices.pdf", content_type="application/pdf", size=2048, sha256="a" * 64)


def words_of(pdf: bytes, *, page: int | None = None) -> str:
    pages = PdfReader(io.BytesIO(pdf)).pages
    wanted = pages if page is None else [pages[page]]
    return " ".join(" ".join(p.extract_text() for p in wanted).split())


def a_matter(app: App, customer: Customer) -> list[int]:
    """Five letters on one matter, one of them in two copies, and the council's answer after three weeks."""
    with app.begin(SERVICE) as work:
        person = work.session.get_one(Customer, customer.id)
        issue = Issue(customer_id=person.id, title="the lamp at the harbour steps", opened_at=BEGAN)
        work.session.add(issue)
        work.session.flush()
        numbers = []
        for place, (days, direction) in enumerate(
            [(0, "in"), (21, "out"), (24, "in"), (26, "in"), (26, "in"), (33, "in")]
        ):
            sha256 = f"{place:064x}"
            work.session.add(RawMail(sha256=sha256, content=b"Subject: the lamp\n\n", size=19, kept_at=work.now))
            work.session.flush()
            contact = Contact(
                channel=Channel.EMAIL,
                direction=Direction(direction),
                at=BEGAN + timedelta(days=days, minutes=place),
                recorded_at=work.now,
                recorded_by="service",
                sha256=sha256,
                customer=person,
                match=Match.CERTAIN,
                sender_email="resident@penrose.example",
                subject="The lamp",
                own=f"Letter {place}: the lamp at the harbour steps is dark again.",
                nature="complaint",
                recipients=[Recipient(email=f"clerk{place}@porthmellin.gov.example")],
                attachments=[invoices()] if place == 5 else [],
            )
            work.session.add(contact)
            work.session.flush()
            contact.issue_id = issue.id
            numbers.append(contact.id)
        work.session.add(Copy(contact_id=numbers[4], first_id=numbers[3], at=work.now))
        work.note("contact.record", "Contact:several")
    return numbers


def a_reported_case(app: App, customer: Customer, cites: list[int]) -> str:
    case = a_case(app, customer)
    words = "Three letters in nine days after the answer of 26 January."
    facts = {"behaviours": ["BEH-13", "BEH-18"], "impact": "two days of the office"}
    a_step(app, case, StepKind.REPORT, words, facts, cites=cites)
    return case.reference


def test_the_log_counts_one_letter_to_many_once_and_shows_how_long_the_council_took(app: App) -> None:
    ann = a_customer(app, name=NAME)
    numbers = a_matter(app, ann)
    with app.look() as session:
        log = log_for(session, session.get_one(Customer, ann.id), until=app.clock.now())
    assert [e.number for e in log.entries] == [n for n in numbers if n != numbers[4]]
    assert [e.recipients for e in log.entries if e.number == numbers[3]] == [2]
    assert [e.gap for e in log.inbound] == [None, 24, 2, 7]
    told = [(d.letter, d.working_days, d.answered) for d in log.delays]
    assert told == [(numbers[2], 22, False), (numbers[0], 15, True)]
    assert log.by_month()[0][1:] == (3, 1)
    assert [row[1:] for row in log.by_matter()] == [("the lamp at the harbour steps", 4)]


def test_what_is_not_confirmed_as_theirs_is_left_out_and_said_to_be(app: App) -> None:
    ann = a_customer(app, name=NAME)
    numbers = a_matter(app, ann)
    with app.begin(SERVICE) as work:
        work.session.get_one(Contact, numbers[5]).match = Match.SUGGESTED
        work.note("contact.record", "Contact:one")
    with app.begin(CLERK) as work:
        person = work.session.get_one(Customer, ann.id)
        log = log_for(work.session, person, until=work.now)
        paper = contact_log(work, person, council=COUNCIL)
        words = words_of(paper.content)
    assert numbers[5] not in {e.number for e in log.entries}
    assert log.unsure == 1
    assert numbers[5] not in {d.letter for d in log.delays}
    assert "not confirmed whose they are 1" in words


def test_a_letter_on_another_matter_is_said_beside_what_was_not_answered(app: App) -> None:
    ann = a_customer(app, name=NAME)
    a_matter(app, ann)
    with app.begin(CLERK) as work:
        person = work.session.get_one(Customer, ann.id)
        before = words_of(contact_log(work, person, council=COUNCIL).content)
    assert "not answered on this matter by the day of this report" in before
    assert "any matter" not in before
    letter = our_letter(app, ann)
    with app.begin(CLERK) as work:
        words = words_of(contact_log(work, work.session.get_one(Customer, ann.id), council=COUNCIL).content)
    assert f"next word on any matter: {day(app.today)} (No. {letter})" in words


def test_the_public_cover_names_nobody_and_the_body_keeps_conduct_apart_from_the_complaint(app: App) -> None:
    ann = a_customer(app, name=NAME)
    reference = a_reported_case(app, ann, a_matter(app, ann)[2:4])
    with app.begin(CLERK) as work:
        case = work.session.scalars(select(Case).where(Case.reference == reference)).one()
        paper = committee_report(
            work, case, council=COUNCIL, policy=app.policy, purpose="stage_two", body="Policy and Finance Committee"
        )
        content = paper.content
    cover, whole = words_of(content, page=0), words_of(content)
    assert "Public Bodies (Admission to Meetings) Act 1960" in cover
    for secret in (NAME, "Penrose", "harbour steps", ann.reference):
        assert secret not in cover, secret
    assert "only whether the contact is unreasonably persistent" in whole
    assert "The complaint itself is not before the meeting" in whole
    assert "demands on time" in whole
    assert "How long the Council took" in whole
    assert "Letter 2: the lamp at the harbour steps is dark again." in whole
    assert "Effect on the Council's work: two days of the office" in whole


@pytest.mark.parametrize(
    ("policy", "body", "said"),
    [
        (
            "saltash",
            "Policy and Finance Committee",
            "The Policy and Finance Committee recommends. Only the Town Council decides.",
        ),
        ("principal", "Governance Committee", "The Governance Committee decides, or an officer to whom the scheme"),
    ],
)
def test_a_report_says_who_recommends_and_who_decides(app: App, policy: str, body: str, said: str) -> None:
    ann = a_customer(app, name=NAME)
    reference = a_reported_case(app, ann, a_matter(app, ann)[2:4])
    with app.begin(CLERK) as work:
        case = work.session.scalars(select(Case).where(Case.reference == reference)).one()
        rules = load_policy(policy)
        paper = committee_report(work, case, council=COUNCIL, policy=rules, purpose="stage_two", body=body)
        assert said in words_of(paper.content)


def test_the_file_of_a_request_tells_its_days_and_holds_the_warning_that_went_before(app: App) -> None:
    ann, ben = a_customer(app, name=NAME), a_customer(app, name="Ben Trewin")
    first, other = (a_request(app, Regime.FOI, customer=each) for each in (ann, ben))
    for request in (first, other):
        step(app, request, RequestStepKind.INDICATOR, indicator="undue_burden", shows="thirty hours of two people")
        letter_goes(app, request, LetterKind.FOI_WARNING)
    second = a_request(app, Regime.FOI, customer=ann)
    step(app, second, RequestStepKind.INFORMED, who="P. Oates", role="receptionist")
    with app.begin(CLERK) as work:
        found = work.session.get_one(InformationRequest, second.id)
        bundle = request_bundle(work, found, council=COUNCIL, policy=app.policy)
        due = request_standing(work.session, found, app.policy.procedure).due
    assert due is not None
    words = words_of(bundle.pieces[0].content)
    for told in (
        "Freedom of Information Act 2000",
        "every letter about it",
        f"Last day to answer {day(due)}",
        "Told: P.",
    ):
        assert told in words, told
    assert sum("FOI warning" in piece.name for piece in bundle.pieces) == 1, "theirs, and nobody else's"


def test_a_bundle_takes_the_reports_that_are_kept_and_says_which_papers_are_not_here(app: App) -> None:
    ann = a_customer(app, name=NAME)
    case = a_case(app, ann)
    body = "Policy and Finance Committee"
    with app.begin(CLERK) as work:
        found = work.session.get_one(Case, case.id)
        named, unnamed = (
            committee_report(work, found, council=COUNCIL, policy=app.policy, purpose=purpose, body=body)
            for purpose in ("formal_warning", "review")
        )
    sent = {"body": body, "meeting_on": "2026-03-01", "part_two": True}
    a_step(app, case, StepKind.COMMITTEE_REPORT, facts={**sent, "purpose": "formal_warning", "paper": named.sha256})
    a_step(app, case, StepKind.COMMITTEE_REPORT, facts={**sent, "purpose": "extension", "body": "Full Council"})
    a_step(app, case, StepKind.COMMITTEE_REPORT, facts={**sent, "purpose": "review", "minute": "26/118"})
    with app.begin(CLERK) as work:
        pieces = case_bundle(work, work.session.get_one(Case, case.id), council=COUNCIL).pieces
    assert [p.content for p in pieces if p.name.startswith("Report")] == [named.content, unnamed.content]
    missing = words_of(next(p.content for p in pieces if p.name == "Papers that are not in this bundle"))
    assert "Report to Full Council" in missing
    assert f"Minute 26/118 of {body}" in missing
    assert f"Report to {body}" not in missing


def test_signed_minutes_that_are_kept_stand_in_the_bundle_and_are_missing_no_more(app: App) -> None:
    body = "Policy and Finance Committee"
    case = a_case(app, a_customer(app, name=NAME))
    sent = {"body": body, "meeting_on": "2026-03-01", "part_two": True, "purpose": "review"}
    for minute in ("26/118", "26/119"):
        a_step(app, case, StepKind.COMMITTEE_REPORT, facts={**sent, "minute": minute})
    unsigned, signed = (pdf_of(f"<h1>Minutes, {state}</h1>", title="Minutes") for state in ("draft", "signed"))
    with app.begin(CLERK) as work:
        for content in (unsigned, signed):
            keep_minutes(work, content, body=body.lower(), minutes=["26/118"])
    with app.begin(CLERK) as work:
        pieces = case_bundle(work, work.session.get_one(Case, case.id), council=COUNCIL).pieces
        assert work.session.get_one(Paper, hashlib.sha256(unsigned).hexdigest()).content == unsigned
    assert [p.content for p in pieces if p.name == f"Minutes of {body}: 26/118"] == [signed]
    missing = words_of(next(p.content for p in pieces if p.name == "Papers that are not in this bundle"))
    assert f"Minute 26/119 of {body}" in missing
    assert "26/118" not in missing


@pytest.mark.parametrize(
    ("content", "minutes", "told"),
    [
        (b"Minutes of the meeting, signed.", ["26/118"], "no PDF"),
        (pdf_of("<p>Signed.</p>", title="Minutes"), [], "which minutes"),
        (pdf_of("<p>Signed.</p>", title="Minutes"), ["26/811"], "no decision and no step names minute 26/811"),
    ],
)
def test_minutes_that_nobody_could_read_or_that_nothing_rests_on_are_not_kept(
    app: App, content: bytes, minutes: list[str], told: str
) -> None:
    case = a_case(app, a_customer(app, name=NAME))
    facts = {"body": "Full Council", "meeting_on": "2026-03-01", "part_two": True, "purpose": "review"}
    a_step(app, case, StepKind.COMMITTEE_REPORT, facts={**facts, "minute": "26/118"})
    with pytest.raises(Refused, match=told), app.begin(CLERK) as work:
        keep_minutes(work, content, body="Full Council", minutes=minutes)
    with pytest.raises(Refused, match="one of Full Council"), app.begin(CLERK) as work:
        keep_minutes(work, pdf_of("<p>Signed.</p>", title="Minutes"), body="Planning Committee", minutes=["26/118"])


def test_a_bundle_holds_every_letter_as_it_went_with_the_hash_of_each_paper(app: App) -> None:
    ann = a_customer(app, name=NAME)
    reference = a_reported_case(app, ann, a_matter(app, ann)[:1])
    with app.begin(CLERK) as work:
        case = work.session.scalars(select(Case).where(Case.reference == reference)).one()
        went = contact_log(work, work.session.get_one(Customer, ann.id), council=COUNCIL)  # any PDF will do
        letter = Letter(
            kind=LetterKind.INITIAL_WARNING,
            customer_id=ann.id,
            recipient=NAME,
            subject="Your letters",
            body="Please write less often.",
            policy_version="v2",
            drafted_by="clerk",
            drafted_at=work.now,
            case_id=case.id,
        )
        work.session.add(letter)
        work.session.flush()
        work.session.add(
            LetterSent(
                letter_id=letter.id,
                sent_on=work.today,
                signed_by="R. Trelawny",
                how="first class post",
                text_sha256="0" * 64,
                paper_sha256=went.sha256,
                policy_sha256="",
                policy_version="v2",
                recorded_by="clerk",
                recorded_at=work.now,
            )
        )
        work.note("letter.sent", letter)
        sent = went.content
    with app.begin(CLERK) as work:
        case = work.session.scalars(select(Case).where(Case.reference == reference)).one()
        bundle = case_bundle(work, case, council=COUNCIL)
    assert sent in [piece.content for piece in bundle.pieces]
    assert all(
        sha == hashlib.sha256(p.content).hexdigest()
        for (*_, sha), p in zip(bundle.index_rows(), bundle.pieces, strict=True)
    )
    one = bundle.as_one()
    is_read_aloud_in_order(PdfReader(io.BytesIO(one)))
    words = words_of(one).replace(" ", "")  # long words are broken over lines
    every = [f"Letter{place}:thelampattheharbour" for place in (0, 1, 2, 3, 5)]  # cited or not, in or out; 4 is a copy
    wanted = (
        *every,
        "nine-invoices.pdf",
        "2,048bytes",
        "Index",
        "Threelettersinninedays",
        "firstclasspost",
        bundle.pieces[0].sha256,
        "case.step",
    )
    assert [word for word in wanted if word not in words] == []


def test_a_bundle_holds_what_an_external_body_and_the_council_wrote_to_each_other(app: App) -> None:
    ann, body, other = (a_customer(app, name=name) for name in (NAME, "Quay Mediation", "Ben Trewin"))
    case = a_case(app, ann)
    a_step(app, case, StepKind.EXTERNAL_BODY, facts={"body": "quay mediation", "minute": "9/26"})
    letters = {name: our_letter(app, whom) for name, whom in (("theirs", body), ("other", other))}
    with app.begin(CLERK) as work:
        bundle = case_bundle(work, work.session.get_one(Case, case.id), council=COUNCIL)
    words = " ".join(words_of(piece.content) for piece in bundle.pieces if piece.name == "Contacts in full")
    assert re.search(rf"Contact {letters['theirs']}: [^:]*:?\d\d, letter from the Council to quay mediation", words)
    assert f"Contact {letters['other']}:" not in words


def is_read_aloud_in_order(pdf: PdfReader) -> None:
    """Tagged as PDF/UA asks: language, title, and for each page the elements of that page and no other."""
    root: Any = pdf.root_object
    assert root["/Lang"] == "en-GB"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"<pdfuaid:part>1<" in root["/Metadata"].get_data()
    numbers = root["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    assert len(numbers) == 2 * len(pdf.pages)
    pages: list[Any] = list(pdf.pages)
    for page, elements in zip(pages, numbers[1::2], strict=True):
        assert {e.get_object().raw_get("/Pg").idnum for e in elements.get_object()} == {page.indirect_reference.idnum}
    assert figures_of(root["/StructTreeRoot"]["/K"]) == [chart.WORDS] * 2


def figures_of(element: Any) -> list[str]:
    """What stands for each picture, in the order in which they are read."""
    element = element.get_object()
    if isinstance(element, list):
        return [words for each in element for words in figures_of(each)]
    if not isinstance(element, dict):
        return []
    own = [str(element.get("/Alt"))] if element.get("/S") == "/Figure" else []
    return own + figures_of(element.get("/K", NullObject()))


def test_who_may_not_make_reports_makes_none_and_each_is_noted(app: App) -> None:
    ann = a_customer(app, name=NAME)
    a_matter(app, ann)
    with pytest.raises(NotAllowed), app.begin(an_actor()) as work:
        contact_log(work, work.session.get_one(Customer, ann.id), council=COUNCIL)
    with app.begin(CLERK) as work:
        number = contact_log(work, work.session.get_one(Customer, ann.id), council=COUNCIL).sha256
    with app.look() as session:
        assert session.get(Paper, number) is not None
        assert session.scalars(select(AuditEntry.verb).where(AuditEntry.subject == f"Paper:{number}")).all() == [
            "report.contact_log"
        ]
