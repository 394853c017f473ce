"""The second course of the encoder of single messages: it goes on to learn from what other hands wrote after the first.

The SECOND mailboxes measured what the first course was worth, and then moved the stack (`classifiers.training.later`);
only after that they are taught. What it knows already is gone through again in parts, so that it forgets nothing. On
two cores it takes a quarter of an hour; it goes on from where `benchmarks.words --keep` left it.

    python -m classifiers.training.second --weights FOLDER [--held FOLDER] [--ruled FILE]
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date

import torch

from classifiers.encoder import NAME
from classifiers.kept import ARTEFACTS
from classifiers.training.corpus import SECOND, read, taught
from classifiers.training.encoder import LOWEST, Lesson, lesson, mosaics, teach
from classifiers.training.export import exported, keep_encoder
from classifiers.training.network import pretrained
from classifiers.training.reader import DATA as CORPUS_DATA
from classifiers.training.reader import PUBLIC_DATA, arguments
from classifiers.wordpiece import Wordpieces

ROUNDS = 2
RATE = 1e-4
LINES_AGAIN, LETTERS_AGAIN = 3, 4  # of what it knows a third and a fourth, others in each round


def main() -> None:
    work, told = arguments(__doc__)
    pieces = Wordpieces(work.vocabulary())
    new = [example for example in read() if example.group in SECOND]
    known = taught(ruled=told.ruled)
    lines, letters = ([lesson(e, pieces) for e in known if e.line is line] for line in (True, False))
    second = [lesson(example, pieces) for example in new]

    def lessons_of(turn: int) -> Sequence[Lesson]:
        made = mosaics([*(e for e in known if e.line), *new], random.Random(2_000 + turn))
        again = [*lines[turn % LINES_AGAIN :: LINES_AGAIN], *letters[turn % LETTERS_AGAIN :: LETTERS_AGAIN]]
        return [*again, *second, *(lesson(example, pieces) for example in made)]

    network = pretrained(work.checked())
    network.load_state_dict(torch.load(work.held / "all.pt"))
    teach(network, ROUNDS, lessons_of, rate=RATE, name="second course", still=LOWEST)
    made_of = {"corpus": CORPUS_DATA, "public": PUBLIC_DATA, "begun from": "all-MiniLM-L6-v2"}
    keep_encoder(ARTEFACTS / NAME, exported(network), data=made_of, date=date.today().isoformat())  # noqa: DTZ011


if __name__ == "__main__":
    main()
