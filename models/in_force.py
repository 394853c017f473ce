"""Which restrictions bind on a day: the only question that enforcement and triage may ask of the gate.

What was put into the database by another way than the gate does not count: each decision and letter must match, to
the byte, what the sealed audit trail says was recorded. In doubt it is not in force, and mail flows (INV-07). Nor does
one bind whose review was missed beyond grace, or that closes the only channel that the person can use (G-EQ-2); nor one
of which an end is on record, whatever day the clock says it is now (ADR 0013).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, selectinload

from models.audit import AuditEntry, Seal, first_noted, has_gaps, moments_known, sealed
from models.calendar import council_day
from models.channels import CLOSES, channels_not_as_recorded, closed_by, only_channel
from models.columns import asking
from models.customer import Customer, Merge, same_person
from models.decision import Decision, Restriction
from models.procedure import Reviews
from models.reviewing import ON_RECORD, ended_by_itself, lapses_of, over_by_itself

# What a row raises that holds what the program never wrote there: a date that is none, an unknown measure, bad UTF-8.
_UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, OperationalError)


@dataclass(frozen=True, slots=True)
class InForce:
    """`binding` may be acted upon. The others (a restriction's number, and why) would be in force by their dates:
    `doubtful`, but their paper does not hold; `set_aside`, but a review was missed, the person has no other channel, or
    the record knows of an end that has not come by the clock.
    """

    binding: tuple[Restriction, ...]
    doubtful: tuple[tuple[int, str], ...]
    set_aside: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Days:
    """The day that it is by the clock, and later ones of which the record knows, each with the entry that tells of it.

    `past`: a day was asked about that is over; what came after it is left out, since on that day it did bind.
    """

    today: date
    later: tuple[tuple[int, date], ...] | None = ()  # None: there stands what is no time
    past: bool = False

    def last_known(self, session: Session, restriction: Restriction) -> date:
        """The last day of which the record knows, of those that it tells of since the restriction was imposed: what
        happened to the clock before then says nothing of its end."""
        if self.later is None:
            raise ValueError("the trail has an entry without a time")
        if not self.later:
            return self.today
        imposed = first_noted(session, f"Restriction:{restriction.id}", "restriction.impose")
        return max([self.today, *(day for number, day in self.later if number >= imposed)])


def _now(session: Session, today: date) -> _Days:
    try:
        known = [(number, council_day(at)) for number, at in moments_known(session)]
    except _UNREADABLE:
        return _Days(today, None)
    return _Days(today, tuple((number, day) for number, day in known if day > today))


def restrictions_in_force(session: Session, today: date, seal: Seal, reviews: Reviews | None) -> InForce:
    """Every restriction that binds now, `today` by the clock, whose decision and letter stand in the audit trail.

    `reviews`: those without which a restriction ends (`Policy.reviews_demanded`); None: it ends on its date alone.
    """
    by_date = select(Restriction.id).where(Restriction.starts_on <= today, Restriction.ends_on > today)
    numbers = session.scalars(by_date.order_by(Restriction.id)).all()
    if numbers and has_gaps(session):
        # A lifting and its entry may be what is gone: then nobody can say what still binds.
        return InForce((), tuple((number, "entries of the audit trail are missing") for number in numbers))
    return _sorted_out(session, numbers, _now(session, today), seal, reviews) if numbers else InForce((), ())


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
    """The restrictions that bind one person now, whichever of their merged records they were decided against."""
    numbers = _theirs(session, customer_id, today, seal)
    return _sorted_out(session, numbers, _now(session, today), seal, reviews).binding if numbers else ()


def restrictions_that_bound(
    session: Session, customer_id: int, day: date, today: date, seal: Seal, reviews: Reviews | None
) -> tuple[Restriction, ...]:
    """Those that bound one person on the day on which something came, though they may be over by now."""
    if day >= today:
        return restrictions_of(session, customer_id, day, seal, reviews)
    numbers = _theirs(session, customer_id, day, seal)
    return _sorted_out(session, numbers, _Days(day, past=True), seal, reviews).binding


def _theirs(session: Session, customer_id: int, day: date, seal: Seal) -> Sequence[int]:
    asked = {"records": list(everybody_that_is(session, customer_id, seal)), "today": day}
    return asking(session).scalars(_THEIRS, asked).all()


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


def _sorted_out(session: Session, numbers: Iterable[int], days: _Days, seal: Seal, reviews: Reviews | None) -> InForce:
    binding: list[Restriction] = []
    doubtful: list[tuple[int, str]] = []
    set_aside: list[tuple[int, str]] = []
    for number in numbers:
        try:
            restriction = _whole(session, number)
            doubt = _no_paper(restriction)
            if not doubt and not restriction.in_force(days.today):
                continue
            doubt = doubt or _doubt(session, restriction, seal)
            over = "" if doubt else _over(session, restriction, days, seal, reviews)
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


def _over(session: Session, restriction: Restriction, days: _Days, seal: Seal, reviews: Reviews | None) -> str:
    """Why it binds no longer, though its dates run on and its paper holds; empty if it binds."""
    decision, known = restriction.decision, days.last_known(session, restriction)
    if not days.past and (ended := _end_on_record(session, restriction, known)):
        return ended
    if reviews is not None and (missed := over_by_itself(session, decision, known, reviews, seal)):
        return missed
    if ended_by_itself(session, decision, known):
        return ON_RECORD  # whatever the settings have said since
    people = same_person(session, everybody_that_is(session, restriction.customer_id, seal))
    channel = only_channel(session, people, known)
    if closed_by(channel, [restriction.measure]):
        return f"it would close the only channel that this person can use ({channel}), and no exception keeps it open"
    return ""


def _end_on_record(session: Session, restriction: Restriction, known: date) -> str:
    """An end that the record knows of. None is ever dated ahead: if it has not come, then the clock is wrong."""
    if restriction.liftings:
        return f"it was lifted, which is on record for {restriction.liftings[0].lifted_on:%-d %B %Y}; {_CLOCK_IS_BACK}"
    if lapses_of(session, [restriction.decision_id]):
        return ON_RECORD
    if restriction.ends_on <= known:
        return f"it ended on {restriction.ends_on:%-d %B %Y}; {_CLOCK_IS_BACK}"
    return ""


_CLOCK_IS_BACK = "this machine's clock is behind what was recorded"
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
