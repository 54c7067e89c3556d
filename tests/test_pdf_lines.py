"""Glyphs to lines: calls lifted, print tricks undone, nothing lost and nothing twice."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pdf_build import LEFT, glyphs, line, page, raised, rule, texts

from nlp.pdf.lines import build_lines, join_right, split_at


def built(*drawn, rules=()):
    """Lines of glyphs drawn in this order."""
    return build_lines([glyph for part in drawn for glyph in part], page(rules=rules))


def with_raised(before, mark, after="", **options):
    """A line with a raised stretch in it."""
    first = glyphs(before)
    call = raised(mark, first, **options)
    return built(first, call, glyphs(after, call[-1][3], first[-1][4]) if after else ())


@pytest.mark.parametrize(
    ("before", "mark", "after", "text", "calls"),
    [
        ("as adopted.", "3", "", "as adopted.", ((11, "3"),)),
        ("as adopted", "12", ", and noted", "as adopted, and noted", ((10, "12"),)),
        ("as adopted", "(4)", " and noted", "as adopted and noted", ((10, "4"),)),
        ("as adopted", "*", " and noted", "as adopted and noted", ((10, "*"),)),
        ("as adopted", "†", " and noted", "as adopted and noted", ((10, "†"),)),
        ("as adopted", "3,4", " and noted", "as adopted and noted", ((10, "3,4"),)),
        ("as adopted", "a", " and noted", "as adopted and noted", ((10, "a"),)),
    ],
)
def test_note_calls_are_lifted_with_their_offsets(before, mark, after, text, calls):
    (made,) = with_raised(before, mark, after)
    assert (made.text, made.calls) == (text, calls)


@pytest.mark.parametrize(
    ("before", "mark", "after", "text"),
    [
        ("an area of 40 km", "2", " was mapped", "an area of 40 km² was mapped"),
        ("some 10 m", "3", " a day", "some 10 m³ a day"),
        ("about 10", "9", " messages", "about 10⁹ messages"),
        ("on the 21", "st", " day", "on the 21st day"),
        ("on the 4", "th", " day", "on the 4th day"),
        ("the 1", "er", " mai", "the 1er mai"),
    ],
)
def test_exponents_and_ordinals_stay_in_the_text(before, mark, after, text):
    (made,) = with_raised(before, mark, after)
    assert (made.text, made.calls) == (text, ())


def test_superscript_characters_are_calls():
    (made,) = built(glyphs("as adopted¹² by all"))
    assert (made.text, made.calls) == ("as adopted by all", ((10, "12"),))


def test_small_print_on_the_baseline_is_no_call():
    (made,) = with_raised("Table", "3", rise=0.0)
    assert (made.text, made.calls) == ("Table3", ())


def test_mark_before_the_first_word_leads_the_line():
    mark = glyphs("7", LEFT, 96, size=6)
    (made,) = built(mark, glyphs(" See the annex.", LEFT + 3))
    assert (made.text, made.lead, made.calls) == ("See the annex.", "7", ())


def test_mark_drawn_apart_leads_the_line_on_its_right():
    (made,) = built(glyphs("See the annex.", LEFT + 6), glyphs("7", LEFT, 96, size=6))
    assert (made.text, made.lead, made.calls) == ("See the annex.", "7", ())


@pytest.mark.parametrize(
    ("drawn", "text"),
    [
        ("o\ufb03ce", "office"),
        ("\ufb01rst \ufb02oor", "first floor"),
        ("\uf0b7 access", "• access"),
        ("zero\ufeffwidth", "zerowidth"),
        ("cafe\u0301", "café"),
    ],
)
def test_letters_are_clean(drawn, text):
    assert texts(built(glyphs(drawn))) == [text]


def test_soft_hyphens_within_a_line_go_and_calls_move_along():
    drawn = glyphs("tele\u00adcom")
    drawn += raised("4", drawn)
    (found,) = build_lines(drawn, page())
    assert (found.text, found.calls) == ("telecom", ((7, "4"),))


def test_single_figures_stay_apart():
    assert texts(build_lines(glyphs("3 5 7 2 9", gap=8), page())) == ["3 5 7 2 9"]


def test_soft_hyphens_wait_for_the_joining():
    assert texts(built(glyphs("infra\u00ad"))) == ["infra\u00ad"]


def test_composed_letters_move_the_calls_along():
    (made,) = with_raised("re\u0301sume\u0301", "2", " ici")
    assert (made.text, made.calls) == ("résumé ici", ((6, "2"),))


@pytest.mark.parametrize("shift", [0.0, 0.4, 1.2])
def test_line_drawn_twice_is_one(shift):
    again = glyphs("Digital trade", LEFT + shift)
    assert texts(built(glyphs("Digital trade"), again)) == ["Digital trade"]


def test_letter_drawn_twice_is_one():
    doubled = [copy for g in glyphs("Boo") for copy in (g, (g[0], g[1] + 0.3, g[2], g[3] + 0.3, *g[4:]))]
    assert texts(built(doubled)) == ["Boo"]


def test_words_drawn_again_over_their_place_are_dropped():
    again = glyphs("trade", LEFT + 7 * 5 + 2.5)
    assert texts(built(glyphs("Digital trade rules"), again)) == ["Digital trade rules"]


def test_same_words_elsewhere_are_kept():
    assert texts(built(glyphs("Total"), glyphs("Total", bottom=140))) == ["Total", "Total"]


@pytest.mark.parametrize(
    ("pieces", "underlined"),
    [
        pytest.param([(LEFT, LEFT + 62)], True, id="whole"),
        pytest.param([(LEFT, LEFT + 35), (LEFT + 37, LEFT + 62)], True, id="word by word"),
        pytest.param([(LEFT, LEFT + 25)], False, id="one word of two"),
    ],
)
def test_underline_may_come_in_pieces(pieces, underlined):
    (made,) = built(glyphs("Digital trade"), rules=[rule(99.5, *piece) for piece in pieces])
    assert made.underlined is underlined


def test_rule_far_below_underlines_nothing():
    (made,) = built(glyphs("Digital trade"), rules=[rule(110)])
    assert not made.underlined


@pytest.mark.parametrize(
    ("font", "bold", "italic"),
    [
        ("Times-Roman", False, False),
        ("ABCDEF+Arial-BoldMT", True, False),
        ("Times-BoldItalic", True, True),
        ("Helvetica-Oblique", False, True),
        ("Verdana,Bold", True, False),
        (b"Calibri-Light", False, False),
    ],
)
def test_face_is_read_from_the_font_name(font, bold, italic):
    (made,) = built(glyphs("Digital trade", font=font))
    assert (made.bold, made.italic) == (bold, italic)


def test_wide_gap_parts_lines():
    made = built(glyphs("left column"), glyphs("right column", 160))
    assert [(item.text, item.x0) for item in made] == [("left column", 72), ("right column", 160)]


def test_pieces_drawn_out_of_order_are_one_line():
    assert texts(built(glyphs("trade rules", LEFT + 37.5), glyphs("Digital"))) == ["Digital trade rules"]


def test_words_know_where_they_begin():
    (made,) = built(glyphs("to the sea"))
    assert made.starts == [(0, 72), (3, 84.5), (7, 102)]


def test_joining_moves_calls_and_starts():
    left, right = line("12.", 72), line("Members agreed.", 100, calls=((7, "5"),), x1=180)
    join_right(left, right, space=True)
    assert (left.text, left.calls, left.x1) == ("12. Members agreed.", ((11, "5"),), 180)
    assert [offset for offset, _ in left.starts] == [0, 4, 12]


@pytest.mark.parametrize("space", [True, False])
def test_joining_may_force_the_space(space):
    left = line("Secre", 72)
    join_right(left, line("tariat", 97), space=space)
    assert left.text == ("Secre tariat" if space else "Secretariat")


def test_cutting_shares_out_words_and_calls():
    left = line("Kenya 2024 yes", 72, calls=((5, "a"), (10, "b")))
    right = split_at(left, 1)
    assert [(part.text, part.calls) for part in (left, right)] == [
        ("Kenya", ((5, "a"),)),
        ("2024 yes", ((4, "b"),)),
    ]
    assert left.x1 <= right.x0 == 102


LETTERS = st.text("abcdefghijklmnopqrstuvwxyzABC0123456789.,;", min_size=1, max_size=9)
WORDS = st.text("abcdefghijklmnopqrstuvwxyz", min_size=3, max_size=9)
ROWS = st.lists(
    st.tuples(
        st.lists(LETTERS, min_size=1, max_size=7), st.floats(40, 90), st.floats(1.8, 9), st.floats(-0.3, 2.5)
    ),
    min_size=1,
    max_size=6,
)


@settings(deadline=None)
@given(ROWS, st.booleans())
def test_every_glyph_stands_once_and_in_order(rows, spaces):
    drawn = [
        glyphs(" ".join(row), x0, 100 + 20 * number, gap=gap + track, track=track, spaces=spaces)
        for number, (row, x0, gap, track) in enumerate(rows)
    ]
    by_row = {}
    for made in built(*drawn):
        by_row.setdefault(made.bottom, []).append(made)
    read = ["".join(made.text.replace(" ", "") for made in by_row[bottom]) for bottom in sorted(by_row)]
    assert read == ["".join(row) for row, *_ in rows]


@settings(deadline=None)
@given(st.lists(WORDS, min_size=2, max_size=6), st.data())
def test_a_call_stands_behind_its_word(row, data):
    at = data.draw(st.integers(0, len(row) - 2))
    row[at] += "."
    first = glyphs(" ".join(row[: at + 1]))
    call = raised("8", first)
    (made,) = built(first, call, glyphs(" " + " ".join(row[at + 1 :]), call[-1][3]))
    assert made.calls == ((len(" ".join(row[: at + 1])), "8"),)
    assert made.text == " ".join(row)
