"""Whether a letter says that somebody asked people to write."""

from __future__ import annotations

import pytest

from classifiers.prompts import prompted, without_prompt


@pytest.mark.parametrize(
    "own",
    [
        "I was told to write before Friday so here I am.",
        "They put a paper through the door saying write in your own words.",
        "Other parents in the group ask to write our opinion.",
        "The ladies said do all five, so: land, view, lorries.",
        "I was handed a slip outside the chemist.",
        "My nan got the flyer and I am writing mine.",
        "I object because of what it says on the leaflet.",
        "hiya saw the card in the shop, pls dont stop the bells",
        "I picked up the postcard at the chemist's but will use my own words.",
        "Re. leaflet through door. Against.",
        "I can't write a nice letter off a leaflet so here's mine.",
        "Someone gave me a form for this but I will write my own.",
    ],
)
def test_people_say_in_many_words_that_they_were_asked(own: str) -> None:
    assert prompted(own)


@pytest.mark.parametrize(
    "own",
    [
        "The slip at the quay is under weed and I asked for it to be scraped in March.",
        "I have three points to make about the bins.",
        "You asked me to send the receipt, and here it is.",
        "The sheet on the notice board has blown off.",
        "My bus pass is a card with the wrong photograph.",
        "",
    ],
)
def test_a_slip_at_the_quay_or_points_to_make_are_no_prompt(own: str) -> None:
    assert not prompted(own)


def test_what_else_a_letter_says_is_left() -> None:
    left = without_prompt("The leaflet says to tell you why. I walk the dog on the green.")
    assert "leaflet" not in left
    assert "I walk the dog on the green." in left
