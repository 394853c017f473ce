"""A test that does not run proves nothing: in CI a skip is a failure, at home it is a skip that says why."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

SKIPPING = {
    "a call": "import pytest\ndef test_one(): pytest.skip('no server here')\n",
    "a mark": "import pytest\n@pytest.mark.skip(reason='no server here')\ndef test_one(): pass\n",
    "a whole file": "import pytest\npytest.skip('no server here', allow_module_level=True)\n",
}


def run_in(folder: Path, source: str, *, ci: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_skipping.py").write_text(source)
    (folder / "pytest.ini").write_text("[pytest]\n")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")} | {"CI": ci}
    command = [sys.executable, "-m", "pytest", "-p", "tests.no_skips", "-p", "no:cacheprovider", "-rs", str(folder)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("way", SKIPPING)
def test_a_skip_fails_the_run_in_ci_and_says_what_was_skipped(way: str, tmp_path: Path) -> None:
    done = run_in(tmp_path, SKIPPING[way], ci="true")
    assert done.returncode not in (0, 5)
    assert "in CI no test is: " in done.stdout
    assert "no server here" in done.stdout


def test_a_skip_is_a_skip_at_home(tmp_path: Path) -> None:
    done = run_in(tmp_path, SKIPPING["a call"], ci="")
    assert done.returncode == 0
    assert "1 skipped" in done.stdout


def test_a_failure_that_is_expected_and_named_is_no_skip(tmp_path: Path) -> None:
    source = "import pytest\n@pytest.mark.xfail(reason='issue 7')\ndef test_one(): assert False\n"
    assert run_in(tmp_path, source, ci="true").returncode == 0
