"""Units to blocks: ids, final texts, numbers, regions, section paths, notes tied to their calls."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from nlp.document import Block, Kind, NoteCall, Region
from nlp.pdf import headings, notes
from nlp.pdf.geometry import Line, Table
from nlp.pdf.lines import SUPERSCRIPTS
from nlp.pdf.marks import stem
from nlp.pdf.text import Hyphens, join_lines

if TYPE_CHECKING:
    from nlp.pdf.paragraphs import Unit
    from nlp.pdf.turning import Turn


#: What a raised figure is a power of: "mc", "x", "(a + b)" after an operator.
_POWER = re.compile(r"(?:^|[\s(=+*/-])[A-Za-zµσχ]{1,2}$|[=+*/-].*\)$")
#: The dots between an entry and its page, however many.
_LEADERS = re.compile(r"\s*(?:[.…_]\s?){4,}\s*")


class Writer:
    """Writes a document's blocks page by page.

    Parameters
    ----------
    pages : list of int
        Page numbers in order.
    hyphens : Hyphens
        Decides about hyphens at line ends.
    turns : dict of int to Turn
        Pages that were turned to be read.
    """

    def __init__(self, pages: list[int], hyphens: Hyphens, turns: dict[int, Turn]) -> None:
        self._turns = turns
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
        turned: dict[int, list[Line]],
    ) -> tuple[Block, ...]:
        """Write the blocks page by page: header, body, notes, turned text, footer."""
        by_page: dict[int, list[Unit]] = defaultdict(list)
        for unit in units:
            by_page[unit.first.page].append(unit)
        numbers = [(page, u.number) for page, found in footnotes.items() for u in found if u.number]
        numbers += [(u.first.page, u.number) for u in units if u.kind == "footnote" and u.number]
        self._marks = {stem(number) for _, number in numbers}
        self._typed = any(number.endswith("/") for _, number in numbers)
        self._stars = {(page, number) for page, number in numbers if number[0] in "*†‡"}
        units.clear()
        for page in self._pages:
            head, foot = apart.pop(page)
            self._plain("header", head)
            if masthead and page == 1:
                for group in _groups(masthead):
                    self._plain("cover", group)
            for unit in by_page[page]:
                self._outline.enter_panel(inside=unit.panel)
                self._unit(unit)
            if page == 1 and _is_title_page(by_page[1]):
                self._outline.clear()
            for unit in footnotes.pop(page, []):
                self._unit(unit)
            for group in _groups(turned.pop(page)):
                self._plain("margin", group)
            self._plain("footer", foot)
            del by_page[page]
        return _link(self._blocks)

    def _regions(self, lines: list[Line]) -> tuple[Region, ...]:
        """One box per page or column that the lines cover, on the page as a person sees it."""
        parts: list[list[Line]] = []
        for line in lines:
            last = parts[-1][-1] if parts else None
            if last and last.page == line.page and line.top > last.top - last.size:
                parts[-1].append(line)
            else:
                parts.append([line])
        out = []
        for part in parts:
            place = (
                min(line.x0 for line in part),
                min(line.top for line in part),
                max(line.x1 for line in part),
                max(line.bottom for line in part),
            )
            turn = self._turns.get(part[0].page)
            x0, top, x1, bottom = turn.back(*place) if turn else place
            out.append(Region(part[0].page, round(x0, 2), round(top, 2), round(x1, 2), round(bottom, 2)))
        return tuple(out)

    def _id(self, page: int) -> str:
        self._counts[page] += 1
        return f"p{page}.{self._counts[page]}"

    def _plain(self, kind: Kind, lines: list[Line]) -> None:
        if not lines:
            return
        text, calls = join_lines(lines, self._hyphens)
        self._blocks.append(
            Block(
                self._id(lines[0].page),
                kind,
                text,
                regions=self._regions(lines),
                note_calls=tuple(NoteCall(offset, mark) for offset, mark in calls),
            )
        )

    def _unit(self, unit: Unit) -> None:
        page = unit.first.page
        rows: tuple[tuple[str, ...], ...] = ()
        if isinstance(unit.first.table, Table):
            table = unit.first.table
            rows = tuple(tuple(cell.strip() for cell in row) for row in table.rows)
            text = " ".join(cell for row in rows for cell in row if cell)
            calls = [(len(text), mark) for mark in table.calls]
        else:
            text, calls = join_lines(unit.lines, self._hyphens)
            if unit.mark_end:
                text = text[unit.mark_end :]
                calls = [(max(0, offset - unit.mark_end), mark) for offset, mark in calls]
            if unit.kind != "footnote":
                text, calls = self._printed_calls(text, calls, page)
        if not text.strip():
            return
        if unit.kind == "contents":
            text, calls = _LEADERS.sub(" … ", text), []
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
                self._regions(unit.lines),
                section,
                note_calls=tuple(NoteCall(offset, mark) for offset, mark in calls),
                rows=rows,
            )
        )

    def _printed_calls(
        self, text: str, calls: list[tuple[int, str]], page: int
    ) -> tuple[str, list[tuple[int, str]]]:
        """Record calls that are printed on the line: "2/" stays in the text, a star is lifted out."""
        for offset, mark in reversed(calls):
            if mark not in self._marks and (mark.isalpha() or _POWER.search(text[:offset])):
                # It calls no note: a letter of a formula, or a power.
                raised = mark.translate(SUPERSCRIPTS)
                text = text[:offset] + raised + text[offset:]
                calls = [
                    (o + len(raised) if o > offset else o, m) for o, m in calls if (o, m) != (offset, mark)
                ]
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


def _groups(lines: list[Line]) -> list[list[Line]]:
    """Masthead lines grouped by the side of the page they stand on."""
    groups: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (line.top, line.x0)):
        for group in groups:
            last = group[-1]
            alike = abs(line.size - last.size) < 0.25 * last.size
            near = line.top - last.bottom < 2.5 * line.size
            if alike and near and line.x0 < last.x1 + 20 and line.x1 > last.x0 - 20:
                group.append(line)
                break
        else:
            groups.append([line])
    return groups


def _link(blocks: list[Block]) -> tuple[Block, ...]:
    """Tie note calls to notes: on the same page, else on a later one, else anywhere if unique."""
    by_mark: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for block in blocks:
        if block.kind == "footnote" and block.number:
            by_mark[stem(block.number)].append((block.regions[0].page_number, block.id))
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
