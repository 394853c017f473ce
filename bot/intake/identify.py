"""Whose is this message: certain, suggested, unknown, or nobody's; and why.

Certain is only who writes, under a name that fits, from an address confirmed as theirs alone. Everything else that
points to one person is a suggestion with its reasons, for an officer to confirm (INV-21): conduct is attributed, and
an address restricted, only after that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from bot.intake.agreements import exactly_anothers, is_the_accounts
from bot.intake.candidates import find_candidates
from bot.intake.evidence import Weighed, reasons_of, weigh
from bot.intake.forwards import forwarded_in_text
from bot.intake.newcomers import addressee, new_customer, suggest_points
from bot.intake.offices import never_restricted
from bot.intake.writer import Writer, read_writer
from models.contact import Match
from models.customer import PointKind
from models.message import Message

__all__ = ["Found", "Identity", "addressee", "identify", "new_customer", "suggest_points"]

CERTAIN_FROM = 11.0
SUGGESTED_FROM = 7.5
SURNAME_AND_HOME_FROM = 10.0
CLEAR_OF_THE_NEXT = 2.5
CLEAR_IN_A_SHARED_MAILBOX = 4.0
PERHAPS_FROM = 4.5
_MOST_PERHAPS = 20


@dataclass(frozen=True, slots=True)
class Found:
    """A way to reach the writer that stands in the message: not theirs until an officer says so."""

    kind: PointKind
    value: str
    source: str


@dataclass(frozen=True, slots=True)
class Identity:
    """The answer. `score` is how likely it is (0 to 1) that the message is this customer's; 0 without one.

    `customer_id` names the record that is kept, also for a suggestion. The rest is what the message says of its
    writer, for making a new record of it: `own_address` is empty where a web site sent it for them.
    """

    match: Match
    customer_id: int | None
    reasons: tuple[str, ...]
    score: float = 0.0
    name: str = ""
    own_address: str = ""
    address_is_shared: bool = False
    address: str = ""
    postcode: str = ""
    points: tuple[Found, ...] = ()
    never_restrict: str = ""
    perhaps: tuple[int, ...] = ()  # others on record who may have written it, as far as it says


def identify(
    session: Session, message: Message, *, council: Collection[str] = (), members: Collection[str] = ()
) -> Identity:
    """Whose message it is, among the records; reads only, through indexed columns.

    `council` are the council's own domains: a message that its people forward is looked at for the writer inside.
    `members` are addresses of members, who are customers that may never be restricted (INV-11).
    """
    inside = letter_inside(message, council, members)
    if inside is not None:
        return _within(identify(session, inside, council=council, members=members))
    writer = read_writer(message)
    candidates = find_candidates(session, message, writer)
    taken, account = exactly_anothers(candidates, writer), is_the_accounts(candidates, writer)
    own, subject = message.words.own, message.subject
    weighed = sorted(
        (weigh(c, writer, own, subject=subject, taken=taken, account=account) for c in candidates),
        key=lambda w: (w.contradicted, -w.total, w.candidate.id),
    )
    return _answer(message, writer, weighed, members)


def letter_inside(message: Message, council: Collection[str], members: Collection[str] = ()) -> Message | None:
    """The resident's letter in a message that the council's own people forward; None where there is none.

    It may be attached, or stand in the text below a mark and its header lines.
    """
    if message.sender.domain not in council or message.sender.email in members:
        return None
    inside = message.forwarded[0] if message.forwarded else forwarded_in_text(message)
    if inside is None or (inside.sender.domain in council and inside.sender.email not in members):
        return inside if message.forwarded else None
    return inside


def _within(identity: Identity) -> Identity:
    match = Match.SUGGESTED if identity.match is Match.CERTAIN else identity.match
    reason = "the council's own people forwarded it: the writer of the letter inside"
    return replace(identity, match=match, reasons=(reason, *identity.reasons))


# --- the decision ----------------------------------------------------------------------------------------------------


def _answer(message: Message, writer: Writer, weighed: list[Weighed], members: Collection[str]) -> Identity:
    first = weighed[0] if weighed else None
    second = weighed[1] if len(weighed) > 1 else None
    # Whoever the letter itself says it is not from is no rival of somebody whom it does not contradict.
    rival = second if second and first and second.contradicted == first.contradicted else None
    lead = first.total - rival.total if first and rival else 99.0
    match, why = _verdict(writer, weighed, lead)
    if match is Match.CERTAIN and message.authentication.passed is False:
        match, why = Match.SUGGESTED, ("the server that it claims to come from disowns it", *why)
    elif message.authentication.passed is False:
        why = ("the server that it claims to come from disowns it", *why)
    named = first if first is not None and match in {Match.CERTAIN, Match.SUGGESTED} else None
    if named is not None:
        why = (*why, *reasons_of(named))
    return Identity(
        match=match,
        customer_id=named.candidate.id if named else None,
        reasons=why,
        score=_score(named, lead) if named else 0.0,
        name=writer.best_name,
        own_address=writer.address,
        address_is_shared=any(w.owns_address for w in weighed),
        address=writer.written_address,
        postcode=writer.postcodes[-1] if writer.postcodes else "",
        points=tuple(_found(writer, named)),
        never_restrict=never_restricted(message, members),
        perhaps=_perhaps(weighed, named, match),
    )


def _perhaps(weighed: list[Weighed], named: Weighed | None, match: Match) -> tuple[int, ...]:
    """Who else may have written it: an address, telephone, house, full name or letter of theirs speaks for them.

    Whoever is told apart from another by name on one shared mailbox is certain, and nobody else comes into question.
    """
    if match is Match.CERTAIN:
        return ()
    return tuple(w.candidate.id for w in weighed if w is not named and _speaks_for(w))[:_MOST_PERHAPS]


def _speaks_for(weighed: Weighed) -> bool:
    for_them = sum(sign.weight for sign in weighed.signs if sign.weight > 0)
    return for_them >= PERHAPS_FROM and bool(weighed.fields - {"surname"})


def _verdict(writer: Writer, weighed: list[Weighed], lead: float) -> tuple[Match, tuple[str, ...]]:
    if not weighed:
        return Match.UNKNOWN, _unknown(writer)
    first, owners = weighed[0], [w for w in weighed if w.owns_address]
    shared = len(owners) > 1 or any(w.fields & {"email", "earlier"} for w in weighed[1:])
    if first.owns_address and not first.contradicted and first.total >= CERTAIN_FROM:
        named = not shared or first.fields & {"name", "surname"}
        if named and lead >= (CLEAR_IN_A_SHARED_MAILBOX if shared else CLEAR_OF_THE_NEXT):
            return Match.CERTAIN, ("several people share this mailbox: the name decides",) if shared else ()
        return Match.SUGGESTED, (_undecided(weighed),)
    if first.total >= SUGGESTED_FROM and _enough(first):
        if lead >= CLEAR_OF_THE_NEXT:
            return Match.SUGGESTED, ()
        if shared or _one_household(first, weighed[1]):
            return Match.SUGGESTED, (_undecided(weighed),)
        return Match.UNKNOWN, (_undecided(weighed), *_unknown(writer))
    if owners:
        return Match.UNKNOWN, (
            "the address is on the record of somebody else, and the name in the message is not theirs",
        )
    return Match.UNKNOWN, _unknown(writer)


def _enough(weighed: Weighed) -> bool:
    """A telephone or a house alone is whoever lives there; a name that contradicts is somebody else."""
    if weighed.contradicted:
        return False
    if weighed.fields & {"name", "email", "earlier", "answers"}:
        return True
    return "surname" in weighed.fields and weighed.total >= SURNAME_AND_HOME_FROM


def _one_household(a: Weighed, b: Weighed) -> bool:
    return a.owns_address and b.owns_address


def _undecided(weighed: list[Weighed]) -> str:
    near = [w for w in weighed if weighed[0].total - w.total < CLEAR_IN_A_SHARED_MAILBOX][:4]
    return "it could equally be " + " or ".join(w.candidate.customer.reference for w in near) + ": please look"


def _unknown(writer: Writer) -> tuple[str, ...]:
    if writer.relay:
        return ("a web site sent it for somebody, and nobody on record fits the name in it",)
    return ("nobody on record fits the address and the name",)


def _score(weighed: Weighed, lead: float) -> float:
    """From the weights to a probability: a thousand strangers to one, halved where two people fit alike."""
    alone: float = 1 / (1 + 2.0 ** -(weighed.total - 4.0))
    clear: float = 1 / (1 + 2.0**-lead)
    return round(alone * clear, 3)


def _found(writer: Writer, named: Weighed | None) -> Iterable[Found]:
    """What the message gives that the record does not hold yet; never the address of a relay."""
    wanted = [(PointKind.EMAIL, writer.address, "letter")] if writer.address else []
    wanted += [(PointKind.EMAIL, a, "asked to answer there") for a in writer.answer_to]
    wanted += [(PointKind.TELEPHONE, number, "signature") for number in writer.phones]
    for kind, value, source in wanted:
        if named is None or named.candidate.standing(kind, value) is None:
            yield Found(kind, value, source)
