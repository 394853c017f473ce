"""What one message says: findings with evidence, on any text at all."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.abuse import best_run
from classifiers.text import LONGEST
from classifiers.words import examine
from models.finding import About, Finding
from models.message import Address, Automatic, Message, OwnWords


def a_letter(own: str, *, subject: str = "", automatic: Automatic | None = None) -> Message:
    return Message(
        sha256="0" * 64,
        size=len(own),
        message_id="m1@home.example",
        sender=Address("ann.penhale@home.example"),
        received_at=datetime(2026, 3, 2, 9, tzinfo=UTC),
        to=(Address("clerk@council.example"),),
        subject=subject,
        body=own,
        words=OwnWords(own),
        automatic=automatic,
    )


def said(findings: list[Finding], about: About) -> set[str]:
    return {finding.label for finding in findings if finding.about is about}


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
def test_any_text_can_be_examined_and_every_quote_is_verbatim(own: str) -> None:
    for finding in examine(a_letter(own, subject=own[:50])):
        for evidence in finding.evidence:
            if evidence.quote:
                assert own[evidence.start : evidence.start + len(evidence.quote)] == evidence.quote


def test_the_same_message_gives_the_same_findings() -> None:
    letter = a_letter("You useless idiots. Please send me a copy of the contract for the toilets.", subject="Toilets")
    assert examine(letter) == examine(letter)


def test_a_letter_longer_than_the_limit_is_examined_in_its_first_part() -> None:
    filler = "The bin was emptied on Tuesday. "
    own = "You are a pack of useless fucking idiots. " + filler * (LONGEST // len(filler) + 100)
    assert all(e.start < LONGEST for finding in examine(a_letter(own)) for e in finding.evidence)


@pytest.mark.parametrize("automatic", list(Automatic))
def test_a_machine_is_neither_rude_nor_at_risk(automatic: Automatic) -> None:
    findings = examine(
        a_letter("I will kill you, you idiots. Send me all your records under FOI.", automatic=automatic)
    )
    assert [(finding.about, finding.label, finding.score) for finding in findings] == [(About.KIND, "automatic", 1.0)]


@pytest.mark.parametrize("own", ["", " \n ", "\x00\x01", "?!", "🙂"])
def test_a_letter_of_no_words_has_a_kind_and_nothing_worse(own: str) -> None:
    findings = examine(a_letter(own))
    assert said(findings, About.KIND)
    assert not said(findings, About.ABUSE)
    assert not said(findings, About.RISK)


def test_every_letter_is_something() -> None:
    assert said(examine(a_letter("Zzyzx qwfp arst.")), About.KIND)


def test_an_insult_is_found_and_quoted_by_the_words_that_carry_it() -> None:
    own = "The hedge is still there. You are a useless lazy idiot. Regards, Ann"
    insult = next(f for f in examine(a_letter(own)) if f.about is About.ABUSE and f.label == "insult")
    quote = insult.evidence[0].quote
    assert "idiot" in quote
    assert "hedge" not in quote


def test_an_insult_in_disguise_is_found() -> None:
    assert "insult" in said(examine(a_letter("You are a useless lazy 1d1ot.")), About.ABUSE)


def test_a_civil_complaint_is_not_abuse() -> None:
    own = "I am very disappointed. The bin has been missed four times and nobody has answered me. Please put it right."
    findings = examine(a_letter(own, subject="Missed bin"))
    assert not said(findings, About.ABUSE)
    assert "complaint" in said(findings, About.KIND)


def test_a_request_for_records_is_statutory_though_it_names_no_act() -> None:
    own = "Please send me copies of all invoices the council paid for agency staff in 2024 and the total spent."
    assert said(examine(a_letter(own, subject="Agency staff costs")), About.KIND) & {"foi", "eir", "sar"}


def test_a_request_under_the_act_is_statutory() -> None:
    own = "Under the Freedom of Information Act 2000 please provide the number of parking fines issued in each street."
    assert "foi" in said(examine(a_letter(own, subject="FOI request")), About.KIND)


def test_ones_own_file_is_a_subject_access_request() -> None:
    own = "Please send me all the personal data you hold about me, including emails and notes that mention my name."
    assert "sar" in said(examine(a_letter(own, subject="Subject access request")), About.KIND)


def test_somebody_who_cannot_go_on_is_at_risk() -> None:
    own = "I can't go on like this. I have thought about ending my life. There is nothing left for me."
    risk = [f for f in examine(a_letter(own)) if f.about is About.RISK]
    assert "self_harm" in {f.label for f in risk}
    assert all(f.evidence[0].quote in own for f in risk)


def test_a_letter_in_welsh_says_so() -> None:
    own = "Annwyl Glerc, nid yw'r golau wedi gweithio yn ein stryd ni ers mis ac mae hi'n dywyll iawn. Diolch yn fawr."
    assert said(examine(a_letter(own)), About.LANGUAGE) == {"cy"}


def test_a_letter_in_another_language_is_said_to_be_so_and_nothing_else_is_guessed() -> None:
    own = "Chciałabym złożyć skargę na pracownika, który był wobec mnie niegrzeczny. Czuję się poniżona i boję się."
    assert [(f.about, f.label) for f in examine(a_letter(own))] == [(About.LANGUAGE, "pl")]


def test_a_letter_half_in_english_is_read_and_its_other_half_named() -> None:
    own = (
        "You are a useless lazy idiot and I will tell everybody what you did to my mother at the desk.\n\n"
        "Pani w okienku powiedziała nam, że nie ma dla nas mieszkania i żebyśmy wracali do domu z dziećmi."
    )
    findings = examine(a_letter(own))
    assert said(findings, About.LANGUAGE) == {"pl"}
    assert said(findings, About.KIND)


def test_an_automatic_reply_in_another_language_is_told_by_its_headers() -> None:
    own = "Nie ma mnie w pracy do poniedziałku. Proszę pisać do biura, bo nie czytam poczty."
    findings = examine(a_letter(own, automatic=Automatic.AUTO_REPLY))
    assert [(f.about, f.label) for f in findings] == [(About.KIND, "automatic")]


HOSTILE = {
    "one word": "a" * 50_000,
    "marks by the thousand": "b\u0315\u0300\u0334" * 15_000,
    "marks nobody sees": "i\u200bd\u2066i\u00ado\u202et " * 200,
    "quotation marks": "> > >\n" * 200,
    "controls": "\x00\x01\x1b\x7f" * 500,
    "half surrogates": "\ud800 idiot \udfff" * 100,
    "pictures": "😀👩🏽‍🚒" * 500,
    "points": "?!.,;" * 500,
    "no full stop": "and another thing about the bins " * 60,
    "every letter apart": "y o u  i d i o t " * 60,
    "leet": "y0u u53l355 1d10t " * 60,
    "right to left": "\u202eidiot\u202c \u2067you\u2069 " * 60,
}


@pytest.mark.parametrize("own", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_examined_and_every_quote_is_verbatim(own: str) -> None:
    for finding in examine(a_letter(own, subject=own[:3_000])):
        for evidence in finding.evidence:
            assert own[evidence.start : evidence.start + len(evidence.quote)] == evidence.quote or not evidence.quote


@pytest.mark.parametrize(
    ("values", "run"),
    [([1.0], (0, 0)), ([-2.0, -1.0, -3.0], (1, 1)), ([-1.0, 2.0, -0.5, 3.0, -4.0], (1, 3)), ([1.0, -5.0, 2.0], (2, 2))],
)
def test_the_words_that_carry_abuse_are_the_best_unbroken_run(values: list[float], run: tuple[int, int]) -> None:
    assert best_run(values) == run
