from __future__ import annotations

import pytest

from classifiers.similarity import Rarity, cosine, read, share_of_runs, share_of_words, words

RARITY = Rarity(100, {"the": 99, "dear": 80, "clerk": 60})


def test_words_are_cut_to_a_rough_stem():
    assert words("The Lamp's lamps, LAMP") == ["the", "lamp", "lamp", "lamp"]


def test_a_rare_word_weighs_more_than_one_of_every_letter():
    assert RARITY.of("culvert") == 1.0
    assert RARITY.of("the") < 0.01


def test_the_same_words_weigh_the_same_in_whatever_order_they_come():
    known = Rarity(1000, {f"w{number}": number for number in range(1, 200)})
    said = [f"w{number}" for number in range(1, 200)]
    assert {known.weigh(said[turn:] + said[:turn]) for turn in range(200)} == {known.weigh(said)}


def test_a_text_is_most_like_itself():
    one, other = RARITY.vector(words("the culvert by the mill")), RARITY.vector(words("the mill pond"))
    assert cosine(one, one) == pytest.approx(1.0)
    assert 0 < cosine(one, other) < 1


def test_nothing_shares_nothing():
    assert cosine({}, RARITY.vector(["mill"])) == 0.0
    assert share_of_words([], frozenset({"mill"}), RARITY) == 0.0
    assert share_of_runs(frozenset(), read("one two three").runs, RARITY) == 0.0


def test_a_buried_passage_is_found_whole():
    buried = read("Dear Clerk, as ever: the culvert by the mill is blocked again, and it rains")
    assert share_of_runs(read("the culvert by the mill is blocked").runs, buried.runs, RARITY) == pytest.approx(1.0)
