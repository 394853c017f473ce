"""Whose message is it by what was said before: answers, quoted letters, and letters that an officer forwards."""

from __future__ import annotations

from bot.bootstrap import App
from models.contact import Match
from tests.village import COUNCIL, GUTTER, answered, mail, taken, told, whose


def test_who_answers_the_councils_letter_from_another_address_is_whom_it_went_to(app: App) -> None:
    answered(app, "WL", "reply-1@quenby-tc.example", to="winnie.lathbury@fenmail.example")
    letter = mail("blueboat22@elsewhere.example", "", "Thursday suits me.", answers="reply-1@quenby-tc.example")
    assert told(app, letter).match is Match.SUGGESTED
    assert whose(app, letter) == "WL"


def test_somebody_else_who_answers_the_councils_letter_under_their_own_name_is_not(app: App) -> None:
    answered(app, "WL", "reply-1@quenby-tc.example", to="winnie.lathbury@fenmail.example")
    words = "Mum showed me this.\n\nSally Kemp"
    assert whose(app, mail("sal@else.example", "Sally Kemp", words, answers="reply-1@quenby-tc.example")) == ""


def test_who_was_copied_into_the_councils_letter_is_not_whom_it_was_written_to(app: App) -> None:
    answered(app, "WL", "reply-1@quenby-tc.example", to="winnie.lathbury@fenmail.example", copied="cc@else.example")
    letter = mail("cc@else.example", "", "Noted.", answers="reply-1@quenby-tc.example")
    assert whose(app, letter) == ""


def test_who_takes_up_a_letter_of_their_own_by_quoting_it_is_known_by_that(app: App) -> None:
    body = (
        "As I said from my other account, it drips.\n\nW.\n\n"
        "On 1 Mar 2026 at 10:30, Winifred Lathbury <winnie.lathbury@fenmail.example> wrote:\n> The gutter hangs off.\n"
    )
    assert whose(app, mail("blueboat22@elsewhere.example", "blueboat22", body)) == "WL"


def test_who_answers_a_neighbours_letter_is_not_that_neighbour(app: App) -> None:
    body = (
        "I agree with every word.\n\nKit Oddie\n\n"
        "On 1 Mar 2026 at 10:30, Winifred Lathbury <winnie.lathbury@fenmail.example> wrote:\n> The gutter hangs off.\n"
    )
    assert whose(app, mail("kit@elsewhere.example", "Kit Oddie", body)) == ""


def test_an_unsigned_answer_from_a_shared_mailbox_is_whose_matter_it_is(app: App) -> None:
    answered(app, "PT", "reply-2@quenby-tc.example", to="thetuplins@lantern.example")
    letter = mail("thetuplins@lantern.example", "The Tuplins", "Yes please.", answers="reply-2@quenby-tc.example")
    assert whose(app, letter) == "PT"


def test_an_unsigned_letter_from_a_shared_mailbox_is_whose_subject_it_carries(app: App) -> None:
    address = "thetuplins@lantern.example"
    first = mail(address, "The Tuplins", f"{GUTTER}\n\nPhilippa", subject="Drip at the bus shelter")
    assert taken(app, first) == "PT"
    assert taken(app, mail(address, "The Tuplins", "Grit, please.\n\nGavin", subject="Ice on the steps")) == "GT"
    assert whose(app, mail(address, "The Tuplins", "Any news?", subject="RE: Drip at the bus shelter")) == "PT"
    assert whose(app, mail(address, "The Tuplins", "Any news?", subject="Fwd: ice on the steps")) == "GT"


def test_a_new_address_once_held_hers_is_held_hers_again(app: App) -> None:
    address = "blueboat22@elsewhere.example"
    assert taken(app, mail(address, "blueboat22", f"{GUTTER}\n\nWinnie\n01632 961101")) == "WL"
    assert whose(app, mail(address, "blueboat22", "And again today.")) == "WL"


# --- forwarded ------------------------------------------------------------------------------------------------------


def test_what_an_officer_forwards_by_mark_and_header_is_the_writers_inside(app: App) -> None:
    body = (
        "For you, I think.\n\nDot\n\n-----Original Message-----\n"
        "From: Winifred Lathbury <winnie.lathbury@fenmail.example>\n"
        f"Sent: 1 March 2026 10:30\nTo: Dot Hale\nSubject: Drip\n\n{GUTTER}\n\nWinnie\n"
    )
    letter = mail(f"dot.hale@{COUNCIL}", "Dot Hale", body, subject="FW: Drip")
    identity = told(app, letter)
    assert (identity.match, whose(app, letter)) == (Match.SUGGESTED, "WL")


def test_what_an_officer_forwards_from_a_stranger_is_nobodys_on_record(app: App) -> None:
    body = (
        "FYI\n\n---------- Forwarded message ---------\nFrom: Ottilie Brask <ottilie@brask.example>\n"
        f"Date: Sun, 1 Mar 2026 at 10:30\nSubject: Drip\nTo: <dot.hale@{COUNCIL}>\n\n{GUTTER}\n\nOttilie\n"
    )
    identity = told(app, mail(f"dot.hale@{COUNCIL}", "Dot Hale", body, subject="Fwd: Drip"))
    assert (identity.match, identity.own_address, identity.name) == (
        Match.UNKNOWN,
        "ottilie@brask.example",
        "Ottilie Brask",
    )
