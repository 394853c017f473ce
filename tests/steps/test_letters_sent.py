"""Letters go whole, without a wrong word, under a person's name, and are kept as they went (INV-14, INV-28)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import DatabaseError

from bot.bootstrap import App
from bot.letters.check import missing_contents
from bot.letters.draft import withdraw
from bot.letters.render import as_text
from bot.letters.send import queue, record_event
from bot.work import SERVICE
from models.customer import Customer
from models.errors import NotAllowed, Refused
from models.letter import Letter, LetterEventKind, LetterKind, LetterState, find_paper, sent_letter
from models.policy import Policy
from models.request import Regime
from tests.builders import CLERK, a_contact, a_customer, put_clock
from tests.letters import (
    HEAD,
    MONDAY,
    K,
    R,
    a_decided_case,
    a_request,
    a_whole_letter,
    changed,
    drafted,
    gone,
    missing,
    order,
    queued,
    state,
    wrong,
)
from tests.records import a_case, a_step

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


# --- sending ---


def test_an_incomplete_letter_cannot_be_queued_and_the_refusal_names_everything(app: App, ann: Customer) -> None:
    letter = drafted(app, LetterKind.FORMAL_WARNING, case=a_case(app, ann), postal_address="1 Quay Street")
    with pytest.raises(Refused, match="why is missing; meeting is missing; named contact is missing"):
        gone(app, letter)
    assert state(app, letter) is LetterState.DRAFT


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
