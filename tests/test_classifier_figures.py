from __future__ import annotations

import numpy as np
import pytest

from nlp.classifier.figures import calibration_error, figures, indicators, out_of_fold_figures
from nlp.taxonomy import CODES


@pytest.fixture
def hand():
    """Four rows: a hit, a miss with a false alarm, a cell under also, and a blank row."""
    true = indicators([("C1",), ("C1",), ("C2",), ()])
    also = indicators([(), (), ("C1",), ()])
    probability = np.zeros(true.shape)
    probability[0, 0] = 0.9
    probability[1, 1] = 0.8
    probability[2, :2] = (0.9, 0.7)
    probability[3, 2] = 0.4
    return probability, true, also


def test_figures_are_those_counted_by_hand(hand):
    found = figures(*hand, np.full(18, 0.5), np.full(18, 0.3))
    assert found["labels"]["C1"] == {
        "rows": 2,
        "precision": 1.0,
        "recall": 0.5,
        "f1": 0.6667,
        "average_precision": 0.8333,
    }
    assert found["labels"]["C2"]["precision"] == 0.5
    assert found["labels"]["C3"]["average_precision"] is None
    # Two hits, one wrong (C2 of row 1), one missed (C1 of row 1); C1 of row 2 is neither.
    assert found["micro"] == {"precision": 0.6667, "recall": 0.6667, "f1": 0.6667}
    assert found["false_alarms"] == 0.0
    assert found["decided"] == {"share": 0.75, "f1": 0.6667}


def test_a_blank_row_that_gets_a_label_is_a_false_alarm(hand):
    assert figures(*hand, np.full(18, 0.35), np.full(18, 0.3))["false_alarms"] == 1.0


def test_the_calibration_error_is_0_for_kept_promises_and_counts_broken_ones():
    p = np.full(100, 0.25)
    assert calibration_error(p, np.arange(100) < 25) == pytest.approx(0)
    assert calibration_error(p, np.arange(100) < 75) == pytest.approx(0.5)
    assert calibration_error(np.array([1.0]), np.array([True])) == 0


def test_no_row_helps_to_judge_itself():
    rng = np.random.default_rng(0)
    true = rng.random((60, len(CODES))) < 0.2
    decision = np.where(true, 2.0, -2.0) + rng.standard_normal(true.shape)
    groups = np.repeat(np.arange(3), 20)
    how = {"n_folds": 3, "shrink": 0.5, "review_share": 0.2}
    no_also = np.zeros(true.shape, dtype=bool)
    found = out_of_fold_figures(decision, true, no_also, groups, **how)
    assert found["micro"]["f1"] > 0.85
    assert 0.6 < found["decided"]["share"] <= 1
    # Decision values that say nothing are not made good by thresholds of their own rows.
    nothing = out_of_fold_figures(rng.standard_normal(true.shape), true, no_also, groups, **how)
    assert nothing["micro"]["f1"] < 0.45
