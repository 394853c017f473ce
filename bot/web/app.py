"""The pages, as one Flask application over an App; and the server that shows them.

Nothing here is fetched from elsewhere, no page needs a script, and none is kept by a browser or a proxy.
"""

from __future__ import annotations

import socket
import threading
import traceback
from types import TracebackType

import structlog
from flask import Flask, render_template, request
from flask_wtf import CSRFProtect
from flask_wtf.csrf import CSRFError
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader
from waitress import wasyncore
from waitress.server import create_server
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter, Map
from werkzeug.wrappers import Response

from bot.bootstrap import App
from bot.readable import as_written
from bot.web import matter_wording, wording
from bot.web.door import EXTENSION, in_words, signed_in
from bot.web.sign_in import Gate, signing_key, turned_away
from bot.web.views import accuracy, associates, contacts, customers, decisions, identity, matters, queue, restrictions
from bot.work import Clock, SystemClock
from models.errors import EvenhandError, NotAllowed, NotFound, SettingsError
from models.officer import Permission
from models.store import Store

log = structlog.get_logger()

# The only routes for which nobody need be signed in.
OPEN = frozenset({"sign_in.sign_in", "static", "health"})
# Signed in is enough for these; every other page shows what customers wrote.
WITHOUT_READING = frozenset({"sign_in.sign_out"})
LARGEST_FORM = 1_000_000

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Robots-Tag": "noindex, nofollow",
}


class Number(IntegerConverter):
    """A record's number in an address: none that a database could not hold."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=2**31 - 1)


class Pages(Flask):
    """Flask, with errors logged by their kind and place alone: their text may hold somebody's words."""

    def log_exception(
        self, exc_info: tuple[type, BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> None:
        kind, _, trace = exc_info
        where = [f"{f.filename.rpartition('/')[2]}:{f.lineno}" for f in traceback.extract_tb(trace)[-3:]]
        log.error("page_failed", kind=kind.__name__ if kind else "", where=where, endpoint=request.endpoint)


def create_app(app: App, *, wall: Clock | None = None) -> Flask:
    """The pages of a store. `wall` is the clock that sessions expire by; the real one unless a test hands another."""
    pages = Pages("bot.web")
    pages.config.update(
        SECRET_KEY=signing_key(app.settings.home),
        SESSION_COOKIE_NAME="evenhand",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=LARGEST_FORM,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session, which has its own end
    )
    pages.url_map.converters["int"] = Number
    pages.extensions[EXTENSION] = app
    _templates(pages, app)
    CSRFProtect(pages)
    gate = Gate(pages, wall or SystemClock())
    for part in (queue, contacts, matters, identity, associates, customers, decisions, restrictions, accuracy):
        pages.register_blueprint(part.pages)
    _guard(pages, gate)
    _errors(pages)

    @pages.get("/health")
    def health() -> Response:
        with app.look() as session:
            well = session.get(Store, 1) is not None
        return Response("ok" if well else "no store", 200 if well else 503, content_type="text/plain")

    return pages


def _templates(pages: Flask, app: App) -> None:
    components = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    pages.jinja_options = {"loader": ChoiceLoader([pages.create_global_jinja_loader(), components])}
    pages.jinja_env.trim_blocks = pages.jinja_env.lstrip_blocks = True
    # A name with a mark that turns the order of letters would turn the sentence that it is shown in.
    pages.jinja_env.finalize = lambda shown: as_written(shown) if type(shown) is str else shown
    words = ("plain", "day", "last_day", "moment", "machine_time", "age", "percent", "size", "sentence")
    more = ("reason_words", "finding_words")
    pages.jinja_env.filters.update({name: getattr(wording, name) for name in (*words, *more)})
    pages.jinja_env.filters["counted"] = wording.count  # jinja's own `count` is another word for `length`
    lines = ("state_line", "delay_line", "promise_line", "gap_line", "owed_line", "ruling_line")
    pages.jinja_env.filters.update({name: getattr(matter_wording, name) for name in lines})

    @pages.context_processor
    def everywhere() -> dict[str, object]:
        officer = signed_in()
        return {
            "council": app.store.council,
            "officer": officer,
            "may": {p.name: officer is not None and officer.may(p) for p in Permission},
            "now": app.clock.now(),
            "rehearsal": app.rehearsal,
        }


def _guard(pages: Flask, gate: Gate) -> None:
    @pages.before_request
    def nobody_unknown() -> Response | None:
        if request.endpoint in OPEN:
            return None
        officer = signed_in()
        if officer is None or not gate.still_here():
            return turned_away()
        if request.endpoint not in WITHOUT_READING and not officer.may(Permission.READ_QUEUE):
            raise NotAllowed(
                f"{officer.actor.name} may not {Permission.READ_QUEUE.value}; ask the clerk for a role that may"
            )
        return None

    @pages.after_request
    def shut_tight(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers["Cache-Control"] = "max-age=3600" if request.endpoint == "static" else "no-store"
        if request.is_secure:
            response.headers["Strict-Transport-Security"] = "max-age=31536000"
        return response


def _errors(pages: Flask) -> None:
    def page(status: int, title: str, words: str) -> tuple[str, int]:
        return render_template("refused.html", title=title, words=words), status

    @pages.errorhandler(EvenhandError)
    def refused(error: EvenhandError) -> tuple[str, int]:
        if isinstance(error, NotFound):
            return page(404, "Not found", in_words(error))
        if isinstance(error, NotAllowed):
            return page(403, "You may not do this", in_words(error))
        return page(409, "This was refused", in_words(error))

    @pages.errorhandler(CSRFError)
    def too_old(error: CSRFError) -> tuple[str, int]:
        return page(
            400, "This form has expired", "Nothing was saved. Go back, load the page again and send it once more."
        )

    @pages.errorhandler(HTTPException)
    def by_status(error: HTTPException) -> tuple[str, int] | Response:
        known = {
            404: ("Not found", "There is no such page. Check the address, or start again from the queue."),
            405: ("Not found", "This address takes no such request. Start again from the queue."),
            413: ("This is too long", "Nothing was saved. Shorten what you entered and send it again."),
        }
        code = error.code or 500
        if code == 500:
            words = "Nothing was saved. Try again; if it happens again, tell whoever runs this service the time of day."
            return page(500, "Something went wrong", words)
        title, words = known.get(code, ("This cannot be done", "Start again from the queue."))
        return page(code, title, words)


# --- the server ------------------------------------------------------------------------------------------------------


class PageServer:
    """The pages on a socket that listens already; `run` serves until `close` is called, from whatever thread.

    Port 0 takes a free one; `port` says which. TLS belongs to a proxy on the same machine: only from there is
    X-Forwarded-Proto believed.
    """

    def __init__(self, app: App, host: str, port: int) -> None:
        self._sockets: dict[int, wasyncore.dispatcher] = {}
        self._closing = threading.Event()
        pages, listening = create_app(app), _listen(host, port)
        self.port: int = listening.getsockname()[1]
        self._server = create_server(
            pages,
            map=self._sockets,
            sockets=[listening],
            threads=8,
            ident=None,
            trusted_proxy="127.0.0.1",
            trusted_proxy_headers={"x-forwarded-proto"},
            clear_untrusted_proxy_headers=True,
            max_request_body_size=LARGEST_FORM,
        )

    def run(self) -> None:
        try:
            while not self._closing.is_set():
                wasyncore.loop(timeout=0.5, map=self._sockets, use_poll=True, count=1)
        finally:
            self._server.task_dispatcher.shutdown()
            wasyncore.close_all(self._sockets)

    def close(self) -> None:
        """Let `run` end within a second; pages being made are finished first."""
        self._closing.set()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except (OSError, OverflowError) as error:
        raise SettingsError(
            f"the pages cannot be shown at {host}, port {port}: {error}; give another --port, or set [pages] port"
        ) from error


def serve(app: App, host: str, port: int) -> None:
    """Show the pages until the process ends."""
    server = PageServer(app, host, port)
    log.info("pages_served", host=host, port=server.port)
    server.run()
