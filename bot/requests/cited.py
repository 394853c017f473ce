"""What a step of a request rests on in the log: entries of the requester, of sure identity, and of the right day."""

from __future__ import annotations

from bot.requests.asked import Asked
from models.calendar import council_day
from models.conduct import is_confirmed
from models.contact import Contact
from models.customer import kept_number
from models.log import contacts_by_number
from models.message import Direction
from models.request import RequestStepKind, find_request
from models.request_standing import people_of

K = RequestStepKind
COUNCIL_WROTE = frozenset(
    {K.ANSWERED, K.ACKNOWLEDGED, K.CLARIFICATION_ASKED, K.IDENTITY_ASKED, K.FEE_ASKED, K.TRANSFERRED}
)
REQUESTER_WROTE = frozenset(
    {K.REVIEW_ASKED, K.CLARIFICATION_GIVEN, K.IDENTITY_GIVEN, K.FEE_PAID, K.WITHDRAWN, K.REVIVED}
)
# Evidence for a finding: entries up to the last day to answer, none after it (G-FOI-4).
COUNTS_UP_TO_THE_DEADLINE = frozenset({K.EVIDENCE, K.INDICATOR, K.VALUE, K.BURDEN})


def wrong_cites(asked: Asked) -> list[str]:
    """What is wrong with the entries of the log that are cited, in plain words without anybody's name."""
    found = contacts_by_number(asked.session, asked.cites)
    theirs = asked.people | _linked(asked) if asked.cites else frozenset()
    wrong = []
    for number in asked.cites:
        contact = found.get(number)
        if contact is None:
            wrong.append(f"there is no contact {number} in the log")
        elif not _is_theirs(asked, contact, theirs):
            wrong.append(f"contact {number} is not the requester's, nor of anybody shown to act with them")
        elif contact.direction is Direction.IN and not is_confirmed(contact.match):
            wrong.append(
                f"whose contact {number} is has not been confirmed, so nothing is held against anybody by it "
                f"(`evenhand contact confirm {number}`)"
            )
        else:
            wrong += _wrong_day(asked, contact)
    return wrong


def _linked(asked: Asked) -> frozenset[int]:
    """Those whose requests were added up with this one on evidence that they act together (G-FOI-6)."""
    others = [find_request(asked.session, str(s.facts["with"])) for s in asked.of(K.AGGREGATED) if s.facts.get("link")]
    return frozenset().union(*(people_of(asked.session, other) for other in others))


def _is_theirs(asked: Asked, contact: Contact, theirs: frozenset[int]) -> bool:
    return contact.customer_id is not None and kept_number(asked.session, contact.customer_id) in theirs


def _wrong_day(asked: Asked, contact: Contact) -> list[str]:
    day, due = council_day(contact.at), asked.standing.due
    if day > asked.on:
        return [f"contact {contact.id} came after {asked.on:%-d %B %Y}"]
    if asked.kind in COUNTS_UP_TO_THE_DEADLINE and due is not None and day > due:
        return [f"contact {contact.id} came after {due:%-d %B %Y}, the last day to answer, and does not count"]
    return []


def wrong_contact(asked: Asked) -> list[str]:
    """The contact in which it was done: of the right side, the right person, and on the day that is told."""
    contact = asked.contact
    if contact is None:
        return []
    wrong = []
    if asked.kind in COUNCIL_WROTE and contact.direction is not Direction.OUT:
        wrong.append(f"contact {contact.id} is not one of the council's own")
    if asked.kind in REQUESTER_WROTE and contact.direction is not Direction.IN:
        wrong.append(f"contact {contact.id} is one of the council's own")
    if asked.kind in REQUESTER_WROTE and contact.id == asked.request.contact_id:
        wrong.append(f"contact {contact.id} is the request itself; what came later is in another contact")
    if asked.people and asked.kind in COUNCIL_WROTE | REQUESTER_WROTE:
        wrong += _of_whom(asked, contact)
    day = council_day(contact.at)
    if asked.kind in COUNCIL_WROTE | REQUESTER_WROTE and day != asked.on:
        wrong.append(f"contact {contact.id} is of {day:%-d %B %Y}; that is the day of this step (INV-06)")
    return wrong


def _of_whom(asked: Asked, contact: Contact) -> list[str]:
    if contact.customer_id is None:
        return [f"whose contact {contact.id} is, is not known; `evenhand contact confirm {contact.id}` says it"]
    return [] if _is_theirs(asked, contact, asked.people) else [f"contact {contact.id} is not with the requester"]
