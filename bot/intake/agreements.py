"""How the names a message gives agree with people on record, before anything is weighed."""

from __future__ import annotations

from collections.abc import Iterable

from bot.intake.candidates import Candidate
from bot.intake.claims import Claim, Source
from bot.intake.person_names import Agreement, PersonName, compare
from bot.intake.writer import Writer
from models.customer import PointKind, Standing


def best_agreement(written: PersonName, candidate: Candidate) -> Agreement:
    """With the name of any of the person's records; the name of a body contradicts nobody."""
    found = [compare(written, name) for name in candidate.names]
    if not found:
        return Agreement.NOTHING
    best = max(found)
    return Agreement.NOTHING if candidate.is_body and best < 0 else best


def exactly_anothers(candidates: Iterable[Candidate], writer: Writer) -> frozenset[Source]:
    """Where the name as written is the full name of somebody on record: then it is no slip for a name like it.

    'Helen Dow' is not Ellen Dow's slip of the pen where a Helen Dow is on record too.
    """
    return frozenset(
        claim.source
        for claim in writer.claims
        if claim.name.is_full and any(best_agreement(claim.name, c) is Agreement.FULL for c in candidates)
    )


def is_the_accounts(candidates: Iterable[Candidate], writer: Writer) -> bool:
    """Whether the name in the header is that of whose address it is: it says nothing of who sits at it today."""
    sender = writer.claim(Source.SENDER)
    return sender is not None and any(
        candidate.standing(PointKind.EMAIL, writer.address) is Standing.CONFIRMED
        and best_agreement(sender.name, candidate) >= Agreement.INITIAL
        for candidate in candidates
    )


def in_words(claim: Claim, agreement: Agreement) -> str:
    """The reason that is shown: what the message does with the name, and how far it is theirs."""
    return f"{_WHO[claim.source]} {_WHAT[agreement]}"


_WHO = {Source.INTRODUCED: "introduces themselves", Source.SIGNED: "signs", Source.SENDER: "sends"}
_WHAT = {
    Agreement.FULL: "with their full name",
    Agreement.SPELLING: "with their name, spelt or shortened otherwise",
    Agreement.INITIAL: "with their surname and initial",
    Agreement.GIVEN: "with their given name",
    Agreement.INITIALS: "with their initials",
    Agreement.SURNAME: "with their surname",
    Agreement.ANOTHER_SURNAME: "with their given name and another surname",
    Agreement.ANOTHER_GIVEN: "with another given name",
    Agreement.RELATIVE: "with their surname and another given name",
    Agreement.ANOTHER: "with another name",
    Agreement.NOTHING: "",
}
