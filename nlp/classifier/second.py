"""The second look: each label is judged again beside the other labels of its text.

A linear head judges each label for itself. Real paragraphs say less of their topic than the
rows of a corpus, so that all their log-odds are low; but the line they are about still stands
out among the 18. The second look sees, for each cell (a text and a label), the heads'
log-odds, how far the label leads, whether the text seems to have any label, keywords, and what
the nearest corpus rows are about. What it makes of them is a sum of piecewise linear curves,
the same for all labels: a hundred numbers, easy to store and to look at. numpy only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nlp.taxonomy import CODES, FAMILY, NOTHING, SUBLINES, TARGETS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_N = len(CODES)
_FAMILY, _NOTHING = TARGETS.index(FAMILY), TARGETS.index(NOTHING)
#: Keywords that count; more of them say no more.
MOST_KEYWORDS = 4


def feature_names(heads: tuple[str, ...]) -> tuple[str, ...]:
    """Name what the second look sees, given the heads."""
    names = ("log-odds", "lead", "over the third", "all together", "nothing", "keywords")
    if len(heads) == 1:
        return names
    each = tuple(f"{head}{what}" for head in heads for what in ("", " behind its first"))
    return (*names, "neighbours", *each)


def cell_features(first: Mapping[str, Floats], keywords: Floats, shares: Floats | None) -> Floats:
    """Return what the second look sees of each cell.

    Parameters
    ----------
    first : mapping of str to ndarray of shape (n, 20)
        Calibrated log-odds of each head.
    keywords : ndarray of shape (n, 18)
        Different keywords of each label in the text.
    shares : ndarray of shape (n, 18) or None
        What the nearest corpus rows are about; needed with more than one head.

    Returns
    -------
    ndarray of shape (n, 18, n_features)
        In the order of `feature_names`.
    """
    mean = np.mean(list(first.values()), axis=0)
    odds, top = mean[:, :_N], np.sort(mean[:, :_N], axis=1)
    others = np.where(odds == top[:, -1:], top[:, -2:-1], top[:, -1:])
    features = [
        odds,
        odds - others,
        odds - top[:, -3:-2],
        _each_label(np.logaddexp.reduce(odds, axis=1)),
        _each_label(mean[:, _NOTHING]),
        np.minimum(keywords, MOST_KEYWORDS),
    ]
    if len(first) > 1:
        if shares is None:
            raise ValueError("with more than one head the shares of the nearest rows are needed")
        features.append(shares)
        for head in first.values():
            features += [head[:, :_N], head[:, :_N] - head[:, :_N].max(axis=1, keepdims=True)]
    return np.stack(features, axis=2)


@dataclass(frozen=True)
class SecondLook:
    """A sum of piecewise linear curves, one a feature, constant beyond their ends.

    Attributes
    ----------
    knots, values : ndarray of shape (n_features, n_knots)
        Places that rise within each row, and the log-odds there.
    intercept : float
    """

    knots: Floats
    values: Floats
    intercept: float

    def decide(self, features: Floats) -> Floats:
        """Return log-odds of shape (n, 18) for features of shape (n, 18, n_features)."""
        decision = np.full(features.shape[:2], self.intercept)
        for i, (knots, values) in enumerate(zip(self.knots, self.values, strict=True)):
            decision += np.interp(features[:, :, i], knots, values)
        return decision

    def decide_all(self, first: Mapping[str, Floats], keywords: Floats, shares: Floats | None) -> Floats:
        """Return log-odds of shape (n, 19), of the 18 labels and of C7; parameters as `cell_features`."""
        return with_family(first, self.decide(cell_features(first, keywords, shares)))


def with_family(first: Mapping[str, Floats], looked: Floats) -> Floats:
    """Put the log-odds of C7 after those of the 18 labels."""
    return np.hstack([looked, family_decision(first, looked)])


def family_decision(first: Mapping[str, Floats], looked: Floats) -> Floats:
    """Return log-odds of shape (n, 1) that a text is about C7, whichever subline.

    Half of it is what the heads say of C7, half that any of the sublines applies.

    Parameters
    ----------
    first : mapping of str to ndarray of shape (n, 20)
        Calibrated log-odds of each head.
    looked : ndarray of shape (n, 18)
        Log-odds after the second look.
    """
    heads = np.mean([odds[:, _FAMILY] for odds in first.values()], axis=0)
    # log(1 - p) of each subline; what is left is that none of them applies.
    none = -np.logaddexp(0.0, looked[:, SUBLINES]).sum(axis=1)
    # Some subline, in log-odds: (1 - e^none) / e^none, and never quite nothing.
    some = np.log(np.maximum(-np.expm1(none), 1e-12)) - none
    decision: Floats = ((heads + some) / 2)[:, None]
    return decision


def _each_label(value: Floats) -> Floats:
    return np.repeat(value[:, None], _N, axis=1)
