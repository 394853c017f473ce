from __future__ import annotations

from dataclasses import replace
from math import log

import pytest

from classifiers.linking import Link, worth_reading
from classifiers.logistic import Logistic
from classifiers.matters import Matter
from classifiers.repeat import PERHAPS, Repeat, fitted, place
from classifiers.standing import features_of
from models.finding import About, Finding, Relation
from models.history import NOTHING_KNOWN, History
from models.message import Automatic
from tests.unit.letters import LAMP, a_contact, a_message, a_reply, only, refused_lamp


def relation(message, history) -> Finding:
    return only(Repeat().look(message, history), About.RELATION)


@pytest.mark.parametrize(
    ("first", "second", "read"),
    [(0.6, 0.3, 2), (0.6, 0.19, 1), (0.3, 0.11, 2), (0.95, 0.94, 1), (0.1, 0.04, 1), (0.1, 0.06, 2)],
)
def test_a_second_matter_is_read_beside_a_letter_only_where_the_signs_leave_a_doubt(first, second, read):
    contact = a_contact(1, LAMP, day=0)
    matter = Matter((contact,), (contact,))
    found = [Link(matter, chance, {}) for chance in (first, second, second)]
    assert worth_reading(found) == found[:read]


def test_a_first_letter_is_a_new_issue():
    assert relation(a_message(LAMP), NOTHING_KNOWN).label == Relation.NEW_ISSUE


def test_the_same_letter_after_the_final_answer_is_a_repeat_and_shows_both_letters():
    found = relation(a_message(LAMP + " I do not accept your answer."), History(own=refused_lamp()))
    assert found.label == Relation.REPEAT
    assert found.contact == 1
    beside = found.evidence[0]
    assert beside.contact == 1
    assert beside.quote in LAMP
    assert beside.earlier in LAMP


def likely(**chances: float) -> list[Finding]:
    """What is found of a letter after a final answer, where the weights give these chances whatever it says."""
    kept = fitted()
    told = tuple(log(chances.get(label, 0.001)) for label in kept.relation.labels)
    weights = replace(kept, relation=Logistic(kept.relation.labels, told, tuple({} for _ in told)))
    return Repeat(weights).look(a_message(LAMP), History(own=refused_lamp()))


def test_what_may_be_a_repeat_though_another_answer_is_likelier_is_said_after_it():
    first, second = likely(new_issue=0.6, repeat=0.3, follow_up=0.1)
    assert (first.label, second.label) == (Relation.NEW_ISSUE, Relation.REPEAT)
    assert first.score > second.score >= PERHAPS
    assert first.contact is None
    assert second.contact == 1  # so that an officer sees what it would repeat


def test_what_is_hardly_a_repeat_is_not_called_one_and_a_repeat_once():
    assert [found.label for found in likely(new_issue=0.8, repeat=0.2)] == [Relation.NEW_ISSUE]
    assert [found.label for found in likely(new_issue=0.3, repeat=0.7)] == [Relation.REPEAT]


def test_the_words_new_evidence_are_not_evidence():
    shouted = (
        "NEW EVIDENCE! I do not accept your answer about the lamp outside 14 Tinker's Row. "
        "Mend column 7. My mother cannot see the steps."
    )
    assert relation(a_message(shouted), History(own=refused_lamp())).label == Relation.REPEAT


def test_a_dated_accident_with_a_report_is_new_evidence():
    own = (
        "Further to the lamp at Tinker's Row: on 2 March my neighbour Mrs Osei fell on the steps at "
        "ten past seven and was taken to hospital. "
        "The surveyor's report of 4 March is attached, which says that column 7 stands on the "
        "highway. Photographs enclosed."
    )
    found = relation(a_message(own, attached=["report.pdf", "steps.jpg"]), History(own=refused_lamp()))
    assert found.label == Relation.NEW_EVIDENCE


def test_answering_the_officers_question_is_a_follow_up():
    own = (
        a_contact(1, LAMP, day=0),
        a_reply(2, "Could you tell me which side of the steps the lamp is on, please?", day=2, answers="m1"),
    )
    found = relation(
        a_message("The left side as you come up, by the chapel door.", day=3, answers="m2", subject="RE: Lamp"),
        History(own=own),
    )
    assert found.label == Relation.FOLLOW_UP


def test_another_matter_of_the_same_customer_is_a_new_issue():
    own = (
        "Good morning, I should like to book the small hall for my niece's christening tea in June. What does it cost?"
    )
    assert relation(a_message(own, subject="Hall booking"), History(own=refused_lamp())).label == Relation.NEW_ISSUE


@pytest.mark.parametrize("own", ["Thank you so much, it works again.", "Many thanks. Ida Penn"])
def test_thanks_alone_stand_in_no_relation(own):
    assert relation(a_message(own), History(own=refused_lamp())).label == Relation.NONE


def test_a_machines_message_stands_in_no_relation():
    message = replace(a_message(LAMP), automatic=Automatic.AUTO_REPLY)
    assert relation(message, History(own=refused_lamp())).label == Relation.NONE


def test_the_parts_of_the_evidence_add_up_to_what_was_summed():
    message, history = a_message(LAMP + " I ask again."), History(own=refused_lamp())
    found = relation(message, history)
    assert [part.reason for part in found.evidence] == ["same_matter", "how_it_stands", "what_is_new", "what_it_says"]
    placed = place(message, history, fitted())
    assert placed.link is not None
    shares = fitted().relation.shares(features_of(message, placed.link, placed.judged), found.label)
    assert sum(part.weight for part in found.evidence) == pytest.approx(sum(shares.values()), abs=0.01)


def test_an_unfiled_history_is_sorted_by_replies_and_subjects():
    own = tuple(replace(contact, issue=None) for contact in refused_lamp())
    assert relation(a_message(LAMP + " I ask again."), History(own=own)).contact == 1
