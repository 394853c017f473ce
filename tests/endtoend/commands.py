"""The command line as a clerk meets it: a process of its own, its words, its exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Evenhand:
    """`evenhand` on one store's folder."""

    home: Path
    environment: dict[str, str] = field(default_factory=dict)

    def run(self, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "bot.cli", "--home", str(self.home), *words],
            capture_output=True,
            text=True,
            check=False,
            input=stdin,
            env={**os.environ, **self.environment},
        )

    def says(self, *words: str, stdin: str = "") -> str:
        """What it printed; AssertionError with its error where it refused."""
        done = self.run(*words, stdin=stdin)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def json(self, *words: str) -> Any:
        return json.loads(self.says(*words, "--json"))

    def refuses(self, *words: str, code: int = 1) -> str:
        """The words of its refusal; AssertionError where it did not refuse with this exit code."""
        done = self.run(*words)
        assert done.returncode == code, f"exit code {done.returncode}: {done.stdout}{done.stderr}"
        assert "Traceback" not in done.stderr
        return done.stderr
