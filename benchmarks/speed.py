"""How fast what one message says is found out, and in how much memory:

    python -m benchmarks.speed [--letters 200] [--runs 5] [--json]

The messages have 150 words and are put together from sentences of tests/corpus, every run its own. Each run reads some
one at a time, as the live service does, and as many others ahead on two threads, as a back-fill does; medians are
given. Whatever the machine has, two of its processors are used.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from statistics import median

from classifiers.ahead import ahead
from classifiers.reading import read_beforehand
from classifiers.text import sentences
from classifiers.training.corpus import read as corpus
from classifiers.words import examine, word_classifiers
from models.message import Address, Message, OwnWords

WORDS = 150
PROCESSORS = 2
STARTS = 5
WARMING = 20  # letters read before any clock runs
SEED = 7
LEAST_A_SECOND = 25.0
MOST_MEGABYTES = 600.0
LONGEST_START = 5.0  # seconds

# A process of its own, timed from outside: the interpreter, what is imported, the weights, the first message.
FIRST_MESSAGE = """
from datetime import UTC, datetime
from classifiers.words import examine
from models.message import Address, Message, OwnWords
own = "The lamp at the corner of the lane has been out since Monday. Could somebody please have a look at it?"
sender, now = Address("resident@home.example"), datetime(2026, 1, 1, tzinfo=UTC)
examine(Message(sha256="", size=0, message_id="first", sender=sender, received_at=now, words=OwnWords(own)))
"""


@dataclass(frozen=True, slots=True)
class Run:
    """Messages a second."""

    alone: float
    ahead: float

    @property
    def ratio(self) -> float:
        return self.ahead / self.alone


def letters(seed: int) -> Iterator[Message]:
    """Letters without end, none like another."""
    said = sorted({span.text for letter in corpus() if not letter.line for span in sentences(letter.own)})
    choice = random.Random(seed)
    for number in range(sys.maxsize):
        yield message_of(f"{seed}/{number}", choice, said)


def message_of(name: str, choice: random.Random, said: Sequence[str]) -> Message:
    words: list[str] = []
    while len(words) < WORDS:
        words += choice.choice(said).split()
    own = " ".join(words[:WORDS])
    return Message(
        sha256=name, size=len(own), message_id=name, sender=Address("resident@home.example"),
        to=(Address("clerk@council.example"),), received_at=datetime(2026, 1, 1, tzinfo=UTC),
        subject=" ".join(words[:6]), body=own, words=OwnWords(own),
    )  # fmt: skip


def runs(number: int, of: int) -> list[Run]:
    coming = letters(SEED)
    for message in islice(coming, WARMING):
        examine(message)
    found = []
    for _ in range(number):
        alone, together = list(islice(coming, of)), list(islice(coming, of))
        found.append(Run(rate(alone), rate(together, workers=PROCESSORS)))
    return found


def rate(messages: Sequence[Message], *, workers: int = 0) -> float:
    """Messages a second: one at a time, or read ahead on so many threads."""
    began = time.perf_counter()
    for message in ahead(messages, read_beforehand, workers=workers) if workers else messages:
        examine(message)
    return len(messages) / (time.perf_counter() - began)


def start_up() -> float:
    """Seconds from nothing to the first message read."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", FIRST_MESSAGE], check=True, cwd=Path(__file__).resolve().parents[1])
    return time.perf_counter() - began


def resident() -> float:
    """Megabytes in memory now; the most there ever were where the system does not tell."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) / 1024
    return most_resident()


def most_resident() -> float:
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def two_processors() -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:PROCESSORS])


def measured(number: int, of: int) -> dict[str, float]:
    two_processors()
    started = median(start_up() for _ in range(STARTS))
    word_classifiers()
    found = runs(number, of)
    return {
        "messages_a_second": median(run.alone for run in found),
        "messages_a_second_read_ahead": median(run.ahead for run in found),
        "read_ahead_to_one_at_a_time": median(run.ratio for run in found),
        "resident_megabytes": resident(),
        "most_resident_megabytes": most_resident(),
        "start_up_seconds": started,
    }


def goals(figures: dict[str, float]) -> dict[str, bool]:
    return {
        "messages_a_second": figures["messages_a_second"] >= LEAST_A_SECOND,
        "messages_a_second_read_ahead": figures["messages_a_second_read_ahead"] >= LEAST_A_SECOND,
        "resident_megabytes": figures["resident_megabytes"] <= MOST_MEGABYTES,
        "start_up_seconds": figures["start_up_seconds"] < LONGEST_START,
    }


TOLD = {
    "messages_a_second": f"messages a second, one at a time (goal: {LEAST_A_SECOND:.0f})",
    "messages_a_second_read_ahead": f"messages a second, read ahead on two threads (goal: {LEAST_A_SECOND:.0f})",
    "read_ahead_to_one_at_a_time": "read ahead, times as fast as one at a time",
    "resident_megabytes": f"megabytes in memory at the end (goal: at most {MOST_MEGABYTES:.0f})",
    "most_resident_megabytes": "megabytes in memory at the most",
    "start_up_seconds": f"seconds from nothing to the first message read (goal: under {LONGEST_START:.0f})",
}


def main() -> None:
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("--letters", type=int, default=200, help="letters a run, each way")
    told.add_argument("--runs", type=int, default=5)
    told.add_argument("--json", action="store_true", help="figures for machines")
    asked = told.parse_args()
    figures = measured(asked.runs, asked.letters)
    met = goals(figures)
    if asked.json:
        print(json.dumps({"figures": {name: round(of, 2) for name, of in figures.items()}, "met": met}, indent=1))
        return
    print(f"everything that one message of {WORDS} words says; {asked.runs} runs of {asked.letters} letters each way")
    for name, words in TOLD.items():
        verdict = "" if name not in met else "  met" if met[name] else "  NOT MET"
        print(f"{figures[name]:8.2f}  {words}{verdict}")


if __name__ == "__main__":
    main()
