"""Restrictions in life: lifting them. Imposing is hard (see decisions), lifting is easy (INV-26)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.work import Work, verb
from models.decision import Lifting, Restriction
from models.errors import NotFound, Refused
from models.officer import Permission


@verb("restriction.lift", needs=Permission.LIFT_RESTRICTION)
def lift(work: Work, restriction: Restriction, *, reason: str) -> Lifting:
    """End a restriction now. The next reconcile, within seconds where the service runs, removes its rule."""
    if not reason.strip():
        raise Refused("a lifting needs its reason, in a few words")
    if any(lifting.lifted_on <= work.today for lifting in restriction.liftings):
        raise Refused("this restriction has been lifted already")
    lifting = Lifting(
        restriction_id=restriction.id, lifted_on=work.today, reason=reason.strip(), by=work.actor.name, at=work.now
    )
    work.session.add(lifting)
    work.session.flush()
    work.session.expire(restriction, ["liftings"])
    work.note("restriction.lift", restriction, digest=lifting.digest(), lifting=lifting.id)
    return lifting


def find_restriction(session: Session, number: int) -> Restriction:
    restriction = session.get(Restriction, number)
    if restriction is None:
        raise NotFound(f"there is no restriction {number}")
    return restriction
