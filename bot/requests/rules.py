"""What each kind of step needs before it is recorded, and each letter before it goes: the rules, by kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from bot.requests import ending, estimate, on_behalf, personal, reviews, vexatious
from bot.requests.asked import Asked
from models.letter import LetterKind
from models.request import Regime, RequestStep, RequestStepKind
from models.request_standing import RequestStanding, State, untold

K, L = RequestStepKind, LetterKind
Rule = Callable[[Asked], list[str]]

FOI, EIR, SAR, COMPLAINT = Regime.FOI, Regime.EIR, Regime.SAR, Regime.DP_COMPLAINT
NAMES = {FOI: "FOI", EIR: "EIR", SAR: "subject access", COMPLAINT: "data-protection complaint"}

# Under which law a step means anything; a kind that is not here belongs to all of them, or its rule says so.
LAWS: Mapping[RequestStepKind, tuple[Regime, ...]] = {
    K.REGIME_CHANGED: (FOI, EIR, SAR),
    K.INDICATOR: (FOI, EIR, SAR),
    K.VALUE: (FOI, EIR),
    K.BURDEN: (FOI, EIR),
    K.EVIDENCE: (FOI, EIR, SAR),
    K.WARNED: (FOI, EIR),
    K.PROMPT_ANSWERED: (FOI, EIR),
    K.PUBLIC_INTEREST: (EIR,),
    K.DECIDED: (FOI, EIR, SAR),
    K.ANSWERED: (FOI, EIR, SAR),
    K.NO_NOTICE: (FOI,),
    K.SIMILAR: (FOI, EIR),
    K.OUTCOME: (COMPLAINT,),
    K.INTERVAL: (SAR,),
    K.ON_BEHALF: (SAR, COMPLAINT),
    K.LAPSED: (FOI, EIR),
    K.TRANSFERRED: (FOI, EIR, SAR),
}
# What may still happen after the answer; all else only once a review has found for the requester.
AFTER_THE_END = frozenset(
    {
        K.REVIEW_ASKED,
        K.REVIEW_DECIDED,
        K.REGULATOR,
        K.WIDER_POLICY,
        K.INFORMED,
        K.WARNED,
        K.ADVICE,
        K.ACKNOWLEDGED,
        K.TOGETHER,
        K.REVIVED,
    }
)
# Recorded when the letter goes, never before it; what a letter of each kind records.
MEANS: Mapping[LetterKind, RequestStepKind] = {
    L.FOI_WARNING: K.WARNED,
    L.FOI_NARROWING: K.NARROWING_ASKED,
    L.FOI_CLARIFICATION: K.CLARIFICATION_ASKED,
    L.FOI_FEES_NOTICE: K.FEE_ASKED,
    L.EIR_CLARIFICATION: K.CLARIFICATION_ASKED,
    L.EIR_FEES_NOTICE: K.FEE_ASKED,
    L.FOI_ANSWER: K.ANSWERED,
    L.EIR_ANSWER: K.ANSWERED,
    L.SAR_ANSWER: K.ANSWERED,
    L.FOI_REFUSAL_VEXATIOUS: K.REFUSED,
    L.FOI_REFUSAL_COST: K.REFUSED,
    L.EIR_REFUSAL: K.REFUSED,
    L.SAR_REFUSAL: K.REFUSED,
    L.FOI_REVIEW_OUTCOME: K.REVIEW_DECIDED,
    L.EIR_REVIEW_OUTCOME: K.REVIEW_DECIDED,
    L.EIR_EXTENSION: K.EXTENDED,
    L.SAR_EXTENSION: K.EXTENDED,
    L.SAR_CLARIFICATION: K.CLARIFICATION_ASKED,
    L.DP_COMPLAINT_ACKNOWLEDGEMENT: K.ACKNOWLEDGED,
    L.DP_COMPLAINT_OUTCOME: K.OUTCOME,
}
BY_LETTER_ONLY = {K.WARNED: "foi_warning", K.NARROWING_ASKED: "foi_narrowing", K.REFUSED: "the refusal of its law"}
BY_LETTER_OR_CONTACT = (K.ANSWERED, K.ACKNOWLEDGED)
UNDER: Mapping[Regime, tuple[str, ...]] = {FOI: ("s14(1)", "s12"), EIR: ("12(4)(b)",), SAR: ("unfounded", "excessive")}
REFUSED_UNDER: Mapping[LetterKind, tuple[str, ...]] = {
    L.FOI_REFUSAL_VEXATIOUS: ("s14(1)",),
    L.FOI_REFUSAL_COST: ("s12",),
    L.EIR_REFUSAL: ("12(4)(b)",),
    L.SAR_REFUSAL: ("unfounded", "excessive"),
}


def reopened(standing: RequestStanding) -> bool:
    """A review found for the requester, in whole or in part: it is decided and answered anew."""
    decided = standing.review_decided
    return decided is not None and decided.facts.get("outcome") in ("upheld", "partly_upheld")


def not_over(asked: Asked) -> list[str]:
    """Whether such a step may still come."""
    standing = asked.standing
    if standing.ended is None or asked.kind in AFTER_THE_END or reopened(standing):
        return []
    words = {State.IN_REVIEW: "is being reviewed", State.REVIEWED: "was reviewed, and not for the requester"}
    state = words.get(standing.state, f"was {standing.state.value}")
    return [f"it {state}; nothing of this kind follows"]


def of_this_law(asked: Asked) -> list[str]:
    laws = LAWS.get(asked.kind)
    if laws is None or asked.regime in laws:
        return []
    return [f"this belongs to {' and '.join(NAMES[law] for law in laws)} only; it is {_a(asked.regime)}"]


def _a(regime: Regime) -> str:
    name = NAMES[regime] + ("" if regime is COMPLAINT else " request")
    return f"{'an' if name[0] in 'FE' else 'a'} {name}"


# --- decisions -------------------------------------------------------------------------------------------------------

REFUSALS: Mapping[str, Rule] = {
    "s14(1)": vexatious.refusal,
    "12(4)(b)": vexatious.refusal,
    "s12": estimate.refusal,
    "unfounded": personal.unfounded,
    "excessive": personal.excessive,
}


def decided(asked: Asked) -> list[str]:
    """To answer: read beside what was refused before. To refuse: under its own law, with all that this needs."""
    under = str(asked.facts.get("under", ""))
    if asked.facts.get("outcome") == "answer":
        return [*(["an answer is not given under anything"] if under else []), *read(asked)]
    allowed = UNDER[asked.regime]
    if under not in allowed:
        hint = f" ({estimate.NO_LIMIT})" if under == "s12" and asked.regime is EIR else ""
        return [f"{_a(asked.regime)} is refused under {' or '.join(allowed)}, not under '{under or 'nothing'}'{hint}"]
    return [*REFUSALS[under](asked), *vexatious.decided_by(asked), *read(asked)]


def read(asked: Asked) -> list[str]:
    return vexatious.read_beside(asked) if asked.regime in (FOI, EIR) else []


def answered(asked: Asked) -> list[str]:
    """Unless it was decided to refuse it; a later decision to answer, or a review, opens it again."""
    refuse = asked.standing.refused_under and not reopened(asked.standing)
    decided_anew = f"it was decided to refuse it; decide to answer first: {asked.say('decide answer')}"
    return [*([decided_anew] if refuse else []), *read(asked)]


def prepared(asked: Asked) -> list[str]:
    """The letter tells what was recorded before: the newest such step has not been told yet."""
    last = asked.last(asked.kind)
    commands = {K.EXTENDED: "extend", K.REVIEW_DECIDED: "review-decide", K.OUTCOME: "outcome"}
    if last is None or last.letter_id is not None:
        return [f"there is nothing yet that this letter would tell: {asked.say(commands[asked.kind])}"]
    return drafted_before([last], asked)


def drafted_before(told: Sequence[RequestStep], asked: Asked) -> list[str]:
    """A letter tells what stood on record when it was drafted; what was recorded since, it does not say."""
    letter = asked.letter
    if letter is None or not any(step.recorded_at > letter.drafted_at for step in told):
        return []
    return [
        "it was drafted before what it should tell was recorded: draft it again (`evenhand letter draft "
        f"{letter.kind.value} --request {asked.request.reference}`)"
    ]


def extension_in_time(asked: Asked) -> list[str]:
    first = asked.standing.first_due
    if first is not None and asked.on > first:
        return [f"more time had to be told by {first:%-d %B %Y}; it is late, and is answered without delay"]
    return prepared(asked)


def refused(asked: Asked) -> list[str]:
    """A refusal was decided, under the law that this notice names, and no notice of it has gone yet."""
    assert asked.letter is not None
    under, wanted = asked.standing.refused_under, REFUSED_UNDER[asked.letter.kind]
    decision = asked.standing.decision
    if decision is None or under not in wanted:
        how = " or ".join(wanted)
        return [f"it has not been decided to refuse this request under {how}: {asked.say('decide refuse --under')}"]
    if any(s.kind is K.REFUSED and s.id > decision.id for s in asked.steps):
        return ["the notice of this refusal has gone already"]
    return vexatious.public_interest_stands(asked) if asked.regime is EIR else []


def warning(asked: Asked) -> list[str]:
    """A warning rests on what an officer recorded of this request (FE-01, FE-03), and is in the words of its law."""
    wrong = []
    if not asked.of(K.INDICATOR):
        wrong.append(f"a warning rests on recorded indicators: {asked.say('indicator NAME --shows')}")
    if asked.regime is EIR and asked.letter is not None and re.search(r"vexatious|14\(1\)", asked.letter.body, re.I):
        wrong.append(
            "its words are the Freedom of Information Act's; under the EIR say that further requests may be refused "
            f"under regulation 12(4)(b): `evenhand letter amend {asked.letter.id} --passage further_requests=WORDS`"
        )
    return wrong


def acknowledged(asked: Asked) -> list[str]:
    return ["it was acknowledged already"] if asked.standing.acknowledged_on else []


def clarification(asked: Asked) -> list[str]:
    """One letter may ask for several things; it goes again only for what was not asked by letter yet."""
    if asked.regime is not SAR:
        return asked_in_time(asked)
    written = [s for s in asked.of(K.CLARIFICATION_ASKED, K.IDENTITY_ASKED, K.FEE_ASKED) if s.letter_id is None]
    if asked.standing.paused is not None and not written:
        return ["this was asked already, and the clock waits for the answer"]
    return drafted_before(written, asked)


def asked_in_time(asked: Asked) -> list[str]:
    """FOI, EIR: a letter for the question, a notice for the fee, each within the first period (FOIA s9(1); EIR reg
    8(4), 9(2)): asked late, they give no more time."""
    why, first = asked.kind.value.partition("_")[0], asked.standing.first_due
    if any(p.why == why and p.until is None for p in asked.standing.pauses):
        return ["this was asked already, and the clock waits for the answer"]
    written = untold(asked.steps, asked.kind)
    if not written:
        command = "clarify --words" if asked.kind is K.CLARIFICATION_ASKED else "fee --pounds --words"
        return [f"there is nothing yet that this letter would ask: {asked.say(command)}"]
    if first is not None and asked.on > first:
        return [
            f"that was to be asked by {first:%-d %B %Y}, and gives no more time now: answer what can be answered, and "
            "say in the answer what cannot"
        ]
    return drafted_before(written, asked)


def regime_changed(asked: Asked) -> list[str]:
    """To another law than the one it is handled under."""
    return [f"it is {_a(asked.regime)} already"] if asked.facts.get("to") == asked.regime.value else []


STEP_RULES: Mapping[RequestStepKind, Rule] = {
    K.REGIME_CHANGED: regime_changed,
    K.INDICATOR: vexatious.indicator,
    K.EVIDENCE: vexatious.evidence,
    K.ESTIMATE: estimate.estimate,
    K.AGGREGATED: estimate.aggregated,
    K.EXTENDED: personal.extended,
    K.CLARIFICATION_ASKED: personal.asking,
    K.IDENTITY_ASKED: personal.asking,
    K.FEE_ASKED: personal.asking,
    K.CLARIFICATION_GIVEN: personal.given,
    K.IDENTITY_GIVEN: personal.given,
    K.FEE_PAID: personal.given,
    K.DECIDED: decided,
    K.ANSWERED: answered,
    K.ACKNOWLEDGED: acknowledged,
    K.NO_NOTICE: vexatious.no_notice,
    K.SIMILAR: vexatious.similar,
    K.REVIEW_ASKED: reviews.review_asked,
    K.REVIEW_DECIDED: reviews.review_decided,
    K.REGULATOR: reviews.regulator,
    K.ON_BEHALF: on_behalf.on_behalf,
    K.TOGETHER: ending.together,
    K.WITHDRAWN: ending.withdrawn,
    K.REVIVED: ending.revived,
    K.LAPSED: ending.lapsed,
    K.TRANSFERRED: ending.transferred,
}
LETTER_RULES: Mapping[RequestStepKind, Rule] = {
    K.WARNED: warning,
    K.NARROWING_ASKED: estimate.narrowing,
    K.ANSWERED: answered,
    K.REFUSED: refused,
    K.REVIEW_DECIDED: prepared,
    K.EXTENDED: extension_in_time,
    K.CLARIFICATION_ASKED: clarification,
    K.FEE_ASKED: asked_in_time,
    K.ACKNOWLEDGED: acknowledged,
    K.OUTCOME: prepared,
}


def law_of_letter(asked: Asked) -> list[str]:
    """A letter names one law; a request under another is not answered by it (GEN-13: the labels are never mixed)."""
    assert asked.letter is not None
    head = asked.letter.kind.value.partition("_")[0]
    named = {"foi": FOI, "eir": EIR, "sar": SAR, "dp": COMPLAINT}[head]
    both = asked.letter.kind is L.FOI_WARNING and asked.regime is EIR  # section 12 warns under either law
    if named is asked.regime or both:
        return []
    return [f"this letter is about {_a(named)}, and this is {_a(asked.regime)}"]
