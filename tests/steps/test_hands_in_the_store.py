"""What hands change in the store where no digest holds it, or take out of it: it keeps no restriction alive, closes
nobody's way to the council, is held against nobody, and is named by the check of the history."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from bot.audit import verify
from bot.bootstrap import App
from bot.casework.cases import adjustments
from bot.casework.exceptions import record_exception
from bot.casework.lapse import record_lapses
from bot.casework.steps import Said, take_step
from bot.customers import add_point, mark_never_restrict, reject_point
from bot.enforcement.apply import switch, wanted_rules
from bot.identity import confirm_customer
from bot.intake.record import add_by_hand
from bot.work import SERVICE, Work
from models.case import CaseStep, StepKind
from models.contact import Contact, Match
from models.customer import ContactPoint, Customer, PointKind
from models.decision import Decision, Measure
from models.errors import Refused
from models.in_force import restrictions_in_force
from models.message import Channel, Direction
from models.migrations.guards import guards
from tests.after import HEAD, SIX_MONTHS, InForce, under_a_decision
from tests.builders import CLERK, a_contact, a_customer, a_restriction, merge_of, put_clock
from tests.conduct import a_life


def with_the_locks_off(app: App, statement: str) -> None:
    """As whoever owns the database can: the triggers off, the row changed, the triggers on again."""
    with closing(sqlite3.connect(str(app.engine.url.database))) as store:
        for guard in guards("sqlite"):
            store.execute(f"DROP TRIGGER {guard.name}")
        assert store.execute(statement).rowcount
        for guard in guards("sqlite"):
            store.execute(guard.statements[0])
        store.commit()


def named(app: App) -> tuple[str, ...]:
    with app.look() as session:
        return verify(session, app.seal).unknown


def doubtful(app: App) -> dict[int, str]:
    with app.look() as session:
        return dict(restrictions_in_force(session, app.today, app.seal, app.policy.reviews_demanded).doubtful)


def missed_its_review(app: App) -> InForce:
    """The grace has run out by a day."""
    this = under_a_decision(app)
    put_clock(app, SIX_MONTHS + timedelta(days=app.policy.procedure.reviews.grace_days + 1))
    assert not this.binding()
    return this


def a_review_recorded_late(this: InForce) -> CaseStep:
    """By another way than the verb, which refuses it."""
    with this.app.begin(CLERK) as work:
        return take_step(
            work,
            this.case,
            StepKind.PERIODIC_REVIEW,
            on=SIX_MONTHS,
            who=HEAD,
            words="held in time, recorded late",
            facts={"due_on": SIX_MONTHS, "outcome": "continue", "grounds": "as before"},
            decision=work.session.get_one(Decision, this.decision.id),
            policy=this.app.policy,
        )


def test_a_review_recorded_too_late_is_late_though_its_moment_is_changed_by_hand(app: App) -> None:
    this = missed_its_review(app)
    step = a_review_recorded_late(this)
    with_the_locks_off(app, f"UPDATE case_steps SET recorded_at = '{SIX_MONTHS} 10:00:00' WHERE id = {step.id}")
    assert not this.binding()
    assert named(app) == (f"CaseStep:{step.id}",)


def test_who_recorded_a_step_is_not_another_by_hand(app: App) -> None:
    this = under_a_decision(app)
    with_the_locks_off(app, "UPDATE case_steps SET recorded_by = 'nobody' WHERE kind = 'taken_over'")
    said = Said(app.today, HEAD, "asked again")
    with app.begin(CLERK) as work, pytest.raises(Refused, match="is not in the sealed history"):
        adjustments(work, this.case, said, before="extension", answer="nothing", policy=app.policy)


def test_the_grace_is_not_drawn_out_by_the_day_on_which_the_letter_says_it_was_recorded(app: App) -> None:
    this = missed_its_review(app)
    with_the_locks_off(app, f"UPDATE decision_letters SET recorded_at = '{app.today} 10:00:00'")
    with_the_locks_off(app, f"UPDATE decisions SET recorded_at = '{app.today} 10:00:00'")
    a_review_recorded_late(this)
    assert not this.binding()
    assert {name.partition(":")[0] for name in named(app)} == {"Decision", "DecisionLetter"}


def test_what_ended_by_itself_stays_over_under_settings_that_ask_for_no_reviews(app: App) -> None:
    this = missed_its_review(app)
    with app.begin(SERVICE) as work:
        assert record_lapses(work, policy=app.policy)
    with app.look() as session:
        assert not restrictions_in_force(session, app.today, app.seal, None).binding
    assert not this.binding()


def test_an_only_channel_whose_answer_is_taken_out_is_not_closed(app: App) -> None:
    this = under_a_decision(app, Measure.EMAIL_BLOCK)
    said = Said(app.today, HEAD, "she wrote that she cannot use the telephone")
    with app.begin(CLERK) as work:
        step = adjustments(
            work, this.case, said, before="extension", answer="by e-mail", only_channel="email", policy=app.policy
        )
    with_the_locks_off(app, f"DELETE FROM case_steps WHERE id = {step.id}")
    assert not this.binding()
    assert list(doubtful(app).values()) == [
        "what is stored of the channels that this person can use is not in the sealed audit trail"
    ]
    with app.begin(CLERK) as work, pytest.raises(Refused, match=f"step {step.id} of .* is not in the sealed history"):
        adjustments(work, this.case, said, before="extension", answer="nothing", policy=app.policy)


# --- whose a contact is, and what it says ----------------------------------------------------------------------------


def a_logged_call(app: App, customer: Customer) -> Contact:
    with app.begin(CLERK) as work:
        return add_by_hand(
            work,
            work.session.get_one(Customer, customer.id),
            channel=Channel.TELEPHONE,
            direction=Direction.IN,
            at=work.now,
            nature="the lamp",
            words="it is dark",
        )


@pytest.mark.parametrize("changed", ["customer_id = {other}", "own = 'I will come for you', body = own"])
def test_what_was_made_somebody_s_conduct_by_hand_is_cited_by_no_step(app: App, changed: str) -> None:
    this = under_a_decision(app, customer=a_customer(app))
    call = a_logged_call(app, a_customer(app) if "customer" in changed else this.customer)
    with_the_locks_off(app, f"UPDATE contacts SET {changed.format(other=this.customer.id)} WHERE id = {call.id}")
    said = Said(app.today, HEAD, "he rang again", cites=(call.id,))
    with app.begin(CLERK) as work, pytest.raises(Refused, match=f"contact {call.id} is not in the sealed history"):
        record_exception(work, this.case, said, what="x", policy=app.policy)
    assert named(app) == (f"Contact:{call.id}",)


def test_a_guess_that_was_made_certain_by_hand_is_cited_by_no_step(app: App) -> None:
    this = under_a_decision(app)
    guess = a_contact(app, this.customer, sender="x@penrose.example", match=Match.SUGGESTED)
    with app.begin(SERVICE) as work:
        found = work.session.get_one(Contact, guess.id)
        work.note("contact.record", found, customer=this.customer.id, match=Match.SUGGESTED.value)
    assert named(app) == ()
    with_the_locks_off(app, f"UPDATE contacts SET match = 'certain' WHERE id = {guess.id}")
    said = Said(app.today, HEAD, "she wrote again", cites=(guess.id,))
    with app.begin(CLERK) as work, pytest.raises(Refused, match=f"contact {guess.id} is not in the sealed history"):
        record_exception(work, this.case, said, what="x", policy=app.policy)
    assert named(app) == (f"Contact:{guess.id}",)


def test_what_an_officer_said_of_a_contact_is_no_work_of_hands(app: App) -> None:
    one, other = a_customer(app), a_customer(app)
    call = a_logged_call(app, one)
    with app.begin(CLERK) as work:
        found, whose = work.session.get_one(Contact, call.id), work.session.get_one(Customer, other.id)
        confirm_customer(work, found, whose, reason="he gave his name", policy=app.policy)
    merge_of(app, other, into=one)
    assert named(app) == ()


# --- who is protected, and which addresses are whose -----------------------------------------------------------------


def test_a_protected_person_whose_mark_is_taken_off_by_hand_stays_protected(app: App) -> None:
    customer = a_customer(app)
    with app.begin(CLERK) as work:
        mark_never_restrict(work, work.session.get_one(Customer, customer.id), reason="a councillor of the county")
    with_the_locks_off(app, f"UPDATE customers SET never_restrict = '' WHERE id = {customer.id}")
    with pytest.raises(Refused, match="never restricted, and somebody took that mark off"):
        under_a_decision(app, customer=customer)
    assert f"Customer:{customer.id}" in named(app)


def test_an_address_that_was_rejected_is_not_confirmed_by_putting_its_old_row_back(app: App) -> None:
    customer = a_customer(app, email="shared@penrose.example")
    restriction = a_restriction(app, customer)
    switch_on(app)
    with app.begin(CLERK) as work:
        point = add_point(work, work.session.get_one(Customer, customer.id), PointKind.EMAIL, "family@penrose.example")
    old = point.seal
    with app.begin(SERVICE) as work:
        assert "family@penrose.example" in rules_of(work, app)[restriction.id]
    with app.begin(CLERK) as work:
        reject_point(work, work.session.get_one(ContactPoint, point.id), reason="it is her mother's")
    with_the_locks_off(app, f"UPDATE contact_points SET standing = 'confirmed', seal = '{old}' WHERE id = {point.id}")
    with app.begin(SERVICE) as work:
        assert rules_of(work, app)[restriction.id] == ("shared@penrose.example",)
    assert named(app) == (f"ContactPoint:{point.id}",)


def switch_on(app: App) -> None:
    with app.begin(CLERK) as work:
        switch(work, on=True)


def rules_of(work: Work, app: App) -> dict[int, tuple[str, ...]]:
    return {rule.restriction: rule.addresses for rule in wanted_rules(work, app.policy, ())}


# --- what is known by its bytes --------------------------------------------------------------------------------------


CHANGED = {
    "Letter": "UPDATE letters SET body = 'another letter'",
    "Paper": "UPDATE papers SET content = x'00'",
    "RawMail": "UPDATE raw_mail SET content = x'00'",
}


@pytest.mark.parametrize("what", CHANGED)
def test_a_letter_and_bytes_that_were_changed_by_hand_are_named(app: App, what: str) -> None:
    life = a_life(app)
    life.report()
    life.review()
    life.adjustments("initial_warning")
    life.initial_letter()
    assert named(app) == ()
    with_the_locks_off(app, CHANGED[what])
    assert {name.partition(":")[0] for name in named(app)} == {what}
