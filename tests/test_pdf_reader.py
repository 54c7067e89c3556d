"""What a PDF's pages hold, as a person sees them."""

from __future__ import annotations

import pytest
from pdf_build import PROSE, draw, rows, texts
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader

from nlp.errors import Damaged, Encrypted, TooManyPages
from nlp.pdf.reader import PdfFile
from nlp.settings import Limits, ReadOptions

TEXT = "Members recalled the costs of parcels"


def pages_of(path, **options):
    with PdfFile(path, ReadOptions(**options)) as pdf:
        return list(pdf.pages())


def one(path):
    (page,) = pages_of(path)
    return page


@pytest.fixture
def file(tmp_path):
    return tmp_path / "made.pdf"


def test_lines_stand_where_they_are_drawn(file):
    page = one(draw(file, rows(TEXT, "and letters")))
    assert (page.number, page.width, page.height) == (1, 595, 842)
    assert [(line.text, round(line.x0), line.page) for line in page.lines] == [
        (TEXT, 72, 1),
        ("and letters", 72, 1),
    ]
    first, second = page.lines
    assert first.top < 100 < first.bottom
    assert second.bottom - first.bottom == pytest.approx(14)
    assert (first.size, first.bold) == (10, False)


def test_places_are_those_of_the_crop_box(file):
    def cropped(canvas):
        canvas.setCropBox((50, 100, 545, 800))
        rows(TEXT, y=742)(canvas)
        canvas.drawString(72, 60, "outside")

    page, whole = one(draw(file, cropped)), one(draw(file.with_name("whole.pdf"), rows(TEXT)))
    assert (page.width, page.height) == (495, 700)
    assert texts(page.lines) == [TEXT]
    assert page.lines[0].x0 == pytest.approx(whole.lines[0].x0 - 50)
    assert page.lines[0].top == pytest.approx(whole.lines[0].top - 42)


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_page_that_is_rotated_is_read_as_it_is_shown(file, angle):
    def turned(canvas):
        canvas.setPageRotation(angle)
        canvas.translate(*{90: (842, 0), 180: (595, 842), 270: (0, 595)}[angle])
        canvas.rotate(angle)
        rows(TEXT, TEXT[::-1])(canvas)

    page, plain = one(draw(file, turned)), one(draw(file.with_name("plain.pdf"), rows(TEXT, TEXT[::-1])))
    assert (page.width, page.height) == (595, 842)
    assert texts(page.lines) == [TEXT, TEXT[::-1]]
    for line, other in zip(page.lines, plain.lines, strict=True):
        assert (line.x0, line.top, line.x1) == pytest.approx((other.x0, other.top, other.x1))


def test_sideways_print_on_an_upright_sheet_is_turned(file):
    def sideways(canvas):
        canvas.translate(595, 0)
        canvas.rotate(90)
        rows(TEXT, TEXT[::-1], y=400)(canvas)

    assert texts(one(draw(file, sideways)).lines) == [TEXT, TEXT[::-1]]


def test_a_few_sideways_words_are_kept_apart(file):
    def with_margin(canvas):
        rows(TEXT, TEXT, TEXT)(canvas)
        canvas.translate(40, 300)
        canvas.rotate(90)
        canvas.drawString(0, 0, "Printed in Geneva")

    page = one(draw(file, with_margin))
    assert texts(page.lines) == [TEXT] * 3
    assert texts(page.turned) == ["Printed in Geneva"]
    assert page.turned[0].x1 <= 50
    assert 350 < page.turned[0].top < page.turned[0].bottom < 550


def test_rules_boxes_and_pictures(file, tmp_path):
    from PIL import Image

    def shapes(canvas):
        canvas.line(72, 700, 522, 700)
        canvas.rect(72, 600, 1, 80, fill=1, stroke=0)
        canvas.rect(100, 500, 200, 50, fill=1, stroke=0)
        canvas.drawImage(ImageReader(Image.new("L", (8, 8))), 0, 0, 595, 421)

    page = one(draw(file, shapes))
    assert [(r.vertical, round(r.x0), round(r.top), round(r.length)) for r in page.rules] == [
        (False, 72, 142, 450),
        (True, 72, 162, 80),
    ]
    assert [(b.x0, b.top, b.x1, b.bottom) for b in page.boxes] == [(100, 292, 300, 342)]
    assert page.pictured == pytest.approx(0.5)


def test_frame_is_a_box_with_rules_about_it(file):
    page = one(draw(file, lambda canvas: canvas.rect(100, 500, 200, 50)))
    assert len(page.boxes) == 1
    assert sorted(rule.vertical for rule in page.rules) == [False, False, True, True]


def test_typed_rule_is_a_rule(file):
    page = one(draw(file, rows(TEXT, "_" * 30, "1/ See below.")))
    assert texts(page.lines) == [TEXT, "1/ See below."]
    (rule,) = page.rules
    assert rule.length > 100


def test_page_selection_and_metadata(file):
    draw(file, *(rows(f"Page {n} of it") for n in range(1, 6)))
    assert [(p.number, texts(p.lines)) for p in pages_of(file, pages=((2, 3), (5, 9)))] == [
        (n, [f"Page {n} of it"]) for n in (2, 3, 5)
    ]
    with PdfFile(file, ReadOptions(pages=((2, 2),))) as pdf:
        assert pdf.page_count == 5


def test_page_limit_counts_the_wanted_pages(file):
    draw(file, *[rows(TEXT)] * 5)
    with pytest.raises(TooManyPages, match="5 pages; at most 3"):
        PdfFile(file, ReadOptions(limits=Limits(pages=3)))
    assert len(pages_of(file, pages=((1, 3),), limits=Limits(pages=3))) == 3


def test_password_is_asked_for(file):
    draw(file, rows(TEXT), encrypt=StandardEncryption("secret"))
    with pytest.raises(Encrypted):
        PdfFile(file, ReadOptions())


def test_password_for_changes_only_is_none(file):
    draw(file, rows(TEXT), encrypt=StandardEncryption("", ownerPassword="secret", canCopy=0))
    assert texts(one(file).lines) == [TEXT]


def test_broken_structure_is_told(file):
    file.write_bytes(b"%PDF-1.4\nnothing follows\n")
    with pytest.raises(Damaged, match="structure"):
        PdfFile(file, ReadOptions())


def test_long_document_page_by_page(file):
    draw(file, *(rows(*(" ".join(PROSE[i : i + 9]) for i in range(0, 90, 9))) for _ in range(5)))
    assert [len(page.lines) for page in pages_of(file)] == [10] * 5
