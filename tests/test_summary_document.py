"""The readable rendering: everything is in it, the counts close, nothing steers the terminal."""

from __future__ import annotations

from dataclasses import replace

import pytest
from util import a_document, fake_tagger

from nlp.document import ActionLine, Because, Block, Document, Family
from nlp.summary import blocks_to_text, document_to_text

EXPECTED = """\
A paper
2 pages · language en · paper.pdf


Connecting everyone
1.    The TBT Committee spoke of broadband.                         p. 1
      C2 0.90
      COMMITTEE Committee on Technical Barriers to Trade
2.    Members spoke of security.                                    p. 1
      C5 0.40 review
3.    The weather was fine.                                         p. 2

3 paragraphs: 1 with an action line, 1 for review only, 1 with none
1  C2  Information and communication infrastructure
COMMITTEE Committee on Technical Barriers to Trade (1)
Warning: page 2 has no text layer
"""


@pytest.fixture(autouse=True)
def plain(monkeypatch):
    monkeypatch.setenv("COLUMNS", "72")
    monkeypatch.setenv("TERM", "xterm-256color")
    for name in ("NO_COLOR", "FORCE_COLOR", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def document():
    return fake_tagger().tag(a_document(warnings=("page 2 has no text layer",)))


def test_the_whole_of_it(document):
    assert document_to_text(document) == EXPECTED


def test_colour_on_a_terminal_only(document, monkeypatch):
    assert "\x1b[" not in document_to_text(document)
    assert "\x1b[1;32mC2 0.90" in document_to_text(document, terminal=True)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "32m" not in document_to_text(document, terminal=True)


def test_without_a_terminal_a_line_has_the_default_width(document, monkeypatch):
    monkeypatch.delenv("COLUMNS")
    long = replace(document, blocks=(replace(document.blocks[3], text="word " * 200),))
    (line,) = [line for line in document_to_text(long).splitlines() if "word" in line]
    assert len(line) == 100
    assert "…" in line


@pytest.mark.parametrize("columns", ["", "0", "wide", "-3"])
def test_columns_that_are_no_width_are_passed_over(document, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", columns)
    assert "A paper" in document_to_text(document)


def test_nothing_of_the_document_steers_the_terminal(document):
    evil = "\x1b]0;owned\x07[bold]:smile:\u202e"
    blocks = (
        Block("b\x1b", "paragraph", evil, number=evil, section=(evil,)),
        *document.blocks,
    )
    text = document_to_text(
        replace(document, title=evil, submitter=evil, symbols=(evil,), blocks=blocks, warnings=(evil,))
    )
    assert not set("\x1b\x07\u202e") & set(text)
    assert "[bold]:smile:" in text


def test_a_document_of_nothing():
    text = document_to_text(Document(id="x", source="x.txt"))
    assert text.startswith("x.txt\nlanguage und\n")
    assert "0 paragraphs: 0 with an action line, 0 for review only, 0 with none" in text


def test_one_is_no_plural():
    text = document_to_text(
        Document(id="x", source="x.pdf", pages=1, blocks=(Block("b", "paragraph", "Rain."),))
    )
    assert "\n1 page · " in text
    assert "\n1 paragraph: 0 with" in text


def test_rows_are_named_by_their_ids(document):
    text = blocks_to_text(document.blocks[1:2])
    assert text.splitlines()[0].split()[0] == "p1"
    assert "C2 0.90" in text


def test_many_entities_are_counted_not_listed():
    entity = fake_tagger().tag(a_document()).blocks[1].entities[0]
    text = entity.text
    blocks = tuple(
        Block(
            f"b{n}",
            "paragraph",
            text,
            entities=(replace(entity, start=0, end=len(text), id=f"x:{n}", name=f"N{n}"),),
        )
        for n in range(7)
    )
    assert "COMMITTEE N0 (1), N1 (1), N2 (1), N3 (1), N4 (1) and 2 more" in document_to_text(
        Document(id="x", source="x", blocks=blocks)
    )


@pytest.mark.parametrize(
    ("probability", "shown"), [(0.9999, "0.99"), (0.29, "0.29"), (1.0, "1.00"), (0.0, "0.00")]
)
def test_a_probability_is_never_shown_higher_than_it_is(document, probability, shown):
    block = document.blocks[1]
    line = replace(block.action_lines[0], probability=probability)
    assert f"C2 {shown}\n" in blocks_to_text([replace(block, action_lines=(line,))])


def in_health(status, sure):
    because = Because(family=None if sure is None else Family("C7", 0.9, sure))
    line = ActionLine("C7-ehealth", "ICT applications: e-health", 0.4, 0.5, status, because)
    return Block("b", "paragraph", "Clinics", action_lines=(line,))


@pytest.mark.parametrize(
    ("status", "sure", "shown"),
    [
        ("review", True, "C7-ehealth 0.40 review (C7 is sure)"),
        ("review", False, "C7-ehealth 0.40 review"),
        ("review", None, "C7-ehealth 0.40 review"),
        ("assigned", True, "C7-ehealth 0.40"),
    ],
)
def test_a_sure_family_is_told_beside_a_subline_that_is_not(status, sure, shown):
    assert blocks_to_text([in_health(status, sure)]).splitlines()[1].strip() == shown


def test_a_paragraph_of_a_sure_family_is_for_review_only():
    text = document_to_text(Document(id="x", source="x", blocks=(in_health("review", True),)))
    assert "1 paragraph: 0 with an action line, 1 for review only, 0 with none" in text
