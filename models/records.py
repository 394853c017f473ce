"""Every record, imported once, so that the mappers and the migrations know them all."""

from models import (
    associate,
    audit,
    case,
    contact,
    customer,
    decision,
    enforcement,
    identity,
    issue,
    officer,
    prints,
    queue,
    ruled,
    store,
    threshold,
)
from models.base import Base

metadata = Base.metadata

__all__ = [
    "associate", "audit", "case", "contact", "customer", "decision", "enforcement", "identity", "issue", "metadata",
    "officer", "prints", "queue", "ruled", "store", "threshold",
]  # fmt: skip
