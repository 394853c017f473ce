"""Which language a letter is in; that English of every kind is read, and that no other is guessed at."""

from __future__ import annotations

from dataclasses import replace

import pytest

from benchmarks.languages import Answer, answers, cases
from classifiers.language import Languages, language, tongues
from models.history import NOTHING_KNOWN
from models.languages import LANGUAGES, named
from models.message import Automatic
from tests.unit.letters import a_message


def wrong(found: list[Answer]) -> list[str]:
    return [f"{a.case.id}: {a.language}/{a.other} for {a.case.language}/{a.case.other}" for a in found if not a.right]


def test_letters_in_the_languages_of_british_towns_are_told_apart_and_english_of_every_kind_stays_english() -> None:
    assert wrong(answers(cases())) == []


@pytest.mark.parametrize("text", ["", "Cheers", "12345 !!!", "Diolch yn", "dzień dobry", "\u202e\u200b", "???", "u r"])
def test_of_a_word_or_two_nothing_is_said(text: str) -> None:
    assert language(text) == "en"


def test_a_few_welsh_words_do_not_make_an_english_letter_welsh() -> None:
    text = "Bore da, the lamp by Heol y Felin is out and it is dark. Diolch yn fawr, and thank you for it."
    assert tongues(text).other == ""


def test_english_in_letters_that_only_look_latin_is_still_english() -> None:
    assert language("Yоu аrе а usеlеss idiоt аnd I wіll соmе tо yоur hоusе tоnіght.") == "en"


def test_a_letter_half_in_english_is_read_and_the_other_half_is_named() -> None:
    english = "The road by the school is very dangerous and needs a crossing before somebody is hurt."
    welsh = "Mae'r ffordd ger yr ysgol yn beryglus iawn ac mae angen croesfan cyn i rywun gael ei frifo."
    found = tongues(f"{english}\n\n{welsh}")
    assert (found.english, found.other, found.quote) == (True, "cy", welsh)


def test_a_finding_quotes_the_first_words_of_the_other_language_where_they_stand() -> None:
    own = "Hello,\n\nNie mam wody w mieszkaniu od dwóch dni i nie wiem, co robić. Proszę o pomoc."
    (finding,) = Languages().look(a_message(own), NOTHING_KNOWN)
    (evidence,) = finding.evidence
    assert (finding.label, evidence.reason) == ("pl", "whole")
    assert own[evidence.start :].startswith(evidence.quote)
    assert evidence.quote.startswith("Nie mam wody")


def test_a_machine_is_not_asked_for_its_language() -> None:
    away = replace(
        a_message("Nie ma mnie w pracy do poniedziałku. Proszę pisać do biura."), automatic=Automatic.AUTO_REPLY
    )
    assert Languages().look(away, NOTHING_KNOWN) == []


def test_every_language_has_a_name_that_people_use() -> None:
    assert {case.other for case in cases()} - {""} <= LANGUAGES.keys()
    assert named("cy") == "Welsh"
    assert named("xx") == "another language (xx)"
