"""What officers ruled, who they are, and what was seen in a letter: compared with what the sealed trail told of it.

`models.as_recorded` does the same of contacts, addresses and letters. An earlier version told less of these: what it
did tell must hold, the rest cannot be asked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any, Protocol, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.associate import AssociateOutcome, AssociateRuling
from models.audit import AuditEntry, Seal, hash_of
from models.contact import ContactFinding
from models.customer import Customer, Merge
from models.digests import digest_of
from models.identity import IdentityRuling
from models.issue import MatterRuling
from models.officer import Officer
from models.queue import Flag, QueueItem, Ruling
from models.ruled import FindingRuling

AT_A_TIME = 500
_UNREADABLE = (ValueError, TypeError, LookupError, AttributeError)
_FINDING = (
    ContactFinding.about,
    ContactFinding.label,
    ContactFinding.score,
    ContactFinding.seen_by,
    ContactFinding.evidence,
    ContactFinding.other_contact_id,
    ContactFinding.other_customer_id,
    ContactFinding.group,
)


def not_as_told(session: Session, seal: Seal) -> Iterator[str]:
    """The names of the officers, rulings, merged customers, flags and findings that are not as the trail told."""
    yield from _officers(session, seal)
    yield from _rulings(session, seal)
    yield from _merged(session, seal)
    yield from _flags(session, seal)
    yield from _findings(session, seal)


# --- officers --------------------------------------------------------------------------------------------------------


def powers_stand(session: Session, officer: Officer, seal: Seal) -> bool:
    """Whether somebody was made an officer here, in this role, and is active only if nobody ended it: who writes
    another role into the store gains nothing by it."""
    told = list(_sealed(session, [f"Officer:{officer.id}"], ("officer.add", "officer.deactivate"), seal))
    made = [entry for entry in told if entry.verb == "officer.add"]
    ended = len(made) < len(told)
    return bool(made) and made[0].detail.get("role") == officer.role.value and officer.active is not ended


def password_stands(session: Session, officer: Officer, seal: Seal) -> bool:
    """Whether the password is the one that was set here last; of what an earlier version set that is not known."""
    told = list(_sealed(session, [f"Officer:{officer.id}"], ("officer.set_password",), seal))
    if not told:
        return officer.password == ""
    return told[-1].digest in ("", officer.password_digest())


def _officers(session: Session, seal: Seal) -> Iterator[str]:
    for number in session.scalars(select(Officer.id).order_by(Officer.id)).all():
        if not _readable_and(session, number, seal):
            yield f"Officer:{number}"
    session.expunge_all()


def _readable_and(session: Session, number: int, seal: Seal) -> bool:
    try:
        officer = session.get_one(Officer, number)
        made = list(_sealed(session, [f"Officer:{number}"], ("officer.add",), seal))
        named = bool(made) and made[0].digest in ("", officer.digest())
        return named and powers_stand(session, officer, seal) and password_stands(session, officer, seal)
    except _UNREADABLE:
        return False


# --- rulings ---------------------------------------------------------------------------------------------------------


class _Said(Protocol):
    id: Any
    by: Any
    at: Any


S = TypeVar("S", bound=_Said)


def _rulings(session: Session, seal: Seal) -> Iterator[str]:
    for kind in (Ruling, FindingRuling, AssociateRuling, IdentityRuling, MatterRuling):
        key: InstrumentedAttribute[int] = kind.id
        for numbers in _stretches(session.scalars(select(key).order_by(key)).all()):
            yield from (f"{kind.__name__}:{number}" for number in _not_said(session, kind, key, numbers, seal))
            session.expunge_all()


def _not_said(
    session: Session, kind: type[S], key: InstrumentedAttribute[int], numbers: Collection[int], seal: Seal
) -> list[int]:
    """Those of these rulings of which no entry tells that this officer said it at that moment, about the same."""
    try:
        rows = list(session.scalars(select(kind).where(key.in_(numbers)).order_by(key)))
        subjects = {row.id: _subject(row) for row in rows}
        told: dict[tuple[str, str, datetime], list[AuditEntry]] = {}
        for entry in _sealed(session, set(subjects.values()), None, seal):
            told.setdefault((entry.subject, entry.actor, entry.at), []).append(entry)
        there = {
            row.id for row in rows if any(_tells(e, row) for e in told.get((subjects[row.id], row.by, row.at), []))
        }
        return [number for number in numbers if number not in there]
    except _UNREADABLE:
        if len(numbers) == 1:
            return list(numbers)
        every = list(numbers)
        middle = len(every) // 2
        halves = (every[:middle], every[middle:])
        return [n for half in halves for n in _not_said(session, kind, key, half, seal)]


def _subject(row: object) -> str:
    """What the trail tells a ruling about: itself, or that with which it came."""
    if isinstance(row, IdentityRuling):
        return f"Contact:{row.contact_id}"
    if isinstance(row, FindingRuling) and row.ruling_id is not None:
        return f"Ruling:{row.ruling_id}"
    return f"{type(row).__name__}:{getattr(row, 'id', '')}"


def _tells(entry: AuditEntry, row: object) -> bool:
    verbs, about = _about(row)
    if entry.verb not in verbs or any(entry.detail[key] != about[key] for key in about.keys() & entry.detail.keys()):
        return False
    if isinstance(row, Ruling) or (isinstance(row, FindingRuling) and row.ruling_id is None):
        return entry.digest in ("", row.digest())
    return True


def _about(row: object) -> tuple[Collection[str], Mapping[str, object]]:
    """By which verbs a ruling is told of, and what of it the entry repeats."""
    match row:
        case Ruling():
            return ("queue.rule",), {"item": row.item_id, "outcome": row.outcome.value, "flag": row.flag_id}
        case FindingRuling():
            seen = {"finding": row.finding_id, "outcome": row.outcome.value, "right_label": row.right_label}
            return ("queue.rule_finding", "queue.rule"), seen
        case AssociateRuling():
            verb = "associate.confirm" if row.outcome is AssociateOutcome.CONFIRM else "associate.reject"
            return (verb,), {"customer": row.customer_id, "other": row.other_id, "reason": row.reason}
        case IdentityRuling():
            whose = {"customer": row.customer_id, "before": row.before_id, "reason": row.reason}
            return ("contact.confirm_customer",), whose
        case MatterRuling():
            matters = {"act": row.act.value, "matter": row.issue_id, "other": row.other_id}
            return _MATTER, {**matters, "contact": row.contact_id, "reason": row.reason}
    raise TypeError(f"{type(row).__name__} is no ruling")


_MATTER = (
    "matter.rename", "matter.move_contact", "matter.open_for_contact", "matter.merge", "matter.unmerge",
    "matter.mark_final_answer", "matter.unmark_final_answer",
)  # fmt: skip


# --- one person, two records -----------------------------------------------------------------------------------------


def _merged(session: Session, seal: Seal) -> Iterator[str]:
    """A record that points to another though no officer said that they are one person, or points nowhere though one
    did: whoever is taken for somebody else bears their conduct (INV-21)."""
    last = {row.merged_id: row for row in session.scalars(select(Merge).order_by(Merge.id))}
    into = {n: None if merge.undone else merge.kept_id for n, merge in last.items()}
    pointing = select(Customer.id, Customer.merged_into_id).order_by(Customer.id)
    concerned = pointing.where(Customer.merged_into_id.is_not(None) | Customer.id.in_(list(into)))
    yield from (f"Customer:{n}" for n, at in session.execute(concerned) if into.get(n) != at)
    session.expunge_all()


# --- what was seen ---------------------------------------------------------------------------------------------------


def findings_digest(rows: Iterable[Iterable[object]]) -> str:
    """The hash of findings in their order: label, score, evidence, whom and what they name, which version saw it."""
    return digest_of([list(row) for row in rows])


def finding_words(row: ContactFinding) -> list[object]:
    """What is told of one finding, by its hash."""
    return [getattr(row, column.key) for column in _FINDING]


def flags_digest(flags: Iterable[Flag]) -> str:
    """The hash of the flags of a contact, in their order."""
    return digest_of([[f.kind.value, f.score, f.finding_id, f.because] for f in flags])


def _flags(session: Session, seal: Seal) -> Iterator[str]:
    """Flags of a contact that are not those with which it was put before a person."""
    for contacts in _stretches(session.scalars(select(Flag.contact_id).distinct().order_by(Flag.contact_id)).all()):
        found = select(QueueItem.contact_id, QueueItem.id).where(QueueItem.contact_id.in_(contacts))
        items = {contact: f"QueueItem:{number}" for contact, number in session.execute(found)}
        told = {e.subject: e.digest for e in _sealed(session, items.values(), ("queue.put",), seal)}
        flags = session.scalars(select(Flag).where(Flag.contact_id.in_(contacts)).order_by(Flag.contact_id, Flag.id))
        for contact, theirs in groupby(flags, key=lambda f: f.contact_id):
            some = list(theirs)
            if told.get(items.get(contact, "")) not in ("", flags_digest(some)):
                yield from (f"Flag:{flag.id}" for flag in some)
        session.expunge_all()


def _findings(session: Session, seal: Seal) -> Iterator[str]:
    """Findings that are not those with which a contact was recorded, nor told of one by one later."""
    key = ContactFinding.contact_id
    for contacts in _stretches(session.scalars(select(key).distinct().order_by(key)).all()):
        told: dict[str, list[AuditEntry]] = {}
        for entry in _sealed(session, [f"Contact:{n}" for n in contacts], ("contact.record", "contact.finding"), seal):
            told.setdefault(entry.subject, []).append(entry)
        wanted = select(key, ContactFinding.id, *_FINDING).where(key.in_(contacts)).order_by(key, ContactFinding.id)
        for contact, rows in groupby(session.execute(wanted), key=lambda row: row[0]):
            numbers = _strange(list(rows), told.get(f"Contact:{contact}", []))
            yield from (f"ContactFinding:{number}" for number in numbers)
        session.expunge_all()


def _strange(rows: list[Any], told: list[AuditEntry]) -> list[int]:
    recorded = next((e.detail["findings"] for e in told if "findings" in e.detail), None)
    if recorded is None:
        return []  # an earlier version told nothing of them
    many, digest = recorded
    later = {e.digest for e in told if e.verb == "contact.finding"}
    strange = [] if findings_digest(row[2:] for row in rows[:many]) == digest else [row[1] for row in rows[:many]]
    return strange + [row[1] for row in rows[many:] if findings_digest([row[2:]]) not in later]


# --- the trail -------------------------------------------------------------------------------------------------------


def _sealed(
    session: Session, subjects: Collection[str], verbs: Collection[str] | None, seal: Seal
) -> Iterator[AuditEntry]:
    """What the trail says of these subjects, under our own seal, in order; by these verbs, or by any."""
    wanted = select(AuditEntry).where(AuditEntry.subject.in_(list(subjects))).order_by(AuditEntry.id)
    if verbs is not None:
        wanted = wanted.where(AuditEntry.verb.in_(verbs))
    return (e for e in session.scalars(wanted) if e.hash == hash_of(e) and e.seal == seal(e.hash))


def _stretches(numbers: Collection[int]) -> Iterator[list[int]]:
    every = list(numbers)
    yield from (every[start : start + AT_A_TIME] for start in range(0, len(every), AT_A_TIME))
