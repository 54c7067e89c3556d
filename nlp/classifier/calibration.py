"""From decision values to probabilities, thresholds and grey zones; plain functions on arrays.

All of it is learned from out-of-fold values, where a fold leaves out whole groups (writers):
values on an unseen voice are lower than on a known one, and so is the best threshold.
`also` marks cells that are neither right nor wrong; they count nowhere.
"""

# ruff: noqa: N803 - X and Y are scikit-learn's names

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]


def fit_sigmoid(decision: Floats, Y: Bools, also: Bools) -> tuple[Floats, Floats]:
    """Fit one sigmoid a label (Platt, 1999) and return its slopes and intercepts.

    A label's own slope is drawn to the slope of all labels together, which a label with few
    positives needs; one that would turn the ranking round is replaced by it.

    Parameters
    ----------
    decision, Y, also : ndarray of shape (n_samples, n_labels)

    Returns
    -------
    slope, intercept : ndarray of shape (n_labels,)
    """
    known = ~also
    common, offset = _platt(decision[known], Y[known])
    common = max(common, 1e-3)
    slopes = np.full(decision.shape[1], common)
    intercepts = np.full(decision.shape[1], offset)
    for k in range(decision.shape[1]):
        cells = known[:, k]
        if len(np.unique(Y[cells, k])) < 2:
            continue
        slope, intercept = _platt(decision[cells, k], Y[cells, k])
        slopes[k] = (slope + common) / 2 if slope > 0 else common
        # The slope was moved; the shift must go with it, or the label's mean would be off.
        intercepts[k] = _intercept(slopes[k] * decision[cells, k], Y[cells, k], start=intercept)
    return slopes, intercepts


def _platt(decision: Floats, y: Bools) -> tuple[float, float]:
    if len(np.unique(y)) < 2:
        return 1.0, 0.0
    model = LogisticRegression(C=1.0).fit(decision[:, None], y)
    return float(model.coef_[0, 0]), float(model.intercept_[0])


def _intercept(decision: Floats, y: Bools, start: float) -> float:
    """Find the shift that makes the mean probability the share of positives (Newton steps)."""
    shift, share = start, (y.sum() + 0.5) / (len(y) + 1)
    for _ in range(50):
        p = expit(decision + shift)
        step = (p.mean() - share) / max(float((p * (1 - p)).mean()), 1e-9)
        shift -= float(np.clip(step, -1, 1))
        if abs(step) < 1e-10:
            break
    return shift


def best_threshold(probability: Floats, y: Bools) -> float:
    """Return the threshold of highest F1, half-way to the next lower probability.

    0.5 when nothing is positive.
    """
    if not y.any():
        return 0.5
    order = np.argsort(-probability, kind="stable")
    ranked, hits = probability[order], np.cumsum(y[order])
    f1 = 2 * hits / (np.arange(1, len(y) + 1) + y.sum())
    # Only where the next probability is lower can a threshold fall.
    f1[:-1][ranked[:-1] == ranked[1:]] = -1.0
    best = int(f1.argmax())
    below = ranked[best + 1] if best + 1 < len(ranked) else 0.0
    return float((ranked[best] + below) / 2)


def fit_thresholds(probability: Floats, Y: Bools, also: Bools, shrink: float) -> Floats:
    """Return a threshold a label, drawn to the best single one for all labels.

    Parameters
    ----------
    probability, Y, also : ndarray of shape (n_samples, n_labels)
    shrink : float
        0 keeps each label's own best threshold, 1 gives all labels the same.

    Returns
    -------
    ndarray of shape (n_labels,)
    """
    known = ~also
    common = best_threshold(probability[known], Y[known])
    own = np.array(
        [best_threshold(probability[known[:, k], k], Y[known[:, k], k]) for k in range(Y.shape[1])]
    )
    # As many decimals as a printed probability has, so that the two can be compared by eye.
    return np.round(shrink * common + (1 - shrink) * own, 4)


def fit_grey_zones(probability: Floats, thresholds: Floats, review_share: float) -> Floats:
    """Return the lower border of each label's grey zone.

    The borders are one part of the thresholds, the lowest (down to a third) at which no more
    than `review_share` of the rows have a label in its zone.
    """
    for part in np.arange(1 / 3, 1.0, 0.01):
        border = np.round(part * thresholds, 4)
        if ((probability >= border) & (probability < thresholds)).any(axis=1).mean() <= review_share:
            return border
    return thresholds.copy()
