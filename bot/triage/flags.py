"""Flags: the policy's one readable table of thresholds, applied. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from models.finding import Finding
from models.policy import Policy, Threshold
from models.queue import FlagKind
from models.threshold import Lines


def standing(findings: Iterable[Finding], lines: Lines) -> list[Finding]:
    """Those that are shown as far as people set thresholds; what the policy's table asks for comes on top of it."""
    return [f for f in findings if not _under(f, lines)]


def _under(finding: Finding, lines: Lines) -> bool:
    line = lines.get((finding.about.value, finding.label))
    return line is not None and finding.score < line.at_least


def flags_for(findings: Iterable[Finding], policy: Policy) -> list[tuple[FlagKind, Finding]]:
    """Each flag once, with the strongest finding behind it, in the order of the policy's table."""
    best: dict[FlagKind, Finding] = {}
    for threshold in policy.thresholds:
        for finding in findings:
            if _reaches(finding, threshold):
                kind = FlagKind(threshold.flag)
                if kind not in best or finding.score > best[kind].score:
                    best[kind] = finding
    return list(best.items())


def _reaches(finding: Finding, threshold: Threshold) -> bool:
    return (
        finding.about.value == threshold.about
        and threshold.label in ("*", finding.label)
        and finding.score >= threshold.at_least
    )


def shown(findings: Sequence[Finding], policy: Policy) -> list[Finding]:
    """The findings strong enough to be shown under the policy's table."""
    return [f for f in findings if any(_reaches(f, t) for t in policy.thresholds)]
