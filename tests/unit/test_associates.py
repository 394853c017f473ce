from __future__ import annotations

from dataclasses import replace

from classifiers.associates import Associates
from models.finding import About
from models.history import History, PersonSketch
from models.message import Address
from tests.unit.letters import a_contact, a_message, only

TAM = PersonSketch(7, "Tam Orrey", ("tam@orrey.example",), ("01632 960777",), "3 Weir Lane, Overby", watched=True)
NESS = Address("ness@quill.example", "Ness Orrey")
SLUICE = (
    "The sluice was never opened in November as your own minute of 2019 required, and my beans "
    "stood in water until Candlemas."
)


def look(own: str, *, person=TAM, sender=NESS, customer=None, **known):
    history = History(customer=customer, people=(person,), **known)
    return Associates().look(a_message(own, sender=sender, subject="Weir Lane"), history)


def test_writing_on_behalf_of_a_named_watched_customer_is_acting_for_them():
    found = only(
        look("Tam Orrey has asked me to write for him, as he may not. He wants the sluice looked at again."),
        About.ASSOCIATE,
    )
    assert found.customer == 7
    assert {part.reason for part in found.evidence} == {"mentions", "on_behalf"}
    assert found.score >= 0.5


def test_sending_their_words_is_acting_with_them():
    told = a_contact(5, SLUICE, day=30, customer=7, email="tam@orrey.example")
    found = only(look(f"I write in my own right.\n\n{SLUICE}", watched=(told,)), About.ASSOCIATE)
    copied = next(part for part in found.evidence if part.reason == "same_text")
    assert copied.contact == 5
    assert copied.quote == copied.earlier == SLUICE


def test_one_roof_one_telephone_and_one_surname_are_not_enough():
    same_house = PersonSketch(8, "Ness Orrey", ("ness@quill.example",), ("01632 960777",), "3 Weir Lane, Overby")
    found = look(
        "May I have a second garden bin, please? Ness Orrey, 3 Weir Lane, 01632 960777. Mr Orrey has one.",
        customer=same_house,
    )
    assert all(finding.score < 0.5 for finding in found)


def test_nobody_protected_is_ever_an_associate():
    own = "Tam Orrey has asked me to write on his behalf about the sluice."
    member = PersonSketch(9, "Harriet Lowe MP", ("office@lowe.example",), never_restrict=True)
    assert look(own, customer=member) == []
    assert look(own, person=replace(TAM, never_restrict=True)) == []


def test_what_the_council_asked_for_is_not_acting_for_anybody():
    found = look("You asked me to say how it looks. Tam Orrey's hedge is over the path by a yard.")
    assert all(finding.score < 0.5 for finding in found)


def test_a_public_providers_domain_is_no_sign():
    person = replace(TAM, emails=("tam@gmail.com",))
    found = look("Tam Orrey has asked me to write for him.", person=person, sender=Address("ness@gmail.com", "Ness"))
    assert "shared_email_domain" not in {part.reason for part in found[0].evidence}
