"""Somebody writes for a person whom they do not name: what the letter is about points to them."""

from __future__ import annotations

import pytest

from classifiers.associate_unnamed import for_somebody
from classifiers.associates import Associates
from models.history import History, PersonSketch
from models.message import Address
from tests.unit.letters import a_contact, a_message

TAM = PersonSketch(2, "Tam Orrey", ("tam@row.example",), (), "3 Weir Lane, Overby", watched=True)
FERN = PersonSketch(3, "Fern Oake", ("fern@row.example",), (), "9 Mill Lane, Overby", watched=True)
SLUICE = [
    "The sluice at Overby mill leaks on to the towpath, and the rack was bent in the flood of 2019. Mend the rack.",
    "I asked for the rack of the sluice to be straightened before the eels run. The towpath is under water.",
]
HERONS = "The lads on the heronry wall throw stones at the nests and nobody comes when I ring about the herons."
WATCHED = (
    *(a_contact(n, own, day=10 + n, customer=2, issue=7, email="tam@row.example") for n, own in enumerate(SLUICE)),
    a_contact(5, HERONS, day=20, customer=3, issue=8, email="fern@row.example"),
)


def look(own: str, *, people: tuple[PersonSketch, ...] = (TAM, FERN)):
    message = a_message(own, subject="", sender=Address("ness@quill.example", "Ness Pole"))
    return Associates().look(message, History(people=people, watched=WATCHED))


SAID_SO = "A friend has shown me his letters and is not allowed to write to you, so I said I would."


@pytest.mark.parametrize(
    "own",
    [
        "My neighbour is only allowed to write to the one lady, so I said I would drop you a line.",
        "He fetched all your letters in, the lot, in a carrier bag.",
        "My mate's blocked from everyone but the boss so im doing it.",
        "So she is not writing. I am.",
        "I do her emails when I'm round.",
        "Writing for an elderly lady in the lane.",
    ],
)
def test_people_say_in_many_words_that_they_write_for_somebody(own: str) -> None:
    assert for_somebody(own)


@pytest.mark.parametrize("own", ["The sluice leaks again.", "Please send me the minutes of the March meeting.", ""])
def test_most_letters_say_nothing_of_the_kind(own: str) -> None:
    assert not for_somebody(own)


def test_what_it_is_about_points_to_the_one_whose_matter_it_is() -> None:
    [found] = look(f"{SAID_SO} It is the rack of the sluice on the towpath, bent in the flood. He wants it mended.")
    assert found.customer == TAM.customer
    assert found.score >= 0.5
    assert "same_matter" in {part.reason for part in found.evidence}
    assert all(part.contact in (0, 1) for part in found.evidence if part.reason == "same_matter")


def test_about_something_else_it_points_to_nobody() -> None:
    assert look(f"{SAID_SO} It is about his blue badge, which has not come.") == []


def test_about_their_matter_but_for_nobody_it_points_to_nobody() -> None:
    assert look("The sluice leaks on to the towpath again and the rack is bent. I fish there.") == []


def test_those_who_were_never_warned_come_into_question_by_name_alone() -> None:
    plain = PersonSketch(2, "Tam Orrey", ("tam@row.example",), (), "3 Weir Lane, Overby")
    assert look(f"{SAID_SO} It is the rack of the sluice on the towpath, bent in the flood.", people=(plain,)) == []
