"""Whose matter a letter is about, though it names nobody: the second look at who acts for whom."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from classifiers.associate_evidence import with_matter
from classifiers.associate_matter import LOWEST, features, how_it_speaks, likest, second_look
from classifiers.associates import Associates, fitted
from classifiers.beside import ANSWERS, Seen
from classifiers.matters import Matter
from models.history import History, PersonSketch
from models.message import Address, Automatic, Message
from tests.unit.letters import a_contact, a_message, a_reply

TAM = PersonSketch(2, "Tam Orrey", ("tam@row.example",), (), "3 Weir Lane, Overby", watched=True)
FERN = PersonSketch(3, "Fern Oake", ("fern@row.example",), (), "9 Mill Lane, Overby", watched=True)
NESS = PersonSketch(4, "Ness Pole", ("ness@quill.example",))
BADGE = (
    "I wish to have my blue badge back. I was refused it in June. I cannot walk to the clinic at Sallow Bridge where"
    " your assessor sits, so how was I to be assessed? Six points, she says. From my bed to my gate and I am finished."
)
REFUSED = (
    "Your application was scored at six points and eight are needed. The assessment is at the clinic at Sallow Bridge."
    " This is our final decision on the badge."
)
AGAIN = "I ask again for my blue badge. You gave me six points without seeing me walk. I cannot walk to your clinic."
HERONS = "The lads on the heronry wall throw stones at the nests and nobody comes when I ring about the herons."
WATCHED = (
    a_contact(1, BADGE, day=11, customer=2, issue=7, subject="My badge", email="tam@row.example"),
    replace(a_reply(2, REFUSED, day=20, answers="m1", final=True, issue=7), customer=2),
    a_contact(3, AGAIN, day=30, customer=2, issue=7, subject="My badge", email="tam@row.example"),
    a_contact(5, HERONS, day=20, customer=3, issue=8, subject="Herons", email="fern@row.example"),
)
HELPER = (
    "I come three mornings a week to somebody who had words with you, I think she used a bad one, and she has cried"
    " about it since. She gets from the bed to the gate and that is her finished for the day. Six points or eight, she"
    " cannot walk to that clinic at Sallow Bridge. She will not ask you again herself, so I am asking. Could it be"
    " looked at again?"
)


def history(**more: object) -> History:
    return replace(History(customer=NESS, people=(TAM, FERN), watched=WATCHED), **more)


def letter(own: str, subject: str = "A lady I see") -> Message:
    return a_message(own, subject=subject, sender=Address("ness@quill.example", "Ness Pole"))


def says(same: float):
    """A reader that finds every letter as likely to be about the matter as this, and notes which it was asked of."""
    asked: list[Matter] = []

    def read(_: Message, matter: Matter) -> Seen:
        asked.append(matter)
        other = 1 / (1 + np.exp(same))
        rest = (1 - other) / (len(ANSWERS) - 1)
        return Seen(np.log(np.array([other, *[rest] * (len(ANSWERS) - 1)], dtype=np.float32)), (), np.array([]))

    return read, asked


def test_the_letter_of_theirs_that_shares_most_is_found() -> None:
    found = likest(letter(HELPER), history())
    assert found is not None
    assert found.contact.customer == TAM.customer
    assert likest(letter("Please send me the minutes of the meeting in March."), history()) is None


def test_it_is_read_beside_that_matter_alone() -> None:
    read, asked = says(2.0)
    look = second_look(letter(HELPER), history(), read)
    assert look is not None
    assert [contact.id for matter in asked for contact in matter.contacts] == [1, 2, 3]
    assert look.same == pytest.approx(2.0, abs=0.01)
    assert look.newcomer
    assert look.lead == look.alike.share


def test_whoever_wrote_of_it_before_is_no_newcomer_and_leads_less() -> None:
    read, _ = says(2.0)
    mine = (a_contact(9, HELPER, day=30, customer=4, issue=9, email="ness@quill.example"),)
    look = second_look(letter(HELPER), history(own=mine), read)
    assert look is not None
    assert not look.newcomer
    assert look.lead < 0


@pytest.mark.parametrize(
    ("message", "known"),
    [
        (replace(letter(HELPER), automatic=Automatic.AUTO_REPLY), history()),
        (letter(HELPER), history(customer=replace(NESS, watched=True))),
        (letter(HELPER), history(people=(replace(TAM, never_restrict=True),))),
        (letter(HELPER), history(people=(replace(TAM, watched=False),))),
        (letter(HELPER), history(watched=())),
    ],
    ids=["a machine's", "of a watched writer", "about a protected person", "about nobody watched", "nothing written"],
)
def test_where_no_second_look_is_taken_nothing_is_read(message: Message, known: History) -> None:
    read, asked = says(2.0)
    assert second_look(message, known, read) is None
    assert asked == []


def test_how_a_letter_speaks() -> None:
    i, they, short = how_it_speaks("I said that I would. My lamp is out.")
    assert (i > 0, they, short) == (True, 0.0, 1.0)
    i, they, _ = how_it_speaks("She can’t walk. He’s asked her to put it in his words, and she's tired.")
    assert (i, they > 0) == (0.0, True)
    assert how_it_speaks("") == (0.0, 0.0, 1.0)


def test_who_is_not_written_about_gets_nothing_of_it() -> None:
    row = features(letter(HELPER), -2.0, has_signs=True, about=None)
    assert (row["same"], row["alike"], row["they_alike"]) == (LOWEST, 0.0, 0.0)
    assert row["they"] > 0


def test_that_the_writer_acts_for_them_speaks_for_it_and_that_they_do_not_against() -> None:
    def chance(acts: float) -> float:
        read, _ = says(2.0)
        look = second_look(letter(HELPER), history(), lambda *asked: replace(read(*asked), acts=acts))
        row = features(letter(HELPER), -2.0, has_signs=True, about=look)
        return fitted().matter.probabilities(row)["together"]

    assert chance(-4.0) < chance(0.0) < chance(4.0)


def test_a_helper_who_names_nobody_is_seen_with_the_letter_that_says_so() -> None:
    [found] = Associates().look(letter(HELPER), history())
    assert found.customer == TAM.customer
    [shown] = [part for part in found.evidence if part.reason == "same_matter"]
    assert shown.contact in (1, 2, 3)
    assert shown.earlier in BADGE + REFUSED + AGAIN
    assert "Sallow Bridge" in shown.quote
    assert HELPER[shown.start :].startswith(shown.quote)


def test_a_neighbour_with_the_same_trouble_writes_for_themselves() -> None:
    own = "I went to the clinic at Sallow Bridge for my badge and my bus was late. May I have another appointment?"
    assert Associates().look(letter(own, subject="My appointment"), history()) == []


def test_a_strong_first_look_is_not_taken_back() -> None:
    own = "Tam Orrey has asked me to write for him. I like the new benches."
    assert Associates().look(letter(own), history())[0].customer == TAM.customer


def test_who_is_greeted_is_not_shown_as_what_both_letters_are_about() -> None:
    theirs = a_contact(1, "My dear Miss Threlkeld-Oyns,\n\nThe sluice at Sallow Bridge leaks.", day=11, customer=2)
    own = "Dear Miss Threlkeld-Oyns,\n\nThat sluice of hers by the bridge leaks still."
    [shown] = with_matter((), own, theirs, 1.5)
    assert (shown.quote, shown.earlier) == (
        "That sluice of hers by the bridge leaks still.",
        "The sluice at Sallow Bridge leaks.",
    )
    assert (shown.contact, shown.weight, own[shown.start :]) == (1, 1.5, shown.quote)
