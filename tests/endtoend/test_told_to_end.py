"""The service ends when it is told to, whichever of its threads the system hands the signal to."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.builders import a_store


@pytest.mark.parametrize("to_main", [True, False], ids=["its main thread is told", "another thread is told"])
@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_the_service_ends_in_order_when_it_is_told(tmp_path: Path, told: signal.Signals, *, to_main: bool) -> None:
    home = tmp_path / "home"
    with a_store(home):
        pass
    command = [sys.executable, "-m", "bot.cli", "--home", str(home), "run", "--no-pages"]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as service:
        try:
            assert service.stderr is not None
            assert any("end with Ctrl-C" in line for line in service.stderr)
            threads = [int(task.name) for task in Path(f"/proc/{service.pid}/task").iterdir()]
            others = [thread for thread in threads if thread != service.pid]
            _signal_thread(service.pid, service.pid if to_main else others[0], told)
            assert service.wait(20) == 0
        finally:
            service.kill()


def _signal_thread(process: int, thread: int, number: signal.Signals) -> None:
    """As the system does when the main thread is busy with a signal already."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.tgkill(process, thread, int(number)) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
