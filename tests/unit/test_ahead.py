"""Reading ahead: the same findings in the same order, each made once, and little held in memory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event, Lock

import pytest

from classifiers.ahead import EACH, MOST_THREADS, Lately, ahead, threads
from classifiers.reading import MOST_REMEMBERED, Reading, read, read_beforehand
from classifiers.text import LONGEST
from classifiers.words import examine
from models.message import Automatic, Message
from tests.unit.test_words import a_letter

CORPUS = Path(__file__).resolve().parents[1] / "corpus"


def some_letters() -> list[Message]:
    rows = [json.loads(line) for line in (CORPUS / "singles" / "set-1.jsonl").read_text(encoding="utf-8").splitlines()]
    odd = ["", "\x00", "You useless idiots. " * 50, "i d i o t " * 20]
    return [a_letter(row["body"], subject=row["subject"]) for row in rows[:16]] + [a_letter(own) for own in odd]


def test_letters_read_ahead_give_the_same_findings_as_one_at_a_time() -> None:
    one_at_a_time = [examine(letter) for letter in some_letters()]
    for workers in (1, 3):
        read_ahead = [examine(letter) for letter in ahead(some_letters(), read_beforehand, workers=workers)]
        assert read_ahead == one_at_a_time


def test_everything_is_given_out_once_and_in_order() -> None:
    assert list(ahead(range(100), lambda _: None, workers=3)) == list(range(100))
    assert list(ahead([], lambda _: None)) == []


def test_only_the_next_few_are_taken_up_beforehand() -> None:
    taken: list[int] = []

    def coming() -> Iterator[int]:
        for number in range(1_000):
            taken.append(number)
            yield number

    for number in ahead(coming(), lambda _: None, workers=2):
        assert len(taken) <= number + 1 + 2 * EACH


def test_an_error_while_looking_ahead_is_met_where_the_thing_is_asked_for() -> None:
    def look(number: int) -> int:
        if number == 3:
            raise ValueError("not this one")
        return number

    lately = Lately(look, most=16)
    met = []
    for number in ahead(range(6), lately.of, workers=2):
        try:
            met.append(str(lately.of(number)))
        except ValueError as error:
            met.append(str(error))
    assert met == ["0", "1", "2", "not this one", "4", "5"]


def test_whoever_stops_early_leaves_no_thread_at_work() -> None:
    begun: list[int] = []
    going = ahead(range(100), begun.append, workers=1)
    assert next(going) == 0
    going.close()
    before = list(begun)
    assert len(before) < 100
    assert begun == before


def test_two_threads_that_want_the_same_wait_for_one_to_make_it() -> None:
    made: list[str] = []
    wanted, go_on = Barrier(3), Event()

    def make(key: str) -> str:
        made.append(key)
        assert go_on.wait(10)
        return key.upper()

    lately = Lately(make, most=4)

    def want() -> str:
        wanted.wait(10)
        return lately.of("letter")

    with ThreadPoolExecutor(2) as pool:
        answers = [pool.submit(want) for _ in range(2)]
        wanted.wait(10)
        go_on.set()
        assert [answer.result() for answer in answers] == ["LETTER", "LETTER"]
    assert made == ["letter"]


def test_only_the_last_few_are_remembered() -> None:
    made: list[int] = []

    def make(key: int) -> int:
        made.append(key)
        return key

    lately = Lately(make, most=3)
    for key in (*range(10), 9, 8, 7, 0):
        assert lately.of(key) == key
    assert len(lately) == 3
    assert made == [*range(10), 0]


def test_what_failed_is_tried_again_when_it_is_asked_for_again() -> None:
    lock, failures = Lock(), [ValueError("once")]

    def make(key: str) -> str:
        with lock:
            if failures:
                raise failures.pop()
        return key

    lately = Lately(make, most=3)
    with pytest.raises(ValueError, match="once"):
        lately.of("letter")
    assert lately.of("letter") == "letter"


def test_what_is_read_ahead_is_still_remembered_when_its_turn_comes() -> None:
    assert threads() <= MOST_THREADS
    assert MOST_REMEMBERED > MOST_THREADS * EACH + 1


def test_of_a_huge_letter_only_what_is_read_is_remembered() -> None:
    filler = "The bin was emptied on Tuesday. "
    huge = filler * (3 * LONGEST // len(filler))
    readings: list[Reading] = [read(a_letter(huge + ending)) for ending in ("One.", "Another.")]
    assert readings[0] is readings[1]
    assert readings[0].sentences[-1].end <= LONGEST


@pytest.mark.parametrize("automatic", list(Automatic))
def test_what_a_machine_wrote_is_not_read_beforehand(automatic: Automatic) -> None:
    class Unread(str):
        def __getitem__(self, part: object) -> str:
            raise AssertionError("this was read")

    read_beforehand(a_letter(Unread("We are out of office."), automatic=automatic))
