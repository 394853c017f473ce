"""Every record, imported once, so that the mappers and the migrations know them all."""

from models import (
    associate,
    audit,
    authority,
    breach,
    case,
    contact,
    customer,
    decision,
    enforcement,
    identity,
    issue,
    letter,
    meeting,
    officer,
    prints,
    queue,
    request,
    ruled,
    store,
    threshold,
    view,
)
from models.base import Base

metadata = Base.metadata

__all__ = [
    "associate", "audit", "authority", "breach", "case", "contact", "customer", "decision", "enforcement", "identity",
    "issue", "letter", "meeting", "metadata", "officer", "prints", "queue", "request", "ruled", "store", "threshold",
    "view",
]  # fmt: skip
