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

from nlp.classifier.curves import Curves, expected_errors

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]


def fit_curves(
    decision: Floats,
    named: Bools,
    Y: Bools,
    also: Bools,
    *,
    shrink: float,
    review_share: float,
    n_reviewed: int | None = None,
) -> Curves:
    """Learn curves from out-of-fold decision values.

    Parameters
    ----------
    decision, named, Y, also : ndarray of shape (n_samples, n_labels)
        `named`: cells of the action lines that the texts name.
    shrink, review_share : float
        See `fit_thresholds` and `fit_review`.
    n_reviewed : int, optional
        Only so many first labels have a grey zone.
    """
    slope, offset = fit_sigmoid(decision, Y, also)
    logit = slope * decision + offset
    mention = fit_mention(logit, named, Y, also)
    probability = expit(logit)
    thresholds = fit_thresholds(probability, Y, also, shrink)
    grey = thresholds.copy()
    grey[:n_reviewed], doubt = fit_review(probability[:, :n_reviewed], thresholds[:n_reviewed], review_share)
    return Curves(slope, offset, mention, thresholds, grey, doubt)


#: Log-odds that an action line gains where the text names it ("action line C5"), as long as no
#: row tells better: from 1 in 20 to 2 in 5. A paragraph takes the lines it says it works on,
#: but not each one it cites.
MENTION_LOGIT = 2.5
MENTION_PRIOR = 10
#: Where a label's grey zone begins, as a part of its threshold.
GREY_PART = 1 / 6


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


def fit_mention(logit: Floats, named: Bools, Y: Bools, also: Bools) -> float:
    """Return the log-odds that a label gains where the text names its action line.

    One number for all labels, between 0 and 6, drawn to `MENTION_LOGIT` as by `MENTION_PRIOR`
    rows; so without rows that name a line it is just that.

    Parameters
    ----------
    logit, named, Y, also : ndarray of shape (n_samples, n_labels)
        Calibrated log-odds; cells of the lines that the texts name.
    """
    cells = named & ~also
    weights = np.linspace(0.0, 6.0, 241)
    z = logit[cells][:, None] + weights
    likelihood = np.where(Y[cells][:, None], -np.logaddexp(0.0, -z), -np.logaddexp(0.0, z)).sum(axis=0)
    return float(weights[(likelihood - MENTION_PRIOR * (weights - MENTION_LOGIT) ** 2 / 8).argmax()])


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


def fit_review(probability: Floats, thresholds: Floats, review_share: float) -> tuple[Floats, float]:
    """Return the lower border of each label's grey zone, and the doubt from which a person should look.

    A text is looked at where a label lies in its zone and so many errors are to be expected of
    the text. Zones alone would send texts to people for a label that is not in question beside
    a sure one, and keep from them texts whose assigned label is unsure.

    Parameters
    ----------
    probability : ndarray of shape (n_samples, n_labels)
    thresholds : ndarray of shape (n_labels,)
    review_share : float
        Share of the texts that people may be asked to look at.

    Returns
    -------
    grey : ndarray of shape (n_labels,)
    doubt : float
    """
    grey = np.round(GREY_PART * thresholds, 4)
    errors = expected_errors(probability, thresholds)
    zone = ((probability >= grey) & (probability < thresholds)).any(axis=1)
    doubts = np.sort(np.where(zone, errors, 0.0))[::-1]
    allowed = int(review_share * len(doubts))
    # Just above the surest text that may not be asked about.
    border = doubts[allowed] if allowed < len(doubts) else 0.0
    return grey, float(np.ceil(border * 1e4 + 1) / 1e4)
