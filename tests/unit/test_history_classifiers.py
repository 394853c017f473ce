from __future__ import annotations

import json
from dataclasses import replace

import pytest

from classifiers import kept
from classifiers.history import history_classifiers
from models.history import NOTHING_KNOWN, History, PersonSketch
from models.message import Address, Verdict
from tests.unit.letters import LAMP, a_contact, a_message, refused_lamp

ODD = [
    "",
    " \n\t",
    "?",
    "\x00" * 50,
    "a" * 100_000,
    "ʘ‿ʘ 你好 Привет שלום",
    ". " * 3000,
    "1" * 5000,
    "> " * 2000,
    "[" * 500,
    "Mr " * 500,
]


@pytest.mark.parametrize("own", ODD)
@pytest.mark.parametrize("history", [NOTHING_KNOWN, "known"], ids=["nothing known", "known"])
def test_odd_text_is_read_without_an_error(own, history):
    person = PersonSketch(4, "Lee Marsh", ("lee@marsh.example",), ("01632 960004",), "4 The Cut", watched=True)
    people = History(
        customer=PersonSketch(1, "Ida Penn"),
        own=(*refused_lamp(), a_contact(3, own, day=20, subject=own[:50])),
        watched=(a_contact(4, own, day=21, customer=4),),
        recent=(a_contact(5, own, day=22, customer=5),),
        people=(person,),
    )
    message = a_message(own, subject=own[:200], authentic=Verdict.FAIL, sender=Address("", own[:80]))
    known = people if history == "known" else NOTHING_KNOWN
    for classifier in history_classifiers():
        for finding in classifier.look(message, known):
            assert 0 <= finding.score <= 1
            assert finding.seen_by.startswith(classifier.name)


def test_the_same_input_gives_the_same_findings():
    message, history = a_message(LAMP + " I ask again."), History(own=refused_lamp())
    first, second = ([c.look(message, history) for c in history_classifiers()] for _ in range(2))
    assert first == second


def test_every_quote_stands_where_it_says():
    own = f"Dear Clerk,\n{LAMP}\nOn 3 March Mrs Osei fell there and Tam Orrey has asked me to write for him."
    history = History(own=refused_lamp(), people=(PersonSketch(7, "Tam Orrey", watched=True),))
    for classifier in history_classifiers():
        for finding in classifier.look(a_message(own), history):
            for part in finding.evidence:
                assert part.start == -1 or own[part.start : part.start + len(part.quote)] == part.quote


def test_a_long_history_is_read_only_where_it_may_matter():
    long = tuple(
        a_contact(
            n, f"Letter {n} about the drain in Garth {n} and its grating.", day=n / 100, issue=n, subject=f"Drain {n}"
        )
        for n in range(10, 3000)
    )
    found = history_classifiers()[0].look(
        a_message(LAMP + " I ask again.", day=400), History(own=(*refused_lamp(), *long))
    )
    assert found[0].contact in (None, 1)


def test_damaged_weights_are_refused(tmp_path, monkeypatch):
    for name in ("relation.json", "relation.manifest.json"):
        (tmp_path / name).write_bytes((kept.ARTEFACTS / name).read_bytes())
    content = json.loads((tmp_path / "relation.json").read_text())
    (tmp_path / "relation.json").write_text(json.dumps({**content, "link": {}}))
    monkeypatch.setattr(kept, "ARTEFACTS", tmp_path)
    with pytest.raises(kept.ArtefactDamaged, match=r"relation\.json"):
        kept.load_json("relation.json")


def test_a_restricted_person_is_judged_like_anybody():
    message, history = (
        a_message(LAMP + " I ask again."),
        History(customer=PersonSketch(1, "Ida Penn"), own=refused_lamp()),
    )
    watched = replace(history, customer=PersonSketch(1, "Ida Penn", watched=True))
    assert history_classifiers()[0].look(message, history) == history_classifiers()[0].look(message, watched)
