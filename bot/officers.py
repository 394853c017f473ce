"""The council's people in the program: who may act, and the passwords they sign in with."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.work import Actor, Work, verb
from models.acts_recorded import password_stands, powers_stand
from models.audit import Seal
from models.errors import NotAllowed, NotFound, Refused
from models.officer import Officer, Permission, Role

# The hand that makes the first clerk, while there is nobody yet who could.
FOUNDER = Actor("init", frozenset({Permission.MANAGE_OFFICERS}))

SHORTEST_PASSWORD = 12
_HASHER = PasswordHasher()


@cache
def _nobody() -> str:
    """Verified against when nobody has that username, so that the answer takes as long either way."""
    return _HASHER.hash("nobody has this password")


@verb("officer.add", needs=Permission.MANAGE_OFFICERS)
def add(work: Work, *, username: str, name: str, role: Role) -> Officer:
    """Let somebody act here, with the powers of their role. They sign in once a password is set."""
    username = username.strip().lower()
    if not username or not name.strip():
        raise Refused("an officer needs a username and a name")
    if _by_username(work.session, username) is not None:
        raise Refused(f"there is an officer '{username}' already")
    officer = Officer(username=username, name=name.strip(), role=role, created_at=work.now)
    work.session.add(officer)
    work.session.flush()
    work.note("officer.add", officer, digest=officer.digest(), role=role.value)
    return officer


@verb("officer.set_password", needs=Permission.MANAGE_OFFICERS)
def set_password(work: Work, *, username: str, password: str) -> None:
    """At least twelve characters; kept as an argon2id hash only."""
    if len(password) < SHORTEST_PASSWORD:
        raise Refused(f"a password needs at least {SHORTEST_PASSWORD} characters; three or four words do well")
    officer = find(work.session, username)
    officer.password = _HASHER.hash(password)
    work.note("officer.set_password", officer, digest=officer.password_digest())


@verb("officer.deactivate", needs=Permission.MANAGE_OFFICERS)
def deactivate(work: Work, *, username: str) -> None:
    """End somebody's use of the program. The last active clerk stays, or nobody could ever let anyone in."""
    officer = find(work.session, username)
    clerks = [o for o in everyone(work.session) if o.active and o.role is Role.CLERK]
    if officer in clerks and len(clerks) == 1:
        raise Refused("this is the only active clerk; add another one first")
    officer.active = False
    work.note("officer.deactivate", officer)


def everyone(session: Session) -> list[Officer]:
    return list(session.scalars(select(Officer).order_by(Officer.username)))


def find(session: Session, username: str) -> Officer:
    officer = _by_username(session, username.strip().lower())
    if officer is None:
        raise NotFound(f"there is no officer '{username}'; `evenhand officer list` shows who there is")
    return officer


def _by_username(session: Session, username: str) -> Officer | None:
    return session.scalar(select(Officer).where(Officer.username == username))


def actor_of(session: Session, username: str, seal: Seal) -> Actor:
    """Who acts under this username; NotFound or NotAllowed in plain words.

    Nobody acts with powers that were not given here: what the sealed history says of an officer counts, not the row.
    """
    try:
        officer = _by_username(session, username)
    except LookupError as error:
        raise NotAllowed(
            f"the role that is stored of '{username}' is none; `evenhand audit verify` tells more"
        ) from error
    if officer is None:
        raise NotFound(f"there is no officer '{username}'; `evenhand officer list` shows who there is")
    if not powers_stand(session, officer, seal):
        raise NotAllowed(
            f"what is stored of the officer '{username}' is not what was recorded here: somebody wrote it into the "
            "store by hand. `evenhand audit verify` names it; put the store's row back from a copy"
        )
    if not officer.active:
        raise NotAllowed(f"{username} is no longer active here")
    return Actor(officer.username, officer.permissions())


def signed_in(session: Session, *, username: str, password: str, seal: Seal) -> Officer | None:
    """The active officer with this username and password, or None, without saying what was wrong: nor that a password
    or a role was put into the store by hand."""
    officer = _by_username(session, username.strip().lower())
    stored = officer.password if officer is not None and officer.password else _nobody()
    try:
        _HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return None
    if officer is None or not officer.password or not officer.active:
        return None
    return officer if powers_stand(session, officer, seal) and password_stands(session, officer, seal) else None


def name_of(session: Session, username: str) -> str:
    """The name of whoever acts, for records that people read; the username of one who is on no list."""
    officer = _by_username(session, username)
    return officer.name if officer is not None else username
