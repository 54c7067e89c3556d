# ruff: noqa: N806 - X and Y are scikit-learn's names

from __future__ import annotations

import re

import numpy as np
import pytest
import scipy.sparse as sp
from scipy.special import expit
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils.estimator_checks import parametrize_with_checks

from nlp.classifier.curves import expected_errors
from nlp.classifier.estimator import ActionLineClassifier


# scikit-learn skips three itself: array API input (SCIPY_ARRAY_API is not set), pandas input
# (pandas is not installed), and the form of decision_function, which the class does not have.
@pytest.mark.filterwarnings("ignore")
@parametrize_with_checks([ActionLineClassifier(n_folds=2)])
def test_it_is_a_scikit_learn_estimator(estimator, check):
    check(estimator)


@pytest.fixture
def lessons():
    rng = np.random.default_rng(0)
    topics = rng.standard_normal((3, 12))
    Y = rng.random((120, 3)) < 0.3
    X = Y @ topics + 0.5 * rng.standard_normal((120, 12))
    return X, Y.astype(int), np.repeat(np.arange(6), 20)


def test_labels_are_learned(lessons):
    X, Y, groups = lessons
    model = ActionLineClassifier().fit(X[:100], Y[:100], groups[:100])
    assert (model.predict(X[100:]) == Y[100:]).mean() > 0.9
    assert model.coef_.shape == (12, 3)
    assert model.thresholds_.shape == model.grey_.shape == model.slope_.shape == (3,)
    assert (model.grey_ <= model.thresholds_).all()


def test_the_probability_is_the_sigmoid_of_the_calibrated_decision(lessons):
    X, Y, groups = lessons
    model = ActionLineClassifier().fit(X, Y, groups)
    expected = expit(model.slope_ * (X @ model.coef_ + model.intercept_) + model.offset_)
    np.testing.assert_array_equal(model.predict_proba(X), expected)
    np.testing.assert_array_equal(model.predict(X), expected >= model.thresholds_)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.3])
def test_no_more_rows_are_doubtful_than_people_may_be_asked_about(lessons, share):
    X, Y, groups = lessons
    model = ActionLineClassifier(review_share=share).fit(X, Y, groups)
    p = expit(model.slope_ * model.oof_decision_ + model.offset_)
    zone = ((p >= model.grey_) & (p < model.thresholds_)).any(axis=1)
    doubtful = zone & (expected_errors(p, model.thresholds_) >= model.doubt_)
    allowed = int(share * len(Y))
    assert min(zone.sum(), allowed) - 1 <= doubtful.sum() <= allowed
    assert zone.sum() > 12


def test_sparse_input_gives_the_same(lessons):
    X, Y, groups = lessons
    dense = ActionLineClassifier().fit(X, Y, groups).predict_proba(X)
    sparse = ActionLineClassifier().fit(sp.csr_matrix(X), Y, groups).predict_proba(sp.csr_matrix(X))
    np.testing.assert_allclose(dense, sparse, atol=1e-3)


def test_threads_do_not_change_a_bit(lessons):
    X, Y, groups = lessons
    one, two = (ActionLineClassifier(n_jobs=n).fit(X, Y, groups) for n in (1, 2))
    assert (one.coef_ == two.coef_).all()
    assert (one.thresholds_ == two.thresholds_).all()


def test_weights_are_those_that_half_precision_can_hold(lessons):
    coef = ActionLineClassifier().fit(*lessons).coef_
    assert (coef == coef.astype(np.float16)).all()


def test_a_row_under_also_is_left_out_of_that_label_only(lessons):
    X, Y, groups = lessons
    also = np.zeros(Y.shape, dtype=bool)
    also[:30, 1] = True
    turned = Y.copy()
    turned[:30, 1] = 1 - turned[:30, 1]
    as_told, otherwise = (ActionLineClassifier().fit(X, y, groups, also=also) for y in (Y, turned))
    assert (as_told.coef_ == otherwise.coef_).all()
    assert (as_told.thresholds_ == otherwise.thresholds_).all()
    without = ActionLineClassifier().fit(X, Y, groups)
    assert (as_told.coef_[:, 0] == without.coef_[:, 0]).all()
    assert (as_told.coef_[:, 1] != without.coef_[:, 1]).any()


def test_out_of_fold_values_come_from_models_that_saw_no_row_of_the_group(lessons):
    X, Y, groups = lessons
    model = ActionLineClassifier(n_folds=6).fit(X, Y, groups)
    train = groups != 3
    alone = ActionLineClassifier().fit(X[train], Y[train], groups[train])
    np.testing.assert_allclose(
        model.oof_decision_[~train], X[~train] @ alone.coef_ + alone.intercept_, atol=1e-6
    )
    np.testing.assert_array_equal(model.oof_decision_, clone(model).cross_val_decision(X, Y, groups))


def test_a_label_that_one_fold_lacks_is_still_learned(lessons):
    X, Y, groups = lessons
    Y[groups != 2, 1] = 0
    assert Y[groups == 2, 1].any()
    model = ActionLineClassifier(n_folds=6).fit(X, Y, groups)
    assert np.isfinite(model.oof_decision_).all()


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        (
            {"C": 0},
            "The 'C' parameter of ActionLineClassifier must be a float in the range (0, inf). Got 0 instead.",
        ),
        ({"n_folds": 1}, "The 'n_folds' parameter of ActionLineClassifier must be an int in the range [2"),
        ({"shrink": 2}, "must be a float in the range [0, 1]. Got 2 instead."),
        ({"review_share": -0.1}, "must be a float in the range [0, 1]. Got -0.1 instead."),
    ],
)
def test_a_bad_parameter_is_told_in_scikit_learns_words(lessons, parameters, message):
    with pytest.raises(ValueError, match=re.escape(message)):
        ActionLineClassifier(**parameters).fit(*lessons)


def test_a_label_without_rows_is_refused(lessons):
    X, Y, groups = lessons
    Y[:, 2] = 0
    with pytest.raises(ValueError, match="Label 2 must have rows with and without it"):
        ActionLineClassifier().fit(X, Y, groups)


def test_one_group_is_refused(lessons):
    X, Y, _ = lessons
    with pytest.raises(ValueError, match="'groups' must hold two groups or more"):
        ActionLineClassifier().fit(X, Y, groups=np.zeros(len(X)))


def test_also_of_another_shape_is_refused(lessons):
    X, Y, groups = lessons
    with pytest.raises(ValueError, match=r"The shape of 'also' must be \(120, 3\)"):
        ActionLineClassifier().fit(X, Y, groups, also=np.zeros((120, 2)))


def test_nothing_is_predicted_before_the_fit(lessons):
    with pytest.raises(NotFittedError):
        ActionLineClassifier().predict(lessons[0])
