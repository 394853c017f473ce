"""Which restrictions bind on a day: the only question that enforcement and triage may ask of the gate.

What was put into the database by another way than the gate does not count: each decision and letter must match, to
the byte, what the sealed audit trail says was recorded. In doubt it is not in force, and mail flows (INV-07). Nor does
one bind whose review was missed beyond grace, or that closes the only channel that the person can use (G-EQ-2).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, selectinload

from models.audit import AuditEntry, Seal, has_gaps, sealed
from models.channels import CLOSES, channels_not_as_recorded, closed_by, only_channel
from models.columns import asking
from models.customer import Customer, Merge, same_person
from models.decision import Decision, Restriction
from models.procedure import Reviews
from models.reviewing import ON_RECORD, ended_by_itself, over_by_itself

# What a row raises that holds what the program never wrote there: a date that is none, an unknown measure, bad UTF-8.
_UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, OperationalError)


@dataclass(frozen=True, slots=True)
class InForce:
    """`binding` may be acted upon. The others (a restriction's number, and why) would be in force by their dates:
    `doubtful`, but their paper does not hold; `set_aside`, but a review was missed, or the person has no other channel.
    """

    binding: tuple[Restriction, ...]
    doubtful: tuple[tuple[int, str], ...]
    set_aside: tuple[tuple[int, str], ...] = ()


def restrictions_in_force(session: Session, today: date, seal: Seal, reviews: Reviews | None) -> InForce:
    """Every restriction in force on a day of the council, whose decision and letter stand in the audit trail.

    `reviews`: those without which a restriction ends (`Policy.reviews_demanded`); None: it ends on its date alone.
    """
    by_date = select(Restriction.id).where(Restriction.starts_on <= today, Restriction.ends_on > today)
    numbers = session.scalars(by_date.order_by(Restriction.id)).all()
    if numbers and has_gaps(session):
        # A lifting and its entry may be what is gone: then nobody can say what still binds.
        return InForce((), tuple((number, "entries of the audit trail are missing") for number in numbers))
    return _sorted_out(session, numbers, today, seal, reviews)


_THEIRS = (
    select(Restriction.id)
    .where(
        Restriction.customer_id.in_(bindparam("records", expanding=True)),
        Restriction.starts_on <= bindparam("today"),
        Restriction.ends_on > bindparam("today"),
    )
    .order_by(Restriction.id)
)


def restrictions_of(
    session: Session, customer_id: int, today: date, seal: Seal, reviews: Reviews | None
) -> tuple[Restriction, ...]:
    """The restrictions that bind one person on a day, whichever of their merged records they were decided against."""
    asked = {"records": list(everybody_that_is(session, customer_id, seal)), "today": today}
    return _sorted_out(session, asking(session).scalars(_THEIRS, asked).all(), today, seal, reviews).binding


_BESIDE = select(Customer.id, Customer.merged_into_id).where(
    Customer.id.in_(bindparam("numbers", expanding=True))
    | Customer.merged_into_id.in_(bindparam("numbers", expanding=True))
)


def everybody_that_is(session: Session, customer_id: int, seal: Seal) -> set[int]:
    """Every record of the person that this one is a record of: the kept one, and all merged into it.

    A merge counts as far as it stands in the sealed audit trail: nobody becomes another person by hand-written SQL.
    """
    found: set[int] = set()
    new = {customer_id}
    while new:
        found |= new
        beside = asking(session).execute(_BESIDE, {"numbers": list(new)}).all()
        links = [(one, into) for one, into in beside if into is not None and _merged(session, one, into, seal)]
        new = {number for link in links for number in link} - found
    return found


def _merged(session: Session, customer: int, into: int, seal: Seal) -> bool:
    latest = session.scalar(select(Merge).where(Merge.merged_id == customer).order_by(Merge.id.desc()).limit(1))
    if latest is None or latest.undone or latest.kept_id != into:
        return False
    return sealed(session, f"Merge:{latest.id}", "customer.merge", latest.digest(), seal)


def _sorted_out(session: Session, numbers: Iterable[int], today: date, seal: Seal, reviews: Reviews | None) -> InForce:
    binding: list[Restriction] = []
    doubtful: list[tuple[int, str]] = []
    set_aside: list[tuple[int, str]] = []
    for number in numbers:
        try:
            restriction = _whole(session, number)
            doubt = _no_paper(restriction)
            if not doubt and not restriction.in_force(today):
                continue
            doubt = doubt or _doubt(session, restriction, seal)
            over = "" if doubt else _over(session, restriction, today, seal, reviews)
        except _UNREADABLE:
            doubtful.append((number, "what is stored of it cannot be read"))
            continue
        if doubt:
            doubtful.append((number, doubt))
        elif over:
            set_aside.append((number, over))
        else:
            binding.append(restriction)
    return InForce(tuple(binding), tuple(doubtful), tuple(set_aside))


def _over(session: Session, restriction: Restriction, today: date, seal: Seal, reviews: Reviews | None) -> str:
    """Why it binds no longer, though its dates run on and its paper holds; empty if it binds."""
    decision = restriction.decision
    if reviews is not None and (missed := over_by_itself(session, decision, today, reviews, seal)):
        return missed
    if ended_by_itself(session, decision, today):
        return ON_RECORD  # whatever the settings have said since
    people = same_person(session, everybody_that_is(session, restriction.customer_id, seal))
    channel = only_channel(session, people, today)
    if closed_by(channel, [restriction.measure]):
        return f"it would close the only channel that this person can use ({channel}), and no exception keeps it open"
    return ""


_WHOLE = (
    select(Restriction)
    .where(Restriction.id == bindparam("number"))
    .options(
        selectinload(Restriction.decision).selectinload(Decision.measures),
        selectinload(Restriction.letter),
        selectinload(Restriction.liftings),
    )
    .execution_options(populate_existing=True)
)


def _whole(session: Session, number: int) -> Restriction:
    """Read afresh: what another session lifted in the meantime must not be missed."""
    return session.scalars(_WHOLE, {"number": number}).one()


def _no_paper(restriction: Restriction) -> str:
    # The relationships are typed as always there; a hand that took the triggers off may have taken the rows too.
    paper: list[object | None] = [restriction.decision, restriction.letter]
    return "" if all(paper) else "it has no decision or no letter"


def _doubt(session: Session, restriction: Restriction, seal: Seal) -> str:
    """Why this restriction must not be acted upon; empty when everything holds."""
    return (
        _not_as_decided(restriction)
        or _not_in_trail(session, restriction, seal)
        or _lifting_gone(session, restriction)
        or _channels_in_doubt(session, restriction, seal)
    )


def _channels_in_doubt(session: Session, restriction: Restriction, seal: Seal) -> str:
    """A channel that a forged answer or exception opened must not be closed on its word (G-EQ-2)."""
    if not any(restriction.measure in measures for measures in CLOSES.values()):
        return ""
    people = same_person(session, everybody_that_is(session, restriction.customer_id, seal))
    if not channels_not_as_recorded(session, people, seal):
        return ""
    return "what is stored of the channels that this person can use is not in the sealed audit trail"


def _not_as_decided(restriction: Restriction) -> str:
    decision, letter = restriction.decision, restriction.letter
    decided = next((m for m in decision.measures if m.measure is restriction.measure), None)
    if decided is None or letter.decision_id != decision.id:
        return "its decision does not contain it"
    same = (decided.starts_on, decided.ends_on, decision.customer_id) == (
        restriction.starts_on,
        restriction.ends_on,
        restriction.customer_id,
    )
    if not same or len(decision.measures) != decision.measure_count:
        return "it is not as decided"
    if min(restriction.starts_on, letter.sent_on) < decision.decided_on:
        return "it starts, or its letter was sent, before it was decided"
    return ""


def _not_in_trail(session: Session, restriction: Restriction, seal: Seal) -> str:
    decision, letter = restriction.decision, restriction.letter
    if not sealed(session, f"Decision:{decision.id}", "decision.record", decision.digest(), seal):
        return "its decision is not in the sealed audit trail"
    if not sealed(session, f"DecisionLetter:{letter.id}", "decision.letter_sent", letter.digest(), seal):
        return "its letter is not in the sealed audit trail"
    if not sealed(session, f"Restriction:{restriction.id}", "restriction.impose", restriction.digest(), seal):
        return "it is not in the sealed audit trail itself"
    return ""


def _lifting_gone(session: Session, restriction: Restriction) -> str:
    """Sealed or not, the trail's word that it was lifted is enough to doubt it."""
    noted = select(AuditEntry.digest).where(
        AuditEntry.subject == f"Restriction:{restriction.id}", AuditEntry.verb == "restriction.lift"
    )
    standing = {lifting.digest() for lifting in restriction.liftings}
    return "" if standing.issuperset(session.scalars(noted)) else "its lifting is not as it was recorded"
