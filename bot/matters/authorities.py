"""Recording by what authority somebody acts for a customer, and that it is over (CIR-05; G-LGO-3).

Recording it changes nobody's standing. What rests on it stands where it is asked: who may be told a person's data, and
whom a finding of circumvention cannot be made about without a good reason.
"""

from __future__ import annotations

from datetime import date

from bot.work import Work, one_at_a_time, verb
from models.acting import BY, acting_for, withdrawal_of
from models.as_recorded import contacts_differing
from models.authority import ActsAs, Authority, AuthorityWithdrawal, GivenBy, Scope
from models.calendar import council_day
from models.contact import Contact, Match
from models.customer import Customer, everybody_like, kept
from models.errors import Refused
from models.issue import Issue
from models.message import Channel, Direction
from models.officer import Permission
from models.request import InformationRequest
from models.request_standing import people_of
from models.trail import AUTHORITY, not_as_recorded

# With a customer's number added: what is recorded of who acts for one customer waits its turn.
_AUTHORITIES = 0x41555448 << 32
_SPOKEN = (Channel.TELEPHONE, Channel.VISIT, Channel.MEETING)


@verb("authority.add", needs=Permission.MANAGE_CUSTOMERS)
def add_authority(
    work: Work,
    customer: Customer,
    *,
    acts_as: ActsAs,
    given_by: GivenBy,
    contact: Contact,
    words: str,
    representative: Customer | None = None,
    name: str = "",
    since: date | None = None,
    until: date | None = None,
    issue: Issue | None = None,
    request: InformationRequest | None = None,
) -> Authority:
    """That somebody may act for a customer: in everything, in one matter, or in one information request.

    `contact`: the one in which the consent or letter of authority came, or in which the customer said so; without
    `since` it holds from that day. Refused, with everything that is wrong at once, where it rests on somebody else's
    contact or on one whose writer is not certain, and where the same is on record already.
    """
    customer = kept(work.session, customer)
    representative = kept(work.session, representative) if representative is not None else None
    one_at_a_time(work, _AUTHORITIES + customer.id)
    name, words, first = " ".join(name.split()), words.strip(), since or council_day(contact.at)
    wrong = [*_who(customer, representative, name), *([] if words else ["say in plain words how far it goes: --words"])]
    if until is not None and until < first:
        wrong.append(f"its last day, {until:%-d %B %Y}, is before its first, {first:%-d %B %Y}")
    wrong += _how_given(acts_as, given_by)
    wrong += _rests_on(work, contact, customer, representative, spoken=given_by is GivenBy.IN_PERSON)
    wrong += _reach(work, customer, representative, issue, request)
    wrong += [] if wrong else _on_record(work, customer, representative, name, issue, request, first)
    if wrong:
        raise Refused("this authority cannot be recorded: " + "; ".join(wrong))
    made = Authority(
        customer_id=customer.id,
        representative_id=representative.id if representative is not None else None,
        name=name,
        acts_as=acts_as,
        given_by=given_by,
        scope=Scope.MATTER if issue is not None else Scope.REQUEST if request is not None else Scope.ALL,
        words=words,
        contact_id=contact.id,
        since=first,
        recorded_by=work.actor.name,
        recorded_at=work.now,
        until=until,
        issue_id=issue.id if issue is not None else None,
        request_id=request.id if request is not None else None,
    )
    work.session.add(made)
    work.session.flush()
    told = {"customer": made.customer_id, "representative": made.representative_id, "contact": made.contact_id}
    how = {"acts_as": acts_as.value, "given_by": given_by.value, "scope": made.scope.value}
    work.note("authority.add", made, digest=made.digest(), **told, **how)
    return made


@verb("authority.withdraw", needs=Permission.MANAGE_CUSTOMERS)
def withdraw_authority(
    work: Work, authority: Authority, *, on: date, words: str, contact: Contact | None = None
) -> AuthorityWithdrawal:
    """That an authority is over from a day on: taken back, laid down, or found to be none. What was done under it
    before stands."""
    one_at_a_time(work, _AUTHORITIES + authority.customer_id)
    if not_as_recorded(work.session, AUTHORITY, [authority], work.seal):
        raise Refused(
            f"authority {authority.id} is not in the sealed history as it stands now: somebody wrote in the store by "
            "hand, and nobody acts by it (`evenhand audit verify`)"
        )
    before = withdrawal_of(work.session, authority)
    if before is not None:
        raise Refused(f"authority {authority.id} is withdrawn already, from {before.on:%-d %B %Y} on")
    wrong = [] if words.strip() else ["say why it is over: --words"]
    if not authority.since <= on <= work.today:
        wrong.append(f"{on:%-d %B %Y} lies before it began ({authority.since:%-d %B %Y}), or has not come yet")
    if contact is not None:
        people = everybody_like(work.session, authority.customer_id)
        if authority.representative_id is not None:
            people |= everybody_like(work.session, authority.representative_id)
        wrong += _theirs(work, contact, people)
    if wrong:
        raise Refused(f"authority {authority.id} cannot be withdrawn so: " + "; ".join(wrong))
    made = AuthorityWithdrawal(
        authority_id=authority.id,
        on=on,
        words=words.strip(),
        recorded_by=work.actor.name,
        recorded_at=work.now,
        contact_id=contact.id if contact is not None else None,
    )
    work.session.add(made)
    work.session.flush()
    work.note("authority.withdraw", made, digest=made.digest(), authority=authority.id, on=on.isoformat())
    return made


def _who(customer: Customer, representative: Customer | None, name: str) -> list[str]:
    if (representative is None) == (not name):
        return ["say who acts: --representative with their reference, or --name of somebody who has no record"]
    if representative is not None and representative.id == customer.id:
        return ["nobody needs an authority to act for themselves"]
    return []


def _how_given(acts_as: ActsAs, given_by: GivenBy) -> list[str]:
    if given_by is GivenBy.FOR_A_CONSTITUENT and acts_as is not ActsAs.MEMBER:
        return ["only an MP or councillor acts by the request of somebody whom they represent"]
    return []


def _rests_on(
    work: Work, contact: Contact, customer: Customer, representative: Customer | None, *, spoken: bool
) -> list[str]:
    """The contact is the customer's own or the representative's; the customer's word to us is the customer's own."""
    people = everybody_like(work.session, customer.id)
    if spoken:
        if contact.customer_id not in people or contact.channel not in _SPOKEN:
            return [
                f"{BY[GivenBy.IN_PERSON]} rests on a visit, meeting or call of the customer's own: log it with "
                "`evenhand contact add`, then give --contact"
            ]
    elif representative is not None:
        people |= everybody_like(work.session, representative.id)
    elif contact.customer_id is None and contact.direction is Direction.IN:
        people = set()  # of somebody without a record
    return _theirs(work, contact, people)


def _theirs(work: Work, contact: Contact, people: set[int]) -> list[str]:
    if contact.direction is Direction.OUT or contact.automatic is not None:
        return [f"contact {contact.id} is the council's own, or a machine's: give the one in which it came"]
    if people and contact.customer_id not in people:
        return [f"contact {contact.id} is neither the customer's nor that of whoever acts for them"]
    if people and contact.match is not Match.CERTAIN:
        return [f"whose contact {contact.id} is, is not certain (`evenhand contact confirm {contact.id}`)"]
    if contacts_differing(work.session, [contact.id], work.seal):
        return [
            f"contact {contact.id} is not in the sealed history as it stands now: somebody wrote in the store by hand "
            "(`evenhand audit verify`)"
        ]
    return []


def _reach(
    work: Work,
    customer: Customer,
    representative: Customer | None,
    issue: Issue | None,
    request: InformationRequest | None,
) -> list[str]:
    if issue is not None and request is not None:
        return ["it goes for one matter or for one request: record two for both"]
    theirs = everybody_like(work.session, customer.id)
    if issue is not None and issue.customer_id not in theirs:
        return [f"matter {issue.id} is not this customer's (`evenhand matter list --customer {customer.reference}`)"]
    if representative is not None:
        theirs |= everybody_like(work.session, representative.id)
    asked_by = people_of(work.session, request) if request is not None else set[int]()
    if request is not None and asked_by and not asked_by & theirs:
        return [f"{request.reference} was made neither by this customer nor by whoever acts for them"]
    return []


def _on_record(
    work: Work,
    customer: Customer,
    representative: Customer | None,
    name: str,
    issue: Issue | None,
    request: InformationRequest | None,
    first: date,
) -> list[str]:
    """The same for the same, as it stands on the first day of this one."""
    whose = representative.id if representative is not None else name.casefold()
    reach = issue.id if issue is not None else None, request.id if request is not None else None
    for known in acting_for(work.session, customer.id, work.seal):
        theirs = known.representative.id if known.representative is not None else known.who.casefold()
        covers = known.authority.issue_id, known.authority.request_id
        if theirs == whose and covers == reach and known.in_force(first):
            number = known.authority.id
            return [f"it is on record as authority {number}; if that is over: `evenhand authority withdraw {number}`"]
    return []
