"""Reading ahead, for long work: while one thing is being recorded, the next few are looked at on other threads.

What is found out is not handed over but remembered where it was found out (`Lately`), so that work which reads ahead
and work which does not go the same way and find the same.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Hashable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")
Key = TypeVar("Key", bound=Hashable)
Made = TypeVar("Made")

MOST_THREADS = 4
EACH = 2  # things a thread is given beforehand, so that a long one does not leave the others idle


def threads() -> int:
    """As many as there are processors for us to use, at most `MOST_THREADS`."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(usable, MOST_THREADS)


def ahead(coming: Iterable[T], look: Callable[[T], object], *, workers: int | None = None) -> Generator[T, None, None]:
    """The same things in the same order; `look` has been begun for the next few when one is given out.

    `coming` itself is read on the caller's thread. What `look` raises is not raised here: whoever needs what it
    would have found out asks for it again, and meets the same error where it can be dealt with.
    """
    workers = workers or threads()
    pool = ThreadPoolExecutor(workers, thread_name_prefix="ahead")
    waiting: deque[T] = deque()
    try:
        for one in coming:
            pool.submit(look, one)
            waiting.append(one)
            if len(waiting) > workers * EACH:
                yield waiting.popleft()
        while waiting:
            yield waiting.popleft()
    finally:
        pool.shutdown(cancel_futures=True)


class _Making(Generic[Made]):
    """One thing: whoever holds `lock` makes it, or finds it made."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.made: list[Made] = []


class Lately(Generic[Key, Made]):
    """The last `most` things that were made, each once: a thread that asks for what another is making waits for it."""

    def __init__(self, make: Callable[[Key], Made], *, most: int) -> None:
        self._make = make
        self._most = most
        self._lock = Lock()
        self._kept: dict[Key, _Making[Made]] = {}

    def of(self, key: Key) -> Made:
        """What `make` gives for it. What it raises is raised here, and the next who asks has it tried again."""
        one = self._place_of(key)
        with one.lock:
            if not one.made:
                one.made.append(self._make(key))
            return one.made[0]

    def _place_of(self, key: Key) -> _Making[Made]:
        with self._lock:
            one = self._kept.setdefault(key, _Making())
            if len(self._kept) > self._most:
                del self._kept[next(iter(self._kept))]
            return one

    def __len__(self) -> int:
        return len(self._kept)
