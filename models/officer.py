"""The council's people who may use the program, and what each may do."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base
from models.digests import digest_of


class Permission(enum.StrEnum):
    """One for each kind of thing that a person may do; checked in the verb, so that no door forgets it."""

    RECORD_CONTACT = "record contacts"
    READ_QUEUE = "read the queue"
    RULE = "rule on what is queued"
    MANAGE_CUSTOMERS = "manage customer records"
    RECORD_WARNING = "record warnings"
    RECORD_DECISION = "record the council's decisions"
    KEEP_CASE = "keep cases"
    KEEP_REQUEST = "keep information requests"
    DRAFT_LETTER = "draft letters"
    SEND_LETTER = "send letters"
    RECORD_MEETING = "record meetings"
    MAKE_REPORT = "make reports and bundles"
    READ_REGISTER = "read the register"
    RELEASE_REGISTER = "release a redacted register"
    READ_CAUTIONARY = "read the cautionary register"
    KEEP_CAUTIONARY = "keep the cautionary register"
    APPROVE_CAUTIONARY = "approve entries of the cautionary register"
    LIFT_RESTRICTION = "lift restrictions"
    SWITCH_ENFORCEMENT = "switch enforcement on and off"
    RECONCILE = "reconcile the mail server's rules"
    MANAGE_OFFICERS = "manage officers"
    SET_THRESHOLD = "set thresholds"
    EXPORT_EXAMPLES = "export labelled examples"
    VERIFY_AUDIT = "verify the audit trail"


class Role(enum.StrEnum):
    CLERK = "clerk"
    NAMED_OFFICER = "named_officer"
    ASSISTANT = "assistant"
    AUDITOR = "auditor"


P = Permission
POWERS: dict[Role, frozenset[Permission]] = {
    Role.CLERK: frozenset(P),
    Role.NAMED_OFFICER: frozenset(
        {P.RECORD_CONTACT, P.READ_QUEUE, P.RULE, P.MANAGE_CUSTOMERS, P.RECONCILE, P.KEEP_CASE, P.KEEP_REQUEST}
        | {P.DRAFT_LETTER, P.MAKE_REPORT}
        # The registers ask, beside these, that the person is named to each of them (LC-05): `evenhand register grant`.
        | {P.READ_REGISTER, P.READ_CAUTIONARY, P.KEEP_CAUTIONARY}
    ),
    Role.ASSISTANT: frozenset({P.RECORD_CONTACT, P.READ_QUEUE, P.READ_CAUTIONARY}),
    Role.AUDITOR: frozenset({P.VERIFY_AUDIT}),
}


class Officer(Base):
    """Somebody who may sign in. `password` is an argon2 hash, empty while none was set."""

    __tablename__ = "officers"

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    username: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    role: Mapped[Role]
    created_at: Mapped[datetime]
    password: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)

    def digest(self) -> str:
        """SHA-256 of who this is, noted when they were let in."""
        return digest_of([self.username, self.name, self.role.value])

    def password_digest(self) -> str:
        """SHA-256 of the hash that is kept: noted when it was set, so that nobody puts their own in its place."""
        return digest_of([self.password])

    def permissions(self) -> frozenset[Permission]:
        return POWERS[self.role] if self.active else frozenset()
