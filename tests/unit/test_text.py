"""Sentences keep their place; words say what they say."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.text import LONGEST, MOST_CHARACTERS, MOST_WORDS, joined, sentences, words


@given(st.text(max_size=400))
def test_every_sentence_stands_where_it_says(text: str) -> None:
    for span in sentences(text):
        assert text[span.start : span.end] == span.text
        assert span.text.strip() == span.text != ""


@given(st.text(max_size=400))
def test_sentences_lose_nothing_but_white_space(text: str) -> None:
    assert "".join("".join(span.text for span in sentences(text)).split()) == "".join(text.split())


@given(st.text(max_size=400))
def test_every_word_stands_where_it_says_and_in_order(text: str) -> None:
    found = words(text)
    assert all(word.start < word.end for word in found)
    assert all(before.end <= after.start for before, after in pairwise(found))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Dear Mr. Smith, it is No. 4. Please come.", ["Dear Mr. Smith, it is No. 4.", "Please come."]),
        ("Is it open? Yes!", ["Is it open?", "Yes!"]),
        ("Hello,\n\nThe bin\n\nJo", ["Hello,", "The bin", "Jo"]),
        ("I want:\n- the minutes\n- the accounts", ["I want:", "- the minutes", "- the accounts"]),
        ('He said "go away." I went.', ['He said "go away."', "I went."]),
    ],
)
def test_a_text_is_cut_where_its_writer_ended_a_sentence(text: str, said: list[str]) -> None:
    assert [span.text for span in sentences(text)] == said


def test_a_wrapped_line_is_joined_to_the_next() -> None:
    text = "The gully outside number twelve has been blocked with leaves since\nthe storm last Tuesday and it floods."
    assert [span.text for span in sentences(text)] == [text]


def test_a_rant_without_stops_is_cut_so_that_a_quote_can_be_shown() -> None:
    spans = sentences("and another thing " * 300)
    assert max(len(span.text.split()) for span in spans) <= MOST_WORDS


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("1d1ot", "idiot"),
        ("b@stard", "bastard"),
        ("w*nker", "wanker"),
        ("sh!t", "shit"),
        ("i d i o t", "idiot"),
        ("i.d.i.o.t", "idiot"),
        ("id\u200biot", "idiot"),
        ("idi\u043et", "idiot"),
        ("ｉｄｉｏｔ", "idiot"),
        ("stuuuupid", "stupid"),
        ("noooo", "noo"),
        ("1D1OT", "idiot"),
        ("BA5TARD", "bastard"),
        ("st*pid", "stupid"),
        ("d\u200bo\u200bn\u200b'\u200bt", "don't"),
        ("IDIOT", "idiot"),
        ("\u2066idiot\u2069", "idiot"),
        ("i\u0336d\u0489i\u20ddo\u1ab0t", "idiot"),
        ("ᴡᴀɴᴋᴇʀ", "wanker"),
        ("сосе", "coce"),
    ],
)
def test_a_disguised_word_says_what_it_says(written: str, said: str) -> None:
    assert [word.plain for word in words(written)] == [said]


@pytest.mark.parametrize("written", ["LE97", "14B", "gr8", "m8", "SW1A1AA", "PL124XY", "LV07CMZ", "A388"])
def test_a_postcode_or_a_plot_number_is_not_a_disguise(written: str) -> None:
    assert [word.plain for word in words(written)] == [written.lower()]


def test_words_between_quotation_marks_are_known_as_such() -> None:
    found = {word.plain: word.quoted for word in words('He called me "an old bag", which I am not.')}
    assert found["bag"]
    assert not found["called"]
    assert not found["not"]


@pytest.mark.parametrize(
    "piece",
    ["a", "!", ".", "@", "a@", "* ", "a*", '"', "'a ", "i ", "1,", "\n", "\n ", "www.", "a\u200b", "?!\"')", "[" * 9],
)
def test_hostile_text_is_read_to_its_limit_and_no_further(piece: str) -> None:
    text = piece * (LONGEST // len(piece) + 10)
    assert all(word.end <= LONGEST for word in words(text))
    assert all(span.end <= LONGEST for span in sentences(text))


def test_marks_by_the_thousand_on_one_letter_are_taken_off_before_they_are_put_in_order() -> None:
    assert [word.plain for word in words("idio" + "\u0315\u0300" * 90_000 + "t")] == ["idiot"]


def test_a_word_that_nobody_would_write_is_known_by_its_beginning() -> None:
    (word,) = words("a1" * 90_000)
    assert (word.start, word.end) == (0, 180_000)
    assert len(word.plain) <= 100


def test_what_has_neither_stops_nor_spaces_is_cut_so_that_a_quote_can_be_shown() -> None:
    text = "x" * (3 * MOST_CHARACTERS + 5)
    spans = sentences(text)
    assert [len(span.text) for span in spans] == [MOST_CHARACTERS] * 3 + [5]
    assert "".join(span.text for span in spans) == text


def test_of_too_many_sentences_the_short_ones_stand_together_and_nothing_is_lost() -> None:
    long = "I have had enough of this and the clerk will be sorry before the week is out, see if she is not."
    text = "a.\n\n" * 3_000 + long + "\n\n" + "> > >\n" * 3_000
    spans = joined(text, sentences(text), 400)
    assert len(spans) <= 400
    assert [span for span in spans if long in span.text]
    assert all(text[span.start : span.end] == span.text for span in spans)
    assert "".join("".join(span.text for span in spans).split()) == "".join(text.split())


def test_of_an_ordinary_letter_every_sentence_stands_alone() -> None:
    text = "The bin is full. Please come."
    assert joined(text, sentences(text), 400) == sentences(text)


def test_letters_set_apart_by_the_same_mark_are_a_word_and_the_next_word_is_another() -> None:
    assert [word.plain for word in words("you u.s.e.l.e.s.s i.d.i.o.t")] == ["you", "useless", "idiot"]
