"""Rows for the attack on storage: what people ruled on matters, writers and pairs, and what joins letters."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models.associate import AssociateOutcome, AssociateRuling, Copy
from models.base import Base
from models.contact import Contact, Match
from models.customer import Customer, Merge
from models.identity import IdentityRuling
from models.issue import Issue, MatterAct, MatterRuling
from models.prints import Print
from tests.contract.rows_of_casework import put_casework


def put_what_people_said(
    session: Session, now: datetime, one: Customer, other: Customer, kept: Contact, further: Contact
) -> None:
    """A row of each ruling on matters, writers and pairs, of what joins letters, and of casework."""
    issue = Issue(customer_id=one.id, title="for a test", opened_at=now)
    said: dict[str, Any] = {"by": "clerk", "at": now, "reason": "for a test"}
    rows: list[Base] = [
        issue,
        Merge(merged_id=other.id, kept_id=one.id, undone=True, **said),
        MatterRuling(issue_id=None, act=MatterAct.RENAME, **said),
        IdentityRuling(
            contact_id=kept.id,
            customer_id=one.id,
            before_id=None,
            match_before=Match.UNKNOWN,
            reasons_before=[],
            issue_before=None,
            **said,
        ),
        AssociateRuling(customer_id=one.id, other_id=other.id, outcome=AssociateOutcome.CONFIRM, **said),
        Copy(contact_id=further.id, first_id=kept.id, at=now),
        Print(print=1, day=20_000, contact_id=kept.id),
    ]
    session.add_all(rows)
    put_casework(session, now, one, kept)
