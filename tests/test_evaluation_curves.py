from __future__ import annotations

import numpy as np
import pytest

from nlp.evaluation.curves import confusion, coverage, reliability
from nlp.evaluation.figures import figures
from nlp.taxonomy import CODES
from tests.judged_rows import by_chance, by_hand, judged


def test_bins_tell_what_was_promised_and_what_came_true():
    found = reliability(by_hand())
    # Cells: C3 0.4, C2 0.7, C2 0.8, C1 0.9; the other C1 0.9 is neither right nor wrong.
    assert [bin_["cells"] for bin_ in found] == [4 * 18 - 5, 1, 1, 1, 1]
    assert [bin_["promised"] for bin_ in found] == [0.0, 0.4, 0.7, 0.8, 0.9]
    assert [bin_["kept"] for bin_ in found] == [pytest.approx(1 / 67, abs=1e-4), 0, 1, 0, 1]


def test_a_sure_cell_falls_into_the_last_bin():
    found = reliability(judged(("d", ("C1",), (), {"C1": 1.0})))
    assert found[-1] == {"cells": 1, "promised": 1.0, "kept": 1.0}


def test_the_bins_hold_every_cell_that_is_known():
    rows = by_chance()
    found = reliability(rows)
    assert sum(bin_["cells"] for bin_ in found) == rows.known.sum()
    gap = sum(bin_["cells"] * abs(bin_["promised"] - bin_["kept"]) for bin_ in found) / rows.known.sum()
    assert gap == pytest.approx(figures(rows)["calibration_error"], abs=2e-4)


def test_coverage_leaves_out_the_least_sure_rows_first():
    # All cells are far from their threshold but C1, of which row i says 0.5 and more.
    rows = judged(*(("d", ("C1",) if i else (), (), {"C1": 0.55 + 0.04 * i}) for i in range(10)))
    curve = coverage(rows)
    assert [point["share"] for point in curve][:3] == [1.0, 1.0, 0.9]
    # Row 0 alone is wrong, and it is the least sure.
    assert curve[0]["f1"] == round(18 / 19, 4)
    assert {point["f1"] for point in curve if point["share"] < 1} == {1.0}
    assert curve[-1]["share"] == 0.1


def test_coverage_begins_at_the_figure_of_all_rows():
    rows = by_chance()
    curve = coverage(rows)
    assert len(curve) == 20
    assert curve[0] == {"share": 1.0, "f1": figures(rows)["micro"]["f1"]}
    shares = [point["share"] for point in curve]
    assert shares == sorted(shares, reverse=True)


def test_a_cell_that_is_neither_right_nor_wrong_makes_no_row_unsure():
    # The first row is at the threshold, but of a label that it only touches.
    rows = judged(("d", ("C2",), ("C1",), {"C1": 0.5, "C2": 0.9}), ("d", (), (), {"C2": 0.6}))
    assert coverage(rows)[-1] == {"share": 0.5, "f1": 1.0}


def test_coverage_without_labels_is_0():
    assert {point["f1"] for point in coverage(judged(("d", (), (), {})))} == {0.0}


def test_confusion_is_counted_by_hand():
    found = confusion(by_hand())
    assert found["names"] == [*CODES, "none"]
    table = np.array(found["table"])
    assert table.shape == (19, 19)
    told = {(i, j): int(table[i, j]) for i, j in zip(*np.nonzero(table), strict=True)}
    # C1 was found, and missed where C2 was given; C2 was found; one row rightly got nothing.
    assert told == {(0, 0): 1, (0, 1): 1, (1, 1): 1, (18, 18): 1}


def test_confusion_tells_what_was_missed_and_given_alone():
    rows = judged(
        ("d", ("C1", "C2"), (), {"C1": 0.9}),
        ("d", ("C1",), (), {"C1": 0.9, "C3": 0.9}),
        ("d", ("C4",), (), {"C5": 0.9, "C6": 0.9}),
    )
    table = np.array(confusion(rows)["table"])
    told = {(i, j): int(table[i, j]) for i, j in zip(*np.nonzero(table), strict=True)}
    assert told == {(0, 0): 2, (1, 18): 1, (18, 2): 1, (3, 4): 1, (3, 5): 1}


def test_a_row_with_a_label_found_is_no_empty_row():
    table = confusion(judged(("d", (), ("C1",), {"C1": 0.9}), ("d", ("C2",), (), {"C2": 0.9})))["table"]
    # The first is neither right nor wrong there, and nothing else was given.
    assert table[18][18] == 1
    assert table[1][1] == 1
