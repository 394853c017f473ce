"""Whose message is it that came through a form or a relay: the person's, and never the relay's.

Each case is one message and whose it is: a reference, or '' where no record may be named.
"""

from __future__ import annotations

import pytest

from bot.bootstrap import App
from tests.village import COUNCIL, GUTTER, mail, whose

CASES: tuple[tuple[str, str, str, str, str], ...] = (  # what it is, sender, display name, body, whose
    (
        "a form on the council's own site",
        f"noreply@{COUNCIL}",
        "Quenby Town Council website",
        f"Name: Winifred Lathbury\nEmail: winnie.lathbury@fenmail.example\nTelephone: 01632 961101\nMessage: {GUTTER}",
        "WL",
    ),
    (
        "a form with its labels on their own lines",
        f"webforms@{COUNCIL}",
        "Report it",
        f"Your name\nTerence Mobberley\n\nYour email address\ntmob@fenmail.example\n\nYour message\n{GUTTER}",
        "TM",
    ),
    (
        "a form with first name and surname apart",
        f"noreply@{COUNCIL}",
        "Online forms",
        f"First name: Isolde\nSurname: Nwachukwu\nPostcode: QB4 2BB\nYour message: {GUTTER}",
        "IN",
    ),
    (
        "a form that says who submitted it",
        f"no-reply@{COUNCIL}",
        "Contact form",
        f"Submitted by: Noreen Mobberley\nPhone: 01632 961102\n\n{GUTTER}",
        "NM",
    ),
    (
        "a form that a stranger filled in",
        f"noreply@{COUNCIL}",
        "Online forms",
        f"Name: Ottilie Brask\nEmail: ottilie@brask.example\nMessage: {GUTTER}",
        "",
    ),
    (
        "a form whose bare address is the sender's only name",
        f"noreply@{COUNCIL}",
        f"noreply@{COUNCIL}",
        f"Full name: Barnaby Ockham\nContact number: 01632 961109\nDetails: {GUTTER}",
        "BO",
    ),
    (
        "a relay that names the writer in the display name",
        "noreply+8812@fixthelane.example",
        "Winifred Lathbury via FixTheLane",
        f"{GUTTER}\n\nThis message was sent via FixTheLane. Reply to this email to answer.",
        "WL",
    ),
    (
        "a relay in brackets",
        "do-not-reply@tellyourcouncil.example",
        "Jocasta Pym (via TellYourCouncil)",
        f"{GUTTER}\n\nThis message was sent through TellYourCouncil.",
        "JP",
    ),
    (
        "a relay that says who in its first line",
        "reports-77120-ab12cd34@lanewatch.example",
        "LaneWatch",
        f"Winifred Lathbury has sent you a message through LaneWatch:\n\n{GUTTER}",
        "WL",
    ),
    (
        "a relay that answers to the writer",
        "no-reply@lanewatch.example",
        "LaneWatch reports",
        f"A new report:\n\n{GUTTER}",
        "",
    ),
)


@pytest.mark.parametrize(("what", "sender", "name", "body", "expected"), CASES, ids=[c[0] for c in CASES])
def test_what_came_by_a_form_or_a_relay_is_whose_it_says(
    village: App, what: str, sender: str, name: str, body: str, expected: str
) -> None:
    assert whose(village, mail(sender, name, body)) == expected


def test_a_relay_that_answers_to_a_known_address_is_that_person(app: App) -> None:
    letter = mail("no-reply@lanewatch.example", "LaneWatch", GUTTER, reply_to="winnie.lathbury@fenmail.example")
    assert whose(app, letter) == "WL"
