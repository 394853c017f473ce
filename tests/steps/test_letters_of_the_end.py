"""How it ends is told as it was: by whose doing, once, and over the name of whoever may tell it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.bootstrap import App
from bot.casework.continuing import Answer
from bot.casework.lapse import record_lapses
from bot.casework.people import not_the_head
from bot.casework.restrictions import find_restriction, lift
from bot.casework.reviews import ReviewOutcome
from bot.casework.warn import may_send
from bot.letters.draft import draft_lifting
from bot.letters.send import record_event
from bot.work import SERVICE
from config.load import load_policy
from models.case import StepKind
from models.decision import Decision
from models.errors import Refused
from models.letter import Letter, LetterEventKind, LetterKind
from tests.after import HEAD, SIX_MONTHS, InForce, answered, reviewed, under_a_decision
from tests.builders import CLERK, a_customer, put_clock
from tests.conduct import a_life
from tests.letters import missing
from tests.records import a_step

GLAD, OUR_FAULT = "We are glad to be back to normal.", "This was our fault, and we are sorry."


def by_review(this: InForce) -> None:
    reviewed(this, ReviewOutcome.LIFT)


def by_our_own_fault(this: InForce) -> None:
    put_clock(this.app, SIX_MONTHS + timedelta(days=30))
    with this.app.begin(SERVICE) as work:
        record_lapses(work, policy=this.policy)


def as_they_were_right(this: InForce) -> None:
    decided = {"outcome": "partly_upheld", "uninvolved": True}
    a_step(
        this.app, this.case, StepKind.APPEAL_DECIDED, "The log bears you out.", decided, decision_id=this.decision.id
    )
    lifted_by_hand(this)


def as_no_longer_right(this: InForce) -> None:
    answered(this, this.contact(), Answer.NEW_EVIDENCE, still_appropriate="no", decided_by=HEAD, dealt_with="read")
    lifted_by_hand(this)


def lifted_by_hand(this: InForce) -> None:
    with this.app.begin(CLERK) as work:
        lift(work, find_restriction(work.session, 1), reason="it is time", policy=this.policy)


@pytest.mark.parametrize(
    ("ended", "told", "glad"),
    [
        (by_review, "We reviewed them and found no reason to go on with them.", True),
        (by_our_own_fault, OUR_FAULT, False),
        (as_they_were_right, "You asked us to look at our decision again.", False),
        (as_no_longer_right, "found that they are no longer right", False),
        (lifted_by_hand, "We have lifted the limits", False),
    ],
)
def test_the_letter_says_why_the_limits_ended_and_is_glad_only_where_nobody_was_wronged(
    app: App, ended: Callable[[InForce], None], told: str, glad: bool
) -> None:
    this = under_a_decision(app)
    put_clock(app, SIX_MONTHS - timedelta(days=1))
    ended(this)
    with app.begin(CLERK) as work:
        decision = work.session.get_one(Decision, this.decision.id)
        letter, _ = draft_lifting(work, this.case, decision, policy=app.policy, council="Porthmellin Town Council")
    assert missing(app, letter) == []
    assert told in letter.body
    assert (GLAD in letter.body) is glad
    assert (OUR_FAULT in letter.body) is (ended is by_our_own_fault)


# --- once -------------------------------------------------------------------------------------------------------------


def test_one_letter_tells_of_one_review_unless_it_came_back(app: App) -> None:
    this = under_a_decision(app)
    put_clock(app, SIX_MONTHS)
    reviewed(this, cites=(this.contact().id,))
    life, about = a_life(app, customer=a_customer(app, name="Ivor Pask")), this.decision.id
    life.customer, life.case = this.customer, this.case
    sent = life.sends(LetterKind.REVIEW_OUTCOME, decision=about)
    assert sent is not None
    with pytest.raises(Refused, match=f"letter {sent.letter_id} has told of it"):
        life.sends(LetterKind.REVIEW_OUTCOME, decision=about)
    with app.begin(CLERK) as work:
        letter = work.session.get_one(Letter, sent.letter_id)
        record_event(work, letter, LetterEventKind.RETURNED, on=app.today, words="gone away")
    life.sends(LetterKind.REVIEW_OUTCOME, decision=about)


# --- over whose name --------------------------------------------------------------------------------------------------


def test_a_warning_goes_out_over_the_name_of_the_head_or_their_nominee(app: App) -> None:
    life = a_life(app)
    life.report()
    life.review()
    life.adjustments("initial_warning")
    with app.begin(CLERK) as work:
        letter = life.letter(work, LetterKind.INITIAL_WARNING, None, life.case)
        for nobody in ("M. Hosking, Deputy Clerk", "R. Trelawny", "Town Clerk"):
            with pytest.raises(Refused, match=r"who signs it, by title and name: 'Town Clerk, NAME'.*--signed-by"):
                may_send(work.session, letter, policy=app.policy, today=work.today, signed_by=nobody)
        for somebody in ("R. Trelawny, Town Clerk", "M. Hosking, the Town Clerk's nominated representative"):
            may_send(work.session, letter, policy=app.policy, today=work.today, signed_by=somebody)


def test_where_either_of_two_officers_is_at_the_head_each_is_by_their_own_title() -> None:
    policy = load_policy("general")
    assert policy.procedure.people.head == "Clerk or Monitoring Officer"
    for who in ("R. Trelawny, Clerk", "Monitoring Officer, J. Opie"):
        assert not_the_head(who, policy) == []
    for nobody in ("Clerk", "Monitoring Officer", "J. Opie, Deputy Clerk"):
        assert "'Clerk, NAME' or 'Monitoring Officer, NAME'" in not_the_head(nobody, policy)[0]
