"""The benchmark of even-handedness counts rightly, and its set is complete and kept from the trainers."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.even_handed import (
    ENGLISH,
    GROUPS,
    SET,
    Letter,
    Seen,
    Worst,
    compare,
    measure,
    ratio_to_others,
    read_set,
    report,
    shift,
    verdict,
    wilson,
)
from classifiers.training import corpus as training
from models.finding import About, Abuse

QUIET = dict.fromkeys((About.ABUSE, About.RISK, About.CONDUCT), 0.1)


def seen(*labels: str) -> Seen:
    return Seen(frozenset(labels), QUIET)


def two_contents_told_in_every_way() -> dict[Letter, Seen]:
    harmless = {Letter(content, group, "", frozenset()): seen() for content in ("a", "b") for group in GROUPS}
    abusive = {Letter("z", group, "", frozenset({"insult"})): seen("abuse/insult", "kind/comment") for group in ENGLISH}
    return harmless | abusive


# --- counting ---------------------------------------------------------------------------------------------------------


def test_an_interval_holds_its_share_and_is_never_empty_even_for_none() -> None:
    assert wilson(0, 90) == pytest.approx((0.0, 0.0410), abs=1e-3)
    assert wilson(9, 90) == pytest.approx((0.0535, 0.1790), abs=1e-3)
    assert wilson(90, 90)[1] == pytest.approx(1.0)


def test_a_group_is_set_beside_the_mean_of_all_the_others() -> None:
    rates = {"plain": 0.1, "dialect": 0.3, "age": 0.2}
    assert ratio_to_others(rates, "dialect") == pytest.approx(2.0)
    assert ratio_to_others(rates, "plain") == pytest.approx(0.4)


def test_where_nobody_is_flagged_all_are_treated_alike() -> None:
    assert ratio_to_others({"plain": 0.0, "dialect": 0.0}, "dialect") == 1.0


def test_who_alone_is_flagged_has_no_ratio() -> None:
    assert ratio_to_others({"plain": 0.0, "dialect": 0.1}, "dialect") is None


def test_a_group_always_flagged_beside_groups_never_flagged_is_no_chance() -> None:
    rates, worst = compare({"plain": [False] * 20, "dialect": [True] * 20, "age": [False] * 20}, shuffles=500)
    assert (rates["dialect"].hits, rates["dialect"].of) == (20, 20)
    assert worst.group == "dialect"
    assert worst.p < 0.01
    assert rates["dialect"].p < 0.01


def test_groups_flagged_alike_differ_by_chance() -> None:
    flags = [True, False, False, True, False]
    rates, worst = compare({"plain": flags, "dialect": flags, "age": flags}, shuffles=200)
    assert worst.p == 1.0
    assert {one.ratio for one in rates.values()} == {1.0}
    assert rates["age"].between == (1.0, 1.0)


def test_one_more_flag_than_the_others_could_be_chance() -> None:
    _, worst = compare({"plain": [True, False, False], "dialect": [True, True, False]}, shuffles=500)
    assert worst.group == "dialect"
    assert worst.ratio == 2.0
    assert worst.p > 0.5


def test_the_same_table_gives_the_same_figures() -> None:
    table = {"plain": [True, False, False, True], "dialect": [False, True, True, True]}
    assert compare(table, shuffles=100) == compare(table, shuffles=100)


def test_a_shift_is_taken_content_by_content() -> None:
    moved = shift([0.1, 0.5, 0.9], [0.2, 0.6, 1.0])
    assert moved.mean == pytest.approx(0.1)
    assert moved.give_or_take == pytest.approx(0.0)


def test_a_harmless_letter_is_flagged_by_abuse_risk_or_conduct_and_not_by_its_kind() -> None:
    letters = two_contents_told_in_every_way()
    letters[Letter("a", "dialect", "", frozenset())] = seen("abuse/insult", "conduct/grudge", "kind/complaint")
    letters[Letter("b", "dialect", "", frozenset())] = seen("kind/complaint", "language/cy")
    found = measure(list(letters), letters)
    hits = {name: rates["dialect"].hits for name, rates in found.wrongly.items()}
    assert hits == {"any": 1, "abuse": 1, "risk": 0, "conduct": 1, "another language": 1}
    assert found.labels["dialect"] == {"abuse/insult": 1, "conduct/grudge": 1}
    assert found.wrongly["any"]["plain"].hits == 0


def test_abuse_is_found_only_by_its_own_category() -> None:
    letters = two_contents_told_in_every_way()
    letters[Letter("z", "non_native", "", frozenset({"insult"}))] = seen("abuse/profanity", "risk/violence")
    found = measure(list(letters), letters)
    assert {group: rate.hits for group, rate in found.recall.items()} == {"plain": 1, "dialect": 1, "non_native": 0}
    assert found.abusive == 1


def test_the_report_names_every_group_and_ends_with_the_verdicts() -> None:
    letters = two_contents_told_in_every_way()
    lines = list(report(measure(list(letters), letters)))
    assert all(any(line.strip().startswith(group) for line in lines) for group in GROUPS)
    assert [line.split(":")[0] for line in lines[-4:]] == ["Worst", "abuse", "risk", "conduct"]


def test_the_verdict_says_whether_the_goal_is_met_and_whether_it_could_be_chance() -> None:
    met = verdict(Worst("age", 1.2, (0.9, 1.4), 0.4))
    missed = verdict(Worst("dialect", 1.21, (1.1, None), 0.01))
    assert "1.2 is met" in met
    assert "could well be chance" in met
    assert "1.2 is not met" in missed
    assert "hardly chance" in missed
    assert "not met" in verdict(Worst("dialect", None, (None, None), 0.2))


# --- the set ----------------------------------------------------------------------------------------------------------

ROWS = [json.loads(line) for line in SET.read_text(encoding="utf-8").splitlines()]


def test_every_content_is_told_once_in_each_of_its_ways() -> None:
    ways: dict[str, list[str]] = {}
    for row in ROWS:
        ways.setdefault(row["content"], []).append(row["group"])
    abusive = {row["content"] for row in ROWS if row["truth"]["abuse"]}
    assert {content for content, told in ways.items() if sorted(told) != sorted(GROUPS)} == abusive
    assert all(sorted(ways[content]) == sorted(ENGLISH) for content in abusive)
    assert len(ways) - len(abusive) >= 90
    assert len(abusive) >= 30


def test_every_id_and_every_text_is_its_own() -> None:
    assert len({row["id"] for row in ROWS}) == len(ROWS)
    assert len({row["text"] for row in ROWS}) == len(ROWS)


def test_abuse_is_of_one_category_in_all_versions_and_its_words_stand_in_the_text() -> None:
    categories: dict[str, set[tuple[str, ...]]] = {}
    for row in ROWS:
        abuse = row["truth"]["abuse"]
        categories.setdefault(row["content"], set()).add(tuple(Abuse(one["category"]) for one in abuse))
        assert all(one["text"] in row["text"] for one in abuse)
        threatened = any(one["category"] == Abuse.THREAT for one in abuse)
        assert row["truth"]["risk"] == (["violence"] if threatened else [])
        assert row["truth"]["conduct"] == []
    assert all(len(kinds) == 1 for kinds in categories.values())


def test_a_mention_is_the_plain_text_with_something_put_in() -> None:
    plain = {row["content"]: row["text"] for row in ROWS if row["group"] == "plain"}
    for row in ROWS:
        if row["group"] not in ENGLISH:
            told, words = row["text"], plain[row["content"]]
            cut = next(n for n, (a, b) in enumerate(zip(f"{words}\0", told, strict=False)) if a != b)
            back = next(n for n in range(cut, -1, -1) if told.endswith(words[n:]))
            assert told.startswith(words[:back])
            assert len(told) > len(words)


def test_no_way_of_speaking_stands_for_all() -> None:
    for group in ("dialect", "non_native"):
        spoken = Counter(row["variety"] for row in ROWS if row["group"] == group)
        assert len(spoken) == 8
        assert min(spoken.values()) >= 8


def test_no_trainer_reads_the_set() -> None:
    texts = {letter.text for letter in read_set()}
    examples = training.read()
    assert examples
    assert not texts & {example.own for example in examples}
    sources = [path.read_text(encoding="utf-8") for path in Path(training.__file__).parent.glob("*.py")]
    assert sources
    assert not [source for source in sources if SET.parent.name in source or "rglob" in source]
