"""Reading order: column by column where columns are proven, line by line elsewhere."""

from __future__ import annotations

import pytest
from pdf_build import LEFT, RIGHT, bar, column, line, page, set_text, texts

from nlp.pdf.columns import reading_order


def read(lines, bars=()):
    """The flows as lists of texts; a table's rows as one text each."""
    return [
        [text for item in flow.lines for text in ([item.text] if not item.table else rows_of(item.table))]
        for flow in reading_order(1, list(lines), list(bars))
    ]


def flat(parts):
    return [item for part in parts for item in part]


def rows_of(table):
    return [" ".join(row) for row in table.rows]


def side_by_side(count=12, gutter=18.0, top=100.0, columns=2, shift=0.0):
    """Columns of prose between the page's edges."""
    width = (RIGHT - LEFT - gutter * (columns - 1)) / columns
    return [
        column(
            count,
            LEFT + i * (width + gutter),
            LEFT + i * (width + gutter) + width,
            top + i * shift,
            skip=40 * i,
        )
        for i in range(columns)
    ]


@pytest.mark.parametrize("gutter", [9.0, 18.0, 36.0])
def test_two_columns(gutter):
    left, right = side_by_side(gutter=gutter)
    assert read([*right, *left]) == [texts(left), texts(right)]


def test_three_columns():
    columns = side_by_side(columns=3)
    assert read(flat(columns)) == [texts(part) for part in columns]


def test_columns_whose_baselines_differ():
    left, right = side_by_side(shift=5.0)
    assert read([*left, *right]) == [texts(left), texts(right)]


def test_full_width_heading_ends_the_columns_above_it():
    above, below = side_by_side(6), side_by_side(6, top=220)
    heading = line("Measures that small economies may take to enter markets by wire", 150, 185, size=13)
    assert read([*flat(above), heading, *flat(below)]) == [
        *map(texts, above),
        [heading.text],
        *map(texts, below),
    ]


def test_short_heading_alone_ends_the_columns_above_it():
    above, below = side_by_side(6), side_by_side(6, top=230)
    heading = line("II. Costs", LEFT, 195, size=12, bold=True)
    assert read([*flat(above), heading, *flat(below)]) == [
        *map(texts, above),
        [heading.text],
        *map(texts, below),
    ]


def test_heading_within_one_column_stays_in_it():
    left, right = side_by_side(12)
    left[5] = line("II. Costs", LEFT, left[5].top, bold=True)
    assert read([*left, *right]) == [texts(left), texts(right)]


def test_title_and_last_line_across_stand_before_and_after():
    left, right = side_by_side(8, top=140)
    title = line("A title that goes over the whole of the page and both columns of it", LEFT, 100)
    close = line("A last line that goes over the whole of the page and both columns", LEFT, 250)
    assert read([*left, *right, close, title]) == [[title.text], texts(left), texts(right), [close.text]]


@pytest.mark.parametrize("x0", [40.0, 430.0], ids=["left", "right"])
def test_margin_quote_is_a_flow_apart(x0):
    body = column(20, 130 if x0 < 100 else LEFT, RIGHT if x0 < 100 else 400)
    quote = set_text("every parcel costs more than the goods within", x0, x0 + 70, 143, size=9, italic=True)
    flows = reading_order(1, [*body, *quote], [])
    assert [(texts(flow.lines), flow.margin) for flow in flows] == [
        (texts(body), False),
        (texts(quote), True),
    ]


def test_rows_of_short_cells_are_not_cut():
    rows = [
        (name, str(n), str(10 * n))
        for n, name in enumerate(["Kenya", "Chad", "Togo", "Niger", "Benin", "Gabon"])
    ]
    lines = [
        line(cell, LEFT + 150 * i, 100 + 14 * n) for n, row in enumerate(rows) for i, cell in enumerate(row)
    ]
    assert read(lines) == [[" ".join(row) for row in rows]]


def test_short_lines_with_a_bar_between_are_columns():
    left = [line(f"item {'abcdefgh'[n]}", LEFT, 100 + 12 * n) for n in range(8)]
    right = [line(f"note {'stuvwxyz'[n]}", 200, 100 + 12 * n) for n in range(8)]
    assert read([*left, *right], [bar(180, 95, 200)]) == [texts(left), texts(right)]
    assert len(read([*left, *right])) == 1


def test_hanging_numbers_are_joined_to_their_text():
    rows = column(12, 108, RIGHT)
    numbers = [line(f"{n}.", LEFT, rows[4 * n - 4].top) for n in (1, 2, 3)]
    (flow,) = read([*rows, *numbers])
    assert len(flow) == 12
    assert [row.split()[0] for row in flow[::4]] == ["1.", "2.", "3."]


def test_stretched_line_is_one():
    left, right = line("12 March", LEFT, 100), line("2026", 180, 100)
    assert read([left, right, line("Geneva", LEFT, 112)]) == [["12 March 2026", "Geneva"]]


def test_panel_is_read_as_a_flow_of_its_own():
    body, inner = column(12, LEFT, RIGHT), set_text("a word from the panel", 100, 400, 160)
    body = [row for row in body if not 150 < row.top < 180]
    made = page([*body, *inner])
    made.stand_in(inner, panel=inner)
    flows = reading_order(1, made.lines, [])
    assert [flow.panel for flow in flows] == [False, True, False]
    assert texts(flows[1].lines) == ["a word from the panel"]


@pytest.mark.parametrize("columns", [1, 2, 3])
def test_each_line_appears_once(columns):
    lines = flat(side_by_side(15, columns=columns))
    assert sorted(flat(read(lines))) == sorted(texts(lines))
