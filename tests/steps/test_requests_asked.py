"""What the requester is asked under the FOI and the EIR: what is meant, and a fee, each by letter and in time."""

from __future__ import annotations

from datetime import date

import pytest

from bot.bootstrap import App
from bot.letters.check import missing_contents, wrong_words
from bot.letters.draft import amend, draft
from bot.requests.standing import next_steps
from models.customer import Customer
from models.errors import Refused
from models.letter import Letter, LetterKind
from models.request import InformationRequest, Regime, RequestStepKind
from models.request_standing import State, request_standing
from tests.builders import CLERK, a_customer, put_clock
from tests.requests import a_request, letter_goes, step

K, L = RequestStepKind, LetterKind
ASKS = {Regime.FOI: L.FOI_CLARIFICATION, Regime.EIR: L.EIR_CLARIFICATION}
NOTICES = {Regime.FOI: L.FOI_FEES_NOTICE, Regime.EIR: L.EIR_FEES_NOTICE}
LAWS = pytest.mark.parametrize("regime", [Regime.FOI, Regime.EIR])


@pytest.fixture
def ann(app: App) -> Customer:
    return a_customer(app)


def how(app: App, request: InformationRequest) -> tuple[State, date | None]:
    with app.look() as session:
        found = request_standing(session, request, app.policy.procedure)
    return found.state, found.due


def drafted(app: App, kind: LetterKind, request: InformationRequest, **passages: str) -> tuple[Letter, list[str]]:
    """A letter from the records, and what keeps it from going."""
    with app.begin(CLERK) as work:
        letter = draft(work, kind, policy=app.policy, council="Porthmellin Town Council", request=request)
        if passages:
            letter = amend(work, letter, policy=app.policy, passages=passages)
        return letter, [*missing_contents(letter, app.policy), *wrong_words(work.session, letter, app.policy)]


@LAWS
def test_what_is_meant_is_asked_by_its_letter_and_the_clock_begins_anew_with_the_answer(
    app: App, ann: Customer, regime: Regime
) -> None:
    request = a_request(app, regime, customer=ann)
    with pytest.raises(Refused, match="nothing yet that this letter would ask: `evenhand request clarify"):
        letter_goes(app, request, ASKS[regime])
    assert drafted(app, ASKS[regime], request)[1], "nobody words the question for the council"
    step(app, request, K.CLARIFICATION_ASKED, words="Which of the two walls, and which years?")
    assert how(app, request) == (State.OPEN, date(2026, 3, 31)), "written down, and nobody was asked"
    with app.look() as session:
        assert any(f"draft {ASKS[regime].value}" in words for words in next_steps(session, request, app.policy))
    with pytest.raises(Refused, match=f"no letter asked it.*{ASKS[regime].value}"):
        step(app, request, K.CLARIFICATION_GIVEN)
    letter, wrong = drafted(app, ASKS[regime], request)
    assert wrong == []
    assert "Which of the two walls" in letter.contents["clarify"]
    assert "begin again" in letter.contents["paused"]
    letter_goes(app, request, ASKS[regime])
    assert how(app, request) == (State.PAUSED, None)
    with pytest.raises(Refused, match="asked already"):
        letter_goes(app, request, ASKS[regime])
    put_clock(app, date(2026, 3, 9))
    step(app, request, K.CLARIFICATION_GIVEN)
    assert how(app, request) == (State.OPEN, date(2026, 4, 9))


@LAWS
def test_a_fees_notice_leaves_the_days_out_until_the_fee_is_paid(app: App, ann: Customer, regime: Regime) -> None:
    request = a_request(app, regime, customer=ann)
    put_clock(app, date(2026, 3, 4))
    step(app, request, K.FEE_ASKED, pounds=30, words="Six hundred sheets at five pence.")
    letter, wrong = drafted(app, NOTICES[regime], request)
    assert wrong == []
    assert "30 pounds" in letter.contents["fee"]
    assert "Six hundred sheets" in letter.contents["made_up"]
    letter_goes(app, request, NOTICES[regime])
    put_clock(app, date(2026, 3, 11))
    step(app, request, K.FEE_PAID)
    assert how(app, request) == (State.OPEN, date(2026, 4, 10)), "six working days later: the first and the last count"


@LAWS
def test_a_fees_notice_names_the_fee_on_record_and_the_time_that_the_law_gives(
    app: App, ann: Customer, regime: Regime
) -> None:
    request = a_request(app, regime, customer=ann)
    step(app, request, K.FEE_ASKED, pounds=30)
    for passages, said in (
        ({"fee": "We can send it for a fee of 300 pounds."}, "must be the 30 pounds"),
        ({"fee": "We can send it for a fee of £30.50."}, "must be the 30 pounds"),
        ({"pay_by": "Please pay within the next two weeks."}, "months" if regime is Regime.FOI else "working days"),
    ):
        _, wrong = drafted(app, NOTICES[regime], request, **passages)
        assert any(said in words for words in wrong), passages
    assert drafted(app, NOTICES[regime], request, fee="We can send it for a fee of £30.00 in all.")[1] == []


@pytest.mark.parametrize(
    ("kind", "letters", "facts"), [(K.CLARIFICATION_ASKED, ASKS, {}), (K.FEE_ASKED, NOTICES, {"pounds": 30})]
)
@LAWS
def test_what_is_asked_after_the_last_day_gives_no_more_time_and_does_not_go(
    app: App,
    ann: Customer,
    regime: Regime,
    kind: RequestStepKind,
    letters: dict[Regime, LetterKind],
    facts: dict[str, int],
) -> None:
    request = a_request(app, regime, customer=ann)
    put_clock(app, date(2026, 4, 1))
    step(app, request, kind, facts=facts)
    with pytest.raises(Refused, match="was to be asked by 31 March 2026"):
        letter_goes(app, request, letters[regime])
    assert how(app, request) == (State.OPEN, date(2026, 3, 31))


def test_each_of_them_is_asked_under_its_own_law(app: App, ann: Customer) -> None:
    request = a_request(app, Regime.FOI, customer=ann)
    step(app, request, K.CLARIFICATION_ASKED)
    with pytest.raises(Refused, match="this letter is about an EIR request"):
        letter_goes(app, request, L.EIR_CLARIFICATION)
    with pytest.raises(Refused, match="nothing yet that this letter would ask: `evenhand request fee"):
        letter_goes(app, request, L.FOI_FEES_NOTICE)
