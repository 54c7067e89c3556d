from __future__ import annotations

import warnings

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, f1_score, precision_score, recall_score

from nlp.evaluation.figures import figures
from nlp.evaluation.intervals import intervals
from nlp.taxonomy import CODES
from tests.judged_rows import by_chance, by_hand, judged

N_DRAWS = 60


def drawn_rows(rows, seed=0):
    """The rows of each draw of whole documents, a row as often as its document."""
    names = sorted(set(rows.documents))
    draws = np.random.default_rng(seed).multinomial(len(names), [1 / len(names)] * len(names), size=N_DRAWS)
    for draw in draws:
        times = dict(zip(names, draw, strict=True))
        yield np.array([i for i, name in enumerate(rows.documents) for _ in range(times[name])])


def percentiles(values):
    return [round(value, 4) for value in np.percentile(values, [2.5, 97.5])]


@pytest.mark.parametrize("seed", [0, 1])
def test_intervals_are_those_of_a_bootstrap_by_hand(seed):
    rows = by_chance(seed)
    # Some are ranked alike.
    rows.probability[:] = np.round(rows.probability, 1)
    found = intervals(rows, n_draws=N_DRAWS, seed=seed)
    draws = list(drawn_rows(rows, seed))
    of_labels = {name: [] for name in ("precision", "recall", "f1", "average_precision")}
    for k in range(4):
        by_draw = {name: [] for name in of_labels}
        for draw in draws:
            draw = draw[rows.known[draw, k]]
            true, given, p = rows.Y[draw, k], rows.assigned[draw, k], rows.probability[draw, k]
            told = true.any()
            by_draw["recall"].append(recall_score(true, given) if told else np.nan)
            by_draw["precision"].append(precision_score(true, given) if given.any() else np.nan)
            by_draw["f1"].append(f1_score(true, given) if told or given.any() else np.nan)
            by_draw["average_precision"].append(average_precision_score(true, p) if told else np.nan)
        for name, values in by_draw.items():
            told = [value for value in values if np.isfinite(value)]
            assert found["labels"][CODES[k]][name] == pytest.approx(percentiles(told), abs=2e-4), name
            of_labels[name].append(values)
    occurs = ~np.isnan(of_labels["recall"])
    f1 = np.nanmean(np.where(occurs, of_labels["f1"], np.nan), axis=0)
    assert found["macro_f1"] == pytest.approx(percentiles(f1), abs=2e-4)
    ranking = np.nanmean(of_labels["average_precision"], axis=0)
    assert found["mean_average_precision"] == pytest.approx(percentiles(ranking), abs=2e-4)
    micro = [f1_score((rows.Y & rows.known)[draw].ravel(), rows.assigned[draw].ravel()) for draw in draws]
    assert found["micro"]["f1"] == pytest.approx(percentiles(micro), abs=2e-4)


def test_a_figure_lies_within_its_interval():
    rows = by_chance(3)
    told, spans = figures(rows), intervals(rows)
    assert spans["micro"].keys() == told["micro"].keys()
    for name, (low, high) in spans["micro"].items():
        assert 0 <= low < told["micro"][name] < high <= 1
    low, high = spans["macro_f1"]
    assert low < told["macro_f1"] < high


def test_the_same_rows_give_the_same_intervals():
    assert intervals(by_chance(2)) == intervals(by_chance(2))
    assert intervals(by_chance(2)) != intervals(by_chance(2), seed=1)


def test_a_label_that_does_not_occur_has_no_intervals():
    found = intervals(by_hand())
    assert list(found["labels"]) == list(CODES)
    nothing = dict.fromkeys(("precision", "recall", "f1", "average_precision"))
    assert found["labels"]["C3"] == nothing
    # C1 stands in document d1 alone, whose rows are always drawn together.
    assert found["labels"]["C1"]["recall"] == [0.5, 0.5]


def test_what_was_never_given_has_recall_but_no_precision():
    found = intervals(judged(("a", ("C1",), (), {}), ("b", ("C1",), (), {})))
    assert found["labels"]["C1"]["precision"] is None
    assert found["labels"]["C1"]["recall"] == [0.0, 0.0]
    assert found["micro"] == {"precision": None, "recall": [0.0, 0.0], "f1": [0.0, 0.0]}


def test_one_document_has_intervals_without_width():
    rows = judged(("d", ("C1",), (), {"C1": 0.9}), ("d", ("C1",), (), {"C1": 0.1}))
    assert intervals(rows)["labels"]["C1"] == {
        "precision": [1.0, 1.0],
        "recall": [0.5, 0.5],
        "f1": [0.6667, 0.6667],
        "average_precision": [1.0, 1.0],
    }


@pytest.mark.parametrize("labels", [(), ("C1",)])
def test_draws_without_any_label_are_left_out_in_silence(labels):
    rows = judged(("a", labels, (), {"C1": 0.9}), ("b", (), (), {}))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = intervals(rows)
    expected = [1.0, 1.0] if labels else None
    assert (found["macro_f1"], found["mean_average_precision"]) == (expected, expected)
