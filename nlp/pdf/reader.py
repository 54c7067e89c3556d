"""PDF to pages of lines with pdfplumber, one page at a time; the only module that opens a PDF.

pdfplumber's own character dicts cost more than half of its time (measured), so the thin
facts needed are taken from `page.layout` directly. Every page is closed when its lines are made.
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any

import pdfplumber
from pdfminer.layout import LTChar, LTCurve, LTFigure, LTImage
from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect, PDFTextExtractionNotAllowed
from pdfminer.pdftypes import PDFStream
from pdfminer.psparser import LIT
from pdfplumber.utils.exceptions import PdfminerException

from nlp.errors import Damaged, Encrypted, TooManyPages
from nlp.pdf.geometry import Box, Line, Page, Rule
from nlp.pdf.lines import build_lines
from nlp.pdf.turning import Turn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nlp.pdf.spacing import Glyph
    from nlp.settings import ReadOptions

_OBJECT_STREAM = LIT("ObjStm")
#: A bar thinner than this is a rule, points.
RULE_THICKNESS = 4.0
#: Vector shapes looked at on one page; a chart or map has more, and none of it is layout.
MAX_SHAPES = 4_000

#: A rule typed with the keyboard.
TYPED_RULE = re.compile(r"[_‗]{3,}|[-–—─=]{5,}")

EXTRACTOR = {"name": "pdfplumber", "version": pdfplumber.__version__}


class PdfFile:
    """An open PDF: how many pages it has, and each page's lines on demand.

    Parameters
    ----------
    path : Path
        The file.
    options : ReadOptions
        Pages to read and limits.

    Raises
    ------
    Encrypted, Damaged, TooManyPages
        When the file cannot be opened or is over the page limit.
    """

    def __init__(self, path: Path, options: ReadOptions) -> None:
        for name in ("pdfminer", "pdfplumber"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self._pdf = _open(path)
        self.metadata: dict[str, Any] = dict(self._pdf.metadata or {})
        self._pages = self._pdf.pages
        self.page_count = len(self._pages)
        self.wanted = [n for n in range(1, self.page_count + 1) if options.wants(n)]
        if len(self.wanted) > options.limits.pages:
            self._pdf.close()
            raise TooManyPages(
                f"it has {len(self.wanted):,} pages; at most {options.limits.pages:,} are read"
            )

    def __enter__(self) -> PdfFile:
        """Return the open file."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self._pdf.close()

    def pages(self) -> Iterator[Page]:
        """Yield the wanted pages in order, each closed before the next is read."""
        for number in self.wanted:
            page = self._pages[number - 1]
            yield _read_page(page)
            page.close()
            # `close` leaves the layout tree; with it a long document fills the memory.
            if hasattr(page, "_layout"):
                del page._layout  # noqa: SLF001
            self._forget(page)
            self._pages[number - 1] = None

    def _forget(self, page: Any) -> None:  # noqa: ANN401 - pdfplumber has no types
        """Drop what the libraries keep of a page that is done: its decoded streams above all."""
        page.page_obj.contents, page.page_obj.attrs, page.page_obj.resources = [], {}, {}
        kept = self._pdf.doc._cached_objs  # noqa: SLF001 - it has no way to say so
        for number, (thing, _) in list(kept.items()):
            if number == page.page_obj.pageid or (
                isinstance(thing, PDFStream) and thing.get("Type") is not _OBJECT_STREAM
            ):
                del kept[number]


def _open(path: Path) -> Any:  # noqa: ANN401 - pdfplumber has no types
    try:
        return pdfplumber.open(path, unicode_norm=None)
    except PdfminerException as error:
        cause = error.args[0] if error.args else error
        if isinstance(cause, PDFPasswordIncorrect | PDFEncryptionError | PDFTextExtractionNotAllowed):
            raise Encrypted("it opens only with a password") from error
        raise Damaged(f"its structure cannot be read ({type(cause).__name__}: {_short(cause)})") from error


def _short(error: object) -> str:
    return " ".join(str(error).split())[:160] or "no detail"


def _read_page(page: Any) -> Page:  # noqa: ANN401 - pdfplumber has no types
    tree = page.layout
    # pdfminer counts from the media box; what a person sees is the crop box.
    crop_x0, crop_top, crop_x1, crop_bottom = (float(v) for v in page.cropbox)
    media_x0, media_top = float(page.mediabox[0]), float(page.mediabox[1])
    dx, dy = media_x0 - crop_x0, float(page.height) + media_top - crop_top
    out = Page(page.page_number, crop_x1 - crop_x0, crop_bottom - crop_top)
    upright: list[Glyph] = []
    turned: list[Glyph] = []
    _walk(tree, dx, dy, out, upright, turned)
    out.pictured = min(1.0, out.pictured / max(1.0, out.width * out.height))
    if len(turned) > 2 * len(upright) and len(turned) > 40:
        # Sideways print on an upright sheet: turn the whole page, keep the few others apart.
        out, upright, turned = _turn_page(out, upright, turned)
    out.glyphs = len(upright)
    out.lines = _drawn_rules(build_lines(upright, out), out)
    out.turned = _turned_lines(turned, out)
    return out


def _drawn_rules(lines: list[Line], page: Page) -> list[Line]:
    """Take rules that are typed as a row of underscores or dashes for what they are."""
    out = []
    for line in lines:
        if TYPED_RULE.fullmatch(line.text):
            page.rules.append(Rule(line.x0, line.bottom - 1, line.x1, line.bottom))
        else:
            out.append(line)
    return out


def _walk(tree: Any, dx: float, dy: float, out: Page, upright: list[Glyph], turned: list[Glyph]) -> None:  # noqa: ANN401
    """Collect glyphs, rules, boxes and pictures of a layout tree, figures included."""
    stack = [iter(tree)]
    shapes = 0
    width, height = out.width, out.height
    while stack:
        for item in stack[-1]:
            if isinstance(item, LTChar):
                text = item._text  # noqa: SLF001 - get_text() is a call per glyph
                x0, y0, x1, y1 = item.bbox
                x0, x1, top, bottom = x0 + dx, x1 + dx, dy - y1, dy - y0
                if x1 < 0 or x0 > width or bottom < 0 or top > height:
                    continue
                if text.startswith("(cid:"):
                    out.unmapped += 1
                    text = "\ufffd"
                matrix = item.matrix
                if abs(matrix[1]) < abs(matrix[0]) or (matrix[1] == 0 and matrix[0] != 0):
                    upright.append((text, x0, top, x1, bottom, item.size, item.fontname))
                else:
                    turned.append((text, x0, top, x1, bottom, matrix[1], item.fontname))
            elif isinstance(item, LTFigure):
                stack.append(iter(item))
                break
            elif isinstance(item, LTImage):
                x0, y0, x1, y1 = item.bbox
                out.pictured += max(0.0, min(x1 + dx, width) - max(x0 + dx, 0.0)) * max(
                    0.0, min(dy - y0, height) - max(dy - y1, 0.0)
                )
            elif isinstance(item, LTCurve):
                shapes += 1
                if shapes <= MAX_SHAPES:
                    _add_shape(item, dx, dy, out)
        else:
            stack.pop()


def _add_shape(item: Any, dx: float, dy: float, out: Page) -> None:  # noqa: ANN401
    x0, y0, x1, y1 = item.bbox
    x0, x1, top, bottom = x0 + dx, x1 + dx, dy - y1, dy - y0
    wide, high = x1 - x0, bottom - top
    if high <= RULE_THICKNESS and wide > 8 * max(high, 0.5):
        out.rules.append(Rule(x0, top, x1, bottom))
    elif wide <= RULE_THICKNESS and high > 8 * max(wide, 0.5):
        out.rules.append(Rule(x0, top, x1, bottom, vertical=True))
    elif wide > 20 and high > 12 and len(item.pts) <= 6:
        out.boxes.append(Box(x0, top, x1, bottom))
        if item.stroke and not item.fill:
            out.rules += [Rule(x0, top, x1, top), Rule(x0, bottom, x1, bottom)]
            out.rules += [
                Rule(x0, top, x0, bottom, vertical=True),
                Rule(x1, top, x1, bottom, vertical=True),
            ]


def _turned_lines(turned: list[Glyph], page: Page) -> list[Line]:
    """Make lines of sideways glyphs; their places are those on the page as it is.

    The sixth field of a turned glyph holds its matrix's b: above 0 the text runs up the page.
    """
    out: list[Line] = []
    for up in (True, False):
        turn = Turn(up, page.width, page.height)
        glyphs = [_read(glyph, turn) for glyph in turned if (glyph[5] >= 0) == up]
        for line in build_lines(glyphs, Page(page.number, page.height, page.width)):
            line.x0, line.top, line.x1, line.bottom = turn.back(line.x0, line.top, line.x1, line.bottom)
            out.append(line)
    return out


def _read(glyph: Glyph, turn: Turn) -> Glyph:
    text, x0, top, x1, bottom, _, font = glyph
    return (text, *turn.read(x0, top, x1, bottom), x1 - x0, font)


def _turn_page(
    page: Page, upright: list[Glyph], turned: list[Glyph]
) -> tuple[Page, list[Glyph], list[Glyph]]:
    up = sum(1 for glyph in turned if glyph[5] >= 0) * 2 >= len(turned)
    turn = Turn(up, page.width, page.height)
    out = Page(
        page.number, page.height, page.width, pictured=page.pictured, unmapped=page.unmapped, turn=turn
    )
    out.rules = [Rule(*turn.read(r.x0, r.top, r.x1, r.bottom), vertical=not r.vertical) for r in page.rules]
    out.boxes = [Box(*turn.read(b.x0, b.top, b.x1, b.bottom)) for b in page.boxes]
    rest = [(g[0], *turn.read(*g[1:5]), 1.0, g[6]) for g in upright]
    return out, [_read(glyph, turn) for glyph in turned], rest
