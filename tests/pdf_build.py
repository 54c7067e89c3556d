"""Builders of glyphs, lines and pages for the tests of `nlp.pdf`; every letter is half its size wide."""

from __future__ import annotations

import re
import textwrap
from array import array
from collections import Counter
from typing import TYPE_CHECKING

from reportlab.pdfgen.canvas import Canvas

from nlp.pdf.geometry import Box, Line, Page, Rule
from nlp.pdf.layout import lay_out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from nlp.document import Block
    from nlp.pdf.spacing import Glyph

WIDTH, HEIGHT = 595.0, 842.0
#: Edges of the text, points.
LEFT, RIGHT = 72.0, 522.0
TALE = """
small shops in the valley sell their woven cloth through a shared portal and the towns nearby pay
for each parcel with a mobile wallet that the post offices accept since the last harvest when
roads were closed by floods for eleven days and nobody could reach the market on foot so farmers
began to send prices by radio every morning and a school teacher wrote them down on a board beside
the well where women came early and read what beans or maize would bring before they set out with
donkeys along the ridge toward the railway which carried goods north as far as the coast and there
another clerk counted sacks twice because forms differed among three ministries that had never
compared their lists nor asked traders which papers they lacked
"""
#: Words to fill columns with.
PROSE = TALE.split()


def glyphs(
    text: str,
    x0: float = LEFT,
    bottom: float = 100.0,
    *,
    size: float = 10.0,
    font: str = "Times",
    gap: float = 2.5,
    track: float = 0.0,
    spaces: bool = True,
) -> list[Glyph]:
    """Glyphs of one baseline: `gap` points wide where the text has a space, `track` more at every letter.

    `spaces` draws the spaces as glyphs, too.
    """
    out: list[Glyph] = []
    for char in text:
        if char == " ":
            if spaces:
                out.append((" ", x0, bottom - size, x0 + gap, bottom, size, font))
            x0 += gap
            continue
        out.append((char, x0, bottom - size, x0 + size / 2, bottom, size, font))
        x0 += size / 2 + track
    return out


def raised(text: str, after: list[Glyph], *, size: float = 6.0, rise: float = 4.0) -> list[Glyph]:
    """Superscript glyphs right behind the last of others."""
    return glyphs(text, after[-1][3], after[-1][4] - rise, size=size)


def line(
    text: str, x0: float = LEFT, top: float = 100.0, *, size: float = 10.0, x1: float | None = None, **fields
) -> Line:
    """A line; `x1` stretches it to an edge."""
    step = size / 2 if x1 is None else (x1 - x0) / max(1, len(text))
    starts = [0, *(i + 1 for i, char in enumerate(text) if char == " ")]
    return Line(
        text,
        x0,
        top,
        x0 + step * len(text),
        top + size,
        size,
        **{"page": 1, "word_x0": array("f", [x0 + step * start for start in starts]), **fields},
    )


def set_text(
    text: str,
    x0: float = LEFT,
    x1: float = RIGHT,
    top: float = 100.0,
    *,
    pitch: float = 12.0,
    size: float = 10.0,
    hang: float = 0.0,
    **fields,
) -> list[Line]:
    """Lines of a text set to a width, all but the last justified; `hang` indents from the second on."""
    wide, narrow = int((x1 - x0) / (size / 2)), int((x1 - x0 - hang) / (size / 2))
    first = textwrap.wrap(text, wide, break_on_hyphens=False)[0]
    rest = textwrap.wrap(text[len(first) :].strip(), narrow, break_on_hyphens=False)
    out = []
    for number, row in enumerate([first, *rest]):
        start = x0 + (hang if number else 0.0)
        edge = x1 if number < len(rest) else None
        out.append(line(row, start, top + number * pitch, size=size, x1=edge, **fields))
    return out


def column(count: int, x0: float, x1: float, top: float = 100.0, *, skip: int = 0, **options) -> list[Line]:
    """So many full lines of prose; `skip` words in, so that two columns differ."""
    rows = 1 + int((x1 - x0) / (options.get("size", 10.0) / 2)) * count // len(" ".join(PROSE))
    words = (PROSE * (rows + 2))[skip % len(PROSE) :]
    return set_text(" ".join(words), x0, x1, top, **options)[:count]


def page(lines: Iterable[Line] = (), *, number: int = 1, rules: Iterable[Rule] = (), **fields) -> Page:
    """A page of A4 that holds the lines."""
    out = Page(number, fields.pop("width", WIDTH), fields.pop("height", HEIGHT), list(lines), **fields)
    for item in (*out.lines, *out.turned):
        item.page = number
    out.rules = list(rules)
    out.glyphs = sum(len(item.text) for item in out.lines)
    return out


def rule(top: float, x0: float = LEFT, x1: float = RIGHT) -> Rule:
    """A hairline across."""
    return Rule(x0, top, x1, top + 0.5)


def bar(x0: float, top: float, bottom: float) -> Rule:
    """A hairline down."""
    return Rule(x0, top, x0 + 0.5, bottom, vertical=True)


def box(x0: float, top: float, x1: float, bottom: float) -> Box:
    """A panel."""
    return Box(x0, top, x1, bottom)


def texts(lines: Iterable[Line]) -> list[str]:
    """The lines' texts."""
    return [item.text for item in lines]


def words(*parts: str) -> Counter[str]:
    """How often each word stands in some texts."""
    return Counter(re.findall(r"\w+", " ".join(parts)))


def stacked(*parts: str | list[Line], top: float = 100.0, room: float = 6.0) -> list[Line]:
    """Texts and lines under each other, with room between; a text is set over the whole width."""
    out: list[Line] = []
    for part in parts:
        lines = set_text(part) if isinstance(part, str) else part
        shift = top - min(item.top for item in lines)
        for item in lines:
            item.top += shift
            item.bottom += shift
        top = max(item.bottom for item in lines) + 2 + room
        out += lines
    return out


def laid_out(*pages: Iterable[Line] | Page) -> list[Block]:
    """Blocks of the pages, furniture included."""
    made = [item if isinstance(item, Page) else page(item, number=n) for n, item in enumerate(pages, 1)]
    return list(lay_out(made))


def draw(
    path: Path, *pages: Callable[[Canvas], object], size: tuple[float, float] = (WIDTH, HEIGHT), **options
) -> Path:
    """Write a PDF; each page is a function that draws on a canvas, y running up as PDF has it."""
    canvas = Canvas(str(path), pagesize=size, **options)
    for paint in pages:
        canvas.setFont("Helvetica", 10)
        paint(canvas)
        canvas.showPage()
    canvas.save()
    return path


def rows(*texts: str, x: float = LEFT, y: float = 742.0) -> Callable[[Canvas], object]:
    """A page of lines under each other."""

    def paint(canvas: Canvas) -> None:
        for number, text in enumerate(texts):
            canvas.drawString(x, y - 14 * number, text)

    return paint
