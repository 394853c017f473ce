"""How a case stands on the conduct track, read from its steps, and what a further step still needs.

The machine says which step may follow which (policy section 7; INV-08); `bot.casework.needs` says what must be on
record before each, in plain words with the command that supplies it. Nothing here is stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from statemachine import State, StateMachine
from statemachine.transition_list import TransitionList

from bot.casework.needs import missing
from models.case import CaseStep, StepKind
from models.policy import Policy

K = StepKind


def _into(target: State, *sources: State) -> TransitionList:
    return TransitionList([one for source in sources for one in source.to(target).transitions])


def _stays(*states: State) -> TransitionList:
    return TransitionList([one for state in states for one in state.to(state, internal=True).transitions])


class ConductTrack(StateMachine):
    """The one way through the policy, from an officer's report to the end of a restriction. Policies differ in what a
    step needs, not in its place. A step that moves nothing (adjustments, a meeting, the police) is no event here."""

    allow_event_without_transition = True

    opened = State("opened: an officer's report is awaited", initial=True)
    reported = State("reported: the review of the report is awaited")
    no_action = State("reviewed: no action")
    to_act = State("reviewed: to act")
    warned = State("the initial letter was sent")
    acknowledged = State("the initial letter was acknowledged")
    monitored = State("conduct is being monitored")
    not_heeded = State("the initial letter was found not to have been heeded")
    formally_warned = State("the formal warning was sent")
    recommended = State("the committee has made its recommendation")
    checked = State("the committee's report was checked: the council may decide")
    taken_over = State("taken over from papers: the council's decision may be recorded")
    decided = State("decided: in force only when the decision letter was sent")
    decided_against = State("decided: no restriction")
    told = State("decided, and the customer told")
    closed = State("closed", final=True)

    # Renewed conduct may be reported, and its report reviewed, at any time before the committee has the case.
    report = _into(reported, opened, reported, no_action, decided_against) | _stays(
        to_act, warned, acknowledged, monitored, not_heeded, formally_warned
    )
    review_to_act = _into(to_act, opened, reported, no_action) | _stays(
        to_act, warned, acknowledged, monitored, not_heeded, formally_warned
    )
    review_no_action = _into(no_action, opened, reported, to_act) | _stays(
        warned, acknowledged, monitored, not_heeded, formally_warned
    )
    initial_warning = _into(warned, opened, to_act)
    acknowledge = _into(acknowledged, warned, monitored) | _stays(not_heeded)
    monitor = _into(monitored, warned, acknowledged) | _stays(monitored)
    find_not_heeded = _into(not_heeded, warned, acknowledged, monitored) | _stays(not_heeded)
    # From `to_act` and `opened`: the initial letter was gone without, for a recorded exceptional reason (INV-08), or
    # the policy has none. So with those that come after the formal warning.
    formal_warning = _into(formally_warned, opened, to_act, not_heeded)
    confirm = _stays(to_act, warned, acknowledged, monitored, not_heeded, formally_warned, recommended, checked)
    recommend = _into(recommended, to_act, not_heeded, formally_warned, recommended, checked)
    check = _into(checked, recommended)
    # From `decided`: before its letter goes, what was recorded wrongly is put right by the decision as it was minuted.
    decide = _into(decided, to_act, not_heeded, formally_warned, checked, taken_over, decided)
    decide_against = _into(
        decided_against,
        reported,
        to_act,
        warned,
        acknowledged,
        monitored,
        not_heeded,
        formally_warned,
        recommended,
        checked,
        taken_over,
        decided,
    )
    tell = _into(told, decided)
    take_over = _into(taken_over, opened)
    close = _into(
        closed,
        opened,
        reported,
        no_action,
        to_act,
        warned,
        acknowledged,
        monitored,
        not_heeded,
        formally_warned,
        recommended,
        checked,
        taken_over,
        decided_against,
        told,
    )


_EVENTS: Mapping[StepKind, str] = {
    K.REPORT: "report",
    K.INITIAL_WARNING: "initial_warning",
    K.ACKNOWLEDGED: "acknowledge",
    K.MONITORING: "monitor",
    K.NOT_HEEDED: "find_not_heeded",
    K.FORMAL_WARNING: "formal_warning",
    K.CONFIRMATION: "confirm",
    K.RECOMMENDATION: "recommend",
    K.CHECKED: "check",
    K.DECIDED: "decide",
    K.DECIDED_AGAINST: "decide_against",
    K.TAKEN_OVER: "take_over",
    K.CLOSED: "close",
}

# After each of these, adjustments are asked about afresh before the next (INV-15).
MILESTONES = frozenset(
    {K.INITIAL_WARNING, K.FORMAL_WARNING, K.DECIDED, K.URGENT, K.URGENT_CONFIRMED, K.EXTENDED}
)  # fmt: skip
# Steps by which a decision of the council, or of somebody with its power, comes into a case.
DECIDING = frozenset({K.DECIDED, K.URGENT, K.URGENT_CONFIRMED, K.EXTENDED})
_PUT_RIGHT_BY: Mapping[StepKind, tuple[StepKind, ...]] = {
    K.DECIDED: (K.DECIDED, K.DECIDED_AGAINST),
    K.EXTENDED: (K.EXTENDED,),
}


def event_of(kind: StepKind, facts: Mapping[str, object]) -> str | None:
    """The machine's event for a step; None for a step that moves nothing."""
    if kind is K.REVIEW:
        return "review_no_action" if facts.get("outcome") == "no_action" else "review_to_act"
    return _EVENTS.get(kind)


@dataclass(frozen=True, slots=True)
class Standing:
    """
    steps   of the case, in the order recorded
    state   the machine's, by its name: "warned"
    words   the same for a person
    events  that the machine takes from here
    """

    steps: tuple[CaseStep, ...]
    policy: Policy
    state: str
    words: str
    events: frozenset[str]

    @classmethod
    def of(cls, steps: Iterable[CaseStep], policy: Policy) -> Standing:
        """How a case stands after these steps."""
        taken = tuple(steps)
        track = ConductTrack()
        for step in taken:
            _follow(track, step, taken)
        state = next(iter(track.configuration))
        return cls(taken, policy, state.id, str(state.name), frozenset(e.id for e in track.allowed_events))

    def all(self, kind: StepKind) -> list[CaseStep]:
        return [step for step in self.steps if step.kind is kind]

    def last(self, *kinds: StepKind) -> CaseStep | None:
        """The step of one of these kinds that was recorded last."""
        return next((step for step in reversed(self.steps) if step.kind in kinds), None)

    def this_round(self) -> tuple[CaseStep, ...]:
        """The steps since the council last decided against: what went before it carries no further."""
        for number in range(len(self.steps) - 1, -1, -1):
            if self.steps[number].kind is K.DECIDED_AGAINST:
                return self.steps[number + 1 :]
        return self.steps

    def now(self, kind: StepKind, **facts: object) -> CaseStep | None:
        """The last step of this kind, with these facts, since the council last decided against."""
        found = (s for s in reversed(self.this_round()) if s.kind is kind)
        return next((s for s in found if all(s.facts.get(k) == v for k, v in facts.items())), None)

    def since(self, step: CaseStep | None) -> tuple[CaseStep, ...]:
        """The steps recorded after one; all of them where there is none."""
        if step is None:
            return self.steps
        return self.steps[[s.id for s in self.steps].index(step.id) + 1 :]

    def adjustments_asked(self, before: str) -> bool:
        """Whether the question about adjustments was answered for this, after the last warning or decision (INV-15)."""
        later = self.since(self.last(*MILESTONES))
        return any(s.kind is K.ADJUSTMENTS and s.facts.get("before") == before for s in later)

    def told_of(self, decision_id: int | None) -> bool:
        """Whether the letter of this decision went."""
        return any(s.kind is K.TOLD and s.decision_id == decision_id for s in self.steps)

    def refused(self, decision_id: int | None) -> bool:
        """Whether the council refused to confirm this urgent decision: then nothing comes into force by it (INV-02)."""
        return any(s.kind is K.URGENT_REFUSED and s.decision_id == decision_id for s in self.steps)

    def replaced(self, decision_id: int | None) -> bool:
        """Whether a decision was put right by a later one, or by one not to restrict, before its letter went: then
        nothing comes into force by it."""
        by = (s for s in self.steps if s.decision_id == decision_id and s.kind in _PUT_RIGHT_BY)
        first = next(by, None)
        if first is None or self.told_of(decision_id):
            return False
        return any(s.kind in _PUT_RIGHT_BY[first.kind] for s in self.since(first))

    def missing_for(self, kind: StepKind, facts: Mapping[str, object] | None = None) -> list[str]:
        """What stands against recording this step now, everything at once, in plain words; empty: nothing."""
        if self.state == "closed":
            return ["the case is closed; open a new one for new conduct (`evenhand case open`)"]
        found = missing(self, kind, facts or {})
        event = event_of(kind, facts or {})
        if not found and event is not None and event not in self.events:
            return [f"the case stands otherwise ({self.words}); `evenhand case show` tells what comes next"]
        return found


def _follow(track: ConductTrack, step: CaseStep, taken: Sequence[CaseStep]) -> None:
    event = event_of(step.kind, step.facts)
    if step.kind is K.TOLD:
        decided = [s.decision_id for s in taken if s.kind is K.DECIDED]
        event = "tell" if step.decision_id in decided else None
    if event is not None:
        track.send(event)
