"""The sender's own new words, told apart from everything else in a letter."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.intake.archive_quotes import without_known
from bot.intake.quoting import own_words, reply_with_context
from tests.mail.quoting_blocks import BLOCKS
from tests.mail.quoting_cases import HISTORY, OWN_THOUGH_IT_LOOKS_QUOTED

_CASES: dict[str, str] = {**HISTORY, **OWN_THOUGH_IT_LOOKS_QUOTED, **BLOCKS}
_PARTS = {"o": "own", "q": "quoted", "s": "signature", "d": "disclaimer"}


def body_of(case: str) -> str:
    return "\n".join(line[2:] for line in case.strip("\n").split("\n"))


def lines_of(case: str, part: str) -> list[str]:
    return [line[2:] for line in case.strip("\n").split("\n") if line[:1] == part and line[2:].strip()]


def filled(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


@pytest.mark.parametrize("name", _CASES)
def test_a_letter_is_told_apart_as_a_person_would(name: str) -> None:
    case = _CASES[name]
    words = own_words(body_of(case))
    assert {name: filled(getattr(words, name)) for name in _PARTS.values()} == {
        name: lines_of(case, part) for part, name in _PARTS.items()
    }


@pytest.mark.parametrize("name", _CASES)
def test_windows_line_ends_make_no_difference(name: str) -> None:
    body = body_of(_CASES[name])
    assert own_words(body.replace("\n", "\r\n")) == own_words(body)


@pytest.mark.parametrize("name", _CASES)
def test_own_words_read_once_more_stay_as_they_are(name: str) -> None:
    own = own_words(body_of(_CASES[name])).own
    assert filled(own_words(own).own) == filled(own)


def test_own_words_are_verbatim_and_keep_their_spacing() -> None:
    body = "Formatting and\n\nspaces\n\n    - Item 1\n      - Item 2\t\n\nshould be kept"
    assert own_words(body).own == body


def test_a_letter_of_his_own_sent_again_is_his_own() -> None:
    body = "---------- Forwarded message ---------\nFrom: Mary <mary@trewin.example>\nDate: Mon, 3 Mar 2025 at 10:14\n"
    body += "Subject: Lamp\nTo: clerk@lanmouth-tc.example\n\nThe lamp is still dark."
    assert own_words(body, sender="Mary@Trewin.example").own == "The lamp is still dark."
    assert own_words(body, sender="somebody@else.example").own == ""


def test_a_reply_between_the_lines_is_shown_with_what_it_answers() -> None:
    body = "Dear Jane\n> Which lamp?\nThe one by the chapel.\n\n> Thank you,\n> Jane"
    assert reply_with_context(body) == "Dear Jane\n> Which lamp?\nThe one by the chapel."


def test_a_letter_that_is_only_a_forward_is_shown_as_it_is() -> None:
    body = _CASES["forward_with_nothing_above"]
    assert "burn it down" in reply_with_context(body_of(body))


_PIECES = st.sampled_from(
    ["> quoted", ">", "> > deep", "On 3 Mar 2025 at 10:14, Jo <jo@x.example> wrote:", "On", "wrote:", "From: Jo",
     "To: Jo", "Sent: 3 Mar 2025 10:14", "Subject: x", "-----Original Message-----", "-- ", "--", "----", "", "Regards",
     "Mary", "01632 960123", "It is dark.", "Sent from my iPhone", "[EXTERNAL]", "This email is confidential",
     "P.S. one more", "________________", "\u200e\xa0", "\x00", "\u2028", "\x0b", "On " * 40, ">" * 200, "a" * 5000]
)  # fmt: skip


@given(st.one_of(st.text(), st.lists(_PIECES, max_size=40).map("\n".join)))
def test_no_line_is_lost_or_made_up_whatever_comes_in(body: str) -> None:
    words = own_words(body)
    told = [filled(getattr(words, name)) for name in _PARTS.values()]
    assert Counter(line for lines in told for line in lines) == Counter(
        filled(body.replace("\r\n", "\n").replace("\r", "\n"))
    )
    for lines in told:
        rest = iter(filled(body.replace("\r\n", "\n").replace("\r", "\n")))
        assert all(line in rest for line in lines)


@pytest.mark.parametrize(
    "piece", ["> > > ", "On On On ", "On 3 ", "From: ", "From:\n", "On 1 a@b.example\n", "--\n", "@ < \n", "\n>"]
)
def test_sixty_thousand_hostile_characters_come_through(piece: str) -> None:
    body = piece * (60_000 // len(piece))
    words = own_words(body)
    assert sum(len(getattr(words, name).split()) for name in _PARTS.values()) == len(body.split())


def test_a_letter_of_many_thousand_lines_is_read_so_far_and_kept_whole() -> None:
    own = own_words("It is dark.\n\n" * 40_000 + "> quoted at the very end").own
    assert own.count("It is dark.") == 40_000
    assert "quoted" not in own


COUNCIL = """Dear Mrs Trewin,

Thank you for your letter. The committee looked at the lamp in Chapel Street on 4 March and found it to be in order.

No further work is planned this year. I am sorry for the disappointment.

Jane Pascoe"""


def test_pasted_council_words_are_not_the_senders() -> None:
    body = f"I do not accept this.\n\n{COUNCIL}\n\nIt is as dark as ever."
    words = without_known(own_words(body), [COUNCIL])
    assert "The committee looked" in words.quoted
    assert "No further work" in words.quoted
    assert "I do not accept this." in words.own
    assert words.own.endswith("It is as dark as ever.")


def test_wrapping_case_and_quote_marks_do_not_hide_pasted_words() -> None:
    pasted = "> “no further work is\n> planned this year. I am sorry for the\n> disappointment.”".replace("> ", "  ")
    words = without_known(own_words(f"You said:\n\n{pasted}\n\nThat is no answer."), [COUNCIL])
    assert filled(words.own) == ["You said:", "That is no answer."]


def test_a_sentence_that_quotes_a_few_words_keeps_them() -> None:
    body = (
        "You write that no further work is planned this year. I am sorry for the disappointment, but I will not wait."
    )
    assert without_known(own_words(body), [COUNCIL]).own == body


def test_short_lines_that_everybody_writes_stay() -> None:
    body = "Dear Mrs Trewin,\n\nThank you for your letter.\n\nMary"
    assert without_known(own_words(body), [COUNCIL]).own == body


def test_a_short_line_inside_a_pasted_run_goes_with_it() -> None:
    earlier = (
        "The lamp was tested on the fourth of March.\n\nIt was lit.\n\nNo further work is planned for it this year."
    )
    words = without_known(own_words(f"Rubbish.\n\n{earlier}"), [earlier])
    assert words.own == "Rubbish."
    assert "It was lit." in words.quoted


def test_words_pasted_from_two_letters_are_both_known() -> None:
    first, second = "The lamp was tested on the fourth of March.", "No further work is planned for it this year."
    assert without_known(own_words(f"Well?\n{first}\n\n{second}"), [first, second]).own == "Well?"


def test_nothing_known_changes_nothing() -> None:
    words = own_words("Please mend the lamp.\n\nMary")
    assert without_known(words, []) == words


def test_signature_and_disclaimer_are_left_alone_by_what_is_known() -> None:
    words = own_words("Yes.\n\n-- \nMary Trewin of the Lanmouth in Bloom Society and all its many friends")
    assert without_known(words, [words.signature]) == words
