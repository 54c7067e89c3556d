"""Text recognition for pages without a readable text layer: an extra, with tesseract if installed.

Pages are drawn by pypdfium2 (it comes with pdfplumber) and recognised by the `tesseract`
program; the words then go the same way as those of any page.
"""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from nlp.pdf.geometry import Page
from nlp.pdf.lines import build_lines

if TYPE_CHECKING:
    from nlp.pdf.spacing import Glyph

#: Dots per inch of the drawn page, and seconds that one page may take.
DPI, PAGE_SECONDS = 200, 60
#: Pixels that one drawn page may have: a poster is drawn smaller, not in a gigabyte.
MAX_PIXELS = 25_000_000
#: Words that tesseract is less sure of (percent) are noise.
MIN_CONFIDENCE = 30.0


@cache
def _program() -> str | None:
    return shutil.which("tesseract")


def engine() -> dict[str, str]:
    """Name the recogniser and its version for the document's `extractor`."""
    program = _program()
    if not program:
        return {}
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    return {"ocr": (done.stdout or done.stderr).splitlines()[0].strip()}


def recognise(path: Path, numbers: list[int]) -> tuple[list[Page], str | None]:
    """Recognise the text of some pages.

    Returns
    -------
    pages : list of Page
        The pages on which words were found.
    warning : str or None
        Why nothing was done, where nothing could be.
    """
    program = _program()
    if program is None:
        return [], "OCR was asked for, but tesseract is not installed"
    import pypdfium2

    out = []
    document = pypdfium2.PdfDocument(path)
    try:
        for number in numbers:
            page = document[number - 1]
            width, height = page.get_size()
            scale = min(DPI / 72, (MAX_PIXELS / max(1.0, width * height)) ** 0.5)
            with tempfile.TemporaryDirectory() as folder:
                image = Path(folder) / "page.png"
                page.render(scale=scale, grayscale=True).to_pil().save(image)
                glyphs = _words(program, image, scale)
            if glyphs:
                found = Page(number, float(width), float(height), pictured=1.0, glyphs=len(glyphs))
                found.lines = build_lines(glyphs, found)
                out.append(found)
    finally:
        document.close()
    return out, None


def _words(program: str, image: Path, pixels: float) -> list[Glyph]:
    """Words of a page as glyphs, from a picture of so many `pixels` a point."""
    call = [program, str(image), "stdout", "--dpi", str(round(72 * pixels)), "tsv"]
    try:
        done = subprocess.run(  # noqa: S603
            call,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=PAGE_SECONDS,
            check=True,
            # Its threads wait for each other more than they work: one is as quick and costs a third.
            env={**os.environ, "OMP_THREAD_LIMIT": "1"},
        )
    except (subprocess.SubprocessError, OSError):
        return []
    scale = 1 / pixels
    rows = [
        row
        for row in csv.DictReader(io.StringIO(done.stdout), delimiter="\t", quoting=csv.QUOTE_NONE)
        if row.get("level") == "5"
        and (row.get("text") or "").strip()
        and float(row["conf"]) >= MIN_CONFIDENCE
    ]
    heights: dict[tuple[str, ...], list[float]] = {}
    for row in rows:
        heights.setdefault(_line_of(row), []).append(float(row["height"]) * scale)
    tops = {line: min(float(r["top"]) * scale for r in rows if _line_of(r) == line) for line in heights}
    out: list[Glyph] = []
    last: tuple[str, ...] | None = None
    for row in rows:
        line = _line_of(row)
        size = max(heights[line])
        x0, x1 = float(row["left"]) * scale, (float(row["left"]) + float(row["width"])) * scale
        if line == last:
            out.append((" ", x0, tops[line], x0, tops[line] + size, size, ""))
        out.append((row["text"].strip(), x0, tops[line], x1, tops[line] + size, size, ""))
        last = line
    return out


def _line_of(row: dict[str, str]) -> tuple[str, ...]:
    return row["block_num"], row["par_num"], row["line_num"]
