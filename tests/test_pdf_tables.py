"""Tables with rules and without: found with all their words, and not found in prose."""

from __future__ import annotations

import pytest
from pdf_build import bar, column, line, page, rule, set_text, texts, words

from nlp.pdf.columns import reading_order
from nlp.pdf.tables import lift_tables

PLACES = ["Chad", "Togo", "Mali", "Peru", "Fiji", "Oman"]
ROWS = [
    ["Country", "Homes", "Schools"],
    ["Kenya", "41", "87"],
    ["Chad", "9", "22"],
    ["Togo", "17", "35"],
    ["Niger", "8", "19"],
]
X0, PITCH = (80, 240, 380), 20.0


def cells(rows=None, top=104.0, pitch=PITCH):
    """Lines of rows of cells."""
    return [
        line(text, X0[i], top + n * pitch)
        for n, row in enumerate(rows or ROWS)
        for i, text in enumerate(row)
        if text
    ]


def grid(count, verticals=(72, 230, 370, 522), top=100.0):
    """Rules about so many rows."""
    across = [rule(top + n * PITCH) for n in range(count + 1)]
    return [*across, *(bar(x, top, top + count * PITCH) for x in verticals)]


def lifted(lines, rules=()):
    """Items of a page in reading order, its tables lifted; no word may be lost."""
    before, made = words(*texts(lines)), page(lines, rules=rules)
    lift_tables(made)
    flows = reading_order(1, made.lines, [item for item in made.rules if item.vertical])
    items = [item for flow in flows for item in flow.lines]
    cells = [cell for table in tables(items) for row in table for cell in row]
    assert words(*texts(items), *cells) == before
    return items


def tables(items):
    """Rows of the tables among items."""
    return [item.table.rows for item in items if item.table]


def test_ruled_on_all_sides():
    assert tables(lifted(cells(), grid(5))) == [ROWS]


def test_ruled_with_cells_of_two_lines():
    rules = [rule(y) for y in (100, 120, 152, 172)] + [bar(x, 100, 172) for x in (72, 230, 370, 522)]
    lines = [
        *cells(ROWS[:1]),
        line("Central Africa", 80, 124),
        line("and its isles", 80, 136),
        line("41", 240, 124),
        line("87", 380, 124),
        *cells(ROWS[2:3], 156),
    ]
    assert tables(lifted(lines, rules)) == [
        [ROWS[0], ["Central Africa and its isles", "41", "87"], ROWS[2]],
    ]


def test_empty_cells_stay_empty():
    rows = [ROWS[0], ["Kenya", "", "87"], ["Chad", "9", ""], ROWS[3], ROWS[4]]
    assert tables(lifted(cells(rows), grid(5))) == [rows]


def test_rules_across_only():
    rules = [rule(100), rule(120), rule(100 + 5 * PITCH)]
    assert tables(lifted(cells(), rules)) == [ROWS]


def test_rows_below_the_last_rule_run_on():
    made = lifted([*cells(ROWS[:3]), *column(4, 72, 522, 200)], [rule(100), rule(120)])
    assert tables(made) == [ROWS[:3]]
    assert len(made) == 5


def test_aligned_without_rules():
    made = lifted([*column(3, 72, 522, 50), *cells(), *column(4, 72, 522, 240)])
    assert tables(made) == [ROWS]
    assert len(made) == 8


def test_rules_drawn_in_pieces():
    rules = [rule(y, x, x + 150) for y in (100, 120, 140, 160) for x in (72, 222, 372)]
    assert tables(lifted(cells(ROWS[:3]), rules)) == [ROWS[:3]]


def test_line_through_a_bar_is_two_cells():
    lines = [line("Kenya and all of its sea ports 41", 80, 104), line("87", 380, 104), *cells(ROWS[2:], 124)]
    rules = grid(4, (72, 232, 370, 522))
    assert tables(lifted(lines, rules))[0][0] == ["Kenya and all of its sea ports", "41", "87"]


def test_calls_in_cells_are_kept_apart():
    lines = cells()
    lines[4].calls = ((2, "a"),)
    made = lifted(lines, grid(5))
    assert [item.table.calls for item in made] == [["a"]]


def test_two_tables_of_a_page():
    rules = [*grid(5), *grid(5, top=400)]
    made = lifted([*cells(), *column(8, 72, 522, 250), *cells(ROWS[::-1], 404)], rules)
    assert tables(made) == [ROWS, ROWS[::-1]]


@pytest.mark.parametrize(
    ("lines", "rules"),
    [
        pytest.param(column(8, 72, 522, 104), [rule(100), rule(204)], id="prose between two rules"),
        pytest.param(column(8, 72, 522, 104), [], id="prose"),
        pytest.param(
            [*column(9, 72, 288, 104), *column(9, 306, 522, 104, skip=50)],
            [rule(100), rule(220)],
            id="columns of prose between two rules",
        ),
        pytest.param(
            [*column(9, 72, 288, 104), *column(9, 306, 522, 104, skip=50)], [], id="columns of prose"
        ),
        pytest.param(
            [line(f"{n}.", 72, 104 + 12 * n) for n in range(6)] + column(6, 108, 522, 104),
            [],
            id="hanging numbers",
        ),
        pytest.param(
            [line(f"Chapter of {name} . . . . . . . .", 72, 104 + 14 * n) for n, name in enumerate(PLACES)]
            + [line(str(n), 510, 104 + 14 * n) for n in range(6)],
            [],
            id="contents with leaders",
        ),
        pytest.param(cells(ROWS[:2]), [], id="two rows without rules"),
        pytest.param(set_text("A title between two rules", 72, 522, 104), [rule(100), rule(118)], id="title"),
    ],
)
def test_what_is_no_table(lines, rules):
    assert tables(lifted(lines, rules)) == []


def test_rules_around_the_head_do_not_join_the_rows_below():
    cells = [("Member", "2024", "2025"), ("Kenya", "41", "87"), ("Chad", "9", "22")]
    lines = [
        line(text, x0, top)
        for top, row in zip((105, 125, 140), cells, strict=True)
        for x0, text in zip((72, 250, 400), row, strict=True)
    ]
    found = page(lines, rules=[rule(100), rule(120), rule(160)])
    lift_tables(found)
    (item,) = found.lines
    assert item.table.rows == [list(row) for row in cells]
