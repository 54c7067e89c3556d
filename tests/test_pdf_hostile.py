"""T1-T4 of the limits: hard, broken and hostile PDFs each end in a document or in a listed code."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import sys
import time
import zipfile
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from nlp.document import Document
from nlp.errors import (
    Damaged,
    DocumentError,
    Empty,
    Encrypted,
    MemoryLimit,
    NotAPdf,
    NoText,
    Timeout,
    TooLarge,
    TooManyPages,
)
from nlp.pdf import read_pdf
from nlp.settings import MIB, Limits, ReadOptions

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "tests" / "pdfs"
REFERENCE = ROOT.parent / "shared" / "reference"
LISTED = {
    Damaged,
    Empty,
    Encrypted,
    MemoryLimit,
    NoText,
    NotAPdf,
    Timeout,
    TooLarge,
    TooManyPages,
}
FIRST_PAGES = ReadOptions(pages=((1, 6),), limits=Limits(seconds=60.0))
LENGTHY = {"unstructured__DA-619p.pdf", "unstructured__pdf2image-memory-error-test-400p.pdf"}
NEED_PASSWORD = {
    "pdf.js__print_protection.pdf",
    "pdfminer.six__aes-256-r6.pdf",
    "pdfminer.six__rc4-40.pdf",
    "pypdf__libreoffice-writer-password.pdf",
    "unstructured__password.pdf",
}

# Not a list made by glob alone: with no folder there must still be a test to skip.
HARD = sorted(path.name for path in (REFERENCE / "hard").glob("*.pdf")) or ["none"]


def outcome(
    path: Path, options: ReadOptions = FIRST_PAGES, faults: list[str] | None = None
) -> Document | DocumentError:
    """Read a file; anything but a document or a listed error fails the test.

    So does a fault that broke out in our own code, where it is not collected in `faults`.
    """
    try:
        return read_pdf(path, options)
    except DocumentError as error:
        told = error
    assert type(told) in LISTED, told
    if faults is not None and "report" in told.hint:
        faults.append(f"{path.name}: {told.detail}")
    else:
        assert "report" not in told.hint, told.detail
    assert told.input == path.name
    assert str(path.parent) not in str(told)
    return told


def pdf_of(*objects: bytes) -> bytes:
    """Write a PDF of objects numbered from 1, with a sound cross-reference table."""
    out = b"%PDF-1.7\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    end = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n%b%b" % (size, table, end)


def stream(data: bytes, entries: bytes = b"") -> bytes:
    return b"<</Length %d%b>>\nstream\n%b\nendstream" % (len(data), entries, data)


def page_of(content: bytes) -> bytes:
    """Write a one-page PDF with this content stream."""
    return pdf_of(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        content,
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )


PARAGRAPH = (
    b"BT /F 11 Tf 72 700 Td 14 TL (The Committee took note of the report on digital trade,) Tj T* "
    b"(and invited Members to submit comments on it before the next meeting.) Tj ET"
)


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    path = tmp_path_factory.mktemp("sound") / "sound.pdf"
    path.write_bytes(page_of(stream(PARAGRAPH)))
    return path


def test_sound_page_is_read(sound):
    assert "digital trade, and invited" in " ".join(block.text for block in read_pdf(sound).blocks)


def predicted(parameters: bytes) -> bytes:
    return stream(zlib.compress(PARAGRAPH), b"/Filter/FlateDecode/DecodeParms<<%b>>" % parameters)


# T1


@pytest.mark.reference
@pytest.mark.skipif(HARD == ["none"], reason="the reference documents in ../shared are not here")
@pytest.mark.parametrize("name", HARD)
def test_t1_hard_file(name):
    result = outcome(REFERENCE / "hard" / name)
    assert isinstance(result, Encrypted) or name not in NEED_PASSWORD


@pytest.mark.slow
@pytest.mark.reference
@pytest.mark.skipif(HARD == ["none"], reason="the reference documents in ../shared are not here")
@pytest.mark.parametrize("name", [name for name in HARD if name not in LENGTHY])
def test_t1_hard_file_whole(name):
    outcome(REFERENCE / "hard" / name, ReadOptions())


def test_t1_zero_bytes_zip_and_web_page(tmp_path):
    empty, archive, page = (tmp_path / name for name in ("empty.pdf", "zip.pdf", "page.pdf"))
    empty.touch()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("a", "b")
    page.write_text("<!DOCTYPE html><title>Not found</title>")
    assert [type(outcome(path)) for path in (empty, archive, page)] == [Empty, NotAPdf, NotAPdf]


@pytest.mark.parametrize("tenth", range(10))
def test_t1_truncated(tmp_path, tenth):
    whole = (SAMPLES / "paragraph-over-page.pdf").read_bytes()
    path = tmp_path / "cut.pdf"
    path.write_bytes(whole[: max(20, len(whole) * tenth // 10)])
    outcome(path)


PAGES = b"<</Type/Pages/Kids[%b]/Count %d>>"
CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
LEAF = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>"
TREES = {
    "loop to itself": (pdf_of(CATALOG, PAGES % (b"2 0 R", 1)), {Damaged, Empty}),
    "loop over two": (pdf_of(CATALOG, PAGES % (b"3 0 R", 1), PAGES % (b"2 0 R", 1)), {Damaged, Empty}),
    "no pages": (pdf_of(CATALOG, PAGES % (b"", 0)), {Damaged, Empty}),
    "no tree": (pdf_of(b"<</Type/Catalog>>"), {Damaged, Empty}),
    "no catalog": (pdf_of(LEAF), None),
    "huge count": (pdf_of(CATALOG, PAGES % (b"3 0 R", 2_000_000_000), LEAF), None),
    "negative count": (pdf_of(CATALOG, PAGES % (b"3 0 R", -2_147_483_648), LEAF), None),
    "kids are numbers": (pdf_of(CATALOG, PAGES % (b"1 2 3", 3), LEAF), None),
    "kids are names": (pdf_of(CATALOG, PAGES % (b"/A /B", 2), LEAF), None),
    "deep": (
        pdf_of(CATALOG, *(PAGES % (b"%d 0 R" % (number + 3), 1) for number in range(3000)), LEAF),
        None,
    ),
    "no box": (pdf_of(CATALOG, PAGES % (b"3 0 R", 1), b"<</Type/Page/MediaBox[0 0 0 0]>>"), None),
    "odd box": (pdf_of(CATALOG, PAGES % (b"3 0 R", 1), b"<</Type/Page/MediaBox[(a) null 1e999 -1]>>"), None),
    "odd turn": (pdf_of(CATALOG, PAGES % (b"3 0 R", 1), LEAF[:-2] + b"/Rotate (x)>>"), None),
    "contents loop": (page_of(b"[4 0 R 4 0 R]"), None),
    "contents is a name": (page_of(b"/Nothing"), None),
    "arrays in arrays": (page_of(stream(b"[" * 100_000)), None),
    "far text": (page_of(stream(PARAGRAPH.replace(b"72 700", b"1e300 -1e300"))), None),
    "huge font": (page_of(stream(PARAGRAPH.replace(b"/F 11", b"/F 1e308"))), None),
    "NUL and odd bytes": (page_of(stream(bytes(range(256)) * 50)), None),
    "unknown filter": (page_of(stream(PARAGRAPH, b"/Filter/Wrong")), None),
    "bad predictor": (page_of(predicted(b"/Predictor 15/Columns 1")), None),
    "vast predictor": (page_of(predicted(b"/Predictor 12/Columns 2000000000/Colors 99")), None),
    "unknown encryption": (
        pdf_of(CATALOG, PAGES % (b"3 0 R", 1), LEAF).replace(b"/Root", b"/Encrypt<</Filter/Odd>>/Root"),
        {Encrypted},
    ),
}


@pytest.mark.parametrize("name", TREES)
def test_t1_structure(tmp_path, name):
    data, allowed = TREES[name]
    path = tmp_path / "made.pdf"
    path.write_bytes(data)
    result = outcome(path)
    assert allowed is None or type(result) in allowed, result


def test_t1_more_pages_than_allowed_without_saying_so(tmp_path):
    kids = b" ".join(b"%d 0 R" % (number + 3) for number in range(300))
    path = tmp_path / "many.pdf"
    path.write_bytes(pdf_of(CATALOG, PAGES % (kids, 1), *[LEAF] * 300))
    assert isinstance(outcome(path, ReadOptions(limits=Limits(pages=200))), TooManyPages)


# T2


def flipped(data: bytes, chance: random.Random) -> bytes:
    """Change a few bytes, anywhere or in the last kilobyte, where the cross-references stand."""
    out = bytearray(data)
    first = 0 if chance.random() < 0.7 else max(0, len(data) - 1024)
    for _ in range(chance.choice((1, 3, 10, 40))):
        out[chance.randrange(first, len(data))] ^= 1 << chance.randrange(8)
    return bytes(out)


def small_pdfs() -> list[Path]:
    """Ten small PDFs: real ones where the reference documents are, then those of the tests."""
    real = [path for path in (REFERENCE / "pdfs").glob("*.pdf") if path.stat().st_size < 200_000]
    return [*sorted(real, key=lambda path: path.stat().st_size)[:5], *sorted(SAMPLES.glob("*.pdf"))][:10]


def resident() -> int:
    """Memory of this process in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
def test_t2_flipped_bytes(tmp_path):
    chance = random.Random(20250707)  # noqa: S311 - the same flips each time
    options = ReadOptions(pages=((1, 2),), limits=Limits(seconds=60.0))
    made = []
    for number, path in enumerate(small_pdfs()):
        data = path.read_bytes()
        for turn in range(50):
            made.append(tmp_path / f"{number}-{turn}.pdf")
            made[-1].write_bytes(flipped(data, chance))
    faults: list[str] = []

    def count(path: Path) -> int:
        return isinstance(outcome(path, options, faults), Document | DocumentError)

    with ThreadPoolExecutor(2) as pool:
        good = sum(pool.map(count, made[:50]))
        before = resident()
        good += sum(pool.map(count, made[50:]))
    assert good == 500
    assert resident() - before < 16 * MIB
    assert not faults, "\n".join(faults)


# T3

#: A parent of its own, so that its peak is that of reading alone.
PARENT = """
import json, sys, time
from pathlib import Path
from nlp.errors import WsisError
from nlp.pdf import read_pdf
from nlp.settings import Limits, ReadOptions
told = []
for name in sys.argv[1:]:
    begin = time.monotonic()
    try:
        code = len(read_pdf(Path(name), ReadOptions(limits=Limits(seconds=25.0))).blocks)
    except WsisError as error:
        code = error.code
    told.append([code, time.monotonic() - begin])
print(json.dumps(told))
print(Path("/proc/self/status").read_text())
"""


def peak_of(script: str, *arguments: str) -> tuple[str, int]:
    """Run a script; give what it printed and its own peak of memory in bytes (VmHWM)."""
    run = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    peak = re.search(r"VmHWM:\s+(\d+) kB", run.stdout)
    assert peak, run.stdout
    return run.stdout, int(peak[1]) * 1024


def zeros(size: int) -> bytes:
    """Give that many spaces, packed."""
    pack = zlib.compressobj(9)
    part = b" " * MIB
    return b"".join([*(pack.compress(part) for _ in range(size // MIB)), pack.flush()])


@pytest.fixture(scope="module")
def bombs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bombs")
    once = zeros(3000 * MIB)
    content = page_of(stream(once, b"/Filter/FlateDecode"))
    nested = page_of(stream(zlib.compress(once, 9), b"/Filter[/FlateDecode/FlateDecode]"))
    objects = pdf_of(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        stream(PARAGRAPH),
        b"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/ToUnicode 6 0 R/DescendantFonts[7 0 R]>>",
        stream(once, b"/Filter/FlateDecode"),
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/X/CIDSystemInfo<</Registry(A)/Ordering(B)>>>>",
    )
    below = page_of(stream(zeros(900 * MIB), b"/Filter/FlateDecode"))
    paths = []
    for name, data in (("flate", content), ("nested", nested), ("cmap", objects), ("below", below)):
        paths.append(folder / f"{name}.pdf")
        paths[-1].write_bytes(data)
    return paths


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_t3_flate_bombs(bombs, sound):
    arguments = [str(path) for bomb in bombs for path in (bomb, sound)]
    printed, peak = peak_of(PARENT, *arguments)
    told = json.loads(printed.splitlines()[0])
    for code, seconds in told[::2]:
        assert code in {"memory_limit", "timeout"}
        assert seconds < 30
    assert all(code == 1 for code, _ in told[1::2])
    assert peak < 400 * MIB


# T4

#: All that the child does with the first pages of a file, its answer included.
READER = """
import os, sys
from pathlib import Path
from nlp.pdf import child
from nlp.settings import ReadOptions
pages = int(sys.argv[2])
answer = child._answer(Path(sys.argv[1]), ReadOptions(pages=((1, pages),)), os.open(os.devnull, os.O_WRONLY))
assert answer.startswith(b"document") and answer.count(b"\\n") > pages
print(Path("/proc/self/status").read_text())
"""


def report_of(pages: int, path: Path) -> None:
    """Write a document that looks like a report of the United Nations: headers, numbers, notes."""
    from reportlab.pdfgen.canvas import Canvas  # a tool of the tests alone

    canvas = Canvas(str(path), pagesize=(612, 792))
    text = (
        "The Committee took note of the progress made in the use of digital public infrastructure and "
        "invited Governments, international organizations and other stakeholders to share experience."
    )
    words = text.split()
    for page in range(1, pages + 1):
        canvas.setFont("Times-Bold", 9)
        canvas.drawString(72, 750, "A/80/123")
        canvas.setFont("Times-Roman", 10)
        top = 720
        for number in range(6):
            canvas.drawString(72, top, f"{page * 6 + number}.")
            for line in range(6):
                turn = (page * 7 + number * 3 + line) % len(words)
                canvas.drawString(96, top, " ".join((words * 2)[turn : turn + 13]))
                top -= 13
            top -= 10
        canvas.line(72, 100, 200, 100)
        canvas.drawString(72, 88, f"{page} See A/79/{page}, paragraphs 12 to 15.")
        canvas.drawString(72, 40, f"{page}/{pages}")
        canvas.drawString(480, 40, "25-00925")
        canvas.showPage()
    canvas.save()


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_t4_memory_stays_flat_over_400_pages(tmp_path):
    path = tmp_path / "report.pdf"
    report_of(400, path)
    begin = time.monotonic()
    _, early = peak_of(READER, str(path), "50")
    _, whole = peak_of(READER, str(path), "400")
    assert whole < 1.2 * early, (early, whole, time.monotonic() - begin)
