"""Who may read the registers: individuals, by name, each for one register; and every look is logged (LC-05, INV-17).

A permission by role is not enough. Whoever is not named learns nothing, not even how many entries there are.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.work import Actor, Work, verb
from models.audit import Seal
from models.errors import NotAllowed, NotFound, Refused
from models.officer import Officer, Permission
from models.view import Register, RegisterGrant, RegisterView, readers_of, views_of

_NEEDS = {Register.SECTION_19: Permission.READ_REGISTER, Register.CAUTIONARY: Permission.READ_CAUTIONARY}
_GRANTING = object()


@dataclass(frozen=True, slots=True)
class Named:
    """That this officer is named to this register today. Only `named` makes one; what reads a register asks for it."""

    register: Register
    username: str
    made_by: object

    def __post_init__(self) -> None:
        if self.made_by is not _GRANTING:
            raise NotAllowed("only a recorded grant names somebody to a register")

    def to(self, work: Work, register: Register) -> None:
        """NotAllowed unless it is about this register and whoever acts."""
        if self.register is not register or self.username != work.actor.name:
            raise NotAllowed(f"{work.actor.name} is not named to the {register.value} register")


@verb("register.grant", needs=Permission.MANAGE_OFFICERS)
def grant(work: Work, register: Register, username: str, *, reason: str) -> RegisterGrant:
    """Name an officer to a register, with the reason why they need it. The clerk too is named so, on record."""
    officer = _officer(work.session, username)
    if not officer.active:
        raise Refused(f"{officer.username} is no longer active here")
    if _NEEDS[register] not in officer.permissions():
        raise Refused(f"the role of {officer.username} may not {_NEEDS[register].value}; see `evenhand officer list`")
    if officer.username in readers_of(work.session, register, work.seal):
        raise Refused(f"{officer.username} is named to the {register.value} register already")
    return _recorded(work, register, officer.username, granted=True, reason=reason)


@verb("register.withdraw", needs=Permission.MANAGE_OFFICERS)
def withdraw(work: Work, register: Register, username: str, *, reason: str) -> RegisterGrant:
    """End somebody's access to a register, at once."""
    officer = _officer(work.session, username)
    if officer.username not in readers_of(work.session, register, work.seal):
        raise Refused(f"{officer.username} is not named to the {register.value} register")
    return _recorded(work, register, officer.username, granted=False, reason=reason)


def _recorded(work: Work, register: Register, username: str, *, granted: bool, reason: str) -> RegisterGrant:
    if not reason.strip():
        raise Refused("say why, in a few words: --reason")
    row = RegisterGrant(
        register=register.value,
        username=username,
        granted=granted,
        reason=reason.strip(),
        by=work.actor.name,
        at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    name = "register.grant" if granted else "register.withdraw"
    work.note(name, row, digest=row.digest(), register=register.value, officer=username)
    return row


def named(session: Session, actor: Actor, register: Register, seal: Seal) -> Named:
    """Proof that whoever acts may read this register; NotAllowed says only that they may not, and whom to ask."""
    if not actor.may(_NEEDS[register]) or actor.name not in readers_of(session, register, seal):
        raise NotAllowed(
            f"{actor.name} is not named to the {register.value} register; the clerk names people to it with "
            f'`evenhand register grant "{register.value}" {actor.name} --reason ...`'
        )
    return Named(register, actor.name, _GRANTING)


@verb("register.view", needs=Permission.READ_REGISTER)
def log_view(work: Work, name: Named, *, how: str, entries: int, purpose: str, copy: str = "") -> RegisterView:
    """That the section 19 register was looked at: by whom, how, how many lines, what for. Before anything is shown.

    `copy`: "redacted" where it was the copy for publication.
    """
    name.to(work, Register.SECTION_19)
    view = RegisterView(
        register=f"{Register.SECTION_19.value}, {copy}" if copy else Register.SECTION_19.value,
        by=work.actor.name,
        at=work.now,
        how=how,
        entries=entries,
        purpose=a_purpose(purpose),
    )
    work.session.add(view)
    work.session.flush()
    # How many lines it had is not in the trail, which more people may read than the register.
    work.note("register.view", view, digest=view.digest(), how=how)
    return view


def a_purpose(purpose: str) -> str:
    """What it is looked at for, given; Refused if nothing is."""
    if not purpose.strip():
        raise Refused("say what you look at it for: --purpose; every look is logged with it")
    return purpose.strip()


# --- the circulation list (PUB-02) -----------------------------------------------------------------------------------


def circulation(session: Session, register: Register, seal: Seal) -> list[dict[str, object]]:
    """Who has access, since when and why; an officer who is no longer active has none."""
    people = {o.username: o for o in session.scalars(select(Officer))}
    return [
        {
            "register": register.value,
            "officer": username,
            "name": people[username].name,
            "role": people[username].role.value,
            "since": row.at,
            "named_by": row.by,
            "reason": row.reason,
        }
        for username, row in readers_of(session, register, seal).items()
        if username in people and people[username].active
    ]


def received(session: Session, register: Register) -> list[dict[str, object]]:
    """Who took a copy out of the program, when, in which form and what for: exports and releases."""
    return [
        {"register": v.register, "officer": v.by, "at": v.at, "how": v.how, "purpose": v.purpose}
        for v in views_of(session, register, limit=10_000)
        if v.how.startswith(("exported", "released"))
    ]


def _officer(session: Session, username: str) -> Officer:
    officer = session.scalar(select(Officer).where(Officer.username == username.strip().lower()))
    if officer is None:
        raise NotFound(f"there is no officer '{username}'; `evenhand officer list` shows who there is")
    return officer
