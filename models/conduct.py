"""What may be held against somebody: flags of contacts whose writer is confirmed, as far as nobody overruled them.

Conduct is attributed to a person only after identity is confirmed (INV-21): a flag of a contact that is only suggested
as theirs is shown beside it, and counts for nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.contact import Contact, Match
from models.queue import Flag, FlagKind, Outcome, Ruling

CONDUCT = (FlagKind.REPEAT, FlagKind.ABUSE, FlagKind.ASSOCIATE)
"""The flags that say how somebody behaves. The others say what must be done for them."""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many contacts of a person carry a flag: that may be cited; overruled; identity not confirmed."""

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
        mine = [(flag, match) for flag, match in found if flag.kind is kind]
        held = [flag for flag, match in mine if is_confirmed(match)]
        down = sum(flag.id in overruled for flag in held)
        if mine:
            tallies.append(Tally(kind, len(held) - down, down, len(mine) - len(held)))
    return tallies


def citable_flags(session: Session, people: Collection[int]) -> list[Flag]:
    """The flags of conduct that a report about this person may cite, in the order they were raised (LOG-05)."""
    overruled = _overruled(session, people)
    return [f for f, match in _flags(session, people) if is_confirmed(match) and f.id not in overruled]


def _flags(session: Session, people: Collection[int]) -> list[tuple[Flag, Match]]:
    wanted = select(Flag, Contact.match).join(Contact, Contact.id == Flag.contact_id)
    wanted = wanted.where(Contact.customer_id.in_(people), Flag.kind.in_(CONDUCT)).order_by(Flag.id)
    return [(flag, match) for flag, match in session.execute(wanted)]


def _overruled(session: Session, people: Collection[int]) -> set[int]:
    """Flags whose last ruling overrules them."""
    wanted = select(Ruling.flag_id, Ruling.outcome).join(Flag, Flag.id == Ruling.flag_id)
    wanted = wanted.join(Contact, Contact.id == Flag.contact_id).where(Contact.customer_id.in_(people))
    last: dict[int, Outcome] = {n: outcome for n, outcome in session.execute(wanted.order_by(Ruling.id)) if n}
    return {number for number, outcome in last.items() if outcome is Outcome.OVERRULE}
