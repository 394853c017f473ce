"""An officer says whose a contact is; conduct is held against nobody before that (INV-21)."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from bot.bootstrap import App
from bot.cli import cli
from bot.identity import confirm_customer, confirm_new
from bot.matters.associates import confirm, reject
from bot.queue import put, rule
from bot.work import SERVICE
from models.audit import AuditEntry
from models.conduct import Tally, conduct_of
from models.contact import Contact, Match
from models.customer import Customer, Standing
from models.errors import NotAllowed, Refused
from models.finding import About, Finding
from models.identity import identity_rulings
from models.issue import find_issue
from models.log import find_contact, find_customer
from models.message import Direction
from models.queue import FlagKind, Lane, Outcome, flags_of, item_of
from tests.builders import AUDITOR, CLERK, NAMED_OFFICER, a_customer, a_restriction, merge_of
from tests.matters import a_filed, a_matter, a_reply, filed_in
from tests.web.people import OFFICERS, let_in

REPEAT = (Finding(About.RELATION, "repeat", 0.9, "repeat 2"), FlagKind.REPEAT)


@pytest.fixture
def wella(app: App) -> Customer:
    return a_customer(app, name="Wella Bray")


def confirmed(app: App, contact: int, customer: Customer, *, reason: str = "rang her", seen: int | None = None) -> None:
    with app.begin(NAMED_OFFICER) as work:
        who = work.session.get_one(Customer, customer.id)
        confirm_customer(work, work.session.get_one(Contact, contact), who, reason=reason, policy=app.policy, seen=seen)


def look(app: App, number: int) -> Contact:
    with app.look() as session:
        return find_contact(session, number)


def test_confirming_makes_it_certain_and_keeps_what_the_program_had_said(app: App, ann: Customer) -> None:
    letter = a_filed(app, ann, None, match=Match.SUGGESTED, reasons=("signs with their full name (+8.0)",))
    confirmed(app, letter, ann)
    found = look(app, letter)
    assert (found.match, found.customer_id) == (Match.CERTAIN, ann.id)
    assert found.match_reasons == ["confirmed by m.hosking: rang her"]
    with app.look() as session:
        (ruling,) = identity_rulings(session, [letter])
        assert (ruling.match_before, ruling.reasons_before) == (Match.SUGGESTED, ["signs with their full name (+8.0)"])
        entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()
        assert (entry.verb, entry.subject) == ("contact.confirm_customer", f"Contact:{letter}")


def test_a_matter_that_only_this_letter_opened_goes_with_it_to_the_other_customer(
    app: App, ann: Customer, wella: Customer
) -> None:
    lamp = a_matter(app, ann)
    letter = a_filed(app, ann, lamp, match=Match.SUGGESTED)
    reply = a_reply(app, ann, lamp, day=1, answers=letter)
    confirmed(app, letter, wella)
    with app.look() as session:
        assert find_issue(session, lamp).customer_id == wella.id
    assert [look(app, n).customer_id for n in (letter, reply)] == [wella.id, wella.id]


def test_out_of_a_matter_with_other_letters_it_goes_alone_and_comes_back_when_that_is_undone(
    app: App, ann: Customer, wella: Customer
) -> None:
    lamp = a_matter(app, ann)
    first = a_filed(app, ann, lamp)
    letter = a_filed(app, ann, lamp, day=1, match=Match.SUGGESTED)
    reply = a_reply(app, ann, lamp, day=2, answers=letter)
    confirmed(app, letter, wella)
    assert filed_in(app, lamp) == [first]
    away = look(app, letter).issue_id
    assert away is not None
    with app.look() as session:
        assert find_issue(session, away).customer_id == wella.id
    confirmed(app, letter, ann, reason="it was her after all")
    assert filed_in(app, lamp) == [first, letter, reply]
    assert look(app, reply).customer_id == ann.id


def test_an_unfiled_letter_takes_the_councils_answer_along(app: App, ann: Customer, wella: Customer) -> None:
    letter = a_filed(app, ann, None, match=Match.SUGGESTED)
    reply = a_filed(app, ann, None, day=1, direction=Direction.OUT, answers=letter)
    confirmed(app, letter, wella)
    assert look(app, letter).issue_id is None
    assert look(app, reply).customer_id == wella.id


def test_somebody_on_no_record_gets_one_with_the_address_only_suggested(app: App, ann: Customer) -> None:
    letter = a_filed(app, ann, None, match=Match.SUGGESTED, sender="ivor@pask.example")
    with app.begin(CLERK) as work:
        found = work.session.get_one(Contact, letter)
        ruling = confirm_new(work, found, name="Ivor Pask", reason="he says he never wrote before", policy=app.policy)
    with app.look() as session:
        made = find_customer(session, ruling.customer_id)
        assert made.name == "Ivor Pask"
        assert [(p.value, p.standing) for p in made.points] == [("ivor@pask.example", Standing.SUGGESTED)]
    assert (look(app, letter).match, look(app, letter).customer_id) == (Match.CERTAIN, ruling.customer_id)


def test_an_address_made_for_one_message_is_nobodys(app: App, ann: Customer) -> None:
    letter = a_filed(app, ann, None, match=Match.UNKNOWN, sender="request-1094f2a77c3b@requests.example")
    with app.begin(CLERK) as work:
        ruling = confirm_new(
            work, work.session.get_one(Contact, letter), name="Ivor Pask", reason="asked him", policy=app.policy
        )
    with app.look() as session:
        assert find_customer(session, ruling.customer_id).points == []


def test_a_merged_record_stands_for_the_one_that_is_kept(app: App, ann: Customer, wella: Customer) -> None:
    merge_of(app, wella, into=ann)
    letter = a_filed(app, None, None, match=Match.NOBODY)
    confirmed(app, letter, wella)
    assert look(app, letter).customer_id == ann.id


def test_what_makes_no_sense_is_refused_and_only_some_may_say_it(app: App, ann: Customer, wella: Customer) -> None:
    letter = a_filed(app, ann, None, match=Match.SUGGESTED)
    reply = a_reply(app, ann, a_matter(app, ann), day=1)
    with pytest.raises(Refused, match="a reason is needed"):
        confirmed(app, letter, ann, reason=" ")
    with pytest.raises(Refused, match="the council wrote this itself"):
        confirmed(app, reply, wella)
    confirmed(app, letter, ann)
    with pytest.raises(Refused, match=r"m\.hosking confirmed already"):
        confirmed(app, letter, ann)
    with pytest.raises(NotAllowed), app.begin(AUDITOR) as work:
        confirm_customer(work, work.session.get_one(Contact, letter), wella, reason="x", policy=app.policy)


def test_the_second_officer_is_told_what_the_first_one_said(app: App, ann: Customer, wella: Customer) -> None:
    letter = a_filed(app, ann, None, match=Match.SUGGESTED)
    confirmed(app, letter, wella, seen=0)
    with pytest.raises(Refused, match=r"m\.hosking said on 2 March at 12:00 whose contact this is"):
        confirmed(app, letter, ann, seen=0)


def test_a_letter_confirmed_as_a_restricted_customers_must_be_checked(app: App, ann: Customer, wella: Customer) -> None:
    restriction = a_restriction(app, wella)
    letter, queued = (a_filed(app, ann, None, match=Match.SUGGESTED) for _ in range(2))
    with app.begin(SERVICE) as work:
        found = work.session.get_one(Contact, queued)
        put(work, found, lane=Lane.NEW_ISSUE, reasons=["a matter that was not raised before"], must_attest=False)
    for number in (letter, queued):
        confirmed(app, number, wella)
        assert look(app, number).restricted_by == restriction.id
        with app.look() as session:
            item = item_of(session, number)
            assert item is not None
            assert item.must_attest
    confirmed(app, letter, ann)
    assert look(app, letter).restricted_by is None


def test_conduct_counts_and_is_cited_only_where_identity_is_confirmed(app: App, ann: Customer) -> None:
    a_filed(app, ann, None, finding=REPEAT)
    perhaps = a_filed(app, ann, None, match=Match.SUGGESTED, finding=REPEAT)
    a_filed(app, ann, None, match=Match.UNKNOWN, finding=REPEAT)
    with app.look() as session:
        assert conduct_of(session, {ann.id}) == [Tally(FlagKind.REPEAT, 1, 0, 2)]
    confirmed(app, perhaps, ann)
    with app.look() as session:
        assert conduct_of(session, {ann.id}) == [Tally(FlagKind.REPEAT, 2, 0, 1)]


def together(label: str, other: Customer) -> tuple[Finding, FlagKind]:
    return Finding(About.ASSOCIATE, label, 0.9, "associates 2", customer=other.id), FlagKind.ASSOCIATE


def test_acting_with_somebody_counts_only_once_an_officer_confirmed_the_pair(
    app: App, ann: Customer, wella: Customer
) -> None:
    a_filed(app, ann, None, finding=together("associate", wella))
    for said, tally in (
        (None, Tally(FlagKind.ASSOCIATE, 0, 0, 1)),
        (confirm, Tally(FlagKind.ASSOCIATE, 1, 0, 0)),
        (reject, Tally(FlagKind.ASSOCIATE, 0, 0, 1)),
    ):
        if said is not None:
            with app.begin(CLERK) as work:
                said(work, ann, wella, reason="asked them")
        with app.look() as session:
            assert conduct_of(session, {ann.id}) == [tally]


def test_a_confirmed_pair_stays_one_when_the_other_record_is_merged(app: App, ann: Customer, wella: Customer) -> None:
    a_filed(app, ann, None, finding=together("associate", wella))
    with app.begin(CLERK) as work:
        confirm(work, ann, wella, reason="asked them")
    merge_of(app, wella, into=a_customer(app, name="Wella Bray"))
    with app.look() as session:
        assert conduct_of(session, {ann.id}) == [Tally(FlagKind.ASSOCIATE, 1, 0, 0)]


def test_whoever_speaks_for_anybody_else_is_never_held_to_account_for_it(
    app: App, ann: Customer, wella: Customer
) -> None:
    a_filed(app, ann, None, finding=together("speaks_for", wella))
    a_filed(app, ann, None, match=Match.SUGGESTED, finding=together("associate", wella))
    with app.begin(CLERK) as work:
        confirm(work, ann, wella, reason="asked them")
    with app.look() as session:
        assert conduct_of(session, {ann.id}) == [Tally(FlagKind.ASSOCIATE, 0, 0, 2)]


def test_what_was_overruled_is_cited_against_nobody(app: App, ann: Customer) -> None:
    letter = a_filed(app, ann, None, finding=REPEAT)
    with app.begin(SERVICE) as work:
        found = work.session.get_one(Contact, letter)
        item = put(work, found, lane=Lane.NAMED_OFFICER, reasons=["flagged: repeat"], must_attest=True)
    with app.begin(CLERK) as work:
        again = item_of(work.session, letter)
        assert again is not None
        (flag,) = flags_of(work.session, letter)
        rule(work, again, outcome=Outcome.OVERRULE, flag=flag, reason="a fair chase")
    with app.look() as session:
        assert conduct_of(session, {ann.id}) == [Tally(FlagKind.REPEAT, 0, 1, 0)]
    assert item.contact_id == letter


def test_what_was_said_about_identity_is_append_only(app: App, ann: Customer) -> None:
    confirmed(app, a_filed(app, ann, None, match=Match.SUGGESTED), ann)
    for sql in ("UPDATE identity_rulings SET reason = 'x'", "DELETE FROM identity_rulings"):
        with pytest.raises(DatabaseError), Session(app.engine) as session:
            session.execute(text(sql))


def test_the_command_confirms_or_makes_a_new_record(app: App, ann: Customer, wella: Customer) -> None:
    let_in(app, OFFICERS)
    letter = a_filed(app, ann, None, match=Match.SUGGESTED)
    words = ["contact", "confirm", str(letter), "--home", str(app.settings.home), "--as", "r.trelawny"]
    done = CliRunner().invoke(cli, [*words, "--customer", wella.reference, "--reason", "rang her"])
    assert f"contact {letter} is confirmed as {wella.reference}'s" in done.stdout
    CliRunner().invoke(cli, [*words, "--new", "Ivor Pask", "--reason", "his own words"])
    with app.look() as session:
        assert find_customer(session, look(app, letter).customer_id or 0).name == "Ivor Pask"
    neither = CliRunner().invoke(cli, [*words, "--reason", "x"])
    assert isinstance(neither.exception, Refused)
