"""What must be on record before each step of a case: obligations.md, parts 4 to 9; INV-08, INV-09, INV-15.

One list of needs for each kind of step. A need is a sentence that names what is missing and the command that supplies
it; a refusal says all of them at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from models.case import CaseStep, StepKind

if TYPE_CHECKING:
    from bot.casework.track import Standing

K = StepKind
Need = Callable[["Standing"], str]

BEFORE: Mapping[StepKind, str] = {
    K.INITIAL_WARNING: "initial_warning",
    K.FORMAL_WARNING: "formal_warning",
    K.DECIDED: "decision",
    K.URGENT: "urgent",
    K.URGENT_CONFIRMED: "decision",
    K.EXTENDED: "extension",
}


def skipped(standing: Standing, step: str) -> CaseStep | None:
    """The recorded exceptional reason for which this warning was gone without (INV-08)."""
    return standing.now(K.EXCEPTION, skips=step)


def stage_asked(standing: Standing, stage: str) -> bool:
    return stage in standing.policy.stages


def confirmed(standing: Standing) -> dict[str, CaseStep]:
    """The conditions confirmed since the formal warning, each with its latest confirmation (ST2-01)."""
    found: dict[str, CaseStep] = {}
    after = {s.id for s in standing.since(standing.now(K.FORMAL_WARNING))}
    for step in standing.this_round():
        if step.kind is K.CONFIRMATION and step.id in after:
            found[str(step.facts.get("what"))] = step
    return found


def missing(standing: Standing, kind: StepKind, facts: Mapping[str, object]) -> list[str]:
    """Everything that must be on record before this step and is not."""
    gone = standing.now(kind) if kind in _ONCE else None
    if gone is not None:
        name = kind.value.replace("_", " ")
        return [f"another letter: the {name} of {gone.on:%-d %B %Y} has gone, and goes once (`evenhand case show`)"]
    needs = (*_NEEDS.get(kind, ()), *_needs_by_facts(kind, facts))
    if kind is K.DECIDED and standing.now(K.TAKEN_OVER) is not None:
        needs = (_adjustments(kind),)  # the rest stands on the papers, each condition confirmed in them
    found = [words for need in needs for words in need(standing).splitlines()]
    return list(dict.fromkeys(found))


_ONCE = frozenset({K.INITIAL_WARNING, K.FORMAL_WARNING})


def _needs_by_facts(kind: StepKind, facts: Mapping[str, object]) -> tuple[Need, ...]:
    if kind is K.COMMITTEE_REPORT:
        return {
            "initial_warning": (_initial_sent,),
            "formal_warning": (_formal_sent,),
            "stage_two": (_formal_sent, _confirmations),
            "urgent": (_urgent_taken,),
        }.get(str(facts.get("purpose")), ())
    if kind is K.CONFIRMATION and facts.get("what") == "formal_warning_sent":
        return (_formal_sent,)
    return ()


# --- each need: empty where it is met, a line for each thing missing --------------------------------------------------


def _report(s: Standing) -> str:
    if s.now(K.REPORT) or not s.policy.procedure.conduct.report_needed:
        return ""
    return "an officer's report that cites entries of the log (`evenhand case report`)"


def _reviewed_to_act(s: Standing) -> str:
    last = s.now(K.REVIEW)
    if last is not None and last.facts.get("outcome") == "no_action" and s.state == "no_action":
        return "a review that decides to act: the last one decided to take no action (`evenhand case review`)"
    if s.now(K.REVIEW, outcome="act") or not s.policy.procedure.conduct.report_needed:
        return ""
    return "the review of the report, decided to act (`evenhand case review --outcome act`)"


def _initial_sent(s: Standing) -> str:
    if s.now(K.INITIAL_WARNING) or skipped(s, "initial_warning") or not stage_asked(s, "initial"):
        return ""
    return (
        "the initial letter, sent (`evenhand letter draft initial_warning`, then `evenhand letter send`), or the "
        "exceptional reason for going without it (`evenhand case skip`)"
    )


def _initial_really_sent(s: Standing) -> str:
    return "" if s.now(K.INITIAL_WARNING) else "the initial letter, sent (`evenhand letter send`)"


def _found_not_heeded(s: Standing) -> str:
    initial = s.now(K.INITIAL_WARNING)
    if initial is None or not stage_asked(s, "initial"):
        return ""  # gone without: then the exceptional reason stands in its place, and is asked for above
    if any(step.kind is K.NOT_HEEDED for step in s.since(initial)):
        return ""
    return (
        "a person's finding that the initial letter was not heeded; silence alone is none (`evenhand case not-heeded`)"
    )


def _meeting(s: Standing) -> str:
    later = s.since(s.now(K.INITIAL_WARNING) or s.now(K.REVIEW))
    if any(step.kind is K.MEETING for step in later):
        return ""
    return "whether a meeting is offered, or why none is (`evenhand case meeting`)"


def _formal_sent(s: Standing) -> str:
    if s.now(K.FORMAL_WARNING):
        return ""
    return "the formal warning, sent (`evenhand letter draft formal_warning`, then `evenhand letter send`)"


def _formal_if_asked(s: Standing) -> str:
    return _formal_sent(s) if stage_asked(s, "formal_prior") else ""


_CONDITIONS = {
    "conduct": "that the conduct is unreasonable",
    "dealt_with_properly": "that the complaint was dealt with properly",
    "formal_warning_sent": "that the formal warning was sent",
}


def _confirmations(s: Standing) -> str:
    done = confirmed(s)
    lacking = [what for what in s.policy.procedure.conduct.confirmations if what not in done]
    return "\n".join(
        f"a named person's confirmation, with evidence, {_CONDITIONS.get(what, what)} "
        f"(`evenhand case confirm --what {what}`)"
        for what in lacking
    )


def _stage_two_report(s: Standing) -> str:
    committee = s.policy.procedure.people.recommends
    if not committee or s.now(K.COMMITTEE_REPORT, purpose="stage_two"):
        return ""
    return f"the report to the {committee} with the log of contact (`evenhand case committee --purpose stage_two`)"


def _recommended(s: Standing) -> str:
    committee = s.policy.procedure.people.recommends
    if not committee or s.now(K.RECOMMENDATION):
        return ""
    return f"the recommendation of the {committee}, on conduct alone (`evenhand case recommend`)"


def _checked(s: Standing) -> str:
    people = s.policy.procedure.people
    last = s.now(K.RECOMMENDATION)
    if not people.recommends or (last is not None and any(x.kind is K.CHECKED for x in s.since(last))):
        return ""
    return f"the {people.head}'s check of the committee's report (`evenhand case check`)"


def _adjustments(kind: StepKind) -> Need:
    before = BEFORE[kind]

    def need(s: Standing) -> str:
        if s.adjustments_asked(before):
            return ""
        return (
            "whether reasonable adjustments were asked about, and the answer, since the last warning or decision "
            f"(`evenhand case adjustments --before {before}`)"
        )

    return need


def _urgent_allowed(s: Standing) -> str:
    if s.policy.procedure.conduct.urgent_route:
        return ""
    return (
        "the council's resolution that urgent restrictions may be decided at all: the policy in force has the urgent "
        "route switched off (conduct.urgent_route)"
    )


def _urgent_taken(s: Standing) -> str:
    return "" if s.last(K.URGENT) else "an urgent decision in this case (`evenhand case urgent`)"


_SETTLED = {
    K.URGENT_CONFIRMED: "is confirmed already",
    K.URGENT_REFUSED: "was not confirmed by the council, and is over",
    K.LAPSED: "has ended by itself",
}


def _urgent_waits(s: Standing) -> str:
    urgent = s.last(K.URGENT)
    since = s.since(urgent) if urgent is not None else ()
    settled = [x for x in since if x.kind in _SETTLED and (x.kind is not K.LAPSED or _same_decision(x, urgent))]
    return f"another urgent decision: this one {_SETTLED[settled[0].kind]}" if settled else ""


def _same_decision(step: CaseStep, other: CaseStep | None) -> bool:
    return other is not None and step.decision_id == other.decision_id


def _decided(s: Standing) -> str:
    return "" if s.last(K.DECIDED, K.URGENT) else "a decision of the council in this case (`evenhand case decide`)"


def _told(s: Standing) -> str:
    if s.last(K.TOLD):
        return ""
    return "a decision of which the customer was told (`evenhand letter draft decision`, then `evenhand letter send`)"


_OF_DECISIONS = {
    K.DECIDED: "decision",
    K.URGENT: "urgent_decision",
    K.URGENT_CONFIRMED: "urgent_decision",
    K.EXTENDED: "extension",
}


def _nothing_left_to_tell(s: Standing) -> str:
    over = {x.decision_id for x in s.steps if x.kind in (K.URGENT_REFUSED, K.LAPSED) or s.replaced(x.decision_id)}
    waiting = [x for x in s.steps if x.kind in _OF_DECISIONS and not s.told_of(x.decision_id)]
    return "\n".join(
        f"the letter of decision {x.decision_id}, sent: the customer was not told of it (`evenhand letter draft "
        f"{_OF_DECISIONS[x.kind]} --decision {x.decision_id}`, then `evenhand letter send`)"
        for x in waiting
        if x.decision_id not in over
    )


def _reviewed_once(s: Standing) -> str:
    return "" if s.last(K.PERIODIC_REVIEW) else "the review of the restriction (`evenhand case periodic-review`)"


def _appealed(s: Standing) -> str:
    return "" if s.last(K.APPEAL) else "the customer's appeal (`evenhand case appeal`)"


def _nothing_before(s: Standing) -> str:
    if all(step.kind is K.ADJUSTMENTS for step in s.steps):
        return ""
    return "a new case: only one without steps of its own can be taken over from papers (`evenhand case open`)"


def _external_body(s: Standing) -> str:
    return "" if s.policy.procedure.conduct.external_body else "a policy that lets an external body act (T9)"


_TO_WARN: tuple[Need, ...] = (_report, _reviewed_to_act)
_NEEDS: Mapping[StepKind, tuple[Need, ...]] = {
    K.REVIEW: (_report,),
    K.INITIAL_WARNING: (*_TO_WARN, _adjustments(K.INITIAL_WARNING)),
    K.ACKNOWLEDGED: (_initial_really_sent,),
    K.MONITORING: (_initial_really_sent,),
    K.NOT_HEEDED: (_initial_really_sent,),
    K.FORMAL_WARNING: (*_TO_WARN, _initial_sent, _found_not_heeded, _meeting, _adjustments(K.FORMAL_WARNING)),
    K.CONFIRMATION: (_formal_if_asked,),
    K.RECOMMENDATION: (_formal_if_asked, _confirmations, _stage_two_report),
    K.CHECKED: (_recommended,),
    K.DECIDED: (
        *_TO_WARN,
        _initial_sent,
        _formal_if_asked,
        _confirmations,
        _stage_two_report,
        _recommended,
        _checked,
        _adjustments(K.DECIDED),
    ),
    K.DECIDED_AGAINST: (_report,),
    K.TOLD: (_decided,),
    K.URGENT: (_urgent_allowed, _adjustments(K.URGENT)),
    K.URGENT_CONFIRMED: (_urgent_allowed, _urgent_taken, _urgent_waits, _adjustments(K.URGENT_CONFIRMED)),
    K.URGENT_REFUSED: (_urgent_taken, _urgent_waits),
    K.TAKEN_OVER: (_nothing_before,),
    K.CONTINUING: (_decided,),
    K.NO_FURTHER: (_told,),
    K.CIRCUMVENTION: (_told,),
    K.PERIODIC_REVIEW: (_told,),
    K.OUTCOME_LETTER: (_told,),
    K.EXTENDED: (_told, _reviewed_once, _adjustments(K.EXTENDED)),
    K.LIFTED: (_told,),
    K.LAPSED: (_decided,),
    K.APPEAL: (_decided,),
    K.APPEAL_DECIDED: (_appealed,),
    K.EXTERNAL_BODY: (_external_body,),
    K.CLOSED: (_nothing_left_to_tell,),
}
