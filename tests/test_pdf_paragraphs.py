"""Where one paragraph ends and the next begins, and what number opens it."""

from __future__ import annotations

import pytest
from pdf_build import LEFT, RIGHT, column, laid_out, line, page, set_text, stacked

FIRST = (
    "Members recalled that the cost of a parcel sent over a border is more than twice that of one sent "
    "at home, and that small traders bear most of it."
)
SECOND = (
    "Several of them asked for a study of the fees that post offices take, to be made before the next "
    "meeting of the group and to be shared with all."
)
THIRD = "The chair took note of it and said that a first draft would be sent out by the end of the spring."
#: Enough running text for a document to tell its usual pitch and size.
REST = column(8, LEFT, RIGHT, 500)


def paragraphs(lines):
    """Blocks of a page, without the running text below them."""
    made = laid_out(page([*lines, *column(8, LEFT, RIGHT, 500)]))
    return [(b.kind, b.number, b.text) for b in made if b.regions[0].top < 480]


def plain(*texts):
    return [("paragraph", None, text) for text in texts]


def test_room_above_parts():
    assert paragraphs(stacked(FIRST, SECOND, THIRD)) == plain(FIRST, SECOND, THIRD)


def test_indents_part():
    lines = stacked(*(indented(text) for text in (FIRST, SECOND, THIRD)), room=0)
    assert paragraphs(lines) == plain(FIRST, SECOND, THIRD)


def indented(text):
    """A text whose first line begins further in."""
    return set_text(text, LEFT + 36, RIGHT, hang=-36)


def test_short_last_line_parts():
    assert paragraphs(stacked(FIRST, SECOND, room=0)) == plain(FIRST, SECOND)


def test_lines_of_one_paragraph_stay_together():
    assert paragraphs(stacked(f"{FIRST} {SECOND} {THIRD}")) == plain(f"{FIRST} {SECOND} {THIRD}")


@pytest.mark.parametrize("room", [0, 6], ids=["tight", "open"])
@pytest.mark.parametrize(
    ("marks", "kind", "numbers"),
    [
        (("12.", "13.", "14."), "paragraph", ("12.", "13.", "14.")),
        (("1.17.", "1.18.", "1.19."), "paragraph", ("1.17.", "1.18.", "1.19.")),
        (("3.1", "3.2", "3.3"), "paragraph", ("3.1", "3.2", "3.3")),
        (("(a)", "(b)", "(c)"), "list_item", ("(a)", "(b)", "(c)")),
        (("i)", "ii)", "iii)"), "list_item", ("i)", "ii)", "iii)")),
        (("•", "•", "•"), "list_item", (None, None, None)),
        (("–", "–", "–"), "list_item", (None, None, None)),
    ],
)
def test_opening_signs_part(marks, kind, numbers, room):
    texts = (FIRST, SECOND, THIRD)
    hanging = [
        set_text(f"{mark} {text}", LEFT, RIGHT, hang=20) for mark, text in zip(marks, texts, strict=True)
    ]
    lines = stacked(*hanging, room=room)
    assert paragraphs(lines) == [(kind, number, text) for number, text in zip(numbers, texts, strict=True)]


def test_number_in_the_margin_is_the_paragraphs():
    lines = set_text(FIRST, LEFT + 36, RIGHT, 100)
    assert paragraphs([line("12.", LEFT, 100), *lines]) == [("paragraph", "12.", FIRST)]


def test_year_at_a_lines_start_opens_nothing():
    first = "The agreement on the trade of goods and of services over the wire was made in the spring of"
    lines = [line(first, x1=RIGHT), line("1993. The house then met again.", top=112)]
    assert paragraphs(lines) == plain(f"{first} 1993. The house then met again.")


def test_list_after_a_colon():
    lines = stacked("The group is to:", "(a) meet every spring;", "(b) report to the house.", room=0)
    assert paragraphs(lines) == [
        ("paragraph", None, "The group is to:"),
        ("list_item", "(a)", "meet every spring;"),
        ("list_item", "(b)", "report to the house."),
    ]


def test_other_size_is_another_unit():
    small = set_text(SECOND, LEFT, RIGHT, size=8, pitch=10)
    assert paragraphs(stacked(FIRST, small, room=0)) == plain(FIRST, SECOND)


def test_other_size_parts_an_unfinished_line():
    large = line("as it was agreed between the ministers of trade and of posts", x1=RIGHT)
    small = line("of the three states that lie along the coast", top=112, size=8)
    assert paragraphs([large, small]) == plain(large.text, small.text)


def test_contents_list():
    entries = [f"{name} {'.' * 40} {n}" for n, name in enumerate(("Costs", "Roads", "Ports", "Posts"), 1)]
    found = paragraphs(stacked(*entries, room=0))
    assert {kind for kind, _, _ in found} == {"contents"}
    assert [text for _, _, text in found] == ["Costs … 1", "Roads … 2", "Ports … 3", "Posts … 4"]


def test_two_leaders_are_no_contents_list():
    entries = [f"{name} {'.' * 40} {n}" for n, name in enumerate(("Costs", "Roads"), 1)]
    assert "contents" not in {kind for kind, _, _ in paragraphs(stacked(*entries, room=0))}
