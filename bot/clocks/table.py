"""Clocks as a table: the columns that `evenhand clock list --csv` writes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from models.clock import Clock

COLUMNS = ("clock", "from", "due", "calendar", "source", "about", "state", "met on", "note", "do")


def row(clock: Clock) -> dict[str, object]:
    """A clock by the names of the table's columns."""
    values = (
        clock.name, clock.started, clock.due, clock.calendar, clock.source,
        clock.about, clock.state.value, clock.met_on, clock.note, clock.do,
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))


def as_csv(clocks: Iterable[Clock]) -> str:
    """The table, with a line of names first; days as 2026-03-01."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for clock in clocks:
        writer.writerow({name: "" if value is None else str(value) for name, value in row(clock).items()})
    return out.getvalue()
