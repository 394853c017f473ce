"""What an officer is shown when somebody seems to act for another: each reason once, with how much it speaks for it."""

from __future__ import annotations

from collections.abc import Iterable

from classifiers.associate_names import Signs
from models.finding import Evidence
from models.history import PastContact


def all_evidence(signs: Signs, weights: dict[str, float]) -> tuple[Evidence, ...]:
    """Each reason once, its parts' weights added up, the weightiest first. Only what speaks for it is shown."""
    found: dict[str, Evidence] = {}
    for name, evidence in signs.shown.items():
        weight = weights.get(name, 0.0)
        old = found.get(evidence.reason)
        keep = evidence if old is None or weight > old.weight else old
        found[evidence.reason] = _weighing(keep, weight + (old.weight if old else 0.0))
    return tuple(sorted(found.values(), key=lambda e: -e.weight))


def with_matter(evidence: tuple[Evidence, ...], letter: PastContact, weight: float) -> tuple[Evidence, ...]:
    """The same, with the letter of theirs that this one is most like, where that speaks for it."""
    if weight <= 0:
        return evidence
    known = next((e for e in evidence if e.reason == "same_matter"), None)
    added = Evidence(contact=letter.id, earlier=letter.own[:300], reason="same_matter", weight=round(weight, 3))
    if known is not None:
        added = _weighing(known, known.weight + weight)
    others = [e for e in evidence if e is not known]
    return tuple(sorted([*others, added], key=lambda e: -e.weight))


def _weighing(evidence: Evidence, weight: float) -> Evidence:
    return Evidence(
        evidence.quote, evidence.start, evidence.contact, evidence.earlier, evidence.reason, round(weight, 3)
    )


def reasons(evidence: Iterable[Evidence]) -> frozenset[str]:
    return frozenset(part.reason for part in evidence)
