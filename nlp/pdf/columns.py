"""Reading order: a page's lines cut into flows, column by column, margin text apart.

A gutter is proven by lines that stand side by side on both sides of it; lines that cross it
(headings, figures, tables) end the columns above and begin new ones below.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from statistics import median

from nlp.pdf.geometry import Line, Rule, overlap
from nlp.pdf.lines import join_right
from nlp.pdf.marks import bare
from nlp.pdf.tables import with_aligned_tables

#: Narrowest gutter in points; fewest rows side by side that prove one.
MIN_GUTTER, MIN_ROWS = 7.0, 4
#: Fewest rows where a vertical rule parts the columns.
BARRED_ROWS = 2
#: A side whose width and whose number of lines are under these shares of the other is margin text.
MARGIN_WIDTH, MARGIN_LINES = 0.45, 0.6
#: Pieces of one row nearer than this, in type sizes, are one line that was stretched.
STRETCH = 3.0
#: Pieces whose sizes differ by this factor are no one line, but a label beside a figure; a note's
#: mark and a hanging heading number differ by less.
UNLIKE = 2.0


@dataclass(slots=True)
class Flow:
    """Lines that are read one after the other, from one column of one page."""

    page: int
    lines: list[Line]
    margin: bool = False
    panel: bool = False

    @property
    def x0(self) -> float:
        """Left edge: the smallest x0."""
        return min(line.x0 for line in self.lines)

    @property
    def x1(self) -> float:
        """Right edge: where the long lines end, strays aside."""
        ends = sorted(line.x1 for line in self.lines)
        return ends[-1] if len(ends) < 8 else ends[-1 - len(ends) // 20]


def reading_order(page: int, lines: list[Line], bars: list[Rule], *, panel: bool = False) -> list[Flow]:
    """Cut lines into flows in reading order.

    Parameters
    ----------
    page : int
        Page number the lines stand on.
    lines : list of Line
        Lines, tables and panels, in any order.
    bars : list of Rule
        Vertical rules of the page: one between two columns proves them.
    panel : bool
        The lines stand in a panel; a panel's own flows keep the mark.

    Returns
    -------
    list of Flow
        Rows are joined within a flow; each line appears once.
    """
    flows: list[Flow] = []
    for part, margin in _cut(lines, bars, depth=0):
        run: list[Line] = []
        if not margin:
            part = with_aligned_tables(part, bars)
        for line in _join_rows(part):
            if line.panel is None:
                run.append(line)
                continue
            if run:
                flows.append(Flow(page, run, margin, panel))
                run = []
            flows.extend(reading_order(page, line.panel, bars, panel=True))
        if run:
            flows.append(Flow(page, run, margin, panel))
    return flows


def _cut(lines: list[Line], bars: list[Rule], depth: int) -> list[tuple[list[Line], bool]]:
    """Cut at the best gutter, bands between crossing lines from top to bottom."""
    gutter = _gutter(lines, bars) if depth < 4 and len(lines) >= 2 * BARRED_ROWS else None
    if gutter is None:
        return [(lines, False)] if lines else []
    out: list[tuple[list[Line], bool]] = []
    left: list[Line] = []
    right: list[Line] = []
    crossing: list[Line] = []

    def close() -> None:
        nonlocal left, right, crossing
        if left and right and _is_margin(right, left):
            out.extend([*_cut(left, bars, depth + 1), (right, True)])
        elif left and right and _is_margin(left, right):
            out.extend([*_cut(right, bars, depth + 1), (left, True)])
        else:
            out.extend(_cut(left, bars, depth + 1) + _cut(right, bars, depth + 1))
        left, right = [], []

    over = _over(lines, gutter)
    for line in sorted(lines, key=lambda line: (line.top, line.x0)):
        crosses = any(line is other or _same_row(line, other) for other in over)
        if line.x1 <= gutter + 1 and not crosses:
            side = left
        elif line.x0 >= gutter - 1 and not crosses:
            side = right
        else:
            if left or right:
                close()
            crossing.append(line)
            continue
        if crossing:
            out.extend(_cut(crossing, bars, depth + 1))
            crossing = []
        side.append(line)
    if left or right:
        close()
    if crossing:
        out.extend(_cut(crossing, bars, depth + 1))
    return out


def _over(lines: list[Line], gutter: float) -> list[Line]:
    """Lines that part the columns above from those below: across the gutter, or a heading alone."""
    over = [line for line in lines if line.x0 < gutter - 1 and line.x1 > gutter + 1]
    usual = median(line.size for line in lines)
    rest = sorted((line for line in lines if line not in over), key=lambda line: line.top)
    for line in rest:
        beside = [o for o in rest if (o.x1 <= gutter + 1) != (line.x1 <= gutter + 1)]
        if any(overlap(line.top, line.bottom, other.top, other.bottom) > 0 for other in beside):
            continue
        if any(_runs_on(other, line) for other in over):
            over.append(line)
            continue
        above = [o.bottom for o in beside if o.bottom <= line.top]
        below = [o.top for o in beside if o.top >= line.bottom]
        if not above or not below or not (line.bold or line.size > 1.05 * usual):
            continue
        if min(below) - max(above) > 1.8 * (line.bottom - line.top):
            over.append(line)
    return over


def _runs_on(above: Line, line: Line) -> bool:
    """Whether a line is the next one of a heading."""
    same = abs(above.size - line.size) < 0.3 and above.bold == line.bold
    return same and -1 < line.top - above.bottom < 0.8 * line.size


def _same_row(a: Line, b: Line) -> bool:
    """Whether two pieces stand next to each other on one line."""
    room = max(a.x0, b.x0) - min(a.x1, b.x1)
    low = min(a.bottom - a.top, b.bottom - b.top)
    return a is not b and room < STRETCH * a.size and overlap(a.top, a.bottom, b.top, b.bottom) > 0.6 * low


def _is_margin(side: list[Line], other: list[Line]) -> bool:
    width = max(line.x1 for line in side) - min(line.x0 for line in side)
    beside = max(line.x1 for line in other) - min(line.x0 for line in other)
    return width < MARGIN_WIDTH * beside and len(side) < MARGIN_LINES * len(other)


def _gutter(lines: list[Line], bars: list[Rule]) -> float | None:
    """Return the x that most side-by-side rows leave free, if they prove columns of prose there."""
    pairs = _pairs(lines)
    events = sorted([(a.x1, 0) for a, _ in pairs] + [(b.x0, 1) for _, b in pairs])
    best, depth, at, best_span = 0, 0, 0.0, (0.0, 0.0)
    for x, kind in events:
        if kind == 0:
            depth += 1
            at = x
            if depth > best:
                best, best_span = depth, (x, x)
        else:
            if depth == best and best_span[0] == at:
                best_span = (at, x)
            depth -= 1
    gutter = sum(best_span) / 2
    near = [(a, b) for a, b in pairs if a.x1 <= gutter <= b.x0]
    left, right = [a for a, _ in near], [b for _, b in near]
    if best >= BARRED_ROWS and _barred(left, right, bars):
        return gutter
    if best < MIN_ROWS:
        return None
    if (_prose(left) and _prose(right)) or _unaligned(left, right):
        return gutter
    beside = _beside(left, right) if _prose(right) else _prose(left) and _beside(right, left)
    return gutter if beside else None


def _barred(left: list[Line], right: list[Line], bars: list[Rule]) -> bool:
    """Whether a vertical rule runs between the two sides, along most of them."""
    top, bottom = min(line.top for line in left), max(line.bottom for line in left)
    x0, x1 = max(line.x1 for line in left), min(line.x0 for line in right)
    return any(
        x0 - 2 <= bar.x0 <= x1 + 2 and overlap(bar.top, bar.bottom, top, bottom) > 0.6 * (bottom - top)
        for bar in bars
    )


def _unaligned(left: list[Line], right: list[Line]) -> bool:
    """Whether two sides share hardly a baseline: rows of one table would."""
    if len(left) < 2 * MIN_ROWS:
        return False
    bases = [line.bottom for line in right]
    return sum(all(abs(line.bottom - base) > 1.2 for base in bases) for line in left) > 0.6 * len(left)


def _beside(side: list[Line], prose: list[Line]) -> bool:
    """Whether a narrow side runs by itself: labels of rows share their baselines, pull quotes do not."""
    if not _is_margin(side, [*prose, *prose]):
        return False
    bases = [line.bottom for line in prose]
    own = sum(all(abs(line.bottom - base) > 1.2 for base in bases) for line in side)
    if own >= 0.6 * len(side):
        return True
    ordered = sorted(side, key=lambda line: line.top)
    close = sum(b.top - a.bottom < 0.8 * a.size for a, b in itertools.pairwise(ordered))
    size, bold = median(line.size for line in prose), sum(line.bold for line in prose) * 2 > len(prose)
    other = all(abs(line.size - size) > 0.4 or line.bold != bold for line in side)
    return other and close >= 0.6 * (len(side) - 1)


def _pairs(lines: list[Line]) -> list[tuple[Line, Line]]:
    """Neighbours on one height, wide enough apart, hanging numbers aside."""
    ordered = sorted(lines, key=lambda line: line.top)
    out = []
    for i, a in enumerate(ordered):
        best: Line | None = None
        for b in _around(ordered, i):
            shared = overlap(a.top, a.bottom, b.top, b.bottom)
            if shared < 0.3 * min(a.bottom - a.top, b.bottom - b.top) or b.x0 < a.x1 + MIN_GUTTER:
                continue
            if best is None or b.x0 < best.x0:
                best = b
        if best is not None and not bare(a.text):
            out.append((a, best))
    return out


def _around(ordered: list[Line], i: int) -> list[Line]:
    a = ordered[i]
    out = []
    for step in (-1, 1):
        j = i + step
        while 0 <= j < len(ordered) and abs(ordered[j].top - a.top) < max(60.0, a.bottom - a.top):
            if ordered[j].top < a.bottom and ordered[j].bottom > a.top:
                out.append(ordered[j])
            j += step
    return out


def _prose(side: list[Line]) -> bool:
    """Whether the lines of one side fill it as a column of text does (cells do not)."""
    if any(line.panel or line.table for line in side):
        return True
    # A line that reaches over a further column must not make this one look wide.
    x0s, x1s = sorted(line.x0 for line in side), sorted(line.x1 for line in side)
    tenth = len(side) // 10
    width = x1s[-1 - tenth] - x0s[tenth]
    return (
        median(line.width for line in side) >= 0.6 * width and median(len(line.text) for line in side) >= 16
    )


def _join_rows(lines: list[Line]) -> list[Line]:
    """Join the pieces of a row: hanging numbers, stretched lines, labels with their text."""
    out: list[Line] = []
    for line in sorted(lines, key=lambda line: (line.bottom, line.x0)):
        last = out[-1] if out else None
        if (
            last
            and last.table is None
            and line.table is None
            and last.panel is None
            and line.panel is None
            and max(last.size, line.size) < UNLIKE * min(last.size, line.size)
            and overlap(last.top, last.bottom, line.top, line.bottom)
            > 0.5 * min(last.bottom - last.top, line.bottom - line.top)
        ):
            if line.x0 >= last.x1 - 2:
                join_right(last, line, space=True)
                continue
            if line.x1 <= last.x0 + 2:
                join_right(line, last, space=True)
                out[-1] = line
                continue
        out.append(line)
    return out
