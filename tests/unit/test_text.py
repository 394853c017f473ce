"""Sentences keep their place; words say what they say."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.text import LONGEST, MOST_WORDS, sentences, words


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
        ("stuuuupid", "stuupid"),
        ("IDIOT", "idiot"),
    ],
)
def test_a_disguised_word_says_what_it_says(written: str, said: str) -> None:
    assert [word.plain for word in words(written)] == [said]


@pytest.mark.parametrize("written", ["LE97", "14B", "gr8", "m8"])
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
