"""Many logistic regressions over the same rows at once: L2 penalty, L-BFGS, the same answer every time."""

from __future__ import annotations

import numpy as np
import scipy.optimize
import scipy.sparse
from numpy.typing import NDArray

Array = NDArray[np.float64]


def logistic(
    rows: scipy.sparse.csr_matrix,
    truth: Array,
    counted: Array,
    *,
    strength: float,
    start: Array | None = None,
    already: Array | None = None,
    rounds: int = 60,
) -> tuple[Array, Array]:
    """Weights (features x labels) and biases (labels).

    `truth` is 0 or 1 and `counted` how much a row counts for a label (0: not at all), both rows x labels; `strength` is
    the inverse of the penalty (scikit-learn's C). `start` is an earlier answer, weights above biases, to begin from.
    `already`, rows x labels, are sums that stand: only what is to be added to them is learnt.
    """
    features, labels = rows.shape[1], truth.shape[1]
    rows = rows.astype(np.float32)  # type: ignore[no-untyped-call]
    across = rows.T.tocsr()
    stands: Array | float = 0.0 if already is None else already

    def loss(flat: Array) -> tuple[float, Array]:
        both = flat.reshape(features + 1, labels)
        weights, biases = both[:-1], both[-1]
        score = np.asarray(rows @ weights.astype(np.float32), dtype=np.float64) + biases + stands
        wrong = counted * (_sigmoid(score) - truth)
        error = float((counted * (np.logaddexp(0.0, score) - truth * score)).sum())
        slope = np.empty_like(both)
        slope[:-1] = np.asarray(across @ wrong.astype(np.float32)) + weights / strength
        slope[-1] = wrong.sum(axis=0)
        return error + float((weights**2).sum()) / (2 * strength), slope.ravel()

    begin = np.zeros((features + 1, labels)) if start is None else start
    found = scipy.optimize.minimize(  # type: ignore[no-untyped-call]
        loss, begin.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": rounds, "maxcor": 7}
    )
    both = found.x.reshape(features + 1, labels)
    return both[:-1], both[-1]


def _sigmoid(score: Array) -> Array:
    return 1.0 / (1.0 + np.exp(-np.clip(score, -30, 30)))
