"""Who looked at what: every view of a register, by whom, when; and which officers may look (INV-17)."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import CheckConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.audit import AuditEntry, Seal, sealed
from models.base import Base
from models.digests import digest_of


class Register(enum.StrEnum):
    """Two registers, two holders, two lists of readers (LC-08, INV-19)."""

    SECTION_19 = "section 19"
    CAUTIONARY = "cautionary"


class RegisterView(Base):
    """One look at a register. Append-only."""

    __tablename__ = "register_views"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    register: Mapped[str]  # "section 19", "section 19, redacted" ...
    by: Mapped[str]
    at: Mapped[datetime]
    how: Mapped[str]  # "shown", "CSV" ...
    entries: Mapped[int]  # how many lines
    purpose: Mapped[str]

    def digest(self) -> str:
        """SHA-256 over the look; not over how many lines it showed, which nobody is to find out from the trail."""
        return digest_of([self.register, self.by, self.at.isoformat(), self.how, self.purpose])


class RegisterGrant(Base):
    """That a named officer may read a register, or no longer may (LC-05: identified individuals only). Append-only."""

    __tablename__ = "register_grants"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    register: Mapped[str]
    username: Mapped[str]
    granted: Mapped[bool]
    reason: Mapped[str]
    by: Mapped[str]
    at: Mapped[datetime]

    __table_args__ = (CheckConstraint("length(trim(reason)) > 0", name="has_reason"),)

    def digest(self) -> str:
        """SHA-256 over the whole grant; noted in the audit chain when it was given or withdrawn."""
        return digest_of([self.register, self.username, self.granted, self.reason, self.by, self.at.isoformat()])


def grants_of(session: Session, register: Register) -> list[RegisterGrant]:
    """Every grant and withdrawal on a register, in order."""
    wanted = select(RegisterGrant).where(RegisterGrant.register == register.value).order_by(RegisterGrant.id)
    return list(session.scalars(wanted))


def readers_of(session: Session, register: Register, seal: Seal) -> dict[str, RegisterGrant]:
    """Who may read a register today, by username. A grant that does not stand in the sealed audit trail is none; nor is
    one that the trail says was withdrawn since, even where the withdrawal itself was taken out by hand."""
    latest = {grant.username: grant for grant in grants_of(session, register)}
    withdrawn = _withdrawn(session, register)
    return {
        name: grant
        for name, grant in latest.items()
        if grant.granted and grant.id > withdrawn.get(name, 0) and _in_trail(session, grant, seal)
    }


def _withdrawn(session: Session, register: Register) -> dict[str, int]:
    """The number of each officer's last withdrawal, as the trail has it; sealed or not, its word is enough."""
    found: dict[str, int] = {}
    for entry in session.scalars(select(AuditEntry).where(AuditEntry.verb == "register.withdraw")):
        if entry.detail.get("register") == register.value:
            name, number = str(entry.detail.get("officer")), int(entry.subject.rpartition(":")[2])
            found[name] = max(found.get(name, 0), number)
    return found


def _in_trail(session: Session, grant: RegisterGrant, seal: Seal) -> bool:
    return sealed(session, f"RegisterGrant:{grant.id}", "register.grant", grant.digest(), seal)


def views_of(session: Session, register: Register, *, limit: int = 200) -> list[RegisterView]:
    """The latest looks at a register and its copies, the newest first."""
    wanted = select(RegisterView).where(RegisterView.register.startswith(register.value))
    return list(session.scalars(wanted.order_by(RegisterView.id.desc()).limit(limit)))
