"""Letters: drafted from the records, complete before they go, kept as they went (INV-14, INV-28)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import DatabaseError

from bot.bootstrap import App
from bot.letters import template
from bot.letters.check import missing_contents, wrong_words
from bot.letters.draft import amend, draft, withdraw
from bot.letters.render import Letterhead, as_text
from bot.letters.send import POST, Order, Papers, handed_over, queue, record_event, sent
from bot.letters.words import in_words, reading_age
from bot.work import SERVICE, Work
from config.load import load_policy
from models.case import Case, CaseStep, Ground, StepKind
from models.customer import Customer
from models.decision import Decision, Measure
from models.errors import NotAllowed, Refused
from models.letter import Letter, LetterEventKind, LetterKind, LetterState, find_paper, letter_state, sent_letter
from models.policy import Policy
from models.request import InformationRequest, Regime, RequestStep, RequestStepKind
from models.view import Register
from tests.builders import (
    CLERK,
    a_contact,
    a_customer,
    a_decision,
    a_letter,
    a_store,
    a_term,
    as_minuted,
    lifted,
    put_clock,
)
from tests.named import let_in, name_to

K, R = StepKind, RequestStepKind
MONDAY = date(2026, 3, 2)
HEAD = Letterhead(name="Porthmellin Town Council", address=("Guildhall", "Fore Street"), email="clerk@council.example")


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    with a_store(tmp_path / "store") as app:
        yield app


@pytest.fixture
def ann(app: App) -> Customer:
    return a_customer(app, name="Ann Penrose", email="ann@penrose.example")


def a_case(app: App, customer: Customer, *, matter: str = "the lamp at the harbour steps") -> Case:
    with app.begin(CLERK) as work:
        case = Case(
            reference="CASE-2026-001",
            customer_id=customer.id,
            subject_matter=matter,
            ground=Ground.MANNER,
            opened_on=work.today,
            opened_by=work.actor.name,
            opened_at=work.now,
        )
        work.session.add(case)
        work.session.flush()
        work.note("case.made", case)
    return case


def a_step(
    app: App,
    case: Case,
    kind: StepKind,
    words: str,
    facts: Mapping[str, Any] | None = None,
    cites: tuple[int, ...] = (),
    decision: Decision | None = None,
    who: str = "Town Clerk R. Trelawny",
) -> None:
    with app.begin(CLERK) as work:
        step = CaseStep(
            case_id=case.id,
            kind=kind,
            on=work.today,
            who=who,
            words=words,
            policy_version=app.policy.version,
            recorded_by=work.actor.name,
            recorded_at=work.now,
            facts=dict(facts or {}),
            cites=list(cites),
            decision_id=decision.id if decision else None,
        )
        work.session.add(step)
        work.session.flush()
        work.note("case.step", step)


def a_request(
    app: App, customer: Customer, regime: Regime, steps: Mapping[RequestStepKind, Mapping[str, Any]], number: int = 1
) -> Any:
    with app.begin(CLERK) as work:
        request = InformationRequest(
            reference=f"{regime.value.upper()}-2026-{number:03}",
            regime=regime,
            customer_id=customer.id,
            contact_id=None,
            subject="the cost of street lamps",
            asked_for="every paper about the cost of street lamps",
            received_on=work.today,
            recorded_by=work.actor.name,
            recorded_at=work.now,
        )
        work.session.add(request)
        work.session.flush()
        for kind, facts in steps.items():
            own = dict(facts)
            step = request_step(app, work, request, kind, str(own.pop("words", "")), own)
            work.session.add(step)
        work.note("request.made", request)
    return request


def request_step(
    app: App, work: Work, request: InformationRequest, kind: RequestStepKind, words: str, facts: dict[str, Any]
) -> RequestStep:
    return RequestStep(
        request_id=request.id,
        kind=kind,
        on=work.today,
        who="M. Hosking, FOI Officer",
        words=words,
        policy_version=app.policy.version,
        recorded_by=work.actor.name,
        recorded_at=work.now,
        facts=facts,
    )


def drafted(app: App, kind: LetterKind, **given: Any) -> Letter:
    policy = given.pop("policy", app.policy)
    with app.begin(CLERK) as work:
        return draft(work, kind, policy=policy, council="Porthmellin Town Council", **given)


def changed(app: App, letter: Letter, **given: Any) -> Letter:
    with app.begin(CLERK) as work:
        return amend(work, work.session.get_one(Letter, letter.id), policy=app.policy, **given)


def missing(app: App, letter: Letter) -> list[str]:
    return missing_contents(letter, app.policy)


def wrong(app: App, letter: Letter) -> list[str]:
    with app.look() as session:
        return wrong_words(session, letter, app.policy)


def queued(app: App, letter: Letter, how: Order, *, policy: Policy | None = None, seen: str = "") -> None:
    with app.begin(CLERK) as work:
        queue(work, work.session.get_one(Letter, letter.id), how, policy=policy or app.policy, seen=seen)


def order(app: App) -> Order:
    return Order(POST, "R. Trelawny, Town Clerk", app.today)


def gone(app: App, letter: Letter) -> Letter:
    """Sent by post, as far as this part of the program goes."""
    with app.begin(CLERK) as work:
        found = work.session.get_one(Letter, letter.id)
        queue(work, found, order(app), policy=app.policy)
        handed_over(work, found, "by a person")
        sent(work, found, Papers(b"%PDF-1.7 letter", b"%PDF-1.7 policy"), policy=app.policy)
    return found


# --- the templates themselves ---


@pytest.mark.parametrize("kind", LetterKind)
def test_each_letter_has_a_block_for_each_content_that_a_policy_asks_for(kind: LetterKind) -> None:
    for name in ("saltash", "general"):
        rule = load_policy(name).procedure.letters[kind.value]
        assert set(rule.contents) <= set(template.contents_of(kind)), f"templates/{kind.value}.txt"


@pytest.mark.parametrize("kind", LetterKind)
def test_the_fixed_words_of_each_letter_can_be_read_at_thirteen(kind: LetterKind) -> None:
    plain = re.sub(r"^\[.*\]$|^subject:.*$|\{%.*?%\}", "", template.source_of(kind), flags=re.MULTILINE | re.DOTALL)
    plain = re.sub(r"\{\{.*?\}\}", "it", plain)
    assert reading_age(plain) <= 13


def test_reading_age_rises_with_long_words_and_long_sentences() -> None:
    assert reading_age("The cat sat on the mat. It was a big cat.") == 5.0
    hard = "Notwithstanding previous correspondence, the administrative determination necessitates reconsideration."
    assert reading_age(hard) > 20


def test_dates_are_written_out_in_both_languages() -> None:
    assert in_words(MONDAY) == "2 March 2026"
    assert in_words(MONDAY, "cy") == "2 Mawrth 2026"


# --- drafting from the records ---


def test_an_initial_warning_takes_its_words_and_its_examples_from_the_case(app: App, ann: Customer) -> None:
    case = a_case(app, ann)
    letters = [a_contact(app, ann, sender="ann@penrose.example").id for _ in range(2)]
    a_step(app, case, K.REPORT, "Two letters in a day on an answered matter.", cites=tuple(letters))
    a_step(app, case, K.REVIEW, "You wrote to nine officers on one day about a matter that we had answered.")
    letter = drafted(app, LetterKind.INITIAL_WARNING, case=case)
    assert missing(app, letter) == []
    assert letter.body.startswith("Dear Ann Penrose\n")
    assert "You wrote to nine officers on one day" in letter.contents["concern"]
    assert letter.contents["concern"].count("- 2 March 2026: your e-mail") == 2
    assert "7 working days" in letter.contents["acknowledge"]
    assert "Nothing is restricted now" in letter.contents["further_action"]
    assert letter.encloses_policy
    assert letter.policy_version == app.policy.version
    assert all(passage in letter.body for passage in letter.contents.values())


def test_a_formal_warning_lacks_what_nobody_worded_and_says_so_in_its_place(app: App, ann: Customer) -> None:
    case = a_case(app, ann)
    letter = drafted(app, LetterKind.FORMAL_WARNING, case=case)
    assert missing(app, letter) == ["why is missing", "meeting is missing", "named contact is missing"]
    assert "## Why we find this unacceptable\n[why: to be worded by a person]" in letter.body
    a_step(app, case, K.NOT_HEEDED, "You wrote 14 times since our letter.", {"deemed": "We find this is too much."})
    a_step(app, case, K.MEETING, "Come on any weekday.", {"outcome": "offered"})
    letter = drafted(app, LetterKind.FORMAL_WARNING, case=case, passages={"named_contact": "M. Hosking"})
    assert missing(app, letter) == []
    assert "one person only: M. Hosking." in letter.body
    assert "We would like to meet you" in letter.contents["meeting"]


def test_why_no_meeting_is_offered_stands_in_the_letter(app: App, ann: Customer) -> None:
    case = a_case(app, ann)
    a_step(app, case, K.MEETING, "You asked us not to offer one.", {"outcome": "not_offered"})
    letter = drafted(app, LetterKind.FORMAL_WARNING, case=case)
    assert letter.contents["meeting"] == "We do not offer a meeting at this time. You asked us not to offer one."


def test_a_decision_letter_says_all_that_both_readings_ask_for(app: App, ann: Customer) -> None:
    case, decision = a_decided_case(app, ann)
    letter = drafted(app, LetterKind.DECISION, case=case)
    assert letter.decision_id == decision.id
    assert missing(app, letter) == []
    assert wrong(app, letter) == []
    said = letter.contents
    assert "Full Council" in said["decision"]
    assert decision.resolution in said["decision"]
    assert "M. Hosking reads each one" in said["meaning"]
    assert f"{decision.subject_matter} and nothing else" in said["meaning"]
    assert "from 2 March 2026 to the end of 1 September 2026" in said["how_long"]
    assert "within 20 working days" in said["review_right"]
    assert "2 September 2026" in said["review_date"]
    assert "environmental information" in said["statutory_requests"]
    assert "new or urgent" in said["statutory_requests"]
    assert "Monitoring Officer" in said["challenge"]


def a_decided_case(app: App, customer: Customer) -> tuple[Case, Decision]:
    case = a_case(app, customer)
    terms = tuple(a_term(app.today, measure=m) for m in (Measure.EMAIL_BLOCK, Measure.TELEPHONE_REFUSAL))
    decision = a_decision(app, customer, as_minuted(on=app.today, terms=terms))
    facts = {
        "impedes": "Forty letters in a month took two days of each week.",
        "proportionality": "Nothing else helped.",
    }
    a_step(app, case, K.DECIDED, "RESOLVED so.", facts, decision=decision)
    return case, decision


def test_a_lifting_in_part_says_what_is_lifted_and_what_stays(app: App, ann: Customer) -> None:
    case, decision = a_decided_case(app, ann)
    first, _ = a_letter(app, decision)
    lifted(app, first)
    letter = drafted(app, LetterKind.LIFTING, case=case, decision=decision)
    assert missing(app, letter) == []
    passage = letter.contents["lifted"]
    assert passage.index("go to one officer") < passage.index("These stay") < passage.index("no telephone calls")
    assert letter.contents["normal_contact"] == "In all else you can contact us as anybody can."


def test_a_last_letter_needs_a_contact_that_was_read_and_found_to_hold_nothing_new(app: App, ann: Customer) -> None:
    case = a_case(app, ann)
    letter = drafted(app, LetterKind.NO_FURTHER_CORRESPONDENCE, case=case)
    assert missing(app, letter) == ["no new information is missing"]
    a_step(app, case, K.CONTINUING, "Read it.", {"answer": "existing", "dealt_with": "no reply"})
    letter = drafted(app, LetterKind.NO_FURTHER_CORRESPONDENCE, case=case)
    assert missing(app, letter) == []
    assert "We will read every letter" in letter.contents["will_be_read"]


def test_review_and_appeal_letters_say_what_came_out_and_why(app: App, ann: Customer) -> None:
    case = a_case(app, ann)
    facts = {
        "due_on": "2026-03-02",
        "outcome": "continue",
        "grounds": "Nine letters in May.",
        "next_review_on": "2026-09-02",
    }
    a_step(app, case, K.PERIODIC_REVIEW, "Looked at the log.", facts)
    letter = drafted(app, LetterKind.REVIEW_OUTCOME, case=case)
    assert missing(app, letter) == []
    assert letter.contents["why"] == "Nine letters in May."
    assert "on 2 September 2026" in letter.contents["next_review"]
    a_step(app, case, K.APPEAL_DECIDED, "The log bears you out.", {"outcome": "upheld", "uninvolved": True})
    letter = drafted(app, LetterKind.APPEAL_OUTCOME, case=case)
    assert missing(app, letter) == []
    assert "We agree with you" in letter.contents["outcome"]
    assert "took no part" in letter.contents["who_decided"]


def test_several_who_decided_an_appeal_stand_in_one_sentence(app: App, ann: Customer) -> None:
    case = a_case(app, ann)
    who = "Councillor A. Rundle; Councillor B. Chegwin; Deputy Clerk M. Hosking"
    a_step(app, case, K.APPEAL_DECIDED, "The log bears us out.", {"outcome": "not_upheld", "uninvolved": True}, who=who)
    words = drafted(app, LetterKind.APPEAL_OUTCOME, case=case).contents["who_decided"]
    people = "Councillor A. Rundle, Councillor B. Chegwin and Deputy Clerk M. Hosking"
    assert words == f"This was looked at by {people}. They took no part in the decision that you asked about."


@pytest.mark.parametrize(("outcome", "said"), [("continue", "no further review"), ("end_of_term", "look at a report")])
def test_after_the_last_review_the_letter_says_when_the_limits_end(
    app: App, ann: Customer, outcome: str, said: str
) -> None:
    case, decision = a_decided_case(app, ann)
    facts = {"due_on": "2026-08-01", "outcome": outcome, "grounds": "Nine letters in May.", "next_review_on": None}
    a_step(app, case, K.PERIODIC_REVIEW, "Looked at the log.", facts, decision=decision)
    letter = drafted(app, LetterKind.REVIEW_OUTCOME, case=case)
    assert missing(app, letter) == []
    assert said in letter.contents["next_review"]
    last = max(m.ends_on for m in decision.measures) - timedelta(days=1)
    assert f"at the end of {in_words(last)}" in letter.contents["next_review"]


def test_a_refusal_notice_says_the_section_the_reasons_the_review_and_the_commissioner(app: App, ann: Customer) -> None:
    decided = {"words": "Ninth request on one lamp in a month.", "outcome": "refuse", "under": "s14(1)", "with": "X"}
    request = a_request(app, ann, Regime.FOI, {R.DECIDED: decided})
    letter = drafted(app, LetterKind.FOI_REFUSAL_VEXATIOUS, request=request)
    assert missing(app, letter) == []
    assert wrong(app, letter) == []
    assert "section 14(1)" in letter.contents["section"]
    assert "internal review" in letter.contents["internal_review"]
    assert "Information Commissioner" in letter.contents["ico"]


def test_a_refusal_under_another_section_does_not_fill_the_notice(app: App, ann: Customer) -> None:
    decided = {"words": "It would take 25 hours.", "outcome": "refuse", "under": "s12", "with": "X"}
    request = a_request(app, ann, Regime.FOI, {R.DECIDED: decided})
    assert "section is missing" in missing(app, drafted(app, LetterKind.FOI_REFUSAL_VEXATIOUS, request=request))
    by_hand = {"section": "We refuse this request under the law of the land."}
    letter = drafted(app, LetterKind.FOI_REFUSAL_VEXATIOUS, request=request, passages=by_hand)
    assert missing(app, letter) == ["section must name section 14(1)"]


def test_an_environmental_refusal_weighs_the_public_interest(app: App, ann: Customer) -> None:
    weighed = {"for": "People care.", "against": "Staff time.", "outcome": "maintain", "words": "The time is large."}
    decided = {"words": "It would take 90 hours.", "outcome": "refuse", "under": "12(4)(b)", "with": "X"}
    request = a_request(app, ann, Regime.EIR, {R.DECIDED: decided, R.PUBLIC_INTEREST: weighed})
    letter = drafted(app, LetterKind.EIR_REFUSAL, request=request)
    assert missing(app, letter) == []
    assert wrong(app, letter) == []
    assert "12(4)(b)" in letter.contents["exception"]
    assert "For giving it out: People care." in letter.contents["public_interest"]


def test_what_it_would_take_stands_in_hours_by_task(app: App, ann: Customer) -> None:
    hours: dict[str, Any] = {"task": "locating", "minutes": 1230}
    sheet = {R.ESTIMATE: hours, R.DECIDED: {"under": "s12", "words": "Too long."}}
    letter = drafted(app, LetterKind.FOI_REFUSAL_COST, request=a_request(app, ann, Regime.FOI, sheet))
    assert missing(app, letter) == []
    assert "450 pounds" in letter.contents["estimate"]
    assert "about 20 hours 30 minutes:" in letter.contents["estimate"]


def test_of_two_lines_about_one_thing_the_later_counts_and_added_requests_count_too(app: App, ann: Customer) -> None:
    first: dict[str, Any] = {"task": "locating", "minutes": 600, "words": "the deed room"}
    added = a_request(app, ann, Regime.FOI, {R.ESTIMATE: first}, number=2)
    sheet: dict[RequestStepKind, Any] = {
        R.ESTIMATE: first,
        R.AGGREGATED: {"with": added.reference},
        R.DECIDED: {"under": "s12"},
    }
    request = a_request(app, ann, Regime.FOI, sheet)
    estimate_again(app, request, {**first, "minutes": 540})
    words = drafted(app, LetterKind.FOI_REFUSAL_COST, request=request).contents["estimate"]
    assert f"about 19 hours, together with your other request ({added.reference}):" in words
    assert "- finding the information: 19 hours" in words


def estimate_again(app: App, request: InformationRequest, facts: dict[str, Any]) -> None:
    with app.begin(CLERK) as work:
        own = dict(facts)
        words = own.pop("words")
        work.session.add(request_step(app, work, request, R.ESTIMATE, words, own))
        work.note("request.step", request)


@pytest.mark.parametrize(
    ("regime", "named", "never"),
    [(Regime.FOI, "section 14(1)", "12(4)(b)"), (Regime.EIR, "regulation 12(4)(b)", "vexatious")],
)
def test_a_warning_about_requests_is_in_the_words_of_its_law(
    app: App, ann: Customer, regime: Regime, named: str, never: str
) -> None:
    request = a_request(app, ann, regime, {R.INDICATOR: {"name": "burden", "shows": "Nine requests in a month."}})
    letter = drafted(app, LetterKind.FOI_WARNING, request=request)
    assert (missing(app, letter), wrong(app, letter)) == ([], [])
    assert named in letter.contents["further_requests"]
    assert never not in letter.body
    mixed = "We may find further requests vexatious or manifestly unreasonable."
    assert wrong(app, changed(app, letter, passages={"further_requests": mixed}))


def test_a_letter_about_nothing_is_not_drafted(app: App, ann: Customer) -> None:
    with pytest.raises(Refused, match="give --request"):
        drafted(app, LetterKind.FOI_ANSWER, customer=ann)
    with pytest.raises(Refused, match="give --case or --decision"):
        drafted(app, LetterKind.INITIAL_WARNING, customer=ann)


def test_a_letter_about_one_person_does_not_go_to_another(app: App, ann: Customer) -> None:
    case = a_case(app, ann)
    other = a_customer(app, name="Perran Rowe")
    with pytest.raises(Refused, match="not the one whose case"):
        drafted(app, LetterKind.INITIAL_WARNING, case=case, customer=other)


# --- the check is on substance ---


@pytest.mark.parametrize("words", ["", "TBC", "[insert reason here]", "...", "to be confirmed by the clerk", "____"])
def test_filler_is_no_content(app: App, ann: Customer, words: str) -> None:
    letter = drafted(app, LetterKind.INITIAL_WARNING, case=a_case(app, ann), passages={"concern": words})
    assert [why for why in missing(app, letter) if why.startswith("concern")]


def test_a_passage_that_a_hand_took_out_of_the_body_is_missing_again(app: App, ann: Customer) -> None:
    case, _ = a_decided_case(app, ann)
    letter = drafted(app, LetterKind.DECISION, case=case)
    cut = letter.body.replace(letter.contents["review_right"], "Goodbye.")
    letter = changed(app, letter, body=cut)
    assert missing(app, letter) == ["review right no longer stands in the letter as it was marked; mark its words anew"]
    letter = changed(app, letter, passages={"review_right": "Write to us and we will look at this again."})
    assert missing(app, letter) == []
    assert letter.body.endswith("## Review right\nWrite to us and we will look at this again.")


def test_one_passage_does_not_serve_for_two_contents(app: App, ann: Customer) -> None:
    same = {"why": "We think that this is right.", "who_decided": "We think that this is right."}
    letter = drafted(app, LetterKind.APPEAL_OUTCOME, case=a_case(app, ann), passages={**same, "outcome": "It stands."})
    assert any("has the same words as" in why for why in missing(app, letter))


def test_how_long_a_decision_lasts_is_the_decisions_own(app: App, ann: Customer) -> None:
    case, _ = a_decided_case(app, ann)
    letter = drafted(app, LetterKind.DECISION, case=case, passages={"how_long": "It lasts until 1 June 2031."})
    assert wrong(app, letter) == ["how long must name 1 September 2026, the last day that was decided"]


def test_a_content_that_is_not_this_letters_is_refused_with_those_that_are(app: App, ann: Customer) -> None:
    with pytest.raises(Refused, match="no content 'sanction'; it has concern, moderate"):
        drafted(app, LetterKind.INITIAL_WARNING, case=a_case(app, ann), passages={"sanction": "x"})


def test_a_policy_that_asks_for_more_than_the_template_knows_gets_it(app: App, ann: Customer) -> None:
    rules = app.policy.procedure.letters
    more = replace(rules["lifting"], contents=(*rules["lifting"].contents, "thanks"))
    policy = with_letters(app.policy, {**rules, "lifting": more})
    letter = drafted(app, LetterKind.LIFTING, case=a_case(app, ann), policy=policy)
    assert "## Thanks\n[thanks: to be worded by a person]" in letter.body
    assert "thanks is missing" in missing_contents(letter, policy)


def with_letters(policy: Policy, letters: Mapping[str, Any]) -> Policy:
    return replace(policy, procedure=replace(policy.procedure, letters=letters))


# --- words that must not stand in a letter ---


@pytest.mark.parametrize(
    ("kind", "content", "word"),
    [
        (LetterKind.PLEASE_STOP, "conduct", "vexatious"),
        (LetterKind.PLEASE_STOP, "conduct", "manifestly unfounded"),
        (LetterKind.INITIAL_WARNING, "concern", "manifestly unreasonable"),
    ],
)
def test_the_three_names_for_one_idea_are_never_mixed(
    app: App, ann: Customer, kind: LetterKind, content: str, word: str
) -> None:
    letter = drafted(app, kind, case=a_case(app, ann), passages={content: f"Your letters are {word}."})
    assert wrong(app, letter) == [f"“{word}” is the word of another law or policy than this letter's; take it out"]


def test_the_label_of_complaints_has_no_place_in_a_refusal_of_information(app: App, ann: Customer) -> None:
    decided = {"words": "You are unreasonably persistent.", "outcome": "refuse", "under": "s14(1)", "with": "X"}
    request = a_request(app, ann, Regime.FOI, {R.DECIDED: decided})
    assert "unreasonably persistent" in wrong(app, drafted(app, LetterKind.FOI_REFUSAL_VEXATIOUS, request=request))[0]


def test_nobody_is_sent_to_an_ombudsman_who_cannot_look_at_a_town_council(app: App, ann: Customer) -> None:
    case, _ = a_decided_case(app, ann)
    letter = drafted(app, LetterKind.DECISION, case=case)
    assert "Ombudsman cannot look" in letter.body  # the policy's own sentence tells so
    assert wrong(app, letter) == []
    sends = "If you do not agree, complain to the Local Government and Social Care Ombudsman."
    letter = drafted(app, LetterKind.DECISION, case=case, passages={"challenge": sends})
    assert "cannot look at a town council" in wrong(app, letter)[0]


def test_a_letter_to_a_member_tells_nothing_of_the_case_the_restriction_or_the_person(app: App, ann: Customer) -> None:
    case, decision = a_decided_case(app, ann)
    member = a_customer(app, name="Tegen Kitto MP", never_restrict="a member of Parliament")
    letter = drafted(app, LetterKind.MEMBER, case=case, customer=member, decision=decision)
    assert missing(app, letter) == []
    assert wrong(app, letter) == []
    whole = as_text(letter, HEAD, on=MONDAY, signed_by="R. Trelawny, Town Clerk", reference=case.reference)
    for secret in ("Penrose", case.reference, decision.minute, "lamp", "restrict", "persistent", "letters in a month"):
        assert secret not in whole
    assert "M. Hosking" in letter.contents["request_for_help"]
    told = {"request_for_help": "Ms Penrose may write to one officer only, by a decision of the council."}
    assert wrong(app, drafted(app, LetterKind.MEMBER, case=case, customer=member, passages=told))


def test_a_letter_about_circumvention_is_about_its_readers_own_conduct_alone(app: App, ann: Customer) -> None:
    case, _ = a_decided_case(app, ann)
    brother = a_customer(app, name="Jory Penrose")
    a_step(
        app, case, K.CIRCUMVENTION, "He sends her letters.", {"person": brother.id, "evidence": "same words as hers"}
    )
    letter = drafted(app, LetterKind.CIRCUMVENTION, case=case, customer=brother)
    assert missing(app, letter) == ["own conduct is missing", "why is missing"]
    own = {"own_conduct": "You sent us one text 20 times.", "why": "It keeps us from other work each day."}
    letter = drafted(app, LetterKind.CIRCUMVENTION, case=case, customer=brother, passages=own)
    assert missing(app, letter) == []
    assert wrong(app, letter) == []
    for secret in ("Ann", case.reference, "harbour steps", "same words"):
        assert secret not in letter.body
    told = {**own, "why": "You act for Ann, whose letters go to one officer."}
    assert wrong(app, drafted(app, LetterKind.CIRCUMVENTION, case=case, customer=brother, passages=told))
    with pytest.raises(Refused, match="somebody else than the person"):
        drafted(app, LetterKind.CIRCUMVENTION, case=case, customer=ann, passages=own)


# --- other languages and forms ---


def test_a_welsh_letter_is_drafted_only_with_every_word_given(app: App, ann: Customer) -> None:
    case = a_case(app, ann)
    with pytest.raises(Refused, match="give the words of every content: subject, lifted, effective"):
        drafted(app, LetterKind.LIFTING, case=case, language="cy")
    words = {
        "subject": "Eich cyswllt â ni",
        "lifted": "Rydym wedi codi'r cyfyngiadau.",
        "effective": "Daeth hyn i rym ar 2 Mawrth 2026.",
        "normal_contact": "Gallwch gysylltu â ni fel pawb arall.",
    }
    letter = drafted(app, LetterKind.LIFTING, case=case, language="cy", passages=words)
    assert missing(app, letter) == []
    text = as_text(letter, HEAD, on=MONDAY, signed_by="R. Trelawny", reference=case.reference)
    assert "Annwyl Ann Penrose" in text
    assert "2 Mawrth 2026" in text
    assert "Yn gywir" in text


# --- sending ---


def test_an_incomplete_letter_cannot_be_queued_and_the_refusal_names_everything(app: App, ann: Customer) -> None:
    letter = drafted(app, LetterKind.FORMAL_WARNING, case=a_case(app, ann), postal_address="1 Quay Street")
    with pytest.raises(Refused, match="why is missing; meeting is missing; named contact is missing"):
        gone(app, letter)
    assert state(app, letter) is LetterState.DRAFT


def state(app: App, letter: Letter) -> LetterState:
    with app.look() as session:
        return letter_state(session, session.get_one(Letter, letter.id))


def a_whole_letter(app: App, ann: Customer) -> Letter:
    case, _ = a_decided_case(app, ann)
    return drafted(app, LetterKind.DECISION, case=case, postal_address="1 Quay Street\nPorthmellin")


def test_what_was_sent_is_never_changed_by_a_verb_or_by_hand(app: App, ann: Customer) -> None:
    letter = gone(app, a_whole_letter(app, ann))
    assert state(app, letter) is LetterState.SENT
    with pytest.raises(Refused, match="is sent, and is never changed"):
        changed(app, letter, subject="Another")
    with pytest.raises(Refused, match="is sent"):
        gone(app, letter)
    with pytest.raises(DatabaseError, match="never changed"):
        forged(app, letter)


def forged(app: App, letter: Letter) -> None:
    with app.begin(CLERK) as work:
        work.session.get_one(Letter, letter.id).subject = "Another"
        work.note("letter.forged", letter)


def test_the_record_of_sending_keeps_the_text_the_papers_and_the_policy(app: App, ann: Customer) -> None:
    letter = gone(app, a_whole_letter(app, ann))
    with app.look() as session:
        went = sent_letter(session, letter.id)
        assert went is not None
        assert went.text_sha256 == letter.text_sha256()
        assert find_paper(session, went.paper_sha256).is_whole()
        assert find_paper(session, went.policy_sha256).content == b"%PDF-1.7 policy"
        assert (went.signed_by, went.how, went.policy_version) == (
            "R. Trelawny, Town Clerk",
            "first class post",
            app.policy.version,
        )


def test_the_service_sends_nothing_and_nothing_goes_without_a_persons_name(app: App, ann: Customer) -> None:
    letter = a_whole_letter(app, ann)
    with pytest.raises(NotAllowed, match="may not send letters"), app.begin(SERVICE) as work:
        queue(work, work.session.get_one(Letter, letter.id), order(app), policy=app.policy)
    for nobody in ("", "service", "Evenhand"):
        with pytest.raises(Refused, match="a person signs"):
            queued(app, letter, replace(order(app), signed_by=nobody))


def test_a_letter_drafted_under_an_older_policy_is_drafted_again(app: App, ann: Customer) -> None:
    letter = a_whole_letter(app, ann)
    newer = replace(app.policy, version="saltash v3")
    with pytest.raises(Refused, match="saltash v3 is in force; draft it again"):
        queued(app, letter, order(app), policy=newer)


def test_whoever_acts_on_an_older_text_is_told_that_it_changed(app: App, ann: Customer) -> None:
    letter = a_whole_letter(app, ann)
    mark = letter.text_sha256()[:8]
    changed(app, letter, subject="Another subject", seen=mark)
    with pytest.raises(Refused, match="was changed since you saw it"):
        changed(app, letter, subject="A third", seen=mark)
    with pytest.raises(Refused, match="was changed since you saw it"):
        queued(app, letter, order(app), seen=mark)


def test_a_letter_on_its_way_is_neither_changed_nor_sent_twice(app: App, ann: Customer) -> None:
    letter = a_whole_letter(app, ann)
    queued(app, letter, order(app))
    with pytest.raises(Refused, match="is on its way"):
        changed(app, letter, subject="x")
    with pytest.raises(Refused, match="is on its way"):
        gone(app, letter)


def test_a_withdrawn_draft_is_kept_and_never_sent(app: App, ann: Customer) -> None:
    letter = a_whole_letter(app, ann)
    with app.begin(CLERK) as work:
        withdraw(work, work.session.get_one(Letter, letter.id))
    assert state(app, letter) is LetterState.WITHDRAWN
    with pytest.raises(Refused, match="was withdrawn"):
        gone(app, letter)


def test_a_letter_needs_somewhere_to_go_and_a_day_on_which_it_could_have_gone(app: App, ann: Customer) -> None:
    case, _ = a_decided_case(app, ann)
    letter = drafted(app, LetterKind.DECISION, case=case)
    with pytest.raises(Refused, match="no postal address"):
        gone(app, letter)
    letter = changed(app, letter, postal_address="1 Quay Street")
    for day, why in (
        (app.today + timedelta(days=1), "cannot have been sent yet"),
        (date(2026, 3, 1), "was drafted on"),
    ):
        with pytest.raises(Refused, match=why):
            queued(app, letter, replace(order(app), on=day))


def test_what_became_of_a_letter_is_recorded_once_and_with_the_persons_own_contact(app: App, ann: Customer) -> None:
    letter = gone(app, a_whole_letter(app, ann))
    put_clock(app, MONDAY + timedelta(days=3))
    hers = a_contact(app, ann, sender="ann@penrose.example")
    anothers = a_contact(app, a_customer(app, name="Perran Rowe"), sender="rowe@elsewhere.example")

    def acknowledge(contact: Any, on: date = MONDAY + timedelta(days=3)) -> None:
        with app.begin(CLERK) as work:
            found = work.session.get_one(Letter, letter.id)
            kind = LetterEventKind.ACKNOWLEDGED
            record_event(work, found, kind, on=on, words="she wrote to say so", contact=contact)

    with pytest.raises(Refused, match="is not one of the person"):
        acknowledge(anothers)
    with pytest.raises(Refused, match="the day must lie between"):
        acknowledge(hers, MONDAY - timedelta(days=1))
    acknowledge(hers)
    with pytest.raises(Refused, match="on record already"):
        acknowledge(hers)


@pytest.mark.parametrize("kind", LetterKind)
def test_every_kind_can_be_drafted_and_says_what_it_lacks(app: App, ann: Customer, kind: LetterKind) -> None:
    """With nothing but the case or request behind it: either a draft that names what is missing, or a plain refusal."""
    track = kind.value.partition("_")[0]
    if track in ("foi", "eir", "sar", "dp"):
        regime = Regime.DP_COMPLAINT if track == "dp" else Regime(track)
        given: dict[str, Any] = {"request": a_request(app, ann, regime, {})}
    elif kind is LetterKind.CAUTIONARY_NOTICE:
        let_in(app)
        name_to(app, Register.CAUTIONARY, CLERK)
        given = {"customer": ann}
    else:
        given = {"case": a_case(app, ann)}
        if kind in (LetterKind.MEMBER, LetterKind.CIRCUMVENTION):
            given["customer"] = a_customer(app, name="Tegen Kitto")
    if kind is LetterKind.COMPLAINT_PAUSED:
        with pytest.raises(Refused, match="record first the step it tells of"):
            drafted(app, kind, **given)
        return
    letter = drafted(app, kind, **given)
    assert letter.subject
    assert not re.search(r"[{}]|None|\n{3}", letter.body)
    placeholders = len(template.PLACEHOLDER.findall(letter.body))
    assert placeholders == sum("is missing" in why for why in missing(app, letter))
