"""The cautionary register as sheets and rows: its entries for those named to it, and its incident book."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.registers.sheets import Sheet
from models.cautionary import IN_WORDS, REPORTABLE, CautionaryView, Incident, Injury
from models.cautionary_standing import Standing

COLUMNS = (
    "reference",
    "whom",
    "name",
    "address",
    "risk_category",
    "nature",
    "reason",
    "incident",
    "state",
    "live_from",
    "review_on",
    "review_overdue",
    "ends_on",
    "told",
    "seen_by",
    "proposed_by",
    "approved_by",
    "age_group",
    "policy_version",
)
INCIDENT_COLUMNS = (
    "incident",
    "happened_on",
    "place",
    "nature",
    "what_happened",
    "injury",
    "report_to_hse",
    "hse_by",
    "reported_by",
    "reported_on",
    "source",
)
# RIDDOR 2013 reg 4(2) and schedule 1: more than seven days unfit for work within 15 days, all else within 10.
_HSE_DAYS = {Injury.OVER_SEVEN_DAYS: 15, Injury.SPECIFIED: 10, Injury.DEATH: 10}


def row_of(found: Standing) -> dict[str, object]:
    """One entry for somebody who is named to this register."""
    entry = found.entry
    approval = next((f"{a.by_as} ({a.by}), {a.on.isoformat()}" for a in found.acts if a.kind == "approved"), "")
    return {
        "reference": entry.reference,
        "whom": entry.whom.value,
        "name": entry.name,
        "address": entry.address,
        "risk_category": entry.category,
        "nature": IN_WORDS[found.incident.nature],
        "reason": entry.reason,
        "incident": found.incident.id,
        "state": found.state.value,
        "live_from": found.live_from,
        "review_on": found.review_on,
        "review_overdue": found.review_overdue,
        "ends_on": entry.ends_on,
        "told": found.told or ("not yet told: `evenhand cautionary told`" if found.live_from else ""),
        "seen_by": list(entry.seen_by),
        "proposed_by": f"{entry.proposed_as} ({entry.proposed_by}), {entry.proposed_on.isoformat()}",
        "approved_by": approval,
        "age_group": entry.age_group.value if entry.age_group else "",
        "policy_version": entry.policy_version,
    }


def sheet_of(found: Iterable[Standing], *, council: str) -> Sheet:
    """The register as a sheet, for those who are named to it alone."""
    rows = [row_of(standing) for standing in found]
    above = (
        "Confidential: personal data. For those who are named to this register, to keep staff safe on visits. Every "
        "copy is logged. It is true for the moment at which it was made: destroy it when you have used it."
    )
    return Sheet(f"{council}: cautionary contacts register", COLUMNS, _cells(rows, COLUMNS), above)


def incident_row(incident: Incident) -> dict[str, object]:
    """One incident as health and safety needs it."""
    days = _HSE_DAYS.get(incident.injury)
    return {
        "incident": incident.id,
        "happened_on": incident.happened_on,
        "place": incident.place,
        "nature": IN_WORDS[incident.nature],
        "what_happened": incident.words,
        "injury": incident.injury.value.replace("_", " "),
        "report_to_hse": incident.injury in REPORTABLE,
        "hse_by": incident.happened_on + timedelta(days=days) if days else None,
        "reported_by": incident.reported_by,
        "reported_on": incident.reported_on,
        "source": incident.source,
    }


def incident_sheet(incidents: Iterable[Incident], *, council: str) -> Sheet:
    """The incident book (G-HS-1): what must be told to the Health and Safety Executive, and by when (RIDDOR 2013)."""
    rows = [incident_row(incident) for incident in incidents]
    above = (
        "Incidents reported by staff. An injury at work by violence is reported like any other (RIDDOR 2013, reg 2)."
    )
    return Sheet(f"{council}: incidents", INCIDENT_COLUMNS, _cells(rows, INCIDENT_COLUMNS), above)


def received(session: Session) -> list[dict[str, object]]:
    """Who took a copy of this register out of the program, when, in which form and what for (PUB-02)."""
    taken = CautionaryView.how.startswith("exported") | CautionaryView.how.startswith("released")
    wanted = select(CautionaryView).where(taken).order_by(CautionaryView.id.desc())
    return [{"officer": v.by, "at": v.at, "how": v.how, "purpose": v.purpose} for v in session.scalars(wanted)]


def _cells(rows: Sequence[dict[str, object]], columns: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(_cell(row[column]) for column in columns) for row in rows)


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(map(str, value))
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)
