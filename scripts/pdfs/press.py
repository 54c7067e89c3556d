"""Put lines and shapes on pages: the one module that draws; y runs down from the top."""

from __future__ import annotations

import importlib.util
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import reportlab
from reportlab import rl_config
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from pdfs.typeset import Face, Line, Piece, Style

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reportlab.lib.pdfencrypt import StandardEncryption

A4 = (595.28, 841.89)
#: reportlab brings Bitstream Vera, near to the Verdana of WTO documents.
VERA = Face("Vera", "VeraBd", "VeraIt", "VeraBI")
#: PT Serif (fontpkg-pt-serif, OFL): Cyrillic.
PT_SERIF = Face("PT_Serif-Web-Regular", "PT_Serif-Web-Bold", "PT_Serif-Web-Italic", "PT_Serif-Web-BoldItalic")
#: Amiri (fontpkg-amiri, OFL): Arabic.
AMIRI = Face("Amiri-Regular", "Amiri-Bold", "Amiri-Italic", "Amiri-BoldItalic")


def load(face: Face) -> None:
    """Make a face of TrueType files known to reportlab, from the package that brings it."""
    for name in (face.regular, face.bold, face.italic, face.bold_italic):
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, font_file(name)))


def font_file(name: str) -> str:
    """Path of the file that holds a font."""
    if name.startswith("Vera"):
        return str(Path(reportlab.__file__).parent / "fonts" / f"{name}.ttf")
    package = "fontpkg_pt_serif" if name.startswith("PT_") else "fontpkg_amiri"
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise FileNotFoundError(f"{name}.ttf: install {package.replace('_', '-')} to build this sample")
    return str(Path(spec.origin).parent / "files" / f"{name}.ttf")


class Press:
    """A canvas with pages counted from 1 and y from the top of the page."""

    def __init__(
        self,
        size: tuple[float, float] = A4,
        encrypt: StandardEncryption | None = None,
        title: str = "",
    ) -> None:
        rl_config.invariant = 1
        rl_config.useA85 = 0
        self.out = BytesIO()
        self.size = size
        self.page = 1
        self.canvas = Canvas(self.out, pagesize=size, invariant=1, pageCompression=1, encrypt=encrypt)
        self.canvas.setTitle(title)
        self.canvas.setProducer("wsis-tagger sample")
        self.canvas.setCreator("scripts/build_pdfs.py")

    def turn(self) -> None:
        """Go to the next page."""
        self._show()
        self.page += 1

    def close(self) -> bytes:
        """End the last page and give the file."""
        self._show()
        self.canvas.save()
        return self.out.getvalue()

    def _show(self) -> None:
        # reportlab writes a bullet as 0x7F, which only it knows; everyone else writes 0x95.
        code = self.canvas._code  # noqa: SLF001
        code[:] = [part.replace("\\177", "\\225") for part in code]
        self.canvas.showPage()

    def line(
        self,
        line: Line,
        style: Style,
        x0: float,
        x1: float,
        baseline: float,
        draw: Callable[[Press, Sequence[Piece], float, float, float], None] | None = None,
    ) -> None:
        """Set one line between x0 and x1; `draw` replaces how its pieces are put down."""
        room = x1 - x0 - line.indent - line.width
        x, stretch = x0 + line.indent, 0.0
        match style.align:
            case "right":
                x += room
            case "center":
                x += room / 2
            case "justify" if not line.last and line.spaces:
                stretch = room / line.spaces
        self.canvas.setFillGray(style.color)
        (draw or put)(self, line.pieces, x, baseline, stretch)
        self.canvas.setFillGray(0)

    def text(self, x: float, baseline: float, text: str, font: str, size: float, align: str = "left") -> None:
        """Set a bare string, for furniture."""
        y = self.size[1] - baseline
        self.canvas.setFont(font, size)
        match align:
            case "right":
                self.canvas.drawRightString(x, y, text)
            case "center":
                self.canvas.drawCentredString(x, y, text)
            case _:
                self.canvas.drawString(x, y, text)

    def rule(self, x0: float, x1: float, y: float, width: float = 0.5) -> None:
        """Draw a horizontal rule."""
        self.canvas.setLineWidth(width)
        self.canvas.line(x0, self.size[1] - y, x1, self.size[1] - y)

    def bar(self, x: float, top: float, bottom: float, width: float = 0.5) -> None:
        """Draw a vertical rule."""
        self.canvas.setLineWidth(width)
        self.canvas.line(x, self.size[1] - top, x, self.size[1] - bottom)

    def box(
        self,
        x0: float,
        top: float,
        x1: float,
        bottom: float,
        fill: float | None = 0.88,
        stroke: float | None = None,
    ) -> None:
        """Draw a box filled with a grey, outlined with a rule of `stroke` points, or both."""
        if fill is not None:
            self.canvas.setFillGray(fill)
        if stroke is not None:
            self.canvas.setLineWidth(stroke)
        y = self.size[1] - bottom
        self.canvas.rect(x0, y, x1 - x0, bottom - top, stroke=stroke is not None, fill=fill is not None)
        self.canvas.setFillGray(0)

    def turned(self, x: float, y: float, text: str, font: str, size: float, angle: float = 90) -> None:
        """Set a string that starts at (x, y) and runs at an angle, anticlockwise."""
        self.canvas.saveState()
        self.canvas.translate(x, self.size[1] - y)
        self.canvas.rotate(angle)
        self.canvas.setFont(font, size)
        self.canvas.drawString(0, 0, text)
        self.canvas.restoreState()


def put(press: Press, pieces: Sequence[Piece], x: float, baseline: float, stretch: float) -> None:
    """Set pieces in one text object, stretched by the word-space operator."""
    out = press.canvas.beginText(x, press.size[1] - baseline)
    out.setWordSpace(stretch)
    for piece in pieces:
        out.setFont(piece.font, piece.size)
        out.setRise(piece.rise)
        out.textOut(piece.text)
    press.canvas.drawText(out)
    _underline(press, pieces, x, baseline, stretch)


def put_words(press: Press, pieces: Sequence[Piece], x: float, baseline: float, stretch: float) -> None:
    """Set each word at its own place, with no space glyph between them."""
    for piece in pieces:
        for i, word in enumerate(piece.text.split(" ")):
            if i:
                x += pdfmetrics.stringWidth(" ", piece.font, piece.size) + stretch
            if word:
                press.canvas.setFont(piece.font, piece.size)
                press.canvas.drawString(x, press.size[1] - baseline + piece.rise, word)
                x += pdfmetrics.stringWidth(word, piece.font, piece.size)


def put_glyphs(press: Press, pieces: Sequence[Piece], x: float, baseline: float, stretch: float) -> None:
    """Set each glyph at its own place, unevenly: what a line stretched by hand turns into.

    The room that `stretch` would give to the spaces goes to the gaps between all glyphs.
    """
    text = "".join(piece.text for piece in pieces)
    # A small fixed cycle: uneven, and the same in every build.
    gaps = [
        (0.2, 1.9, 0.6, 1.4, 0.0, 1.7, 0.9)[i * 5 % 7] + (2.0 if c == " " else 0.0)
        for i, c in enumerate(text)
    ]
    room = stretch * text.count(" ") or sum(gaps) * 0.75
    gaps = [gap * room / sum(gaps) for gap in gaps]
    for piece in pieces:
        press.canvas.setFont(piece.font, piece.size)
        for glyph in piece.text:
            if glyph != " ":
                press.canvas.drawString(x, press.size[1] - baseline + piece.rise, glyph)
            x += pdfmetrics.stringWidth(glyph, piece.font, piece.size) + gaps.pop(0)


def put_spaced(press: Press, pieces: Sequence[Piece], x: float, baseline: float, _stretch: float) -> None:
    """Set a heading with wide gaps between its letters, by the character-space operator."""
    out = press.canvas.beginText(x, press.size[1] - baseline)
    for piece in pieces:
        out.setFont(piece.font, piece.size)
        out.setCharSpace(piece.size * 0.45)
        out.textOut(piece.text)
    out.setCharSpace(0)
    press.canvas.drawText(out)


def put_twice(press: Press, pieces: Sequence[Piece], x: float, baseline: float, stretch: float) -> None:
    """Set the line twice with a tiny offset: bold where no bold font was at hand."""
    put(press, pieces, x, baseline, stretch)
    put(press, pieces, x + 0.3, baseline, stretch)


def put_over_hidden(press: Press, pieces: Sequence[Piece], x: float, baseline: float, stretch: float) -> None:
    """Set the line, and once more unseen (text render mode 3) at the same place."""
    out = press.canvas.beginText(x, press.size[1] - baseline)
    out.setTextRenderMode(3)
    out.setWordSpace(stretch)
    for piece in pieces:
        out.setFont(piece.font, piece.size)
        out.setRise(piece.rise)
        out.textOut(piece.text)
    out.setTextRenderMode(0)
    press.canvas.drawText(out)
    put(press, pieces, x, baseline, stretch)


def _underline(press: Press, pieces: Sequence[Piece], x: float, baseline: float, stretch: float) -> None:
    for piece in pieces:
        width = piece.width + stretch * piece.text.count(" ")
        if piece.underline:
            press.rule(x, x + width, baseline + piece.size * 0.12, piece.size * 0.05)
        x += width
