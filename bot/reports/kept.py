"""Which papers of a case are kept here and go into its bundle, and which are not: nobody finds out before a tribunal
that a minute is missing (REC-08, CH-01)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.paper import PDF, day, table
from bot.reports.bundle import Piece
from bot.reports.minutes import Minute, kept_minutes, minute_of, minuted
from models.audit import AuditEntry
from models.calendar import council_day
from models.case import Case, CaseStep, StepKind
from models.decision import Decision
from models.letter import Paper

NOT_HERE = "Papers that are not in this bundle"
_NO_PAPER = "the step names no paper that is kept (`--paper`), and none was made here for it"
_MINUTES = "no signed minutes of it are kept here: enclose a copy"


def report_pieces(session: Session, case: Case, steps: Iterable[CaseStep]) -> list[Piece]:
    """The reports that went to meetings, as they were kept; and the last that was made here for each purpose, where no
    step names it."""
    found, named = [], set[str]()
    for step in _reports(steps):
        paper = _paper(session, str(step.facts.get("paper", "")))
        if paper is not None and paper.sha256 not in named:
            named.add(paper.sha256)
            found.append(Piece(f"Report to {step.facts.get('body', 'a meeting')}, {day(step.on)}", paper.content))
    for purpose, (sha256, made_on) in _made_here(session, case).items():
        paper = _paper(session, sha256)
        if paper is not None and sha256 not in named:
            words = f"Report made for {purpose.replace('_', ' ')}, {day(made_on)} (no step names it)"
            found.append(Piece(words, paper.content))
    return found


def minutes_pieces(session: Session, minutes: Iterable[Minute]) -> list[Piece]:
    """The signed minutes that are kept, a paper for each meeting."""
    kept, named = kept_minutes(session), dict[str, list[Minute]]()
    for one in minutes:
        if one in kept:
            named.setdefault(kept[one], []).append(one)
    return [
        Piece(f"Minutes of {some[0][0]}: {', '.join(minute for _, minute in some)}", paper.content)
        for sha256, some in named.items()
        if (paper := _paper(session, sha256)) is not None
    ]


def missing_page(session: Session, case: Case, steps: Sequence[CaseStep], decisions: Sequence[Decision]) -> str:
    """What whoever hands the bundle over must add by hand; empty where nothing is missing."""
    made = _made_here(session, case)
    rows = [
        (f"Report to {step.facts.get('body', 'a meeting')}", day(step.on), _NO_PAPER)
        for step in _reports(steps)
        if _paper(session, str(step.facts.get("paper", ""))) is None and str(step.facts.get("purpose")) not in made
    ]
    days = {minute_of(step): step.on for step in steps} | {(d.body, d.minute): d.decided_on for d in decisions}
    kept = kept_minutes(session)
    rows += [(f"Minute {m[1]} of {m[0]}", day(days[m]), _MINUTES) for m in minuted(decisions, steps) if m not in kept]
    return f"<h1>{NOT_HERE}</h1>" + table(("Paper", "Of", "Why it is not here"), rows) if rows else ""


def _reports(steps: Iterable[CaseStep]) -> list[CaseStep]:
    return [step for step in steps if step.kind is StepKind.COMMITTEE_REPORT]


def _paper(session: Session, sha256: str) -> Paper | None:
    paper = session.get(Paper, sha256) if sha256 else None
    return paper if paper is not None and paper.media_type == PDF else None


def _made_here(session: Session, case: Case) -> dict[str, tuple[str, date]]:
    """The last report that was made for each purpose: its hash, and the day."""
    wanted = select(AuditEntry.at, AuditEntry.subject, AuditEntry.detail).where(AuditEntry.verb == "report.committee")
    wanted = wanted.where(AuditEntry.detail["case"].as_integer() == case.id).order_by(AuditEntry.id)
    told = session.execute(wanted).all()
    return {str(e.detail.get("purpose", "")): (e.subject.partition(":")[2], council_day(e.at)) for e in told}
