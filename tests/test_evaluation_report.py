from __future__ import annotations

import re
from copy import deepcopy

import pytest

from nlp.evaluation import judged_figures
from nlp.evaluation.figures import figures, label_figures
from nlp.evaluation.report import cross_validation_report, headline, label_table, model_report
from nlp.taxonomy import CODES
from tests.judged_rows import by_chance, by_hand, judged


@pytest.fixture
def in_folds():
    """Figures as the folds give them."""
    main, other = by_chance(1), by_chance(2)
    return {
        "by_batch": {"full": figures(main), "keywords": figures(other)},
        "by_document": {"full": figures(other)},
        "by_year": None,
        "languages": {},
        "family": label_figures(main, 0),
        **{key: judged_figures(main)[key] for key in ("intervals", "reliability", "coverage", "confusion")},
    }


def tables(text):
    """The tables of a report: lists of rows of cells, without the rules."""
    found = []
    for part in text.split("\n\n"):
        lines = part.splitlines()
        if lines[0].startswith("|"):
            found.append([[cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines])
    return found


def test_a_table_is_markdown_with_columns_that_line_up():
    lines = label_table(figures(by_chance()), judged_figures(by_chance())["intervals"]).splitlines()
    assert len({len(line) for line in lines}) == 1
    assert re.fullmatch(r"\|( -+ \|){6}", lines[1])
    assert [line.split()[1] for line in lines[2:]] == list(CODES)


def test_a_figure_has_its_interval_and_one_that_cannot_be_told_a_dash():
    found = judged_figures(by_hand())
    rows = {cells[0]: cells[1:] for cells in tables(label_table(found, found["intervals"]))[0]}
    assert rows["C1"] == [
        "2",
        "1.00 [1.00, 1.00]",
        "0.50 [0.50, 0.50]",
        "0.67 [0.67, 0.67]",
        "0.83 [0.83, 1.00]",
    ]
    assert rows["C3"] == ["0", "0.00", "0.00", "0.00", "-"]


def test_the_headline_is_of_the_first_method_by_batch(in_folds):
    found = in_folds["by_batch"]["full"]
    low, high = in_folds["intervals"]["micro"]["f1"]
    assert headline(in_folds).startswith(
        f"micro-F1 {found['micro']['f1']:.2f} [{low:.2f}, {high:.2f}], macro-F1 "
    )
    assert f"mAP {found['mean_average_precision']:.2f} [" in headline(in_folds)
    assert headline(in_folds) in cross_validation_report(in_folds)


def test_methods_stand_in_one_table(in_folds):
    head, _, *rows = tables(cross_validation_report(in_folds))[0]
    assert head[:4] == ["folds", "method", "rows", "micro-F1"]
    assert [row[:2] for row in rows] == [
        ["by batch", "this method"],
        ["by batch", "keywords"],
        ["by document", "this method"],
    ]
    assert rows[1][3] == f"{in_folds['by_batch']['keywords']['micro']['f1']:.3f}"


def test_years_and_languages_are_told_where_there_are_any(in_folds):
    assert "trained on" not in cross_validation_report(in_folds)
    assert "Other languages" not in cross_validation_report(in_folds)
    found = figures(by_chance(5))
    in_folds["by_year"] = {"older": [2003, 2019], "newer": [2020, 2020], "full": found}
    in_folds["languages"] = {"fr": {"lexical": found}}
    text = cross_validation_report(in_folds)
    first, languages, *_ = tables(text)
    assert first[-1][:2] == ["trained on 2003-2019, tested on 2020", "this method"]
    assert "### Other languages (by batch)" in text
    assert languages[2][:4] == ["fr", "this method, words alone", "40", f"{found['micro']['f1']:.3f}"]


def test_words_alone_can_be_the_first_method(in_folds):
    in_folds["by_batch"] = {"lexical": figures(by_chance(1))}
    in_folds["by_document"] = {}
    in_folds["by_year"] = {"older": [2003, 2003], "newer": [2020, 2024], "lexical": figures(by_chance(1))}
    rows = tables(cross_validation_report(in_folds))[0][2:]
    assert [row[:2] for row in rows] == [
        ["by batch", "this method, words alone"],
        ["trained on 2003, tested on 2020-2024", "this method, words alone"],
    ]


def test_confusions_come_most_frequent_first_and_hits_are_none():
    rows = judged(
        *[("d", ("C1",), (), {"C2": 0.9})] * 3,
        *[("d", (), (), {"C5": 0.9})] * 2,
        ("d", ("C9",), (), {}),
        *[("d", ("C4",), (), {"C4": 0.9})] * 9,
    )
    head, _, *told = tables(model_report(judged_figures(rows)))[-1]
    assert head == ["rows", "true label, missed", "label given"]
    assert told == [["3", "C1", "C2"], ["2", "nothing", "C5"], ["1", "C9", "nothing"]]


def test_only_the_most_frequent_confusions_are_told():
    pairs = [(one, other) for one in CODES[:4] for other in CODES[5:9]]
    rows = judged(*(("d", (one,), (), {other: 0.9}) for one, other in pairs))
    told = tables(model_report(judged_figures(rows)))[-1][2:]
    assert len(told) == 12
    assert told == sorted(told, key=lambda row: row[1:])


def test_coverage_is_told_for_round_shares(in_folds):
    coverage = next(
        table for table in tables(cross_validation_report(in_folds)) if table[0] == ["rows", "micro-F1"]
    )
    assert [row[0] for row in coverage[2:]] == ["100 %", "90 %", "80 %", "70 %", "60 %", "50 %"]


def test_a_model_is_told_by_itself():
    found = judged_figures(by_chance())
    text = model_report(found)
    assert text.splitlines()[0].endswith(" on 40 rows.")
    assert tables(text)[0][2][:3] == ["40", "this model", "40"]
    assert f"{found['calibration_error']:.3f}" in text.splitlines()[4]


def test_rows_without_any_label_can_be_told():
    text = model_report(judged_figures(judged(("d", (), (), {}), ("e", (), (), {}))))
    assert text.startswith("micro-F1 0.00, macro-F1 0.00, mAP 0.00 on 2 rows.")


def test_telling_changes_no_figure(in_folds):
    before = deepcopy(in_folds)
    cross_validation_report(in_folds)
    assert in_folds == before
