"""That what a refusal rests on was recorded here: each step as the sealed history has it (INV-12, INV-27)."""

from __future__ import annotations

from bot.requests.on_behalf import authority_missing
from bot.work import Work
from models.errors import Refused
from models.letter import Letter, LetterKind
from models.request import InformationRequest, request_steps
from models.request_standing import people_of, requests_by
from models.trail import REQUEST, REQUEST_STEP, not_as_recorded, steps_gone

BY_HAND = (
    "somebody wrote in the store by hand. Nothing is decided or refused on it until that is cleared up "
    "(`evenhand audit verify`)"
)
NOTICES = frozenset(
    {
        LetterKind.FOI_REFUSAL_VEXATIOUS,
        LetterKind.FOI_REFUSAL_COST,
        LetterKind.EIR_REFUSAL,
        LetterKind.SAR_REFUSAL,
    }
)

TELLING = frozenset({LetterKind.SAR_ANSWER, LetterKind.SAR_REFUSAL, LetterKind.DP_COMPLAINT_OUTCOME})


def notice_rests_on_the_record(work: Work, letter: Letter) -> None:
    """Before a notice of refusal is queued: Refused where a step behind it was written in by hand; and before what
    tells of somebody's data, where the authority was."""
    request = work.session.get(InformationRequest, letter.request_id) if letter.request_id is not None else None
    if request is not None and letter.kind in NOTICES:
        rests_on_the_record(work, request)
    if request is not None and letter.kind in TELLING:
        told_by_a_true_authority(work, request)


def told_by_a_true_authority(work: Work, request: InformationRequest) -> None:
    """Refused where it asks for somebody else's data, by no authority that the sealed history has as it stands."""
    if authority_missing(work.session, request, None, work.today):
        return  # and so said by the rules, beside what else is missing
    if authority_missing(work.session, request, work.seal, work.today):
        raise Refused(f"the authority behind {request.reference} is not as it was recorded: {BY_HAND}")


def rests_on_the_record(work: Work, request: InformationRequest) -> None:
    """Refused where a step of this requester's requests was not recorded here, or not so: no decision and no refusal
    rests on what was written into the store by hand (INV-27)."""
    theirs = [request, *requests_by(work.session, people_of(work.session, request))]
    steps = [s for each in {r.id: r for r in theirs}.values() for s in request_steps(work.session, each)]
    just_now = {id(note.subject) for note in work.notes}
    before = [s for s in steps if id(s) not in just_now]
    unknown = [s.id for s in not_as_recorded(work.session, REQUEST_STEP, before, work.seal)]
    unknown += steps_gone(work.session, REQUEST_STEP, "request", [r.id for r in theirs])
    if unknown:
        named = ", ".join(map(str, unknown))
        raise Refused(
            f"step {named} beside {request.reference} is not in the sealed history as it stands now: {BY_HAND}"
        )
    _is_as_it_was_opened(work, request)


def _is_as_it_was_opened(work: Work, request: InformationRequest) -> None:
    """Its law, its day and what it asks for; an earlier version noted that it was opened, and no more."""
    if not_as_recorded(work.session, REQUEST, [request], work.seal):
        raise Refused(f"{request.reference} itself is not as it was opened by the sealed history: {BY_HAND}")
