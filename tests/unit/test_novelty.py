from __future__ import annotations

from classifiers.repeat import Novelty
from models.history import NOTHING_KNOWN, History
from tests.unit.letters import LAMP, a_message, refused_lamp

FALL = "On 2 March my neighbour Mrs Osei fell there at ten past seven and was taken to hospital."


def novel(own: str, attached=()) -> list[str]:
    return [
        finding.evidence[0].quote
        for finding in Novelty().look(a_message(own, attached=attached), History(own=refused_lamp()))
    ]


def test_the_dated_event_comes_before_the_old_complaint():
    assert novel(f"Dear Clerk,\n\n{LAMP}\n\n{FALL}\n\nYours, Ida Penn")[0] == FALL


def test_what_was_said_before_is_not_new():
    assert not set(novel(LAMP)) & set(LAMP.split(". "))


def test_every_sentence_shown_is_verbatim_and_short():
    own = f"{FALL} " + "and then " * 200 + "she went home."
    for quote in novel(own):
        assert quote in own
        assert len(quote.split()) <= 60


def test_a_first_contact_has_nothing_to_be_new_against():
    assert Novelty().look(a_message(FALL), NOTHING_KNOWN) == []
