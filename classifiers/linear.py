"""A linear model over hashed features: one sum (logit) for each label, and nothing to unpickle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifiers.artefact import Arrays
from classifiers.features import Features

Logits = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Linear:
    """`ids` are the hashes it knows, ascending; `rarity` their idf; `weights` an id a row, a label a column."""

    ids: NDArray[np.int32]
    rarity: NDArray[np.float32]
    weights: NDArray[np.float32]
    biases: NDArray[np.float32]

    @classmethod
    def from_arrays(cls, kept: Arrays) -> Linear:
        single = {name: kept[name].astype(np.float32) for name in ("rarity", "weights", "biases")}
        return cls(ids=kept["ids"], **single)

    def to_arrays(self) -> dict[str, NDArray[Any]]:
        return {
            "ids": self.ids,
            "rarity": self.rarity.astype(np.float16),
            "weights": self.weights.astype(np.float16),
            "biases": self.biases.astype(np.float32),
        }

    def logits(self, texts: Sequence[Features]) -> Logits:
        """One row a text."""
        sums = np.empty((len(texts), len(self.biases)), dtype=np.float32)
        for row, text in enumerate(texts):
            sums[row] = self._logit(text)
        return sums

    def _logit(self, text: Features) -> Logits:
        places = np.searchsorted(self.ids, text.ids.astype(self.ids.dtype))  # else the known ids are copied each time
        places[places == len(self.ids)] = 0
        known = self.ids[places] == text.ids
        values = np.where(known, text.counts * self.rarity[places], 0).astype(np.float32)
        values[: text.letters_from] /= _length(values[: text.letters_from])
        values[text.letters_from :] /= _length(values[text.letters_from :])
        total: Logits = values @ self.weights[places] + self.biases
        return total


def _length(values: NDArray[np.float32]) -> float:
    return float(np.sqrt((values**2).sum())) or 1.0
