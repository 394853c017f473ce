"""Who acts for whom, as an officer says: confirmed or rejected, over what the program suggested (INV-10, X7).

Neither changes anybody's standing. What binds the one never binds the other: an associate's own conduct needs its own
finding, its own warning and its own decision.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.matters.chronology import records_of
from bot.work import Work, verb
from models.associate import AssociateOutcome, AssociateRuling, associate_rulings, latest_on_people, suggested
from models.contact import Contact
from models.customer import Customer, kept, kept_number
from models.errors import NotFound, Refused
from models.finding import About
from models.officer import Permission


@dataclass(frozen=True, slots=True)
class Pair:
    """Two customers of whom the program suggested, or an officer said, that the first acts for the second.

    contacts  those in which it was suggested, the latest first
    kinds     of evidence, over all of them
    ruling    the latest word of an officer, None while nobody said anything
    """

    writer: Customer
    other: Customer
    contacts: tuple[int, ...]
    kinds: tuple[str, ...]
    score: float
    ruling: AssociateRuling | None


@verb("associate.confirm", needs=Permission.MANAGE_CUSTOMERS)
def confirm(work: Work, writer: Customer, other: Customer, *, reason: str) -> AssociateRuling:
    """Say that one customer acts for, or with, another. It restricts nobody and warns nobody."""
    return _say(work, "associate.confirm", writer, other, AssociateOutcome.CONFIRM, reason)


@verb("associate.reject", needs=Permission.MANAGE_CUSTOMERS)
def reject(work: Work, writer: Customer, other: Customer, *, reason: str) -> AssociateRuling:
    """Say that they do not act together: the pair is suggested again only for evidence of another kind."""
    return _say(work, "associate.reject", writer, other, AssociateOutcome.REJECT, reason)


def _say(
    work: Work, verb_name: str, writer: Customer, other: Customer, outcome: AssociateOutcome, reason: str
) -> AssociateRuling:
    writer, other = kept(work.session, writer), kept(work.session, other)
    if writer.id == other.id:
        raise Refused("these are one customer; nobody is an associate of themselves")
    if not reason.strip():
        raise Refused("a reason is needed: say in a few words how you know")
    pair = pair_of(work.session, writer, other)
    if pair.ruling is not None and pair.ruling.outcome is outcome and set(pair.kinds) <= set(pair.ruling.kinds):
        raise Refused(f"that was said already, by {pair.ruling.by} ({pair.ruling.reason})")
    ruling = AssociateRuling(
        customer_id=writer.id,
        other_id=other.id,
        outcome=outcome,
        by=work.actor.name,
        at=work.now,
        reason=reason.strip(),
        kinds=list(pair.kinds),
    )
    work.session.add(ruling)
    work.session.flush()
    work.note(verb_name, ruling, customer=writer.id, other=other.id, reason=ruling.reason)
    return ruling


def pair_of(session: Session, writer: Customer, other: Customer) -> Pair:
    """What is suggested and said of these two, the first acting for the second."""
    found = next((p for p in pairs_of(session, writer) if (p.writer.id, p.other.id) == (writer.id, other.id)), None)
    return found or Pair(writer, other, (), (), 0.0, None)


def pairs_in(session: Session, contact: Contact) -> list[Pair]:
    """The pairs that were suggested in this contact, with all else that is suggested and said of them."""
    others = dict.fromkeys(f.other_customer_id for f in contact.findings if f.about == About.ASSOCIATE)
    people = [kept(session, session.get_one(Customer, number)) for number in others if number is not None]
    writer = kept(session, contact.customer) if contact.customer is not None else None
    return [pair_of(session, writer, other) for other in people if other is not writer] if writer is not None else []


def pair_in(session: Session, contact: Contact, other: int) -> Pair:
    """The pair that this contact suggests, of its writer and that customer. NotFound where it suggests none."""
    pair = next((p for p in pairs_in(session, contact) if p.other.id == other), None)
    if pair is None:
        raise NotFound(f"contact {contact.id} does not suggest that anybody acts for customer {other}")
    return pair


def pairs_of(session: Session, customer: Customer | None = None) -> list[Pair]:
    """Everybody who seems to act for this customer, or for whom this customer seems to act; of everybody if None."""
    people = records_of(session, kept(session, customer)) if customer is not None else set[int]()
    seen: dict[tuple[int, int], list[tuple[int, float, Sequence[str]]]] = {}
    for contact, finding in suggested(session, people):
        if contact.customer_id is None or finding.other_customer_id is None:
            continue
        key = kept_number(session, contact.customer_id), kept_number(session, finding.other_customer_id)
        kinds = [str(part["reason"]) for part in finding.evidence if part.get("reason")]
        if key[0] != key[1]:
            seen.setdefault(key, []).append((contact.id, finding.score, kinds))
    said = latest_on_people(session, _rulings(session, people, seen))
    return [_pair(session, key, seen.get(key, []), said.get(key)) for key in dict.fromkeys([*seen, *said])]


def _rulings(session: Session, people: set[int], seen: Mapping[tuple[int, int], object]) -> list[AssociateRuling]:
    return associate_rulings(session, people or {number for pair in seen for number in pair})


def _pair(
    session: Session,
    key: tuple[int, int],
    found: Sequence[tuple[int, float, Sequence[str]]],
    ruling: AssociateRuling | None,
) -> Pair:
    return Pair(
        writer=session.get_one(Customer, key[0]),
        other=session.get_one(Customer, key[1]),
        contacts=tuple(contact for contact, _, _ in found),
        kinds=tuple(sorted({kind for _, _, kinds in found for kind in kinds})),
        score=max((score for _, score, _ in found), default=0.0),
        ruling=ruling,
    )
