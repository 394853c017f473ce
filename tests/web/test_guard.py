"""What people forget is a test: no page without sign-in, none kept by a browser, none that runs or fetches anything."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest

from bot.bootstrap import App
from bot.web.app import OPEN, create_app
from bot.web.sign_in import KEY_FILE, signing_key
from models.errors import SettingsError
from models.store import StoreKind
from tests.builders import a_store
from tests.web.conftest import Pages
from tests.web.people import Visitor


def routes(app: App) -> list[tuple[str, str]]:
    """Every route but the open ones, as method and path."""
    found = []
    for rule in create_app(app).url_map.iter_rules():
        if rule.endpoint not in OPEN:
            path = re.sub(r"<int:[^>]+>", "1", rule.rule)
            found += [(method, path) for method in sorted((rule.methods or set()) & {"GET", "POST"})]
    return found


def test_every_route_but_sign_in_static_and_health_asks_who_you_are(pages: Pages) -> None:
    visitor = pages.visit()
    visitor.get("/sign-in")
    token = re.search(r'name="csrf_token" value="([^"]+)"', visitor.last)
    assert token
    for method, path in routes(pages.app):
        answer = visitor.client.open(path, method=method, data={"csrf_token": token.group(1)})
        assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/sign-in"), (
            f"{method} {path} answers a visitor: guard it, or name it in OPEN and say why"
        )


def test_what_is_open_shows_nothing_of_the_record(pages: Pages) -> None:
    assert pages.visit().client.get("/health").text == "ok"
    assert frozenset({"sign_in.sign_in", "static", "health"}) == OPEN


def test_whoever_may_not_read_the_queue_reads_nothing(pages: Pages, everybody: None) -> None:
    auditor = pages.visit()
    auditor.sign_in("e.nancarrow")
    for path in ("/queue", "/restrictions", "/contacts/1", "/customers/1", "/contacts/1/raw", "/accuracy"):
        answer = auditor.ask(path)
        assert answer.status_code == 403
        assert "may not read the queue; ask the clerk" in answer.text


def test_a_form_without_its_token_is_refused_and_says_what_to_do(clerk: Visitor) -> None:
    answer = clerk.client.post("/queue/1/take")
    assert answer.status_code == 400
    assert "Nothing was saved" in answer.text


def test_every_page_shuts_out_scripts_frames_caches_and_other_sites(clerk: Visitor) -> None:
    for path in ("/queue", "/decisions/new", "/restrictions", "/nowhere", "/sign-out"):
        headers = clerk.client.get(path).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "Strict-Transport-Security" not in headers


def test_no_page_holds_a_script_a_style_of_its_own_or_an_address_elsewhere(clerk: Visitor) -> None:
    for path in ("/queue", "/decisions/new", "/restrictions", "/accuracy", "/thresholds/abuse/insult"):
        page = clerk.get(path)
        assert not re.search(r"<script|<style|\sstyle=|\son\w+=|javascript:", page)
        assert not re.search(r'(?:href|src|action)="(?:https?:)?//', page)


def test_behind_tls_the_cookie_is_secure_and_the_browser_stays_on_tls(pages: Pages) -> None:
    client = pages.visit().client
    answer = client.get("/sign-in", base_url="https://pages.example")
    cookie = answer.headers["Set-Cookie"]
    assert all(word in cookie for word in ("Secure", "HttpOnly", "SameSite=Lax"))
    assert "max-age" in answer.headers["Strict-Transport-Security"]


def test_on_plain_loopback_the_cookie_still_works(pages: Pages) -> None:
    cookie = pages.visit().client.get("/sign-in").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "Secure" not in cookie


def test_the_signing_key_is_its_own_file_that_only_the_service_reads(app: App) -> None:
    key = signing_key(app.settings.home)
    file = app.settings.home / KEY_FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert signing_key(app.settings.home) == key
    assert key != app.settings.store.key_file.read_text().strip()
    assert [p.name for p in file.parent.glob("pages.key*")] == [KEY_FILE]


def test_half_a_signing_key_is_refused_by_name(app: App) -> None:
    (app.settings.home / KEY_FILE).write_text("abc\n")
    with pytest.raises(SettingsError, match=KEY_FILE):
        create_app(app)


def test_a_page_that_is_not_there_says_where_to_go(clerk: Visitor) -> None:
    for path in (
        "/nowhere",
        "/contacts/999",
        "/queue/999",
        "/customers/999",
        "/decisions/999",
        "/restrictions/999/lift",
    ):
        answer = clerk.ask(path)
        assert answer.status_code == 404
        assert "Go to the queue" in answer.text


def test_numbers_no_database_can_hold_are_not_found(clerk: Visitor) -> None:
    assert clerk.ask(f"/contacts/{10**30}").status_code == 404


def test_a_rehearsal_says_so_on_every_page_and_a_real_store_never_does(tmp_path: Path, clerk: Visitor) -> None:
    banner = "Rehearsal: the clock stands at 2 March 2026, 12:00pm."
    assert banner not in clerk.get("/queue")
    with a_store(tmp_path / "rehearsal", kind=StoreKind.REHEARSAL) as rehearsal:
        assert banner in create_app(rehearsal).test_client().get("/sign-in").text
