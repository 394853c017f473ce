"""What every view shares: the house it stands in, who is signed in, and the mail server brought into line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import current_app, flash
from flask_login import UserMixin, current_user

from bot.bootstrap import App, reconcile_all
from bot.work import Actor
from models.errors import EvenhandError
from models.officer import Permission, Role

EXTENSION = "evenhand"
PAGE = 25  # rows on one page of a list


@dataclass(frozen=True)
class SignedIn(UserMixin):  # type: ignore[misc]  # flask_login carries no types
    """The officer of this request. `mark` changes with the password, which ends every session begun before."""

    number: int
    name: str
    role: Role
    actor: Actor
    mark: str

    def get_id(self) -> str:
        return f"{self.actor.name}\n{self.mark}"

    def may(self, permission: Permission) -> bool:
        return self.actor.may(permission)


def house() -> App:
    return cast(App, current_app.extensions[EXTENSION])


def signed_in() -> SignedIn | None:
    """Who is signed in; None for a visitor."""
    return cast(SignedIn, current_user) if current_user.is_authenticated else None


def actor() -> Actor:
    """Who acts. Every route but the open ones is guarded, so that there is somebody."""
    officer = signed_in()
    assert officer is not None
    return officer.actor


def in_words(error: EvenhandError) -> str:
    """A refusal as a sentence of its own."""
    text = str(error).strip()
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '?', '!')) else '.'}"


def notice(words: str) -> None:
    """Shown once, at the top of the next page."""
    flash(words, "notice")


def warn(words: str) -> None:
    flash(words, "warning")


def bring_into_line() -> None:
    """Let the mail servers follow what was just recorded. One that cannot is tried again by the service, every hour."""
    try:
        done = reconcile_all(house())
    except EvenhandError as error:
        warn(f"It is recorded, but the mail server’s rules could not be compared: {in_words(error)}")
        return
    for one in done:
        if one.ok is False:
            warn(
                f"It is recorded, but not yet carried out on {one.book}: {one.words}. "
                "The running service tries again by itself, at the latest within the hour."
            )
        elif one.ok:
            notice(f"{one.book}: the mail server’s rules were brought into line.")
