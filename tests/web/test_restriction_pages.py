"""Restrictions in force: what each rests on, whether the server follows, and lifting one at once."""

from __future__ import annotations

from datetime import date

from bot.enforcement.apply import switch
from models.enforcement import RuleChange
from tests.builders import CLERK, a_customer, a_restriction
from tests.web.conftest import Pages
from tests.web.people import Visitor


def test_each_restriction_shows_whom_what_when_and_by_whose_decision(pages: Pages, clerk: Visitor) -> None:
    ann = a_customer(pages.app, name="Jenifer Penrose")
    a_restriction(pages.app, ann, ends_on=date(2026, 9, 2))
    page = clerk.get("/restrictions")
    for words in (f"Jenifer Penrose ({ann.reference})", "2 March 2026", "1 September 2026", "Full Council, minute"):
        assert words in page


def test_a_new_installation_says_that_it_only_observes(pages: Pages, clerk: Visitor) -> None:
    a_restriction(pages.app, a_customer(pages.app))
    page = clerk.get("/restrictions")
    assert "Enforcement is off: this service only observes." in page
    assert "Nothing: enforcement is off" in page
    with pages.app.begin(CLERK) as work:
        switch(work, on=True)
    assert "Enforcement is on." in clerk.get("/restrictions")


def test_what_the_server_last_answered_is_shown(pages: Pages, clerk: Visitor) -> None:
    with pages.app.begin(CLERK) as work:
        change = RuleChange(
            rule_book="enquiries",
            intended_at=work.now,
            rules=[],
            why=["ended"],
            answered_at=work.now,
            ok=False,
            answer="quota",
        )
        work.session.add(change)
        work.note("rules.intend", "RuleChange")
    page = clerk.get("/restrictions")
    assert "<strong>the server refused</strong>" in page
    assert "“quota”" in page


def test_a_lifted_restriction_is_gone_at_once(pages: Pages, clerk: Visitor) -> None:
    a_restriction(pages.app, a_customer(pages.app))
    clerk.get("/restrictions/1/lift")
    answer = clerk.send("/restrictions/1/lift", {"reason": "the review found no need of it"})
    assert "Restriction 1 is lifted, from today." in answer.text
    assert "Letter 1 that tells the customer is drafted" in answer.text
    assert "No restriction is in force." in answer.text
    assert "the review found no need of it" in clerk.get("/decisions/1")


def test_lifting_needs_its_reason_and_is_done_once(pages: Pages, clerk: Visitor) -> None:
    a_restriction(pages.app, a_customer(pages.app))
    clerk.get("/restrictions/1/lift")
    answer = clerk.send("/restrictions/1/lift", {"reason": "  "})
    assert '<a href="#reason">Enter why the restriction is lifted</a>' in answer.text
    clerk.send("/restrictions/1/lift", {"reason": "no need"})
    clerk.get("/restrictions/1/lift")
    again = clerk.send("/restrictions/1/lift", {"reason": "no need"})
    assert "Restriction 1 has been lifted already." in again.text


def test_words_that_nobody_can_read_are_refused_where_they_were_typed(pages: Pages, clerk: Visitor) -> None:
    a_restriction(pages.app, a_customer(pages.app))
    clerk.get("/restrictions/1/lift")
    answer = clerk.send("/restrictions/1/lift", {"reason": "no \u202eneed"})
    assert "the words hold characters that cannot be printed (U+202E)" in answer.text
    assert "No restriction is in force." not in clerk.get("/restrictions")


def test_the_named_officer_is_told_who_lifts(pages: Pages) -> None:
    a_restriction(pages.app, a_customer(pages.app))
    answer = pages.signed_in("m.hosking").ask("/restrictions/1/lift")
    assert answer.status_code == 403
    assert "tell the clerk why it should end" in answer.text


def test_a_restriction_not_yet_begun_is_listed_apart(pages: Pages, clerk: Visitor) -> None:
    a_restriction(pages.app, a_customer(pages.app), starts_on=date(2026, 4, 1))
    page = clerk.get("/restrictions")
    assert "No restriction is in force." in page
    assert "from 1 April 2026" in page[page.index("Not yet begun") :]


def test_a_restriction_whose_paper_does_not_hold_is_called_doubtful(pages: Pages, clerk: Visitor) -> None:
    a_restriction(pages.app, a_customer(pages.app))
    with pages.app.engine.connect() as connection:
        connection.exec_driver_sql("DROP TRIGGER IF EXISTS decisions_no_update")
        triggers = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all()
        for name in triggers:
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        connection.exec_driver_sql("UPDATE decisions SET body = 'Somebody else'")
        connection.commit()
    page = clerk.get("/restrictions")
    assert "Doubtful" in page
    assert "Restriction 1: its decision is not in the sealed audit trail" in page
    assert "No restriction is in force." in page
