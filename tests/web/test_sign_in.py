"""Signing in: who may, for how long, and what too many wrong tries bring."""

from __future__ import annotations

from datetime import timedelta

from bot import officers
from tests.builders import NOON
from tests.web.conftest import Pages
from tests.web.people import PASSWORD


def test_the_right_password_opens_the_queue(pages: Pages) -> None:
    answer = pages.visit().sign_in()
    assert "What waits for a person" in answer.text
    assert "Rosen Trelawny, clerk" in answer.text


def test_a_wrong_password_and_an_unknown_username_get_the_same_answer(pages: Pages) -> None:
    wrong = pages.visit().sign_in(password="not the password")
    unknown = pages.visit().sign_in("nobody.here")
    assert wrong.status_code == unknown.status_code == 422
    said = "The username or the password is not right"
    assert said in wrong.text
    assert said in unknown.text
    assert "<title>Error: Sign in" in wrong.text


def test_an_empty_form_says_what_to_enter_and_leads_to_the_field(pages: Pages) -> None:
    answer = pages.visit().sign_in("", "")
    assert '<a href="#username">Enter your username</a>' in answer.text
    assert 'aria-describedby="password-error"' in answer.text


def test_the_password_is_never_sent_back(pages: Pages) -> None:
    assert PASSWORD not in pages.visit().sign_in("nobody.here").text


def test_five_wrong_tries_lock_the_username_for_a_quarter_of_an_hour(pages: Pages) -> None:
    visitor = pages.visit()
    for _ in range(5):
        visitor.sign_in(password="wrong wrong wrong")
    locked = visitor.sign_in()
    assert locked.status_code == 429
    assert "Wait 15 minutes" in locked.text
    assert "Sign out" in pages.visit().sign_in("m.hosking").text
    pages.wall.at = NOON + timedelta(minutes=15)
    assert "Sign out" in visitor.sign_in().text


def test_an_unknown_username_is_locked_like_a_known_one(pages: Pages) -> None:
    visitor = pages.visit()
    for _ in range(5):
        visitor.sign_in("nobody.here")
    assert visitor.sign_in("Nobody.Here ").status_code == 429


def test_half_an_hour_without_use_signs_out(pages: Pages) -> None:
    visitor = pages.signed_in()
    pages.wall.at += timedelta(minutes=29)
    assert "Sign out" in visitor.get("/queue")
    pages.wall.at += timedelta(minutes=29)
    assert "Sign out" in visitor.get("/queue")
    pages.wall.at += timedelta(minutes=31)
    assert "You were signed out" in visitor.get("/restrictions")


def test_a_working_day_ends_a_session_however_busy(pages: Pages) -> None:
    visitor = pages.signed_in()
    for _ in range(25):
        pages.wall.at += timedelta(minutes=29)
        last = visitor.get("/queue")
    assert "You were signed out" in last


def test_after_signing_in_one_is_where_one_wanted_to_go(pages: Pages) -> None:
    visitor = pages.visit()
    visitor.get("/restrictions")
    answer = visitor.send("/sign-in", {"username": "r.trelawny", "password": PASSWORD, "next": "/restrictions"})
    assert answer.request.path == "/restrictions"


def test_sign_in_never_sends_anybody_to_another_site(pages: Pages) -> None:
    for wanted in ("//evil.example/", "https://evil.example/", "/\\evil.example", "javascript:alert(1)", "/a\r\nX: y"):
        visitor = pages.visit()
        visitor.get("/sign-in")
        answer = visitor.send("/sign-in", {"username": "r.trelawny", "password": PASSWORD, "next": wanted})
        assert answer.request.path == "/queue"


def test_signing_out_closes_the_pages(pages: Pages) -> None:
    visitor = pages.signed_in()
    visitor.get("/queue")
    assert "You are signed out" in visitor.send("/sign-out").text
    assert visitor.ask("/queue").request.path == "/sign-in"


def test_signing_out_needs_the_form_so_that_no_link_elsewhere_can_do_it(pages: Pages) -> None:
    visitor = pages.signed_in()
    assert visitor.client.get("/sign-out").status_code == 405
    assert "Sign out" in visitor.get("/queue")


def test_a_new_password_ends_every_session_begun_with_the_old_one(pages: Pages) -> None:
    visitor = pages.signed_in()
    with pages.app.begin(officers.FOUNDER) as work:
        officers.set_password(work, username="r.trelawny", password="quite another one")
    assert visitor.ask("/queue").request.path == "/sign-in"


def test_whoever_is_no_longer_active_is_out_at_once(pages: Pages) -> None:
    visitor = pages.signed_in("m.hosking")
    with pages.app.begin(officers.FOUNDER) as work:
        officers.deactivate(work, username="m.hosking")
    assert visitor.ask("/queue").request.path == "/sign-in"
    assert visitor.sign_in("m.hosking").status_code == 422


def test_a_changed_cookie_is_nobodys(pages: Pages) -> None:
    visitor = pages.signed_in()
    cookie = visitor.client.get_cookie("evenhand")
    assert cookie
    visitor.client.set_cookie("evenhand", "x" + cookie.value[1:])
    assert visitor.ask("/queue").request.path == "/sign-in"
