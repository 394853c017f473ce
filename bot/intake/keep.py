"""Raw bytes first: a message is kept, by its hash, before anything looks at it (INV-05)."""

from __future__ import annotations

import hashlib
from typing import cast

from sqlalchemy import Table, bindparam, exists, insert, or_, select
from sqlalchemy.orm import Session

from bot.mailbox.ports import Cursor, Place
from bot.work import Work, verb
from models.contact import Contact, RawMail, Shunt, WatchedFolder, seen_at
from models.message import Direction
from models.officer import Permission

_TAKEN = select(
    or_(
        exists().where(Contact.sha256 == bindparam("sha256")),
        exists().where(Shunt.sha256 == bindparam("sha256"), Shunt.resolved_at.is_(None)),
    )
)


_KEPT = select(exists().where(RawMail.sha256 == bindparam("sha256")))
_NEW = insert(cast(Table, RawMail.__table__))


def sha256_of(content: bytes) -> str:
    """The key of a message: never the Message-ID, which the sender writes."""
    return hashlib.sha256(content).hexdigest()


@verb("mail.keep", needs=Permission.RECORD_CONTACT)
def keep(work: Work, content: bytes) -> str:
    """Keep the bytes, once however often they come, and give their hash."""
    sha256 = sha256_of(content)
    connection = work.session.connection()
    if not connection.scalar(_KEPT, {"sha256": sha256}):
        connection.execute(_NEW, {"sha256": sha256, "content": content, "size": len(content), "kept_at": work.now})
        work.note("mail.keep", f"RawMail:{sha256}", digest=sha256)
    return sha256


@verb("mail.sighted", needs=Permission.RECORD_CONTACT)
def sighted(work: Work, sha256: str, mailbox: str, place: Place) -> None:
    """That these bytes lie at this place of a mailbox. The same bytes may be seen in many."""
    where = {"folder": place.folder, "validity": place.validity, "uid": place.uid}
    sighting = seen_at(work.session, sha256, mailbox=mailbox, at=work.now, **where)
    if sighting is not None:
        work.note("mail.sighted", sighting)


def taken(work: Work, sha256: str) -> bool:
    """Whether this message has its contact already, or waits for a person on the shunt."""
    return bool(work.session.connection().scalar(_TAKEN, {"sha256": sha256}))


@verb("mail.read_to", needs=Permission.RECORD_CONTACT)
def read_to(work: Work, mailbox: str, cursor: Cursor) -> None:
    """Move a folder's cursor, in the transaction of the contact that it covers. It never moves back by itself."""
    row = work.session.get(WatchedFolder, (mailbox, cursor.folder))
    if row is None:
        row = WatchedFolder(
            mailbox=mailbox,
            folder=cursor.folder,
            validity=cursor.validity,
            uid=cursor.uid,
            modseq=cursor.modseq,
            read_at=work.now,
        )
        work.session.add(row)
    elif row.validity != cursor.validity:
        row.validity, row.uid, row.modseq = cursor.validity, cursor.uid, cursor.modseq
    else:
        row.uid, row.modseq = max(row.uid, cursor.uid), max(row.modseq, cursor.modseq)
    row.read_at = work.now
    work.note("mail.read_to", f"WatchedFolder:{mailbox}", uid=cursor.uid)


@verb("mail.shunt", needs=Permission.RECORD_CONTACT)
def shunt(work: Work, sha256: str, *, mailbox: str, direction: Direction, reason: str) -> Shunt:
    """Put a message that broke the program where a person sees it; it can be taken up again later."""
    found = work.session.scalar(select(Shunt).where(Shunt.sha256 == sha256))
    if found is not None:
        return found
    row = Shunt(sha256=sha256, mailbox=mailbox, direction=direction, at=work.now, reason=reason)
    work.session.add(row)
    work.session.flush()
    work.note("mail.shunt", row)
    return row


@verb("mail.unshunt", needs=Permission.RECORD_CONTACT)
def unshunt(work: Work, shunt: Shunt) -> None:
    """That a message which once broke the program has been read and logged after all."""
    shunt.resolved_at = work.now
    work.note("mail.unshunt", shunt)


def shunted(session: Session) -> list[Shunt]:
    """What waits on the shunt, the oldest first."""
    return list(session.scalars(select(Shunt).where(Shunt.resolved_at.is_(None)).order_by(Shunt.id)))


def cursors(session: Session, mailbox: str) -> dict[str, Cursor]:
    """How far each folder of a mailbox has been read."""
    rows = session.scalars(select(WatchedFolder).where(WatchedFolder.mailbox == mailbox))
    return {r.folder: Cursor(r.folder, r.validity, r.uid, r.modseq) for r in rows}
