"""How sure the figures are: 95 % intervals by drawing documents again and again.

Rows of one document are alike, so whole documents are drawn (with replacement), not rows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nlp.taxonomy import CODES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nlp.evaluation.judged import Bools, Floats, Judged

    Integers = NDArray[np.integer[Any]]

#: How often the documents are drawn.
N_DRAWS = 500
_PERCENTILES = (2.5, 97.5)


def intervals(judged: Judged, *, n_draws: int = N_DRAWS, seed: int = 0) -> dict[str, Any]:
    """Return the 95 % bootstrap intervals of the figures, drawn by document.

    Returns
    -------
    dict
        `labels` (for each code: precision, recall, f1, average_precision), `micro` (precision,
        recall, f1), `macro_f1`, `mean_average_precision`; each a pair, or None where the
        figure cannot be told (the label does not occur).
    """
    names, document = np.unique(judged.documents, return_inverse=True)
    draws: NDArray[np.int64] = np.random.default_rng(seed).multinomial(
        len(names), np.full(len(names), 1 / len(names)), size=n_draws
    )
    counts = [
        _drawn_counts(draws, document, cells)
        for cells in (judged.assigned & judged.Y, judged.assigned, judged.Y & judged.known)
    ]
    rates = _rates(*counts)
    rankings = np.stack([_rankings(draws, document, judged, k) for k in range(len(CODES))], axis=1)
    occurs: Bools = np.any(judged.Y & judged.known, axis=0)
    labels = {
        code: {
            **{name: _pair(values[:, k]) if occurs[k] else None for name, values in rates.items()},
            "average_precision": _pair(rankings[:, k]) if occurs[k] else None,
        }
        for k, code in enumerate(CODES)
    }
    # A draw can lack a label; its F1 is not 0 then, but nothing.
    f1 = np.where(counts[2] > 0, rates["f1"], np.nan)
    micro = _rates(*(count.sum(axis=1) for count in counts))
    return {
        "labels": labels,
        "micro": {name: _pair(values) for name, values in micro.items()},
        "macro_f1": _pair(_means(f1[:, occurs])),
        "mean_average_precision": _pair(_means(rankings[:, occurs])),
    }


def _drawn_counts(draws: Integers, document: Integers, cells: Bools) -> Floats:
    """Count the cells of each label in each draw, shape (n_draws, n_labels)."""
    per_document = np.zeros((draws.shape[1], cells.shape[1]))
    np.add.at(per_document, document, cells)
    counted: Floats = draws @ per_document
    return counted


def _rates(hits: Floats, assigned: Floats, true: Floats) -> dict[str, Floats]:
    with np.errstate(invalid="ignore", divide="ignore"):
        return {"precision": hits / assigned, "recall": hits / true, "f1": 2 * hits / (assigned + true)}


def _rankings(draws: Integers, document: Integers, judged: Judged, k: int) -> Floats:
    """Return the average precision of one label in each draw.

    A row drawn twice counts twice. Rows of equal probability share the last of their places, as
    in scikit-learn's.
    """
    rows = np.flatnonzero(judged.known[:, k])
    order = rows[np.argsort(-judged.probability[rows, k], kind="stable")]
    true = judged.Y[order, k]
    ranked = -judged.probability[order, k]
    last = np.searchsorted(ranked, ranked[true], side="right") - 1
    weight = draws[:, document[order]].astype(np.float64)
    above = np.cumsum(weight, axis=1)[:, last]
    weight = weight[:, true]
    hits = np.cumsum(weight, axis=1)[:, np.cumsum(true)[last] - 1]
    with np.errstate(invalid="ignore", divide="ignore"):
        precision = np.nan_to_num(hits / above)
        ranking: Floats = (weight * precision).sum(axis=1) / weight.sum(axis=1)
    return ranking


def _means(values: Floats) -> Floats:
    """Return the mean of the numbers in each draw; NaN where there is none."""
    told = np.isfinite(values)
    with np.errstate(invalid="ignore"):
        means: Floats = np.where(told, values, 0.0).sum(axis=1) / told.sum(axis=1)
    return means


def _pair(values: Floats) -> list[float] | None:
    told = values[np.isfinite(values)]
    return [round(float(value), 4) for value in np.percentile(told, _PERCENTILES)] if len(told) else None
