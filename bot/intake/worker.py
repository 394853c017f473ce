"""Parsing in a process of its own, so that no message can stall or exhaust the service.

The child gets bytes and gives back a `Message`, over two pipes. It limits its own memory; the parent ends it when it
takes too long, reads the letter again without its documents, and if that fails too, keeps the head and leaves the
rest to an officer. The child ends by itself when its parent is gone: the pipe closes, and an alarm ends even a read
that would never come back.

A plain subprocess and not `multiprocessing`: a spawned child would load the parent's main module with everything
behind it (pages, database), which costs a second and more and fails where main cannot be loaded twice.
"""

from __future__ import annotations

import contextlib
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from types import TracebackType

from bot.frames import environment, own_pipes, pipes_to, receive, send
from bot.intake.limits import Limits
from bot.intake.parse import parse, unread
from bot.intake.wire import from_bytes, to_bytes
from models.errors import EvenhandError
from models.message import Message

TOO_SLOW = "could not be read in time: kept whole for an officer"
SECOND_READING = "its documents could not be read in time: the letter was read without them"
_START_SECONDS = 60.0
_FIRST_SHARE = 0.7
_READY = b"ready"


class ParserUnavailable(EvenhandError):
    """No child process could be started: the machine is out of memory or processes. Trying again later may help."""


@dataclass(frozen=True, slots=True)
class _Task:
    content: bytes
    received_at: datetime
    trusted_authservs: frozenset[str]
    limits: Limits
    seconds: float


class Parser:
    """Parses messages one at a time, each within `seconds` and `memory_bytes`. Starts its child at the first message.

    One instance serves one thread at a time. Use as a context manager, or call `close`.
    """

    def __init__(
        self,
        *,
        trusted_authservs: frozenset[str] = frozenset(),
        seconds: float = 20.0,
        memory_bytes: int = 1_500_000_000,
        limits: Limits | None = None,
    ) -> None:
        self._trusted = trusted_authservs
        self._seconds = seconds
        self._memory = memory_bytes
        self._limits = limits or Limits()
        self._child: _Child | None = None

    def parse(self, content: bytes, *, received_at: datetime) -> Message:
        """The message, whatever it does to the child. Raises only `ParserUnavailable`."""
        whole = self._ask(content, received_at, self._limits, self._seconds * _FIRST_SHARE)
        if whole is not None:
            return whole
        without = self._ask(content, received_at, self._limits.without_documents(), self._seconds * (1 - _FIRST_SHARE))
        if without is not None:
            return _with_problem(without, SECOND_READING)
        return unread(content, received_at=received_at, trusted_authservs=self._trusted, why=TOO_SLOW)

    def _ask(self, content: bytes, received_at: datetime, limits: Limits, seconds: float) -> Message | None:
        task = _Task(content, received_at, self._trusted, limits, seconds)
        if self._child is None or not self._child.alive():
            self._end_child()
            self._child = _Child(self._memory)
        answer = self._child.answer(task)
        if answer is None:
            self._end_child()
        return answer

    def _end_child(self) -> None:
        if self._child is not None:
            self._child.end()
            self._child = None

    @property
    def child_id(self) -> int | None:
        """The process id of the child, None while there is none."""
        return self._child.process_id if self._child is not None else None

    def close(self) -> None:
        self._end_child()

    def __enter__(self) -> Parser:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _with_problem(message: Message, words: str) -> Message:
    return replace(message, problems=(words, *message.problems))


class _Child:
    """The parent's side of one child process."""

    def __init__(self, memory_bytes: int) -> None:
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot.intake.worker", str(memory_bytes)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment(str(Path(__file__).resolve().parents[2])),
            )
        except OSError as error:
            raise ParserUnavailable(f"the parsing process could not be started: {error.strerror}") from error
        self._input, self._output = pipes_to(self._process)
        with self._ended_after(_START_SECONDS):
            ready = receive(self._output)
        if ready != _READY:
            self.end()
            raise ParserUnavailable("the parsing process ended before it was ready")

    @property
    def process_id(self) -> int:
        return self._process.pid

    def alive(self) -> bool:
        return self._process.poll() is None

    def answer(self, task: _Task) -> Message | None:
        """What the child made of it; None if it ended or was ended first."""
        with self._ended_after(task.seconds):
            try:
                send(self._input, pickle.dumps(task, protocol=pickle.HIGHEST_PROTOCOL))
            except OSError:
                return None
            answer = receive(self._output)
        return _message(answer) if answer else None

    @contextlib.contextmanager
    def _ended_after(self, seconds: float) -> Iterator[None]:
        watch = threading.Timer(seconds, self._process.kill)
        watch.daemon = True
        watch.start()
        try:
            yield
        finally:
            watch.cancel()
            watch.join()

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._input, self._output):
            with contextlib.suppress(OSError):
                pipe.close()


def _message(answer: bytes) -> Message | None:
    try:
        return from_bytes(answer)
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


def serve(memory_bytes: int) -> None:
    """The child: reads tasks until the pipe closes."""
    tasks, answers = own_pipes()
    _limit_memory(memory_bytes)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which closes the pipe
    send(answers, _READY)
    while received := receive(tasks):
        task = pickle.loads(received)
        _alarm(task.seconds + 5)
        message = parse(
            task.content,
            received_at=task.received_at,
            trusted_authservs=task.trusted_authservs,
            limits=task.limits,
        )
        send(answers, to_bytes(message))
        _alarm(0)


def _limit_memory(memory_bytes: int) -> None:
    if sys.platform == "win32":
        return
    import resource

    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _alarm(seconds: float) -> None:
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


if __name__ == "__main__":
    serve(int(sys.argv[1]))
