"""What hands write into the store of officers, their rulings, who is who, and what was seen in a letter: the check of
the history names it, and nobody acts with powers that were not given here."""

from __future__ import annotations

import pytest

from bot import officers, queue
from bot.audit import verify
from bot.bootstrap import App
from bot.customers import merge
from bot.identity import confirm_customer
from bot.matters import associates, rulings
from models.customer import Customer
from models.errors import NotAllowed
from models.finding import About, Finding
from models.issue import find_issue
from models.log import find_contact
from models.officer import Role
from models.queue import Flag, Outcome
from tests.builders import CLERK, a_customer
from tests.matters import a_matter
from tests.steps.test_hands_in_the_store import with_the_locks_off
from tests.steps.test_pipeline import Seen, a_letter, a_line, as_raw

PASSWORD = "three plain words"

BY_HAND = {
    "Officer": [
        "UPDATE officers SET role = 'clerk' WHERE username = 'p.rowe'",
        "UPDATE officers SET role = 'emperor' WHERE username = 'p.rowe'",
        "UPDATE officers SET active = 1 WHERE username = 't.gone'",
        "UPDATE officers SET password = '$argon2id$theirs' WHERE username = 'p.rowe'",
        "UPDATE officers SET name = 'Another' WHERE username = 'p.rowe'",
        "INSERT INTO officers (username, name, role, created_at, password, active)"
        " VALUES ('x', 'X', 'clerk', '2026-03-02 12:00:00', '', 1)",
    ],
    "Ruling": [
        'INSERT INTO rulings (item_id, outcome, "by", at, reason)'
        " VALUES (1, 'attest', 'clerk', '2026-03-02 12:00:00', '')",
        "UPDATE rulings SET reason = 'another'",
        "UPDATE rulings SET \"by\" = 'x'",
    ],
    "FindingRuling": ["UPDATE finding_rulings SET right_label = 'none'"],
    "AssociateRuling": ["UPDATE associate_rulings SET outcome = 'reject'", "UPDATE associate_rulings SET other_id = 3"],
    "IdentityRuling": ["UPDATE identity_rulings SET customer_id = 2", "UPDATE identity_rulings SET \"by\" = 'x'"],
    "MatterRuling": ["UPDATE matter_rulings SET reason = 'another'", "UPDATE matter_rulings SET issue_id = NULL"],
    "Customer": [
        "UPDATE customers SET merged_into_id = 1 WHERE id = 3",
        "UPDATE customers SET merged_into_id = NULL WHERE id = 4",
    ],
    "Flag": ["UPDATE flags SET kind = 'repeat'", "UPDATE flags SET because = 'another'"],
    "ContactFinding": [
        "UPDATE findings SET label = 'another' WHERE about = 'risk'",
        "INSERT INTO findings (contact_id, about, label, score, seen_by, evidence, group_name)"
        " VALUES (1, 'abuse', 'insult', 0.9, 'hand', '[]', '')",
    ],
}


def everything_said(app: App) -> None:
    """A letter of the first customer's with a finding and its flag; each kind of ruling, a merge, three officers."""
    ann, ben, _, dee = (a_customer(app, name=name) for name in ("Ann Penrose", "Ben Trewin", "Cap Nance", "Dee Rowe"))
    seen = Seen(says=[Finding(About.RISK, "self_harm", 0.9, "seen 1")])
    a_line(app, seen).take(as_raw(a_letter(sender=f"Ann Penrose <{ann.emails()[0]}>")), mailbox="main")
    matter = a_matter(app, ann)
    with app.begin(CLERK) as work:
        for username, role in (("p.rowe", Role.ASSISTANT), ("t.gone", Role.NAMED_OFFICER)):
            officers.add(work, username=username, name="P. Rowe", role=role)
            officers.set_password(work, username=username, password=PASSWORD)
        officers.deactivate(work, username="t.gone")
        first, second, fourth = (work.session.get_one(Customer, c.id) for c in (ann, ben, dee))
        letter = find_contact(work.session, 1)
        item, flag = queue.find_item(work.session, 1), work.session.get_one(Flag, 1)
        queue.rule(work, item, outcome=Outcome.OVERRULE, flag=flag, reason="a figure of speech", right_label="child")
        queue.rule_on_finding(work, letter.findings[0], outcome=Outcome.AGREE)
        queue.rule(work, item, outcome=Outcome.ATTEST)
        confirm_customer(work, letter, first, reason="rang her", policy=app.policy)
        associates.confirm(work, first, second, reason="he says so")
        rulings.rename(work, find_issue(work.session, matter), title="The lamp")
        merge(work, keep=first, merged=fourth, reason="they are one person")


@pytest.mark.parametrize(("what", "statement"), [(what, one) for what, some in BY_HAND.items() for one in some])
def test_the_check_of_the_history_names_what_was_written_by_hand(app: App, what: str, statement: str) -> None:
    everything_said(app)
    with app.look() as session:
        assert verify(session, app.seal).unknown == ()
    with_the_locks_off(app, statement)
    with app.look() as session:
        assert {name.partition(":")[0] for name in verify(session, app.seal).unknown} == {what}


def test_nobody_acts_in_a_role_or_with_a_password_that_was_written_in_by_hand(app: App) -> None:
    everything_said(app)
    assert app.officer("p.rowe").name == "p.rowe"
    with app.look() as session:
        kept = officers.find(session, "p.rowe").password
        assert officers.signed_in(session, username="p.rowe", password=PASSWORD, seal=app.seal) is not None
        assert officers.signed_in(session, username="t.gone", password=PASSWORD, seal=app.seal) is None
    with_the_locks_off(app, f"UPDATE officers SET password = '{kept}', active = 1 WHERE username = 't.gone'")
    with_the_locks_off(app, "UPDATE officers SET role = 'clerk' WHERE username = 'p.rowe'")
    for username in ("p.rowe", "t.gone"):
        with pytest.raises(NotAllowed, match="by hand"):
            app.officer(username)
        with app.look() as session:
            assert officers.signed_in(session, username=username, password=PASSWORD, seal=app.seal) is None
