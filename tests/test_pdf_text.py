"""Lines to text: hyphens at line ends, and offsets of note calls."""

from __future__ import annotations

import pytest
from pdf_build import line, set_text

from nlp.pdf.text import Hyphens, join_lines


def joined(*rows, known=()):
    """Rows joined, with the document's other texts known."""
    return join_lines([line(row) for row in rows], Hyphens(known))[0]


@pytest.mark.parametrize(
    ("first", "second", "text"),
    [
        ("the Secretary-", "General said", "the Secretary-General said"),
        ("trade in e-", "commerce grew", "trade in e-commerce grew"),
        ("in 2025-", "2026 the rate", "in 2025-2026 the rate"),
        ("for non-", "members only", "for non-members only"),
        ("by self-", "regulation alone", "by self-regulation alone"),
        ("a multi-", "purpose centre", "a multi-purpose centre"),
        ("the long-", "term plan", "the long-term plan"),
        ("the G-", "77 and China", "the G-77 and China"),
        ("the COVID-", "19 crisis", "the COVID-19 crisis"),
        ("goods and/", "or services", "goods and/or services"),
        ("a Zanzibar-", "Mombasa line", "a Zanzibar-Mombasa line"),
    ],
)
def test_compounds_keep_their_hyphen(first, second, text):
    assert joined(first, second) == text


@pytest.mark.parametrize(
    ("first", "second", "text"),
    [
        ("the infra-", "structure of", "the infrastructure of"),
        ("Govern-", "ments agreed", "Governments agreed"),
        ("inter-", "national law", "international law"),
        ("the develop-", "ment of", "the development of"),
        ("tele\u00ad", "communication", "telecommunication"),
        ("the Zanzi\u00ad", "bar line", "the Zanzibar line"),
        ("connec\u2010", "tivity", "connectivity"),
    ],
)
def test_parts_of_a_word_are_joined(first, second, text):
    assert joined(first, second) == text


@pytest.mark.parametrize(
    ("known", "text"),
    [
        ("all of the micro-credit schemes here", "a micro-credit fund"),
        ("all of the microcredit schemes here", "a microcredit fund"),
    ],
)
def test_the_documents_own_usage_decides(known, text):
    assert joined("a micro-", "credit fund", known=[known]) == text


@pytest.mark.parametrize("word", ["co-operation", "cooperation"])
def test_usage_decides_between_two_known_words(word):
    assert joined("the co-", "operation of", known=[f"all of the {word} that was here"]) == f"the {word} of"


@pytest.mark.parametrize(
    ("first", "second", "text"),
    [
        ("see https://example.org/", "papers/one.html", "see https://example.org/papers/one.html"),
        ("see www.example.org/a-", "b.html", "see www.example.org/a-b.html"),
        ("see https://example.org/?a=", "b", "see https://example.org/?a=b"),
        ("from 4 –", "5 May", "from 4 – 5 May"),
        ("the rules", "of trade", "the rules of trade"),
        ("trade - ", "goods", "trade -  goods"),
    ],
)
def test_between_lines_stands_one_space_or_none(first, second, text):
    assert joined(first, second) == text


def test_soft_hyphen_at_the_very_end_is_told():
    assert joined("the Zanzi\u00ad") == "the Zanzi-"


def test_calls_move_along():
    lines = [line("the infra-", calls=((3, "1"),)), line("structure. Then", calls=((10, "2"),))]
    text, calls = join_lines(lines, Hyphens([]))
    assert text == "the infrastructure. Then"
    assert calls == [(3, "1"), (19, "2")]
    assert [text[offset - 1] for offset, _ in calls] == ["e", "."]


def test_mark_before_a_line_is_a_call_after_the_word_before():
    text, calls = join_lines([line("as adopted."), line("It rained.", lead="3")], Hyphens([]))
    assert (text, calls) == ("as adopted. It rained.", [(11, "3")])


def test_lines_of_prose_come_back_as_set():
    text = "Members recalled that every paper is to be sent in good time, and in one language at least."
    assert joined(*(row.text for row in set_text(text, 72, 200))) == text
