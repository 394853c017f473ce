"""Every kind of restriction, how far each goes in words, and what of it the mail server may carry (RES-03, 05, 06)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from click.testing import CliRunner

from bot.bootstrap import App
from bot.casework.reviews import _on_their_terms
from bot.cli import cli
from bot.commands.measures import asked_for, by_hand
from bot.enforcement.apply import switch, wanted_rules
from bot.letters.records import _LIMITS, _MEANS, Occasion, known
from bot.work import SERVICE
from models.channels import closed_by
from models.decision import NEEDS_TERMS, Decision, Measure
from models.errors import Refused
from models.letter import LetterKind
from tests.builders import CLERK, a_customer, a_decision, a_letter, a_term, as_minuted

INBOX = "contact.us@porthmellin.gov.example"


def meaning(app: App, decision: Decision) -> list[str]:
    with app.look() as session:
        found = session.get_one(Decision, decision.id)
        about = Occasion(kind=LetterKind.DECISION, decision=found)
        told = known(session, about, policy=app.policy, council="Porthmellin", recipient="Jenifer Penrose")["meaning"]
        assert isinstance(told, list)
        return told


@pytest.mark.parametrize("measure", sorted(NEEDS_TERMS))
def test_a_kind_that_says_too_little_is_refused_without_its_terms(app: App, measure: Measure) -> None:
    bare = replace(a_term(app.today, measure=measure), terms="  ")
    with pytest.raises(Refused, match=f'needs its terms in words.*--terms "{measure.value}=') as refused:
        a_decision(app, a_customer(app), as_minuted(on=app.today, terms=(bare,)))
    assert "_" not in str(refused.value).partition(":")[0]


def test_each_kind_is_decided_and_its_letter_says_what_it_means(app: App) -> None:
    assert set(_MEANS) == set(_LIMITS) == set(Measure)
    terms = tuple(replace(a_term(app.today, measure=m), terms=f"so far as {INBOX} and {{no}} more.") for m in Measure)
    decision = a_decision(app, a_customer(app), as_minuted(on=app.today, terms=terms))
    told = meaning(app, decision)
    assert len(told) == len(Measure)
    assert all(f"so far as {INBOX} and {{no}} more" in words and words.endswith(".") for words in told)
    assert not any(".." in words for words in told)
    assert {r.measure for r in a_letter(app, decision)} == set(Measure)


def test_the_letter_of_a_kind_without_terms_says_nothing_of_them(app: App) -> None:
    decision = a_decision(
        app, a_customer(app), as_minuted(on=app.today, terms=(a_term(app.today, measure=Measure.FILE_WITHOUT_REPLY),))
    )
    (words,) = meaning(app, decision)
    assert "not reply" in words
    assert "M. Hosking still reads each one" in words
    assert "How far" not in words


def test_no_rule_goes_further_than_the_terms_say(app: App) -> None:
    """What a program cannot read it does not carry out: then people divert, and the mail flows (INV-07)."""
    whole = a_term(app.today)
    narrow = replace(whole, terms="mail to the planning mailbox only")
    for term in (whole, narrow):
        a_letter(app, a_decision(app, a_customer(app), as_minuted(on=app.today, terms=(term,))))
    with app.begin(CLERK) as work:
        switch(work, on=True)
    with app.begin(SERVICE) as work:
        assert [rule.restriction for rule in wanted_rules(work, app.policy, ())] == [1]
    assert by_hand((whole,), app.policy) == ""
    assert "email_block" in by_hand((narrow,), app.policy)


def test_terms_are_given_each_with_its_kind(app: App) -> None:
    day = app.today
    said = ("limited_letters=two letters a month = one each fortnight",)
    letters, _ = asked_for(("limited_letters", "written_only"), said, day, day)
    assert letters.terms == "two letters a month = one each fortnight"
    for wrong, why in (
        (("limited_letters",), "KIND=WORDS"),
        (("limited_letters= ",), "KIND=WORDS"),
        (("limited_calls=one a week",), "add --measure limited_calls"),
        (("written_only=by post", "written_only=by e-mail"), "given twice"),
    ):
        with pytest.raises(Refused, match=why):
            asked_for(("limited_letters", "written_only"), wrong, day, day)


@pytest.mark.parametrize("way", ["case decide", "case extend", "case urgent", "case confirm-urgent", "decision record"])
def test_every_command_that_records_a_decision_takes_terms(way: str) -> None:
    told = CliRunner().invoke(cli, [*way.split(), "--help"])
    assert told.exit_code == 0
    assert "--terms KIND=WORDS" in told.output
    assert "external_body" in told.output


def test_an_extension_goes_on_with_the_terms_that_were_decided(app: App) -> None:
    before = as_minuted(on=app.today, terms=(a_term(app.today, measure=Measure.LIMITED_CALLS),))
    decision = a_decision(app, a_customer(app), before)
    bare = replace(before, terms=(replace(before.terms[0], terms=""),))
    with app.look() as session:
        earlier = session.get_one(Decision, decision.id)
        assert _on_their_terms(earlier, bare).terms[0].terms == "as the resolution says"


def test_what_may_close_a_persons_only_channel_is_taken_to_close_it() -> None:
    kinds = [Measure.GENERIC_INBOX, Measure.LIMITED_PREMISES, Measure.EXTERNAL_BODY, Measure.FILE_WITHOUT_REPLY]
    assert closed_by("telephone", kinds) == [Measure.GENERIC_INBOX, Measure.EXTERNAL_BODY]
    assert closed_by("visit", kinds) == [Measure.GENERIC_INBOX, Measure.LIMITED_PREMISES, Measure.EXTERNAL_BODY]
    assert closed_by("email", kinds) == [Measure.EXTERNAL_BODY]
    assert closed_by("writing", [Measure.LIMITED_LETTERS, Measure.FILE_WITHOUT_REPLY]) == []
