"""Signs that open a unit, and what only looks like one."""

from __future__ import annotations

import pytest

from nlp.pdf.marks import bare, heading_number, note_mark, opening, scheme


@pytest.mark.parametrize(
    ("text", "kind", "printed", "rest"),
    [
        ("1. Members agreed.", "number", "1.", "Members agreed."),
        ("12. The Council met.", "number", "12.", "The Council met."),
        ("104. It was noted.", "number", "104.", "It was noted."),
        ("12) The Council met.", "number", "12)", "The Council met."),
        ("1.17. The Committee", "number", "1.17.", "The Committee"),
        ("13.4 The Committee", "number", "13.4", "The Committee"),
        ("2.1.3 Scope", "number", "2.1.3", "Scope"),
        ("3.The Council", "number", "3.", "The Council"),
        ("4. “Digital trade” means", "number", "4.", "“Digital trade” means"),
        ("(a) policies", "letter", "(a)", "policies"),
        ("(aa) policies", "letter", "(aa)", "policies"),
        ("(iv) policies", "letter", "(iv)", "policies"),
        ("(3) policies", "letter", "(3)", "policies"),
        ("a) policies", "letter", "a)", "policies"),
        ("b. policies", "letter", "b.", "policies"),
        ("ii. policies", "letter", "ii.", "policies"),
        ("[14] A source", "letter", "[14]", "A source"),
        ("• access", "bullet", "•", "access"),
        ("•access", "bullet", "•", "access"),
        ("– access", "bullet", "–", "access"),
        ("— access", "bullet", "—", "access"),
        ("- access", "bullet", "-", "access"),
        ("o access", "bullet", "o", "access"),
        ("▪ access", "bullet", "▪", "access"),
    ],
)
def test_opening_signs(text, kind, printed, rest):
    mark = opening(text)
    assert mark is not None
    assert (mark.kind, mark.printed, text[mark.end :]) == (kind, printed, rest)


@pytest.mark.parametrize(
    "text",
    [
        "1993. The",
        "12 per cent",
        "12,000 homes",
        "2.5",
        "3.5% of homes",
        "12.",
        "(a)",
        "i.e. the poor",
        "e.g. the poor",
        "(see paragraph 4)",
        "(WTO) rules",
        "-access",
        "–5 degrees",
        "of the 12. meeting",
        "October 12. The",
        "A person",
        "IV. Overview",
        "Article 3. Scope",
        "",
    ],
)
def test_what_opens_nothing(text):
    assert opening(text) is None


@pytest.mark.parametrize(
    ("text", "is_bare"),
    [
        ("12.", True),
        ("1.17.", True),
        ("13.4", True),
        ("(a)", True),
        ("(iv)", True),
        ("b)", True),
        ("•", True),
        ("–", True),
        ("12. The", False),
        ("12", False),
        ("1993.", False),
        ("WTO", False),
        ("", False),
    ],
)
def test_bare_signs(text, is_bare):
    assert bare(text) is is_bare


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("I. Overview", "I."),
        ("IV. Overview", "IV."),
        ("XXIV. Overview", "XXIV."),
        ("A. Overview", "A."),
        ("1 Overview", "1"),
        ("1. Overview", "1."),
        ("2.3 Overview", "2.3"),
        ("2.3.1. Élargissement", "2.3.1."),
    ],
)
def test_heading_numbers(text, printed):
    assert heading_number(text).printed == printed


@pytest.mark.parametrize(
    "text", ["i.e. the poor", "12 per cent", "IIII. Overview", "U.S. trade", "I. ", "WTO"]
)
def test_what_numbers_no_heading(text):
    assert heading_number(text) is None


@pytest.mark.parametrize(
    ("number", "name"),
    [
        ("IV.", "roman"),
        ("I.", "roman"),
        ("C.", "capital"),
        ("D.", "capital"),
        ("1.", "decimal1"),
        ("1.17.", "decimal2"),
        ("2.3.1", "decimal3"),
        ("(a)", "small"),
        ("ii.", "small"),
        ("(3)", "decimal1"),
        ("", ""),
        (None, ""),
    ],
)
def test_schemes(number, name):
    assert scheme(number) == name


@pytest.mark.parametrize(
    ("text", "expected", "printed"),
    [
        ("1/ See below.", None, "1/"),
        ("12 See below.", None, "12"),
        ("3. See below.", 3, "3."),
        ("* See below.", None, "*"),
        ("*See below.", None, "*"),
        ("** See below.", 4, "**"),
        ("† See below.", None, "†"),
        ("4 See below.", 3, None),
        ("2019 was a year", None, None),
        ("See below.", None, None),
        ("7", None, None),
    ],
)
def test_note_marks_count_in_sequence(text, expected, printed):
    mark = note_mark(text, expected)
    assert (mark and mark.printed) == printed
