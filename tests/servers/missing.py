"""What to do when a real server is not on this machine: skip at home and say how to get it, fail in CI."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest


class ServerMissing(Exception):
    """A program the tests need is not installed; the message says how to get it."""


@dataclass(frozen=True, slots=True)
class Needed:
    """The files or programs of which every one must be there, and the command that brings them."""

    files: tuple[str, ...]
    how: str

    @property
    def packages(self) -> tuple[str, ...]:
        """The Debian packages that `how` installs."""
        return tuple(word for word in self.how.split()[2:] if not word.startswith("-"))


DOVECOT = "apt-get install --no-install-recommends dovecot-imapd dovecot-managesieved dovecot-sieve dovecot-lmtpd"
NEEDED = {
    "dovecot": Needed(("/usr/sbin/dovecot", "/usr/lib/dovecot/managesieve", "/usr/lib/dovecot/lmtp"), DOVECOT),
    "postgres": Needed(("/usr/lib/postgresql/*/bin/postgres",), "apt-get install --no-install-recommends postgresql"),
    "pdf": Needed(
        (
            "/usr/lib/*/libpango-1.0.so.0",
            "/usr/lib/*/libpangoft2-1.0.so.0",
            "/usr/lib/*/libharfbuzz-subset.so.0",
            "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
        ),
        "apt-get install --no-install-recommends "
        "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core",
    ),
    "chromium": Needed(("chromium",), "apt-get install --no-install-recommends chromium"),
}


def why_missing(server: str) -> str:
    """What is missing and how to get it, or nothing when the server can be started here."""
    needed = NEEDED[server]
    absent = [file for file in needed.files if not _is_there(file)]
    return f"{server} is not installed ({', '.join(absent)} not found). Get it with: {needed.how}" if absent else ""


def require(server: str) -> None:
    """Skip the running test when `server` is missing; in CI (environment variable CI) fail it: nothing hides there."""
    reason = why_missing(server)
    if reason and os.environ.get("CI"):
        pytest.fail(reason, pytrace=False)
    if reason:
        pytest.skip(reason)


def _is_there(file: str) -> bool:
    if not file.startswith("/"):
        return shutil.which(file) is not None
    return any(Path("/").glob(file[1:]))


def packages_missing() -> list[str]:
    """Every Debian package that a test would miss on this machine; `.ci/servers` installs them."""
    return [package for server in NEEDED if why_missing(server) for package in NEEDED[server].packages]


if __name__ == "__main__":
    print(*packages_missing())
