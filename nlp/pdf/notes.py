"""Footnotes: where they begin on a page, where each one ends, and which call each belongs to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nlp.pdf.geometry import Line, Page, Rule, overlap
from nlp.pdf.marks import note_mark, stem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nlp.pdf.columns import Flow

#: Note print is at most this share of the body's size, where a rule does not tell.
SMALL = 0.94
#: Notes without a rule above them stand in this lower share of the page.
LOWER_SHARE = 0.55
_TYPED_MARK = re.compile(r"(\d{1,3}/|\*{1,3})\s+\S")
#: A call printed on the line: "as amended. 2/" (typewriter style), "Peoples*".
TYPED_CALL = re.compile(r"(?<=[\s.,;:)\"”])(\d{1,3})/(?=[\s.,;:)]|$)")
STAR_CALL = re.compile(r"(?<=[\w.,;:)”\"])([*†‡]{1,3})(?=[\s.,;:)]|$)")


#: A note lettered as in legislation: "(a) 2018 c. 22."
LETTERED = re.compile(r"\([a-z]{1,2}\)\s+(?=\S)")


def split_notes(
    flow: Flow, page: Page, body_size: float, called: set[str], *, open_note: bool = False
) -> tuple[list[Line], list[Line]]:
    """Part a flow into its body lines and the note lines at its foot.

    Parameters
    ----------
    flow : Flow
        Lines of one column of a page.
    page : Page
        Its page, for the rules.
    body_size : float
        Type size of the document's running text, points.
    called : set of str
        Marks that are called on the page.
    open_note : bool
        The last note of the page before is not at its end: what stands below a rule without a
        mark may be the rest of it.
    """
    for rule in sorted(page.rules, key=lambda rule: rule.top):
        if rule.vertical or rule.top < 0.2 * page.height:
            continue
        below = [line for line in flow.lines if line.middle > rule.top]
        if below and _is_note_rule(rule, flow, below, body_size, open_note=open_note):
            return [line for line in flow.lines if line.middle <= rule.top], below
    typed = _typed_notes(flow, page)
    if typed is not None:
        return flow.lines[:typed], flow.lines[typed:]
    small: list[Line] = []
    for line in reversed(flow.lines):
        if line.table or line.size > SMALL * body_size or line.top < (1 - LOWER_SHARE) * page.height:
            break
        small.insert(0, line)
    for i, line in enumerate(small):
        mark = note_mark(line.text, None)
        if line.lead is not None or (mark and stem(mark.printed) in called):
            notes = small[i:]
            return flow.lines[: len(flow.lines) - len(notes)], notes
    return flow.lines, []


def calls_of(lines: Iterable[Line]) -> set[str]:
    """Return the marks that are called in some lines, raised or typed."""
    out: set[str] = set()
    for line in lines:
        out.update(mark for _, mark in line.calls)
        out.update(found.group(1) for found in TYPED_CALL.finditer(line.text))
        out.update(found.group(1) for found in STAR_CALL.finditer(line.text))
    return out


def _typed_notes(flow: Flow, page: Page) -> int | None:
    """Where notes of the typewriter style begin, whose rule may be part of a scanned picture."""
    text = ""
    for i, line in enumerate(flow.lines):
        mark = _TYPED_MARK.match(line.text)
        if i and mark and line.top > LOWER_SHARE * page.height:
            called = mark.group(1)
            apart = line.top - flow.lines[i - 1].bottom > 0.8 * line.size
            if apart and re.search(rf"(?<![\d/]){re.escape(called)}(?!\w)", text):
                return i
        text += " " + line.text
    return None


def _is_note_rule(rule: Rule, flow: Flow, below: list[Line], body_size: float, *, open_note: bool) -> bool:
    first = below[0]
    width = flow.x1 - flow.x0
    if rule.length < 20 or not -60 < rule.x0 - flow.x0 < 0.3 * width + 20:
        return False
    if first.top - rule.top > 2.5 * first.size or any(line.table or line.panel for line in below):
        return False
    for line in flow.lines:
        if -0.2 * line.size <= line.bottom - rule.top <= 0.4 * line.size and (
            overlap(rule.x0, rule.x1, line.x0, line.x1) > 0.6 * rule.length
        ):
            return False
    small = all(line.size <= SMALL * body_size for line in below)
    if small:
        runs_on = open_note and rule.length < 0.6 * width
        return runs_on or _opens_note(first) or bool(LETTERED.match(first.text))
    typed = re.match(r"\d{1,3}/|[*†‡]", first.text) is not None
    return rule.length < 0.5 * width and (first.lead is not None or typed)


def _opens_note(line: Line) -> bool:
    return line.lead is not None or note_mark(line.text, None) is not None


@dataclass(slots=True)
class Note:
    """One footnote: its printed mark (None when it continues one of the page before) and lines."""

    printed: str | None
    lines: list[Line]


def divide(lines: list[Line], last_number: int | None) -> list[Note]:
    """Part note lines into notes.

    Parameters
    ----------
    lines : list of Line
        Lines of one page's note block, in order.
    last_number : int or None
        Number of the last note of the pages before, where they are numbered through.
    """
    out: list[Note] = []
    expected = last_number + 1 if last_number is not None else None
    left = min((line.x0 for line in lines), default=0.0)
    for line in lines:
        printed: str | None = None
        if line.lead is not None:
            printed = line.lead
            line.lead = None
        else:
            lettered = LETTERED.match(line.text)
            numbered = note_mark(line.text, expected if out else None)
            if lettered:
                printed = lettered.group().strip()
                _cut_start(line, lettered.end())
            # A new series may begin on any page; inside a note only the next number opens one.
            elif numbered and (line.x0 - left < 40):
                printed = numbered.printed
                _cut_start(line, numbered.end)
        if printed is not None:
            out.append(Note(printed, [line]))
            number = stem(printed)
            expected = int(number) + 1 if number.isdigit() else expected
        elif out:
            out[-1].lines.append(line)
        else:
            out.append(Note(None, [line]))
    return out


def _cut_start(line: Line, end: int) -> None:
    cut = min(sum(offset < end for offset, _ in line.starts), max(0, len(line.word_x0) - 1))
    line.text = line.text[end:]
    line.calls = tuple((max(0, offset - end), mark) for offset, mark in line.calls)
    line.word_x0 = line.word_x0[cut:]
