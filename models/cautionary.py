"""The cautionary contacts register: people and premises that may be a risk to staff who visit (LC-01 to LC-08).

A store of its own, in a database of its own, with an audit trail of its own: another purpose, another holder and other
readers than the section 19 register's (LC-08, INV-19). Nothing of it stands in the council's record. Everything is
append-only; how an entry stands is read from its acts and the day, never stored.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType

from sqlalchemy import JSON, CheckConstraint, ForeignKey, LargeBinary, MetaData, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.audit import AuditEntry, Seal, hash_of
from models.base import NAMES, Base
from models.digests import digest_of
from models.errors import NotFound


class CautionaryBase(Base):
    """Tables of the cautionary store alone."""

    __abstract__ = True
    metadata = MetaData(naming_convention=NAMES)


class Nature(enum.StrEnum):
    """What kind of thing happened (LC-02)."""

    VIOLENCE = "violence"
    WEAPON = "weapon"
    THREAT = "threat"
    ABUSE = "abuse"
    HARASSMENT = "harassment"
    ANIMAL = "animal"
    PREMISES = "premises"
    OTHER = "other"


# The few words that may also be published (PUB-01): they describe a risk, and nobody.
IN_WORDS: Mapping[Nature, str] = MappingProxyType(
    {
        Nature.VIOLENCE: "violence",
        Nature.WEAPON: "a weapon, or something used as one",
        Nature.THREAT: "threats",
        Nature.ABUSE: "abuse or intimidation",
        Nature.HARASSMENT: "sexual or discriminatory harassment",
        Nature.ANIMAL: "a dangerous animal",
        Nature.PREMISES: "danger from premises or anything on them",
        Nature.OTHER: "another significant risk",
    }
)


class Injury(enum.StrEnum):
    """What came of it for staff; the last three are for the Health and Safety Executive (RIDDOR 2013 regs 4 to 6)."""

    NONE = "none"
    MINOR = "minor"
    OVER_SEVEN_DAYS = "over_seven_days"  # away from, or unfit for, normal work for more than seven days
    SPECIFIED = "specified"  # a fracture, loss of sight, loss of consciousness ... (reg 4)
    DEATH = "death"


REPORTABLE = frozenset({Injury.OVER_SEVEN_DAYS, Injury.SPECIFIED, Injury.DEATH})


class Whom(enum.StrEnum):
    """People and premises are kept apart (G-VM-4): who moves in next is not who was there."""

    PERSON = "person"
    PREMISES = "premises"


class AgeGroup(enum.StrEnum):
    """No birthday is kept. Whatever is not a plain adult asks for a stated reason (G-VM-4)."""

    ADULT = "adult"
    CHILD = "child"  # under 18
    VERY_OLD = "very_old"  # 80 or over
    NOT_KNOWN = "not_known"


class ActKind(enum.StrEnum):
    APPROVED = "approved"  # by a second, senior person: only now it is live (G-VM-1)
    REJECTED = "rejected"
    TOLD = "told"  # in writing (G-VM-2)
    NOT_TOLD = "not_told"  # exceptionally, with the reason
    REVIEWED = "reviewed"  # the risk is still there; the next review's day (LC-06)
    REMOVED = "removed"  # at once, by one action


class Incident(CautionaryBase):
    """What was reported: one thing that happened on one day, at one place, from somebody who says so. Append-only."""

    __tablename__ = "incidents"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    happened_on: Mapped[date]
    nature: Mapped[Nature]
    words: Mapped[str]  # what was seen and heard
    place: Mapped[str]
    reported_by: Mapped[str]
    reported_on: Mapped[date]
    source: Mapped[str]  # the report it stands in: form, statement, log entry, police reference
    injury: Mapped[Injury]
    recorded_by: Mapped[str]
    recorded_at: Mapped[datetime]

    __table_args__ = (
        *(
            CheckConstraint(f"length(trim({name})) > 0", name=f"{name}_given")
            for name in ("words", "place", "reported_by", "source", "recorded_by")
        ),
        CheckConstraint("happened_on <= reported_on", name="happened_before_reported"),
    )

    def digest(self) -> str:
        return _digest(
            [self.happened_on, self.nature.value, self.words, self.place, self.reported_by, self.reported_on]
        )


class CautionaryEntry(CautionaryBase):
    """A person or premises that may be a risk to staff. Proposed by one, live by another's approval. Append-only.

    name       of a person; empty for premises
    address    of the premises; or a person's own, where it is known to be theirs (`address_known`), else empty
    seen_by    the roles that may be told of it, as the letter says
    ends_on    the first day without it, whatever anybody does (INV-20)
    """

    __tablename__ = "entries"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    reference: Mapped[str] = mapped_column(unique=True)
    whom: Mapped[Whom]
    name: Mapped[str]
    address: Mapped[str]
    address_known: Mapped[str]
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"), index=True)
    reason: Mapped[str]
    category: Mapped[str]
    age_group: Mapped[AgeGroup | None]
    age_reason: Mapped[str]
    seen_by: Mapped[list[str]] = mapped_column(JSON())
    proposed_on: Mapped[date]
    review_on: Mapped[date]
    ends_on: Mapped[date]
    policy_version: Mapped[str]
    proposed_by: Mapped[str]
    proposed_as: Mapped[str]  # the title of the manager who proposes
    proposed_at: Mapped[datetime]

    __table_args__ = (
        *(
            CheckConstraint(f"length(trim({name})) > 0", name=f"{name}_given")
            for name in ("reference", "reason", "category", "proposed_by", "proposed_as", "policy_version")
        ),
        CheckConstraint("proposed_on < review_on AND review_on <= ends_on", name="dates_run_forward"),
        CheckConstraint(
            "(whom = 'premises' AND name = '' AND length(trim(address)) > 0 AND age_group IS NULL)"
            " OR (whom = 'person' AND length(trim(name)) > 0 AND age_group IS NOT NULL)",
            name="kept_apart",
        ),
        CheckConstraint("address = '' OR whom = 'premises' OR length(trim(address_known)) > 0", name="own_address"),
        CheckConstraint(
            "age_group IS NULL OR age_group = 'adult' OR length(trim(age_reason)) > 0", name="age_thought_of"
        ),
    )

    def digest(self) -> str:
        """SHA-256 over the whole entry; noted in the store's own audit chain when it was proposed."""
        parts: list[object] = [self.reference, self.whom.value, self.name, self.address, self.incident_id, self.reason]
        parts += [self.category, self.age_group, self.age_reason, self.seen_by, self.proposed_on, self.review_on]
        return _digest([*parts, self.ends_on, self.proposed_by, self.proposed_as])


class CautionaryAct(CautionaryBase):
    """What was done about an entry. Append-only. `letter`: the number of the letter in the council's record."""

    __tablename__ = "acts"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    entry_id: Mapped[int] = mapped_column(ForeignKey("entries.id"), index=True)
    kind: Mapped[ActKind]
    on: Mapped[date] = mapped_column("on_day")
    by: Mapped[str]
    by_as: Mapped[str]  # title
    words: Mapped[str]
    at: Mapped[datetime]
    letter: Mapped[int | None] = mapped_column(default=None)
    review_on: Mapped[date | None] = mapped_column(default=None)

    __table_args__ = (
        CheckConstraint('length(trim("by")) > 0', name="by_somebody"),
        CheckConstraint("length(trim(by_as)) > 0", name="title_given"),
        CheckConstraint("length(trim(words)) > 0", name="words_given"),
    )

    def digest(self) -> str:
        parts: list[object] = [self.entry_id, self.kind.value, self.on, self.by, self.by_as, self.words, self.letter]
        return _digest([*parts, self.review_on])


class CautionaryView(CautionaryBase):
    """One look at this register. Append-only."""

    __tablename__ = "views"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    by: Mapped[str]
    at: Mapped[datetime]
    how: Mapped[str]
    entries: Mapped[int]
    purpose: Mapped[str]

    __table_args__ = (CheckConstraint("length(trim(purpose)) > 0", name="has_purpose"),)

    def digest(self) -> str:
        """SHA-256 over the look; not over how many lines it showed, which nobody is to find out from the trail."""
        return _digest([self.by, self.at.isoformat(), self.how, self.purpose])


class CautionaryRelease(CautionaryBase):
    """A redacted copy that was signed off and released: its exact bytes, one row for each form. Append-only."""

    __tablename__ = "releases"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    at: Mapped[datetime]
    by: Mapped[str]
    words: Mapped[str]
    name: Mapped[str]
    media_type: Mapped[str]
    sha256: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)

    __table_args__ = (CheckConstraint("length(trim(words)) > 0", name="signed_off"),)


class CautionaryVersion(CautionaryBase):
    """Which steps of `models.migrations.cautionary` this database has had."""

    __tablename__ = "cautionary_versions"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)


def find_incident(session: Session, number: int) -> Incident:
    incident = session.get(Incident, number)
    if incident is None:
        raise NotFound("there is no incident with this number; record it first: `evenhand cautionary incident`")
    return incident


def incidents_between(session: Session, first: date, last: date) -> list[Incident]:
    wanted = select(Incident).where(Incident.happened_on >= first, Incident.happened_on <= last)
    return list(session.scalars(wanted.order_by(Incident.happened_on, Incident.id)))


def cautionary_views(session: Session, *, limit: int = 200) -> list[CautionaryView]:
    """The latest looks at this register, the newest first."""
    return list(session.scalars(select(CautionaryView).order_by(CautionaryView.id.desc()).limit(limit)))


def made_by(session: Session, seal: Seal) -> str | None:
    """Of what kind of store this one is a part, as its first entry says under our seal; None if that is not there."""
    first = session.get(AuditEntry, 1)
    if first is None or first.hash != hash_of(first) or first.seal != seal(first.hash):
        return None
    return str(first.detail.get("kind"))


def _digest(parts: list[object]) -> str:
    return digest_of([_said(part) for part in parts])


def _said(part: object) -> object:
    return part if isinstance(part, list | int) or part is None else str(part)
