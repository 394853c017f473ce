"""Signing in and out: who is at the door, for how long, and what happens after too many wrong tries."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import threading
from collections import OrderedDict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import structlog
from flask import Blueprint, Flask, current_app, redirect, render_template, request, session, url_for
from flask.sessions import SecureCookieSessionInterface
from flask_login import LoginManager, login_user, logout_user
from werkzeug.wrappers import Response

from bot import officers
from bot.bootstrap import App
from bot.web.door import SignedIn, house, notice, signed_in, warn
from bot.web.forms import SignInForm, problems
from bot.work import Actor, Clock
from models.errors import EvenhandError, SettingsError
from models.officer import Officer

log = structlog.get_logger()
pages = Blueprint("sign_in", __name__)

KEY_FILE = "pages.key"
IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
TRIES = 5
LOCKED_FOR = timedelta(minutes=15)
_REMEMBERED = 10_000  # usernames whose wrong tries are remembered; the oldest are forgotten first


class Cookies(SecureCookieSessionInterface):
    """The session cookie, marked Secure whenever the page itself came over TLS."""

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure


def signing_key(home: Path) -> str:
    """The secret that signs session cookies, made once, readable by the service alone. Not the audit's key."""
    path = home / KEY_FILE
    if not path.exists():
        _make_key(path)
    try:
        key = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: the key that signs the pages' sessions cannot be read") from error
    if len(key) < 64:
        raise SettingsError(
            f"{path}: this is not a key; remove the file and a new one is made (everybody signs in anew)"
        )
    return key


def _make_key(path: Path) -> None:
    # Linked into place whole: two services that start together must not read half a key.
    whole = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as handle:
        handle.write(secrets.token_hex(32) + "\n")
    try:
        os.link(whole, path)
    except FileExistsError:
        pass  # another service made it first, and ours goes
    finally:
        whole.unlink()


class Tries:
    """Wrong tries for each username, known or not, so that a lock tells nobody which usernames there are.

    Kept in this process: restarting the service forgets them.
    """

    def __init__(self) -> None:
        self._wrong: OrderedDict[str, list[datetime]] = OrderedDict()
        self._lock = threading.Lock()

    def locked(self, username: str, now: datetime) -> bool:
        with self._lock:
            return len(self._recent(username, now)) >= TRIES

    def wrong(self, username: str, now: datetime) -> None:
        with self._lock:
            self._wrong[username] = [*self._recent(username, now), now][-TRIES:]
            self._wrong.move_to_end(username)
            while len(self._wrong) > _REMEMBERED:
                self._wrong.popitem(last=False)

    def right(self, username: str) -> None:
        with self._lock:
            self._wrong.pop(username, None)

    def _recent(self, username: str, now: datetime) -> list[datetime]:
        return [at for at in self._wrong.get(username, []) if now - at < LOCKED_FOR]


class Gate:
    """Sign-in for one Flask application: the clock on the wall, the tries, and Flask-Login's hooks."""

    def __init__(self, pages_app: Flask, wall: Clock) -> None:
        self.wall, self.tries = wall, Tries()
        manager = LoginManager(pages_app)
        manager.user_loader(_load)
        pages_app.session_interface = Cookies()
        pages_app.extensions["evenhand_gate"] = self
        pages_app.register_blueprint(pages)

    def still_here(self) -> bool:
        """Whether the session is neither idle nor too old; keeps it alive if so."""
        now = self.wall.now()
        began, seen = _read(session.get("began")), _read(session.get("seen"))
        if began is None or seen is None or now - seen > IDLE or now - began > LONGEST:
            return False
        if now - seen > timedelta(minutes=1):
            session["seen"] = now.timestamp()
        return True


def gate() -> Gate:
    return cast(Gate, current_app.extensions["evenhand_gate"])


def _read(stamp: object) -> datetime | None:
    return datetime.fromtimestamp(stamp, UTC) if isinstance(stamp, int | float) else None


def _mark(key: str, officer: Officer) -> str:
    return hmac.new(key.encode(), officer.password.encode(), hashlib.sha256).hexdigest()[:32]


def _signed_in(officer: Officer) -> SignedIn:
    key = str(current_app.config["SECRET_KEY"])
    who = Actor(officer.username, officer.permissions())
    return SignedIn(officer.id, officer.name, officer.role, who, _mark(key, officer))


def _load(said: str) -> SignedIn | None:
    """The officer of a cookie, as they are today: no longer active, or with another password, is signed out."""
    username, _, mark = said.partition("\n")
    app: App = house()
    try:
        with app.look() as reading:
            officers.actor_of(reading, username, app.seal)
            officer = officers.find(reading, username)
    except EvenhandError:
        return None
    found = _signed_in(officer)
    return found if officer.active and hmac.compare_digest(found.mark, mark) else None


@pages.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> Response | str | tuple[str, int]:
    if request.method == "GET":
        if signed_in() is not None:
            return redirect(url_for("queue.waiting"))
        return _page(SignInForm())
    form = SignInForm(request.form)
    if not form.validate():
        return _page(form), 422
    username = str(form.username.data).strip().lower()[:200]
    now, tries = gate().wall.now(), gate().tries
    if tries.locked(username, now):
        log.warning("sign_in_locked")
        form.refuse("There were too many wrong tries. Wait 15 minutes, or ask the clerk to set a new password.")
        return _page(form), 429
    with house().look() as reading:
        officer = officers.signed_in(reading, username=username, password=str(form.password.data), seal=house().seal)
    if officer is None:
        tries.wrong(username, now)
        log.warning("sign_in_refused")
        form.refuse("The username or the password is not right. Try again, or ask the clerk to set a new password.")
        return _page(form), 422
    tries.right(username)
    session.clear()  # nothing of what stood in the visitor's session carries over
    login_user(_signed_in(officer))
    session["began"] = session["seen"] = now.timestamp()
    log.info("signed_in", officer=officer.id)
    return redirect(safe_path(request.form.get("next", "")), 303)


@pages.post("/sign-out")
def sign_out() -> Response:
    logout_user()
    session.clear()
    notice("You are signed out.")
    return redirect(url_for("sign_in.sign_in"), 303)


def turned_away() -> Response:
    """To the sign-in page, and back to where one wanted to go; what was typed into a form is not kept."""
    if session.get("_user_id") is not None:
        logout_user()
        session.clear()
        warn("You were signed out, because half an hour went by without use or your sign-in changed. Sign in again.")
    wanted = request.full_path.rstrip("?") if request.method == "GET" else ""
    return redirect(url_for("sign_in.sign_in", next=wanted or None), 303)


def safe_path(wanted: str) -> str:
    """A path on these pages, whatever an address from elsewhere asks for."""
    plain = wanted.startswith("/") and not wanted.startswith("//") and "\\" not in wanted and wanted.isprintable()
    return wanted if plain else url_for("queue.waiting")


def _page(form: SignInForm) -> str:
    return render_template(
        "sign_in.html", form=form, problems=problems(form), next=request.values.get("next", "")[:2000]
    )
