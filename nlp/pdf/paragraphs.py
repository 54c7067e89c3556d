"""Flows to units: where one paragraph, item or heading ends and the next begins.

What counts, in this order: room above, an opening sign, a change of type, indents, and a last
line that leaves room for the next line's first word.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from nlp.pdf.marks import opening

if TYPE_CHECKING:
    from nlp.pdf.columns import Flow
    from nlp.pdf.geometry import Line

#: Room above a line, as a share of the usual pitch, that parts units.
PARTING = 1.26
#: Fewest line steps from which a usual pitch is learned.
MIN_STEPS = 4
#: Sizes that differ by more than this share never share a unit.
SAME_SIZE = 0.13

#: Bullets that running text has, too; "o" is a word in some languages.
DASHES = ("-", "–", "—", "o")
TERMINAL = re.compile(r"[.!?:;…]['\"”’»)\]]*$|[.!?]['\"”’»)\]]*\s?\d{1,3}/?$")
_OPEN_LIST = re.compile(r"(?:[;,:.]|[;,]\s(?:and|or|et|ou|y|o))$")
_PAGE = r"(?:\d{1,4}|[ivxlc]{1,6})"
CONTENTS = re.compile(
    r"(?:table of )?contents|table des mati[eè]res|índice|оглавление|содержание", re.IGNORECASE
)
#: An entry whose leader is left out, its title being long.
_ENTRY_END = re.compile(rf"[^\W\d].*\s{_PAGE}(?:\s?[–-]\s?{_PAGE})?$")
LEADER = re.compile(rf"(?:\.\s?|…\s?|_\s?){{3,}}\s*(?:{_PAGE}(?:\s?[–-]\s?{_PAGE})?)?$")


@dataclass(slots=True)
class Unit:
    """A unit in the making: lines of one flow, later of several."""

    lines: list[Line]
    flow: int
    kind: str = "paragraph"
    number: str | None = None
    #: Characters of the first line that are the printed number or bullet.
    mark_end: int = 0
    panel: bool = False
    edge: float = 0.0

    @property
    def first(self) -> Line:
        """The first line."""
        return self.lines[0]

    @property
    def last(self) -> Line:
        """The last line."""
        return self.lines[-1]

    @property
    def size(self) -> float:
        """Type size, points."""
        return median(line.size for line in self.lines)

    @property
    def chars(self) -> int:
        """Length of the text, about."""
        return sum(len(line.text) + 1 for line in self.lines)

    def share(self, style: str) -> float:
        """Share of the characters set `bold`, `italic` or `underlined`."""
        return sum(len(line.text) for line in self.lines if getattr(line, style)) / max(
            1, sum(len(line.text) for line in self.lines)
        )


class Pitch:
    """The usual distance from baseline to baseline, by type size, learned from a document."""

    def __init__(self, flows: list[Flow]) -> None:
        seen: dict[float, Counter[float]] = defaultdict(Counter)
        for flow in flows:
            for a, b in zip(flow.lines, flow.lines[1:], strict=False):
                step = b.bottom - a.bottom
                if abs(a.size - b.size) < 0.6 and 0.85 * a.size < step < 2.6 * a.size:
                    seen[round(a.size)][round(step * 2) / 2] += 1
        self._usual: dict[float, float] = {}
        for size, steps in seen.items():
            if sum(steps.values()) < MIN_STEPS:
                continue
            most = max(steps.values())
            self._usual[size] = min(step for step, count in steps.items() if count >= 0.25 * most)

    def of(self, line: Line) -> float:
        """Return the usual pitch for a line's size, points."""
        return self._usual.get(round(line.size), 1.2 * line.size)


def divide(flow: Flow, index: int, pitch: Pitch) -> list[Unit]:
    """Part a flow's lines into units; no kinds are told yet but `contents` and `table`."""
    units: list[Unit] = []
    lines, contents = flow.lines, _contents_range(flow.lines)
    for run in _runs(lines, pitch):
        edge = max(line.x1 for line in run)
        unit: Unit | None = None
        for line in run:
            listed = id(line) in contents
            if line.table:
                unit = None
                units.append(Unit([line], index, "table", panel=flow.panel, edge=edge))
                continue
            if (
                unit is None
                or (unit.kind == "contents") != listed
                or (_entry_ends(unit) if listed else _parts(unit.lines, line, edge, pitch))
            ):
                unit = Unit([line], index, "contents" if listed else "paragraph", panel=flow.panel, edge=edge)
                units.append(unit)
            else:
                unit.lines.append(line)
    return units


def _contents_range(lines: list[Line]) -> set[int]:
    """Lines of a table of contents: from the first to the last of at least three leaders."""
    led = [i for i, line in enumerate(lines) if LEADER.search(line.text)]
    titled = any(CONTENTS.fullmatch(line.text) for line in lines)
    if len(led) < (2 if titled else 3):
        return set()
    # The column heads "Page" or "Chapter ... Page" belong to it.
    first = led[0]
    while first and re.fullmatch(
        r"(?:(?:Page|Chapter|Paragraphs?|Paras?\.?|Section)\s*)+", lines[first - 1].text
    ):
        first -= 1
    last = led[-1]
    while last + 1 < len(lines) and _ENTRY_END.search(lines[last + 1].text):
        last += 1
    return {id(line) for line in lines[first : last + 1]}


def _entry_ends(unit: Unit) -> bool:
    return bool(LEADER.search(unit.last.text))


def _runs(lines: list[Line], pitch: Pitch) -> list[list[Line]]:
    """Cut at room above and at changes of size."""
    runs: list[list[Line]] = []
    for line in lines:
        last = runs[-1][-1] if runs else None
        if last is None or line.table or last.table or _apart(last, line, pitch):
            runs.append([line])
        else:
            runs[-1].append(line)
    return runs


def _apart(a: Line, b: Line, pitch: Pitch) -> bool:
    if abs(a.size - b.size) > SAME_SIZE * max(a.size, b.size):
        return True
    step = b.bottom - a.bottom
    usual = max(pitch.of(a), pitch.of(b))
    return step > PARTING * usual + 0.6 or step < 0.3 * usual


def _parts(block: list[Line], b: Line, edge: float, pitch: Pitch) -> bool:
    """Whether `b` opens a new unit after `block`, both in one run."""
    a, first = block[-1], block[0]
    em = a.size
    room = edge - a.x1
    word = (b.starts[1][1] - b.x0) if len(b.starts) > 1 else b.x1 - b.x0
    short = room > word + 0.3 * em
    terminal = bool(TERMINAL.search(a.text))
    if b.lead is not None and not a.text.endswith(tuple("-–")):
        return True
    if _opens(block, b, short=short, terminal=terminal):
        return True
    indent = b.x0 - a.x0
    if not terminal and b.text[:1].islower() and not (short and abs(indent) > 0.8 * em):
        # The sentence goes on, whatever the type says: a bold phrase may fill most of a line.
        return False
    centred = _centred(a, b)
    if len(block) == 1 and opening(first.text) and _aligned(first, b):
        return False
    if a.bold != b.bold and (short or centred or b.bottom - a.bottom > 1.1 * pitch.of(a)):
        return True
    if centred and len(block) >= 1 and short:
        return False
    if indent > 0.8 * em:
        if len(block) == 1 and (opening(first.text) or _aligned(first, b)):
            return False
        return (terminal or short) and not centred
    if indent < -0.8 * em:
        if len(block) == 1:
            return terminal and short and not centred
        return (terminal or short) and not centred
    if short and terminal:
        return True
    return short and room > 0.35 * (edge - a.x0) and b.text[:1].isupper()


def _opens(block: list[Line], b: Line, *, short: bool, terminal: bool) -> bool:
    """Whether a line's opening sign is one, and not a dash or a figure of the running text."""
    mark = opening(b.text)
    if mark is None:
        return False
    ended = terminal or bool(_OPEN_LIST.search(block[-1].text))
    if mark.kind == "bullet":
        first = opening(block[0].text)
        series = first is not None and first.kind == "bullet"
        return mark.printed not in DASHES or ended or series or abs(b.x0 - block[-1].x0) > 0.8 * b.size
    if mark.kind == "number" and b.text[mark.end : mark.end + 1].islower() and not ended:
        return False
    if (
        mark.kind == "letter"
        and in_series(block, mark.printed)
        and abs(b.x0 - block[-1].x0) < 3
        and not short
    ):
        # "... (c) data; and / (d) ...": the series stands within the paragraph.
        return False
    return short or ended or _hangs(block, b)


def in_series(block: list[Line], printed: str) -> bool:
    """Whether a letter goes on a series that stands within the lines before."""
    letter = printed.strip("()")
    if len(letter) != 1 or not "b" <= letter <= "z":
        return False
    return f" ({chr(ord(letter) - 1)}) " in " ".join(line.text for line in block)


def _hangs(block: list[Line], b: Line) -> bool:
    """Whether `b` opens at the place where the block's own sign hangs, left of its text."""
    first = block[0]
    if not opening(first.text) or len(block) < 2:
        return False
    return abs(b.x0 - first.x0) < 2 and block[1].x0 - first.x0 > 0.6 * first.size


def _aligned(first: Line, b: Line) -> bool:
    """Whether `b` begins under a later word of `first`: a hanging label."""
    return any(
        abs(x0 - b.x0) < 2.5 and x0 - before > 0
        for (_, before), (_, x0) in zip(first.starts, first.starts[1:5], strict=False)
    )


def _centred(a: Line, b: Line) -> bool:
    left, right = b.x0 - a.x0, a.x1 - b.x1
    return abs(left - right) < 0.35 * a.size and abs(left) > 0.4 * a.size
