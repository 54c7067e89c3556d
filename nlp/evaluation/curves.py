"""What pictures are drawn from: kept promises, coverage against F1, and who is taken for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nlp.evaluation.figures import N_BINS
from nlp.taxonomy import CODES

if TYPE_CHECKING:
    from nlp.evaluation.judged import Judged

#: Shares of rows left to people, in steps of which coverage is told.
_STEPS = 20
#: Row and column of the confusion table beside the labels.
NONE = "none"


def reliability(judged: Judged) -> list[dict[str, float]]:
    """Return, for bins of equal width, the mean probability and the share that came true."""
    p, y = judged.probability[judged.known], judged.Y[judged.known]
    bins = np.minimum((p * N_BINS).astype(int), N_BINS - 1)
    return [
        {
            "cells": int(chosen.sum()),
            "promised": round(float(p[chosen].mean()), 4),
            "kept": round(float(y[chosen].mean()), 4),
        }
        for chosen in (bins == b for b in range(N_BINS))
        if chosen.any()
    ]


def coverage(judged: Judged) -> list[dict[str, float]]:
    """Return micro-F1 on the surest rows, from all of them down to a twentieth.

    A row is as sure as its least sure label: how far, in log-odds, the nearest probability is
    from its threshold.
    """
    p, t = (np.clip(values, 1e-6, 1 - 1e-6) for values in (judged.probability, judged.thresholds))
    distance = np.abs(np.log(p / (1 - p)) - np.log(t / (1 - t)))
    surest = np.argsort(-np.where(judged.known, distance, np.inf).min(axis=1), kind="stable")
    curve = []
    for step in range(_STEPS, 0, -1):
        rows = surest[: max(1, round(len(surest) * step / _STEPS))]
        hits = int((judged.assigned & judged.Y)[rows].sum())
        both = int(judged.assigned[rows].sum() + (judged.Y & judged.known)[rows].sum())
        share = round(len(rows) / len(surest), 4)
        curve.append({"share": share, "f1": round(2 * hits / both, 4) if both else 0.0})
    return curve


def confusion(judged: Judged) -> dict[str, Any]:
    """Return which labels are given where another is missed.

    Returns
    -------
    dict
        `names`: the 18 codes and "none". `table[i][j]`, counts of rows: for i = j those where
        label i was found; else those where i was missed and j wrongly given. Row "none" counts
        wrong labels on rows that miss none, column "none" missed labels where no wrong one was
        given; their meeting place the rows without a label that got none.
    """
    true, given = judged.Y & judged.known, judged.assigned
    missed, wrong = true & ~given, given & ~true
    n = len(CODES)
    table = np.zeros((n + 1, n + 1), dtype=int)
    table[:n, :n] = missed.T.astype(int) @ wrong.astype(int)
    table[range(n), range(n)] = (true & given).sum(axis=0)
    table[:n, n] = missed[~wrong.any(axis=1)].sum(axis=0)
    table[n, :n] = wrong[~missed.any(axis=1)].sum(axis=0)
    table[n, n] = (~(true | given).any(axis=1)).sum()
    return {"names": [*CODES, NONE], "table": table.tolist()}
