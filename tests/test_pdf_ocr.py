"""Recognition with whatever `tesseract` is on the path; a stand-in prints what it would find."""

from __future__ import annotations

import sys

import pytest
from pdf_build import draw, rows, texts

from nlp.errors import NoText
from nlp.pdf import ocr
from nlp.pdf.extract import extract_document
from nlp.settings import ReadOptions

COLUMNS = ("level", "page_num", "block_num", "par_num", "line_num", "word_num")
HEAD = (*COLUMNS, "left", "top", "width", "height", "conf", "text")
#: Words of two lines, at 200 dots an inch: 20 wide a letter, 40 high.
LINES = ("Members recalled the costs of parcels", "and the fees of all the post offices.")


def tsv(*lines, conf="96"):
    """What tesseract prints for lines of words."""
    found = [
        "\t".join(HEAD),
        "\t".join(["1", "1", "0", "0", "0", "0", "0", "0", "1653", "2339", "-1"]) + "\t",
    ]
    for number, line in enumerate(lines, 1):
        left = 200
        for place, word in enumerate(line.split(), 1):
            row = (5, 1, 1, 1, number, place, left, 300 + 60 * number, 20 * len(word), 40, conf, word)
            found.append("\t".join(map(str, row)))
            left += 20 * len(word) + 15
    return "\n".join(found) + "\n"


@pytest.fixture
def path(tmp_path, monkeypatch):
    """A PATH of one folder; the program found on it is forgotten again."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    ocr._program.cache_clear()
    yield folder
    ocr._program.cache_clear()


def install(path, output, status=0):
    """Put a `tesseract` on the path."""
    program = path / "tesseract"
    version = "print('tesseract 9.9') or sys.exit() if '--version' in sys.argv else None"
    program.write_text(
        f"#!{sys.executable} -S\nimport sys\n{version}\n"
        f"assert open(sys.argv[1], 'rb').read(4) == b'\\x89PNG'\n"
        f"sys.stdout.reconfigure(encoding='utf-8')\nsys.stdout.write({output!r})\nsys.exit({status})\n",
        encoding="utf-8",
    )
    program.chmod(0o755)


@pytest.fixture
def scan(tmp_path):
    """A page without text, and one with."""
    return draw(tmp_path / "scan.pdf", lambda canvas: canvas.rect(100, 100, 300, 300), rows(*LINES))


def test_nothing_is_done_without_the_program(path, scan):
    pages, warning = ocr.recognise(scan, [1])
    assert (pages, warning) == ([], "OCR was asked for, but tesseract is not installed")
    assert ocr.engine() == {}


def test_words_become_lines_at_their_places(path, scan):
    install(path, tsv(*LINES))
    (page,), warning = ocr.recognise(scan, [1])
    assert warning is None
    assert (page.number, page.width, page.height, page.pictured) == (1, 595, 842, 1.0)
    assert texts(page.lines) == list(LINES)
    first = page.lines[0]
    assert (first.x0, first.top, first.bottom) == pytest.approx((72, 129.6, 144))


def test_doubtful_words_are_noise(path, scan):
    install(path, tsv(LINES[0], conf="12"))
    assert ocr.recognise(scan, [1]) == ([], None)


@pytest.mark.parametrize("word", ['"', "Straße", "“digital”"])
def test_words_are_taken_as_they_are(path, scan, word):
    install(path, tsv(f"the {word} word"))
    (page,), _ = ocr.recognise(scan, [1])
    assert texts(page.lines) == [f"the {word} word"]


def test_failing_program_finds_nothing(path, scan):
    install(path, tsv(*LINES), status=1)
    assert ocr.recognise(scan, [1]) == ([], None)


def test_document_takes_in_what_is_recognised(path, scan):
    install(path, tsv(*LINES))
    document = extract_document(scan, ReadOptions(ocr="auto"))
    assert document.pages_without_text == ()
    assert document.extractor["ocr"] == "tesseract 9.9"
    assert [b.regions[0].page_number for b in document.blocks] == [1, 2]
    assert [b.text for b in document.blocks] == [" ".join(LINES)] * 2


@pytest.mark.parametrize("mode", ["auto", "never"])
def test_page_stays_without_text_where_there_is_no_program(path, scan, mode):
    document = extract_document(scan, ReadOptions(ocr=mode))
    assert document.pages_without_text == (1,)
    assert ("OCR was asked for, but tesseract is not installed" in document.warnings) is (mode == "auto")


def test_document_of_pictures_only_has_no_text(path, tmp_path):
    made = draw(tmp_path / "scan.pdf", lambda canvas: canvas.rect(100, 100, 300, 300))
    with pytest.raises(NoText):
        extract_document(made, ReadOptions(ocr="auto"))
