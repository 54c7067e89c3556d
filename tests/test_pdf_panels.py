"""Boxes that hold text are lifted; grounds, frames about nothing and cut lines are not."""

from __future__ import annotations

import pytest
from pdf_build import box, column, line, page, texts

from nlp.pdf.panels import lift_panels


def lifted(*boxes, lines=None):
    made = page(lines or inside() + column(10, 72, 522, 300), boxes=list(boxes))
    lift_panels(made)
    return made, [texts(item.panel) for item in made.lines if item.panel]


def inside():
    return [line("Box 1. Costs", 100, 110), line("Parcels cost more than goods.", 100, 124)]


def test_lines_of_a_panel_are_set_apart():
    made, panels = lifted(box(90, 100, 500, 150))
    assert panels == [texts(inside())]
    assert len(made.lines) == 11


def test_panel_within_a_panel_is_not_lifted_twice():
    _, panels = lifted(box(92, 102, 480, 148), box(90, 100, 500, 150))
    assert panels == [texts(inside())]


def test_panel_stands_at_its_place():
    made, _ = lifted(
        box(90, 100, 500, 150), lines=[*column(2, 72, 522, 60), *column(5, 72, 522, 300), *inside()]
    )
    assert [bool(item.panel) for item in made.lines] == [False] * 2 + [True] + [False] * 5


@pytest.mark.parametrize(
    "about",
    [
        pytest.param(box(0, 0, 595, 842), id="ground of the page"),
        pytest.param(box(90, 100, 500, 121), id="one line"),
        pytest.param(box(90, 200, 500, 250), id="empty"),
        pytest.param(box(110, 100, 300, 150), id="lines reach out of it"),
    ],
)
def test_what_is_no_panel(about):
    made, panels = lifted(about)
    assert panels == []
    assert len(made.lines) == 12
