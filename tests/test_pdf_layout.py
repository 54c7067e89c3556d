"""Pages to blocks: kinds and order, and that nothing read is lost on the way."""

from __future__ import annotations

import functools
from collections import Counter

import pytest
from pdf_build import LEFT, RIGHT, bar, column, laid_out, line, page, rule, set_text, stacked
from sample_pdfs import expected, sample_names, sample_pdf

from nlp.pdf.layout import lay_out
from nlp.pdf.reader import PdfFile
from nlp.settings import ReadOptions

TEXT = (
    "Members recalled that the cost of a parcel sent over a border is more than twice that of one sent "
    "at home, and that small traders bear most of it."
)


def kinds(*pages):
    return [b.kind for b in laid_out(*pages)]


def test_kinds_of_a_plain_page():
    lines = stacked(
        [line("Costs of parcels", size=14)],
        TEXT,
        f"12. {TEXT}",
        "(a) The first of them;",
        "• The next of them.",
        column(8, LEFT, RIGHT, 300),
    )
    assert kinds(lines) == ["heading", "paragraph", "paragraph", "list_item", "list_item", "paragraph"]


def test_masthead_is_cover():
    lines = [
        line("General Assembly", 72, 60),
        line("Distr.: General", 400, 60),
        line("12 March 2026", 400, 72),
        *set_text(TEXT, top=180),
        *column(20, LEFT, RIGHT, 220),
    ]
    found = laid_out(page(lines, rules=[rule(120)]))
    assert [b.text for b in found if b.kind == "cover"] == [
        "General Assembly",
        "Distr.: General 12 March 2026",
    ]


def test_masthead_only_on_the_first_page():
    lines = [line("Distr.: General", 400, 160), *column(20, LEFT, RIGHT, 220)]
    assert "cover" not in kinds(page(lines, number=2))


def test_pull_quote_is_margin():
    quote = set_text("every parcel costs more than the goods within", 440, 520, 143, size=9, italic=True)
    found = laid_out([*column(20, LEFT, 420, 100), *quote])
    assert [b.kind for b in found] == ["paragraph", "margin"]
    assert found[1].text == "every parcel costs more than the goods within"


def test_stray_figures_of_a_chart_are_margin():
    figures = [line(str(n), 300, 400 + 30 * n) for n in (10, 8, 6, 4)]
    assert set(kinds([*column(8, LEFT, RIGHT, 100), *figures])) == {"paragraph", "margin"}


def test_ruled_table_stands_between_its_paragraphs():
    rows = [("Country", "Homes", "Schools"), ("Kenya", "41", "87"), ("Chad", "9", "22")]
    cells = [
        line(text, x, 204 + 20 * n)
        for n, row in enumerate(rows)
        for x, text in zip((80, 240, 380), row, strict=True)
    ]
    rules = [rule(200 + 20 * n) for n in range(4)] + [bar(x, 200, 260) for x in (72, 230, 370, 522)]
    found = laid_out(page([*set_text(TEXT), *cells, *set_text(TEXT, top=300)], rules=rules))
    assert [b.kind for b in found] == ["paragraph", "table", "paragraph"]
    assert found[1].rows == tuple(rows)


def test_two_columns_are_read_one_after_the_other():
    left = stacked(*[set_text(f"{n}. {TEXT}", 72, 288) for n in (1, 2, 3)], top=100)
    right = stacked(*[set_text(f"{n}. {TEXT}", 306, 522) for n in (4, 5, 6)], top=100)
    found = laid_out([*right, *left])
    assert [(b.number, b.text) for b in found] == [(f"{n}.", TEXT) for n in range(1, 7)]


def test_texts_have_single_spaces():
    found = laid_out(stacked(f"12. {TEXT}", TEXT, f"(a)  {TEXT}"))
    assert all(b.text == " ".join(b.text.split()) for b in found)


def test_no_pages_give_no_blocks():
    assert lay_out([]) == ()


def letters(*texts):
    """How often each letter and figure stands in some texts."""
    return Counter(char for text in texts for char in text if char.isalnum())


@functools.cache
def read_and_written(name):
    """Lines of a sample, told as text, marks and words within the line; and its blocks."""
    with PdfFile(sample_pdf(name), ReadOptions()) as pdf:
        pages = list(pdf.pages())
    lines = [
        (item.text, [item.lead or "", *(mark for _, mark in item.calls)])
        for made in pages
        for item in (*made.lines, *made.turned)
    ]
    return lines, lay_out(pages)


NAMES = [name for name in sample_names() if expected(name).get("error") != "encrypted"]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_lost(name):
    """Every letter and figure of every line read stands in some block's text, number or note mark."""
    lines, blocks = read_and_written(name)
    read = letters(*(part for text, marks in lines for part in (text, *marks)))
    written = letters(
        *(part for b in blocks for part in (b.text, b.number or "", *(call.mark for call in b.note_calls)))
    )
    assert read - written == Counter()


@pytest.mark.parametrize("name", NAMES)
def test_words_stay_whole(name):
    """Each word within a line stands whole in some block."""
    lines, blocks = read_and_written(name)
    written = " ".join(f"{b.number or ''} {b.text}" for b in blocks)
    within = {word.replace("\u00ad", "") for text, _ in lines for word in text.split()[1:-1]}
    assert [word for word in within if word not in written] == []
