"""Which records a message may belong to, found through indexed columns only: the cost does not grow with the records.

E-mail, telephone, postcode, house and street, surname; who wrote from this address before; who the answered letter
belongs to. Records merged into one are one person, with all their names and contact points.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from sqlalchemy import Select, bindparam, func, or_, select, true, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.intake import points
from bot.intake.customer_records import Record, with_merged
from bot.intake.person_names import Agreement, Generation, PersonName, compare, fold, is_body, read_record_name
from bot.intake.pet_names import first_letters, is_known, same_given_name
from bot.intake.writer import Writer, unit_in
from models.columns import asking
from models.contact import Contact, Match, Recipient
from models.customer import ContactPoint, Customer, PointKind, Standing
from models.message import Direction, Message

_MOST_OF_A_SURNAME = 600  # rows of (id, name) that are looked through for one message
_MOST_BY_NAME = 30  # people who are weighed for their name alone
_MOST_OF_A_POSTCODE = 200
_MOST_OF_A_LOCAL_PART = 20
_LEAST_TELLING = 7
_A_COMMON_SURNAME = 60
_NAMESAKES_THAT_COUNT = 2
_EARLIER_LETTERS = 40
_FOOT = 2000  # characters of a letter in which its last lines are looked for


# What is asked for every message is put together once: that takes longer than asking it.
def _with_point(kind: PointKind, values: str) -> Select[int]:
    theirs = ContactPoint.value.in_(bindparam(values, expanding=True))
    return select(ContactPoint.customer_id).where(ContactPoint.kind == kind, theirs).limit(_MOST_OF_A_POSTCODE)


def _with(column: InstrumentedAttribute[str], values: str) -> Select[int]:
    return select(Customer.id).where(column.in_(bindparam(values, expanding=True))).limit(_MOST_OF_A_POSTCODE)


_BETWEEN = (
    select(ContactPoint.customer_id)
    .where(
        ContactPoint.kind == PointKind.EMAIL,
        ContactPoint.value > bindparam("low"),
        ContactPoint.value < bindparam("high"),
    )
    .limit(_MOST_OF_A_LOCAL_PART)
)
_POINTED_TO = union_all(
    *(
        select(each_with_its_own_limit.subquery().c[0])
        for each_with_its_own_limit in (
            _with_point(PointKind.EMAIL, "emails"),
            _BETWEEN,
            _with_point(PointKind.TELEPHONE, "phones"),
            _with(Customer.postcode, "postcodes"),
            _with(Customer.place, "places"),
        )
    )
)
_OF_SURNAME = (
    select(Customer.id, Customer.name)
    .where(Customer.surname.in_(bindparam("surnames", expanding=True)))
    .order_by(Customer.surname, Customer.name, Customer.id)
)
_FIRST_OF_SURNAME = _OF_SURNAME.limit(_A_COMMON_SURNAME + 1)
_WROTE_FROM = (
    select(Contact.customer_id, Contact.match, Contact.own, Contact.subject)
    .where(
        Contact.sender_email == bindparam("address"),
        Contact.direction == Direction.IN,
        Contact.customer_id.is_not(None),
    )
    .order_by(Contact.id.desc())
    .limit(_EARLIER_LETTERS)
)
_NAMED = select(Contact.id, Contact.message_id, Contact.customer_id, Contact.sender_email).where(
    Contact.message_id.in_(bindparam("named", expanding=True))
)
_PARTIES = select(Recipient.email).where(Recipient.contact_id == bindparam("contact")).limit(50)


@dataclass(frozen=True, slots=True)
class Earlier:
    """What was settled before about letters from this very address."""

    contacts: int = 0
    certain: int = 0
    sign_offs: frozenset[str] = frozenset()
    subjects: frozenset[str] = frozenset()


@dataclass
class Candidate:
    """One person on record, with every record that was merged into theirs."""

    customer: Record
    records: list[Record]
    earlier: Earlier = Earlier()
    answered: bool = False  # the letter that this one answers was theirs, or was written to them
    sole_party: bool = False  # and the sender's address was not on that letter: it came to them through this person
    shares_name_with: int = 0  # how many others on record could be written the same way

    @property
    def id(self) -> int:
        return self.customer.id

    @cached_property
    def names(self) -> tuple[PersonName, ...]:
        return tuple(n for r in self.records for n in read_record_name(r.name))

    @cached_property
    def is_body(self) -> bool:
        return any(is_body(r.name) for r in self.records)

    @cached_property
    def generation(self) -> Generation:
        """Senior or junior: from the name, else from what the notes say first ('Junior. Hall hirer.')."""
        named = next((n.generation for n in self.names if n.generation is not Generation.UNSAID), None)
        if named is not None:
            return named
        notes = " ".join(r.notes for r in self.records).lower()
        if re.search(r"\bson of\b|\bdaughter of\b|^\W*junior\b|[.;] junior\b", notes):
            return Generation.JUNIOR
        if re.search(r"\b(?:father|mother) of\b|^\W*senior\b|[.;] senior\b", notes):
            return Generation.SENIOR
        return Generation.UNSAID

    @cached_property
    def places(self) -> frozenset[str]:
        return frozenset(p for r in self.records for p in points.places_in(r.address))

    @cached_property
    def postcodes(self) -> frozenset[str]:
        return frozenset(p for r in self.records for p in (r.postcode or points.postcode(r.address),) if p)

    @cached_property
    def unit(self) -> str:
        return unit_in(self.customer.address)

    @cached_property
    def _standings(self) -> dict[tuple[PointKind, str], Standing]:
        best: dict[tuple[PointKind, str], Standing] = {}
        order = [Standing.SUGGESTED, Standing.REJECTED, Standing.CONFIRMED]
        for kind, value, standing in (p for r in self.records for p in r.points):
            key = (kind, value)
            if key not in best or order.index(standing) > order.index(best[key]):
                best[key] = standing
        return best

    def standing(self, kind: PointKind, value: str) -> Standing | None:
        """How sure this point is theirs; confirmed on one merged record holds for the person."""
        return self._standings.get((kind, value))

    def has_folded(self, address: str) -> bool:
        wanted = points.folded_email(address)
        return any(
            kind is PointKind.EMAIL and standing is Standing.CONFIRMED and points.folded_email(value) == wanted
            for (kind, value), standing in self._standings.items()
        )

    def emails(self) -> tuple[str, ...]:
        return tuple(v for (k, v), s in self._standings.items() if k is PointKind.EMAIL and s is Standing.CONFIRMED)


@dataclass
class _Blocks:
    ids: set[int] = field(default_factory=set)
    by_name: dict[str, list[int]] = field(default_factory=dict)  # a record's name, and whose it is


def find_candidates(session: Session, message: Message, writer: Writer) -> list[Candidate]:
    """Everybody on record that anything in the message points to, and nobody else."""
    blocks = _Blocks()
    addresses = [a for a in (writer.address, *writer.answer_to) if a]
    # People keep what stands before the '@' when they change their provider: a range of the index on addresses.
    local = telling_local_part(writer.address)
    asked = {
        "emails": _spellings([*addresses, *writer.quotes]),
        "low": f"{local}@" if local else "",
        "high": f"{local}A" if local else "",
        "phones": list(writer.phones),
        "postcodes": list(writer.postcodes),
        "places": list(writer.places),
    }
    blocks.ids |= set(asking(session).scalars(_POINTED_TO, asked))
    earlier = {} if writer.many_write_here else _earlier(session, message.sender.email)
    blocks.ids |= set(earlier)
    answered, sole_party = _answered(session, message)
    blocks.ids |= {answered} if answered is not None else set()
    _by_surname(session, blocks, writer)
    candidates = _load(session, blocks, earlier, answered)
    for candidate in candidates:
        candidate.sole_party = candidate.answered and sole_party
    _count_namesakes(candidates, blocks, writer)
    return candidates


def _spellings(addresses: Iterable[str]) -> list[str]:
    """The address and the same without its plus-tag; other spellings are found by name and compared folded."""
    found: dict[str, None] = {}
    for address in addresses:
        local, _, domain = address.partition("@")
        found[address] = found[f"{local.split('+', 1)[0]}@{domain}"] = found[points.folded_email(address)] = None
    return list(found)


@lru_cache(maxsize=20_000)
def telling_local_part(address: str) -> str:
    """What stands before the '@', where it is long enough to be somebody's own and names no office; else empty."""
    local = address.partition("@")[0]
    return local if len(local) >= _LEAST_TELLING and not is_body(re.sub(r"[\d._+-]", " ", local)) else ""


def _by_surname(session: Session, blocks: _Blocks, writer: Writer) -> None:
    """Of those with the surname, whoever the written name could be.

    Of a common surname only those are taken whose given name fits too: 'J Smith' alone points to nobody, and with a
    telephone or a house they are found by that. Of very many who fit, the first stand for the rest: each is as likely.
    """
    keys = surnames_to_try(writer)
    if not keys:
        return
    rows = asking(session).execute(_FIRST_OF_SURNAME, {"surnames": keys}).all()
    common = len(rows) > _A_COMMON_SURNAME
    if common:
        # Any word of the name but the last.
        begins = [start for letter in sorted(_first_letters(writer)) for start in (f"{letter}% %", f"% {letter}% %")]
        fits = or_(*(func.lower(Customer.name).like(start) for start in begins)) if begins else true()
        rows = asking(session).execute(_OF_SURNAME.where(fits).limit(_MOST_OF_A_SURNAME), {"surnames": keys}).all()
    least = Agreement.SPELLING if common else Agreement.SURNAME
    local = name_in_address(writer.address)
    found: list[tuple[int, int]] = []
    for row in rows:
        blocks.by_name.setdefault(row.name, []).append(row.id)
    for name, numbers in blocks.by_name.items():
        persons = read_record_name(name)
        agreements = [compare(claim.name, person) for claim in writer.claims for person in persons]
        agreement = max(agreements, default=Agreement.NOTHING)
        if agreement >= least or any(spells(local, person) for person in persons):
            found += [(-agreement, number) for number in numbers]
    blocks.ids |= {number for _, number in sorted(found)[:_MOST_BY_NAME]}


def _first_letters(writer: Writer) -> frozenset[str]:
    """First letters that the given names of the writer's record can have: Peggy may be kept as Margaret."""
    given = {n for c in writer.claims for n in (*c.name.given, c.name.lone) if n}
    letters = {letter for name in given for letter in first_letters(name)}
    letters |= {c.name.initials[0] for c in writer.claims if c.name.initials}
    return frozenset(letters | {token[:1] for token in _tokens(writer.address)}) - {""}


def surnames_to_try(writer: Writer) -> list[str]:
    """Surnames as written, and those that an address may hold: 'jane.doe@', 'doe.j@', 'jdoe57@', 'janedoe@'."""
    found: dict[str, None] = {}
    for claim in writer.claims:
        for surname in (claim.name.surname, claim.name.lone, *claim.name.parts):
            if surname:
                found[surname] = None
    for token in _tokens(writer.address):
        if len(token) >= 4:
            found[token] = None
        if len(token) >= 5:
            found[token[1:]] = None
        for cut in range(3, len(token) - 2):
            if is_known(token[:cut]):
                found[token[cut:]] = None
    return list(found)[:40]


def _tokens(address: str) -> list[str]:
    return [fold(t) for t in re.split(r"[^a-z]+", address.partition("@")[0].lower()) if len(t) > 1][:6]


@lru_cache(maxsize=20_000)
def name_in_address(address: str) -> str:
    """The letters of an address's local part, in order, for looking whether a name stands in it."""
    return "".join(re.split(r"[^a-z]+", address.partition("@")[0].lower()))


def spells(local: str, person: PersonName) -> bool:
    """Whether the local part holds given name and surname, either way round: 'jane.doe', 'doejane57', 'jenny.doe'."""
    if not person.surname or not person.given or len(person.surname) < 3:
        return False
    if any(g + person.surname in local or person.surname + g in local for g in person.given if len(g) > 1):
        return True
    given = local.removesuffix(person.surname) if local.endswith(person.surname) else local.removeprefix(person.surname)
    return given != local and is_known(given) and any(same_given_name(given, g) for g in person.given)


def spells_initial(address: str, person: PersonName) -> bool:
    """Whether the address is made of initial and surname: 'j.doe83@', 'doe.j@', 'jdoe@'."""
    local = name_in_address(address)
    if len(person.surname) < 4 or not person.initials:
        return False
    return local in {person.initials[0] + person.surname, person.surname + person.initials[0]}


def _earlier(session: Session, address: str) -> dict[int, Earlier]:
    """Who wrote from this address before, as it was settled then: an officer's correction of a contact counts."""
    if not address:
        return {}
    rows = asking(session).execute(_WROTE_FROM, {"address": address}).all()
    found: dict[int, Earlier] = {}
    for customer_id, match, own, subject in rows:
        if customer_id is not None and match is not Match.NOBODY:
            before = found.get(customer_id, Earlier())
            found[customer_id] = Earlier(
                before.contacts + 1,
                before.certain + (match is not Match.SUGGESTED),
                before.sign_offs | {sign_off_form(own)},
                before.subjects | {subject_form(subject)},
            )
    return found


@lru_cache(maxsize=20_000)
def subject_form(subject: str) -> str:
    """A subject as it is taken up again: lower case, without 'Re:' and 'Fwd:'; empty if it says nothing."""
    bare = re.sub(r"^(?:\s*(?:re|fw|fwd|aw|ateb)\s*:)+", "", subject.lower()[:300]).strip(" .!?-")
    return bare if len(bare) >= 6 else ""


def sign_off_form(own: str) -> str:
    """The last line of a letter as a habit: 'F. Gledhill', 'Frank'; empty if it is no short line."""
    lines = [line.strip() for line in own[-_FOOT:].split("\n")[len(own) > _FOOT :] if line.strip()]
    shorts = [line for line in lines[-4:] if len(line.split()) <= 4 and not any(c.isdigit() for c in line)]
    return re.sub(r"[^\w ]", "", shorts[-1].lower()).strip() if shorts else ""


def _answered(session: Session, message: Message) -> tuple[int | None, bool]:
    """Whose letter this one answers; and whether it was theirs alone, the present sender's address not being on it."""
    named = [m for m in (message.in_reply_to, *reversed(message.references)) if m][:20]
    if not named:
        return None, False
    rows = asking(session).execute(_NAMED, {"named": named}).all()
    found = {row.message_id: row for row in rows if row.customer_id is not None}
    answered = next((found[m] for m in named if m in found), None)
    if answered is None:
        return None, False
    parties = set(asking(session).scalars(_PARTIES, {"contact": answered.id}))
    return answered.customer_id, message.sender.email not in parties | {answered.sender_email}


def _load(session: Session, blocks: _Blocks, earlier: dict[int, Earlier], answered: int | None) -> list[Candidate]:
    if not blocks.ids:
        return []
    members: dict[int, list[Record]] = {}
    for top, record in with_merged(session, blocks.ids):
        members.setdefault(top, []).append(record)
    candidates = []
    for root, records in sorted(members.items()):
        numbers = {r.id for r in records}
        main = next(r for r in records if r.id == root)
        known = [earlier[n] for n in numbers if n in earlier]
        before = Earlier(
            sum(e.contacts for e in known),
            sum(e.certain for e in known),
            frozenset(s for e in known for s in e.sign_offs),
            frozenset(s for e in known for s in e.subjects),
        )
        candidates.append(Candidate(main, records, before, answered in numbers))
    return candidates


def _count_namesakes(candidates: list[Candidate], blocks: _Blocks, writer: Writer) -> None:
    """How many other people on record have a name that this letter, if theirs, could equally be signed with."""
    for candidate in candidates:
        if not any(compare(c.name, mine) >= Agreement.SPELLING for c in writer.claims for mine in candidate.names):
            continue
        own = {record.id for record in candidate.records}
        written = tuple(record.name for record in candidate.records)
        namesakes = (
            number
            for text, numbers in blocks.by_name.items()
            if _may_be_one(written, text)
            for number in numbers
            if number not in own
        )
        candidate.shares_name_with = sum(1 for _ in itertools.islice(namesakes, _NAMESAKES_THAT_COUNT))


@lru_cache(maxsize=100_000)  # the names of one surname are held against each other whenever one of them writes
def _may_be_one(written: tuple[str, ...], other: str) -> bool:
    """Whether a person whose records are named so could sign with the name of another record."""
    return any(
        compare(mine, theirs) >= Agreement.SPELLING
        for name in written
        for mine in read_record_name(name)
        for theirs in read_record_name(other)
    )
