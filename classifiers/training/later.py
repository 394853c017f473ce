"""Weighs the readers of single messages anew by what they make of mail that was written after them.

The stack was first taught by models that had seen half of the corpus. What the kept models themselves make of letters
that they have not seen says more of how far each is to be believed; so the mailboxes that came LATER are given to the
stack alone. It keeps what it knew and is moved from there as far as they speak for it (a penalty on every step away).
What STAYS and where a label is said from stays: moved, they did worse on mailboxes left out, or wronged a group of
writers (docs/models/reader.md). A minute, without torch.

    python -m classifiers.training.later
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from classifiers.artefact import Arrays, keep_arrays, load_arrays
from classifiers.kept import ARTEFACTS
from classifiers.reading import FIRST, LABELS, STACK, Label, Stack, first_stack, models
from classifiers.training.corpus import LATER, Example, read
from classifiers.training.stack import Judged, learn_stack
from models.finding import Abuse, Conduct, Risk

DATA = "tests/corpus (lines, singles, mailboxes; those that came later for the weights alone): our own words, MIT"

STAYS: tuple[Label, ...] = (*Abuse, Risk.HEALTH_CONDITION, Conduct.REFUSES_OUTCOME)


def judged(examples: Sequence[Example]) -> list[Judged]:
    """Letters as the installed models read them."""
    return [Judged(one, models().read(one.own, one.subject, one.recipients)) for one in examples]


def moved(first: Stack, letters: Sequence[Judged]) -> Stack:
    return learn_stack(letters, first, [label for label in LABELS if label not in STAYS])


def later_ones() -> list[Example]:
    return [example for example in read() if example.group in LATER]


def arrays_of(stack: Stack, prefix: str = "") -> Arrays:
    return {
        f"{prefix}lines": stack.lines,
        f"{prefix}letters": stack.letters,
        f"{prefix}crowd": stack.crowd,
        f"{prefix}offsets": stack.offsets,
    }


def main() -> None:
    first = first_stack()
    stack = moved(first, judged(later_ones()))
    arrays = {**arrays_of(stack), **arrays_of(first, FIRST), "said_from": load_arrays(STACK)["said_from"]}
    keep_arrays(ARTEFACTS / STACK, arrays, data=DATA, date=date.today().isoformat())  # noqa: DTZ011 - the day it was made


if __name__ == "__main__":
    main()
