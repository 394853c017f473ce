"""Whether the cost of one message grows with the archive, and how fast everything together is:

    python -m benchmarks.scale [--contacts 10000 1000000] [--messages 60] [--keep FOLDER] [--postgresql DSN DSN]

Two stores are built (`benchmarks.big_store`; the large one takes some minutes), alike but for their size. Then the same
new letters of the same customers, who have the same history in both, are taken in by the whole pipeline with every
classifier, in turn by two processes that are started alike; medians are given, the ratio's letter by letter.
A customer with 5,000 contacts is measured the same way; then how many messages a second a long work takes in: letters
of anybody in the store, one in five of them by the people with a long history; and letters of these alone.
`--keep` leaves the stores in a folder and uses those that are there. `--postgresql`: two empty databases.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from benchmarks.big_store import DOMAIN, NOW, WRITERS, Tell, build, letter, measured, opened, people_in, person
from benchmarks.speed import PROCESSORS, two_processors
from bot.bootstrap import long_work, pipeline
from bot.mailbox.ports import Place, Raw
from models.message import Direction

WORDS = 150
WARMING = 12
RUNS = 3  # of each long work, medians
PERSISTENT_ONE_IN = 5
MOST_RATIO = 1.2
MOST_MILLISECONDS = 100.0
LEAST_A_SECOND = 20.0


def letters_of(contacts: int, writers: Sequence[int], many: int, seed: str) -> list[Raw]:
    """New letters: the same in every store, but for the numbers by which the store knows their writers."""
    of, choice = people_in(contacts), random.Random(f"scale {seed}")
    return [_letter(f"{seed}-{n}", writers[n % len(writers)], of, choice, n) for n in range(many)]


def _letter(name: str, writer: int, of: int, choice: random.Random, number: int) -> Raw:
    one, own = person(writer, of), letter(choice, WORDS)
    head = (
        f"From: {one.name} <{one.email}>\r\nTo: clerk@{DOMAIN}\r\nSubject: {own[:40].strip()}\r\n"
        f"Message-ID: <{name}@new.example>\r\nDate: Mon, 2 Mar 2026 12:00:00 +0000\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    )
    foot = f"\r\n\r\nKind regards,\r\n{one.name}\r\n{one.address}\r\n{one.phone}\r\n"
    place = Place("INBOX", "1", name)
    return Raw((head + own + foot).encode(), place, Direction.IN, NOW + timedelta(seconds=number))


# --- one process for each store, asked in turn -----------------------------------------------------------------------


def _serve(home: Path, contacts: int, many: int, run: str, line: Connection) -> None:
    """Takes in one letter of a set each time that it is asked; answers with the seconds that it took."""
    *writers, busy = measured(contacts)
    sets = {
        "warming": letters_of(contacts, writers, WARMING, f"{run} warming"),
        "all": letters_of(contacts, writers, many, f"{run} all"),
        "busy": letters_of(contacts, [busy], WARMING + many // 2, f"{run} busy"),
    }
    app = opened(home)
    with pipeline(app) as taking:
        line.send("ready")
        while asked := line.recv():
            name, number = asked
            began = time.perf_counter()
            taking.take(sets[name][number], mailbox="main")
            line.send(time.perf_counter() - began)
    app.close()


@dataclass(frozen=True, slots=True)
class Asked:
    """The process that holds one store."""

    line: Connection

    def seconds(self, name: str, number: int) -> float:
        self.line.send((name, number))
        return float(self.line.recv())


def in_turn(homes: Sequence[Path], sizes: Sequence[int], many: int) -> dict[str, float]:
    context = get_context("spawn")
    run = str(time.time_ns())  # other letters each time: what a kept store knows already is not taken in again
    asked: list[Asked] = []
    running = []
    for home, size in zip(homes, sizes, strict=True):
        ours, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(home, size, many, run, theirs))
        process.start()
        running.append(process)
        asked.append(Asked(ours))
    for one in asked:
        one.line.recv()
    for number in range(WARMING):
        for one in asked:
            one.seconds("warming", number)
            one.seconds("busy", number)
    taken = [_pair(asked, "all", number) for number in range(many)]
    busy = [asked[0].seconds("busy", WARMING + number) for number in range(many // 2)]
    for one, process in zip(asked, running, strict=True):
        one.line.send(None)
        process.join()
    return {
        "small_milliseconds": 1000 * median(small for small, _ in taken),
        "large_milliseconds": 1000 * median(large for _, large in taken),
        "large_to_small": median(large / small for small, large in taken),
        "busy_milliseconds": 1000 * median(busy),
    }


def _pair(asked: Sequence[Asked], name: str, number: int) -> tuple[float, float]:
    """The smaller store and the larger one, each first every other time."""
    order = (0, 1) if number % 2 else (1, 0)
    found = {at: asked[at].seconds(name, number) for at in order}
    return found[0], found[1]


def mixed(contacts: int, persistent: Sequence[int], many: int) -> list[int]:
    """Who writes: one in `PERSISTENT_ONE_IN` of those with a long history, else anybody, most with a few contacts."""
    choice, of = random.Random(f"who {many}"), people_in(contacts)
    return [
        persistent[n % len(persistent)] if n % PERSISTENT_ONE_IN == 0 else choice.randint(1, of) for n in range(many)
    ]


def a_second(home: Path, contacts: int, many: int, *, mix: bool) -> float:
    """Messages a second in long work: parsed and read ahead on the other processor."""
    *writers, _ = measured(contacts)
    who = mixed(contacts, writers, WARMING + many) if mix else writers
    coming = letters_of(contacts, who, WARMING + many, f"{time.time_ns()} long work")
    app = opened(home)
    with long_work(app) as work:
        for raw in work.over(coming[:WARMING]):
            work.line.take(raw, mailbox="main")
        began = time.perf_counter()
        for raw in work.over(coming[WARMING:]):
            work.line.take(raw, mailbox="main")
        took = time.perf_counter() - began
    app.close()
    return many / took


# --- what is asked and told ------------------------------------------------------------------------------------------

TOLD = {
    "small_milliseconds": "milliseconds a message in the smaller store",
    "large_milliseconds": "milliseconds a message in the larger store",
    "large_to_small": f"times as long in the larger store (goal: at most {MOST_RATIO})",
    "busy_milliseconds": f"milliseconds a message of one with 5,000 contacts (goal: under {MOST_MILLISECONDS:.0f})",
    "messages_a_second": f"messages a second in long work, larger store, anybody's (goal: {LEAST_A_SECOND:.0f})",
    "persistent_a_second": "messages a second of people with a long history alone",
}


def goals(figures: dict[str, float]) -> dict[str, bool]:
    return {
        "large_to_small": figures["large_to_small"] <= MOST_RATIO,
        "busy_milliseconds": figures["busy_milliseconds"] < MOST_MILLISECONDS,
        "messages_a_second": figures["messages_a_second"] >= LEAST_A_SECOND,
    }


def built(folder: Path, sizes: Sequence[int], databases: Sequence[str]) -> list[Path]:
    homes = [folder / f"{size}" for size in sizes]
    for home, size, database in zip(homes, sizes, databases, strict=True):
        if not home.exists():
            with Bars(size) as tell:
                build(home, size, database=database, tell=tell)
    return homes


class Bars:
    """A progress bar for each thing that is built, on standard error."""

    def __init__(self, size: int) -> None:
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._progress = Progress(*columns, console=Console(stderr=True))
        self._size = size
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Tell:
        self._progress.start()
        return self._tell

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def _tell(self, what: str, done: int, of: int) -> None:
        if what not in self._tasks:
            self._tasks[what] = self._progress.add_task(f"{self._size:,} contacts: {what}", total=of)
        self._progress.update(self._tasks[what], completed=done)


def measure(folder: Path, sizes: Sequence[int], many: int, databases: Sequence[str]) -> dict[str, float]:
    homes = built(folder, sizes, databases)
    two_processors()
    figures = in_turn(homes, sizes, many)
    for name, mix in (("messages_a_second", True), ("persistent_a_second", False)):
        figures[name] = median(a_second(homes[-1], sizes[-1], 3 * many, mix=mix) for _ in range(RUNS))
    return figures


def main() -> None:
    told = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    told.add_argument("--contacts", type=int, nargs=2, default=(10_000, 1_000_000), metavar=("SMALL", "LARGE"))
    told.add_argument("--messages", type=int, default=60, help="letters that are measured in each store")
    told.add_argument("--keep", type=Path, help="a folder where the stores stay")
    told.add_argument("--postgresql", nargs=2, default=("", ""), metavar="DSN", help="two empty databases")
    told.add_argument("--json", action="store_true", help="figures for machines")
    asked = told.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        figures = measure(asked.keep or Path(scratch), sorted(asked.contacts), asked.messages, asked.postgresql)
    met = goals(figures)
    if asked.json:
        print(json.dumps({"figures": {name: round(of, 3) for name, of in figures.items()}, "met": met}, indent=1))
        return
    print(f"{asked.messages} letters of {WORDS} words, {PROCESSORS} processors, {WRITERS} customers")
    for name, words in TOLD.items():
        verdict = "" if name not in met else "  met" if met[name] else "  NOT MET"
        print(f"{figures[name]:9.2f}  {words}{verdict}")


if __name__ == "__main__":
    sys.exit(main())
