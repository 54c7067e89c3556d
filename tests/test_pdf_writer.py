"""Blocks as written: ids, texts, numbers, regions, and notes tied to their calls."""

from __future__ import annotations

from collections import Counter

import pytest
from pdf_build import LEFT, RIGHT, column, laid_out, line, page, rule, set_text

TEXT = "Members recalled that the cost of a parcel sent over a border is more than twice that of one at home."


def note(mark, text, top=660.0):
    return line(text, LEFT, top, size=8, lead=mark)


def sheet(*calls, number=1, notes=(), text=TEXT):
    """A page with one short paragraph that calls notes, prose, and the notes."""
    first = set_text(f"{text} Page {number}.", top=150)
    first[0].calls = tuple(calls)
    rest = column(30, LEFT, RIGHT, 200, skip=9 * number)
    rest[0].text = rest[0].text.capitalize()
    rest[-1].text += "."
    foot = [note(mark, words, 660 + 12 * i) for i, (mark, words) in enumerate(notes)]
    return page([*first, *rest, *foot], number=number, rules=[rule(650, LEFT, 216)] if foot else [])


def caller(blocks, number=1):
    (block,) = [b for b in blocks if b.text.endswith(f"Page {number}.")]
    return block


def test_ids_count_within_their_page():
    ids = [b.id for b in laid_out(sheet(number=1), sheet(number=2))]
    assert ids == ["p1.1", "p1.2", "p2.1", "p2.2"]


def test_ids_of_a_page_do_not_depend_on_pages_before():
    alone = [b.id for b in laid_out(sheet(number=2))]
    both = [b.id for b in laid_out(sheet(number=1), sheet(number=2))]
    assert alone == [name for name in both if name.startswith("p2.")]


def test_calls_are_tied_to_the_notes_of_their_page():
    blocks = laid_out(*(sheet((7, "1"), number=n, notes=[("1", f"Note of page {n}.")]) for n in (1, 2)))
    texts = {b.id: b.text for b in blocks}
    assert [texts[name] for n in (1, 2) for name in caller(blocks, n).notes] == [
        "Note of page 1.",
        "Note of page 2.",
    ]


def test_call_of_several_notes_is_tied_to_each():
    blocks = laid_out(sheet((7, "1,2"), notes=[("1", "One."), ("2", "Two.")]))
    block = caller(blocks)
    assert [(call.offset, call.mark) for call in block.note_calls] == [(7, "1"), (7, "2")]
    assert len(block.notes) == 2


def test_note_called_twice_is_named_once():
    blocks = laid_out(sheet((7, "1"), (20, "1"), notes=[("1", "One.")]))
    assert len(caller(blocks).note_calls) == 2
    assert len(caller(blocks).notes) == 1


def test_call_without_a_note_stays_unresolved():
    (call,) = caller(laid_out(sheet((7, "5")))).note_calls
    assert (call.mark, call.note) == ("5", None)


def test_note_at_the_end_of_the_document_is_found():
    blocks = laid_out(sheet((7, "3")), sheet(number=2), sheet(number=3, notes=[("3", "Three.")]))
    (name,) = caller(blocks).notes
    assert name.startswith("p3.")


def test_number_is_apart_and_the_calls_move_along():
    blocks = laid_out(sheet((11, "1"), text=f"12. {TEXT}", notes=[("1", "One.")]))
    block = caller(blocks)
    assert (block.number, block.text.startswith("Members")) == ("12.", True)
    assert block.text[: block.note_calls[0].offset] == "Members"


def test_region_covers_the_lines():
    (block, *_) = laid_out(sheet())
    (region,) = block.regions
    assert (region.page_number, region.x0, region.top, region.x1, region.bottom) == (1, LEFT, 150, RIGHT, 172)


def test_two_columns_give_two_regions():
    left, right = column(30, 72, 290, 90), column(12, 308, 522, 90, skip=60)
    right[-1].text += "."
    (block,) = laid_out([*left, *right])
    assert [(r.page_number, r.x0, r.x1) for r in block.regions] == [(1, 72, 290), (1, 308, 522)]


def test_header_body_notes_and_footer_come_in_this_order():
    pages = [sheet((7, "1"), number=n, notes=[("1", "One.")]) for n in (1, 2, 3)]
    for n, item in enumerate(pages, 1):
        item.lines += [line("WT/CTE/W/12", LEFT, 40, page=n), line(f"Page {n}", 280, 805, page=n)]
    found = [b.kind for b in laid_out(*pages) if b.id.startswith("p2.")]
    assert found == ["header", "paragraph", "paragraph", "footnote", "footer"]


def test_text_set_upright_is_margin():
    made = page(column(10, LEFT, RIGHT, 90), turned=[line("Printed on both sides", 20, 300)])
    assert [(b.kind, b.text) for b in laid_out(made)][1:] == [("margin", "Printed on both sides")]


def test_rows_of_a_table_and_its_text_say_the_same():
    cells = [line(text, x, 104 + 20 * n) for n in range(3) for text, x in ((f"Town {n}", 80), (f"{n}7", 300))]
    rules = [rule(100 + 20 * n) for n in range(4)]
    (table, *_) = laid_out(page([*cells, *column(8, LEFT, RIGHT, 300)], rules=rules))
    assert (table.kind, table.rows) == ("table", (("Town 0", "07"), ("Town 1", "17"), ("Town 2", "27")))
    assert table.text == "Town 0 07 Town 1 17 Town 2 27"


@pytest.mark.parametrize("pages", [1, 3])
def test_offsets_of_calls_lie_in_the_text(pages):
    blocks = laid_out(
        *(sheet((4, "1"), (9, "2"), number=n, notes=[("1", "a."), ("2", "b.")]) for n in range(1, pages + 1))
    )
    calls = [call for b in blocks for call in b.note_calls]
    assert Counter(call.mark for call in calls) == {"1": pages, "2": pages}
