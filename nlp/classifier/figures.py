"""From probabilities and true labels to figures; knows nothing of texts.

Figures of a model on its own corpus come from out-of-fold decision values, calibrated and cut
by what the other folds say, so that no row has helped to judge itself.
"""

# ruff: noqa: N803 - X and Y are scikit-learn's names

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import expit
from sklearn.metrics import average_precision_score
from sklearn.model_selection import GroupKFold

from nlp.classifier import calibration
from nlp.taxonomy import CODES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

#: Bins of equal width over which the calibration error is taken.
N_BINS = 10


def indicators(labels: Sequence[Sequence[str]]) -> Bools:
    """Return label codes as indicators of shape (len(labels), 18)."""
    table = np.zeros((len(labels), len(CODES)), dtype=bool)
    for row, codes in enumerate(labels):
        for code in codes:
            table[row, CODES.index(code)] = True
    return table


def figures(probability: Floats, Y: Bools, also: Bools, thresholds: Floats, grey: Floats) -> dict[str, Any]:
    """Return what the probabilities are worth.

    Parameters
    ----------
    probability, Y, also : ndarray of shape (n_samples, 18)
        A cell in `also` is neither right nor wrong and counts nowhere.
    thresholds, grey : ndarray of shape (18,) or (n_samples, 18)

    Returns
    -------
    dict
        `labels` (for each code: rows, precision, recall, f1, average_precision), `micro`,
        `macro_f1`, `mean_average_precision`, `calibration_error`, `false_alarms` (share of the
        rows without any label that get one), `decided` (share of rows with nothing up for
        review, and micro-F1 on them). Numbers have 4 decimals.
    """
    known = ~also
    assigned = (probability >= thresholds) & known
    review = ((probability >= grey) & (probability < thresholds)).any(axis=1)
    blank = ~(Y | also).any(axis=1)
    labels = {code: _label_figures(probability, Y, known, assigned, k) for k, code in enumerate(CODES)}
    return {
        "labels": labels,
        "micro": _counts(assigned, Y & known),
        "macro_f1": _mean([row["f1"] for row in labels.values()]),
        "mean_average_precision": _mean([row["average_precision"] for row in labels.values()]),
        "calibration_error": round(calibration_error(probability[known], Y[known]), 4),
        "false_alarms": _mean([bool(row.any()) for row in assigned[blank]]),
        "decided": {
            "share": round(float(1 - review.mean()), 4),
            "f1": _counts(assigned[~review], (Y & known)[~review])["f1"],
        },
    }


def out_of_fold_figures(
    decision: Floats,
    Y: Bools,
    also: Bools,
    groups: NDArray[Any],
    *,
    n_folds: int,
    shrink: float,
    review_share: float,
) -> dict[str, Any]:
    """Return `figures` of out-of-fold decision values.

    Parameters
    ----------
    decision, Y, also : ndarray of shape (n_samples, 18)
    groups : ndarray of shape (n_samples,)
        As in the fit that gave the decision values.
    n_folds, shrink, review_share
        Parameters of the classifier.
    """
    probability, thresholds, grey = np.zeros(Y.shape), np.zeros(Y.shape), np.zeros(Y.shape)
    folds = GroupKFold(min(n_folds, len(np.unique(groups))))
    for others, fold in folds.split(decision, groups=groups):
        slope, offset = calibration.fit_sigmoid(decision[others], Y[others], also[others])
        known = expit(slope * decision[others] + offset)
        limits = calibration.fit_thresholds(known, Y[others], also[others], shrink)
        probability[fold] = expit(slope * decision[fold] + offset)
        thresholds[fold] = limits
        grey[fold] = calibration.fit_grey_zones(known, limits, review_share)
    return figures(probability, Y, also, thresholds, grey)


def calibration_error(probability: Floats, y: Bools) -> float:
    """Return the expected calibration error over bins of equal width."""
    bins = np.minimum((probability * N_BINS).astype(int), N_BINS - 1)
    promised = np.bincount(bins, weights=probability, minlength=N_BINS)
    kept = np.bincount(bins, weights=y.astype(float), minlength=N_BINS)
    return float(np.abs(promised - kept).sum() / max(len(y), 1))


def _label_figures(probability: Floats, Y: Bools, known: Bools, assigned: Bools, k: int) -> dict[str, Any]:
    rows = known[:, k]
    true = Y[rows, k]
    ranking = float(average_precision_score(true, probability[rows, k])) if true.any() else None
    return {
        "rows": int(true.sum()),
        **_counts(assigned[rows, k], true),
        "average_precision": None if ranking is None else round(ranking, 4),
    }


def _counts(assigned: Bools, true: Bools) -> dict[str, float]:
    hits, wrong, missed = (assigned & true).sum(), (assigned & ~true).sum(), (true & ~assigned).sum()
    return {
        "precision": _share(hits, hits + wrong),
        "recall": _share(hits, hits + missed),
        "f1": _share(2 * hits, 2 * hits + wrong + missed),
    }


def _share(part: int, whole: int) -> float:
    return round(float(part / whole), 4) if whole else 0.0


def _mean(values: list[Any]) -> float:
    told = [value for value in values if value is not None]
    return round(float(np.mean(told)), 4) if told else 0.0
