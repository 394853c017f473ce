"""Who comes into question when somebody acts for, or with, another: found by what the message says and shares.

Nobody is looked at for being warned or restricted alone: they are named, share an address, a number, a house or a
domain with the writer, wrote the same words, or wrote of what the message is about.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, Select, bindparam, literal_column, or_, select, union_all
from sqlalchemy.orm import Session

from bot.triage.past import few_of_each, held
from classifiers.associate_unnamed import WORTH_A_SECOND_LOOK, likeness
from models.calendar import council_day
from models.case import CaseWarning
from models.columns import asking
from models.contact import Contact, Match
from models.customer import ContactPoint, Customer, PointKind, Standing, stands_for
from models.decision import Restriction
from models.history import PersonSketch

MOST_WATCHED = 25
MOST_OTHERS = 60
COLLEAGUES = 12  # so many addresses at a domain, and it is a provider's or a large body's
NAMESAKES = 10  # people of one surname, above which it alone points to nobody
FEW_WATCHED = 50  # up to so many in all, a given name alone points to one of them
MOST_HELD_AGAINST = 300  # letters of all watched people, the newest
_NAMES = 160  # capitalised words of a message that are tried as surnames
_OF_A_HOME = 50

# What is asked for every message is put together once: that takes longer than asking it.
_BESIDE = select(Customer.id, Customer.merged_into_id).where(
    or_(
        Customer.id.in_(bindparam("numbers", expanding=True)),
        Customer.merged_into_id.in_(bindparam("numbers", expanding=True)),
    )
)
_WATCHED = union_all(
    select(CaseWarning.customer_id).where(
        CaseWarning.customer_id.in_(bindparam("numbers", expanding=True)), CaseWarning.sent_on <= bindparam("day")
    ),
    select(Restriction.customer_id).where(
        Restriction.customer_id.in_(bindparam("numbers", expanding=True)), Restriction.starts_on <= bindparam("day")
    ),
)


def _reached_by(kind: PointKind) -> Select[int]:
    return select(ContactPoint.customer_id).where(
        ContactPoint.kind == kind,
        ContactPoint.value.in_(bindparam(kind.value, expanding=True)),
        ContactPoint.standing != Standing.REJECTED,
    )


def _each_with_its_own_limit(**wanted: Select[int]) -> Iterator[Select[str, int]]:
    for what, customers in wanted.items():
        some = customers.limit(_OF_A_HOME).subquery()
        yield select(literal_column(f"'{what}'"), some.c[0])


_SHARING = union_all(
    *_each_with_its_own_limit(
        email=_reached_by(PointKind.EMAIL),
        telephone=_reached_by(PointKind.TELEPHONE),
        place=select(Customer.id).where(Customer.place.in_(bindparam("place", expanding=True))),
        home=select(Customer.id).where(Customer.postcode.in_(bindparam("home", expanding=True))),
        postcode=select(Customer.id).where(Customer.postcode.in_(bindparam("postcode", expanding=True))),
    )
)
_AT_DOMAIN = (
    select(ContactPoint.value, ContactPoint.customer_id)
    .where(ContactPoint.domain == bindparam("domain"), ContactPoint.standing != Standing.REJECTED)
    .limit(COLLEAGUES)
)
_ANYBODY_WATCHED = select(CaseWarning.customer_id).union(select(Restriction.customer_id)).limit(FEW_WATCHED + 1)
_NAMES_OF_THE_WATCHED = select(Customer.id, Customer.name).where(Customer.id.in_(_ANYBODY_WATCHED.scalar_subquery()))
_LETTERS_OF_THE_WATCHED = (
    select(Contact.customer_id, Contact.subject, Contact.own)
    .where(
        Contact.customer_id.in_(bindparam("watched", expanding=True)),
        Contact.at <= bindparam("at"),
        Contact.match != Match.NOBODY,
        Contact.automatic.is_(None),
    )
    .order_by(Contact.at.desc(), Contact.id.desc())
    .limit(MOST_HELD_AGAINST)
)
_RECORDS = select(Customer.id, Customer.name, Customer.address, Customer.never_restrict).where(
    Customer.id.in_(bindparam("numbers", expanding=True))
)
_POINTS = (
    select(ContactPoint.customer_id, ContactPoint.kind, ContactPoint.value)
    .where(
        ContactPoint.customer_id.in_(bindparam("numbers", expanding=True)), ContactPoint.standing != Standing.REJECTED
    )
    .order_by(ContactPoint.id)
)


@dataclass(frozen=True, slots=True)
class Said:
    """What a message says and shares, by which people are found. Everything normalised as the records hold it.

    names      its capitalised words, folded (lower case, letters only)
    places     houses that it names, folded with their streets
    domain     of the sender's address
    for_somebody  it says that it is written for somebody else, whether it names them or not
    letter     the subject and the writer's own words, to be held against what watched people wrote; empty: is not held
    """

    names: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    postcodes: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    domain: str = ""
    for_somebody: bool = False
    letter: str = ""


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
    asked: set[int] = set()
    new = set(customers)
    while new:
        rows = asking(session).execute(_BESIDE, {"numbers": list(new)})
        up |= {row.id: row.merged_into_id for row in rows}
        asked |= new
        new = {number for number in (*up, *up.values()) if number is not None} - asked
    tops = {number: stands_for(number, up) for number in up}
    records: dict[int, set[int]] = {}
    for number, top in tops.items():
        records.setdefault(top, set()).add(number)
    return Persons(tops, {top: frozenset(numbers) for top, numbers in records.items()})


def watched_among(session: Session, persons: Persons, at: datetime) -> set[int]:
    """Those of them who had been warned, or restricted, up to this moment."""
    asked = {"numbers": list(persons.stands_for), "day": council_day(at)}
    return persons.of(asking(session).scalars(_WATCHED, asked))


@dataclass(frozen=True, slots=True)
class InQuestion:
    """Customer records that a message points to. `near` come into question whoever they are, `perhaps` if watched.

    `at_domain`: addresses on record at the sender's domain, the first dozen.
    """

    near: tuple[int, ...]
    perhaps: tuple[int, ...]
    at_domain: tuple[str, ...]


def pointed_to(session: Session, said: Said, customer: Customer | None, at: datetime) -> InQuestion:
    """Whom the message names, and who shares something with it or with its writer."""
    theirs = [p for p in customer.points if p.standing is not Standing.REJECTED] if customer else []
    named, namesakes = _named(session, said.names)
    sharing = _sharing(
        session,
        email={*said.emails, *(p.value for p in theirs if p.kind is PointKind.EMAIL)},
        telephone={*said.phones, *(p.value for p in theirs if p.kind is PointKind.TELEPHONE)},
        place={*said.places, customer.place if customer else ""},
        home={customer.postcode if customer else ""},
        postcode=set(said.postcodes),
    )
    near = [*sharing["email"], *sharing["telephone"], *named, *sharing["place"], *sharing["home"]]
    colleagues = _colleagues(session, said.domain)
    perhaps = [
        *(colleagues.values() if len(colleagues) < COLLEAGUES else ()),
        *sharing["postcode"],
        *namesakes,
        *_few_watched(session, said, at),
    ]
    return InQuestion(tuple(dict.fromkeys(near)), tuple(dict.fromkeys(perhaps)), tuple(colleagues))


def _sharing(session: Session, **values: Collection[str]) -> dict[str, list[int]]:
    """Whose record holds one of these, for each kind of thing by itself."""
    found: dict[str, list[int]] = {what: [] for what in values}
    asked = {what: list(filter(None, some)) for what, some in values.items()}
    for what, number in asking(session).execute(_SHARING, asked):
        found[what].append(number)
    return found


def _colleagues(session: Session, domain: str) -> dict[str, int]:
    """Addresses that share the domain, each with whose it is; no more than show that it says nothing."""
    if not domain:
        return {}
    return {row.value: row.customer_id for row in asking(session).execute(_AT_DOMAIN, {"domain": domain})}


def _named(session: Session, names: tuple[str, ...]) -> tuple[list[int], list[int]]:
    """People whose surname stands in the message; and, of common surnames, the watched whose given name does too."""
    there = held(session, names[:_NAMES], "SELECT 1 FROM customers WHERE surname = given.one")
    rows = few_of_each(session, _of_a_surname, there)
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
    rows = asking(session).execute(
        select(Customer.id, Customer.name).where(Customer.surname.in_(surnames), Customer.id.in_(watched))
    )
    said = set(names)
    return [number for number, name in rows if sum(part in said for part in name.lower().split()) >= 2]


def _few_watched(session: Session, said: Said, at: datetime) -> list[int]:
    """Where few are watched: those of whom any name stands in the message ('Tam has asked me to write'), all of them
    where it is written for somebody ('my neighbour has asked me to write'), and whose letters it is most like."""
    rows = asking(session).execute(_NAMES_OF_THE_WATCHED).all()
    if not rows or len(rows) > FEW_WATCHED:
        return []
    words = set(said.names)
    named = [
        number
        for number, name in rows
        if said.for_somebody or words & {part for part in name.lower().split() if len(part) > 2}
    ]
    return [*_likest(session, said.letter, [number for number, _ in rows], at), *named]


def _likest(session: Session, letter: str, watched: list[int], at: datetime) -> list[int]:
    """The one whose letters, or our answers to them, share most with this one."""
    if not letter:
        return []
    rows = asking(session).execute(_LETTERS_OF_THE_WATCHED, {"watched": watched, "at": at})
    alike = [(likeness(letter, f"{row.subject}\n{row.own}"), -row.customer_id) for row in rows]
    share, number = max(alike, default=(0.0, 0))
    return [-number] if share >= WORTH_A_SECOND_LOOK else []


def sketches(session: Session, persons: Persons, wanted: Iterable[int], watched: Collection[int]) -> list[PersonSketch]:
    """One sketch a person, with what all their records hold."""
    tops = list(wanted)
    numbers = {record for top in tops for record in persons.records[top]}
    if not numbers:
        return []
    asked = {"numbers": list(numbers)}
    records = {row.id: row for row in asking(session).execute(_RECORDS, asked)}
    points: dict[int, list[tuple[PointKind, str]]] = {}
    for number, kind, value in asking(session).execute(_POINTS, asked):
        points.setdefault(number, []).append((kind, value))
    return [
        _sketch([records[number] for number in _first(top, persons.records[top])], points, watched=top in watched)
        for top in sorted(tops)
    ]


def _first(top: int, records: Iterable[int]) -> list[int]:
    return [top, *sorted(set(records) - {top})]


def _sketch(
    records: list[Row[int, str, str, str]], points: Mapping[int, Sequence[tuple[PointKind, str]]], *, watched: bool
) -> PersonSketch:
    """A person by all their records, the one that stands for them first."""
    theirs = dict.fromkeys(point for record in records for point in points.get(record.id, ()))
    main = records[0]
    return PersonSketch(
        customer=main.id,
        name=main.name,
        emails=tuple(value for kind, value in theirs if kind is PointKind.EMAIL),
        phones=tuple(value for kind, value in theirs if kind is PointKind.TELEPHONE),
        address=main.address,
        watched=watched,
        never_restrict=any(record.never_restrict for record in records),
    )
