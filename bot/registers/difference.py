"""What differs between a copy for publication and the last one that was released (PUB-05; INV-18).

One copy alone gives nobody away. Two that are laid side by side may: where fewer entries than are ever counted apart
came, went or grew older in between, whatever is seen to differ tells of one of them.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.registers.redact import QUARTERLY, Cell, quarter_day
from models.audit import Seal, sealed
from models.calendar import council_day
from models.cautionary import CautionaryRelease
from models.errors import Refused
from models.letter import Paper
from models.view import Register, RegisterView

T = TypeVar("T")
Row = tuple[str, ...]
_KEPT = re.compile(r"section-19\.redacted\.(csv|note\.txt): ([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Released:
    """The last copy that was signed off: its day, the day as at which it shows the register, and its rows."""

    on: date
    as_at: date
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What whoever lays a copy beside the last one sees to differ, and what it comes from.

    gone, come  the rows of the last copy that are not in this one, and the other way round
    entries     how many entries of the register came, went or passed from one length to the next since
    least       how many are never told apart
    """

    since: date
    gone: tuple[Row, ...]
    come: tuple[Row, ...]
    entries: int
    least: int

    @property
    def singles_out(self) -> bool:
        """Whether what is seen to differ comes from so few entries that it tells of one.

        None at all is few too: what was entered with an earlier day is not counted.
        """
        return bool(self.gone or self.come) and self.entries < self.least

    def in_words(self) -> str:
        if not self.gone and not self.come:
            return f"It says the same as the copy released on {self.since:%-d %B %Y}."
        rows = [f"- {', '.join(row)}" for row in self.gone] + [f"+ {', '.join(row)}" for row in self.come]
        head = f"Against the copy released on {self.since:%-d %B %Y} (- no longer, + new):"
        return "\n".join([head, *rows, self._judged()])

    def _judged(self) -> str:
        if not self.singles_out:
            return f"{self.entries} entries changed since."
        return f"Fewer than {self.least} entries changed since, so whoever lays the two side by side learns of one."


def compared(before: Released | None, rows: Iterable[Row], entries: int, least: int) -> Difference | None:
    """This copy beside the last; None if there is no last one."""
    if before is None:
        return None
    now = tuple(rows)
    gone = tuple(row for row in before.rows if row not in now)
    come = tuple(row for row in now if row not in before.rows)
    return Difference(before.on, gone, come, entries, max(least, 2))


def changed(things: Iterable[T], on: Callable[[T, date], Cell | None], then: date, now: date) -> int:
    """How many are not told of as they were on the earlier day."""
    return sum(on(thing, then) != on(thing, now) for thing in things)


def refuse_if_it_singles_out(difference: Difference | None, despite: str) -> None:
    """Refused, with what to do instead, unless the person who signs says why it goes out all the same."""
    if difference is None or not difference.singles_out or despite.strip():
        return
    raise Refused(
        f"{difference.in_words()}\nIt is not released. Give out the copy of {difference.since:%-d %B %Y} again; or "
        "make both drafts and releases as at the beginning of the quarter (--quarter), so that more change between "
        "two of them; or set registers.bands_months or registers.small_number wider in the policy. If it must go out "
        "as it is, say why nobody can be recognised: --despite"
    )


# --- the last copy ---------------------------------------------------------------------------------------------------


def last_released(session: Session, seal: Seal) -> Released | None:
    """The last copy of the section 19 register that was signed off here, as the sealed history has it."""
    wanted = select(RegisterView).where(RegisterView.how == "released").order_by(RegisterView.id.desc())
    for view in session.scalars(wanted):
        kept = {form: session.get(Paper, sha256) for form, sha256 in _KEPT.findall(view.purpose)}
        table, note = kept.get("csv"), kept.get("note.txt")
        if table is None or note is None:
            continue
        if sealed(session, f"RegisterView:{view.id}", "register.release", _both(table.content, note.content), seal):
            return _released(council_day(view.at), table.content, note.content)
    return None


def last_cautionary(session: Session, seal: Seal) -> Released | None:
    """The same of the cautionary register, in its own store."""
    tables = select(CautionaryRelease).where(CautionaryRelease.name.endswith(".csv"))
    for table in session.scalars(tables.order_by(CautionaryRelease.id.desc())):
        beside = select(CautionaryRelease).where(CautionaryRelease.at == table.at).order_by(CautionaryRelease.id)
        together = {row.name.rpartition(".")[2]: row for row in session.scalars(beside)}
        first, note = min(row.id for row in together.values()), together.get("txt")
        digest = _both(table.content, note.content) if note is not None else ""
        if digest and sealed(session, f"CautionaryRelease:{first}", "cautionary.release", digest, seal):
            return _released(council_day(table.at), table.content, note.content if note is not None else b"")
    return None


def last_copy(session: Session, register: Register, seal: Seal) -> Released | None:
    """Of the one register or the other; `session` is of its own store."""
    return last_released(session, seal) if register is Register.SECTION_19 else last_cautionary(session, seal)


def _both(table: bytes, note: bytes) -> str:
    """What was signed off: as `bot.registers.release.Copy.sha256`."""
    return hashlib.sha256(table + b"\n" + note).hexdigest()


def _released(on: date, table: bytes, note: bytes) -> Released:
    return Released(on, quarter_day(on) if QUARTERLY.strip().encode() in note else on, _rows(table))


def _rows(table: bytes) -> tuple[Row, ...]:
    return tuple(tuple(row) for row in csv.reader(io.StringIO(table.decode())))[1:]
