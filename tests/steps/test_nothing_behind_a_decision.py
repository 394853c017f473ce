"""A policy by which nothing stands behind a decision is for replays and practice, and no council decides under it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.bootstrap import App, open_app
from bot.commands.policy_mistakes import mistakes
from bot.doctor import examine
from config.load import FILE_NAME, POLICIES, load_policy
from models.errors import Refused, SettingsError
from models.store import StoreKind
from tests.after import under_a_decision
from tests.builders import a_customer, a_decision, a_letter, a_store, a_term, as_minuted

GENERAL = load_policy("general")


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[App]:
    with a_store(tmp_path / "practice", kind=StoreKind.REHEARSAL) as made:
        yield made


def test_nothing_is_decided_in_a_council_s_own_store_without_a_case_behind_it(app: App, practice: App) -> None:
    for store in (practice, app):
        store.policy = GENERAL
    a_decision(practice, a_customer(practice), as_minuted(on=practice.today, terms=(a_term(practice.today),)))
    with pytest.raises(Refused, match=r"conduct\.case_needed.*`evenhand case take-over`"):
        a_decision(app, a_customer(app), as_minuted(on=app.today, terms=(a_term(app.today),)))


def test_no_letter_puts_in_force_what_was_decided_before_the_policy_was_changed(app: App) -> None:
    decision = a_decision(app, a_customer(app), as_minuted(on=app.today, terms=(a_term(app.today),)))
    app.policy = GENERAL
    with pytest.raises(Refused, match=r"conduct\.case_needed"):
        a_letter(app, decision)


def test_a_council_that_has_decided_does_not_change_to_such_a_policy(app: App, practice: App) -> None:
    for store in (app, practice):
        settings = store.settings.home / FILE_NAME
        settings.write_text(settings.read_text().replace('policy = "saltash"', 'policy = "general"'))
        opened = open_app(store.settings.home)  # nothing was decided yet: it only watches
        (told,) = [answer.words for answer in examine(opened) if answer.what == "policy"]
        assert ("nobody can be restricted under it" in told) is (store is app)
        opened.close()
        under_a_decision(store)
    open_app(practice.settings.home).close()
    with pytest.raises(SettingsError, match=r"where the council has decided: conduct\.case_needed"):
        open_app(app.settings.home)


def test_a_council_s_own_policy_of_that_kind_is_wrong_and_the_one_for_replays_is_doubtful(tmp_path: Path) -> None:
    text = (POLICIES / "saltash.toml").read_text(encoding="utf-8")
    (tmp_path / "own.toml").write_text(text.replace("case_needed = true", "case_needed = false"), encoding="utf-8")
    (told,), policy = mistakes("own.toml", tmp_path)
    assert policy is None
    line = text[: text.index("case_needed = true")].count("\n") + 1
    assert told.startswith(f"line {line}, conduct.case_needed: with false a decision is entered with nothing behind it")
    assert mistakes("general", tmp_path) == ([], GENERAL)
