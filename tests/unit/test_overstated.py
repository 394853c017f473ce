from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from classifiers.training.corpus import read
from classifiers.training.overstated import overstated


def true_of(share: float, letters: int) -> NDArray[np.float64]:
    return (np.arange(letters) < share * letters).astype(np.float64)


def test_log_odds_that_are_right_are_not_overstated():
    assert overstated(np.zeros(1000), true_of(0.5, 1000)) == pytest.approx(0, abs=0.01)


def test_what_is_said_too_often_is_overstated_by_its_log_odds():
    assert overstated(np.zeros(100_000), true_of(0.25, 100_000)) == pytest.approx(np.log(3), abs=0.01)


def test_few_letters_in_doubt_move_little():
    one = overstated(np.zeros(4), np.zeros(4))
    assert 0 < one < overstated(np.zeros(40), np.zeros(40))


def test_what_is_said_too_seldom_is_left_as_it_is():
    assert overstated(np.full(1000, -2.0), true_of(0.5, 1000)) == 0


def test_only_whole_mailboxes_tell_how_often_a_kind_comes():
    examples = read()
    assert {e.group for e in examples if e.of_mailbox} == {e.group for e in examples if "/" not in e.group}
    assert not any(e.line for e in examples if e.of_mailbox)
