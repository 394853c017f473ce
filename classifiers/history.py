"""The classifiers that look at what was said before, in the order their findings are shown."""

from __future__ import annotations

from classifiers.associates import Associates
from classifiers.base import Classifier
from classifiers.campaigns import Campaigns
from classifiers.forged import Forged
from classifiers.repeat import Novelty, Repeat, Weights, fitted


def history_classifiers(weights: Weights | None = None) -> tuple[Classifier, ...]:
    """All of them, weights loaded and checked; `weights` replaces the fitted ones (benchmarks leave a mailbox out).

    Raises ArtefactDamaged.
    """
    weights = weights or fitted()
    return (Repeat(weights), Novelty(weights), Associates(), Campaigns(), Forged())
