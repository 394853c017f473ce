"""After the decision: appeals are heard by people who took no part in it (policy section 9)."""

from __future__ import annotations

import pytest

from bot.bootstrap import App
from bot.casework.appeals import AppealOutcome, answer_appeal, involved, open_appeals, record_appeal
from bot.casework.restrictions import find_restriction
from bot.work import Work
from models.case import CaseStep
from models.contact import Contact
from models.decision import Measure
from models.errors import Refused
from models.letter import LetterKind
from tests.after import HEAD, InForce, under_a_decision
from tests.builders import CLERK, NAMED_OFFICER
from tests.letters import drafted, gone

# --- appeals ----------------------------------------------------------------------------------------------------------


def appealed(this: InForce) -> CaseStep:
    contact = this.contact()
    with this.app.begin(NAMED_OFFICER) as work:
        found = work.session.get_one(Contact, contact.id)
        return record_appeal(work, this.case, found, grounds="nobody asked me", policy=this.policy)


def answers(
    this: InForce, appeal: CaseStep, outcome: AppealOutcome, *deciders: str, lifts: tuple[int, ...] = ()
) -> CaseStep:
    with this.app.begin(CLERK) as work:
        return answer_appeal(
            work,
            this.case,
            work.session.get_one(CaseStep, appeal.id),
            outcome=outcome,
            deciders=deciders,
            on=this.app.today,
            words="the log shows no answer to the first letter",
            policy=this.policy,
            lifts=[find_restriction(work.session, number) for number in lifts],
        )


@pytest.mark.parametrize(
    ("decider", "said"),
    [
        ("Full Council", "took part"),
        ("Rosenwyn Trelawny, Town Clerk", "took part"),
        ("r.trelawny", "took part"),
        ("Town Clerk", "a title"),
        (" ", "say who decided"),
    ],
)
def test_nobody_who_took_part_answers_an_appeal(app: App, decider: str, said: str) -> None:
    this = under_a_decision(app)
    with pytest.raises(Refused, match=said):
        answers(this, appealed(this), AppealOutcome.NOT_UPHELD, decider)
    with app.look() as session:
        assert len(open_appeals(session, this.case)) == 1


def test_one_councillor_answers_no_appeal_alone(app: App) -> None:
    this = under_a_decision(app)
    appeal = appealed(this)
    with pytest.raises(Refused, match="name the panel"):
        answers(this, appeal, AppealOutcome.NOT_UPHELD, "Cllr E. Pender")
    answers(this, appeal, AppealOutcome.NOT_UPHELD, "Cllr E. Pender", "Cllr F. Hocking")


def test_an_appeal_that_is_upheld_lifts_what_was_decided(app: App) -> None:
    this = under_a_decision(app, Measure.EMAIL_BLOCK, Measure.WRITTEN_ONLY)
    appeal = appealed(this)
    assert len(this.binding()) == 2
    with app.look() as session:
        assert HEAD in involved(session, this.case)
    step = answers(this, appeal, AppealOutcome.UPHELD, "Appeals Panel", "Cllr B. Tamblyn")
    assert step.facts == {"outcome": "upheld", "uninvolved": True}
    assert not this.binding()
    with app.look() as session:
        assert not open_appeals(session, this.case)
    with pytest.raises(Refused, match="answered already"):
        answers(this, appeal, AppealOutcome.NOT_UPHELD, "Appeals Panel")


def test_an_appeal_upheld_in_part_lifts_something_and_its_own_letter_tells_of_it(app: App) -> None:
    this = under_a_decision(app, Measure.EMAIL_BLOCK, Measure.WRITTEN_ONLY)
    appeal = appealed(this)
    with pytest.raises(Refused, match="say which restriction"):
        answers(this, appeal, AppealOutcome.PARTLY_UPHELD, "Appeals Panel")
    gone, stays = sorted(this.binding())
    answers(this, appeal, AppealOutcome.PARTLY_UPHELD, "Appeals Panel", lifts=(gone,))
    assert this.binding() == {stays}
    with app.look() as session:
        assert this.owed(session) == [LetterKind.APPEAL_OUTCOME]
    words = drafted(app, LetterKind.APPEAL_OUTCOME, case=this.case).contents["outcome"]
    assert "We have lifted these limits" in words
    assert "These stay as they are" in words


def test_an_appeal_is_recorded_once_and_is_of_a_decision_that_was_told(app: App) -> None:
    this = under_a_decision(app)
    appeal = appealed(this)

    def again(work: Work) -> CaseStep:
        found = work.session.get_one(Contact, appeal.contact_id)
        return record_appeal(work, this.case, found, grounds="the same", policy=app.policy)

    with app.begin(NAMED_OFFICER) as work, pytest.raises(Refused, match="an appeal already"):
        again(work)


def test_a_second_appeal_is_answered_when_the_first_answer_was_told(app: App) -> None:
    this = under_a_decision(app)
    first, second = appealed(this), appealed(this)
    answers(this, first, AppealOutcome.NOT_UPHELD, "Appeals Panel")
    with pytest.raises(Refused, match="has not been sent yet"):
        answers(this, second, AppealOutcome.NOT_UPHELD, "Appeals Panel")
    gone(app, drafted(app, LetterKind.APPEAL_OUTCOME, case=this.case, postal_address="1 Quay Street"))
    assert answers(this, second, AppealOutcome.NOT_UPHELD, "Appeals Panel")
