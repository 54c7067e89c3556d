"""Running headers, footers, job and page numbers, and the masthead: found and set apart.

A line is furniture by its place at the page's edge and by what repeats there from page to
page, or by its form alone (page number, job number, symbol), so that one page is enough.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nlp.pdf.geometry import Line, Page

#: Shares of the page height, from the top and from the bottom, in which furniture stands.
HEADER_ZONE, FOOTER_ZONE = 0.16, 0.15
#: What has only the form of a page number must stand nearer to the edge than this share.
EDGE = 0.1
#: Rows looked at from each edge, and how far, in points, a repeated one may wander.
EDGE_ROWS, WANDER = 6, 6.0
#: Room between two rows of one header, in type sizes; what is farther off is not part of it.
MAX_ROOM = 2.2

SYMBOL = re.compile(
    r"(?:[A-Z]{1,6}|[A-Z][a-z]{1,5})(?:/[A-Z0-9][\w.()\[\]\-–]*(?: \([^)]{1,20}\))?)+"
    r"(?: ?\(\d{4}\)|(?<=/Part) [A-Z]\b)?"
)
_PAGE_FORMS = re.compile(
    r"""(?:page\s*:?\s*)?\d{1,4}(?:\s*(?:/|of)\s*\d{1,4})?      # 12, 2/18, Page 3 of 9
      | [-–—]\s*\d{1,4}\s*[-–—] | [ivxl]{1,7} | \d{6} | \(E\)
      | \d{1,4}\s*\|\s*p\s*a\s*g\s*e | p\s*a\s*g\s*e\s*\|\s*\d{1,4}
      | (?:english|français|french|español|spanish|original)\s*(?:page\s+\d{1,4})?""",
    re.IGNORECASE | re.VERBOSE,
)
_JOB_FORMS = re.compile(
    r"""(?:[A-Z]{1,3}\.)?\d{2}-\d{5}\*?(?:\s*\([A-Z]{1,3}\))?(?:\s+\d{6})*(?:\s+\d{1,4}(?:/\d{1,4})?)?
      | \d{1,4}(?:/\d{1,4})?\s+(?:[A-Z]{1,3}\.)?\d{2}-\d{5}\*?
      | \*\d{6,}\*? | /\s?(?:\.\.\.|…) | please\s+recycle\S*""",
    re.IGNORECASE | re.VERBOSE,
)
#: A page number below a header, as OCR may read it.
_SCANNED_PAGE = re.compile(r"(?:eng\S{0,2}\s?i?\s?sh\s+)?pa[gqp]e\s?\S{1,3}", re.IGNORECASE)
_DISTR = re.compile(r"distr(?:\.|\s?:)|original\s?:|distribución\s?:|distribution\s?:", re.IGNORECASE)


def set_apart(pages: list[Page]) -> dict[int, tuple[list[Line], list[Line]]]:
    """Take headers and footers out of the pages' lines.

    Returns
    -------
    dict
        Page number to (header lines, footer lines), in reading order.
    """
    edges = {page.number: (_rows(page, top=True), _rows(page, top=False)) for page in pages}
    repeated = (_repeated(pages, edges, 0), _repeated(pages, edges, 1))
    out: dict[int, tuple[list[Line], list[Line]]] = {}
    for page in pages:
        found: tuple[list[Line], list[Line]] = ([], [])
        for side in (0, 1):
            for row in edges[page.number][side]:
                if found[side] and (
                    _distance(found[side][-1], row[0]) > MAX_ROOM * row[0].size
                    or (side == 0 and _ruled_off(found[side][-1], row[0], page))
                ):
                    break
                taken = [
                    line
                    for line in row
                    if (page.number, id(line)) in repeated[side]
                    or _by_form(line, page, side)
                    or (found[side] and _SCANNED_PAGE.fullmatch(line.text))
                ]
                if len(taken) < len(row):
                    # Beside body text only a job number is furniture, and a page number that
                    # stands apart and does so on other pages, too.
                    found[side].extend(
                        line
                        for line in taken
                        if _JOB_FORMS.fullmatch(line.text)
                        or ((page.number, id(line)) in repeated[side] and _alone(line, row))
                    )
                    break
                found[side].extend(taken)
        gone = {id(line) for line in (*found[0], *found[1])}
        page.lines = [line for line in page.lines if id(line) not in gone]
        out[page.number] = (found[0], sorted(found[1], key=lambda line: (line.top, line.x0)))
    return out


def _alone(line: Line, row: list[Line]) -> bool:
    """Whether a page number stands far from the rest of its row: a heading's number does not."""
    room = min((max(o.x0 - line.x1, line.x0 - o.x1) for o in row if o is not line), default=line.size * 99)
    return room > 8 * line.size


def _distance(a: Line, b: Line) -> float:
    """Room between two rows, points."""
    return max(a.top, b.top) - min(a.bottom, b.bottom)


def _ruled_off(a: Line, b: Line, page: Page) -> bool:
    """Whether a wide rule parts a header row from what is below it: a table's head repeats, too."""
    return any(
        a.middle < top < b.middle and width > 0.5 * page.width for top, width in _rule_rows(page).items()
    )


def _rows(page: Page, *, top: bool) -> list[list[Line]]:
    """Return the rows nearest to an edge, outermost first, as far as furniture can stand."""
    limit = page.height * (HEADER_ZONE if top else 1 - FOOTER_ZONE)
    lines = [line for line in page.lines if (line.top < limit if top else line.bottom > limit)]
    lines.sort(key=lambda line: line.top if top else -line.bottom)
    rows: list[list[Line]] = []
    for line in lines:
        last = rows[-1][0] if rows else None
        if last and min(line.bottom, last.bottom) - max(line.top, last.top) > 0.4 * min(
            line.bottom - line.top, last.bottom - last.top
        ):
            rows[-1].append(line)
        else:
            rows.append([line])
    return rows[:EDGE_ROWS]


def _key(line: Line) -> str:
    return re.sub(r"\d+", "#", re.sub(r"\s+", "", line.text.lower()))


def _repeated(
    pages: list[Page], edges: dict[int, tuple[list[list[Line]], list[list[Line]]]], side: int
) -> set[tuple[int, int]]:
    """Lines whose text, digits aside, stands at the same height on several pages."""
    places: dict[str, list[tuple[int, float, Line]]] = defaultdict(list)
    for page in pages:
        for row in edges[page.number][side]:
            for line in row:
                if line.lead is not None or _in_cell(line, page):
                    # The same note may stand at the foot of several pages, the same cell at their head.
                    continue
                place = line.top if side == 0 else page.height - line.bottom
                places[_key(line)].append((page.number, place, line))
    enough = 2 if len(pages) <= 6 else 3
    out: set[tuple[int, int]] = set()
    for seen in places.values():
        for number, place, line in seen:
            twins = {other for other, at, _ in seen if abs(at - place) <= WANDER}
            if len(twins) >= enough:
                out.add((number, id(line)))
    return out


def _in_cell(line: Line, page: Page) -> bool:
    """Whether vertical rules run beside a line, as they do in a table."""
    return any(
        rule.vertical
        and rule.length > 3 * line.size
        and rule.top <= line.middle <= rule.bottom
        and 0.1 * page.width < rule.x0 < 0.9 * page.width
        for rule in page.rules
    )


def _by_form(line: Line, page: Page, side: int) -> bool:
    text = line.text.strip()
    if _JOB_FORMS.fullmatch(text) or (SYMBOL.fullmatch(text) and (side == 0 or line.bold)):
        return True
    edge = line.top < EDGE * page.height if side == 0 else line.bottom > (1 - EDGE) * page.height
    return edge and bool(_PAGE_FORMS.fullmatch(text))


def lift_line_numbers(page: Page) -> None:
    """Move the line numbers of a draft or transcript out of the text, to the margin print."""
    figures = [line for line in page.lines if re.fullmatch(r"\d{1,3}", line.text)]
    if len(figures) < 8:
        return
    edge = min(line.x1 for line in figures)
    column = sorted((line for line in figures if abs(line.x1 - edge) < 8), key=lambda line: line.top)
    steps = [int(b.text) - int(a.text) for a, b in itertools.pairwise(column)]
    text = [line for line in page.lines if line not in column]
    left = all(line.x0 > edge for line in text if line.top > column[0].top)
    if left and len(column) >= 8 and steps and steps.count(steps[0]) > 0.8 * len(steps) and steps[0] > 0:
        page.lines = text
        page.turned.extend(column)


def split_masthead(page: Page) -> list[Line]:
    """Take the masthead out of a first page: emblem names, symbol, "Distr.", date, language."""
    anchors = [line for line in page.lines if _DISTR.match(line.text) and line.top < 0.45 * page.height]
    if not anchors:
        return []
    left = min(line.x0 for line in anchors)
    end = max(line.bottom for line in anchors)
    for line in sorted(page.lines, key=lambda line: line.top):
        if line.x0 >= left - 12 and line.top < end + 2.2 * line.size and line.bottom > end:
            end = line.bottom
    bars = sorted(
        top
        for top, width in _rule_rows(page).items()
        if end - 4 <= top <= end + 0.2 * page.height and width > 0.5 * page.width
    )
    cut = bars[0] if bars else end
    out = [line for line in page.lines if line.middle < cut]
    page.lines = [line for line in page.lines if line.middle >= cut]
    return out


def _rule_rows(page: Page) -> dict[float, float]:
    """Heights of horizontal rules with their summed length; a bar may be drawn in pieces."""
    rows: dict[float, float] = defaultdict(float)
    for rule in page.rules:
        if not rule.vertical:
            rows[round(rule.top)] += rule.length
    return dict(rows)
