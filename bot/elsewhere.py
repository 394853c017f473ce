"""The readers of what a message says, in a process of their own while long work is done.

In one process only one thread runs Python at a time: what reads ahead there takes turns with what records, though a
second processor is idle. Nothing rests on this process. While it is not ready, or if it ends, we read ourselves and
find the same.

A plain subprocess and not `multiprocessing`, for the reason that `bot.intake.worker` gives.
"""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Lock, Thread, Timer
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.frames import environment, own_pipes, pipes_to, receive, send
from classifiers.ahead import threads
from classifiers.pooling import Carriers, Encoded
from classifiers.reading import Raw, models, reading_by
from classifiers.text import Span

LONG = 10  # letters
SECONDS = 60.0  # for one letter, of which the longest takes a few
_READY = b"ready"


class Elsewhere:
    """Reads one text at a time, in the child; whoever asks meanwhile waits. Use `reading_elsewhere`."""

    def __init__(self, seconds: float = SECONDS) -> None:
        """`seconds`: one letter takes no longer, or the child is ended. OSError when no process can be started."""
        self._seconds = seconds
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bot.elsewhere"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(str(Path(__file__).resolve().parents[1])),
        )
        self._input, self._output = pipes_to(self._process)
        self._lock, self._ready = Lock(), Event()
        Thread(target=self._wait_until_ready, name="reader-starts", daemon=True).start()

    def read(self, own: str, subject: str, recipients: int) -> Raw | None:
        """What the readers make of it; None while the child is not ready, or could not do it, or not in time."""
        if not self._ready.is_set():
            return None
        with self._lock:
            answer = self._answer(json.dumps([own, subject, recipients]).encode())
            if not answer:
                self._ready.clear()
                return None
        return _unpacked(answer, own, recipients)

    def _answer(self, asked: bytes) -> bytes:
        """Empty when the child is gone. One that stands still is ended, and with it our waiting."""
        too_long = Timer(self._seconds, self._process.kill)
        too_long.daemon = True
        too_long.start()
        try:
            send(self._input, asked)
            return receive(self._output)
        except (OSError, ValueError):  # it ended, or we are closing
            return b""
        finally:
            too_long.cancel()

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        with self._lock:
            for pipe in (self._input, self._output):
                with contextlib.suppress(OSError):
                    pipe.close()

    @property
    def process_id(self) -> int:
        return self._process.pid

    def ready(self, seconds: float) -> bool:
        """Whether the child has loaded its models, waiting for it so long."""
        return self._ready.wait(seconds)

    def _wait_until_ready(self) -> None:
        with contextlib.suppress(OSError, ValueError), self._lock:
            if receive(self._output) == _READY:
                self._ready.set()


class _OnceLong:
    """Starts the child when so much was read that the work is seen to be long: its models take a second to load."""

    def __init__(self) -> None:
        self._read = 0
        self._lock = Lock()
        self._child: Elsewhere | None = None

    def read(self, own: str, subject: str, recipients: int) -> Raw | None:
        with self._lock:
            self._read += 1
            if self._read == LONG:
                self._child = _started()
        return self._child.read(own, subject, recipients) if self._child is not None else None

    def close(self) -> None:
        if self._child is not None:
            self._child.close()


@contextmanager
def reading_elsewhere() -> Iterator[None]:
    """While it lasts, what single messages say is read in another process, where there is a processor for it."""
    if threads() == 1:
        yield
        return
    with contextlib.closing(_OnceLong()) as readers, reading_by(readers.read):
        yield


def _started() -> Elsewhere | None:
    try:
        return Elsewhere()
    except OSError:  # no memory or no process left: it is only slower
        return None


def _packed(raw: Raw) -> bytes:
    """Spans and arrays: a line that says what they are, then their numbers as they lie in memory."""
    spans = np.array([(span.start, span.end) for span in raw.sentences], dtype=np.int64).reshape(-1, 2)
    carriers = raw.encoded.carriers
    arrays: list[NDArray[Any]] = [spans, raw.word_lines, raw.word_letter, raw.encoded.lines, raw.encoded.letter]
    arrays += [carriers.sentence, carriers.start, carriers.sums]
    told = json.dumps([(array.dtype.str, array.shape) for array in arrays]).encode()
    return b"\n".join([told, b"".join(array.tobytes() for array in arrays)])


def _unpacked(answer: bytes, own: str, recipients: int) -> Raw:
    told, numbers = answer.split(b"\n", 1)
    arrays, at = [], 0
    for kind, shape in json.loads(told):
        many = int(np.prod(shape))
        array = np.frombuffer(numbers, dtype=kind, count=many, offset=at).reshape(shape)
        arrays.append(array)
        at += array.nbytes
    spans, word_lines, word_letter, lines, letter, *carriers = arrays
    sentences = tuple(Span(start, end, own[start:end]) for start, end in spans.tolist())
    return Raw(sentences, word_lines, word_letter, Encoded(lines, letter, Carriers(*carriers)), recipients)


def serve() -> None:
    """The child: reads until the pipe closes. What breaks it we are asked ourselves, and meet it there."""
    tasks, answers = own_pipes()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends us
    models()
    send(answers, _READY)
    while received := receive(tasks):
        own, subject, recipients = json.loads(received)
        send(answers, _packed(models().read(own, subject, recipients)))


if __name__ == "__main__":
    serve()
