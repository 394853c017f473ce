"""Who sees which letters: a cautionary entry's notice is for those named to that register (INV-17, INV-19).

To everybody else there is no such letter: it is not listed, and its number is one that no letter has.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from bot.work import Actor, Work
from models.audit import Seal
from models.errors import NotAllowed
from models.letter import Letter, LetterKind, all_letters, find_letter, is_apart, no_letter
from models.officer import Permission
from models.view import Register, readers_of


def sees_notices(session: Session, actor: Actor, seal: Seal) -> bool:
    """Whether whoever acts is named to the cautionary register today."""
    return actor.may(Permission.READ_CAUTIONARY) and actor.name in readers_of(session, Register.CAUTIONARY, seal)


def letters_for(session: Session, actor: Actor, seal: Seal) -> list[Letter]:
    """Every letter that whoever acts may see, the oldest first."""
    all_of_them = sees_notices(session, actor, seal)
    return [letter for letter in all_letters(session) if all_of_them or not is_apart(letter.kind)]


def letter_for(session: Session, number: int, actor: Actor, seal: Seal) -> Letter:
    """A letter by its number; NotFound, in the same words, whether there is none or it is not for whoever acts."""
    letter = find_letter(session, number)
    if is_apart(letter.kind) and not sees_notices(session, actor, seal):
        raise no_letter(number)
    return letter


def for_this_reader(work: Work, letter: Letter) -> None:
    """NotFound unless whoever acts may see this letter: what every verb asks first, by whatever door."""
    if is_apart(letter.kind) and not sees_notices(work.session, work.actor, work.seal):
        raise no_letter(letter.id)


def may_draft(work: Work, kind: LetterKind) -> None:
    """NotAllowed where letters of this kind are for others to write."""
    if is_apart(kind) and not sees_notices(work.session, work.actor, work.seal):
        raise NotAllowed(f"{work.actor.name} may not write this kind of letter; the clerk says who does")
