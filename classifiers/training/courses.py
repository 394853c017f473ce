"""The courses of the encoder that reads a letter beside a matter, and who has seen what.

At first half of the first mailboxes and threads is left out; then it learns from both halves; and in each further
course from what other hands have written meanwhile, and in the last three who acts for whom. What comes next is read by
it each time before it learns from it: only so is something said of unseen mail by an encoder as good as the one that
will run.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from classifiers.beside import Beside
from classifiers.encoder import session_of
from classifiers.training import corpus
from classifiers.training.relation import known_of
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
FOURTH = frozenset(
    ["ferry-island", "mill-borough", "forest-district", "seaside-resort", "commuter-parish", "threads-21"]
)
FIFTH = frozenset(
    [
        *("cathedral-city", "dales-district", "estuary-borough", "vale-town", "ridge-unitary"),
        *("threads-22", "threads-23"),
    ]
)
SIXTH = frozenset(["orchard-county", "lighthouse-district", "weaver-town", "bridge-metropolitan", "threads-24"])
LATER = (corpus.LATEST - SIXTH) | {"threads-25"}
_NOT_FIRST = SECOND | THIRD | FOURTH | FIFTH | SIXTH | LATER


@dataclass(frozen=True)
class Course:
    """What the encoder goes through in `rounds` at this learning rate, and which unseen mail it reads afterwards.

    new     what is learnt; empty: all of the first mailboxes and threads, but for what it `reads` afterwards
    known   of how many lessons that it knows already one is gone through again, so that it forgets nothing
    acting  it learns as well who acts for whom; of how many of these lessons one is gone through again (0: of none)
    """

    name: str
    rounds: int
    rate: float
    reads: Collection[str]
    new: Collection[str] = ()
    known: int = 1
    acting: int = 0


COURSES = (
    Course("half", 5, 1e-4, reads=LEFT_OUT),
    Course("all", 2, 8e-5, reads=SECOND),
    Course("more", 3, 8e-5, reads=THIRD, new=SECOND, known=2),
    Course("third", 3, 8e-5, reads=FOURTH, new=THIRD, known=3),
    Course("fourth", 3, 8e-5, reads=(), new=FOURTH, known=4),
    Course("acting", 2, 8e-5, reads=FIFTH, known=4, acting=1),
    Course("fifth", 3, 8e-5, reads=SIXTH, new=FIFTH, known=5, acting=2),
    Course("sixth", 3, 8e-5, reads=LATER, new=SIXTH, known=6, acting=3),
)


@dataclass(frozen=True)
class Work:
    """Where MiniLM lies, and where what is done is kept meanwhile: a broken run goes on from there."""

    weights: Path
    held: Path

    def after(self, course: Course, folders: Mapping[str, Path]) -> bytes:
        """The encoder that has been through this course and all before it, as exported."""
        place = COURSES.index(course)
        if place:
            self.after(COURSES[place - 1], folders)
        path = self.held / f"beside-{course.name}.onnx"
        if not path.exists():
            if not (self.weights / "model.safetensors").exists():
                raise SystemExit(f"{path} was not made yet, and there is no MiniLM to begin from: run `make train`")
            import torch  # only needed here

            from classifiers.training import beside

            network = beside.Network(self.weights / "model.safetensors")
            if place:
                network.load_state_dict(torch.load(self.held / f"beside-{COURSES[place - 1].name}.pt"))
            taught = _lessons_of(course, folders)
            beside.teach(network, taught, rounds=course.rounds, rate=course.rate, name=path.stem)
            torch.save(network.state_dict(), path.with_suffix(".pt"))
            path.write_bytes(beside.exported(network))
        return path.read_bytes()

    def kept(self, folders: Mapping[str, Path]) -> bytes:
        """The encoder that is kept: the mean of what it was before the last course and after it.

        Such a mean reads new mail better than either (Wortsman and others 2022, "Model soups"); what it read of six
        mailboxes is in docs/models/matters.md.
        """
        path = self.held / "beside-kept.onnx"
        self.after(COURSES[-1], folders)
        if not path.exists():
            import torch  # only needed here

            from classifiers.training import beside

            network = beside.Network(self.weights / "model.safetensors")
            before, after = (torch.load(self.held / f"beside-{course.name}.pt") for course in COURSES[-2:])
            network.load_state_dict({name: (value + after[name]) / 2 for name, value in before.items()})
            path.write_bytes(beside.exported(network))
        return path.read_bytes()

    def readers(self, folders: Mapping[str, Path], *, acting: bool = False) -> dict[str, Beside]:
        """For each mailbox or set that is read by an encoder which had not seen it, that encoder.

        `acting`: only by those which have learnt who acts for whom.
        """
        found: dict[str, Beside] = {}
        for course in COURSES:
            if acting and not course.acting:
                continue
            reader = Beside(session_of(self.after(course, folders)), wordpieces())
            found |= {name: reader for name in course.reads if name in folders}
        return found


def _lessons_of(course: Course, folders: Mapping[str, Path]) -> list[Lesson]:
    if not (course.new or course.acting):
        return _lessons(_without(first_of(folders), course.reads))
    seen, new = _without(folders, _from(course)), {n: folder for n, folder in folders.items() if n in course.new}
    of_what_is_known = _shuffled(_lessons(seen))
    found = [*_lessons(new), *of_what_is_known[:: course.known]]
    if course.acting:
        found += [*_lessons_in_acting(new), *_shuffled(_lessons_in_acting(seen))[:: course.acting]]
    return found


def _shuffled(lessons: list[Lesson]) -> list[Lesson]:
    random.Random(1).shuffle(lessons)
    return lessons


def _from(course: Course) -> frozenset[str]:
    """What is learnt in this course and later, or never."""
    later = COURSES[COURSES.index(course) :]
    return frozenset(name for one in later for name in (*one.new, *one.reads))


def _lessons(folders: Mapping[str, Path]) -> list[Lesson]:
    from classifiers.training import beside  # brings torch, which measuring does without

    return [
        lesson
        for folder in folders.values()
        for lesson in beside.lessons(known_of(folder), wordpieces(), random.Random(1))
    ]


def _lessons_in_acting(folders: Mapping[str, Path]) -> list[Lesson]:
    from classifiers.training import beside

    return [lesson for folder in folders.values() for lesson in beside.lessons_in_acting(folder, wordpieces())]


def _without(folders: Mapping[str, Path], names: Collection[str]) -> dict[str, Path]:
    return {name: folder for name, folder in folders.items() if name not in names}


def first_of(folders: Mapping[str, Path]) -> dict[str, Path]:
    """What the first two courses learn from, in which the words are counted too."""
    return _without(folders, _NOT_FIRST)
