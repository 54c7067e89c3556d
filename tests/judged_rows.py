"""Judged rows made by hand."""

from __future__ import annotations

import numpy as np

from nlp.evaluation.judged import Judged, indicators
from nlp.taxonomy import CODES


def judged(*rows, thresholds=0.5, grey=0.3, doubt=0.0):
    """Make it of rows (document, labels, also, probabilities that are not 0)."""
    documents, labels, also, told = zip(*rows, strict=True)
    probability = np.zeros((len(rows), len(CODES)))
    for row, values in enumerate(told):
        for code, value in values.items():
            probability[row, CODES.index(code)] = value
    return Judged(
        probability=probability,
        Y=indicators(labels),
        also=indicators(also),
        thresholds=np.full(len(CODES), thresholds),
        grey=np.full(len(CODES), grey),
        doubt=np.array(doubt),
        documents=np.array(documents),
    )


def by_hand(**borders):
    """A hit, a miss with a false alarm, a cell under also, and a blank row."""
    return judged(
        ("d1", ("C1",), (), {"C1": 0.9}),
        ("d1", ("C1",), (), {"C2": 0.8}),
        ("d2", ("C2",), ("C1",), {"C1": 0.9, "C2": 0.7}),
        ("d2", (), (), {"C3": 0.4}),
        **borders,
    )


def by_chance(seed=0, n=40, n_documents=6):
    """Rows that are right now and then, with probabilities that all differ."""
    rng = np.random.default_rng(seed)
    labels = rng.random((n, 4)) < 0.3
    also = (rng.random((n, 4)) < 0.1) & ~labels
    probability = np.clip(0.3 * labels + 0.7 * rng.random((n, 4)), 0, 1)
    return judged(
        *(
            (
                f"d{rng.integers(n_documents)}",
                tuple(CODES[k] for k in np.flatnonzero(labels[i])),
                tuple(CODES[k] for k in np.flatnonzero(also[i])),
                dict(zip(CODES, probability[i].tolist(), strict=False)),
            )
            for i in range(n)
        ),
        thresholds=0.5,
    )
