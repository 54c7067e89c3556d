"""Lines, boxes and pages as plain records."""

from __future__ import annotations

import pytest
from pdf_build import bar, box, line, page, rule, texts

from nlp.pdf.geometry import Table, overlap


@pytest.mark.parametrize(
    ("first", "second", "shared"),
    [((0, 10), (5, 20), 5), ((0, 10), (2, 4), 2), ((0, 10), (10, 20), 0), ((0, 10), (13, 20), -3)],
)
def test_overlap_is_negative_between_what_is_apart(first, second, shared):
    assert overlap(*first, *second) == overlap(*second, *first) == shared


def test_starts_pair_each_word_with_its_place():
    assert line("of the sea", 100, size=10).starts == [(0, 100), (3, 115), (7, 135)]


def test_length_goes_along_a_rule():
    assert (rule(50, 10, 110).length, bar(50, 10, 40).length) == (100, 30)


@pytest.mark.parametrize(
    ("x0", "top", "held"), [(110, 110, True), (60, 110, True), (40, 110, False), (110, 196, False)]
)
def test_box_holds_a_line_whose_middle_lies_within(x0, top, held):
    assert box(100, 100, 200, 200).holds(line("ten chars.", x0, top, size=16)) is held


def test_area_of_a_box_turned_inside_out_is_none():
    assert (box(0, 0, 4, 5).area, box(4, 0, 0, 5).area) == (20, 0)


def test_sort_goes_down_then_right():
    made = page([line("c", 72, 120), line("b", 200, 100.02), line("a", 72, 100)])
    made.sort()
    assert texts(made.lines) == ["a", "b", "c"]


def test_stand_in_covers_the_lines_it_stands_for():
    lines = [line("left", 72, 100), line("right", 300, 112), line("after", 72, 140)]
    made, table = page(lines, number=3), Table([["left", "right"]])
    made.stand_in(lines[:2], table=table)
    item = made.lines[-1]
    assert texts(made.lines) == ["after", ""]
    assert (item.x0, item.top, item.x1, item.bottom) == (72, 100, 325, 122)
    assert (item.table, item.page) == (table, 3)
