"""What comes next in a case, what it still lacks, and what is owed beside: for whoever looks at it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.casework.cases import review_due
from bot.casework.needs import skipped
from bot.casework.steps import of_the_case
from bot.casework.track import Standing
from models.case import CaseStep, StepKind

K = StepKind

_NEXT: Mapping[str, tuple[StepKind, ...]] = {
    "opened": (K.REPORT,),
    "reported": (K.REVIEW,),
    "no_action": (K.CLOSED, K.REPORT),
    "to_act": (K.INITIAL_WARNING,),
    "warned": (K.ACKNOWLEDGED, K.MONITORING, K.NOT_HEEDED),
    "acknowledged": (K.MONITORING, K.NOT_HEEDED),
    "monitored": (K.NOT_HEEDED, K.CLOSED),
    "not_heeded": (K.FORMAL_WARNING,),
    "formally_warned": (K.DECIDED,),
    "recommended": (K.DECIDED, K.DECIDED_AGAINST),
    "checked": (K.DECIDED, K.DECIDED_AGAINST),
    "taken_over": (K.DECIDED, K.DECIDED_AGAINST),
    "decided": (K.TOLD, K.DECIDED),
    "decided_against": (K.CLOSED, K.REPORT),
    "told": (K.CONTINUING, K.PERIODIC_REVIEW, K.CLOSED),
    "closed": (),
}
_COMMANDS: Mapping[StepKind, str] = {
    K.REPORT: "evenhand case report {0}",
    K.REVIEW: "evenhand case review {0}",
    K.INITIAL_WARNING: "evenhand letter draft initial_warning --case {0}, then evenhand letter send",
    K.ACKNOWLEDGED: "evenhand case acknowledged {0}",
    K.MONITORING: "evenhand case monitor {0}",
    K.NOT_HEEDED: "evenhand case not-heeded {0}",
    K.FORMAL_WARNING: "evenhand letter draft formal_warning --case {0}, then evenhand letter send",
    K.DECIDED: "evenhand case decide {0}",
    K.DECIDED_AGAINST: "evenhand case decide-against {0}",
    K.TOLD: "evenhand letter draft decision --case {0}, then evenhand letter send",
    K.CONTINUING: "evenhand case continuing {0}",
    K.PERIODIC_REVIEW: "evenhand case periodic-review {0}",
    K.CLOSED: "evenhand case close {0}",
}
_MAY_BE: Mapping[StepKind, str] = {
    K.ACKNOWLEDGED: "if the customer acknowledges the letter",
    K.MONITORING: "to watch that conduct is moderated",
    K.NOT_HEEDED: "if a person finds that it was not heeded",
    K.DECIDED_AGAINST: "if the council decides not to restrict",
    K.CONTINUING: "for each contact that comes",
    K.PERIODIC_REVIEW: "when a review is due",
    K.CLOSED: "when nothing more is to be done",
}


@dataclass(frozen=True, slots=True)
class Next:
    """A step that may come next: the command that takes it, when it is taken, and what must be on record before it."""

    kind: StepKind
    command: str
    when: str
    missing: tuple[str, ...]


def next_steps(standing: Standing, reference: str) -> list[Next]:
    """What may come next from here, in the order of the policy."""
    return [
        Next(
            kind,
            _command(kind, standing, reference),
            _when(kind, standing),
            tuple(of_the_case(words, reference) for words in standing.missing_for(kind)),
        )
        for kind in _kinds(standing)
    ]


def _kinds(standing: Standing) -> tuple[StepKind, ...]:
    if standing.state == "to_act" and skipped(standing, "initial_warning"):
        return (K.FORMAL_WARNING,)  # the initial letter is gone without, for the reason on record (INV-08)
    recommended = standing.now(K.RECOMMENDATION)
    if standing.state in ("recommended", "checked") and recommended and recommended.facts["recommends"] != "restrict":
        return (K.DECIDED_AGAINST, K.DECIDED)  # the council is not bound by it; it is told of it
    return _NEXT[standing.state]


def _command(kind: StepKind, standing: Standing, reference: str) -> str:
    decided = standing.now(K.DECIDED)
    if kind is K.TOLD and decided is not None and standing.now(K.TAKEN_OVER) is not None:
        return f"evenhand decision letter {decided.decision_id}"  # it went on paper, as all before it
    return _COMMANDS[kind].format(reference)


def _when(kind: StepKind, standing: Standing) -> str:
    if kind is K.DECIDED and standing.state == "decided":
        return "if the record of the decision is wrong: as it was minuted, before its letter goes"
    if kind is K.REPORT and standing.state != "opened":
        return "if the conduct goes on, on what came since"
    return _MAY_BE.get(kind, "")


def then(standing: Standing, reference: str) -> str:
    """What is to be done next, in a line: the first thing that is missing, else the step itself."""
    for step in next_steps(standing, reference):
        if step.missing:
            return step.missing[0]
        return f"`{step.command}`" + (f", {step.when}" if step.when else "")
    return ""


def owed(standing: Standing, reference: str) -> list[str]:
    """What the policy asks for beside the order of steps, and is not on record: reports to the committee (IW-05,
    ST1-05), who must be made aware (ST2-07)."""
    people = standing.policy.procedure.people
    found = []
    for kind, purpose in ((K.INITIAL_WARNING, "initial_warning"), (K.FORMAL_WARNING, "formal_warning")):
        warned = standing.now(kind)
        if warned is not None and people.reports_to and not _reported(standing, warned, purpose):
            found.append(
                f"the report of the {purpose.replace('_', ' ')} to the next {people.reports_to[0]} "
                f"(`evenhand case committee {reference} --purpose {purpose}`)"
            )
    urgent = standing.last(K.URGENT)
    if urgent is not None:
        found += _owed_of_urgent(standing, urgent, reference)
    if urgent is not None and not _reported(standing, urgent, "urgent"):
        found.append(
            f"the report of the urgent decision, due on {urgent.facts.get('report_due')} "
            f"(`evenhand case committee {reference} --purpose urgent`)"
        )
    decided = standing.last(K.DECIDED)
    if decided is not None and not any(step.kind is K.INFORMED for step in standing.since(decided)):
        roles = f", such as {' and '.join(people.informed)}" if people.informed else ""
        found.append(f"who was made aware, and why they need to know{roles} (`evenhand case inform {reference}`)")
    return found


def _owed_of_urgent(standing: Standing, urgent: CaseStep, reference: str) -> list[str]:
    """The letters of urgent decisions, which bind nobody without; the confirmation, or it lapses (INV-02)."""
    since = [urgent, *(s for s in standing.since(urgent) if s.kind is K.URGENT_CONFIRMED)]
    owed = [
        f"the letter of decision {step.decision_id}, without which it binds nobody (`evenhand letter draft "
        f"urgent_decision --case {reference} --decision {step.decision_id}`)"
        for step in since
        if not standing.told_of(step.decision_id) and not standing.refused(step.decision_id)
    ]
    settled = (K.URGENT_CONFIRMED, K.URGENT_REFUSED, K.LAPSED, K.LIFTED)
    if not any(step.kind in settled for step in standing.since(urgent)):
        owed.append(
            f"the council's confirmation, without which it ends by itself on {urgent.facts.get('until')} "
            f"(`evenhand case confirm-urgent {reference}`; if it refuses, `evenhand case refuse-urgent {reference}`)"
        )
    return owed


def _reported(standing: Standing, step: CaseStep, purpose: str) -> bool:
    return any(s.kind is K.COMMITTEE_REPORT and s.facts.get("purpose") == purpose for s in standing.since(step))


def late(standing: Standing, step: CaseStep) -> str:
    """How late a review of a report was, in words; empty if it was in time or is no review (IW-02)."""
    if step.kind is not K.REVIEW:
        return ""
    before = [s for s in standing.steps if s.kind is K.REPORT and s.id < step.id]
    due = review_due(before[-1], standing.policy) if before else None
    return f"late: due on {due:%-d %B %Y}" if due is not None and step.on > due else ""
