from __future__ import annotations

from dataclasses import replace

import pytest

from classifiers.associate_signs import Letter, signs_of
from classifiers.associates import Associates, likeliest
from models.finding import About
from models.history import History, PersonSketch, Ruled
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


@pytest.mark.parametrize(
    ("own", "reason"),
    [
        ("MY UNCLE TAM ASKED FOR THE SLUICE TO BE LOOKED AT.", "kin"),
        ("It is Tam's nephew here, about the sluice.", "kin"),
        ("I write for Mr J. Orrey about the sluice.", "on_behalf"),
        ("Could the sluice at 3, WEIR LANE be looked at?", "shared_address"),
    ],
)
def test_a_name_or_a_house_is_found_however_it_is_written(own, reason):
    letter = Letter(a_message(own, sender=Address("ness@quill.example", "Ness Quill")), History(people=(TAM,)))
    assert reason in {part.reason for part in signs_of(TAM, letter).shown.values()}


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


def test_whoever_is_protected_represents_and_is_no_associate():
    own = "Tam Orrey has asked me to write on his behalf about the sluice."
    member = PersonSketch(9, "Harriet Lowe MP", ("office@lowe.example",), never_restrict=True)
    assert {found.label for found in look(own, customer=member)} <= {"representative"}
    assert look(own, person=replace(TAM, never_restrict=True)) == []


def test_what_the_council_asked_for_is_not_acting_for_anybody():
    found = look("You asked me to say how it looks. Tam Orrey's hedge is over the path by a yard.")
    assert all(finding.score < 0.5 for finding in found)


def test_a_public_providers_domain_is_no_sign():
    person = replace(TAM, emails=("tam@gmail.com",))
    found = look("Tam Orrey has asked me to write for him.", person=person, sender=Address("ness@gmail.com", "Ness"))
    assert "shared_email_domain" not in {part.reason for part in found[0].evidence}


ASKED = "Tam Orrey has asked me to write for him, as he is not allowed to. He wants the sluice looked at again."


def test_of_whom_decides_what_it_is_called():
    labels = {
        "associate": look(ASKED)[0].label,
        "speaks_for": look(ASKED, person=replace(TAM, watched=False))[0].label,
        "advocate": look(f"We act for Mr Tam Orrey. {ASKED}")[0].label,
        "representative": look(f"{ASKED}\n\nCllr Wenna Treve")[0].label,
    }
    assert labels == {name: name for name in labels}
    assert look(ASKED, person=replace(TAM, watched=False, persistent=True))[0].label == "associate"


@pytest.mark.parametrize(
    "own",
    [
        "I am directed by Mr Tam Orrey to ask when the sluice will be mended.",
        "Tam Orrey who mended my roof has asked would I drop you a line: mend the sluice.",
        "At the request of Tam Orrey I put it to you again that the sluice leaks.",
    ],
)
def test_there_are_many_words_for_writing_as_one_was_asked(own: str):
    assert look(own)[0].customer == TAM.customer


@pytest.mark.parametrize(
    "own",
    [
        "I was asked by the clerk to send a photograph of the sluice by Tam Orrey's house.",
        "I can't write well so I rang you about the sluice by Tam Orrey's house.",
        "Your helpline asked could I send this to you: the sluice by Tam Orrey's house leaks.",
    ],
)
def test_what_the_council_asked_for_and_what_one_cannot_do_oneself_are_nobodys_wish(own: str):
    assert look(own) == []


@pytest.mark.parametrize(
    ("own", "label"),
    [
        (f"Dear Cllr Treve,\n\n{ASKED}\n\nNess", "associate"),
        (f"{ASKED} He would like Councillor Treve to see it.\nNess Orrey", "associate"),
        (f"{ASKED}\n\nNess Orrey\nCaseworker\nOffice of Wenna Treve MP", "representative"),
        (f"{ASKED}\n\nNess Orrey, caseworker", "representative"),
        (f"I act for my client, Mr Tam Orrey. {ASKED}\n\nNess Orrey\nCaseworker, Harbour Advice", "advocate"),
    ],
)
def test_who_is_greeted_or_named_in_a_letter_gives_its_writer_no_office(own: str, label: str):
    assert look(own)[0].label == label


def test_a_rejected_pair_is_suggested_again_only_for_evidence_of_another_kind():
    told = a_contact(5, SLUICE, day=30, customer=7, email="tam@orrey.example")
    seen = frozenset({"mentions", "on_behalf"})
    assert look(ASKED, ruled=(Ruled(7, confirmed=False, reasons=seen),)) == []
    again = look(f"{ASKED}\n\n{SLUICE}", ruled=(Ruled(7, confirmed=False, reasons=seen),), watched=(told,))
    assert only(again, About.ASSOCIATE).customer == 7


def test_what_an_officer_confirmed_counts_for_later_letters():
    own = "Tam's beans stood in water again on Friday."
    message = a_message(own, sender=NESS)
    before = likeliest(message, History(people=(TAM,)))
    after = likeliest(message, History(people=(TAM,), ruled=(Ruled(7, confirmed=True),)))
    assert before is not None
    assert after is not None
    assert after[1] > before[1]


def test_going_on_with_a_letter_written_for_somebody_is_writing_for_them_still():
    letter = replace(a_contact(3, ASKED, day=40, customer=9, email=NESS.email, subject="Weir Lane"), acts_for=(7,))
    known = History(customer=PersonSketch(9, "Ness Orrey"), own=(letter,), people=(TAM,))
    found = Associates().look(a_message("Yes, the Friday suits him.", sender=NESS, answers="m3"), known)
    assert {part.reason for part in found[0].evidence} >= {"acted_before"}


def test_i_do_not_speak_for_him_is_not_speaking_for_him():
    found = look("I'm not the Tam Orrey you mean, that's my dad. I don't speak for him. Is the hall free on Sunday?")
    assert found == []


def test_an_investigator_who_names_them_acts_for_neither():
    own = "I am an investigator at the Ombudsman, looking into a complaint by Mr Tam Orrey. I act for neither side."
    assert look(own) == []


def test_hostile_text_is_weighed_in_a_moment():
    own = "on behalf of my " * 400 + "he has has has " * 400 + "asked " * 2000 + "'" * 5000
    look(own)


@pytest.mark.parametrize(
    "own",
    [
        "I have had a letter meant for a Mr Tam Orrey. I have been sent the wrong man's warning. Ness Orrey",
        "May I have a brown bin for 3 Weir Lane? This has nowt to do with Tam Orrey's sluice.",
    ],
)
def test_whoever_says_that_it_is_not_their_matter_acts_for_nobody(own):
    assert look(own) == []


def test_two_users_of_one_platform_do_not_share_its_words():
    banner = "This request was made through the AskHerring website by {}. Replies will be published on the website.\n\n"
    told = a_contact(5, banner.format("T Orrey") + SLUICE, day=30, customer=7, email="request-1@askherring.example")
    own = banner.format("N Quill") + "Please send me the last three inspection reports of the play area."
    assert look(own, sender=Address("request-2@askherring.example", "N Quill"), watched=(told,)) == []
