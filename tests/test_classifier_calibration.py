# ruff: noqa: N806 - X and Y are scikit-learn's names

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit

from nlp.classifier.calibration import (
    MENTION_LOGIT,
    best_threshold,
    fit_curves,
    fit_mention,
    fit_review,
    fit_sigmoid,
    fit_thresholds,
)
from nlp.classifier.curves import expected_errors
from nlp.evaluation.figures import calibration_error


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


def test_a_threshold_has_as_many_decimals_as_a_printed_probability(values):
    decision, Y = values
    thresholds = fit_thresholds(expit(3 * decision), Y, np.zeros(Y.shape, dtype=bool), 0.3)
    assert (thresholds == np.round(thresholds, 4)).all()


def asked(probability, thresholds, grey, doubt):
    """Rows that a person is asked to look at."""
    zone = ((probability >= grey) & (probability < thresholds)).any(axis=1)
    return zone & (expected_errors(probability, thresholds) >= doubt)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.2, 0.5])
def test_review_keeps_to_the_share_of_rows_and_uses_it(values, share):
    decision, _ = values
    probability, thresholds = expit(3 * decision), np.full(4, 0.4)
    grey, doubt = fit_review(probability, thresholds, share)
    assert (grey < thresholds).all()
    assert share - 0.01 <= asked(probability, thresholds, grey, doubt).mean() <= share


def test_the_rows_that_are_asked_about_are_the_most_doubtful_of_those_in_a_zone(values):
    decision, _ = values
    probability, thresholds = expit(3 * decision), np.full(4, 0.4)
    grey, doubt = fit_review(probability, thresholds, 0.1)
    chosen = asked(probability, thresholds, grey, doubt)
    in_zone = asked(probability, thresholds, grey, 0.0)
    errors = expected_errors(probability, thresholds)
    assert errors[chosen].min() >= errors[in_zone & ~chosen].max()
    # Doubt alone is not enough: where no label is in its zone there is nothing to ask.
    assert (errors[~in_zone] >= doubt).any()


@pytest.mark.parametrize("rows", [0, 1, 5])
def test_all_rows_in_a_zone_may_be_asked_about(rows):
    probability, thresholds = np.full((rows, 2), 0.3), np.full(2, 0.4)
    grey, doubt = fit_review(probability, thresholds, 1.0)
    assert asked(probability, thresholds, grey, doubt).all()
    assert 0 < doubt < 0.001


def test_without_rows_that_name_a_line_the_mention_is_the_usual_one(values):
    decision, Y = values
    nothing = np.zeros(Y.shape, dtype=bool)
    assert fit_mention(3 * decision, nothing, Y, nothing) == pytest.approx(MENTION_LOGIT)
    # Cells that are neither right nor wrong are no rows.
    assert fit_mention(3 * decision, ~nothing, Y, ~nothing) == pytest.approx(MENTION_LOGIT)


@pytest.mark.parametrize(("worth", "found"), [(-2.0, 0.0), (1.0, 1.0), (3.0, 3.0), (9.0, 6.0)])
def test_the_mention_is_what_the_rows_that_name_a_line_say_it_is_worth(worth, found):
    rng = np.random.default_rng(3)
    logit = rng.normal(-2, 1.0, (4000, 3))
    Y = rng.random(logit.shape) < expit(logit + worth)
    named = np.zeros(Y.shape, dtype=bool)
    named[:3000] = True
    assert fit_mention(logit, named, Y, np.zeros(Y.shape, dtype=bool)) == pytest.approx(found, abs=0.15)


def test_few_rows_that_name_a_line_move_the_mention_little():
    logit, Y = np.full((3, 1), -3.0), np.zeros((3, 1), dtype=bool)
    known = np.zeros(Y.shape, dtype=bool)
    few = fit_mention(logit, ~known, Y, known)
    many = fit_mention(
        np.repeat(logit, 100, axis=0), np.ones((300, 1), dtype=bool), *2 * [np.zeros((300, 1), dtype=bool)]
    )
    assert many < few < MENTION_LOGIT


def curves_of(values, **changes):
    decision, Y = values
    nothing = np.zeros(Y.shape, dtype=bool)
    told = {"named": nothing, "Y": Y, "also": nothing, "shrink": 0.5, "review_share": 0.1} | changes
    return fit_curves(decision, **told)


def test_curves_are_made_of_the_parts(values):
    decision, Y = values
    nothing = np.zeros(Y.shape, dtype=bool)
    curves = curves_of(values)
    slope, offset = fit_sigmoid(decision, Y, nothing)
    assert (curves.slope == slope).all()
    assert (curves.offset == offset).all()
    probability = curves.probability(decision, nothing)
    assert (curves.thresholds == fit_thresholds(probability, Y, nothing, 0.5)).all()
    assert asked(probability, curves.thresholds, curves.grey, curves.doubt).mean() <= 0.1


def test_only_so_many_first_labels_have_a_grey_zone(values):
    curves = curves_of(values, n_reviewed=3)
    assert (curves.grey < curves.thresholds).tolist() == [True, True, True, False]
    assert curves.grey[3] == curves.thresholds[3]
    # Nor do the others make a row doubtful.
    decision, Y = values
    first = curves_of((decision[:, :3], Y[:, :3]), shrink=0.0)
    assert curves_of(values, n_reviewed=3, shrink=0.0).doubt == pytest.approx(first.doubt, rel=0.2)


def test_naming_leaves_slopes_and_borders_alone(values):
    _, Y = values
    named = np.zeros(Y.shape, dtype=bool)
    named[:200] = True
    plain, told = curves_of(values), curves_of(values, named=named)
    assert told.mention != plain.mention
    for part in ("slope", "offset", "thresholds", "grey"):
        assert (getattr(told, part) == getattr(plain, part)).all()
