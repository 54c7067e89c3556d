"""Fits the second look: scikit-learn's splines and logistic regression, kept as curves."""

# ruff: noqa: N803, N806 - X and Y are scikit-learn's names

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import SplineTransformer

from nlp.classifier.second import SecondLook

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

#: Ends of the straight pieces of a curve. Seven, or knots at quantiles, were no better; boosted
#: trees and a network on the same features were as good, and harder to store and to read.
N_KNOTS = 5


def fit_second_look(features: Floats, Y: Bools, also: Bools) -> SecondLook:
    """Learn the curves from cells whose log-odds come from models that had not seen their row.

    Parameters
    ----------
    features : ndarray of shape (n, 18, n_features)
    Y, also : ndarray of shape (n, 18)
        Cells in `also` are left out.
    """
    known = ~also
    X, y = features[known], Y[known]
    low, high = X.min(axis=0), X.max(axis=0)
    # A feature that never changes still needs knots that rise.
    high = np.where(high > low, high, low + 1.0)
    knots = np.linspace(low, high, N_KNOTS)
    basis = SplineTransformer(degree=1, knots=knots, extrapolation="constant").fit_transform(X)
    model = LogisticRegression(C=1.0, max_iter=500).fit(basis, y)
    # A spline of degree 1 is a hat over each knot: its weight is the curve's value there.
    values = model.coef_.reshape(X.shape[1], N_KNOTS)
    return SecondLook(knots.T.copy(), values, float(model.intercept_[0]))
