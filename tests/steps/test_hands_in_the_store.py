"""What hands change in the store where no digest holds it, or take out of it: it keeps no restriction alive, and closes
nobody's way to the council."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from bot.audit import verify
from bot.bootstrap import App
from bot.casework.cases import adjustments
from bot.casework.lapse import record_lapses
from bot.casework.steps import Said, take_step
from bot.work import SERVICE
from models.case import StepKind
from models.decision import Decision, Measure
from models.errors import Refused
from models.in_force import restrictions_in_force
from models.migrations.guards import guards
from tests.after import HEAD, SIX_MONTHS, InForce, under_a_decision
from tests.builders import CLERK, put_clock


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


def test_a_review_recorded_too_late_is_late_though_its_moment_is_changed_by_hand(app: App) -> None:
    this = missed_its_review(app)
    with app.begin(CLERK) as work:  # by another way than the verb, which refuses it
        step = take_step(
            work,
            this.case,
            StepKind.PERIODIC_REVIEW,
            on=SIX_MONTHS,
            who=HEAD,
            words="held in time, recorded late",
            facts={"due_on": SIX_MONTHS, "outcome": "continue", "grounds": "as before"},
            decision=work.session.get_one(Decision, this.decision.id),
            policy=app.policy,
        )
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
    with app.begin(CLERK) as work:
        take_step(
            work,
            this.case,
            StepKind.PERIODIC_REVIEW,
            on=SIX_MONTHS,
            who=HEAD,
            words="held in time, recorded late",
            facts={"due_on": SIX_MONTHS, "outcome": "continue", "grounds": "as before"},
            decision=work.session.get_one(Decision, this.decision.id),
            policy=app.policy,
        )
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
