"""A real PostgreSQL for tests, on a loopback port of its own, in a temporary folder. Nothing is left behind.

    with Postgres() as server:
        url = server.fresh_database()      # with all tables in it, for one test

As root it runs as `postgres`, because it refuses to run as root; otherwise as whoever runs the tests.
"""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType

import psycopg
import pytest

from bot.store import engine_for, make_tables
from tests.servers.missing import ServerMissing, require, why_missing

_QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60", "shared_buffers=32MB")


class Postgres:
    """One server. Its only user, `app`, owns everything and is a superuser: the strongest attacker there can be."""

    host = "127.0.0.1"

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._numbers = itertools.count(1)
        self.port = 0

    def __enter__(self) -> Postgres:
        if reason := why_missing("postgres"):
            raise ServerMissing(reason)
        self.folder = Path(tempfile.mkdtemp(prefix="postgres-"))
        self.folder.chmod(0o755)
        try:
            self._make_cluster()
            self._start_on_a_free_port()
            self._make_template()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def fresh_database(self) -> str:
        """The SQLAlchemy address of a new database that has all our tables and guards, and nothing in them."""
        name = f"test_{next(self._numbers)}"
        self._say(f"CREATE DATABASE {name} TEMPLATE made STRATEGY FILE_COPY")
        return self._url(name)

    def empty_database(self) -> str:
        """The address of a new database with nothing in it at all."""
        name = f"empty_{next(self._numbers)}"
        self._say(f"CREATE DATABASE {name}")
        return self._url(name)

    def drop(self, url: str) -> None:
        self._say(f"DROP DATABASE {url.rpartition('/')[2]} WITH (FORCE)")

    def close(self) -> None:
        process, self._process = self._process, None
        if process is not None and process.poll() is None:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(timeout=10)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _url(self, database: str) -> str:
        return f"postgresql+psycopg://app@{self.host}:{self.port}/{database}"

    def _say(self, statement: str) -> None:
        address = f"host={self.host} port={self.port} user=app dbname=postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement.encode())

    def _make_cluster(self) -> None:
        home = self.folder / "home"
        home.mkdir()
        if os.getuid() == 0:
            user = pwd.getpwnam("postgres")
            os.chown(home, user.pw_uid, user.pw_gid)
        how = ("-U", "app", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8")
        made = subprocess.run(
            [*_as_postgres(), _program("initdb"), "-D", str(home / "data"), *how],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            cwd=home,
        )
        if made.returncode:
            raise ServerMissing(f"PostgreSQL could not be set up: {made.stderr.decode(errors='replace')[-1000:]}")

    def _start_on_a_free_port(self) -> None:
        for attempt in range(5):
            self.port = _free_port()
            try:
                self._start()
                return
            except ServerMissing:
                if attempt == 4:
                    raise

    def _start(self) -> None:
        home = self.folder / "home"
        settings = ("listen_addresses=127.0.0.1", f"unix_socket_directories={home}", *_QUICK)
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    *_as_postgres(),
                    _program("postgres"),
                    *("-D", str(home / "data"), "-p", str(self.port)),
                    *(word for setting in settings for word in ("-c", setting)),
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                cwd=home,
            )
        ends = time.monotonic() + 30
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > ends:
                raise ServerMissing(f"PostgreSQL did not start: {(self.folder / 'log').read_text()[-1000:]}")
            time.sleep(0.05)

    def _answers(self) -> bool:
        with suppress(psycopg.OperationalError):
            self._say("SELECT 1")
            return True
        return False

    def _make_template(self) -> None:
        self._say("CREATE DATABASE made")
        engine = engine_for(self._url("made"))
        try:
            make_tables(engine)
        finally:
            engine.dispose()


def _as_postgres() -> tuple[str, ...]:
    ids = ("--reuid", "postgres", "--regid", "postgres", "--clear-groups")
    return ("setpriv", *ids) if os.getuid() == 0 else ()


def _program(name: str) -> str:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    return str(found[-1])


def _free_port() -> int:
    with socket.socket() as each:
        each.bind(("127.0.0.1", 0))
        port: int = each.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One real PostgreSQL for all tests of this worker."""
    require("postgres")
    with Postgres() as server:
        yield server


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """A database of this test's own, with all tables."""
    url = postgres.fresh_database()
    yield url
    postgres.drop(url)


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """For tests of both databases: the address of the one whose turn it is; empty for SQLite in the store's folder."""
    return "" if request.param == "sqlite" else str(request.getfixturevalue("postgres_url"))
