"""The text of the diverts and the plan for a shelf of scripts, without any server."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mailbox.ports import Rule
from bot.mailbox.rules.sieve import Activate, Delete, Put, Shelf, Step, arrange, found
from bot.mailbox.rules.sieve_script import Block, Dialect, cut, insert, read_block
from bot.mailbox.rules.written import read_back, unfit, written

FULL = Dialect(frozenset({"date", "relational", "fileinto", "mailbox", "include"}))
OLD = Dialect(frozenset({"date", "relational", "fileinto"}))
RULE = Rule(7, ("j.penrose@residents.example",), "Restricted", date(2026, 1, 16), date(2026, 7, 16))

addresses = st.from_regex(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,20}@[a-z0-9-]{1,10}\.example", fullmatch=True)
rules = st.builds(
    Rule,
    restriction=st.integers(1, 10**9),
    addresses=st.lists(addresses, min_size=1, max_size=3, unique=True).map(sorted).map(tuple),
    folder=st.text(min_size=1, max_size=30),
    starts_on=st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    ends_on=st.dates(date(2000, 1, 1), date(2100, 1, 1)),
).filter(lambda rule: not unfit(rule))
scripts = st.dictionaries(
    st.sampled_from(["mine", "summer", 'the "old" one', "évent"]),
    st.lists(
        st.sampled_from(
            [
                b'require ["fileinto", "vacation"];\r\n',
                b'REQUIRE "fileinto"; if true { stop; }',
                b"# rule:[planning]\n",
                b"/* require */ keep;",
                b"\r\n",
                b"if false { stop; }",
                b"\xc3\xab",
            ]
        ),
        max_size=5,
    ).map(b"".join),
)


@given(rules)
def test_a_written_rule_is_read_back_exactly(rule: Rule) -> None:
    line = written(rule)
    assert read_back(line) == rule
    assert line.isascii()
    assert "\n" not in line


@pytest.mark.parametrize("line", ["", "{}", "[]", "[[", '{"restriction": 7}', written(RULE) + " ", "[" * 100_000])
def test_a_line_that_is_not_ours_word_for_word_is_no_rule(line: str) -> None:
    with pytest.raises(ValueError, match="not a rule as we write it"):
        read_back(line)


@given(st.lists(rules, max_size=3).map(tuple))
def test_a_block_says_exactly_its_rules_whatever_their_order(written_rules: tuple[Rule, ...]) -> None:
    text = Block(written_rules, include="mine").text(FULL)
    assert sorted(map(written, read_block(text).rules)) == sorted(map(written, written_rules))
    assert Block(written_rules[::-1], include="mine").text(FULL) == text
    assert read_block(text.replace(b"\r\n", b"\n")) == read_block(text)


@given(st.data())
def test_no_byte_of_a_block_can_be_changed_unnoticed(data: st.DataObject) -> None:
    text = Block((RULE,), include="mine").text(FULL)
    at = data.draw(st.integers(0, len(text) - 3))
    byte = data.draw(st.integers(32, 126).filter(lambda byte: byte != text[at]).map(lambda byte: bytes([byte])))
    changed = text[:at] + byte + text[at + 1 :]
    shelf = Shelf({"evenhand": changed, "mine": b"keep;"}, "evenhand")
    assert found(shelf, FULL).tampered


def test_a_block_with_a_sum_made_to_fit_is_still_not_what_we_would_write() -> None:
    forged = replace(RULE, folder="Trash")
    text = Block((forged,)).text(FULL)
    lines = Block((forged,)).text(FULL).replace(b'fileinto :create "Trash"', b"discard").splitlines(keepends=True)
    from hashlib import sha256

    fitted = b"".join(lines[:-1]) + b"# evenhand: end sha256 " + sha256(b"".join(lines[1:-1])).hexdigest().encode()
    assert found(Shelf({"evenhand": text}, "evenhand"), FULL).ours == (forged,)
    assert "another version" in found(Shelf({"evenhand": fitted + b"\r\n"}, "evenhand"), FULL).tampered[0]


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "offsets"),
    [
        (date(2026, 1, 16), date(2026, 7, 16), ["+0000", "+0100"]),
        (date(2026, 7, 16), date(2027, 1, 16), ["+0100", "+0000"]),
        (date(2026, 3, 29), date(2026, 10, 25), ["+0000", "+0100"]),  # the clocks change after these midnights
        (date(2026, 3, 30), date(2026, 10, 26), ["+0100", "+0000"]),
    ],
)
def test_a_rule_begins_and_ends_with_the_councils_own_midnight(
    starts_on: date, ends_on: date, offsets: list[str]
) -> None:
    text = Block((replace(RULE, starts_on=starts_on, ends_on=ends_on),)).text(FULL).decode()
    assert re.findall(r':zone "([+-]\d+)" :value "(ge|lt)" "date" "([\d-]+)"', text) == [
        (offsets[0], "ge", starts_on.isoformat()),
        (offsets[1], "lt", ends_on.isoformat()),
    ]


@given(scripts)
def test_our_lines_in_anothers_script_come_out_again_byte_for_byte(shelf: dict[str, bytes]) -> None:
    block = Block((RULE,)).text(OLD)
    for text in shelf.values():
        assert cut(insert(block, text)) == (block, text)


def test_our_lines_stand_behind_the_clerks_requires_and_before_the_comment_of_their_first_rule() -> None:
    script = b'# mine\r\nrequire ["a"];\r\n/* two */ require "b";\r\n# rule:[planning]\r\nif true { keep; }\r\n'
    block = Block((RULE,)).text(OLD)
    assert insert(block, script).startswith(
        b'# mine\r\nrequire ["a"];\r\n/* two */ require "b";\r\n' + block + b"# rule"
    )


def test_a_huge_and_hostile_script_is_told_apart_in_no_time() -> None:
    script = b"/* " * 200_000 + b"require " * 200_000 + b"# evenhand: begin" * 1000
    assert cut(insert(Block((RULE,)).text(OLD), script))[1] == script


def _done(shelf: Shelf, steps: list[Step]) -> Shelf:
    """What a ManageSieve server makes of it."""
    kept, active = dict(shelf.scripts), shelf.active
    for step in steps:
        match step:
            case Put(script, content):
                kept[script] = content
            case Activate(script):
                assert script == "" or script in kept
                active = script
            case Delete(script):
                assert script != active, "a server does not delete the active script"
                del kept[script]
    return Shelf(kept, active)


@given(
    theirs=scripts,
    steps=st.lists(st.tuples(st.lists(rules, max_size=2).map(tuple), st.sampled_from([FULL, OLD])), max_size=5),
    data=st.data(),
)
def test_whatever_is_written_in_turn_others_scripts_keep_every_byte_and_all_is_as_before_in_the_end(
    theirs: dict[str, bytes], steps: list[tuple[tuple[Rule, ...], Dialect]], data: st.DataObject
) -> None:
    start = shelf = Shelf(theirs, data.draw(st.sampled_from(["", *theirs])))
    for wanted, dialect in steps:
        shelf = _done(shelf, arrange(shelf, wanted, dialect))
        said = found(shelf, dialect)
        assert (sorted(map(written, said.ours)), said.tampered) == (sorted(map(written, wanted)), ())
        assert said.active
        assert {name: cut(text)[1] for name, text in shelf.scripts.items() if name != "evenhand"} == theirs
        assert arrange(shelf, wanted, dialect) == [], "writing the same again does nothing"
    assert _done(shelf, arrange(shelf, (), FULL)) == start


@given(theirs=scripts, stop_after=st.integers(0, 4), wanted=st.lists(rules, min_size=1, max_size=2).map(tuple))
def test_a_write_cut_off_anywhere_is_made_good_by_the_next(
    theirs: dict[str, bytes], stop_after: int, wanted: tuple[Rule, ...]
) -> None:
    start = Shelf(theirs, next(iter(theirs), ""))
    before = _done(start, arrange(start, (RULE,), OLD))
    torn = _done(before, arrange(before, wanted, FULL)[:stop_after])
    assert _done(torn, arrange(torn, wanted, FULL)) == _done(before, arrange(before, wanted, FULL))
    assert _done(torn, arrange(torn, (), FULL)) == start


def test_a_servers_name_that_could_match_anything_is_no_name() -> None:
    with pytest.raises(ValueError, match="own_mail_server"):
        Dialect(frozenset(), own_mail_server="mx.*")
