"""Set pieces: mastheads, contents lists, tables, boxes and margin notes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from reportlab.pdfbase.pdfmetrics import stringWidth

from pdfs.flow import Frame
from pdfs.inline import plain
from pdfs.typeset import Style, break_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pdfs.record import Expect
    from pdfs.sample import Writer


def stack(
    w: Writer,
    x: float,
    y: float,
    lines: Sequence[tuple[str, str, float]],
    align: str = "left",
    lead: float = 1.25,
) -> float:
    """Draw lines of (text, font, size) below each other; gives the y below them."""
    for text, font, size in lines:
        y += size * lead
        if text:
            w.press.text(x, y, text, font, size, align)
    return y


def cover(
    w: Writer,
    x: float,
    y: float,
    lines: Sequence[tuple[str, str, float]],
    align: str = "left",
    lead: float = 1.25,
) -> Expect:
    """Draw a block of a cover page and record it as one."""
    stack(w, x, y, lines, align, lead)
    return w.seen("cover", " ".join(text for text, _, _ in lines if text))


def contents(
    w: Writer,
    entries: Sequence[tuple[int, str, str, str]],
    style: Style,
    leader: str = " .",
    number_width: float = 24.0,
) -> None:
    """Set a contents list of (depth, number, title, page) with dot leaders."""
    flow, frame = w.flow, w.flow.frame
    told = " ".join(" ".join(filter(None, entry[1:])) for entry in entries)
    expect = w.seen("contents", told)
    expect.pages = []
    for depth, number, title, page in entries:
        left = frame.x0 + depth * 18.0
        at = left + (number_width if number else 0)
        lines = break_lines(title, replace(style, align="left"), frame.x1 - at - 60)
        for i, line in enumerate(lines):
            flow.make_room(line, style)
            base = flow.y + style.leading * 0.78
            if i == 0 and number:
                w.press.text(left, base, number, style.face.regular, style.size)
            w.press.line(line, replace(style, align="left"), at, frame.x1, base)
            flow.y += style.leading
        if w.press.page not in expect.pages:
            expect.pages.append(w.press.page)
        if page:
            end, font = at + lines[-1].width, style.face.regular
            dots = frame.x1 - 26 - end
            count = int(dots / stringWidth(leader, font, style.size))
            w.press.text(frame.x1 - 26, base, leader * count, font, style.size, "right")
            w.press.text(frame.x1, base, page, font, style.size, "right")
        flow.y += style.after


def table(
    w: Writer,
    rows: Sequence[Sequence[str]],
    widths: Sequence[float],
    style: Style,
    rules: str = "all",
    right: Sequence[int] = (),
    pad: float = 4.0,
) -> None:
    """Set a table: `rules` are all, horizontal (UN) or none; `right` are right-aligned columns."""
    flow, press = w.flow, w.press
    expect = w.seen("table", " ".join(plain(cell) for row in rows for cell in row if cell))
    x0 = flow.frame.x0
    edges = [x0 + sum(widths[:i]) for i in range(len(widths) + 1)]
    top = flow.y
    for at, row in enumerate(rows):
        cells = [
            break_lines(cell, replace(style, bold=at == 0, align="left"), width - 2 * pad) if cell else []
            for cell, width in zip(row, widths, strict=True)
        ]
        height = max(map(len, cells)) * style.leading + 2 * pad
        if rules != "none":
            heavy = rules == "horizontal" and at in (0, 1)
            press.rule(edges[0], edges[-1], flow.y, 1.2 if heavy else 0.4)
        for i, lines in enumerate(cells):
            for j, line in enumerate(lines):
                base = flow.y + pad + j * style.leading + style.leading * 0.78
                set_right = replace(style, align="right" if i in right else "left", bold=at == 0)
                press.line(line, set_right, edges[i] + pad, edges[i + 1] - pad, base)
        flow.y += height
    if rules != "none":
        press.rule(edges[0], edges[-1], flow.y, 1.2 if rules == "horizontal" else 0.4)
    if rules == "all":
        for edge in edges:
            press.bar(edge, top, flow.y, 0.4)
    expect.pages = [press.page]
    flow.y += 10


def box(
    w: Writer,
    height: float,
    fill_in: Callable[[Writer], None],
    fill: float | None = 0.88,
    stroke: float | None = None,
    inset: float = 10.0,
    gap: float = 8.0,
) -> None:
    """Set a box over the frame's width.

    Raises
    ------
    ValueError
        The text does not fill the height given, or runs over it.
    """
    flow = w.flow
    outer, top = flow.frame, flow.y + gap
    w.press.box(outer.x0, top, outer.x1, top + height, fill, stroke)
    flow.boxed(inset, Frame(outer.x0 + inset, top + inset, outer.x1 - inset, outer.bottom))
    flow.y = top + inset
    fill_in(w)
    used = flow.y + inset - top
    if not 0 <= height - used <= 14:
        raise ValueError(f"{height} points for a box that needs {used:.0f}")
    flow.unboxed(outer)
    flow.y = top + height + gap


def margin_note(w: Writer, text: str, x0: float, x1: float, top: float, style: Style) -> None:
    """Set a pull quote beside the text; it has no place in the reading order."""
    expect = w.seen("paragraph", text, anywhere=True)
    expect.section = []
    for line in break_lines(text, style, x1 - x0):
        w.press.line(line, style, x0, x1, top)
        top += style.leading
