"""Recording a decision and its letter: everything asked, everything checked, nothing restricted before its time."""

from __future__ import annotations

from datetime import date

from bot.bootstrap import App
from models.customer import Customer
from models.in_force import restrictions_in_force
from tests.builders import a_customer, on_paper
from tests.builders import warned as with_letters
from tests.web.conftest import Pages
from tests.web.people import Visitor


def warned(app: App, customer: Customer) -> Customer:
    """Both warnings went, and the other steps were taken on paper: the council may decide."""
    on_paper(app, customer, "the lamp")
    return with_letters(app, customer)


def on(name: str, day: date) -> dict[str, object]:
    """The three boxes of a date."""
    return {f"{name}-day": day.day, f"{name}-month": day.month, f"{name}-year": day.year}


def as_written(customer: Customer, /, **changes: object) -> dict[str, object]:
    """The decision form filled in, complete and lawful."""
    return {
        "customer": customer.reference,
        "body": "Full Council",
        "minute": "2026/114",
        "resolution": "RESOLVED that letters on the lamp go to the named officer",
        "subject_matter": "the lamp",
        "named_officer": "M. Hosking",
        "terms-0-measure": "email_block",
        "interests": "none declared",
        "proportionality": "forty letters in a month",
        "impedes": "the office answers nobody else",
        "exception": "",
        **on("decided_on", date(2026, 3, 1)),
        **on("terms-0-starts_on", date(2026, 3, 2)),
        **on("terms-0-ends_on", date(2026, 9, 2)),
        **changes,
    }


def in_force(pages: Pages) -> int:
    with pages.app.look() as session:
        return len(
            restrictions_in_force(session, pages.app.today, pages.app.seal, pages.app.policy.reviews_demanded).binding
        )


def recorded(clerk: Visitor, answers: dict[str, object]) -> str:
    clerk.get("/decisions/new")
    return clerk.send("/decisions/new", {**answers, "do": "record"}).text


def test_a_decision_is_checked_then_recorded_then_waits_for_its_letter(pages: Pages, clerk: Visitor) -> None:
    ann = warned(pages.app, a_customer(pages.app, name="Jenifer Penrose"))
    page = clerk.get(f"/decisions/new?customer={ann.reference}")
    assert f'value="{ann.reference}"' in page
    check = clerk.send("/decisions/new", {**as_written(ann), "do": "check"}).text
    assert "Check before you record the decision" in check
    assert "from 2 March 2026 to 1 September 2026" in check
    assert "Full Council, minute 2026/114" not in clerk.get("/restrictions")
    clerk.get("/decisions/new")
    done = clerk.send("/decisions/new", {**as_written(ann), "do": "record"}).text
    assert "The decision is recorded. Nothing is restricted yet" in done
    assert in_force(pages) == 0
    assert "Decided, but the letter is not recorded as sent" in clerk.get("/restrictions")


def test_with_the_letter_the_restriction_begins_to_exist(pages: Pages, clerk: Visitor) -> None:
    recorded(clerk, as_written(warned(pages.app, a_customer(pages.app))))
    clerk.get("/decisions/1/letter")
    answers = {"sent_by": "R. Trelawny", "how": "first class post", **on("sent_on", date(2026, 3, 2))}
    answer = clerk.send("/decisions/1/letter", answers)
    assert "The letter is recorded as sent" in answer.text
    assert "In force" in answer.text
    assert in_force(pages) == 1


def test_a_letter_before_its_decision_is_refused(pages: Pages, clerk: Visitor) -> None:
    recorded(clerk, as_written(warned(pages.app, a_customer(pages.app))))
    clerk.get("/decisions/1/letter")
    answers = {"sent_by": "R. Trelawny", "how": "post", **on("sent_on", date(2026, 2, 1))}
    answer = clerk.send("/decisions/1/letter", answers)
    assert answer.status_code == 422
    assert "A decision letter cannot have been sent before the decision." in answer.text
    assert in_force(pages) == 0


def test_an_empty_form_names_every_field_and_leads_to_it(clerk: Visitor) -> None:
    clerk.get("/decisions/new")
    answer = clerk.send("/decisions/new", {"do": "check"})
    assert answer.status_code == 422
    for href, words in (
        ("customer", "Enter the customer’s reference"),
        ("decided_on-day", "Enter the date of the decision"),
        ("resolution", "Enter the text of the resolution"),
        ("terms-0-measure", "Choose a measure"),
        ("terms-0-ends_on-day", "Enter the day on which the measure ends"),
    ):
        assert f'<a href="#{href}">{words}</a>' in answer.text
        assert f'id="{href}"' in answer.text


def test_a_date_that_does_not_exist_is_said_to_be_none(pages: Pages, clerk: Visitor) -> None:
    ann = a_customer(pages.app)
    for day, month, year in ((31, 2, 2026), ("first", "May", 2026), (1, 5, 26), (1, "", ""), ("²", 5, 2026)):
        clerk.get("/decisions/new")
        wrong = {"decided_on-day": day, "decided_on-month": month, "decided_on-year": year}
        answer = clerk.send("/decisions/new", {**as_written(ann), **wrong, "do": "check"})
        assert "Date of the decision: enter a real date, such as 27 3 2026" in answer.text
        assert f'value="{day}"' in answer.text


def test_refusals_of_the_gate_are_said_in_its_own_words(pages: Pages, clerk: Visitor) -> None:
    ann, ben, cat = warned(pages.app, a_customer(pages.app)), a_customer(pages.app), a_customer(pages.app)
    on_paper(pages.app, ben, "the lamp")
    member = a_customer(pages.app, never_restrict="Member of Parliament")
    for answers, words in (
        (as_written(cat), "a decision rests on a case"),
        (as_written(ann, subject_matter="the bins"), "is about another subject matter"),
        (as_written(ann, impedes=""), "impedes is missing"),
        (as_written(ben), "warning has not been recorded as sent before this decision"),
        (as_written(member), "This customer is never restricted: Member of Parliament."),
        (as_written(ann, body="Cllr A. Jago"), "Cllr A. Jago"),
        (as_written(ann, customer="C-none"), "There is no customer with the reference"),
        (as_written(ann, **on("terms-0-ends_on", date(2026, 3, 2))), "must end after it starts"),
        (as_written(ann, **on("terms-0-ends_on", date(2030, 3, 2))), "lasts at most 12 months"),
        (as_written(ann, **{"terms-0-measure": "dungeon"}), "Choose a measure"),
        (as_written(ann, **{"terms-0-measure": "limited_premises"}), "Enter which buildings, and when"),
    ):
        clerk.get("/decisions/new")
        for do in ("check", "record"):
            answer = clerk.send("/decisions/new", {**answers, "do": do})
            assert answer.status_code == 422
            assert words in answer.text
    assert clerk.ask("/decisions/1").status_code == 404


def test_measures_are_added_and_taken_away_without_losing_what_was_written(pages: Pages, clerk: Visitor) -> None:
    ann = warned(pages.app, a_customer(pages.app))
    clerk.get("/decisions/new")
    two = clerk.send("/decisions/new", {**as_written(ann), "do": "more"}).text
    assert "Measure 2" in two
    assert 'value="2026/114"' in two
    assert "There is a problem" not in two
    second = {
        "terms-1-measure": "telephone_refusal",
        **on("terms-1-starts_on", date(2026, 3, 2)),
        **on("terms-1-ends_on", date(2026, 6, 2)),
    }
    one = clerk.send("/decisions/new", {**as_written(ann), **second, "do": "fewer"}).text
    assert "Measure 2" not in one
    done = recorded(clerk, {**as_written(ann), **second})
    assert "Telephone calls refused" in done


def test_how_far_a_measure_goes_is_shown_before_and_after_it_is_recorded(pages: Pages, clerk: Visitor) -> None:
    ann = warned(pages.app, a_customer(pages.app))
    answers = as_written(ann, **{"terms-0-measure": "limited_letters", "terms-0-words": "two letters a month"})
    clerk.get("/decisions/new")
    assert "two letters a month" in clerk.send("/decisions/new", {**answers, "do": "check"}).text
    assert "Letters and e-mails limited (two letters a month)" in recorded(clerk, answers)
    clerk.get("/decisions/1/letter")
    sent = {"sent_by": "R. Trelawny", "how": "first class post", **on("sent_on", date(2026, 3, 2))}
    assert "(two letters a month)" in clerk.send("/decisions/1/letter", sent).text
    for page in ("/restrictions", "/restrictions/1/lift"):
        assert "two letters a month" in clerk.get(page)


def test_more_measures_than_there_are_is_no_error_of_the_program(pages: Pages, clerk: Visitor) -> None:
    many = {f"terms-{n}-measure": "email_block" for n in range(40)}
    clerk.get("/decisions/new")
    answer = clerk.send("/decisions/new", {**as_written(a_customer(pages.app)), **many, "do": "more"})
    assert answer.status_code in (200, 422)


def test_going_back_from_the_check_keeps_every_answer(pages: Pages, clerk: Visitor) -> None:
    ann = warned(pages.app, a_customer(pages.app))
    clerk.get("/decisions/new")
    page = clerk.send("/decisions/new", {**as_written(ann), "do": "change"}).text
    assert "RESOLVED that letters on the lamp" in page
    assert "There is a problem" not in page


def test_only_whoever_may_record_decisions_is_shown_the_form(pages: Pages) -> None:
    officer = pages.signed_in("m.hosking")
    assert "Record a decision" not in officer.get("/restrictions")
    answer = officer.ask("/decisions/new")
    assert answer.status_code == 403
    assert "Only the clerk records the council" in answer.text


def test_the_same_minute_is_not_recorded_twice(pages: Pages, clerk: Visitor) -> None:
    ann = warned(pages.app, a_customer(pages.app))
    recorded(clerk, as_written(ann))
    assert "is recorded already" in recorded(clerk, as_written(ann))
