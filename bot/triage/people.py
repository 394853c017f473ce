"""Who comes into question when somebody acts for, or with, another: found by what the message says and shares.

Nobody is looked at for being warned or restricted alone: they are named, share an address, a number, a house or a
domain with the writer, or wrote the same words.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, selectinload

from bot.triage.past import few_of_each
from models.calendar import council_day
from models.case import CaseWarning
from models.customer import ContactPoint, Customer, PointKind, Standing
from models.decision import Restriction
from models.history import PersonSketch

MOST_WATCHED = 25
MOST_OTHERS = 60
COLLEAGUES = 12  # so many addresses at a domain, and it is a provider's or a large body's
NAMESAKES = 10  # people of one surname, above which it alone points to nobody
FEW_WATCHED = 50  # up to so many in all, a given name alone points to one of them
_NAMES = 160  # capitalised words of a message that are tried as surnames
_OF_A_HOME = 50

# What is asked for every message is put together once: that takes longer than asking it.
_ABOVE = select(Customer.id, Customer.merged_into_id).where(Customer.id.in_(bindparam("numbers", expanding=True)))
_BELOW = select(Customer.id, Customer.merged_into_id).where(
    Customer.merged_into_id.in_(bindparam("numbers", expanding=True))
)
_WARNED = select(CaseWarning.customer_id).where(
    CaseWarning.customer_id.in_(bindparam("numbers", expanding=True)), CaseWarning.sent_on <= bindparam("day")
)
_RESTRICTED = select(Restriction.customer_id).where(
    Restriction.customer_id.in_(bindparam("numbers", expanding=True)), Restriction.starts_on <= bindparam("day")
)
_REACHED_BY = (
    select(ContactPoint.customer_id)
    .where(
        ContactPoint.kind == bindparam("kind"),
        ContactPoint.value.in_(bindparam("values", expanding=True)),
        ContactPoint.standing != Standing.REJECTED,
    )
    .limit(_OF_A_HOME)
)
_AT_PLACE = select(Customer.id).where(Customer.place.in_(bindparam("values", expanding=True))).limit(_OF_A_HOME)
_AT_POSTCODE = select(Customer.id).where(Customer.postcode.in_(bindparam("values", expanding=True))).limit(_OF_A_HOME)
_AT_DOMAIN = (
    select(ContactPoint.value, ContactPoint.customer_id)
    .where(ContactPoint.domain == bindparam("domain"), ContactPoint.standing != Standing.REJECTED)
    .limit(COLLEAGUES)
)
_ANYBODY_WATCHED = select(CaseWarning.customer_id).union(select(Restriction.customer_id)).limit(FEW_WATCHED + 1)
_NAMES_OF = select(Customer.id, Customer.name).where(Customer.id.in_(bindparam("numbers", expanding=True)))
_WHOLE = (
    select(Customer)
    .where(Customer.id.in_(bindparam("numbers", expanding=True)))
    .order_by(Customer.id)
    .options(selectinload(Customer.points))
)


@dataclass(frozen=True, slots=True)
class Said:
    """What a message says and shares, by which people are found. Everything normalised as the records hold it.

    names      its capitalised words, folded (lower case, letters only)
    places     houses that it names, folded with their streets
    domain     of the sender's address
    """

    names: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    postcodes: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    domain: str = ""


@dataclass(frozen=True, slots=True)
class Persons:
    """Records grouped into people: which record stands for each, and all the records that are merged into it."""

    stands_for: Mapping[int, int]
    records: Mapping[int, frozenset[int]]

    def of(self, customers: Iterable[int | None]) -> set[int]:
        return {self.stands_for[c] for c in customers if c is not None and c in self.stands_for}


def persons_of(session: Session, customers: Iterable[int]) -> Persons:
    """These customers' people, in as many queries as merges are deep, however many customers they are."""
    up: dict[int, int | None] = {}
    new = set(customers)
    while new:
        rows = session.execute(_ABOVE, {"numbers": list(new)})
        up |= {row.id: row.merged_into_id for row in rows}
        new = {above for above in up.values() if above is not None} - set(up)
    new = set(up)
    while new:
        rows = session.execute(_BELOW, {"numbers": list(new)})
        merged = {row.id: row.merged_into_id for row in rows if row.id not in up}
        up |= merged
        new = set(merged)
    stands_for = {number: _top(number, up) for number in up}
    records: dict[int, set[int]] = {}
    for number, top in stands_for.items():
        records.setdefault(top, set()).add(number)
    return Persons(stands_for, {top: frozenset(numbers) for top, numbers in records.items()})


def _top(number: int, up: Mapping[int, int | None]) -> int:
    seen = {number}
    while (above := up.get(number)) is not None and above not in seen:
        seen.add(above)
        number = above
    return number


def watched_among(session: Session, persons: Persons, at: datetime) -> set[int]:
    """Those of them who had been warned, or restricted, up to this moment."""
    asked = {"numbers": list(persons.stands_for), "day": council_day(at)}
    return persons.of([*session.scalars(_WARNED, asked), *session.scalars(_RESTRICTED, asked)])


@dataclass(frozen=True, slots=True)
class InQuestion:
    """Customer records that a message points to. `near` come into question whoever they are, `perhaps` if watched.

    `at_domain`: addresses on record at the sender's domain, the first dozen.
    """

    near: tuple[int, ...]
    perhaps: tuple[int, ...]
    at_domain: tuple[str, ...]


def pointed_to(session: Session, said: Said, customer: Customer | None) -> InQuestion:
    """Whom the message names, and who shares something with it or with its writer."""
    theirs = [p for p in customer.points if p.standing is not Standing.REJECTED] if customer else []
    named, namesakes = _named(session, said.names)
    near = [
        *_reached_by(session, PointKind.EMAIL, {*said.emails, *(p.value for p in theirs if p.kind is PointKind.EMAIL)}),
        *_reached_by(
            session, PointKind.TELEPHONE, {*said.phones, *(p.value for p in theirs if p.kind is PointKind.TELEPHONE)}
        ),
        *named,
        *_at_home(session, Customer.place.name, {*said.places, customer.place if customer else ""}),
        *_at_home(session, Customer.postcode.name, {customer.postcode if customer else ""}),
    ]
    colleagues = _colleagues(session, said.domain)
    perhaps = [
        *(colleagues.values() if len(colleagues) < COLLEAGUES else ()),
        *_at_home(session, Customer.postcode.name, set(said.postcodes)),
        *namesakes,
        *_few_watched(session, said.names),
    ]
    return InQuestion(tuple(dict.fromkeys(near)), tuple(dict.fromkeys(perhaps)), tuple(colleagues))


def _reached_by(session: Session, kind: PointKind, values: Collection[str]) -> list[int]:
    return list(session.scalars(_REACHED_BY, {"kind": kind, "values": list(values)})) if values else []


def _at_home(session: Session, column: str, values: Collection[str]) -> list[int]:
    wanted = list(filter(None, values))
    there = _AT_PLACE if column == "place" else _AT_POSTCODE
    return list(session.scalars(there, {"values": wanted})) if wanted else []


def _colleagues(session: Session, domain: str) -> dict[str, int]:
    """Addresses that share the domain, each with whose it is; no more than show that it says nothing."""
    if not domain:
        return {}
    return {row.value: row.customer_id for row in session.execute(_AT_DOMAIN, {"domain": domain})}


def _named(session: Session, names: tuple[str, ...]) -> tuple[list[int], list[int]]:
    """People whose surname stands in the message; and, of common surnames, the watched whose given name does too."""
    rows = few_of_each(session, _of_a_surname, names[:_NAMES])
    found: dict[str, set[int]] = {}
    for surname, number in rows:
        found.setdefault(surname, set()).add(number)
    few = [number for numbers in found.values() if len(numbers) <= NAMESAKES for number in sorted(numbers)]
    common = [surname for surname, numbers in found.items() if len(numbers) > NAMESAKES]
    return few, _watched_namesakes(session, common, names)


def _of_a_surname(one: str) -> str:
    return f"SELECT surname, id FROM customers WHERE surname = {one} LIMIT {NAMESAKES + 1}"


def _watched_namesakes(session: Session, surnames: list[str], names: tuple[str, ...]) -> list[int]:
    if not surnames:
        return []
    watched = select(CaseWarning.customer_id).union(select(Restriction.customer_id))
    rows = session.execute(
        select(Customer.id, Customer.name).where(Customer.surname.in_(surnames), Customer.id.in_(watched))
    )
    said = set(names)
    return [number for number, name in rows if sum(part in said for part in name.lower().split()) >= 2]


def _few_watched(session: Session, names: tuple[str, ...]) -> list[int]:
    """Where few are watched, those of whom any name stands in the message: 'Tam has asked me to write'."""
    numbers = list(session.scalars(_ANYBODY_WATCHED))
    if not 0 < len(numbers) <= FEW_WATCHED:
        return []
    rows = session.execute(_NAMES_OF, {"numbers": numbers})
    said = set(names)
    return [number for number, name in rows if said & {part for part in name.lower().split() if len(part) > 2}]


def sketches(session: Session, persons: Persons, wanted: Iterable[int], watched: Collection[int]) -> list[PersonSketch]:
    """One sketch a person, with what all their records hold."""
    tops = list(wanted)
    numbers = {record for top in tops for record in persons.records[top]}
    found = {row.id: row for row in session.scalars(_WHOLE, {"numbers": list(numbers)})}
    return [
        sketch_of([found[record] for record in _first(top, persons.records[top])], watched=top in watched)
        for top in sorted(tops)
    ]


def _first(top: int, records: Iterable[int]) -> list[int]:
    return [top, *sorted(set(records) - {top})]


def sketch_of(records: list[Customer], *, watched: bool) -> PersonSketch:
    """A person by all their records, the one that stands for them first."""
    points = dict.fromkeys(
        (p.kind, p.value) for record in records for p in record.points if p.standing is not Standing.REJECTED
    )
    main = records[0]
    return PersonSketch(
        customer=main.id,
        name=main.name,
        emails=tuple(value for kind, value in points if kind is PointKind.EMAIL),
        phones=tuple(value for kind, value in points if kind is PointKind.TELEPHONE),
        address=main.address,
        watched=watched,
        never_restrict=any(record.never_restrict for record in records),
    )
