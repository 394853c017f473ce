"""What may be held against somebody: flags of contacts whose writer is confirmed, as far as nobody overruled them.

Conduct is attributed to a person only after identity is confirmed (INV-21): a flag of a contact that is only suggested
as theirs is shown beside it, and counts for nothing. Nor does acting with somebody else, before an officer confirmed
that the two act together (INV-10). One letter to many is one letter: its further copies are not counted again.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.associate import Copy, confirmed_pairs
from models.contact import Contact, ContactFinding, Match
from models.customer import kept_number, same_person
from models.queue import Flag, FlagKind, Outcome, Ruling

CONDUCT = (FlagKind.REPEAT, FlagKind.ABUSE, FlagKind.ASSOCIATE)
"""The flags that say how somebody behaves. The others say what must be done for them."""
_WITH_SOMEBODY_WARNED = "associate"  # the label of a finding; who speaks for anybody else may do so


@dataclass(frozen=True, slots=True)
class Tally:
    """How many contacts of a person carry a flag: that may be cited; overruled; not confirmed.

    What is not confirmed is whose contact it is or, of acting with somebody else, that an officer says so.
    """

    kind: FlagKind
    citable: int
    overruled: int
    unconfirmed: int


def is_confirmed(match: Match) -> bool:
    """Whether it is certain whose contact it is, so that its words can be held against that person."""
    return match is Match.CERTAIN


def conduct_of(session: Session, people: Collection[int]) -> list[Tally]:
    """The conduct flagged in the contacts of these customer records; a kind that was never flagged is left out."""
    found = _flags(session, people)
    overruled = _overruled(session, people)
    tallies = []
    for kind in CONDUCT:
        mine = [(flag, sure) for flag, sure in found if flag.kind is kind]
        held = [flag for flag, sure in mine if sure]
        down = sum(flag.id in overruled for flag in held)
        if mine:
            tallies.append(Tally(kind, len(held) - down, down, len(mine) - len(held)))
    return tallies


def _flags(session: Session, people: Collection[int]) -> list[tuple[Flag, bool]]:
    """Their flags of conduct, one letter to many once; and whether each may be held against them."""
    wanted = select(Flag, Contact, ContactFinding).join(Contact, Contact.id == Flag.contact_id)
    wanted = wanted.outerjoin(ContactFinding, ContactFinding.id == Flag.finding_id)
    wanted = wanted.where(Contact.customer_id.in_(people), Flag.kind.in_(CONDUCT))
    rows = session.execute(wanted.where(Contact.id.not_in(select(Copy.contact_id))).order_by(Flag.id)).all()
    pairs = confirmed_pairs(session, people) if any(flag.kind is FlagKind.ASSOCIATE for flag, _, _ in rows) else set()
    return [(flag, _sure(session, flag, contact, finding, pairs)) for flag, contact, finding in rows]


def unheld(session: Session, contact: Contact, flags: Collection[Flag]) -> set[int]:
    """Those of a contact's flags of conduct that count against nobody yet: whose it is, or the pair, is unconfirmed."""
    people = set() if contact.customer_id is None else same_person(session, {kept_number(session, contact.customer_id)})
    findings = {finding.id: finding for finding in contact.findings}
    pairs = confirmed_pairs(session, people)
    mine = [flag for flag in flags if flag.kind in CONDUCT]
    return {f.id for f in mine if not _sure(session, f, contact, findings.get(f.finding_id or 0), pairs)}


def _sure(
    session: Session, flag: Flag, contact: Contact, finding: ContactFinding | None, pairs: Collection[tuple[int, int]]
) -> bool:
    together = flag.kind is not FlagKind.ASSOCIATE or _pair(session, contact, finding) in pairs
    return is_confirmed(contact.match) and together


def _pair(session: Session, contact: Contact, finding: ContactFinding | None) -> tuple[int, int] | None:
    """Who writes with which warned, restricted or persistent customer; None where it is not such a one."""
    if finding is None or finding.label != _WITH_SOMEBODY_WARNED:
        return None
    if contact.customer_id is None or finding.other_customer_id is None:
        return None
    return kept_number(session, contact.customer_id), kept_number(session, finding.other_customer_id)


def _overruled(session: Session, people: Collection[int]) -> set[int]:
    """Flags whose last ruling overrules them."""
    wanted = select(Ruling.flag_id, Ruling.outcome).join(Flag, Flag.id == Ruling.flag_id)
    wanted = wanted.join(Contact, Contact.id == Flag.contact_id).where(Contact.customer_id.in_(people))
    last: dict[int, Outcome] = {n: outcome for n, outcome in session.execute(wanted.order_by(Ruling.id)) if n}
    return {number for number, outcome in last.items() if outcome is Outcome.OVERRULE}
