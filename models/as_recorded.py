"""What the trail tells of records that change in life, or that are known by the hash of their bytes (INV-11, INV-21).

`models.trail` compares what is noted with its digest. A contact, an address and a mark are ruled upon again and again:
here the last word that the sealed trail has about each is compared with what stands in the store.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer

from models.acts_recorded import not_as_told
from models.audit import AuditEntry, Seal, hash_of
from models.contact import Contact, Match, RawMail
from models.customer import ContactPoint, Customer, Standing
from models.letter import Letter, LetterSent, Paper
from models.message import Direction

AT_A_TIME = 500
_BYTES_AT_A_TIME = 16 << 20

# By which it is told whose a contact is; the last counts.
_WHOSE = ("contact.record", "contact.add", "contact.confirm_customer")
_MARKED, _CLEARED, _NEW = "customer.never_restrict", "customer.clear_never_restrict", "customer.new"
_ADDED, _CONFIRMED, _REJECTED = "customer.add_point", "customer.confirm_point", "customer.reject_point"


def differing(session: Session, seal: Seal, told: Callable[[int], None] = lambda done: None) -> Iterator[str]:
    """The names of the records, one after the other, that do not stand as the trail or their own hash says.

    `told(done)` is called meanwhile with the number of messages whose bytes were read."""
    for numbers in _stretches(session.scalars(select(Contact.id).order_by(Contact.id)).all()):
        yield from (f"Contact:{number}" for number in sorted(contacts_differing(session, numbers, seal)))
        session.expunge_all()
    for point in session.scalars(select(ContactPoint).order_by(ContactPoint.id)).all():
        if not point_stands(session, point, seal):
            yield f"ContactPoint:{point.id}"
    noted = _last_marks(session, seal)
    marks = session.execute(select(Customer.id, Customer.never_restrict).order_by(Customer.id)).all()
    yield from (f"Customer:{n}" for n, mark in marks if n in noted and bool(mark) != noted[n])
    session.expunge_all()
    yield from not_as_told(session, seal)
    yield from _letters_differing(session)
    yield from _bytes_differing(session, told)


# --- whose a contact is ----------------------------------------------------------------------------------------------


def contacts_differing(session: Session, numbers: Collection[int], seal: Seal) -> set[int]:
    """Those of these contacts that came in and were not recorded here, not in these words, or not as this person's.

    Nothing that somebody did rests on them: conduct is held against nobody by hand-written SQL.
    """
    rows = session.scalars(
        select(Contact).where(Contact.id.in_(list(numbers)), Contact.direction == Direction.IN)
    ).all()
    told: dict[str, list[AuditEntry]] = {}
    for entry in _sealed(session, [f"Contact:{row.id}" for row in rows], _WHOSE, seal):
        told.setdefault(entry.subject, []).append(entry)
    return {row.id for row in rows if not _as_told(row, told.get(f"Contact:{row.id}", []))}


def _as_told(row: Contact, entries: list[AuditEntry]) -> bool:
    if not entries or not {e.digest for e in entries if e.digest} <= {row.sha256}:
        return False
    if not {e.detail["words"] for e in entries if "words" in e.detail} <= {row.words_sha256()}:
        return False
    telling = [e.detail for e in entries if "customer" in e.detail]
    if not telling:
        return True  # an earlier version noted that it was recorded, and no more
    last = telling[-1]
    certain = Match(last.get("match", Match.CERTAIN)) is Match.CERTAIN
    # A contact that is confirmed to be somebody's stays with the record of theirs in which it stood before.
    whose = {last["customer"], last.get("before")} if "before" in last else {last["customer"]}
    return row.customer_id in whose and (row.match is Match.CERTAIN) == certain


# --- addresses and marks ---------------------------------------------------------------------------------------------


def point_stands(session: Session, point: ContactPoint, seal: Seal) -> bool:
    """Whether an address is whose it says under our own seal, and no officer's later word is against it: an old row
    that is put back carries an old seal."""
    if point.seal != seal(point.sealed_words()):
        return False
    said = list(_sealed(session, [f"ContactPoint:{point.id}"], (_ADDED, _CONFIRMED, _REJECTED), seal))
    return not said or (said[-1].verb == _REJECTED) == (point.standing is Standing.REJECTED)


def marked_protected(session: Session, people: Iterable[int], seal: Seal) -> bool:
    """Whether one of these records is of somebody who may never be restricted, by the store or by the trail (INV-11):
    whoever takes the mark off by hand makes nobody restrictable."""
    numbers = list(people)
    said = select(Customer.id).where(Customer.id.in_(numbers), Customer.never_restrict != "").limit(1)
    return session.scalar(said) is not None or any(_last_marks(session, seal, numbers).values())


def _last_marks(session: Session, seal: Seal, numbers: Collection[int] | None = None) -> dict[int, bool]:
    """Whom the trail says to be marked, by the number of the record; one that was never marked is left out."""
    subjects = None if numbers is None else [f"Customer:{n}" for n in numbers]
    entries = _sealed(session, subjects, (_MARKED, _CLEARED, _NEW), seal)
    telling = (e for e in entries if e.verb != _NEW or "protected" in e.detail)
    return {int(e.subject.rpartition(":")[2]): e.verb == _MARKED or bool(e.detail.get("protected")) for e in telling}


# --- what is known by its bytes --------------------------------------------------------------------------------------


def _letters_differing(session: Session) -> Iterator[str]:
    """A letter that went with other words, or whose paper is gone or another."""
    for sent, letter in session.execute(select(LetterSent, Letter).join(Letter, Letter.id == LetterSent.letter_id)):
        if letter.text_sha256() != sent.text_sha256:
            yield f"Letter:{letter.id}"
        if session.scalar(select(Paper.sha256).where(Paper.sha256 == sent.paper_sha256)) is None:
            yield f"Paper:{sent.paper_sha256}"


def _bytes_differing(session: Session, told: Callable[[int], None]) -> Iterator[str]:
    """Kept papers and messages whose bytes are not those that they are known by; few at a time in memory."""
    for number in session.scalars(select(Paper.sha256)).all():
        paper = session.get_one(Paper, number, options=[undefer(Paper.content)])
        if not paper.is_whole():
            yield f"Paper:{number}"
        session.expunge(paper)
    done = 0
    for numbers in _together(session.execute(select(RawMail.sha256, func.length(RawMail.content))).all()):
        found = session.execute(select(RawMail.sha256, RawMail.content).where(RawMail.sha256.in_(numbers)))
        held = {number for number, content in found if hashlib.sha256(content).hexdigest() == number}
        yield from (f"RawMail:{number}" for number in numbers if number not in held)
        done += len(numbers)
        told(done)


def _together(sizes: Iterable[tuple[str, int | None]]) -> Iterator[list[str]]:
    """Messages that are read at once: asking for each by itself takes longer than reading it."""
    some, room = list[str](), _BYTES_AT_A_TIME
    for number, told in sizes:
        size = told or 0
        if some and (size > room or len(some) == AT_A_TIME):
            yield some
            some, room = [], _BYTES_AT_A_TIME
        some.append(number)
        room -= size
    if some:
        yield some


# --- the trail -------------------------------------------------------------------------------------------------------


def _sealed(
    session: Session, subjects: Collection[str] | None, verbs: Collection[str], seal: Seal
) -> Iterator[AuditEntry]:
    """What the trail says by these verbs, under our own seal, in order; of these subjects, or of all."""
    wanted = select(AuditEntry).where(AuditEntry.verb.in_(verbs)).order_by(AuditEntry.id)
    if subjects is not None:
        wanted = wanted.where(AuditEntry.subject.in_(subjects))
    return (e for e in session.scalars(wanted) if e.hash == hash_of(e) and e.seal == seal(e.hash))


def _stretches(numbers: Collection[int]) -> Iterator[list[int]]:
    every = list(numbers)
    yield from (every[start : start + AT_A_TIME] for start in range(0, len(every), AT_A_TIME))
