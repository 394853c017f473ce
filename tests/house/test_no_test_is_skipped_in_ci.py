"""A test that does not run proves nothing: in CI a skip is a failure, at home it is a skip that says why."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

SKIPPING = {
    "test_call.py": "import pytest\ndef test_one(): pytest.skip('no server here')\n",
    "test_mark.py": "import pytest\n@pytest.mark.skip(reason='no time now')\ndef test_one(): pass\n",
    "test_file.py": "import pytest\npytest.skip('no such system', allow_module_level=True)\n",
}
EXPECTED = "import pytest\n@pytest.mark.xfail(reason='issue 7')\ndef test_one(): assert False\n"


def run_in(folder: Path, sources: dict[str, str], *, ci: str) -> subprocess.CompletedProcess[str]:
    for name, source in {**sources, "pytest.ini": "[pytest]\n"}.items():
        (folder / name).write_text(source)
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")} | {"CI": ci}
    command = [sys.executable, "-m", "pytest", "-p", "tests.no_skips", "-p", "no:cacheprovider", "-rs", str(folder)]
    command += ["-p", "no:hypothesispytest", "-p", "no:playwright", "--continue-on-collection-errors"]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_in_ci_every_skip_fails_the_run_and_says_what_was_skipped(tmp_path: Path) -> None:
    done = run_in(tmp_path, SKIPPING, ci="true")
    assert done.returncode == 1
    assert "skipped" not in done.stdout.splitlines()[-1]
    for reason in ("no server here", "no time now", "no such system"):
        assert f"in CI no test is: Skipped: {reason}" in done.stdout


def test_a_skip_is_a_skip_at_home(tmp_path: Path) -> None:
    done = run_in(tmp_path, SKIPPING, ci="")
    assert done.returncode == 0
    assert "3 skipped" in done.stdout


def test_a_failure_that_is_expected_and_named_is_no_skip(tmp_path: Path) -> None:
    assert run_in(tmp_path, {"test_expected.py": EXPECTED}, ci="true").returncode == 0
