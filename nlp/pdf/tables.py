"""Tables: found by rules and by alignment, each replaced by one item that stands for it.

A table may be ruled, or be rows of short pieces that stand under each other; it may run on
below its last rule to the page's end. Text that merely stands between two rules is none.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter

from nlp.pdf.cells import Columns, Row, without_mark
from nlp.pdf.geometry import Line, Page, Rule, Table, item_for, overlap
from nlp.pdf.lines import split_at

#: Rules of one table begin and end at the same places, within points.
SAME_EDGE = 5.0
#: A table's rules are at least this share of the page wide.
MIN_TABLE_WIDTH = 0.2
#: Share of a ruled band's rows that must have several cells; fewest such rows without rules.
CELLED_ROWS, ALIGNED_ROWS = 0.35, 4
#: Rows of one table are not farther apart than this, in type sizes.
MAX_ROOM = 3.5

_DOTS = re.compile(r"(?:\.\s?){4,}$|^(?:\.\s?){4,}")


def lift_tables(page: Page) -> None:
    """Replace the lines of each ruled table by one item that stands for it."""
    groups = _rule_groups(page)
    page.rules += _bars_of_breaks(page, groups)
    _cut_at_bars(page)
    for rules in groups:
        for first, last in _celled_bands(page, rules):
            verticals = _verticals(page, rules[first], rules[last])
            x0, x1 = rules[0].x0 - 8, rules[0].x1 + 8
            inside = _between(page, rules[first].top, rules[last].top, x0, x1)
            rows = _rows(inside)
            lines = list(inside)
            if last == len(rules) - 1:
                below, cells = _running_on(page, rows, rules[last].top, x0, x1)
                rows += cells
                lines += below
            if len(rows) >= 2:
                page.stand_in(lines, _read(rows, verticals, [rule.top for rule in rules[first : last + 1]]))
    page.sort()


def with_aligned_tables(lines: list[Line], bars: list[Rule]) -> list[Line]:
    """Return the lines of one column, rows of pieces that stand under each other made tables.

    Columns of text are cut before: what is left side by side are cells.
    """
    rows = _rows([line for line in lines if line.table is None and line.panel is None])
    out = [line for line in lines if line.table is not None or line.panel is not None]
    at = 0
    while at < len(rows):
        part = _aligned_from(rows, at, bars)
        if part:
            out.append(item_for([line for row in part for line in row], table=_read(part, [], [])))
        else:
            out += rows[at]
        at += len(part) or 1
    return out


def _bars_of_breaks(page: Page, groups: list[list[Rule]]) -> list[Rule]:
    """Vertical rules that are not drawn: rules one above the other that break at the same places."""
    pieces = [rule for rule in page.rules if not rule.vertical]

    def breaks(whole: Rule) -> set[int]:
        return {
            round(p.x0) for p in pieces if abs(p.top - whole.top) < 1.5 and whole.x0 + 8 < p.x0 < whole.x1
        }

    out = []
    for rules in groups:
        for upper, lower in itertools.pairwise(rules):
            below = breaks(lower)
            out += [
                Rule(x, upper.top, x, lower.top, vertical=True)
                for x in breaks(upper)
                if any(abs(x - other) <= 3 for other in below)
            ]
    return out


def _cut_at_bars(page: Page) -> None:
    """Cut lines that run through a vertical rule: two cells that stand close together."""
    bars = sorted((rule for rule in page.rules if rule.vertical), key=lambda rule: rule.x0)
    for bar in bars:
        for line in list(page.lines):
            if bar.top <= line.middle <= bar.bottom and line.x0 + 2 < bar.x0 < line.x1 - 2:
                words = [k for k, (_, x0) in enumerate(line.starts) if k and x0 >= bar.x0 - 1]
                if words:
                    page.lines.append(split_at(line, words[0]))


def _merged(rules: list[Rule]) -> list[Rule]:
    """Horizontal rules with pieces on one height joined."""
    out: list[Rule] = []
    for rule in sorted((r for r in rules if not r.vertical), key=lambda r: (round(r.top), r.x0)):
        last = out[-1] if out else None
        if last and abs(last.top - rule.top) < 1.5 and rule.x0 - last.x1 < 4:
            out[-1] = Rule(last.x0, last.top, max(last.x1, rule.x1), last.bottom)
        else:
            out.append(rule)
    return out


def _rule_groups(page: Page) -> list[list[Rule]]:
    """Rules of one width, each group from top to bottom."""
    groups: list[list[Rule]] = []
    wide = [rule for rule in _merged(page.rules) if rule.length >= MIN_TABLE_WIDTH * page.width]
    for rule in sorted(wide, key=lambda r: r.top):
        for group in groups:
            if abs(group[0].x0 - rule.x0) <= SAME_EDGE and abs(group[0].x1 - rule.x1) <= SAME_EDGE:
                group.append(rule)
                break
        else:
            groups.append([rule])
    return [group for group in groups if len(group) >= 2]


def _verticals(page: Page, upper: Rule, lower: Rule) -> list[float]:
    """Places of the vertical rules that part cells between two rules."""
    return _thin(
        sorted(
            {
                round(rule.x0)
                for rule in page.rules
                if rule.vertical
                and upper.x0 + 8 < rule.x0 < upper.x1 - 8
                and overlap(rule.top, rule.bottom, upper.top, lower.top) > 0.3 * (lower.top - upper.top)
            }
        )
    )


def _thin(places: list[int]) -> list[float]:
    """Drop places that lie next to the one before: two edges of one drawn bar."""
    out: list[float] = []
    for place in places:
        if not out or place - out[-1] > 4:
            out.append(float(place))
    return out


def _between(page: Page, top: float, bottom: float, x0: float, x1: float) -> list[Line]:
    return [
        line
        for line in page.lines
        if line.table is None and top - 2 <= line.middle <= bottom + 2 and line.x0 >= x0 and line.x1 <= x1
    ]


def _celled_bands(page: Page, rules: list[Rule]) -> list[tuple[int, int]]:
    """Stretches of rules, as (first, last) indices, between which rows of cells stand."""
    out: list[tuple[int, int]] = []
    for i, (upper, lower) in enumerate(itertools.pairwise(rules)):
        rows = _rows(_between(page, upper.top, lower.top, upper.x0 - 8, upper.x1 + 8))
        celled = _celled(rows, _verticals(page, upper, lower)) if rows else bool(out) and out[-1][1] == i
        if not celled:
            continue
        if out and out[-1][1] == i:
            out[-1] = (out[-1][0], i + 1)
        else:
            out.append((i, i + 1))
    return out


def _rows(lines: list[Line]) -> list[Row]:
    rows: list[Row] = []
    for line in sorted(lines, key=lambda line: (line.middle, line.x0)):
        if rows and line.middle - rows[-1][0].middle < 0.5 * line.size:
            rows[-1].append(line)
        else:
            rows.append([line])
    for row in rows:
        row.sort(key=lambda line: line.x0)
    return rows


def _several(row: Row) -> bool:
    """Whether a row has several pieces, set well apart; leaders of a contents list are none."""
    pieces = without_mark(row)
    gaps = [b.x0 - a.x1 for a, b in itertools.pairwise(pieces)]
    return bool(gaps) and min(gaps) > 0.8 * row[0].size and not any(_DOTS.search(line.text) for line in row)


def _celled(rows: list[Row], verticals: list[float]) -> bool:
    """Whether the rows between two rules look like cells and not like columns of prose."""
    many = [row for row in rows if _several(row)]
    if verticals:
        return not any(line.x0 < x - 2 and line.x1 > x + 2 for x in verticals for row in rows for line in row)
    return len(many) >= max(1, CELLED_ROWS * len(rows)) and not (len(rows) > 2 and _prose(many))


def _prose(rows: list[Row], columns: Columns | None = None) -> bool:
    """Whether columns are filled as running text fills them: two, or one without rules."""
    fewest = 2 if columns is None else 1
    if columns is None:
        columns = Columns(max(rows, key=len))
    sides: dict[int, list[Line]] = {}
    for row in rows:
        for line in without_mark(row):
            sides.setdefault(columns.of(line), []).append(line)
    return sum(_full(side) for side in sides.values()) >= fewest


def _full(side: list[Line]) -> bool:
    """Whether lines fill their column and read on from one to the next."""
    width = max(line.x1 for line in side) - min(line.x0 for line in side)
    full = sum(line.width > 0.75 * width and len(line.text) > 24 for line in side)
    small = sum(line.text[:1].islower() for line in side)
    return len(side) >= ALIGNED_ROWS and full >= 0.5 * len(side) and small >= 0.4 * len(side)


def _running_on(
    page: Page, rows: list[Row], top: float, x0: float, x1: float
) -> tuple[list[Line], list[Row]]:
    """Lines below a table's last rule that stand in its columns, and the rows of cells they make."""
    heads = [row for row in rows if _several(row)]
    if not heads:
        return [], []
    columns = Columns(max(heads, key=len))
    for row in heads:
        if columns.fits(row):
            columns.absorb(row)
    out: list[Row] = []
    below = _rows(
        [line for line in page.lines if line.middle > top + 1 and line.table is None and line.x1 <= x1]
    )
    bottom = top
    for row in below:
        cells = columns.cut(row)
        if row[0].top - bottom > MAX_ROOM * row[0].size or row[0].x0 < x0 or not columns.fits(cells):
            break
        columns.absorb(cells)
        out.append(cells)
        bottom = max(line.bottom for line in row)
    if sum(map(_several, out)) < 2:
        return [], []
    out = _trimmed(out)
    return [line for row in below[: len(out)] for line in row], out


def _trimmed(rows: list[Row]) -> list[Row]:
    """Cut what trails behind the last row of several pieces with room above: text below the table."""
    last = max(i for i, row in enumerate(rows) if _several(row))
    stop = last + 1
    while stop < len(rows) and rows[stop][0].top - rows[stop - 1][0].bottom < 0.5 * rows[stop][0].size:
        stop += 1
    return rows[:stop]


def _aligned_from(rows: list[Row], at: int, bars: list[Rule]) -> list[Row]:
    """Rows of cells from `at` on that make one table without rules; none if they make none."""
    if not _several(rows[at]):
        return []
    columns = Columns(rows[at])
    taken = [rows[at]]
    for row, above in zip(rows[at + 1 :], rows[at:], strict=False):
        cells = columns.cut(row)
        if row[0].top - above[0].bottom > MAX_ROOM * row[0].size or not columns.fits(cells):
            break
        columns.absorb(cells)
        taken.append(cells)
    taken = _trimmed(taken)
    several = [row for row in taken if _several(row)]
    if len(several) < ALIGNED_ROWS or len(several) < 0.3 * len(taken) or _prose(several, columns):
        return []
    return taken if _lined_up(several, columns) and not _barred(taken, columns, bars) else []


def _barred(rows: list[Row], columns: Columns, bars: list[Rule]) -> bool:
    """Whether a vertical rule parts the columns without rules across: columns of text, then."""
    top, bottom = rows[0][0].top, rows[-1][0].bottom
    x0, x1 = columns.spans[0][0], columns.spans[-1][1]
    return any(
        x0 < bar.x0 < x1 and overlap(bar.top, bar.bottom, top, bottom) > 0.6 * (bottom - top) for bar in bars
    )


def _lined_up(rows: list[Row], columns: Columns) -> bool:
    """Whether the pieces of each column share a left or a right edge."""
    edges: dict[int, tuple[Counter[int], Counter[int]]] = {}
    for row in rows:
        for line in without_mark(row):
            left, right = edges.setdefault(columns.of(line), (Counter(), Counter()))
            left[round(line.x0 / 4)] += 1
            right[round(line.x1 / 4)] += 1
    good = sum(
        max(max(left.values()), max(right.values())) >= 0.5 * sum(left.values())
        for left, right in edges.values()
    )
    return len(edges) >= 2 and good >= len(edges) - 1


def _read(rows: list[Row], verticals: list[float], inner: list[float]) -> Table:
    """Sort the lines of a table into rows and columns."""
    columns = _columns(rows, verticals)
    grid: list[list[list[str]]] = []
    calls: list[str] = []
    last: Row | None = None
    pitches = sorted(b[0].middle - a[0].middle for a, b in itertools.pairwise(rows))
    tight = 1.3 * pitches[len(pitches) // 4] if pitches else 0.0
    # Rules part the rows only where there are more than the head's, about one for every few lines.
    between = sum(rows[0][0].middle < y < rows[-1][0].middle for y in inner)
    ruled = between >= 2 and between >= 0.25 * (len(rows) - 1)
    for row in rows:
        if last is None or _new_row(last, row, columns, inner, tight, ruled=ruled):
            grid.append([[] for _ in columns.spans])
        for line in row:
            calls += [line.lead] if line.lead else []
            calls += [mark for _, mark in line.calls]
            grid[-1][columns.of(line)].append(line.text)
        last = row
    return Table([[" ".join(cell) for cell in cells] for cells in grid], calls)


def _new_row(last: Row, row: Row, columns: Columns, inner: list[float], tight: float, *, ruled: bool) -> bool:
    if any(last[0].middle < y < row[0].middle for y in inner):
        return True
    if ruled:
        return False
    return row[0].middle - last[0].middle > tight or (columns.of(row[0]) == 0 and len(without_mark(row)) > 1)


def _columns(rows: list[Row], verticals: list[float]) -> Columns:
    """Return the columns of a table: between its vertical rules, or finer where the pieces say so."""
    several = [row for row in rows if _several(row)] or rows
    columns = Columns(max(several, key=len))
    for row in several:
        if columns.fits(row):
            columns.absorb(row)
    if verticals and len(verticals) + 1 >= len(columns.spans):
        left, right = min(row[0].x0 for row in rows), max(line.x1 for row in rows for line in row)
        places = [left, *(x for x in verticals if left + 8 < x < right), right]
        columns.spans = [[a, b] for a, b in itertools.pairwise(places)]
    return columns
