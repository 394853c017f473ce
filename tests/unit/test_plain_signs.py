"""What is said outright is never missed; what is denied, reported or a figure of speech is not taken for it."""

from __future__ import annotations

import pytest

from classifiers.plain_signs import own_life_in_danger
from classifiers.text import words


@pytest.mark.parametrize(
    "said",
    [
        "I am going to kill myself.",
        "I have thought about ending my life",
        "i dont want to be here any more",
        "My son says he will take his own life.",
        "She doesn't want to live anymore.",
        "There is nothing left to live for",
        "I feel suicidal most days.",
        "I wish I was dead.",
    ],
)
def test_a_danger_said_outright_is_seen(said: str) -> None:
    assert own_life_in_danger(words(said))


@pytest.mark.parametrize(
    "said",
    [
        "I nearly killed myself on that step.",
        "I am not going to kill myself.",
        "I am taking my life in my hands crossing that road.",
        "I don't want to live next to a building site.",
        'The poster says "end it all" and should come down.',
        "A suicide prevention sign on the bridge would help.",
    ],
)
def test_a_denial_or_a_figure_of_speech_is_not_taken_for_danger(said: str) -> None:
    assert not own_life_in_danger(words(said))
