"""Columns of a table grow with its rows."""

from __future__ import annotations

import pytest
from pdf_build import line, texts

from nlp.pdf.cells import Columns, without_mark


def row(*cells):
    return [line(text, x0) for text, x0 in cells]


HEAD = (("Country", 72), ("2024", 200), ("2025", 300))


@pytest.mark.parametrize(
    ("cells", "rest"),
    [
        ((("1.", 72), ("Kenya", 100)), ["Kenya"]),
        ((("(a)", 72), ("Kenya", 100)), ["Kenya"]),
        ((("Kenya", 72), ("1.", 200)), ["Kenya", "1."]),
        ((("1.", 72),), ["1."]),
    ],
)
def test_bare_mark_is_no_cell(cells, rest):
    assert texts(without_mark(row(*cells))) == rest


@pytest.mark.parametrize(
    ("cells", "fits"),
    [
        ((("Chad", 72), ("4", 208)), True),
        ((("Chad", 72),), True),
        ((("Chad and all of its neighbours", 72),), False),
        ((("Chad", 72), ("4 per cent to 5 per cent", 200)), False),
    ],
)
def test_piece_over_two_columns_does_not_fit(cells, fits):
    assert Columns(row(*HEAD)).fits(row(*cells)) is fits


def test_pieces_know_their_column():
    columns = Columns(row(*HEAD))
    assert [columns.of(item) for item in row(("Chad", 80), ("4", 215), ("x", 285), ("y", 30))] == [0, 1, 2, 0]


def test_columns_grow_by_what_fits():
    columns = Columns(row(*HEAD))
    columns.absorb(row(("Central Africa", 72), ("7", 400)))
    assert columns.spans == [[72, 142], [200, 220], [300, 320], [400, 405]]


def test_pieces_are_cut_where_the_next_column_begins():
    whole = row(("Chad", 72), ("12 per cent of it 17", 210))
    assert texts(Columns(row(*HEAD)).cut(whole)) == ["Chad", "12 per cent of it", "17"]
    assert texts(whole) == ["Chad", "12 per cent of it 17"]
