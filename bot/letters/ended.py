"""Why the limits on somebody's contact ended, as the letter that tells of it says. An end that is owed to them, for the
council's own fault or because they were right, is not told as if it were a favour (REV-03, INV-07, CH-06)."""

from __future__ import annotations

from collections.abc import Sequence

from bot.letters.words import in_words
from models.case import CaseStep, StepKind
from models.decision import Decision

K = StepKind
_ANEW = (K.TOLD, K.EXTENDED, K.PERIODIC_REVIEW)  # what was found before is spoken for


def how_it_ended(steps: Sequence[CaseStep], decision: Decision | None) -> dict[str, object]:
    """When, whether by itself, and why: "review_missed", "not_confirmed", "appeal", "not_appropriate", "review", or ""
    where the steps do not say. Empty where nothing has ended. `decision`: the one whose limits they were."""
    theirs = [s for s in steps if decision is None or s.decision_id in (decision.id, None)]
    ended = [s for s in theirs if s.kind in (K.LIFTED, K.LAPSED)]
    if not ended:
        return {}
    # Whoever puts on record what has ended by itself lifts it too: it was over before.
    last = next((s for s in reversed(ended) if s.kind is K.LAPSED), ended[-1])
    why = str(last.facts["why"]) if last.kind is K.LAPSED else _why(theirs[: theirs.index(last)])
    return {"lifted_on": in_words(last.on), "lapsed": last.kind is K.LAPSED, "ended_because": why}


def _why(before: Sequence[CaseStep]) -> str:
    """What lifted it in the same work; else what whoever decides has found of it last (CC-02)."""
    last = before[-1] if before else None
    if last is not None and last.kind is K.APPEAL_DECIDED:
        return "appeal"
    if last is not None and last.kind is K.PERIODIC_REVIEW and last.facts["outcome"] == "lift":
        return "review"
    if last is not None and last.kind is K.URGENT_REFUSED:
        return "not_confirmed"
    telling = (s for s in reversed(before) if s.kind in _ANEW or s.facts.get("still_appropriate") in ("yes", "no"))
    found = next(telling, None)
    return "not_appropriate" if found is not None and found.facts.get("still_appropriate") == "no" else ""
