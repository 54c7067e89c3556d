"""Where words begin, however a line is set."""

from __future__ import annotations

import pytest
from pdf_build import glyphs

from nlp.pdf.spacing import in_reading_order, word_gap

SIZE = 10.0
TEXT = "the work of small states"


def words_of(drawn):
    """Part glyphs by the gap and by the drawn spaces that `word_gap` tells to believe."""
    run, spaced = [], False
    for glyph in drawn:
        if glyph[0] == " ":
            spaced = True
            continue
        run.append((glyph, spaced))
        spaced = False
    gap, believe = word_gap(run, SIZE)
    out, last = "", None
    for glyph, flag in run:
        room = 0.0 if last is None else glyph[1] - last[3]
        if last and (room > gap or (believe and flag and room > 0.5)):
            out += " "
        out, last = out + glyph[0], glyph
    return out


@pytest.mark.parametrize("spaces", [True, False], ids=["drawn", "no spaces"])
@pytest.mark.parametrize(
    "setting",
    [
        pytest.param({"gap": 1.6}, id="tight"),
        pytest.param({"gap": 2.5}, id="usual"),
        pytest.param({"gap": 9.0}, id="justified"),
        pytest.param({"gap": 2.5, "track": -0.3}, id="kerned"),
        pytest.param({"gap": 3.0, "track": 0.5}, id="a little open"),
        pytest.param({"gap": 5.0, "track": 2.0}, id="letter-spaced"),
        pytest.param({"gap": 8.0, "track": 4.0}, id="wide letter-spaced"),
    ],
)
def test_words_part_where_a_reader_sees_them(setting, spaces):
    assert words_of(glyphs(TEXT, spaces=spaces, **setting)) == TEXT


def test_one_letter_spaced_word_is_one_word():
    assert words_of(glyphs("ANNEX", track=3.0)) == "ANNEX"


def test_spaces_drawn_between_all_letters_part_none():
    drawn = [g for glyph in glyphs("REPORT", track=3.0) for g in (glyph, (" ", *glyph[1:]))]
    assert words_of(drawn) == "REPORT"


def test_words_part_by_room_where_all_letters_are_spaced():
    letters = [
        g
        for glyph in glyphs("THE WORK", gap=6.0, track=3.0, spaces=False)
        for g in (glyph, (" ", *glyph[1:]))
    ]
    assert words_of(letters) == "THE WORK"


def test_drawn_space_without_room_is_none():
    assert words_of(glyphs("infra structure here", gap=0.0)) == "infrastructurehere"


def test_leaders_say_nothing_about_words():
    drawn = glyphs("Trade rules", gap=2.5) + glyphs("." * 40, 125.5 + 3, track=2.0)
    assert words_of(drawn).startswith("Trade rules ")


def test_few_gaps_fall_back_to_a_share_of_the_size():
    gap, believe = word_gap([(g, False) for g in glyphs("ab")], SIZE)
    assert 1.0 < gap < 2.5
    assert believe


def drawn_from_left(text):
    """A run with the glyphs in the order of the page; what is read first is given last."""
    return [(glyph, False) for glyph in glyphs(text, spaces=False)]


@pytest.mark.parametrize(
    ("page", "read"),
    [
        pytest.param("םולש", "שלום", id="hebrew"),
        pytest.param("2026 תנשב ומייקתה", "התקיימובשנת2026", id="figures keep their direction"),
        pytest.param("2026 תנש", "שנת2026", id="more figures than letters"),
        pytest.param("דומע WTO יכרע", "ערכיWTOעמוד", id="latin word within"),
        pytest.param("12.5 םיזוחא", "אחוזים12.5", id="point within a figure"),
        pytest.param("trade rules", "traderules", id="left to right stays"),
        pytest.param("broadband and סחר", "broadbandandסחר", id="mostly latin stays"),
    ],
)
def test_right_to_left_is_brought_into_reading_order(page, read):
    assert "".join(glyph[0] for glyph, _ in in_reading_order(drawn_from_left(page))) == read


def test_drawn_spaces_move_along_with_right_to_left_words():
    run = [(glyph, glyph[0] == "ב") for glyph in glyphs("אבגד")]
    # From the left: א, then a space, then ב; read from the right the space stands before א.
    assert [(glyph[0], flag) for glyph, flag in in_reading_order(run)] == [
        ("ד", False),
        ("ג", False),
        ("ב", False),
        ("א", True),
    ]


def test_presentation_forms_become_letters():
    run = [(glyph, False) for glyph in glyphs("\ufefb\ufe8d")]
    assert "".join(glyph[0] for glyph, _ in in_reading_order(run)) == "ا" + "لا"
