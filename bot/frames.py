"""What a child process is told and answers, over the two pipes that every process has: whole pieces, length first."""

from __future__ import annotations

import os
import subprocess
from typing import IO, BinaryIO

_SIZE_BYTES = 8


def send(pipe: IO[bytes], data: bytes) -> None:
    """One whole piece. OSError when the other side is gone."""
    pipe.write(len(data).to_bytes(_SIZE_BYTES, "big"))
    pipe.write(data)
    pipe.flush()


def receive(pipe: IO[bytes]) -> bytes:
    """One whole piece, empty when the other side is gone."""
    size = pipe.read(_SIZE_BYTES)
    if len(size) < _SIZE_BYTES:
        return b""
    wanted = int.from_bytes(size, "big")
    data = pipe.read(wanted)
    return data if len(data) == wanted else b""


def pipes_to(child: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    """Our side: what the child is told by, and what it answers by. It was started with pipes for both."""
    assert child.stdin is not None
    assert child.stdout is not None
    return child.stdin, child.stdout


def own_pipes() -> tuple[BinaryIO, BinaryIO]:
    """The child's side, kept to itself: whatever a library prints goes nowhere instead of among the answers."""
    tasks, answers = os.dup(0), os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    return os.fdopen(tasks, "rb"), os.fdopen(answers, "wb")


def environment(root: str) -> dict[str, str]:
    """What a child needs to import what we can: this program may run from a folder and not be installed."""
    search = os.pathsep.join([root, *filter(None, [os.environ.get("PYTHONPATH", "")])])
    return {**os.environ, "PYTHONPATH": search}
