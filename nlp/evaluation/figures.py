"""From judged rows to figures; knows nothing of texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.metrics import average_precision_score

from nlp.taxonomy import CODES

if TYPE_CHECKING:
    from nlp.evaluation.judged import Bools, Floats, Judged

#: Bins of equal width over which the calibration error is taken.
N_BINS = 10


def figures(judged: Judged) -> dict[str, Any]:
    """Return what the probabilities are worth.

    Returns
    -------
    dict
        `rows`, `labels` (for each code: rows, precision, recall, f1, average_precision), `micro`,
        `macro_f1`, `mean_average_precision`, `calibration_error`, `false_alarms` (share of the
        rows without any label that get one), `decided` (share of rows with nothing up for
        review, and micro-F1 on them). Numbers have 4 decimals; means are over labels that occur.
    """
    known, assigned = judged.known, judged.assigned
    true = judged.Y & known
    sure = ~judged.review
    labels = {code: label_figures(judged, k) for k, code in enumerate(CODES)}
    told = [row for row in labels.values() if row["rows"]]
    return {
        "rows": len(judged.Y),
        "labels": labels,
        "micro": _counts(assigned, true),
        "macro_f1": _mean([row["f1"] for row in told]),
        "mean_average_precision": _mean([row["average_precision"] for row in told]),
        "calibration_error": round(calibration_error(judged.probability[known], judged.Y[known]), 4),
        "false_alarms": _mean([bool(row.any()) for row in assigned[judged.blank]]),
        "decided": {
            "share": _mean(list(sure)),
            "f1": _counts(assigned[sure], true[sure])["f1"],
        },
    }


def calibration_error(probability: Floats, y: Bools) -> float:
    """Return the expected calibration error over bins of equal width."""
    bins = np.minimum((probability * N_BINS).astype(int), N_BINS - 1)
    promised = np.bincount(bins, weights=probability, minlength=N_BINS)
    kept = np.bincount(bins, weights=y.astype(float), minlength=N_BINS)
    return float(np.abs(promised - kept).sum() / max(len(y), 1))


def label_figures(judged: Judged, k: int) -> dict[str, Any]:
    """Return rows, precision, recall, f1 and average_precision of one column."""
    rows = judged.known[:, k]
    true = judged.Y[rows, k]
    ranking = float(average_precision_score(true, judged.probability[rows, k])) if true.any() else None
    return {
        "rows": int(true.sum()),
        **_counts(judged.assigned[rows, k], true),
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
    return round(float(np.mean(values)), 4) if values else 0.0
