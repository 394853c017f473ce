"""How an entry of the cautionary contacts register stands on a day, read from its acts and the sealed trail."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.audit import AuditEntry, Seal, has_gaps
from models.calendar import add_months
from models.cautionary import ActKind, CautionaryAct, CautionaryEntry, CautionaryView, Incident
from models.errors import NotFound
from models.trail import Kind, held, noted_itself


class State(enum.StrEnum):
    PROPOSED = "proposed, not live"
    REJECTED = "rejected"
    LIVE = "live"
    REMOVED = "removed"
    EXPIRED = "expired"
    DOUBTFUL = "doubtful, not shown"  # what is stored is not what the sealed trail says


INCIDENT: Kind[Incident] = noted_itself(Incident)
ENTRY: Kind[CautionaryEntry] = noted_itself(CautionaryEntry, "cautionary.propose")
ACT: Kind[CautionaryAct] = Kind(
    CautionaryAct,
    CautionaryAct.id,
    "CautionaryEntry",
    CautionaryAct.entry_id,
    frozenset(f"cautionary.{verb}" for verb in ("approve", "reject", "tell", "not_tell", "review", "remove")),
)
LOOK: Kind[CautionaryView] = noted_itself(CautionaryView, bare=True)

KINDS: tuple[Kind[Any], ...] = (INCIDENT, ENTRY, ACT, LOOK)
"""Everything of this store that is noted with its digest."""


@dataclass(frozen=True, slots=True)
class Standing:
    """An entry on a day. `live_from`: the day of its approval; `told`: how the person was told, empty if not yet.

    `acts` are those that stand in the sealed trail as they are; what was put in by hand moves no review, tells nobody
    and removes nothing.
    """

    entry: CautionaryEntry
    incident: Incident
    acts: tuple[CautionaryAct, ...]
    state: State
    today: date

    @property
    def live_from(self) -> date | None:
        return next((act.on for act in self.acts if act.kind is ActKind.APPROVED), None)

    @property
    def ended_on(self) -> date | None:
        """The day it ceased to be live; None while it is."""
        removed = next((act.on for act in self.acts if act.kind is ActKind.REMOVED), None)
        return removed or (self.entry.ends_on if self.state is State.EXPIRED else None)

    @property
    def review_on(self) -> date:
        return [self.entry.review_on, *(act.review_on for act in self.acts if act.review_on is not None)][-1]

    @property
    def review_overdue(self) -> bool:
        return self.state is State.LIVE and self.review_on <= self.today

    def kept_until(self, months: int) -> date | None:
        """The first day on which it is kept no longer; None while it may still warn somebody."""
        ended = self.ended_on if self.state is not State.REJECTED else self.acts[-1].on
        return add_months(ended, months) if ended is not None else None

    @property
    def told(self) -> str:
        act = next((a for a in reversed(self.acts) if a.kind in (ActKind.TOLD, ActKind.NOT_TOLD)), None)
        if act is None:
            return ""
        if act.kind is ActKind.NOT_TOLD:
            return f"not told, decided {act.on.isoformat()}: {act.words}"
        return f"told {act.on.isoformat()}: " + (f"letter {act.letter}" if act.letter is not None else act.words)


def standings(session: Session, today: date, seal: Seal) -> list[Standing]:
    """Every entry there ever was, the oldest first, as it stands on a day."""
    entries, incidents, acts = (held(session, kind, seal) for kind in (ENTRY, INCIDENT, ACT))
    reported = {incident.id: incident for incident in (*incidents.strays, *incidents.rows)}
    sound, whole = {e.id for e in entries.rows}, {i.id for i in incidents.rows}
    # Where the trail has gaps, a removal may be what is gone; where an act is gone, so may be what it said.
    gaps, lost = has_gaps(session), set(acts.doubtful)
    found = []
    for entry in sorted((*entries.rows, *entries.strays), key=lambda e: e.id):
        believed = tuple(act for act in acts.rows if act.entry_id == entry.id)
        forged = {act.kind for act in acts.strays if act.entry_id == entry.id}
        doubt = gaps or entry.id not in sound or entry.incident_id not in whole
        doubt = doubt or f"CautionaryAct of CautionaryEntry:{entry.id}" in lost
        state = _state(session, entry, believed, forged, today, doubt=doubt)
        if entry.incident_id in reported:
            found.append(Standing(entry, reported[entry.incident_id], believed, state, today))
    return found


def _state(
    session: Session,
    entry: CautionaryEntry,
    acts: tuple[CautionaryAct, ...],
    forged: set[ActKind],
    today: date,
    *,
    doubt: bool,
) -> State:
    kinds = {act.kind for act in acts}
    # The trail's word that it was removed is enough, sealed or not, even where the act itself was taken out.
    if ActKind.REMOVED in kinds or _noted(session, entry, "cautionary.remove"):
        return State.REMOVED
    if doubt:
        return State.DOUBTFUL
    if ActKind.REJECTED in kinds:
        return State.REJECTED
    if today >= entry.ends_on:
        return State.EXPIRED
    approval = next((act for act in acts if act.kind is ActKind.APPROVED), None)
    if approval is None:
        return State.DOUBTFUL if ActKind.APPROVED in forged else State.PROPOSED
    return State.LIVE if approval.by != entry.proposed_by else State.DOUBTFUL


def doubts(session: Session, seal: Seal) -> tuple[str, ...]:
    """The names of what in this store is not as its sealed trail has it, or is gone; looks left out."""
    return tuple(name for kind in KINDS[:3] for name in held(session, kind, seal).doubtful)


def _noted(session: Session, entry: CautionaryEntry, verb: str) -> bool:
    noted = select(AuditEntry.id).where(AuditEntry.subject == f"CautionaryEntry:{entry.id}", AuditEntry.verb == verb)
    return session.scalar(noted.limit(1)) is not None


def find_entry(session: Session, reference: str, today: date, seal: Seal) -> Standing:
    """An entry by its reference, as it stands; NotFound in plain words."""
    wanted = reference.strip().upper()
    found = next((s for s in standings(session, today, seal) if s.entry.reference.upper() == wanted), None)
    if found is None:
        raise NotFound("there is no such entry in the cautionary register")
    return found
