"""The readings of a policy's tracked changes, and the settings that carry each (T1 to T21)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from models.policy import Policy
from models.procedure import Procedure


def _said(holds: bool) -> str:
    return "A" if holds else "B"


def _t5(p: Procedure) -> str:
    return _said(p.conduct.report_needed and bool(p.people.reviewers))


def _t6(p: Procedure) -> str:
    rule = p.letters.get("initial_warning")
    asks = rule is not None and {"further_action", "acknowledge", "policy_enclosed"} <= set(rule.contents)
    return _said(p.conduct.acknowledgement and asks)


def _t8(p: Procedure) -> str:
    return _said("not_acknowledged" in p.conduct.escalates_on)


def _t15(p: Procedure) -> str:
    return _said(bool(p.reviews.reported_to) and p.reviews.outcome_letter)


def _t16(p: Procedure) -> str:
    return _said(p.reviews.end_by.casefold() != p.people.recommends.casefold())


GOVERNS: Mapping[str, tuple[str, Callable[[Procedure], str] | None]] = {
    "T1": ("no setting: a zero tolerance policy is kept apart", None),
    "T2": ("no setting: all four kinds of request are kept", None),
    "T3": ("no setting: the Commissioner's guidance is followed", None),
    "T4": ("no setting: proportionality is recorded with every decision", None),
    "T5": ("conduct.report_needed with people.reviewers", _t5),
    "T6": ("conduct.acknowledgement with further_action, acknowledge, policy_enclosed in letters.initial_warning", _t6),
    "T7": ("no setting: monitoring can be recorded", None),
    "T8": ("conduct.escalates_on with not_acknowledged", _t8),
    "T9": ("conduct.external_body", lambda p: _said(p.conduct.external_body)),
    "T10": ("no setting: one obligation (GEN-02)", None),
    "T11": ("people.nominee", lambda p: _said(p.people.nominee)),
    "T12": ("no setting: the decision letter holds the union of both readings", None),
    "T13": ("no setting: a named officer is always appointed (INV-01)", None),
    "T14": ("no setting: the route follows from [challenge] (X3)", None),
    "T15": ("reviews.reported_to with reviews.outcome_letter", _t15),
    "T16": ("reviews.end_by, which is not the committee that recommends", _t16),
    "T17": ("reviews.lifted_without_grounds", lambda p: _said(p.reviews.lifted_without_grounds)),
    "T18": (
        "reviews.extended_by, which is who decides (decision.bodies)",
        lambda p: _said(set(p.reviews.extended_by) <= set(p.people.decides)),
    ),
    "T19": ("reviews.further_months of six", lambda p: _said(p.reviews.further_months == 6)),
    "T20": ("no setting: the law in force", None),
    "T21": ("the indicators of requests: nine under A, eight under B", None),
}
"""For each reading the settings that carry it, and what they say; None where nothing else is set."""


def contradicted(policy: Policy) -> Iterator[str]:
    """Each reading that the policy's own settings contradict, with what to change."""
    for name, reading in policy.procedure.readings.items():
        settings, carried = GOVERNS[name]
        says = carried(policy.procedure) if carried is not None else reading
        if says != reading:
            yield (
                f'readings.{name}: is "{reading}", but the settings say "{says}": {settings}. Change the one or the '
                "other"
            )
