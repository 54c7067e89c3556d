"""Ruled tables: found by their horizontal rules, read as rows of cells, replaced by one item.

Panels (grey boxes, frames) are found here too, because both are told from text by drawn
shapes. Text that merely stands between two rules is neither.
"""

from __future__ import annotations

import re

from nlp.pdf.geometry import Box, Line, Page, Rule, Table, overlap
from nlp.pdf.marks import bare

_DOTS = re.compile(r"(?:\.\s?){4,}$|^(?:\.\s?){4,}")
#: Rules of one table begin and end at the same places, within points.
SAME_EDGE = 5.0
#: A table is at least this share of the page wide; a panel at most this share of its area.
MIN_TABLE_WIDTH, MAX_PANEL_AREA = 0.2, 0.85
#: Fewest rows of several pieces that make a table without rules.
ALIGNED_ROWS = 4
#: Share of a ruled region's rows that must have several cells.
CELLED_ROWS = 0.4


def lift_tables(page: Page) -> None:
    """Replace the lines of each ruled table by one item that stands for it."""
    for top, bottom, x0, x1, verticals in _regions(page):
        inside = [
            line
            for line in page.lines
            if line.table is None
            and top - 2 <= line.middle <= bottom + 2
            and line.x0 >= x0 - 8
            and line.x1 <= x1 + 8
        ]
        rows = _rows(inside)
        if len(rows) < 2 or not _celled(rows, verticals):
            continue
        table = _read(rows, verticals, [r.top for r in page.rules if not r.vertical and top < r.top < bottom])
        _replace(page, inside, table)
    page.lines.sort(key=lambda line: (round(line.top, 1), line.x0))


def lift_aligned(page: Page) -> None:
    """Replace rows of short pieces that stand under each other by a table, rules or none."""
    free = [line for line in page.lines if line.table is None and line.panel is None]
    rows = _rows(free)
    at = 0
    while at < len(rows):
        taken = _aligned_from(rows, at)
        if not taken:
            at += 1
            continue
        inside = [line for row in rows[at : at + taken] for line in row]
        _replace(page, inside, _read(rows[at : at + taken], [], []))
        at += taken
    page.lines.sort(key=lambda line: (round(line.top, 1), line.x0))


def _aligned_from(rows: list[list[Line]], at: int) -> int:
    """How many rows from `at` on make one table; 0 if they make none."""
    head = rows[at]
    if not _several(head):
        return 0
    starts = [line.x0 for line in head]
    end = last_several = at + 1
    for i in range(at + 1, len(rows)):
        row, above = rows[i], rows[i - 1]
        if row[0].top - above[0].bottom > 3.5 * row[0].size or not _fits(row, starts):
            break
        if _several(row):
            last_several = i + 1
        elif row[0].top - above[0].bottom > 1.2 * row[0].size and row[0].x0 <= starts[0] + 2:
            # A single piece with room above may head a group of rows, or be text below the table.
            pass
        end = i + 1
    # What trails behind the last full row is kept only as far as it runs on without room.
    stop = last_several
    while stop < end and rows[stop][0].top - rows[stop - 1][0].bottom < 0.5 * rows[stop][0].size:
        stop += 1
    several = [row for row in rows[at:stop] if _several(row)]
    if len(several) < ALIGNED_ROWS or len(several) < 0.3 * (stop - at) or _prose_rows(several):
        return 0
    return stop - at


def _several(row: list[Line]) -> bool:
    pieces = row[1:] if bare(row[0].text) else row
    if any(_DOTS.search(line.text) for line in row):
        return False
    gaps = [b.x0 - a.x1 for a, b in zip(pieces, pieces[1:], strict=False)]
    return bool(gaps) and min(gaps) > 0.8 * row[0].size


def _fits(row: list[Line], starts: list[float]) -> bool:
    """Whether each piece of a row begins in a column and ends before the next."""
    for line in row:
        column = max((i for i, start in enumerate(starts) if start <= line.x0 + 4), default=None)
        if column is None or line.x0 - starts[column] > 4 + 14 * (column == 0):
            return False
        if column + 1 < len(starts) and line.x1 > starts[column + 1] - 2:
            return False
    return True


def _prose_rows(rows: list[list[Line]]) -> bool:
    """Whether the left pieces fill their column as running text does."""
    left = [row[1] if bare(row[0].text) and len(row) > 2 else row[0] for row in rows]
    width = max(line.x1 for line in left) - min(line.x0 for line in left)
    full = sum(line.width > 0.8 * width and len(line.text) > 24 for line in left)
    return full >= 0.5 * len(left)


def _replace(page: Page, inside: list[Line], table: Table | None, panel: list[Line] | None = None) -> None:
    """Put one item in the place of the lines it stands for."""
    gone = {id(line) for line in inside}
    page.lines = [line for line in page.lines if id(line) not in gone]
    page.lines.append(
        Line(
            "",
            min(line.x0 for line in inside),
            min(line.top for line in inside),
            max(line.x1 for line in inside),
            max(line.bottom for line in inside),
            inside[0].size,
            page=page.number,
            table=table,
            panel=panel,
        )
    )


def lift_panels(page: Page) -> None:
    """Replace the lines within each panel by one item that carries them."""
    area = page.width * page.height
    chosen: list[Box] = []
    for box in sorted(page.boxes, key=lambda box: -box.area):
        if box.area > MAX_PANEL_AREA * area or any(_within(box, other) for other in chosen):
            continue
        inside = [
            line for line in page.lines if line.table is None and line.panel is None and box.holds(line)
        ]
        heads = [line for line in inside if line.x1 <= box.x1 + 4 and line.x0 >= box.x0 - 4]
        if len(heads) < 2 or len(heads) != len(inside):
            continue
        chosen.append(box)
        _replace(page, inside, None, inside)
    page.lines.sort(key=lambda line: (round(line.top, 1), line.x0))


def _within(inner: Box, outer: Box) -> bool:
    return (
        inner.x0 >= outer.x0 - 2
        and inner.x1 <= outer.x1 + 2
        and inner.top >= outer.top - 2
        and inner.bottom <= outer.bottom + 2
    )


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


def _regions(page: Page) -> list[tuple[float, float, float, float, list[float]]]:
    """Stretches of page between rules of one width: top, bottom, x0, x1, inner verticals."""
    wide = [r for r in _merged(page.rules) if r.length >= MIN_TABLE_WIDTH * page.width]
    groups: list[list[Rule]] = []
    for rule in sorted(wide, key=lambda r: r.top):
        for group in groups:
            if abs(group[0].x0 - rule.x0) <= SAME_EDGE and abs(group[0].x1 - rule.x1) <= SAME_EDGE:
                group.append(rule)
                break
        else:
            groups.append([rule])
    out = []
    for group in groups:
        x0, x1 = group[0].x0, group[0].x1
        top, bottom = group[0].top, group[-1].top
        inner = [
            r
            for r in page.rules
            if r.vertical and x0 + 8 < r.x0 < x1 - 8 and overlap(r.top, r.bottom, top, bottom) > 6
        ]
        verticals = sorted({round(r.x0) for r in inner})
        if bottom - top > 12 and (len(group) >= 3 or (len(group) >= 2 and verticals)):
            out.append((top, bottom, x0, x1, [float(x) for x in _thin(verticals)]))
    return out


def _thin(places: list[int]) -> list[int]:
    """Drop places that lie next to the one before: two edges of one drawn bar."""
    out: list[int] = []
    for place in places:
        if not out or place - out[-1] > 4:
            out.append(place)
    return out


def _rows(lines: list[Line]) -> list[list[Line]]:
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (line.middle, line.x0)):
        if rows and line.middle - rows[-1][0].middle < 0.5 * line.size:
            rows[-1].append(line)
        else:
            rows.append([line])
    for row in rows:
        row.sort(key=lambda line: line.x0)
    return rows


def _celled(rows: list[list[Line]], verticals: list[float]) -> bool:
    """Whether the rows look like cells: several pieces a row, not full columns of prose."""
    many = [row for row in rows if len(row) >= 2 and not (len(row) == 2 and bare(row[0].text))]
    if verticals:
        return bool(many) or any(line.x1 < verticals[0] for row in rows for line in row)
    if len(many) < CELLED_ROWS * len(rows):
        return False
    left = [row[0] for row in many]
    widest = max(line.x1 for line in left) - min(line.x0 for line in left)
    full = sum(line.width > 0.85 * widest and len(line.text) > 25 for line in left)
    return full < 0.6 * len(left)


def _read(rows: list[list[Line]], verticals: list[float], inner: list[float]) -> Table:
    """Sort the lines of a table into rows and columns."""
    starts = _column_starts(rows, verticals)
    grid: list[list[list[str]]] = []
    calls: list[str] = []
    last: list[Line] | None = None
    pitches = sorted(b[0].middle - a[0].middle for a, b in zip(rows, rows[1:], strict=False))
    tight = 1.3 * pitches[len(pitches) // 4] if pitches else 0.0
    ruled = len(inner) >= 3
    for row in rows:
        new = last is None
        if last is not None:
            parted = any(last[0].middle < y < row[0].middle for y in inner)
            apart = row[0].middle - last[0].middle > tight
            new = parted or (not ruled and (apart or (_column(row[0], starts) == 0 and len(row) > 1)))
        if new:
            grid.append([[] for _ in starts])
        for line in row:
            text = line.text
            if line.lead:
                calls.append(line.lead)
            calls.extend(mark for _, mark in line.calls)
            grid[-1][_column(line, starts)].append(text)
        last = row
    return Table([[" ".join(cell) for cell in row] for row in grid], calls)


def _column_starts(rows: list[list[Line]], verticals: list[float]) -> list[float]:
    left = min(row[0].x0 for row in rows)
    if verticals:
        return [left, *verticals] if verticals[0] - left > 10 else verticals
    most = max(len(row) for row in rows)
    model = [row for row in rows if len(row) == most]
    return [min(row[i].x0 for row in model) for i in range(most)]


def _column(line: Line, starts: list[float]) -> int:
    # A cell may be set right or centred: what counts is the last column begun before its middle.
    x = min(line.x0 + 6, (line.x0 + line.x1) / 2)
    return max((i for i, start in enumerate(starts) if start <= x), default=0)
