"""The letters that a case owes its customer: of what ended, was reviewed or answered (REV-05, INV-26)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from sqlalchemy.orm import Session

from models.case import Case, CaseStep, StepKind
from models.letter import LetterKind, letters_about, sent_letter
from models.policy import Policy

K = StepKind
_LETTERS: Mapping[StepKind, LetterKind] = {
    K.EXTENDED: LetterKind.EXTENSION,
    K.LIFTED: LetterKind.LIFTING,
    K.LAPSED: LetterKind.LIFTING,
    K.APPEAL_DECIDED: LetterKind.APPEAL_OUTCOME,
    K.COMPLAINT_PAUSED: LetterKind.COMPLAINT_PAUSED,
}


def letters_owed(
    session: Session, case: Case, steps: Sequence[CaseStep], policy: Policy
) -> list[tuple[CaseStep, LetterKind]]:
    """What the customer has not been told of in writing, and by which letter, in the order of the case's steps. Nothing
    once the case is closed: it sends no letter any more."""
    if any(step.kind is K.CLOSED for step in steps):
        return []
    answered = _lifted_by_an_answer(steps)
    owed = [(s, kind) for s in steps if s.id not in answered and (kind := _letter_for(s, policy)) is not None]
    return [(step, kind) for step, kind in owed if not _told(session, case, step, kind)]


def _lifted_by_an_answer(steps: Sequence[CaseStep]) -> set[int]:
    """The liftings that the answer to an appeal carried out, in the same work: its own letter tells of both."""
    return {
        step.id
        for before, step in pairwise(steps)
        if (before.kind, step.kind) == (K.APPEAL_DECIDED, K.LIFTED) and before.recorded_at == step.recorded_at
    }


def _letter_for(step: CaseStep, policy: Policy) -> LetterKind | None:
    if step.kind is K.PERIODIC_REVIEW:
        told = policy.procedure.reviews.outcome_letter and step.facts["outcome"] != "lift"
        return LetterKind.REVIEW_OUTCOME if told else None
    return _LETTERS.get(step.kind)


def _told(session: Session, case: Case, step: CaseStep, kind: LetterKind) -> bool:
    # Who is told that the council continued it is told of the review that asked for it.
    kinds = (kind, LetterKind.EXTENSION) if step.kind is K.PERIODIC_REVIEW else (kind,)
    letters = [x for x in letters_about(session, case_id=case.id, sent_only=True) if x.kind in kinds]
    gone = [sent_letter(session, x.id) for x in letters]
    return any(sent is not None and sent.recorded_at >= step.recorded_at for sent in gone)
