"""Prints: by what a letter's own wording is found again in somebody else's letter, without keeping a word of it.

A print is the hash of three words in a row (`classifiers.prints` makes them). The table is clustered by print, then by
day, so that the newest letters that share one with a new message lie side by side, however long the log has grown.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base
from models.calendar import council_day


class Print(Base):
    """That a contact's own words hold a run of words with this hash. Append-only; holds no words.

    print  64 bits, signed: the same in every process and on every machine
    day    the council's day of the contact, counted as `date.toordinal` counts
    """

    __tablename__ = "prints"

    print: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    day: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"), primary_key=True, autoincrement=False)

    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012  (SQLAlchemy's own form)


class PrintBacklog(Base):
    """Contacts that were recorded before there were prints: up to `last_contact`, done as far as `done_to`.

    One row, in a store that had contacts when it was brought to this version; none elsewhere.
    """

    __tablename__ = "print_backlog"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last_contact: Mapped[int]
    done_to: Mapped[int]

    __table_args__ = (CheckConstraint("id = 1", name="is_one"),)


def keep_prints(session: Session, contact_id: int, at: datetime, prints: Iterable[int]) -> None:
    """Keep the prints of a contact that came in at this moment, each once."""
    day = counted(at)
    rows = [{"print": one, "day": day, "contact_id": contact_id} for one in dict.fromkeys(prints)]
    if rows:
        session.execute(insert(Print), rows)


def backlog(session: Session) -> PrintBacklog | None:
    """What is still to be done of the contacts that were there before; None when nothing is."""
    row = session.get(PrintBacklog, 1)
    return row if row is not None and row.done_to < row.last_contact else None


def counted(at: datetime | date) -> int:
    """A moment's day at the council, as a number."""
    return (council_day(at) if isinstance(at, datetime) else at).toordinal()
