# ruff: noqa: N806 - X and Y are scikit-learn's names

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import SplineTransformer

from nlp.training.second import N_KNOTS, fit_second_look


@pytest.fixture
def cells():
    """Features of 60 rows, of which the first tells the labels and the second nothing."""
    rng = np.random.default_rng(0)
    features = rng.normal(size=(60, 18, 2))
    Y = rng.random((60, 18)) < expit(4 * np.abs(features[:, :, 0]) - 3)
    return features, Y, np.zeros(Y.shape, dtype=bool)


def test_curves_say_what_scikit_learn_says_also_beyond_their_ends(cells):
    features, Y, _ = cells
    X = features.reshape(-1, 2)
    knots = np.linspace(X.min(axis=0), X.max(axis=0), N_KNOTS)
    pipeline = make_pipeline(
        SplineTransformer(degree=1, knots=knots, extrapolation="constant"),
        LogisticRegression(C=1.0, max_iter=500),
    ).fit(X, Y.ravel())
    asked = np.random.default_rng(1).normal(scale=4, size=(30, 18, 2))
    assert np.abs(asked).max() > np.abs(X).max()
    expected = pipeline.decision_function(asked.reshape(-1, 2)).reshape(30, 18)
    second = fit_second_look(*cells)
    np.testing.assert_allclose(second.decide(asked), expected, atol=1e-9)


def test_what_bends_is_learned_and_what_tells_nothing_stays_flat(cells):
    second = fit_second_look(*cells)
    assert second.knots.shape == second.values.shape == (2, N_KNOTS)
    bent, flat = second.values
    assert bent[0] - bent[2] > 1
    assert bent[4] - bent[2] > 1
    assert np.ptp(flat) < 0.5 * np.ptp(bent)


def test_cells_under_also_count_nowhere(cells):
    features, Y, also = cells
    also[::4] = True
    turned, moved = np.where(also, ~Y, Y), features.copy()
    moved[also] = 1e6
    one, two = fit_second_look(features, Y, also), fit_second_look(moved, turned, also)
    assert (one.knots == two.knots).all()
    assert (one.values == two.values).all()
    assert one.intercept == two.intercept


def test_a_feature_that_never_changes_has_knots_that_rise(cells):
    features, Y, also = cells
    features[:, :, 1] = 7.0
    second = fit_second_look(features, Y, also)
    assert (np.diff(second.knots) > 0).all()
    assert second.knots[1, 0] == 7.0
    assert np.isfinite(second.decide(features)).all()


def test_the_same_cells_give_the_same_curves(cells):
    one, two = fit_second_look(*cells), fit_second_look(*cells)
    assert one.values.tobytes() == two.values.tobytes()
