"""One PDF to a document: what it is called, who submits it, and what could not be read."""

from __future__ import annotations

import hashlib

import pytest
from pdf_build import PROSE, draw, rows
from sample_pdfs import sample_pdf

from nlp.errors import Empty, NoText
from nlp.pdf.extract import extract_document, ranges
from nlp.settings import ReadOptions

#: Running text, so that what is larger than it can be told.
BODY = [" ".join(PROSE[i : i + 13]).capitalize() for i in range(0, 130, 13)]


@pytest.fixture
def made(tmp_path):
    """Draw a document with some lines above its text; `(text, size)` or text."""

    def make(*above, pages=()):
        def first(canvas):
            y = 720
            for item in above:
                text, size = item if isinstance(item, tuple) else (item, 10)
                canvas.setFont("Helvetica", size)
                canvas.drawString(72, y, text)
                y -= size + 18
            canvas.setFont("Helvetica", 10)
            rows(*BODY, y=500)(canvas)

        path = draw(tmp_path / "paper.pdf", first, *pages)
        return extract_document(path, ReadOptions())

    return make


def test_id_is_the_files_hash_and_source_its_name(made, tmp_path):
    document = made()
    assert document.id == hashlib.sha256((tmp_path / "paper.pdf").read_bytes()).hexdigest()
    assert document.source == "paper.pdf"
    assert (document.pages, document.language) == (1, "en")


def test_same_file_gives_the_same_blocks(made):
    assert made(("Costs of parcels", 18)).blocks == made(("Costs of parcels", 18)).blocks


def test_title_is_the_largest_of_the_first_headings(made):
    assert (
        made(("World of Trade", 13), ("Costs of parcels", 20), ("First draft", 13)).title
        == "Costs of parcels"
    )


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Costs of parcels in trade", "Costs of parcels in trade"),
        ("draft of the paper.doc", None),
        ("untitled", None),
        ("", None),
    ],
)
def test_title_without_headings_is_the_files_own(tmp_path, name, title):
    def titled(canvas):
        canvas.setTitle(name)
        rows(*BODY)(canvas)

    path = draw(tmp_path / "paper.pdf", titled)
    assert extract_document(path, ReadOptions()).title == title


@pytest.mark.parametrize(
    ("lines", "submitter"),
    [
        (["Submission by Kenya"], "Kenya"),
        (["Communication from the Republic of Korea"], "Republic of Korea"),
        ([("Submitted by: Kenya and Chad", 14)], "Kenya and Chad"),
        ([("Contribution by", 14), "International Chamber of Commerce"], "International Chamber of Commerce"),
        (["Statement by the delegation of Togo."], "delegation of Togo"),
        (["Costs of parcels"], None),
        (["Notes from the field"], None),
    ],
)
def test_submitter(made, lines, submitter):
    assert made(*lines).submitter == submitter


def test_symbols_of_the_running_header(made):
    pages = [rows("WT/CTE/W/12", y=800), *([with_header] * 2)]
    assert made(pages=pages).symbols == ("WT/CTE/W/12",)


def with_header(canvas):
    rows("WT/CTE/W/12", y=800)(canvas)
    rows(*BODY, y=700)(canvas)


def test_symbols_in_the_text_are_not_the_documents(made):
    assert made("Members recalled A/RES/70/125 and G/TBT/N/KEN/12 in their talks.").symbols == ()


def test_page_selection(tmp_path):
    path = draw(tmp_path / "paper.pdf", *(rows(f"Page {n} says what it says.") for n in (1, 2, 3)))
    document = extract_document(path, ReadOptions(pages=((2, 2),)))
    assert [(b.text, b.regions[0].page_number) for b in document.blocks] == [("Page 2 says what it says.", 2)]
    assert document.pages == 3


@pytest.mark.parametrize(("pages", "told"), [(((7, 9),), "7-9"), (((4, 4), (8, 9)), "4, 8-9")])
def test_pages_that_are_not_there(tmp_path, pages, told):
    path = draw(tmp_path / "paper.pdf", *[rows("It says what it says.")] * 3)
    with pytest.raises(Empty, match=f"pages {told} were asked for; the file has pages 1 to 3"):
        extract_document(path, ReadOptions(pages=pages))


def test_empty_pages_are_told(made):
    document = made(pages=[lambda canvas: None, rows(*BODY), lambda canvas: None])
    assert document.pages_without_text == (2, 4)
    assert document.warnings == ("pages without text, not read: 2, 4",)


def test_unreadable_pages_are_kept_out(made):
    rubbish = ["M3mb~rs r#c@lled th^t th& c0st 0f @ p4rc&l s3nt 0v~r a b0rd3r"] * 5
    document = made(pages=[rows(*rubbish)])
    assert document.poor_pages == (2,)
    assert {region.page_number for b in document.blocks for region in b.regions} == {1}
    assert document.warnings == ("pages whose text layer is unreadable, not read: 2",)


def test_document_without_any_text_fails(tmp_path):
    path = draw(tmp_path / "paper.pdf", *[lambda canvas: None] * 3)
    with pytest.raises(NoText, match="3 of 3 pages have no text layer"):
        extract_document(path, ReadOptions())


def test_number_of_wanted_pages_is_announced_first(tmp_path):
    path = draw(tmp_path / "paper.pdf", *[rows("It says what it says.")] * 3)
    told = []
    extract_document(path, ReadOptions(pages=((2, 3),)), told.append)
    assert told == [2]


@pytest.mark.parametrize(
    ("numbers", "told"), [([], ""), ([4], "4"), ([1, 2, 3, 7], "1-3, 7"), ([9, 2, 1, 5], "1-2, 5, 9")]
)
def test_ranges(numbers, told):
    assert ranges(numbers) == told


def test_a_choice_of_pages_is_told():
    document = extract_document(sample_pdf("sample-submission"), ReadOptions(pages=((3, 3),)))
    assert document.warnings == ("only 1 of 4 pages were read, as asked for",)
    assert document.pages == 4
