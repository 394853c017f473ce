"""Nothing of the machine it was written on, nor anybody's real address, stands in what is handed out."""

from __future__ import annotations

import re
import subprocess

import pytest

from tests.house.tree import ROOT, name, texts

# Written apart, so that this file does not find itself.
FOLDERS = ("/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/[a-z]+/", r"[A-Z]:\\\\Us" + "ers")
HOSTS = (
    "pypi" + r"\.org",
    "pythonhosted" + r"\.org",
    "npmjs" + r"\.org",
    "deb\\.debian" + r"\.org",
    "--index" + "-url",
)
SECRETS = ("BEGIN [A-Z ]*PRIVATE" + " KEY", "AKIA" + "[0-9A-Z]{16}", "ghp" + "_[A-Za-z0-9]{30}")


def found(patterns: tuple[str, ...]) -> list[str]:
    search = re.compile("|".join(patterns))
    return [f"{name(path)}: {hit.group()}" for path, text in texts() if (hit := search.search(text))]


def test_no_path_of_a_machine() -> None:
    assert not found(FOLDERS), "write paths from the top of the tree, or of the store"


def test_no_package_registry_is_named() -> None:
    assert not found(HOSTS), "packages come by name, from wherever the machine is set up to take them"


def test_no_key_or_token() -> None:
    assert not found(SECRETS)


def test_nothing_that_git_is_told_to_ignore_is_kept_all_the_same() -> None:
    if not (ROOT / ".git").exists():
        pytest.xfail("not a checkout: git cannot be asked")
    asked = ["git", "ls-files", "--cached", "--ignored", "--exclude-standard"]
    kept = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert kept == ""
