"""Random lives of information requests: whatever is tried, and in whatever order, the records keep to the law.

What is asserted is read from the rows themselves, not from the rules that let them in.
EVENHAND_THOROUGH=1 runs many more, each time others.
"""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from models.calendar import UK_ANY, add_working_days
from models.errors import Refused
from models.letter import Letter, LetterKind, LetterSent
from models.request import InformationRequest, Regime, RequestStep, RequestStepKind, all_requests, request_steps
from models.request_standing import ASKED_AND_GIVEN
from models.step_facts import REQUEST_FACTS, choices
from tests.builders import a_contact, a_customer, a_store, put_clock
from tests.requests import CLERKS_NAME, OFFICERS_NAME, PANEL, a_request, letter_goes, our_letter, step

THOROUGH = bool(os.environ.get("EVENHAND_THOROUGH"))
K, L = RequestStepKind, LetterKind
PEOPLE = [CLERKS_NAME, OFFICERS_NAME, PANEL, "Rosenwyn Trelawny", "A. Rowe, for the Town Clerk", "Town Clerk"]
CLERKS = {CLERKS_NAME, "Rosenwyn Trelawny", "Town Clerk"}  # one person
ASKING = [L.FOI_CLARIFICATION, L.FOI_FEES_NOTICE, L.EIR_CLARIFICATION, L.EIR_FEES_NOTICE, L.SAR_CLARIFICATION]
LETTERS = [kind for kind in L if kind.value.partition("_")[0] in ("foi", "eir", "sar", "dp")]
REFUSALS = {
    L.FOI_REFUSAL_VEXATIOUS: "s14(1)",
    L.FOI_REFUSAL_COST: "s12",
    L.EIR_REFUSAL: "12(4)(b)",
    L.SAR_REFUSAL: "unfounded excessive",
}
UNDER = {
    Regime.FOI: ["s14(1)", "s12"],
    Regime.EIR: ["12(4)(b)"],
    Regime.SAR: ["unfounded", "excessive"],
    Regime.DP_COMPLAINT: ["s14(1)", "excessive"],
}
INDICATORS = ["undue_burden", "personal_grudge", "malicious", "repeats_too_soon", "abusive_language"]
PICK = st.integers(min_value=0, max_value=1_000_000)


class Lives(RuleBasedStateMachine):
    """What was recorded in all lives together is counted, so that no promise is kept for want of trying."""

    recorded: ClassVar[Counter[RequestStepKind]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.open = ExitStack()
        folder = self.open.enter_context(tempfile.TemporaryDirectory(prefix="evenhand-requests-"))
        self.app = self.open.enter_context(a_store(Path(folder) / "store"))
        self.requests: list[InformationRequest] = []
        self.number = 0

    @initialize(regimes=st.lists(st.sampled_from(Regime), min_size=1, max_size=3))
    def somebody_asks(self, regimes: list[Regime]) -> None:
        self.ann, self.ben = a_customer(self.app), a_customer(self.app, name="Ben Trewin")
        for regime in regimes:
            self.requests.append(a_request(self.app, regime, customer=self.ann, subject=f"matter {len(self.requests)}"))

    def pick(self, number: int) -> InformationRequest:
        return self.requests[number % len(self.requests)]

    @rule(regime=st.sampled_from(Regime), other=st.booleans(), same=st.booleans())
    def somebody_asks_again(self, regime: Regime, other: bool, same: bool) -> None:
        subject = "matter 0" if same else f"matter {len(self.requests)}"
        self.requests.append(a_request(self.app, regime, customer=self.ben if other else self.ann, subject=subject))

    @rule(days=st.integers(1, 25))
    def time_passes(self, days: int) -> None:
        put_clock(self.app, self.app.today + timedelta(days=days))

    @rule(
        number=PICK,
        kind=st.sampled_from(RequestStepKind),
        who=st.sampled_from(PEOPLE),
        back=st.integers(0, 5),
        data=st.data(),
    )
    def a_step_is_tried(self, number: int, kind: RequestStepKind, who: str, back: int, data: st.DataObject) -> None:
        facts = {n.rstrip("?"): self.a_fact(n.rstrip("?"), words, data) for n, words in REQUEST_FACTS[kind].items()}
        if kind is K.DECIDED and facts["outcome"] == "answer":
            del facts["under"]
        self.number += 1
        try:
            on = self.app.today - timedelta(days=back)
            step(self.app, self.pick(number), kind, on=on, who=who, words=f"words {self.number}", facts=facts)
        except Refused:
            return

    def a_fact(self, name: str, words: str, data: st.DataObject) -> Any:
        if choices(words):
            return data.draw(st.sampled_from(choices(words)))
        head = words.partition(": ")[0]
        if head == "number":
            return data.draw(st.integers(0, 2000))
        if head == "day":
            return (self.app.today + timedelta(days=data.draw(st.integers(-5, 40)))).isoformat()
        if name == "indicator":
            return data.draw(st.sampled_from(INDICATORS))
        if name == "with" and "FE-04" in words:
            return data.draw(st.sampled_from(PEOPLE))
        if name in ("with", "to", "earlier"):
            return self.pick(data.draw(PICK)).reference
        return "as it is"

    @rule(number=PICK, data=st.data(), notice=st.booleans())
    def a_refusal_is_pursued(self, number: int, data: st.DataObject, notice: bool) -> None:
        """The steps of one refusal in their order, as far as they are let."""
        request = self.pick(number)
        under = data.draw(st.sampled_from(UNDER[request.regime]))
        shows = {"unfounded": "malicious", "excessive": "repeats_too_soon"}.get(under, "undue_burden")
        weighing = {"nature": "letters", "purposes": "a list", "changes": "yearly", "since": "nothing"}
        wanted: list[tuple[RequestStepKind, dict[str, Any]]] = [
            (K.INDICATOR, {"indicator": shows, "shows": "as it is"}),
            (K.INTERVAL, weighing),
            (K.VALUE, {}),
            (K.BURDEN, {}),
            (K.PROMPT_ANSWERED, {}),
            (K.PUBLIC_INTEREST, {"for": "much", "against": "more", "outcome": "maintain"}),
            (K.ESTIMATE, {"task": "locating", "minutes": 1500}),
        ]
        for kind, facts in wanted:
            self.tried(request, kind, **facts)
        self.letter(request, L.FOI_NARROWING)
        if under == "excessive":
            self.letter(request, L.SAR_CLARIFICATION)
        decision: dict[str, Any] = {"outcome": "refuse", "under": under, "with": OFFICERS_NAME}
        self.tried(request, K.DECIDED, **decision)
        if notice:
            self.letter(request, next(kind for kind, words in REFUSALS.items() if under in words))

    @rule(number=PICK, who=st.sampled_from(PEOPLE), answered=st.booleans())
    def a_review_is_pursued(self, number: int, who: str, answered: bool) -> None:
        request = self.pick(number)
        if answered:
            self.letter(request, L.FOI_ANSWER)
            self.letter(request, L.EIR_ANSWER)
        self.tried(request, K.REVIEW_ASKED)
        self.tried(request, K.REVIEW_DECIDED, who=who, outcome="upheld" if answered else "not_upheld")

    @rule(number=PICK, days=st.integers(20, 120))
    def more_time_is_told(self, number: int, days: int) -> None:
        request = self.pick(number)
        until = (request.received_on + timedelta(days=days)).isoformat()
        self.tried(request, K.EXTENDED, until=until, because="complex_and_voluminous")
        self.letter(request, L.EIR_EXTENSION)
        self.letter(request, L.SAR_EXTENSION)

    @rule(number=PICK, days=st.integers(0, 25), paid=st.booleans())
    def something_is_asked_by_letter(self, number: int, days: int, paid: bool) -> None:
        request = self.pick(number)
        kind = K.FEE_ASKED if paid else K.CLARIFICATION_ASKED
        facts: dict[str, Any] = {"pounds": 30} if paid else {}
        self.tried(request, kind, **facts)
        for letter in ASKING:
            self.letter(request, letter)
        put_clock(self.app, self.app.today + timedelta(days=days))
        self.tried(request, ASKED_AND_GIVEN[kind])

    @rule(
        number=PICK, pairs=st.sampled_from([(K.WITHDRAWN, K.REVIVED), (K.CLARIFICATION_ASKED, K.CLARIFICATION_GIVEN)])
    )
    def one_writes_and_the_other_answers(self, number: int, pairs: tuple[RequestStepKind, RequestStepKind]) -> None:
        for kind in pairs:
            theirs = a_contact(self.app, self.ann, sender="ann@penrose.example").id
            self.said_in(number, kind, our_letter(self.app, self.ann) if kind is K.CLARIFICATION_ASKED else theirs)

    @rule(number=PICK, kind=st.sampled_from([K.TRANSFERRED, K.CLARIFICATION_ASKED, K.FEE_ASKED]), whole=st.booleans())
    def the_council_writes(self, number: int, kind: RequestStepKind, whole: bool) -> None:
        facts: dict[RequestStepKind, dict[str, Any]] = {
            K.TRANSFERRED: {"to": "the county", "how": "told_where", "extent": "whole" if whole else "part"},
            K.FEE_ASKED: {"pounds": 30},
        }
        self.said_in(number, kind, our_letter(self.app, self.ann), **facts.get(kind, {}))

    def said_in(self, number: int, kind: RequestStepKind, contact: int, **facts: Any) -> None:
        self.number += 1
        try:
            step(self.app, self.pick(number), kind, words=f"words {self.number}", contact=contact, facts=facts)
        except Refused:
            return

    @rule(number=PICK, back=st.integers(0, 30))
    def evidence_is_added(self, number: int, back: int) -> None:
        self.tried(self.pick(number), K.EVIDENCE, back=back)

    def tried(
        self, request: InformationRequest, kind: RequestStepKind, *, who: str = CLERKS_NAME, back: int = 0, **facts: Any
    ) -> None:
        self.number += 1
        try:
            on = self.app.today - timedelta(days=back)
            step(self.app, request, kind, on=on, who=who, words=f"words {self.number}", facts=facts)
        except Refused:
            return

    @rule(number=PICK, kind=st.sampled_from(LETTERS))
    def a_letter_is_tried(self, number: int, kind: LetterKind) -> None:
        self.letter(self.pick(number), kind)

    def letter(self, request: InformationRequest, kind: LetterKind) -> None:
        try:
            letter_goes(self.app, request, kind)
        except Refused:
            return

    def teardown(self) -> None:
        try:
            with self.app.look() as session:
                for request in all_requests(session):
                    steps = request_steps(session, request)
                    letters = {
                        letter.id: letter
                        for letter in session.query(Letter).join(LetterSent, LetterSent.letter_id == Letter.id)
                    }
                    lawful(request, steps, letters)
                    self.recorded.update(s.kind for s in steps)
        finally:
            self.open.close()


def lawful(request: InformationRequest, steps: list[RequestStep], letters: dict[int, Letter]) -> None:
    for number, one in enumerate(steps):
        before = steps[:number]
        decided = [s for s in before if s.kind is K.DECIDED]
        if one.kind is K.REFUSED:
            assert one.letter_id is not None, "a refusal is a notice that went"
            last = decided[-1]
            assert last.facts["outcome"] == "refuse"
            assert last.facts["under"] in REFUSALS[letters[one.letter_id].kind]
        if one.kind is K.DECIDED and one.facts["outcome"] == "refuse":
            assert one.facts["with"] == OFFICERS_NAME
            assert one.who in CLERKS | {"A. Rowe, for the Town Clerk"}, "decided by the head, with another"
            kinds = {s.kind for s in before}
            if one.facts["under"] in ("s14(1)", "12(4)(b)"):
                assert {K.INDICATOR, K.VALUE, K.BURDEN} <= kinds, "value against burden"
            if one.facts["under"] == "12(4)(b)":
                assert [s for s in before if s.kind is K.PUBLIC_INTEREST][-1].facts["outcome"] == "maintain"
            if one.facts["under"] == "s12":
                assert {K.ESTIMATE, K.NARROWING_ASKED} <= kinds
            if one.facts["under"] in ("unfounded", "excessive"):
                assert K.INDICATOR in kinds
        if one.kind is K.REVIEW_DECIDED and one.letter_id is None:
            took_part = {s.who for s in decided} | {s.facts.get("with") for s in decided}
            took_part |= {s.who for s in before if s.kind in (K.ANSWERED, K.REFUSED, K.NO_NOTICE)}
            assert one.who not in took_part, "nobody reviews what they decided"
            assert not (one.who in CLERKS and took_part & CLERKS), "by whatever name"
        if one.kind is K.EVIDENCE:
            assert one.on <= latest_day(request, before), "nothing after the statutory deadline counts"
        if one.kind in (K.CLARIFICATION_GIVEN, K.IDENTITY_GIVEN, K.FEE_PAID):
            asked = [s for s in before if ASKED_AND_GIVEN.get(s.kind) is one.kind]
            assert any(s.contact_id or s.letter_id for s in asked), "what nobody was asked for in writing, nobody gave"
        if one.kind is K.WITHDRAWN:
            assert one.contact_id not in (None, request.contact_id), "only the requester withdraws, and later"
        if one.kind is K.REVIVED:
            assert [s for s in before if s.kind in (K.WITHDRAWN, K.REVIVED)][-1].kind is K.WITHDRAWN
        if one.kind is K.TRANSFERRED:
            assert one.contact_id is not None, "the requester was told"
        if one.kind is K.NO_NOTICE:
            assert decided[-1].facts["under"] == "s14(1)"
    told = [s.letter_id is not None for s in steps if s.kind is K.REVIEW_DECIDED]
    assert True not in told[:-1], "what was told is not decided again"


def latest_day(request: InformationRequest, before: list[RequestStep]) -> date:
    """The last day there could be under any law: its longest period after the last thing that the requester gave, and
    as long as the clock waits for them, any day."""
    asked = [s for s in before if s.kind in (K.CLARIFICATION_ASKED, K.IDENTITY_ASKED, K.FEE_ASKED)]
    given = [s.on for s in before if s.kind in (K.CLARIFICATION_GIVEN, K.IDENTITY_GIVEN, K.FEE_PAID)]
    if asked and len(given) < len(asked):
        return date.max
    start = max([request.received_on, *given])
    return max(add_working_days(start, 60, UK_ANY), start + timedelta(days=95))


def test_random_lives_of_requests_keep_to_the_law() -> None:
    many = settings(
        max_examples=3000 if THOROUGH else 90,
        stateful_step_count=20,
        deadline=None,
        derandomize=not THOROUGH,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Lives, settings=many)
    tried = {K.REFUSED, K.ANSWERED, K.EVIDENCE, K.REVIEW_ASKED, K.REVIEW_DECIDED, K.EXTENDED, K.PUBLIC_INTEREST}
    tried |= {K.WITHDRAWN, K.REVIVED, K.TRANSFERRED, K.CLARIFICATION_GIVEN, K.INTERVAL}
    assert not {kind for kind in tried if not Lives.recorded[kind]}
