"""Prints: by which a letter's wording is found again in another's, though no word of it is kept."""

from __future__ import annotations

import subprocess
import sys

from classifiers.prints import MOST_ASKED, MOST_KEPT, prints_of, prints_to_keep
from tests.unit.letters import LAMP

CARD = (
    "I object to the closing of the ferry steps at Overby. They are the only dry way to the quay for prams and "
    "wheelchairs, and the saving of £4,100 a year is small beside the cost of one accident."
)
LONG = " ".join(
    f"The {n}th heron of Zennor carried {n * 7} walnuts over weir {n}, past kiln {n + 3}." for n in range(400)
)


def shared(later: str, earlier: str) -> int:
    return len(set(prints_of(later)) & set(prints_to_keep(earlier)))


def test_a_card_is_found_again_with_somebodys_own_words_round_it() -> None:
    mine = f"Dear clerk,\n\nMy grandmother was born on that quay.\n\n{CARD}\n\nBo Fenn, 3 Weir Lane"
    assert shared(mine, CARD) >= 2
    assert shared(CARD, mine) >= 2


def test_letters_about_other_things_share_none() -> None:
    assert shared(CARD, LAMP) == 0


def test_what_every_letter_says_makes_no_two_letters_alike() -> None:
    manners = "Thank you for your letter. I look forward to hearing from you. Please let me know."
    assert shared(manners, manners) < 2
    assert prints_of("") == ()


def test_a_card_within_a_long_letter_is_found_again_either_way() -> None:
    assert shared(CARD, f"{LONG[:800]} {CARD}") >= 2
    assert shared(f"{LONG[:1000]} {CARD}", CARD) >= 2


def test_however_long_a_letter_is_few_prints_are_kept() -> None:
    assert len(prints_to_keep(LONG)) == MOST_KEPT
    assert len(prints_of(LONG)) == MOST_ASKED


def test_prints_fit_sixty_four_signed_bits_and_are_kept_once() -> None:
    prints = prints_to_keep(CARD + CARD)
    assert len(set(prints)) == len(prints)
    assert all(-(2**63) <= one < 2**63 for one in prints)


def test_another_process_makes_the_same_prints() -> None:
    """Python's own hash would not: what is kept must be found after a restart."""
    asked = f"from classifiers.prints import prints_of; print(prints_of({CARD!r}))"
    said = subprocess.run([sys.executable, "-c", asked], check=True, capture_output=True, text=True).stdout
    assert said.strip() == str(prints_of(CARD))
