"""Asking for columns only: no records are made of what is found, which takes longer than finding it."""

from __future__ import annotations

from sqlalchemy import Connection
from sqlalchemy.orm import Session


def asking(session: Session) -> Connection:
    """The session's own connection, in its transaction: for selections of columns, never of whole records.

    What the session has not sent yet is sent first, unless it is told to wait (`no_autoflush`).
    """
    if session.autoflush:
        session.flush()
    return session.connection()
