"""Pages to blocks: composes furniture, tables, columns, notes, units and headings.

A block's text is final when it leaves here.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from statistics import median

from nlp.document import Block, Kind, NoteCall, Region
from nlp.pdf import furniture, headings, joins, notes, paragraphs
from nlp.pdf.columns import Flow, reading_order
from nlp.pdf.geometry import Line, Page, Table
from nlp.pdf.marks import opening
from nlp.pdf.panels import lift_panels
from nlp.pdf.paragraphs import Unit
from nlp.pdf.tables import lift_aligned, lift_tables
from nlp.pdf.text import Hyphens, join_lines

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
        lift_aligned(page)
        flows += reading_order(
            page.number, page.lines, [r for r in page.rules if r.vertical and r.length > 40]
        )
    note_lines: dict[int, list[Line]] = defaultdict(list)
    for flow in flows:
        flow.lines, foot = notes.split_notes(flow, by_page[flow.page], body_size)
        note_lines[flow.page] += foot
    flows = [flow for flow in flows if flow.lines]
    units = _units(flows, body_size, agenda_page=1 if masthead else None)
    footnotes = _footnotes(note_lines)
    writer = _Writer(pages, hyphens)
    return writer.write(units, footnotes, apart, masthead, flows)


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
            units = _agenda(units, flow, pitch)
        left, right = flow.x0, flow.x1
        for unit in units:
            _tell_kind(unit, flow, body_size, left, right)
        out = joins.join_flows(out, units, flows)
    return out


def _agenda(units: list[Unit], flow: Flow, pitch: paragraphs.Pitch) -> list[Unit]:
    """Join the lines under a masthead (organ, session, dates, agenda item) to one unit."""
    del pitch
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


def _tell_kind(unit: Unit, flow: Flow, body_size: float, left: float, right: float) -> None:
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
        return
    unit.mark_end = mark.end
    unit.number = None if mark.kind == "bullet" else mark.printed
    unit.kind = "paragraph" if mark.kind == "number" else "list_item"


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
            stem = (note.printed or "").strip("./)")
            last_number = int(stem) if stem.isdigit() else last_number
            found.append(last)
        out[page] = found
    return out


class _Writer:
    """Numbers, texts, regions, sections and note links: units become blocks."""

    def __init__(self, pages: list[Page], hyphens: Hyphens) -> None:
        self._pages = pages
        self._hyphens = hyphens
        self._counts: Counter[int] = Counter()
        self._blocks: list[Block] = []
        self._outline = headings.Outline()

    def write(
        self,
        units: list[Unit],
        footnotes: dict[int, list[Unit]],
        apart: dict[int, tuple[list[Line], list[Line]]],
        masthead: list[Line],
        flows: list[Flow],
    ) -> tuple[Block, ...]:
        """Write the blocks page by page: header, body, notes, turned text, footer."""
        del flows
        by_page: dict[int, list[Unit]] = defaultdict(list)
        for unit in units:
            by_page[unit.first.page].append(unit)
        typed = {
            u.number for found in footnotes.values() for u in found if u.number and u.number.endswith("/")
        }
        stars = {
            (page, u.number)
            for page, found in footnotes.items()
            for u in found
            if u.number and u.number[0] in "*†‡"
        }
        self._typed, self._stars = bool(typed), stars
        for page in self._pages:
            head, foot = apart[page.number]
            self._plain("header", head)
            if masthead and page.number == 1:
                for group in _groups(masthead):
                    self._plain("cover", group)
            for unit in by_page[page.number]:
                self._outline.enter_panel(inside=unit.panel)
                self._unit(unit)
            if page.number == 1 and _is_title_page(by_page[1]):
                self._outline.clear()
            for unit in footnotes.get(page.number, []):
                self._unit(unit)
            for group in _groups(page.turned):
                self._plain("margin", group)
            self._plain("footer", foot)
        return _link(self._blocks)

    def _id(self, page: int) -> str:
        self._counts[page] += 1
        return f"p{page}.{self._counts[page]}"

    def _plain(self, kind: Kind, lines: list[Line]) -> None:
        if not lines:
            return
        text, _, _ = join_lines(lines, self._hyphens)
        self._blocks.append(Block(self._id(lines[0].page), kind, text, regions=_regions(lines)))

    def _unit(self, unit: Unit) -> None:
        page = unit.first.page
        rows: tuple[tuple[str, ...], ...] = ()
        if isinstance(unit.first.table, Table):
            table = unit.first.table
            rows = tuple(tuple(cell.strip() for cell in row) for row in table.rows)
            text = " ".join(cell for row in rows for cell in row if cell)
            calls = [(len(text), mark) for mark in table.calls]
        else:
            text, calls, _ = join_lines(unit.lines, self._hyphens)
            if unit.mark_end:
                text = text[unit.mark_end :]
                calls = [(max(0, offset - unit.mark_end), mark) for offset, mark in calls]
            if unit.kind != "footnote":
                text, calls = self._printed_calls(text, calls, page)
        if not text.strip():
            return
        text, calls = _trim(text, calls)
        level = None
        section = self._outline.path
        if unit.kind == "heading":
            level = self._outline.enter(unit, text)
            section = self._outline.path[:-1]
        elif unit.kind in ("footnote", "margin", "contents"):
            section = () if unit.kind != "footnote" else section
        self._blocks.append(
            Block(
                self._id(page),
                unit.kind,  # type: ignore[arg-type]
                text,
                unit.number,
                level,
                _regions(unit.lines),
                section,
                note_calls=tuple(NoteCall(offset, mark) for offset, mark in calls),
                rows=rows,
            )
        )

    def _printed_calls(
        self, text: str, calls: list[tuple[int, str]], page: int
    ) -> tuple[str, list[tuple[int, str]]]:
        """Record calls that are printed on the line: "2/" stays in the text, a star is lifted out."""
        if self._typed:
            calls = calls + [(m.start(), m.group(1)) for m in notes.TYPED_CALL.finditer(text)]
        for star in reversed(list(notes.STAR_CALL.finditer(text))):
            if (page, star.group()) in self._stars:
                start, end = star.span()
                text = text[:start] + text[end:]
                calls = [(o - (end - start) if o >= end else o, m) for o, m in calls] + [
                    (start, star.group())
                ]
        return text, sorted(calls)


def _trim(text: str, calls: list[tuple[int, str]]) -> tuple[str, list[tuple[int, str]]]:
    """Strip the text and keep the calls in it."""
    lead = len(text) - len(text.lstrip())
    text = text.strip()
    return text, [(min(max(0, offset - lead), len(text)), mark) for offset, mark in calls]


def _is_title_page(units: list[Unit]) -> bool:
    """Whether page 1 is mostly headings: its titles are no section of what follows."""
    return bool(units) and sum(u.kind == "heading" for u in units) >= 0.5 * len(units)


def _regions(lines: list[Line]) -> tuple[Region, ...]:
    """One box per page or column that the lines cover."""
    out: list[list[Line]] = []
    for line in lines:
        last = out[-1][-1] if out else None
        if last and last.page == line.page and line.top > last.top - last.size:
            out[-1].append(line)
        else:
            out.append([line])
    return tuple(
        Region(
            part[0].page,
            round(min(line.x0 for line in part), 2),
            round(min(line.top for line in part), 2),
            round(max(line.x1 for line in part), 2),
            round(max(line.bottom for line in part), 2),
        )
        for part in out
    )


def _groups(lines: list[Line]) -> list[list[Line]]:
    """Masthead lines grouped by the side of the page they stand on."""
    groups: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (line.top, line.x0)):
        for group in groups:
            last = group[-1]
            if line.x0 < last.x1 + 20 and line.x1 > last.x0 - 20 and line.top - last.bottom < 2.5 * line.size:
                group.append(line)
                break
        else:
            groups.append([line])
    return groups


def _link(blocks: list[Block]) -> tuple[Block, ...]:
    """Tie note calls to notes: on the same page, else on a later one, else anywhere if unique."""
    from dataclasses import replace

    by_mark: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for block in blocks:
        if block.kind == "footnote" and block.number:
            by_mark[block.number.strip("./)")].append((block.regions[0].page_number, block.id))
    out: list[Block] = []
    for block in blocks:
        if not block.note_calls:
            out.append(block)
            continue
        pages = [region.page_number for region in block.regions]
        calls = [
            NoteCall(call.offset, mark, _find(by_mark.get(mark, []), pages, block.id))
            for call in block.note_calls
            for mark in re.split(r"[,;]\s?", call.mark)
        ]
        noted = tuple(dict.fromkeys(call.note for call in calls if call.note))
        out.append(replace(block, note_calls=tuple(calls), notes=noted))
    return tuple(out)


def _find(found: list[tuple[int, str]], pages: list[int], own: str) -> str | None:
    found = [(page, note) for page, note in found if note != own]
    for page, note in found:
        if page in pages:
            return note
    later = [(page, note) for page, note in found if page > pages[-1]]
    if later and (len(found) == 1 or later[0][0] == pages[-1] + 1):
        return later[0][1]
    return found[0][1] if len(found) == 1 else None
