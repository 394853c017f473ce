"""The council's own customer records, from a CSV file: reference, name, e-mails, telephones, address, notes.

Importing the same file again changes nothing. A newer file brings records up to date and adds what is new; what the
program or an officer has added since stays, and what an officer has rejected stays rejected. Nothing is taken away.
"""

from __future__ import annotations

import csv
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from bot.intake import points
from bot.intake.newcomers import put_address
from bot.intake.person_names import surname_of
from bot.readable import why_unreadable
from bot.work import Work, verb
from models.customer import ContactPoint, Customer, PointKind, Standing
from models.errors import Refused
from models.hold import is_held
from models.officer import Permission

_AT_ONCE = 400
_NEEDED = ("reference", "name")
_COLUMNS = {
    "reference": {"reference", "ref", "id", "customer", "customer reference", "customer id"},
    "name": {"name", "full name", "customer name"},
    "emails": {"emails", "email", "e-mail", "e-mails", "email address", "email addresses"},
    "phones": {"phones", "phone", "telephone", "telephones", "tel", "mobile", "phone number", "phone numbers"},
    "address": {"address", "postal address"},
    "notes": {"notes", "note", "remarks"},
}
_SOURCE = "customer record"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the file, read: points normalised, in order, each once."""

    line: int
    reference: str
    name: str
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    address: str = ""
    notes: str = ""


@dataclass(slots=True)
class Imported:
    """What an import did, in numbers."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0

    @property
    def read(self) -> int:
        return self.added + self.changed + self.unchanged


@verb("customer.import", needs=Permission.MANAGE_CUSTOMERS)
def import_customers(work: Work, path: Path, *, told: Callable[[int], None] | None = None) -> Imported:
    """Take in a file of records, all of it or none. Refused with line and column where it cannot be read.

    The file is read piece by piece, however big; `told` is called with the number of records read so far.
    """
    done = Imported()
    seen: dict[str, int] = {}
    for some in _batches(rows_of(path)):
        for row in some:
            if row.reference in seen:
                raise Refused(
                    f"{path.name}, line {row.line}, column reference: the same reference stands in line "
                    f"{seen[row.reference]}"
                )
            seen[row.reference] = row.line
        _take(work, some, done)
        if told is not None:
            told(done.read)
    if done.added or done.changed:
        work.note("customer.import", f"file:{path.name}", added=done.added, changed=done.changed, read=done.read)
    return done


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while some := list(itertools.islice(rows, _AT_ONCE)):
        yield some


# --- reading ---------------------------------------------------------------------------------------------------------


def rows_of(path: Path) -> Iterator[Row]:
    """The records of a file, one after the other: UTF-8 (with or without its mark) or Windows-1252, any header case."""
    encoding = _encoding(path)
    with path.open(newline="", encoding=encoding) as handle:
        reader = csv.reader(handle, strict=True)
        try:
            header = next(reader, None)
            if header is None:
                raise Refused(f"{path.name} is empty: it needs a first line such as reference,name,emails,phones")
            columns = _columns(path.name, header)
            for fields in reader:
                if any(field.strip() for field in fields):
                    yield _row(path.name, reader.line_num, columns, len(header), fields)
        except csv.Error as error:
            raise Refused(f"{path.name}, line {reader.line_num}: {error}") from error


def _encoding(path: Path) -> str:
    """Excel writes Windows-1252 unless told otherwise; only the decoder knows, so the file is read through once."""
    try:
        with path.open("rb") as handle:
            start = handle.read(4)
        if start[:2] in {b"\xff\xfe", b"\xfe\xff"}:
            return "utf-16"
        with path.open(encoding="utf-8-sig") as text:
            while text.read(1 << 20):
                pass
    except UnicodeDecodeError:
        return "windows-1252"
    except OSError as error:
        raise Refused(f"{path.name} cannot be read: {error.strerror}") from error
    return "utf-8-sig"


def _columns(file: str, header: list[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, title in enumerate(header):
        wanted = title.strip().lower().replace("_", " ")
        name = next((n for n, titles in _COLUMNS.items() if wanted in titles), None)
        if name is not None and name in found:
            raise Refused(f"{file}, line 1: two columns hold the {name}")
        if name is not None:
            found[name] = place
    for name in _NEEDED:
        if name not in found:
            raise Refused(f"{file}, line 1: the column '{name}' is missing; the first line must name the columns")
    return found


def _row(file: str, line: int, columns: Mapping[str, int], width: int, fields: list[str]) -> Row:
    def field(name: str) -> str:
        place = columns.get(name)
        return fields[place].strip() if place is not None and place < len(fields) else ""

    if any(extra.strip() for extra in fields[width:]):
        raise Refused(f"{file}, line {line}: {len(fields)} fields where {width} are named; is a comma not in quotes?")
    for name in _NEEDED:
        if not field(name):
            raise Refused(f"{file}, line {line}, column {name}: it is empty")
    for name in columns:
        if wrong := why_unreadable(field(name)):
            raise Refused(f"{file}, line {line}, column {name}: its words {wrong}")
    return Row(
        line,
        field("reference"),
        field("name"),
        _every(field("emails"), points.email, f"{file}, line {line}, column emails: not an e-mail address"),
        _every(field("phones"), points.phone, f"{file}, line {line}, column phones: not a telephone number"),
        field("address"),
        field("notes"),
    )


def _every(text: str, normal: Callable[[str], str], wrong: str) -> tuple[str, ...]:
    values = []
    for part in text.replace("|", ";").split(";"):
        if part.strip():
            value = normal(part)
            if not value:
                raise Refused(f"{wrong}; several are set apart by ';'")
            values.append(value)
    return tuple(dict.fromkeys(values))


# --- taking in -------------------------------------------------------------------------------------------------------


def _take(work: Work, rows: Iterable[Row], done: Imported) -> None:
    rows = list(rows)
    wanted = select(Customer).where(Customer.reference.in_([row.reference for row in rows]))
    known = {c.reference: c for c in work.session.scalars(wanted.options(selectinload(Customer.points)))}
    for row in rows:
        customer = known.get(row.reference)
        if customer is None:
            work.session.add(_new(work, row))
            done.added += 1
        elif _bring_up_to_date(work, customer, row):
            done.changed += 1
        else:
            done.unchanged += 1
    work.session.flush()
    work.seal_what_was_saved()  # before they are let go of
    _let_go(work, rows)


def _let_go(work: Work, rows: Iterable[Row]) -> None:
    """What was written need not stay in memory: a file of a million records takes no more than one of a thousand."""
    written = {row.reference for row in rows}
    for customer in [c for c in work.session if isinstance(c, Customer) and c.reference in written]:
        for point in customer.points:
            work.session.expunge(point)
        work.session.expunge(customer)


def _new(work: Work, row: Row) -> Customer:
    customer = Customer(
        reference=row.reference,
        name=row.name,
        created_at=work.now,
        notes=row.notes,
        surname=surname_of(row.name),
    )
    put_address(customer, row.address)
    _add_points(work, customer, row)
    return customer


def _bring_up_to_date(work: Work, customer: Customer, row: Row) -> bool:
    changed = _add_points(work, customer, row)
    _keep_under_hold(work, customer, row)
    if row.name != customer.name:
        customer.name, customer.surname, changed = row.name, surname_of(row.name), True
    if row.address and " ".join(row.address.split()) != customer.address:
        put_address(customer, row.address)
        changed = True
    if row.notes and row.notes not in customer.notes:
        customer.notes = f"{customer.notes}\n{row.notes}".strip()
        changed = True
    return changed


def _keep_under_hold(work: Work, customer: Customer, row: Row) -> None:
    """What the file would write over stays in the notes while an information request may ask for it (INV-24)."""
    address = " ".join(row.address.split())
    former = [customer.name] if row.name != customer.name else []
    former += [customer.address] if address and customer.address and address != customer.address else []
    if former and is_held(work.session, customer.id, work.today):
        customer.notes = f"{customer.notes}\nUntil {work.today:%-d %B %Y}: {'; '.join(former)}".strip()


def _add_points(work: Work, customer: Customer, row: Row) -> bool:
    """New points are confirmed, being the council's own record; a suggested one that it holds is confirmed by it."""
    held = {(p.kind, p.value): p for p in customer.points}
    wanted = [(PointKind.EMAIL, value) for value in row.emails]
    wanted += [(PointKind.TELEPHONE, value) for value in row.phones]
    changed = False
    for kind, value in wanted:
        point = held.get((kind, value))
        if point is None:
            point = ContactPoint(
                customer=customer,
                kind=kind,
                value=value,
                standing=Standing.CONFIRMED,
                since=work.now,
                source=_SOURCE,
            )
            if customer in work.session:
                work.session.add(point)
            changed = True
        elif point.standing is Standing.SUGGESTED:
            point.standing, point.since, changed = Standing.CONFIRMED, work.now, True
    return changed
