"""Headings, how deep they stand, and what stands under them."""

from __future__ import annotations

import pytest
from pdf_build import LEFT, RIGHT, box, column, laid_out, line, page, set_text, stacked

TEXT = (
    "Members recalled that the cost of a parcel sent over a border is more than twice that of one sent "
    "at home, and that small traders bear most of it."
)


def blocks(*parts, **fields):
    return laid_out(page([*stacked(*parts, room=8), *column(8, LEFT, RIGHT, 640)], **fields))


def heads(*parts):
    """Texts and levels of a page's headings."""
    return [(b.text, b.level) for b in blocks(*parts) if b.kind == "heading"]


def head(text, x0=LEFT, **style):
    return [line(text, x0, **style)]


def centred(text, **style):
    return [line(text, (LEFT + RIGHT) / 2 - len(text) * 2.5, **style)]


@pytest.mark.parametrize(
    "heading",
    [
        pytest.param(head("Costs of parcels", bold=True), id="bold"),
        pytest.param(head("Costs of parcels", size=14), id="larger"),
        pytest.param(head("COSTS OF PARCELS"), id="capitals"),
        pytest.param(head("Costs of parcels", italic=True), id="italic"),
        pytest.param(head("Costs of parcels", underlined=True), id="underlined"),
        pytest.param(centred("Costs of parcels"), id="centred"),
        pytest.param(head("II. Costs of parcels"), id="roman"),
        pytest.param(head("B. Costs of parcels"), id="capital letter"),
        pytest.param(head("3. Costs of parcels", bold=True), id="number, bold"),
        pytest.param(head("3.2 Costs of parcels", bold=True), id="decimal, bold"),
    ],
)
def test_headings(heading):
    text = heading[0].text
    assert heads(TEXT, heading, TEXT) == [(text, 1)]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(head("Members recalled the costs."), id="short sentence"),
        pytest.param(head("Costs of parcels"), id="plain words"),
        pytest.param(head("3. Members recalled the costs of all parcels."), id="numbered paragraph"),
        pytest.param(head("• Costs of parcels", bold=True), id="bold bullet"),
        pytest.param(head("www.example.org/costs", underlined=True), id="address"),
        pytest.param(head("2024", bold=True), id="figures"),
        pytest.param(set_text(TEXT, bold=True), id="paragraph in bold"),
        pytest.param(set_text(TEXT * 4, size=12), id="long text, larger"),
    ],
)
def test_what_is_no_heading(other):
    assert heads(TEXT, other, TEXT) == []


def test_levels_follow_the_numbers():
    found = heads(
        head("I. Trade", bold=True),
        head("A. Goods", bold=True),
        TEXT,
        head("B. Services", bold=True),
        TEXT,
        head("II. Posts", bold=True),
        TEXT,
    )
    assert found == [("I. Trade", 1), ("A. Goods", 2), ("B. Services", 2), ("II. Posts", 1)]


def test_levels_follow_decimals():
    style = {"bold": True}
    found = heads(
        head("1. Trade", **style),
        head("1.1 Goods", **style),
        TEXT,
        head("1.1.1 Cloth", **style),
        TEXT,
        head("1.2 Services", **style),
        TEXT,
        head("2. Posts", **style),
        TEXT,
    )
    assert [level for _, level in found] == [1, 2, 3, 2, 1]


def test_levels_follow_size():
    found = heads(
        head("Trade", size=16),
        head("Goods", size=13),
        TEXT,
        head("Services", size=13),
        head("Posts", size=16),
        TEXT,
    )
    assert found == [("Trade", 1), ("Goods", 2), ("Services", 2), ("Posts", 1)]


def test_paths_name_the_enclosing_headings():
    found = blocks(
        TEXT,
        head("I. Trade", bold=True),
        head("A. Goods", bold=True),
        TEXT + " One.",
        head("II. Posts", bold=True),
        TEXT + " Two.",
    )
    paths = {b.text: b.section for b in found}
    assert paths[TEXT] == paths["I. Trade"] == ()
    assert paths["A. Goods"] == ("I. Trade",)
    assert paths[TEXT + " One."] == ("I. Trade", "A. Goods")
    assert paths[TEXT + " Two."] == ("II. Posts",)


def test_headings_of_a_panel_do_not_leak():
    lines = stacked(
        TEXT,
        head("I. Trade", bold=True),
        TEXT + " One.",
        head("Box 1. Cloth", size=14, x0=80),
        set_text("Weavers sell to the towns by way of a portal.", 80),
        TEXT + " Two.",
        room=10,
    )
    box_head = next(item for item in lines if item.text.startswith("Box"))
    panel = box(76, box_head.top - 4, RIGHT, box_head.bottom + 26)
    found = laid_out(page([*lines, *column(8, LEFT, RIGHT, 640)], boxes=[panel]))
    paths = {b.text: b.section for b in found}
    assert paths["Weavers sell to the towns by way of a portal."][-1] == "Box 1. Cloth"
    assert paths[TEXT + " Two."] == ("I. Trade",)


def test_heading_over_two_lines_is_one():
    lines = set_text(
        "Costs of parcels that small traders send over borders to their buyers", LEFT, 300, bold=True
    )
    assert len(lines) == 2
    assert heads(TEXT, lines, TEXT) == [(f"{lines[0].text} {lines[1].text}", 1)]
