"""Footnotes: where they begin, where each ends, and which call each answers."""

from __future__ import annotations

import pytest
from pdf_build import LEFT, column, laid_out, line, page, rule, set_text

BODY = 42


def body(*calls):
    """A page of prose with calls at the ends of its first lines."""
    lines = column(BODY, LEFT, 522, 90)
    for item, mark in zip(lines, calls, strict=False):
        item.calls = ((len(item.text), mark),)
    return lines


def foot(*notes, size=8.0, top=640.0):
    """Note lines, `(lead, text)`, each under the other."""
    out = []
    for lead, text in notes:
        lines = set_text(text, LEFT, 522, top, size=size, pitch=size + 2)
        lines[0].lead = lead
        top = lines[-1].bottom + 2
        out += lines
    return out


def notes_of(*pages):
    return [(b.number, b.text) for b in laid_out(*pages) if b.kind == "footnote"]


ONE, TWO = "See the report of the second session.", "Adopted without a vote in the last week of May."
LONG = f"{ONE} {TWO} The figures were then mended by the office that counts parcels and letters."


@pytest.mark.parametrize("size", [8.0, 10.0], ids=["small", "size of the text"])
def test_short_rule_parts_the_notes(size):
    made = page([*body("1", "2"), *foot(("1", ONE), ("2", TWO), size=size)], rules=[rule(632, LEFT, 216)])
    assert notes_of(made) == [("1", ONE), ("2", TWO)]


def test_small_print_needs_no_rule():
    assert notes_of([*body("1", "2"), *foot(("1", ONE), ("2", TWO))]) == [("1", ONE), ("2", TWO)]


def test_note_of_several_lines_is_one():
    made = page([*body("1", "2"), *foot(("1", LONG), ("2", TWO))], rules=[rule(632, LEFT, 216)])
    assert notes_of(made) == [("1", LONG), ("2", TWO)]


def test_marks_printed_on_the_line():
    lines = [*body(), *foot((None, f"1 {ONE}"), (None, f"2 {TWO}"))]
    assert notes_of(page(lines, rules=[rule(632, LEFT, 216)])) == [("1", ONE), ("2", TWO)]


def test_only_the_next_number_opens_a_note():
    text = f"7 {ONE} {TWO} It was held in the year"
    lines = [*body(), *foot((None, text), (None, "19 of the count."), (None, f"8 {TWO}"))]
    assert notes_of(page(lines, rules=[rule(632, LEFT, 216)])) == [
        ("7", f"{text[2:]} 19 of the count."),
        ("8", TWO),
    ]


def test_typed_marks_with_a_stroke():
    lines = body()
    lines[3] = line("as the panel found 1/ and as the house noted after it in the spring", LEFT, lines[3].top)
    lines += foot((None, f"1/ {ONE}"), size=10.0, top=640)
    assert notes_of(page(lines, rules=[rule(632, LEFT, 216)])) == [("1/", ONE)]


def test_typed_marks_without_a_rule():
    lines = body()
    lines[3] = line("as the panel found. 1/ It was noted in the spring that roads", LEFT, lines[3].top)
    lines += foot((None, f"1/ {ONE}"), size=10.0, top=640)
    blocks = laid_out(lines)
    (note,) = [b for b in blocks if b.kind == "footnote"]
    assert (note.number, note.text) == ("1/", ONE)
    assert [b.notes for b in blocks if b.kind == "paragraph"] == [(note.id,)]


@pytest.mark.parametrize("star", ["*", "**", "†"])
def test_starred_note_is_lifted_out_of_the_text(star):
    lines = body()
    lines[3] = line(f"as the chair of the house{star} said in the spring before", LEFT, lines[3].top)
    blocks = laid_out([*lines, *foot((None, f"{star} {ONE}"))])
    (note,) = [b for b in blocks if b.kind == "footnote"]
    (text,) = [b for b in blocks if b.kind == "paragraph" and b.note_calls]
    (call,) = text.note_calls
    assert (note.number, note.text, text.notes) == (star, ONE, (note.id,))
    assert star not in text.text
    assert text.text[: call.offset].endswith("chair of the house")


def test_note_runs_on_over_the_page():
    first = page([*body("1"), *foot(("1", ONE + " It was held"))], number=1, rules=[rule(632, LEFT, 216)])
    second = page(
        [*body("2"), *foot((None, "in the south and then in the north."), ("2", TWO))],
        number=2,
        rules=[rule(632, LEFT, 216)],
    )
    assert notes_of(first, second) == [
        ("1", ONE + " It was held in the south and then in the north."),
        ("2", TWO),
    ]


def test_paragraph_under_a_wide_rule_is_no_note():
    lines = [*body(), *set_text(f"12. {LONG}", LEFT, 522, 640)]
    assert notes_of(page(lines, rules=[rule(632)])) == []


def test_rule_under_words_is_an_underline():
    lines = body()
    made = page(lines, rules=[rule(lines[20].bottom - 0.5, LEFT, 180)])
    assert notes_of(made) == []


def test_small_print_high_on_the_page_is_no_note():
    assert notes_of([*foot(("1", ONE), top=90), *column(40, LEFT, 522, 140)][1:]) == []


def test_calls_find_their_notes_by_page():
    pages = [
        page(
            [*column(BODY, LEFT, 522, 90, skip=9 * n), *foot(("1", f"{ONE} Page {n}."))],
            number=n,
            rules=[rule(632, LEFT, 216)],
        )
        for n in (1, 2)
    ]
    for item in pages:
        item.lines[2].calls = ((4, "1"),)
        item.lines[0].text = item.lines[0].text.capitalize()
        item.lines[41].text += "."
    blocks = laid_out(*pages)
    for number in (1, 2):
        (note,) = [b for b in blocks if b.kind == "footnote" and b.regions[0].page_number == number]
        (text,) = [b for b in blocks if b.kind == "paragraph" and b.regions[0].page_number == number]
        assert text.notes == (note.id,)
