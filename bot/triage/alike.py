"""Which earlier letters share wording with a message, or lately named what it names, found by their prints; and whose
they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from bot.triage.past import few_of_each, held
from classifiers.causes import DAYS
from models.columns import asking
from models.contact import Contact
from models.prints import counted

AT_LEAST = 2  # prints in common: one run of three words can be chance
MOST_WEIGHED = 600  # contacts whose writer is looked up
LATELY = timedelta(days=DAYS)
BEFORE = 2 * LATELY  # what is named no oftener lately than in this time before is always being written about
MOST_NAMING = 40  # letters that name one thing: the newest lately, and before
MOST_LATELY = 40

_WHOSE = select(Contact.id, Contact.customer_id, Contact.at).where(Contact.id.in_(bindparam("numbers", expanding=True)))


@dataclass(frozen=True, slots=True)
class Alike:
    """An earlier contact that shares wording. `weight` is greater for prints that few others have."""

    contact: int
    customer: int | None
    at: datetime
    weight: float


def find_alike(session: Session, prints: Sequence[int], at: datetime, since: datetime) -> list[Alike]:
    """Up to the moment `at`, those that share most first; of any age where few share it, else the newest.

    Of wording that many share, the oldest since `since` are found too: a campaign goes by the name of its first letter.
    """
    days = {"today": counted(at), "since": counted(since)}
    there = held(session, prints, "SELECT 1 FROM prints WHERE print = given.one AND day <= :today", today=days["today"])
    rows = set(few_of_each(session, _newest_and_oldest, there, **days))
    held_by = Counter(row[0] for row in rows)
    shared = Counter(row[1] for row in rows)
    weights = dict.fromkeys(shared, 0.0)
    for one, contact in rows:
        weights[contact] += 1 / held_by[one]
    enough = [contact for contact, count in shared.items() if count >= AT_LEAST]
    best = sorted(enough, key=lambda contact: (-round(weights[contact], 6), contact))[:MOST_WEIGHED]
    whose = asking(session).execute(_WHOSE, {"numbers": best}) if best else ()
    found = [Alike(*row, weights[row.id]) for row in whose if row.at <= at]
    return sorted(found, key=lambda alike: (-round(alike.weight, 6), alike.at, alike.contact))


def find_lately(session: Session, topics: Sequence[int], at: datetime) -> list[Alike]:
    """Letters of the last three weeks that name something which is suddenly written about, those first that name most
    of it, then the newest."""
    since = at - LATELY
    days = {"today": counted(at), "since": counted(since), "before": counted(since - BEFORE)}
    rows = few_of_each(session, _lately_and_before, topics, **days)
    naming, before = dict[int, set[int]](), Counter[int]()
    for one, contact, day in set(rows):
        if day >= days["since"]:
            naming.setdefault(one, set()).add(contact)
        else:
            before[one] += 1
    sudden = [one for one, some in naming.items() if len(some) > before[one]]
    named = Counter(contact for one in sudden if len(naming[one]) > 1 for contact in naming[one])
    most = sorted(named, key=lambda contact: (-named[contact], -contact))[:MOST_LATELY]
    whose = asking(session).execute(_WHOSE, {"numbers": most}) if most else ()
    return [Alike(*row, float(named[row.id])) for row in whose if since <= row.at <= at]


def _lately_and_before(one: str) -> str:
    held = f"SELECT print, contact_id, day FROM prints WHERE print = {one}"
    newest = f"ORDER BY day DESC, contact_id DESC LIMIT {MOST_NAMING}"
    return (
        f"SELECT * FROM ({held} AND day >= :since AND day <= :today {newest}) AS lately UNION ALL"
        f" SELECT * FROM ({held} AND day >= :before AND day < :since LIMIT {MOST_NAMING}) AS before"
    )


def _newest_and_oldest(one: str) -> str:
    return (
        f"SELECT * FROM (SELECT print, contact_id FROM prints WHERE print = {one} AND day <= :today"
        " ORDER BY day DESC, contact_id DESC LIMIT 60) AS newest UNION ALL"
        f" SELECT * FROM (SELECT print, contact_id FROM prints WHERE print = {one} AND day >= :since AND day <= :today"
        " ORDER BY day, contact_id LIMIT 40) AS oldest"
    )
