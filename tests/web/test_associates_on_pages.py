"""Who acts for whom, and one letter to many, on the pages."""

from __future__ import annotations

import pytest

from bot.work import SERVICE
from models.associate import Copy
from models.contact import Contact, Recipient
from models.customer import Customer
from models.finding import About, Evidence, Finding
from models.queue import FlagKind
from tests.builders import a_customer
from tests.web.conftest import Pages
from tests.web.people import Visitor, a_waiting_letter

ASKED = "Jenifer Penrose has asked me to write for her."


@pytest.fixture
def jenifer(pages: Pages) -> Customer:
    return a_customer(pages.app)


@pytest.fixture
def tam(pages: Pages) -> Customer:
    return a_customer(pages.app, name="Tam Orrey")


def suggests(pages: Pages, writer: Customer, other: Customer, label: str = "associate") -> int:
    evidence = Evidence(ASKED, 0, None, "", "on_behalf", 2.0)
    finding = Finding(About.ASSOCIATE, label, 0.9, "associates 2", (evidence,), customer=other.id)
    return a_waiting_letter(pages.app, writer, ASKED, findings=[(finding, FlagKind.ASSOCIATE)])


def test_acting_together_is_confirmed_or_rejected_from_the_contact_with_a_reason(
    pages: Pages, clerk: Visitor, jenifer: Customer, tam: Customer
) -> None:
    number = suggests(pages, tam, jenifer)
    page = clerk.get(f"/contacts/{number}")
    assert "Suggested: no officer said so" in page
    assert "It counts against nobody, and cannot be cited." in page
    form = f"/contacts/{number}/associates/{jenifer.id}"
    assert f'href="{form}"' in page
    assert "Suggested by: on behalf" in clerk.get(form)
    for answers, wrong in (
        ({"outcome": "confirm"}, "Enter how you know it"),
        ({"reason": "x"}, "Say whether they act"),
    ):
        answer = clerk.send(form, answers)
        assert answer.status_code == 422
        assert wrong in answer.text
    page = clerk.send(form, {"outcome": "confirm", "reason": "she rang"}).text
    assert "Confirmed: they act together" in page
    assert "It counts against nobody" not in page
    clerk.get(form)
    again = clerk.send(form, {"outcome": "confirm", "reason": "again"}).text
    assert "That was said already, by r.trelawny (she rang)" in again
    clerk.get(form)
    assert "Rejected: they do not act together" in clerk.send(form, {"outcome": "reject", "reason": "namesake"}).text


def test_the_pages_of_both_customers_say_what_was_ruled(
    pages: Pages, clerk: Visitor, jenifer: Customer, tam: Customer
) -> None:
    number = suggests(pages, tam, jenifer)
    page = clerk.get(f"/customers/{tam.id}")
    assert "Suggested: no officer said so" in page
    assert "0 contacts, 1 not confirmed, not counted" in page
    clerk.get(f"/contacts/{number}/associates/{jenifer.id}")
    clerk.send(f"/contacts/{number}/associates/{jenifer.id}", {"outcome": "confirm", "reason": "she rang"})
    for customer in (jenifer, tam):
        page = clerk.get(f"/customers/{customer.id}")
        assert "Confirmed: they act together" in page
        assert "she rang" in page
        assert f'href="/contacts/{number}"' in page


def test_whoever_speaks_for_anybody_else_is_shown_and_not_counted_though_confirmed(
    pages: Pages, clerk: Visitor, jenifer: Customer, tam: Customer
) -> None:
    number = suggests(pages, tam, jenifer, "speaks_for")
    clerk.get(f"/contacts/{number}/associates/{jenifer.id}")
    page = clerk.send(f"/contacts/{number}/associates/{jenifer.id}", {"outcome": "confirm", "reason": "her son"}).text
    assert "Confirmed: they act together" in page
    assert "It counts against nobody, and cannot be cited." in page


def test_only_some_may_say_it_and_only_of_what_the_contact_suggests(
    pages: Pages, clerk: Visitor, everybody: None, jenifer: Customer, tam: Customer
) -> None:
    number = suggests(pages, tam, jenifer)
    assert clerk.ask(f"/contacts/{number}/associates/{tam.id}").status_code == 404
    form = f"/contacts/{number}/associates/{jenifer.id}"
    assistant = pages.signed_in("t.carne")
    assert form not in assistant.get(f"/contacts/{number}")
    assert assistant.ask(form).status_code == 403


def test_a_further_copy_says_of_which_letter_and_to_whom_it_was_sent(
    pages: Pages, clerk: Visitor, tam: Customer
) -> None:
    first = a_waiting_letter(pages.app, tam, "Please keep the steps.")
    copy = a_waiting_letter(pages.app, tam, "Please keep the steps!")
    with pages.app.begin(SERVICE) as work:
        copied = work.session.get_one(Contact, copy)
        copied.recipients.append(Recipient(email="reed@porthmellin.gov.example"))
        work.session.add(Copy(contact_id=copy, first_id=first, at=work.now))
        work.note("contact.copy", copied, first=first)
    row = clerk.get(f"/contacts/{copy}").split("One letter to many")[1].split("</dd>")[0]
    assert f'href="/contacts/{first}"' in row
    assert "A further copy of" in row
    assert "sent to enquiries@porthmellin.gov.example, reed@porthmellin.gov.example" in row
    row = clerk.get(f"/contacts/{first}").split("One letter to many")[1].split("</dd>")[0]
    assert f'href="/contacts/{copy}"' in row
    assert "is a further copy, sent to" in row
