"""Bring a database to this version of the program. Forwards only: a council's record is not taken back."""

from __future__ import annotations

import functools
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def upgrade(connection: Connection, *, to: str = "head") -> None:
    """Run every migration that this database has not had, up to one of them. The caller commits."""
    command.upgrade(_config(connection), to)


def version(connection: Connection) -> str | None:
    """The migration this database stands at, None if it is not one of ours."""
    return MigrationContext.configure(connection).get_current_revision()


@functools.cache
def newest() -> str:
    head = ScriptDirectory(str(Path(__file__).parent)).get_current_head()
    assert head is not None
    return head
