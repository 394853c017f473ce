"""Word pieces: what the encoder is given of a letter, and where each piece stands in it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.text import Span, sentences, words
from classifiers.wordpiece import LONGEST_PIECES, NO_SENTENCE, SENTENCE, SUBJECT, WINDOW, Window, Wordpieces

_KNOWN = """
    [PAD] [UNK] [CLS] [SEP] you are an idiot id ##iot the bin was missed again ##s drain . , ! ? 12 50 skull pile of
    poo link lamp a ##a b ##b [ ] 月
"""
VOCABULARY = _KNOWN.split()
PIECES = Wordpieces(VOCABULARY)


def read(own: str, subject: str = "") -> list[Window]:
    return PIECES.windows(sentences(own), subject)


def said(window: Window) -> list[str]:
    return [VOCABULARY[number] for number in window.ids]


def of(own: str) -> list[str]:
    """The pieces of a text of one window, without the marks around it."""
    (window,) = read(own)
    return said(window)[1:-1]


@given(st.text(max_size=300), st.text(max_size=60))
def test_every_piece_stands_at_a_word_of_its_sentence(own: str, subject: str) -> None:
    spans = sentences(own)
    places = {
        (number, span.start + word.start, span.start + word.end)
        for number, span in enumerate(spans)
        for word in words(span.text)
    }
    for window in PIECES.windows(spans, subject):
        for place in zip(window.sentence, window.start, window.end, strict=True):
            assert place in places or place == (NO_SENTENCE, 0, 0)


def test_a_piece_knows_its_word_as_written() -> None:
    own = "The bin.  You are an 1d1ot!"
    (window,) = read(own)
    written = [own[start:end] for start, end in zip(window.start, window.end, strict=True)]
    assert written == ["", "The", "bin", ".", "You", "are", "an", "1d1ot", "!", ""]
    assert window.sentence == (-1, 0, 0, 0, 1, 1, 1, 1, 1, -1)


@pytest.mark.parametrize("written", ["idiot", "IDIOT", "1d1ot", "i d i o t", "i.d.i.o.t", "id\u200biot", "idi\u043et"])
def test_a_disguised_word_is_one_piece_as_if_it_were_plain(written: str) -> None:
    assert of(f"the {written} again") == ["the", "idiot", "again"]
    (window,) = read(f"the {written} again")
    assert (window.start[2], window.end[2]) == (4, 4 + len(written))


def test_a_word_is_cut_into_the_longest_pieces_that_are_known() -> None:
    assert of("drains") == ["drain", "##s"]
    assert of("abba") == ["a", "##b", "##b", "##a"]


def test_a_word_of_which_a_part_is_unknown_is_unknown_whole() -> None:
    assert of("the binqx again") == ["the", "[UNK]", "again"]


def test_a_word_that_nobody_reads_gives_few_pieces() -> None:
    assert len(of("ab" * 500)) == LONGEST_PIECES


def test_a_picture_is_read_by_its_name() -> None:
    assert of("you are a \N{PILE OF POO}") == ["you", "are", "a", "pile", "of", "poo"]
    assert of("you \N{SKULL}") == ["you", "skull"]


def test_links_are_one_word_and_numbers_are_read_as_written() -> None:
    assert of("the link https://council.example/bins again") == ["the", "link", "link", "again"]
    assert of("12.50") == ["12", ".", "50"]


def test_words_between_quotation_marks_are_marked() -> None:
    (window,) = read('You are "an idiot" again')
    quoted = dict(zip(said(window), window.quoted, strict=True))
    assert quoted["idiot"] == 1
    assert quoted["you"] == quoted["again"] == 0


@pytest.mark.parametrize("own", ["", " \n "])
def test_an_empty_letter_has_one_window(own: str) -> None:
    assert [said(window) for window in read(own)] == [["[CLS]", "[SEP]"]]
    assert [said(window) for window in read(own, "The bin")] == [["[CLS]", "the", "bin", "[SEP]", "[SEP]"]]


def test_the_subject_stands_at_the_head_of_every_window_and_is_cut() -> None:
    windows = read("the bin was missed again . " * 100, "bin " * 60)
    assert len(windows) > 1
    for window in windows:
        assert said(window)[: SUBJECT + 2] == ["[CLS]", *["bin"] * SUBJECT, "[SEP]"]
        assert set(window.sentence[: SUBJECT + 2]) == {NO_SENTENCE}


def test_a_letter_is_cut_into_windows_at_its_sentences() -> None:
    spans = sentences("The bin was missed again.\n\n" * 200)
    windows = PIECES.windows(spans)
    inside = [{place for place in window.sentence if place >= 0} for window in windows]
    assert [place for window in inside for place in sorted(window)] == list(range(200))
    assert all(len(window.ids) <= WINDOW + 2 for window in windows)
    full = [len(window.ids) - 2 for window in windows[:-1]]
    assert all(pieces + len(of("The bin was missed again.")) > WINDOW for pieces in full)


def test_a_sentence_without_end_is_cut_and_has_a_window_for_itself() -> None:
    text = "a" + " bin" * 1_000
    windows = PIECES.windows([Span(0, len(text), text), Span(len(text), len(text), ""), Span(len(text), len(text), "")])
    assert [len(window.ids) for window in windows] == [SENTENCE + 2]
