"""How names are read and compared, so that a wife is not taken for her husband nor a son for his father."""

from __future__ import annotations

import pytest

from bot.intake.person_names import (
    Agreement,
    Generation,
    compare,
    fold,
    is_body,
    read_name,
    read_record_name,
    surname_of,
)


@pytest.mark.parametrize(
    ("written", "record", "agreement"),
    [
        ("Mary Dunn", "Mrs Mary Dunn", Agreement.FULL),
        ("DUNN, Mary", "Mary Dunn", Agreement.FULL),
        ("Dunn Mary", "Mary Dunn", Agreement.FULL),
        ("Bob Tarver", "Robert Tarver", Agreement.SPELLING),
        ("Robert Tarvr", "Robert Tarver", Agreement.SPELLING),
        ("Ade Oyelaran", "Adebayo Oyelaran", Agreement.SPELLING),
        ("Anne-Marie Holt", "Anne Holt", Agreement.SPELLING),
        ("M. Dunn", "Mary Dunn", Agreement.INITIAL),
        ("M. J. Dunn", "Mary Dunn", Agreement.INITIAL),
        ("Mrs Dunn", "Mary Dunn", Agreement.SURNAME),
        ("The Dunns", "Mary Dunn", Agreement.SURNAME),
        ("Peter & Mary Dunn", "Mary Dunn", Agreement.SURNAME),
        ("Mary", "Mary Dunn", Agreement.GIVEN),
        ("M.D.", "Mary Dunn", Agreement.INITIALS),
        ("P. H-B", "Petra Hale-Burn", Agreement.INITIALS),
        ("Mary Hale", "Mary Dunn", Agreement.ANOTHER_SURNAME),
        ("Peter Dunn", "Mary Dunn", Agreement.RELATIVE),
        ("P. Dunn", "Mary Dunn", Agreement.RELATIVE),
        ("Paul Dunn", "Pauline Dunn", Agreement.RELATIVE),
        ("Denis Dunn", "Denise Dunn", Agreement.RELATIVE),
        ("Francis Dunn", "Frances Dunn", Agreement.RELATIVE),
        ("Peter", "Mary Dunn", Agreement.ANOTHER_GIVEN),
        ("P.D.", "Mary Dunn", Agreement.ANOTHER_GIVEN),
        ("Peter Holt", "Mary Dunn", Agreement.ANOTHER),
        ("", "Mary Dunn", Agreement.NOTHING),
        ("plot12", "Mary Dunn", Agreement.NOTHING),
    ],
)
def test_two_ways_of_writing_a_name_agree_as_far_as_they_can(written: str, record: str, agreement: Agreement) -> None:
    assert compare(read_name(written), read_name(record)) is agreement


def test_senior_and_junior_are_kept_apart() -> None:
    assert read_name("Ivor Pask (Senior)").generation is Generation.SENIOR
    assert read_name("Ivor Pask Jnr").generation is Generation.JUNIOR


def test_titles_and_letters_after_the_name_are_no_part_of_it() -> None:
    assert surname_of("Sqn Ldr N. Orme OBE (retd)") == "orme"
    assert surname_of("The Rt Hon. Lady Ada van der Meer") == "vandermeer"


def test_accents_and_apostrophes_do_not_hide_a_surname() -> None:
    assert fold("O’Wójcik-Łąka") == "owojciklaka"


def test_an_association_is_no_person_but_its_secretary_is() -> None:
    assert is_body("Quarry Lane Residents Association")
    (secretary,) = read_record_name("Quarry Silver Band (sec. Mary Dunn)")
    assert (secretary.given, secretary.surname) == (("mary",), "dunn")


@pytest.mark.parametrize("odd", ["", " ", ",", "()", "a@b.example", "💐", "& &", "A" * 5000, "Dr", "...", "-"])
def test_no_name_is_too_odd_to_be_read(odd: str) -> None:
    assert compare(read_name(odd), read_name("Mary Dunn")) is Agreement.NOTHING or read_name(odd)
