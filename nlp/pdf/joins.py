"""Units that run on: over a page or column, around notes, tables and panels."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from nlp.pdf.marks import opening
from nlp.pdf.paragraphs import SAME_SIZE, TERMINAL, Unit, in_series

if TYPE_CHECKING:
    from nlp.pdf.columns import Flow

#: Units looked back at for the one that runs on: tables, panels and margin text may stand between.
LOOK_BACK = 12
_CAPTION = re.compile(r"(?:figure|table|box|chart|map|graph|tableau|graphique|cuadro)\b", re.IGNORECASE)
_BODY = ("paragraph", "list_item")


def join_flows(before: list[Unit], units: list[Unit], flows: list[Flow]) -> None:
    """Append a flow's units, its first one joined to the unit it continues, if there is one.

    Parameters
    ----------
    before : list of Unit
        Units of the flows before; it grows.
    units : list of Unit
        Units of this flow; around a table within it, units are joined as well.
    flows : list of Flow
        All flows, for their left edges.
    """
    for position, unit in enumerate(units):
        behind_table = position > 0 and units[position - 1].kind == "table"
        if position == 0 or behind_table:
            earlier = _open_unit(before, unit, flows, strict=behind_table)
            if earlier is not None:
                earlier.lines += unit.lines
                continue
        before.append(unit)


def _open_unit(out: list[Unit], unit: Unit, flows: list[Flow], *, strict: bool) -> Unit | None:
    """Return the last body unit, if `unit` reads on from it."""
    if unit.kind not in (*_BODY, "contents") or unit.first.lead:
        return None
    opens = bool(unit.number or unit.mark_end)
    for earlier in reversed(out[-LOOK_BACK:]):
        caption = earlier.kind == "heading" and _CAPTION.match(earlier.first.text)
        if earlier.kind in ("table", "margin", "footnote") or caption or earlier.panel != unit.panel:
            strict = True
            continue
        if earlier.kind not in _BODY:
            return None
        if unit.first.page - earlier.last.page > 2:
            return None
        if opens:
            return earlier if _series_goes_on(earlier, unit, flows) else None
        return earlier if _reads_on(earlier, unit, flows, strict=strict) else None
    return None


def _reads_on(earlier: Unit, unit: Unit, flows: list[Flow], *, strict: bool) -> bool:
    tail, head = earlier.last.text, unit.first.text
    if abs(earlier.last.size - unit.first.size) > SAME_SIZE * earlier.last.size:
        return False
    if re.search(r"[a-z][-\u2010\u00ad]$", tail) and head[:1].isalpha():
        return True
    if opening(head) or not head or (_CAPTION.match(head) and re.search(r"\d", head)):
        return False
    lower = head[0].islower() or (head[0] in '(“"‘' and head[1:2].islower())
    closed = bool(TERMINAL.search(tail))
    if lower:
        # After a semicolon a list's next item may begin small; a full line reads on.
        runs_on = earlier.kind == "paragraph" and _room(earlier) < 2 * earlier.last.size
        return not closed or runs_on or not tail.endswith((":", ";"))
    if closed or strict or _indented(unit) or earlier.last.bold != unit.first.bold:
        return False
    width, width_before = (flows[u.flow].x1 - flows[u.flow].x0 for u in (unit, earlier))
    if not 0.6 < width / max(1.0, width_before) < 1.7:
        return False
    # A comma or a bare word at a full line's end: the sentence is not over.
    return _room(earlier) < 0.12 * (earlier.edge - earlier.first.x0) + 1.5 * unit.first.size


def _room(unit: Unit) -> float:
    """Room that the last line leaves at the right, points."""
    return unit.edge - unit.last.x1


def _series_goes_on(earlier: Unit, unit: Unit, flows: list[Flow]) -> bool:
    """Whether a unit's letter stands at the text's edge and goes on the paragraph's own series."""
    return unit.first.x0 - flows[unit.flow].x0 <= 3 and in_series(earlier.lines, unit.number or "")


def _indented(unit: Unit) -> bool:
    """Whether the first line is indented against the rest, as a new paragraph's is."""
    if len(unit.lines) < 2:
        return False
    return unit.first.x0 - min(line.x0 for line in unit.lines[1:]) > 0.8 * unit.first.size
