"""Earlier contacts fetched as values: in full, or light, without the words that nobody will compare."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import Row, Select, TextClause, bindparam, select, text
from sqlalchemy.orm import Session

from models.base import UtcDateTime
from models.columns import asking
from models.contact import Contact, ContactAttachment
from models.history import PastContact

T = TypeVar("T")

# Never the whole record: the body with all its quoted mail is not compared, and is most of a contact.
_LIGHT = (
    *(Contact.id, Contact.customer_id, Contact.direction, Contact.at, Contact.message_id, Contact.subject),
    *(Contact.issue_id, Contact.final_answer, Contact.in_reply_to, Contact.sender_email, Contact.sender_name),
    Contact.authenticated,
)
FULL = (*_LIGHT, Contact.own, Contact.signature)
_AT_A_TIME = 500
_IN_FULL = select(*FULL).where(Contact.id.in_(bindparam("numbers", expanding=True)))
_IN_PART = select(*_LIGHT).where(Contact.id.in_(bindparam("numbers", expanding=True)))
_HASHES = select(ContactAttachment.contact_id, ContactAttachment.sha256).where(
    ContactAttachment.contact_id.in_(bindparam("numbers", expanding=True))
)
_STEP = 16
V = TypeVar("V", int, str)


def in_full(session: Session, ids: Iterable[int], person: Mapping[int, int]) -> dict[int, PastContact]:
    """Contacts by number. `person`: the record that stands for a customer's, where that is another."""
    wanted = sorted(set(ids))
    rows = [row for some in _pieces(wanted) for row in asking(session).execute(_IN_FULL, {"numbers": some})]
    return as_found(session, rows, person)


def as_found(
    session: Session, rows: Sequence[Row[*tuple[Any, ...]]], person: Mapping[int, int]
) -> dict[int, PastContact]:
    """Contacts by number, in the order of these rows of the columns `FULL`."""
    hashes = _hashes(session, [row.id for row in rows])
    return {
        row.id: _past(row, person, own=row.own, signature=row.signature, hashes=hashes.get(row.id, ())) for row in rows
    }


def light(session: Session, wanted: Select[int], person: Mapping[int, int]) -> dict[int, PastContact]:
    """The contacts whose numbers this selects, with no words and no attachments."""
    ids = asking(session).scalars(wanted).all()
    return {
        row.id: _past(row, person)
        for some in _pieces(ids)
        for row in asking(session).execute(_IN_PART, {"numbers": some})
    }


def in_order(*contacts: Mapping[int, PastContact]) -> tuple[PastContact, ...]:
    """Oldest first, each once; of two with one number the one named first."""
    once = {number: contact for some in reversed(contacts) for number, contact in some.items()}
    return tuple(sorted(once.values(), key=lambda contact: (contact.at, contact.id)))


def _past(
    row: Row[*tuple[Any, ...]],
    person: Mapping[int, int],
    *,
    own: str = "",
    signature: str = "",
    hashes: tuple[str, ...] = (),
) -> PastContact:
    return PastContact(
        id=row.id,
        customer=person.get(row.customer_id, row.customer_id),
        direction=row.direction,
        at=row.at,
        message_id=row.message_id,
        subject=row.subject,
        own=own,
        issue=row.issue_id,
        final_answer=row.final_answer,
        in_reply_to=row.in_reply_to,
        sender_email=row.sender_email,
        sender_name=row.sender_name,
        authenticated=row.authenticated,
        signature=signature,
        attachment_hashes=hashes,
    )


def _hashes(session: Session, contacts: Sequence[int]) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    for some in _pieces(contacts):
        for contact, sha256 in asking(session).execute(_HASHES, {"numbers": some}):
            found[contact] = (*found.get(contact, ()), sha256)
    return found


def _pieces(values: Sequence[T]) -> Iterator[Sequence[T]]:
    return (values[at : at + _AT_A_TIME] for at in range(0, len(values), _AT_A_TIME))


# --- a few of each ---------------------------------------------------------------------------------------------------


def held(session: Session, values: Sequence[V], there: str, **more: object) -> list[V]:
    """Those of many values for which this SELECT finds anything, in their order; it knows a value as `given.one`.

    Most words and prints of a message stand nowhere else: what is asked of each need be asked of few.
    """
    if not values:
        return []
    found = set(asking(session).scalars(_held(there, _steps(len(values))), {**_bound(values), **more}))
    return [value for value in values if value in found]


@lru_cache(maxsize=256)
def _held(there: str, many: int) -> TextClause:
    given = ", ".join(f"(:v{number})" for number in range(many))
    return text(f"WITH given(one) AS (VALUES {given}) SELECT one FROM given WHERE EXISTS ({there})")


def _steps(many: int) -> int:
    """To the next power of two, or sixteen, so that few different statements are prepared."""
    return 1 << (many - 1).bit_length() if many <= _STEP else many + -many % _STEP


def _bound(values: Sequence[int] | Sequence[str]) -> dict[str, int | str]:
    padded = [*values, *[values[-1]] * (_steps(len(values)) - len(values))]
    return {f"v{number}": value for number, value in enumerate(padded)}


def few_of_each(
    session: Session, one: Callable[[str], str], values: Sequence[int] | Sequence[str], **more: object
) -> Sequence[Row[*tuple[Any, ...]]]:
    """What one query finds for each of many values, in one go: each with its own limit, so none crowds the rest out.

    `one` gives the SELECT for the value bound under a name; it must keep to an index and have a LIMIT.
    """
    if not values:
        return []
    return asking(session).execute(_each(one, _steps(len(values))), {**_bound(values), **more}).all()


@lru_cache(maxsize=256)
def _each(one: Callable[[str], str], many: int) -> TextClause:
    whole = " UNION ALL ".join(f"SELECT * FROM ({one(f':v{number}')}) AS q{number}" for number in range(many))
    return text(whole).bindparams(bindparam("at", type_=UtcDateTime())) if ":at" in whole else text(whole)
