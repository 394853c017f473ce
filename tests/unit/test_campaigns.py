from __future__ import annotations

import os
import subprocess
import sys

from classifiers.campaigns import Campaigns
from classifiers.causes import LONGEST_TEXT, MOST_TOPICS, topics
from classifiers.prints import topic_prints
from models.finding import About
from models.history import History, PersonSketch
from models.message import Address
from tests.unit.letters import a_contact, a_message, only

CARD = (
    "I object to the closing of the ferry steps at Overby. They are the only dry way to the quay "
    "for prams and wheelchairs, and the saving "
    "of £4,100 a year is small beside the cost of one accident. Please keep the steps open."
)


def look(own: str, earlier):
    alike = tuple(
        a_contact(n, text, day=50 + n, customer=20 + n, issue=None, email=f"w{n}@quill.example")
        for n, text in enumerate(earlier)
    )
    return Campaigns().look(a_message(own, sender=Address("last@row.example", "Bo Fenn")), History(alike=alike))


def test_three_writers_of_one_card_are_a_campaign():
    found = only(
        look(f"{CARD}\n\nMy own lad is in a chair.\nBo Fenn", [CARD, f"Dear all,\n{CARD}\nUna Reed"]), About.CAMPAIGN
    )
    assert found.group
    assert {part.contact for part in found.evidence} == {0, 1}


def test_everybody_who_joins_later_joins_the_same_campaign():
    third, fourth = look(CARD, [CARD] * 2), look(CARD, [CARD] * 3)
    assert third[0].group == fourth[0].group


def test_two_writers_of_one_text_are_not_a_campaign():
    assert look(CARD, [CARD]) == []


def test_the_same_subject_in_everybodys_own_words_is_not_a_template():
    assert look(CARD, ["Please do not close the ferry steps.", "The ferry steps should stay, I use them daily."]) == []


def test_what_a_platform_writes_above_every_letter_makes_no_campaign():
    banner = (
        "[This message was sent through the Overby post box. Reply to it and your answer goes "
        "straight to the resident who wrote it.]\n"
    )
    assert (
        look(f"{banner}A bin is missing.", [f"{banner}The lamp is out again.", f"{banner}May I book the hall in June?"])
        == []
    )


IN_MY_WORDS = (
    "My mother is 88 and I was given a slip outside the chemist. I do not hold with slips, but they are the only dry"
    " way to the quay for prams, and for her, and I shall miss it."
)


def test_a_letter_in_ones_own_words_with_a_line_of_a_known_template_joins_its_campaign():
    found = only(look(IN_MY_WORDS, [CARD, CARD, CARD]), About.CAMPAIGN)
    assert found.group == look(CARD, [CARD] * 3)[0].group


def test_a_line_of_a_letter_that_only_two_wrote_is_no_template():
    assert look(IN_MY_WORDS, [CARD, CARD]) == []


RETOLD = "Please keep the ferry steps at Overby open. Prams and wheelchairs have no other dry way, and £4,100 is small."
ON_THE_OTHER_SIDE = f"I support the closing. {RETOLD.removeprefix('Please keep the ferry steps at Overby open. ')}"


def test_a_letter_that_retells_a_known_template_joins_its_campaign():
    found = only(look(RETOLD, [CARD, CARD, CARD]), About.CAMPAIGN)
    assert found.group == look(CARD, [CARD] * 3)[0].group


def test_a_letter_that_retells_what_only_two_wrote_is_no_campaign():
    assert look(RETOLD, [CARD, CARD]) == []


def test_a_letter_on_the_other_side_tells_of_the_same_thing_and_does_not_join():
    assert look(ON_THE_OTHER_SIDE, [CARD, CARD, CARD]) == []


def test_another_matter_at_the_same_place_does_not_join():
    assert look("The lamp at the ferry steps in Overby is out, please mend it.", [CARD, CARD, CARD]) == []


ON_THE_WALK = [
    "I was handed a leaflet that asks us to write in our own words about the riverside walk. I push a chair along it.",
    "The leaflet said to tell you why. Why: the riverside walk is where my husband proposed. Mend it, do not gate it.",
]


def test_a_prompt_that_each_answers_in_their_own_words_is_a_campaign():
    own = "In response to the leaflet: my customers come by the riverside walk and cannot come by boat."
    assert only(look(own, ON_THE_WALK), About.CAMPAIGN)


ASKED = (
    "The other parents in the group ask us to write. My son is in a chair and there is no other dry way to the quay."
)


def test_whoever_was_asked_to_write_joins_those_who_hold_to_the_letter_of_what_was_asked_for():
    found = only(look(f"Ferry steps at Overby\n{ASKED}", [CARD, CARD, CARD]), About.CAMPAIGN)
    assert found.group == look(CARD, [CARD] * 3)[0].group
    elsewhere = "The other parents in the group ask us to write. Please keep the mobile library, I cannot get to town."
    assert look(elsewhere, [CARD, CARD, CARD]) == []


def test_somebody_warned_who_knows_of_a_leaflet_does_not_join_by_that():
    own = f"Ferry steps at Overby\n{ASKED}"
    alike = tuple(
        a_contact(n, CARD, day=50 + n, customer=20 + n, issue=None, email=f"w{n}@quill.example") for n in range(5)
    )
    assert Campaigns().look(a_message(own), History(alike=alike)) != []
    watched = History(customer=PersonSketch(1, "Ida Penn", watched=True), alike=alike)
    assert Campaigns().look(a_message(own), watched) == []


BEGUN = "I object to the closing of the ferry steps at Overby because {}."


def test_letters_that_begin_as_the_template_does_join_it_once_three_hold_to_it():
    begun = [BEGUN.format("my brother lands there"), BEGUN.format("I am ninety and like to sit on them")]
    found = only(look(CARD, [CARD, *begun, CARD]), About.CAMPAIGN)
    assert {part.contact for part in found.evidence} == {0, 1, 2, 3}
    assert only(look(begun[0], [CARD, CARD, CARD]), About.CAMPAIGN)


def test_letters_that_answer_prompts_about_different_things_are_none():
    own = "In response to the leaflet: please keep the mobile library, I cannot get to town."
    assert look(own, ON_THE_WALK) == []


def test_whoever_says_nothing_of_a_prompt_is_not_taken_for_one_who_answers_it():
    assert look("The riverside walk is flooded at the bend by the boat house again.", ON_THE_WALK) == []


def test_what_a_warned_customers_few_friends_send_for_them_is_no_campaign():
    def sent_by(friends: int) -> list:
        earlier = tuple(
            a_contact(n, CARD, day=50 + n, customer=20 + n, issue=None, email=f"w{n}@quill.example")
            for n in range(friends)
        )
        history = History(alike=earlier, people=(PersonSketch(20, "Una Reed", watched=True),))
        return Campaigns().look(a_message(CARD, sender=Address("last@row.example", "Bo Fenn")), history)

    assert sent_by(3) == []
    assert only(sent_by(4), About.CAMPAIGN)


TITLE = "The quay steps: what I would miss"
UNDER_A_TITLE = [
    "I have met my brother off the Overby boat there every Friday since 1988.",
    "Sitting. I am 90. Before the Overby boat I sit, and after it I go home.",
    "My husband fell in from them twice and still I would not be without them. The Overby boat, every time.",
]


def look_titled(own: str, earlier: list[str], subject: str = TITLE, domain: str = "w{}.example"):
    alike = tuple(
        a_contact(
            n, text, day=50 + n, customer=20 + n, issue=None, email=f"me@{domain.format(n)}", subject=subject.upper()
        )
        for n, text in enumerate(earlier)
    )
    mine = a_message(own, subject=subject, sender=Address(f"last@{domain.format('row')}", "Bo Fenn"))
    return Campaigns().look(mine, History(alike=alike))


LAST = "Nothing much happens there. The Overby boat comes in and we clap."


def test_four_who_write_in_their_own_words_under_a_title_that_they_were_given_are_a_campaign():
    assert only(look_titled(LAST, UNDER_A_TITLE), About.CAMPAIGN).group


def test_three_under_one_title_may_have_hit_upon_it():
    assert look_titled(LAST, UNDER_A_TITLE[:2]) == []


def test_a_subject_that_many_would_choose_or_that_the_council_gave_is_no_title():
    assert look_titled(LAST, UNDER_A_TITLE, "A complaint about this") == []
    assert look_titled(LAST, UNDER_A_TITLE, "Re: The quay steps: what we propose") == []
    assert look_titled(LAST, UNDER_A_TITLE, "Objection 26/00417/FUL") == []


def test_letters_under_one_title_that_have_no_turn_of_phrase_in_common_are_no_campaign():
    others = ["My bin was missed.", "A dog has bitten me on them.", "Are they open on the fourth of May?"]
    assert look_titled(LAST, others) == []


def test_a_title_under_which_one_household_or_firm_writes_is_no_campaign():
    assert look_titled(LAST, UNDER_A_TITLE, domain="firm.example") == []


# --- one cause -------------------------------------------------------------------------------------------------------

FOR_THE_LIDO = (
    "I walk to the Overby lido every day with my mam. Please don't shut it for good.",
    "Just to say I object to the lido at Overby closing, I drive the only bus there.",
    "keep overby lido open pls theres sixty of us in the water on a good day",
    "The poster at the baker's says you want to close Overby lido. It is all that keeps my hip going, so leave it be.",
)
MINE = "I am eighty-four, I need hardly go on: let Overby keep its lido, and do not close it in April."


def written_lately(texts):
    return tuple(
        a_contact(n, text, day=50 + n, customer=20 + n, issue=None, email=f"w{n}@quill.example", subject="The lido")
        for n, text in enumerate(texts)
    )


def look_lately(own, texts, **more):
    message = a_message(own, subject="Overby lido", sender=Address("last@row.example", "Bo Fenn"))
    return Campaigns().look(message, History(lately=written_lately(texts), **more))


def test_those_who_write_for_one_thing_each_in_their_own_words_are_a_campaign():
    found = only(look_lately(MINE, FOR_THE_LIDO), About.CAMPAIGN)
    assert len(found.evidence) >= 2
    assert {part.reason for part in found.evidence} == {"same_cause"}
    for part in found.evidence:
        assert part.quote in MINE
        assert part.earlier in FOR_THE_LIDO[part.contact]


def test_a_letter_too_long_to_be_about_one_thing_alone_joins_nobody():
    assert look_lately(f"{MINE} {'And so on and on. ' * 60}", FOR_THE_LIDO) == []


def test_one_other_who_wants_the_same_is_no_campaign():
    assert look_lately(MINE, FOR_THE_LIDO[:1]) == []


def test_who_is_on_the_other_side_does_not_join_them():
    assert look_lately("I support the plan for Overby lido, it was long overdue.", FOR_THE_LIDO) == []
    assert look_lately("I have not signed the sheet about Overby lido. It leaks money.", FOR_THE_LIDO) == []


def test_who_writes_of_one_place_and_demands_nothing_is_of_no_campaign():
    told = [f"There was glass at the Overby lido on {day}." for day in ("Monday", "Friday", "Sunday")]
    assert look_lately("When does the Overby lido open in June?", told) == []


def test_what_is_written_for_somebody_is_none_of_many_letters_for_one_cause():
    assert look_lately(f"I write on behalf of Mr Orrey. {MINE}", FOR_THE_LIDO) == []
    asked_too = "We were all asked to write by the swimming club."
    assert only(look_lately(f"{asked_too} {MINE}", FOR_THE_LIDO), About.CAMPAIGN)


def test_an_answer_to_the_council_is_no_letter_of_a_campaign():
    message = a_message(MINE, subject="Re: your letter", answers="out-1@council.example")
    assert Campaigns().look(message, History(lately=written_lately(FOR_THE_LIDO))) == []


def test_somebody_warned_who_wants_the_same_has_a_matter_of_their_own():
    warned = PersonSketch(9, "Bo Fenn", ("last@row.example",), watched=True)
    assert look_lately(MINE, FOR_THE_LIDO, customer=warned) == []
    near = tuple(PersonSketch(20 + n, f"W {n}", watched=True) for n in range(4))
    assert look_lately(MINE, FOR_THE_LIDO, people=near) == []


def test_a_letter_names_what_its_subject_says_first_and_a_dozen_things_at_most():
    many = " ".join(FOR_THE_LIDO)
    assert len(topics("", many)) == MOST_TOPICS
    assert {"hedge", "sycamore"} <= topics("Hedge and sycamore", many)
    assert topics("The lido", f"{MINE} {'x' * LONGEST_TEXT}") == frozenset()


def test_another_process_finds_the_same_things_named():
    own = " ".join(FOR_THE_LIDO)
    asked = f"from classifiers.prints import topic_prints; print(topic_prints({own!r}, 'The lido'))"
    environment = {**os.environ, "PYTHONHASHSEED": "7"}
    said = subprocess.run([sys.executable, "-c", asked], check=True, capture_output=True, text=True, env=environment)
    assert said.stdout.strip() == str(topic_prints(own, "The lido"))
