"""Customer records as identity asks about them for every message: columns only, with what was merged into each."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from models.columns import asking
from models.customer import ContactPoint, Customer, PointKind, Standing, stands_for

_ASKED_AT_ONCE = 500
_RECORDS = select(
    Customer.id,
    Customer.reference,
    Customer.name,
    Customer.address,
    Customer.postcode,
    Customer.notes,
    Customer.merged_into_id,
).where(Customer.id.in_(bindparam("numbers", expanding=True)))
_POINTS_OF = (
    select(ContactPoint.customer_id, ContactPoint.kind, ContactPoint.value, ContactPoint.standing)
    .where(ContactPoint.customer_id.in_(bindparam("numbers", expanding=True)))
    .order_by(ContactPoint.customer_id, ContactPoint.id)
)
_MERGED = select(Customer.id).where(Customer.merged_into_id.in_(bindparam("numbers", expanding=True)))


@dataclass(frozen=True, slots=True)
class Record:
    """A customer record, as far as it is asked about for every message: columns, no record of the store's own."""

    id: int
    reference: str
    name: str
    address: str
    postcode: str
    notes: str
    merged_into: int | None
    points: tuple[tuple[PointKind, str, Standing], ...]


def with_merged(session: Session, ids: Collection[int]) -> list[tuple[int, Record]]:
    """These records, what they were merged into, and all that was merged into that: each with the number of the record
    that stands for the person today."""
    found: dict[int, Record] = {}
    new = set(ids)
    while new:
        found |= _records(session, new)
        new = {record.merged_into for record in found.values() if record.merged_into is not None} - set(found)
    new = set(found)
    while new:
        new = set(asking(session).scalars(_MERGED, {"numbers": list(new)})) - set(found)
        found |= _records(session, new)
    above = {number: record.merged_into for number, record in found.items()}
    return [(stands_for(number, above), record) for number, record in sorted(found.items())]


def _records(session: Session, ids: Iterable[int]) -> dict[int, Record]:
    numbers = sorted(ids)
    found: dict[int, Record] = {}
    for at in range(0, len(numbers), _ASKED_AT_ONCE):
        asked = {"numbers": numbers[at : at + _ASKED_AT_ONCE]}
        held: dict[int, list[tuple[PointKind, str, Standing]]] = {}
        for customer, kind, value, standing in asking(session).execute(_POINTS_OF, asked):
            held.setdefault(customer, []).append((kind, value, standing))
        for row in asking(session).execute(_RECORDS, asked):
            found[row.id] = Record(*row, points=tuple(held.get(row.id, ())))
    return found
