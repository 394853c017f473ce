"""A small logistic regression kept as JSON: named features in, probabilities and each feature's share out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Logistic:
    """One row of weights for each label (one row only when there are two labels: the second against the first).

    Weights apply to the features as they are; a feature the weights do not name counts for nothing.
    """

    labels: tuple[str, ...]
    intercepts: tuple[float, ...]
    weights: tuple[Mapping[str, float], ...]

    @classmethod
    def from_json(cls, kept: Mapping[str, object]) -> Logistic:
        """Raises ValueError when the kept weights do not fit together."""
        labels, intercepts, weights = kept.get("labels"), kept.get("intercepts"), kept.get("weights")
        if not (isinstance(labels, list) and isinstance(intercepts, list) and isinstance(weights, list)):
            raise ValueError("a logistic artefact holds lists of labels, intercepts and weights")
        if len(intercepts) != len(weights) or len(weights) != (1 if len(labels) == 2 else len(labels)):
            raise ValueError("a logistic artefact holds one row of weights for each label, or one for two labels")
        rows = tuple({str(name): float(value) for name, value in row.items()} for row in weights)
        return cls(tuple(map(str, labels)), tuple(map(float, intercepts)), rows)

    def to_json(self) -> dict[str, object]:
        return {
            "labels": list(self.labels),
            "intercepts": [round(value, 5) for value in self.intercepts],
            "weights": [{name: round(value, 5) for name, value in sorted(row.items())} for row in self.weights],
        }

    def shares(self, features: Mapping[str, float], label: str) -> dict[str, float]:
        """What each feature adds to the sum for one label, before it becomes a probability."""
        row = self.labels.index(label)
        if len(self.labels) == 2:
            sign = 1.0 if row == 1 else -1.0
            return {name: sign * self.weights[0].get(name, 0.0) * value for name, value in features.items()}
        return {name: self.weights[row].get(name, 0.0) * value for name, value in features.items()}

    def probabilities(self, features: Mapping[str, float]) -> dict[str, float]:
        """One for each label, adding up to 1."""
        sums = [
            start + sum(row.get(name, 0.0) * value for name, value in features.items())
            for start, row in zip(self.intercepts, self.weights, strict=True)
        ]
        if len(self.labels) == 2:
            sums = [0.0, *sums]
        highest = max(sums)
        powers = [math.exp(value - highest) for value in sums]
        return {label: power / sum(powers) for label, power in zip(self.labels, powers, strict=True)}
