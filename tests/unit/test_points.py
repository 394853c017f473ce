"""One form for each way to reach somebody, however it was written."""

from __future__ import annotations

import pytest

from bot.intake import points


@pytest.mark.parametrize(
    "written",
    ["01632 960001", "(01632) 960 001", "+44 (0)1632 960001", "0044 1632 960001", "01632-960-001", "+441632960001"],
)
def test_a_telephone_number_is_the_same_however_it_is_written(written: str) -> None:
    assert points.phone(written) == "01632960001"
    assert points.phones_in(f"Ring {written} after six") == ("01632960001",)


@pytest.mark.parametrize("text", ["12/05/2025", "£1,200,000", "ref 2025-118", "1234", "14 15 16"])
def test_dates_sums_and_references_are_no_telephone_numbers(text: str) -> None:
    assert points.phones_in(text) == ()


def test_a_number_on_the_next_line_is_not_part_of_it() -> None:
    assert points.phones_in("01632 960001\n16 Mill Street") == ("01632960001",)


def test_a_postcode_is_found_with_and_without_its_space() -> None:
    assert points.postcodes_in("Mill House, ab1 2cd or EF34GH") == ("AB1 2CD", "EF3 4GH")


def test_plus_tags_always_and_dots_only_where_the_provider_ignores_them_are_folded() -> None:
    assert points.folded_email("Mary.Dunn+council@post.example") == "mary.dunn@post.example"
    assert points.folded_email("mary.dunn@gmail.com") == points.folded_email("marydunn@googlemail.com")


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("12 Mill Street, Orton, AB1 2CD", "12millstreet"),
        ("12, Mill St., Orton", "12millstreet"),
        ("Flat 2, Tower House, 12a Mill Street", "12amillstreet"),
        ("The Old Forge, Mill Lane, Orton", "oldforge"),
        ("", ""),
    ],
)
def test_a_record_is_found_by_house_and_street(address: str, place: str) -> None:
    assert points.place(address) == place


def test_a_street_without_a_house_is_known_for_what_it_is() -> None:
    assert points.is_street_only("milllane")
    assert not points.is_street_only("12milllane")
    assert not points.is_street_only("oldforge")
