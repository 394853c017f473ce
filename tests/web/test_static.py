"""What the pages carry with them: the stylesheets, their licence, and nothing that is not ours to show."""

from __future__ import annotations

import re

from tests.web.conftest import Pages


def static(pages: Pages, name: str) -> str:
    with pages.visit().client.get(f"/static/{name}") as answer:
        return answer.text


def test_the_stylesheet_is_there_with_its_licence_and_its_version(pages: Pages) -> None:
    assert re.search(r'--govuk-frontend-version:\s*"6\.3\.0"', static(pages, "govuk/govuk-frontend.min.css"))
    assert "MIT License" in static(pages, "govuk/LICENSE.txt")


def test_no_typeface_or_crest_of_the_crown_is_used_and_nothing_is_fetched(pages: Pages) -> None:
    for name in ("govuk/govuk-frontend.min.css", "evenhand.css"):
        assert not re.search(r"GDS Transport|@font-face|url\(|@import", static(pages, name))


def test_stylesheets_may_be_kept_by_the_browser_for_an_hour(pages: Pages) -> None:
    with pages.visit().client.get("/static/evenhand.css") as answer:
        assert answer.headers["Cache-Control"] == "max-age=3600"
