"""Makes what looks at history again: the encoder that reads a letter beside a matter, and what weighs its answers.

Half of the first mailboxes and threads is left out at first: an encoder that learnt from the other half reads it. It
then goes on to learn from both halves, and reads what other hands wrote afterwards, the SECOND; in a second course from
that, and reads the THIRD; in a third course from those, as the encoder that is kept, which reads what came LATER. What
each says of mail that it had not seen teaches the weights, and is what `benchmarks/relations.py` measures; without the
later ones there would be nothing said by the very encoder that will run. On two cores it takes about an hour.

    python -m classifiers.training.matters --weights FOLDER [--held FOLDER] [--corpus tests/corpus]
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from classifiers import vocabulary
from classifiers.beside import NAME, Beside
from classifiers.encoder import session_of
from classifiers.kept import ARTEFACTS, keep_json
from classifiers.training import corpus
from classifiers.training.relation import DATA, Known, Remembered, count_words, fit_all, fit_answers, known_of
from classifiers.wordpiece import wordpieces

if TYPE_CHECKING:
    from classifiers.training.beside import Lesson

LEFT_OUT = frozenset(
    [
        *("market-town", "valley-community", "harbour-town", "outer-borough"),
        *("threads-1", "threads-3", "threads-5", "threads-7"),
    ]
)
SECOND = corpus.SECOND | {f"threads-{number}" for number in range(9, 14)}
THIRD = frozenset(
    [
        *("racecourse-town", "quarry-district", "port-unitary", "lakes-parish", "garden-suburb"),
        *(f"threads-{number}" for number in range(14, 21)),
    ]
)
LATER = frozenset(
    ["ferry-island", "mill-borough", "forest-district", "seaside-resort", "commuter-parish", "threads-21"]
)
AGAIN, AGAIN_IN_THIRD = 2, 3  # of what it knows, every second or third lesson is gone through again in a further course


@dataclass(frozen=True)
class Course:
    """How often everything is gone through, and how fast."""

    rounds: int
    rate: float


OF_HALF, OF_ALL, OF_SECOND, OF_THIRD = Course(5, 1e-4), Course(2, 8e-5), Course(3, 8e-5), Course(3, 8e-5)


@dataclass(frozen=True)
class Work:
    """Where MiniLM lies, and where what is done is kept meanwhile: a broken run goes on from there."""

    weights: Path
    held: Path

    def of_half(self, folders: Mapping[str, Path]) -> bytes:
        """The encoder that has not seen the mailboxes LEFT_OUT, as exported."""
        return self._made("beside-half", lambda: _lessons(_without(first_of(folders), LEFT_OUT)), OF_HALF)

    def of_first(self, folders: Mapping[str, Path]) -> bytes:
        """The encoder that has been through the first course."""
        self.of_half(folders)
        return self._made("beside-all", lambda: _lessons(first_of(folders)), OF_ALL, begun="beside-half")

    def of_second(self, folders: Mapping[str, Path]) -> bytes:
        """The encoder that has been through the second course."""
        self.of_first(folders)
        return self._made("beside-more", lambda: _further(folders, SECOND, AGAIN), OF_SECOND, begun="beside-all")

    def of_all(self, folders: Mapping[str, Path]) -> bytes:
        """The encoder that is kept."""
        self.of_second(folders)
        return self._made(
            "beside-third", lambda: _further(folders, THIRD, AGAIN_IN_THIRD), OF_THIRD, begun="beside-more"
        )

    def _made(self, name: str, lessons: Callable[[], list[Lesson]], course: Course, begun: str = "") -> bytes:
        path = self.held / f"{name}.onnx"
        if not path.exists():
            import torch  # only needed here

            from classifiers.training import beside

            network = beside.Network(self.weights / "model.safetensors")
            if begun:
                network.load_state_dict(torch.load(self.held / f"{begun}.pt"))
            beside.teach(network, lessons(), rounds=course.rounds, rate=course.rate, name=name)
            torch.save(network.state_dict(), path.with_suffix(".pt"))
            path.write_bytes(beside.exported(network))
        return path.read_bytes()


def _lessons(folders: Mapping[str, Path]) -> list[Lesson]:
    from classifiers.training import beside  # brings torch, which measuring does without

    return [
        lesson
        for folder in folders.values()
        for lesson in beside.lessons(known_of(folder), wordpieces(), random.Random(1))
    ]


def _further(folders: Mapping[str, Path], new: Collection[str], again: int) -> list[Lesson]:
    """All that is new to it, and some of what it knows, so that it forgets nothing."""
    known = _lessons(first_of(folders) if new is SECOND else _without(folders, THIRD | LATER))
    random.Random(1).shuffle(known)
    return [*_lessons({name: folder for name, folder in folders.items() if name in new}), *known[::again]]


def _without(folders: Mapping[str, Path], names: Collection[str]) -> dict[str, Path]:
    return {name: folder for name, folder in folders.items() if name not in names}


def first_of(folders: Mapping[str, Path]) -> dict[str, Path]:
    """The first course, in which the words are counted too."""
    return _without(folders, SECOND | THIRD | LATER)


def unseen(work: Work, folders: Mapping[str, Path]) -> dict[str, list[Known]]:
    """Each letter of LEFT_OUT, SECOND, THIRD and LATER with the last encoder that had not seen it, to read it."""
    readers = (
        (LEFT_OUT, work.of_half(folders)),
        (SECOND, work.of_first(folders)),
        (THIRD, work.of_second(folders)),
        (LATER, work.of_all(folders)),
    )
    found: dict[str, list[Known]] = {}
    for names, raw in readers:
        reader = Beside(session_of(raw), wordpieces())
        # Each mailbox remembers its own: in another the same numbers stand for other letters.
        found |= {name: known_of(folder, Remembered(reader)) for name, folder in folders.items() if name in names}
    return found


def keep(work: Work, folders: Mapping[str, Path]) -> None:
    """Fit everything and write it with its manifests."""
    from classifiers.training.export import keep_encoder  # brings torch, which measuring does without

    today = date.today().isoformat()  # noqa: DTZ011 - the day it was made, nothing depends on it
    rarity = count_words(first_of(folders).values(), in_sources=5)
    kept = {"texts": rarity.texts, "held_by": dict(rarity.held_by)}
    keep_json(ARTEFACTS / "vocabulary.json", kept, data=DATA, date=today)
    vocabulary.use(rarity)
    known = [one for mailbox in unseen(work, folders).values() for one in mailbox]
    raw = work.of_all(folders)
    made_of = {"corpus": DATA, "begun from": "all-MiniLM-L6-v2"}
    keep_encoder(ARTEFACTS / NAME, raw, data=made_of, date=today)
    weights = fit_all(known, rarity, Beside(session_of(raw), wordpieces()))
    parts = {part: getattr(weights, part).to_json() for part in ("link", "choice", "novelty", "relation")}
    keep_json(ARTEFACTS / "relation.json", parts, data=DATA, date=today)
    final = fit_answers(list(first_of(folders).values()))
    answers = {"weights": final.weights.to_json(), "listed": sorted(final.listed)}
    keep_json(ARTEFACTS / "answers.json", answers, data=DATA, date=today)


def arguments(description: str | None) -> argparse.ArgumentParser:
    told = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("--weights", type=Path, help="the folder of all-MiniLM-L6-v2")
    told.add_argument("--held", type=Path, default=Path("build/reader"))
    told.add_argument("--corpus", type=Path, default=Path("tests/corpus"))
    return told


def main() -> None:
    asked = arguments(__doc__).parse_args()
    asked.held.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        keep(Work(asked.weights, asked.held), corpus.sources(asked.corpus, Path(scratch)))


if __name__ == "__main__":
    main()
