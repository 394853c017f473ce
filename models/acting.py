"""Who acts for whom by a recorded authority, on a day and in a matter: what pages, commands, reports and rules read.

What somebody wrote into the store by hand counts for nothing here; `evenhand audit verify` names it (INV-27).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from models.audit import Seal
from models.authority import ActsAs, Authority, AuthorityWithdrawal, GivenBy, Scope
from models.customer import Customer, everybody_like, kept
from models.errors import NotFound
from models.issue import Issue
from models.request import InformationRequest
from models.trail import AUTHORITY, AUTHORITY_WITHDRAWAL, not_as_recorded, steps_gone

AS = {
    ActsAs.ADVOCATE: "an advocate",
    ActsAs.SOLICITOR: "a solicitor",
    ActsAs.ADVISER: "an adviser",
    ActsAs.FAMILY: "one of their family",
    ActsAs.MEMBER: "an MP or councillor",
}
BY = {
    GivenBy.SIGNED_CONSENT: "signed consent",
    GivenBy.LETTER_OF_AUTHORITY: "a letter of authority",
    GivenBy.IN_PERSON: "the customer's own word to the council",
    GivenBy.POWER_OF_ATTORNEY: "a power of attorney",
    GivenBy.COURT_ORDER: "an order of a court",
    GivenBy.PARENT: "parental responsibility",
    GivenBy.FOR_A_CONSTITUENT: "the request of somebody whom they represent",
}


@dataclass(frozen=True, slots=True)
class Acting:
    """
    customer        for whom, by the record that stands for them today
    representative  who acts, likewise; None where they have no record
    who             who acts, by name
    about           how far it goes: all matters, or which matter or request
    matter          the matter that stands today for the one it is limited to; None where it is not
    withdrawn       when it was taken back; None while it was not
    """

    authority: Authority
    customer: Customer
    representative: Customer | None
    who: str
    about: str
    matter: int | None
    withdrawn: AuthorityWithdrawal | None

    def in_force(self, day: date) -> bool:
        over = self.withdrawn is not None and day >= self.withdrawn.on
        last = self.authority.until
        return self.authority.since <= day and (last is None or day <= last) and not over

    def covers_matter(self, session: Session, issue_id: int | None) -> bool:
        """Whether it may reach this matter; where no matter is told, every authority of matters may."""
        scope = self.authority.scope
        if scope is not Scope.MATTER or issue_id is None:
            return scope is not Scope.REQUEST
        return _standing_matter(session, issue_id) == self.matter

    def covers_request(self, request_id: int) -> bool:
        """Whether it reaches an information request: their own data are no matter of the council's."""
        return self.authority.scope is Scope.ALL or self.authority.request_id == request_id

    @property
    def on_record_by_office(self) -> bool:
        """A solicitor on record, or a member: never restricted, nor found to get round anything (INV-11, CIR-03)."""
        return self.authority.acts_as in (ActsAs.SOLICITOR, ActsAs.MEMBER)

    def called(self) -> str:
        """Whoever acts, by their reference, or by name where they have none."""
        return self.representative.reference if self.representative is not None else self.who

    def terms(self, day: date) -> str:
        """As whom, for what, how given, and from when until when, as it stands on a day."""
        a = self.authority
        last = f" to {a.until:%-d %B %Y}" if a.until else ""
        over = f", withdrawn on {self.withdrawn.on:%-d %B %Y}" if self.withdrawn else ""
        ended = "" if over or self.in_force(day) else (", not begun" if day < a.since else ", over")
        said = f"as {AS[a.acts_as]}, for {self.about}: {a.words}; by {BY[a.given_by]} (contact {a.contact_id})"
        return f"{said}, from {a.since:%-d %B %Y}{last}{over}{ended}"


def acting_for(session: Session, customer_id: int, seal: Seal | None) -> list[Acting]:
    """Everybody who acts or acted for this person, the oldest authority first."""
    return _read(session, Authority.customer_id.in_(everybody_like(session, customer_id)), seal)


def acting_by(session: Session, representative_id: int, seal: Seal | None) -> list[Acting]:
    """All for whom this person acts or acted."""
    return _read(session, Authority.representative_id.in_(everybody_like(session, representative_id)), seal)


def every_authority(session: Session, seal: Seal | None) -> list[Acting]:
    return _read(session, Authority.id.is_not(None), seal)


def on_either_side(session: Session, customer_id: int, seal: Seal, day: date) -> tuple[list[Acting], list[Acting]]:
    """Those who act for this person on a day, and those for whom this person acts."""
    ours, others = acting_for(session, customer_id, seal), acting_by(session, customer_id, seal)
    return [a for a in ours if a.in_force(day)], [a for a in others if a.in_force(day)]


def in_lines(session: Session, customer_id: int, seal: Seal, day: date) -> list[str]:
    """The same, a line each, for whoever reads what this person sent."""
    ours, others = on_either_side(session, customer_id, seal, day)
    return [
        *(f"{a.called()} acts for {a.customer.reference} {a.terms(day)} (authority {a.authority.id})" for a in ours),
        *(f"acts for {a.customer.reference} {a.terms(day)} (authority {a.authority.id})" for a in others),
    ]


def between(session: Session, representative_id: int, customer_id: int, seal: Seal | None, day: date) -> list[Acting]:
    """By which authorities the one acts for the other on a day."""
    other = everybody_like(session, customer_id)
    found = acting_by(session, representative_id, seal)
    return [a for a in found if a.authority.customer_id in other and a.in_force(day)]


def find_authority(session: Session, number: int) -> Authority:
    """An authority by its number; NotFound in plain words."""
    found = session.get(Authority, number)
    if found is None:
        raise NotFound(f"there is no authority {number}; `evenhand authority list` shows them")
    return found


def withdrawal_of(session: Session, authority: Authority) -> AuthorityWithdrawal | None:
    return session.scalar(select(AuthorityWithdrawal).where(AuthorityWithdrawal.authority_id == authority.id))


def _read(session: Session, which: ColumnElement[bool], seal: Seal | None) -> list[Acting]:
    """In the order they were recorded. `seal`: without it what stands in the store is taken as it is."""
    rows = list(session.scalars(select(Authority).where(which).order_by(Authority.id)))
    if not rows:
        return []
    numbers = [row.id for row in rows]
    over = list(session.scalars(select(AuthorityWithdrawal).where(AuthorityWithdrawal.authority_id.in_(numbers))))
    if seal is not None:
        strange = {row.id for row in not_as_recorded(session, AUTHORITY, rows, seal)}
        strange |= _withdrawals_gone(session, numbers)
        rows = [row for row in rows if row.id not in strange]
        doubted = {row.id for row in not_as_recorded(session, AUTHORITY_WITHDRAWAL, over, seal)}
        over = [row for row in over if row.id not in doubted]
    withdrawn = {row.authority_id: row for row in over}
    return [_acting(session, row, withdrawn.get(row.id)) for row in rows]


def _withdrawals_gone(session: Session, numbers: Collection[int]) -> set[int]:
    """Those whose withdrawal was recorded and is not there any more: nobody acts by them."""
    return {n for n in numbers if steps_gone(session, AUTHORITY_WITHDRAWAL, "authority", [n])}


def _acting(session: Session, row: Authority, withdrawn: AuthorityWithdrawal | None) -> Acting:
    one = session.get(Customer, row.representative_id) if row.representative_id is not None else None
    representative = kept(session, one) if one is not None else None
    return Acting(
        authority=row,
        customer=kept(session, session.get_one(Customer, row.customer_id)),
        representative=representative,
        who=representative.name if representative is not None else row.name,
        about=_about(session, row),
        matter=_standing_matter(session, row.issue_id) if row.issue_id is not None else None,
        withdrawn=withdrawn,
    )


def _standing_matter(session: Session, number: int) -> int:
    """The matter in which this one stands today: itself, or the one that it was merged into."""
    seen = set[int]()
    while number not in seen and (into := session.get_one(Issue, number).merged_into_id) is not None:
        seen.add(number)
        number = into
    return number


def _about(session: Session, row: Authority) -> str:
    if row.issue_id is not None:
        return f"matter {row.issue_id} ({session.get_one(Issue, row.issue_id).title})"
    if row.request_id is not None:
        return f"request {session.get_one(InformationRequest, row.request_id).reference}"
    return "all matters"
