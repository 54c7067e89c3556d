# ruff: noqa: N806 - X and Y are scikit-learn's names

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit

from nlp.classifier.calibration import best_threshold, fit_grey_zones, fit_sigmoid, fit_thresholds
from nlp.classifier.figures import calibration_error


@pytest.fixture
def values():
    """Decision values that are three times too cautious, and what came true."""
    rng = np.random.default_rng(1)
    truth = rng.normal(-1.5, 2.0, (3000, 4))
    return truth / 3, rng.random(truth.shape) < expit(truth)


def test_the_sigmoid_repairs_probabilities(values):
    decision, Y = values
    slope, offset = fit_sigmoid(decision, Y, np.zeros(Y.shape, dtype=bool))
    assert slope == pytest.approx(np.full(4, 3.0), abs=0.4)
    assert calibration_error(expit(slope * decision + offset).ravel(), Y.ravel()) < 0.01
    assert calibration_error(expit(decision).ravel(), Y.ravel()) > 0.05


def test_cells_under_also_count_nowhere(values):
    decision, Y = values
    also = np.zeros(Y.shape, dtype=bool)
    also[::3] = True
    turned = np.where(also, ~Y, Y)
    probability = expit(decision)
    np.testing.assert_array_equal(fit_sigmoid(decision, Y, also), fit_sigmoid(decision, turned, also))
    assert (fit_thresholds(probability, Y, also, 0.5) == fit_thresholds(probability, turned, also, 0.5)).all()


def test_a_label_whose_ranking_is_turned_round_takes_the_common_slope(values):
    decision, Y = values
    Y = Y.copy()
    Y[:, 0] = decision[:, 0] < -1
    slope, _ = fit_sigmoid(decision, Y, np.zeros(Y.shape, dtype=bool))
    assert (slope > 0).all()


def test_the_best_threshold_is_where_f1_is_highest():
    p = np.array([0.9, 0.8, 0.7, 0.6, 0.2, 0.1])
    y = np.array([1, 1, 0, 1, 0, 0], dtype=bool)
    assert best_threshold(p, y) == pytest.approx(0.4)


def test_no_threshold_falls_between_equal_probabilities():
    p = np.array([0.5, 0.5, 0.5, 0.1])
    y = np.array([1, 0, 0, 1], dtype=bool)
    assert best_threshold(p, y) in (pytest.approx(0.3), pytest.approx(0.05))


def test_without_positives_the_threshold_is_one_half():
    assert best_threshold(np.array([0.1, 0.2]), np.array([False, False])) == 0.5


def test_shrinking_wholly_gives_one_threshold(values):
    decision, Y = values
    also, probability = np.zeros(Y.shape, dtype=bool), expit(3 * decision)
    own, half, same = (fit_thresholds(probability, Y, also, shrink) for shrink in (0, 0.5, 1))
    assert len(set(same)) == 1
    np.testing.assert_allclose(half, (own + same) / 2, atol=1e-4)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.2])
def test_grey_zones_keep_to_the_share_that_may_be_reviewed(values, share):
    decision, _ = values
    probability, thresholds = expit(3 * decision), np.full(4, 0.4)
    grey = fit_grey_zones(probability, thresholds, share)
    assert (grey <= thresholds).all()
    assert ((probability >= grey) & (probability < thresholds)).any(axis=1).mean() <= share
