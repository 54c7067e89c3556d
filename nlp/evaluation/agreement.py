"""How far two readings of the same rows agree, label by label."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.metrics import cohen_kappa_score, f1_score

from nlp.evaluation.judged import indicators
from nlp.taxonomy import CODES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nlp.evaluation.judged import Bools


def agreement(first: Sequence[Sequence[str]], second: Sequence[Sequence[str]]) -> dict[str, Any]:
    """Compare the labels that two people gave to the same rows.

    Parameters
    ----------
    first, second : sequence of sequences of codes
        Row by row.

    Returns
    -------
    dict
        `micro`: F1 over all labels (the same, whoever is taken for the truth). `rows`: share of
        the rows with just the same labels. `labels`: for each code `f1`, and Cohen's `kappa`,
        which takes off what chance would give (NaN where nobody gave the label).

    Raises
    ------
    ValueError
        The two are not of the same length.
    """
    if len(first) != len(second):
        raise ValueError(f"readings must have the same rows. Got {len(first)} and {len(second)}.")
    one, two = indicators(first), indicators(second)
    return {
        "micro": float(f1_score(one, two, average="micro", zero_division=0)),
        "rows": float((one == two).all(axis=1).mean()) if len(one) else 0.0,
        "labels": {
            code: {
                "f1": float(f1_score(one[:, k], two[:, k], zero_division=0)),
                "kappa": _kappa(one[:, k], two[:, k]),
            }
            for k, code in enumerate(CODES)
        },
    }


def _kappa(one: Bools, two: Bools) -> float:
    # Where both give the same to every row, chance would, too.
    told = np.concatenate([one, two])
    return float(cohen_kappa_score(one, two)) if told.any() and not told.all() else float("nan")
