from __future__ import annotations

import math

import pytest

from nlp.evaluation.agreement import agreement


def test_agreement_is_that_counted_by_hand():
    found = agreement([("C1",), ("C1", "C2"), (), ("C3",)], [("C1",), ("C2",), (), ("C4",)])
    # Two labels in common, four of the first, three of the second.
    assert found["micro"] == pytest.approx(4 / 7)
    assert found["rows"] == 0.5
    assert found["labels"]["C2"] == {"f1": 1.0, "kappa": 1.0}
    # C1: one found, one missed of four rows. Chance alone would agree on half of them.
    assert found["labels"]["C1"]["f1"] == pytest.approx(2 / 3)
    assert found["labels"]["C1"]["kappa"] == pytest.approx(0.5)
    assert found["labels"]["C3"]["f1"] == 0.0


def test_whoever_is_taken_for_the_truth_the_agreement_is_the_same():
    one, other = [("C1",), ("C5", "C6"), ()], [("C5",), ("C6",), ("C9",)]
    there, back = agreement(one, other), agreement(other, one)
    assert there["micro"] == back["micro"]
    assert there["labels"]["C6"] == back["labels"]["C6"]


def test_a_label_that_nobody_gave_has_no_kappa():
    assert math.isnan(agreement([("C1",)], [("C1",)])["labels"]["C9"]["kappa"])


def test_readings_of_other_lengths_are_refused():
    with pytest.raises(ValueError, match=r"the same rows. Got 1 and 2."):
        agreement([()], [(), ()])
