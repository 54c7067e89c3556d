from __future__ import annotations

import numpy as np
import pytest

from nlp.evaluation.judged import indicators
from nlp.taxonomy import CODES
from tests.judged_rows import by_hand, judged


def test_indicators_have_the_columns_of_the_taxonomy():
    table = indicators([("C2", "C11"), (), ("C1",)])
    assert table.shape == (3, len(CODES))
    assert [[CODES[k] for k in np.flatnonzero(row)] for row in table] == [["C2", "C11"], [], ["C1"]]


def test_an_unknown_code_is_refused():
    with pytest.raises(ValueError, match="not in tuple"):
        indicators([("C99",)])


def test_a_probability_at_its_threshold_is_assigned_and_one_at_the_grey_border_reviewed():
    rows = judged(("d", (), (), {"C1": 0.5}), ("d", (), (), {"C1": 0.3}), ("d", (), (), {"C1": 0.2999}))
    assert rows.assigned[:, 0].tolist() == [True, False, False]
    assert rows.review.tolist() == [False, True, False]


def test_what_is_neither_right_nor_wrong_is_assigned_nowhere():
    rows = by_hand()
    assert rows.probability[2, 0] >= rows.thresholds[2, 0]
    assert not rows.assigned[2, 0]
    assert not rows.known[2, 0]
    assert rows.assigned[2, 1]


def test_a_person_looks_only_where_so_many_errors_are_to_be_expected():
    # 1 - 0.6 of the assigned label, and 0.4 of the one in the grey zone.
    row = ("d", ("C1",), (), {"C1": 0.6, "C2": 0.4})
    assert judged(row, doubt=0.79).review.tolist() == [True]
    assert judged(row, doubt=0.81).review.tolist() == [False]
    # However doubtful: nothing lies in a grey zone.
    assert judged(row, doubt=0.0, grey=0.45).review.tolist() == [False]


def test_a_blank_row_has_no_label_and_touches_none():
    assert by_hand().blank.tolist() == [False, False, False, True]
    assert judged(("d", (), ("C1",), {})).blank.tolist() == [False]


def test_some_rows_keep_their_own_borders():
    rows = by_hand()
    own = np.tile(np.array([[0.1], [0.2], [0.3], [0.4]]), len(CODES))
    changed = type(rows)(
        rows.probability, rows.Y, rows.also, own, own / 2, np.array([1, 2, 3, 4.0]), rows.documents
    )
    part = changed.of(np.array([False, True, False, True]))
    assert part.thresholds[:, 0].tolist() == [0.2, 0.4]
    assert part.grey[:, 5].tolist() == [0.1, 0.2]
    assert part.doubt.tolist() == [2, 4]
    assert part.documents.tolist() == ["d1", "d2"]
    assert (rows.Y[[1, 3]] == part.Y).all()


def test_borders_for_all_rows_are_given_to_each():
    rows = by_hand(doubt=0.25)
    assert rows.thresholds.shape == rows.grey.shape == (4, len(CODES))
    assert rows.doubt.tolist() == [0.25] * 4
