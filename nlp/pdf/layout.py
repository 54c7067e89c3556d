"""Pages to blocks: composes furniture, tables, columns, notes, units and headings.

A block's text is final when it leaves here.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from statistics import median
from typing import TYPE_CHECKING

from nlp.pdf import furniture, headings, joins, notes, paragraphs
from nlp.pdf.columns import Flow, reading_order
from nlp.pdf.marks import heading_number, note_mark, opening, stem
from nlp.pdf.panels import lift_panels
from nlp.pdf.paragraphs import Unit
from nlp.pdf.tables import lift_tables
from nlp.pdf.text import Hyphens
from nlp.pdf.writer import Writer

if TYPE_CHECKING:
    from nlp.document import Block
    from nlp.pdf.geometry import Line, Page

_ENDNOTES = re.compile(r"(?:end|foot)?notes?(?: and references)?|notes et références|notas", re.IGNORECASE)
#: Share of a page under a picture from which its text is taken for an OCR layer.
SCANNED = 0.6


def lay_out(pages: list[Page]) -> tuple[Block, ...]:
    """Turn the pages of one document into its blocks, in reading order.

    Parameters
    ----------
    pages : list of Page
        Pages that have readable text; their lines are consumed.

    Returns
    -------
    tuple of Block
        Blocks with final text, number, section path, notes and regions.
    """
    for page in pages:
        _level_scan(page)
        furniture.lift_line_numbers(page)
    first = pages[0] if pages and pages[0].number == 1 else None
    masthead = furniture.split_masthead(first) if first else []
    apart = furniture.set_apart(pages)
    body_size = _body_size(pages)
    hyphens = Hyphens(line.text for page in pages for line in page.lines)
    by_page = {page.number: page for page in pages}
    flows: list[Flow] = []
    for page in pages:
        lift_tables(page)
        lift_panels(page)
        flows += reading_order(
            page.number, page.lines, [r for r in page.rules if r.vertical and r.length > 40]
        )
    note_lines: dict[int, list[Line]] = defaultdict(list)
    called: dict[int, set[str]] = defaultdict(set)
    for flow in flows:
        called[flow.page] |= notes.calls_of(flow.lines)
    for flow in flows:
        before = note_lines.get(flow.page - 1) or []
        open_note = bool(before) and not paragraphs.TERMINAL.search(before[-1].text)
        flow.lines, foot = notes.split_notes(
            flow, by_page[flow.page], body_size, called[flow.page], open_note=open_note
        )
        note_lines[flow.page] += foot
    flows = [flow for flow in flows if flow.lines]
    for page in pages:
        page.lines, page.rules, page.boxes = [], [], []
    units = _units(flows, body_size, agenda_page=1 if masthead else None)
    footnotes = _footnotes(note_lines)
    numbers = [page.number for page in pages]
    turned = {page.number: page.turned for page in pages}
    turns = {page.number: page.turn for page in pages if page.turn}
    # From here on the units hold the lines, and the writer lets go of them page by page.
    flows.clear()
    pages.clear()
    return Writer(numbers, hyphens, turns).write(units, footnotes, apart, masthead, turned)


def _level_scan(page: Page) -> None:
    """Give the lines of an OCR layer one size: what it says of sizes is noise."""
    if page.pictured < SCANNED or not page.lines:
        return
    usual = median(line.size for line in page.lines)
    for line in page.lines:
        if 0.6 * usual < line.size < 1.5 * usual:
            line.bottom = line.middle + usual / 2
            line.top = line.bottom - usual
            line.size = usual


def _body_size(pages: list[Page]) -> float:
    """Return the type size that most characters of the document have, points."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page.lines:
            sizes[round(line.size * 2) / 2] += len(line.text)
    return max(sizes, key=lambda size: (sizes[size], size)) if sizes else 10.0


def _units(flows: list[Flow], body_size: float, agenda_page: int | None) -> list[Unit]:
    """Units of all flows with their kinds, those that run on joined."""
    pitch = paragraphs.Pitch(flows)
    out: list[Unit] = []
    for index, flow in enumerate(flows):
        units = paragraphs.divide(flow, index, pitch)
        if index == 0 and agenda_page == flow.page:
            units = _agenda(units, flow)
        left, right = flow.x0, flow.x1
        for unit in units:
            listed = any(abs(o.first.x0 - unit.first.x0) < 1.5 for o in units if o is not unit)
            # What begins where other units begin is set left, even if it looks centred.
            _tell_kind(unit, flow, body_size, left, right if not listed else None)
        if units and units[-1].kind == "heading":
            _tell_cut_off(units[-1])
        joins.join_flows(out, units, flows)
    _tell_endnotes(out)
    return out


def _tell_endnotes(units: list[Unit]) -> None:
    """Tell the numbered units under a heading "Notes" for what they are."""
    within = False
    for unit in units:
        if unit.kind == "heading":
            text = " ".join(line.text for line in unit.lines)
            within = bool(_ENDNOTES.fullmatch(text))
        elif within and unit.kind in ("paragraph", "list_item"):
            mark = note_mark(unit.first.text, None)
            if mark and stem(mark.printed).isdigit():
                unit.kind, unit.number, unit.mark_end = "footnote", mark.printed, mark.end


def _agenda(units: list[Unit], flow: Flow) -> list[Unit]:
    """Join the lines under a masthead (organ, session, dates, agenda item) to one unit."""
    if not units or len(units) < 2:
        return units
    head = units[0]
    taken = 1
    for unit in units[1:]:
        room = unit.first.top - head.last.bottom
        if (
            room > 0.75 * unit.first.size
            or abs(unit.first.x0 - head.first.x0) > 30
            or opening(unit.first.text)
        ):
            break
        head.lines += unit.lines
        taken += 1
    if taken > 1 and head.first.x0 < flow.x0 + 20:
        head.kind = "agenda"
    return [head, *units[taken:]]


def _tell_kind(unit: Unit, flow: Flow, body_size: float, left: float, right: float | None) -> None:
    if unit.kind in ("contents", "table"):
        return
    if unit.kind == "agenda":
        unit.kind = "paragraph"
        return
    if flow.margin or not any(c.isalpha() for line in unit.lines for c in line.text):
        # Pull quotes beside the text; axis labels and stray figures of charts.
        unit.kind = "margin"
        return
    text = unit.first.text
    if unit.first.lead is not None:
        unit.kind, unit.number, unit.first.lead = "footnote", unit.first.lead, None
        return
    mark = opening(text)
    if headings.tell_heading(unit, body_size, left, right):
        # A heading's number is part of its wording ("(a) policies", "II. Overview"): it stays in.
        unit.kind = "heading"
        return
    if mark is None:
        mark = heading_number(text)
        if mark is None or not re.fullmatch(r"[A-Z]\.", mark.printed) or unit.chars < 60:
            return
        # "A. Complete an assessment. Agencies should ...": an item, when it is no heading.
        mark = mark._replace(kind="letter")
    unit.mark_end = mark.end
    unit.number = None if mark.kind == "bullet" else mark.printed
    unit.kind = "paragraph" if mark.kind == "number" else "list_item"


def _tell_cut_off(unit: Unit) -> None:
    """Tell a numbered paragraph in bold that a page cuts off from a heading at the page's end."""
    mark = opening(unit.first.text)
    full = unit.edge - unit.last.x1 < 2 * unit.size
    long = unit.chars > 60 and len(unit.lines) > 1
    if mark and mark.kind == "number" and full and long and not paragraphs.TERMINAL.search(unit.last.text):
        unit.kind, unit.number, unit.mark_end = "paragraph", mark.printed, mark.end


def _footnotes(note_lines: dict[int, list[Line]]) -> dict[int, list[Unit]]:
    """Footnote units by the page they begin on; a note that runs on is one unit."""
    out: dict[int, list[Unit]] = {}
    last: Unit | None = None
    last_number: int | None = None
    for page in sorted(note_lines):
        found: list[Unit] = []
        for note in notes.divide(note_lines[page], last_number):
            if note.printed is None and last is not None and last.last.page == page - 1:
                last.lines += note.lines
                continue
            last = Unit(note.lines, -1, "footnote", note.printed)
            number = stem(note.printed)
            last_number = int(number) if number.isdigit() else last_number
            found.append(last)
        out[page] = found
    return out
