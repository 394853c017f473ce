"""Signed minutes of meetings, kept as papers: they stand in the bundle of every case that rests on them (REC-08)."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterable, Sequence

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.paper import PDF, kept_paper
from bot.work import Work, verb
from models.audit import AuditEntry
from models.case import CaseStep
from models.decision import Decision
from models.errors import Refused
from models.letter import Paper
from models.officer import Permission

logging.getLogger("pypdf").setLevel(logging.ERROR)  # what is wrong with a paper is said in our own words

Minute = tuple[str, str]
"""Body and number of a minute, as they are on record."""


@verb("meeting.keep_minutes", needs=Permission.RECORD_MEETING)
def keep_minutes(work: Work, content: bytes, *, body: str, minutes: Sequence[str]) -> Paper:
    """Keep the signed minutes of a meeting, a PDF; `minutes`: the numbers of those in it on which something here rests.

    Refused for what is no PDF that anybody can open, and for a minute that nothing on record names. Kept once more
    (signed later, put right), the last paper is the one that counts, and the earlier stays.
    """
    _opens(content)
    on_record = set(minuted(work.session.scalars(select(Decision)), work.session.scalars(select(CaseStep))))
    if not minutes:
        raise Refused("say which minutes stand in it: --minute NUMBER, as often as there are some")
    named = [_as_recorded((body, minute), on_record) for minute in minutes]
    paper = kept_paper(work, content, media_type=PDF, title=f"Minutes of {named[0][0]}")
    work.note(
        "meeting.keep_minutes", f"Paper:{paper.sha256}", body=named[0][0], minutes=[minute for _, minute in named]
    )
    return paper


def minuted(decisions: Iterable[Decision], steps: Iterable[CaseStep]) -> list[Minute]:
    """The minutes on which these decisions and steps rest, each once, decisions first."""
    found = [(decision.body, decision.minute) for decision in decisions]
    found += [minute_of(step) for step in steps]
    return list(dict.fromkeys((body, minute) for body, minute in found if minute))


def minute_of(step: CaseStep) -> Minute:
    """Of whom, and its number; that is empty where the step names none."""
    return str(step.facts.get("body") or step.who), str(step.facts.get("minute", ""))


def kept_minutes(session: Session) -> dict[Minute, str]:
    """The SHA-256 of the paper in which each minute stands that is kept: of the one that was kept last."""
    told = session.scalars(select(AuditEntry).where(AuditEntry.verb == "meeting.keep_minutes").order_by(AuditEntry.id))
    return {
        (str(entry.detail["body"]), str(minute)): entry.subject.partition(":")[2]
        for entry in told
        for minute in entry.detail["minutes"]
    }


def _opens(content: bytes) -> None:
    try:
        reader = PdfReader(io.BytesIO(content))
        locked = reader.is_encrypted
        pages = 0 if locked else len(reader.pages)
    except (PyPdfError, ValueError, OSError) as error:
        raise Refused("this is no PDF that can be opened: scan the signed minutes as a PDF") from error
    if locked:
        raise Refused("this PDF asks for a password: save it without one, so that a tribunal can read the bundle")
    if not pages:
        raise Refused("this PDF has no page")


def _as_recorded(wanted: Minute, on_record: Iterable[Minute]) -> Minute:
    body, minute = (" ".join(part.split()).casefold() for part in wanted)
    same = [one for one in on_record if one[1].casefold() == minute]
    found = next((one for one in same if one[0].casefold() == body), None)
    if found is not None:
        return found
    if same:
        raise Refused(
            f"minute {wanted[1]} is on record as one of {' and of '.join(sorted(b for b, _ in same))}: --body"
        )
    raise Refused(
        f"no decision and no step names minute {wanted[1]} of {wanted[0]}: record what it says first, then keep it"
    )
