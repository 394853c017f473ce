"""A contact: its words with the evidence marked, whose it is, and the officer's rulings."""

from __future__ import annotations

import re

from models.contact import ContactAttachment
from models.decision import Measure
from models.finding import About, Finding
from models.queue import FlagKind, Lane
from tests.builders import a_customer, a_restriction
from tests.web.conftest import Pages
from tests.web.people import Visitor, a_repeat, a_waiting_letter, an_abusive_letter


def test_evidence_is_marked_in_the_text_with_its_label_in_words(pages: Pages, clerk: Visitor) -> None:
    ann = a_customer(pages.app)
    earlier = a_waiting_letter(pages.app, ann, "The lamp at the harbour steps is dark.", waits=False)
    page = clerk.get(f"/contacts/{a_repeat(pages.app, ann, earlier=earlier)}")
    assert "<mark>the lamp at the harbour steps is still dark</mark>" in page
    assert re.search(r'href="#evidence-1">\[1 Against earlier contacts: repeat of what was answered\]', page)
    assert 'id="evidence-1"' in page


def test_a_repeat_stands_beside_the_earlier_passage(pages: Pages, clerk: Visitor) -> None:
    ann = a_customer(pages.app)
    earlier = a_waiting_letter(pages.app, ann, "The lamp at the harbour steps is dark.", waits=False)
    page = clerk.get(f"/contacts/{a_repeat(pages.app, ann, earlier=earlier)}")
    pair = page[page.index('<div class="eh-pair">') :]
    assert "In this contact" in pair
    assert '<blockquote class="eh-quote">The lamp at the harbour steps is dark.</blockquote>' in pair
    assert f'href="/contacts/{earlier}"' in pair


def test_mail_is_shown_as_text_and_never_as_a_page(pages: Pages, clerk: Visitor) -> None:
    own = '<script>alert(1)</script><img src="https://tracker.example/x"> & <b>bold</b>'
    number = a_waiting_letter(pages.app, a_customer(pages.app, name="<i>Jen</i>"), own, subject="<u>Lamp</u>")
    for page in (clerk.get(f"/contacts/{number}"), clerk.get("/queue")):
        assert "<script" not in page
        assert "<img" not in page
        assert "<u>" not in page
        assert "<i>" not in page
    assert "&lt;script&gt;" in clerk.get(f"/contacts/{number}")


def test_abusive_words_are_shown_only_to_whoever_chooses_to_see_them(pages: Pages, clerk: Visitor) -> None:
    page = clerk.get(f"/contacts/{an_abusive_letter(pages.app, a_customer(pages.app))}")
    shut = re.sub(r"<details.*?</details>\s*(</div></details>)?", "", page, flags=re.S)
    for words in ("clowns", "Clowns"):
        assert words in page
        assert words not in shut
    assert "In short: 16 words" in shut
    assert "Possible abuse: insult (94%)" in shut


def test_attachments_are_listed_with_their_hash_and_what_was_wrong(pages: Pages, clerk: Visitor) -> None:
    paper = ContactAttachment(
        name="note.pdf", content_type="application/pdf", size=41000, sha256="ab" * 32, problem="it has a password"
    )
    page = clerk.get(
        f"/contacts/{a_waiting_letter(pages.app, a_customer(pages.app), 'See note.', attachments=[paper])}"
    )
    assert "note.pdf" in page
    assert "ab" * 32 in page
    assert "41 KB: it has a password" in page


def test_the_message_is_downloaded_byte_for_byte_and_never_opened(pages: Pages, clerk: Visitor) -> None:
    number = a_waiting_letter(pages.app, a_customer(pages.app), "The lamp.", subject="Lamp")
    answer = clerk.client.get(f"/contacts/{number}/raw")
    assert answer.data.startswith(b"Subject: Lamp\r\n")
    assert answer.headers["Content-Type"] == "message/rfc822"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_the_page_says_whose_it_is_and_why(pages: Pages, clerk: Visitor) -> None:
    ann = a_customer(pages.app, name="Jenifer Penrose")
    a_waiting_letter(pages.app, ann, "First letter.", subject="First", at=pages.app.clock.now().replace(year=2025))
    page = clerk.get(f"/contacts/{a_waiting_letter(pages.app, ann, 'Second letter.', subject='Second')}")
    assert "Certain." in page
    assert "The address is recorded as this customer" in page
    assert "First" in page[page.index("Earlier contacts") :]
    assert "2 March 2026" not in page[page.index("Earlier contacts") : page.index("Your ruling")]


def test_a_customers_page_holds_every_contact_both_ways(pages: Pages, clerk: Visitor) -> None:
    ann = a_customer(pages.app, name="Jenifer Penrose")
    for number in range(27):
        a_waiting_letter(pages.app, ann, f"Letter {number}", subject=f"Subject {number:02}", waits=False)
    page = clerk.get(f"/customers/{ann.id}")
    assert "(27)" in page
    assert "Page 1 of 2" in page
    assert "Subject 00" in clerk.get(f"/customers/{ann.id}?page=2")


def test_a_restricted_customers_page_says_what_binds_them(pages: Pages, clerk: Visitor) -> None:
    ann = a_customer(pages.app)
    a_restriction(pages.app, ann, measure=Measure.TELEPHONE_REFUSAL)
    assert "Telephone calls refused, from 2 March 2026 to 1 September 2026" in clerk.get(f"/customers/{ann.id}")


def test_agreeing_closes_what_need_not_be_attested(pages: Pages, clerk: Visitor) -> None:
    number = a_waiting_letter(pages.app, a_customer(pages.app), "The lamp.")
    clerk.get(f"/contacts/{number}")
    answer = clerk.send(f"/contacts/{number}/ruling", {"all-outcome": "agree"})
    assert "no longer waits in the queue" in answer.text
    assert re.search(r"Agreed, r.trelawny, <time [^>]+>2 March 2026", answer.text)
    assert "Nothing waits." in clerk.get("/queue")


def test_a_restricted_senders_contact_waits_until_it_is_attested(pages: Pages, clerk: Visitor) -> None:
    number = a_waiting_letter(pages.app, a_customer(pages.app), "The lamp.", must_attest=True)
    clerk.get(f"/contacts/{number}")
    answer = clerk.send(f"/contacts/{number}/ruling", {"all-outcome": "agree"})
    assert "it must be checked for new information" in answer.text
    answer = clerk.send(f"/contacts/{number}/ruling", {"all-outcome": "attest"})
    assert "no longer waits in the queue" in answer.text


def test_overruling_without_a_reason_is_refused_and_nothing_is_recorded(pages: Pages, clerk: Visitor) -> None:
    number = a_waiting_letter(pages.app, a_customer(pages.app), "The lamp.")
    clerk.get(f"/contacts/{number}")
    answer = clerk.send(f"/contacts/{number}/ruling", {"all-outcome": "overrule", "all-reason": " "})
    assert answer.status_code == 422
    assert "Overruling needs a reason" in answer.text
    assert "<title>Error:" in answer.text
    assert "Rulings so far" not in answer.text


def test_a_ruling_must_be_chosen(pages: Pages, clerk: Visitor) -> None:
    number = a_waiting_letter(pages.app, a_customer(pages.app), "The lamp.")
    clerk.get(f"/contacts/{number}")
    answer = clerk.send(f"/contacts/{number}/ruling")
    assert '<a href="#all-outcome">Choose your ruling</a>' in answer.text
    assert clerk.send(f"/contacts/{number}/ruling", {"all-outcome": "eat it"}).status_code == 422


def test_a_flag_is_overruled_with_its_reason_and_the_contact_still_waits(pages: Pages, clerk: Visitor) -> None:
    number = an_abusive_letter(pages.app, a_customer(pages.app))
    clerk.get(f"/contacts/{number}")
    answer = clerk.send(f"/contacts/{number}/flags/1/ruling", {"flag1-outcome": "overrule", "flag1-reason": "a joke"})
    assert "Your ruling on the flag is recorded" in answer.text
    assert re.search(r"Overruled</strong> by r.trelawny .*: a joke", answer.text)
    assert "Subject hidden" in clerk.get("/queue")


def test_a_flag_of_another_contact_cannot_be_ruled_on_here(pages: Pages, clerk: Visitor) -> None:
    ann = a_customer(pages.app)
    an_abusive_letter(pages.app, ann)
    other = a_waiting_letter(pages.app, ann, "The lamp.")
    clerk.get(f"/contacts/{other}")
    assert clerk.send(f"/contacts/{other}/flags/1/ruling", {"flag1-outcome": "agree"}).status_code == 404


def test_whoever_may_only_read_is_told_who_rules(pages: Pages, everybody: None) -> None:
    number = a_waiting_letter(pages.app, a_customer(pages.app), "The lamp.", lane=Lane.URGENT)
    assistant = pages.signed_in("t.carne")
    page = assistant.get(f"/contacts/{number}")
    assert "The named officer or the clerk rules" in page
    assert "Record the ruling" not in page
    refused = assistant.send(f"/contacts/{number}/ruling", {"all-outcome": "agree"})
    assert refused.status_code == 403
    assert "may not rule on what is queued; ask the clerk" in refused.text


def test_a_ruling_that_was_overtaken_is_refused_in_words(pages: Pages, clerk: Visitor) -> None:
    number = a_waiting_letter(pages.app, a_customer(pages.app), "The lamp.")
    clerk.get(f"/contacts/{number}")
    clerk.send(f"/contacts/{number}/ruling", {"all-outcome": "agree"})
    answer = clerk.send(f"/contacts/{number}/ruling", {"all-outcome": "attest"})
    assert answer.status_code == 422
    assert "This has been ruled on and closed already" in answer.text


def test_what_is_only_perhaps_a_repeat_stands_below_what_is_likelier(pages: Pages, clerk: Visitor) -> None:
    ann = a_customer(pages.app)
    number = a_waiting_letter(
        pages.app,
        ann,
        "The lamp at the chapel is dark too.",
        findings=[
            (Finding(About.RELATION, "new_issue", 0.61, "repeat 3"), None),
            (Finding(About.RELATION, "repeat", 0.27, "repeat 3"), FlagKind.REPEAT),
        ],
    )
    page = clerk.get(f"/contacts/{number}")
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    likelier = text.index("Against earlier contacts: a new matter Sure to 61%")
    assert likelier < text.index("Flags Repeat Against earlier contacts: repeat of what was answered Sure to 27%")
