from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit

from nlp.classifier.curves import Curves, expected_errors

CURVES = Curves(
    slope=np.array([2.0, 0.5]),
    offset=np.array([-1.0, 0.25]),
    mention=1.5,
    thresholds=np.array([0.5, 0.4]),
    grey=np.array([0.1, 0.1]),
    doubt=0.3,
)
DECISION = np.array([[0.0, 0.0], [1.0, -2.0], [3.0, 4.0]])
NOTHING_NAMED = np.zeros(DECISION.shape, dtype=bool)


def test_the_probability_is_the_sigmoid_of_slope_and_offset():
    expected = expit(np.array([[-1.0, 0.25], [1.0, -0.75], [5.0, 2.25]]))
    np.testing.assert_allclose(CURVES.probability(DECISION, NOTHING_NAMED), expected, rtol=1e-12)


def test_a_named_line_gains_the_mention_and_no_other_cell_does():
    named = NOTHING_NAMED.copy()
    named[1, 0] = True
    plain, told = CURVES.probability(DECISION, NOTHING_NAMED), CURVES.probability(DECISION, named)
    assert told[1, 0] == pytest.approx(expit(1.0 + 1.5), rel=1e-12)
    assert (told[~named] == plain[~named]).all()


def test_the_largest_decisions_do_not_overflow():
    extreme = np.array([[1e300, -1e300]])
    with np.errstate(all="raise", under="ignore"):
        assert CURVES.probability(extreme, np.zeros((1, 2), dtype=bool)).tolist() == [[1.0, 0.0]]


def test_an_assigned_label_is_wrong_with_the_rest_and_any_other_missed_with_its_probability():
    probability = np.array([[0.9, 0.3], [0.2, 0.1], [1.0, 0.0]])
    assert expected_errors(probability, CURVES.thresholds) == pytest.approx([0.1 + 0.3, 0.2 + 0.1, 0.0])


def test_a_label_at_its_threshold_is_assigned():
    thresholds = np.array([0.2])
    assert expected_errors(np.array([[0.2]]), thresholds) == pytest.approx([0.8])
    assert expected_errors(np.array([[np.nextafter(0.2, 0)]]), thresholds) == pytest.approx([0.2])


@given(st.lists(st.lists(st.floats(0, 1), min_size=3, max_size=3), min_size=1, max_size=5))
def test_no_cut_expects_fewer_errors_than_one_half(values):
    probability = np.array(values)
    half = expected_errors(probability, np.full(3, 0.5))
    assert (half <= 1.5).all()
    for threshold in (0.0, 0.3, 0.8, 1.1):
        assert (half <= expected_errors(probability, np.full(3, threshold)) + 1e-12).all()
