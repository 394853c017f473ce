"""Breaches of personal data: that the council knows of one, and what it did (UK GDPR art 33; G-DP-10)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.work import Work, verb
from models.breach import Breach, BreachAnswer
from models.calendar import COUNCIL_ZONE
from models.errors import NotFound, Refused
from models.officer import Permission


@verb("breach.record", needs=Permission.KEEP_REQUEST)
def record_breach(work: Work, *, aware_at: datetime, words: str) -> Breach:
    """That the council became aware of a breach: seventy-two hours run from that moment."""
    if not words.strip():
        raise Refused("say what happened, in a sentence that names nobody: --words")
    if aware_at > work.now:
        raise Refused(f"{_moment(aware_at)} is still to come: say when the council became aware of it")
    breach = Breach(aware_at=aware_at, words=words.strip(), recorded_by=work.actor.name, recorded_at=work.now)
    work.session.add(breach)
    work.session.flush()
    work.note("breach.record", breach, digest=breach.digest(), aware_at=aware_at.isoformat())
    return breach


@verb("breach.answer", needs=Permission.KEEP_REQUEST)
def answer_breach(work: Work, breach: Breach, *, reported: bool, at: datetime, words: str) -> BreachAnswer:
    """What was done about a breach: reported to the Commissioner, or why it need not be."""
    if not words.strip():
        wanted = "the Commissioner's reference" if reported else "why no risk to anybody is likely"
        raise Refused(f"give {wanted}: --words")
    if not breach.aware_at <= at <= work.now:
        raise Refused(f"{_moment(at)} lies before the council was aware of the breach, or is still to come")
    known = select(BreachAnswer.id).where(BreachAnswer.breach_id == breach.id, BreachAnswer.reported == reported)
    if work.session.scalar(known.where(BreachAnswer.words == words.strip())) is not None:
        raise Refused("this answer is on record already")
    answer = BreachAnswer(
        breach_id=breach.id,
        reported=reported,
        at=at,
        words=words.strip(),
        recorded_by=work.actor.name,
        recorded_at=work.now,
    )
    work.session.add(answer)
    work.session.flush()
    work.note("breach.answer", answer, digest=answer.digest(), breach=breach.id, reported=reported)
    return answer


def find_breach(session: Session, number: int) -> Breach:
    """A breach by its number; NotFound in plain words."""
    breach = session.get(Breach, number)
    if breach is None:
        raise NotFound(f"there is no breach {number}; `evenhand breach list` shows them")
    return breach


def _moment(at: datetime) -> str:
    return f"{at.astimezone(COUNCIL_ZONE):%-d %B %Y, %H:%M}"
