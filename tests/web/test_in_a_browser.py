"""The pages in a real browser, from a real server on loopback, with scripts switched off."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bot.bootstrap import App
from bot.web.app import PageServer
from models.finding import About, Finding
from models.queue import FlagKind
from models.store import StoreKind
from tests.builders import a_customer, a_restriction, a_store, on_paper, warned
from tests.matters import a_filed, a_matter
from tests.rulings import ruled_insults
from tests.web.people import OFFICERS, PASSWORD, a_repeat, a_waiting_letter, an_abusive_letter, let_in

pytestmark = pytest.mark.needs("chromium")

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def rehearsal(tmp_path: Path) -> Iterator[App]:
    with a_store(tmp_path / "store", kind=StoreKind.REHEARSAL) as app:
        let_in(app, OFFICERS)
        yield app


@pytest.fixture
def address(rehearsal: App) -> Iterator[str]:
    server = PageServer(rehearsal, "127.0.0.1", 0)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        server.close()
        thread.join()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """Signed in as the clerk; whatever the browser complains of fails the test."""
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("request", lambda request: complaints.append(request.url) if address not in request.url else None)
    page.goto("/")
    page.get_by_label("Username").fill("r.trelawny")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    yield page
    context.close()
    assert complaints == []


def test_from_sign_in_to_a_restriction_in_force_without_a_script(page: Page, rehearsal: App) -> None:
    ann = warned(rehearsal, a_customer(rehearsal, name="Jenifer Penrose"))
    on_paper(rehearsal, ann, "the lamp")
    assert page.get_by_text("Rehearsal: the clock stands at 2 March 2026, 12:00pm.").is_visible()
    page.goto(f"/decisions/new?customer={ann.reference}")
    page.get_by_label("Who decided").fill("Full Council")
    page.get_by_label("Minute number").fill("2026/114")
    page.get_by_label("Text of the resolution").fill("RESOLVED so")
    page.get_by_label("Subject matter").fill("the lamp")
    page.get_by_label("Named officer").fill("M. Hosking")
    page.get_by_label("Interests declared").fill("none declared")
    page.get_by_label("Why this is proportionate").fill("forty letters in a month")
    page.get_by_label("What the conduct impedes").fill("the office answers nobody else")
    page.get_by_label("Measure", exact=True).select_option("email_block")
    for legend, (day, month, year) in {
        "Date of the decision": ("1", "3", "2026"),
        "First day": ("2", "3", "2026"),
        "End: the first day without it": ("2", "9", "2026"),
    }.items():
        group = page.get_by_role("group", name=legend, exact=True)
        for label, value in (("Day", day), ("Month", month), ("Year", year)):
            group.get_by_label(label).fill(value)
    page.get_by_label("Minute number").press("Enter")  # as a person does: it checks, and adds no measure
    page.get_by_role("button", name="Record the decision").click()
    page.get_by_role("button", name="Record the letter as sent").click()
    for label, value in (("Day", "2"), ("Month", "3"), ("Year", "2026")):
        page.get_by_label(label).fill(value)
    page.get_by_label("Who signed it").fill("R. Trelawny")
    page.get_by_label("How it was sent").fill("first class post")
    page.get_by_role("button", name="Record the letter as sent").click()
    page.get_by_role("link", name="Restrictions in force").click()
    assert page.get_by_role("heading", name="Jenifer Penrose").is_visible()


def test_abusive_words_stay_shut_until_they_are_opened(page: Page, rehearsal: App) -> None:
    page.goto(f"/contacts/{an_abusive_letter(rehearsal, a_customer(rehearsal))}")
    words = page.locator("mark")
    assert not words.is_visible()
    page.get_by_text("Show the subject and the words").click()
    assert words.is_visible()


def test_the_keyboard_reaches_the_content_first(page: Page) -> None:
    page.wait_for_url("**/queue")  # a key pressed while the page still comes goes nowhere
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_function("location.hash === '#main-content'")


def test_nothing_overflows_on_the_narrowest_screen(browser: Browser, address: str, rehearsal: App) -> None:
    ann = a_customer(
        rehearsal, name="Wella Tregonning-Featherstonehaugh-Penhaligon", email=f"{'w' * 60}@penrose.example"
    )
    a_restriction(rehearsal, ann)
    long = a_waiting_letter(rehearsal, ann, "w" * 400, subject="x" * 200)
    repeat = a_repeat(rehearsal, ann, earlier=long)
    ruled_insults(rehearsal, upheld=[0.9] * 10)
    matter = a_matter(rehearsal, ann, title="y" * 200)
    acts = Finding(About.ASSOCIATE, "associate", 0.9, "associates 2", customer=ann.id)
    pair = a_filed(rehearsal, a_customer(rehearsal, name="T" * 60), None, finding=(acts, FlagKind.ASSOCIATE))
    for number in range(4):
        a_filed(rehearsal, ann, matter, day=-9 * number, reasons=("signs with their full name (+8.0)",))
    context = browser.new_context(base_url=address, viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.goto("/")
    page.get_by_label("Username").fill("r.trelawny")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    paths = ("/queue", f"/contacts/{long}", f"/contacts/{repeat}", "/decisions/new", "/restrictions", "/decisions/1")
    learning = ("/accuracy", "/thresholds/conduct/unfounded_accusation", f"/contacts/{repeat}/findings/1")
    moved = (f"/matters/{matter}", "/contacts/1/matter", "/contacts/1/customer", f"/customers/{ann.id}/matters")
    together = (f"/contacts/{pair}", f"/contacts/{pair}/associates/{ann.id}")
    for path in (*paths, *learning, *moved, *together, f"/customers/{ann.id}", "/restrictions/1/lift"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
    context.close()
