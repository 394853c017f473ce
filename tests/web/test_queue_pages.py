"""The queue, lane by lane, and what could not be read."""

from __future__ import annotations

from datetime import timedelta

from models.queue import Lane
from tests.builders import NOON, a_customer
from tests.web.conftest import Pages
from tests.web.people import Visitor, a_waiting_letter, an_abusive_letter, an_unreadable_message


def test_an_empty_queue_says_so(clerk: Visitor) -> None:
    assert "Nothing waits." in clerk.get("/queue")


def test_each_lane_shows_how_many_wait_and_can_be_seen_alone(pages: Pages, clerk: Visitor) -> None:
    ann = a_customer(pages.app, name="Jenifer Penrose")
    a_waiting_letter(pages.app, ann, "All minutes please.", subject="Minutes", lane=Lane.STATUTORY)
    a_waiting_letter(pages.app, ann, "The lamp is dark.", subject="Lamp", lane=Lane.NEW_ISSUE)
    page = clerk.get("/queue")
    assert page.index("Minutes") < page.index("Lamp")
    assert 'Statutory requests <span class="eh-count">1</span>' in page
    alone = clerk.get("/queue?lane=new_issue")
    assert "Lamp" in alone
    assert "Minutes" not in alone
    assert "Lamp" in clerk.get("/queue?lane=nonsense")


def test_a_row_says_who_why_and_how_long(pages: Pages, clerk: Visitor) -> None:
    ann = a_customer(pages.app, name="Jenifer Penrose")
    a_waiting_letter(pages.app, ann, "The lamp is dark.", reasons=["the sender has been warned under the policy"])
    pages.app.clock.at = NOON + timedelta(days=3)  # type: ignore[attr-defined]
    page = clerk.get("/queue")
    assert f"Jenifer Penrose ({ann.reference})" in page
    assert "The sender has been warned under the policy" in page
    assert "waiting 3 days" in page


def test_times_are_those_of_london(pages: Pages, clerk: Visitor) -> None:
    summer = NOON.replace(month=7, day=1)
    a_waiting_letter(pages.app, a_customer(pages.app), "The lamp is dark.", at=summer)
    page = clerk.get("/queue")
    assert "1 July 2026, 1:00pm" in page
    assert 'datetime="2026-07-01T13:00+01:00"' in page


def test_long_queues_come_in_pages(pages: Pages, clerk: Visitor) -> None:
    ann = a_customer(pages.app)
    for number in range(30):
        a_waiting_letter(pages.app, ann, f"Letter {number}.", subject=f"Subject {number:02}", lane=Lane.NEW_ISSUE)
    first, second = clerk.get("/queue?lane=new_issue"), clerk.get("/queue?lane=new_issue&page=2")
    assert "Subject 24" in first
    assert "Subject 25" not in first
    assert "Subject 29" in second
    assert "/queue?lane=new_issue&amp;page=2" in first
    assert "Page 2 of 2" in clerk.get("/queue?page=99")
    assert "Page 1 of 2" in clerk.get("/queue?page=-3")
    assert "Page 1 of 2" in clerk.get("/queue?page=abc")


def test_the_subject_of_a_contact_flagged_for_abuse_is_not_in_the_list(pages: Pages, clerk: Visitor) -> None:
    an_abusive_letter(pages.app, a_customer(pages.app))
    page = clerk.get("/queue")
    assert "Clowns" not in page
    assert "Subject hidden: flagged for possible abuse" in page


def test_a_message_that_could_not_be_read_is_there_whole(pages: Pages, clerk: Visitor) -> None:
    number = an_unreadable_message(pages.app)
    assert "A message that could not be read" in clerk.get("/queue")
    clerk.get(f"/queue/{number}")
    answer = clerk.client.get(f"/queue/{number}/raw")
    assert answer.data == b"\x00\xff not a letter"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="queue-item-{number}.eml"'


def test_an_unreadable_message_leaves_the_queue_only_when_somebody_attests(pages: Pages, clerk: Visitor) -> None:
    number = an_unreadable_message(pages.app)
    clerk.get(f"/queue/{number}")
    clerk.send(f"/queue/{number}/ruling", {"outcome": "agree"})
    assert "A message that could not be read" in clerk.get("/queue")
    clerk.get(f"/queue/{number}")
    assert clerk.send(f"/queue/{number}/ruling", {}).status_code == 422
    clerk.send(f"/queue/{number}/ruling", {"outcome": "attest"})
    assert "Nothing waits." in clerk.get("/queue")


def test_taking_up_an_item_shows_the_others_who_reads_it(pages: Pages, clerk: Visitor) -> None:
    number = a_waiting_letter(pages.app, a_customer(pages.app), "The lamp is dark.")
    clerk.get(f"/contacts/{number}")
    clerk.send("/queue/1/take")
    officer = pages.signed_in("m.hosking")
    assert "Taken up by r.trelawny" in officer.get("/queue")
    officer.get(f"/contacts/{number}")
    refused = officer.send("/queue/1/take")
    assert refused.status_code == 409
    assert "R.trelawny has taken this up already" in refused.text
