from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import precision_recall_fscore_support

from nlp.evaluation.figures import calibration_error, figures, label_figures
from nlp.taxonomy import CODES
from tests.judged_rows import by_chance, by_hand, judged


def test_figures_are_those_counted_by_hand():
    found = figures(by_hand())
    assert found["rows"] == 4
    assert list(found["labels"]) == list(CODES)
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


def test_means_are_over_labels_that_occur():
    found = figures(by_hand())
    # C1 and C2 have F1 2/3 each; average precision 5/6 and 1/2.
    assert found["macro_f1"] == 0.6667
    assert found["mean_average_precision"] == pytest.approx((0.8333 + 0.5) / 2, abs=1e-4)


def test_counts_are_those_of_scikit_learn():
    rows = by_chance()
    for k in range(4):
        known = rows.known[:, k]
        precision, recall, f1, _ = precision_recall_fscore_support(
            rows.Y[known, k], rows.assigned[known, k], average="binary"
        )
        found = label_figures(rows, k)
        assert (found["precision"], found["recall"], found["f1"]) == pytest.approx(
            (precision, recall, f1), abs=1e-4
        )
        assert found["rows"] == rows.Y[known, k].sum()


def test_a_blank_row_that_gets_a_label_is_a_false_alarm():
    assert figures(by_hand(thresholds=0.35))["false_alarms"] == 1.0


def test_a_row_that_only_touches_a_label_is_not_blank():
    touched = judged(("d", (), ("C1",), {"C2": 0.9}), ("d", (), (), {}))
    assert figures(touched)["false_alarms"] == 0.0


def test_rows_in_less_doubt_than_allowed_are_decided():
    # The blank row, at 0.4, has 0.4 errors to be expected.
    assert figures(by_hand(doubt=0.39))["decided"]["share"] == 0.75
    assert figures(by_hand(doubt=0.41))["decided"]["share"] == 1.0


def test_nothing_true_and_nothing_given_is_told_as_0():
    found = figures(judged(("d", (), (), {}), ("d", (), (), {})))
    assert found["micro"] == {"precision": 0.0, "recall": 0.0, "f1": 0.0}
    assert (found["macro_f1"], found["mean_average_precision"]) == (0.0, 0.0)
    assert found["decided"] == {"share": 1.0, "f1": 0.0}


def test_the_calibration_error_is_0_for_kept_promises_and_counts_broken_ones():
    p = np.full(100, 0.25)
    assert calibration_error(p, np.arange(100) < 25) == pytest.approx(0)
    assert calibration_error(p, np.arange(100) < 75) == pytest.approx(0.5)
    assert calibration_error(np.array([1.0]), np.array([True])) == 0
    assert calibration_error(np.zeros(0), np.zeros(0, dtype=bool)) == 0


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=30))
def test_the_calibration_error_is_a_share_and_knows_no_order(cells):
    p, y = (np.array(part) for part in zip(*cells, strict=True))
    error = calibration_error(p, y)
    assert -1e-12 <= error <= 1 + 1e-12
    assert error >= abs(p.mean() - y.mean()) - 1e-9
    assert error == pytest.approx(calibration_error(p[::-1], y[::-1]))
