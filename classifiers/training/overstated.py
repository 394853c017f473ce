"""By how much a model overstates a label in mail as it comes, having learnt from letters that were hard to tell."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

DOUBT = 12.0  # how many letters in doubt it takes to move a line by half of what they ask for


def overstated(totals: NDArray[np.float64], truth: NDArray[np.float64]) -> float:
    """By how much these log-odds are too high, all of them alike, for as many to be true as are; 0 if they are too low.

    The best constant to take off (logistic regression with its slope held at 1), drawn towards 0 where few letters
    are in doubt; found by Newton's steps.
    """
    off = 0.0
    for _ in range(50):
        said = 1 / (1 + np.exp(off - totals))
        off += float((said - truth).sum() - off * DOUBT / 4) / float((said * (1 - said)).sum() + DOUBT / 4)
    return max(0.0, off)
