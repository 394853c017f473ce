"""One pair of hands at a time: two who take up the same letter do not both hand it over (INV-28).

The lock is let go when the process ends, however it ends, so that a crash leaves no letter behind that nobody can send.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, text

# Any constant: with a letter's number added, whoever hands the letter over holds it until that is on record.
_HANDS = 0x48414E44 << 32


@contextmanager
def one_pair_of_hands(engine: Engine, number: int) -> Iterator[None]:
    """Wait until nobody else hands over this letter (in SQLite's store: any letter), and keep others waiting.

    Outside of any transaction: a mail server may take its time, and the store is not held meanwhile.
    """
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": _HANDS + number})
            try:
                yield
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _HANDS + number})
        return
    with Path(f"{engine.url.database}.posting").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
