"""Letters are drafted from the records, and what the records do not say is left to a person (INV-14)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from bot.bootstrap import App, letterhead
from bot.letters import enclosure, template
from bot.letters.render import as_text
from bot.letters.template import ENCLOSED
from bot.letters.words import in_words, reading_age
from config.load import load_policy
from models.customer import Customer
from models.errors import Refused
from models.letter import LetterKind
from models.request import Regime, RequestStepKind
from models.view import Register
from tests.builders import CLERK, a_contact, a_customer, a_letter, lifted
from tests.letters import (
    HEAD,
    MONDAY,
    K,
    R,
    a_decided_case,
    a_request,
    a_request_step,
    changed,
    drafted,
    missing,
    wrong,
)
from tests.named import let_in, name_to
from tests.records import a_case, a_step

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
    a_step(app, case, K.REPORT, "Two letters in a day on an answered matter.", cites=letters)
    a_step(app, case, K.REVIEW, "You wrote to nine officers on one day about a matter that we had answered.")
    letter = drafted(app, LetterKind.INITIAL_WARNING, case=case)
    assert missing(app, letter) == []
    assert letter.body.startswith("Dear Ann Penrose\n\nWe write to you because the way that you contact us about")
    assert "is becoming a concern" in letter.body
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


def test_where_one_route_is_used_up_the_next_stands_as_the_first(app: App, ann: Customer) -> None:
    policy, case = load_policy("principal"), a_case(app, ann)
    a_step(app, case, K.APPEAL_DECIDED, "The log bears us out.", {"outcome": "not_upheld", "uninvolved": True})
    words = drafted(app, LetterKind.APPEAL_OUTCOME, case=case, policy=policy).contents["challenge"]
    assert "- You can complain to the Local Government and Social Care Ombudsman" in words
    looked_at = {R.REVIEW_DECIDED: {"outcome": "upheld_refusal", "uninvolved": True, "words": "Right."}}
    request = a_request(app, ann, Regime.FOI, looked_at)
    letter = drafted(app, LetterKind.FOI_REVIEW_OUTCOME, request=request, policy=policy)
    assert letter.contents["ico"].startswith("You can apply to the Information Commissioner")


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
    a_step(app, case, K.PERIODIC_REVIEW, "Looked at the log.", facts, decision_id=decision.id)
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
    a_request_step(app, request, R.ESTIMATE, {**first, "minutes": 540})
    words = drafted(app, LetterKind.FOI_REFUSAL_COST, request=request).contents["estimate"]
    assert f"about 19 hours, together with your other request ({added.reference}):" in words
    assert "- finding the information: 19 hours" in words


def test_a_letter_about_cost_tells_nobody_whose_request_was_added_to_theirs(app: App, ann: Customer) -> None:
    hours: dict[str, Any] = {"task": "locating", "minutes": 600, "words": "the deed room"}
    theirs = a_request(app, a_customer(app, name="Ben Trewin"), Regime.FOI, {R.ESTIMATE: hours}, number=2)
    added: dict[RequestStepKind, Any] = {
        R.ESTIMATE: hours,
        R.AGGREGATED: {"with": theirs.reference, "link": "one text"},
    }
    letter = drafted(app, LetterKind.FOI_NARROWING, request=a_request(app, ann, Regime.FOI, added))
    words = letter.contents["cost_limit"]
    assert "about 20 hours, together with a request of somebody else, because we find that you act together:" in words
    assert theirs.reference not in letter.body
    assert "Trewin" not in letter.body


def test_a_letter_that_asks_for_proof_or_a_fee_says_why_how_much_and_when_the_month_begins(
    app: App, ann: Customer
) -> None:
    doubt = {"words": "Please send a bill with your address.", "doubt": "You wrote from an address new to us."}
    fee = {"words": "You ask for a further copy.", "pounds": 10}
    request = a_request(app, ann, Regime.SAR, {R.IDENTITY_ASKED: doubt, R.FEE_ASKED: fee})
    letter = drafted(app, LetterKind.SAR_CLARIFICATION, request=request)
    for words in (doubt["words"], doubt["doubt"], "a fee of 10 pounds", fee["words"], "begins on the day we have it"):
        assert str(words) in letter.body
    question = a_request(app, ann, Regime.SAR, {R.CLARIFICATION_ASKED: {"words": "Which years?"}}, number=2)
    assert "stands still until then" in drafted(app, LetterKind.SAR_CLARIFICATION, request=question).body


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


def test_what_a_letter_says_is_enclosed_is_named_at_its_foot_by_a_person(app: App, ann: Customer) -> None:
    request = a_request(app, ann, Regime.FOI, {})
    letter = drafted(
        app, LetterKind.FOI_ANSWER, request=request, passages={"answer": "We enclose the invoices of 2025."}
    )
    assert missing(app, letter) == ["it says that something is enclosed; name it: --passage enclosed='...'"]
    letter = changed(app, letter, passages={"enclosed": "nine invoices of 2025"})
    assert missing(app, letter) == []
    text = as_text(letter, HEAD, on=MONDAY, signed_by="R. Trelawny")
    assert text.endswith("\n\nEnclosed: nine invoices of 2025\n")
    assert ENCLOSED not in changed(app, letter, passages={"enclosed": ""}).contents


def test_a_customer_reads_the_policys_name_and_date_and_the_record_keeps_its_version(app: App, ann: Customer) -> None:
    app.policy = load_policy("saltash")
    called = "“Unreasonable Customer Behaviour and Persistent Complaints Policy” (April 2022)"
    case, _ = a_decided_case(app, ann)
    letter = drafted(app, LetterKind.DECISION, case=case)
    assert letter.policy_version == "saltash v2 draft, April 2022, reading A"
    assert letter.contents["policy_enclosed"].endswith(f"It is called {called}.")
    text = " ".join(as_text(letter, letterhead(app), on=MONDAY, signed_by="R. Trelawny").split())
    assert text.endswith(f"Enclosed: our policy, {called}")
    told = text + enclosure.summary(app.policy, "Porthmellin Town Council")
    assert [word for word in ("reading A", "v2", "saltash") if word in told] == []
